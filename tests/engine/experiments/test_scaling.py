"""Scaling: the plan of sizes, and what is kept of it with real runs of toys."""

import math
from itertools import pairwise

import pytest
from msgspec.structs import replace

from gpt_studio.engine import budget, training
from gpt_studio.engine.config import PRESETS
from gpt_studio.engine.course.expectation import TextFacts
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Probed
from gpt_studio.engine.experiments import effects, scaling, scaling_record
from gpt_studio.engine.experiments.effects import Outcome
from gpt_studio.engine.experiments.scaling import Plan, Size
from gpt_studio.engine.experiments.scaling_record import BY_HEART, Notes, role_of
from gpt_studio.engine.requests import CorpusText
from gpt_studio.engine.workshop import Workshop

TEXT = TextFacts(365_000, 60, 1.0)


def probes(factor: float = 1.0) -> list[Probed]:
    """A machine of two cores, or one that is so many times slower."""

    def told(preset: str, step_s: float) -> Probed:
        chosen = PRESETS[preset]
        operations = budget.flops_per_step(chosen.model_for(60), chosen.train.batch_size)
        return Probed(
            preset=preset,
            step_s=step_s * factor,
            tokens_per_s=1.0,
            flops_per_s=operations / (step_s * factor),
            steps_measured=9,
            precision="fp32",
            threads=2,
            device="cpu",
        )

    return [told("bigram", 0.001), told("tiny", 0.01), told("small", 0.045)]


@pytest.fixture
def corpus_text(tiny_text) -> CorpusText:
    return CorpusText(id="toy", title="Toy", text=tiny_text)


@pytest.fixture
def toy_plan(corpus_text) -> Plan:
    """Four models of two steps each."""
    facts = scaling_record.facts_of(corpus_text)
    train = scaling.plan(probes(), 3, TEXT).sizes[0].train
    train = replace(train, max_steps=2, batch_size=2, eval_every=1, micro_batch=2, threads=1, precision="fp32")
    sizes = [scaling.form(parameters, facts.vocab_size) for parameters in (8e3, 16e3, 32e3, 64e3)]
    sizes = tuple(Size(model=replace(model, block_size=16), train=train, seconds=1.0) for model in sizes)
    return Plan(minutes=3, epochs=0.1, sizes=sizes)


def outcome(role: str, bits: float, final: float | None = None, is_whole: bool = True) -> Outcome:
    last = bits if final is None else final
    return Outcome(
        role=role,
        held_back=((0, 6.0), (1, bits), (2, last)),
        training=(),
        final=last if is_whole else None,
        best=bits,
        best_step=1,
        step=2,
        seconds=0.2,
    )


# The plan


@pytest.mark.parametrize("minutes", scaling.MINUTES)
@pytest.mark.parametrize("factor", [0.1, 1, 4])
def test_a_plan_fits_into_its_minutes_and_grows_in_even_steps(minutes, factor):
    plan = scaling.plan(probes(factor), minutes, TEXT)
    sizes = [size.parameters for size in plan.sizes]
    assert 5 <= len(sizes) <= 7
    assert plan.seconds <= 60 * minutes
    assert sizes[0] == pytest.approx(10_000, rel=0.1)
    steps = [math.log(after / before) for before, after in pairwise(sizes)]
    assert max(steps) < 1.6 * min(steps)


def test_all_models_of_a_plan_differ_in_their_size_alone():
    sizes = scaling.plan(probes(), 5, TEXT).sizes
    assert len({size.train for size in sizes}) == 1
    assert len({size.tokens for size in sizes}) == 1
    assert {(size.model.block_size, size.model.vocab_size, size.model.dropout) for size in sizes} == {(64, 60, 0.0)}
    assert all(budget.parameters(size.model).total == size.parameters for size in sizes)


def test_more_minutes_make_larger_models_once_the_text_was_read_four_times():
    shorter, longer = (scaling.plan(probes(), minutes, TEXT) for minutes in (5, 20))
    assert shorter.epochs == pytest.approx(4, abs=0.01)
    assert longer.epochs == shorter.epochs
    assert longer.sizes[-1].parameters > 2 * shorter.sizes[-1].parameters


def test_on_a_slow_machine_all_models_read_less_so_that_the_sizes_still_lie_far_apart():
    plan = scaling.plan(probes(4), 5, TEXT)
    assert plan.epochs < 3
    assert plan.sizes[-1].parameters > 0.7 * scaling.SPAN * plan.sizes[0].parameters


def test_there_is_no_plan_without_a_measurement_nor_where_the_minutes_do_not_suffice():
    assert scaling.plan([], 5, TEXT) is None
    assert scaling.plan(probes()[:1], 5, TEXT) is None
    assert scaling.plan(probes(100), 3, TEXT) is None


def test_a_plan_keeps_within_the_memory():
    free = scaling.plan(probes(0.1), 20, TEXT, memory_free=200_000_000)
    assert free.sizes[-1].parameters < scaling.plan(probes(0.1), 20, TEXT).sizes[-1].parameters


