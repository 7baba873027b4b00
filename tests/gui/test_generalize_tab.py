"""Generalize: which texts and models it takes, what it asks, and how it shows what comes."""

import math

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from gpt_studio.engine import corpus, files, run_record, runs
from gpt_studio.engine.config import ModelConfig, TrainConfig
from gpt_studio.engine.events import Ending, Tested, TextRead
from gpt_studio.engine.keeping import library, matrix_file
from gpt_studio.engine.preferences import Preferences
from gpt_studio.engine.tokenizer import Tokenizer
from gpt_studio.gui import theme
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.tabs.generalize_tab import GeneralizeTab

WAIT_MS = 20_000


def a_run(text: str, name: str = "verse-2×64", id: str = "verse_drama", title: str = "Verse drama") -> OpenRun:
    """A run folder as training leaves it, without its tensors."""
    path = library.new_folder_for(name)
    tokenizer = Tokenizer.characters(text)
    record = run_record.RunRecord(
        name=name,
        created="2026-01-01T10:00:00Z",
        model=ModelConfig(n_layer=2, n_head=2, n_embd=64, vocab_size=tokenizer.vocab_size),
        train=TrainConfig(),
        corpus=run_record.CorpusRecord(id=id, title=title, sha256=files.sha256(text.encode()), characters=len(text)),
        preset="tiny",
    )
    runs.create(path, record, text, tokenizer)
    return OpenRun(path, record)


def answer(request, perplexities=(5.0, 13.2, 46.0, 15.1), unknown: float = 0.0) -> list[Tested]:
    """What a test tells, row after row."""
    return [
        Tested(
            row=row,
            column=column,
            loss=math.log(perplexities[(row + column) % 4]),
            perplexity=perplexities[(row + column) % 4],
            bits_per_char=math.log2(perplexities[(row + column) % 4]),
            unknown_share=unknown,
            characters=len(text.text),
        )
        for row in range(len(request.subjects))
        for column, text in enumerate(request.texts)
    ]


def reading(text: str) -> TextRead:
    """The first character has no chance, the sixth is unknown, all others 0.6 %."""
    losses = np.full(len(text), -math.log(0.006), dtype=np.float32)
    losses[0], losses[5] = np.nan, math.log(60)
    known = np.ones(len(text), dtype=bool)
    known[5] = False
    tokens = tuple(("s", " ", "<") if place not in (0, 5) else () for place in range(len(text)))
    chances = np.tile(np.array([0.34, 0.27, 0.12], dtype=np.float32), (len(text), 1))
    return TextRead(tuple(text), losses, known, tokens, chances)


@pytest.fixture
def tests():
    return []


@pytest.fixture
def reads():
    return []


@pytest.fixture
def tab(qtbot, state, tests, reads):
    tab = GeneralizeTab(state)
    qtbot.addWidget(tab)
    tab.test_asked.connect(tests.append)
    tab.read_asked.connect(reads.append)
    tab.resize(1136, 760)
    yield tab
    tab._background.shut_down()


@pytest.fixture
def filled(qtbot, state, tab, tests, reads, tiny_text):
    """A tab in view whose matrix has been measured once; one cell is about to be read."""
    state.open_run(a_run(tiny_text))
    tab.show()
    qtbot.waitUntil(lambda: len(titles(tab)) >= 3, timeout=WAIT_MS)
    tab.run_button.click()
    qtbot.waitUntil(lambda: bool(tests), timeout=WAIT_MS)
    tab.receive(answer(tests[0], unknown=0.021))
    tab.visit_ended(Ending("done"))
    qtbot.waitUntil(lambda: bool(reads))
    return tab


def titles(tab: GeneralizeTab) -> list[str]:
    return [column.title for column in tab.matrix.shown.columns]


def test_without_a_model_there_is_one_sentence_and_the_way_to_train(qtbot, tab):
    assert tab.empty_state.sentence == "No model yet. Two minutes of training are enough."
    with qtbot.waitSignal(tab.go_asked) as told:
        tab.empty_state.button.click()
    assert told.args == ["train"]


