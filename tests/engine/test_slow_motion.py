"""One step looked at closely: the same step, and what it read, moved and pulled at."""

import numpy as np
import pytest

from gpt_studio.engine import runs, training
from gpt_studio.engine.events import StepDone, StepSeen
from gpt_studio.engine.inside.slow_motion import part_of
from gpt_studio.engine.workshop import Workshop

from .conftest import TEXT, run_job


def looked_at(request, watched=lambda step: True) -> list[StepSeen]:
    """Train, with those steps looked at closely that are asked for."""
    workshop, seen = Workshop(), []
    workshop.watching = watched(0)
    for report in training.train(workshop, request):
        for event in report or ():
            if isinstance(event, StepSeen):
                seen.append(event)
            if isinstance(event, StepDone):
                workshop.watching = watched(event.step)
    return seen


def figures(run):
    return [
        (event.step, event.train_loss, event.grad_norm)
        if isinstance(event, StepDone)
        else (event.step, event.train_loss, event.val_loss)
        for event in runs.read_metrics(run)
    ]


@pytest.mark.parametrize(
    "model", [{}, {"dropout": 0.2}, {"n_layer": 0, "n_head": 1}, {"tied": False, "head_bias": True}]
)
def test_the_curve_is_the_same_to_the_bit_with_and_without_slow_motion(toy_request, model):
    plain, slow, mixed = (toy_request(name, model=model, micro_batch=3) for name in ("plain", "slow", "mixed"))
    run_job(training.train(Workshop(), plain))
    assert len(looked_at(slow)) == 30
    assert len(looked_at(mixed, lambda step: step % 3 == 1)) == 10
    assert figures(plain.run) == figures(slow.run) == figures(mixed.run)
    newest = [list(runs.step_folders(each.run / "checkpoints").values())[-1] for each in (plain, slow, mixed)]
    weights = {(folder / "model.safetensors").read_bytes() for folder in newest}
    assert len(weights) == 1


def test_a_step_tells_the_students_own_text_and_what_follows(toy_request):
    request = toy_request(max_steps=3)
    for step in looked_at(request):
        assert step.pieces == request.train.batch_size
        assert all(text in TEXT and len(text) == 17 for text in step.texts)
        assert step.context + step.target == step.texts[0]


def test_odds_before_and_after_belong_to_the_step(toy_request):
    first, second, *_ = looked_at(toy_request(max_steps=2))
    assert (first.step, second.step) == (1, 2)
    assert first.target in first.tokens and len(set(first.tokens)) == len(first.tokens)
    assert (np.diff(first.after) <= 0).all()
    assert not np.allclose(first.before, first.after)
    assert 0 < first.before.sum() <= 1.0001


def test_the_parts_of_the_gradient_make_up_the_whole(toy_request):
    request = toy_request(max_steps=2, micro_batch=2)
    seen = looked_at(request)
    steps = [event for event in runs.read_metrics(request.run) if isinstance(event, StepDone)]
    for step, done in zip(seen, steps, strict=True):
        assert sum(part.norm**2 for part in step.gradients) ** 0.5 == pytest.approx(done.grad_norm, rel=1e-4)
        names = [(part.part, part.block) for part in step.gradients]
        blocks = [("attention", 1), ("feed_forward", 1), ("attention", 2), ("feed_forward", 2)]
        assert names == [("token", 0), ("position", 0), *blocks, ("norm", 0)]


def test_every_parameter_belongs_to_a_part():
    assert part_of("h.3.attn.c_proj.weight") == ("attention", 4)
    assert part_of("h.0.mlp.c_fc.bias") == ("feed_forward", 1)
    assert part_of("h.0.ln_2.weight") == part_of("ln_f.weight") == ("norm", 0)
    assert part_of("lm_head.weight") == part_of("head_bias") == ("head", 0)
