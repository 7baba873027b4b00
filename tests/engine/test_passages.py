"""The best and the worst passages, against a search that looks at every pair of places."""

import math
import random

import numpy as np
import pytest

from gpt_studio.engine.judging.passages import Passage, worst_and_best


def by_brute_force(tokens, nats, wide, most):
    found = []
    for first in range(len(tokens)):
        before, token = (tokens[first - 1] if first else " "), tokens[first]
        if not ((before[-1].isspace() and not token[0].isspace()) or (token[0].isspace() and token.strip())):
            continue
        for end in range(first + 1, len(tokens) + 1):
            characters = sum(len(each) for each in tokens[first:end])
            if characters >= wide:
                bits = sum(float(each) for each in nats[first:end]) / characters / math.log(2)
                if not math.isnan(bits):
                    found.append(Passage(first, end, bits))
                break
    picked = []
    for sign in (-1, 1):
        kind = []
        for each in sorted(found, key=lambda passage: (sign * passage.bits, passage.first)):
            others = [*picked, *kind]
            if len(kind) < most and not any(each.first < o.end and o.first < each.end for o in others):
                kind.append(each)
        picked += kind
        yield kind


@pytest.mark.parametrize("seed", range(12))
def test_they_are_those_that_a_search_of_all_places_finds(seed):
    chance = random.Random(seed)
    tokens = [chance.choice(["a", "b", " ", "\n", " the", "ing", "é", "  "]) for _ in range(160)]
    nats = np.array([chance.choice([0.1, 1.0, 2.5, 6.0]) for _ in tokens], dtype=np.float32)
    nats[[0, 77]] = np.nan
    wide, most = chance.choice([5, 12, 30]), chance.choice([1, 3, 9])
    found = worst_and_best(tokens, nats, wide, most)
    for kind, expected in zip(found, by_brute_force(tokens, nats, wide, most), strict=True):
        assert [(each.first, each.end) for each in kind] == [(each.first, each.end) for each in expected]
        assert [each.bits for each in kind] == pytest.approx([each.bits for each in expected])


def test_a_hard_line_among_easy_ones_is_the_worst_passage():
    text = "so it goes on and on\n" * 20
    nats = np.full(len(text), 0.2, dtype=np.float32)
    nats[210:231] = 5.0
    worst, best = worst_and_best(text, nats, wide=20, most=1)
    assert (worst[0].first, worst[0].end) == (210, 230)
    assert worst[0].bits == pytest.approx(5.0 / math.log(2))
    assert best[0].bits == pytest.approx(0.2 / math.log(2), rel=1e-5)


def test_a_text_shorter_than_a_passage_has_none():
    assert worst_and_best("short", np.ones(5, dtype=np.float32)) == ([], [])
