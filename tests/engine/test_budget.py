import pytest

from gpt_studio.engine import budget
from gpt_studio.engine.config import PRESETS, ModelConfig, TrainConfig


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


@pytest.mark.parametrize("preset", list(PRESETS))
def test_weights_gradients_and_moments_are_sixteen_bytes_per_parameter(preset):
    memory = budget.memory(PRESETS[preset].model, PRESETS[preset].train)
    count = budget.parameters(PRESETS[preset].model).total
    assert memory.weights + memory.gradients + memory.moments == 16 * count
