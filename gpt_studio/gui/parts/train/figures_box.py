"""A table in a box of its own: what a chart draws as figures, for screen readers and for whoever likes figures."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from gpt_studio.gui import theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.widgets.basics import button, paragraph, text
from gpt_studio.gui.widgets.figures_table import FiguresModel, FiguresView, Rows


class FiguresBox(QDialog):
    """A heading, a sentence and the table. It stands beside the window's work and blocks nothing; Esc closes it."""

    def __init__(
        self, parent: QWidget, name: str, title: str, sentence: str, columns: Sequence[str], rows: Rows
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.view = FiguresView(FiguresModel(columns, rows), f"{name}.table")
        self.view.setAccessibleName(title)
        self.view.setAccessibleDescription(sentence)
        self.sentence = paragraph(sentence)
        copy, close = button(tr("Copy"), name=f"{name}.copy"), button(tr("Close"), "primary", name=f"{name}.close")
        copy.clicked.connect(self.view.copy)
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(copy)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.px(20),) * 4)
        column.setSpacing(theme.px(12))
        column.addWidget(text(title, "card_title"))
        column.addWidget(self.sentence)
        column.addWidget(self.view, 1)
        column.addLayout(foot)
        self.resize(theme.px(160 + 120 * len(columns)), theme.px(250 + 28 * min(12, len(rows))))
        self.view.setFocus()
