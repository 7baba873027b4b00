"""The guessing game: the student, a counter and the GPT on one passage."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from gpt_studio.engine import corpus, files, run_record, runs
from gpt_studio.engine.config import ModelConfig, TrainConfig
from gpt_studio.engine.events import TextRead
from gpt_studio.engine.keeping import library
from gpt_studio.engine.tokenizer import Tokenizer
from gpt_studio.gui.background import Background
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.parts.generalize import guessing_round
from gpt_studio.gui.parts.generalize.guessing_game import COUNTER, GPT, GuessingGame
from gpt_studio.gui.parts.generalize.guessing_round import MOST_GUESSES, Round

WAIT_MS = 20_000


def a_run(text: str) -> OpenRun:
    tokenizer = Tokenizer.characters(text)
    record = run_record.RunRecord(
        name="toy",
        created="2026-01-01T10:00:00Z",
        model=ModelConfig(vocab_size=tokenizer.vocab_size),
        train=TrainConfig(),
        corpus=run_record.CorpusRecord(id="toy", title="Toy", sha256=files.sha256(text.encode()), characters=len(text)),
    )
    path = library.new_folder_for("toy")
    runs.create(path, record, text, tokenizer)
    return OpenRun(path, record)


def read_by_a_gpt(text: str, order: str) -> TextRead:
    """A model that always names the characters of `order`, in that order."""
    known = np.ones(len(text), dtype=bool)
    chances = np.tile(np.linspace(0.5, 0.1, len(order), dtype=np.float32), (len(text), 1))
    return TextRead(tuple(text), np.ones(len(text), np.float32), known, (tuple(order),) * len(text), chances)


@pytest.fixture
def game(qtbot, in_view):
    background = Background()
    made = GuessingGame(background, lambda: True)
    made.reads = []
    made.read_asked.connect(made.reads.append)
    in_view(made.card)
    yield made
    background.shut_down()


@pytest.fixture
def dealt(qtbot, game, tiny_text):
    game.follow(a_run(tiny_text * 4))
    game.begin()
    qtbot.waitUntil(lambda: game.round is not None, timeout=WAIT_MS)
    return game


def test_a_round_is_played_on_held_back_text_alone(dealt, tiny_text):
    held_back = corpus.split(tiny_text * 4)[1]
    assert dealt.round.text in held_back
    assert dealt.round.shown == dealt.round.text[: dealt.round.first]
    assert dealt.card.field.isEnabled()


def test_what_is_typed_is_a_guess_and_space_and_enter_are_characters(qtbot, dealt):
    dealt.round = Round("abc a\nb", 3)
    for key in (Qt.Key.Key_Space, Qt.Key.Key_X, Qt.Key.Key_A, Qt.Key.Key_Return, Qt.Key.Key_B):
        qtbot.keyClick(dealt.card.field, key)
    assert dealt.round.taken == [1, 2, 1, 1]
    assert dealt.round.is_over
    assert not dealt.card.field.isEnabled()
    assert dealt.card.field.text() == ""


def test_after_the_last_wrong_guess_the_character_is_told_and_counts_as_one_more(dealt):
    dealt.round = Round("abcdef", 2)
    for wrong in "123456"[:MOST_GUESSES]:
        dealt.guess(wrong)
    assert dealt.round.taken == [MOST_GUESSES + 1]
    assert dealt.card.said.text() == "It was c."
    dealt.give_up()
    assert dealt.round.taken == [MOST_GUESSES + 1] * 2


def test_the_same_wrong_guess_twice_costs_one(dealt):
    dealt.round = Round("abcdef", 2)
    for guess in "xxc":
        dealt.guess(guess)
    assert dealt.round.taken == [2]


def test_the_gpt_is_asked_for_all_its_candidates_and_plays_along(dealt):
    (request,) = dealt.reads
    assert request.text == dealt.round.text
    assert request.candidates == dealt._run.record.model.vocab_size
    dealt.take(read_by_a_gpt(dealt.round.text, "".join(sorted(set(dealt.round.text)))))
    assert set(dealt.round.machines) == {COUNTER, GPT}
    dealt.guess(dealt.round.text[dealt.round.first])
    judged = dealt.round.scores()
    assert [score.characters for _, score in judged.values()] == [1, 1, 1]
    assert "You: 1 guess 100 %" in dealt.card.chart.accessibleDescription()


def test_a_gpt_whose_tokens_are_words_cannot_be_asked_letter_by_letter():
    read = read_by_a_gpt("ab", "ab")
    words = TextRead(("ab", "cd"), read.losses, read.known, read.candidate_tokens, read.candidate_probabilities)
    assert guessing_round.guessed(words, 0) is None


def test_the_places_of_the_gpt_s_guesses_are_those_of_its_odds():
    read = read_by_a_gpt("abca", "bca")
    assert guessing_round.guessed(read, 1) == [1, 2, 3]


def test_another_seed_deals_another_passage_and_a_short_text_is_played_whole():
    text = corpus.load("verse_drama").text[:5000]
    assert guessing_round.passage(text, 1) == guessing_round.passage(text, 1)
    assert guessing_round.passage(text, 1) != guessing_round.passage(text, 2)
    assert guessing_round.passage("ab", 1) == ("ab", 1)


def test_a_run_without_held_back_text_is_told(qtbot, game):
    game.follow(a_run("ab"))
    game.begin()
    qtbot.waitUntil(lambda: "too short" in game.card.passage.text(), timeout=WAIT_MS)
    assert not game.card.field.isEnabled()
