"""`gpt-studio train`: a new run or a resumed one, with a progress bar or with JSON lines. Ctrl-C saves and stops."""

import argparse
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

import msgspec
from msgspec.structs import replace

from gpt_studio.cli import plan
from gpt_studio.cli.follow import follow
from gpt_studio.cli.settings import with_changes
from gpt_studio.cli.words import diagnosis, duration, sentence
from gpt_studio.engine import clock, corpus, dial, doctor, hardware, runs
from gpt_studio.engine.config import (
    DEFAULT_PRESET,
    PRESETS,
    ModelConfig,
    Preset,
    TokenizerConfig,
    TokenizerKind,
    TrainConfig,
    with_optimizer,
)
from gpt_studio.engine.course import pace
from gpt_studio.engine.errors import RunError, StudioError
from gpt_studio.engine.events import (
    Ended,
    EndingKind,
    Evaluated,
    Event,
    Kept,
    Noticed,
    Revised,
    Saved,
    Started,
    StepDone,
)
from gpt_studio.engine.keeping import library, references
from gpt_studio.engine.requests import CorpusText, ResumeRequest, TrainRequest

_FORM = ("n_layer", "n_head", "n_embd", "block_size")
_FOR_RESUME = {"resume", "steps", "json", "command"}


def train(options: argparse.Namespace) -> int:
    """Train; gives 0 when the run is done or was stopped by Ctrl-C, 1 when it failed."""
    request = _resume_request(options) if options.resume else _train_request(options)
    show = _show_json if options.json else _Bar().show
    from gpt_studio.engine import device, training  # noqa: F401  loads torch: until then Ctrl-C ends the program at once

    if (options.device or "auto") == "auto" and (problem := device.passed_over()):
        print(f"gpt-studio: {sentence(problem)}", file=sys.stderr)
    with ctrl_c() as interrupts:
        try:
            return run(request, show, interrupts)
        except RunError as error:
            if error.code != "run.in_use" or not isinstance(request, ResumeRequest) or options.steps:
                raise
            return follow(request.run, show, lambda: interrupts.asked)


def _resume_request(options: argparse.Namespace) -> ResumeRequest:
    odd = sorted(name for name, value in vars(options).items() if name not in _FOR_RESUME and value is not None)
    if odd:
        name = "a text" if odd[0] == "corpus" else f"--{odd[0].replace('_', '-')}"
        raise StudioError(
            "cli.setting", reason=f"--resume goes on with the run's own settings, so {name} cannot be given."
        )
    with_changes(TrainConfig(), max_steps=options.steps)  # within the limits
    return ResumeRequest(run=library.find(options.resume), max_steps=options.steps)


def _train_request(options: argparse.Namespace) -> TrainRequest:
    if options.corpus is None:
        raise StudioError("cli.setting", reason="name a text to train on, or a run to go on with (--resume RUN).")
    text = corpus.load_any(options.corpus)
    start = _planned(options, text) if options.minutes is not None else PRESETS[options.preset or DEFAULT_PRESET]
    model = _form(start.model, options)
    usual = with_optimizer(start.train, model, options.optimizer or start.train.optimizer)
    settings = with_changes(
        usual,
        max_steps=options.steps,
        batch_size=options.batch_size,
        learning_rate=options.learning_rate,
        eval_every=options.eval_every,
        early_stop=options.early_stop,
        seed=options.seed,
        device=options.device,
        precision=options.precision,
        threads=options.threads,
    )
    tokenizer = _tokenizer(options)
    name = library.suggest_name(text, model)
    folder = Path(options.run).expanduser().absolute() if options.run else library.new_folder_for(name)
    return TrainRequest(
        corpus=text,
        model=model,
        train=settings,
        run=folder,
        name=folder.name if options.run else name,
        preset=start.id or None,
        tokenizer=tokenizer,
        minutes=start.minutes,
    )


def _tokenizer(options: argparse.Namespace) -> TokenizerConfig:
    size = options.vocab_size
    kind: TokenizerKind = options.tokenizer or "char"
    if size is not None and kind != "bpe":
        reason = "the 256 bytes are the vocabulary" if kind == "byte" else "the text's characters are the vocabulary"
        raise StudioError("cli.setting", reason=f"--vocab-size is for --tokenizer bpe; of {kind}, {reason}.")
    return with_changes(TokenizerConfig(kind=kind), vocab_size=size)


def _form(model: ModelConfig, options: argparse.Namespace) -> ModelConfig:
    return with_changes(
        model,
        n_layer=options.n_layer,
        n_head=options.n_head,
        n_embd=options.n_embd,
        block_size=options.block_size,
        dropout=options.dropout,
        without=options.without and tuple(options.without),
    )


def _planned(options: argparse.Namespace, text: CorpusText) -> Preset:
    """Where the settings start from when the minutes are given: the dial's choice, or where the form is given, that
    with as many steps as fit.
    """
    plan.check_minutes(options.minutes)
    found, facts, tokenizer = hardware.read(), plan.facts_of(text), _tokenizer(options)
    facts = facts._replace(vocab_size=tokenizer.size or facts.vocab_size)
    probes = plan.figures_of(found)
    chosen = plan.for_minutes(options.minutes, facts, found, probes)
    if options.preset is None and all(getattr(options, name) is None for name in _FORM):
        return Preset(id=chosen.preset or "", model=chosen.model, train=chosen.train, minutes=chosen.minutes)
    preset = PRESETS[options.preset or DEFAULT_PRESET]
    model = replace(_form(preset.model, options), vocab_size=facts.vocab_size)
    train = with_changes(preset.train, batch_size=options.batch_size)
    return replace(preset, train=dial.filling(model, train, probes, options.minutes, facts), minutes=options.minutes)


