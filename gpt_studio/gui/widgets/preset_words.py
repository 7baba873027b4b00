"""Presets and plans in words."""

from gpt_studio.engine.config import PRESETS, ModelConfig, TrainConfig
from gpt_studio.engine.dial import PresetPlan
from gpt_studio.engine.planning import LESSON_MINUTES, Prediction, usable_bytes
from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr

TITLES = {
    "xl": "XL",
    "gpt2": "GPT-2 size",
    "demo_104k": "Demo, 104 k",
    "mini_2x64": "Mini GPT, 2 × 64",
    "lecture_32": "Lecture, 3 × 32",
    "lecture_384": "Lecture, 6 × 384",
    "nanogpt_cpu": "nanoGPT on a processor",
}
LESSON_WORDS = {
    "demo_104k": "A classroom demo, “to be or not to be …” again and again: 103,821 parameters with its 13 characters.",
    "mini_2x64": "A common first exercise, trained for 3,000 steps. No number of parameters goes with it.",
    "lecture_32": "Karpathy's lecture “Let's build GPT”: the model on the way, with a context of 8.",
    "lecture_384": "Karpathy's lecture “Let's build GPT”: the last model, 10,788,929 parameters, "
    "and here 6,912 more: the lecture has no biases in Q, K and V. Wants a GPU.",
    "nanogpt_cpu": "The settings that nanoGPT's read-me gives for a processor: 0.80 million parameters.",
}
REASON_ICONS = {  # icon and the token of its colour
    "best": ("tick", "good"),
    "fits": ("info", "text2"),
    "yardstick": ("info", "text2"),
    "unmeasured": ("gauge", "text3"),
    "too_slow": ("triangle", "warn"),
    "needs_gpu": ("triangle", "warn"),
    "too_little_memory": ("triangle", "warn"),
}

QUALITIES = {"noise": "Noise", "letters": "Letters", "words": "Words", "phrases": "Phrases", "style": "Style"}


def quality(code: str) -> str:
    """What a sample is expected to show, in a word."""
    return tr(QUALITIES[code]) if code in QUALITIES else ""


def title(preset: str) -> str:
    """As people read it: "Small" for small."""
    return TITLES.get(preset, preset.capitalize())


def lesson(name: str | None) -> str:
    """Where a model of another lesson comes from; "" for all else."""
    return tr(LESSON_WORDS[name]) if name in LESSON_WORDS else ""


def form(model: ModelConfig) -> str:
    """The form of a model in one line."""
    if model.is_bigram:
        return tr("looks back 1 character")
    layers = tr("{n} layers") if model.n_layer != 1 else tr("{n} layer")
    return f"{layers.format(n=model.n_layer)} × {messages.count(model.n_embd)}"


def reason(plan: PresetPlan, memory_free: int | None = None, minutes: float = LESSON_MINUTES) -> str:
    """Why, or why not, in a few words."""
    told = {
        "best": tr("Best that fits {minutes} min"),
        "fits": tr("Done early, but smaller"),
        "yardstick": tr("Yardstick: begin here"),
        "unmeasured": tr("Measure to know"),
        "too_slow": tr("Too slow for {minutes} min"),
        "needs_gpu": tr("Wants a GPU"),
        "too_little_memory": tr("Needs more than the free memory"),
    }[plan.reason]
    if plan.reason == "too_little_memory" and memory_free is not None:
        room = messages.size(usable_bytes(memory_free))
        told = tr("Needs {needed}, has {room}").format(needed=messages.size(plan.memory_bytes), room=room)
    return told.format(minutes=f"{minutes:g}")


def time_here(prediction: Prediction | None) -> tuple[str, str]:
    """The time, and whether it was measured: ("4 min 12 s", "measured")."""
    if prediction is None:
        return "–", tr("not measured")
    if prediction.measured:
        return messages.duration(prediction.seconds), tr("measured")
    return messages.time_left(prediction.seconds), tr("predicted")


def count_here(plan: PresetPlan) -> str:
    """Parameters: whole below a million, else "2.74 M"."""
    return messages.short_count(plan.parameters)


def default_train(preset: str) -> TrainConfig:
    """The training settings that a preset begins with."""
    return PRESETS[preset].train
