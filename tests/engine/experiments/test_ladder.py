"""The ladder: its rungs, what counting comes to, and what is kept."""

import math
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace

from gpt_studio.engine.config import ABLATIONS
from gpt_studio.engine.corpus import split
from gpt_studio.engine.errors import CorpusError, StudioError
from gpt_studio.engine.experiments import ladder_counts, ladder_record
from gpt_studio.engine.experiments.ladder import RUNGS, request, with_seed, with_steps
from gpt_studio.engine.experiments.ladder_record import Notes, Result, notes_of
from gpt_studio.engine.experiments.measured_ladder import CLOSE, LOWER, WALL_S
from gpt_studio.engine.experiments.series import Series
from gpt_studio.engine.ngrams import NGram
from gpt_studio.engine.requests import CorpusText

from ..conftest import TEXT

TOY = CorpusText(id="toy", title="Toy", text=TEXT)
BY_ID = {rung.id: rung for rung in RUNGS}


@pytest.fixture
def toy_file(tmp_path) -> str:
    path = tmp_path / "toy.txt"
    path.write_text(TEXT, "utf-8")
    return str(path)


@pytest.fixture
def series(toy_file) -> Series:
    return ladder_record.begun(TOY, toy_file)


def came(final: float | None) -> Result:
    return Result(final=final, size=9, seconds=1.0, text="Ann")


# The rungs


def test_three_rungs_count_and_the_others_are_trained():
    assert [rung.order for rung in RUNGS][:3] == [1, 2, 5]
    assert all(rung.model and rung.train and not rung.is_counted for rung in RUNGS[3:])
    assert RUNGS[-1].model.without == ()


def test_each_rung_of_one_layer_has_one_thing_more_than_the_one_before():
    layered = [rung.model for rung in RUNGS if rung.model and rung.model.n_layer == 1]
    for before, after in pairwise(layered):
        parts = set(before.without) - set(after.without)
        heads = {after.n_head} - {before.n_head}
        assert set(after.without) <= set(before.without)
        assert len(parts) + len(heads) == 1, (before, after)
        assert replace(before, without=after.without, n_head=after.n_head) == after
    assert layered[-1].without == ()
    assert set(layered[0].without) < set(ABLATIONS)


def test_the_rungs_of_one_layer_are_trained_alike():
    assert len({rung.train for rung in RUNGS if rung.model and rung.model.n_layer == 1}) == 1


def test_what_was_measured_speaks_of_the_rungs_that_there_are():
    assert set(WALL_S) == set(BY_ID)
    assert {id for pair in (*LOWER, *CLOSE) for id in pair} == set(BY_ID)
    assert {rung.after for rung in RUNGS[1:]} < set(BY_ID)


def test_steps_and_seed_can_be_others_for_all_that_is_trained():
    changed = with_seed(with_steps(RUNGS, 7), 3)
    assert {(rung.train.max_steps, rung.train.seed) for rung in changed if rung.train} == {(7, 3)}
    assert [rung.id for rung in changed] == [*BY_ID]


def test_a_rung_that_counts_is_not_ordered(series):
    orders = ladder_record.orders(RUNGS, TOY, series.id)
    assert [order.role for order in orders] == [rung.id for rung in RUNGS if rung.train]
    assert orders[0].request.name == "Ladder, Toy: bigram table"
    with pytest.raises(ValueError, match="letters"):
        request(RUNGS[0], TOY)


# Counting


def test_counting_is_asked_for_every_held_back_character_but_the_first():
    learnt, held_back = split(TEXT)
    model = NGram.learn(learnt, 2)
    by_hand = []
    for place in range(1, len(held_back)):
        characters, odds = model.odds(held_back[place - 1])
        by_hand.append(-math.log2(odds[characters.index(held_back[place])]))
    found = ladder_counts.counted(BY_ID["two"], TEXT)
    assert len(by_hand) == len(held_back) - 1
    assert found.final == pytest.approx(np.mean(by_hand), rel=1e-9)


def test_with_all_unseen_characters_of_the_text_the_chances_sum_to_one():
    model = NGram.learn("abcabcaabbcc", 2)
    vocabulary = "abcXYZ"
    chances = []
    for character in vocabulary:
        bits = ladder_counts.bits_per_character(model, f"a{character}", len(vocabulary))
        chances.append(2.0**-bits)
    assert sum(chances) == pytest.approx(1.0)
    assert chances[3] == chances[4] == chances[5]


def test_what_counting_writes_comes_from_its_own_source_of_chance():
    model = NGram.learn(TEXT, 5)
    first = ladder_counts.written(model, 1)
    np.random.seed(3)
    assert ladder_counts.written(model, 1) == first
    assert ladder_counts.written(model, 2) != first
    assert len(first) == ladder_counts.LENGTH
    assert set(first) <= set(TEXT)


def test_letters_alone_write_letters_as_often_as_the_text_has_the_frequent_ones():
    text = "a" * 90 + "b" * 9 + "c"
    written = ladder_counts.written(NGram.learn(text, 1), 1, length=400)
    share = 0.9**1.25 / (0.9**1.25 + 0.09**1.25 + 0.01**1.25)  # at temperature 0.8
    assert written.count("a") / 400 == pytest.approx(share, abs=0.05)


def test_longer_pieces_expect_more_and_cost_more():
    letters, two, five = (ladder_counts.counted(BY_ID[id], TEXT) for id in ("letters", "two", "five"))
    assert letters.final > two.final > five.final
    assert letters.size < two.size < five.size
    assert letters.size == len(set(split(TEXT)[0]))


# What is kept


def test_all_that_was_noted_comes_back_from_a_file(series):
    noted = ladder_record.with_results(series, {"two": came(3.5), "head": came(None)})
    again = notes_of(msgspec.json.decode(msgspec.json.encode(noted), type=Series))
    assert again.rungs == RUNGS
    assert again.results == {"two": came(3.5), "head": came(None)}
    assert "two" not in {rung.id for rung in again.missing}
    assert {"head", "full"} <= {rung.id for rung in again.missing}
    assert ladder_record.with_results(noted, {"two": came(3.5)}) is None


def test_notes_that_make_no_sense_are_no_notes(series):
    assert notes_of(replace(series, notes={"rungs": 3})) is None
    assert notes_of(replace(series, kind="experiment")) is None


def test_a_text_that_is_too_short_for_the_models_is_refused_before_anything_is_kept(toy_file):
    with pytest.raises(CorpusError, match="too_short"):
        ladder_record.begun(replace(TOY, text="Ann has 1 cat."), toy_file)


def test_a_run_is_noted_with_its_size_and_its_last_sample(trained: Path):
    found = ladder_record.result("head", trained)
    assert found.final > 0
    assert found.size > 1000
    assert found.text
    assert ladder_record.result("head", trained.parent / "nothing") is None


def test_the_text_of_an_earlier_ladder_is_the_one_of_its_runs_or_of_its_file(series, trained, toy_file):
    notes = notes_of(series)
    assert isinstance(notes, Notes)
    assert ladder_record.text_again(series, notes).text == TEXT
    Path(toy_file).write_text(TEXT[:-1] + "!", "utf-8")
    assert ladder_record.text_again(replace(series, runs={"head": str(trained)}), notes).text == TEXT
    with pytest.raises(StudioError, match=r"ladder\.text_changed"):
        ladder_record.text_again(series, notes)
