"""The cost of a longer text, as Look inside shows it."""

import pytest

from gpt_studio.engine.inside.seen import CostSeen
from gpt_studio.gui.parts.look.cost_view import CostView, milliseconds

LENGTHS = (32, 64, 128, 256, 512, 1024)


@pytest.fixture
def view(in_view):
    return in_view(CostView())


def test_it_says_how_both_parts_grow(view):
    for n in LENGTHS:
        view.take(CostSeen(length=n, attention_s=1e-8 * n * n, feed_forward_s=1e-6 * n, table_bytes=16 * n * n))
    words = view.said.text()
    assert "4.0 times as long in attention and 2.0 times in the feed-forward" in words
    told = view.rows.accessibleDescription()
    assert told.count(";") == len(LENGTHS) - 1
    assert "1,024 tokens: attention 10.5 ms, feed-forward 1.02 ms, table 16 MB" in told
    assert not view.grab().isNull()


def test_a_new_measurement_begins_with_the_shortest_length(view):
    for n in (32, 64, 128, 32):
        view.take(CostSeen(length=n, attention_s=1e-4, feed_forward_s=1e-4, table_bytes=16))
    assert view.rows.accessibleDescription().startswith("32 tokens")
    assert view.said.text() == "Measuring…"
    view.clear()
    assert view.rows.accessibleDescription() == ""


def test_a_part_that_the_model_lacks_is_said_to_be_left_out(view):
    for n in LENGTHS:
        view.take(CostSeen(length=n, attention_s=1e-8 * n * n, feed_forward_s=None, table_bytes=16 * n * n))
    assert view.said.text().startswith("Twice the text takes 4.0 times as long in attention; attention's table")
    assert "feed-forward left out" in view.rows.accessibleDescription()
    assert not view.grab().isNull()


def test_a_plain_mean_is_said_to_have_no_table(view):
    for n in LENGTHS:
        view.take(CostSeen(length=n, attention_s=1e-7 * n, feed_forward_s=1e-6 * n, table_bytes=0))
    assert view.said.text().startswith("Twice the text takes 2.0 times as long in attention")
    assert view.said.text().endswith("attention is a running sum and has no table.")
    assert "table none" in view.rows.accessibleDescription()
    assert "running sum" in view.method.text() and "n × n" not in view.method.text()


def test_where_few_lengths_fit_no_growth_is_told(view):
    view.take(CostSeen(length=32, attention_s=1.0, feed_forward_s=1.0, table_bytes=16))
    view.finish()
    assert "no growth can be told" in view.said.text()


def test_times_are_written_with_the_digits_that_tell():
    assert [milliseconds(each) for each in (4.2e-05, 0.0031, 0.128)] == ["0.042 ms", "3.1 ms", "128 ms"]
