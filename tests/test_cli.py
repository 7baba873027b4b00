"""The command line, as a script sees it: what it prints, where, and with which exit status."""

import json
import os
import signal
import subprocess
import sys
from contextlib import ExitStack, nullcontext
from pathlib import Path

import numpy as np
import pytest

from gpt_studio import paths
from gpt_studio.cli import main, train
from gpt_studio.cli.words import SENTENCES, diagnosis
from gpt_studio.engine import clock, files, runs
from gpt_studio.engine.doctor import Finding
from gpt_studio.engine.events import StepDone

ROOT = Path(__file__).resolve().parent.parent
TINY = ["--n-layer", "1", "--n-head", "2", "--n-embd", "16", "--block-size", "16", "--batch-size", "4"]


@pytest.fixture
def text(tmp_path, tiny_text) -> str:
    file = tmp_path / "verse.txt"
    file.write_text(tiny_text, encoding="utf-8")
    return str(file)


@pytest.fixture
def run(tmp_path, text, capsys) -> str:
    folder = str(tmp_path / "run")
    assert main(["train", text, *TINY, "--steps", "12", "--eval-every", "6", "--run", folder]) == 0
    capsys.readouterr()
    return folder


def told(capsys) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def refusal(capsys, *arguments) -> tuple[int, str]:
    status = main([*arguments])
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1 and captured.err.rstrip("\n").isprintable()
    assert len(captured.err) < 800
    assert captured.err.startswith("gpt-studio: ")
    assert "Traceback" not in captured.err
    return status, captured.err


def test_train_tells_its_events_as_json_lines(capsys, text, tmp_path):
    folder = str(tmp_path / "run")
    arguments = ["train", text, *TINY, "--steps", "12", "--eval-every", "6", "--seed", "3", "--run", folder, "--json"]
    assert main(arguments) == 0
    events = told(capsys)
    assert events[0]["event"] == "started"
    assert set(events[0]) >= {
        "run",
        "parameters",
        "device",
        "precision",
        "vocab_size",
        "train_tokens",
        "val_tokens",
        "max_steps",
    }
    steps = [event for event in events if event["event"] == "step"]
    assert [step["step"] for step in steps] == list(range(1, 13))
    assert set(steps[0]) >= {"train_loss", "learning_rate", "grad_norm", "tokens_per_s", "seconds"}
    checks = [event for event in events if event["event"] == "evaluated"]
    assert [check["step"] for check in checks] == [0, 6, 12]
    assert set(checks[0]) >= {"train_loss", "val_loss", "bits_per_char"}
    ended = events[-1]
    assert (ended["event"], ended["ending"], ended["step"]) == ("ended", "done", 12)
    assert ended["val_loss"] == checks[-1]["val_loss"]
    assert ended["wall_seconds"] >= ended["seconds"]
    assert Path(next(event for event in events if event["event"] == "saved")["path"]).name == "step-000000"


def test_train_shows_people_the_result_and_scripts_nothing_on_standard_error(capsys, text, tmp_path):
    assert main(["train", text, *TINY, "--steps", "3", "--run", str(tmp_path / "a")]) == 0
    shown = capsys.readouterr()
    assert "held-back loss" in shown.out
    assert "step 3" in shown.err
    assert main(["train", text, *TINY, "--steps", "3", "--run", str(tmp_path / "b"), "--json"]) == 0
    assert capsys.readouterr().err == ""


def test_a_run_without_a_folder_goes_into_the_library_and_is_found_by_name(capsys, text, studio_home):
    assert main(["train", text, *TINY, "--steps", "2", "--json"]) == 0
    folder = Path(told(capsys)[0]["run"])
    assert folder.is_relative_to(studio_home)
    assert main(["runs", "--json"]) == 0
    listed = told(capsys)
    assert [entry["path"] for entry in listed] == [str(folder)]
    assert main(["generate", listed[0]["name"], "--length", "5"]) == 0


