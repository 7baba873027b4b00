"""Films of pictures that come one after the other: GIF everywhere, WebP where Pillow has it."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from gpt_studio.engine import files

COLORS = 64  # of a GIF's frame: lettering has few, and none of them is to become dots


class Frame(NamedTuple):
    """One picture of a film."""

    width: int
    height: int
    rgb: bytes  # row after row, three bytes a pixel
    seconds: float  # how long it stays


def formats() -> tuple[str, ...]:
    """The endings that a film can have here."""
    from PIL import features  # here and below: no window waits for it before a film is wanted

    return (".gif", ".webp") if features.check("webp") else (".gif",)


def write(path: Path, frames: Sequence[Frame]) -> None:
    """Write a film that begins again at its end. Its ending says which kind; an unknown one makes it a GIF.

    Args:
        path: Where to; what is there is replaced.
        frames: At least one, all of one size.

    Raises:
        StudioError: `files.write`.
    """
    from PIL import GifImagePlugin, Image  # the plug-in by its name: a built program keeps only what is named

    assert GifImagePlugin
    pictures = [Image.frombytes("RGB", (frame.width, frame.height), frame.rgb) for frame in frames]
    times_ms = [round(1000 * frame.seconds) for frame in frames]
    data = BytesIO()
    if path.suffix.lower() == ".webp" and ".webp" in formats():
        first, *rest = pictures
        first.save(data, "WEBP", save_all=True, append_images=rest, duration=times_ms, loop=0, lossless=True, method=4)
    else:
        first, *rest = (picture.quantize(COLORS, dither=Image.Dither.NONE) for picture in pictures)
        first.save(data, "GIF", save_all=True, append_images=rest, duration=times_ms, loop=0, disposal=1)
    files.write_file(path, data.getvalue())
