"""The tables that stand at a model's entrance: a vector for each token, and one for each position."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import nn

from gpt_studio.engine.arrays import Floats, Ints
from gpt_studio.engine.inside.passage import exhibit_with_blocks
from gpt_studio.engine.inside.seen import EmbeddingsSeen
from gpt_studio.engine.requests import EmbeddingsRequest, Subject
from gpt_studio.engine.workshop import Report, Workshop

NEIGHBOURS = 12
PIECE = 1_024  # tokens compared with all others at once


class Plane:
    """The two directions along which a cloud of points is spread most, fitted once and kept.

    Source: Pearson 1901 (principal components), by the singular value decomposition of the centred table.
    """

    def __init__(self, table: Floats) -> None:
        """Fit to (V, C)."""
        self._middle = table.mean(axis=0)
        _, _, directions = np.linalg.svd(table - self._middle, full_matrices=False)
        self._axes = np.zeros((2, table.shape[1]), dtype=np.float32)
        self._axes[: len(directions[:2])] = directions[:2]
        for axis in self._axes:  # a direction and its opposite are equally good; the largest number is made positive
            axis *= np.sign(axis[np.abs(axis).argmax()]) or 1.0
        self.reach = float(np.abs(self.points(table)).max())  # the largest coordinate of what it was fitted to

    def points(self, table: Floats) -> Floats:
        """Where the rows of a table, (V, C), lie on the plane, (V, 2)."""
        flat: Floats = (table - self._middle) @ self._axes.T
        return flat

    def share(self, table: Floats) -> float:
        """How much of the spread of a table's rows, in squared distances from their middle, the plane shows."""
        centred = table - table.mean(axis=0)
        whole = float((centred**2).sum())
        return float(((centred @ self._axes.T) ** 2).sum()) / whole if whole else 0.0


def nearest(table: Floats, count: int) -> tuple[Ints, Floats]:
    """For each row of a table, (V, C), the rows of the most similar direction: numbers and cosines, (V, count)."""
    directions = torch.nn.functional.normalize(torch.from_numpy(table), dim=1)
    count = min(count, len(table) - 1)
    places, cosines = [], []
    for begin in range(0, len(table), PIECE):
        likeness = directions[begin : begin + PIECE] @ directions.T
        likeness[torch.arange(len(likeness)), torch.arange(begin, begin + len(likeness))] = -2.0  # not itself
        found = likeness.topk(count, dim=1)
        places.append(found.indices)
        cosines.append(found.values)
    return torch.cat(places).numpy(), torch.cat(cosines).numpy()


@torch.no_grad()
def map_tokens(workshop: Workshop, request: EmbeddingsRequest) -> Iterator[Report]:
    """A visitor: the tokens on one plane, at each step asked for. Tells one EmbeddingsSeen per step; none
    of a step whose weights have gone meanwhile.

    Raises:
        StudioError: `look.bigram`, whose table is no embedding.
    """
    last = exhibit_with_blocks(workshop, Subject(run=request.run, step=request.plane_step))
    yield None
    plane = Plane(_table(last.model.wte))
    yield None
    for step in request.steps:
        exhibit = workshop.copy_if_kept(Subject(run=request.run, step=step))
        if exhibit is None:
            continue
        table = _table(exhibit.model.wte)
        places = getattr(exhibit.model, "wpe", None)
        neighbours, cosines = nearest(table, NEIGHBOURS)
        yield [
            EmbeddingsSeen(
                asked=step,
                step=exhibit.step,
                tokens=exhibit.tokenizer.tokens,
                width=table.shape[1],
                points=plane.points(table),
                reach=plane.reach,
                share=plane.share(table),
                neighbours=neighbours,
                cosines=cosines,
                positions=_table(places) if isinstance(places, nn.Embedding) else np.zeros((0, 0), np.float32),
            )
        ]


def _table(embedding: nn.Embedding) -> Floats:
    rows: Floats = embedding.weight.detach().float().cpu().numpy().copy()
    return rows
