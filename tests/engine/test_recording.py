"""Recording a piece of a step for a GPU: its logic, with a stand-in for the graph where there is no GPU."""

from contextlib import contextmanager

import pytest
import torch

from gpt_studio.engine import device
from gpt_studio.engine.speed.recording import PLAIN_RUNS, Recording


class FakeGpu:
    """Stands in for torch.cuda: a graph remembers the function that ran while it was recorded."""

    def __init__(self, fails: bool = False) -> None:
        self.fails, self.replays, self.recorded = fails, 0, 0

    def install(self, monkeypatch) -> None:
        gpu = self

        class Stream:
            def wait_stream(self, other):
                pass

        class Graph:
            def replay(self):
                gpu.replays += 1

        @contextmanager
        def record(graph, stream):
            gpu.recorded += 1
            if gpu.fails:
                raise RuntimeError("operation not permitted when stream is capturing")
            yield

        @contextmanager
        def on(stream):
            yield

        for name, what in {
            "Stream": Stream,
            "current_stream": Stream,
            "CUDAGraph": Graph,
            "graph": record,
            "stream": on,
        }.items():
            monkeypatch.setattr(device.torch.cuda, name, what)


def test_a_function_is_run_plainly_at_first_then_recorded_once_and_replayed(monkeypatch):
    gpu, calls = FakeGpu(), []
    gpu.install(monkeypatch)
    piece = Recording(lambda: calls.append(1), "cuda")
    for _ in range(10):
        piece.run()
    assert len(calls) == PLAIN_RUNS + 1  # the last of them was watched, not run, by a real GPU
    assert gpu.recorded == 1 and gpu.replays == 10 - PLAIN_RUNS


def test_where_recording_fails_every_run_is_made_all_the_same(monkeypatch):
    gpu, calls = FakeGpu(fails=True), []
    gpu.install(monkeypatch)
    piece = Recording(lambda: calls.append(1), "cuda")
    for _ in range(10):
        piece.run()
    assert len(calls) == 10 and gpu.recorded == 1
    assert "capturing" in piece.failure


def test_a_processor_runs_plainly_and_records_nothing():
    calls = []
    piece = Recording(lambda: calls.append(1), "cpu")
    for _ in range(10):
        piece.run()
    assert len(calls) == 10 and not piece.failure


@pytest.mark.cuda
def test_a_replay_does_what_the_function_does():
    total, addend = torch.zeros((), device="cuda"), torch.zeros((), device="cuda")
    piece = Recording(lambda: total.add_(addend), "cuda")
    for number in range(10):
        addend.fill_(number)
        piece.run()
    assert total.item() == sum(range(10)) and not piece.failure
