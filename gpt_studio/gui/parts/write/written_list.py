"""What was written, token after token, packed: a text of 100,000 tokens with all its odds takes 20 MB, not 95.

As objects its tokens would also be looked at, all of them, whenever Python looks for garbage.
"""

import math
from array import array
from collections.abc import Iterable, Iterator
from typing import overload

from gpt_studio.engine.events import Candidates, Written
from gpt_studio.gui.parts.write.odds import LEAST_PROBABILITY, MOST

_UNKNOWN = -1


class WrittenList:
    """Reads like a list of Written; the same place gives the same object as long as no other one is asked for."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.ids = array("i")
        self._labels: dict[int, str] = {}  # by place, where the token is not what it adds to the text
        self._numbers = array("d")  # three for each place: the model's probability, that after, the rank
        self._many = bytearray()  # candidates of each place; 255: not told
        self._candidate_ids, self._odds = array("i"), array("f")  # MOST, and twice MOST, for each place
        self._names: dict[int, str] = {}  # of candidates, by id; ids that are not known count down from -2
        self._unknown: dict[str, int] = {}
        self._rows = bytearray()
        self._cut, self._cut_shares = array("i"), array("f")
        self._latest: tuple[int, Written] | None = None

    def __len__(self) -> int:
        return len(self.texts)

    def __iter__(self) -> Iterator[Written]:
        return (self._at(place) for place in range(len(self)))

    @overload
    def __getitem__(self, place: int) -> Written: ...

    @overload
    def __getitem__(self, place: slice) -> "WrittenList": ...

    def __getitem__(self, place: "int | slice") -> "Written | WrittenList":
        if isinstance(place, slice):
            return self._part(*place.indices(len(self))[:2])
        place = range(len(self))[place]
        if self._latest is None or self._latest[0] != place:
            self._latest = place, self._at(place)
        return self._latest[1]

    def __iadd__(self, written: Iterable[Written]) -> "WrittenList":
        for one in written:
            self._add(one)
        return self

    def surprises(self) -> Iterator[float]:
        """-ln p of each token, in nats."""
        return (-math.log(max(chance, LEAST_PROBABILITY)) for chance in self._numbers[::3])

    # Packing

    def _add(self, one: Written) -> None:
        if one.token:
            self._labels[len(self)] = one.token
        self.texts.append(one.text)
        self.ids.append(one.id)
        self._rows.append(one.row)
        self._cut.append(one.cut)
        self._cut_shares.append(one.cut_share)
        self._numbers.extend((one.probability, one.probability_after, one.rank))
        told = one.candidates
        self._many.append(255 if told is None else min(MOST, len(told.tokens)))
        ids, odds = [_UNKNOWN] * MOST, [0.0] * (2 * MOST)
        if told is not None:
            many = self._many[-1]
            ids[:many] = told.ids[:many] or [self._id_of(name) for name in told.tokens[:many]]
            self._names.update(zip(ids[:many], told.tokens, strict=False))
            odds[:many], odds[MOST : MOST + many] = told.before[:many].tolist(), told.after[:many].tolist()
        self._candidate_ids.extend(ids)
        self._odds.extend(odds)

    def _id_of(self, name: str) -> int:
        """One of our own for a candidate that has none."""
        return self._unknown.setdefault(name, _UNKNOWN - 1 - len(self._unknown))

    def _at(self, place: int) -> Written:
        chance, after, rank = self._numbers[3 * place : 3 * place + 3]
        return Written(
            row=self._rows[place],
            text=self.texts[place],
            probability=chance,
            probability_after=after,
            rank=int(rank),
            candidates=self._candidates(place),
            token=self._labels.get(place, ""),
            id=self.ids[place],
            cut=self._cut[place],
            cut_share=self._cut_shares[place],
        )

    def _candidates(self, place: int) -> Candidates | None:
        import numpy as np  # here: no page needs it to be shown

        many = self._many[place]
        if many == 255:
            return None
        ids = self._candidate_ids[MOST * place : MOST * place + many]
        first = 2 * MOST * place
        before, after = self._odds[first : first + many], self._odds[first + MOST : first + MOST + many]
        known = tuple(ids) if all(id >= 0 for id in ids) else ()
        names = tuple(self._names[id] for id in ids)
        return Candidates(names, np.array(before, np.float32), np.array(after, np.float32), known)

    def _part(self, first: int, end: int) -> "WrittenList":
        part = WrittenList()
        end = max(first, end)
        part.texts, part.ids, part._rows = self.texts[first:end], self.ids[first:end], self._rows[first:end]
        part._cut, part._cut_shares = self._cut[first:end], self._cut_shares[first:end]
        part._labels = {place - first: label for place, label in self._labels.items() if first <= place < end}
        part._numbers, part._many = self._numbers[3 * first : 3 * end], self._many[first:end]
        part._candidate_ids = self._candidate_ids[MOST * first : MOST * end]
        part._odds = self._odds[2 * MOST * first : 2 * MOST * end]
        part._names, part._unknown = dict(self._names), dict(self._unknown)
        return part
