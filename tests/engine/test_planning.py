import pytest

from gpt_studio.engine import budget, dial, planning
from gpt_studio.engine.config import PRESETS
from gpt_studio.engine.events import Probed

ORDER = list(PRESETS)


def probed(preset: str, gflop_per_s: float) -> Probed:
    """What a probe would tell on a computer of that speed."""
    model, batch = PRESETS[preset].model, PRESETS[preset].train.batch_size
    step_s = budget.flops_per_step(model, batch) / (gflop_per_s * 1e9)
    return Probed(preset, step_s, batch * model.block_size / step_s, gflop_per_s * 1e9, 5)


def computer(gflop_per_s: float) -> list[Probed]:
    return [probed(name, gflop_per_s) for name in ("tiny", "small")]


def test_what_was_measured_says_so_and_the_rest_is_predicted():
    probes = computer(100)
    rows = {row.preset: row for row in dial.presets(probes)}
    assert rows["small"].prediction.measured and not rows["medium"].prediction.measured
    steps = PRESETS["small"].train.max_steps * probes[1].step_s
    assert steps < rows["small"].prediction.seconds < 1.2 * steps  # the checks come on top


def test_a_larger_model_takes_the_largest_measured_ones_speed():
    probes = [probed("tiny", 30), probed("small", 100)]
    large, small = PRESETS["large"], PRESETS["small"]
    times = planning.work(large.model, large.train) / planning.work(small.model, small.train)
    steps_s = large.train.max_steps * times * probes[1].step_s
    assert steps_s < planning.predicted_s("large", probes) < 1.1 * steps_s


def test_between_two_measured_models_the_time_lies_between_theirs():
    probes = [probed("tiny", 20), probed("medium", 100)]
    time = planning.predict(PRESETS["small"].model, PRESETS["small"].train, probes)
    step_s = time.seconds / (PRESETS["small"].train.max_steps * 1.2)
    assert probes[0].step_s < step_s < probes[1].step_s
    assert not time.measured


def test_a_settings_own_model_is_never_called_measured():
    assert not planning.predict(PRESETS["small"].model, PRESETS["small"].train, computer(100)).measured


@pytest.mark.parametrize("gflop_per_s", [1, 10, 100, 1000, 10_000, 100_000])
def test_the_recommended_preset_is_the_largest_that_fits(gflop_per_s):
    probes = computer(gflop_per_s)
    best = dial.recommend(probes, minutes=10)
    fitting = [name for name in ORDER if planning.predicted_s(name, probes) <= 600]
    assert best == (fitting[-1] if fitting else "bigram")
    assert {row.preset for row in dial.presets(probes) if row.reason == "best"} == {best}


def test_more_time_never_means_a_smaller_model():
    probes = computer(60)
    bests = [ORDER.index(dial.recommend(probes, minutes)) for minutes in (0.01, 1, 5, 10, 60, 600)]
    assert bests == sorted(bests)


def test_a_computer_short_of_memory_is_given_a_smaller_model():
    probes = computer(100_000)
    assert dial.recommend(probes, 60) == "gpt2"
    assert dial.recommend(probes, 60, memory_free=10**9) in ("medium", "large")
    reasons = {row.preset: row.reason for row in dial.presets(probes, 60, memory_free=10**9)}
    assert reasons["gpt2"] == "too_little_memory"


def test_a_model_far_too_slow_for_a_processor_wants_a_gpu_unless_there_is_one():
    probes = computer(50)
    assert {row.preset: row.reason for row in dial.presets(probes)}["xl"] == "needs_gpu"
    assert {row.preset: row.reason for row in dial.presets(probes, has_gpu=True)}["xl"] == "too_slow"
    assert {row.preset: row.reason for row in dial.presets(probes)}["bigram"] == "yardstick"


def test_before_anything_is_measured_nothing_is_claimed():
    assert dial.recommend([]) == "small"
    assert all(row.prediction is None for row in dial.presets([]))
    with pytest.raises(ValueError, match="nothing was measured"):
        planning.predicted_s("small", [])


def test_slow_steps_are_halved_until_they_are_short_enough():
    assert planning.micro_batch_for(0.05, 24) == 24
    assert planning.micro_batch_for(0.051, 24) == 12
    assert planning.micro_batch_for(0.4, 24) == 3
    assert planning.micro_batch_for(100.0, 24) == 1


def test_a_bigrams_speed_alone_predicts_nothing():
    assert dial.recommend([probed("bigram", 1)]) == "small"
    assert planning.predict(PRESETS["tiny"].model, PRESETS["tiny"].train, [probed("bigram", 1)]) is None