def test_columns_at_first_are_the_own_text_the_ready_ones_and_two_of_the_students(qtbot, state, tab, tiny_text):
    for number in range(3):
        corpus.save_my_text(f"Recipe {number}", "Take two eggs. " * 20)
    state.open_run(a_run(tiny_text))
    expected = ["Verse drama", "Startup pitches", "Python code", "Recipe 0", "Recipe 1"]
    qtbot.waitUntil(lambda: titles(tab) == expected, timeout=WAIT_MS)
    captions = [column.caption for column in tab.matrix.shown.columns]
    assert captions == ["held back", "last 10 %", "last 10 %", "mine, last 10 %", "mine, last 10 %"]


def test_every_text_is_tested_on_its_last_tenth_alone(filled, tests, tiny_text):
    own, pitches = tests[0].texts[:2]
    assert own.text == tiny_text[int(0.9 * len(tiny_text)) :]
    assert pitches.text == corpus.split(corpus.load("startup_pitches").text)[1]
    assert "last 10 %" in filled.matrix.shown.columns[1].tooltip


def test_before_the_first_test_the_page_invites(qtbot, state, tab, tiny_text):
    state.open_run(a_run(tiny_text))
    assert tab.header.title.text() == "How does your model read what it has never seen?"
    assert tab.run_button.text() == "Test"
    assert "Test first" in tab.card.hint.text()


def test_after_the_test_the_verdict_stands_above(filled, state):
    assert filled.header.title.text() == "Your model is at home in verse drama and lost in Python code."
    assert filled.run_button.text() == "Test again"
    assert filled.matrix.entry(0, 0).words == "5.0"
    assert filled.matrix.entry(0, 0).is_home
    assert not filled.matrix.entry(0, 1).is_home
    assert "generalize" in state.ticks


def test_while_testing_cells_wait_and_the_test_can_be_stopped(qtbot, state, tab, tests, tiny_text):
    state.open_run(a_run(tiny_text))
    qtbot.waitUntil(lambda: len(titles(tab)) >= 3, timeout=WAIT_MS)
    tab.test()
    qtbot.waitUntil(lambda: bool(tests), timeout=WAIT_MS)
    tab.receive(answer(tests[0])[:1])
    assert [tab.matrix.entry(0, column).words for column in range(3)] == ["5.0", "…", "…"]
    assert tab.run_button.isHidden()
    assert not tab.stop_button.isHidden()
    with qtbot.waitSignal(tab.stop_asked):
        tab.stop_button.click()
    tab.visit_ended(Ending("stopped"))
    assert [tab.matrix.entry(0, column).words for column in range(3)] == ["5.0", "", ""]
    assert tab.run_button.text() == "Test"
    assert "generalize" not in state.ticks


def test_who_presses_test_at_once_has_all_texts_tested(qtbot, state, tab, tests, tiny_text):
    state.open_run(a_run(tiny_text))
    tab.run_button.click()
    assert not tab.stop_button.isHidden()
    qtbot.waitUntil(lambda: bool(tests), timeout=WAIT_MS)
    assert [text.title for text in tests[0].texts] == titles(tab) and len(titles(tab)) >= 3


def test_the_next_test_measures_only_what_is_missing(qtbot, filled, state, tests, tiny_text):
    filled.visit_ended(Ending("done"))  # of the reading
    other = a_run(tiny_text.upper(), "other", "recipes", "Recipes")
    state.set_runs([library.RunSummary(path=other.path, record=other.record)])
    filled._setup._fill()
    [entry] = [action for action in filled.add_model.menu().actions() if action.text() == "other"]
    entry.setChecked(True)
    assert filled.run_button.text() == "Test"
    filled.test()
    qtbot.waitUntil(lambda: len(tests) == 2, timeout=WAIT_MS)
    assert [subject.run for subject in tests[1].subjects] == [other.path]
    assert len(tests[1].texts) == len(titles(filled))
    filled.receive(answer(tests[1]))
    filled.visit_ended(Ending("done"))
    assert filled.matrix.entry(1, 0).words == "5.0"
    entry.setChecked(False)
    assert len(filled.matrix.shown.rows) == 1
    filled.test()
    qtbot.waitUntil(lambda: len(tests) == 3, timeout=WAIT_MS)
    assert [subject.run for subject in tests[2].subjects] == [state.run.path]