class _Interrupts:
    """Whether Ctrl-C was pressed; training looks at every place where it can stop."""

    asked = False

    def __call__(self, signal_number: int, frame: FrameType | None) -> None:
        self.asked = True


@contextmanager
def ctrl_c() -> Iterator[_Interrupts]:
    asked = _Interrupts()
    names = [signal.SIGINT, signal.SIGTERM]
    before = [signal.signal(name, asked) for name in names]
    try:
        yield asked
    finally:
        for name, handler in zip(names, before, strict=True):
            signal.signal(name, handler)


def run(request: TrainRequest | ResumeRequest, show: Callable[[Event], None], interrupts: _Interrupts) -> int:
    from gpt_studio.engine import training
    from gpt_studio.engine.workshop import Workshop

    workshop, began, ended = Workshop(), clock.now(), False
    job = training.train(workshop, request) if isinstance(request, TrainRequest) else training.resume(workshop, request)
    try:
        for report in job:
            for event in report or ():
                show(event)
                ended = isinstance(event, Ended)
            if interrupts.asked and not ended:
                job.close()  # type: ignore[attr-defined]
                break
    except StudioError as error:
        if workshop.run is not None:  # the run had begun: tell how it ended, too
            with suppress(StudioError):  # its folder may be the very thing that is gone
                show(_ended(workshop.run, "failed", sentence(error), began))
        raise
    if ended:
        return 0
    if workshop.run is None:
        raise KeyboardInterrupt  # nothing had begun
    saved = list(runs.step_folders(workshop.run / "checkpoints").items())
    if saved:
        show(Saved(step=saved[-1][0], path=str(saved[-1][1])))
    show(_ended(workshop.run, "stopped", "stopped and saved; --resume goes on with it.", began))
    return 0


def _ended(run: Path, ending: EndingKind, message: str, began: float) -> Ended:
    progress = runs.read_record(run).progress
    return Ended(
        ending=ending,
        step=progress.step,
        seconds=progress.seconds,
        val_loss=progress.val_loss,
        message=message,
        wall_seconds=clock.now() - began,
    )


def _show_json(event: Event) -> None:
    if isinstance(event, Kept):
        return  # the folder tells it
    sys.stdout.write(msgspec.json.encode(event).decode() + "\n")
    sys.stdout.flush()


class _Bar:
    """For people: a line on standard error that moves, and the results on standard output."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._started: Started | None = None
        self._val_loss: float | None = None
        self._recent: deque[tuple[float, float]] = deque(maxlen=pace.LAST_STEPS + 1)

    def show(self, event: Event) -> None:
        if isinstance(event, Started):
            self._started = event
            self._say(
                f"{event.run}: {event.parameters:,} parameters on {event.device} ({event.precision}), "
                f"{event.train_tokens:,} tokens to learn from, {event.val_tokens:,} held back"
            )
        elif isinstance(event, StepDone):
            self._move(event)
        elif isinstance(event, Evaluated):
            self._val_loss = event.val_loss
            training = "" if event.train_loss is None else f"training {event.train_loss:.4f}, "
            self._say(f"step {event.step:,}: {training}held back {event.val_loss:.4f}")
        elif isinstance(event, Revised) and self._started:
            self._started = replace(self._started, max_steps=event.max_steps)
        elif isinstance(event, Noticed):
            self._say(sentence(StudioError(event.code, **event.values)))
        elif isinstance(event, Ended):
            self._end(event)

    def _move(self, event: StepDone) -> None:
        if not (self._live and self._started):
            return
        total = self._started.max_steps
        filled = round(24 * event.step / total)
        self._recent.append((event.step, event.seconds))
        left = pace.seconds_left([*self._recent], total, self._started.step)
        words = f"[{'#' * filled}{'.' * (24 - filled)}] {event.step:,} / {total:,}  loss {event.train_loss:.3f}  "
        told = f"{duration(left)} left" if left is not None else ""
        sys.stderr.write(f"\r\x1b[K{words}{event.tokens_per_s:,.0f} tokens/s  {told}")
        sys.stderr.flush()

    def _say(self, words: str) -> None:
        sys.stderr.write(("\r\x1b[K" if self._live else "") + words + "\n")
        sys.stderr.flush()

    def _end(self, event: Ended) -> None:
        if event.ending == "failed":
            return  # the error's own sentence follows
        run = self._started.run if self._started else ""
        loss = "" if event.val_loss is None else f", held-back loss {event.val_loss:.4f}"
        self._say("")
        print(f"{event.ending} at step {event.step:,} after {duration(event.seconds)}{loss}")
        if event.message == "early_stop":
            print("the last checks brought nothing better, so the run has ended; the best model is kept")
        print(f"run: {run}")
        if run and (found := _diagnosis(Path(run))):
            print(f"note: {found}")
        if event.ending == "done" and run:
            samples = runs.read_samples(Path(run))
            if samples:
                print(f"\n{samples[-1].text}")


def _diagnosis(run: Path) -> str:
    """What the doctor found, in one line; empty where nothing is wrong, or nothing can be read."""
    with suppress(StudioError):
        known = references.of_run(run)
        return diagnosis(doctor.of_run(runs.read_record(run), runs.read_metrics(run), known))
    return ""
