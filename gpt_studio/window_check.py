"""Whether a window can be shown here: asked by the self-test in a process of its own, since Qt ends one that cannot."""

import json
import os
import sys


def main() -> int:
    """Prints one JSON object: Qt's plugin and version, the screens, whether it reads SVG, whether it paints."""
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import Qt, qVersion
    from PySide6.QtGui import QColor, QGuiApplication, QImageReader
    from PySide6.QtWidgets import QApplication, QWidget

    app = QApplication(sys.argv[:1])
    widget = QWidget()
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    widget.setStyleSheet("background: #336699")
    widget.resize(40, 40)
    widget.show()
    app.processEvents()
    seen = QColor(widget.grab().toImage().pixel(20, 20)).name()
    widget.close()
    screens = [f"{screen.size().width()} x {screen.size().height()}" for screen in QGuiApplication.screens()]
    reads = sorted(bytes(kind.data()).decode() for kind in QImageReader.supportedImageFormats())
    told = {"plugin": QGuiApplication.platformName(), "qt": qVersion(), "screens": screens, "svg": "svg" in reads}
    print(json.dumps({**told, "painted": seen == "#336699"}), flush=True)
    return 0