@pytest.mark.parametrize(("kind", "size"), [("byte", 256), ("bpe", 270)])
def test_every_command_works_with_bytes_and_byte_pairs(capsys, text, tmp_path, kind, size):
    folder = str(tmp_path / "run")
    chosen = ["--tokenizer", kind, *(["--vocab-size", str(size)] if kind == "bpe" else [])]
    assert main(["train", text, *TINY, *chosen, "--steps", "4", "--run", folder, "--json"]) == 0
    started = told(capsys)[0]
    assert started["vocab_size"] == size and runs.read_record(Path(folder)).tokenizer.kind == kind
    assert main(["train", "--resume", folder, "--steps", "6", "--json"]) == 0
    assert told(capsys)[-1]["step"] == 6
    assert main(["generate", folder, "--prompt", "Ω ", "--length", "20", "--seed", "1", "--json"]) == 0
    assert told(capsys)[0]["prompt"] == "Ω "
    assert main(["evaluate", folder, text, "--json"]) == 0
    (cell,) = told(capsys)
    assert cell["unknown_share"] == 0 and cell["bits_per_char"] > 0
    kept = tmp_path / "heads.npz"
    assert main(["attention", folder, "--text", "naïve", "--out", str(kept)]) == 0
    assert str(np.load(kept)["tokens"][0]).startswith("n")


def test_a_vocabulary_size_is_for_byte_pairs_alone_and_what_the_text_can_give(capsys, text):
    for kind, reason in (("char", "the text's characters"), ("byte", "the 256 bytes")):
        status, said = refusal(capsys, "train", text, "--tokenizer", kind, "--vocab-size", "512")
        assert status == 2 and reason in said
    status, said = refusal(capsys, "train", text, *TINY, "--tokenizer", "bpe", "--vocab-size", "8192")
    assert status == 1 and "too small for a vocabulary of 8192" in said and "--vocab-size" in said
    assert refusal(capsys, "train", text, "--tokenizer", "bpe", "--vocab-size", "255")[0] == 2


def test_train_leaves_parts_of_the_model_out_and_says_so(capsys, text):
    left_out = ["--without", "mask", "position", "--without", "mlp", "scores"]
    assert main(["train", text, *TINY, "--steps", "2", *left_out, "--json"]) == 0
    folder = Path(told(capsys)[0]["run"])
    assert runs.read_record(folder).model.without == ("position", "mask", "scores", "mlp")
    assert main(["runs"]) == 0
    assert "verse-1×16 without position, mask, scores, mlp" in capsys.readouterr().out
    assert main(["generate", str(folder), "--length", "40"]) == 0


def test_resume_goes_on_and_takes_only_its_own_words(capsys, run):
    assert main(["train", "--resume", run, "--steps", "15", "--json"]) == 0
    events = told(capsys)
    assert events[0]["step"] == 12
    assert events[-1]["step"] == 15
    status, words = refusal(capsys, "train", "--resume", run, "--batch-size", "9")
    assert status == 2
    assert "--batch-size" in words


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "logout"])
def test_ctrl_c_or_a_logout_saves_and_stops(tmp_path, text, studio_home, sent):
    folder = tmp_path / "run"
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gpt_studio",
            "train",
            text,
            *TINY,
            "--steps",
            "1000000",
            "--run",
            str(folder),
            "--json",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    lines = []
    for line in process.stdout:
        lines.append(json.loads(line))
        if lines[-1]["event"] == "step" and lines[-1]["step"] >= 20:
            process.send_signal(sent)
            break
    rest, errors = process.communicate(timeout=60)
    events = lines + [json.loads(line) for line in rest.splitlines()]
    assert process.returncode == 0
    assert errors == ""
    assert (events[-1]["event"], events[-1]["ending"]) == ("ended", "stopped")
    assert events[-1]["val_loss"] is not None
    assert events[-2]["event"] == "saved"
    assert runs.read_record(folder).status == "stopped"
    assert events[-1]["step"] in runs.step_folders(folder / "checkpoints")


class Interrupting:
    """Stands for the signals' handler: Ctrl-C was pressed before the job's turn of that number."""

    def __init__(self, turn: int) -> None:
        self.left = turn

    @property
    def asked(self) -> bool:
        self.left -= 1
        return self.left < 0


