"""Look inside: when it asks, what it shows, and what it says when something is missing."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from gpt_studio.engine import files, run_record, runs
from gpt_studio.engine.config import ModelConfig, TrainConfig
from gpt_studio.engine.events import Ending, Tested, WritingBegun, Written
from gpt_studio.engine.inside.seen import AttentionSeen, HeadRoles, HeadsWorth
from gpt_studio.engine.keeping import library
from gpt_studio.engine.requests import (
    AttentionRequest,
    EmbeddingsRequest,
    GradientsRequest,
    LayersRequest,
    NeuronsRequest,
    RolesRequest,
    TestRequest,
    WorthRequest,
    WriteRequest,
)
from gpt_studio.engine.tokenizer import Tokenizer
from gpt_studio.gui import theme
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.parts.look import head_words
from gpt_studio.gui.state import Visit
from gpt_studio.gui.tabs.look_tab import LookTab, opening_line

LINE = "Peace, both of ye, and save"


def a_run(text: str, name: str = "verse-2×64", **model) -> OpenRun:
    """A run folder as training leaves it, without its tensors."""
    path = library.new_folder_for(name)
    tokenizer = Tokenizer.characters(text)
    record = run_record.RunRecord(
        name=name,
        created="2026-01-01T10:00:00Z",
        model=ModelConfig(**{"n_layer": 2, "n_head": 3, "n_embd": 48, "vocab_size": tokenizer.vocab_size} | model),
        train=TrainConfig(),
        corpus=run_record.CorpusRecord(
            id="verse_drama", title="Verse drama", sha256=files.sha256(text.encode()), characters=len(text)
        ),
    )
    runs.create(path, record, text, tokenizer)
    return OpenRun(path, record)


def seen(text: str = LINE, layers: int = 2, heads: int = 3, unknown: tuple[str, ...] = (), cut: int = 0):
    """Head (l, h) looks l + h characters back, where there is one."""
    weights = np.zeros((layers, heads, len(text), len(text)), dtype=np.float32)
    for layer in range(layers):
        for head in range(heads):
            for row in range(len(text)):
                weights[layer, head, row, max(0, row - layer - head)] = 1.0
    parts = np.random.default_rng(1).normal(size=(3, layers, heads, len(text), 16)).astype(np.float32)
    return AttentionSeen(
        tokens=tuple(text),
        weights=weights,
        queries=parts[0],
        keys=parts[1],
        values=parts[2],
        unknown=unknown,
        cut=cut,
    )


def named(layers: int = 2, heads: int = 3) -> HeadRoles:
    """Every head looks at the place before, except the last one."""
    scores = np.full((layers, heads, 2), [0.9, 0.1], np.float32)
    scores[-1, -1] = 0.2
    chances = np.full((layers, heads, 2), 0.05, np.float32)
    role = [["previous"] * heads for _ in range(layers)]
    role[-1][-1] = ""
    return HeadRoles(
        step=0,
        habits=("previous", "character"),
        scores=scores,
        chances=chances,
        role=tuple(map(tuple, role)),
        character=((" ",) * heads,) * layers,
        positions=1234,
    )


@pytest.fixture
def asked():
    return []


@pytest.fixture
def tab(qtbot, state, asked):
    tab = LookTab(state)
    qtbot.addWidget(tab)
    tab.look_asked.connect(asked.append)
    tab.resize(1136, 760)
    yield tab
    tab._background.shut_down()


@pytest.fixture
def looking(qtbot, state, tab, asked, tiny_text):
    """A tab in view that has been answered once."""
    tab.show()
    state.open_run(a_run(tiny_text))
    qtbot.waitUntil(lambda: bool(asked))
    tab.receive([seen()])
    tab.visit_ended(Ending("done"))
    assert isinstance(asked[-1], RolesRequest)  # in the background
    tab.receive([named()])
    tab.visit_ended(Ending("done"))
    return tab


def test_without_a_model_there_is_one_sentence_and_the_way_to_train(qtbot, tab):
    assert tab.empty_state.sentence == "No model yet. Two minutes of training are enough."
    with qtbot.waitSignal(tab.go_asked) as told:
        tab.empty_state.button.click()
    assert told.args == ["train"]


def test_a_bigram_has_nothing_to_look_at(state, tab, asked, tiny_text):
    tab.show()
    state.open_run(a_run(tiny_text, n_layer=0))
    assert tab.is_empty
    assert tab.empty_state.sentence == "A bigram has no attention: it looks only at the last token."
    assert not asked


def test_the_first_line_is_one_that_the_run_was_not_trained_on(qtbot, state, tab, asked, tiny_text):
    tab.show()
    run = a_run(tiny_text)
    state.open_run(run)
    qtbot.waitUntil(lambda: bool(asked))
    held_back = tiny_text[int(0.9 * len(tiny_text)) :]
    assert asked[0].text == tab.line.text() == opening_line(held_back, run.record.model.block_size)
    assert asked[0].text in held_back
    assert asked[0].subject.run == run.path
    assert asked[0].subject.step is None


@pytest.mark.parametrize("block_size", [1, 4, 64])
def test_the_first_line_fits_into_the_context(tiny_text, block_size):
    assert 1 <= len(opening_line(tiny_text[3600:], block_size)) <= block_size


def test_nothing_is_asked_while_the_page_is_not_seen(qtbot, state, tab, asked, tiny_text):
    state.open_run(a_run(tiny_text))
    qtbot.waitUntil(lambda: bool(tab.line.text()))
    assert not asked
    tab.show()
    assert len(asked) == 1


def test_typing_asks_once_after_a_pause(qtbot, looking, asked):
    asked.clear()
    looking.line.selectAll()
    qtbot.keyClicks(looking.line, "Good night")
    assert not asked
    qtbot.waitUntil(lambda: bool(asked))
    assert [request.text for request in asked] == ["Good night"]


def test_all_views_show_the_same_head_and_character(looking):
    view = looking.view
    view.grid.chosen.emit(1, 2)
    assert (view.layer_box.value(), view.head_box.value()) == (2, 3)
    assert view.head_card.title.text() == "Layer 2, head 3"
    assert view.heatmap.cross == (len(LINE) - 1, len(LINE) - 4)
    assert view.reading.looks[0] == (len(LINE) - 4, 1.0)
    view.arcs.chosen.emit(10)
    assert view.heatmap.cross == (10, 7)
    assert view.reading.looks[0] == (7, 1.0)


def test_the_number_boxes_choose_a_head_counted_from_one(looking):
    looking.view.layer_box.setValue(2)
    looking.view.head_box.setValue(2)
    assert looking.view.grid.selected == (1, 1)
    assert (looking.view.layer_box.minimum(), looking.view.layer_box.maximum()) == (1, 2)
    assert looking.view.head_box.maximum() == 3


def test_the_cross_hair_stays_where_the_student_put_it_when_the_head_changes(qtbot, looking):
    view = looking.view
    qtbot.keyClick(view.heatmap, Qt.Key.Key_Up)
    row, column = view.heatmap.cross
    view.grid.chosen.emit(0, 1)
    assert view.heatmap.cross == (row, column)
    assert view.reading.looks[0] == (row - 1, 1.0)


def test_a_character_chosen_in_the_arcs_lets_the_cross_hair_follow_the_strongest_look_again(qtbot, looking):
    view = looking.view
    qtbot.keyClick(view.heatmap, Qt.Key.Key_Up)
    view.arcs.chosen.emit(10)
    view.grid.chosen.emit(0, 2)
    assert view.heatmap.cross == (10, 8)


def test_the_tick_comes_when_a_head_is_opened_and_not_before(looking, state):
    assert "look" not in state.ticks
    looking.view.grid.chosen.emit(0, 1)
    assert "look" in state.ticks


def test_what_was_left_out_is_told(looking, asked):
    looking._ask()
    looking.receive([seen(unknown=("ß", " "), cut=12)])
    assert looking.bar.words == (
        "The model sees 27 tokens at once; the last 12 were left out. The model does not know ß, ␣: left out."
    )


def test_another_run_clears_the_picture_and_late_answers_are_dropped(qtbot, looking, state, asked, tiny_text):
    looking._ask()
    state.open_run(a_run(tiny_text, "other"))
    assert looking.view.seen is None
    looking.receive([seen()])
    looking.visit_ended(Ending("stopped"))
    assert looking.view.seen is None
    qtbot.waitUntil(lambda: asked[-1].subject.run == state.run.path)
    looking.receive([seen()])
    assert looking.view.seen is not None


def test_a_failure_is_told_and_the_old_picture_goes(looking):
    looking._ask()
    looking.visit_ended(Ending("failed", "look.empty", {}))
    assert "model knows" in looking.bar.words
    assert looking.view.seen is None


def test_a_text_that_is_being_written_is_not_cut_short(qtbot, state, looking, asked):
    asked.clear()
    state.set_visit(Visit.WRITING)
    looking._ask()
    assert not asked
    assert "busy" in looking.bar.words
    state.set_visit(Visit.NONE)
    assert len(asked) == 1
    assert not looking.bar.words


def test_while_training_goes_on_a_new_look_is_offered(state, looking, asked):
    assert looking.again.isHidden()
    state.run.curve.steps.append(40)
    state.curve_grown.emit()
    assert looking.again.toolTip() == "Look again: the model has learnt more since step 0"
    assert not looking.again.isHidden()
    looking.again.click()
    looking.receive([seen()])
    assert looking.again.toolTip().endswith("since step 40")
    assert looking.again.isHidden()


def test_the_picture_follows_the_chosen_step(qtbot, state, looking, asked):
    asked.clear()
    state.set_kept([0, 100])
    state.choose_step(100)
    assert [request.subject.step for request in asked] == [100]
    looking.receive([seen()])
    looking.visit_ended(Ending("done"))
    state.choose_step(None)
    looks = [request for request in asked if isinstance(request, AttentionRequest)]
    assert [request.subject.step for request in looks] == [100, None]
    assert [request.subject.step for request in asked if isinstance(request, RolesRequest)] == [100]


def test_the_even_scale_reaches_the_small_heads_too(looking):
    view = looking.view
    faint = seen()
    faint.weights[...] = 0.3
    looking._ask()
    looking.receive([faint])
    powered = view.grid.image(0, 0).pixelIndex(0, 5)
    view.head_card.linear.setChecked(True)
    assert view.grid.image(0, 0).pixelIndex(0, 5) < powered


def test_the_picture_is_saved_as_png(looking, tmp_path: Path):
    looking.save(tmp_path / "head", "png")
    assert QImage(str(tmp_path / "head.png")).width() == 2 * looking.view.heatmap.width()


def test_a_drawing_and_all_weights_can_be_saved_too(looking, tmp_path: Path):
    looking.view.grid.chosen.emit(1, 0)
    looking.save(tmp_path / "head", "svg")
    drawing = (tmp_path / "head.svg").read_text("utf-8")
    assert drawing.startswith("<svg") and drawing.count("<title>") == len(LINE)  # one look per character
    assert "P → P: 100.0 %" in drawing
    looking.save(tmp_path / "all", "npz")
    assert np.load(tmp_path / "all.npz")["weights"].shape == (2, 3, len(LINE), len(LINE))


def test_heads_are_named_by_what_they_do(looking):
    view = looking.view
    assert view.grid.caption((0, 0)) == "previous"
    assert view.grid.caption((1, 2)) == "mixed"
    assert view.head_card.role.words == "previous, 90 %"
    assert "1,234 positions" in view.reading_card.role.text()
    view.grid.chosen.emit(1, 2)
    assert view.head_card.role.words == "mixed"
    assert "35 %" in view.reading_card.role.text()


def test_heads_that_cannot_choose_are_called_even():
    even = replace(named(), role=(("even",) * 3,) * 2)
    assert head_words.role_name(even, 0, 0) == "even" and head_words.role_share(even, 0, 0) is None
    assert head_words.role_sentence(even, 1, 2).startswith("Looks evenly at all that is in sight")


def test_average_and_roll_out_are_worked_out_without_asking_again(looking, asked):
    asked.clear()
    view = looking.view
    view.heads_card.way.option("average").click()
    assert view.title == "Layer 1, average of its heads"
    assert view.reading.looks[:3] == [(len(LINE) - 1 - back, pytest.approx(1 / 3)) for back in (2, 1, 0)]
    view.heads_card.way.option("rollout").click()
    view.layer_box.setValue(2)
    assert view.title == "Roll-out up to layer 2"
    assert view.weights[-1].sum() == pytest.approx(1.0)
    assert not [request for request in asked if isinstance(request, AttentionRequest)]


def test_a_head_is_switched_off_for_the_look_the_loss_and_a_sample(qtbot, looking, asked):
    qtbot.waitUntil(lambda: bool(looking._held_back))
    asked.clear()
    view = looking.view
    view.grid.chosen.emit(0, 1)
    view.reading_card.off.click()
    answers = {
        AttentionRequest: lambda _: [seen()],
        WriteRequest: lambda request: [
            WritingBegun(prompt="Peace", unknown=()),
            Written(0, " off" if request.subject.heads_off else " on", 0.5, 0.5, 1, None),
        ],
        TestRequest: lambda request: [
            Tested(row, 0, loss, 5.0, 2.0, 0.0, 9) for row, loss in enumerate((1.5, 1.75)) if request.subjects[row]
        ],
    }
    for request in asked:  # grows while it is answered
        looking.receive(answers[type(request)](request))
        looking.visit_ended(Ending("done"))
    assert asked[0].subject.heads_off == ((0, 1),)
    assert view.grid.is_off((0, 1))
    off = view.text_card.off
    assert [sample.toPlainText() for sample in off.samples] == ["Peace on", "Peace off"]
    assert off.captions[1] == "Without these heads: loss 1.750 (+0.250)"
    off.all_on.click()
    assert asked[-1].subject.heads_off == ()
    assert view.text_card.kind.key == "arcs"


def test_what_each_head_is_worth_is_measured_when_it_is_asked_for(looking, asked):
    card = looking.view.heads_card
    card.kind.option("worth").click()
    assert isinstance(asked[-1], WorthRequest)
    worth = np.full((2, 3), 0.01, np.float32)
    worth[1, 1] = 0.5
    told = HeadsWorth(
        step=0, loss=1.6, worth=worth, noise=np.full((2, 3), 0.02, np.float32), windows=8, windows_to_do=64
    )
    looking.receive([told])
    assert looking.view.grid.figure((1, 1)).words == "+0.50"
    assert looking.view.grid.figure((1, 1)).noise == "±0.02"
    assert "8 of 64" in card.progress.text()
    card.kind.option("looks").click()
    assert looking.view.grid.figure((1, 1)) is None


def test_a_picture_that_cannot_be_saved_is_told(looking, tmp_path: Path):
    (tmp_path / "file").write_text("x")
    looking.save(tmp_path / "file" / "head.png", "png")
    assert "could not be written" in looking.bar.words


def test_a_run_that_is_just_beginning_is_looked_at_when_its_folder_is_there(qtbot, state, tab, asked, tiny_text):
    tab.show()
    run = a_run(tiny_text)
    hidden = run.path.with_name("not there yet")
    run.path.rename(hidden)
    state.open_run(run)
    qtbot.waitUntil(lambda: not tab._background.busy)
    assert not asked
    hidden.rename(run.path)
    state.open_run(run)
    qtbot.waitUntil(lambda: bool(asked))


def test_every_part_has_its_name_and_fits_a_small_window(qtbot, looking):
    for name in ("text", "layer", "head", "grid", "attention"):
        part = looking.findChild(QWidget, f"look.{name}")
        assert part is not None
        assert part.accessibleName()
    looking.resize(1024, 610)
    for choice in ("dark", "contrast", "light"):
        theme.use(choice)
        assert not looking.grab().isNull()
    assert looking.scroll.widget().width() <= looking.scroll.viewport().width()


def test_every_page_asks_for_what_it_shows_and_for_nothing_twice(looking, asked):
    kinds = {
        "layers": LayersRequest,
        "neurons": NeuronsRequest,
        "map": EmbeddingsRequest,
        "gradients": GradientsRequest,
    }
    for page, kind in kinds.items():
        asked.clear()
        looking.switch.option(page).click()
        while looking._looks._asked:
            looking.visit_ended(Ending("done"))
        assert kind in [type(request) for request in asked]
    asked.clear()
    looking.switch.option("attention").click()
    assert not asked


def test_the_map_is_asked_for_at_every_step_on_the_plane_of_the_last_one(state, looking, asked):
    state.set_kept([0, 10, 100])
    asked.clear()
    looking.switch.option("map").click()
    assert asked[0].steps == (None, 100, 10)  # a run at rest is at its last step now, here 0
    assert asked[0].plane_step == 100


def test_only_the_fields_that_a_page_needs_are_there(looking):
    for page, has in (("attention", (1, 1, 1)), ("layers", (1, 0, 0)), ("neurons", (1, 1, 0)), ("map", (0, 0, 0))):
        looking.switch.option(page).click()
        fields = (looking.line, looking.view.layer_box, looking.view.head_box)
        assert tuple(field.isVisible() for field in fields) == tuple(map(bool, has))
