"""The doctor: sixteen real runs get the right diagnosis, and it neither flickers nor depends on who looks when.

The curves were recorded by doctor/record.py.
"""

import json
import math
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace

from gpt_studio.engine import doctor, runs
from gpt_studio.engine.config import ModelConfig, usual_rate
from gpt_studio.engine.doctor import Case, Curves, Doctor
from gpt_studio.engine.keeping.references import References

RECORDED: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("doctor").joinpath("runs.json").read_text())
BAD = [name for name, run in RECORDED.items() if run["wanted"]]
HEALTHY = [name for name, run in RECORDED.items() if not run["wanted"]]


def case_of(run: dict[str, Any], **changes: Any) -> Case:
    known = {
        "vocab_size": run["vocab_size"],
        "characters": run["characters"],
        "max_steps": run["max_steps"],
        "learning_rate": run["learning_rate"],
        "usual_rate": usual_rate(ModelConfig(n_head=1, n_embd=run["n_embd"]), run["optimizer"]),
        "references": msgspec.convert(run["references"], References),
        "failed": run["failed"],
    }
    return Case(**{**known, **changes})


def curves_of(run: dict[str, Any]) -> Curves:
    losses, checks = np.array(run["steps"], dtype=float), np.array(run["checks"]).reshape(-1, 2)
    return Curves(np.arange(1.0, len(losses) + 1), losses, checks[:, 0], checks[:, 1])


def said(run: dict[str, Any], every: int = 5, **changes: Any) -> list[str]:
    """What is said while the run grows, each time that it changes."""
    whole, found, told = curves_of(run), Doctor(case_of(run, **changes)), []
    for step in range(0, whole.step + every, every):
        code = found.follow(whole.until(step)).code
        if not told or told[-1] != code:
            told.append(code)
    return told


def test_there_are_ten_bad_runs_and_five_healthy_ones_of_three_texts():
    assert len(BAD) >= 10 and len(HEALTHY) == 5
    assert {name.split()[-1] for name in HEALTHY} == {"verse", "pitches", "python"}
    assert {name.split()[1] for name in HEALTHY} == {"tiny", "small"}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_run_is_told_what_is_wrong_and_nothing_else(name):
    run = RECORDED[name]
    troubles = [code for code in said(run) if doctor.Finding(code).is_trouble]
    assert troubles == [f"doctor.{run['wanted']}"]


@pytest.mark.parametrize("name", HEALTHY)
def test_a_healthy_run_is_never_told_of_trouble(name):
    assert not any(doctor.Finding(code).is_trouble for code in said(RECORDED[name]))


@pytest.mark.parametrize("name", [*BAD, *HEALTHY])
def test_whoever_opens_a_run_later_is_told_what_those_were_told_who_looked_on(name):
    whole, case = curves_of(RECORDED[name]), case_of(RECORDED[name])
    looking_on = Doctor(case)
    for step in range(0, whole.step, 7):
        looking_on.follow(whole.until(step))
    assert looking_on.follow(whole) == Doctor(case).follow(whole)


@pytest.mark.parametrize(("optimizer", "usual"), [("muon", 0.04), ("adamw", 0.004)])
def test_a_rate_to_use_instead_is_the_usual_one(optimizer, usual):
    high = next(run for name, run in RECORDED.items() if run["wanted"] == "rate_high" and run["optimizer"] == optimizer)
    low = next(run for name, run in RECORDED.items() if run["wanted"] == "rate_low" and run["optimizer"] == optimizer)
    for run in (high, low):
        assert Doctor(case_of(run)).follow(curves_of(run)).rate == usual


def test_the_evidence_of_learning_by_heart_is_the_best_check_and_the_newest():
    run = next(run for run in RECORDED.values() if run["wanted"] == "turned_up")
    found = Doctor(case_of(run)).follow(curves_of(run))
    best = min(run["checks"], key=lambda check: check[1])
    assert (found.step, found.values["best"]) == (best[0], best[1])
    assert found.values["now"] > found.values["best"]


def test_one_bad_check_and_one_hard_stretch_of_batches_change_nothing():
    run = RECORDED["healthy: tiny on verse"]
    whole = curves_of(run)
    losses, checks = whole.losses.copy(), whole.checks.copy()
    checks[10] += 0.3
    losses[500:530] += 0.5
    troubled = Curves(whole.steps, losses, whole.check_steps, checks)
    found = Doctor(case_of(run))
    assert not any(found.follow(troubled.until(step)).is_trouble for step in range(0, 1001, 3))


def test_a_loss_that_climbs_and_stays_up_is_the_rate_whatever_it_is():
    run = RECORDED["healthy: tiny on verse"]
    whole = curves_of(run)
    losses = whole.losses.copy()
    losses[400:] += 1.0
    found = Doctor(case_of(run)).follow(Curves(whole.steps, losses, whole.check_steps, whole.checks))
    assert found.code == "doctor.climbed"
    assert found.rate == pytest.approx(0.01)


def test_a_loss_that_is_no_number_is_said_at_once_and_where():
    run = RECORDED["healthy: tiny on verse"]
    whole = curves_of(run)
    losses = whole.losses.copy()
    losses[41] = math.nan
    found = Doctor(case_of(run)).follow(Curves(whole.steps, losses, whole.check_steps, whole.checks).until(42))
    assert (found.code, found.step) == ("doctor.not_finite", 42)


def test_a_bigram_model_is_not_blamed_for_being_one():
    run = RECORDED["width 4"]
    assert "doctor.too_small" not in said(run, is_bigram=True)


def test_held_back_far_below_training_is_two_kinds_of_text_unless_dropout_explains_it():
    run = RECORDED["healthy: tiny on verse"]
    whole = curves_of(run)
    lower = Curves(whole.steps, whole.losses, whole.check_steps, whole.checks - 0.6)
    assert Doctor(case_of(run)).follow(lower).code == "doctor.below"
    assert not Doctor(case_of(run, dropout=0.2)).follow(lower).is_trouble


def test_a_run_is_diagnosed_from_its_folder(trained):
    record, events = runs.read_record(trained), runs.read_metrics(trained)
    found = doctor.of_run(record, events, None)
    assert found.code == "doctor.too_short"  # the toy's text has a page
    failed = replace(record, status="failed")
    assert doctor.of_run(failed, events, None).code == "doctor.not_finite"
