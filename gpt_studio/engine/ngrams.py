"""Models that only count: what follows the last few characters, and how often. The yardstick for a GPT."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gpt_studio.engine.tokenizer import Tokenizer, code_points

Counts = NDArray[np.int64]
Real = NDArray[np.float64]


@dataclass(frozen=True)
class _Level:
    """All pieces of k characters that were seen, and what is known of each context of k - 1.

    A piece is named by its place in `keys`; its key is the place of its first k - 1 characters one level below, times
    the vocabulary's size, plus its last character. So pieces with the same context lie side by side.
    """

    keys: Counts  # (P) ascending
    kept: Real  # (P) the piece's count, less its discount
    total: Real  # (C) sum of the counts after each context; 0 where none was counted
    freed: Real  # (C) sum of the discounts after each context

    def places(self, contexts: Counts, last: Counts, size: int) -> Counts:
        """Where these pieces stand in `keys`, -1 for those that were never seen."""
        wanted = contexts * size + last
        found = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.where((contexts >= 0) & (self.keys[found] == wanted), found, -1)


class NGram:
    """A model that knows the last `order - 1` characters: interpolated Kneser-Ney smoothing with three discounts.

    The longest pieces are counted as they occur, shorter ones by how many different characters stand before them.
    Made by `learn`. Order 1 knows how often each character occurs, and no more.

    Source: Chen and Goodman, "An Empirical Study of Smoothing Techniques for Language Modeling", 1998, section 3
    (modified Kneser-Ney); the even distribution at the bottom has one place more than the text has characters, for all
    that it lacks.
    """

    def __init__(self, order: int, tokenizer: Tokenizer, levels: list[_Level]) -> None:
        self.order = order
        self._tokenizer, self._levels = tokenizer, levels
        self._size = tokenizer.vocab_size + 1  # the last id is that of any unknown character

    @classmethod
    def learn(cls, text: str, order: int) -> "NGram":
        """Count a text of at least one character.

        Raises:
            ValueError: The text is empty, or the order is less than 1.
        """
        if not text or order < 1:
            raise ValueError("an n-gram model needs a text, and an order of 1 or more")
        tokenizer = Tokenizer.characters(text)
        size = tokenizer.vocab_size + 1
        ids = _ids(tokenizer, text)
        keys, seen, names, befores = [], [], [np.zeros(len(ids), dtype=np.int64)], []
        for length in range(1, min(order, len(ids)) + 1):  # names[k][i]: the piece of k characters that begins at i
            whole = names[-1][: len(ids) - length + 1] * size + ids[length - 1 :]
            known, first, name, count = np.unique(whole, return_index=True, return_inverse=True, return_counts=True)
            if length > 1:
                befores.append(_befores(names[-1], first))
            keys.append(known)
            seen.append(count)
            names.append(name.astype(np.int64))
        counts = [*befores, seen[-1]]  # of the longest as they occur, of all others what stands before them
        contexts = [1, *map(len, keys)]
        levels = [_level(*each, size) for each in zip(keys, counts, contexts[:-1], strict=True)]
        return cls(order, tokenizer, levels)

    @property
    def characters(self) -> tuple[str, ...]:
        """All that it knows."""
        return self._tokenizer.tokens

    @property
    def pieces(self) -> int:
        """How many different pieces it has counted, of every length up to its order."""
        return sum(len(level.keys) for level in self._levels)

    def surprises(self, text: str) -> Real:
        """-ln p of every character given those before it, in nats, (T). The first ones have shorter contexts."""
        ids = _ids(self._tokenizer, text)
        chance = np.full(len(ids), 1 / self._size)
        names = np.zeros(len(ids), dtype=np.int64)
        for length, level in enumerate(self._levels, 1):
            if length > len(ids):
                break
            contexts, last = names[: len(ids) - length + 1], ids[length - 1 :]
            names = level.places(contexts, last, self._size)
            counted = np.where((contexts >= 0), level.total[contexts], 0.0)
            own = np.where(names >= 0, level.kept[names], 0.0)
            there = counted > 0
            below = chance[length - 1 :][there]
            chance[length - 1 :][there] = (own[there] + level.freed[contexts[there]] * below) / counted[there]
        nats: Real = -np.log(chance)
        return nats

    def bits_per_character(self, text: str) -> float:
        """The mean surprise over every character of a text, in bits; nan for an empty one."""
        return float(self.surprises(text).mean()) / math.log(2) if text else math.nan

    def odds(self, context: str) -> tuple[tuple[str, ...], Real]:
        """Which character comes next: all that the model knows, and their chances, (V).

        The chances sum to a little less than 1; the rest is that of any character that it has never seen.
        """
        ids = _ids(self._tokenizer, context[-(self.order - 1) :] if self.order > 1 else "")
        chance = np.full(self._size, 1 / self._size)
        for length, level in enumerate(self._levels, 1):
            if length - 1 > len(ids):
                break
            place = self._place_of(ids[len(ids) - length + 1 :])
            if place < 0 or level.total[place] == 0:
                continue
            first, end = np.searchsorted(level.keys, [place * self._size, (place + 1) * self._size])
            chance *= level.freed[place] / level.total[place]
            chance[level.keys[first:end] - place * self._size] += level.kept[first:end] / level.total[place]
        return self._tokenizer.tokens, chance[:-1]

    def _place_of(self, ids: Counts) -> int:
        """Where a piece stands one level below that for which it is the context; -1 if it was never seen."""
        place = np.zeros(1, dtype=np.int64)
        for level, last in zip(self._levels, ids, strict=False):
            place = level.places(place, np.array([last]), self._size)
        return int(place[0])


def _ids(tokenizer: Tokenizer, text: str) -> Counts:
    """The id of every character, (T); unknown ones have the id V."""
    known_ids, known = tokenizer.encode_known(text)
    if known.all():
        return known_ids
    ids = np.full(len(code_points(text)), tokenizer.vocab_size, dtype=np.int64)
    ids[known] = known_ids
    return ids


def _befores(shorter: Counts, first: Counts) -> Counts:
    """Before how many pieces of one character more each piece stands as their end, (P).

    Args:
        shorter: Which piece of k characters begins at each place of the text.
        first: Where each different piece of k + 1 characters begins first.
    """
    ends = shorter[first + 1]
    counts = np.bincount(ends, minlength=int(shorter.max()) + 1)
    counts[shorter[0]] += 1  # the text's beginning stands before its first piece
    return counts


def _level(keys: Counts, counts: Counts, contexts: int, size: int) -> _Level:
    owner = keys // size
    discount = _discounts(counts)[np.minimum(counts, 3)]
    return _Level(
        keys=keys,
        kept=counts - discount,
        total=np.bincount(owner, weights=counts, minlength=contexts).astype(np.float64, copy=False),
        freed=np.bincount(owner, weights=discount, minlength=contexts).astype(np.float64, copy=False),
    )


def _discounts(counts: Counts) -> Real:
    """What is taken from a count of 0, 1, 2, and 3 or more, (4): Chen and Goodman's equation 26.

    Where so few pieces were counted that it says nothing, half of one.
    """
    ones, twos, threes, fours = (int(np.count_nonzero(counts == n)) for n in (1, 2, 3, 4))
    if not (ones and twos and threes):
        return np.array([0.0, 0.5, 0.5, 0.5])
    share = ones / (ones + 2 * twos)
    found = [1 - 2 * share * twos / ones, 2 - 3 * share * threes / twos, 3 - 4 * share * fours / threes]
    return np.array([0.0, *(min(max(each, 0.05), n) for n, each in enumerate(found, 1))])
