"""The run folder: complete in itself, strict when read, and never half written."""

import json
import shutil
import stat
from pathlib import Path

import pytest
import torch
from msgspec.structs import replace

from gpt_studio.engine import files, run_record, runs, training
from gpt_studio.engine.config import ModelConfig
from gpt_studio.engine.errors import RunError, StudioError
from gpt_studio.engine.keeping import library, logs, stored_models
from gpt_studio.engine.requests import CorpusText, ResumeRequest
from gpt_studio.engine.tokenizer import Tokenizer
from gpt_studio.engine.workshop import Workshop

from .conftest import TEXT, run_job


def refusal(call, *arguments):
    with pytest.raises(StudioError) as refused:
        call(*arguments)
    return refused.value


def model_of(run):
    return stored_models.load_model(run, runs.read_record(run).model)


def test_a_run_is_complete_in_itself(trained):
    there = {child.name for child in trained.iterdir()}
    assert {"run.json", "corpus.txt", "tokenizer.json", "metrics.jsonl", "samples.jsonl"} <= there
    assert runs.snapshot_steps(trained) == [0, 10, 25, 30]
    record = runs.read_record(trained)
    assert record.status == "done"
    assert record.progress.step == 30
    assert record.progress.best_val_loss <= record.progress.val_loss
    assert record.train.device == "cpu"
    assert record.train.precision == "fp32"
    assert record.train.threads >= 1
    assert runs.read_corpus(trained) == CorpusText(id="toy", title="Toy", text=TEXT)


def test_a_copied_run_goes_on_elsewhere(trained, tmp_path):
    copy = tmp_path / "elsewhere ünd ☃"
    shutil.copytree(trained, copy)
    assert run_job(training.resume(Workshop(), ResumeRequest(run=copy, max_steps=33)))[-1].step == 33


def test_nothing_hidden_is_left_behind(trained):
    assert not list(trained.rglob(".*"))


def test_others_may_read_what_was_written(trained):
    for file in (trained / "run.json", trained / "best" / "model.safetensors"):
        assert file.stat().st_mode & stat.S_IRUSR
        assert (file.stat().st_mode & 0o777) == 0o666 & ~_umask()


def _umask():
    import os

    mask = os.umask(0)
    os.umask(mask)
    return mask


@pytest.mark.parametrize("name", ["run.json", "corpus.txt", "tokenizer.json"])
def test_a_missing_file_is_named(trained, name):
    (trained / name).unlink()
    error = refusal(run_job, training.resume(Workshop(), ResumeRequest(run=trained, max_steps=40)))
    assert error.code in ("run.missing_file", "run.not_a_run")


@pytest.mark.parametrize("name", ["run.json", "corpus.txt", "tokenizer.json"])
def test_a_damaged_file_is_named(trained, name):
    (trained / name).write_bytes(b"\x00\xff{[")
    error = refusal(run_job, training.resume(Workshop(), ResumeRequest(run=trained, max_steps=40)))
    assert error.code in ("run.damaged", "run.missing_file", "tokenizer.damaged")


def test_a_flipped_bit_in_the_weights_is_noticed_and_the_checkpoint_before_serves(trained):
    newest = runs.step_folders(trained / "checkpoints")[30] / "model.safetensors"
    data = bytearray(newest.read_bytes())
    data[-5] ^= 1
    newest.write_bytes(data)
    assert model_of(trained)[1] == 0  # the one before
    error = refusal(stored_models.load_model, trained, runs.read_record(trained).model, 31)
    assert error.code == "run.no_snapshot"


def test_a_run_without_a_readable_checkpoint_says_so(trained):
    shutil.rmtree(trained / "checkpoints")
    assert refusal(model_of, trained).code == "run.no_checkpoint"


def test_weights_of_another_shape_are_refused(trained):
    error = refusal(stored_models.load_model, trained, ModelConfig(n_layer=1, n_head=1, n_embd=8, vocab_size=5), 10)
    assert error.code == "run.damaged"


def test_a_newer_format_is_refused_by_name(trained):
    record = json.loads((trained / "run.json").read_text())
    (trained / "run.json").write_text(json.dumps({**record, "format": run_record.FORMAT + 1}))
    assert refusal(runs.read_record, trained).code == "run.newer"


