"""Experiments in words: settings side by side, what came out, and how the forecast did."""

from collections.abc import Iterable
from typing import NamedTuple

from gpt_studio.engine import corpus
from gpt_studio.engine.config import ModelConfig, TrainConfig
from gpt_studio.engine.experiments.effects import Effect
from gpt_studio.engine.experiments.experiment import Experiment, Setting, run_of
from gpt_studio.engine.experiments.own import THINGS, differences, value_of
from gpt_studio.engine.experiments.record import Forecast, miss
from gpt_studio.gui.messages import tr
from gpt_studio.gui.widgets.setting_words import setting_title, setting_words

PARTS = {
    "residual": "Residuals",
    "norm": "LayerNorm",
    "position": "Positions",
    "mask": "Causal mask",
    "scores": "Queries and keys",
    "attention": "Attention",
    "mlp": "Feed-forward",
}
TITLES = {"kind": "Tokens", "corpus": "Text", "rewriting": "Training text", "vocab_size": "Vocabulary of BPE"}
CHOICES = {
    "muon": "Muon",
    "adamw": "AdamW",
    "gelu": "GELU",
    "gelu_tanh": "GELU by tanh",
    "relu": "ReLU",
    "char": "characters",
    "byte": "bytes",
    "bpe": "byte pairs",
    "none": "as it is",
    "letters": "letters shuffled",
    "words": "words shuffled",
    "tenth": "a tenth of it",
    "auto": "auto",
    "fp32": "fp32",
    "bf16": "bf16",
    "fp16": "fp16",
}
VERDICTS = {
    "a_lower": "A ({a}) ends lower than B ({b}), by {by} bits per character.",
    "b_lower": "B ({b}) ends lower than A ({a}), by {by} bits per character.",
    "chance": "No difference that chance would not make: on average {by} bits per character between A and B.",
    "unsure": "One pair of runs cannot tell a difference of {by} bits per character from chance.",
    "seeds": "Runs that differ in nothing but the seed ended {by} bits per character apart.",
    "peeks": "The two held-back losses do not compare: without the mask a model sees the answer while it is tested. "
    "Read what both have written.",
    "texts": "The two held-back losses do not compare: the runs were tested on different texts.",
    "failed": "There is nothing to compare: {failed} did not get to its end.",
}


class Row(NamedTuple):
    """One setting of both sides."""

    title: str
    a: str
    b: str

    @property
    def differs(self) -> bool:
        return self.a != self.b


def thing_title(name: str) -> str:
    """What a thing is called that can be changed."""
    _, _, part = name.partition(".")
    if part:
        return tr(PARTS[part])
    if name in TITLES:
        return tr(TITLES[name])
    return setting_title(ModelConfig if THINGS[name].part == "model" else TrainConfig, name)


def value_words(name: str, value: object) -> str:
    """What a setting says of a thing."""
    if "." in name:
        return tr("left out") if value else tr("there")
    if name == "corpus":
        return text_title(str(value))
    if isinstance(value, str):
        return tr(CHOICES.get(value, value))
    return setting_words(name, value)


def text_title(name: str) -> str:
    """A text by its title; one of a run or a file by the name of that."""
    if built_in := corpus.BUILT_IN.get(name):
        return tr(built_in.title)
    mine = next((text.title for text in corpus.my_texts() if text.id == name), "")
    return mine or name.replace("\\", "/").rpartition("/")[2]


def rows(experiment: Experiment) -> list[Row]:
    """What both sides are, the changed things first; of what is the same, what one wants to know."""
    a, b = experiment.a, experiment.b
    found = [Row(thing_title(name), *_pair(a, b, name)) for name in differences(a, b) if not _is_form(name, a, b)]
    if a.model.is_bigram != b.model.is_bigram:
        found.insert(0, Row(tr("Model"), model_words(a.model), model_words(b.model)))
    if experiment.seeds_differ:
        found.append(Row(tr("Seed"), tr("one"), tr("another")))
    for title, words in (
        (tr("Model"), lambda each: model_words(each.model)),
        (tr("Training"), lambda each: training_words(each.train)),
        (tr("Text"), lambda each: text_title(each.corpus)),
    ):
        told = [words(each) for each in (a, b)]
        if told[0] == told[1]:
            found.append(Row(title, *told))
    return found


def _is_form(name: str, a: Setting, b: Setting) -> bool:
    """Whether a thing is only what a bigram is made of."""
    return a.model.is_bigram != b.model.is_bigram and THINGS[name].part == "model"


def _pair(a: Setting, b: Setting, name: str) -> tuple[str, str]:
    first, second = (value_words(name, value_of(each, name)) for each in (a, b))
    if name == "optimizer":  # which brings its rate
        told = tr("{name}, rate {rate}")
        first = told.format(name=first, rate=setting_words("learning_rate", a.train.learning_rate))
        second = told.format(name=second, rate=setting_words("learning_rate", b.train.learning_rate))
    return first, second


def model_words(model: ModelConfig) -> str:
    """As "2×64, context 64": layers and width."""
    if model.is_bigram:
        return tr("bigram")
    form = f"{model.n_layer}×{model.n_embd}"
    return tr("{form}, context {context}").format(form=form, context=model.block_size)


