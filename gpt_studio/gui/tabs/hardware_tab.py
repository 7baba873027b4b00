"""Step 1: what this computer is, how fast it trains, and which model suits it."""

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from gpt_studio.engine import clock, dial, planning
from gpt_studio.engine.course.expectation import TextFacts
from gpt_studio.engine.dial import LessonPlan
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Ending, Event, Probed
from gpt_studio.gui import icons, messages, theme
from gpt_studio.gui.background import Background
from gpt_studio.gui.parts.hardware import errands
from gpt_studio.gui.parts.hardware.computer_cards import ComputerCards
from gpt_studio.gui.parts.hardware.lesson_dial import LessonDial
from gpt_studio.gui.parts.hardware.load_watch import LoadWatch
from gpt_studio.gui.parts.hardware.plan_card import PlanCard
from gpt_studio.gui.parts.hardware.preset_table import PresetTable
from gpt_studio.gui.state import Phase, StudioState, Visit
from gpt_studio.gui.widgets.basics import Card, MessageBar, Page, PageHeader, button

if TYPE_CHECKING:
    from gpt_studio.engine.hardware import Hardware
    from gpt_studio.engine.machine.measured import Measured

NARROW = 960  # page width below which the cards stand two by two
LOW = 760  # page height below which the card's foot would be out of sight


