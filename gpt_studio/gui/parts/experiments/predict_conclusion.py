"""The conclusion: a field that saves itself, kept with the runs."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy

from gpt_studio.engine.experiments.record import LONGEST
from gpt_studio.gui import theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.widgets.basics import Card, button, text

NAME = "experiments.predict"
SAVE_AFTER_MS = 800


class ConclusionCard(Card):
    """What the student makes of it.

    Signals:
        written: Another conclusion is to be kept; carries the id of its series and the words.
        export_asked: The experiment is to be written to a file; carries "text" or "picture".
    """

    written = Signal(str, str)
    export_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__(tr("Your conclusion"), f"{NAME}.conclusion_card")
        self._id, self._kept = "", ""
        self.field = QPlainTextEdit()
        self.field.setObjectName(f"{NAME}.conclusion")
        self.field.setAccessibleName(tr("Your conclusion"))
        self.field.setPlaceholderText(tr("What does this show, and what does it not show?"))
        self.field.setTabChangesFocus(True)
        theme.set_role(self.field, "body")
        self._said = text("", "caption", "text3")
        self.as_text = button(tr("Save as text…"), "plain", name=f"{NAME}.export.text")
        self.as_picture = button(tr("Save the chart…"), "plain", name=f"{NAME}.export.picture")
        for each in (self._said, self.as_text, self.as_picture):
            self.head.addWidget(each)
        self.body.addWidget(self.field)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._soon = QTimer(self, objectName="save the conclusion", singleShot=True, interval=SAVE_AFTER_MS)
        self._soon.timeout.connect(self.save)
        self.field.textChanged.connect(self._wait)
        self.as_text.clicked.connect(lambda: self.export_asked.emit("text"))
        self.as_picture.clicked.connect(lambda: self.export_asked.emit("picture"))
        self._fit()
        theme.notifier().changed.connect(self._fit)

    def show_series(self, id: str, words: str) -> None:
        """Show the conclusion of a series; what is being typed there stays."""
        if id == self._id and self._soon.isActive():
            return
        self.save()
        self._id, self._kept = id, words
        if self.field.toPlainText() != words:
            self.field.blockSignals(True)
            self.field.setPlainText(words)
            self.field.blockSignals(False)
        self._said.setText(tr("kept with the runs") if words else "")

    def save(self) -> None:
        """Keep what was typed now."""
        self._soon.stop()
        words = self.field.toPlainText()[:LONGEST]
        if self._id and words != self._kept:
            self._kept = words
            self._said.setText(tr("kept with the runs"))
            self.written.emit(self._id, words)

    def _wait(self) -> None:
        self._said.setText("")
        self._soon.start()

    def _fit(self) -> None:
        if hasattr(self, "field"):
            self.field.setFixedHeight(theme.px(96))
        super()._fit()
