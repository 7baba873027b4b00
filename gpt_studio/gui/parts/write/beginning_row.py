"""The first row of the page: the words to begin with, and the button that lets the model go on."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gpt_studio.gui import theme
from gpt_studio.gui.parts.write.prompt_field import PromptField
from gpt_studio.gui.widgets.basics import button


class BeginningRow(QWidget):
    """Signals:
    write_asked: A text is to be written with the settings of now.
    stop_asked: Writing shall end.
    """

    write_asked = Signal()
    stop_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.prompt = PromptField(self.tr("Begin with"), "write.prompt")
        self._write = button(self.tr("Write"), "primary", icon="pencil", name="write.generate")
        self._write.setToolTip(self.tr("Let the model go on (Enter)"))
        self._stop = button(self.tr("Stop"), "primary", icon="stop", name="write.stop")
        self._stop.setToolTip(self.tr("Stop writing (Esc)"))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.prompt, 1)
        self._row.addWidget(self._write)
        self._row.addWidget(self._stop)
        self.prompt.write_asked.connect(self.write_asked)
        self._write.clicked.connect(self.write_asked)
        self._stop.clicked.connect(self.stop_asked)
        self._suggested = ""  # the prompt that stands there as long as the student has not typed one
        self._fit()
        theme.notifier().changed.connect(self._fit)

    def show_writing(self, writing: bool) -> None:
        """Whether there is something to stop."""
        had_focus = self._write.hasFocus() or self._stop.hasFocus()
        self._write.setVisible(not writing)
        self._stop.setVisible(writing)
        if had_focus:
            (self._stop if writing else self._write).setFocus()

    def suggest(self, words: str) -> None:
        """Begin with these words, unless the student has typed something."""
        if self.prompt.words == self._suggested:
            self._suggested = words
            self.prompt.set_words(words)

    def _fit(self) -> None:
        self._row.setSpacing(theme.px(12))
        for each in (self._write, self._stop):
            each.setFixedSize(theme.px(110), theme.px(42))
