"""Parts of the model can be left out, and each leaves exactly what it was good for."""

from itertools import combinations

import msgspec
import numpy as np
import pytest
import torch
from msgspec.structs import replace

from gpt_studio.engine import budget, checkpoint, runs, training
from gpt_studio.engine import model as model_file
from gpt_studio.engine.attention import attend
from gpt_studio.engine.config import ABLATIONS, ModelConfig, Sampling, TrainConfig
from gpt_studio.engine.errors import ConfigError, StudioError
from gpt_studio.engine.generalization import measure
from gpt_studio.engine.generation import Writer, write
from gpt_studio.engine.inside.heads import weigh
from gpt_studio.engine.inside.lens import look_through_layers
from gpt_studio.engine.inside.roles import name_heads
from gpt_studio.engine.inside.trace import Hooks
from gpt_studio.engine.keeping import stored_models
from gpt_studio.engine.model import GPT, attention_weights
from gpt_studio.engine.requests import (
    AttentionRequest,
    CorpusText,
    LayersRequest,
    RolesRequest,
    Subject,
    TestRequest,
    WorthRequest,
    WriteRequest,
)
from gpt_studio.engine.workbench import Workbench
from gpt_studio.engine.workshop import Workshop

from .conftest import run_job

SIZES = {"n_layer": 2, "n_head": 2, "n_embd": 16, "block_size": 8, "vocab_size": 11}
EVERY_CHOICE = [
    choice
    for count in range(len(ABLATIONS) + 1)
    for choice in combinations(ABLATIONS, count)
    if choice == ABLATIONS or not {"scores", "attention"} <= {*choice}  # which is as if attention alone were gone
]
IDS = torch.tensor([[1, 2, 3, 4, 5]])
EXACT = {"atol": 1e-5, "rtol": 1e-5}


def gpt(*without: str, **form: object) -> GPT:
    """Strong random weights, so that every part matters."""
    torch.manual_seed(3)
    model = GPT(ModelConfig(**{**SIZES, **form}, without=without))
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.4)
    return model.eval().requires_grad_(False)


def names(*without: str) -> set[str]:
    return {name for name, _ in gpt(*without).named_parameters()}


def test_without_the_mask_a_token_sees_its_future():
    other = IDS.clone()
    other[0, -1] = 9  # only the last token differs
    masked, unmasked = gpt(), gpt("mask")
    torch.testing.assert_close(masked(IDS)[:, :-1], masked(other)[:, :-1])
    assert not torch.allclose(unmasked(IDS)[:, :-1], unmasked(other)[:, :-1], atol=1e-3)
    assert names("mask") == names()  # it has no parameters


def test_without_the_mask_attention_reaches_every_token_and_all_its_ways_agree():
    model, explained = gpt("mask"), []
    torch.testing.assert_close(model(IDS, explained=explained), model(IDS), **EXACT)
    assert all(float(weights.min()) > 0 for weights in explained)  # no zero right of the diagonal
    torch.testing.assert_close(explained[0].sum(-1), torch.ones(1, 2, 5))
    q, k, v = torch.randn(3, 1, 2, 5, 8)
    plain = model_file.attend(q, k, v, 0.0, causal=False)
    torch.testing.assert_close(plain, attention_weights(q, k, causal=False) @ v)