def test_a_file_becomes_a_column(qtbot, filled, tests, tmp_path):
    filled.visit_ended(Ending("done"))  # of the reading
    path = tmp_path / "my diary.txt"
    path.write_text("Dear diary, today it rained.\n" * 30)
    filled._setup.add_file(path)
    assert titles(filled)[-1] == "my diary"
    filled.test()
    qtbot.waitUntil(lambda: len(tests) == 2, timeout=WAIT_MS)
    assert [text.title for text in tests[1].texts] == ["my diary"]


def test_a_file_that_is_no_text_is_told_and_leaves_no_column(qtbot, filled, tests, tmp_path):
    path = tmp_path / "picture.txt"
    path.write_bytes(bytes(range(256)) * 8)
    filled._setup.add_file(path)
    filled.test()
    qtbot.waitUntil(lambda: "picture" not in titles(filled), timeout=WAIT_MS)
    assert filled.bar.words.startswith("picture: This file is not text")


# Reading


def test_after_the_test_a_foreign_text_is_read(filled, reads):
    assert filled.matrix.selected == (0, 1)
    assert filled.card.title.text() == "Startup pitches, read by verse-2×64"
    assert filled.card.facts.text() == "loss 2.580 nats, 3.72 bits per character, 40,846 characters"
    assert len(reads[0].text) == 600
    assert reads[0].text in corpus.load("startup_pitches").text


def test_a_click_on_a_character_tells_its_chance_and_what_was_expected(filled, reads):
    filled.receive([reading(reads[0].text)])
    filled.card.view.chosen.emit(103)
    words = filled.card.character.text()
    assert "had a chance of <b>0.6 %</b>" in words
    assert "34 %" in words
    assert "&lt;" in words
    assert filled.card.character_sentence(103).endswith("had a chance of 0.6 %; expected s 34 %, ␣ 27 %, < 12 %")


def test_the_first_and_the_unknown_character_are_told_apart(filled, reads):
    filled.receive([reading(reads[0].text)])
    assert "nothing came before it" in filled.card.character_words(0)
    assert "pure guess, <b>1.7 %</b>" in filled.card.character_words(5)
    assert filled.card.unknown.text() == "2.1 % unknown characters, counted as pure guesses"


def test_the_cell_that_is_chosen_last_is_the_one_that_is_shown(qtbot, filled, reads):
    qtbot.keyClick(filled.matrix, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: len(reads) == 2)
    filled.receive([reading(reads[0].text)])
    filled.visit_ended(Ending("stopped"))
    assert not filled.card.view.texts()
    filled.receive([reading(reads[1].text)])
    assert "".join(filled.card.view.texts()) == reads[1].text


def test_a_cell_that_is_chosen_during_a_test_is_read_afterwards(qtbot, filled, tests, reads):
    filled.visit_ended(Ending("done"))
    filled.test()
    qtbot.waitUntil(lambda: len(tests) == 2, timeout=WAIT_MS)
    filled.matrix.select(0, 0)
    filled.matrix.chosen.emit(0, 0)
    assert "as soon as the test is done" in filled.card.hint.text()
    assert len(reads) == 1
    filled.receive(answer(tests[1]))
    filled.visit_ended(Ending("done"))
    qtbot.waitUntil(lambda: len(reads) == 2)


def test_a_failure_is_told(filled):
    filled.visit_ended(Ending("failed", "run.no_checkpoint", {"run": "verse"}))
    assert "no complete checkpoint" in filled.bar.words


def test_another_run_begins_with_an_empty_matrix(qtbot, filled, state, tiny_text):
    state.open_run(a_run(tiny_text, "next"))
    assert filled.matrix.shown.rows[0].title == "next"
    assert not filled._trials.results
    assert filled.header.title.text().startswith("How does your model")
    filled.receive([reading("late answer")])
    filled.visit_ended(Ending("stopped"))
    assert not filled.card.view.texts()


