"""Our own icons in the theme's colours: drawings on a grid of 24, in one colour, rendered for this screen."""

import weakref
from functools import cache, lru_cache
from typing import Protocol

import shiboken6
from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton

from gpt_studio import paths
from gpt_studio.gui import theme

_SIZES = (16, 19)  # pixels at 100 %: in buttons and lists, on tabs


class HasIcon(Protocol):
    """A button, an action, a menu."""

    def setIcon(self, icon: QIcon) -> None: ...


@cache
def _drawing(name: str) -> str:
    return (paths.resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=1024)
def _rendered(name: str, color: str, size: int, ratio: float) -> QPixmap:
    renderer = QSvgRenderer(QByteArray(_drawing(name).replace("currentColor", color).encode()))
    made = QPixmap(round(size * ratio), round(size * ratio))
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    renderer.render(painter, QRectF(0, 0, made.width(), made.height()))
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made


def pixmap(name: str, token: str = "text2", size: int = 16, ratio: float = 1.0) -> QPixmap:
    """An icon in the colour of a token, for widgets that paint; `size` in real pixels, as `theme.px(16)` gives them."""
    return _rendered(name, theme.current().colors[token], size, ratio)


def icon(name: str, token: str = "text2", gap: int = 0) -> QIcon:
    """An icon in the present theme's colour; disabled, it is as grey as disabled text. See `set_icon`.

    `gap` leaves so many pixels free on its right, or on its left when negative.
    """
    made = QIcon()
    for size in _SIZES:
        for ratio in sorted({1.0, QGuiApplication.instance().devicePixelRatio()}):  # type: ignore[union-attr]
            for shown, mode in ((token, QIcon.Mode.Normal), ("off", QIcon.Mode.Disabled)):
                drawn = pixmap(name, shown, theme.px(size), ratio)
                made.addPixmap(_with_gap(drawn, gap, ratio) if gap else drawn, mode)
    return made


def _with_gap(drawn: QPixmap, gap: int, ratio: float) -> QPixmap:
    wider = QPixmap(drawn.width() + round(theme.px(abs(gap)) * ratio), drawn.height())
    wider.fill(Qt.GlobalColor.transparent)
    wider.setDevicePixelRatio(ratio)
    painter = QPainter(wider)
    painter.drawPixmap(theme.px(-gap) if gap < 0 else 0, 0, drawn)
    painter.end()
    return wider


_followers: weakref.WeakKeyDictionary[QObject, tuple[str, str, int]] = weakref.WeakKeyDictionary()


def set_icon(target: HasIcon, name: str, token: str = "text2", gap: int = 0) -> None:
    """Give a button or an action an icon that follows the theme and the zoom from now on."""
    _followers[target] = (name, token, gap)  # type: ignore[index]
    _refresh_one(target)


def _refresh_one(target: HasIcon) -> None:
    name, token, gap = _followers[target]  # type: ignore[index]
    target.setIcon(icon(name, token, gap))
    if isinstance(target, QAbstractButton):
        target.setIconSize(QSize(theme.px(_SIZES[0]) + (theme.px(abs(gap)) if gap else 0), theme.px(_SIZES[0])))


def _refresh() -> None:
    for target in list(_followers):
        if shiboken6.isValid(target):
            _refresh_one(target)  # type: ignore[arg-type]


theme.refreshers.append(_refresh)
