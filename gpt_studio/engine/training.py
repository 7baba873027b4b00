"""Training: the job that makes a model from a text, or goes on with one."""

from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass

import torch
from msgspec.structs import replace

from gpt_studio.engine import checkpoint, clock, corpus, device, files, run_record, runs
from gpt_studio.engine.arrays import Ints
from gpt_studio.engine.config import TokenizerConfig, TrainConfig
from gpt_studio.engine.errors import CorpusError, RunError, StudioError
from gpt_studio.engine.inside import slow_motion
from gpt_studio.engine.keeping.keeper import Keeper
from gpt_studio.engine.keeping.ledger import Ledger
from gpt_studio.engine.machine import tuning
from gpt_studio.engine.requests import ResumeRequest, TrainRequest
from gpt_studio.engine.tokenizer import Tokenizer, drained
from gpt_studio.engine.tokens.byte_pair_learning import learning
from gpt_studio.engine.workbench import Workbench
from gpt_studio.engine.workshop import Report, Workshop


@dataclass(frozen=True)
class Parts:
    """A text, split and encoded."""

    tokenizer: Tokenizer
    train: Ints
    held_back: Ints

    @property
    def record(self) -> run_record.TokensRecord:
        """At least two tokens are held back."""
        characters = self.tokenizer.characters_after_first(self.held_back)
        return run_record.TokensRecord(
            train=len(self.train),
            held_back=len(self.held_back),
            characters_per_token=characters / (len(self.held_back) - 1),
        )


def prepare(text: str, config: TokenizerConfig | None = None) -> Parts:
    """Split the text at character int(0.9 n) and encode the two parts apart.

    The character vocabulary is the whole text's; byte pairs are learnt on the training part.
    """
    return drained(_preparing(text, config or TokenizerConfig()))


def _preparing(text: str, config: TokenizerConfig) -> Generator[None, None, Parts]:
    tokenizer: Tokenizer
    if config.kind == "char":
        tokenizer = Tokenizer.characters(text)
    elif config.kind == "byte":
        tokenizer = Tokenizer.of_bytes()
    else:
        tokenizer = yield from learning(corpus.split(text)[0], config.vocab_size)
    return (yield from _encoding(tokenizer, text))


def _encoding(tokenizer: Tokenizer, text: str) -> Generator[None, None, Parts]:
    train, held_back = corpus.split(text)
    return Parts(tokenizer, (yield from tokenizer.encoding(train)), (yield from tokenizer.encoding(held_back)))


def refuse_few_tokens(train: int, held_back: int, block_size: int) -> None:
    """Refuse a text that has characters enough, but that long tokens make too short."""
    if train <= block_size or held_back < 2:
        raise CorpusError("corpus.few_tokens", train=train, block_size=block_size)


def train(workshop: Workshop, request: TrainRequest) -> Iterator[Report]:
    """Make a new run and train it. Tells Started, StepDone, Evaluated, Sample, Saved and, when all is done, Ended; of a
    run that has a time to keep, Revised as well.

    Closing the generator stops at the last whole step and saves.

    Raises:
        CorpusError: The text is too short for the context.
        StudioError: `tokenizer.too_many`: the text is too small for so many byte pairs.
        RunError: The folder holds something already.
        StudioError: `training.diverged` or `training.exploded`, after the model has been put back to its last good
            state; `device.memory`; `device.lost`.
    """
    text = request.corpus.text
    corpus.check(text, request.model.block_size)
    parts = yield from _preparing(text, request.tokenizer)
    refuse_few_tokens(len(parts.train), len(parts.held_back), request.model.block_size)
    model = replace(request.model, vocab_size=parts.tokenizer.vocab_size)
    yield None
    config = yield from tuning.settle(model, request.train)
    yield None
    facts = run_record.CorpusRecord(
        id=request.corpus.id,
        title=request.corpus.title,
        sha256=files.sha256(text.encode("utf-8")),
        characters=len(text),
    )
    record = run_record.RunRecord(
        name=request.name,
        created=clock.today().isoformat(timespec="milliseconds"),
        model=model,
        train=config,
        corpus=facts,
        tokenizer=request.tokenizer,
        tokens=parts.record,
        preset=request.preset,
        minutes=request.minutes,
        versions=run_record.versions(),
        machine=run_record.machine(),
    )
    bench = Workbench(model, config, parts.train, config.max_steps)
    runs.create(request.run, record, text, parts.tokenizer)
    yield None
    with files.locked(request.run):
        ledger = Ledger(request.run, text, parts.tokenizer)
        keeper = Keeper(ledger, bench, parts.tokenizer, len(parts.train), parts.held_back, request.minutes)
        keeper.owed.snapshot_budget = request.snapshot_budget
        yield from _advance(workshop, keeper)


