"""What Qt paints, as the bytes of a file; `engine.files` writes them."""

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage


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
