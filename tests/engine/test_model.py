"""What a GPT must obey."""

import math

import pytest
import torch

from gpt_studio.engine.budget import parameters
from gpt_studio.engine.config import PRESETS, ModelConfig
from gpt_studio.engine.errors import ConfigError
from gpt_studio.engine.model import GPT, attention_weights, next_token_loss

FORMS = {
    "plain": {},
    "biased": {"bias": True},
    "untied": {"tied": False},
    "tanh": {"activation": "gelu_tanh"},
    "relu": {"activation": "relu"},
}


@pytest.fixture(params=FORMS)
def any_gpt(request) -> GPT:
    torch.manual_seed(2)
    config = ModelConfig(n_layer=2, n_head=2, n_embd=16, block_size=8, vocab_size=11, **FORMS[request.param])
    return GPT(config).eval().requires_grad_(False)


def test_a_token_cannot_see_its_future(any_gpt):
    x = torch.tensor([[1, 2, 3, 4]])
    y = torch.tensor([[1, 2, 3, 0]])  # only the last token differs
    torch.testing.assert_close(any_gpt(x)[:, :3], any_gpt(y)[:, :3])
    assert not torch.allclose(any_gpt(x)[:, 3], any_gpt(y)[:, 3])


def test_a_token_sees_its_past(any_gpt):
    x = torch.tensor([[1, 2, 3, 4]])
    y = torch.tensor([[5, 2, 3, 4]])  # only the first token differs
    assert not torch.allclose(any_gpt(x)[:, 3], any_gpt(y)[:, 3], atol=1e-7)


@pytest.mark.parametrize("preset", ["bigram", "tiny", "small"])
def test_an_untrained_model_guesses_about_as_well_as_chance(preset):
    torch.manual_seed(3)
    model = GPT(PRESETS[preset].model_for(65))
    ids = torch.randint(65, (4, 33))
    loss = next_token_loss(model(ids[:, :-1]), ids[:, 1:])
    assert loss.item() == pytest.approx(math.log(65), abs=0.15)


def test_one_batch_is_learnt_by_heart(tiny_config):
    torch.manual_seed(4)
    model = GPT(tiny_config)
    ids = torch.randint(11, (2, 9))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for _ in range(150):
        optimizer.zero_grad()
        loss = next_token_loss(model(ids[:, :-1]), ids[:, 1:])
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.1


def test_the_explicit_attention_agrees_with_the_fused_one(any_gpt):
    ids = torch.randint(11, (3, 8))
    explained = []
    torch.testing.assert_close(any_gpt(ids, explained=explained), any_gpt(ids), atol=1e-5, rtol=1e-4)
    assert [weights.shape for weights in explained] == [(3, 2, 8, 8)] * 2


def test_attention_weights_are_shares_of_the_past():
    torch.manual_seed(5)
    weights = attention_weights(torch.randn(1, 2, 6, 4), torch.randn(1, 2, 6, 4))
    torch.testing.assert_close(weights.sum(-1), torch.ones(1, 2, 6))
    assert float(weights.triu(1).abs().max()) == 0.0


def test_a_bigram_model_is_a_table_and_looks_at_one_token(tiny_config):
    model = GPT(ModelConfig(n_layer=0, n_head=1, n_embd=1, vocab_size=11))
    assert model.parameter_count() == 11 * 11
    x, y = torch.tensor([[1, 2, 3]]), torch.tensor([[7, 9, 3]])
    torch.testing.assert_close(model(x)[:, -1], model(y)[:, -1])


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_the_budget_counts_the_parameters_that_there_are(form):
    config = ModelConfig(n_layer=3, n_head=2, n_embd=16, block_size=8, vocab_size=11, **form)
    assert parameters(config).total == GPT(config).parameter_count()


def test_parameters_are_named_as_in_gpt_2(tiny_gpt):
    names = set(dict(tiny_gpt.named_parameters()))
    assert {"wte.weight", "wpe.weight", "h.1.attn.c_attn.weight", "h.0.mlp.c_proj.weight", "ln_f.weight"} <= names
    assert "lm_head.weight" not in names  # tied


def test_a_width_that_the_heads_cannot_share_is_refused():
    with pytest.raises(ConfigError) as refused:
        ModelConfig(n_head=6, n_embd=128)
    assert refused.value.code == "n_embd.heads"
    assert refused.value.values == {"n_embd": 128, "n_head": 6}


def test_dropout_is_silent_when_the_model_is_looked_at():
    torch.manual_seed(6)
    config = ModelConfig(n_layer=1, n_head=2, n_embd=16, block_size=8, vocab_size=11, dropout=0.5)
    model, ids = GPT(config), torch.randint(11, (1, 8))
    assert not torch.equal(model.train()(ids), model(ids))
    assert torch.equal(model.eval()(ids), model(ids))
