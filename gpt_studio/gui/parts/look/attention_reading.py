"""The card “e looks at”: the characters that one character looks at most, each with a bar and its share."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.look.attention_words import context, shown, whereabouts

ROWS = 6
_CONTEXT = 5  # characters of the text that a line has room for
FULL_BAR = 0.3  # the smallest weight that fills the width; a head that looks everywhere keeps short bars
_TITLE, _CAPTION, _ROW = 32, 24, 27  # heights at 100 %


class AttentionReading(QWidget):
    """The strongest looks of one row of one head, painted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens: tuple[str, ...] = ()
        self._place = 0
        self._column: int | None = None
        self._looks: list[tuple[int, float]] = []
        self._rest = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier().changed.connect(self._renew)

    def show_row(
        self, tokens: tuple[str, ...], place: int, weights: NDArray[np.float32], column: int | None = None
    ) -> None:
        """Tell where the character at `place` looks.

        Args:
            tokens: The text, (T).
            place: Of the character that looks.
            weights: (T), its row.
            column: The character under the cross-hair; its line is framed.
        """
        in_sight = weights if weights[place + 1 :].any() else weights[: place + 1]  # all of it without the mask
        order = np.argsort(-in_sight, kind="stable")[:ROWS]
        self._tokens, self._place, self._column = tokens, place, column
        self._looks = [(int(at), float(weights[at])) for at in order]
        self._rest = max(0.0, 1.0 - sum(weight for _, weight in self._looks))
        self.setAccessibleName(self.sentence())
        self._renew()

    def clear(self) -> None:
        self._tokens, self._looks = (), []
        self.setAccessibleName("")
        self._renew()

    @property
    def looks(self) -> list[tuple[int, float]]:
        """Places and weights, strongest first."""
        return self._looks

    def sentence(self) -> str:
        """The card in words: "e, position 27, looks at e, position 17, 30 %; …"."""
        if not self._looks:
            return ""
        each = self.tr("{token}, position {i}, {share}")
        told = [
            each.format(token=shown(self._tokens[at]), i=at + 1, share=messages.share(weight, 0))
            for at, weight in self._looks
        ]
        token = shown(self._tokens[self._place])
        begin = self.tr("{token}, position {i}, looks at ").format(token=token, i=self._place + 1)
        return begin + "; ".join(told)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(180), theme.px(_TITLE + _CAPTION + ROWS * _ROW + _CAPTION))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(150), self.sizeHint().height())

    def _renew(self) -> None:
        self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._looks:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = self._paint_title(painter)
        for at, weight in self._looks:
            self._paint_look(painter, QRectF(0, top, self.width(), theme.px(_ROW)), at, weight)
            top += theme.px(_ROW)
        if self._rest >= 0.005 and self._place >= ROWS:
            rest = self.tr("all others together: {share}").format(share=messages.share(self._rest, 0))
            painter.setFont(theme.role_font("caption"))
            painter.setPen(theme.color("text3"))
            box = QRectF(0, top, self.width(), theme.px(_CAPTION))
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, rest)

    def _paint_title(self, painter: QPainter) -> int:
        """The character as a key, "looks at", and where it stands."""
        side, token = theme.px(24), shown(self._tokens[self._place])
        wide = max(side, QFontMetricsF(theme.mono(15)).horizontalAdvance(token) + theme.px(10))
        key = QRectF(1, (theme.px(_TITLE) - side) / 2 - 2, wide, side)
        painter.setPen(QPen(theme.color("accent"), 1.4))
        painter.setBrush(theme.color("accent_soft"))
        painter.drawRoundedRect(key, 4, 4)
        painter.setFont(theme.mono(15))
        painter.setPen(theme.color("text"))
        painter.drawText(key, Qt.AlignmentFlag.AlignCenter, token)
        painter.setFont(theme.role_font("card_title"))
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        beside = QRectF(key.right() + theme.px(7), key.y(), self.width(), side)
        painter.drawText(beside, left, self.tr("looks at"))
        painter.setFont(theme.role_font("caption"))
        painter.setPen(theme.color("text3"))
        words = painter.fontMetrics().elidedText(
            whereabouts(self._tokens, self._place), Qt.TextElideMode.ElideMiddle, self.width()
        )
        painter.drawText(QRectF(0, theme.px(_TITLE) - 3, self.width(), theme.px(_CAPTION) - 3), left, words)
        return theme.px(_TITLE + _CAPTION)

    def _paint_look(self, painter: QPainter, line: QRectF, at: int, weight: float) -> None:
        plain, strong = theme.mono(15), theme.mono(15, QFont.Weight.Bold)
        letter = QFontMetricsF(plain).horizontalAdvance("m")
        vertical = Qt.AlignmentFlag.AlignVCenter
        before, own, behind = context(self._tokens, at)
        if len(before + own + behind) > _CONTEXT:  # tokens of several characters: there is room for this one alone
            before = behind = ""
            own = own if len(own) <= _CONTEXT else own[: _CONTEXT - 1] + "…"
        x = left = max(0, min(2 - len(before), _CONTEXT - len(own))) * letter
        for words, font, token in ((before, plain, "text3"), (own, strong, "text"), (behind, plain, "text3")):
            painter.setFont(font)
            painter.setPen(theme.color(token))
            box = QRectF(x, line.y(), letter * (len(words) + 1), line.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | vertical, words)
            x += letter * len(words)
        painter.setFont(theme.role_font("caption"))
        share_width = painter.fontMetrics().horizontalAdvance("100 %")
        bar = QRectF(_CONTEXT * letter + theme.px(9), line.center().y() - theme.px(7), 0, theme.px(14))
        room = self.width() - bar.x() - share_width - theme.px(6)
        bar.setWidth(max(1.5, room * weight / max(FULL_BAR, self._looks[0][1])))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent"))
        painter.drawRoundedRect(bar, min(3.0, bar.width() / 2), 3)
        painter.setPen(theme.color("text"))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | vertical, messages.share(weight, 0))
        if at == self._column:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("accent"), 1.4))
            begin = left + letter * len(before)
            around = QRectF(begin - 2, line.y() + 2, letter * len(own) + 4, line.height() - 4)
            painter.drawRoundedRect(around, 3, 3)
