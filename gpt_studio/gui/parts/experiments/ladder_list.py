"""The chart of the ladder: a row for each rung, with its name, a bar as long as its bits, and what it writes."""

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from gpt_studio.gui import icons, theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.experiments.ladder_words import Row
from gpt_studio.gui.widgets.row_ground import paint_ground

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
HEIGHT = 34  # of a row
BARS = 0.45  # of the width beside the names, for bars and figures; the rest is what the rungs write


class LadderModel(QAbstractListModel):
    """The rows, and the length of a whole bar."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []
        self.whole = 1.0  # bits of pure guessing

    def show_rows(self, rows: list[Row], whole: float) -> None:
        """Rows that only changed their figures keep the selection."""
        is_same = [row.id for row in rows] == [row.id for row in self.rows]
        if not is_same:
            self.beginResetModel()
        self.rows, self.whole = rows, max(1.0, whole)
        if not is_same:
            self.endResetModel()
        elif rows:
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))

    # Qt's own

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        row = self.rows[index.row()]
        if role == Role.DisplayRole:
            return row.title
        return row.spoken if role == Role.AccessibleTextRole else None


class RungDelegate(QStyledItemDelegate):
    """Paints a rung."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, LadderModel)
        row = model.rows[index.row()]
        painter.save()
        box, chosen = paint_ground(painter, option)
        name, bars, words = self._columns(box, model.rows)
        painter.setFont(theme.role_font("strong" if chosen else "button"))
        painter.setPen(theme.color("text"))
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, row.title)
        self._paint_bar(painter, bars, row, model, chosen)
        self._paint_text(painter, words, row, chosen)
        painter.restore()

    def _columns(self, box: QRect, rows: list[Row]) -> tuple[QRect, QRect, QRect]:
        """Where the name, the bar and the text are."""
        metrics, gap = QFontMetrics(theme.role_font("strong")), theme.px(12)
        wide = max(metrics.horizontalAdvance(row.title) for row in rows) + gap
        name = QRect(box.left() + gap, box.top(), wide, box.height())
        rest = box.right() - gap - name.right()
        bars = QRect(name.right(), box.top(), round(BARS * rest), box.height())
        words = QRect(bars.right() + gap, box.top(), box.right() - bars.right() - 2 * gap, box.height())
        return name, bars, words

    def _paint_bar(self, painter: QPainter, place: QRect, row: Row, model: LadderModel, chosen: bool) -> None:
        """The bar, the figure at its end, and what is going on."""
        painter.setFont(theme.role_font("caption_strong"))
        if row.bits is not None:
            room = QFontMetrics(painter.font()).horizontalAdvance("0.00 …") + theme.px(10)
            long = min(1.0, row.bits / model.whole) * (place.width() - room)
            high = theme.px(14)
            bar = QRectF(place.left(), place.center().y() - high / 2 + 1, long, high)
            painter.setPen(QPen(theme.color("val"), 1.5) if row.is_counted or row.is_live else Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("val_soft" if row.is_counted or row.is_live else "val"))
            painter.drawRoundedRect(bar, 3, 3)
            painter.setPen(theme.color("text"))
            figure = QRect(place.left() + round(long) + theme.px(6), place.top(), room, place.height())
            painter.drawText(figure, Qt.AlignmentFlag.AlignVCenter, f"{row.figure} …" if row.is_live else row.figure)
        elif row.status:
            painter.setFont(theme.role_font("caption"))
            painter.setPen(theme.color("bad" if row.is_bad else "text2" if chosen else "text3"))
            if row.is_bad:
                side = theme.px(15)
                sign = icons.pixmap("cross", "bad", side, painter.device().devicePixelRatioF())
                painter.drawPixmap(place.left(), place.center().y() - side // 2 + 1, sign)
                place = place.adjusted(side + theme.px(5), 0, 0, 0)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, self._fitted(painter, row.status, place.width()))

    def _paint_text(self, painter: QPainter, place: QRect, row: Row, chosen: bool) -> None:
        """The beginning of what it writes; a new line as its sign."""
        painter.setFont(theme.role_font("caption", True))
        painter.setPen(theme.color("text" if chosen else "text2"))
        told = row.text.strip()[:200].replace("\n", "\u21b5")
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, self._fitted(painter, told, place.width()))

    def _fitted(self, painter: QPainter, words: str, width: int) -> str:
        return painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, width)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(theme.px(240), theme.px(HEIGHT))


class LadderList(QListView):
    """All rungs at once, from the first to the last; Enter or a double click opens the run of the chosen one.

    Signals:
        chosen(str): Another rung is chosen.
        open_asked: The run of the chosen one is to be shown.
    """

    chosen = Signal(str)
    open_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.rows = LadderModel()
        self.setObjectName("experiments.ladder.rungs")
        self.setAccessibleName(tr("Rungs of the ladder"))
        self.setModel(self.rows)
        self.setItemDelegate(RungDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("frameless", "true")
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.activated.connect(lambda _index: self.open_asked.emit())
        self.selectionModel().currentChanged.connect(self._tell)
        theme.notifier().changed.connect(self._fit)

    def show_rows(self, rows: list[Row], whole: float) -> None:
        """Show them, with the same one chosen as before."""
        before = self.current
        self.rows.show_rows(rows, whole)
        if rows and not self.currentIndex().isValid():
            self.choose(before or rows[0].id)
        self.setAccessibleDescription("; ".join(row.spoken for row in rows))
        self._fit()

    @property
    def current(self) -> str:
        """The id of the chosen rung; "" for none."""
        index = self.currentIndex()
        return self.rows.rows[index.row()].id if index.isValid() else ""

    def choose(self, id: str) -> None:
        for place, row in enumerate(self.rows.rows):
            if row.id == id:
                self.setCurrentIndex(self.rows.index(place))

    def _tell(self, index: QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit(self.current)

    def _fit(self) -> None:
        self.setFixedHeight(max(1, len(self.rows.rows)) * theme.px(HEIGHT) + 4)
        self.doItemsLayout()
