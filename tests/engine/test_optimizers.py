"""The optimisers are a few lines of ours; here they are held against torch's and against what their papers promise."""

import pytest
import torch

from gpt_studio.engine.config import ModelConfig, TrainConfig, usual_rate, with_optimizer
from gpt_studio.engine.model import GPT
from gpt_studio.engine.optimizers import OTHERS_SHARE, Optimizer, orthogonalize
from gpt_studio.engine.speed.flat import FlatParameters

FORM = ModelConfig(n_layer=2, n_head=2, n_embd=16, block_size=8, vocab_size=11, bias=True, tied=False)


def twins(**changes):
    """Two models with the same weights: one moved into a row of numbers, one left as torch made it."""
    torch.manual_seed(3)
    config = ModelConfig(**{"n_layer": 2, "n_head": 2, "n_embd": 16, "block_size": 8, "vocab_size": 11, **changes})
    ours, theirs = GPT(config), GPT(config)
    theirs.load_state_dict(ours.state_dict())
    return ours, FlatParameters(ours), theirs


def give_gradients(flat, *models):
    """The same random gradients to all."""
    flat.gradients.normal_()
    for model in models:
        named = dict(model.named_parameters())
        for part in flat.parts:
            named[part.name].grad = flat.view(flat.gradients, part).clone()


@pytest.mark.parametrize("form", [{}, {"bias": True, "tied": False}, {"n_layer": 0}])
def test_a_model_in_a_row_of_numbers_is_the_same_model(form):
    ours, flat, theirs = twins(**form)
    ids = torch.randint(11, (3, 8))
    torch.testing.assert_close(ours(ids), theirs(ids), rtol=0, atol=0)
    ours(ids).square().sum().backward()
    theirs(ids).square().sum().backward()
    for (name, mine), other in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(mine.grad, other.grad, msg=name)
    assert flat.values.numel() == theirs.parameter_count()
    flat.values.zero_()
    assert all(not parameter.any() for parameter in ours.parameters())


def test_loading_weights_keeps_them_in_the_row():
    ours, flat, theirs = twins()
    with torch.no_grad():
        for parameter in theirs.parameters():
            parameter.fill_(2.0)
    ours.load_state_dict(theirs.state_dict())
    assert bool((flat.values == 2.0).all())


def test_stacks_hold_all_hidden_matrices_with_queries_keys_and_values_apart():
    flat = FlatParameters(GPT(FORM))
    stacks = flat.stacks()
    assert [(stack.count, stack.rows, stack.columns) for stack in stacks] == [(8, 16, 16), (2, 64, 16), (2, 16, 64)]
    assert stacks[0].begin == 0 and stacks[-1].end == flat.hidden
    named = dict(GPT(FORM).named_parameters())
    assert flat.hidden == sum(p.numel() for name, p in named.items() if name.startswith("h.") and p.dim() == 2)


def test_adamw_equals_torch_s_step_by_step():
    ours, flat, theirs = twins(bias=True, tied=False)
    config = with_optimizer(TrainConfig(precision="fp32"), FORM, "adamw")
    optimizer = Optimizer(flat, config)
    groups = [
        {"params": [p for p in theirs.parameters() if p.dim() >= 2], "weight_decay": config.weight_decay},
        {"params": [p for p in theirs.parameters() if p.dim() < 2], "weight_decay": 0.0},
    ]
    torchs = torch.optim.AdamW(groups, betas=(config.beta1, config.beta2))
    for step in range(20):
        give_gradients(flat, theirs)
        rate = 0.01 * (step + 1)
        for group in torchs.param_groups:
            group["lr"] = rate
        torchs.step()
        optimizer.step(torch.tensor(rate))
        for (name, mine), other in zip(ours.named_parameters(), theirs.parameters(), strict=True):
            torch.testing.assert_close(mine, other, msg=f"step {step}, {name}")


def test_muon_s_step_is_the_published_one_matrix_by_matrix():
    """Jordan et al. 2024: running mean, look ahead, make orthogonal, scale by the root of rows / columns."""
    ours, flat, theirs = twins()
    config = TrainConfig(precision="fp32", weight_decay=0.1)
    optimizer, means = Optimizer(flat, config), dict[str, torch.Tensor]()
    hidden = {name: p for name, p in theirs.named_parameters() if name.startswith("h.") and p.dim() == 2}
    for rate in (0.1, 0.03, 0.2):
        give_gradients(flat, theirs)
        optimizer.step(torch.tensor(rate))
        for name, matrix in hidden.items():
            gradient = matrix.grad
            mean = means.setdefault(name, torch.zeros_like(gradient))
            mean.mul_(config.momentum).add_(gradient, alpha=1 - config.momentum)
            ahead = gradient * (1 - config.momentum) + mean * config.momentum
            pieces = ahead.chunk(3) if "c_attn" in name else (ahead,)
            steps = [orthogonalize(piece[None])[0] * max(1, len(piece) / piece.size(1)) ** 0.5 for piece in pieces]
            with torch.no_grad():
                matrix.mul_(1 - rate * config.weight_decay).sub_(rate * torch.cat(steps))
            torch.testing.assert_close(ours.get_parameter(name), matrix, msg=name)


