"""The time machine of the Train tab: the timelapse at the window's step, forks from it, and the film."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from gpt_studio.engine.requests import Changes
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.train.fork_card import ForkCard
from gpt_studio.gui.parts.train.sample_film import SampleFilm
from gpt_studio.gui.parts.train.timelapse import Timelapse
from gpt_studio.gui.state import Phase, StudioState


class TimeMachine(QObject):
    """Keeps timelapse and form at the chosen step; the tab puts the two where it wants them.

    Signals:
        fork_asked: The open run is to branch off; carries the step (None: now) and the Changes.
        told: Tone and words of what came of a film.
    """

    fork_asked = Signal(object, object)
    told = Signal(str, str)

    def __init__(self, state: StudioState, parent: QWidget) -> None:
        super().__init__(parent)
        self._state = state
        self.timelapse, self.form, self.film = Timelapse(), ForkCard(), SampleFilm(parent)
        self.form.hide()
        self.timelapse.stop_chosen.connect(self._choose)
        self.timelapse.fork_asked.connect(self._offer_fork)
        self.timelapse.film_asked.connect(self._save_film)
        self.form.closed.connect(self._close_form)
        self.form.fork_asked.connect(self._fork)
        self.film.told.connect(self.told)
        state.samples_changed.connect(self.show_samples)
        state.kept_changed.connect(self.show_samples)
        state.step_changed.connect(self._go_to_step)

    def show_samples(self) -> None:
        state, run = self._state, self._state.run
        if run is None:
            self.timelapse.show_samples([])
            return
        now = run.curve.step if state.phase is Phase.IDLE else run.max_steps
        self.timelapse.show_samples(run.samples, run.kept, now)
        self._go_to_step()

    def _go_to_step(self) -> None:
        self.timelapse.go_to(self._state.step)
        self._show_fork()

    def _choose(self, stop: int | None) -> None:
        self._state.choose_step(stop)
        self._show_fork()

    def _show_fork(self) -> None:
        """Whether a fork can begin here, and why not."""
        stop, why_not = self.timelapse.slider.stop, ""
        if self._state.phase is not Phase.IDLE:
            why_not = tr("A run is in training. Stop it first.")
        elif stop not in self._state.stops:
            why_not = tr("Only the sample of this step is kept, not its model.")
        self.timelapse.set_fork(why_not)
        if why_not:
            self._close_form()
        elif self.form.isVisible():
            self._offer_fork()

    def _offer_fork(self) -> None:
        if self._state.run is not None:
            self.form.offer(self._state.run, self.timelapse.slider.stop, self._state.corpus)
            self.form.show()

    def _close_form(self) -> None:
        if self.form.isVisible():
            self.form.hide()
            self.timelapse.fork.setFocus()

    def _fork(self, step: int | None, changes: Changes) -> None:
        self._close_form()
        self.fork_asked.emit(step, changes)

    def _save_film(self) -> None:
        if self._state.run is not None:
            self.film.ask(self._state.run.name, self._state.run.samples)
