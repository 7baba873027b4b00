"""Text in which every token is tinted by how much it surprised the model; one of them can be chosen."""

import math
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextOption,
)
from PySide6.QtWidgets import QApplication, QFrame, QTextEdit, QWidget

from gpt_studio.gui import messages, theme
from gpt_studio.gui.widgets.text_places import drawable, letters_in, place_at, rects_of, width_of
from gpt_studio.gui.widgets.tints import LEVELS, TintLegend, tint_color, tint_level

__all__ = ["TintLegend", "TintedText", "tint_level"]

LINE_HEIGHT = 1.45  # of the size of the letters
PORTION = 8_000  # tokens that a turn of the event loop puts into the document, about 25 ms; then twice as many each
LONG_LINE, LONG_WAIT_MS = 3_000, 250  # each addition lays out its whole line again, so a long one grows less often
LONG_WORD = 2_000  # characters without a space; finding where to break such a line costs time by its length squared
NEAR_END = 4  # pixels
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_MOVES = {
    getattr(Qt.Key, f"Key_{key}"): getattr(QTextCursor.MoveOperation, move)
    for key, move in (("Up", "Up"), ("Down", "Down"), ("Home", "StartOfLine"), ("End", "EndOfLine"))
}


class TintedText(QTextEdit):
    """Read-only text that grows while it is written; tokens are counted from 0, without the prompt.

    Args:
        name: The objectName.
        role: Font role of the theme.
        follows: Whether the view keeps to the end while text is added, as long as the student has not scrolled up.

    Signals:
        chosen: A token was clicked or reached with the arrow keys; carries its index.
    """

    chosen = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None, *, role: str = "write", follows: bool = True) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setProperty("frameless", "true")
        self.describe: Callable[[int], str] = self._plain_description  # what a screen reader says of a token
        self._prompt = ""
        self._writing = False
        self._tinted = True
        self._follows = follows
        self._pressed_at: QPointF | None = None
        self._feeding = QTimer(self, objectName="feed")
        self._feeding.timeout.connect(self._feed)
        theme.set_role(self, role, mono=True)
        self.set_prompt("")
        self.verticalScrollBar().valueChanged.connect(self._note_scrolling)
        self.verticalScrollBar().rangeChanged.connect(self._keep_to_end)
        theme.notifier().changed.connect(self._recolor)

    # What is shown

    def set_prompt(self, text: str) -> None:
        """Begin anew with the words that the student gave, in grey."""
        self._prompt = text
        self._tokens: list[str] = []
        self._surprises = array("d")  # NaN: none
        self._levels = bytearray()
        self._word = 0  # characters since the last space
        self._at_end = self._follows
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.select(None)
        self._begin_document()
        self.underline(())

    def append(self, tokens: Iterable[str], surprises: Iterable[float | None]) -> None:  # type: ignore[override]
        """Add tokens with their surprise, -ln p in nats (None: no tint)."""
        for token, surprise in zip(tokens, surprises, strict=True):
            self._tokens.append(token)
            self._word = len(token.lstrip()) if token[:1].isspace() else self._word + len(token)
            if self._word >= LONG_WORD and self.wordWrapMode() != QTextOption.WrapMode.WrapAnywhere:
                self.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
            self._levels.append(tint_level(surprise))
            self._surprises.append(math.nan if surprise is None else surprise)
        if self.document().lastBlock().length() < LONG_LINE:
            self._feed()
        elif not self._feeding.isActive():
            self._feeding.start(LONG_WAIT_MS)

    def clear(self) -> None:
        self.set_prompt("")

    def texts(self) -> list[str]:
        """The tokens, without the prompt."""
        return list(self._tokens)

    def text(self) -> str:
        """Prompt and tokens as one text."""
        return self._prompt + "".join(self._tokens)

    def surprise(self, index: int) -> float | None:
        """-ln p in nats of a token; None where it has none."""
        value = self._surprises[index]
        return None if math.isnan(value) else value

    def underline(self, spans: Iterable[tuple[int, int]], token: str = "train") -> None:
        """Underline passages, from and up to a token, in a colour of the theme; until a new text begins."""
        self._underlined, self._line_token = list(spans), token
        marks = []
        if self._underlined:
            self._feed(everything=True)
        for first, end in self._underlined:
            mark = QTextEdit.ExtraSelection()
            mark.cursor = QTextCursor(self.document())
            mark.cursor.setPosition(self._starts[first])
            last = self._starts[end] if end < len(self._starts) else self._end
            mark.cursor.setPosition(last, QTextCursor.MoveMode.KeepAnchor)
            mark.format.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
            mark.format.setUnderlineColor(theme.color(token))
            mark.format.setFontUnderline(True)
            marks.append(mark)
        self.setExtraSelections(marks)

    def set_tinted(self, tinted: bool) -> None:
        """Whether the surprise is shown behind the tokens."""
        if tinted != self._tinted:
            self._tinted = tinted
            self._recolor()

    def set_writing(self, writing: bool) -> None:
        """Show, or take away, the block at the end that says that more is coming."""
        self._writing = writing
        self.viewport().update()

    # The chosen token

    @property
    def chosen_index(self) -> int | None:
        return self._chosen

    def select(self, index: int | None) -> None:
        """Frame a token and bring it into view, without telling; None takes the frame away."""
        if index is None or not 0 <= index < len(self._tokens):
            self._chosen: int | None = None
            self.setAccessibleDescription("")
        else:
            self._feed(everything=True)
            self._chosen = index
            caret = self.textCursor()
            caret.setPosition(self._starts[index])
            self.setTextCursor(caret)
            self.ensureCursorVisible()
            self.setAccessibleDescription(self.describe(index))
        self.viewport().update()

    def show_span(self, first: int, end: int) -> None:
        """Underline a passage, from and up to a token, and bring it into view, without a frame around a token."""
        self.select(None)
        self.underline([(first, end)], "accent")
        caret = self.textCursor()
        for place in (self._starts[end] if end < len(self._starts) else self._end, self._starts[first]):
            caret.setPosition(place)
            self.setTextCursor(caret)
            self.ensureCursorVisible()

    def where(self, index: int) -> list[QRectF]:
        """Where a token is drawn in the viewport, one rectangle per line that it touches; none as long as it is not."""
        if index >= len(self._starts):
            return []
        start = self._starts[index]
        return rects_of(self, start, start + width_of(drawable(self._tokens[index])))

    def _choose(self, index: int) -> None:
        if self._tokens:
            self.select(max(0, min(index, len(self._tokens) - 1)))
            self.chosen.emit(self._chosen)

    def _index_at(self, place: int) -> int:
        """The token that holds a place of the document; -1 for the prompt."""
        return bisect_right(self._starts, place) - 1

    def _plain_description(self, index: int) -> str:
        surprise, token = self.surprise(index), messages.visible(self._tokens[index])
        words = "{token}" if surprise is None else self.tr("{token}, chance {share}")
        return words.format(token=token, share=messages.share(math.exp(-(surprise or 0.0))))

    # The document

    def _begin_document(self) -> None:
        self._tints = [QTextCharFormat() for _ in range(LEVELS)]
        for level, tint in enumerate(self._tints):
            tint.setForeground(theme.color("text"))
            if level and self._tinted:
                tint.setBackground(tint_color(level))
        grey = QTextCharFormat()
        grey.setForeground(theme.color("text3"))
        self._starts = array("l")  # where in the document each token begins, as far as they are in it
        self.document().clear()
        cursor = QTextCursor(self.document())
        self._space_lines()
        prompt = drawable(self._prompt)
        cursor.insertText(prompt, grey)
        self._end = width_of(prompt)
        if not self._follows:  # Qt's own cursor would move with the text, and the view with it
            caret = self.textCursor()
            caret.setKeepPositionOnInsert(True)
            self.setTextCursor(caret)

    def _space_lines(self) -> None:
        """Line height and margins for the font of now; lines that are added later inherit them."""
        lines = QTextBlockFormat()
        height = round(LINE_HEIGHT * self.fontInfo().pixelSize())
        lines.setLineHeight(height, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        everything = QTextCursor(self.document())
        everything.select(QTextCursor.SelectionType.Document)
        everything.mergeBlockFormat(lines)
        frame = self.document().rootFrame()
        margins = frame.frameFormat()
        margins.setMargin(2)  # room for the frame of a character at the edge, and for that of a line break at the right
        margins.setRightMargin(self.fontMetrics().averageCharWidth() + 4)
        frame.setFrameFormat(margins)

    def _feed(self, everything: bool = False) -> None:
        """Put the next portion of tokens into the document: runs of equal tint in one piece each."""
        begin = len(self._starts)
        end = len(self._tokens) if everything else min(begin + max(PORTION, begin), len(self._tokens))
        cursor, caret = QTextCursor(self.document()), self.textCursor()
        anchor, place = caret.anchor(), caret.position()
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.beginEditBlock()
        while begin < end:
            level, pieces = self._levels[begin], []
            while begin < end and self._levels[begin] == level:
                pieces.append(drawable(self._tokens[begin]))
                self._starts.append(self._end)
                self._end += width_of(pieces[-1])
                begin += 1
            cursor.insertText("".join(pieces), self._tints[level])
        cursor.endEditBlock()
        if not self._follows and self.textCursor().anchor() != anchor:  # a caret that stays leaves its anchor to go
            caret.setPosition(anchor)
            caret.setPosition(place, QTextCursor.MoveMode.KeepAnchor)
            self.setTextCursor(caret)
        self._feeding.stop()
        if len(self._starts) < len(self._tokens):
            self._feeding.start(0)

    def _recolor(self) -> None:
        kept, bar = self._at_end, self.verticalScrollBar()
        value = bar.value()
        self._begin_document()
        self._feed(everything=True)
        self.underline(self._underlined, self._line_token)
        self._at_end = kept
        bar.setValue(bar.maximum() if kept else value)

    def _note_scrolling(self, value: int) -> None:
        self._at_end = self._follows and value >= self.verticalScrollBar().maximum() - NEAR_END

    def _keep_to_end(self, low: int, high: int) -> None:
        if self._at_end:
            self.verticalScrollBar().setValue(high)

    # Qt's own names

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._space_lines()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(240), theme.px(96))  # little: it takes the room there is

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, held = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if self._tokens and held == Qt.KeyboardModifier.NoModifier and (key in _STEPS or key in _MOVES):
            if self._chosen is None:
                self._choose(0)
            elif key in _STEPS:
                self._choose(self._chosen + _STEPS[key])
            else:
                caret = self.textCursor()
                caret.setPosition(self._starts[self._chosen])
                caret.movePosition(_MOVES[key])
                self._choose(self._index_at(caret.position()))
        elif self._tokens and held == Qt.KeyboardModifier.ControlModifier and key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._choose(0 if key == Qt.Key.Key_Home else len(self._tokens) - 1)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = event.position() if event.button() == Qt.MouseButton.LeftButton else None
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        pressed, self._pressed_at = self._pressed_at, None
        if pressed is None or (event.position() - pressed).manhattanLength() >= QApplication.startDragDistance():
            return
        place = place_at(self, event.position())
        if place < self._end and (index := self._index_at(place)) >= 0:
            self._choose(index)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus() and self._chosen is None:
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawRoundedRect(self.viewport().rect().adjusted(1, 1, -1, -1), 6, 6)
        if self._writing:
            behind = rects_of(self, self._end, self._end + 1)
            if behind:
                painter.fillRect(letters_in(behind[0], self.fontMetrics()), theme.color("accent"))
        if self._chosen is not None:
            self._paint_frame(painter, self._chosen)

    def _paint_frame(self, painter: QPainter, index: int) -> None:
        token = drawable(self._tokens[index])
        shown = messages.visible(token) if token in (" ", "\n") else None
        bold = QFont(self.font())
        bold.setBold(True)
        painter.setFont(bold)
        places = self.where(index)
        is_whole = len(places) == 1 and (shown or "\n" not in token)
        for where in places:
            frame = letters_in(where, self.fontMetrics()).adjusted(-2, -1, 2, 1)
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.setBrush(theme.color("surface") if is_whole else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame, 4, 4)
            if is_whole:  # one that is broken between lines is framed as it stands
                painter.setPen(theme.color("text3" if shown else "text"))
                painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, shown or token)
