"""Attention weights as pictures: one byte a cell, and the 256 colours that the bytes stand for."""

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, qRgb

from gpt_studio.gui import theme

POWER = 0.8  # level = weight ** 0.8: faint looks stay visible; fixed, so that heads and runs compare
HIDDEN = 255  # the byte of a cell that lies in the future


def levels(weights: NDArray[np.float32], linear: bool = False) -> NDArray[np.float32]:
    """0 to 1 on the colour map, for weights from 0 to 1 of any shape."""
    clipped = np.clip(weights, 0.0, 1.0)
    return clipped if linear else clipped**POWER


def sees_future(weights: NDArray[np.float32]) -> bool:
    """Whether these weights, (T, T), come from a model without the mask: behind it the first token has but itself."""
    return bool(weights[:1, 1:].any())


def color_table() -> list[int]:
    """The colours of the bytes: 0 to 254 along the map of the theme, HIDDEN for the future."""
    return _color_table(theme.current().name)


@cache
def _color_table(theme_name: str) -> list[int]:
    """Of the theme that is in use, which has this name; made once, for it takes as long as a picture."""
    places = np.rint(np.linspace(0, 255, HIDDEN)).astype(int)
    table = [qRgb(*(int(part) for part in color[:3])) for color in theme.lookup("attention")[places]]
    return [*table, theme.color("inset").rgb()]


def attention_image(weights: NDArray[np.float32], linear: bool = False, limit: int | None = None) -> QImage:
    """One head as a picture with a pixel per cell.

    Args:
        weights: (T, T), row looks at column.
        linear: Level = weight instead of weight ** 0.8.
        limit: At most so many pixels a side; of the cells that share a pixel the strongest is shown, so that a single
            dark cell is never lost.
    """
    weights = _strongest(weights, math.ceil(len(weights) / limit)) if limit and len(weights) > limit else weights
    side = len(weights)
    cells = np.rint(levels(weights, linear) * (HIDDEN - 1)).astype(np.uint8)
    if not sees_future(weights):
        cells[np.triu_indices(side, 1)] = HIDDEN
    cells = np.ascontiguousarray(cells)
    image = QImage(cells.data, side, side, side, QImage.Format.Format_Indexed8).copy()  # the copy owns its bytes
    image.setColorTable(color_table())
    return image


def _strongest(weights: NDArray[np.float32], step: int) -> NDArray[np.float32]:
    """The largest weight in each square of `step` cells a side."""
    side = math.ceil(len(weights) / step)
    padded = np.zeros((side * step, side * step), dtype=np.float32)
    padded[: len(weights), : len(weights)] = weights
    return padded.reshape(side, step, side, step).max(axis=(1, 3))
