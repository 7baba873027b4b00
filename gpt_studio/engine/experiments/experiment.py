"""What an experiment is: two settings that differ in one thing, and the runs that compare them."""

from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec.structs import replace

from gpt_studio.engine.config import ModelConfig, TokenizerConfig, TrainConfig
from gpt_studio.engine.experiments.rewriting import Rewriting, rewritten
from gpt_studio.engine.keeping import library
from gpt_studio.engine.requests import CorpusText, TrainRequest

Side = Literal["a", "b"]
SIDES: tuple[Side, Side] = ("a", "b")
SEED = 1337
# How much the difference of a pair varies from seed to seed, in held-back bits per character: the standard deviation,
# for settings where nobody has measured it. Most that `tests/benchmarks/experiments.py` measured vary by less.
USUAL_SPREAD = 0.03
PER_SIDE = 3  # runs of each side where one pair cannot tell a difference from chance


class Setting(Struct, frozen=True, kw_only=True):
    """All that makes a run, but its seed."""

    label: str  # in a word or two, for the ends of curves
    model: ModelConfig
    train: TrainConfig
    tokenizer: TokenizerConfig = TokenizerConfig()
    corpus: str = "verse_drama"  # as `corpus.load_any` takes it
    rewriting: Rewriting = "none"

    @property
    def peeks(self) -> bool:
        """Whether the model sees the very token that it is asked for, so that its loss says nothing of writing."""
        return not self.model.is_bigram and "mask" in self.model.without and self.model.has("attention")


class Measured(Struct, frozen=True):
    """What was measured of an experiment on the bundled text, in held-back bits per character."""

    a: float  # means of the last checks
    b: float
    low: float  # of the 95 % interval of side b less side a
    high: float
    spread: float  # of that difference from pair to pair
    note: str = ""

    @property
    def difference(self) -> float:
        return self.b - self.a


class Experiment(Struct, frozen=True, kw_only=True):
    """A question, and the two settings whose runs answer it."""

    id: str  # "own" for one that the student has put together
    title: str
    question: str
    changed: str  # the one thing in which `b` differs from `a`
    a: Setting
    b: Setting
    compared: str = ""  # what the two numbers are, where that needs a word
    measured: Measured | None = None  # what came out on the bundled text
    spread: float = USUAL_SPREAD  # of the difference from pair to pair, as far as it was measured
    seeds_differ: bool = False  # the changed thing is the seed

    def setting(self, side: Side) -> Setting:
        return self.a if side == "a" else self.b

    @property
    def peeks(self) -> bool:
        return self.a.peeks or self.b.peeks


class Run(Struct, frozen=True, kw_only=True):
    """One run of an experiment: which side, and which seed. Its role in a series is "a:1337"."""

    side: Side
    seed: Annotated[int, Meta(ge=0, le=2**63 - 1)]

    @property
    def role(self) -> str:
        return f"{self.side}:{self.seed}"


def run_of(role: str) -> Run | None:
    """The run that a role names; None for a role of something else."""
    side, _, seed = role.partition(":")
    if side not in SIDES or not (seed.isascii() and seed.isdigit()):
        return None
    return Run(side="a" if side == "a" else "b", seed=int(seed))


def runs_of(experiment: Experiment, seed: int = SEED, per_side: int = 1) -> list[Run]:
    """The runs in the order in which they train: side by side, pair after pair.

    A pair has one seed; where the seed is the changed thing, each run has its own.
    """
    step = 2 if experiment.seeds_differ else 1
    return [
        Run(side=side, seed=seed + step * pair + (side == "b" and experiment.seeds_differ))
        for pair in range(per_side)
        for side in SIDES
    ]


def request(experiment: Experiment, run: Run, text: CorpusText, home: Path | None = None) -> TrainRequest:
    """What to train for one run; `text` is that of its side, as it was before any rewriting."""
    setting = experiment.setting(run.side)
    name = f"{experiment.id}-{run.side}-{run.seed}"
    return TrainRequest(
        corpus=rewritten(text, setting.rewriting, run.seed),
        model=setting.model,
        train=replace(setting.train, seed=run.seed),
        run=library.new_folder_for(name, home),
        name=f"{experiment.title}: {setting.label}, seed {run.seed}",
        tokenizer=setting.tokenizer,
    )