def gathered(model: GPT, ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The values that the first block's attention offers, (T, C), and what each token has gathered of them."""
    attention = model.h[0].attn
    offered, kept = [], []
    with Hooks() as hooks:
        hooks.after(attention.c_attn, offered.append)
        hooks.before(attention.c_proj, kept.append)
        model(ids)
    return offered[0][0], kept[0][0]


def test_without_queries_and_keys_a_token_gathers_the_mean_of_the_values_up_to_its_own():
    values, found = gathered(gpt("scores", bias=True), IDS)
    assert values.shape == (5, 16)  # and no queries and keys beside them
    for place in range(5):
        torch.testing.assert_close(found[place], values[: place + 1].mean(dim=0))
    values, found = gathered(gpt("scores", "mask"), IDS)
    torch.testing.assert_close(found, values.mean(dim=0).expand(5, 16))  # of all, where nothing is hidden


def test_without_queries_and_keys_a_token_still_cannot_see_its_future():
    other, model = IDS.clone(), gpt("scores")
    other[0, -1] = 9
    torch.testing.assert_close(model(IDS)[:, :-1], model(other)[:, :-1], atol=0, rtol=0)
    assert not torch.allclose(model(IDS)[:, -1], model(other)[:, -1], atol=1e-3)


def test_the_weights_that_a_mean_shows_are_those_by_which_it_comes_about():
    for without in (("scores",), ("scores", "mask")):
        model, explained = gpt(*without), []
        torch.testing.assert_close(model(IDS, explained=explained), model(IDS), atol=0, rtol=0)
        values, found = gathered(model, IDS)
        assert [weights.shape for weights in explained] == [(1, 2, 5, 5)] * 2
        for head in explained[0][0]:
            torch.testing.assert_close(head @ values, found)
    assert explained[0][0, 0, 0].tolist() == pytest.approx([0.2] * 5)


def test_without_queries_and_keys_the_number_of_heads_makes_no_difference():
    few, many = gpt("scores", n_head=1), gpt("scores", n_head=8)
    torch.testing.assert_close(few(IDS), many(IDS), atol=0, rtol=0)
    assert not torch.allclose(gpt(n_head=1)(IDS), gpt(n_head=8)(IDS), atol=1e-3)


def test_without_queries_and_keys_attention_has_half_its_numbers():
    assert names("scores") == names()
    for bias in (False, True):
        whole, mean = gpt(bias=bias).h[0].attn, gpt("scores", bias=bias).h[0].attn
        sizes = [sum(parameter.numel() for parameter in part.parameters()) for part in (whole, mean)]
        assert sizes == [4 * 16 * (16 + bias), 2 * 16 * (16 + bias)]
    assert names("scores", "attention") == names("attention")  # nothing is left of it that could be missing


def test_a_mean_in_half_precision_is_rounded_only_once():
    """With sums in bf16, three in ten of these means are others."""
    values = torch.randn(1, 400, 8, generator=torch.Generator().manual_seed(1)).bfloat16()
    exact = values.double().cumsum(dim=1) / torch.arange(1, 401)[:, None]
    assert torch.equal(model_file.average(values), exact.bfloat16())


def test_without_positions_the_order_of_the_past_does_not_matter():
    """In one layer, and in many where the mask is gone as well: behind it, a second layer can count how much the first
    one saw.
    """
    shuffled = IDS[:, [2, 0, 3, 1, 4]]  # the last token stays
    for placeless in (gpt("position", n_layer=1), gpt("position", "mask")):
        torch.testing.assert_close(placeless(IDS)[:, -1], placeless(shuffled)[:, -1], **EXACT)
    for placed in (gpt(n_layer=1), gpt("mask")):
        assert not torch.allclose(placed(IDS)[:, -1], placed(shuffled)[:, -1], atol=1e-3)
    assert names() - names("position") == {"wpe.weight"}


def test_without_residuals_what_a_part_finds_replaces_what_was_known():
    block, x = gpt("residual").h[0], torch.randn(1, 5, 16)
    found = block.attn(block.ln_1(x))
    torch.testing.assert_close(block(x), block.mlp(block.ln_2(found)))
    block = gpt().h[0]
    after = x + block.attn(block.ln_1(x))
    torch.testing.assert_close(block(x), after + block.mlp(block.ln_2(after)))


def test_without_norm_the_size_of_the_numbers_is_kept():
    normed, bare = gpt().h[0], gpt("norm").h[0]
    x = torch.randn(1, 5, 16)
    torch.testing.assert_close(normed.mlp(normed.ln_2(100 * x)), normed.mlp(normed.ln_2(x)), atol=1e-3, rtol=1e-3)
    assert bare.mlp(bare.ln_2(100 * x)).norm() > 20 * bare.mlp(bare.ln_2(x)).norm()
    assert names() - names("norm") == {f"h.{n}.ln_{m}.weight" for n in (0, 1) for m in (1, 2)} | {"ln_f.weight"}


def test_without_attention_a_token_is_judged_by_itself_alone():
    model, other = gpt("attention"), torch.tensor([[9, 8, 7, 6, 5]])  # only the last token is the same
    torch.testing.assert_close(model(IDS)[:, -1], model(other)[:, -1])
    assert not torch.allclose(gpt()(IDS)[:, -1], gpt()(other)[:, -1], atol=1e-3)
    assert not any("attn" in name or "ln_1" in name for name in names("attention"))


def test_without_the_feed_forward_part_a_block_is_attention_alone():
    block, x = gpt("mlp").h[0], torch.randn(1, 5, 16)
    torch.testing.assert_close(block(x), x + block.attn(block.ln_1(x)))
    assert not any("mlp" in name or "ln_2" in name for name in names("mlp"))


def test_without_all_parts_only_the_table_is_left():
    assert names(*ABLATIONS) == {"wte.weight"}
    model = gpt(*ABLATIONS)
    torch.testing.assert_close(model(IDS), model.wte(IDS) @ model.wte.weight.T)


def test_a_bigram_has_no_parts_that_could_be_left_out():
    with pytest.raises(ConfigError) as refused:
        ModelConfig(n_layer=0, n_head=1, n_embd=1, without=("mask",))
    assert refused.value.code == "without.bigram"


def test_what_is_left_out_is_a_set_that_stands_in_run_json():
    config = ModelConfig(without=("mlp", "mask", "mlp"))
    assert config == ModelConfig(without=("mask", "mlp")) and hash(config) == hash(replace(config))
    assert msgspec.json.decode(msgspec.json.encode(config), type=ModelConfig) == config
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"without": ["wings"]}', type=ModelConfig)


def test_the_head_may_have_a_bias_tied_or_not():
    for tied in (True, False):
        model = gpt(tied=tied, head_bias=True)
        bare = gpt(tied=tied)
        assert model.parameter_count() - bare.parameter_count() == 11
        before = model(IDS)
        model.head_bias += 1.0
        torch.testing.assert_close(model(IDS), before + 1.0)


