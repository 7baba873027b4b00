"""A small form: what a fork of the open run is to do otherwise from the chosen step on."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QDoubleSpinBox, QHBoxLayout, QLabel, QWidget

from gpt_studio.engine import files
from gpt_studio.engine.config import TrainConfig, usual_rate
from gpt_studio.engine.keeping import lineage
from gpt_studio.engine.requests import Changes, CorpusText
from gpt_studio.gui import messages, theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.parts.train.train_form import OPTIMIZERS
from gpt_studio.gui.widgets.basics import Card, button, paragraph, text
from gpt_studio.gui.widgets.change_words import changes_in_words, wished
from gpt_studio.gui.widgets.fields import CountBox, RateBox


class _Share(QDoubleSpinBox):
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the page scrolls, and no number changes unseen


class ForkCard(Card):
    """Steps, optimiser, rate, dropout and text of a fork; a sentence says what comes of it.

    Signals:
        fork_asked: Carries the step (None: now) and the Changes.
        closed: The student does not want to, or has.
    """

    fork_asked = Signal(object, object)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__(tr("Fork"), "train.fork_card")
        self._run: OpenRun | None = None
        self._step: int | None = None
        self._own_steps = 0  # where an unchanged fork ends
        self._repeats = False
        self._other: CorpusText | None = None
        self._make_fields()
        self.go = button(tr("Train the fork"), "primary", name="train.fork_start")
        self.leave = button(tr("Close"), "flat", name="train.fork_close")
        self.head.addWidget(self.leave)
        self.head.addWidget(self.go)
        self._fields = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        halves = (
            ((tr("Steps"), self.steps), (tr("Optimiser"), self.optimizer), (tr("rate"), self.rate)),
            ((tr("Dropout"), self.dropout), (tr("Text"), self.corpus)),
        )
        for half in halves:
            row = QHBoxLayout()
            row.setSpacing(theme.px(14))
            for words, field in half:
                row.addWidget(_labelled(words, field))
            row.addStretch(1)
            self._fields.addLayout(row)
        self._fields.setSpacing(theme.px(8))
        self.outcome = paragraph("", "caption", "text2")
        self.body.addLayout(self._fields)
        self.body.addWidget(self.outcome)
        self._fit_fields()
        theme.notifier().changed.connect(self._fit_fields)
        self.go.clicked.connect(self._ask)
        self.leave.clicked.connect(self.closed)

    def _make_fields(self) -> None:
        self.steps = CountBox(TrainConfig, "max_steps", "train.fork_steps", 100)
        self.rate = RateBox(TrainConfig, "learning_rate", "train.fork_rate")
        self.optimizer = QComboBox(objectName="train.fork_optimizer", accessibleName=tr("Optimiser"))
        for name, words in OPTIMIZERS.items():
            self.optimizer.addItem(words, name)
        self.dropout = _Share(objectName="train.fork_dropout", accessibleName=tr("Dropout"))
        self.dropout.setRange(0.0, 0.9)
        self.dropout.setSingleStep(0.05)
        self.dropout.setToolTip(tr("Share of numbers set to zero while training, so that less is learnt by heart."))
        self.corpus = QComboBox(objectName="train.fork_text", accessibleName=tr("Text"))
        self.corpus.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for box in (self.steps, self.rate, self.optimizer, self.dropout, self.corpus):
            theme.set_role(box, "button")
        self.steps.valueChanged.connect(self._show_outcome)
        self.rate.editingFinished.connect(self._show_outcome)
        self.dropout.valueChanged.connect(self._show_outcome)
        self.corpus.activated.connect(self._show_outcome)
        self.optimizer.activated.connect(self._take_optimizer)

    def _fit_fields(self) -> None:
        for box, widest in ((self.steps, "88,888"), (self.rate, "0.00088"), (self.dropout, "0.00")):
            box.setFixedWidth(box.fontMetrics().horizontalAdvance(widest) + theme.px(46))

    def offer(self, run: OpenRun, step: int | None, other: CorpusText | None) -> None:
        """Begin with what the run itself does.

        Args:
            run: Which is to be forked.
            step: From which; None: now.
            other: The text that is chosen for training, if it is another.
        """
        self._run, self._step = run, step
        at, train = self._at, run.record.train
        self._own_steps = lineage.steps_at(run.path, run.record, at)
        self._repeats = lineage.can_repeat(run.path, step)
        same = other is None or files.sha256(other.text.encode("utf-8", "surrogatepass")) == run.record.corpus.sha256
        self._other = None if same else other
        self.set_title(tr("Fork {run} at step {step}").format(run=run.name, step=messages.count(at)))
        for box in (self.steps, self.dropout):
            box.blockSignals(True)
        self.steps.setMinimum(at + 1)
        self.steps.setValue(self._own_steps if self._own_steps > at else at + max(100, self._own_steps // 3))
        self.dropout.setValue(run.record.model.dropout)
        for box in (self.steps, self.dropout):
            box.blockSignals(False)
        self.optimizer.setCurrentIndex(self.optimizer.findData(train.optimizer))
        self.rate.set_value(train.learning_rate)
        self.corpus.clear()
        self.corpus.addItem(run.record.corpus.title)
        if self._other:
            edited = self._other.title == run.record.corpus.title
            words = tr("{text}, as it is now") if edited else "{text}"
            self.corpus.addItem(words.format(text=self._other.title))
        self.corpus.setEnabled(self._other is not None)
        self.corpus.setToolTip("" if self._other else tr("Choose another text in 2 Corpus, and it stands here too."))
        self._show_outcome()

    @property
    def _at(self) -> int:
        assert self._run is not None
        return self._run.curve.step if self._step is None else self._step

    @property
    def changes(self) -> Changes:
        """What the fields say, where it differs from the run."""
        assert self._run is not None
        record = self._run.record
        optimizer, rate, dropout = self.optimizer.currentData(), self.rate.value(), round(self.dropout.value(), 2)
        same = optimizer == record.train.optimizer
        usual = record.train.learning_rate if same else usual_rate(record.model, optimizer)
        return Changes(
            optimizer=None if same else optimizer,
            learning_rate=None if rate == usual else rate,
            dropout=None if dropout == record.model.dropout else dropout,
            max_steps=None if self.steps.value() == self._own_steps else self.steps.value(),
            corpus=self._other if self.corpus.currentIndex() == 1 else None,
        )

    def _take_optimizer(self) -> None:
        if self._run is not None:
            record, optimizer = self._run.record, self.optimizer.currentData()
            own = optimizer == record.train.optimizer
            self.rate.set_value(record.train.learning_rate if own else usual_rate(record.model, optimizer))
        self._show_outcome()

    def _show_outcome(self) -> None:
        if self._run is None:
            return
        changes = self.changes
        said = changes_in_words(wished(self._run.record, self._own_steps, changes))
        if not said and self._repeats:
            words = tr("Nothing is changed: the fork will repeat the run exactly.")
        elif not said:
            words = tr(
                "Nothing is changed, but what the optimiser remembered at this step was not kept: "
                "the curve will leave the run's by a little."
            )
        else:
            words = tr("Changed: {changes}. All else is as in the run.").format(changes=said)
            if changes.optimizer or not self._repeats:
                words += " " + tr("The optimiser begins anew.")
        if changes.corpus is not None:
            words += " " + tr("Characters that the model does not know are left out.")
        self.outcome.setText(words)

    def _ask(self) -> None:
        self.steps.interpretText()
        self.fork_asked.emit(self._step, self.changes)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        halves = (self._fields.itemAt(place).sizeHint().width() for place in (0, 1))
        fits = sum(halves) + theme.px(60) <= self.width()
        way = QBoxLayout.Direction.LeftToRight if fits else QBoxLayout.Direction.TopToBottom
        self._fields.setDirection(way)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)


def _labelled(words: str, field: QWidget) -> QWidget:
    both = QWidget()
    row = QHBoxLayout(both)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme.px(8))
    label: QLabel = text(words, token="text2")
    label.setBuddy(field)
    row.addWidget(label)
    row.addWidget(field)
    return both
