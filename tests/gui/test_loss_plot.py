"""The loss chart: what it shows, what it says, and what its arithmetic keeps."""

import math

import numpy as np
import pytest
from PySide6.QtCore import Qt

from gpt_studio.engine.events import Evaluated, StepDone
from gpt_studio.engine.judging.yardsticks import Yardsticks
from gpt_studio.gui import eta, theme
from gpt_studio.gui.open_run import Curve
from gpt_studio.gui.parts.train import chart_export
from gpt_studio.gui.parts.train.curves import FEW, OtherCurve, Smoother, envelope, few, loss_range
from gpt_studio.gui.parts.train.loss_plot import LossPlot
from gpt_studio.gui.widgets.ticks import round_steps


def step_done(step: int, loss: float, seconds: float | None = None) -> StepDone:
    elapsed = step * 0.05 if seconds is None else seconds
    return StepDone(
        step=step, train_loss=loss, learning_rate=1e-3, grad_norm=0.5, tokens_per_s=20_000.0, seconds=elapsed
    )


def check(step: int, loss: float) -> Evaluated:
    return Evaluated(step=step, train_loss=None, val_loss=loss, bits_per_char=loss / math.log(2))


@pytest.fixture
def curve() -> Curve:
    """900 steps, checked every 100, the best at 700."""
    made = Curve()
    made.add(check(0, 4.1))
    noise = np.random.default_rng(0).standard_normal(901) * 0.05
    for step in range(1, 901):
        made.add(step_done(step, 1.2 + 2.9 / (1 + step / 40) + noise[step]))
        if step % 100 == 0:
            made.add(check(step, 1.6 + abs(step - 700) / 1000))
    return made


@pytest.fixture
def plot(qtbot, curve) -> LossPlot:
    made = LossPlot()
    qtbot.addWidget(made)
    made.resize(800, 300)
    made.show()
    made.show_run(curve, 1000, 60)
    return made


def test_the_whole_run_to_come_is_in_view_and_pure_guessing_with_it(plot):
    (left, right), (bottom, top) = plot.viewRange()
    assert left == 0 and 1000 <= right <= 1020
    assert bottom < 1.2
    assert top > math.log(60)


def test_lines_that_are_two_pixels_wide_have_few_points_however_long_the_run(plot, curve):
    for step in range(901, 6000):
        curve.add(step_done(step, 1.3))
    plot.follow()
    assert len(plot.lines.smoothed.getData()[0]) <= FEW
    assert plot.lines.smoothed.getData()[0][-1] == 5999
    assert len(plot.lines.raw.getData()[0]) <= 2 * 601 + 1


def test_the_sentence_names_losses_and_best_point(plot):
    assert plot.describe().startswith("Loss, step 900: training 1.3")
    assert plot.describe().endswith("held back 1.80, best 1.60 at 700")


def test_the_best_point_is_marked_and_its_label_stays_inside_at_the_right_edge(plot, curve):
    for step in range(901, 1001):
        curve.add(step_done(step, 1.3))
    curve.add(check(1000, 1.5))
    plot.follow()
    step, _, words = plot._marks.best
    assert (step, words) == (1000, "best held back 1.50, step 1,000")
    area = plot._marks.boundingRect()
    box = plot._marks._free_place(plot._marks._pixels(step, 1.5), 200, 26)
    assert area.contains(box)


def test_arrow_keys_read_the_figures_at_each_check_and_escape_ends_it(plot, qtbot):
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    assert plot.reading_words.startswith("step 800 · training 1.3")
    assert plot.reading_words.endswith("held back 1.70")
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert plot.reading_words.startswith("step 900")
    qtbot.keyClick(plot, Qt.Key.Key_Escape)
    assert plot.reading_words == ""


def test_other_runs_are_named_at_their_end(plot):
    steps = np.array([0.0, 500.0, 1000.0])
    plot.show_others([OtherCurve("long", steps, steps * 0 + 2), OtherCurve("short", steps[:2], steps[:2] * 0 + 3)])
    assert [words for words, _ in plot._ends.places()] == ["pure guessing", "long"]
    assert [words for *_, words in plot._marks.names] == ["short"]


