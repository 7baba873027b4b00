"""The chosen rung: what it adds, what that is worth, what it cost, and what it writes."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPlainTextEdit, QVBoxLayout

from gpt_studio.engine.experiments.ladder import Rung
from gpt_studio.engine.experiments.ladder_record import Notes
from gpt_studio.gui import messages, theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.experiments import ladder_words as words
from gpt_studio.gui.parts.experiments.ladder_words import Row
from gpt_studio.gui.widgets.basics import Card, Figure, Paragraph, button, paragraph, text

NAME = "experiments.ladder"
WIDE = 640  # from which the text stands beside the figures


class RungCard(Card):
    """Signals:
    open_asked(Path): The run of this rung is to be shown on Train.
    """

    open_asked = Signal(object)

    def __init__(self) -> None:
        super().__init__(" ", f"{NAME}.rung")
        self._run: Path | None = None
        self.show_run = button(tr("Show on Train"), name=f"{NAME}.show_run")
        self.head.addWidget(self.show_run)
        self.adds, self.worth = paragraph("", "lesson", "text"), paragraph("", "body", "text2")
        self.why = paragraph("", "body", "bad")
        self.adds.setObjectName(f"{NAME}.adds")
        self.worth.setObjectName(f"{NAME}.worth")
        self.why.setObjectName(f"{NAME}.why")
        self.bits, self.made_of, self.time = Figure(tr("bits per character")), Figure(""), Figure(tr("time"))
        figures = QHBoxLayout()
        figures.setSpacing(28)
        for figure in (self.bits, self.made_of, self.time):
            figures.addWidget(figure)
        figures.addStretch(1)
        left = QVBoxLayout()
        for each in (self.adds, self.worth, self.why):
            left.addWidget(each)
        left.addLayout(figures)
        left.addStretch(1)
        self.written = QPlainTextEdit()
        self.written.setReadOnly(True)
        self.written.setObjectName(f"{NAME}.text")
        self.written.setTabChangesFocus(True)
        theme.set_role(self.written, "editor", mono=True)
        right = QVBoxLayout()
        right.addWidget(text(tr("What it writes"), "caption_strong", "text2"))
        right.addWidget(self.written, 1)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(20)
        self._columns.addLayout(left, 1)
        self._columns.addLayout(right, 1)
        self.body.addLayout(self._columns, 1)
        self.show_run.clicked.connect(self.open)
        self._fit()

    def open(self) -> None:
        """Show its run, where there is one."""
        if self._run is not None and self.show_run.isEnabled():
            self.open_asked.emit(self._run)

    def show_rung(self, rung: Rung, row: Row, notes: Notes | None, run: Path | None, why: str) -> None:
        """Show a rung as it stands; `why`: it could not be trained, in a sentence."""
        result = notes.results.get(rung.id) if notes else None
        self.set_title(tr(rung.title))
        self.adds.setText(tr(rung.adds))
        self._say(self.worth, words.worth(rung, notes) if notes else "")
        self._say(self.why, why)
        self.bits.set(row.figure or "–")
        self.made_of.set(
            messages.count(result.size) if result else "–", tr("counts") if rung.is_counted else tr("parameters")
        )
        self.time.set(messages.duration(result.seconds) if result else "–")
        for figure in (self.bits, self.made_of, self.time):  # Qt tells the nested rows of a new width only later
            figure.updateGeometry()
        if self.written.toPlainText() != row.text:
            self.written.setPlainText(row.text)
        self.written.setPlaceholderText(tr("Nothing yet."))
        self.written.setAccessibleName(tr("Written by {label}").format(label=tr(rung.title)))
        self._run = run
        is_there = run is not None and (run / "run.json").is_file()
        self.show_run.setVisible(not rung.is_counted)
        self.show_run.setEnabled(is_there)
        gone = tr("The run is not there any more.") if result else tr("There is nothing to show yet.")
        self.show_run.setToolTip("" if is_there else gone)

    def _say(self, label: Paragraph, told: str) -> None:
        label.setText(told)
        label.setVisible(bool(told))

    def _fit(self) -> None:
        super()._fit()
        if hasattr(self, "written"):
            self.written.setMinimumHeight(theme.px(130))

    # Qt's own

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = self.width() >= theme.px(WIDE)
        self._columns.setDirection(QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom)
        self._columns.setStretch(0, int(is_wide))
