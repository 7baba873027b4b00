"""A student's own experiment: any setting, and one thing that is changed in it."""

from typing import Any, Literal, NamedTuple, get_args

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from gpt_studio.engine.config import (
    ABLATIONS,
    RECIPES,
    Activation,
    Optimizer,
    Precision,
    TokenizerKind,
    usual_rate,
    with_optimizer,
)
from gpt_studio.engine.errors import ConfigError
from gpt_studio.engine.experiments.experiment import Experiment, Setting
from gpt_studio.engine.experiments.rewriting import Rewriting

SEED = "seed"  # nothing is changed but chance
CHECKS = 12  # on held-back text in each run, at equal steps
Part = Literal["model", "train", "tokenizer", "text"]


class Thing(NamedTuple):
    """Something that can be changed: a field of the settings, or a part that is left out ("without.mask")."""

    name: str
    part: Part
    choices: tuple[str, ...] = ()  # of words; empty: a number, or yes and no


THINGS: dict[str, Thing] = {
    thing.name: thing
    for thing in (
        *(Thing(name, "model") for name in ("n_layer", "n_head", "n_embd", "block_size", "dropout")),
        Thing("activation", "model", get_args(Activation)),
        *(Thing(name, "model") for name in ("tied", "bias")),
        *(Thing(f"without.{part}", "model") for part in ABLATIONS),
        *(Thing(name, "train") for name in ("max_steps", "batch_size", "learning_rate")),
        Thing("optimizer", "train", get_args(Optimizer)),
        *(Thing(name, "train") for name in ("momentum", "weight_decay", "beta1", "beta2", "grad_clip")),
        *(Thing(name, "train") for name in ("warmup_steps", "decay_share", "final_rate")),
        Thing("precision", "train", get_args(Precision)),
        Thing("kind", "tokenizer", get_args(TokenizerKind)),
        Thing("vocab_size", "tokenizer"),
        Thing("corpus", "text"),
        Thing("rewriting", "text", get_args(Rewriting)),
    )
}


def value_of(setting: Setting, name: str) -> Any:
    """What a setting says of a thing; of a part, whether it is left out."""
    thing, _, part = name.partition(".")
    if part:
        return part in setting.model.without
    return getattr(_holder(setting, THINGS[thing].part), thing)


def with_value(setting: Setting, name: str, value: Any) -> Setting:
    """The setting with one thing changed. An optimiser brings what suits it, as everywhere.

    Raises:
        ConfigError: `experiment.value` when the value is beyond the field's limits; and what the settings refuse.
    """
    thing, _, part = name.partition(".")
    if part:
        left_out = tuple(each for each in ABLATIONS if (value if each == part else each in setting.model.without))
        return replace(setting, model=replace(setting.model, without=left_out))
    if name == "optimizer":
        if value == setting.train.optimizer:
            return setting
        return replace(setting, train=with_optimizer(setting.train, setting.model, value))
    changed = _checked(_holder(setting, THINGS[thing].part), thing, value)
    if isinstance(changed, Setting):
        return changed
    return replace(setting, **{THINGS[thing].part: changed})


def differences(a: Setting, b: Setting) -> tuple[str, ...]:
    """The things in which two settings differ; an optimiser's own rate and recipe go with it."""
    found = [name for name in THINGS if value_of(a, name) != value_of(b, name)]
    if a.tokenizer.kind != b.tokenizer.kind and "bpe" not in (a.tokenizer.kind, b.tokenizer.kind):
        found = [name for name in found if name != "vocab_size"]  # which only BPE has
    if "optimizer" in found and all(_suits(setting) for setting in (a, b)):
        brought = {"learning_rate", *RECIPES["adamw"]}
        found = [name for name in found if name not in brought]
    return tuple(found)


class Words(NamedTuple):
    """What an own experiment says of itself."""

    title: str
    question: str
    changed: str
    labels: tuple[str, str]


def own(base: Setting, name: str, values: tuple[Any, Any], words: Words) -> Experiment:
    """An experiment of two settings that differ in `name` alone.

    Raises:
        ConfigError: `experiment.same` when nothing differs, `experiment.many` when more than one thing does.
    """
    base = replace(base, train=replace(base.train, early_stop=0))
    a, b = (
        _checked_evenly(replace(with_value(base, name, value), label=label))
        for value, label in zip(values, words.labels, strict=True)
    )
    found = differences(a, b)
    if not found:
        raise ConfigError("experiment.same")
    if len(found) > 1:
        raise ConfigError("experiment.many", things=found)
    return Experiment(id="own", title=words.title, question=words.question, changed=words.changed, a=a, b=b)


def of_chance(base: Setting, words: Words) -> Experiment:
    """An experiment of two runs that differ in their seeds alone."""
    base = replace(base, train=replace(base.train, early_stop=0))
    a, b = (_checked_evenly(replace(base, label=label)) for label in words.labels)
    return Experiment(
        id="own", title=words.title, question=words.question, changed=words.changed, a=a, b=b, seeds_differ=True
    )


def _checked_evenly(setting: Setting) -> Setting:
    every = max(1, setting.train.max_steps // CHECKS)
    return replace(setting, train=replace(setting.train, eval_every=every))


def _suits(setting: Setting) -> bool:
    """Whether the run has the rate and all else that its optimiser brings by itself."""
    train, recipe = setting.train, RECIPES[setting.train.optimizer]
    usual = usual_rate(setting.model, train.optimizer)
    return train.learning_rate == usual and all(getattr(train, name) == value for name, value in recipe.items())


def _holder(setting: Setting, part: Part) -> Struct:
    holders: dict[Part, Struct] = {
        "model": setting.model,
        "train": setting.train,
        "tokenizer": setting.tokenizer,
        "text": setting,
    }
    return holders[part]


def _checked(settings: Struct, name: str, value: Any) -> Struct:
    """With a field changed, within the limits that stand with it."""
    try:
        return msgspec.convert({**msgspec.structs.asdict(settings), name: value}, type=type(settings))
    except msgspec.ValidationError as error:
        told = str(error).partition(" - at ")[0].replace("`", "")
        raise ConfigError("experiment.value", name=name, value=value, reason=told[:1].lower() + told[1:]) from error