def test_every_part_has_its_name_and_fits_a_small_window(filled):
    for name in ("run", "matrix", "text", "add_model", "add_text", "stop"):
        part = filled.findChild(QWidget, f"generalize.{name}")
        assert part is not None
        assert part.accessibleName()
    filled.resize(1024, 610)
    filled.card.show_cell(
        "5-gram of a text with a long title", "Startup pitches", filled._trials.results[filled._reading.chosen]
    )
    for choice in ("dark", "contrast", "light"):
        theme.use(choice)
        assert not filled.grab().isNull()
    assert filled.scroll.widget().width() <= filled.scroll.viewport().width()


def test_the_game_takes_the_place_of_the_matrix_and_gives_it_back(qtbot, filled, reads):
    filled.games.switch._buttons["game"].click()
    assert filled.games.guessing.card.isVisible()
    assert not filled.matrix_card.isVisible() and not filled.run_button.isVisible()
    qtbot.waitUntil(lambda: filled.games.guessing.round is not None, timeout=WAIT_MS)
    asked = reads[-1]
    assert asked.text == filled.games.guessing.round.text
    filled.visit_ended(Ending("done"))  # of the cell that was being read
    filled.receive([reading(asked.text)])
    assert "gpt" in filled.games.guessing.round.machines
    filled.games.switch._buttons["matrix"].click()
    assert filled.matrix_card.isVisible() and not filled.games.guessing.card.isVisible()
    assert filled.header.title.text() == "Your model is at home in verse drama and lost in Python code."


def test_a_test_under_way_is_not_broken_off_for_the_game(qtbot, state, tab, tests, reads, tiny_text):
    state.open_run(a_run(tiny_text))
    tab.show()
    qtbot.waitUntil(lambda: len(titles(tab)) >= 3, timeout=WAIT_MS)
    tab.run_button.click()
    qtbot.waitUntil(lambda: bool(tests), timeout=WAIT_MS)
    tab.games.switch._buttons["game"].click()
    qtbot.waitUntil(lambda: tab.games.guessing.round is not None, timeout=WAIT_MS)
    assert reads == []
    tab.receive(answer(tests[0]))
    tab.visit_ended(Ending("done"))
    assert tab.games.guessing.round.text in [request.text for request in reads]


def test_at_a_chosen_step_the_text_is_read_first_and_the_row_is_measured_after_it(qtbot, state, filled, tests, reads):
    filled.visit_ended(Ending("done"))  # the first reading
    state.set_kept([0, 100])
    reads.clear()
    state.choose_step(100)
    assert [request.subject.step for request in reads] == [100]
    assert filled.matrix.shown.rows[0].caption == "as it was at step 100"
    filled.receive([reading(reads[0].text)])
    filled.visit_ended(Ending("done"))
    qtbot.waitUntil(lambda: len(tests) == 2, timeout=WAIT_MS)
    assert {subject.step for subject in tests[1].subjects} == {100}
    filled.receive(answer(tests[1]))
    filled.visit_ended(Ending("done"))
    state.choose_step(None)
    assert filled._trials.is_filled, "what was measured of now is still known"
    assert len(tests) == 2


# Rows of all kinds


def entry_of(tab: GeneralizeTab, name: str):
    tab._setup._fill()
    return next(
        action
        for menu in (tab.add_model, tab.add_text)
        for action in menu.findChildren(QAction)
        if action.objectName() == name
    )


def test_a_kept_step_and_the_5_gram_are_rows_and_each_is_measured_where_it_belongs(qtbot, filled, state, tests):
    filled.visit_ended(Ending("done"))  # of the reading
    state.set_kept([0, 50])
    entry_of(filled, "generalize.add_model.step.50").setChecked(True)
    entry_of(filled, "generalize.add_model.counts").setChecked(True)
    assert [row.caption for row in filled.matrix.shown.rows] == ["Tiny, this run", "at step 50", "only counts"]
    filled.test()
    qtbot.waitUntil(lambda: len(tests) == 2, timeout=WAIT_MS)
    assert [subject.step for subject in tests[1].subjects] == [50]
    filled.receive(answer(tests[1]))
    filled.visit_ended(Ending("done"))
    qtbot.waitUntil(lambda: not filled.is_testing, timeout=WAIT_MS)
    assert filled._trials.is_filled
    assert float(filled.matrix.entry(2, 0).words) > 1
    filled.matrix.select(2, 0)
    filled.matrix.chosen.emit(2, 0)
    qtbot.waitUntil(lambda: "".join(filled.card.view.texts()) != "", timeout=WAIT_MS)
    assert filled.card.title.text() == "Verse drama, read by 5-gram of Verse drama"


