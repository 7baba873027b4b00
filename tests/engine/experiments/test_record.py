"""What is kept of an experiment with its runs."""

import msgspec
import pytest
from msgspec.structs import replace

from gpt_studio.engine.experiments import record
from gpt_studio.engine.experiments.catalogue import EXPERIMENTS
from gpt_studio.engine.experiments.effects import Outcome, effect
from gpt_studio.engine.experiments.record import Forecast, begun, notes_of, with_notes, with_outcomes
from gpt_studio.engine.experiments.series import Series
from gpt_studio.engine.requests import CorpusText

from ..conftest import TEXT

TOY = CorpusText(id="toy", title="Toy", text=TEXT)
FORECAST = Forecast(lower="a", by=0.4, because="heads look at different things", curves={"b": ((0, 6.0), (300, 2.7))})


@pytest.fixture
def series() -> Series:
    return begun(EXPERIMENTS["one_head"], FORECAST, TOY)


def test_all_that_was_noted_comes_back_from_a_file(series):
    again = msgspec.json.decode(msgspec.json.encode(series), type=Series)
    notes = notes_of(again)
    assert notes.forecast == FORECAST
    assert notes.experiment == EXPERIMENTS["one_head"]
    assert (again.kind, again.about, again.corpus_id) == ("experiment", "one_head", "toy")


def test_notes_that_make_no_sense_are_no_notes(series):
    assert notes_of(replace(series, notes={"forecast": 3})) is None
    assert notes_of(replace(series, kind="ladder")) is None
    heads = replace(series, notes=msgspec.json.decode(msgspec.json.encode(series.notes)))
    heads.notes["experiment"]["a"]["model"]["n_head"] = 7
    assert notes_of(heads) is None


def test_what_a_run_came_to_is_noted_once(series, trained):
    noted = with_outcomes(series, {"a:1337": trained})
    assert notes_of(noted).outcomes["a:1337"].final > 0
    assert with_outcomes(noted, {"a:1337": trained}) is None
    assert with_outcomes(series, {"a:1337": trained.parent / "nothing"}) is None


def test_a_forecast_is_measured_against_what_came_out():
    def came(a: float, b: float):
        ends = [
            Outcome(role=role, held_back=(), training=(), final=final, best=final, best_step=1, step=1)
            for role, final in (("a:1", a), ("b:1", b))
        ]
        return effect(EXPERIMENTS["one_head"], ends)

    assert record.miss(FORECAST, came(2.0, 2.5)) == pytest.approx(0.1)
    assert record.miss(Forecast(lower="b", by=0.4), came(2.0, 2.5)) == pytest.approx(0.9)
    assert record.miss(Forecast(lower="same"), came(2.0, 2.5)) == pytest.approx(0.5)
    assert record.miss(Forecast(lower="unknown", by=0.4), came(2.0, 2.5)) is None
    assert record.miss(Forecast(lower="b"), came(2.0, 2.5)) is None


def test_a_drawn_curve_is_measured_where_it_was_drawn():
    measured = ((0, 6.0), (10, 4.0), (20, 3.0))
    run = Outcome(role="b:1", held_back=measured, training=(), final=3.0, best=3.0, best_step=20, step=20)
    assert record.drawn_miss(((5, 4.5), (20, 3.5)), [run]) == pytest.approx((1 / 6 + 0.5) / 2)
    assert record.drawn_miss((), [run]) is None
    assert record.drawn_miss(((0, 6.0), (20, 3.0)), []) is None


def test_orders_name_their_place_in_the_series(tmp_path):
    file = tmp_path / "toy.txt"
    file.write_text(TEXT, "utf-8")
    words = EXPERIMENTS["words"]
    words = replace(words, a=replace(words.a, corpus=str(file)), b=replace(words.b, corpus=str(file)))
    made = record.orders(words, [*record.first_pair(words), *record.further_pairs(words)], "id")
    assert [order.role for order in made] == ["a:1337", "b:1337", "a:1338", "b:1338", "a:1339", "b:1339"]
    assert {order.series for order in made} == {"id"}
    assert len({order.request.corpus.text for order in made}) == 4  # as it is, and shuffled in three ways


def test_the_text_of_a_run_can_be_learnt_from_again(trained):
    assert record.text_of(str(trained)).text == TEXT


def test_a_conclusion_stays_with_the_record(series):
    noted = with_notes(series, replace(notes_of(series), conclusion="Heads share the work."))
    assert notes_of(noted).conclusion == "Heads share the work."
    assert noted.id == series.id
