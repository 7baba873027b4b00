"""The experiments that are ready to run, and a student's own."""

import pytest
from msgspec.structs import replace

from gpt_studio.engine import corpus
from gpt_studio.engine.config import ModelConfig
from gpt_studio.engine.errors import ConfigError
from gpt_studio.engine.experiments.catalogue import EXPERIMENTS, USUAL
from gpt_studio.engine.experiments.experiment import Run, request, run_of, runs_of
from gpt_studio.engine.experiments.own import Words, differences, own, with_value
from gpt_studio.engine.requests import CorpusText

from ..conftest import TEXT

MORE_THAN_ONE = {"bigram", "equal_parameters", "wide_deep"}  # forms that differ in more than one number, and say so
WORDS = Words("Mine", "Why?", "A thing", ("one", "other"))


@pytest.mark.parametrize("experiment", EXPERIMENTS.values(), ids=list(EXPERIMENTS))
def test_every_experiment_changes_one_thing_on_a_text_that_comes_with_the_program(experiment):
    assert experiment.a.corpus == experiment.b.corpus
    assert experiment.a.corpus in corpus.BUILT_IN
    found = differences(experiment.a, experiment.b)
    if experiment.seeds_differ:
        assert found == ()
    elif experiment.id not in MORE_THAN_ONE:
        assert len(found) == 1


@pytest.mark.parametrize("experiment", EXPERIMENTS.values(), ids=list(EXPERIMENTS))
def test_what_was_measured_of_an_experiment_makes_sense(experiment):
    measured = experiment.measured
    assert measured.low <= measured.difference + 0.001
    assert measured.difference <= measured.high + 0.001
    assert 0 < measured.spread < 0.5
    reach = 4.303 * measured.spread / 3**0.5  # of three pairs
    assert (measured.high - measured.low) / 2 == pytest.approx(reach, abs=0.003) or experiment.seeds_differ


@pytest.mark.parametrize("experiment", EXPERIMENTS.values(), ids=list(EXPERIMENTS))
def test_both_sides_are_checked_at_the_same_steps(experiment):
    assert experiment.a.train.max_steps == experiment.b.train.max_steps
    assert experiment.a.train.eval_every == experiment.b.train.eval_every > 0


def test_equal_parameters_are_equal():
    def in_blocks(model: ModelConfig) -> int:
        return 12 * model.n_layer * model.n_embd**2  # 4 of attention, 8 of feed-forward

    experiment = EXPERIMENTS["equal_parameters"]
    assert in_blocks(experiment.a.model) == in_blocks(experiment.b.model) == 196_608


def test_pairs_have_one_seed_each():
    runs = runs_of(EXPERIMENTS["dropout"], seed=7, per_side=2)
    assert [run.role for run in runs] == ["a:7", "b:7", "a:8", "b:8"]


def test_where_the_seed_is_the_changed_thing_no_seed_comes_twice():
    runs = runs_of(EXPERIMENTS["seed"], seed=7, per_side=3)
    assert sorted(run.seed for run in runs) == [7, 8, 9, 10, 11, 12]


def test_a_role_names_its_run():
    assert run_of("b:42") == Run(side="b", seed=42)
    assert run_of("step 3") is None
    assert run_of("a:x") is None


def test_a_request_has_the_settings_of_its_side_and_the_seed_of_its_run(tmp_path):
    experiment = EXPERIMENTS["words"]
    text = CorpusText(id="toy", title="Toy", text=TEXT)
    a, b = (request(experiment, run, text, tmp_path) for run in runs_of(experiment, seed=5))
    assert a.train.seed == b.train.seed == 5
    assert a.corpus.text == TEXT
    assert b.corpus.text != TEXT
    assert (a.model, a.tokenizer) == (b.model, b.tokenizer)


def test_an_own_experiment_differs_in_the_one_thing():
    made = own(USUAL, "dropout", (0.0, 0.3), WORDS)
    assert differences(made.a, made.b) == ("dropout",)
    assert made.b.model.dropout == 0.3


def test_an_own_experiment_with_equal_values_is_refused():
    with pytest.raises(ConfigError) as refused:
        own(USUAL, "dropout", (0.1, 0.1), WORDS)
    assert refused.value.code == "experiment.same"


def test_a_part_can_be_left_out_on_one_side():
    made = own(USUAL, "without.mlp", (False, True), WORDS)
    assert made.b.model.without == ("mlp",)
    assert made.a.model.without == ()


def test_a_value_beyond_the_limits_is_refused():
    with pytest.raises(ConfigError) as refused:
        with_value(USUAL, "dropout", 1.5)
    assert refused.value.code == "experiment.value"


def test_an_optimiser_brings_what_suits_it_and_counts_as_one_thing():
    made = own(USUAL, "optimizer", ("muon", "adamw"), WORDS)
    assert made.a.train.learning_rate != made.b.train.learning_rate
    assert differences(made.a, made.b) == ("optimizer",)


def test_an_optimiser_with_the_rate_of_another_counts_as_two_things():
    b = replace(USUAL, train=replace(with_value(USUAL, "optimizer", "adamw").train, learning_rate=0.5))
    assert set(differences(USUAL, b)) > {"optimizer", "learning_rate"}


def test_both_settings_of_an_own_experiment_are_checked_at_the_same_steps():
    made = own(USUAL, "n_head", (4, 1), WORDS)
    assert made.a.train.eval_every == made.b.train.eval_every == 25
