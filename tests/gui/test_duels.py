"""Blind duels: who takes part, what is written, and how votes are counted."""

import numpy as np
import pytest

from gpt_studio.engine import corpus, files, run_record, runs
from gpt_studio.engine.config import ModelConfig, TrainConfig
from gpt_studio.engine.events import Candidates, Written
from gpt_studio.engine.keeping import library
from gpt_studio.engine.keeping.library import all_runs
from gpt_studio.engine.tokenizer import Tokenizer
from gpt_studio.gui.background import Background
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.parts.generalize import duel_round
from gpt_studio.gui.parts.generalize.duel_round import CONTINUED, Author, Duel, Tally
from gpt_studio.gui.parts.generalize.duels import Duels

WAIT_MS = 20_000
TEXT = corpus.load("verse_drama").text[:12_000]
SOME = Candidates(("a",), np.ones(1, np.float32), np.ones(1, np.float32))


def a_run(name: str = "toy", steps: tuple[int, ...] = ()) -> OpenRun:
    tokenizer = Tokenizer.characters(TEXT)
    record = run_record.RunRecord(
        name=name,
        created="2026-01-01T10:00:00Z",
        model=ModelConfig(vocab_size=tokenizer.vocab_size),
        train=TrainConfig(),
        corpus=run_record.CorpusRecord(id="toy", title="Toy", sha256=files.sha256(TEXT.encode()), characters=len(TEXT)),
    )
    path = library.new_folder_for(name)
    runs.create(path, record, TEXT, tokenizer)
    for step in steps:
        (path / "snapshots" / f"step-{step:06d}").mkdir(parents=True)
    return OpenRun(path, record)


@pytest.fixture
def asked():
    return []


@pytest.fixture
def duels(state, in_view, asked):
    background = Background()
    made = Duels(state, background, lambda: True)
    made.write_asked.connect(asked.append)
    in_view(made.card)
    yield made
    background.shut_down()


def follow(duels, state, run: OpenRun) -> None:
    state.open_run(run)
    state.set_runs(all_runs())
    duels.follow(run.path)


def written(duels, words: str) -> None:
    for letter in words:
        duels.take(Written(0, letter, 0.2, 0.2, 1, SOME))
    duels.ended(None)


def test_a_real_and_a_generated_text_go_on_with_the_same_words(qtbot, duels, state, asked):
    run = a_run()
    follow(duels, state, run)
    duels.begin()
    qtbot.waitUntil(lambda: bool(asked), timeout=WAIT_MS)
    (request,) = asked
    assert request.subject.run == run.path
    assert request.prompt == duels.duel.beginning
    held_back = corpus.split(TEXT)[1]
    real = next(text for text in duels.duel.texts if text)
    assert duels.duel.beginning + real in held_back
    assert not duels.card.sides[0].vote.isEnabled()
    written(duels, "x" * (CONTINUED + 9))
    assert all(side.vote.isEnabled() and not side.author.isVisible() for side in duels.card.sides)
    assert {len(text) for text in duels.duel.texts} <= {CONTINUED, len(real)}


def test_a_vote_shows_the_authors_and_counts(qtbot, duels, state, asked):
    follow(duels, state, a_run())
    for right in (True, False):
        duels.deal()
        qtbot.waitUntil(lambda: duels.awaits is not None, timeout=WAIT_MS)
        written(duels, "words")
        wanted = duels.duel.wanted
        duels.card.sides[wanted if right else 1 - wanted].vote.click()
        assert {side.author.words for side in duels.card.sides} == {"the real text", "generated"}
        assert duels.card.said.text() == ("Right." if right else "No, it was the other one.")
        duels.vote(wanted)  # a second vote on one pair does not count
    assert duels.card.tally.text() == "1 of 2 right. Tossing a coin does at least as well in 75 % of such series."


def test_early_and_late_are_two_snapshots_of_one_run(qtbot, duels, state, asked):
    run = a_run(steps=(0, 10, 25, 50))
    follow(duels, state, run)
    duels.card.kind._buttons["steps"].click()
    qtbot.waitUntil(lambda: len(asked) == 1, timeout=WAIT_MS)
    written(duels, "one")
    written(duels, "two")
    assert sorted(request.subject.step for request in asked) == [10, 50]
    assert asked[0].seed == asked[1].seed
    duels.vote(duels.duel.wanted)
    assert duels.card.sides[duels.duel.wanted].author.words == "step 50"


def test_one_state_alone_cannot_be_compared(duels, state, asked):
    follow(duels, state, a_run(steps=(0,)))
    duels.card.kind._buttons["steps"].click()
    assert "only one state" in duels.card.said.text()
    assert asked == []


def test_two_models_have_no_right_answer_but_a_winner(qtbot, duels, state, asked):
    a_run("other")
    follow(duels, state, a_run("mine"))
    duels.card.kind._buttons["models"].click()
    assert [duels.card.rivals.itemText(0)] == ["other"]
    qtbot.waitUntil(lambda: len(asked) == 1, timeout=WAIT_MS)
    written(duels, "one")
    written(duels, "two")
    side = next(place for place, author in enumerate(duels.duel.authors) if author.name == "other")
    duels.vote(side)
    assert duels.card.said.text() == "You voted for other."
    assert duels.card.tally.text().startswith("other won 1 of 1. Tossing a coin does at least as well in 100 %")


def test_without_a_second_model_there_is_a_hint(duels, state, asked):
    follow(duels, state, a_run())
    duels.card.kind._buttons["models"].click()
    assert "no other model yet" in duels.card.said.text()


def test_another_kind_wants_nothing_of_what_is_being_written(qtbot, duels, state, asked):
    follow(duels, state, a_run(steps=(0, 10)))
    duels.begin()
    qtbot.waitUntil(lambda: len(asked) == 1, timeout=WAIT_MS)
    duels.card.kind._buttons["steps"].click()
    assert duels.awaits is not asked[0]


def test_a_writing_that_failed_is_told_and_another_pair_can_be_had(qtbot, duels, state, asked):
    follow(duels, state, a_run())
    duels.begin()
    qtbot.waitUntil(lambda: len(asked) == 1, timeout=WAIT_MS)
    duels.ended("The run cannot be read.")
    assert duels.card.said.text() == "The run cannot be read."
    assert duels.card.next.isEnabled()


def test_a_seed_decides_place_and_sides():
    authors = (Author("a"), Author("b", a_run().path))
    dealt = [duel_round.deal(TEXT, authors, authors[0], seed) for seed in range(30)]
    assert {duel.wanted for duel in dealt} == {0, 1}
    assert len({duel.beginning for duel in dealt}) > 20
    assert all(duel.authors[duel.wanted].name == "a" for duel in dealt)
    assert duel_round.deal(TEXT, authors, authors[0], 3).beginning == dealt[3].beginning


def test_the_shortest_text_still_has_a_beginning_and_something_after_it():
    duel = duel_round.deal("abcd", (Author("a"), Author("b")), None, 1)
    assert duel.beginning
    assert all(duel.texts)


def test_a_tally_keeps_what_was_voted():
    tally = Tally()
    for voted in (0, 0, 1):
        tally.add(Duel("x", (Author("a"), Author("b")), 0, ["p", "q"], voted))
    assert (tally.right, tally.wins("a"), tally.wins("b")) == (2, 2, 1)
    assert tally.by_chance(2) == 0.5
