"""Which passages of held-back text excite each neuron of the feed-forward parts the most."""

from collections.abc import Iterator

import torch
from torch import Tensor

from gpt_studio.engine.inside.passage import exhibit_with_blocks, held_back
from gpt_studio.engine.inside.seen import NeuronsSeen
from gpt_studio.engine.inside.trace import trace
from gpt_studio.engine.requests import NeuronsRequest
from gpt_studio.engine.workshop import Report, Workshop

KEPT = 8  # passages a neuron
TURN = 1_024  # tokens a turn
LONGEST = 256  # tokens a window, at most
REPORTS = 8  # during the reading


@torch.no_grad()
def find_passages(workshop: Workshop, request: NeuronsRequest) -> Iterator[Report]:
    """A visitor: read all of the held-back text and keep, for every neuron, where it fired most. Tells NeuronsSeen
    again and again, each over more text.

    Only the best places of each neuron are kept, so memory does not grow with the text. Windows do not overlap, so
    what excites a neuron is looked for within a window.
    """
    exhibit = exhibit_with_blocks(workshop, request.subject)
    config = exhibit.model.config
    ids = torch.as_tensor(held_back(exhibit, request.subject), dtype=torch.long)
    length = min(config.block_size, LONGEST, len(ids))
    whole = len(ids) // length
    text = ids[: whole * length].view(whole, length)
    rows = max(1, TURN // length)
    best = torch.full((config.n_layer, KEPT, 4 * config.n_embd), -torch.inf)
    places = torch.zeros_like(best, dtype=torch.long)
    tokens = tuple(exhibit.tokenizer.tokens[i] for i in text.flatten().tolist())
    told = 0
    for first in range(0, whole, rows):
        fired = trace(exhibit.model, text[first : first + rows].to(exhibit.device)).neurons.flatten(1, 2).float().cpu()
        best, places = _keep(best, places, fired, first * length)
        done = min(whole, first + rows)
        if done == whole or done * REPORTS // whole > told:
            told = done * REPORTS // whole
            yield [
                NeuronsSeen(
                    step=exhibit.step,
                    tokens=tokens,
                    window=length,
                    fired=best.transpose(1, 2).numpy().copy(),
                    places=places.transpose(1, 2).numpy().copy(),
                    read=done * length,
                )
            ]
        else:
            yield None


def _keep(best: Tensor, places: Tensor, fired: Tensor, begin: int) -> tuple[Tensor, Tensor]:
    """The strongest of what was kept, (L, KEPT, N), and of what is new, (L, tokens, N)."""
    new = fired.topk(min(KEPT, fired.size(1)), dim=1)
    together = torch.cat([best, new.values], dim=1)
    where = torch.cat([places, new.indices + begin], dim=1)
    kept = together.topk(KEPT, dim=1)
    return kept.values, where.gather(1, kept.indices)
