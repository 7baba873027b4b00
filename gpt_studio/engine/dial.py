"""The dial: "I have ten minutes". Which model, and trained how, learns most in that time on this computer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from gpt_studio.engine import budget, planning
from gpt_studio.engine.config import DEFAULT_PRESET, PRESETS, ModelConfig, TrainConfig, with_optimizer
from gpt_studio.engine.course import check_times
from gpt_studio.engine.course.expectation import TextFacts, expected_loss, quality, useful_steps
from gpt_studio.engine.events import Probed
from gpt_studio.engine.planning import LESSON_MINUTES, Prediction

MINUTES = (2, 60)  # the dial's ends
STOPS = (2, 5, 10, 30, 60)
AIM = 0.97  # of the time is planned for; what is left is for what is not foreseen
GPU_TIMES = 12  # beyond this many lessons a processor is the wrong tool, and a GPU the answer
FORMS = (  # layers, heads, width: the presets' own, and others between and beyond them
    (2, 4, 64),
    (3, 4, 96),
    (4, 4, 128),
    (5, 5, 160),
    (6, 6, 192),
    (6, 8, 256),
    (6, 6, 384),
    (8, 8, 512),
    (10, 10, 640),
    (12, 12, 768),
)
CONTEXTS = (64, 128, 256, 512, 1024)
TOKENS = (1024, 1536, 2048, 3072, 4096, 8192, 16_384, 32_768)  # of a step
DROPOUTS = (0.0, 0.1, 0.2)
DROPOUT_PER_WIDTH = 0.001  # at most: what is silenced in a narrow model it cannot spare
LEAST_STEPS = 60  # with fewer the warm-up and the fall of the rate are most of the run
LEAST_ROWS, MOST_ROWS = 12, 128  # with 8 rows steps taught less than the forecast says
MANY = 20_000  # steps by which samples are reckoned before their number is known
SLOW = 0.5  # a model with less than this share of the default preset's numbers is a slow computer's
PREFERRED = 0.004  # share of the loss by which another form must be better for a preset's own to be passed over


@dataclass(frozen=True)
class LessonPlan:
    """What the dial proposes."""

    minutes: float  # that the run is to take; fewer than were asked for where the text is too short for all of them
    preset: str | None  # whose form it has, if it is one's
    model: ModelConfig
    train: TrainConfig
    parameters: int
    memory_bytes: int
    seconds: float  # predicted: start-up, steps, checks, samples and saving
    loss: float  # expected on held-back text, nats per token
    quality: str  # noise, letters, words, phrases, style
    precision: str  # the one that was measured to be the fastest here
    given_up: str  # "", or what keeps it from being better: memory, speed, text


@dataclass(frozen=True)
class PresetPlan:
    """One preset on this computer. `prediction` is None until something was measured."""

    preset: str
    parameters: int
    memory_bytes: int
    prediction: Prediction | None
    reason: str  # fits, best, too_slow, needs_gpu, yardstick, too_little_memory, unmeasured
    quality: str  # after its default run


@dataclass(frozen=True)
class _Candidate:
    model: ModelConfig
    train: TrainConfig
    loss: float
    ends_early: bool  # more steps would only learn the text by heart


def choose(
    probes: Sequence[Probed],
    minutes: float = LESSON_MINUTES,
    text: TextFacts | None = None,
    memory_free: int | None = None,
) -> LessonPlan | None:
    """The model and training with the lowest expected loss that end in time and fit into memory. None when nothing
    was measured; the bigram where no transformer can make enough steps.

    Args:
        probes: What was measured, in any order.
        minutes: From the press on Start to the end of the last saving.
        text: What is to be learnt; a usual one when not known.
        memory_free: Bytes that training may fill; of the GPU where there is one.
    """
    if not planning.can_predict(probes):
        return None
    text = text or TextFacts()
    found = sorted(_candidates(probes, minutes, text), key=lambda candidate: candidate.loss)
    fitting = [candidate for candidate in found if _fits(candidate, probes, memory_free)]
    best = fitting[0] if fitting else _bigram(text)
    named = next((candidate for candidate in fitting if _preset_of(candidate.model)), best)
    if named.loss <= best.loss * (1 + PREFERRED):
        best = named
    given_up = ""
    if found and (not fitting or fitting[0] is not found[0]):
        given_up = "memory"
    elif found and best.ends_early:
        given_up = "text"
    elif budget.parameters(best.model).total < SLOW * budget.parameters(PRESETS[DEFAULT_PRESET].model).total:
        given_up = "speed"
    return _told(best, probes, minutes, text, given_up)


def _told(
    chosen: _Candidate, probes: Sequence[Probed], minutes: float, text: TextFacts, given_up: str
) -> LessonPlan | None:
    model, train = chosen.model, chosen.train
    prediction = planning.predict(model, train, probes, held_back=text.held_back_tokens)
    if prediction is None:
        return None
    return LessonPlan(
        minutes=min(minutes, prediction.seconds / 60) if chosen.ends_early else minutes,
        preset=_preset_of(model),
        model=model,
        train=train,
        parameters=budget.parameters(model).total,
        memory_bytes=planning.memory_bytes(model, train, probes),
        seconds=prediction.seconds,
        loss=chosen.loss,
        quality=quality(chosen.loss, text),
        precision=planning.fastest(probes)[-1].precision,
        given_up=given_up,
    )


def _candidates(probes: Sequence[Probed], minutes: float, text: TextFacts) -> Iterator[_Candidate]:
    """Every form in every context and batch, with as many steps as fit into the time, as far as they are of use."""
    for layers, heads, width in FORMS:
        for context in CONTEXTS:
            if 10 * context > text.train_tokens:  # a piece would be a good part of the text
                break
            model = ModelConfig(
                n_layer=layers, n_head=heads, n_embd=width, block_size=context, vocab_size=text.vocab_size
            )
            for tokens in TOKENS:
                rows = tokens // context
                if LEAST_ROWS <= rows <= MOST_ROWS:
                    train = with_optimizer(TrainConfig(batch_size=rows), model, "muon")
                    yield from _timed(model, train, probes, minutes, text)


def _timed(
    model: ModelConfig, train: TrainConfig, probes: Sequence[Probed], minutes: float, text: TextFacts
) -> Iterator[_Candidate]:
    filled = filling(model, train, probes, minutes, text)
    for dropout in (some for some in DROPOUTS if some <= DROPOUT_PER_WIDTH * model.n_embd):
        form = replace(model, dropout=dropout)
        useful = useful_steps(form, filled, text)
        if min(useful, filled.max_steps) >= LEAST_STEPS:
            ends_early = useful < filled.max_steps
            settled = replace(filled, max_steps=min(useful, filled.max_steps))
            yield _Candidate(form, settled, expected_loss(form, settled, text), ends_early)


def filling(
    model: ModelConfig, train: TrainConfig, probes: Sequence[Probed], minutes: float, text: TextFacts
) -> TrainConfig:
    """The same training with as many steps as fit into the time, checked as often as costs little of it.

    Args:
        model: With its vocabulary.
        train: Its batch and optimiser count.
        probes: What was measured; a transformer at least.
        minutes: All of it may be used.
        text: What is to be learnt.
    """
    step_s = planning.expected_step_s(planning.work(model, train), probes)
    check_s = planning.check_s(model, train, step_s, text.held_back_tokens)
    beside_s = planning.START_S + planning.aside_s(model, replace(train, max_steps=MANY)) + 2 * check_s
    left_s = 60 * AIM * minutes - beside_s
    return replace(train, max_steps=max(1, int(left_s / (step_s * (1 + check_times.AIM)))), eval_every=0)


def _bigram(text: TextFacts) -> _Candidate:
    preset = PRESETS["bigram"]
    model = preset.model_for(text.vocab_size)
    return _Candidate(model, preset.train, expected_loss(model, preset.train, text), ends_early=True)


def _preset_of(model: ModelConfig) -> str | None:
    """The preset that has this form; contexts, which cost little, may differ."""
    form = (model.n_layer, model.n_head, model.n_embd)
    presets = ((name, preset.model) for name, preset in PRESETS.items())
    return next((name for name, own in presets if (own.n_layer, own.n_head, own.n_embd) == form), None)


def _fits(candidate: _Candidate, probes: Sequence[Probed], memory_free: int | None) -> bool:
    return planning.has_room(planning.memory_bytes(candidate.model, candidate.train, probes), memory_free)


# The presets, side by side


def recommend(
    probes: Sequence[Probed],
    minutes: float = LESSON_MINUTES,
    text: TextFacts | None = None,
    memory_free: int | None = None,
) -> str:
    """The largest preset whose whole default run ends in time and, where `memory_free` is given, fits into the memory.

    Before anything is measured it is the default preset; where no transformer fits, the bigram.
    """
    if not planning.can_predict(probes):
        return DEFAULT_PRESET
    text = text or TextFacts()
    fitting = [
        name
        for name in PRESETS
        if planning.predicted_s(name, probes, text.vocab_size) <= 60 * minutes
        and planning.has_room(planning.needed_bytes(name, probes, text.vocab_size), memory_free)
    ]
    return max(fitting, key=lambda name: budget.parameters(PRESETS[name].model).total, default="bigram")


def presets(
    probes: Sequence[Probed],
    minutes: float = LESSON_MINUTES,
    text: TextFacts | None = None,
    memory_free: int | None = None,
    has_gpu: bool = False,
) -> list[PresetPlan]:
    """Every preset with its default run, smallest first, with its time here and the reason for or against it.

    Args:
        probes: What was measured, in any order.
        minutes: How long the lesson is.
        text: What is to be learnt; a usual one when not known.
        memory_free: Bytes that training may fill; of the GPU where there is one.
        has_gpu: Whether the probe ran on a GPU.
    """
    text = text or TextFacts()
    best = recommend(probes, minutes, text, memory_free)
    plans = []
    for name, preset in PRESETS.items():
        model = preset.model_for(text.vocab_size)
        prediction = planning.predict(model, preset.train, probes, name, text.held_back_tokens)
        needed = planning.needed_bytes(name, probes, text.vocab_size)
        if prediction is None:
            reason = "yardstick" if name == "bigram" else "unmeasured"
        elif not planning.has_room(needed, memory_free):
            reason = "too_little_memory"
        elif name == best:
            reason = "best"
        elif name == "bigram":
            reason = "yardstick"
        elif prediction.seconds <= 60 * minutes:
            reason = "fits"
        else:
            hopeless = prediction.seconds > GPU_TIMES * 60 * minutes and not has_gpu
            reason = "needs_gpu" if hopeless else "too_slow"
        expected = quality(_preset_loss(name, text), text)
        plans.append(PresetPlan(name, budget.parameters(model).total, needed, prediction, reason, expected))
    return plans


def _preset_loss(name: str, text: TextFacts) -> float:
    """At the best step of its default run: those weights are kept, also where it goes on to learn the text by heart."""
    model, train = PRESETS[name].model_for(text.vocab_size), PRESETS[name].train
    best = train.max_steps if model.is_bigram else min(train.max_steps, useful_steps(model, train, text))
    return expected_loss(model, replace(train, max_steps=best), text)
