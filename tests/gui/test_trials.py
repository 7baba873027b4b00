"""Which models are tested on which texts: the plain data behind the matrix, and the held-back parts."""

import dataclasses
from pathlib import Path

import pytest
from msgspec.structs import replace

from gpt_studio.engine.config import ModelConfig, TokenizerConfig, TrainConfig
from gpt_studio.engine.events import Tested
from gpt_studio.engine.requests import CorpusText
from gpt_studio.engine.run_record import CorpusRecord, RunRecord
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.parts.generalize import held_back
from gpt_studio.gui.parts.generalize.held_back import HeldBack, TextChoice
from gpt_studio.gui.parts.generalize.trials import COUNTED, Model, RowKey, Trials
from gpt_studio.gui.parts.generalize.trials_words import shown_table

VERSE, OTHER = RowKey(Path("verse")), RowKey(Path("other"))
NOW = {VERSE: 100, OTHER: 100}


def a_model(key: RowKey) -> Model:
    corpus = CorpusRecord(id="a", title="A", sha256="of a", characters=1000)
    record = RunRecord(
        name=key.run.name, created="", model=ModelConfig(), train=TrainConfig(), corpus=corpus, preset="tiny"
    )
    return Model(key, record)


def a_text(key: str) -> TextChoice:
    return TextChoice(key, key.upper(), lambda: CorpusText(id=key, title=key, text="some text " * 100))


def result(row: int, column: int) -> Tested:
    return Tested(row, column, 2.0, 7.4, 2.9, 0.0, 100)


def replace_step(tested: Tested, step: int) -> Tested:
    return dataclasses.replace(tested, step=step)


@pytest.fixture
def trials():
    """Two models, two texts, nothing measured."""
    trials = Trials()
    for key in (VERSE, OTHER):
        trials.set_model(a_model(key), True)
    for key in ("a", "b"):
        trials.set_text(a_text(key), True)
    return trials


def measure(trials: Trials, steps: dict[RowKey, int] = NOW) -> None:
    for batch in trials.begin(*trials.missing(steps), steps):
        for row in range(len(batch.points)):
            for column in range(len(batch.columns)):
                trials.take(batch, result(row, column))


def test_a_first_test_measures_everything_in_order_of_rows(trials):
    assert trials.missing(NOW) == ([VERSE, OTHER], ["a", "b"])
    [batch] = trials.begin(*trials.missing(NOW), NOW)
    assert trials.measured == (0, 4)
    trials.take(batch, result(1, 0))
    assert set(trials.results) == {(OTHER, "a")}
    assert trials.measured == (1, 4)
    assert not trials.is_filled


def test_a_new_column_is_measured_for_all_rows_and_a_full_matrix_anew(trials):
    measure(trials)
    assert trials.is_filled
    trials.set_text(a_text("c"), True)
    assert trials.missing(NOW) == ([VERSE, OTHER], ["c"])
    measure(trials)
    assert trials.missing(NOW) == ([VERSE, OTHER], ["a", "b", "c"])


def test_what_is_measured_anew_has_no_result_meanwhile(trials):
    measure(trials)
    trials.begin([VERSE], ["a", "b"], NOW)
    assert set(trials.results) == {(OTHER, "a"), (OTHER, "b")}
    assert not trials.is_filled


def test_a_model_that_has_trained_on_is_measured_on_every_text_again(trials):
    measure(trials)
    later = NOW | {VERSE: 200}
    assert trials.missing(later) == ([VERSE], ["a", "b"])
    run = OpenRun(VERSE.run, a_model(VERSE).record)
    assert [row.caption for row in shown_table(trials, run, later).rows] == ["tested at step 100", "Tiny"]
    trials.set_text(a_text("c"), True)
    assert trials.missing(later) == ([VERSE, OTHER], ["a", "b", "c"])


def test_what_is_taken_away_goes_with_its_results_and_comes_back_with_them(trials):
    measure(trials)
    trials.set_model(a_model(OTHER), False)
    trials.set_text(a_text("a"), False)
    assert set(trials.results) == {(VERSE, "b")}
    assert trials.is_filled
    trials.set_model(a_model(OTHER), True)
    trials.set_text(a_text("a"), True)
    assert trials.is_filled


def test_a_run_at_a_kept_step_is_a_row_that_keeps_its_step(trials):
    pinned = RowKey(VERSE.run, 50)
    trials.set_model(a_model(pinned), True)
    steps = NOW | {pinned: 50}
    measure(trials, steps)
    assert trials.missing(steps | {VERSE: 200}) == ([VERSE], ["a", "b"])
    trials.go_to(VERSE, 50)
    assert trials.results[VERSE, "a"] is trials.results[pinned, "a"], "both show the run at step 50"
    run = OpenRun(VERSE.run, a_model(VERSE).record)
    assert shown_table(trials, run, steps).rows[2].caption == "at step 50"


