"""What a change would do to a text: its first places before and after, with the line and its surroundings."""

import unicodedata

from PySide6.QtGui import QColor, QFont, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QTextEdit

from gpt_studio.engine.text_care.edits import Excerpt, Finding, excerpts
from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.corpus.workshop_words import SAME_LOOK, code_of

PLACES = 40
SHORT = 8  # characters; in a shorter change every space is shown
LONGEST = 240  # characters of a removed passage; of a longer one its beginning and its end
_HIDDEN = ("Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp", "Zs", "Mn")


class WorkshopPreview(QTextEdit):
    """Places one below the other: what goes is struck out, what comes is underlined."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("corpus.workshop.preview")
        self.setAccessibleName(self.tr("What would change"))
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        theme.set_role(self, "body", mono=True)
        self._shown: tuple[str, Finding] | None = None
        theme.notifier().changed.connect(self._renew)

    def show_finding(self, text: str, finding: Finding) -> None:
        """Show the first places of a finding; the others are counted."""
        self._shown = text, finding
        self._renew()

    def show_nothing(self, words: str = "") -> None:
        """Show a sentence instead."""
        self._shown = None
        self.clear()
        self.setTextColor(theme.color("text2"))
        self.setPlainText(words)

    def _renew(self) -> None:
        if self._shown is None:
            return
        text, finding = self._shown
        self.clear()
        cursor = self.textCursor()
        cursor.beginEditBlock()
        first = finding.edits[:PLACES]
        for number, shown in enumerate(excerpts(text, first)):
            twin = finding.twins[number] if number < len(finding.twins) else -1
            self._write_place(cursor, shown, text.count("\n", 0, twin) + 1 if twin >= 0 else None, finding.kind)
        if len(finding.edits) > PLACES:
            more = self.tr("… and {count} more").format(count=messages.count(len(finding.edits) - PLACES))
            self._write(cursor, more, "text3", caption=True)
        cursor.endEditBlock()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _write_place(self, cursor: QTextCursor, shown: Excerpt, twin_line: int | None, kind: str) -> None:
        where = self.tr("Line {line}").format(line=messages.count(shown.line))
        if twin_line is not None:
            where += " · " + self.tr("also in line {line}").format(line=messages.count(twin_line))
        self._begin_block(cursor, theme.px(10) if cursor.position() else 0)
        self._write(cursor, where, "text3", caption=True)
        self._begin_block(cursor, theme.px(2))
        tell_codes = kind in SAME_LOOK and len(shown.old) <= 4
        self._write(cursor, visible(shown.before), "text2")
        if shown.old:
            self._write(cursor, visible(_shortened(shown.old), len(shown.old) <= SHORT), "bad", "bad_soft", struck=True)
            if tell_codes:
                self._write(cursor, f" {code_of(shown.old)} ", "text3", caption=True)
        if shown.new:
            new = visible(_shortened(shown.new), len(shown.new) <= SHORT)
            self._write(cursor, new, "good", "good_soft", underlined=True)
        self._write(cursor, visible(shown.after), "text2")

    def _begin_block(self, cursor: QTextCursor, above: int) -> None:
        form = QTextBlockFormat()
        form.setTopMargin(above)
        if cursor.position():
            cursor.insertBlock(form)
        else:
            cursor.setBlockFormat(form)

    def _write(
        self,
        cursor: QTextCursor,
        words: str,
        token: str,
        behind: str = "",
        struck: bool = False,
        underlined: bool = False,
        caption: bool = False,
    ) -> None:
        form = QTextCharFormat()
        form.setFont(_font(caption))
        form.setForeground(theme.color(token))
        form.setBackground(theme.color(behind) if behind else QColor(0, 0, 0, 0))
        form.setFontStrikeOut(struck)
        form.setFontUnderline(underlined)
        cursor.insertText(words, form)


def visible(text: str, with_spaces: bool = False) -> str:
    """Text in which every character leaves ink; plain spaces only if asked for."""
    return "".join(_visible(char, with_spaces) for char in text)


def _visible(char: str, is_space_shown: bool) -> str:
    if char == " ":
        return messages.visible(char) if is_space_shown else char
    if char == "\n":
        return "\u21b5 "
    told = messages.visible(char)
    if told != char or unicodedata.category(char) not in _HIDDEN or unicodedata.combining(char):
        return told
    return f"⟨{ord(char):04X}⟩"


def _shortened(text: str) -> str:
    half = LONGEST // 2
    return text if len(text) <= LONGEST else f"{text[:half]} … {text[-half:]}"


def _font(caption: bool) -> QFont:
    return theme.role_font("caption") if caption else theme.role_font("body", True)
