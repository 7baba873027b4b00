"""How many bits each character takes for means that are no model: guessing, counting, packing. Shorter is better."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from gpt_studio.engine.judging.yardsticks import Yardsticks
from gpt_studio.gui import messages, theme
from gpt_studio.gui.widgets import basics

ROW, LEAST_ROW = 25, 18  # pixels at 100 %
FORETOLD = 0.3  # bits per character below which a text holds next to nothing new


def rows_of(found: Yardsticks) -> list[tuple[str, float]]:
    """Each means and its bits per character, in the order of how much it knows."""
    tr = messages.tr
    known = [
        (tr("Guessing"), found.uniform),
        (tr("Letters"), found.letters),
        (tr("2-gram"), found.two),
        (tr("5-gram"), found.five),
    ]
    return known if found.xz is None else [*known, (tr("xz"), found.xz)]


def sentence_of(found: Yardsticks) -> str:
    """What the figures mean for a model."""
    if found.five < FORETOLD:
        words = messages.tr(
            "Counting alone foretells nearly every character here: the text repeats itself, and leaves little to learn."
        )
    else:
        words = messages.tr(
            "A model that only counts, five letters at a time, needs {bits} bits for each character held back. "
            "Yours should need fewer."
        ).format(bits=f"{found.five:.2f}")
    if found.sampled:
        sample = messages.tr("Measured on {count} characters on both sides of the cut.")
        words += " " + sample.format(count=messages.count(10 * found.characters))
    return words


class YardstickBars(QWidget):
    """The bars and a sentence; while nothing is measured, a word that says so."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("corpus.yardsticks")
        self.setAccessibleName(self.tr("Bits per character"))
        self.found: Yardsticks | None = None
        self._bars = _Bars()
        self._words = basics.paragraph("", "caption", "text2")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(self._bars)
        box.addWidget(self._words)
        box.addStretch(1)
        self.show_measuring()

    @property
    def sentence(self) -> str:
        return self._words.text()

    def show_measuring(self) -> None:
        """Another text is being measured."""
        self._show(None, self.tr("Measuring…"))

    def show_yardsticks(self, found: Yardsticks | None) -> None:
        """Renew the figures; None: the text is too short for any."""
        words = sentence_of(found) if found else self.tr("This text is too short to be measured.")
        self._show(found, words)

    def show_like(self, other: "YardstickBars") -> None:
        """Show what another one shows."""
        self._show(other.found, other.sentence)

    def _show(self, found: Yardsticks | None, words: str) -> None:
        self.found = found
        self._bars.show_rows(rows_of(found) if found else [])
        self._bars.setVisible(found is not None)
        self._words.setText(words)
        told = ", ".join(f"{name} {bits:.2f}" for name, bits in self._bars.rows)
        self.setAccessibleDescription(f"{told}. {words}" if told else words)
        self.setToolTip(
            self.tr(
                "What each character of the held-back part takes by even chances, letter counts, pairs, fives, and xz."
            )
        )


class _Bars(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[str, float]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        theme.notifier().changed.connect(self.updateGeometry)

    def show_rows(self, rows: list[tuple[str, float]]) -> None:
        self.rows = rows
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(180), theme.px(ROW) * max(1, len(self.rows)))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(150), theme.px(LEAST_ROW) * max(1, len(self.rows)))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.rows:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font, row, gap = theme.role_font("chart"), self.height() // len(self.rows), theme.px(6)
        metrics = QFontMetrics(font)
        label = max(metrics.horizontalAdvance(name) for name, _ in self.rows)
        value = metrics.horizontalAdvance("0.00") + theme.px(4)
        room = max(1, self.width() - label - value - 2 * gap)
        most = max(bits for _, bits in self.rows) or 1.0
        best = min(bits for _, bits in self.rows)
        painter.setFont(font)
        for number, (name, bits) in enumerate(self.rows):
            top = number * row
            painter.setPen(theme.color("text2"))
            painter.drawText(QRectF(0, top, label, row), Qt.AlignmentFlag.AlignVCenter, name)
            bar = QRectF(label + gap, top + (row - theme.px(13)) / 2, max(2.0, room * bits / most), theme.px(13))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("val" if bits == best else "other"))
            painter.drawRoundedRect(bar, 2, 2)
            painter.setPen(theme.color("text" if bits == best else "text2"))
            words = QRectF(bar.right() + gap, top, value, row)
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, f"{bits:.2f}")
        painter.end()
