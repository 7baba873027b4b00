"""Heads switched off, and what each is worth."""

import numpy as np
import pytest
import torch

from gpt_studio.engine.config import ModelConfig
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.generalization import measure
from gpt_studio.engine.inside.heads import weigh
from gpt_studio.engine.inside.switching import without_heads
from gpt_studio.engine.model import GPT
from gpt_studio.engine.requests import CorpusText, Subject, TestRequest, WorthRequest
from gpt_studio.engine.workshop import Workshop

from ..conftest import TEXT, run_job

IDS = torch.tensor([[1, 2, 3, 4, 5]])


def test_a_head_that_is_off_equals_a_model_whose_weights_for_it_are_zero(tiny_gpt):
    off = without_heads(tiny_gpt, ((1, 0),))(IDS)
    with torch.no_grad():
        tiny_gpt.h[1].attn.c_attn.weight[32:40] = 0.0  # values of the first head, after 16 queries and 16 keys
    torch.testing.assert_close(off, tiny_gpt(IDS))


def test_the_model_itself_stays_whole(tiny_gpt):
    before = tiny_gpt(IDS)
    changed = without_heads(tiny_gpt, ((0, 1), (1, 1)))(IDS)
    torch.testing.assert_close(tiny_gpt(IDS), before)
    assert (changed - before).abs().max() > 1e-4


@pytest.mark.parametrize(
    ("form", "head"),
    [({}, (2, 0)), ({}, (0, 2)), ({}, (-1, 0)), ({"without": ("attention",)}, (0, 0)), ({"n_layer": 0}, (0, 0))],
)
def test_a_head_that_is_not_there_is_refused(form, head):
    model = GPT(ModelConfig(**{"n_layer": 2, "n_head": 2, "n_embd": 16, "block_size": 8, "vocab_size": 11, **form}))
    with pytest.raises(StudioError, match=r"look\.no_head"):
        without_heads(model, (head,))


def test_any_visit_can_be_made_to_a_model_with_heads_off(trained):
    text = CorpusText(id="t", title="T", text=TEXT[:300])
    subjects = (Subject(run=trained), Subject(run=trained, heads_off=((0, 0), (0, 1), (1, 0), (1, 1))))
    whole, bare = run_job(measure(Workshop(), TestRequest(subjects=subjects, texts=(text,))))
    assert bare.loss > whole.loss + 0.01


def test_what_a_head_is_worth_is_what_the_loss_rises_by_without_it(trained):
    told = run_job(weigh(Workshop(), WorthRequest(subject=Subject(run=trained))))
    last = told[-1]
    assert last.windows == last.windows_to_do
    assert [each.windows for each in told] == sorted({each.windows for each in told})
    held_back = TEXT[int(0.9 * len(TEXT)) :]
    piece = CorpusText(id="t", title="T", text=held_back[: 17 * (len(held_back) // 17)])
    off = Subject(run=trained, heads_off=((1, 0),))
    whole, without = (_mean_over_windows(trained, subject, piece.text) for subject in (Subject(run=trained), off))
    assert last.loss == pytest.approx(whole.mean(), abs=1e-5)
    assert last.worth[1, 0] == pytest.approx((without - whole).mean(), abs=1e-5)
    assert last.noise[1, 0] == pytest.approx((without - whole).std(ddof=1) / len(whole) ** 0.5, abs=1e-5)


def _mean_over_windows(run, subject: Subject, text: str) -> np.ndarray:
    exhibit = Workshop().copy_of(subject)
    ids = torch.as_tensor(exhibit.tokenizer.encode(text)).view(-1, 17)
    logs = exhibit.model(ids[:, :-1]).log_softmax(dim=-1)
    return -logs.gather(2, ids[:, 1:, None])[..., 0].mean(dim=1).numpy()
