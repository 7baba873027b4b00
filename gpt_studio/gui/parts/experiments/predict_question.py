"""The question of an experiment, the one thing that is changed, and what can be done with a record of it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy

from gpt_studio.engine.experiments.experiment import Experiment
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.experiments.predict_settings import SettingsTable
from gpt_studio.gui.widgets.basics import Card, button, icon_button, paragraph

NAME = "experiments.predict"


class QuestionCard(Card):
    """What is asked, and while runs of it train, how far they are.

    Signals:
        repeat_asked, delete_asked: Of the record that is shown.
        show_asked(str): A run of this side is to be shown on Train.
    """

    repeat_asked = Signal()
    delete_asked = Signal()
    show_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__(" ", f"{NAME}.question")
        self.question, self.changed = paragraph("", "lesson", "text"), paragraph("", "body", "text2")
        self.settings = SettingsTable()
        self.show_a = button(tr("A on Train"), "plain", name=f"{NAME}.show.a")
        self.show_b = button(tr("B on Train"), "plain", name=f"{NAME}.show.b")
        self.repeat = button(tr("Repeat"), "plain", "refresh", f"{NAME}.repeat")
        self.delete = icon_button("trash", tr("Delete this record; its runs stay"), f"{NAME}.delete")
        self.bar, self.progress = QProgressBar(), paragraph("", "body", "text")
        self.progress.setObjectName(f"{NAME}.progress")
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("How far the runs are"))
        for each in (self.show_a, self.show_b, self.repeat, self.delete):
            self.head.addWidget(each)
        row = QHBoxLayout()
        row.addWidget(self.bar, 1)
        row.addWidget(self.progress, 2)
        self.body.addWidget(self.question)
        self.body.addWidget(self.changed)
        self.body.addLayout(row)
        self.body.addWidget(self.settings)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.repeat.clicked.connect(self.repeat_asked)
        self.delete.clicked.connect(self.delete_asked)
        self.show_a.clicked.connect(lambda: self.show_asked.emit("a"))
        self.show_b.clicked.connect(lambda: self.show_asked.emit("b"))
        self.tell(None)

    def show_experiment(self, experiment: Experiment, is_record: bool) -> None:
        self.set_title(tr(experiment.title))
        self.question.setText(tr(experiment.question))
        self.changed.setText(tr(experiment.changed))
        self.settings.show_experiment(experiment)
        for each in (self.show_a, self.show_b, self.repeat, self.delete):
            each.setVisible(is_record)

    def tell(self, words: str | None, share: float = 0.0) -> None:
        """How far the runs are; None: none is ahead."""
        for each in (self.bar, self.progress):
            each.setVisible(words is not None)
        self.progress.setText(words or "")
        self.bar.setRange(0, 1000)
        self.bar.setValue(round(1000 * share))