def test_names_at_the_right_get_room_with_the_zoom(plot):
    narrow = plot._ends.size().width()
    theme.set_zoom(150)
    assert plot._ends.maximumWidth() > 1.3 * narrow


def test_names_at_the_right_do_not_lie_upon_each_other(plot):
    steps = np.array([0.0, 1000.0])
    plot.show_others([OtherCurve(name, steps, np.array([4.0, 2.0 + place / 100])) for place, name in enumerate("abc")])
    heights = [y for _, y in plot._ends.places()]
    assert min(np.diff(heights)) >= 12


def test_a_logarithmic_scale_shows_the_same_losses(plot):
    plot.set_scale(bits=False, log=True)
    (_, _), (bottom, top) = plot.viewRange()
    assert 10**bottom < 1.25
    assert 10**top > math.log(60)
    levels = plot._y_axis.tickValues(bottom, top, 300)
    assert "2" in plot._y_axis.tickStrings(levels[0][1], 1, 1)


KNOWN = Yardsticks(uniform=5.9, letters=4.4, two=3.5, five=2.2, xz=2.3, characters=4000, sampled=False)


def test_in_bits_every_line_moves_together_and_every_word_with_it(plot, curve):
    plot.show_references(KNOWN, 1.7)
    nats = {line.words: line.loss for line in plot.references.shown}
    heights = plot.lines.held_back.getData()[1].copy()
    plot.set_scale(bits=True, log=False)
    np.testing.assert_allclose(plot.lines.held_back.getData()[1], heights / math.log(2))
    labels = dict(plot._ends.places())
    assert labels.keys() == nats.keys()
    assert plot.references._lines[1].value() == pytest.approx(4.4)
    assert plot.references._lines[-1].value() == pytest.approx(1.7 / math.log(2))
    assert plot.describe().endswith("held back 2.60, best 2.31 at 700 (bits per character)")
    plot.read(700)
    assert plot.reading_words.endswith("held back 2.31")


def test_a_token_of_several_characters_makes_a_character_cheaper(plot, curve):
    longer = Curve()
    for step, loss in ((0, 6.0), (10, 4.0)):
        longer.add(Evaluated(step=step, train_loss=None, val_loss=loss, bits_per_char=loss / math.log(2) / 2.5))
    plot.show_run(longer, 20, 500)
    plot.show_references(KNOWN, None)
    letters = next(line for line in plot.references.shown if line.key == "letters")
    assert letters.loss == pytest.approx(4.4 * math.log(2) * 2.5)  # what a token costs, in nats
    plot.set_scale(bits=True, log=False)
    assert plot.lines.held_back.getData()[1][-1] == pytest.approx(4.0 / math.log(2) / 2.5)


def test_lines_to_compare_with_are_named_apart_even_where_they_lie_together_at_the_bottom(plot):
    close = Yardsticks(uniform=5.9, letters=4.4, two=1.61, five=1.6, xz=1.62, characters=9, sampled=False)
    plot.show_references(close, 1.1)
    places = plot._ends.places()
    assert {words for words, _ in places} == {
        "pure guessing",
        "letter counts",
        "2-gram",
        "5-gram",
        "xz",
        "earlier best",
    }
    heights = [y for _, y in places]
    assert min(np.diff(heights)) >= 12
    assert heights[-1] <= plot._ends.size().height()


def test_a_line_to_compare_with_can_be_switched_off(plot):
    plot.show_references(KNOWN, None)
    plot.switch_reference("xz", False)
    assert "xz" not in dict(plot._ends.places()) and len(plot.references._lines) == 4
    plot.switch_reference("xz", True)
    assert "xz" in dict(plot._ends.places())


