"""Which models are tested on which texts: the plain data behind the matrix, and the held-back parts."""

from pathlib import Path

import pytest

from gpt_studio.engine.config import ModelConfig, TrainConfig
from gpt_studio.engine.events import Tested
from gpt_studio.engine.requests import CorpusText
from gpt_studio.engine.run_record import CorpusRecord, RunRecord
from gpt_studio.gui.parts.generalize import held_back
from gpt_studio.gui.parts.generalize.held_back import HeldBack, TextChoice
from gpt_studio.gui.parts.generalize.trials import Model, Trials
from gpt_studio.gui.parts.generalize.trials_words import shown_table
from gpt_studio.gui.state import OpenRun

VERSE, OTHER = Path("verse"), Path("other")
NOW = {VERSE: 100, OTHER: 100}


def a_model(path: Path) -> Model:
    corpus = CorpusRecord(id="a", title="A", sha256="of a", characters=1000)
    record = RunRecord(
        name=path.name, created="", model=ModelConfig(), train=TrainConfig(), corpus=corpus, preset="tiny"
    )
    return Model(path, record)


def a_text(key: str) -> TextChoice:
    return TextChoice(key, key.upper(), lambda: CorpusText(id=key, title=key, text="some text " * 100))


def result(row: int, column: int) -> Tested:
    return Tested(row, column, 2.0, 7.4, 2.9, 0.0, 100)


@pytest.fixture
def trials():
    """Two models, two texts, nothing measured."""
    trials = Trials()
    for path in (VERSE, OTHER):
        trials.set_model(a_model(path), True)
    for key in ("a", "b"):
        trials.set_text(a_text(key), True)
    return trials


def measure(trials: Trials, steps: dict[Path, int] = NOW) -> None:
    rows, columns = trials.missing(steps)
    trials.begin(rows, columns, steps)
    for row in range(len(rows)):
        for column in range(len(columns)):
            trials.take(result(row, column))


def test_a_first_test_measures_everything_in_order_of_rows(trials):
    assert trials.missing(NOW) == ([VERSE, OTHER], ["a", "b"])
    trials.begin(*trials.missing(NOW), NOW)
    assert trials.measured == (0, 4)
    assert trials.take(result(1, 0)) == (OTHER, "a")
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
    run = OpenRun(VERSE, a_model(VERSE).record)
    assert [row.caption for row in shown_table(trials, run, later).rows] == ["tested at step 100", "Tiny"]
    trials.set_text(a_text("c"), True)
    assert trials.missing(later) == ([VERSE, OTHER], ["a", "b", "c"])


def test_what_is_taken_away_takes_its_results_along(trials):
    measure(trials)
    trials.set_model(a_model(OTHER), False)
    trials.set_text(a_text("a"), False)
    assert set(trials.results) == {(VERSE, "b")}
    assert trials.is_filled


def test_a_result_for_a_row_that_has_gone_meanwhile_is_dropped(trials):
    trials.begin(*trials.missing(NOW), NOW)
    trials.set_model(a_model(OTHER), False)
    assert trials.take(result(1, 0)) is None
    assert not trials.results


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
    assert part.beginning == text[14:1514]
    short = HeldBack(CorpusText(id="a", title="A", text="two\nlines"), "")
    assert short.beginning == "two\nlines"


def test_a_text_without_anything_to_predict_is_refused(tmp_path):
    path = tmp_path / "short.txt"
    path.write_text("Hello")
    loaded = held_back.load([held_back.file_choice(path)])
    assert loaded[str(path)].code == "test.too_short"
