"""The doctor's place: under the head of the loss card, what is going on, with its evidence and at most one button."""

from typing import Any

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy

from gpt_studio.engine.doctor import LOSSES, Case, Curves, Doctor, Finding
from gpt_studio.engine.keeping.references import References
from gpt_studio.gui import messages, theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.open_run import Curve, OpenRun
from gpt_studio.gui.parts.train.loss_scale import LossScale, characters_per_token
from gpt_studio.gui.widgets.basics import Icon, announce, button, set_ink, set_property, text
from gpt_studio.gui.widgets.fields import rate_words

GOES_TO = {"doctor.too_small": "model", "doctor.leak": "corpus", "doctor.below": "corpus", "doctor.too_short": "corpus"}


class RunDoctor:
    """Follows the curve of the run that is shown; another run, or more known of its text, is another case."""

    def __init__(self) -> None:
        self._run: OpenRun | None = None
        self._doctor: Doctor | None = None

    def finding(self, run: OpenRun | None, known: References | None) -> Finding | None:
        """None without a run, or before anything was measured of it."""
        if run is None or not (len(run.curve.steps) or len(run.curve.check_steps)):
            self._run = self._doctor = None
            return None
        failed = "training.diverged" if run.record.status == "failed" else ""
        case = Case.of(run.record, known, characters_per_token(run.curve), failed)
        if self._doctor is None or run is not self._run or case != self._doctor.case:
            self._run, self._doctor = run, Doctor(case)
        return self._doctor.follow(_curves(run.curve))


def _curves(curve: Curve) -> Curves:
    return Curves(curve.steps.values, curve.train_loss.values, curve.check_steps.values, curve.val_loss.values)


class DoctorStrip(QFrame):
    """One line in calm colours; where something is wrong it is tinted and says what can be done.

    Signals:
        stop_asked: Stop; the best model is kept.
        rate_asked: Take this learning rate for the next run.
        go_asked: Go to this page.
    """

    stop_asked = Signal()
    rate_asked = Signal(float)
    go_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("train.doctor")
        self._finding: Finding | None = None
        self._trains = False
        self._icon, self._words = Icon("info", "text3", 16), text("", "caption", "text2")
        self._words.setWordWrap(True)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.button = button("", "plain", name="train.doctor.do")
        set_property(self.button, "tight", "true")
        self.button.clicked.connect(self._act)
        row = QHBoxLayout(self)
        row.addWidget(self._icon)
        row.addWidget(self._words, 1)
        row.addWidget(self.button)
        self._row = row
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._fit()
        theme.notifier().changed.connect(self._fit)
        self.hide()

    @property
    def words(self) -> str:
        return self._words.text()

    @property
    def finding(self) -> Finding | None:
        return self._finding

    def show_finding(self, finding: Finding | None, trains: bool, scale: LossScale) -> None:
        """Say what was found; `trains`: of the run in training, which can be stopped."""
        before, self._finding, self._trains = self._finding, finding, trains
        self.setVisible(finding is not None)
        if finding is None:
            return
        words = messages.sentence(
            finding.code, {name: _shown(name, value, scale) for name, value in finding.values.items()}
        )
        if words != self._words.text():
            self._words.setText(words)
            self.setAccessibleName(tr("The doctor"))
            self.setAccessibleDescription(words)
        do = self._offer(finding)
        self.button.setText(do)
        self.button.setAccessibleName(do)
        self.button.setVisible(bool(do))
        trouble = finding.is_trouble
        is_bad = finding.code == "doctor.not_finite"
        self._icon.set("cross" if is_bad else "triangle" if trouble else "info", _tone(finding, "text3"))
        set_ink(self._words, "text" if trouble else "text2")
        set_property(self, "bar", _tone(finding, ""))
        if before is None or before.code != finding.code:
            self._fit()
            if trouble:
                announce(self, words)

    def _offer(self, finding: Finding) -> str:
        if finding.code == "doctor.turned_up":
            return tr("Stop and keep the best") if self._trains else ""
        if finding.rate is not None:
            words = tr("Stop and use rate {rate}") if self._trains else tr("Use rate {rate}")
            return words.format(rate=rate_words(finding.rate))
        page = GOES_TO.get(finding.code, "")
        return {"model": tr("Go to 4 Model"), "corpus": tr("Go to 2 Corpus")}.get(page, "")

    def _act(self) -> None:
        finding = self._finding
        if finding is None:
            return
        if self._trains and (finding.code == "doctor.turned_up" or finding.rate is not None):
            self.stop_asked.emit()
        if finding.rate is not None:
            self.rate_asked.emit(finding.rate)
        elif finding.code in GOES_TO:
            self.go_asked.emit(GOES_TO[finding.code])

    def _fit(self) -> None:
        trouble = self._finding is not None and self._finding.is_trouble
        side = theme.px(10) if trouble else 0
        self._row.setContentsMargins(side, theme.px(4) if trouble else 0, side, theme.px(4) if trouble else 0)
        self._row.setSpacing(theme.px(8))
        self._hold_height()

    def _hold_height(self) -> None:
        """As high as the words are at this width; a chart below must not be squeezed, nor they be cut."""
        room = self.width() - theme.px(40) - (self.button.sizeHint().width() if not self.button.isHidden() else 0)
        needed = self._words.heightForWidth(max(theme.px(200), room))
        margins = self._row.contentsMargins()
        least = self.button.sizeHint().height() if not self.button.isHidden() else theme.px(16)
        self.setFixedHeight(max(needed, least) + margins.top() + margins.bottom())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._hold_height()


def _shown(name: str, value: Any, scale: LossScale) -> Any:
    """A value as a sentence has it."""
    if name in LOSSES:
        return scale.words(value)
    if name == "rate":
        return rate_words(value)
    return messages.share(value) if name == "share" else value


def _tone(finding: Finding, calm: str) -> str:
    if not finding.is_trouble:
        return calm
    return "bad" if finding.code == "doctor.not_finite" else "warn"
