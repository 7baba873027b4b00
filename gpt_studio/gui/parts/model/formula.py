"""A short formula, set as in a book: italics, raised and lowered signs, one fraction."""

import re
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpt_studio.gui import theme

FAMILIES = ["STIX Two Text", "Cambria", "Times New Roman", "Times", "Noto Serif", "DejaVu Serif"]
_FRACTION = re.compile(r"\{(.+?) / (.+?)\}")
_SHIFTED = re.compile(r"([\^_])(\w+)")
PIXELS = 18


@dataclass(frozen=True)
class _Run:
    """Words at one height: -1 lowered, 0 on the line, 1 raised."""

    words: str
    height: int = 0


def _runs(words: str) -> list[_Run]:
    """Split "W_2 x^T" into what stands on the line and what does not."""
    runs, end = [], 0
    for found in _SHIFTED.finditer(words):
        runs.append(_Run(words[end : found.start()]))
        runs.append(_Run(found[2], 1 if found[1] == "^" else -1))
        end = found.end()
    runs.append(_Run(words[end:]))
    return [run for run in runs if run.words]


class FormulaView(QWidget):
    """The formula in the middle of its field. `^x` raises, `_x` lowers, `{a / b}` is a fraction."""

    def __init__(self) -> None:
        super().__init__()
        self._formula = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier().changed.connect(self.updateGeometry)

    def show_formula(self, formula: str) -> None:
        self._formula = formula
        plain = _FRACTION.sub(r"(\1) / (\2)", formula)
        self.setAccessibleName(self.tr("Formula: {formula}").format(formula=plain))
        self.update()

    def _pieces(self) -> list[str | tuple[str, str]]:
        pieces: list[str | tuple[str, str]] = []
        end = 0
        for found in _FRACTION.finditer(self._formula):
            pieces += [self._formula[end : found.start()], (found[1], found[2])]
            end = found.end()
        return [*pieces, self._formula[end:]]

    # Measuring and painting

    def _font(self, run: _Run, scale: float) -> QFont:
        font = QFont()
        font.setFamilies(FAMILIES)
        font.setItalic(True)
        font.setPixelSize(max(9, round(theme.px(PIXELS) * scale * (0.68 if run.height else 1.0))))
        return font

    def _width(self, piece: str | tuple[str, str], scale: float) -> float:
        if isinstance(piece, tuple):
            return max(self._width(part, scale) for part in piece) + theme.px(6)
        return sum(QFontMetricsF(self._font(run, scale)).horizontalAdvance(run.words) for run in _runs(piece))

    def _draw_words(self, painter: QPainter, place: QPointF, words: str, scale: float) -> None:
        """`place` is where the line begins, on its base."""
        for run in _runs(words):
            font = self._font(run, scale)
            painter.setFont(font)
            painter.drawText(place - QPointF(0, run.height * theme.px(6 if run.height > 0 else 4) * scale), run.words)
            place += QPointF(QFontMetricsF(font).horizontalAdvance(run.words), 0)

    # Qt's own

    def sizeHint(self) -> QSize:
        return QSize(theme.px(180), theme.px(66 if "{" in self._formula else 44))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("line"), 1))
        painter.setBrush(theme.color("inset"))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 8, 8)
        painter.setPen(QPen(theme.color("text"), 1.2))
        pieces = self._pieces()
        room = self.width() - theme.px(16)
        scale = min(1.0, room / max(1.0, sum(self._width(piece, 1.0) for piece in pieces)))
        x = (self.width() - sum(self._width(piece, scale) for piece in pieces)) / 2
        middle = self.height() / 2
        for piece in pieces:
            width = self._width(piece, scale)
            if isinstance(piece, tuple):
                upper, lower = piece
                painter.drawLine(QPointF(x + 1, middle), QPointF(x + width - 1, middle))
                for words, y in ((upper, middle - theme.px(7)), (lower, middle + theme.px(18))):
                    self._draw_words(painter, QPointF(x + (width - self._width(words, scale)) / 2, y), words, scale)
            else:
                self._draw_words(painter, QPointF(x, middle + theme.px(6) * scale), piece, scale)
            x += width