def test_the_switch_changes_cells_scale_and_verdict_and_is_remembered(qtbot, state, tests, tiny_text, tmp_path):
    preferences = Preferences(tmp_path / "settings.json")
    tab = GeneralizeTab(state, preferences)
    qtbot.addWidget(tab)
    tab.test_asked.connect(tests.append)
    state.open_run(a_run(tiny_text))
    qtbot.waitUntil(lambda: len(titles(tab)) >= 3, timeout=WAIT_MS)
    tab.test()
    qtbot.waitUntil(lambda: bool(tests), timeout=WAIT_MS)
    tab.receive(answer(tests[0]))
    tab.visit_ended(Ending("done"))
    tab.unit.option("bits").click()
    assert tab.matrix.entry(0, 0).words == "2.32"
    assert tab.matrix_card.legend.words.startswith("at home, 1.58")
    assert tab.header.subtitle.text().startswith("A character of verse drama costs it 2.32 bits")
    assert Preferences(tmp_path / "settings.json").get("generalize_unit") == "bits"
    tab._background.shut_down()


def test_words_from_the_clipboard_become_a_column_that_is_read_whole(qtbot, filled, tests):
    filled.visit_ended(Ending("done"))
    QGuiApplication.clipboard().setText("Twas brillig, and the slithy toves")
    filled._setup.paste()
    assert titles(filled)[-1] == "Twas brillig, and the sl…"
    filled.test()
    qtbot.waitUntil(lambda: len(tests) == 2, timeout=WAIT_MS)
    assert [text.text for text in tests[1].texts] == ["Twas brillig, and the slithy toves"]


# What is kept with the run


def kept_again(qtbot, filled, state) -> GeneralizeTab:
    """Another window, which opens the same run."""
    qtbot.waitUntil(lambda: (state.run.path / matrix_file.FILE).is_file(), timeout=WAIT_MS)
    filled._keeping.keep()
    qtbot.waitUntil(lambda: not filled._background.busy, timeout=WAIT_MS)
    tab = GeneralizeTab(state)
    qtbot.addWidget(tab)
    qtbot.waitUntil(lambda: len(titles(tab)) >= 3, timeout=WAIT_MS)
    return tab


def test_what_was_tested_is_there_at_the_next_start(qtbot, filled, state, tests, tmp_path):
    filled.visit_ended(Ending("done"))
    QGuiApplication.clipboard().setText("Twas brillig")
    filled._setup.paste()
    path = tmp_path / "my diary.txt"
    path.write_text("Dear diary, today it rained.\n" * 30)
    filled._setup.add_file(path)
    filled.test()
    qtbot.waitUntil(lambda: len(tests) == 2, timeout=WAIT_MS)
    filled.receive(answer(tests[1]))
    filled.visit_ended(Ending("done"))
    path.unlink()  # what was read of it is kept
    before = {key: tested.bits_per_char for key, tested in filled._trials.results.items()}
    tab = kept_again(qtbot, filled, state)
    assert {key: tested.bits_per_char for key, tested in tab._trials.results.items()} == before
    assert titles(tab) == titles(filled) and titles(tab)[-2:] == ["Twas brillig", "my diary"]
    assert str(tmp_path) not in (state.run.path / matrix_file.FILE).read_text()
    assert tab.matrix.entry(0, 0).words == "5.0"
    assert tab.card.hint.text() == "Click a cell, and its text is read here."
    tab._background.shut_down()


