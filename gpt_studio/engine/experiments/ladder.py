"""The ladder: one text, and eleven ways to guess its next character, from counting letters to a GPT.

Three rungs count. The others are trained, and each has one idea more than the one before. Between the table and the
full model all are one layer of one width and one context, and make as many steps, so that they compare. What came out
on the bundled texts is told in `measured_ladder.py`.
"""

from msgspec import Struct
from msgspec.structs import replace

from gpt_studio.engine.config import PRESETS, ModelConfig, TrainConfig
from gpt_studio.engine.keeping import library
from gpt_studio.engine.requests import CorpusText, TrainRequest

SEED = 1337
STEPS, CHECKS = 500, 10
FULL_STEPS = 1000  # with 1,500 the full model begins to know python_code by heart: 2.44 instead of 2.31 bits
WIDTH, CONTEXT, HEADS = 64, 64, 4


class Rung(Struct, frozen=True, kw_only=True):
    """One way to guess the next character: a model that counts pieces of `order` characters, or one that is trained."""

    id: str
    title: str
    adds: str  # what it has that the rung before has not
    after: str = ""  # the rung that it is compared with; the first one has none
    order: int = 0  # 0: it is trained
    model: ModelConfig | None = None
    train: TrainConfig | None = None

    @property
    def is_counted(self) -> bool:
        return self.order > 0


_BLOCK = ModelConfig(n_layer=1, n_head=HEADS, n_embd=WIDTH, block_size=CONTEXT)
_TRAIN = TrainConfig(max_steps=STEPS, batch_size=32, eval_every=STEPS // CHECKS, seed=SEED)


def _trained(id: str, after: str, title: str, adds: str, model: ModelConfig, train: TrainConfig = _TRAIN) -> Rung:
    train = replace(train, eval_every=max(1, train.max_steps // CHECKS), seed=SEED)
    return Rung(id=id, after=after, title=title, adds=adds, model=model, train=train)


RUNGS: tuple[Rung, ...] = (
    Rung(
        id="letters",
        title="letter counts",
        adds="It counts how often each character occurs, and looks at nothing else.",
        order=1,
    ),
    Rung(
        id="two",
        after="letters",
        title="2-gram",
        adds="It looks one character back: it counts which one follows which.",
        order=2,
    ),
    Rung(
        id="five",
        after="two",
        title="5-gram",
        adds="It looks four characters back, and counts on with fewer where it has never seen these four "
        "(Kneser-Ney smoothing).",
        order=5,
    ),
    _trained(
        "bigram",
        "two",
        "bigram table",
        "What the 2-gram counts is learnt instead: a table with a score for each pair of characters, corrected step by "
        "step. Learning ends about where counting does.",
        PRESETS["bigram"].model,
        PRESETS["bigram"].train,
    ),
    _trained(
        "mean",
        "bigram",
        "uniform averaging",
        "It looks at up to 64 characters before, each with the same weight: at their average. Which one came last is "
        "lost in it.",
        replace(_BLOCK, n_head=1, without=("scores", "mlp", "residual", "norm")),
    ),
    _trained(
        "head",
        "mean",
        "one attention head",
        "It chooses where to look: by queries and keys, a head gives each character before it a weight of its own.",
        replace(_BLOCK, n_head=1, without=("mlp", "residual", "norm")),
    ),
    _trained(
        "heads",
        "head",
        "several heads",
        "Four narrow heads instead of one wide one, with as many parameters: it looks at four places at once.",
        replace(_BLOCK, without=("mlp", "residual", "norm")),
    ),
    _trained(
        "mlp",
        "heads",
        "+ feed-forward",
        "It works on what it has gathered: two more layers of numbers, for each place alone.",
        replace(_BLOCK, without=("residual", "norm")),
    ),
    _trained(
        "residual",
        "mlp",
        "+ residuals",
        "Attention and feed-forward add to what is there instead of replacing it, so that the character itself is "
        "never lost.",
        replace(_BLOCK, without=("norm",)),
    ),
    _trained(
        "norm",
        "residual",
        "+ LayerNorm",
        "The numbers are brought to one size before each part. This is one whole block of a GPT.",
        _BLOCK,
    ),
    _trained(
        "full",
        "norm",
        "the full model",
        "Four such blocks, twice as wide, and twice as many steps: the preset “small”.",
        PRESETS["small"].model,
        replace(PRESETS["small"].train, max_steps=FULL_STEPS),
    ),
)


def with_steps(rungs: tuple[Rung, ...], steps: int) -> tuple[Rung, ...]:
    """The same ladder with so many steps for each rung that is trained."""
    return tuple(
        replace(rung, train=replace(rung.train, max_steps=steps, eval_every=max(1, steps // CHECKS)))
        if rung.train
        else rung
        for rung in rungs
    )


def with_seed(rungs: tuple[Rung, ...], seed: int) -> tuple[Rung, ...]:
    """The same ladder with another seed for each rung that is trained."""
    return tuple(replace(rung, train=replace(rung.train, seed=seed)) if rung.train else rung for rung in rungs)


def request(rung: Rung, text: CorpusText) -> TrainRequest:
    """What to train for a rung that is trained.

    Raises:
        ValueError: The rung counts.
    """
    if rung.model is None or rung.train is None:
        raise ValueError(f"{rung.id} is not trained")
    return TrainRequest(
        corpus=text,
        model=rung.model,
        train=rung.train,
        run=library.new_folder_for(f"ladder-{rung.id}"),
        name=f"Ladder, {text.title}: {rung.title}",
    )