class HardwareTab(Page):
    """The computer in four cards, the lesson's length, the model that suits both, and all presets with their time here.

    Signals:
        measure_asked, stop_asked: Measure was pressed, and pressed again before the end.
        use_asked: A preset is to be used; carries its id.
        plan_asked: What the dial proposes is to be used; carries the LessonPlan.
    """

    measure_asked = Signal()
    stop_asked = Signal()
    use_asked = Signal(str)
    plan_asked = Signal(object)

    def __init__(self, state: StudioState, found: "Hardware | None" = None, parent: QWidget | None = None) -> None:
        super().__init__("hardware", parent)
        self._state, self._found = state, found
        self._probes: list[Probed] = []  # of the measurement going on
        self._measured_at: datetime | None = None
        self._plan: LessonPlan | None = None
        self._shows_plan = True  # False: the card tells of the preset whose row the student has chosen
        self._wide: bool | None = None
        self._is_stale = False  # whether something changed for the plans while nobody saw them
        self._background = Background(self)
        self._header = PageHeader(self.tr("What can this computer do?"))
        self._measure = button(self.tr("Measure"), "plain", "refresh", "hardware.measure")
        self._problem = MessageBar("hardware.problem")
        self._driver = MessageBar("hardware.driver")
        self._cards, self._dial = ComputerCards(), LessonDial()
        self._card, self._table = PlanCard(), PresetTable()
        self._load = LoadWatch(self)
        self._lay_out()
        self._connect()
        self._show_all()

    def _lay_out(self) -> None:
        self._header.add(self._measure)
        self._plans = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        framed = Card()
        framed.body.addWidget(self._table, 1)
        self._plans.addWidget(self._card)
        self._plans.addWidget(framed, 1)
        self.content.addWidget(self._header)
        self.content.addWidget(self._problem)
        self.content.addWidget(self._driver)
        self.content.addWidget(self._cards)
        self.content.addWidget(self._dial)
        self.content.addLayout(self._plans, 1)
        self._arrange()
        QWidget.setTabOrder(self._measure, self._dial.slider)
        QWidget.setTabOrder(self._dial.slider, self._card)
        QWidget.setTabOrder(self._card, self._table)

    def _connect(self) -> None:
        state = self._state
        self._measure.clicked.connect(self._measure_or_stop)
        self._dial.turned.connect(self._turn)
        self._card.use_asked.connect(self._use)
        self._card.back_asked.connect(self._turn)
        self._table.preset_chosen.connect(self._choose_row)
        self._table.use_asked.connect(self._use_chosen)
        state.ready_changed.connect(self._show_computer)
        state.visit_changed.connect(self._show_visit)
        state.phase_changed.connect(self._show_button)
        state.hardware_changed.connect(self._show_measured)
        state.corpus_changed.connect(self._show_plans_if_seen)
        state.tokens_changed.connect(self._show_plans_if_seen)
        state.phase_changed.connect(self._follow_load)
        self._load.told.connect(self._cards.show_load)
        theme.notifier().changed.connect(self._arrange)

    # What the window tells

    def tell_of_driver(self, problem: StudioError | None) -> None:
        """A card that could train, but for its driver."""
        if problem is not None:
            self._driver.tell("warn", messages.sentence(problem.code, problem.values))

    def receive(self, events: list[Event]) -> None:
        """Take what the probe measured."""
        self._probes += [event for event in events if isinstance(event, Probed)]
        self._show_speed()

    def visit_ended(self, ending: Ending) -> None:
        """The probe is over. What it measured is used, even where it was stopped before its end."""
        probes, self._probes = self._probes, []
        if planning.can_predict(probes):
            self._take_probes(probes, clock.today())
            if ending.kind == "done" and self._found:
                found = self._found
                self._background.run("keep", lambda: errands.keep(found, probes))
        if ending.kind == "failed":
            self._problem.tell("bad", messages.sentence(ending.code, ending.values or {}))
        else:
            self._problem.clear()
        self._show_all()

    # Asking

    def look(self) -> None:
        """Ask the system in the background: a sleeping graphics driver takes a second to answer.

        Not done by itself, because this is the first page, and the asking would hold up its first paint.
        """
        self._background.run("hardware", errands.read_hardware, self._take)
        self._background.run("driver", errands.driver_problem, self.tell_of_driver)

    def _take(self, told: "tuple[Hardware, Measured | None]") -> None:
        self._found, kept = told
        if kept and not self._state.probes and self._state.visit is not Visit.MEASURING:
            self._take_probes(kept.probes, datetime.fromisoformat(kept.at))
        self._show_all()

    def _take_probes(self, probes: list[Probed], at: datetime) -> None:
        self._measured_at = at.astimezone()
        recommended = dial.recommend(probes, self._dial.minutes, self._text, self._memory_free)
        self._state.set_probes(probes, recommended)
        self._state.tick("hardware")

    def _measure_or_stop(self) -> None:
        measuring = self._state.visit is Visit.MEASURING
        (self.stop_asked if measuring else self.measure_asked).emit()

    def _use_chosen(self) -> None:
        if self._table.chosen:
            self.use_asked.emit(self._table.chosen.preset)

    def _use(self, chosen: LessonPlan | str) -> None:
        if isinstance(chosen, str):
            self.use_asked.emit(chosen)
        else:
            self.plan_asked.emit(chosen)

    def _turn(self) -> None:
        """Another length, or back to what is proposed for it."""
        self._shows_plan = True
        self._show_plans()

    def _choose_row(self, _preset: str) -> None:
        self._shows_plan = False
        self._show_card()

    @property
    def _trains_on_gpu(self) -> bool:
        return self._state.ready is not None and self._state.ready.device != "cpu"

    @property
    def _memory_free(self) -> int | None:
        return self._found.free_to_train(self._trains_on_gpu) if self._found else None

    @property
    def _text(self) -> TextFacts:
        """What the forecast must know of the chosen text; a usual one before one is chosen."""
        corpus = self._state.corpus
        if corpus is None:
            return TextFacts(vocab_size=self._state.vocab_size)
        return TextFacts.of(corpus.id, len(corpus.text), self._state.vocab_size)

    # Showing

    def _show_all(self) -> None:
        self._show_measured()
        self._show_visit()

    def _show_computer(self) -> None:
        self._cards.show_computer(self._found, self._state.ready, self._plan)
        ready = self._state.ready
        if ready is not None and ready.passed_over and not self._driver.words:
            words = messages.sentence("device.passed_over", {"reason": ready.passed_over})
            self._driver.tell("warn", words)

    def _show_measured(self) -> None:
        self._show_speed()
        self._show_plans()
        self._show_subtitle()
        self._show_button()

    def _show_speed(self) -> None:
        measuring = self._state.visit is Visit.MEASURING
        self._cards.show_speed(self._probes if measuring else self._state.probes, measuring)

    def _show_visit(self) -> None:
        self._show_speed()
        self._show_subtitle()
        self._show_button()

    def _show_subtitle(self) -> None:
        if self._state.visit is Visit.MEASURING:
            words = self.tr("Measuring now, with the same steps that training takes.")
        elif not self._state.probes:
            words = self.tr("Nothing has been measured yet.")
        else:
            words = self.tr("Measured {when} with three seconds of real training steps.").format(
                when=_when(self._measured_at)
            )
        self._header.set_subtitle(words)

    def _show_button(self) -> None:
        measuring, training = self._state.visit is Visit.MEASURING, self._state.phase is Phase.TRAINING
        again = self.tr("Measure again") if self._state.probes else self.tr("Measure")
        self._measure.setText(self.tr("Stop measuring") if measuring else again)
        icons.set_icon(self._measure, "stop" if measuring else "refresh", "text")
        self._measure.setAccessibleName(self._measure.text())
        self._measure.setEnabled(measuring or not training)
        why = self.tr("Not while a model trains: both would be slower.") if training and not measuring else ""
        self._measure.setToolTip(why or self.tr("Time three seconds of real training steps."))
        self._measure.setStatusTip(why)

    def _show_plans_if_seen(self) -> None:
        """A text may change with every letter that is typed, and the search takes some 30 ms."""
        self._is_stale = not self.isVisible()
        if not self._is_stale:
            self._show_plans()

    def _show_plans(self) -> None:
        state, minutes, text, free = self._state, self._dial.minutes, self._text, self._memory_free
        self._plan = dial.choose(state.probes, minutes, text, free)
        chosen = self._table.chosen
        self._table.show_plans(dial.presets(state.probes, minutes, text, free, self._trains_on_gpu), free, minutes)
        if chosen is None or self._shows_plan:
            self._table.choose(dial.recommend(state.probes, minutes, text, free))
        self._show_card()
        self._show_computer()

    def _show_card(self) -> None:
        if self._plan and self._shows_plan:
            self._card.show_lesson(self._plan, self._dial.minutes)
        elif self._table.chosen:
            recommended = self._state.recommended
            self._card.show_preset(self._table.chosen, recommended, self._memory_free, self._dial.minutes)

    def _follow_load(self) -> None:
        """While a model trains and somebody looks."""
        self._load.follow(self._state.phase is Phase.TRAINING and self.isVisible())

    # Room

    def _arrange(self) -> None:
        """Four cards in a row and the plans side by side; or two by two, and one above the other."""
        wide, low = self.width() >= theme.px(NARROW), self.height() < theme.px(LOW)
        width = theme.px(356 if self.width() >= theme.px(1080) else 312)
        self._card.arrange(width if wide else None, low or not wide)
        self._plans.setSpacing(theme.px(14))
        if wide == self._wide:
            return
        self._wide = wide
        self._dial.arrange(wide)
        self._cards.arrange(columns=4 if wide else 2)
        direction = QBoxLayout.Direction
        self._plans.setDirection(direction.LeftToRight if wide else direction.TopToBottom)

    # Qt's own

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self._show_plans_if_seen()
        self._follow_load()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._follow_load()


def _when(at: datetime | None) -> str:
    """As "at 14:05", or on another day "on 12 May"."""
    if at is None:
        return ""
    if at.date() == clock.today().astimezone().date():
        return messages.tr("at {time}").format(time=f"{at:%H:%M}")
    return messages.tr("on {day}").format(day=f"{at.day} {at:%B}")