def resume(workshop: Workshop, request: ResumeRequest) -> Iterator[Report]:
    """Go on with a run from its newest checkpoint; the curve equals that of a run that never stopped.

    Where the number of steps has followed the time, those revisions are made again at their steps, and no new ones.

    Raises:
        RunError: The folder is no run, is damaged, is in use, or is done and no larger number of steps is asked for.
    """
    path = request.run
    record = runs.read_record(path)
    text = runs.read_corpus(path).text
    parts = yield from _encoding(runs.read_tokenizer(path), text)
    refuse_few_tokens(len(parts.train), len(parts.held_back), record.model.block_size)
    planned, revisions = runs.steps(path, record)
    before = revisions[-1].max_steps if revisions else planned
    steps = request.max_steps or before
    if steps != before:
        planned, revisions = steps, []
    yield None
    with files.locked(path):
        if record.tokens != parts.record:  # of an older version, or a branch that learns from another text
            record = replace(record, tokens=parts.record)
            runs.write_record(path, record)
        settings = replace(record.train, micro_batch=runs.micro_batch(path, record))
        bench = Workbench(record.model, _as_it_can_be_here(settings), parts.train, planned, revisions)
        restored, refused = checkpoint.restore(path, bench)
        ledger = Ledger(path, text, parts.tokenizer)
        keeper = Keeper(ledger, bench, parts.tokenizer, len(parts.train), parts.held_back)
        keeper.owed.snapshot_budget = request.snapshot_budget
        keeper.take_up(restored, refused)
        if keeper.is_complete() or bench.step > steps:
            if record.status != "done" and steps == before:
                keeper.close("done")  # it was cut off after its last checkpoint
            raise RunError("run.already_done", run=record.name, step=bench.step)
        if steps != before:
            yield from ledger.act(run_record.Action(step=bench.step, action="max_steps", value=steps))
        yield None
        yield from _advance(workshop, keeper)


def _as_it_can_be_here(config: TrainConfig) -> TrainConfig:
    """A run's own settings; one that comes from a machine with another device goes on with what there is."""
    if device.usable(config.device) == config.device:
        return config
    where = device.choose("auto")
    return replace(config, device=where, precision=device.settle_precision("auto", where))


def _advance(workshop: Workshop, keeper: Keeper) -> Iterator[Report]:
    """Step after step, with what is due between them, until the last one."""
    bench = keeper.bench
    threads = torch.get_num_threads()
    torch.set_num_threads(bench.config.threads or threads)
    status: run_record.Status = "failed"
    early = False

    def watched() -> Iterator[Report]:
        return slow_motion.watched(bench, keeper.tokenizer)

    try:
        workshop.place(bench, keeper)
        keeper.owed.shown = lambda: workshop.gallery.steps_of(keeper.path)
        yield from keeper.started()
        yield from _as_it_fits(keeper, keeper.duties)
        while bench.step < bench.max_steps and not (early := keeper.has_had_enough):
            yield from _as_it_fits(keeper, watched if (looks := workshop.watching) else bench.update)
            steps = bench.told(at_once=looks or keeper.is_due())
            if notices := bench.notices():
                yield [*notices]
            yield from keeper.note(steps)
            yield from keeper.keep_time(len(steps))
            if not steps:
                yield None
            if keeper.is_due():
                yield from _as_it_fits(keeper, keeper.duties)
        if early:
            yield from _as_it_fits(keeper, keeper.end_early)
            yield [keeper.ended(early)]
            return
        yield from keeper.finished()
        status = "done"
        yield [keeper.ended()]
    except GeneratorExit:
        if status != "done":
            try:
                keeper.close("done" if keeper.is_complete() else "stopped")
            except StudioError as error:
                raise _left_in_order(workshop, keeper, error) from error
        raise
    except StudioError as error:
        raise _left_in_order(workshop, keeper, error) from error
    except Exception:
        with suppress(StudioError):  # the first fault is the one to tell of
            keeper.close(status)
        raise
    finally:
        keeper.ledger.close()
        workshop.release(keeper)
        torch.set_num_threads(threads)


def _as_it_fits(keeper: Keeper, work: Callable[[], Iterator[Report]]) -> Iterator[Report]:
    """Do a piece of work; where memory is full, again with smaller micro-batches: the batch's sum is the same."""
    while (full := (yield from _tried(work))) is not None:
        if not keeper.bench.split():
            raise full
        yield from keeper.note_split()


def _tried(work: Callable[[], Iterator[Report]]) -> Generator[Report, None, StudioError | None]:
    try:
        yield from work()
    except StudioError as error:
        if error.code != "device.memory":
            raise
        plain = StudioError(error.code, **error.values)  # without the traceback, which holds tensors
    else:
        return None
    return plain


def _left_in_order(workshop: Workshop, keeper: Keeper, error: StudioError) -> StudioError:
    """Leave the run so that it can be gone on with, whatever ended it; gives the error to tell."""
    with suppress(StudioError):  # the first fault is the one to tell of
        if error.code == "device.lost":  # nothing may touch what lies there; the run counts as cut off
            workshop.abandon()
            keeper.close("training")
        elif error.code in ("training.diverged", "training.exploded") or not keeper.bench.is_whole:
            keeper.ledger.close()
            keeper.take_up(*checkpoint.restore(keeper.path, keeper.bench))
            keeper.close("failed")
            return StudioError(error.code, **error.values, back_to=keeper.bench.step)
        elif error.code == "device.memory":
            keeper.close("stopped")  # the weights are sound
        else:
            keeper.close("failed")
    return error
