"""Step 1: what this computer is, how fast it trains, and which model suits it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from gpt_studio.engine import clock, dial, planning
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Ending, Event, Probed
from gpt_studio.gui import messages, theme
from gpt_studio.gui.background import Background
from gpt_studio.gui.parts.hardware.computer_cards import ComputerCards
from gpt_studio.gui.parts.hardware.preset_card import PresetCard
from gpt_studio.gui.parts.hardware.preset_table import PresetTable
from gpt_studio.gui.state import Phase, StudioState, Visit
from gpt_studio.gui.widgets.basics import Card, MessageBar, Page, PageHeader, button

if TYPE_CHECKING:
    from gpt_studio.engine.hardware import Hardware

NARROW = 900  # page width below which the cards stand two by two
LOW = 690  # page height below which the card's foot would be out of sight


class HardwareTab(Page):
    """The computer in four cards, a recommended model, and all presets with their time here.

    Signals:
        measure_asked: Measure was pressed.
        use_asked: A preset is to be used; carries its id.
    """

    measure_asked = Signal()
    use_asked = Signal(str)

    def __init__(self, state: StudioState, found: "Hardware | None" = None, parent: QWidget | None = None) -> None:
        super().__init__("hardware", parent)
        self._state, self._found = state, found
        self._probes: list[Probed] = []  # of the measurement going on
        self._measured_at = ""
        self._wide: bool | None = None
        self._background = Background(self)
        self._header = PageHeader(self.tr("What can this computer do?"))
        self._measure = button(self.tr("Measure"), "plain", "refresh", "hardware.measure")
        self._problem = MessageBar("hardware.problem")
        self._driver = MessageBar("hardware.driver")
        self._cards = ComputerCards()
        self._card, self._table = PresetCard(), PresetTable()
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
        self.content.addLayout(self._plans, 1)
        self._arrange()
        QWidget.setTabOrder(self._measure, self._card)
        QWidget.setTabOrder(self._card, self._table)

    def _connect(self) -> None:
        state = self._state
        self._measure.clicked.connect(self.measure_asked)
        self._card.use_asked.connect(self._use)
        self._table.preset_chosen.connect(lambda _preset: self._show_card())
        self._table.use_asked.connect(self._use_chosen)
        state.ready_changed.connect(self._show_computer)
        state.visit_changed.connect(self._show_visit)
        state.phase_changed.connect(self._show_button)
        state.hardware_changed.connect(self._show_measured)
        state.corpus_changed.connect(self._show_plans)
        theme.notifier().changed.connect(self._arrange)

    # What the window tells

    def tell_of_driver(self, problem: StudioError | None) -> None:
        """A card that could train, but for its driver."""
        if problem is not None:
            self._driver.tell("warn", messages.sentence(problem.code, problem.values))

    def receive(self, events: list[Event]) -> None:
        """Take what the probe measured; a preset that is told again counts anew."""
        for event in events:
            if isinstance(event, Probed):
                self._probes = [known for known in self._probes if known.preset != event.preset] + [event]
        self._show_speed()

    def visit_ended(self, ending: Ending) -> None:
        """The probe is over. What it measured is used, even where it was stopped before its end."""
        probes, self._probes = self._probes, []
        if planning.can_predict(probes):
            self._measured_at = clock.today().astimezone().strftime("%H:%M")
            self._state.set_probes(probes, self._recommended(probes))
            self._state.tick("hardware")
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
        self._background.run("hardware", _read_hardware, self._take)
        self._background.run("driver", _driver_problem, self.tell_of_driver)

    def _take(self, found: "Hardware") -> None:
        self._found = found
        self._show_all()

    def _use_chosen(self) -> None:
        if self._table.chosen:
            self._use(self._table.chosen.preset)

    def _use(self, preset: str) -> None:
        self.use_asked.emit(preset)

    @property
    def _trains_on_gpu(self) -> bool:
        return self._state.ready is not None and self._state.ready.device != "cpu"

    @property
    def _memory_free(self) -> int | None:
        """Bytes that training may fill, where that is known: of the GPU if it trains there."""
        if self._found is None:
            return None
        if self._trains_on_gpu and self._found.gpus:
            return self._found.gpus[0].memory_free or None
        return self._found.memory_free or None

    def _recommended(self, probes: list[Probed]) -> str:
        return dial.recommend(probes, memory_free=self._memory_free)

    # Showing

    def _show_all(self) -> None:
        self._show_measured()
        self._show_visit()

    def _show_computer(self) -> None:
        self._cards.show_computer(self._found, self._state.ready, self._plan_of(self._state.recommended))

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
        elif self._measured_at:
            words = self.tr("Measured at {time}, with two seconds of real training steps.").format(
                time=self._measured_at
            )
        else:
            words = self.tr("Measured with two seconds of real training steps.")
        self._header.set_subtitle(words)

    def _show_button(self) -> None:
        measuring, training = self._state.visit is Visit.MEASURING, self._state.phase is Phase.TRAINING
        self._measure.setText(self.tr("Measure again") if self._state.probes else self.tr("Measure"))
        self._measure.setAccessibleName(self._measure.text())
        self._measure.setEnabled(not measuring and not training)
        why = self.tr("Not while a model trains: both would be slower.") if training else ""
        self._measure.setToolTip(why or self.tr("Time two seconds of real training steps."))
        self._measure.setStatusTip(why)

    def _show_plans(self) -> None:
        plans = dial.presets(
            self._state.probes,
            memory_free=self._memory_free,
            has_gpu=self._trains_on_gpu,
        )
        chosen = self._table.chosen
        self._table.show_plans(plans, self._memory_free)
        if chosen is None or self.sender() is self._state:
            self._table.choose(self._state.recommended or dial.recommend([]))
        self._show_card()
        self._show_computer()

    def _show_card(self) -> None:
        if self._table.chosen:
            self._card.show_plan(self._table.chosen, self._state.recommended, self._memory_free)

    def _plan_of(self, preset: str | None) -> dial.PresetPlan | None:
        return next((plan for plan in self._table.plans if plan.preset == preset), None)

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
        self._cards.arrange(columns=4 if wide else 2)
        direction = QBoxLayout.Direction
        self._plans.setDirection(direction.LeftToRight if wide else direction.TopToBottom)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()


def _read_hardware() -> "Hardware":
    from gpt_studio.engine import hardware  # here, in the background: it loads psutil and NVIDIA's library

    return hardware.read()


def _driver_problem() -> StudioError | None:
    from gpt_studio.engine import driver  # here, in the background: it looks for torch and reads its files

    return driver.problem()
