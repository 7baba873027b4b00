"""Models of well-known lessons, as starting points beside the presets. The window names the lessons."""

from msgspec.structs import replace

from gpt_studio.engine.config import ModelConfig, Preset, TrainConfig, with_optimizer


def _lesson(name: str, model: ModelConfig, rate: float, batch: int, steps: int) -> Preset:
    train = with_optimizer(TrainConfig(max_steps=steps, batch_size=batch), model, "adamw")
    return Preset(id=name, model=model, train=replace(train, learning_rate=rate))


# The lectures' own code: a head of its own with a bias, biases in the matrices, ReLU. Theirs has none in Q, K and V.
_LECTURE = ModelConfig(bias=True, tied=False, head_bias=True, activation="relu")

LESSONS: dict[str, Preset] = {
    lesson.id: lesson
    for lesson in (
        _lesson(
            "demo_104k",
            ModelConfig(n_layer=2, n_head=4, n_embd=64, block_size=32, bias=True, tied=False, head_bias=True),
            1e-3,
            32,
            400,
        ),
        _lesson("mini_2x64", ModelConfig(n_layer=2, n_head=4, n_embd=64, block_size=64), 1e-3, 32, 3000),
        _lesson("lecture_32", replace(_LECTURE, n_layer=3, n_head=4, n_embd=32, block_size=8), 1e-3, 32, 5000),
        _lesson(
            "lecture_384",
            replace(_LECTURE, n_layer=6, n_head=6, n_embd=384, block_size=256, dropout=0.2),
            3e-4,
            64,
            5000,
        ),
        _lesson("nanogpt_cpu", ModelConfig(n_layer=4, n_head=4, n_embd=128, block_size=64), 1e-3, 12, 2000),
    )
}
