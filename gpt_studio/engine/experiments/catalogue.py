"""The experiments that are ready to run, each sized to end in three minutes on two cores, further seeds included.

What came out on the bundled text is told in `measured_effects.py`.
"""

from typing import Any

from msgspec.structs import replace

from gpt_studio.engine.config import PRESETS, Ablation, usual_rate, with_optimizer
from gpt_studio.engine.experiments.experiment import SEED, Experiment, Setting
from gpt_studio.engine.experiments.measured_effects import MEASURED

STEPS, FEWER_STEPS, CHECKS = 300, 200, 10  # fewer for larger models, which take longer
_TINY = PRESETS["tiny"]
_TRAIN = replace(_TINY.train, max_steps=STEPS, eval_every=STEPS // CHECKS, seed=SEED)
USUAL = Setting(label="usual", model=_TINY.model, train=_TRAIN)


def _form(label: str, steps: int = STEPS, **changes: Any) -> Setting:
    train = replace(_TRAIN, max_steps=steps, eval_every=steps // CHECKS)
    return Setting(label=label, model=replace(_TINY.model, **changes), train=train)


def _training(label: str, **changes: Any) -> Setting:
    return Setting(label=label, model=_TINY.model, train=replace(_TRAIN, **changes))


def _without(part: Ablation, title: str, question: str, changed: str, compared: str = "") -> Experiment:
    return Experiment(
        id=f"without_{part}",
        title=title,
        question=question,
        changed=changed,
        a=replace(USUAL, label="whole"),
        b=_form(f"w{title[1:]}".replace("the causal ", ""), without=(part,)),
        compared=compared,
    )


_PARTS = (
    _without(
        "mask",
        "Without the causal mask",
        "What happens when every character may look at the characters after it?",
        "The causal mask is gone: in training, each place sees the whole window, its own answer included.",
        "Without the mask, the held-back loss is measured as the model was trained: with the answer in sight. It says "
        "how well the model copies, not how well it foretells. Read what the two models write.",
    ),
    _without(
        "position",
        "Without positions",
        "Does a model need to be told where in the window a character stands?",
        "The table of positions is gone.",
    ),
    _without(
        "residual",
        "Without residuals",
        "What does it change when each block replaces what it is given, instead of adding to it?",
        "The ways round attention and feed-forward are gone.",
    ),
    _without(
        "norm",
        "Without LayerNorm",
        "Does a model need its numbers brought to one size before each part?",
        "All LayerNorms are gone.",
    ),
    _without(
        "scores",
        "Without queries and keys",
        "How much is lost when attention takes the plain mean of the past, and chooses nothing?",
        "Queries and keys are gone, and half of attention's parameters with them: everything in sight counts alike.",
    ),
    _without(
        "attention",
        "Without attention",
        "What is left when no character can look at another?",
        "Attention is gone, so each character is guessed from the one before it alone, and from its place.",
    ),
    _without(
        "mlp",
        "Without feed-forward",
        "What does it change when the blocks look around, but have no feed-forward part?",
        "The feed-forward part of each block is gone, and two thirds of the blocks' parameters with it.",
    ),
    Experiment(
        id="one_head",
        title="One head instead of four",
        question="Are four narrow heads better than one wide head?",
        changed="Each block has one head of width 64 instead of four of width 16; the parameters are as many.",
        a=replace(USUAL, label="four heads"),
        b=_form("one head", n_head=1),
    ),
    Experiment(
        id="bigram",
        title="Bigram",
        question="How far does a table get that looks back one character only?",
        changed="The model is the bigram table, trained by AdamW at the rate that suits it.",
        a=replace(USUAL, label="GPT"),
        b=Setting(
            label="bigram",
            model=PRESETS["bigram"].model,
            train=replace(PRESETS["bigram"].train, max_steps=STEPS, eval_every=STEPS // CHECKS, seed=SEED),
        ),
        compared="Both make as many steps of as many characters.",
    ),
    Experiment(
        id="wide_deep",
        title="Twice as wide, twice as deep",
        question="Is it better to double the width of a model, or the number of its layers?",
        changed="From 2 layers of width 64: one model has width 128, the other has 4 layers.",
        a=_form("twice as wide", FEWER_STEPS, n_embd=128),
        b=_form("twice as deep", FEWER_STEPS, n_layer=4),
        compared="Equal steps, not equal cost: the wide model has twice the parameters of the deep one in its blocks "
        "(393,216 and 196,608). The next experiment makes them equal.",
    ),
    Experiment(
        id="equal_parameters",
        title="Wide or deep, equal parameters",
        question="With as many parameters: one wide layer, or four narrow ones?",
        changed="From 1 layer of width 64: one model has width 128, the other has 4 layers. Either way its blocks have "
        "196,608 parameters.",
        a=_form("1 × 128", FEWER_STEPS, n_layer=1, n_embd=128),
        b=_form("4 × 64", FEWER_STEPS, n_layer=4),
        compared="Equal parameters in the blocks and equal steps; the tables of tokens and positions differ.",
    ),
)

_WAYS = (
    Experiment(
        id="dropout",
        title="Dropout",
        question="Does silencing a fifth of the numbers at random help in a short run?",
        changed="Dropout is 0.2 instead of 0.",
        a=replace(USUAL, label="no dropout"),
        b=_form("dropout 0.2", dropout=0.2),
    ),
    Experiment(
        id="dropout_tenth",
        title="Dropout, a tenth of the text",
        question="Does dropout help where the same text comes again and again?",
        changed="Dropout is 0.2 instead of 0. Both models learn from a tenth of the text.",
        a=replace(USUAL, label="no dropout", rewriting="tenth"),
        b=replace(_form("dropout 0.2", dropout=0.2), rewriting="tenth"),
        compared="Both are tested on the same held-back text, and learn from the same tenth.",
    ),
    Experiment(
        id="rate_high",
        title="Learning rate times 10",
        question="Does a model learn faster when each correction goes ten times as far?",
        changed="The learning rate is 0.4 instead of 0.04.",
        a=replace(USUAL, label="rate 0.04"),
        b=_training("rate 0.4", learning_rate=10 * _TRAIN.learning_rate),
    ),
    Experiment(
        id="rate_low",
        title="Learning rate divided by 10",
        question="What does it change when each correction goes a tenth as far?",
        changed="The learning rate is 0.004 instead of 0.04.",
        a=replace(USUAL, label="rate 0.04"),
        b=_training("rate 0.004", learning_rate=_TRAIN.learning_rate / 10),
    ),
    Experiment(
        id="batch_one",
        title="Batch of 1",
        question="What becomes of a model that is corrected after every single piece of text?",
        changed="The batch has 1 piece of text instead of 32.",
        a=replace(USUAL, label="batch 32"),
        b=_training("batch 1", batch_size=1),
        compared="Equal steps: with the batch of 1 a model reads a thirty-second of what the other one reads.",
    ),
    Experiment(
        id="optimizer",
        title="AdamW against Muon",
        question="Which optimiser learns more in the same number of steps?",
        changed="AdamW instead of Muon, each with the learning rate and settings that suit it here "
        "(0.04 for Muon, {rate:g} for AdamW).".format(rate=usual_rate(_TINY.model, "adamw")),
        a=replace(USUAL, label="Muon"),
        b=Setting(label="AdamW", model=_TINY.model, train=with_optimizer(_TRAIN, _TINY.model, "adamw")),
        compared="Equal steps; a step of AdamW takes somewhat less time.",
    ),
    Experiment(
        id="seed",
        title="The same run, another seed",
        question="How far apart do two runs end that differ in nothing but chance?",
        changed="The seed: other numbers to begin with, and other pieces of text in each batch.",
        a=replace(USUAL, label="a seed"),
        b=replace(USUAL, label="another seed"),
        seeds_differ=True,
    ),
)

_SAME_TEST = "Both are tested on the same held-back text, which is left as it was: only the training part is changed."
_TEXTS = (
    Experiment(
        id="letters",
        title="Shuffled letters",
        question="What is left to learn when all letters of the training text are shuffled?",
        changed="The characters of the training part stand in an order drawn by chance.",
        a=replace(USUAL, label="the text"),
        b=replace(USUAL, label="letters shuffled", rewriting="letters"),
        compared=_SAME_TEST,
    ),
    Experiment(
        id="words",
        title="The same words in another order",
        question="How much of what a model learns is words, and how much is their order?",
        changed="The words of the training part stand in an order drawn by chance.",
        a=replace(USUAL, label="the text"),
        b=replace(USUAL, label="words shuffled", rewriting="words"),
        compared=_SAME_TEST,
    ),
    Experiment(
        id="tenth",
        title="A tenth of the text",
        question="How much does it matter to have all of the text to learn from, and not a tenth of it?",
        changed="The model learns from a tenth of the training part: paragraphs drawn by chance.",
        a=replace(USUAL, label="all of it"),
        b=replace(USUAL, label="a tenth", rewriting="tenth"),
        compared="Both make as many steps and are tested on the same held-back text: the tenth stands ten times in a "
        "row in place of the training part.",
    ),
)

LEAST_SPREAD = 0.015  # three pairs tell a spread badly, so none is taken for less


def _with_figures(experiment: Experiment) -> Experiment:
    measured = MEASURED[experiment.id]
    return replace(experiment, measured=measured, spread=max(LEAST_SPREAD, measured.spread))


EXPERIMENTS: dict[str, Experiment] = {each.id: _with_figures(each) for each in (*_PARTS, *_WAYS, *_TEXTS)}
