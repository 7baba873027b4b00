"""The fast way through the model equals the plain one, in every form that a model can have."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F  # noqa: N812

from gpt_studio.engine.config import STYLES, ModelConfig, Sampling
from gpt_studio.engine.generation import Writer
from gpt_studio.engine.model import GPT
from gpt_studio.engine.sampling import Sampler
from gpt_studio.engine.speed.decoding import AveragingDecoder, Decoder, StillDecoder
from gpt_studio.engine.speed.readers import WholeReader, reader_for

FORMS = {
    "default": {},
    "with biases": {"bias": True},
    "head of its own": {"tied": False},
    "GPT-2's own": {"bias": True, "activation": "gelu_tanh"},
    "relu": {"activation": "relu", "bias": True, "tied": False},
    "one layer": {"n_layer": 1, "dropout": 0.5},
    "head with bias": {"head_bias": True},
    "all biases": {"head_bias": True, "bias": True, "tied": False},
    "without residuals": {"without": ("residual",)},
    "without norm": {"without": ("norm",), "n_layer": 1, "bias": True},
    "without positions": {"without": ("position",)},
    "without feed-forward": {"without": ("mlp",)},
    "attention alone": {"without": ("residual", "norm", "position", "mlp"), "n_layer": 2},
    "wide for its vocabulary": {"n_embd": 24, "n_head": 3, "vocab_size": 100},
}

MEANS = {  # without queries and keys
    "means": {},
    "means with biases": {"bias": True, "tied": False, "activation": "gelu_tanh"},
    "means alone": {"bias": True, "n_layer": 1},
    "means of what has no place": {"parts": ("position", "norm", "residual")},
}


def mean_model(form: dict[str, object]) -> GPT:
    """A model without queries and keys, and without `parts`."""
    kept = {name: value for name, value in form.items() if name != "parts"}
    return model_of({**kept, "without": ("scores", *form.get("parts", ()))})


def model_of(form: dict[str, object]) -> GPT:
    """Strong random weights, so that the layers matter."""
    torch.manual_seed(3)
    model = GPT(ModelConfig(**{"n_layer": 3, "n_head": 2, "n_embd": 16, "block_size": 12, "vocab_size": 11, **form}))
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.3 if parameter.dim() > 1 else 0.5)
    return model.eval().requires_grad_(False)


@torch.inference_mode()
def assert_reads_like_the_model(make, model: GPT, rows: int, where: str = "cpu") -> None:
    ids = torch.randint(model.config.vocab_size, (rows, model.config.block_size), device=where)
    plain, reader = model(ids), make(model, rows)
    for prompt in (1, 5, model.config.block_size):  # each begins anew
        torch.testing.assert_close(reader.read(ids[:, :prompt]), plain[:, prompt - 1], rtol=1e-5, atol=2e-5)
        for place in range(prompt, model.config.block_size):
            torch.testing.assert_close(reader.step(ids[:, place]), plain[:, place], rtol=1e-5, atol=2e-5)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("make", [Decoder, StillDecoder, lambda model, _: WholeReader(model)])
def test_every_way_to_read_gives_the_scores_of_the_plain_model(make, form, rows):
    assert_reads_like_the_model(make, model_of(FORMS[form]), rows)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("form", MEANS)
def test_a_running_sum_gives_the_scores_of_the_plain_model_without_queries_and_keys(form, rows):
    model = mean_model(MEANS[form])
    assert isinstance(reader_for(model, rows, "cpu"), AveragingDecoder)
    assert_reads_like_the_model(lambda model, rows: reader_for(model, rows, "cpu"), model, rows)


def test_of_a_text_whose_tokens_all_count_alike_nothing_but_a_sum_is_kept():
    decoder = AveragingDecoder(mean_model({}), 2)
    assert not hasattr(decoder, "_cache") and decoder._sums.shape == (3, 2, 16)


@pytest.mark.parametrize("parts", [(), ("position",)])
def test_what_a_running_sum_writes_past_the_context_is_what_the_plain_model_writes(parts):
    """The window slides three times, each time with the sum of another half."""
    model, samplings = mean_model({"parts": parts}), tuple(STYLES.values())
    fast, plain = (Writer(model, np.array([1, 2]), samplings, seed=4, cached=cached) for cached in (True, False))
    assert written_by(fast, 33) == written_by(plain, 33)


def test_a_bigram_model_is_read_the_plain_way():
    model = model_of({"n_layer": 0})
    assert isinstance(reader_for(model, 1, "cpu"), WholeReader)
    assert_reads_like_the_model(lambda model, rows: reader_for(model, rows, "cpu"), model, 2)


@pytest.mark.parametrize("part", ["mask", "attention"])
def test_without_mask_or_attention_there_is_nothing_to_keep(part):
    model = model_of({"without": (part,)})
    assert isinstance(reader_for(model, 1, "cpu"), WholeReader)


def test_a_model_in_training_is_read_without_dropout_and_stays_in_training():
    model = model_of({"dropout": 0.5})
    plain = model(torch.tensor([[1, 2]]))[:, -1]
    model.train()
    with torch.inference_mode():
        torch.testing.assert_close(Decoder(model, 1).read(torch.tensor([[1, 2]])), plain, rtol=1e-5, atol=2e-5)
    assert model.training


def test_what_was_trained_in_bf16_is_read_in_fp32():
    model = model_of({}).bfloat16()
    exact = model_of({}).bfloat16().float()
    ids = torch.tensor([[1, 2, 3]])
    with torch.inference_mode():
        torch.testing.assert_close(Decoder(model, 1).read(ids), exact(ids)[:, -1], rtol=1e-5, atol=2e-5)
    assert model.wte.weight.dtype == torch.bfloat16


def written_by(writer: Writer, length: int) -> list[list[int]]:
    with torch.inference_mode():
        return [writer.next().tokens for _ in range(length)]


def test_what_a_gpu_is_given_to_record_writes_the_same_text(monkeypatch):
    model, samplings = model_of({}), tuple(STYLES.values())
    plain = Writer(model, np.array([1]), samplings, seed=4)
    monkeypatch.setattr("gpt_studio.engine.speed.readers.replays", lambda where: True)
    with torch.inference_mode():
        still = Writer(model, np.array([1]), samplings, seed=4)
    assert isinstance(still._reader, StillDecoder)
    assert written_by(plain, 50) == written_by(still, 50)


@pytest.mark.cuda
@pytest.mark.parametrize("form", FORMS)
def test_every_way_to_read_gives_the_scores_of_the_plain_model_on_a_gpu(form):
    for make in (Decoder, StillDecoder):
        assert_reads_like_the_model(make, model_of(FORMS[form]).cuda(), 2, "cuda")


@pytest.mark.cuda
@pytest.mark.parametrize("form", MEANS)
def test_a_running_sum_gives_the_scores_of_the_plain_model_on_a_gpu(form):
    assert_reads_like_the_model(AveragingDecoder, mean_model(MEANS[form]).cuda(), 2, "cuda")


@pytest.mark.cuda
def test_a_recorded_sum_writes_the_text_that_the_plain_model_writes():
    model, samplings = mean_model({}).cuda(), tuple(STYLES.values())
    fast, plain = (Writer(model, np.array([1]), samplings, seed=4, cached=cached) for cached in (True, False))
    assert fast._go_on._records
    assert written_by(fast, 50) == written_by(plain, 50)


@pytest.mark.cuda
def test_a_recorded_graph_writes_the_text_that_is_written_without_one(monkeypatch):
    model, samplings = model_of({}).cuda(), tuple(STYLES.values())
    with torch.inference_mode():
        graph = Writer(model, np.array([1]), samplings, seed=4)
    monkeypatch.setattr("gpt_studio.engine.speed.readers.replays", lambda where: False)
    eager = Writer(model, np.array([1]), samplings, seed=4)
    assert written_by(graph, 50) == written_by(eager, 50)


def test_the_draw_is_that_of_multinomial():
    chance, scores = torch.Generator().manual_seed(9), torch.randn(1, 40)
    sampler = Sampler((Sampling(temperature=1.0, top_k=0),), 9, 40, 0, torch.device("cpu"))
    for _ in range(100):
        sampler.roll()
        expected = torch.multinomial(F.softmax(scores[0], dim=-1), 1, generator=chance)
        assert torch.equal(sampler.draw(sampler.odds(scores)).tokens, expected)


def test_a_rate_of_writing_is_measured_in_every_way():
    from gpt_studio.engine.bench.generation import measure

    ways = {speed.way: speed for speed in measure(("tiny",), rounds=1)}
    assert list(ways) == ["inside", "past", "three styles", "with odds", "no cache"]
    assert ways["inside"].ratio == 1.0
    assert all(speed.tokens_per_s > 0 for speed in ways.values())
