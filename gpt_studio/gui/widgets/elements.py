"""The small parts that every tab is made of: cards, buttons, labels, badges, bars that tell."""

from html import escape

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionToolButton,
    QStylePainter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gpt_studio.gui import icons, theme

SEGMENT_PADDING = 14  # left and right of a word in a switch, as in the style sheet
ICON_GAP = 4  # between the icon of a button and its words, beside the 4 that Qt leaves
LINE_HEIGHT = 1.45  # of text that wraps, in font sizes
TONE_ICONS = {"good": "tick", "warn": "triangle", "bad": "cross", "accent": "info", "val": "diamond", "plain": "info"}


def set_property(widget: QWidget, name: str, value: object) -> None:
    """Change a property that the style sheet asks for, and show it."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):  # else it is polished before it is first shown
            widget.style().unpolish(widget)
            widget.style().polish(widget)
            widget.update()


def text(words: str = "", role: str = "body", token: str = "text") -> QLabel:
    """A label in the font of a role and the colour of a token; it follows the theme and the zoom by itself."""
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)  # names of files and runs may hold anything
    label.setProperty("ink", token)
    theme.set_role(label, role)
    return label


def set_ink(label: QLabel, token: str) -> None:
    """Another colour for a label made by `text`."""
    set_property(label, "ink", token)


class Paragraph(QLabel):
    """A label that wraps, with the line height of running text.

    Args:
        words: What it says at first.
        line_height: In font sizes.
        markup: Words are simple HTML (<b>, <i>, <a>); without it, every character shows as it is.
    """

    def __init__(self, words: str = "", line_height: float = LINE_HEIGHT, markup: bool = False) -> None:
        super().__init__()
        self._words, self._line_height, self._markup = "", line_height, markup
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setText(words)

    def setText(self, words: str) -> None:
        self._words = words
        shown = words if self._markup else escape(words).replace("\n", "<br>")
        percent = round(100 * self._line_height * self.font().pixelSize() / max(1, self.fontMetrics().lineSpacing()))
        super().setText(f'<div style="line-height: {max(100, percent)}%">{shown}</div>' if words else "")

    def text(self) -> str:
        return self._words

    def clear(self) -> None:
        self.setText("")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.setText(self._words)


def paragraph(words: str = "", role: str = "body", token: str = "text2", markup: bool = False) -> Paragraph:
    """A label that wraps; `markup` only for words of our own."""
    label = Paragraph(words, markup=markup)
    label.setProperty("ink", token)
    theme.set_role(label, role)
    return label


class Icon(QWidget):
    """A drawn icon; decoration, so it is not in the way of screen readers and focus."""

    def __init__(self, name: str, token: str = "text2", size: int = 16) -> None:
        super().__init__()
        self._name, self._token, self._size = name, token, size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.notifier().changed.connect(self.updateGeometry)

    def set(self, name: str, token: str | None = None) -> None:
        self._name, self._token = name, token or self._token
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(self._size), theme.px(self._size))

    def paintEvent(self, event: QPaintEvent) -> None:
        token = self._token if self.isEnabled() else "off"
        drawn = icons.pixmap(self._name, token, theme.px(self._size), self.devicePixelRatioF())
        side = drawn.deviceIndependentSize()
        QPainter(self).drawPixmap(
            round((self.width() - side.width()) / 2), round((self.height() - side.height()) / 2), drawn
        )


def button(words: str, kind: str = "plain", icon: str | None = None, name: str | None = None) -> QPushButton:
    """A button with words; `kind` is primary (one per screen), plain, outlined or flat."""
    made = QPushButton(words)
    made.setProperty("kind", kind)
    theme.set_role(made, "button")
    if name:
        made.setObjectName(name)
    made.setAccessibleName(words)
    if icon:
        token = {"primary": "on_accent", "plain": "text", "outlined": "accent", "flat": "accent"}[kind]
        icons.set_icon(made, icon, token, gap=ICON_GAP)
    return made


def icon_button(icon: str, tooltip: str, name: str | None = None, bare: bool = False) -> QToolButton:
    """A button with an icon alone; its tooltip is its accessible name too. `bare` has no edge."""
    made = QToolButton()
    made.setProperty("kind", "bare" if bare else "icon")
    made.setToolTip(tooltip)
    made.setAccessibleName(tooltip)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    if name:
        made.setObjectName(name)
    icons.set_icon(made, icon, "text2" if bare else "text")
    return made


def rule() -> QFrame:
    """A thin line across."""
    line = QFrame()
    line.setProperty("rule", "true")
    line.setFixedHeight(1)
    return line


class Card(QFrame):
    """A white field with a thin edge. `head` is its title row (made when there is a title), `body` what is below."""

    def __init__(self, title: str | None = None, name: str | None = None) -> None:
        super().__init__()
        self.setProperty("card", "true")
        if name:
            self.setObjectName(name)
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._outer.setSpacing(0)
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        self.body = QVBoxLayout()
        self.title = text(title or "", "card_title")
        self.title.setVisible(bool(title))
        self.head.addWidget(self.title)
        self.head.addStretch(1)
        self._outer.addLayout(self.head)
        self._outer.addLayout(self.body, 1)
        if title:
            self.setAccessibleName(title)
        self._fit()
        theme.notifier().changed.connect(self._fit)

    def set_title(self, words: str) -> None:
        self.title.setText(words)
        self.title.setVisible(bool(words))
        self.setAccessibleName(words)
        self._fit()

    def set_chosen(self, chosen: bool) -> None:
        """Frame the card in the accent colour."""
        set_property(self, "chosen", "true" if chosen else "false")

    def _fit(self) -> None:
        wide, high = theme.px(16) - 1, theme.px(14) - 1  # one pixel is the edge's, for when the card is chosen
        has_head = bool(self.title.text()) or self.head.count() > 2
        self.head.setContentsMargins(wide, high if has_head else 0, wide, 0)
        self.body.setContentsMargins(wide, theme.px(10) if has_head else high, wide, high)
        self.body.setSpacing(theme.px(8))


class Badge(QFrame):
    """A few words in a rounded field: accent, good, warn, bad, val or plain; `icon=""` leaves the icon out."""

    def __init__(self, words: str, tone: str = "accent", icon: str | None = None) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 2, 10, 2)
        row.setSpacing(5)
        self._icon = Icon("tick", "text2", 13)
        self._words = text(words, "caption_strong")
        row.addWidget(self._icon)
        row.addWidget(self._words)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._own_icon = icon
        self.set(words, tone)

    def set(self, words: str, tone: str | None = None, icon: str | None = None) -> None:
        """Other words; the tone and the icon stay unless given."""
        tone = tone or str(self.property("badge"))
        self._own_icon = icon if icon is not None else self._own_icon
        self._words.setText(words)
        set_ink(self._words, "text2" if tone == "plain" else tone)
        default = {"good": "tick", "warn": "triangle", "bad": "cross"}.get(tone, "")
        name = self._own_icon if self._own_icon is not None else default
        self._icon.setVisible(bool(name))
        if name:
            self._icon.set(name, "text2" if tone == "plain" else tone)
        set_property(self, "badge", tone)
        self.setAccessibleName(words)

    @property
    def words(self) -> str:
        return self._words.text()


class Figure(QWidget):
    """A caption over a bold number."""

    def __init__(self, caption: str, value: str = "", role: str = "figure") -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self._caption, self._value = text(caption, "caption", "text3"), text(value, role)
        column.addWidget(self._caption)
        column.addWidget(self._value)
        self.set(value)

    def set(self, value: str, caption: str | None = None) -> None:
        if caption is not None:
            self._caption.setText(caption)
        self._value.setText(value)
        self.setAccessibleName(f"{self._caption.text()}: {value}")

    @property
    def value(self) -> str:
        return self._value.text()


class _Segment(QToolButton):
    """A word that ends in "…" where there is no room for it."""

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        room = self.width() - 2 * SEGMENT_PADDING - 2
        option.text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)  # type: ignore[attr-defined]
        QStylePainter(self).drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)


class Segmented(QWidget):
    """A switch of a few words.

    Args:
        shrinks: It is cut short where a narrow page or a large zoom leaves too little room.

    Signals:
        chosen: The student took another one; carries its key.
    """

    chosen = Signal(str)

    def __init__(self, options: list[tuple[str, str]], name: str = "", shrinks: bool = False) -> None:
        super().__init__()
        self.setObjectName(name)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._buttons: dict[str, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for place, (key, words) in enumerate(options):
            each = _Segment() if shrinks else QToolButton()
            each.setText(words)
            each.setAccessibleName(words)
            each.setObjectName(f"{name}.{key}")
            each.setCheckable(True)
            each.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            ends = {0: "first", len(options) - 1: "last"}
            each.setProperty("segment", ends.get(place, "middle"))
            theme.set_role(each, "button")
            each.clicked.connect(lambda _checked=False, key=key: self.chosen.emit(key))
            self._buttons[key] = each
            self._group.addButton(each)
            row.addWidget(each)
            if shrinks:
                each.setToolTip(words)
                each.setMinimumWidth(2 * SEGMENT_PADDING + 12)
                each.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(
            QSizePolicy.Policy.Maximum if shrinks else QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed
        )
        self.set(options[0][0])

    def set(self, key: str) -> None:
        self._buttons[key].setChecked(True)

    def option(self, key: str) -> QToolButton:
        """The button of one word, to disable it or give it a tooltip."""
        return self._buttons[key]

    @property
    def key(self) -> str:
        return next(key for key, each in self._buttons.items() if each.isChecked())
