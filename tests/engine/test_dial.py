"""The dial: arithmetic on probes of computers that are made up."""

from itertools import pairwise

import pytest
from msgspec.structs import replace

from gpt_studio.engine import budget, dial, planning
from gpt_studio.engine.config import PRESETS, TrainConfig, with_optimizer
from gpt_studio.engine.course.expectation import TextFacts, expected_loss, quality, useful_steps
from gpt_studio.engine.events import Probed

BOOK, LIBRARY = TextFacts(365_000, 65, 1.0), TextFacts(100_000_000, 65, 1.0)
GB = 2**30
SIZES = ("tiny", "small", "medium", "large", "xl")


def computer(*gflop_per_s: float) -> list[Probed]:
    """As fast as that with tiny, small, medium, large and xl, as far as told."""
    probes = []
    for name, speed in zip(SIZES, gflop_per_s, strict=False):
        model, batch = PRESETS[name].model, PRESETS[name].train.batch_size
        step_s = budget.flops_per_step(model, batch) / (speed * 1e9)
        probes.append(Probed(name, step_s, batch * model.block_size / step_s, speed * 1e9, 5))
    return probes


OLD, LAPTOP = computer(4, 5), computer(80, 120, 150)
SMALL_GPU, BIG_GPU = computer(300, 900, 3000, 8000), computer(400, 1500, 6000, 80_000, 120_000)
COMPUTERS = {"old": OLD, "laptop": LAPTOP, "small gpu": SMALL_GPU, "big gpu": BIG_GPU}


@pytest.mark.parametrize("name", COMPUTERS)
@pytest.mark.parametrize("minutes", [2, 5, 10, 30, 60])
def test_a_plan_ends_in_its_time_and_uses_it_unless_the_text_is_too_short(name, minutes):
    plan = dial.choose(COMPUTERS[name], minutes, BOOK)
    assert plan.seconds <= 60 * minutes
    if plan.given_up == "text":
        assert plan.minutes == pytest.approx(plan.seconds / 60)
        assert plan.train.max_steps == useful_steps(plan.model, plan.train, BOOK)
    else:
        assert plan.minutes == minutes and plan.seconds > 0.85 * 60 * minutes
    assert plan.parameters == budget.parameters(plan.model).total
    assert plan.quality == quality(plan.loss, BOOK)


@pytest.mark.parametrize("name", COMPUTERS)
def test_more_time_is_never_expected_to_learn_less(name):
    losses = [dial.choose(COMPUTERS[name], minutes, BOOK).loss for minutes in dial.STOPS]
    assert all(later <= earlier * (1 + dial.PREFERRED) for earlier, later in pairwise(losses))


def test_no_preset_filling_the_same_time_is_expected_to_learn_more():
    for minutes in dial.STOPS:
        plan = dial.choose(LAPTOP, minutes, BOOK)
        for preset in list(PRESETS.values())[1:]:
            model = preset.model_for(BOOK.vocab_size)
            filled = dial.filling(model, preset.train, LAPTOP, minutes, BOOK)
            assert plan.loss <= expected_loss(model, filled, BOOK) * (1 + dial.PREFERRED)


def test_a_faster_gpu_with_more_memory_is_given_a_larger_model_up_to_gpt2():
    sizes = [
        dial.choose(probes, 10, LIBRARY, memory).parameters
        for probes, memory in ((LAPTOP, 8 * GB), (SMALL_GPU, 8 * GB), (BIG_GPU, 75 * GB))
    ]
    assert sizes == sorted(set(sizes))
    best = dial.choose(BIG_GPU, 30, LIBRARY, 75 * GB)
    assert best.preset == "gpt2" and best.given_up == ""