def training_words(train: TrainConfig) -> str:
    """As "300 steps of 32, Muon 0.04"."""
    return tr("{steps} steps of {batch}, {optimizer} {rate}").format(
        steps=setting_words("max_steps", train.max_steps),
        batch=train.batch_size,
        optimizer=tr(CHOICES[train.optimizer]),
        rate=setting_words("learning_rate", train.learning_rate),
    )


def bits(value: float, signed: bool = False) -> str:
    """As "0.420", or "+0.420" and "−0.420"."""
    value = round(value, 3) + 0.0  # no "−0.000"
    return f"{value:+.3f}".replace("-", "−") if signed else f"{value:.3f}"


def verdict(experiment: Experiment, effect: Effect) -> str:
    """What the runs have shown, and no more."""
    return tr(VERDICTS[effect.verdict]).format(
        a=tr(experiment.a.label),
        b=tr(experiment.b.label),
        by="" if effect.difference is None else bits(abs(effect.difference)),
        failed=failed_words(effect),
    )


def failed_words(effect: Effect) -> str:
    """The runs that did not get to their end: "B, seed 1337"."""
    found = [run for role in effect.failed if (run := run_of(role))]
    return tr(" and ").join(tr("{side}, seed {seed}").format(side=run.side.upper(), seed=run.seed) for run in found)


def certainty(experiment: Experiment, effect: Effect) -> str:
    """How sure that is, and what it rests on."""
    if effect.verdict in ("peeks", "texts", "failed"):
        return ""
    left_out = tr("{failed} did not get to its end, and is left out.").format(failed=failed_words(effect))
    return joined((_rests_on(experiment, effect), left_out if effect.failed else ""))


def _rests_on(experiment: Experiment, effect: Effect) -> str:
    if effect.low is None or effect.high is None or effect.spread is None:
        words = tr("One pair of runs. From seed to seed such a difference varies by about {spread}.")
        return words.format(spread=bits(experiment.spread))
    words = tr(
        "{rests} B less A: {difference}, 95 % interval {low} to {high} ({method}). One run varies from seed to seed by "
        "{spread} (standard deviation)."
    )
    if effect.pairs:
        rests, method = tr("{n} pairs of runs, each with one seed.").format(n=effect.pairs), tr("Student's t for pairs")
    else:
        rests = tr("{a} runs of A and {b} of B.").format(a=effect.runs_a, b=effect.runs_b)
        method = tr("Welch's t")
    return words.format(
        rests=rests,
        method=method,
        difference=bits(effect.difference or 0.0, signed=True),
        low=bits(effect.low, signed=True),
        high=bits(effect.high, signed=True),
        spread=bits(effect.spread),
    )


def forecast_words(experiment: Experiment, forecast: Forecast) -> str:
    """What was expected."""
    labels = {"a": f"A ({tr(experiment.a.label)})", "b": f"B ({tr(experiment.b.label)})"}
    if forecast.lower == "unknown":
        told = tr("You did not know.")
    elif forecast.lower == "same":
        told = tr("You expected no difference.")
    elif forecast.by is None:
        told = tr("You expected {side} to end lower.").format(side=labels[forecast.lower])
    else:
        told = tr("You expected {side} to end lower, by {by}.").format(
            side=labels[forecast.lower], by=bits(forecast.by)
        )
    return f"{told} {tr('Because: “{reason}”.').format(reason=forecast.because)}" if forecast.because else told


def forecast_verdict(experiment: Experiment, forecast: Forecast, effect: Effect, drawn: float | None) -> str:
    """How the forecast did."""
    said = []
    if effect.verdict in ("a_lower", "b_lower", "chance") and forecast.lower != "unknown":
        came = {"a_lower": "a", "b_lower": "b", "chance": "same"}[effect.verdict]
        said.append(tr("That was right.") if came == forecast.lower else tr("It came out otherwise."))
    if effect.verdict not in ("peeks", "texts", "failed") and (far := miss(forecast, effect)) is not None:
        said.append(tr("The difference was forecast to within {far} bits.").format(far=bits(far)))
    if drawn is not None:
        said.append(tr("Your curve lay {far} bits beside the measured one, on average.").format(far=bits(drawn)))
    return " ".join(said)


def measured_before(experiment: Experiment) -> str:
    """What was measured when the program was made; empty where nothing was."""
    before = experiment.measured
    if before is None:
        return ""
    words = tr(
        "Measured for this program on the same text, three pairs of runs: A {a}, B {b}; B less A {difference}, "
        "95 % interval {low} to {high}."
    )
    told = words.format(
        a=bits(before.a),
        b=bits(before.b),
        difference=bits(before.difference, signed=True),
        low=bits(before.low, signed=True),
        high=bits(before.high, signed=True),
    )
    return joined((told, tr(before.note) if before.note else ""))


def summary(effect: Effect | None) -> str:
    """A result in a few words, for the list."""
    if effect is None:
        return tr("not measured yet")
    if effect.verdict in ("a_lower", "b_lower", "unsure", "seeds", "chance") and effect.difference is not None:
        told = tr("B {difference}").format(difference=bits(effect.difference, signed=True))
        return told + (tr(", chance") if effect.verdict == "chance" else "")
    return tr("does not compare") if effect.verdict != "failed" else tr("a run did not end")


def joined(parts: Iterable[str]) -> str:
    return " ".join(part for part in parts if part)
