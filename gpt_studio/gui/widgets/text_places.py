"""Where the places of a text document lie on the screen, and which place lies at a point."""

from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QTextBlock, QTextLine
from PySide6.QtWidgets import QTextEdit


def drawable(text: str) -> str:
    """The text with what a document would take for structure, or could not draw, as a picture of it."""
    return text if text.isprintable() else "".join(_picture(character) for character in text)


def _picture(character: str) -> str:
    code = ord(character)
    if character in "\n\t" or character.isprintable():
        return character
    if code < 0x20:
        return chr(0x2400 + code)  # the symbols for control codes
    structure = code in (0x85, 0x2028, 0x2029, 0xFDD0, 0xFDD1, 0xFFFC)
    return "\ufffd" if structure or 0xD800 <= code < 0xE000 else character


def width_of(text: str) -> int:
    """How many places a text takes in a document, which counts in UTF-16."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _offset(edit: QTextEdit) -> QPointF:
    return QPointF(edit.horizontalScrollBar().value(), edit.verticalScrollBar().value())


def _line_of(block: QTextBlock, place: int) -> QTextLine:
    """The line of a block that holds a place counted from the block's start; its end belongs to the last line."""
    layout = block.layout()
    line = layout.lineForTextPosition(place)
    return line if line.isValid() else layout.lineAt(layout.lineCount() - 1)


def _x(line: QTextLine, place: int) -> float:
    found: Any = line.cursorToX(place)  # a pair, whatever the type hints say
    return float(found[0])


def place_at(edit: QTextEdit, point: QPointF) -> int:
    """The place of the character under a point of the viewport; right of a line's end, that of its line break."""
    point = point + _offset(edit)
    document = edit.document()
    layout = document.documentLayout()
    block = document.findBlock(max(0, layout.hitTest(point, Qt.HitTestAccuracy.FuzzyHit)))
    top = layout.blockBoundingRect(block).topLeft()
    lines = [block.layout().lineAt(number) for number in range(block.layout().lineCount())]
    if not lines:
        return block.position()
    line = next((line for line in lines if point.y() < top.y() + line.y() + line.height()), lines[-1])
    last = line is lines[-1]
    if last and point.x() - top.x() > line.x() + line.naturalTextWidth():
        return block.position() + block.length() - 1
    found = line.xToCursor(point.x() - top.x(), QTextLine.CursorPosition.CursorOnCharacter)
    found = min(found, line.textStart() + max(0, line.textLength() - 1))
    return block.position() + found


def rects_of(edit: QTextEdit, start: int, end: int) -> list[QRectF]:
    """Where the places from start up to end are drawn in the viewport: one rectangle per line that they touch.

    A line break has a rectangle of about one character behind the end of its line.
    """
    document = edit.document()
    rects: list[QRectF] = []
    about_a_character = float(edit.fontMetrics().averageCharWidth())
    shift = -_offset(edit)
    while start < end:
        block = document.findBlock(start)
        if not block.isValid() or block.layout().lineCount() == 0:
            break
        local = start - block.position()
        line = _line_of(block, local)
        until = min(end - block.position(), line.textStart() + line.textLength())
        left = _x(line, local)
        if until <= local:  # the line break itself
            until, right = local + 1, left + about_a_character
        else:
            right = (
                line.x() + line.naturalTextWidth() if until == line.textStart() + line.textLength() else _x(line, until)
            )
            if abs(right - left) < 1:  # a space that the end of the line has swallowed, or a combining mark
                right = left + about_a_character
        where = QRectF(min(left, right), line.y(), abs(right - left), line.height())
        rects.append(where.translated(document.documentLayout().blockBoundingRect(block).topLeft() + shift))
        start = block.position() + until
    return rects


def letters_in(line: QRectF, metrics: QFontMetrics) -> QRectF:
    """A line's rectangle without the air between lines."""
    height = min(line.height(), float(metrics.height()))
    return QRectF(line.x(), line.bottom() - height, line.width(), height)
