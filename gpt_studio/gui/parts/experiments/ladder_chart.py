"""The card with the rungs of a ladder, and the choice among the ladders that were begun."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from gpt_studio.engine.experiments.ladder_record import Notes
from gpt_studio.engine.experiments.series import Series
from gpt_studio.gui import moments
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.experiments import ladder_words as words
from gpt_studio.gui.parts.experiments.ladder_list import LadderList
from gpt_studio.gui.parts.experiments.ladder_words import Row
from gpt_studio.gui.widgets.basics import Card, announce, icon_button, paragraph

NAME = "experiments.ladder"
USUAL_GUESSING = 6.5  # bits, for the length of the bars while nothing is known of the text


class ChartCard(Card):
    """Signals:
    chosen(str): Another ladder that was begun is to be shown.
    forget_asked: The one that is shown is to be forgotten.
    """

    chosen = Signal(str)
    forget_asked = Signal()

    def __init__(self) -> None:
        super().__init__(tr("Held-back bits per character"), f"{NAME}.chart")
        self.list = LadderList()
        self.ladders = QComboBox()
        self.ladders.setObjectName(f"{NAME}.ladders")
        self.ladders.setAccessibleName(tr("Ladder that is shown"))
        self.ladders.setMinimumContentsLength(12)
        self.ladders.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.forget = icon_button("trash", tr("Forget this ladder; its runs stay"), f"{NAME}.forget")
        self.verdict, self._legend = paragraph("", "body", "text"), paragraph("", "caption", "text3")
        self.verdict.setObjectName(f"{NAME}.verdict")
        self.head.addWidget(self.ladders)
        self.head.addWidget(self.forget)
        for each in (self.list, self.verdict, self._legend):
            self.body.addWidget(each)
        self.body.addStretch(1)
        self.ladders.currentIndexChanged.connect(lambda _place: self.chosen.emit(self.ladders.currentData() or ""))
        self.forget.clicked.connect(self.forget_asked)

    def tab_order(self) -> list[QWidget]:
        return [self.ladders, self.forget, self.list]

    def show_ladders(self, ladders: Sequence[Series], shown: str) -> None:
        """Those that were begun, newest first."""
        with QSignalBlocker(self.ladders):
            self.ladders.clear()
            for series in ladders:
                when = moments.day(moments.moment(series.created)) or "?"
                self.ladders.addItem(f"{series.corpus_title}, {when}", series.id)
            self.ladders.setCurrentIndex(self.ladders.findData(shown))
            self.ladders.setToolTip(self.ladders.currentText())
        for each in (self.ladders, self.forget):
            each.setVisible(bool(ladders))

    def show_rows(self, rows: list[Row], notes: Notes | None) -> None:
        """The rungs as they stand, and what is to be said of all of them."""
        self.list.show_rows(rows, notes.guessing if notes else USUAL_GUESSING)
        verdict = words.passed(notes) if notes else ""
        if verdict != self.verdict.text():
            self.verdict.setText(verdict)
            announce(self, verdict)
        self.verdict.setVisible(bool(verdict))
        told = [tr("Less is better. Outlined: counted, or still in training.")]
        if notes:
            told.append(tr("Pure guessing would be {bits}.").format(bits=f"{notes.guessing:.2f}"))
        told.append(tr("All texts are drawn alike: temperature 0.8, top-k 40, one seed."))
        self._legend.setText(" ".join(told))
