"""The workshop's list: what was looked for, how often it was found, and what else can be done."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.corpus.entry_field import paint_field
from gpt_studio.gui.parts.corpus.workshop_words import Group, count_words, is_hidden_without

KEY, COUNT = int(Qt.ItemDataRole.UserRole) + 1, int(Qt.ItemDataRole.UserRole) + 2
WIDTH = 216
Index = QModelIndex | QPersistentModelIndex


class WorkshopList(QListWidget):
    """Headings and steps; beside a step stands what was found. Kinds of odd characters show where there are some.

    Signals:
        chosen: Another step was chosen; carries its key.
    """

    chosen = Signal(str)

    def __init__(self, groups: tuple[Group, ...]) -> None:
        super().__init__()
        self.setObjectName("corpus.workshop.list")
        self.setAccessibleName(self.tr("What can be mended and made"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("frameless", "true")
        self.setItemDelegate(_StepDelegate(self))
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._items: dict[str, QListWidgetItem] = {}
        for group in groups:
            heading = QListWidgetItem(group.title, self)
            heading.setFlags(Qt.ItemFlag.NoItemFlags)
            for step in group.steps:
                item = QListWidgetItem(step.title, self)
                item.setData(KEY, step.key)
                self._items[step.key] = item
        self.currentItemChanged.connect(self._tell_choice)
        theme.notifier().changed.connect(self._fit)
        self._fit()

    @property
    def key(self) -> str:
        """Which step is chosen; empty for none."""
        item = self.currentItem()
        return item.data(KEY) if item else ""

    def choose(self, key: str) -> None:
        self.setCurrentItem(self._items[key])

    def show_count(self, key: str, count: int | None) -> None:
        """How many places were found; None while it is still being looked for."""
        item = self._items[key]
        item.setHidden(is_hidden_without(key) and not count and key != self.key)
        item.setData(COUNT, _short(count))
        told = self.tr("being looked for") if count is None else count_words(count)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{item.text()}, {told}")

    def count_of(self, key: str) -> str:
        """What stands beside a step."""
        return self._items[key].data(COUNT) or ""

    def _tell_choice(self, item: QListWidgetItem | None) -> None:
        if item:
            self.chosen.emit(item.data(KEY))

    def _fit(self) -> None:
        self.setFixedWidth(theme.px(WIDTH))
        self.scheduleDelayedItemsLayout()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()


def _short(count: int | None) -> str:
    return "…" if count is None else messages.count(count) if count else "–"


class _StepDelegate(QStyledItemDelegate):
    """Paints a title and, at the right, its count."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        is_heading = index.data(KEY) is None
        return QSize(theme.px(100), theme.px(28 if is_heading and index.row() == 0 else 36 if is_heading else 30))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.data(KEY) is None:
            painter.setFont(theme.role_font("caption_strong"))
            painter.setPen(theme.color("text2"))
            rect = option.rect.adjusted(theme.px(10), 0, 0, -theme.px(6))
            painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, str(index.data()))
        else:
            self._paint_step(painter, option, index)
        painter.restore()

    def _paint_step(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        chosen = paint_field(painter, option, self.parent())
        rect = option.rect
        count = index.data(COUNT) or ""
        found = bool(count) and count not in ("…", "–")
        inner = rect.adjusted(theme.px(10), 0, -theme.px(10), 0)
        role, token = ("strong", "text") if found else ("body", "text2")
        room = self._draw(painter, inner, count, role, token, right=True)
        title = inner.adjusted(0, 0, -room - theme.px(8), 0)
        self._draw(painter, title, str(index.data()), "strong" if chosen else "body", "text")

    def _draw(self, painter: QPainter, rect: QRect, words: str, role: str, token: str, right: bool = False) -> int:
        """Draw a line of words; gives their width."""
        font = theme.role_font(role)
        painter.setFont(font)
        painter.setPen(theme.color(token))
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, side | Qt.AlignmentFlag.AlignVCenter, shown)
        return QFontMetrics(font).horizontalAdvance(shown)
