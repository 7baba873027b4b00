"""The first row of the page: the words to begin with, and the buttons that let the model go on."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from gpt_studio.gui import theme
from gpt_studio.gui.parts.write.prompt_field import PromptField
from gpt_studio.gui.widgets.basics import button, icon_button


class BeginningRow(QWidget):
    """Signals:
    write_asked: A text is to be written with the settings of now.
    again_asked: As `write_asked`, with another seed.
    same_asked: The text that is shown is to be written once more.
    stop_asked: Writing shall end.
    earlier_asked: What was written before is to be shown.
    export_asked: The shown texts are to be taken along; carries the kind of file.
    """

    write_asked = Signal()
    again_asked = Signal()
    same_asked = Signal()
    stop_asked = Signal()
    earlier_asked = Signal()
    export_asked = Signal(str)

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
        self.earlier = button(self.tr("Earlier"), "flat", name="write.earlier")
        self.earlier.setToolTip(self.tr("What was written with this run before"))
        self.prompt.add(self.earlier)
        self.export = icon_button("more", self.tr("Export the texts"), "write.export")
        self._make_menu()
        self._lay_out()
        self.prompt.write_asked.connect(self.write_asked)
        self.earlier.clicked.connect(self.earlier_asked)
        for each, wish in (
            (self._write, self.write_asked),
            (self._stop, self.stop_asked),
            (self._again, self.again_asked),
            (self._same, self.same_asked),
        ):
            each.clicked.connect(wish)
        self._suggested = ""  # the prompt that stands there as long as the student has not typed one
        self.show_text(False)
        self.fit(0, slim=False)

    def _make_menu(self) -> None:
        menu = QMenu(self.export)
        for kind, words in (
            ("txt", self.tr("Save all texts as plain text…")),
            ("md", self.tr("Save all texts as Markdown…")),
            ("json", self.tr("Save all texts as JSON…")),
            ("html", self.tr("Save all texts as a tinted page (HTML)…")),
        ):
            action = menu.addAction(words)
            action.setObjectName(f"write.export.{kind}")
            action.triggered.connect(lambda _=False, kind=kind: self.export_asked.emit(kind))
        self.export.setMenu(menu)
        self.export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def _lay_out(self) -> None:
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._buttons, self._others = QBoxLayout(QBoxLayout.Direction.LeftToRight), QHBoxLayout()
        self._row.addWidget(self.prompt, 1)
        self._row.addLayout(self._buttons)
        self._buttons.addLayout(self._others, 1)
        self._others.addStretch(1)
        for other in (self.export, self._same, self._again):
            self._others.addWidget(other)
        for main in (self._write, self._stop):
            self._buttons.addWidget(main, 0, Qt.AlignmentFlag.AlignRight)

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
        self.export.setEnabled(there)
        told = self.tr("Write this text once more, with its own prompt, settings and seed")
        self._same.setToolTip(told if there else self.tr("Nothing has been written yet"))

    def suggest(self, words: str) -> None:
        """Begin with these words, unless the student has typed something."""
        if self.prompt.words == self._suggested:
            self._suggested = words
            self.prompt.set_words(words)

    def fit(self, width: int, slim: bool) -> None:
        """Have the buttons stand below the words in a slim page, and below each other in a very slim one.

        Args:
            width: What room there is, in pixels.
            slim: There is little of it.
        """
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        others = sum(each.sizeHint().width() + theme.px(10) for each in (self.export, self._same, self._again))
        self._row.setDirection(down if slim else across)
        self._buttons.setDirection(down if slim and others + theme.px(110) > width else across)
        for layout in (self._row, self._buttons, self._others):
            layout.setSpacing(theme.px(10))
        for each in (self._write, self._stop):
            each.setFixedSize(theme.px(110), theme.px(42))
        for each in (self._again, self._same):
            each.setFixedHeight(theme.px(42))
        self.export.setFixedSize(theme.px(36), theme.px(42))
