"""Whose turn it is: the worker's two jobs, one step at a time, without a thread."""

import pytest

from gpt_studio.engine.config import ModelConfig, Sampling, TrainConfig
from gpt_studio.engine.requests import CorpusText, Subject, TrainRequest, WriteRequest
from gpt_studio.engine.workshop import Workshop
from gpt_studio.worker.model_worker import ModelWorker


@pytest.fixture
def turns():
    return []


@pytest.fixture
def worker(qtbot, turns):
    """Its jobs do nothing but note that it was their turn."""

    def noting(name):
        def job(_workshop, _request):
            while True:
                turns.append(name)
                yield

        return job

    worker = ModelWorker()
    worker._workshop = Workshop()
    worker._makers = {TrainRequest: noting("training"), WriteRequest: noting("visitor")}
    return worker


def test_a_new_visitor_has_the_next_turn_and_then_they_take_turns(worker, turns, tmp_path):
    text = CorpusText(id="toy", title="Toy", text="So it goes. " * 20)
    run = tmp_path / "run"
    for past in range(4):  # wherever the training stands
        worker.begin(1, TrainRequest(corpus=text, model=ModelConfig(), train=TrainConfig(), run=run, name="run"))
        for _ in range(past):
            worker._advance()
        worker.begin(2, WriteRequest(subject=Subject(run=run), prompt="", samplings=(Sampling(),), length=5))
        turns.clear()
        for _ in range(4):
            worker._advance()
        assert turns == ["visitor", "training", "visitor", "training"]
        worker.stop(2)
        worker.stop(1)
