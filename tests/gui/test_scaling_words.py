"""Scaling in words: no more is said than the points allow."""

import pytest

from gpt_studio.engine.config import TrainConfig
from gpt_studio.engine.experiments import scaling, scaling_record
from gpt_studio.engine.experiments.effects import Outcome
from gpt_studio.engine.experiments.scaling import Plan, Size
from gpt_studio.engine.experiments.scaling_record import Notes, role_of
from gpt_studio.gui.parts.experiments import scaling_words as words


def notes_of(losses: list[float], last: float | None = None) -> Notes:
    """Runs that came to these losses, each about three times as large as the one before; `last`: the last check of the
    largest, where it is not the lowest.
    """
    sizes = tuple(
        Size(model=scaling.form(1e4 * 3**place, 60), train=TrainConfig(max_steps=2), seconds=1.0)
        for place in range(len(losses))
    )
    finals = [*losses[:-1], last or losses[-1]]
    outcomes = {
        role_of(place): Outcome(
            role=role_of(place),
            held_back=((0, 6.0), (1, loss), (2, final)),
            training=(),
            final=final,
            best=loss,
            best_step=1,
            step=2,
            seconds=1.0,
        )
        for place, (loss, final) in enumerate(zip(losses, finals, strict=True))
    }
    return Notes(
        minutes=5,
        corpus="toy",
        sha256="",
        train_tokens=3600,
        epochs=1,
        sizes=sizes,
        planned=len(sizes),
        outcomes=outcomes,
    )


def on_a_law(count: int, power: float, factor: float, floor: float = 0.0) -> list[float]:
    return [floor + factor * size.parameters**-power for size in notes_of([1.0] * count).sizes]


def verdict(losses: list[float]) -> str:
    notes = notes_of(losses)
    return words.verdict(notes, scaling_record.law(notes))


def certainty(losses: list[float]) -> str:
    notes = notes_of(losses)
    return words.certainty(notes, scaling_record.law(notes))


def test_the_verdict_says_no_more_than_the_points_allow():
    falling = on_a_law(4, 0.1, 4)
    assert verdict(falling[:2]) == "A line takes 3 runs that have got to their end. So far: 2."
    assert verdict(falling[:3]) == "Ten times the parameters take 21 % off the loss."
    assert verdict(falling) == "Ten times the parameters take 21 % (21 to 21) off the loss."
    assert verdict(falling[::-1]) == "Larger models did not end lower here."
    assert "too far beside the line" in verdict([2.0, 2.3, 1.8, 1.9])


def test_a_line_that_bends_is_told_with_its_floor():
    told = verdict(on_a_law(6, 0.4, 40, floor=1.5))
    assert told.startswith("The line bends towards 1.50 bits: from 2.5 M parameters on, ten times as many take")


def test_how_sure_it_is_and_what_the_largest_one_brought_is_told():
    assert "how sure that is cannot be told" in certainty([2.4, 2.2, 2.0])
    assert "brought nothing more" in certainty([2.4, 2.2, 2.0, 2.0])
    assert "brought nothing more" not in certainty([2.4, 2.2, 2.0, 1.8])


def test_what_was_learnt_by_heart_is_told():
    assert words.by_heart(notes_of([2.4, 2.2, 2.0])) == ""
    assert "rose again before the end at 94 k parameters" in words.by_heart(notes_of([2.4, 2.2, 2.0], last=2.3))


@pytest.mark.parametrize(
    ("epochs", "told"),
    [(0.84, "84 % of the training text"), (1.0, "the training text once"), (40.2, "the training text 40 times")],
)
def test_how_much_of_the_text_is_read_is_told(epochs, told):
    assert told in words.plan_words(Plan(minutes=5, epochs=epochs, sizes=notes_of([2.0, 1.9]).sizes))


@pytest.mark.parametrize(("epochs", "told"), [(20.0, "learn it by heart"), (4.0, "lie close together"), (0.5, "close")])
def test_what_keeps_a_plan_from_telling_more_is_told(epochs, told):
    assert told in words.plan_limits(Plan(minutes=5, epochs=epochs, sizes=notes_of([2.0, 1.9, 1.8]).sizes))


@pytest.mark.parametrize(
    ("number", "told"), [(9960, "10 k"), (1500, "1.5 k"), (24280, "24 k"), (999_900, "1 M"), (1_071_076, "1.1 M")]
)
def test_sizes_are_short(number, told):
    assert words.short_size(number) == told


@pytest.mark.parametrize(("number", "told"), [(1e10, "10¹⁰"), (3.1e9, "3.1·10⁹"), (1e3, "10³"), (9.99e11, "10¹²")])
def test_operations_are_powers_of_ten(number, told):
    assert words.power_of_ten(number) == told


@pytest.mark.parametrize(("share", "told"), [(0.0214, "+2.1 %"), (-0.009, "−0.9 %"), (-0.0001, "0.0 %")])
def test_how_far_a_loss_lies_beside_the_line_is_told_with_its_sign(share, told):
    assert words.beside(share) == told
