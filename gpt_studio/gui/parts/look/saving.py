"""What is seen of one head, as a file: a picture, a drawing, or all weights for a program."""

from pathlib import Path

from gpt_studio.engine import files
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.look.attention_view import AttentionView
from gpt_studio.gui.widgets import pictures

KINDS = {"png": "Pictures (*.png)", "svg": "Drawings (*.svg)", "npz": "NumPy arrays (*.npz)"}


def filter_of(kind: str) -> str:
    """What a file dialog offers."""
    return tr(KINDS[kind])


def save(view: AttentionView, kind: str, path: Path) -> None:
    """Write what the view shows; the name gets the ending of its kind.

    Raises:
        StudioError: `files.write` when the disk refuses.
    """
    assert view.seen is not None
    from gpt_studio.engine.inside import attention_picture  # here: it loads Pillow, which no page needs to be shown

    if kind == "png":
        data = pictures.png(view.heatmap.picture())
    elif kind == "svg":
        data = attention_picture.as_svg(view.seen.tokens, view.weights, view.title)
    else:
        data = attention_picture.as_npz(view.seen)
    files.write_file(path.with_suffix(f".{kind}"), data)
