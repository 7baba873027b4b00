"""Half precision computes, full precision remembers."""

import pytest
import torch

from gpt_studio.engine import training
from gpt_studio.engine.config import ModelConfig
from gpt_studio.engine.events import Evaluated, Started, StepDone
from gpt_studio.engine.model import GPT, attend, next_token_loss
from gpt_studio.engine.speed.flat import FlatParameters
from gpt_studio.engine.speed.half import HalfCopy, LossScale
from gpt_studio.engine.workshop import Workshop

from .conftest import run_job

FORM = ModelConfig(n_layer=2, n_head=2, n_embd=16, block_size=8, vocab_size=11)


def test_corrections_too_small_for_half_precision_add_up():
    model = GPT(FORM)
    flat = FlatParameters(model)
    half = HalfCopy(model, flat, torch.bfloat16)
    with torch.no_grad():
        flat.values.fill_(1.0)
        for _ in range(100):
            flat.values.add_(1e-3)  # bf16 alone would stay at 1: its next number is 1.0078
    half.renew()
    assert half.model.wte.weight[0, 0].item() == pytest.approx(1.1, abs=0.01)
    assert model.wte.weight[0, 0].item() == pytest.approx(1.1, abs=1e-4)


def test_half_gradients_are_the_full_ones_but_for_rounding_whatever_the_scale():
    torch.manual_seed(1)
    model = GPT(FORM)
    flat = FlatParameters(model)
    half = HalfCopy(model, flat, torch.bfloat16)
    ids = torch.randint(11, (4, 9))
    next_token_loss(model(ids[:, :-1]), ids[:, 1:]).backward()
    expected = flat.gradients.clone()
    for scale in (1.0, 1024.0):
        flat.gradients.zero_()
        (next_token_loss(half.model(ids[:, :-1]), ids[:, 1:]) * scale).backward()
        half.hand_over_gradients(torch.tensor(scale))
        assert torch.linalg.vector_norm(flat.gradients - expected) < 0.05 * torch.linalg.vector_norm(expected)
    flat.gradients.zero_()
    half.hand_over_gradients(torch.tensor(1.0))
    assert not flat.gradients.any()  # they were handed over once


@pytest.mark.parametrize("dropout", [0.0, 0.1])
def test_a_run_in_bf16_learns_and_tells_so(toy_request, dropout):
    request = toy_request(device="cpu", precision="bf16", learning_rate=0.04, model={"dropout": dropout})
    events = run_job(training.train(Workshop(), request))
    checks = [event.val_loss for event in events if isinstance(event, Evaluated)]
    assert next(event for event in events if isinstance(event, Started)).precision == "bf16"
    assert checks[-1] < checks[0] - 0.5
    same = toy_request("full", device="cpu", precision="fp32", learning_rate=0.04, model={"dropout": dropout})
    full = run_job(training.train(Workshop(), same))
    first = [next(event.train_loss for event in told if isinstance(event, StepDone)) for told in (events, full)]
    assert first[0] == pytest.approx(first[1], abs=0.1)
    last = [[event.val_loss for event in told if isinstance(event, Evaluated)][-1] for told in (events, full)]
    assert last[0] == pytest.approx(last[1], abs=0.15)


def test_attention_by_products_is_the_fused_kernel_s():
    torch.manual_seed(1)
    q, k, v = torch.randn(3, 2, 4, 8, 16).unbind()
    fused = torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
    torch.testing.assert_close(attend(q, k, v, 0.0), fused)
    dropped = attend(q, k, v, 0.5)
    assert not torch.allclose(dropped, fused) and dropped.isfinite().all()


def test_the_loss_scale_halves_at_a_gradient_that_is_no_number_and_grows_after_many_good_steps():
    scale = LossScale("cpu", needed=True)
    scale.note(good=False)
    assert scale.value.item() == LossScale.HIGHEST / 2
    for _ in range(LossScale.PATIENCE - 1):
        scale.note(good=True)
    again = LossScale("cpu", needed=True)
    again.load_state(scale.state())
    again.note(good=True)
    assert again.value.item() == LossScale.HIGHEST


def test_without_need_the_loss_is_not_scaled():
    scale = LossScale("cpu", needed=False)
    assert scale.value.item() == 1.0 and scale.state() == {}