def test_a_text_that_has_changed_since_has_no_result(qtbot, state, tab, tests, tiny_text):
    mine = corpus.save_my_text("Recipe", "Take two eggs. " * 20)
    state.open_run(a_run(tiny_text))
    qtbot.waitUntil(lambda: "Recipe" in titles(tab), timeout=WAIT_MS)
    tab.test()
    qtbot.waitUntil(lambda: bool(tests), timeout=WAIT_MS)
    tab.receive(answer(tests[0]))
    tab.visit_ended(Ending("done"))
    qtbot.waitUntil(lambda: (state.run.path / matrix_file.FILE).is_file(), timeout=WAIT_MS)
    corpus.save_my_text("Recipe", "Take three eggs. " * 20, over=mine.id)
    again = kept_again(qtbot, tab, state)
    place = titles(again).index("Recipe")
    assert again.matrix.entry(0, place).words == ""
    assert again.matrix.entry(0, 0).words == "5.0"
    again._background.shut_down()


def test_a_damaged_file_of_results_is_a_sentence_and_the_page_goes_on(qtbot, state, tab, tiny_text):
    run = a_run(tiny_text)
    (run.path / "results").mkdir()
    (run.path / matrix_file.FILE).write_text("{")
    state.open_run(run)
    qtbot.waitUntil(lambda: len(titles(tab)) >= 3, timeout=WAIT_MS)
    assert "matrix.json is damaged" in tab.bar.words
    assert not tab._trials.results


# Passages


def test_the_rest_is_read_after_the_beginning_and_its_passages_can_be_jumped_to(qtbot, filled, reads):
    filled.receive([reading(reads[0].text)])
    assert not filled.card.passages.list.count()
    filled.visit_ended(Ending("done"))
    qtbot.waitUntil(lambda: len(reads) == 2)
    assert reads[1].text.startswith(reads[0].text) and len(reads[1].text) == 10_000
    read = reading(reads[1].text)
    place = reads[1].text.index(" ", 5_000) + 1
    read.losses[place : place + 80] = 9.0
    filled.receive([read])
    assert len(filled.card.view.texts()) == 10_000
    found = filled.card.passages.list
    assert found.count() == 6
    with qtbot.waitSignal(filled.card.passages.chosen) as told:
        qtbot.keyClick(found, Qt.Key.Key_Down)
    first, end = told.args
    assert abs(first - place) < 20 and end >= first + 80
    assert filled.card.view.textCursor().position() == filled.card.view._starts[first]


# Over training


def test_the_chart_measures_what_is_missing_and_its_results_fill_rows_too(qtbot, filled, state, tests):
    filled.visit_ended(Ending("done"))
    state.set_kept([50, 70])
    filled.card.switch.option("course").click()
    filled.card.course.measure.click()
    qtbot.waitUntil(lambda: len(tests) == 2, timeout=WAIT_MS)
    asked = tests[1]
    assert [subject.step for subject in asked.subjects] == [50, 70, None] and asked.skips_gone
    assert len(asked.texts) == len(titles(filled)) + 1, "a piece of the training text, too"
    assert len(asked.texts[0].text) == len(asked.texts[1].text)
    filled.receive(answer(asked)[:5])
    assert filled.card.course.stop.isVisible()
    filled.receive(answer(asked)[5:])
    filled.visit_ended(Ending("done"))
    lines = filled.card.course.chart.lines
    assert [line.token for line in lines[:3]] == ["train", "val", "other"]
    assert [place for place, _ in lines[0].points] == [0, 1, 2]
    assert not filled.card.course.measure.isVisible()
    state.choose_step(70)
    assert filled._trials.is_filled, "the row at that step needs no test"
    with qtbot.waitSignal(state.step_changed):
        qtbot.keyClick(filled.card.course.chart, Qt.Key.Key_Left)
    assert state.step == 50
    assert not filled.card.course.chart.grab().isNull()


def test_the_table_and_the_chart_can_be_saved(filled, tmp_path, monkeypatch):
    written = tmp_path / "table.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(written), ""))
    filled._exporting.save()
    lines = written.read_text().splitlines()
    assert lines[0].startswith("model,step,trained_on,text,loss")
    assert lines[1].startswith("verse-2×64,0,Verse drama,Verse drama,1.60944,2.32193,5,0.021,")
    assert len(lines) == 1 + len(titles(filled))
    assert filled.bar.words == f"Saved: {written}"
    written = tmp_path / "chart.png"
    filled.card.switch.option("course").click()
    filled._exporting.save()
    assert written.read_bytes().startswith(b"\x89PNG")