@pytest.mark.parametrize("text", [BOOK, LIBRARY])
def test_the_same_gpu_with_less_memory_is_given_a_smaller_model_and_says_why(text):
    free = [75 * GB, GB, GB // 4]
    plans = [dial.choose(BIG_GPU, 30, text, memory) for memory in free]
    assert plans[0].parameters > plans[1].parameters > plans[2].parameters
    assert [plan.given_up for plan in plans[1:]] == ["memory", "memory"]
    for plan, memory in zip(plans, free, strict=True):
        assert plan.memory_bytes <= planning.usable_bytes(memory)


def test_an_old_computer_is_given_a_small_model_and_is_told_so():
    plan = dial.choose(OLD, 2, BOOK)
    assert plan.given_up == "speed" and plan.parameters < budget.parameters(PRESETS["small"].model).total / 2
    assert plan.quality in ("letters", "words")


def test_a_computer_that_can_make_no_steps_of_a_transformer_is_given_the_bigram():
    plan = dial.choose(computer(0.01), 2, BOOK)
    assert (plan.preset, plan.given_up, plan.quality) == ("bigram", "speed", "letters")


def test_before_anything_is_measured_nothing_is_planned():
    assert dial.choose([], 10) is None
    assert dial.choose([Probed("bigram", 0.001, 1.0, 1.0, 5)], 10) is None


def test_a_text_of_a_page_is_learnt_in_short_contexts_only():
    page = TextFacts(900, 40, 1.0)
    assert dial.choose(LAPTOP, 10, page).model.block_size == 64


def test_the_way_that_was_fastest_is_the_one_that_counts():
    slow_half = [replace_probe(probe, precision="bf16", step_s=8 * probe.step_s) for probe in LAPTOP]
    assert dial.choose([*slow_half, *LAPTOP], 5, BOOK) == dial.choose(LAPTOP, 5, BOOK)
    fast_half = [replace_probe(probe, precision="bf16", step_s=probe.step_s / 3) for probe in LAPTOP]
    faster = dial.choose([*LAPTOP, *fast_half], 5, BOOK)
    assert faster.precision == "bf16" and faster.loss < dial.choose(LAPTOP, 5, BOOK).loss


def replace_probe(probe: Probed, precision: str, step_s: float) -> Probed:
    speed = probe.flops_per_s * probe.step_s / step_s
    return Probed(probe.preset, step_s, probe.tokens_per_s * probe.step_s / step_s, speed, 5, precision)


def test_the_slider_may_be_turned_as_fast_as_it_likes():
    looked_at = list(dial._candidates(LAPTOP, 10, BOOK))
    assert 100 < len(looked_at) < 1000  # a search of some 20 ms


# What is expected


def train(preset="small", **changes) -> TrainConfig:
    return replace(PRESETS[preset].train, **changes)


def test_longer_larger_and_on_an_easier_text_means_a_lower_loss_as_long_as_the_text_lasts():
    small, medium = PRESETS["small"].model, PRESETS["medium"].model
    losses = [expected_loss(small, train(max_steps=steps), LIBRARY) for steps in (100, 500, 2000, 20_000)]
    assert losses == sorted(losses, reverse=True)
    long = train(max_steps=20_000)
    assert expected_loss(medium, long, LIBRARY) < expected_loss(small, long, LIBRARY)
    assert expected_loss(small, train(), BOOK) < expected_loss(small, train(), BOOK._replace(difficulty=1.2))


def test_a_short_text_is_learnt_by_heart_and_dropout_puts_that_off():
    model = PRESETS["medium"].model
    settled = with_optimizer(TrainConfig(batch_size=32), model, "muon")
    best = useful_steps(model, settled, BOOK)
    at_best = expected_loss(model, replace(settled, max_steps=best), BOOK)
    for steps in (best // 2, 2 * best):
        assert expected_loss(model, replace(settled, max_steps=steps), BOOK) > at_best
    assert useful_steps(replace(model, dropout=0.2), settled, BOOK) > best
    assert useful_steps(model, settled, LIBRARY) > best


def test_qualities_come_in_order():
    words = [quality(loss, BOOK) for loss in (4.0, 2.4, 1.5, 1.3, 1.1)]
    assert words == ["noise", "letters", "words", "phrases", "style"]
