"""What two sides of an experiment show, and when they show nothing."""

from statistics import stdev

import pytest
from msgspec.structs import replace

from gpt_studio.engine import training
from gpt_studio.engine.experiments import effects
from gpt_studio.engine.experiments.catalogue import EXPERIMENTS
from gpt_studio.engine.experiments.effects import Outcome, compared, effect, outcome, paired, t_quantile
from gpt_studio.engine.workshop import Workshop

from ..conftest import run_job

PLAIN = EXPERIMENTS["one_head"]


def ended(role: str, final: float | None, best: float | None = None) -> Outcome:
    return Outcome(role=role, held_back=(), training=(), final=final, best=best or final, best_step=30, step=30)


def sides(a: list[float | None], b: list[float | None]) -> list[Outcome]:
    return [
        *(ended(f"a:{seed}", final) for seed, final in enumerate(a)),
        *(ended(f"b:{seed}", final) for seed, final in enumerate(b)),
    ]


def test_two_means_are_compared_as_the_textbook_does():
    # Worked by hand: variances 1 and 4, so the error is sqrt(1/3 + 4/3); Welch's degrees of freedom 2.94, taken as 2.
    told = compared([1.0, 2.0, 3.0], [2.0, 4.0, 6.0])
    assert told.difference == pytest.approx(2.0)
    assert told.standard_error == pytest.approx((5 / 3) ** 0.5)
    assert told.spread == pytest.approx(2.5**0.5)
    assert told.high == pytest.approx(2.0 + 4.303 * (5 / 3) ** 0.5)
    assert told.low == pytest.approx(2.0 - 4.303 * (5 / 3) ** 0.5)


def test_pairs_are_compared_as_the_textbook_does():
    # Worked by hand: differences 1, 2, 3; so their spread is 1, the error 1 / sqrt(3), with 2 degrees of freedom.
    told = paired([5.0, 1.0, 3.0], [6.0, 3.0, 6.0])
    assert (told.difference, told.pairs, told.pair_spread) == (pytest.approx(2.0), 3, pytest.approx(1.0))
    assert told.high - told.difference == pytest.approx(4.303 / 3**0.5)


def test_what_both_runs_of_a_pair_share_does_not_blur_their_difference():
    told = effect(PLAIN, sides([2.37, 2.79, 2.82], [2.47, 2.90, 2.91]))
    assert told.verdict == "a_lower"
    assert told.pairs == 3
    assert told.spread > 0.2 > told.pair_spread


def test_runs_without_a_partner_are_compared_by_their_means():
    told = effect(PLAIN, [*sides([2.3, 2.31], []), ended("b:7", 2.5), ended("b:8", 2.52)])
    assert told.pairs == 0
    assert told.verdict == "a_lower"


def test_the_quantiles_fall_towards_those_of_the_normal_distribution():
    rows = [t_quantile(degrees) for degrees in range(1, 31)]
    assert rows == sorted(rows, reverse=True)
    assert t_quantile(2.9) == t_quantile(2) == 4.303
    assert 1.96 < t_quantile(1000) < 2.05


def test_a_large_difference_needs_one_pair_only():
    told = effect(PLAIN, sides([2.28], [3.40]))
    assert told.verdict == "a_lower"
    assert told.difference == pytest.approx(1.12)
    assert not told.wants_seeds


def test_a_small_difference_wants_more_seeds_before_anything_is_said():
    told = effect(PLAIN, sides([2.28], [2.29]))
    assert told.verdict == "unsure"
    assert told.wants_seeds


def test_a_difference_within_the_spread_of_the_seeds_is_called_chance():
    told = effect(PLAIN, sides([2.27, 2.29, 2.28], [2.29, 2.27, 2.285]))
    assert told.verdict == "chance"
    assert told.low < 0 < told.high
    assert not told.wants_seeds


def test_a_small_difference_that_every_seed_shows_is_told():
    told = effect(PLAIN, sides([2.300, 2.302, 2.301], [2.280, 2.281, 2.279]))
    assert told.verdict == "b_lower"
    assert told.high < 0
    assert told.spread == pytest.approx(stdev([2.300, 2.302, 2.301]))


def test_nothing_is_said_while_a_side_is_missing():
    assert effect(PLAIN, sides([2.3], [])) is None
    assert effect(PLAIN, []) is None


def test_a_run_that_did_not_get_to_its_end_is_named_and_compared_with_nothing():
    told = effect(PLAIN, sides([2.3], [None]))
    assert told.verdict == "failed"
    assert told.failed == ("b:0",)
    assert told.difference is None


def test_runs_that_differ_in_their_seed_alone_are_asked_for_three_pairs_and_tell_the_spread():
    seed = EXPERIMENTS["seed"]
    assert effect(seed, sides([2.28], [3.0])).wants_seeds
    told = effect(seed, sides([2.28, 2.29, 2.30], [2.27, 2.28, 2.29]))
    assert told.verdict == "seeds"
    assert told.spread == pytest.approx(0.01)


def test_without_the_mask_no_winner_is_named():
    assert effect(EXPERIMENTS["without_mask"], sides([2.3], [0.1])).verdict == "peeks"


def test_two_texts_are_no_contest():
    other = replace(PLAIN, b=replace(PLAIN.a, corpus="startup_pitches"))
    assert effect(other, sides([2.3], [2.0])).verdict == "texts"


def test_a_trained_run_tells_its_curves_in_bits_per_character(trained):
    found = outcome("a:1", trained)
    assert [step for step, _ in found.held_back] == [0, 10, 20, 30]
    assert found.final == found.held_back[-1][1]
    assert found.best == min(bits for _, bits in found.held_back)
    assert len(found.training) == 3


def test_a_run_that_was_stopped_early_has_no_last_check(toy_request):
    request = toy_request()
    job = training.train(Workshop(), request)
    for report in job:
        if any(getattr(event, "step", 0) >= 15 for event in report or ()):
            break
    assert outcome("a:1", request.run) is None  # it is still in training
    job.close()
    assert outcome("a:1", request.run).final is None


def test_a_run_that_is_not_there_has_no_outcome(tmp_path):
    assert outcome("a:1", tmp_path / "nothing") is None


def test_a_curve_is_read_between_its_points():
    points = ((0, 6.0), (10, 4.0))
    assert effects.at(points, 5) == 5.0
    assert effects.at(points, 10) == 4.0
    assert effects.at(points, 11) is None


def test_a_whole_run_ends_with_its_last_check(toy_request):
    request = toy_request(max_steps=3, eval_every=3)
    run_job(training.train(Workshop(), request))
    found = outcome("b:7", request.run)
    assert (found.step, found.final) == (3, found.held_back[-1][1])
    assert (found.run.side, found.run.seed) == ("b", 7)