def test_the_row_that_counts_is_a_batch_of_its_own(trials):
    counts = RowKey(VERSE.run, counts=True)
    trials.set_model(a_model(counts), True)
    models, counted = trials.begin(*trials.missing(NOW | {counts: COUNTED}), NOW | {counts: COUNTED})
    assert models.rows == (VERSE, OTHER) and counted.rows == (counts,)
    trials.end(models)
    assert trials.waiting == counted.cells
    trials.take(counted, result(0, 1))
    assert set(trials.results) == {(counts, "b")}
    run = OpenRun(VERSE.run, a_model(VERSE).record)
    heading = shown_table(trials, run, NOW).rows[2]
    assert (heading.title, heading.caption) == ("5-gram", "only counts")


def test_results_at_another_step_are_kept_for_coming_back(trials):
    measure(trials)
    before = trials.results
    trials.go_to(VERSE, 50)
    assert {cell[0] for cell in trials.results} == {OTHER}
    trials.go_to(VERSE, 100)
    assert trials.results == before


def test_a_run_that_trains_on_meanwhile_has_its_results_at_the_step_that_was_measured(trials):
    [batch] = trials.begin(*trials.missing(NOW), NOW)
    trials.take(batch, replace_step(result(0, 0), 103))
    assert trials.shown[VERSE] == 103 and trials.known[VERSE.run, 103].keys() == {"a"}
    assert (VERSE.run, 100) not in trials.known or not trials.known[VERSE.run, 100]
    assert trials.is_waiting((VERSE, "b")) and not trials.is_waiting((VERSE, "a"))
    trials.end(batch)
    assert not trials.is_waiting((VERSE, "b"))


def test_where_tokens_differ_the_table_says_that_bits_compare(trials):
    run = OpenRun(VERSE.run, a_model(VERSE).record)
    assert not shown_table(trials, run, NOW).tokens_differ
    other = replace(a_model(OTHER).record, tokenizer=TokenizerConfig(kind="byte"))
    trials.models[1] = Model(OTHER, other)
    assert shown_table(trials, run, NOW).tokens_differ


def test_in_bits_a_cell_and_its_sentence_count_bits(trials):
    measure(trials)
    run = OpenRun(VERSE.run, a_model(VERSE).record)
    entry = shown_table(trials, run, NOW, unit="bits").entries[0, 0]
    assert entry.words == "2.90"
    assert "verse on A: 2.90 bits per character" in entry.sentence
    assert shown_table(trials, run, NOW).entries[0, 0].words == "7.5"


def test_a_pasted_text_is_read_whole_and_named_by_how_it_begins():
    choice = held_back.pasted_choice("Once upon a midnight dreary, while I pondered")
    assert choice.title == "Once upon a midnight dre…"
    assert choice.held_back().corpus.text == "Once upon a midnight dreary, while I pondered"


def test_a_text_that_was_changed_loses_its_results(trials):
    kept = CorpusText(id="a", title="A", text="some")
    trials.take_loaded({"a": HeldBack(kept, "one"), "b": HeldBack(kept, "two")})
    measure(trials)
    trials.take_loaded({"a": HeldBack(kept, "changed"), "b": HeldBack(kept, "two")})
    assert trials.missing(NOW) == ([VERSE, OTHER], ["a"])


def test_home_is_the_very_text_and_not_its_name_alone(trials):
    model, text = a_model(VERSE), a_text("a")
    assert trials.is_home(model, text)
    trials.loaded["a"] = HeldBack(CorpusText(id="a", title="A", text=""), "of another version")
    assert not trials.is_home(model, text)
    trials.loaded["a"] = HeldBack(CorpusText(id="a", title="A", text=""), "of a")
    assert trials.is_home(model, text)


def test_what_is_shown_of_a_text_begins_with_a_line():
    text = "end of a line\n" + "words and words\n" * 200
    part = HeldBack(CorpusText(id="a", title="A", text=text), "")
    assert part.beginning == text[14:614]
    short = HeldBack(CorpusText(id="a", title="A", text="two\nlines"), "")
    assert short.beginning == "two\nlines"


def test_a_text_without_anything_to_predict_is_refused(tmp_path):
    path = tmp_path / "short.txt"
    path.write_text("Hello")
    loaded = held_back.load([held_back.file_choice(path)])
    assert [error.code for error in loaded.values()] == ["test.too_short"]