def test_settings_beyond_their_limits_are_refused(trained):
    record = json.loads((trained / "run.json").read_text())
    record["model"]["n_head"] = 3
    (trained / "run.json").write_text(json.dumps(record))
    assert refusal(runs.read_record, trained).code == "run.damaged"


def test_a_torn_last_line_is_passed_over(trained):
    whole = runs.read_metrics(trained)
    with (trained / "metrics.jsonl").open("ab") as log:
        log.write(b'{"event":"step","st')
    assert runs.read_metrics(trained) == whole


def test_a_line_after_a_torn_one_stands_alone(tmp_path):
    log = tmp_path / "log.jsonl"
    log.write_bytes(b'{"a":1}\n{"b":')
    logs.append_line(log, '{"c":3}')
    assert logs.read_lines(log) == ['{"a":1}', '{"b":', '{"c":3}']


def test_the_library_lists_runs_newest_first_and_tells_of_damaged_ones(toy_request, tmp_path):
    for name in ("first", "second"):
        run_job(training.train(Workshop(), toy_request(name, max_steps=1)))
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "run.json").write_bytes(b'{"format": 1, "name": "\xff"}')
    (tmp_path / ".hidden").mkdir()
    found = library.all_runs(tmp_path)
    assert [run.name for run in found] == ["second", "first", "broken"]
    assert found[-1].problem.code == "run.damaged"


def test_a_run_is_found_by_folder_path_and_name(trained):
    runs.rename(trained, "my best one")
    home = trained.parent
    assert library.find("my best one", home) == library.find("trained", home) == library.find(str(trained)) == trained
    assert refusal(library.find, "nowhere", home).code == "run.not_found"


@pytest.mark.parametrize(
    ("id", "title", "name"),
    [
        ("verse_drama", "Verse drama", "verse-4×128"),
        ("startup_pitches", "Startup pitches", "pitches-4×128"),
        ("recipes", "Grandma's recipes", "grandma-s-recipes-4×128"),
        ("diary", "The very long diary of a very long year", "the-very-long-diary-of-a-4×128"),
        ("text", "☃", "text-4×128"),
    ],
)
def test_a_run_is_named_after_its_text_and_its_size(id, title, name):
    assert library.suggest_name(CorpusText(id=id, title=title, text=""), ModelConfig()) == name
    assert library.suggest_name(CorpusText(id=id, title=title, text=""), ModelConfig(n_layer=0)).endswith("-bigram")


def test_a_name_that_is_taken_gets_a_number(tmp_path):
    assert library.new_folder_for("verse-4×128", tmp_path).name == "verse-4x128"
    (tmp_path / "verse-4x128").mkdir()
    assert library.new_folder_for("verse-4×128", tmp_path).name == "verse-4x128-2"
    assert library.new_folder_for("☃☃", tmp_path).name == "run"


def test_a_folder_appears_only_when_it_is_whole(tmp_path):
    with pytest.raises(ZeroDivisionError), files.new_folder(tmp_path / "new") as folder:
        files.write_part(folder / "part", b"x")
        assert not (tmp_path / "new").exists()
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_a_short_write_is_finished_and_a_failed_one_keeps_the_old_file(tmp_path, monkeypatch):
    class SlowDisk(files.SystemDisk):
        def write(self, descriptor, data):
            return super().write(descriptor, data[:3])

    class FullDisk(files.SystemDisk):
        def write(self, descriptor, data):
            if len(data) > 4:
                return super().write(descriptor, data[:4])
            raise OSError(28, "No space left on device")

    target = tmp_path / "file"
    monkeypatch.setattr(files, "disk", SlowDisk())
    files.write_file(target, b"whole text")
    assert target.read_bytes() == b"whole text"
    monkeypatch.setattr(files, "disk", FullDisk())
    assert refusal(files.write_file, target, b"another text").code == "files.write"
    assert target.read_bytes() == b"whole text"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_that_holds_other_things_is_not_used(toy_request):
    folder = toy_request().run
    folder.mkdir()
    (folder / "homework.txt").write_text("mine")
    assert refusal(run_job, training.train(Workshop(), toy_request())).code == "run.not_empty"
    assert isinstance(refusal(run_job, training.train(Workshop(), toy_request())), RunError)
    assert [child.name for child in folder.iterdir()] == ["homework.txt"]


