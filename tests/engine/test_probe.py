import itertools

import pytest
import torch

from gpt_studio.engine import budget, probe
from gpt_studio.engine.config import PRESETS, ModelConfig, TrainConfig
from gpt_studio.engine.events import Probed
from gpt_studio.engine.model import GPT
from gpt_studio.engine.requests import ProbeRequest
from gpt_studio.engine.workshop import Workshop


@pytest.fixture(scope="module")
def told() -> list[Probed]:
    reports = probe.probe(Workshop(), ProbeRequest(vocab_size=30, seconds=0.3))
    return [event for report in reports if report for event in report]


def test_presets_are_measured_from_the_smallest_up_and_then_in_another_precision(told):
    names = [event.preset for event in told if event.precision == "fp32"]
    assert names == list(PRESETS)[: len(names)] and len(names) >= 2
    assert [event.precision for event in told[len(names) :]] == ["bf16"] and told[-1].preset == names[-1]


def test_in_more_than_one_thread_one_alone_is_tried_as_well():
    torch.set_num_threads(2)
    reports = probe.probe(Workshop(), ProbeRequest(vocab_size=30, seconds=1.0))
    tried, wanted = set(), {(2, "fp32"), (1, "fp32")}
    for event in (event for report in reports for event in report or ()):
        if event.preset == "tiny":
            tried.add((event.threads, event.precision))
        if tried >= wanted:
            break
    reports.close()
    assert tried >= wanted
    assert torch.get_num_threads() == 2


def test_speed_operations_and_tokens_tell_the_same_time(told):
    for event in told:
        preset = PRESETS[event.preset]
        operations = budget.flops_per_step(preset.model_for(30), preset.train.batch_size)
        assert event.flops_per_s * event.step_s == pytest.approx(operations)
        tokens = preset.train.batch_size * preset.model.block_size
        assert event.tokens_per_s * event.step_s == pytest.approx(tokens)
        assert event.step_s > 0 and event.steps_measured >= 1


def test_a_probe_leaves_everything_global_as_it_was():
    torch.manual_seed(7)
    before, threads = torch.get_rng_state(), torch.get_num_threads()
    workshop = Workshop()
    for _ in itertools.islice(probe.probe(workshop, ProbeRequest(vocab_size=20, seconds=0.05)), 20):
        assert torch.equal(torch.get_rng_state(), before)
        assert torch.is_grad_enabled() and torch.get_num_threads() == threads
    assert workshop.bench is None


def test_a_probe_can_be_left_at_any_turn():
    for turns in range(6):
        job = probe.probe(Workshop(), ProbeRequest(vocab_size=20, seconds=0.05))
        for _ in range(turns):
            next(job)
        job.close()


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("n_layer", [0, 1, 3])
def test_the_budget_counts_what_the_model_really_has(n_layer, tied, bias):
    config = ModelConfig(n_layer=n_layer, n_head=2, n_embd=12, block_size=10, vocab_size=17, tied=tied, bias=bias)
    counts, model = budget.parameters(config), GPT(config)
    assert counts.total == model.parameter_count()
    named = {name: parameter.numel() for name, parameter in model.named_parameters()}
    assert counts.attention == sum(n for name, n in named.items() if ".attn." in name)
    assert counts.feed_forward == sum(n for name, n in named.items() if ".mlp." in name)
    assert counts.norm == sum(n for name, n in named.items() if "ln_" in name)
    assert counts.token == named["wte.weight"]


@pytest.mark.parametrize("dropout", [0.0, 0.1])
def test_the_budget_foresees_what_the_forward_pass_keeps(dropout):
    config = ModelConfig(n_layer=2, n_head=4, n_embd=64, block_size=64, vocab_size=60, dropout=dropout)
    model, kept = GPT(config), dict[int, int]()
    weights = {parameter.untyped_storage().data_ptr() for parameter in model.parameters()}

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in weights:
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    ids = torch.randint(60, (8, 64))
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        logits = model(ids)
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), ids.flatten())
    foreseen = budget.memory(config, TrainConfig(batch_size=8)).activations
    assert loss.requires_grad and 0.5 < sum(kept.values()) / foreseen <= 1  # the rest is on its way back
