"""What the whole window agrees on: the chosen text, the model's settings, the open run, and what is going on.

Tabs read it, follow its signals and write the student's choices into it; what needs the worker they say as wishes
(signals of the tab), which the window hands to the front desk.
"""

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from gpt_studio.engine.config import DEFAULT_PRESET, PRESETS, ModelConfig, TokenizerConfig, TrainConfig
from gpt_studio.engine.events import Ended, Evaluated, Event, Kept, Probed, Ready, Revised, Sample, Started, StepDone
from gpt_studio.engine.experiments import series as experiments
from gpt_studio.engine.experiments.run_queue import Entry
from gpt_studio.engine.keeping.library import RunSummary
from gpt_studio.engine.requests import CorpusText, Subject
from gpt_studio.engine.run_record import RunRecord

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gpt_studio.engine.tokenizer import Tokenizer


class Phase(Enum):
    """What the training slot does."""

    IDLE = "idle"
    TRAINING = "training"
    PAUSED = "paused"


class Visit(Enum):
    """What the visitor slot does."""

    NONE = "none"
    WRITING = "writing"
    TESTING = "testing"
    LOOKING = "looking"
    MEASURING = "measuring"


class Series:
    """Numbers that grow by the report and are handed to a chart without copying."""

    def __init__(self) -> None:
        import numpy as np  # here: the window's first paint shows no curve, and need not wait for numpy

        self._values: NDArray[np.float64] = np.empty(256)
        self._length = 0

    def append(self, value: float) -> None:
        if self._length == len(self._values):
            import numpy as np

            self._values = np.concatenate([self._values, np.empty(len(self._values))])
        self._values[self._length] = value
        self._length += 1

    @property
    def values(self) -> "NDArray[np.float64]":
        """(n) a view; valid until the next append."""
        return self._values[: self._length]

    def __len__(self) -> int:
        return self._length


@dataclass
class Curve:
    """All that was measured of a run so far."""

    steps: Series = field(default_factory=Series)  # of the five below
    train_loss: Series = field(default_factory=Series)
    learning_rate: Series = field(default_factory=Series)
    grad_norm: Series = field(default_factory=Series)
    tokens_per_s: Series = field(default_factory=Series)
    elapsed: Series = field(default_factory=Series)  # seconds of training up to that step
    check_steps: Series = field(default_factory=Series)  # of the two below
    val_loss: Series = field(default_factory=Series)
    bits_per_char: Series = field(default_factory=Series)
    mean_train_loss: float | None = None  # of the batches since the last check
    seconds: float = 0.0

    def add(self, event: Event) -> None:
        if self._has(event):
            return
        if isinstance(event, StepDone):
            self.steps.append(event.step)
            self.train_loss.append(event.train_loss)
            self.learning_rate.append(event.learning_rate)
            self.grad_norm.append(event.grad_norm)
            self.tokens_per_s.append(event.tokens_per_s)
            self.elapsed.append(event.seconds)
            self.seconds = event.seconds
        elif isinstance(event, Evaluated):
            self.check_steps.append(event.step)
            self.val_loss.append(event.val_loss)
            self.bits_per_char.append(event.bits_per_char)
            if event.train_loss is not None:
                self.mean_train_loss = event.train_loss

    def _has(self, event: Event) -> bool:
        """Whether a figure is here already: after a resume the newest are read from the disk, and then told as well."""
        if not isinstance(event, StepDone | Evaluated):
            return False
        known = self.steps if isinstance(event, StepDone) else self.check_steps
        return len(known) > 0 and event.step <= known.values[-1]

    @property
    def step(self) -> int:
        return int(self.steps.values[-1]) if len(self.steps) else 0

    @property
    def best(self) -> tuple[int, float] | None:
        """Step and loss of the lowest check on held-back text."""
        if not len(self.val_loss):
            return None
        place = int(self.val_loss.values.argmin())
        return int(self.check_steps.values[place]), float(self.val_loss.values[place])


@dataclass
class OpenRun:
    """The run that the window shows, whether it trains or not."""

    path: Path
    record: RunRecord
    curve: Curve = field(default_factory=Curve)
    samples: list[Sample] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)  # steps whose weights can be had, ascending
    started: Started | None = None
    ended: Ended | None = None

    @property
    def name(self) -> str:
        return self.record.name

    @property
    def max_steps(self) -> int:
        return self.started.max_steps if self.started else self.record.train.max_steps

    def add(self, event: Event) -> None:
        """Take what the training job told of this run."""
        if isinstance(event, Started):
            self.started = event
        elif isinstance(event, Revised):
            self.started = replace(self.started, max_steps=event.max_steps) if self.started else None
        elif isinstance(event, Ended):
            self.ended = event
        elif isinstance(event, Sample):
            if not self.samples or event.step > self.samples[-1].step:
                self.samples.append(event)
        elif isinstance(event, Kept):
            self.kept = list(event.steps)
        else:
            self.curve.add(event)


