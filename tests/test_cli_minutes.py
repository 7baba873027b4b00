"""`plan` and `train --minutes`: on figures of a computer that was measured before, so nothing is measured here."""

import json

import pytest

from gpt_studio.cli import parser
from gpt_studio.cli.train import _train_request
from gpt_studio.engine import budget, dial, hardware
from gpt_studio.engine.config import PRESETS
from gpt_studio.engine.events import Probed
from gpt_studio.engine.machine import measured


def probed(preset: str, gflop_per_s: float) -> Probed:
    model, batch = PRESETS[preset].model, PRESETS[preset].train.batch_size
    step_s = budget.flops_per_step(model, batch) / (gflop_per_s * 1e9)
    return Probed(preset, step_s, batch * model.block_size / step_s, gflop_per_s * 1e9, 5)


@pytest.fixture
def computer(monkeypatch, studio_home):
    """A laptop that has been measured."""
    found = hardware.Hardware("AMD Ryzen 5 5500U", 6, 12, 16 * 2**30, 10 * 2**30, (), "Debian", 80 * 2**30)
    monkeypatch.setattr(hardware, "read", lambda: found)
    measured.write(found, [probed("tiny", 70), probed("small", 110)])
    return found


def told(capsys) -> dict:
    return json.loads(capsys.readouterr().out)


def request(*words: str):
    return _train_request(parser.build().parse_args(["train", *words]))


def test_a_plan_is_told_to_people(computer, capsys):
    assert parser.main(["plan", "--minutes", "10", "--corpus", "verse_drama"]) == 0
    out = capsys.readouterr().out
    assert "layers" in out and "Expect" in out and all(name in out for name in PRESETS)


def test_a_plan_is_told_to_programs_and_follows_the_minutes(computer, capsys):
    plans = []
    for minutes in ("2", "60"):
        assert parser.main(["plan", "--minutes", minutes, "--json"]) == 0
        plans.append(told(capsys))
    short, long = (each["plan"] for each in plans)
    assert short["parameters"] < long["parameters"] and short["loss"] > long["loss"]
    assert short["seconds"] <= 120 and long["seconds"] <= 3600
    assert [row["preset"] for row in plans[0]["presets"]] == list(PRESETS)


@pytest.mark.parametrize("minutes", ["1", "61", "-5", "nan", "inf"])
def test_minutes_that_the_dial_does_not_have_are_refused_in_a_sentence(computer, capsys, minutes):
    assert parser.main(["plan", f"--minutes={minutes}"]) == 2
    assert "2 to 60" in capsys.readouterr().err


def test_minutes_instead_of_steps_bring_a_model_with_all_its_settings(computer):
    asked = request("verse_drama", "--minutes", "5")
    chosen = dial.choose(measured.read(computer).probes, 5, memory_free=computer.memory_free)
    assert (asked.model.n_layer, asked.model.n_embd) == (chosen.model.n_layer, chosen.model.n_embd)
    assert asked.minutes == 5 and asked.train.max_steps > 100
    assert asked.train.micro_batch is None and asked.train.precision == "auto"  # timed when the run begins


def test_a_form_of_ones_own_is_kept_and_gets_as_many_steps_as_fit(computer):
    five, two = (request("verse_drama", "--minutes", minutes, "--preset", "tiny") for minutes in ("5", "2"))
    assert five.model == PRESETS["tiny"].model and five.preset == "tiny"
    assert five.train.max_steps > 2 * two.train.max_steps > 2 * 100
    wide = request("verse_drama", "--minutes", "2", "--n-embd", "256", "--batch-size", "8")
    assert (wide.model.n_embd, wide.train.batch_size, wide.minutes) == (256, 8, 2)
    assert request("verse_drama", "--preset", "tiny").minutes is None


def test_minutes_and_steps_together_are_wrong_usage(computer, capsys):
    assert parser.main(["train", "verse_drama", "--minutes", "5", "--steps", "100"]) == 2
    assert "not allowed with" in capsys.readouterr().err


def test_a_run_goes_on_with_steps_not_with_minutes(computer, capsys):
    assert parser.main(["train", "--resume", "x", "--minutes", "5"]) == 2
    assert "--minutes" in capsys.readouterr().err
