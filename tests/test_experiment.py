"""`gpt-studio experiment`: what it lists, and what a run of it tells."""

import json

import pytest

from gpt_studio.cli import ladder
from gpt_studio.cli.parser import main
from gpt_studio.engine.experiments import ladder_record, series
from gpt_studio.engine.experiments.catalogue import EXPERIMENTS
from gpt_studio.engine.experiments.experiment import run_of
from gpt_studio.engine.experiments.ladder import RUNGS
from gpt_studio.engine.experiments.record import notes_of
from gpt_studio.engine.keeping import library


@pytest.fixture
def text(tmp_path) -> str:
    file = tmp_path / "toy.txt"
    file.write_text("".join(f"Ann has {count} cats and {count % 7} dogs.\n" for count in range(60)), "utf-8")
    return str(file)


def told(capsys) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_the_list_has_every_experiment(capsys):
    assert main(["experiment", "list", "--json"]) == 0
    assert [each["id"] for each in told(capsys)] == list(EXPERIMENTS)


def test_an_unknown_experiment_is_refused_with_those_there_are(capsys):
    assert main(["experiment", "run", "flying"]) == 1
    assert "'flying'" in (words := capsys.readouterr().err)
    assert "'words'" in words


def test_two_runs_are_trained_into_the_library_and_their_difference_is_told(capsys, text):
    assert main(["experiment", "run", "words", "--corpus", text, "--steps", "2", "--seeds", "1", "--json"]) == 0
    *outcomes, effect = told(capsys)
    assert [run_of(each["role"]).side for each in outcomes] == ["a", "b"]
    assert effect["difference"] == pytest.approx(outcomes[1]["final"] - outcomes[0]["final"])
    assert {str(run.path) for run in library.all_runs()} == {each["run"] for each in outcomes}
    (kept,) = series.read_all()
    assert notes_of(kept).experiment.measured is None  # that was of another text
    assert set(notes_of(kept).outcomes) == {each["role"] for each in outcomes}
    assert [series.read_from(kept.run(role)).id for role in kept.runs] == [kept.id, kept.id]


def test_a_small_difference_brings_more_seeds_and_an_interval(capsys, text):
    assert main(["experiment", "run", "one_head", "--corpus", text, "--steps", "1"]) == 0
    words = capsys.readouterr().out
    assert words.count("1339") == 2
    assert "3 pairs: 95 % interval" in words


def test_a_ladder_counts_trains_and_is_kept_for_the_window(capsys, text, monkeypatch):
    monkeypatch.setattr(ladder, "RUNGS", RUNGS[:5])  # two of them are trained
    assert main(["experiment", "ladder", text, "--steps", "1", "--json"]) == 0
    rungs = told(capsys)
    assert [each["rung"] for each in rungs] == [rung.id for rung in RUNGS[:5]]
    assert all(each["final"] > 0 and each["text"] for each in rungs)
    (kept,) = series.read_all()
    notes = ladder_record.notes_of(kept)
    assert not notes.missing
    assert {role: str(kept.run(role)) for role in kept.runs} == {
        each["rung"]: each["run"] for each in rungs if each["run"]
    }


def test_a_ladder_of_a_text_that_is_too_short_is_refused_in_a_sentence(capsys, tmp_path):
    (tmp_path / "short.txt").write_text("Ann has a cat.", "utf-8")
    assert main(["experiment", "ladder", str(tmp_path / "short.txt")]) == 1
    assert "the text has 14 characters" in capsys.readouterr().err
    assert not series.read_all()