def test_a_form_has_about_the_parameters_that_are_asked_for():
    for parameters in (1e4, 5e4, 3e5, 2e6, 4e7):
        model = scaling.form(parameters, 60)
        assert budget.parameters(model).total == pytest.approx(parameters, rel=0.15)


def test_the_next_size_is_one_step_further_and_its_time_follows_what_was_measured():
    plan = scaling.plan(probes(), 5, TEXT)
    last = plan.sizes[-1]
    after = scaling.next_size(plan.sizes, last, 100.0, TEXT.train_tokens)
    assert after.parameters / last.parameters == pytest.approx(plan.ratio, rel=0.2)
    assert after.train == last.train
    assert scaling.next_size(plan.sizes, last, 200.0, TEXT.train_tokens).seconds > 1.8 * after.seconds


# The record


def test_a_series_of_real_runs_is_kept_and_its_law_foretells_the_next_one(corpus_text, toy_plan):
    series = scaling_record.begun(toy_plan, corpus_text, "toy")
    notes = scaling_record.notes_of(series)
    assert notes.sizes == toy_plan.sizes
    assert scaling_record.next_of(notes) is None
    ordered = scaling_record.orders(notes, range(4), corpus_text, series.id)
    for order in ordered:
        for _ in training.train(Workshop(), order.request):
            pass
    found = {order.role: effects.outcome(order.role, order.request.run) for order in ordered}
    series = scaling_record.with_outcomes(series, found)
    assert scaling_record.with_outcomes(series, found) is None
    notes = scaling_record.notes_of(series)
    assert [size for size, _ in notes.counted()] == [*toy_plan.sizes]
    assert scaling_record.missing(notes) == []
    series = replace(series, runs={ordered[0].role: str(ordered[0].request.run)})
    assert scaling_record.text_again(series, notes) == corpus_text
    after = scaling_record.with_next(notes, scaling_record.next_of(notes))
    told = after.foretold[role_of(4)]
    assert told.points == 4
    assert told.low < told.bits < told.high
    assert told.bits == pytest.approx(scaling_record.law(notes).at(after.sizes[4].parameters))


def test_a_run_that_did_not_get_to_its_end_is_no_point(toy_plan, corpus_text):
    notes = scaling_record.notes_of(scaling_record.begun(toy_plan, corpus_text, "toy"))
    whole = {role: outcome(role, 3.0 - place / 10) for place, role in enumerate(notes.roles)}
    stopped = {**whole, role_of(1): outcome(role_of(1), 2.0, is_whole=False)}
    assert scaling_record.law(replace(notes, outcomes=whole)).points == 4
    notes = replace(notes, outcomes=stopped)
    assert scaling_record.law(notes).points == 3
    assert scaling_record.missing(notes) == [1]


def test_the_lowest_check_counts_and_what_rose_after_it_was_learnt_by_heart(toy_plan, corpus_text):
    notes = scaling_record.notes_of(scaling_record.begun(toy_plan, corpus_text, "toy"))
    found = {role: outcome(role, 2.0, 2.0 + (role == role_of(3)) * 2 * BY_HEART) for role in notes.roles}
    notes = replace(notes, outcomes=found)
    assert [bits for _, bits in notes.counted()] == [2.0] * 4
    assert scaling_record.learnt_by_heart(notes) == [notes.sizes[3]]


def test_notes_that_make_no_sense_are_none(toy_plan, corpus_text):
    series = scaling_record.begun(toy_plan, corpus_text, "toy")
    for notes in ({}, {**series.notes, "sizes": []}, {**series.notes, "epochs": "many"}):
        assert scaling_record.notes_of(replace(series, notes=notes)) is None
    assert scaling_record.notes_of(replace(series, kind="ladder")) is None


def test_another_text_under_the_same_name_is_refused(tmp_path, toy_plan, corpus_text):
    file = tmp_path / "toy.txt"
    file.write_text(corpus_text.text.replace("a", "e"), "utf-8")
    series = scaling_record.begun(toy_plan, corpus_text, str(file))
    with pytest.raises(StudioError) as refused:
        scaling_record.text_again(series, scaling_record.notes_of(series))
    assert refused.value.code == "scaling.text_changed"


def test_a_text_that_is_too_short_is_refused(toy_plan):
    with pytest.raises(StudioError):
        scaling_record.begun(toy_plan, CorpusText(id="s", title="S", text="short"), "s")


def test_notes_survive_the_disk(toy_plan, corpus_text):
    series = scaling_record.begun(toy_plan, corpus_text, "toy")
    told = scaling_record.with_next(scaling_record.notes_of(series), toy_plan.sizes[-1])
    assert isinstance(told, Notes)
    assert scaling_record.notes_of(scaling_record.with_notes(series, told)) == told


def test_beyond_the_largest_form_there_is_no_next_one():
    plan = scaling.plan(probes(), 5, TEXT)
    last = replace(plan.sizes[-1], model=scaling.form(1e12, 60))
    assert scaling.next_size(plan.sizes, last, 100.0, TEXT.train_tokens) is None
