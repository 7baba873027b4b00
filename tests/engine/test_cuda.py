"""What must hold on an NVIDIA GPU, too. Skipped where there is none."""

import pytest
from msgspec.structs import replace

from gpt_studio.engine import device, runs, training
from gpt_studio.engine.config import STYLES, Sampling
from gpt_studio.engine.events import Evaluated, Noticed, Started, StepDone
from gpt_studio.engine.generation import write
from gpt_studio.engine.keeping import stored_models
from gpt_studio.engine.requests import Begun, ResumeRequest, Subject, WriteRequest
from gpt_studio.engine.speed import recording
from gpt_studio.engine.speed.half import LossScale
from gpt_studio.engine.workshop import Workshop

from .conftest import run_job

pytestmark = pytest.mark.cuda


def losses(events):
    return [event.train_loss for event in events if isinstance(event, StepDone)]


def test_the_first_loss_agrees_with_the_processor_s(toy_request):
    on = {
        name: run_job(training.train(Workshop(), toy_request(name, device=name, precision="fp32", max_steps=3)))
        for name in ("cpu", "cuda")
    }
    assert losses(on["cuda"])[0] == pytest.approx(losses(on["cpu"])[0], rel=1e-4)


@pytest.mark.parametrize("precision", ["fp32", "bf16", "fp16"])
def test_a_model_learns_in_every_precision(toy_request, precision):
    events = run_job(
        training.train(Workshop(), toy_request(device="cuda", precision=precision, model={"dropout": 0.1}))
    )
    checks = [event.val_loss for event in events if isinstance(event, Evaluated)]
    assert next(event for event in events if isinstance(event, Started)).device == "cuda"
    assert checks[-1] < checks[0] - 0.3
    assert [event.step for event in events if isinstance(event, StepDone)] == list(range(1, 31))


def test_a_stopped_run_goes_on_close_to_one_that_never_stopped(toy_request):
    whole, halved = (toy_request(name, device="cuda", precision="fp32") for name in ("whole", "halved"))
    run_job(training.train(Workshop(), whole))
    job = training.train(Workshop(), halved)
    for report in job:
        if any(isinstance(event, Evaluated) and event.step == 10 for event in report or ()):
            break
    job.close()
    run_job(training.resume(Workshop(), ResumeRequest(run=halved.run)))
    assert losses(runs.read_metrics(halved.run)) == pytest.approx(losses(runs.read_metrics(whole.run)), rel=1e-3)


def test_what_was_trained_on_a_gpu_is_read_on_the_processor(toy_request):
    request = toy_request(device="cuda")
    run_job(training.train(Workshop(), request))
    model, step = stored_models.load_model(request.run, runs.read_record(request.run).model)
    assert step == 30
    assert next(model.parameters()).device.type == "cpu"


def test_writing_on_the_gpu_is_as_repeatable(toy_request):
    request = toy_request(device="cuda")
    run_job(training.train(Workshop(), request))
    asked = WriteRequest(subject=Subject(run=request.run), prompt="Ann", samplings=(Sampling(),), length=40, seed=3)
    assert run_job(write(Workshop(), asked)) == run_job(write(Workshop(), asked))


@pytest.mark.parametrize("dropout", [0.0, 0.2])
@pytest.mark.parametrize("optimizer", ["muon", "adamw"])
def test_recorded_steps_are_the_plain_ones(toy_request, monkeypatch, optimizer, dropout):
    made = {}
    for name in ("recorded", "plain"):
        if name == "plain":
            monkeypatch.setattr(recording, "PLAIN_RUNS", 1000)
        request = toy_request(
            name, device="cuda", precision="fp32", optimizer=optimizer, model={"dropout": dropout}, micro_batch=3
        )
        made[name] = run_job(training.train(Workshop(), request))
        assert not any(isinstance(event, Noticed) for event in made[name])
    assert losses(made["recorded"]) == pytest.approx(losses(made["plain"]), rel=2e-3)


def test_fp16_leaves_out_a_step_whose_gradients_are_no_numbers_and_goes_on(toy_request, monkeypatch):
    monkeypatch.setattr(LossScale, "HIGHEST", 2.0**40)  # far too high: the first steps overflow
    events = run_job(training.train(Workshop(), toy_request(device="cuda", precision="fp16", max_steps=60)))
    steps = [event for event in events if isinstance(event, StepDone)]
    assert steps[0].grad_norm == 0.0 and steps[-1].grad_norm > 0.0
    checks = [event.val_loss for event in events if isinstance(event, Evaluated)]
    assert checks[-1] < checks[0] - 0.3


def test_the_gpu_is_named():
    assert device.describe("cuda").device_name


def test_what_was_drawn_on_the_gpu_can_be_picked_and_repeats_the_text(toy_request):
    request = toy_request(device="cuda")
    run_job(training.train(Workshop(), request))
    samplings = tuple(STYLES.values())
    asked = WriteRequest(subject=Subject(run=request.run), prompt="Ann", samplings=samplings, length=60, seed=3)
    first = [event for event in run_job(write(Workshop(), asked))[1:] if event.row == 1]
    for place in (0, 5, 14, 40):
        begun = Begun(row=1, tokens=tuple(one.id for one in first[: place + 1]))
        again = run_job(write(Workshop(), replace(asked, begun=begun)))[1:]
        assert [one.id for one in again] == [one.id for one in first[place:]]