def test_another_text_is_said_at_the_end_of_its_line(plot):
    steps = np.array([0.0, 1000.0])
    plot.show_others([OtherCurve("pitches", steps, steps * 0 + 2, other_text=True)])
    assert "pitches (other text)" in dict(plot._ends.places())


def test_the_mouse_reads_where_it_is_and_a_click_keeps_the_reading(plot):
    plot._view.pointed.emit(500.2)
    assert plot.reading_words.startswith("step 500")
    plot._view.clicked.emit(300.0)
    plot._view.pointed.emit(600.0)
    assert plot.reading_words.startswith("step 300")
    plot.read(None)
    plot._view.pointed.emit(math.nan)
    assert plot.reading_words == ""


def test_keys_look_closer_move_and_lead_back(plot, qtbot):
    assert not plot.whole.isVisible()
    plot.read(600)
    for _ in range(4):
        qtbot.keyClick(plot, Qt.Key.Key_Plus)
    low, high = plot.viewRange()[0]
    assert low < 600 < high and high - low < 300
    assert len(plot.lines.smoothed.getData()[0]) > 200  # not every third one, as of the whole curve
    qtbot.keyClick(plot, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert plot.viewRange()[0][0] > low
    assert plot.whole.isVisible()
    plot.whole.click()
    assert plot.viewRange()[0][0] == 0 and plot.viewRange()[0][1] >= 1000
    assert not plot.whole.isVisible()


def test_looking_closer_stays_while_the_curve_grows_until_all_is_asked_for(plot, curve):
    plot._view.setRange(xRange=(200, 400), padding=0)
    plot._view.closer = True
    curve.add(step_done(901, 1.3))
    plot.follow()
    assert plot.viewRange()[0] == [200, 400]
    plot.reset_view()
    assert plot.viewRange()[0][0] == 0 and plot.viewRange()[0][1] >= 1000


def test_the_same_run_under_another_name_stays_in_view_as_it_is(plot, curve):
    plot._view.closer = True
    plot._view.setRange(xRange=(100, 200), padding=0)
    plot.read(150)
    plot.show_run(curve, 1000, 60)
    assert plot._view.viewRange()[0] == [100, 200]
    assert plot.reading_words.startswith("step 150")
    plot.show_run(curve, 2000, 60)  # it goes on further: another chart
    assert plot._view.viewRange()[0][1] >= 2000


def test_the_best_point_is_whole_even_at_the_last_step(plot, curve):
    curve.add(check(1000, 1.5))
    plot.follow()
    marks = plot._marks
    assert marks._pixels(1000, 1.5).x() + 9 <= marks.boundingRect().right()


def test_the_chart_takes_the_colours_of_another_theme(plot):
    theme.use("dark")
    assert plot.lines.smoothed.opts["pen"].color().name().upper() == theme.current().train
    assert plot.lines.held_back.opts["pen"].color().name().upper() == theme.current().val


def test_a_chart_without_a_run_says_what_will_come(plot):
    plot.show_run(None, 1500, 60)
    assert plot._marks.hint
    assert plot.describe() == "Loss: nothing is measured yet."


def test_the_average_is_the_same_whether_it_is_fed_at_once_or_in_parts(curve):
    steps, losses = curve.steps.values, curve.train_loss.values
    at_once, in_parts = Smoother(), Smoother()
    at_once.follow(steps, losses)
    for end in (1, 10, 300, 900):
        in_parts.follow(steps[:end], losses[:end])
    np.testing.assert_array_equal(at_once.smoothed.values, in_parts.smoothed.values)


def test_the_average_does_not_lie_above_a_loss_that_falls():
    steps = np.arange(1.0, 401.0)
    smoother = Smoother()
    smoother.follow(steps, 4.0 - steps / 200)
    np.testing.assert_allclose(
        smoother.smoothed.values[-50:], 4.0 - steps[-50:] / 200, atol=0.05
    )  # the plain average lies 0.3 above


def test_the_average_of_the_first_steps_is_theirs_alone():
    values = np.array([4.0, 3.0, 5.0, 4.0])
    smoother = Smoother()
    smoother.follow(np.arange(1.0, 5.0), values)
    assert smoother.smoothed.values[0] == 4.0
    flat = Smoother()
    flat.follow(np.arange(1.0, 200.0), np.full(199, 2.5))
    np.testing.assert_allclose(flat.smoothed.values, 2.5)
    many = np.random.default_rng(3).standard_normal((400, 30)) + 2.0
    ends = []
    for row in many:
        each = Smoother()
        each.follow(np.arange(1.0, 31.0), row)
        ends.append(each.smoothed.values[4])
    assert np.mean(ends) == pytest.approx(2.0, abs=0.15)  # neither drawn to 0 nor to the first batch


def test_the_average_begins_anew_with_another_curve(curve):
    smoother = Smoother()
    smoother.follow(curve.steps.values, curve.train_loss.values)
    smoother.follow(np.array([1.0]), np.array([9.0]))
    assert smoother.last == 9.0


def test_the_envelope_keeps_every_peak_and_leaves_the_past_alone():
    steps = np.arange(1.0, 5001.0)
    values = np.random.default_rng(1).standard_normal(5000)
    values[1234] = 50.0
    places, thinned = envelope(steps, values, 5000, 500)
    assert thinned.max() == 50.0
    assert len(places) <= 1003
    _, before = envelope(steps[:4000], values[:4000], 5000, 500)
    np.testing.assert_array_equal(before[:700], thinned[:700])


def test_few_keeps_the_first_and_the_newest_point():
    steps = np.arange(1000.0)
    places, _ = few(steps, steps, 300)
    assert len(places) <= 300
    assert (places[0], places[-1]) == (0, 999)


def test_a_loss_that_runs_away_does_not_flatten_the_rest():
    bottom, top = loss_range([np.array([4.0, 2.0, 900.0, np.nan])], 4.1, log=False)
    assert bottom < 2.0
    assert top < 11


def test_round_steps_are_round():
    assert round_steps(0, 3000, 6) == [0, 500, 1000, 1500, 2000, 2500, 3000]
    assert round_steps(5, 5, 4) == []


def test_the_table_holds_every_step_and_every_check(curve):
    lines = chart_export.figures(curve).splitlines()
    assert len(lines) == 902
    assert lines[0].startswith("step,train_loss,val_loss")
    assert lines[1].startswith("0,,4.1")
    assert lines[101].split(",")[2] == "2.2"
    assert lines[2].split(",")[2] == ""


def test_the_picture_is_a_picture_in_both_formats(plot):
    assert chart_export.png(plot, "Loss").startswith(b"\x89PNG")
    assert b"<svg" in chart_export.svg(plot, "Loss")


def test_time_left_is_told_after_twenty_steps_and_a_slow_step_does_not_move_it():
    curve, seconds = Curve(), 0.0
    for step in range(1, 61):
        seconds += 3.0 if step == 40 else 0.1
        curve.add(step_done(step, 2.0, seconds))
        if step < 20:
            assert eta.seconds_left(curve, 1060) is None
    assert eta.seconds_left(curve, 1060) == pytest.approx(100, rel=0.01)
    assert eta.seconds_left(curve, 60) == 0


def test_time_left_is_told_for_a_run_that_was_resumed_before_its_last_line():
    curve = Curve()
    for step in [*range(1, 31), *range(21, 51)]:
        curve.add(step_done(step, 2.0))
    assert eta.seconds_left(curve, 150) == pytest.approx(5, rel=0.01)


def test_time_left_is_right_soon_after_a_resume_on_a_slower_day():
    curve, seconds = Curve(), 0.0
    for step in range(1, 106):
        seconds += 0.1 if step <= 100 else 0.4
        curve.add(step_done(step, 2.0, seconds))
        if step == 101:
            assert eta.seconds_left(curve, 1101, since=100) == pytest.approx(100, rel=0.01)  # the old pace, at once
    assert eta.seconds_left(curve, 1105, since=100) == pytest.approx(400, rel=0.01)