def test_beside_muon_all_else_is_stepped_by_adamw_at_a_quarter_of_the_rate():
    ours, flat, theirs = twins(bias=True)
    config = TrainConfig(precision="fp32")
    others = [p for name, p in theirs.named_parameters() if not (name.startswith("h.") and p.dim() == 2)]
    torchs = torch.optim.AdamW(others, lr=0.2 * OTHERS_SHARE, betas=(config.beta1, config.beta2), weight_decay=0.0)
    give_gradients(flat, theirs)
    Optimizer(flat, config).step(torch.tensor(0.2))
    torchs.step()
    mine = [p for name, p in ours.named_parameters() if not (name.startswith("h.") and p.dim() == 2)]
    for one, other in zip(mine, others, strict=True):
        torch.testing.assert_close(one, other)


@pytest.mark.parametrize("shape", [(5, 16, 16), (3, 64, 16), (2, 16, 64)])
@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_what_was_made_orthogonal_has_singular_values_near_one_in_the_same_directions(shape, scale):
    torch.manual_seed(1)
    u, _, v = torch.linalg.svd(torch.randn(shape), full_matrices=False)
    spread = torch.linspace(0.05, 1.0, u.size(-1))
    made = orthogonalize(scale * (u * spread) @ v)
    values = torch.linalg.svdvals(made)
    assert values.min() > 0.7 and values.max() < 1.2
    assert (u.mT @ made @ v.mT).diagonal(dim1=-2, dim2=-1).min() > 0.69  # each direction kept, none mixed


@pytest.mark.parametrize("precision", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("shape", [(6, 16, 16), (2, 16, 64), (2, 64, 16), (6, 4, 4), (4, 64, 64), (2, 128, 128)])
def test_half_precision_does_not_throw_singular_values_off(shape, precision):
    torch.manual_seed(3)
    for turn in range(20):
        matrices = torch.randn(shape)
        if turn % 2:  # a few directions rule, as in real gradients
            matrices = torch.randn(shape[0], shape[1], 2) @ torch.randn(shape[0], 2, shape[2]) + 0.05 * matrices
        assert torch.linalg.svdvals(orthogonalize(matrices.to(precision)).float()).max() < 1.25


def test_no_gradient_means_no_step_and_no_number_is_lost():
    assert not orthogonalize(torch.zeros(2, 8, 8)).any()


@pytest.mark.parametrize("kind", ["muon", "adamw"])
def test_an_optimizer_goes_on_from_its_saved_memory(kind):
    results = []
    for interrupted in (False, True):
        _, flat, _ = twins(bias=True)
        config = with_optimizer(TrainConfig(precision="fp32"), FORM, kind)
        optimizer = Optimizer(flat, config)
        torch.manual_seed(5)
        for step in range(6):
            if interrupted and step == 3:
                state = {name: tensor.clone() for name, tensor in optimizer.state().items()}
                optimizer = Optimizer(flat, config)
                optimizer.load_state(state)
            give_gradients(flat)
            optimizer.step(torch.tensor(0.01))
        results.append(flat.values.clone())
    torch.testing.assert_close(*results, rtol=0, atol=0)


def test_a_memory_that_lacks_a_part_is_refused():
    _, flat, _ = twins()
    optimizer = Optimizer(flat, TrainConfig(precision="fp32"))
    state = optimizer.state()
    state.pop("momentum/h.1.mlp.c_fc.weight")
    with pytest.raises(KeyError):
        optimizer.load_state(state)


def test_a_bigram_has_no_hidden_matrix_and_is_stepped_by_adamw_at_the_full_rate():
    _, flat, theirs = twins(n_layer=0)
    give_gradients(flat, theirs)
    config = TrainConfig(precision="fp32", weight_decay=0.0)
    torchs = torch.optim.AdamW(theirs.parameters(), lr=0.1, betas=(config.beta1, config.beta2), weight_decay=0.0)
    torchs.step()
    Optimizer(flat, config).step(torch.tensor(0.1))
    torch.testing.assert_close(flat.values.view(11, 11), theirs.wte.weight.detach())


def test_another_optimizer_brings_the_rate_and_settings_that_suit_it():
    wide = ModelConfig(n_layer=1, n_head=2, n_embd=512)
    narrow = ModelConfig(n_layer=1, n_head=2, n_embd=64)
    assert usual_rate(wide, "muon") == usual_rate(narrow, "muon")
    assert usual_rate(wide, "adamw") < usual_rate(narrow, "adamw")
    plain = with_optimizer(TrainConfig(max_steps=7, seed=3), wide, "adamw")
    assert (plain.max_steps, plain.seed, plain.optimizer) == (7, 3, "adamw")
    assert plain.learning_rate == usual_rate(wide, "adamw") and plain.grad_clip == 1.0
    assert with_optimizer(plain, wide, "muon") == TrainConfig(max_steps=7, seed=3)
