"""The library of runs: what it lists, finds and says, and what is done with runs from there."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLineEdit

from gpt_studio import paths
from gpt_studio.engine import run_record, runs
from gpt_studio.engine.config import ModelConfig, TrainConfig
from gpt_studio.engine.errors import RunError
from gpt_studio.engine.keeping import archive, library, run_parts, snapshot_room
from gpt_studio.engine.preferences import Preferences
from gpt_studio.engine.requests import CorpusText
from gpt_studio.engine.tokenizer import Tokenizer
from gpt_studio.gui import theme
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.parts.library.library_rows import ORDERS, fitting, in_order, row_for
from gpt_studio.gui.parts.library.library_table import BEST, DATE, MODEL, NAME, SIZE, TEXT
from gpt_studio.gui.parts.library.room_bar import GB, RoomBar
from gpt_studio.gui.shell import run_files
from gpt_studio.gui.shell.library_box import LibraryBox
from gpt_studio.gui.shell.run_care import RunCare
from gpt_studio.gui.shell.run_shelf import RunShelf, first_record
from gpt_studio.gui.state import StudioState

TEXTS = {id: CorpusText(id=id, title=id.title(), text=f"{id}, sing! " * 100) for id in ("verse", "pitches")}


def make_run(name: str, text: str = "verse", step: int = 500, best: float | None = 1.6, day: int = 1) -> Path:
    """A run folder as the engine leaves it, with stand-ins for its tensors."""
    path, corpus = library.new_folder_for(name), TEXTS[text]
    tokenizer = Tokenizer.characters(corpus.text)
    model = ModelConfig(n_layer=day % 3, vocab_size=tokenizer.vocab_size)
    record = first_record(name, corpus, model, TrainConfig(max_steps=500), None)
    progress = run_record.Progress(step=step, best_val_loss=best)
    created = f"2026-03-{day:02d}T12:00:00+00:00"
    runs.create(path, replace(record, created=created, progress=progress, status="done"), corpus.text, tokenizer)
    for kept in (0, 10, 25, 500):
        folder = path / "snapshots" / f"step-{kept:06d}"
        folder.mkdir(parents=True)
        (folder / "model.safetensors").write_bytes(bytes(1000))
    return path


class Room:
    """A state, what cares for runs, and the box over them."""

    def __init__(self, qtbot) -> None:
        self.qtbot = qtbot
        self.state, self.preferences = StudioState(), Preferences()
        self.shelf = RunShelf(self.state)
        self.training: OpenRun | None = None
        self.care = RunCare(self.state, self.shelf, lambda: self.training)
        self.told: list[tuple[str, str]] = []
        self.care.told.connect(lambda tone, words, *_: self.told.append((tone, words)))
        self.shelf.refresh()

    def open(self) -> LibraryBox:
        box = LibraryBox(self.state, self.care, self.preferences, lambda: self.training)
        self.qtbot.addWidget(box)
        self.care.told.connect(box.tell)
        box.resize(1100, 700)
        box.show()
        self.rest()
        return box

    def rest(self) -> None:
        """Wait until nothing is being done beside the window."""
        self.qtbot.waitUntil(lambda: not self.care.background.busy)


@pytest.fixture
def room(qtbot) -> Room:
    made = Room(qtbot)
    yield made
    made.care.background.shut_down()


@pytest.fixture
def three(room: Room) -> Room:
    make_run("old", best=1.4, day=1)
    make_run("mid", "pitches", best=1.9, day=2)
    make_run("new", best=None, day=3)
    room.shelf.refresh()
    return room


def names(box: LibraryBox) -> list[str]:
    return [row.name for row in box.table.rows.rows]


def drop(target: object, *files: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    for kind in (QDragEnterEvent, QDropEvent):
        QApplication.sendEvent(target, kind(QPoint(5, 5), Qt.DropAction.CopyAction, mime, buttons, keys))


# Rows


def test_a_run_is_told_with_name_text_model_steps_loss_date_and_size(three: Room):
    box = three.open()
    row = box.table.rows.rows[-1]
    assert (row.name, row.text, row.steps, row.best) == ("old", "Verse", "500", "1.40")
    assert row.model.startswith("1 × 4 × 128, 0.2 M")
    assert row.date.startswith("1 Mar 2026, ")
    assert row.size.endswith(" KB")
    for words in ("old", "Verse", "1 × 4 × 128", "500 steps", "best held back 1.40", "1 Mar 2026"):
        assert words in row.spoken


def test_every_order_sorts_and_damaged_runs_come_last(three: Room):
    found = [row_for(each, run_parts.DiskUse(len(each.name)), None, None) for each in three.state.runs]
    broken = library.RunSummary(path=Path("aa"), problem=RunError("run.damaged", run="aa", file="run.json"))
    found.insert(0, row_for(broken, None, None, None))
    orders = {key: [row.name for row in in_order(found, key)] for key in ORDERS}
    assert orders["date"] == ["new", "mid", "old", "aa"]
    assert orders["name"] == ["mid", "new", "old", "aa"]
    assert orders["best"] == ["old", "mid", "new", "aa"]
    assert orders["text"] == ["mid", "new", "old", "aa"]
    assert orders["model"][0] == "mid"


def test_a_search_wants_every_word_wherever_it_stands(three: Room):
    found = [row_for(each, None, None, None) for each in three.state.runs]
    assert [row.name for row in fitting(found, "VERSE new")] == ["new"]
    assert [row.name for row in fitting(found, "bigram")] == ["new"]
    assert fitting(found, "verse mid") == []
    assert len(fitting(found, "  ")) == 3


def test_a_record_that_somebody_made_up_is_listed_all_the_same(room: Room):
    path = make_run("odd")
    record = runs.read_record(path)
    runs.write_record(path, replace(record, name="x" * 100_000, created="the day before yesterday"))
    room.shelf.refresh()
    row = room.open().table.rows.rows[0]
    assert len(row.name) == 200 and row.date == ""


# The box


def test_the_newest_run_comes_first_and_is_chosen_and_headings_sort(three: Room):
    box = three.open()
    assert names(box) == ["new", "mid", "old"] and box.table.chosen.name == "new"
    box.table.horizontalHeader().sectionClicked.emit(BEST)
    assert names(box) == ["old", "mid", "new"] and box.order.currentData() == "best"
    assert box.table.chosen.name == "new"


def test_searching_keeps_what_fits_and_says_how_many(three: Room, qtbot):
    box = three.open()
    qtbot.keyClicks(box.search, "verse")
    assert names(box) == ["new", "old"] and box.search.outcome == "2 of 3"
    qtbot.keyClicks(box.search, " nonsense")
    assert box._none.sentence == "No run has these words in it." and box.opens.isHidden()
    box._none.button.click()
    assert len(names(box)) == 3 and not box.opens.isHidden()


def test_an_empty_library_is_one_sentence_and_one_button(room: Room, qtbot):
    box = room.open()
    assert box._none.sentence.startswith("No run yet.")
    assert box.opens.isHidden() and box.room.isHidden() and box.rename.isHidden()
    assert box._import.isEnabled()
    with qtbot.waitSignal(box.train_asked):
        box._none.button.click()


def test_keys_open_rename_and_delete_the_chosen_run(three: Room, qtbot):
    box = three.open()
    path = box.table.chosen.path
    with qtbot.waitSignal(box.delete_asked) as asked:
        qtbot.keyClick(box.table, Qt.Key.Key_Delete)
    assert asked.args == [path]
    qtbot.keyClick(box.table, Qt.Key.Key_F2)
    editor = box.table.findChild(QLineEdit)
    editor.setText("newer")
    with qtbot.waitSignal(box.rename_asked) as asked:
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert asked.args == [path, "newer"]
    with qtbot.waitSignal(box.open_asked) as asked:
        qtbot.keyClick(box.table, Qt.Key.Key_Return)
    assert asked.args == [path]


def test_the_run_in_training_is_neither_copied_nor_deleted_and_that_is_said(three: Room):
    three.training = OpenRun(three.state.runs[0].path, three.state.runs[0].record)
    box = three.open()
    assert box.table.chosen.status == "training now"
    assert not any(each.isEnabled() for each in (box.copy, box.export, box.delete, box.room.thin))
    assert "stop it" in box.hint.text()
    three.care.duplicate(three.training.path)
    assert three.told == [("bad", "new is being trained. Stop it first.")]


def test_a_damaged_run_says_so_and_can_be_looked_for_and_thrown_away(room: Room):
    (paths.runs_home() / "broken").mkdir(parents=True)
    (paths.runs_home() / "broken" / "run.json").write_text("{")
    room.shelf.refresh()
    box = room.open()
    assert "run.json is damaged" in box.hint.text()
    assert not box.opens.isEnabled() and not box.export.isEnabled()
    assert box.delete.isEnabled() and box.reveal.isEnabled()


def test_everything_that_can_be_operated_has_a_name_for_screen_readers(three: Room):
    box = three.open()
    for each in (box.search, box.order, box.table, box.room.budget, box.delete, box.copy, box.export, box.opens):
        assert each.accessibleName()
    index = box.table.rows.index(0, NAME)
    assert "best held back" in box.table.rows.index(1, NAME).data(Qt.ItemDataRole.AccessibleTextRole)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole).startswith("new, ")


@pytest.mark.parametrize(("width", "zoom", "hidden"), [(1400, 100, set()), (700, 100, {DATE, MODEL, TEXT})])
def test_in_a_narrow_box_columns_give_way_and_the_line_below_tells_them(three: Room, width, zoom, hidden):
    theme.set_zoom(zoom)
    box = three.open()
    box.resize(width, 600)
    assert {column for column in range(SIZE + 1) if box.table.isColumnHidden(column)} == hidden
    assert "Mar 2026" in box.hint.text() and "Verse" in box.hint.text()


# To and fro


def test_a_copy_is_chosen_and_told(three: Room):
    box = three.open()
    box.copy.click()
    three.rest()
    assert box.table.chosen.name == "new (2)"
    assert box.bar.words == "new (2) is a copy that you can change."
    assert len(names(box)) == 4


def test_an_exported_run_comes_back_by_being_dropped(three: Room, tmp_path, monkeypatch):
    target = tmp_path / "mine.gptrun"
    monkeypatch.setattr(run_files, "ask_where", lambda parent, run: target)
    box = three.open()
    box.export.click()
    three.rest()
    assert three.told == [("good", f"Saved: {target}")]
    drop(box, target)
    three.rest()
    assert box.table.chosen.name == "new (2)" and three.told[-1] == ("good", "new (2) is imported.")
    assert runs.read_corpus(box.table.chosen.path).text == TEXTS["verse"].text


@pytest.mark.parametrize(
    ("name", "words"),
    [("photo.png", "is no packed run. Those end in .gptrun"), ("x.gptrun", "is no packed run, or it is damaged")],
)
def test_a_file_of_another_kind_is_refused_with_a_sentence(room: Room, tmp_path, name, words):
    box = room.open()
    (tmp_path / name).write_bytes(b"no run at all")
    drop(box, tmp_path / name)
    room.rest()
    assert words in box.bar.words and room.told[-1][0] == "bad"
    assert library.all_runs() == []


def test_what_takes_long_can_be_stopped(three: Room, qtbot, monkeypatch, tmp_path):
    packed = tmp_path / "a.gptrun"
    list(archive.pack(three.state.runs[0].path, packed))

    def endless(path: Path):
        while True:
            yield run_parts.Carried(0, 1)

    monkeypatch.setattr(archive, "unpack", endless)
    box = three.open()
    three.care.import_archive(packed)
    qtbot.waitUntil(lambda: box.bar.button.text() == "Stop")
    box.bar.button.click()
    three.rest()
    assert box.bar.words == "Stopped. Nothing was changed."


def test_a_file_manager_that_does_not_answer_is_told_with_the_place(three: Room, monkeypatch):
    monkeypatch.setattr(run_files, "show_folder", lambda run: False)
    box = three.open()
    box.reveal.click()
    assert str(box.table.chosen.path) in box.bar.words


# Room


def test_the_room_of_runs_and_snapshots_is_told(three: Room):
    box = three.open()
    use = run_parts.DiskUse()
    for run in three.state.runs:
        use += run_parts.disk_use(run.path)
    assert use.snapshot_bytes == 12_000
    assert f"{use.total_bytes / 1024:.0f} KB" in box.room.words.text()
    assert "12 KB of it are snapshots" in box.room.words.text()


def test_beyond_the_budget_it_is_said_how_much_too_much(qtbot):
    bar = RoomBar(5, is_locked=False)
    qtbot.addWidget(bar)
    bar.show_use(run_parts.DiskUse(9 * GB, 6 * GB))
    assert bar.over_bytes == GB and "1.0 GB more than they may" in bar.words.text()
    bar.budget.setValue(6)
    assert bar.over_bytes == 0 and "more than" not in bar.words.text()


def test_the_budget_is_remembered_and_an_administrator_can_settle_it(three: Room, tmp_path):
    three.open().room.budget.setValue(12)
    assert Preferences().get("snapshot_budget_gb") == 12
    policy = tmp_path / "policy.json"
    policy.write_text('{"settings": {"snapshot_budget_gb": 2}, "locked": ["snapshot_budget_gb"]}')
    three.preferences = Preferences(policy_file=policy)
    budget = three.open().room.budget
    assert budget.value() == 2 and not budget.isEnabled() and "everybody" in budget.toolTip()


def test_thinning_asks_first_and_tells_what_is_free_again(three: Room):
    box = three.open()
    path = box.table.chosen.path
    three.state.open_run(three.shelf.read(path))
    box.room.thin.click()
    assert box.bar.words.startswith("new: the snapshot of step 10 would go and free 1 KB.")
    assert runs.snapshot_steps(path) == [0, 10, 25, 500]
    box.bar.button.click()
    three.rest()
    assert runs.snapshot_steps(path) == three.state.run.kept == [0, 25, 500]
    assert box.bar.words == "new: 1 KB are free again."


def test_a_run_with_nothing_to_thin_says_so(three: Room):
    box = three.open()
    snapshot_room.thin(box.table.chosen.path, [10, 25])
    box.room.thin.click()
    assert "nothing to thin" in box.bar.words


def test_the_family_is_another_view_of_the_same_choice(qtbot, three):
    box = three.open()
    box.view.option("family").click()
    assert box._stack.currentWidget() is box.family and not box.search.isEnabled()
    assert box.family.chosen == box.table.chosen.path
    qtbot.keyClick(box.family, Qt.Key.Key_Down)
    assert box.table.chosen.path == box.family.chosen
    box.rename.click()
    assert box.view.key == "list" and box.table.is_editing
