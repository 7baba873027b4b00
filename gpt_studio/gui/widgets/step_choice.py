"""The window's one chosen step, as a page shows and changes it: a few words, a slider, and where it stands."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gpt_studio.gui import theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.widgets.basics import Badge, button, text
from gpt_studio.gui.widgets.step_player import StepPlayer
from gpt_studio.gui.widgets.step_slider import StepSlider, stop_words


class StepChoice(QWidget):
    """Follows the state and writes the student's choice into it, so that all pages stand at the same step.

    Args:
        state: Its `step` is chosen here.
        name: Of the slider, as "write.step".
        words: What the step is for, before the slider.
        plays: Whether there is a button that plays the steps like a film.
    """

    def __init__(self, state: StudioState, name: str, words: str, plays: bool = False) -> None:
        super().__init__()
        self._state = state
        self.slider = StepSlider(name)
        self.words = words
        self.label = text(words, "body", "text2")
        self.label.setBuddy(self.slider)
        self.where = text("", "strong")
        self.best = Badge(tr("best"), "val", "diamond")
        self.best.setToolTip(tr("The lowest loss on held-back text"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        row.addWidget(self.label)
        row.addWidget(self.slider, 1)
        row.addWidget(self.where)
        row.addWidget(self.best, 0, Qt.AlignmentFlag.AlignVCenter)
        if plays:
            self.play = button(tr("Play"), icon="play", name=name.replace(".step", ".play"))
            self.player = StepPlayer(self.slider, self.play)
            row.addWidget(self.play)
        self._plays = plays
        self.slider.set_compact(True)
        self.slider.valueChanged.connect(lambda _: state.choose_step(self.slider.stop))
        state.kept_changed.connect(self._show_stops)
        state.step_changed.connect(self._show_step)
        state.run_changed.connect(self._show_stops)
        theme.notifier().changed.connect(self._show_step)
        self._show_stops()

    def set_brief(self, brief: bool) -> None:
        """With fewer words before the slider, which then are its tooltip."""
        self.label.setText(tr("at step") if brief else self.words)
        self._say_why()

    def _say_why(self) -> None:
        if self.slider.isEnabled():
            self.slider.setToolTip(self.words)

    def _show_stops(self) -> None:
        self.slider.set_stops(self._state.stops)
        if self._plays:
            self.play.setEnabled(self.slider.isEnabled())
            if not self.slider.isEnabled():
                self.player.stop()
        self._say_why()
        self._show_step()

    def _show_step(self) -> None:
        self.setMaximumWidth(theme.px(620))
        self.slider.go_to(self._state.step)
        self.where.setText(stop_words(self._state.step))
        widest = max((self.where.fontMetrics().horizontalAdvance(stop_words(s)) for s in self.slider.stops), default=0)
        self.where.setMinimumWidth(widest + 4)
        run = self._state.run
        best = run.curve.best if run else None
        self.best.setVisible(best is not None and self._state.step == best[0])
