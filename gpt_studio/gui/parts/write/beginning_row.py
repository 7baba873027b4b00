"""The first row of the page: the words to begin with, and the buttons that let the model go on."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QWidget

from gpt_studio.gui import theme
from gpt_studio.gui.parts.write.prompt_field import PromptField
from gpt_studio.gui.widgets.basics import button


class BeginningRow(QWidget):
    """Signals:
    write_asked: A text is to be written with the settings of now.
    again_asked: As `write_asked`, with another seed.
    same_asked: The text that is shown is to be written once more.
    stop_asked: Writing shall end.
    """

    write_asked = Signal()
    again_asked = Signal()
    same_asked = Signal()
    stop_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.prompt = PromptField(self.tr("Begin with"), "write.prompt")
        self._write = button(self.tr("Write"), "primary", icon="pencil", name="write.generate")
        self._write.setToolTip(self.tr("Let the model go on (Enter)"))
        self._stop = button(self.tr("Stop"), "primary", icon="stop", name="write.stop")
        self._stop.setToolTip(self.tr("Stop writing (Esc)"))
        self._again = button(self.tr("Again"), icon="dice", name="write.again")
        self._again.setToolTip(self.tr("Write with a new seed: another text by the same settings"))
        self._same = button(self.tr("Same again"), icon="refresh", name="write.same")
        self._lay_out()
        self.prompt.write_asked.connect(self.write_asked)
        for each, wish in (
            (self._write, self.write_asked),
            (self._stop, self.stop_asked),
            (self._again, self.again_asked),
            (self._same, self.same_asked),
        ):
            each.clicked.connect(wish)
        self._suggested = ""  # the prompt that stands there as long as the student has not typed one
        self.show_text(False)
        self.fit(slim=False)

    def _lay_out(self) -> None:
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._buttons = QHBoxLayout()
        self._row.addWidget(self.prompt, 1)
        self._row.addLayout(self._buttons)
        self._buttons.addStretch(1)
        for each in (self._same, self._again, self._write, self._stop):
            self._buttons.addWidget(each)

    def show_writing(self, writing: bool) -> None:
        """Whether there is something to stop."""
        had_focus = self._write.hasFocus() or self._stop.hasFocus()
        self._write.setVisible(not writing)
        self._stop.setVisible(writing)
        if had_focus:
            (self._stop if writing else self._write).setFocus()

    def show_text(self, there: bool) -> None:
        """Whether there is a text that can be written once more."""
        self._same.setEnabled(there)
        told = self.tr("Write this text once more, with its own prompt, settings and seed")
        self._same.setToolTip(told if there else self.tr("Nothing has been written yet"))

    def suggest(self, words: str) -> None:
        """Begin with these words, unless the student has typed something."""
        if self.prompt.words == self._suggested:
            self._suggested = words
            self.prompt.set_words(words)

    def fit(self, slim: bool) -> None:
        """In a slim page the buttons stand below the words."""
        self._row.setDirection(QBoxLayout.Direction.TopToBottom if slim else QBoxLayout.Direction.LeftToRight)
        for layout in (self._row, self._buttons):
            layout.setSpacing(theme.px(10))
        for each in (self._write, self._stop):
            each.setFixedSize(theme.px(110), theme.px(42))
        for each in (self._again, self._same):
            each.setFixedHeight(theme.px(42))
