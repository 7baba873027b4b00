"""Colours, fonts and zoom for the whole window: one palette and one style sheet, made from the tokens.

Widgets that paint themselves ask `color`, `lookup`, `px` and `mono` while they paint; they repaint on
`notifier().changed`.
"""

import weakref
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Literal, get_args

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QWidget

from gpt_studio import paths
from gpt_studio.gui import fonts, stylesheet
from gpt_studio.gui.tokens import CONTRAST, DARK, LIGHT, Theme

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Choice = Literal["system", "light", "dark", "contrast", "projector"]
CHOICES: tuple[Choice, ...] = get_args(Choice)
ZOOMS = tuple(range(80, 251, 10))
PROJECTOR_ZOOM = 150

UI_FAMILIES = ["Inter", "Segoe UI", ".AppleSystemUIFont", "Noto Sans", "DejaVu Sans"]
MONO_FAMILIES = [
    "JetBrains Mono NL",
    "JetBrains Mono",
    "Cascadia Mono",
    "Consolas",
    "Menlo",
    "Noto Sans Mono",
    "DejaVu Sans Mono",
]
BOLD, MEDIUM, NORMAL = QFont.Weight.DemiBold, QFont.Weight.Medium, QFont.Weight.Normal
HEAVY = QFont.Weight.Bold  # for large words, whose strokes look thinner than those of small ones
ROLES: dict[str, tuple[int, QFont.Weight]] = {  # pixels at 100 %, weight
    "title": (22, HEAVY),
    "figure": (20, HEAVY),
    "big_figure": (26, HEAVY),
    "card_title": (16, BOLD),
    "body": (14, NORMAL),
    "strong": (14, BOLD),
    "button": (14, MEDIUM),
    "lesson": (15, NORMAL),
    "table": (15, NORMAL),
    "table_strong": (15, BOLD),
    "caption": (13, NORMAL),
    "caption_strong": (13, BOLD),
    "chart": (13, NORMAL),
    "editor": (15, NORMAL),
    "write": (16, NORMAL),
    "write_one": (18, NORMAL),
    "read": (17, NORMAL),
    "arcs": (20, NORMAL),
}


class Notifier(QObject):
    """Signals:
    changed: Colours or zoom are new; all palettes, fonts and the style sheet are in place already.
    """

    changed = Signal()


class _Look:
    """What is chosen now. One per process, as QApplication is."""

    def __init__(self) -> None:
        self.choice: Choice = "system"
        self.zoom = 100
        self.zoom_before_projector: int | None = None
        self.theme = LIGHT
        self.notifier: Notifier | None = None
        self.roles: weakref.WeakKeyDictionary[QWidget, tuple[str, bool]] = weakref.WeakKeyDictionary()
        self.lookups: dict[tuple[str, str], NDArray[np.uint8]] = {}
        self.hints_watched: QObject | None = None


_look = _Look()
refreshers: list[Callable[[], None]] = []  # modules that keep things in colour, such as icons; called before `changed`


# Asking


def current() -> Theme:
    return _look.theme


def choice() -> Choice:
    return _look.choice


def zoom() -> int:
    """Per cent."""
    return _look.zoom


def notifier() -> Notifier:
    if _look.notifier is None or not shiboken6.isValid(_look.notifier):
        _look.notifier = Notifier()
    return _look.notifier


def px(length: float) -> int:
    """A length of the design in pixels of the present zoom; never 0 unless asked for 0."""
    return max(1, round(length * _look.zoom / 100)) if length > 0 else 0


def color(token: str) -> QColor:
    """The colour of a token: a field of Theme, or "part_attention", "part_attention_soft"."""
    return QColor(_look.theme.colors[token])


def lookup(name: str) -> "NDArray[np.uint8]":
    """(256, 4) RGBA of a colour map: "attention", "surprise" or "surprise_text".

    It takes levels from 0 to 1. For attention the level is weight ** 0.8.
    """
    import numpy as np  # here: no colour map is in the window's first paint, which numpy would hold up

    key = (_look.theme.name, name)
    if key not in _look.lookups:
        stops = np.array([QColor(stop).getRgb() for stop in _look.theme.maps[name]], dtype=float)
        places, wanted = np.linspace(0, 1, len(stops)), np.linspace(0, 1, 256)
        channels = [np.interp(wanted, places, stops[:, channel]) for channel in range(4)]
        table = np.rint(np.stack(channels, axis=1)).astype(np.uint8)
        table.setflags(write=False)
        _look.lookups[key] = table
    return _look.lookups[key]


def map_color(name: str, level: float) -> QColor:
    """The colour at a level from 0 to 1 of a colour map, see `lookup`."""
    return QColor(*lookup(name)[round(level * 255)].tolist())


# Fonts


def ui(pixels: float = 14, weight: QFont.Weight = NORMAL) -> QFont:
    """The window's font; `pixels` at 100 % zoom. Figures are all equally wide, so that counters do not dance."""
    font = QFont()
    font.setFamilies(UI_FAMILIES)
    font.setPixelSize(px(pixels))
    font.setWeight(weight)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def mono(pixels: float = 15, weight: QFont.Weight = NORMAL) -> QFont:
    """The font of text that a model reads or writes; `pixels` at 100 % zoom. No ligatures: one character, one cell."""
    font = QFont()
    font.setFamilies(MONO_FAMILIES)
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setFixedPitch(True)
    font.setPixelSize(px(pixels))
    font.setWeight(weight)
    for tag in ("liga", "calt"):
        font.setFeature(QFont.Tag(tag), 0)
    return font


