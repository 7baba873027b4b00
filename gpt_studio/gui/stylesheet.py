"""The one style sheet, filled from a theme and a zoom. It sets colours, edges and room, never fonts."""

import math
import re
from collections.abc import Callable

from gpt_studio import paths
from gpt_studio.gui.tokens import Theme

_LENGTH = re.compile(r"(radius: )?(?<![#\w.])(\d+)px")
_TOKEN = re.compile(r"@(\w+)")

_TEMPLATE = """
QToolTip { background: @surface; color: @text; border: 1px solid @edge; padding: 4px 6px; }
QMenuBar { background: @chrome; color: @text; border: none; padding: 2px 8px; spacing: 2px; }
QMenuBar::item { background: transparent; padding: 4px 10px; border-radius: 5px; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: @sel; }
QMenu { background: @surface; color: @text; border: 1px solid @edge; padding: 4px; }
QMenu::item { padding: 6px 28px 6px 30px; border-radius: 5px; }
QMenu::item:selected { background: @sel; }
QMenu::item:disabled { color: @off; }
QMenu::separator { height: 1px; background: @line; margin: 4px 8px; }
QMenu::indicator { width: 16px; height: 16px; left: 8px; }
QMenu::indicator:checked { image: url("@images/tick.svg"); }
QMenu::right-arrow { image: url("@images/submenu.svg"); width: 12px; height: 12px; right: 8px; }

QFrame[card="true"] { background: @surface; border: 1px solid @line; border-radius: 10px; padding: 1px; }
QFrame[card="true"][chosen="true"] { border: 2px solid @accent; padding: 0px; }
QFrame[well="true"] { background: @inset; border: 1px solid @line; border-radius: 8px; }
QFrame[rule="true"] { background: @line; border: none; }
QLabel:disabled { color: @off; }

QPushButton, QToolButton { background: @surface; color: @text; border: 1px solid @edge; border-radius: 7px;
    padding: 6px 14px; min-height: 20px; }
QPushButton:hover, QToolButton:hover { background: @accent_soft; }
QPushButton:pressed, QToolButton:pressed { background: @sel; }
QPushButton:focus, QToolButton:focus { border: 2px solid @accent; padding: 5px 13px; }
QPushButton:disabled, QToolButton:disabled { background: @inset; color: @off; border: 1px solid @line;
    padding: 6px 14px; }
QPushButton[main="true"] { min-height: 24px; }
QPushButton[tight="true"] { padding: 6px 6px; }
QPushButton[tight="true"]:focus { padding: 5px 5px; }
QPushButton[kind="outlined"] { color: @accent; border-color: @accent; }
QPushButton[kind="primary"] { background: @accent; color: @on_accent; border: 1px solid @accent; }
QPushButton[kind="primary"]:hover { background: @accent_hover; border-color: @accent_hover; }
QPushButton[kind="primary"]:focus { border: 2px solid @text; }
QPushButton[kind="primary"]:disabled { background: @inset; color: @off; border: 1px solid @line; }
QPushButton[kind="flat"] { background: transparent; color: @accent; border: 1px solid transparent; }
QPushButton[kind="flat"]:hover { background: @accent_soft; }
QPushButton[kind="flat"]:focus { border: 2px solid @accent; }
QPushButton[kind="flat"]:disabled { color: @off; }
QPushButton::menu-indicator, QToolButton::menu-indicator { image: none; width: 0px; }
QFileDialog QToolButton { padding: 2px 4px; }
QFileDialog QToolButton:focus, QFileDialog QToolButton:disabled { padding: 1px 3px; }
QToolButton[kind="icon"] { padding: 0px; min-width: 32px; min-height: 32px; }
QToolButton[kind="bare"] { padding: 0px; min-width: 26px; min-height: 26px; background: transparent;
    border: 1px solid transparent; }
QToolButton[kind="bare"]:hover { background: @accent_soft; }
QToolButton[kind="bare"]:focus { border: 2px solid @accent; padding: 0px; min-width: 24px; min-height: 24px; }
QToolButton[kind="icon"]:focus { padding: 0px; min-width: 30px; min-height: 30px; }
QToolButton[segment] { border-radius: 0px; padding: 6px 14px; min-height: 20px; margin: 0px; }
QToolButton[segment="first"] { border-top-left-radius: 7px; border-bottom-left-radius: 7px; }
QToolButton[segment="middle"], QToolButton[segment="last"] { border-left: none; }
QToolButton[segment="last"] { border-top-right-radius: 7px; border-bottom-right-radius: 7px; }
QToolButton[segment]:checked { background: @accent; color: @on_accent; border-color: @accent; }
QToolButton[segment]:focus { border: 2px solid @accent; padding: 5px 13px; }
QToolButton[segment]:checked:focus { border: 2px solid @text; }
QToolButton[segment]:checked:disabled { background: @line; color: @text2; border-color: @edge; }

QLineEdit, QAbstractSpinBox, QComboBox { background: @surface; color: @text; border: 1px solid @edge;
    border-radius: 7px; padding: 5px 10px; min-height: 22px; selection-background-color: @accent;
    selection-color: @on_accent; }
QAbstractSpinBox { min-height: @spin_height; }
QPlainTextEdit, QTextEdit { background: @surface; color: @text; border: 1px solid @edge; border-radius: 7px;
    selection-background-color: @accent; selection-color: @on_accent; }
QPlainTextEdit[frameless="true"], QTextEdit[frameless="true"], QLineEdit[frameless="true"] { border: none;
    background: transparent; padding: 0px; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus { border: 2px solid @accent; padding: 4px 9px; }
QPlainTextEdit:focus, QTextEdit:focus { border: 2px solid @accent; }
QPlainTextEdit[frameless="true"]:focus, QTextEdit[frameless="true"]:focus, QLineEdit[frameless="true"]:focus {
    border: none; padding: 0px; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled { background: @inset; color: @off;
    border-color: @line; }
QLineEdit[tone="bad"], QAbstractSpinBox[tone="bad"], QComboBox[tone="bad"] { border: 2px solid @bad; padding: 4px 9px; }
QAbstractSpinBox QLineEdit { border: none; border-radius: 0px; background: transparent; padding: 0px 8px;
    min-height: 0px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { subcontrol-origin: border; width: 22px;
    background: transparent;
    border-left: 1px solid @line; }
QAbstractSpinBox::up-button { subcontrol-position: top right; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: @accent_soft; }
QAbstractSpinBox::up-arrow { image: url("@images/up.svg"); width: 12px; height: 12px; }
QAbstractSpinBox::down-arrow { image: url("@images/down.svg"); width: 12px; height: 12px; }
QAbstractSpinBox::up-arrow:disabled, QAbstractSpinBox::up-arrow:off { image: url("@images/up_off.svg"); }
QAbstractSpinBox::down-arrow:disabled, QAbstractSpinBox::down-arrow:off { image: url("@images/down_off.svg"); }
QComboBox { combobox-popup: 0; }
QComboBox QAbstractItemView::item { min-height: 28px; padding: 0px 6px; }
QComboBox::drop-down { width: 24px; border: none; }
QComboBox::down-arrow { image: url("@images/menu.svg"); width: 12px; height: 12px; }
QComboBox::down-arrow:disabled { image: url("@images/menu_off.svg"); }
QComboBox QAbstractItemView { background: @surface; color: @text; border: 1px solid @edge; padding: 4px; outline: 0px;
    selection-background-color: @sel; selection-color: @text; }

QCheckBox, QRadioButton { spacing: 8px; min-height: 24px; }
QCheckBox:disabled, QRadioButton:disabled { color: @off; }
QCheckBox::indicator, QRadioButton::indicator, QListView::indicator { width: 16px; height: 16px; border-radius: 4px;
    border: 1px solid @edge; background: @surface; }
QRadioButton::indicator { border-radius: @radio_radius; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: @accent; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border: 2px solid @accent; width: 14px; height: 14px; }
QCheckBox::indicator:checked, QCheckBox::indicator:indeterminate, QRadioButton::indicator:checked,
    QListView::indicator:checked { background: @accent; border-color: @accent; }
QCheckBox::indicator:checked, QListView::indicator:checked { image: url("@images/check.svg"); }
QCheckBox::indicator:indeterminate { image: url("@images/partial.svg"); }
QRadioButton::indicator:checked { image: url("@images/dot.svg"); }
QCheckBox::indicator:checked:focus, QRadioButton::indicator:checked:focus { border: 2px solid @text; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { background: @inset; border-color: @line; }
QCheckBox::indicator:checked:disabled { background: @edge; border-color: @edge; }

QSlider:horizontal { min-height: 22px; }
StepSlider:horizontal { min-height: 0px; }
QSlider:vertical { min-width: 22px; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: @groove; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: @accent; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: @handle_margin 0px; border: 2px solid @accent;
    border-radius: @handle_radius;
    background: @surface; }
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:focus { background: @accent; }
QSlider::sub-page:horizontal:disabled { background: @edge; }
QSlider::handle:horizontal:disabled { border-color: @edge; background: @inset; }
QProgressBar { border: none; background: @groove; border-radius: 4px; min-height: 8px; max-height: 8px; }
QProgressBar::chunk { background: @accent; border-radius: 4px; }
QProgressBar[tone="bad"]::chunk { background: @bad; }

QAbstractItemView { background: @surface; color: @text; border: none; outline: 0px; alternate-background-color: @inset;
    selection-background-color: @sel; selection-color: @text; gridline-color: @line; }
QAbstractItemView[frameless="true"] { background: transparent; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section { background: transparent; color: @text2; border: none; border-bottom: 1px solid @line;
    padding: 6px 8px; }
QTabBar::tab { background: transparent; color: @text2; padding: 7px 12px; border-top: 3px solid transparent; }
QTabBar::tab:selected { color: @text; border-top: 3px solid @accent; }
QTabBar::tab:focus { background: @accent_soft; }

QScrollArea, QScrollArea[plain="true"] > QWidget > QWidget { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0px; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0px; }
QScrollBar::handle { background: @other; }
QScrollBar::handle:vertical { min-height: 32px; margin: 2px 3px; border: none; border-radius: 3px; }
QScrollBar::handle:horizontal { min-width: 32px; margin: 3px 2px; border: none; border-radius: 3px; }
QScrollBar::handle:hover { background: @text3; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0px; height: 0px; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: @line; }
QSplitter::handle:hover { background: @accent; }
QFrame[strip="top"] { background: @chrome; border: none; }
QFrame[strip="status"] { background: @chrome; border: none; border-top: 1px solid @line; }
QFrame[strip="lesson"] { background: @surface; border: none; border-left: 1px solid @line; }
QFrame[tip="true"] { background: @accent_soft; border: none; border-radius: 8px; }
QFrame[learned="true"] { background: transparent; border: none; border-left: 3px solid @good; border-radius: 0px; }
"""

