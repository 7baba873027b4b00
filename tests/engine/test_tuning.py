"""How a run is computed here is decided by timing its own steps, once."""

import pytest
import torch
from msgspec.structs import replace

from gpt_studio import paths
from gpt_studio.engine import clock, device
from gpt_studio.engine.config import ModelConfig, TrainConfig
from gpt_studio.engine.machine import choices, tuning
from gpt_studio.engine.model import GPT


class SlowClock(clock.SystemClock):
    """A clock by which every look at it takes some time: a machine as slow as one wants."""

    def __init__(self, s_per_look: float) -> None:
        self.time, self.s_per_look = 0.0, s_per_look

    def now(self) -> float:
        self.time += self.s_per_look
        return self.time


def chosen(model: ModelConfig, config: TrainConfig, between=lambda: None) -> TrainConfig:
    """The settled settings; `between` is called at every place where the choice can be left."""
    choice = tuning.settle(model, config)
    while True:
        try:
            next(choice)
        except StopIteration as end:
            return end.value
        between()


class PassClock(SlowClock):
    """Every forward pass takes as long as it is told to, and nothing else takes any time."""

    def __init__(self, monkeypatch, s_per_pass) -> None:
        super().__init__(0.0)
        forward = GPT.forward

        def timed(model: GPT, ids: torch.Tensor, *rest: object) -> torch.Tensor:
            self.time += s_per_pass(model, ids)
            return forward(model, ids, *rest)

        monkeypatch.setattr(clock, "source", self)
        monkeypatch.setattr(GPT, "forward", timed)

    def now(self) -> float:
        return self.time


def rows_clock(monkeypatch, s_per_rows) -> None:
    PassClock(monkeypatch, lambda model, ids: s_per_rows(len(ids)))


TOY = ModelConfig(n_layer=1, n_head=2, n_embd=8, block_size=8, vocab_size=12)
OPEN = TrainConfig(batch_size=12, device="cpu", precision="fp32", threads=1)


def test_a_batch_that_is_quick_is_not_cut(monkeypatch):
    monkeypatch.setattr(clock, "source", SlowClock(1e-6))
    assert chosen(TOY, OPEN).micro_batch == 12


def test_on_a_machine_too_slow_for_anything_one_row_is_left(monkeypatch):
    monkeypatch.setattr(clock, "source", SlowClock(1.0))
    assert chosen(TOY, OPEN).micro_batch == 1


def test_a_slow_batch_is_only_ever_halved(monkeypatch):
    rows_clock(monkeypatch, lambda rows: 0.012 * rows)
    assert chosen(TOY, OPEN).micro_batch == 3  # of 12, 6, 3, 2, 1


@pytest.mark.parametrize(("rows_until", "micro_batch"), [(12, 12), (11, 6), (5, 3), (2, 2), (1, 1)])
def test_sizes_that_were_passed_over_are_come_back_to_where_a_large_one_is_slower_than_thought(
    monkeypatch, rows_until, micro_batch
):
    rows_clock(monkeypatch, lambda rows: 0.004 if rows <= rows_until else 0.2)
    assert chosen(TOY, OPEN).micro_batch == micro_batch


def test_a_first_step_that_takes_long_decides_nothing(monkeypatch):
    steps = []
    rows_clock(monkeypatch, lambda rows: steps.append(rows) or (2.0 if len(steps) == 1 else 0.001))
    assert chosen(TOY, OPEN).micro_batch == 12


def test_choosing_can_be_left_between_timings_and_leaves_all_as_it_was(monkeypatch):
    rows_clock(monkeypatch, lambda rows: 0.001 * rows)
    torch.manual_seed(7)
    chance, threads, turns = torch.get_rng_state(), torch.get_num_threads(), []

    def look():
        turns.append(torch.get_num_threads() == threads and torch.equal(torch.get_rng_state(), chance))

    chosen(TOY, replace(OPEN, threads=2), look)
    assert len(turns) > tuning.TIMINGS and all(turns)
    choice = tuning.settle(TOY, OPEN)
    next(choice)
    choice.close()


def way_clock(monkeypatch, s_per_pass) -> None:
    """Every forward pass takes as long as its way of computing says."""
    PassClock(monkeypatch, lambda model, ids: s_per_pass(torch.get_num_threads(), model.wte.weight.dtype))


def test_one_thread_is_taken_only_where_it_is_clearly_faster(monkeypatch):
    torch.set_num_threads(2)
    open_threads = replace(OPEN, threads=None)
    way_clock(monkeypatch, lambda threads, _: 0.010 if threads == 1 else 0.020)
    assert chosen(TOY, open_threads).threads == 1
    way_clock(monkeypatch, lambda threads, _: 0.0099 if threads == 1 else 0.010)
    assert chosen(replace(TOY, n_embd=16), open_threads).threads == 2
    assert chosen(TOY, replace(OPEN, threads=2)).threads == 2  # what is asked for is not questioned


def test_bf16_is_taken_where_its_products_pay_and_its_steps_are_faster(monkeypatch):
    open_precision = replace(OPEN, precision="auto")
    monkeypatch.setattr(device, "half_products_pay", lambda: True)
    way_clock(monkeypatch, lambda _, precision: 0.005 if precision == torch.bfloat16 else 0.010)
    assert chosen(TOY, open_precision).precision == "bf16"
    way_clock(monkeypatch, lambda _, precision: 0.020 if precision == torch.bfloat16 else 0.010)
    assert chosen(replace(TOY, n_embd=16), open_precision).precision == "fp32"
    monkeypatch.setattr(device, "half_products_pay", lambda: False)
    way_clock(monkeypatch, lambda _, precision: 0.005 if precision == torch.bfloat16 else 0.010)
    assert chosen(replace(TOY, n_embd=24), open_precision).precision == "fp32"


def test_what_was_decided_is_kept_so_that_the_same_run_can_be_made_again(monkeypatch):
    monkeypatch.setattr(clock, "source", SlowClock(1.0))
    first = chosen(TOY, OPEN)
    monkeypatch.setattr(clock, "source", SlowClock(1e-6))  # would choose otherwise now
    assert chosen(TOY, OPEN) == first
    choices.forget()
    assert chosen(TOY, OPEN) != first


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"a": 3}', b"[" * 100_000])
def test_a_damaged_record_of_decisions_is_measured_anew(content, monkeypatch):
    monkeypatch.setattr(clock, "source", SlowClock(1e-6))
    file = paths.cache_home() / "tuning.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    assert chosen(TOY, OPEN).micro_batch == 12
    assert chosen(TOY, OPEN).micro_batch == 12


def test_half_products_are_tried_on_this_processor_itself():
    assert device.half_products_pay() in (True, False)