def test_ctrl_c_before_a_run_has_begun_says_so_and_leaves_nothing(capsys, text, tmp_path, monkeypatch):
    monkeypatch.setattr(train, "ctrl_c", lambda: nullcontext(Interrupting(0)))
    assert main(["train", text, *TINY, "--run", str(tmp_path / "run"), "--json"]) == 130
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "gpt-studio: stopped.\n"
    assert not (tmp_path / "run").exists()


def test_ctrl_c_at_any_turn_ends_a_run_once(capsys, text, tmp_path, monkeypatch):
    arguments = ["train", text, *TINY, "--steps", "3", "--eval-every", "3", "--json"]
    endings = set()
    for turn in range(6, 200, 9):
        monkeypatch.setattr(train, "ctrl_c", lambda turn=turn: nullcontext(Interrupting(turn)))
        status = main([*arguments, "--run", str(tmp_path / str(turn))])
        events = told(capsys)
        if status == 130:
            continue
        assert status == 0
        assert [event["event"] for event in events].count("ended") == 1
        assert events[-1]["wall_seconds"] >= events[-1]["seconds"]
        endings.add(events[-1]["ending"])
    assert endings == {"stopped", "done"}


def test_generate_prints_prompt_and_continuation(capsys, run):
    assert main(["generate", run, "--prompt", "Good ", "--length", "20", "--seed", "1"]) == 0
    first = capsys.readouterr().out
    assert first.startswith("Good ")
    assert len(first) == len("Good ") + 20 + 1
    assert main(["generate", run, "--prompt", "Good ", "--length", "20", "--seed", "1", "--json"]) == 0
    answer = told(capsys)[0]
    assert answer["prompt"] + answer["text"] + "\n" == first
    assert answer["seed"] == 1
    assert answer["tokens_per_s"] > 0


def test_generate_is_greedy_at_temperature_zero(capsys, run):
    texts = set()
    for seed in ("1", "2"):
        assert main(["generate", run, "--temperature", "0", "--length", "9", "--seed", seed, "--json"]) == 0
        texts.add(told(capsys)[0]["text"])
    assert len(texts) == 1


def test_generate_tells_of_unknown_characters_and_goes_on(capsys, run):
    assert main(["generate", run, "--prompt", "Aж", "--length", "3"]) == 0
    captured = capsys.readouterr()
    assert "ж" in captured.err
    assert captured.out.startswith("A")


def test_evaluate_measures_the_held_back_part_of_the_run_s_own_text(capsys, run, text, tmp_path):
    other = tmp_path / "other.txt"
    other.write_text("Good morrow ж\n" * 5, encoding="utf-8")
    assert main(["evaluate", run, text, str(other), "--json"]) == 0
    own, foreign = told(capsys)
    assert own["text"] == text
    assert own["characters"] == 400
    assert own["loss"] == pytest.approx(runs.read_record(Path(run)).progress.val_loss, rel=1e-5)
    assert foreign["unknown_share"] == pytest.approx(1 / 14)
    assert set(own) == {"text", "loss", "perplexity", "bits_per_char", "unknown_share", "characters"}


def test_attention_writes_weights_and_pictures(capsys, run, tmp_path):
    assert main(["attention", run, "--text", "Good", "--out", str(tmp_path / "a.npz")]) == 0
    kept = np.load(tmp_path / "a.npz", allow_pickle=False)
    assert kept["weights"].shape == (1, 2, 4, 4)
    assert list(kept["tokens"]) == list("Good")
    assert main(["attention", run, "--text", "Good", "--step", "0", "--out", str(tmp_path / "a.png")]) == 0
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert capsys.readouterr().out == ""


def test_hardware_names_the_preset_that_was_measured(capsys):
    assert main(["hardware", "--json"]) == 0
    answer = told(capsys)[0]
    assert answer["preset"] in ("bigram", "tiny", "small", "medium", "large", "xl", "gpt2")
    assert answer["probes"]
    assert answer["threads"] >= 1


