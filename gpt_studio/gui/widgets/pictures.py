"""What Qt paints, as the bytes of a file; `engine.files` writes them."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF
from PySide6.QtGui import QImage, QPainter

from gpt_studio.gui import theme

SCALE = 2  # pixels of a picture per pixel of the window: sharp on paper too


class Chart(Protocol):
    """What can be painted somewhere else than on the screen."""

    def width(self) -> int: ...

    def height(self) -> int: ...

    def paint_on(self, painter: QPainter) -> None: ...


def titled(chart: Chart, title: str) -> bytes:
    """A chart under its title, as a PNG file."""
    head = theme.px(40)
    image = QImage(chart.width() * SCALE, (chart.height() + head) * SCALE, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(theme.color("surface"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(SCALE, SCALE)
    painter.setFont(theme.role_font("card_title"))
    painter.setPen(theme.color("text"))
    painter.drawText(QPointF(theme.px(12), theme.px(26)), title)
    painter.translate(0, head)
    chart.paint_on(painter)
    painter.end()
    return png(image)


def png(image: QImage) -> bytes:
    return written(lambda buffer: image.save(buffer, "PNG"))


def written(write: Callable[[QBuffer], object]) -> bytes:
    """All that `write` puts into the buffer that it is given."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    write(buffer)
    buffer.close()
    return bytes(data.data())
