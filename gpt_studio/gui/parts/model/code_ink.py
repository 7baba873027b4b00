"""Calm colours for lines of Python: words of the language, text in quotes, numbers and comments."""

import keyword
import re

from PySide6.QtGui import QSyntaxHighlighter, QTextCharFormat, QTextDocument

from gpt_studio.gui import theme

TOKENS = re.compile(
    r"(?P<comment>#.*)|(?P<quoted>\"[^\"]*\")|(?P<word>\b(?:" + "|".join(keyword.kwlist) + r"|self)\b)"
    r"|(?P<number>\b\d+(?:\.\d+)?\b)"
)
INKS = {"comment": "text3", "quoted": "good", "word": "accent", "number": "part_feed_forward"}


class CodeInk(QSyntaxHighlighter):
    """Colours a document for as long as it lives; follows the theme."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        theme.notifier().changed.connect(self.rehighlight)

    def highlightBlock(self, line: str) -> None:
        for found in TOKENS.finditer(line):
            ink = QTextCharFormat()
            ink.setForeground(theme.color(INKS[found.lastgroup or "comment"]))
            self.setFormat(found.start(), found.end() - found.start(), ink)