def test_the_self_test_passes(capsys):
    assert main(["self-test", "--json"]) == 0
    checks = told(capsys)
    assert [check["check"] for check in checks] == [
        "program", "versions", "device", "speed", "disk", "window", "train", "save", "resume", "write", "test", "look",
    ]  # fmt: skip
    assert all(check["ok"] for check in checks)
    page = paths.log_file().with_name("self-test.txt").read_text("utf-8")
    for check in checks:
        assert check["message"] in page


@pytest.mark.parametrize(
    ("arguments", "status", "named"),
    [
        (["frobnicate"], 2, "frobnicate"),
        (["train"], 2, "--resume"),
        (["train", "nowhere.txt"], 1, "nowhere.txt"),
        (["train", "startup_pitches", "--n-head", "3"], 2, "3 heads"),
        (["train", "startup_pitches", "--preset", "bigram", "--without", "mask"], 2, "--without"),
        (["train", "startup_pitches", "--without", "wings"], 2, "wings"),
        (["train", "startup_pitches", "--steps", "0"], 2, "--steps 0"),
        (["train", "startup_pitches", "--dropout", "nan"], 2, "--dropout"),
        (["train", "startup_pitches", "--learning-rate", "inf"], 2, "--learning-rate"),
        (["train", "startup_pitches", "--n-layer", "200", "--n-embd", "16384"], 1, "memory"),
        (["train", "startup_pitches", "--run", "x" * 5000], 1, "cannot be written"),
        (["train", "y" * 5000], 1, "yyy"),
        (["train", "a\nb\x1b[31m"], 1, "a"),
        (["generate", "x" * 5000], 1, "no run"),
        (["generate", "nowhere", "--temperature", "nan"], 2, "--temperature"),
        (["train", "startup_pitches", "--dropout", "1.5"], 2, "--dropout"),
        (["train", "startup_pitches", "--block-size", "500000"], 2, "--block-size"),
        (["train", "startup_pitches", "--minutes", "300"], 2, "--minutes"),
        (["train", "--resume", "nowhere"], 1, "nowhere"),
        (["generate", "nowhere"], 1, "nowhere"),
        (["generate", "/"], 1, "run.json"),
        (["evaluate", "nowhere", "startup_pitches"], 1, "nowhere"),
        (["attention", "nowhere", "--text", "x", "--out", "x.doc"], 2, ".npz"),
        (["bench", "--only", "nothing"], 2, "nothing"),
        (["export", "x"], 2, "export"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(capsys, arguments, status, named):
    got, words = refusal(capsys, *arguments)
    assert got == status
    assert named in words


def test_bad_texts_are_refused_with_what_to_do(capsys, tmp_path):
    short, binary, empty = (tmp_path / name for name in ("short.txt", "binary.txt", "empty.txt"))
    short.write_text("hello")
    binary.write_bytes(bytes(range(256)) * 20)
    empty.write_text("")
    huge = tmp_path / "huge.txt"
    with huge.open("wb") as file:
        file.truncate(500 * 1024**2)
    for path, word in (
        (short, "at least"),
        (binary, "text"),
        (empty, "empty"),
        (huge, "smaller"),
        (tmp_path, "folder"),
    ):
        status, words = refusal(capsys, "train", str(path))
        assert status == 1
        assert word in words


def test_an_existing_run_is_refused_and_kept(capsys, run, text):
    before = (Path(run) / "metrics.jsonl").read_bytes()
    status, words = refusal(capsys, "train", text, *TINY, "--run", run)
    assert status == 1
    assert "--resume" in words
    assert (Path(run) / "metrics.jsonl").read_bytes() == before


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the system's administrator may write anywhere"
)
def test_a_folder_that_cannot_be_written_is_named(capsys, text, tmp_path):
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    status, words = refusal(capsys, "train", text, *TINY, "--run", str(locked / "run"))
    assert status == 1
    assert "locked" in words


def test_a_file_in_the_place_of_a_folder_is_told(capsys, text, tmp_path):
    (tmp_path / "file").write_text("x")
    status, words = refusal(capsys, "train", text, *TINY, "--run", str(tmp_path / "file" / "run"))
    assert status == 1
    assert "cannot be written" in words


def test_a_damaged_run_is_told_by_file(capsys, run):
    (Path(run) / "corpus.txt").unlink()
    status, words = refusal(capsys, "train", "--resume", run, "--steps", "20")
    assert status == 1
    assert "corpus.txt" in words


def test_every_sentence_can_be_said():
    assert all(sentence.endswith(".") for code, sentence in SENTENCES.items() if code != "cli.setting")


def test_help_does_not_wait_for_torch():
    code = (
        "import sys; sys.modules['torch'] = None; from gpt_studio.cli import main; sys.exit(main(['train', '--help']))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)


def test_a_reader_that_goes_away_is_no_error(run):
    command = f'"{sys.executable}" -m gpt_studio generate "{run}" --length 3000 | head -c 1'
    ended = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert "Traceback" not in ended.stderr


def test_a_run_that_another_program_trains_is_followed_until_it_is_free(capsys, run, monkeypatch):
    path, writing = Path(run), ExitStack()
    writing.enter_context(files.locked(path))
    step = StepDone(step=13, train_loss=2.5, learning_rate=0.01, grad_norm=1.0, tokens_per_s=900.0, seconds=1.0)

    class OthersAtWork(clock.SystemClock):
        """While one sleeps, the other program makes a step, then ends."""

        turns = 0

        def sleep(self, seconds: float) -> None:
            self.turns += 1
            if self.turns == 1:
                runs.append_events(path, [step])
            else:
                writing.close()

    monkeypatch.setattr(clock, "source", OthersAtWork())
    before = (path / "run.json").read_bytes()
    assert main(["train", "--resume", run, "--json"]) == 0
    output = capsys.readouterr()
    events = [json.loads(line) for line in output.out.splitlines()]
    assert [event["event"] for event in events] == ["started", "step", "ended"]
    assert (events[0]["max_steps"], events[1]["step"], events[2]["ending"]) == (12, 13, "done")
    assert "looking on" in output.err and str(os.getpid()) in output.err
    assert (path / "run.json").read_bytes() == before


def test_more_steps_for_a_run_that_another_program_trains_are_refused(capsys, run):
    with files.locked(Path(run)):
        status, words = refusal(capsys, "train", "--resume", run, "--steps", "99")
    assert status == 1 and "written by another GPT Studio" in words


def test_export_writes_a_folder_for_other_programs(capsys, run, tmp_path):
    assert main(["export", run, "--format", "hf", "--out", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().out == ""
    assert {"config.json", "model.safetensors", "tokenizer.json", "README.md"} <= {
        file.name for file in (tmp_path / "out").iterdir()
    }
    assert refusal(capsys, "export", run, "--format", "hf", "--out", str(tmp_path / "out"))[0] == 1


def test_what_the_doctor_finds_is_one_line_that_says_what_to_do():
    values = {"loss": 3.2, "lowest": 3.234, "began": 4.1, "step": 1200, "rate": 1.0}
    words = diagnosis(Finding("doctor.rate_high", values, 1200, 0.04))
    assert words == (
        "the learning rate is too high: the loss stands at 3.20, and counting letters alone reaches 3.23. "
        "Try --learning-rate 0.04."
    )
    assert diagnosis(Finding("doctor.learning", {"fall": 0.1, "since": 100})) == ""
    leak = diagnosis(Finding("doctor.leak", {"share": 0.413}))
    assert leak.startswith("41% of the held-back text")


def test_a_run_of_a_short_text_ends_with_a_word_about_it(capsys, tmp_path, text):
    short = ["--steps", "12", "--eval-every", "6", "--early-stop", "3"]
    status = main(["train", text, *TINY, *short, "--run", str(tmp_path / "run")])
    told = capsys.readouterr().out
    assert status == 0 and "note: the text has only" in told
    assert runs.read_record(tmp_path / "run").train.early_stop == 3
