"""Again and the same again, and what the page of writing remembers: settings, length, tints."""

from pathlib import Path

import pytest
from PySide6.QtGui import QBrush, QTextCursor
from PySide6.QtWidgets import QWidget

from gpt_studio.engine.config import STYLES, ModelConfig, Sampling, TrainConfig
from gpt_studio.engine.events import Ending, WritingBegun, Written
from gpt_studio.engine.preferences import Preferences
from gpt_studio.engine.run_record import CorpusRecord, RunRecord
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.state import Visit
from gpt_studio.gui.tabs.write_tab import WriteTab


def a_run() -> OpenRun:
    record = RunRecord(
        name="verse",
        created="2026-01-01T10:00:00",
        model=ModelConfig(vocab_size=60),
        train=TrainConfig(),
        corpus=CorpusRecord(id="verse_drama", title="Verse drama", sha256="0" * 64, characters=1000),
    )
    return OpenRun(Path("/runs/verse"), record)


@pytest.fixture
def asked():
    return []


@pytest.fixture
def make(qtbot, state, asked, studio_home):
    """A tab with an open run, in a window that grants every wish to write."""

    def tab_with(preferences: Preferences | None = None) -> WriteTab:
        tab = WriteTab(state, preferences)
        qtbot.addWidget(tab)
        tab.write_asked.connect(asked.append)
        tab.write_asked.connect(lambda _request: state.set_visit(Visit.WRITING))
        tab.resize(1136, 760)
        tab.show()
        return tab

    state.open_run(a_run())
    return tab_with


@pytest.fixture
def tab(make):
    return make()


def find(tab: WriteTab, name: str) -> QWidget:
    found = tab.findChild(QWidget, f"write.{name}")
    assert found is not None, name
    return found


def answer(tab: WriteTab, *words: str, step: int = 300) -> None:
    """What the model writes, by row."""
    tab.receive([WritingBegun("So ", (), step)])
    tab.receive([Written(row, letter, 0.2, 0.1, 3, None) for row, text in enumerate(words) for letter in text])
    tab._state.set_visit(Visit.NONE)
    tab.visit_ended(Ending("done"))


def test_again_draws_another_seed_and_keeps_all_else(tab, asked):
    tab.prompt.set_words("So ")
    find(tab, "generate").click()
    answer(tab, "abc", "abd", "abe")
    find(tab, "again").click()
    one, two = asked
    assert one.seed != two.seed == find(tab, "seed").value()
    assert (one.prompt, one.samplings, one.length) == (two.prompt, two.samplings, two.length)


def test_the_same_again_asks_for_what_is_shown_whatever_has_been_changed_since(tab, asked):
    assert not find(tab, "same").isEnabled() and "Nothing" in find(tab, "same").toolTip()
    tab.prompt.set_words("So ")
    find(tab, "generate").click()
    answer(tab, "abc", "abd", "abe")
    tab.prompt.set_words("Other words")
    find(tab, "seed").setValue(7)
    find(tab, "temperature").setValue(1.9)
    find(tab, "length").setValue(50)
    find(tab, "same").click()
    one, two = asked
    assert one == two
    assert tab.prompt.words == "So " and find(tab, "seed").value() == one.seed and find(tab, "length").value() == 500
    assert find(tab, "temperature").value() == pytest.approx(0.8)
    answer(tab, "abc", "abd", "abe")
    assert tab.messages.words == "The same again, letter for letter: 9 characters."


def test_a_model_that_has_learnt_on_is_told_to_have_written_another_text(tab):
    find(tab, "generate").click()
    answer(tab, "abc", "abd", "abe", step=300)
    find(tab, "same").click()
    answer(tab, "abc", "axd", "abe", step=420)
    assert "from character 2 on" in tab.messages.words and "step 300" in tab.messages.words
    assert "step 420" in tab.messages.words


def test_a_text_that_was_stopped_may_go_on_the_second_time(tab):
    find(tab, "generate").click()
    answer(tab, "ab", "ab", "ab")
    find(tab, "same").click()
    answer(tab, "abcd", "abce", "abcf")
    assert "letter for letter" in tab.messages.words
    find(tab, "again").click()
    answer(tab, "xyz", "xyz", "xyz")
    assert not tab.messages.isVisible(), "another text is no repetition"


def test_top_p_reaches_the_text_and_the_words_about_it(tab, asked):
    find(tab, "top_p").setValue(0.9)
    find(tab, "generate").click()
    assert asked[0].samplings[1] == Sampling(temperature=0.8, top_k=40, top_p=0.9)
    answer(tab, "abc", "abd", "abe")
    assert "top-p <b" in tab.texts.card.settings.text()
    assert "top-p" not in tab.texts.cards["focused"].settings.text()
    assert tab.odds._after.label.text() == "after 0.8 / 40 / 0.9"


def background(tab: WriteTab) -> QBrush:
    cursor = QTextCursor(tab.texts.card.output.document())
    cursor.setPosition(4)
    return cursor.charFormat().background()


def test_tints_can_be_switched_off_and_their_legend_with_them(tab):
    find(tab, "generate").click()
    answer(tab, "abc", "abd", "abe")
    before = background(tab).style()
    find(tab, "tint").click()
    assert background(tab).style() != before and not tab.view.legend.isVisible()
    assert tab.texts.card.output.text() == "So abd" and tab.texts.card.output.chosen_index == 0
    tab.resize(800, 610)
    assert not tab.texts.card.legend.isVisible()
    find(tab, "tint").click()
    assert background(tab).style() == before and tab.texts.card.legend.isVisible()


def test_settings_come_back_with_the_next_start(make, qtbot):
    tab = make(Preferences())
    find(tab, "style.creative").click()
    find(tab, "temperature").setValue(1.7)
    find(tab, "top_p").setValue(0.85)
    find(tab, "length").setValue(1200)
    find(tab, "tint").click()
    qtbot.waitUntil(lambda: Preferences().get("write_tint") is False)
    again = make(Preferences())
    assert again.texts.samplings["creative"] == Sampling(temperature=1.7, top_k=200, top_p=0.85)
    assert again.texts.samplings["balanced"] == STYLES["balanced"]
    assert find(again, "length").value() == 1200 and not find(again, "tint").isChecked()
    assert not again.texts.card.output._tinted


def test_what_the_machine_has_settled_is_not_written_over(make, tmp_path, studio_home):
    policy = tmp_path / "policy.json"
    policy.write_text('{"settings": {"write_length": 200}, "locked": ["write_length"]}')
    preferences = Preferences(policy_file=policy)
    tab = make(preferences)
    assert find(tab, "length").value() == 200
    find(tab, "length").setValue(900)
    tab._kept.flush()
    assert preferences.get("write_length") == 200 and not preferences.problems
