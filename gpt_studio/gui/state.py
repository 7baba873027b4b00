"""What the whole window agrees on: the chosen text, the model's settings, the open run, and what is going on.

Tabs read it, follow its signals and write the student's choices into it; what needs the worker they say as wishes
(signals of the tab), which the window hands to the front desk.
"""

from enum import Enum
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from gpt_studio.engine.config import DEFAULT_PRESET, PRESETS, ModelConfig, TokenizerConfig, TrainConfig
from gpt_studio.engine.events import Evaluated, Event, Probed, Ready, Revised
from gpt_studio.engine.experiments import series as experiments
from gpt_studio.engine.experiments.run_queue import Entry
from gpt_studio.engine.keeping.library import RunSummary
from gpt_studio.engine.requests import CorpusText, Subject
from gpt_studio.engine.run_record import RunRecord
from gpt_studio.gui.open_run import OpenRun

if TYPE_CHECKING:
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