def role_font(role: str, is_mono: bool = False) -> QFont:
    """The font of a role, for widgets that paint."""
    return QFont(_role_font(role, is_mono, _look.zoom))  # a copy, for widgets may change theirs


@cache  # charts ask for several with every frame
def _role_font(role: str, is_mono: bool, zoom: int) -> QFont:
    pixels, weight = ROLES[role]
    return mono(pixels, weight) if is_mono else ui(pixels, weight)


def set_role(widget: QWidget, role: str, mono: bool = False) -> None:
    """Give a widget the font of a role; it follows the zoom from now on."""
    _look.roles[widget] = (role, mono)
    _give_font(widget, role_font(role, mono))


def _give_font(widget: QWidget, font: QFont) -> None:
    widget.setFont(font)
    if isinstance(widget, QAbstractSpinBox):  # under a style sheet its field does not take the font over by itself
        widget.lineEdit().setFont(font)


def _refresh_fonts() -> None:
    for widget, (role, is_mono) in list(_look.roles.items()):
        if shiboken6.isValid(widget):
            _give_font(widget, role_font(role, is_mono))


# Choosing


def application(arguments: list[str]) -> QApplication:
    """The application in Qt's Fusion style, which looks alike everywhere.

    The style is named among the arguments, because asking Qt for Python for a QStyle costs 17 ms of the start.
    """
    made = QApplication([*arguments[:1], "-style", "fusion"])
    made.setProperty("fusion", True)
    fonts.load(paths.resources() / "fonts")
    return made


def use(choice: str) -> None:
    """Take another theme: one of CHOICES. "projector" is the light one at 150 %, and leaving it restores the zoom."""
    wanted: Choice = choice if choice in CHOICES else "system"  # type: ignore[assignment]
    if wanted == "projector" and _look.choice != "projector":
        _look.zoom_before_projector, _look.zoom = _look.zoom, PROJECTOR_ZOOM
    elif wanted != "projector" and _look.zoom_before_projector is not None:
        _look.zoom, _look.zoom_before_projector = _look.zoom_before_projector, None
    _look.choice = wanted
    _watch_system()
    _apply()


def set_zoom(percent: int) -> None:
    """Scale fonts and lengths; snaps to the nearest of ZOOMS."""
    nearest = min(ZOOMS, key=lambda known: abs(known - percent))
    if nearest != _look.zoom:
        _look.zoom = nearest
        _apply()


def system_is_dark() -> bool:
    """What the desktop wishes; where it does not say, as on plain X11, light."""
    return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark


def _watch_system() -> None:
    hints = QGuiApplication.styleHints()
    if _look.hints_watched is not hints:
        _look.hints_watched = hints
        hints.colorSchemeChanged.connect(_follow_system)
    schemes = {"light": Qt.ColorScheme.Light, "projector": Qt.ColorScheme.Light}
    schemes |= {"dark": Qt.ColorScheme.Dark, "contrast": Qt.ColorScheme.Dark}
    hints.setColorScheme(schemes.get(_look.choice, Qt.ColorScheme.Unknown))  # title bar and the system's own dialogs


def _follow_system() -> None:
    if _look.choice == "system" and _resolved() is not _look.theme:
        _apply()


def _resolved() -> Theme:
    themes = {"light": LIGHT, "dark": DARK, "contrast": CONTRAST, "projector": LIGHT}
    return themes.get(_look.choice) or (DARK if system_is_dark() else LIGHT)


def _apply() -> None:
    app = QApplication.instance()
    _look.theme = _resolved()
    if isinstance(app, QApplication):
        if not app.property("fusion"):  # a test's application
            app.setStyle("Fusion")
            app.setProperty("fusion", True)
        app.setPalette(palette(_look.theme))
        app.setFont(ui())
        app.setStyleSheet(stylesheet.build(_look.theme, px))  # after the fonts: it is what makes widgets take them
        _refresh_fonts()
    for refresh in refreshers:
        refresh()
    notifier().changed.emit()


def palette(theme: Theme) -> QPalette:
    """The theme as Qt's own colour roles, for all that the style sheet does not name."""
    role = QPalette.ColorRole
    tokens = (
        (theme.window, (role.Window,)),
        (theme.surface, (role.Base, role.Button, role.ToolTipBase)),
        (theme.inset, (role.AlternateBase,)),
        (theme.text, (role.WindowText, role.Text, role.ButtonText, role.ToolTipText)),
        (theme.text3, (role.PlaceholderText,)),
        (theme.accent, (role.Highlight, role.Link, role.LinkVisited, role.Accent)),
        (theme.on_accent, (role.HighlightedText,)),
        (theme.line, (role.Mid, role.Midlight, role.Light)),
        (theme.edge, (role.Dark, role.Shadow)),
        (theme.bad, (role.BrightText,)),
    )
    made = QPalette()
    for value, roles in tokens:
        for each in roles:
            made.setColor(each, QColor(value))
    for each in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, each, QColor(theme.off))
    return made


def installed_families() -> tuple[str, str]:
    """The families really used, for the diagnostics: of the window's font and of the mono font."""
    known = set(QFontDatabase.families())
    ui_family = next((name for name in UI_FAMILIES if name in known), QApplication.font().defaultFamily())
    mono_family = next((name for name in MONO_FAMILIES if name in known), "monospace")
    return ui_family, mono_family