def test_of_two_that_begin_in_one_folder_at_the_same_moment_one_is_refused(toy_request):
    first, second = (training.train(Workshop(), toy_request(max_steps=3)) for _ in range(2))
    next(first)
    next(second)
    run_job(first)
    before = (toy_request().run / "run.json").read_bytes()
    assert refusal(run_job, second).code == "run.exists"
    assert (toy_request().run / "run.json").read_bytes() == before
    assert not list(toy_request().run.parent.glob(".*"))


def test_an_empty_folder_that_is_there_is_used_and_not_exchanged(toy_request):
    folder = toy_request().run
    folder.mkdir()
    number = folder.stat().st_ino
    run_job(training.train(Workshop(), toy_request(max_steps=1)))
    assert folder.stat().st_ino == number


def test_a_giant_in_run_json_is_refused_before_memory_is_taken_for_it(trained):
    record = json.loads((trained / "run.json").read_text())
    record["model"].update(n_layer=200, n_embd=16384)
    (trained / "run.json").write_text(json.dumps(record))
    assert refusal(model_of, trained).code == "run.damaged"
    resumed = training.resume(Workshop(), ResumeRequest(run=trained, max_steps=40))
    assert refusal(run_job, resumed).code == "device.memory"


def test_a_vocabulary_of_another_size_is_refused(trained):
    tokenizer = Tokenizer.characters("another text")
    (trained / "tokenizer.json").write_text(tokenizer.to_json())
    error = refusal(runs.read_tokenizer, trained)
    assert (error.code, error.values["file"]) == ("run.damaged", "tokenizer.json")


def test_rubbish_among_the_actions_is_passed_over(trained):
    with (trained / "actions.jsonl").open("wb") as log:
        log.write(b'\x00\xff\n{"step":1,"action":"max_steps","value":-5}\n[[[[\n')
        log.write(b'{"step":30,"action":"max_steps","value":35}\n{"step":30,"action":"max_steps","value":0}\n{"st')
    assert runs.max_steps(trained, runs.read_record(trained)) == 35


def test_a_run_that_may_not_be_opened_does_not_hide_the_others(trained, monkeypatch):
    closed = trained.with_name("closed")
    shutil.copytree(trained, closed)
    is_file = Path.is_file

    def may_not(path):
        if path.parent == closed:
            raise PermissionError(13, "Permission denied")
        return is_file(path)

    monkeypatch.setattr(Path, "is_file", may_not)
    found = {run.path.name: run.problem for run in library.all_runs(trained.parent)}
    assert found["trained"] is None
    assert found["closed"].code == "run.unreadable"


def test_a_name_too_long_for_a_folder_is_a_run_that_is_not_there(trained):
    assert refusal(library.find, "x" * 5000, trained.parent).code == "run.not_found"


@pytest.mark.parametrize("name", ["metrics.jsonl", "samples.jsonl", "actions.jsonl"])
def test_a_folder_in_the_place_of_a_log_is_named(trained, name):
    (trained / name).unlink(missing_ok=True)
    (trained / name).mkdir()
    error = refusal(run_job, training.resume(Workshop(), ResumeRequest(run=trained, max_steps=40)))
    assert (error.code, error.values["file"]) == ("run.damaged", name)


def test_a_run_from_a_machine_with_another_device_goes_on_here(trained):
    missing = "mps" if not torch.backends.mps.is_available() else "cuda"
    record = runs.read_record(trained)
    runs.write_record(trained, replace(record, train=replace(record.train, device=missing, precision="fp16")))
    events = run_job(training.resume(Workshop(), ResumeRequest(run=trained, max_steps=32)))
    assert events[0].device != missing
    assert events[-1].step == 32


def test_what_a_full_disk_refuses_is_told_by_the_name_that_people_know(tmp_path, monkeypatch):
    class FullDisk(files.SystemDisk):
        def write(self, descriptor, data):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "disk", FullDisk())

    def save():
        with files.new_folder(tmp_path / "step-000025") as folder:
            files.write_part(folder / "model.safetensors", b"x")

    assert refusal(save).values["path"] == str(tmp_path / "step-000025")
    assert list(tmp_path.iterdir()) == []
