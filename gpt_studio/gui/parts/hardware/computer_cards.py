"""Four cards: processor, memory, graphics, measured speed."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from gpt_studio.engine import clock
from gpt_studio.engine.dial import LessonPlan
from gpt_studio.engine.events import Probed, Ready
from gpt_studio.engine.requests import ProbeRequest
from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.hardware.fact_card import FactCard, SpeedBar, SpeedBars, speed_words

if TYPE_CHECKING:
    from gpt_studio.engine.hardware import Hardware
    from gpt_studio.engine.machine.load import Load

PROBE_S = ProbeRequest().seconds


class ComputerCards(QWidget):
    """What this computer is and how fast it trains."""

    def __init__(self) -> None:
        super().__init__()
        self._processor = FactCard("chip", self.tr("Processor"))
        self._memory = FactCard("memory", self.tr("Memory"))
        self._graphics = FactCard("gpu", self.tr("Graphics"))
        self._speed = FactCard("gauge", self.tr("Measured speed"))
        self._bars = SpeedBars()
        self._speed.add(self._bars)
        self._timer = QTimer(self, interval=100)
        self._timer.timeout.connect(self._show_progress)
        self._began = 0.0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._fit()
        theme.notifier().changed.connect(self._fit)

    def arrange(self, columns: int) -> None:
        for place, card in enumerate(self.cards):
            self._grid.addWidget(card, *divmod(place, columns))
        for column in range(4):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)

    @property
    def cards(self) -> tuple[FactCard, FactCard, FactCard, FactCard]:
        return self._processor, self._memory, self._graphics, self._speed

    def show_computer(self, found: "Hardware | None", ready: Ready | None, plan: LessonPlan | None) -> None:
        """Tell what was found.

        Args:
            found: None while the system is being asked.
            ready: The worker's device, once it is known.
            plan: The dial's proposal, if there is one.
        """
        if found is None:
            for card in self.cards[:3]:
                card.tell(self.tr("Looking …"), "")
            return
        self._show_processor(found, ready)
        self._show_memory(found, plan)
        self._show_graphics(found, ready)

    def show_load(self, load: "Load | None") -> None:
        """How busy processor, memory and graphics card are while a model trains; None takes it away."""
        self._show_busy(self._processor, load.processor if load else None)
        self._show_busy(self._graphics, load.gpu if load else None)
        if load and load.memory is not None:
            self._memory.tell_figure(self.tr("{size} free").format(size=messages.size(load.memory_free)))
            self._memory.show_share(load.memory, self.tr("Memory in use"))

    def _show_busy(self, card: FactCard, share: float | None) -> None:
        card.show_share(
            share, self.tr("Busy"), messages.share(share, 0) + self.tr(" busy") if share is not None else ""
        )

    def show_speed(self, probes: list[Probed], measuring: bool) -> None:
        """Tell of what was measured, so far or at last: the fastest way, and the precisions side by side."""
        bars = _precision_bars(probes)
        if measuring:
            self._speed.tell(self.tr("Measuring, {n} s").format(n=f"{PROBE_S:.0f}"), self.tr("Real training steps."))
        elif bars:
            best = max(bars, key=lambda bar: bar.speed)
            self._speed.tell(
                f"{speed_words(best.speed)} GFLOP/s", self.tr("billion operations per second, in training")
            )
        else:
            self._speed.tell(self.tr("Not measured yet"), self.tr("Three seconds of real training steps will tell."))
        self._bars.show_bars(bars)
        self._run_bar(measuring)

    def _run_bar(self, measuring: bool) -> None:
        if measuring and not self._timer.isActive():
            self._began = clock.now()
            self._timer.start()
            self._show_progress()
        elif not measuring:
            self._timer.stop()
            self._speed.show_share(None)

    def _show_progress(self) -> None:
        self._speed.show_share(min(0.97, (clock.now() - self._began) / PROBE_S), self.tr("Measuring"))

    def _show_processor(self, found: "Hardware", ready: Ready | None) -> None:
        one = self.tr("1 core") if found.cores == 1 else self.tr("{n} cores").format(n=found.cores)
        threads = self.tr("1 thread") if found.threads == 1 else self.tr("{n} threads").format(n=found.threads)
        self._processor.tell(
            f"{one}, {threads}",
            "\n".join(
                part for part in (found.processor, ", ".join(found.instructions), self._threads(found, ready)) if part
            ),
        )

    def _threads(self, found: "Hardware", ready: Ready | None) -> str:
        if ready is None or ready.device != "cpu":
            return ""
        words = self.tr("1 thread will train") if ready.threads == 1 else self.tr("{n} threads will train")
        if ready.threads < found.threads:
            words += self.tr("; the rest keep the window quick")
        return words.format(n=ready.threads) + "."

    def _show_memory(self, found: "Hardware", plan: LessonPlan | None) -> None:
        if not found.memory_total:
            self._memory.tell(self.tr("Not known"), "")
            return
        words = self.tr("of {total}.").format(total=messages.size(found.memory_total))
        if plan:
            told = self.tr("Training the model below takes {needed}.")
            words += " " + told.format(needed=messages.size(plan.memory_bytes))
        if found.disk_free:
            words += "\n" + self.tr("Disk: {size} free for runs.").format(size=messages.size(found.disk_free))
        self._memory.tell(self.tr("{size} free").format(size=messages.size(found.memory_free)), words)
        self._memory.show_share(1 - found.memory_free / found.memory_total, self.tr("Memory in use"))

    def _show_graphics(self, found: "Hardware", ready: Ready | None) -> None:
        if not found.gpus:
            self._graphics.tell(
                self.tr("No GPU: that is fine"),
                self.tr("Every step of this course works on the processor. A GPU would only allow larger models."),
            )
        else:
            gpu = found.gpus[0]
            memory = self.tr("{free} of {total} free.").format(
                free=messages.size(gpu.memory_free), total=messages.size(gpu.memory_total)
            )
            if gpu.capability:
                told = self.tr("Compute capability {number}, driver {driver}.")
                memory += " " + told.format(number=gpu.capability, driver=gpu.driver or "?")
            if ready is not None and ready.device == "cpu":
                memory += " " + self.tr("The installed PyTorch cannot use it, so the processor trains.")
            elif ready is not None:
                memory += " " + self.tr("Training runs here; larger models are within reach.")
            self._graphics.tell(gpu.name, memory)

    def _fit(self) -> None:
        self._grid.setSpacing(theme.px(14))


def _precision_bars(probes: list[Probed]) -> list[SpeedBar]:
    """How fast the largest preset that was computed in several precisions is in each; with one alone, in that."""
    by_preset: dict[str, dict[str, float]] = {}
    for probe in probes:
        if probe.preset != "bigram":  # it multiplies no matrices, so it has no such speed
            speeds = by_preset.setdefault(probe.preset, {})
            speeds[probe.precision] = max(speeds.get(probe.precision, 0.0), probe.flops_per_s / 1e9)
    if not by_preset:
        return []
    told = [speeds for speeds in by_preset.values() if len(speeds) > 1] or [*by_preset.values()]
    best = max(told[-1].values())
    return [SpeedBar(name, speed, counts=speed == best) for name, speed in sorted(told[-1].items(), reverse=True)]
