"""What a scaling has shown so far, how far its runs are, and the next larger model."""

from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QWidget

from gpt_studio.gui.messages import tr
from gpt_studio.gui.widgets.basics import Card, announce, button, paragraph, text

NAME = "experiments.scaling"


class Told(NamedTuple):
    """All that the card says."""

    verdict: str
    paragraphs: tuple[str, ...]
    progress: str | None  # None: nothing is ahead or missing
    share: float
    is_busy: bool
    is_missing: bool  # a run has not got to its end, and none is ahead
    has_next: bool


class ResultCard(Card):
    """Sentences, a bar, and what can be done.

    Signals:
        next_asked: The next larger model is to be trained.
        stop_asked, go_on_asked: About the runs.
    """

    next_asked = Signal()
    stop_asked = Signal()
    go_on_asked = Signal()

    def __init__(self) -> None:
        super().__init__(" ", f"{NAME}.result")
        self.verdict = paragraph("", "lesson", "text")
        self.verdict.setObjectName(f"{NAME}.verdict")
        self.told = paragraph("", "body", "text2")
        self.told.setObjectName(f"{NAME}.told")
        self.bar, self.progress = QProgressBar(), text("", "body")
        self.progress.setObjectName(f"{NAME}.progress")
        self.progress.setWordWrap(True)
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName(tr("How far the models are"))
        self.next = button(tr("Train the next one and see"), "primary", "play", f"{NAME}.next")
        self.stop = button(tr("Stop"), "outlined", "stop", f"{NAME}.stop")
        self.go_on = button(tr("Train what is missing"), "outlined", "play", f"{NAME}.go_on")
        self._lay_out()
        self.next.clicked.connect(self.next_asked)
        self.stop.clicked.connect(self.stop_asked)
        self.go_on.clicked.connect(self.go_on_asked)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.bar, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.progress, 2)
        for each in (self.stop, self.go_on):
            row.addWidget(each)
        self.head.addWidget(self.next)
        self.body.addLayout(row)
        self.body.addWidget(self.verdict)
        self.body.addWidget(self.told)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def tab_order(self) -> list[QWidget]:
        return [self.next, self.stop, self.go_on]

    def show_told(self, told: Told) -> None:
        """Show what is known now."""
        if told.verdict != self.verdict.text():
            self.verdict.setText(told.verdict)
            announce(self, told.verdict)
        words = "\n".join(each for each in told.paragraphs if each)
        if words != self.told.text():
            self.told.setText(words)
        self.told.setVisible(bool(words))
        for each in (self.bar, self.progress):
            each.setVisible(told.progress is not None)
        self.progress.setText(told.progress or "")
        self.bar.setValue(round(1000 * told.share))
        self.stop.setVisible(told.is_busy)
        self.go_on.setVisible(told.is_missing)
        self.next.setVisible(told.has_next)
