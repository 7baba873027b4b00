"""The icons of the program and of its document in every size and format that a system asks for, out of two drawings.

python icons.py     with the Python that the bundle is made from
"""

import sys
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from steps.icons_made import FOLDER, SIZES, WINDOWS

DRAWINGS = Path(__file__).resolve().parent.parent / "icon"


def main(folder: Path) -> None:
    """Gives folder/gpt-studio-16.png …, gpt-studio.ico, gpt-studio.icns, and the same for gptrun."""
    _application = QGuiApplication(["icons", "-platform", "offscreen"])
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("gpt-studio", "gptrun"):
        drawing = QSvgRenderer(str(DRAWINGS / f"{name}.svg"))
        if not drawing.isValid():
            raise SystemExit(f"{name}.svg cannot be drawn")
        for size in SIZES:
            _draw(drawing, size).save(str(folder / f"{name}-{size}.png"))
        pictures = {size: Image.open(folder / f"{name}-{size}.png") for size in SIZES}
        largest = pictures[1024]
        largest.save(
            folder / f"{name}.ico",
            sizes=[(size, size) for size in WINDOWS],
            append_images=[pictures[size] for size in WINDOWS],
        )
        largest.save(folder / f"{name}.icns", append_images=[pictures[size] for size in (32, 64, 128, 256, 512)])


def _draw(drawing: QSvgRenderer, size: int) -> QImage:
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    drawing.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return image


if __name__ == "__main__":
    main(FOLDER)