_TONES = """
QFrame[bar="%(tone)s"] { background: @%(soft)s; border: 1px solid @%(strong)s; border-radius: 8px; }
QFrame[badge="%(tone)s"] { background: @%(soft)s; border: none; border-radius: 10px; min-height: 22px; }
"""
_PLAIN_BADGE = """
QFrame[badge="plain"] { background: @inset; border: 1px solid @line; border-radius: 10px; min-height: 20px; }
"""


def build(theme: Theme, px: Callable[[float], int]) -> str:
    """The style sheet for one theme; `px` scales every length except edges of 1 to 3 pixels."""
    parts = [_TEMPLATE, _PLAIN_BADGE]
    parts += [f'QLabel[ink="{token}"] {{ color: @{token}; }}' for token in theme.colors]
    for tone in ("accent", "good", "warn", "bad", "val", "train"):
        parts.append(_TONES % {"tone": tone, "soft": f"{tone}_soft", "strong": tone})
    filled = _LENGTH.sub(lambda found: _scaled(found, px), "\n".join(parts))
    values = theme.colors | _round_things(px)
    values["images"] = (paths.resources() / "icons" / "controls" / theme.name).as_posix()
    return _TOKEN.sub(lambda found: values[found[1]], filled)


def _scaled(found: re.Match[str], px: Callable[[float], int]) -> str:
    length = int(found[2])
    if found[1]:  # a radius: rounded down, because Qt draws a corner square when its radius is more than half the side
        return f"{found[1]}{max(1, int(length * px(100) / 100)) if length else 0}px"
    return f"{length if length <= 3 else px(length)}px"


def _round_things(px: Callable[[float], int]) -> dict[str, str]:
    handle, radio = px(14) + 4, px(16) + 2  # with their edges
    return {
        "handle_margin": f"-{math.ceil((handle - px(4)) / 2)}px",
        "handle_radius": f"{handle // 2}px",
        "radio_radius": f"{radio // 2}px",
        "spin_height": f"{px(22) - 3}px",  # Qt makes a spin box 3 pixels higher than it is told
    }
