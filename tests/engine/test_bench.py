"""The benchmarks themselves work, at toy size: that they run and add up, not how fast anything is."""

import json

import numpy as np
import pytest
import torch

from gpt_studio import cli
from gpt_studio.engine import budget, probe
from gpt_studio.engine.bench import steps
from gpt_studio.engine.bench.plain import PlainRecipe, PlainTrainer
from gpt_studio.engine.config import PRESETS, ModelConfig
from gpt_studio.engine.events import Noticed
from gpt_studio.engine.workbench import Workbench


def test_every_way_of_a_preset_is_timed_and_compared_with_the_plain_one(monkeypatch):
    monkeypatch.setattr(steps, "ROUNDS", 2)
    monkeypatch.setattr(steps, "PEAK_S", 0.05)
    peak = {found.precision: found.flops_per_s for found in steps.peaks(1, ("fp32",))}
    told = list(steps.speeds(peak, 1, {"tiny": 2}))
    assert [row.way for row in told] == ["muon", "adamw", "plain"]
    plain = told[-1]
    assert plain.ratio == 1.0
    for row in told:
        assert row.ratio == pytest.approx(plain.step_s / row.step_s)
        assert row.tokens_per_s * row.step_s == pytest.approx(2 * PRESETS["tiny"].model.block_size)
        operations = budget.flops_per_step(PRESETS["tiny"].model_for(65), 2)
        assert row.peak_share * peak["fp32"] * row.step_s == pytest.approx(operations)
        assert row.memory_bytes > 50e6


def test_the_plain_yardstick_learns():
    form = ModelConfig(n_layer=1, n_head=2, n_embd=16, block_size=8, vocab_size=5)
    trainer = PlainTrainer(form, PlainRecipe(batch_size=8, learning_rate=1e-2, warmup_steps=2), np.arange(400) % 5)
    losses = [trainer.update() for _ in range(40)]
    assert losses[0] == pytest.approx(np.log(5), abs=0.2) and losses[-1] < 0.5
    rates = [trainer.recipe.rate_at(step) for step in (0, 1, 2, 2000)]
    assert rates[0] < rates[1] < rates[2] == 1e-2 and rates[3] == pytest.approx(1e-3)


def test_the_command_prints_one_object_a_line_or_a_table(monkeypatch, capsys):
    monkeypatch.setattr(steps, "ROUNDS", 1)
    monkeypatch.setattr(steps, "PEAK_S", 0.05)
    monkeypatch.setattr(steps, "CASES", {"tiny": 1})
    torch.set_num_threads(1)
    assert cli.main(["bench", "--only", "steps", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["bench"] for row in rows} == {"peak", "step"}
    assert cli.main(["bench", "--only", "steps"]) == 0
    table = capsys.readouterr().out
    assert "this program, Muon" in table and "plain script" in table and "GFLOP/s" in table


def test_a_step_that_cannot_be_recorded_is_told_once():
    form = ModelConfig(n_layer=1, n_head=2, n_embd=8, block_size=8, vocab_size=5)
    bench = probe.bench(form, PRESETS["tiny"].train, 1)
    assert isinstance(bench, Workbench) and bench.notices() == []
    bench._applying.failure = "operation not permitted\nwhen stream is capturing"
    assert bench.notices() == [Noticed(code="device.recording", values={"reason": "operation not permitted"})]
    assert bench.notices() == []
