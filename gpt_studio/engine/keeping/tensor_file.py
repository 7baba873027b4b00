"""Rows of numbers as the bytes of a safetensors file, without torch and without a copy.

A row already lies in memory as the format wants it, so a file is a header followed by the rows themselves. A thread
that writes may therefore do so while another one trains: no operation of torch is run here.

The format: 8 bytes of length, that many bytes of JSON (name -> type, shape, place), the numbers.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Place:
    """Where one tensor lies in a row, and what it is called in the file."""

    name: str
    begin: int
    end: int
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Row:
    """Numbers that several tensors share without gaps, in the order of their places."""

    numbers: NDArray[np.float32]  # (N)
    places: Sequence[Place]


def pieces(rows: Sequence[Row]) -> list[memoryview]:
    """The file, piece by piece; the rows must not change until all are written."""
    header: dict[str, dict[str, object]] = {}
    before = 0
    for row in rows:
        for place in row.places:
            offsets = [before + 4 * place.begin, before + 4 * place.end]
            header[place.name] = {"dtype": "F32", "shape": list(place.shape), "data_offsets": offsets}
        before += row.numbers.nbytes
    words = json.dumps(header, separators=(",", ":")).encode()
    words += b" " * (-len(words) % 8)  # so that the numbers begin at a multiple of 8
    data = [memoryview(row.numbers.view(np.uint8).data) for row in rows if row.numbers.size]
    return [memoryview(len(words).to_bytes(8, "little") + words), *data]
