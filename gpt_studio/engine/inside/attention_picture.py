"""Attention weights as files: an .npz for programs, a .png and an .svg for people."""

import io
import math
from html import escape

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from gpt_studio.engine.arrays import Floats
from gpt_studio.engine.inside.seen import AttentionSeen

# The design's attention map in the light theme: lightness moves one way only, so it survives grey print.
STOPS = ((255, 255, 255), (211, 228, 246), (141, 187, 230), (60, 130, 196), (18, 80, 143), (6, 38, 74))
INK, QUIET = (26, 31, 40), (98, 108, 124)
WIDEST = 8_000  # pixels; a large model's heads over a long text would fill the memory otherwise
LEAST = 0.002  # weight from which a cell is drawn
SIGNS = {" ": "\u2423", "\n": "\u21b5", "\t": "\u21e5"}  # what leaves no ink
MARGIN, GAP, TITLE = 24, 16, 18
LONGEST_NAME = 12  # characters of a token beside a picture


def as_npz(seen: AttentionSeen) -> bytes:
    """`weights` (n_layer, n_head, T, T) and `tokens` (T)."""
    data = io.BytesIO()
    np.savez_compressed(data, weights=seen.weights, tokens=np.array(seen.tokens))
    return data.getvalue()


def as_png(seen: AttentionSeen) -> bytes:
    """All heads side by side, layer under layer, with the tokens along both axes where there is room."""
    layers, heads, tokens, _ = seen.weights.shape
    cell = max(3, min(14, 480 // tokens))
    side = min(cell * tokens, WIDEST // max(heads, layers))
    names = _names(seen.tokens, cell) if cell >= 10 and side == cell * tokens else Image.new("RGB", (0, 0))
    over, label = _over_columns(names, cell, turned=max(map(len, seen.tokens)) > 1), names.width
    width = MARGIN + heads * (side + label + GAP) + MARGIN - GAP
    height = MARGIN + layers * (side + label + TITLE + GAP) + MARGIN - GAP
    picture = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(picture)
    for layer in range(layers):
        for head in range(heads):
            left = MARGIN + head * (side + label + GAP)
            top = MARGIN + layer * (side + label + TITLE + GAP)
            draw.text((left, top), f"layer {layer + 1}, head {head + 1}", fill=INK)
            x, y = left + label, top + TITLE + label
            colours = Image.fromarray(_coloured(seen.weights[layer, head])).resize(
                (side, side), Image.Resampling.NEAREST if side >= tokens else Image.Resampling.BOX
            )
            picture.paste(names, (left, y))
            picture.paste(over, (x, top + TITLE))
            picture.paste(colours, (x, y))
            draw.rectangle((x, y, x + side, y + side), outline=QUIET)
    data = io.BytesIO()
    picture.save(data, "PNG")
    return data.getvalue()


def _names(tokens: tuple[str, ...], cell: int) -> Image.Image:
    """The tokens under one another, a cell each, as wide as the longest wants."""
    font = ImageFont.load_default()
    shown = ["".join(map(_sign, token[:LONGEST_NAME])) for token in tokens]
    widths = [math.ceil(font.getlength(name)) for name in shown]
    names = Image.new("RGB", (max(cell, max(widths) + 4), cell * len(tokens)), "white")
    draw = ImageDraw.Draw(names)
    for place, (name, width) in enumerate(zip(shown, widths, strict=True)):
        draw.text((names.width - width - 3, place * cell), name, fill=QUIET, font=font)
    return names


def _over_columns(names: Image.Image, cell: int, turned: bool) -> Image.Image:
    """The same side by side; long ones are turned, for a column is narrow."""
    if turned:
        return names.transpose(Image.Transpose.ROTATE_90)
    columns = Image.new("RGB", (names.height, names.width), "white")
    for place in range(0, names.height, cell):
        columns.paste(names.crop((0, place, cell, place + cell)), (place, 0))
    return columns


def _sign(sign: str) -> str:
    shown = {" ": "_", "\n": "/"}.get(sign, sign)
    return shown if " " < shown < "\x7f" else "?"  # the built-in font knows ASCII only


def as_svg(tokens: tuple[str, ...], weights: Floats, title: str) -> bytes:
    """One head, (T, T), as a drawing that stays sharp at any size, with all tokens along both axes."""
    cell, margin, top = 16, 64, 40
    side = cell * len(tokens)
    names = [escape("".join(SIGNS.get(sign, sign) for sign in token)) for token in tokens]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side + 2 * margin}" height="{side + margin + top + 24}">',
        "<style>text { font: 12px monospace }</style>",
        f'<rect width="100%" height="100%" fill="white"/><text x="{margin}" y="20">{escape(title)}</text>',
    ]
    colours = _coloured(weights)
    for row, column in zip(*np.nonzero(weights >= LEAST), strict=True):
        red, green, blue = colours[row, column].tolist()
        x, y = margin + cell * int(column), top + 16 + cell * int(row)
        told = f"{names[row]} → {names[column]}: {100 * float(weights[row, column]):.1f} %"
        parts.append(
            f'<rect x="{x}" y="{y}" width="{cell}" height="{cell}" fill="#{red:02x}{green:02x}{blue:02x}">'
            f"<title>{told}</title></rect>"
        )
    for place, name in enumerate(names):
        middle = cell * place + cell // 2
        parts.append(f'<text x="{margin - 6}" y="{top + 20 + middle}" text-anchor="end">{name}</text>')
        parts.append(f'<text x="{margin + middle}" y="{top + 10}" text-anchor="middle">{name}</text>')
    parts.append(
        f'<rect x="{margin}" y="{top + 16}" width="{side}" height="{side}" fill="none" stroke="#626c7c"/></svg>'
    )
    return "\n".join(parts).encode()


def _coloured(weights: Floats) -> NDArray[np.uint8]:
    """(T, T) weights as (T, T, 3) colours; level = weight ** 0.8, from 0 to 1, so that heads compare."""
    level = np.clip(weights, 0.0, 1.0) ** 0.8
    at = np.linspace(0.0, 1.0, len(STOPS))
    channels = [np.interp(level, at, [stop[channel] for stop in STOPS]) for channel in range(3)]
    return np.stack(channels, axis=-1).round().astype(np.uint8)
