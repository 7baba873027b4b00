"""Looking inside: where each head of each layer looks."""

from collections.abc import Iterator

import torch
from torch import Tensor

from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import AttentionSeen
from gpt_studio.engine.requests import AttentionRequest
from gpt_studio.engine.workshop import Report, Workshop


@torch.no_grad()
def attend(workshop: Workshop, request: AttentionRequest) -> Iterator[Report]:
    """A visitor: the attention weights of every head over one text. Tells one AttentionSeen.

    Raises:
        StudioError: `look.bigram` or `look.no_attention` when the model has no attention, `look.empty` when no
            character of the text is known.
    """
    exhibit = workshop.copy_of(request.subject)
    yield None
    if exhibit.model.config.is_bigram:
        raise StudioError("look.bigram")
    if not exhibit.model.config.has("attention"):
        raise StudioError("look.no_attention")
    ids, _ = exhibit.tokenizer.encode_known(request.text)
    if len(ids) == 0:
        raise StudioError("look.empty")
    shown = ids[: exhibit.model.config.block_size]
    explained: list[Tensor] = []
    exhibit.model(torch.as_tensor(shown, dtype=torch.long)[None].to(exhibit.device), explained=explained)
    yield [
        AttentionSeen(
            tokens=tuple(exhibit.tokenizer.tokens[i] for i in shown.tolist()),
            weights=torch.cat(explained).float().cpu().numpy(),  # (L, H, T, T)
            unknown=exhibit.tokenizer.unknown(request.text),
            cut=len(ids) - len(shown),
        )
    ]
