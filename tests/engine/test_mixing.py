"""Parts of a text, mixtures and planted sentences."""

from collections import Counter
from pathlib import Path

import pytest

from gpt_studio.engine.corpus import cut_of, split
from gpt_studio.engine.errors import CorpusError
from gpt_studio.engine.text_care.edits import apply_edits
from gpt_studio.engine.text_care.mixing import PIECE, largest_mixture, mix, plant
from gpt_studio.engine.text_care.portions import bounds, even_parts, first_part

ROOT = Path(__file__).resolve().parents[2]
VERSE = (ROOT / "corpora" / "verse_drama.txt").read_text("utf-8")[:100_000]
PITCHES = (ROOT / "corpora" / "startup_pitches.txt").read_text("utf-8")[:150_000]


@pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
@pytest.mark.parametrize("part", [first_part, even_parts])
def test_a_part_has_the_share_that_was_asked_for_and_ends_with_a_paragraph(part, share: float) -> None:
    left = apply_edits(VERSE, part(VERSE, share).edits)
    assert len(left) / len(VERSE) == pytest.approx(share, abs=0.01)
    assert left[-1:] == VERSE[-1:] if share == 1 else left.endswith("\n\n")


def test_the_first_part_is_the_beginning_and_even_parts_come_from_everywhere() -> None:
    assert VERSE.startswith(apply_edits(VERSE, first_part(VERSE, 0.1).edits))
    even = apply_edits(VERSE, even_parts(VERSE, 0.1).edits)
    for tenth in range(10):
        stretch = VERSE[tenth * 10_000 : (tenth + 1) * 10_000]
        assert any(paragraph in even for paragraph in stretch.split("\n\n")[1:-1] if len(paragraph) > 40)


@pytest.mark.parametrize("text", ["", "a", "one line without an end", "a\nb\nc", "\n\n\n\n", "line\n" * 9])
def test_of_a_short_text_something_always_stays(text: str) -> None:
    for part in (first_part, even_parts):
        left = apply_edits(text, part(text, 0.1).edits)
        assert bool(left) == bool(text)
    assert bounds(text)[0] == 0 and bounds(text)[-1] == len(text)


@pytest.mark.parametrize("size", [20_000, 120_000])
def test_a_mixture_holds_its_weights_in_both_parts_and_repeats_nothing(size: int) -> None:
    made = mix([VERSE, PITCHES], [1, 2], size, seed=5)
    assert len(made) == pytest.approx(size, abs=2 * PIECE)
    lines = {line for line in VERSE.split("\n") if len(line) > 30}
    for part in split(made):
        verse = sum(len(line) for line in part.split("\n") if line in lines)
        all_long = sum(len(line) for line in part.split("\n") if len(line) > 30)
        assert verse / all_long == pytest.approx(1 / 3, abs=0.12)
    counts = Counter(line for line in made.split("\n") if len(line) > 50)
    whole = Counter(line for line in f"{VERSE}\n{PITCHES}".split("\n") if len(line) > 50)
    assert all(count <= whole[line] for line, count in counts.items())


def test_the_same_seed_makes_the_same_mixture() -> None:
    assert mix([VERSE, PITCHES], [1, 1], 50_000, 1) == mix([VERSE, PITCHES], [1, 1], 50_000, 1)
    assert mix([VERSE, PITCHES], [1, 1], 50_000, 1) != mix([VERSE, PITCHES], [1, 1], 50_000, 2)


def test_no_mixture_is_larger_than_its_scarcest_text_allows() -> None:
    assert largest_mixture([1000, 9000], [1, 1]) == 2000
    assert largest_mixture([1000, 9000], [1, 3]) == 4000
    assert largest_mixture([1000, 9000], [0, 1]) == 9000
    assert len(mix([VERSE[:10_000], PITCHES], [1, 1], 10**9, 1)) == pytest.approx(20_000, abs=PIECE)
    with pytest.raises(CorpusError, match=r"mixture\.weights"):
        mix([VERSE], [0], 1000, 1)


@pytest.mark.parametrize("times", [1, 10, 200])
def test_a_planted_sentence_stands_in_the_training_part_alone(times: int) -> None:
    sentence = "The key to the observatory lies under the blue flowerpot."
    found = plant(VERSE, sentence, times, seed=3)
    train, held_back = split(apply_edits(VERSE, found.edits))
    assert train.count(sentence) == times
    assert sentence not in held_back
    assert apply_edits(VERSE, found.edits).replace(f"{sentence}\n\n", "").replace(f"{sentence}\n", "") == VERSE


def test_it_can_stand_anywhere_and_the_same_seed_puts_it_there_again() -> None:
    anywhere = plant(VERSE, "Anywhere at all.", 400, seed=3, training_only=False)
    assert max(edit.start for edit in anywhere.edits) > cut_of(len(VERSE))
    assert anywhere == plant(VERSE, "Anywhere at all.", 400, seed=3, training_only=False)
    assert anywhere != plant(VERSE, "Anywhere at all.", 400, seed=4, training_only=False)


def test_what_cannot_be_planted_is_refused() -> None:
    with pytest.raises(CorpusError, match=r"plant\.empty"):
        plant(VERSE, "  \n ", 1, 1)
    with pytest.raises(CorpusError) as caught:
        plant("one\ntwo\nthree\n" * 20, "Too often.", 500, 1)
    assert caught.value.code == "plant.no_room"
    assert 0 <= caught.value.values["room"] < 500
