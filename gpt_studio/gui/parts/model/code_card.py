"""The lines of the program's own PyTorch that compute the chosen part."""

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QWidget

from gpt_studio.engine import model_lines
from gpt_studio.engine.config import ModelConfig
from gpt_studio.gui import theme
from gpt_studio.gui.parts.model import part_words
from gpt_studio.gui.parts.model.code_ink import CodeInk
from gpt_studio.gui.widgets.basics import Card, announce, button, text


class CodeCard(Card):
    """Read-only; can be scrolled, chosen and copied from."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: dict[str, list[model_lines.Lines]] | None = None  # read when they are first shown
        self._shown = ("token", ModelConfig())
        self.caption = text("", "caption", "text2")
        self.code = QPlainTextEdit(readOnly=True, frameShape=QFrame.Shape.NoFrame)
        self.code.setObjectName("model.code")
        self.code.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.code.setProperty("frameless", "true")
        self._ink = CodeInk(self.code.document())
        self.copy = button(self.tr("Copy"), "flat", "copy", "model.code.copy")
        self.copy.setProperty("tight", "true")
        self.copy.clicked.connect(self._copy)
        self.code.setCornerWidget(QWidget())  # Fusion would draw a field of its own there
        theme.set_role(self.code, "caption", mono=True)
        row = QHBoxLayout()
        row.addWidget(self.caption, 1)
        row.addWidget(self.copy)
        self.body.addLayout(row)
        self.body.addWidget(self.code, 1)

    def show_part(self, part: str, model: ModelConfig) -> None:
        self._shown = (part, model)
        if self.isVisible():
            self._show()

    def _show(self) -> None:
        if self._lines is None:
            self._lines = model_lines.shipped()
        part, model = self._shown
        pieces = self._lines[_kind(part, model)]
        where = ", ".join(dict.fromkeys(piece.where for piece in pieces))
        name = self.tr("Token table") if model.is_bigram else part_words.title(part)
        self.caption.setText(self.tr("{part}: {where} in gpt_studio/engine/model.py").format(part=name, where=where))
        self.code.setPlainText("\n\n".join(piece.code for piece in pieces))
        self.code.setAccessibleName(self.caption.text())

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.code.toPlainText())
        announce(self, self.tr("Copied"))

    def showEvent(self, event) -> None:
        super().showEvent(event)
        self._show()


def _kind(part: str, model: ModelConfig) -> str:
    """Which of the shipped pieces compute this part of this model."""
    if model.is_bigram:
        return "table"
    if part == "scores":  # a drawing has it where it is left out
        part = "attention"
    return "average" if part == "attention" and "scores" in model.without else part
