"""What O(n²) means here: one layer's time and memory as the text grows."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from gpt_studio.engine.inside.growth import exponent
from gpt_studio.engine.inside.seen import CostSeen
from gpt_studio.gui import messages, theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.widgets.basics import Card, paragraph

ENOUGH = 4  # lengths, for a sentence about growth
_ROW, _TOP = 34, 26
_COLUMNS = (0.0, 0.12, 0.46, 0.8)  # where they begin, as shares of the width


def milliseconds(seconds: float | None) -> str:
    """As "0.042 ms", "3.1 ms", "128 ms"; a part that the model lacks takes no time that could be told."""
    return f"{1000 * seconds:.3g} ms" if seconds is not None else tr("left out")


def table_size(bytes_: int) -> str:
    """0 bytes: a mean is a running sum, without a table."""
    return messages.size(bytes_) if bytes_ else tr("none")


def method_words(has_table: bool) -> str:
    """What is measured, and why it grows."""
    if not has_table:
        return tr(
            "One layer of your model's shape, forward, for one text that grows. Without queries and keys no token is "
            "compared with another: attention is a running sum, and grows with the text as the feed-forward part does. "
            "Time is measured here."
        )
    return tr(
        "One layer of your model's shape, forward, for one text that grows. Attention compares every token with every "
        "other one, so its table has n × n cells in each head; the feed-forward part works on each token alone. Time "
        "is measured here, memory is reckoned: heads × n × n numbers of 4 bytes. So the context has a limit."
    )


class CostRows(QWidget):
    """A line per length: the time of attention and of the feed-forward part as bars, and the table's memory."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: list[CostSeen] = []
        self.setObjectName("look.cost")
        self.setAccessibleName(tr("What a longer text costs"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier().changed.connect(self._renew)

    def show_seen(self, seen: list[CostSeen]) -> None:
        self._seen = seen
        each = tr("{n} tokens: attention {a}, feed-forward {f}, table {m}")
        told = [
            each.format(
                n=messages.count(one.length),
                a=milliseconds(one.attention_s),
                f=milliseconds(one.feed_forward_s),
                m=table_size(one.table_bytes),
            )
            for one in seen
        ]
        self.setAccessibleDescription("; ".join(told))
        self._renew()

    def _renew(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(640), theme.px(_TOP) + theme.px(_ROW) * max(1, len(self._seen)))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(420), self.sizeHint().height())

    def _cell(self, column: int, row: int) -> QRectF:
        """A place of the table; row -1 is the heading."""
        ends = (*_COLUMNS[1:], 1.0)
        left, right = self.width() * _COLUMNS[column], self.width() * ends[column] - theme.px(12)
        top = 0 if row < 0 else theme.px(_TOP) + theme.px(_ROW) * row
        return QRectF(left, top, right - left, theme.px(_TOP if row < 0 else _ROW))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(theme.role_font("caption"))
        painter.setPen(theme.color("text3"))
        heads = (tr("tokens"), tr("attention"), tr("feed-forward"), tr("its table, reckoned"))
        for column, words in enumerate(heads):
            painter.drawText(self._cell(column, -1), line, words)
        most = max((max(one.attention_s, one.feed_forward_s or 0.0) for one in self._seen), default=1.0)
        painter.setFont(theme.role_font("body"))
        for row, one in enumerate(self._seen):
            painter.setPen(theme.color("text"))
            painter.drawText(self._cell(0, row), line, messages.count(one.length))
            painter.drawText(self._cell(3, row), line, table_size(one.table_bytes))
            for column, seconds, part in ((1, one.attention_s, "attention"), (2, one.feed_forward_s, "feed_forward")):
                if seconds is not None:
                    self._paint_bar(painter, self._cell(column, row), seconds, most, f"part_{part}")
                else:
                    painter.setPen(theme.color("text3"))
                    painter.drawText(self._cell(column, row), line, milliseconds(None))
        painter.end()

    def _paint_bar(self, painter: QPainter, cell: QRectF, seconds: float, most: float, token: str) -> None:
        words = painter.fontMetrics().horizontalAdvance("0.00000 ms") + theme.px(6)  # the longest there is
        bar = QRectF(cell.left(), cell.center().y() - theme.px(6), max(2.0, (cell.width() - words) * seconds / most), 0)
        bar.setHeight(theme.px(12))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(token))
        painter.drawRoundedRect(bar, 2, 2)
        painter.setPen(theme.color("text2"))
        place = QRectF(bar.right() + theme.px(6), cell.top(), words, cell.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, milliseconds(seconds))


class CostView(QWidget):
    """The table, and what it shows in a sentence."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: list[CostSeen] = []
        self.rows = CostRows()
        self.said = paragraph(tr("Measuring…"), "body", "text")
        card = Card(tr("What O(n²) means on this computer"))
        self.method = paragraph(method_words(has_table=True), "caption", "text3")
        card.body.addWidget(self.said)
        card.body.addWidget(self.rows)
        card.body.addStretch(1)
        card.body.addWidget(self.method)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card, 1)

    def take(self, seen: CostSeen) -> None:
        """One length more; the shortest begins anew."""
        self._seen = [one for one in self._seen if one.length < seen.length] + [seen]
        self.rows.show_seen(self._seen)
        self.said.setText(self.sentence())
        self.method.setText(method_words(has_table=seen.table_bytes > 0))

    def clear(self) -> None:
        self._seen = []
        self.rows.show_seen([])
        self.said.setText(tr("Measuring…"))

    def finish(self) -> None:
        """No more lengths will come."""
        if self._seen and len(self._seen) < ENOUGH:
            self.said.setText(tr("So few lengths fit the time and the memory here that no growth can be told."))

    def sentence(self) -> str:
        """How both grow, from the longer lengths."""
        if len(self._seen) < ENOUGH:
            return tr("Measuring…")
        attention = self._times_as_long([one.attention_s for one in self._seen])
        timed = [one.feed_forward_s for one in self._seen if one.feed_forward_s is not None]
        table = tr("attention's table takes four times the memory.")
        if not self._seen[-1].table_bytes:
            table = tr("without queries and keys attention is a running sum and has no table.")
        if len(timed) < len(self._seen):
            words = tr("Twice the text takes {attention:.1f} times as long in attention; {table}")
            return words.format(attention=attention, table=table)
        words = tr(
            "Twice the text takes {attention:.1f} times as long in attention and {feed:.1f} times in the feed-forward "
            "part; {table}"
        )
        return words.format(attention=attention, feed=self._times_as_long(timed), table=table)

    def _times_as_long(self, seconds: list[float]) -> float:
        """How much longer twice the text takes."""
        return float(2 ** (exponent([one.length for one in self._seen], seconds) or 0.0))
