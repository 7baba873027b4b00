"""Where the rendered icons lie, and which there are; icons.py draws them."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent.parent / "build" / "icons"
SIZES = (16, 22, 24, 32, 48, 64, 96, 128, 256, 512, 1024)
LINUX = SIZES[:-1]
WINDOWS = (16, 24, 32, 48, 64, 128, 256)
