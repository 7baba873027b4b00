"""Weights and gradients, part by part."""

import pytest
import torch

from gpt_studio.engine import training
from gpt_studio.engine.inside.gradients import measure_parts
from gpt_studio.engine.keeping import snapshot_room
from gpt_studio.engine.requests import GradientsRequest, Subject
from gpt_studio.engine.workshop import Workshop

from ..conftest import run_job


def measured(run, *steps):
    return run_job(measure_parts(Workshop(), GradientsRequest(run=run, steps=steps)))


def test_every_part_is_measured_from_the_input_to_the_output(trained):
    first, last = measured(trained, 0, None)
    names = [(part.part, part.block) for part in last.parts]
    assert names[:2] == [("token", 0), ("position", 0)]
    assert names[2:6] == [("attention", 1), ("feed_forward", 1), ("attention", 2), ("feed_forward", 2)]
    weights = Workshop().copy_of(Subject(run=trained)).model.wte.weight
    assert last.parts[0].weights == pytest.approx(float(weights.norm()), rel=1e-5)
    assert last.loss < first.loss


def test_how_far_a_part_has_moved_is_told_per_step(trained):
    first, last = measured(trained, 0, 30)
    assert all(part.moved is None for part in first.parts)
    before, after = (Workshop().copy_of(Subject(run=trained, step=step)).model.wpe.weight for step in (0, 30))
    assert last.parts[1].moved == pytest.approx(float((after - before).norm() / after.norm()) / 30, rel=1e-4)


def test_a_step_that_was_thinned_meanwhile_is_passed_over(trained):
    asked = measure_parts(Workshop(), GradientsRequest(run=trained, steps=(0, 10, 30)))
    next(asked)
    snapshot_room.thin(trained, [10])
    assert [seen.step for seen in run_job(asked)] == [0, 30]


def test_looking_leaves_the_copies_as_they_are(trained):
    workshop = Workshop()
    exhibit = workshop.copy_of(Subject(run=trained, step=30))
    run_job(measure_parts(workshop, GradientsRequest(run=trained, steps=(30,))))
    assert not any(each.requires_grad or each.grad is not None for each in exhibit.model.parameters())
    assert torch.is_grad_enabled()


def test_without_residuals_the_gradient_fades_on_its_way_to_the_first_block(toy_request):
    """At the beginning, in a deep model: the ratio between the first block and the last."""
    faded = {}
    for name, without in (("whole", ()), ("bare", ("residual",))):
        request = toy_request(name, model={"n_layer": 6, "without": without}, max_steps=1)
        run_job(training.train(Workshop(), request))
        (start,) = measured(request.run, 0)
        attention = [part.gradient for part in start.parts if part.part == "attention"]
        faded[name] = attention[0] / attention[-1]
    assert faded["bare"] < 0.5 * faded["whole"]
