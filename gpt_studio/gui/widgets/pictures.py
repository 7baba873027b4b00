"""What Qt paints, as the bytes of a file; `engine.files` writes them."""

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QSize
from PySide6.QtGui import QImage, QPainter

from gpt_studio.gui import theme

SCALE = 2  # pixels of a picture per pixel of the window: sharp on paper too


def png(image: QImage) -> bytes:
    return written(lambda buffer: image.save(buffer, "PNG"))


def titled(size: QSize, title: str, paint: Callable[[QPainter], object]) -> bytes:
    """A chart of so many pixels of the window under its title, as a PNG file; `paint` paints it from the top left."""
    edge, head = theme.px(12), theme.px(40)
    whole = QSize(size.width() + 2 * edge, size.height() + head + edge)
    image = QImage(whole * SCALE, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(theme.color("surface"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(SCALE, SCALE)
    painter.setFont(theme.role_font("card_title"))
    painter.setPen(theme.color("text"))
    painter.drawText(QPointF(edge, theme.px(26)), title)
    painter.translate(edge, head)
    paint(painter)
    painter.end()
    return png(image)


def written(write: Callable[[QBuffer], object]) -> bytes:
    """All that `write` puts into the buffer that it is given."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    write(buffer)
    buffer.close()
    return bytes(data.data())