@pytest.mark.parametrize("without", EVERY_CHOICE, ids="+".join)
def test_every_choice_of_parts_learns_writes_and_is_kept(tmp_path, without):
    model = ModelConfig(**SIZES, without=without)
    ids = np.arange(60) % 7
    bench = Workbench(model, TrainConfig(device="cpu", precision="fp32", threads=1, batch_size=4), ids, 2)
    before = bench.flat.values.clone()
    for _ in range(2):
        for _ in bench.update():
            pass
    assert len(bench.told(at_once=True)) == 2 and not torch.equal(bench.flat.values, before)
    foreseen = budget.memory(model, bench.config)
    assert foreseen.weights == bench.flat.values.nbytes == 4 * budget.parameters(model).total
    kept = [row for row, _ in bench.optimizer.rows()]
    assert foreseen.moments == sum(row.nbytes for row in kept) - 4  # AdamW's count of steps
    checkpoint.write(tmp_path, checkpoint.Copier().copy(bench))
    loaded, step = stored_models.load_model(tmp_path, model)
    torch.testing.assert_close(loaded.eval()(IDS), bench.model.eval()(IDS), atol=0, rtol=0)
    again = Workbench(model, bench.config, ids, 2)
    assert checkpoint.restore(tmp_path, again)[0] == step == 2
    with torch.inference_mode():
        samplings = (Sampling(), Sampling(temperature=0.0))
        fast, plain = (Writer(loaded, ids[:3], samplings, seed=1, cached=cached) for cached in (True, False))
        assert [fast.next().tokens for _ in range(12)] == [plain.next().tokens for _ in range(12)]


@pytest.mark.parametrize(
    "without", [("mask",), ("attention",), ("residual", "norm", "position"), ABLATIONS, ("scores",), ("mask", "scores")]
)
def test_a_run_with_parts_left_out_is_trained_written_tested_and_looked_at(toy_request, without):
    request = toy_request(model={"without": without, "dropout": 0.1}, max_steps=10)
    told = run_job(training.train(Workshop(), request))
    assert told[-1].ending == "done" and runs.read_record(request.run).model.without == tuple(without)
    subject = Subject(run=request.run)
    writing = WriteRequest(subject=subject, prompt="Ann", samplings=(Sampling(),), length=30, seed=1)
    assert len(run_job(write(Workshop(), writing))) == 31
    texts = (CorpusText(id="x", title="X", text="Bob has 3 hens."),)
    assert len(run_job(measure(Workshop(), TestRequest(subjects=(subject,), texts=texts)))) == 1
    (layers,) = run_job(look_through_layers(Workshop(), LayersRequest(subject=subject, text="Ann has")))
    assert np.isfinite(layers.chances).all()
    looking = AttentionRequest(subject=subject, text="Ann has")
    if "attention" in without:
        for job in (
            attend(Workshop(), looking),
            name_heads(Workshop(), RolesRequest(subject=subject)),
            weigh(Workshop(), WorthRequest(subject=subject)),
        ):
            with pytest.raises(StudioError) as refused:
                run_job(job)
            assert refused.value.code == "look.no_attention"
    else:
        (seen,) = run_job(attend(Workshop(), looking))
        above = np.triu(seen.weights, 1)
        assert (above.max() > 0) == ("mask" in without)
        assert seen.queries.shape[-1] == seen.keys.shape[-1] == (0 if "scores" in without else seen.values.shape[-1])


def test_a_model_without_the_mask_learns_to_copy_the_answer(tiny_text):
    """Its loss on held-back text is absurdly low, for the answer stands in the text that it reads."""
    seeing, honest = (
        run_steps(ModelConfig(n_layer=2, n_head=2, n_embd=32, block_size=16, without=without), tiny_text, 120)
        for without in (("mask",), ())
    )
    assert seeing < 1.0 < 2.0 < honest


def test_a_model_that_takes_means_learns(tiny_text):
    form = {"n_layer": 2, "n_head": 2, "n_embd": 32, "block_size": 16}
    begun, learnt = (run_steps(ModelConfig(**form, without=("scores",)), tiny_text, steps) for steps in (1, 60))
    assert learnt < 0.85 * begun


def run_steps(model: ModelConfig, text: str, steps: int) -> float:
    """The training loss after some steps."""
    parts = training.prepare(text)
    config = TrainConfig(device="cpu", precision="fp32", threads=1, batch_size=16, micro_batch=16)
    bench = Workbench(replace(model, vocab_size=parts.tokenizer.vocab_size), config, parts.train, steps)
    for _ in range(steps):
        for _ in bench.update():
            pass
    return bench.told(at_once=True)[-1].train_loss


def test_a_sample_written_in_training_leaves_the_model_in_training():
    from gpt_studio.engine.speed.readers import WholeReader

    model = gpt("mask", dropout=0.5).train()
    with torch.inference_mode():
        first, second = (WholeReader(model).read(IDS) for _ in range(2))
    assert model.training and torch.equal(first, second)
