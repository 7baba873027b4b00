"""What heads do: habits that can be measured, each as the share of its attention that a head spends on it.

A habit is a set of places that a position may look at. Its score is the mean attention on that set, over the positions
of held-back text that have such places and room to choose; its chance is what an even attention would spend there. A
head is named after the habit in which it exceeds chance the most, if that takes at least NAMED_FROM of its attention
and twice the chance; else it is mixed. Without queries and keys every attention is even.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from gpt_studio.engine.arrays import Floats
from gpt_studio.engine.events import EVEN
from gpt_studio.engine.inside.passage import exhibit_with_blocks, held_back, refuse_without_heads, windows
from gpt_studio.engine.inside.seen import HeadRoles
from gpt_studio.engine.requests import RolesRequest
from gpt_studio.engine.workshop import Report, Workshop

NAMED_FROM = 0.35  # of a head's attention
ABOVE_CHANCE = 2.0  # times
FIRST = 8  # positions before this one have too few places to choose from
FEWEST = 20  # positions; a habit that has less chances to show itself is not measured
TOKENS = 6_144  # of held-back text, at most
LONGEST = 256  # tokens a window, at most
OPENING, CLOSING = "([{“„«", ")]}”“»"

Mask = NDArray[np.bool_]  # (T, T): row may look at column
HABITS = (
    "previous",
    "itself",
    "two_back",
    "same",
    "induction",
    "word_start",
    "line_start",
    "brackets",
)
CHARACTER = "character"  # the habit of looking at one certain token, wherever it stands


def habits(tokens: Sequence[str]) -> dict[str, Mask]:
    """Where each habit looks in a text.

    previous, itself, two_back: One place before, the place itself, two before.
    same: Earlier places with the same token.
    induction: Places that follow an earlier place with the same token: what came next the last time. The
        prefix-matching score of Olsson et al. 2022, "In-context Learning and Induction Heads", here over real text.
    word_start, line_start: Where the present word or line began, if that is further back than two places.
    brackets: Since the innermost bracket or quotation mark that is still open, that mark included.

    Returns:
        Masks, (T, T) each. A row without a place in it has no chance to show the habit.
    """
    count = len(tokens)
    places = np.arange(count)
    behind = places[:, None] - places[None, :]  # how far back column is, seen from row
    names = {token: number for number, token in enumerate(dict.fromkeys(tokens))}
    ids = np.array([names[token] for token in tokens])
    same = (ids[:, None] == ids[None, :]) & (behind > 0)
    followed = np.zeros_like(same)
    followed[:, 1:] = same[:, :-1]
    begins = {"word_start": _word_starts(tokens), "line_start": _line_starts(tokens), "brackets": _openings(tokens)}
    return {
        "previous": behind == 1,
        "itself": behind == 0,
        "two_back": behind == 2,
        "same": same,
        "induction": followed & (behind > 0),
        "word_start": (places[None, :] == begins["word_start"][:, None]) & (behind > 2),
        "line_start": (places[None, :] == begins["line_start"][:, None]) & (behind > 2),
        "brackets": (behind >= 0)
        & (places[None, :] >= begins["brackets"][:, None])
        & (begins["brackets"] >= 0)[:, None],
    }


def _word_starts(tokens: Sequence[str]) -> NDArray[np.int64]:
    """For each place, where its word began; -1 where there is none, or it may have begun before the text."""
    begins, begin = [], -1
    inside = True
    for place, token in enumerate(tokens):
        letters = token.strip()
        is_word = letters.replace("'", "").replace("’", "").isalnum() or letters in ("'", "’")
        if is_word and (not inside or token[:1].isspace()):
            begin = place
        inside = is_word
        begin = begin if is_word else -1
        begins.append(begin)
    return np.array(begins)


def _line_starts(tokens: Sequence[str]) -> NDArray[np.int64]:
    """For each place, where its line began; -1 in the first line, whose beginning may lie before the text."""
    begins, begin = [], -1
    for place, token in enumerate(tokens):
        begins.append(begin)
        if "\n" in token:
            begin = place + 1
    return np.array(begins)


def _openings(tokens: Sequence[str]) -> NDArray[np.int64]:
    """For each place, where the innermost open bracket or quotation mark stands; -1 where none is open.

    A straight quotation mark opens and closes by turns; a line's end closes everything but brackets.
    """
    begins = []
    open_marks: list[tuple[str, int]] = []
    for place, token in enumerate(tokens):
        for sign in token:
            if sign == '"' and any(mark == '"' for mark, _ in open_marks):
                while open_marks.pop()[0] != '"':
                    pass
            elif sign == '"' or sign in OPENING:
                open_marks.append((sign, place))
            elif sign in CLOSING and open_marks:
                open_marks.pop()
            elif sign == "\n":
                open_marks = [(mark, at) for mark, at in open_marks if mark in "([{"]
        begins.append(open_marks[-1][1] if open_marks else -1)
    return np.array(begins)


@dataclass
class Tally:
    """Adds up how heads look in one window after another."""

    shares: Floats  # (L, H, R) attention on each habit's places
    chances: Floats  # (R) what even attention would put there
    rows: Floats  # (R) positions that had such places
    on_token: Floats  # (L, H, V) attention on each token of the vocabulary
    token_chances: Floats  # (V)
    positions: int = 0
    sees_future: bool = False  # the model was built without the mask, so even attention goes everywhere

    @classmethod
    def empty(cls, layers: int, heads: int, vocabulary: int) -> "Tally":
        count = len(HABITS)
        return cls(
            np.zeros((layers, heads, count), np.float32),
            np.zeros(count, np.float32),
            np.zeros(count, np.float32),
            np.zeros((layers, heads, vocabulary), np.float32),
            np.zeros(vocabulary, np.float32),
        )

    def add(self, weights: Floats, ids: Sequence[int], vocabulary: Sequence[str]) -> None:
        """Take the attention, (L, H, T, T), over one window."""
        count = len(ids)
        first = min(FIRST, count // 2)
        rows = weights[:, :, first:]
        everywhere = np.ones((count, count), np.float32)
        even = (everywhere if self.sees_future else np.tril(everywhere))[first:]
        even /= even.sum(axis=1, keepdims=True)
        for number, mask in enumerate(habits([vocabulary[i] for i in ids]).values()):
            possible = mask[first:]
            self.rows[number] += possible.any(axis=1).sum()
            self.shares[:, :, number] += np.einsum("lhij,ij->lh", rows, possible)
            self.chances[number] += (even * possible).sum()
        received, expected = rows.sum(axis=2), even.sum(axis=0)  # (L, H, T), (T)
        for place, token in enumerate(ids):
            self.on_token[:, :, token] += received[:, :, place]
            self.token_chances[token] += expected[place]
        self.positions += count - first

    def roles(self, vocabulary: Sequence[str], step: int) -> HeadRoles:
        """Name every head."""
        rows = np.where(self.rows >= FEWEST, self.rows, np.inf)  # too few: the score is 0
        on_token, chance_of_token = self.on_token / max(1, self.positions), self.token_chances / max(1, self.positions)
        best = (on_token - chance_of_token).argmax(axis=-1)  # (L, H)
        of_best = np.take_along_axis(on_token, best[..., None], axis=-1)
        scores = np.concatenate([self.shares / rows, of_best], axis=-1)  # (L, H, R + 1)
        chances = np.concatenate(
            [np.broadcast_to(self.chances / rows, self.shares.shape), chance_of_token[best][..., None]], axis=-1
        )
        fits = (scores >= NAMED_FROM) & (scores >= ABOVE_CHANCE * chances)
        chosen = np.where(fits, scores - chances, -1.0).argmax(axis=-1)
        names, (layers, heads) = (*HABITS, CHARACTER), best.shape
        return HeadRoles(
            step=step,
            habits=names,
            scores=scores.astype(np.float32),
            chances=chances.astype(np.float32),
            role=tuple(
                tuple(names[chosen[layer, head]] if fits[layer, head].any() else "" for head in range(heads))
                for layer in range(layers)
            ),
            character=tuple(tuple(vocabulary[i] for i in row) for row in best.tolist()),
            positions=self.positions,
        )


@torch.no_grad()
def name_heads(workshop: Workshop, request: RolesRequest) -> Iterator[Report]:
    """A visitor: measure the habits of every head over held-back text. Tells one HeadRoles.

    Raises:
        StudioError: `look.bigram`, `look.no_attention`.
    """
    exhibit = refuse_without_heads(exhibit_with_blocks(workshop, request.subject))
    config, tokens = exhibit.model.config, exhibit.tokenizer.tokens
    tally = Tally.empty(config.n_layer, config.n_head, len(tokens))
    tally.sees_future = not config.has("mask")
    pieces = windows(held_back(exhibit, request.subject), min(config.block_size, LONGEST), TOKENS)
    yield None
    for piece in pieces:
        explained: list[Tensor] = []
        exhibit.model(piece[None].to(exhibit.device), explained=explained)
        tally.add(torch.cat(explained).float().cpu().numpy(), piece.tolist(), tokens)
        yield None
    found = tally.roles(tokens, exhibit.step)
    yield [found if config.has("scores") else replace(found, role=((EVEN,) * config.n_head,) * config.n_layer)]
