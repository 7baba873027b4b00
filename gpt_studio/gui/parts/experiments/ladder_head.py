"""What a ladder is, the text of a new one, and how far the one is that is shown."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QWidget

from gpt_studio.engine import planning
from gpt_studio.engine.experiments.ladder import RUNGS
from gpt_studio.engine.experiments.measured_ladder import WALL_S
from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.experiments.ladder_progress import Progress
from gpt_studio.gui.parts.experiments.text_choice import TextChoice
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.widgets.basics import Card, button, paragraph, text

NAME = "experiments.ladder"


class LadderHead(Card):
    """The card at the top.

    Signals:
        begin_asked(str): A ladder of this text is to be made.
        stop_asked, go_on_asked: About the one that is shown.
    """

    begin_asked = Signal(str)
    stop_asked = Signal()
    go_on_asked = Signal()

    def __init__(self, state: StudioState) -> None:
        super().__init__(tr("From counting to GPT"), f"{NAME}.head")
        self.texts = TextChoice(state, f"{NAME}.corpus", tr("Text of a new ladder"))
        self.begin = button(tr("Climb the ladder"), "primary", "play", f"{NAME}.begin")
        self.stop = button(tr("Stop"), "outlined", "stop", f"{NAME}.stop")
        self.go_on = button(tr("Go on"), "outlined", "play", f"{NAME}.go_on")
        self.bar, self.told = QProgressBar(), text("", "body")
        self.told.setWordWrap(True)
        self.told.setObjectName(f"{NAME}.progress")
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName(tr("How far the ladder is"))
        self._promise = paragraph(_promise(state), "body", "text2")
        self._promise.setObjectName(f"{NAME}.promise")
        self._lay_out()
        self._connect()
        state.hardware_changed.connect(lambda: self._promise.setText(_promise(state)))

    def _lay_out(self) -> None:
        label = text(tr("Text"), "body", "text2")
        label.setBuddy(self.texts)
        for each in (label, self.texts, self.begin):
            self.head.addWidget(each)
        progress = QHBoxLayout()
        progress.setSpacing(12)
        progress.addWidget(self.bar, 1, Qt.AlignmentFlag.AlignVCenter)
        progress.addWidget(self.told, 2)
        progress.addWidget(self.stop)
        progress.addWidget(self.go_on)
        self.body.addWidget(self._promise)
        self.body.addLayout(progress)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def _connect(self) -> None:
        self.begin.clicked.connect(lambda: self.begin_asked.emit(self.texts.text))
        self.stop.clicked.connect(self.stop_asked)
        self.go_on.clicked.connect(self.go_on_asked)

    def tab_order(self) -> list[QWidget]:
        return [self.texts, self.begin, self.stop, self.go_on]

    def refresh_texts(self) -> None:
        """Offer the texts that there are now."""
        self.texts.refresh()
        self.begin.setEnabled(bool(self.texts.text))

    def set_waiting(self, waits: bool) -> None:
        """A ladder is being prepared: not twice."""
        self.begin.setEnabled(not waits)

    def show_progress(self, now: Progress | None, goes_on: bool, is_left: bool) -> None:
        """How far the ladder is that is shown; `goes_on`: it may be stopped, `is_left`: it may be gone on with."""
        is_there = now is not None and now.words is not None
        self.bar.setVisible(is_there)
        self.told.setVisible(is_there)
        self.told.setText(now.words or "" if now else "")
        self.bar.setValue(round(1000 * now.share) if now else 0)
        self.stop.setVisible(goes_on)
        self.go_on.setVisible(is_left)


def _promise(state: StudioState) -> str:
    """What a ladder is, and how long one takes."""
    words = tr("One text, {n} ways to guess its next character, each with one idea more.").format(n=len(RUNGS))
    found = [planning.predict(rung.model, rung.train, state.probes) for rung in RUNGS if rung.model and rung.train]
    seconds = [each.seconds for each in found if each]
    if len(seconds) == len(found):
        told = tr("Here it takes about {time}; the other pages stay usable.")
    else:  # the speed of this computer is not measured yet
        told, seconds = tr("On two cores it takes about {time}; the other pages stay usable."), [*WALL_S.values()]
    return f"{words} {told.format(time=messages.time_left(sum(seconds)))}"
