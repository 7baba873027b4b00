from typing import get_args

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from gpt_studio.engine import budget
from gpt_studio.engine.config import ABLATIONS, PRESETS, Activation, ModelConfig, TrainConfig
from gpt_studio.engine.lesson_models import LESSONS
from gpt_studio.engine.model import GPT
from gpt_studio.engine.workbench import Workbench

FORMS = st.builds(
    lambda heads, each, **form: ModelConfig(n_head=heads, n_embd=heads * each, **form),
    heads=st.integers(1, 4),
    each=st.integers(1, 6),
    n_layer=st.integers(1, 3),
    block_size=st.integers(1, 9),
    vocab_size=st.integers(1, 30),
    bias=st.booleans(),
    tied=st.booleans(),
    head_bias=st.booleans(),
    activation=st.sampled_from(get_args(Activation)),
    without=st.sets(st.sampled_from(ABLATIONS)).map(tuple),
)


@given(FORMS)
@settings(max_examples=150, deadline=None)
def test_every_part_of_every_form_is_counted_as_the_model_has_it(form):
    with torch.device("meta"):
        sizes = {name: parameter.numel() for name, parameter in GPT(form).named_parameters()}
    counts = budget.parameters(form)

    def of(*words: str) -> int:
        return sum(size for name, size in sizes.items() if any(word in name for word in words))

    assert counts.total == sum(sizes.values())
    assert (counts.token, counts.position) == (of("wte"), of("wpe"))
    assert (counts.attention, counts.feed_forward) == (of(".attn."), of(".mlp."))
    assert (counts.norm, counts.head) == (of("ln_"), of("lm_head", "head_bias"))


def test_without_queries_and_keys_attention_costs_half_its_numbers_and_no_table():
    whole = ModelConfig(n_layer=4, n_head=4, n_embd=128, block_size=64, vocab_size=65, bias=True, dropout=0.1)
    mean = replace(whole, without=("scores",))
    assert budget.block_parameters(mean).attention == 2 * 128 * (128 + 1)
    assert budget.flops_per_token(whole) - budget.flops_per_token(mean) == 2 * 4 * (2 * 128**2 + 2 * 64 * 128)
    heads = [replace(mean, n_head=heads) for heads in (1, 8)]
    assert len({budget.memory_bytes(form, TrainConfig()) for form in heads}) == 1
    assert budget.flops_per_token(replace(mean, without=("scores", "attention"))) == budget.flops_per_token(
        replace(whole, without=("attention",))
    )


@given(FORMS)
@settings(max_examples=50, deadline=None)
def test_what_is_left_out_costs_no_work_and_no_memory(form):
    whole = ModelConfig(**{**{name: getattr(form, name) for name in form.__struct_fields__}, "without": ()})
    train = TrainConfig(batch_size=2)
    assert budget.flops_per_token(form) <= budget.flops_per_token(whole)
    assert budget.memory_bytes(form, train) <= budget.memory_bytes(whole, train)
    assert (budget.parameters(form).total < budget.parameters(whole).total) == bool(
        set(form.without) - {"mask", "residual"}
    )


@pytest.mark.parametrize(
    ("lesson", "vocab_size", "stated", "of_ours"),
    [("demo_104k", 13, 103_821, 0), ("lecture_384", 65, 10_788_929, 6 * 3 * 384)],
)
def test_a_lesson_s_model_has_the_parameters_that_its_source_states(lesson, vocab_size, stated, of_ours):
    """The lecture has no biases in queries, keys and values, which ours cannot leave out alone."""
    assert budget.parameters(LESSONS[lesson].model_for(vocab_size)).total - of_ours == stated


def test_the_demo_is_trained_as_long_as_its_lesson_says():
    assert (LESSONS["demo_104k"].train.max_steps, LESSONS["demo_104k"].train.batch_size) == (400, 32)
    assert LESSONS["mini_2x64"].train.max_steps == 3000
    nano = LESSONS["nanogpt_cpu"].train
    assert (nano.max_steps, nano.batch_size) == (2000, 12)


def test_parts_add_up_to_the_total():
    for preset in PRESETS.values():
        counts = budget.parameters(preset.model)
        parts = (counts.token, counts.position, counts.attention, counts.feed_forward, counts.norm, counts.head)
        assert sum(parts) == counts.total


def test_a_bigram_is_one_table():
    counts = budget.parameters(PRESETS["bigram"].model_for(60))
    assert counts.total == counts.token == 3600
    assert budget.block_parameters(PRESETS["bigram"].model).attention == 0


def test_a_head_of_its_own_costs_another_table():
    tied = ModelConfig(n_embd=32, vocab_size=60)
    own = ModelConfig(n_embd=32, vocab_size=60, tied=False)
    assert budget.parameters(tied).head == 0
    assert budget.parameters(own).total - budget.parameters(tied).total == 60 * 32


def test_the_step_agrees_with_the_published_rule_of_six_n():
    model = ModelConfig(n_layer=4, n_head=4, n_embd=128, block_size=64, vocab_size=65)
    tokens = 24 * 64
    matrices = 4 * 12 * 128**2 + 65 * 128
    assert budget.flops_per_step(model, 24) == 6 * matrices * tokens + 12 * 4 * 64 * 128 * tokens


def test_work_grows_with_the_square_of_the_width_and_with_the_layers():
    narrow = budget.flops_per_token(ModelConfig(n_embd=128, vocab_size=2, block_size=1))
    wide = budget.flops_per_token(ModelConfig(n_embd=256, vocab_size=2, block_size=1))
    assert 3.9 < wide / narrow <= 4.0
    deep = budget.flops_per_token(ModelConfig(n_layer=8, n_embd=128, vocab_size=2, block_size=1))
    assert 1.98 < deep / narrow <= 2.0


def test_micro_batches_save_activations_and_nothing_else():
    model = PRESETS["small"].model
    whole = budget.memory(model, TrainConfig(batch_size=24))
    halved = budget.memory(model, TrainConfig(batch_size=24, micro_batch=12))
    assert halved.activations * 2 == whole.activations
    assert (halved.weights, halved.gradients, halved.moments) == (whole.weights, whole.gradients, whole.moments)
    assert whole.total == budget.memory_bytes(model, TrainConfig(batch_size=24))


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize("optimizer", ["muon", "adamw"])
@pytest.mark.parametrize("form", [{}, {"bias": True, "tied": False}, {"n_layer": 0}, {"without": ("scores",)}])
def test_the_budget_counts_every_byte_that_a_workbench_keeps(form, optimizer, precision):
    model = ModelConfig(**{"n_layer": 2, "n_head": 2, "n_embd": 16, "block_size": 8, "vocab_size": 11, **form})
    train = TrainConfig(optimizer=optimizer, precision=precision, device="cpu")
    bench = Workbench(model, train, np.arange(40) % 11, 5)
    halves = [bench._half._half] if bench._half else []
    foreseen = budget.memory(model, train)
    assert foreseen.weights == sum(flat.values.nbytes for flat in [bench.flat, *halves])
    assert foreseen.gradients == sum(flat.gradients.nbytes for flat in [bench.flat, *halves])
    rows = [row for name, row in bench.optimizer.state().items() if not name.startswith("step/")]
    assert foreseen.moments == sum(row.nbytes for row in rows)