class StudioState(QObject):
    """One object that all tabs are given.

    Signals (all but the last carry no data: read the attribute):
        ready_changed: The worker has loaded torch (`ready`), or could not (`broken`).
        phase_changed, visit_changed: What the two slots do (`phase`, `visit`).
        hardware_changed: `probes` or `recommended` are new.
        corpus_changed: Another text, or the text was edited (`corpus`, `tokenizer`).
        tokens_changed: The next run is to have other tokens (`tokens`, `vocab_size`).
        model_changed: `preset`, `model`, `train` or `model_created`.
        run_changed: Another run is open (`run`).
        steps_revised: `run` is to make another number of steps, for it keeps to a time (`run.max_steps`).
        curve_grown: `run.curve` has more points; at most 20 times a second.
        samples_changed: `run.samples` has more.
        kept_changed: `stops` are others, after `run.kept` or the phase.
        step_changed: The step that the whole window shows (`step`) is another.
        runs_changed: The library of runs is new (`runs`).
        queue_changed: The runs that wait are others, or are held (`queue`, `queue_held`, `queue_is_ours`).
        series_changed: What several runs together were made for (`series`).
        ticks_changed: A tab's step is done (`ticks`).
        step_seen: A step of the open run was looked at closely; carries a StepSeen.
    """

    ready_changed = Signal()
    phase_changed = Signal()
    visit_changed = Signal()
    hardware_changed = Signal()
    corpus_changed = Signal()
    tokens_changed = Signal()
    model_changed = Signal()
    run_changed = Signal()
    steps_revised = Signal()
    curve_grown = Signal()
    samples_changed = Signal()
    kept_changed = Signal()
    step_changed = Signal()
    runs_changed = Signal()
    queue_changed = Signal()
    series_changed = Signal()
    ticks_changed = Signal()
    step_seen = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.ready: Ready | None = None
        self.broken = False  # the worker could not load torch, so it never will be ready
        self.phase = Phase.IDLE
        self.visit = Visit.NONE
        self.probes: list[Probed] = []
        self.recommended: str | None = None  # the preset that the probe gave this machine
        self.corpus: CorpusText | None = None
        self.tokenizer: Tokenizer | None = None  # by characters, of the chosen text
        self.tokens = TokenizerConfig()  # what the next run is trained with
        self.preset: str | None = DEFAULT_PRESET  # None: the student's own mixture
        self.model: ModelConfig = PRESETS[DEFAULT_PRESET].model
        self.train: TrainConfig = PRESETS[DEFAULT_PRESET].train
        self.minutes: float | None = None  # that the next run is to take; its number of steps then follows the time
        self.model_created = False
        self.training: OpenRun | None = None  # the run in the training slot; another one may be open
        self.run: OpenRun | None = None
        self.step: int | None = None  # at which everything shows the model; None: now
        self.runs: list[RunSummary] = []
        self.queue: list[Entry] = []  # runs that wait, train or have ended, in order
        self.queue_held = False  # the next one waits for a word
        self.queue_is_ours = True  # no other window works on it just now
        self.series: list[experiments.Series] = []  # newest first
        self.ticks: set[str] = set()  # names of pages: "hardware" … "look", "experiments"

    @property
    def vocab_size(self) -> int:
        """Of the next run; with characters, of the chosen text, and until one is chosen, of a usual one."""
        characters = self.tokenizer.vocab_size if self.tokenizer else PRESETS[DEFAULT_PRESET].model.vocab_size
        return self.tokens.size or characters

    def set_ready(self, ready: Ready) -> None:
        self.ready = ready
        self.ready_changed.emit()

    def set_broken(self) -> None:
        self.broken = True
        self.ready_changed.emit()

    def set_phase(self, phase: Phase) -> None:
        if phase is not self.phase:
            self.phase = phase
            self.phase_changed.emit()
            self.kept_changed.emit()

    def set_visit(self, visit: Visit) -> None:
        if visit is not self.visit:
            self.visit = visit
            self.visit_changed.emit()

    def set_probes(self, probes: list[Probed], recommended: str | None) -> None:
        self.probes, self.recommended = probes, recommended
        self.hardware_changed.emit()

    def choose_corpus(self, corpus: CorpusText | None, tokenizer: "Tokenizer | None") -> None:
        """Take a text for training, with its characters as a tokenizer."""
        self.corpus, self.tokenizer = corpus, tokenizer
        self.corpus_changed.emit()

    def choose_tokens(self, tokens: TokenizerConfig) -> None:
        """Settle what a token is in the next run."""
        if tokens != self.tokens:
            self.tokens = tokens
            self.tokens_changed.emit()

    def choose_model(self, model: ModelConfig, preset: str | None, train: TrainConfig | None = None) -> None:
        """Take settings for the next model; `preset` is None when they are the student's own mixture."""
        self.model, self.preset = model, preset
        self._take_train(train or self.train)
        self.model_created = False
        self.model_changed.emit()

    def choose_plan(self, model: ModelConfig, preset: str | None, train: TrainConfig, minutes: float) -> None:
        """As `choose_model`, with the minutes that the run is to take, for as long as nobody asks for other steps."""
        self.train, self.minutes = train, minutes
        self.choose_model(model, preset)

    def choose_train(self, train: TrainConfig) -> None:
        self._take_train(train)
        self.model_changed.emit()

    def _take_train(self, train: TrainConfig) -> None:
        if train.max_steps != self.train.max_steps:  # a number of steps was asked for, so it is they that count
            self.minutes = None
        self.train = train

    def follow_run(self, record: RunRecord) -> None:
        """Take the settings of a run for the next one; what the machine decided then is left to it again."""
        train = replace(record.train, device="auto", precision="auto", threads=None, micro_batch=None)
        self.choose_tokens(record.tokenizer)
        self.choose_model(record.model, record.preset, train)
        self.create_model()

    def create_model(self) -> None:
        """The student has settled the model's form."""
        self.model_created = True
        self.tick("model")
        self.model_changed.emit()

    def open_run(self, run: OpenRun | None) -> None:
        """Show a run, as it is now; one that is shown already stays at its step."""
        is_another = (run.path if run else None) != (self.run.path if self.run else None)
        self.run, before = run, self.step
        if is_another:
            self.step = None
        if run is not None and len(run.curve.val_loss):
            self.tick("train")
        self.run_changed.emit()
        if self.step != before:
            self.step_changed.emit()
        self._leave_what_is_gone()

    @property
    def subject(self) -> Subject | None:
        """What the whole window looks at: the open run at the chosen step."""
        return Subject(run=self.run.path, step=self.step) if self.run else None

    @property
    def stops(self) -> list[int | None]:
        """The steps that can be chosen, now at the end; of a run at rest, the last step is now."""
        if self.run is None:
            return []
        last = self.run.curve.step if self.phase is Phase.IDLE else None
        return [*(step for step in self.run.kept if step != last), None]

    def choose_step(self, step: int | None) -> None:
        """Have the whole window show the model as it was at a step; None: as it is now."""
        if step != self.step and step in self.stops:
            self.step = step
            self.step_changed.emit()

    def set_kept(self, steps: list[int]) -> None:
        """The open run has the weights of these steps."""
        if self.run is not None and steps != self.run.kept:
            self.run.kept = steps
            self.kept_changed.emit()
            self._leave_what_is_gone()

    def _leave_what_is_gone(self) -> None:
        if self.step is not None and self.step not in self.stops:
            self.step = None
            self.step_changed.emit()

    def add_events(self, events: list[Event]) -> None:
        """Take what the training job told, oldest first."""
        if self.run is None:
            return
        before, kept = len(self.run.samples), self.run.kept
        for event in events:
            self.run.add(event)
            if isinstance(event, Evaluated):
                self.tick("train")
        if len(self.run.samples) != before:
            self.samples_changed.emit()
        if self.run.kept != kept:
            self.kept_changed.emit()
            self._leave_what_is_gone()
        if any(isinstance(event, Revised) for event in events):
            self.steps_revised.emit()
        self.curve_grown.emit()

    def set_runs(self, runs: list[RunSummary]) -> None:
        self.runs = runs
        self.runs_changed.emit()

    def set_queue(self, entries: list[Entry], held: bool, is_ours: bool) -> None:
        self.queue, self.queue_held, self.queue_is_ours = entries, held, is_ours
        self.queue_changed.emit()

    def set_series(self, series: list[experiments.Series]) -> None:
        self.series = series
        self.series_changed.emit()

    def tick(self, page: str) -> None:
        if page not in self.ticks:
            self.ticks.add(page)
            self.ticks_changed.emit()
