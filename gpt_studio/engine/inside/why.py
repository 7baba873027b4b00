"""Why this token: what each layer would have said in its place, and what the model leaned on when it wrote it."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.generation import prompt_tokens, window_length
from gpt_studio.engine.inside.lens import lens
from gpt_studio.engine.inside.passage import exhibit_with_blocks
from gpt_studio.engine.inside.seen import WhySeen
from gpt_studio.engine.inside.trace import trace
from gpt_studio.engine.requests import WhyRequest
from gpt_studio.engine.workshop import Exhibit, Report, Workshop


@torch.no_grad()
def explain(workshop: Workshop, request: WhyRequest) -> Iterator[Report]:
    """A visitor: one place of a written text, with just the tokens before it that the model had then. Tells one
    WhySeen.

    Raises:
        StudioError: `look.bigram`; `write.begun` for tokens that this model cannot have written.
    """
    exhibit = exhibit_with_blocks(workshop, request.subject)
    if not all(0 <= id < exhibit.tokenizer.vocab_size for id in (*request.tokens, request.written)):
        raise StudioError("write.begun")
    prompt, _ = prompt_tokens(exhibit.tokenizer, request.prompt)
    ids = np.concatenate([prompt, np.asarray(request.tokens, dtype=np.int64)])
    length = window_length(len(prompt), len(request.tokens), exhibit.model.config.block_size)
    window = torch.as_tensor(ids[-length:])[None].to(exhibit.device)  # (1, T)
    yield [_see(exhibit, window, request, begins=len(request.tokens) - length)]


def _see(exhibit: Exhibit, window: Tensor, request: WhyRequest, begins: int) -> WhySeen:
    names = exhibit.tokenizer.tokens
    stream = trace(exhibit.model, window).stream[:, 0, -1]  # (L + 1, C)
    chances = lens(exhibit.model, stream)  # (L + 1, V)
    best = chances.topk(min(request.candidates, len(names)), dim=-1)
    own = chances[:, request.written]  # (L + 1)
    return WhySeen(
        step=exhibit.step,
        tokens=tuple(names[id] for id in window[0].tolist()),
        begins=begins,
        guesses=tuple(tuple(names[id] for id in ids) for ids in best.indices.tolist()),
        chances=best.values.cpu().numpy(),
        own_chance=own.cpu().numpy(),
        own_rank=(1 + (chances > own[:, None]).sum(-1)).cpu().numpy(),
        attention=_attention(exhibit, window).cpu().numpy(),
    )


def _attention(exhibit: Exhibit, window: Tensor) -> Tensor:
    """Where each head of each layer looks from the last token, (L, H, T)."""
    if not exhibit.model.config.has("attention"):
        return torch.zeros(0, 0, window.shape[1])
    explained: list[Tensor] = []
    exhibit.model(window, explained=explained)
    return torch.cat(explained).float()[:, :, -1]
