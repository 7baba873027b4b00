"""The shell: tabs, menus and keys, the lesson's place, messages, closing. Its pages are toys: no torch, no worker."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QRect, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QTabBar,
    QWidget,
)

from gpt_studio.app import NO_DISPLAY, has_display
from gpt_studio.engine.config import ModelConfig, TokenizerConfig, TrainConfig
from gpt_studio.engine.experiments.run_queue import Entry, Order
from gpt_studio.engine.preferences import Preferences
from gpt_studio.engine.requests import CorpusText, TrainRequest
from gpt_studio.gui import theme
from gpt_studio.gui.main_window import MainWindow
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.pages import STEPS
from gpt_studio.gui.shell import diagnostics, run_files
from gpt_studio.gui.shell.faults import Faults
from gpt_studio.gui.shell.run_shelf import first_record
from gpt_studio.gui.shell.tab_strip import FULL, NARROW, NO_ICONS, NUMBERS, WITH_ICONS_FROM
from gpt_studio.gui.state import Phase, StudioState, Visit
from gpt_studio.gui.widgets.basics import MessageBar, Page

ROOT = Path(__file__).parent.parent.parent
NAMES = [step.name for step in STEPS]


class ToyPage(Page):
    """A page with the buttons that the menus press."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.pressed: list[str] = []
        self.found = 0
        buttons = {
            "corpus": ["add"],
            "train": ["start", "pause", "stop", "rename", "delete"],
            "write": ["generate", "stop"],
        }
        for each in buttons.get(name, []):
            made = QPushButton(each)
            made.setObjectName(f"{name}.{each}")
            made.clicked.connect(lambda _=False, each=each: self.pressed.append(each))
            self.content.addWidget(made)
        if name == "corpus":
            self.editor = QPlainTextEdit()
            self.content.addWidget(self.editor)
            shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.find)

    def find(self) -> None:
        self.found += 1


def open_window(state: StudioState, qtbot, size: tuple[int, int] = (1440, 870), names: list[str] = NAMES) -> MainWindow:
    window = MainWindow(state, Preferences(), {name: lambda name=name: ToyPage(name) for name in names})
    window.leave_asked.connect(window.finish)
    qtbot.addWidget(window, before_close_func=lambda closing: closing.finish())
    window.resize(*size)
    with qtbot.waitSignal(window.painted):
        window.show()
    return window


@pytest.fixture
def window(state: StudioState, qtbot) -> MainWindow:
    return open_window(state, qtbot)


def key(qtbot, window: MainWindow, sequence: str, target: QWidget | None = None) -> None:
    combination = QKeySequence(sequence)[0]
    qtbot.keyClick(target or window, combination.key(), combination.keyboardModifiers())


# Pages


def test_pages_are_made_when_they_are_needed_and_the_rest_after_the_first_paint(window: MainWindow, qtbot):
    assert window.made_pages == ("hardware",)
    window.go("write")
    assert window.made_pages == ("hardware", "write")
    window.make_remaining_pages()
    qtbot.waitUntil(lambda: set(window.made_pages) == set(NAMES))


def test_tab_lesson_and_page_go_together(window: MainWindow, qtbot):
    tabs = window.findChild(QTabBar, "tabs")
    tabs.setCurrentIndex(3)
    assert window.current == "model" and window.lesson_panel.page == "model"
    window.lesson_panel.findChild(QPushButton, "lesson.next").click()
    assert window.current == "train" and tabs.currentIndex() == 4
    window.page("train").go_asked.emit("model")
    assert tabs.currentIndex() == 3
    window.go("nowhere")
    assert window.current == "model"


def test_every_step_has_its_key(window: MainWindow, qtbot):
    for step in reversed(STEPS):
        key(qtbot, window, f"Ctrl+{step.number}")
        assert window.current == step.name
    key(qtbot, window, "Ctrl+PgDown")
    assert window.current == "corpus"
    key(qtbot, window, "Ctrl+PgUp")
    key(qtbot, window, "Ctrl+PgUp")
    assert window.current == "hardware"


def test_the_tabs_speak_of_what_is_done(window: MainWindow, state: StudioState):
    state.tick("corpus")
    assert window.tabs.accessibleTabName(1) == "2 Corpus, done"
    assert window.tabs.accessibleTabName(2) == "3 Tokenizer, not done yet"


@pytest.mark.parametrize(("width", "zoom"), [(1440, 100), (1100, 100), (1024, 100), (1440, 150), (1440, 250)])
def test_the_tabs_show_as_much_as_fits_whatever_the_width(state: StudioState, qtbot, width: int, zoom: int):
    theme.set_zoom(zoom)
    for name in NAMES:
        state.tick(name)
    window = open_window(state, qtbot, (width, 870))
    tabs = window.tabs
    tabs.show_done(state.ticks)
    assert window.width() == width
    assert tabs.tabRect(7).right() <= tabs.width()
    level = tabs.level
    first = FULL if width >= theme.px(WITH_ICONS_FROM) else NO_ICONS
    assert first <= level <= NUMBERS
    assert all(tabs.width_at(fuller) > tabs.width() for fuller in range(first, level))


def test_icons_go_first_then_room_then_words(state: StudioState, qtbot):
    tabs = open_window(state, qtbot, (1440, 870)).tabs
    widths = [tabs.width_at(level) for level in (FULL, NO_ICONS, NARROW, NUMBERS)]
    assert widths == sorted(widths, reverse=True) and len(set(widths)) == 4


def test_the_smallest_window_holds_everything(state: StudioState, qtbot):
    window = open_window(state, qtbot, (1024, 700))
    assert (window.width(), window.height()) == (1024, 700)
    assert window.centralWidget().minimumSizeHint().width() <= 1024


# The lesson


def test_the_lesson_closes_when_the_window_gets_narrow_and_comes_back_with_the_room(window: MainWindow, qtbot):
    assert window.lesson.is_open and not window.lesson.is_over_page
    window.resize(1100, 760)
    assert not window.lesson.is_open
    window.resize(1440, 870)
    assert window.lesson.is_open and not window.lesson.is_over_page
    window.resize(1100, 760)
    assert not window.lesson.is_open


def test_in_a_narrow_window_f1_brings_it_over_the_page(state: StudioState, qtbot):
    window = open_window(state, qtbot, (1024, 700))
    assert not window.lesson.is_open
    page_width = window.stack.width()
    key(qtbot, window, "F1")
    panel = window.lesson_panel
    assert window.lesson.is_over_page and panel.isVisible()
    assert window.stack.width() == page_width, "the page keeps its width"
    assert panel.geometry().right() == panel.parentWidget().width() - 1
    panel.findChild(QWidget, "lesson.close").click()
    assert not panel.isVisible() and not window.menus.lesson.isChecked()


def test_the_lesson_begins_at_its_width_and_stays_within_its_limits(window: MainWindow):
    assert window.lesson_panel.width() == 304
    assert (window.lesson_panel.minimumWidth(), window.lesson_panel.maximumWidth()) == (280, 420)


# Keys and menus


def test_run_keys_press_the_buttons_of_the_pages(window: MainWindow, state: StudioState, qtbot):
    train, write = window.page("train"), window.page("write")
    key(qtbot, window, "F5")
    assert window.current == "train" and train.pressed == ["start"]
    state.set_phase(Phase.TRAINING)
    window.go("model")
    key(qtbot, window, "Ctrl+R")
    state.set_phase(Phase.PAUSED)
    assert window.menus.start.text() == "&Resume"
    key(qtbot, window, "F5")
    key(qtbot, window, "Shift+F5")
    assert train.pressed == ["start", "pause", "pause", "stop"] and window.current == "model"
    key(qtbot, window, "Ctrl+Return")
    assert window.current == "write" and write.pressed == ["generate"]
    key(qtbot, window, "Esc")
    assert write.pressed == ["generate"], "nothing is being written"
    state.set_visit(Visit.WRITING)
    key(qtbot, window, "Esc")
    assert write.pressed == ["generate", "stop"]


def test_a_disabled_button_is_not_pressed_by_its_key(window: MainWindow, qtbot):
    train = window.page("train")
    train.findChild(QPushButton, "train.start").setEnabled(False)
    key(qtbot, window, "F5")
    assert train.pressed == []


def test_a_page_that_is_empty_gets_no_presses(window: MainWindow, qtbot):
    train = window.page("train")
    train.empty("Create a model first.", "Go to 4 Model", "model")
    key(qtbot, window, "F5")
    assert train.pressed == [] and window.current == "train"
    train.empty_state.button.click()
    assert window.current == "model"


def test_rename_and_delete_belong_to_the_train_page(window: MainWindow, qtbot):
    train = window.page("train")
    key(qtbot, window, "F2")
    key(qtbot, window, "Del")
    assert train.pressed == []
    window.go("train")
    key(qtbot, window, "F2")
    key(qtbot, window, "Del")
    assert train.pressed == ["rename", "delete"]


def test_add_file_and_find_reach_the_corpus_page(window: MainWindow, qtbot):
    key(qtbot, window, "Ctrl+O")
    corpus = window.page("corpus")
    assert window.current == "corpus" and corpus.pressed == ["add"]
    key(qtbot, window, "Ctrl+F")
    assert corpus.found == 1
    corpus.editor.setFocus()
    key(qtbot, window, "Ctrl+F", corpus.editor)
    assert corpus.found == 2, "the page's own key and the menu's are not in each other's way"
    window.go("model")
    assert not window.menus.find.isEnabled()


def test_undo_goes_to_the_text_that_has_the_focus(window: MainWindow, qtbot):
    window.go("corpus")
    editor = window.page("corpus").editor
    editor.setFocus()
    qtbot.keyClicks(editor, "abc")
    window.commands.edit("undo")
    assert editor.toPlainText() == ""
    window.commands.edit("redo")
    assert editor.toPlainText() == "abc"


def test_undo_takes_what_a_message_offers(window: MainWindow, qtbot):
    done = []
    window.show_message("accent", "verse is now called prose.", "Undo", lambda: done.append(True))
    key(qtbot, window, "Ctrl+Z")
    assert done == [True] and window.message.isHidden()


def test_undo_takes_the_newest_of_two_offers(window: MainWindow, qtbot):
    done, on_page = [], MessageBar()
    window.page(window.current).content.addWidget(on_page)
    window.show_message("accent", "verse is now called prose.", "Undo", lambda: done.append("name"))
    on_page.tell("accent", "prose is in the trash.", "Undo", lambda: done.append("trash"))
    key(qtbot, window, "Ctrl+Z")
    key(qtbot, window, "Ctrl+Z")
    assert done == ["trash", "name"]


def test_the_menu_leads_to_the_library_and_takes_runs_in_and_out(window, state, qtbot, monkeypatch, tmp_path):
    with qtbot.waitSignal(window.library_asked):
        key(qtbot, window, "Ctrl+L")
    monkeypatch.setattr(run_files, "ask_for_one", lambda parent: tmp_path / "a.gptrun")
    with qtbot.waitSignal(window.import_asked) as asked:
        key(qtbot, window, "Ctrl+I")
    assert asked.args == [tmp_path / "a.gptrun"]
    monkeypatch.setattr(run_files, "ask_where", lambda parent, run: tmp_path / f"{run.name}.gptrun")
    assert not window.menus.export.isEnabled()
    text = CorpusText(id="a", title="A", text="a")
    state.open_run(OpenRun(Path("runs/verse"), first_record("verse", text, ModelConfig(), TrainConfig(), None)))
    with qtbot.waitSignal(window.export_asked) as asked:
        key(qtbot, window, "Ctrl+S")
    assert asked.args == [tmp_path / "verse.gptrun"]


def test_ctrl_e_takes_along_what_the_page_shows(window, state, qtbot):
    text, taken = CorpusText(id="a", title="A", text="a"), []
    window.go("train")
    window.page("train").export_shown = lambda: taken.append("chart")
    key(qtbot, window, "Ctrl+E")
    assert not taken, "there is no run yet"
    state.open_run(OpenRun(Path("runs/verse"), first_record("verse", text, ModelConfig(), TrainConfig(), None)))
    key(qtbot, window, "Ctrl+E")
    assert taken == ["chart"]
    window.go("model")
    assert not window.menus.take.isEnabled()


def test_runs_that_are_dropped_on_the_window_are_taken_in_and_all_else_is_a_text(window, qtbot, tmp_path):
    mime = QMimeData()
    run, text, elsewhere = tmp_path / "a.gptrun", tmp_path / "b.txt", QUrl("https://example.org/b.gptrun")
    mime.setUrls([QUrl.fromLocalFile(str(run)), QUrl.fromLocalFile(str(text)), elsewhere])
    taken = []
    window.import_asked.connect(taken.append)
    window.texts_asked.connect(taken.append)
    entering, fallen = (
        kind(QPoint(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        for kind in (QDragEnterEvent, QDropEvent)
    )
    QApplication.sendEvent(window, entering)
    assert entering.isAccepted()
    QApplication.sendEvent(window, fallen)
    assert taken == [run, [text]]


def test_no_key_stands_twice_in_the_menus_and_all_are_listed(window: MainWindow):
    keys = [sequence.toString() for sequence in window.menus.all_keys()]
    assert len(keys) == len(set(keys))
    for wanted in ("F1", "F5", "F11", "Ctrl+R", "Ctrl+.", "Ctrl+Return", "Ctrl+8", "Ctrl+0", "Ctrl+N", "F2", "Del"):
        assert QKeySequence(wanted).toString() in keys
    listed = " ".join(row[0] for row in window.menus.rows())
    assert all(QKeySequence(each).toString(QKeySequence.SequenceFormat.NativeText) in listed for each in keys)


def test_zoom_keys_scale_and_are_remembered(window: MainWindow, qtbot):
    key(qtbot, window, "Ctrl++")
    assert theme.zoom() == 110 and Preferences().get("zoom") == 110
    key(qtbot, window, "Ctrl+-")
    key(qtbot, window, "Ctrl+-")
    assert theme.zoom() == 90
    key(qtbot, window, "Ctrl+0")
    assert theme.zoom() == 100


def test_themes_are_chosen_in_the_menu_and_remembered(window: MainWindow):
    window.menus.themes["dark"].trigger()
    assert theme.current().name == "dark" and Preferences().get("theme") == "dark"
    window.menus.themes["projector"].trigger()
    assert theme.zoom() == 150 and not window.lesson.is_open
    window.menus.themes["light"].trigger()
    assert theme.zoom() == 100


def test_a_locked_theme_cannot_be_changed_and_says_why(state: StudioState, qtbot, studio_home):
    (studio_home / "no-policy.json").write_text('{"settings": {"theme": "dark"}, "locked": ["theme"]}')
    window = open_window(state, qtbot)
    action = window.menus.themes["light"]
    assert not action.isEnabled() and action.toolTip() == "Set for everybody on this computer"


def test_a_locked_zoom_stays_and_says_why(state: StudioState, qtbot, tmp_path):
    policy = tmp_path / "policy.json"
    policy.write_text('{"settings": {"zoom": 110}, "locked": ["zoom"]}')
    window = MainWindow(state, Preferences(policy_file=policy), {"hardware": lambda: Page("hardware")})
    qtbot.addWidget(window)
    theme.set_zoom(110)
    window.show()
    key(qtbot, window, "Ctrl++")
    assert theme.zoom() == 110
    zooms = [
        each for menu in window.menus._all for each in menu.actions() if each.text() in ("Zoom &in", "&Actual size")
    ]
    assert [(each.isEnabled(), each.toolTip()) for each in zooms] == [(False, "Set for everybody on this computer")] * 2


def test_full_screen_comes_and_goes(window: MainWindow, qtbot):
    key(qtbot, window, "F11")
    assert window.isFullScreen()
    key(qtbot, window, "F11")
    assert not window.isFullScreen()


def test_help_opens_its_boxes_and_copies_diagnostics(window: MainWindow, state: StudioState):
    for words in ("&Shortcuts", "&About GPT Studio"):
        action = next(each for menu in window.menus._all for each in menu.actions() if each.text() == words)
        action.trigger()
    boxes = {box.objectName(): box for box in window.findChildren(QDialog)}
    assert set(boxes) == {"about", "shortcuts"}
    told = [label.text() for label in boxes["about"].findChildren(QLabel)]
    assert "PyTorch" in told and "LGPL-3.0" in told
    boxes["about"].findChild(QAbstractButton, "about.licences").click()
    licences = boxes["about"].findChild(QDialog, "licences")
    text = licences.findChild(QPlainTextEdit, "licences.text").toPlainText()
    assert "PyTorch" in text and "Redistribution and use in source and binary forms" in text
    licences.close()
    for box in boxes.values():
        box.close()
    report = diagnostics.report(state)
    assert "GPT Studio" in report and "torch" in report and "zoom 100 %" in report
    window.menus._copy_diagnostics()
    assert QGuiApplication.clipboard().text() == report


# Messages and the title


def test_a_message_stands_above_the_page_until_it_is_closed(window: MainWindow):
    assert not window._message_frame.isVisible()
    window.show_message("warn", "Your settings were damaged.")
    assert window.message.isVisible() and window._message_frame.isVisible()
    window.message.clear()
    assert not window._message_frame.isVisible()


def test_good_news_go_by_themselves_and_warnings_stay(window: MainWindow):
    window.show_message("good", "Copied.")
    assert window._message_time.isActive()
    window.show_message("warn", "Your settings were damaged.")
    assert not window._message_time.isActive()
    window.show_message("good", "Copied.")
    window._message_time.timeout.emit()
    assert window.message.isHidden()


def test_the_title_names_the_run(window: MainWindow, state: StudioState):
    text = CorpusText(id="verse_drama", title="Verse drama", text="O muse, " * 100)
    record = first_record("verse-4×128", text, ModelConfig(), TrainConfig(), "small")
    assert window.windowTitle() == "Untitled — GPT Studio"
    state.open_run(OpenRun(Path("run"), record))
    assert window.windowTitle() == "verse-4×128 — GPT Studio"


# Closing


def test_an_idle_window_closes_without_a_question(window: MainWindow, qtbot):
    with qtbot.waitSignal(window.leave_asked):
        window.close()
    qtbot.waitUntil(lambda: not window.isVisible())


def test_closing_while_training_asks_once_and_can_be_taken_back(window: MainWindow, state: StudioState, qtbot):
    state.set_phase(Phase.TRAINING)
    window.close()
    window.close()
    boxes = window.findChildren(QDialog, "leave")
    assert len(boxes) == 1 and window.isVisible()
    boxes[0].findChild(QPushButton, "leave.stay").click()
    assert window.isVisible() and not boxes[0].isVisible()


def test_keep_the_run_and_close_tells_and_waits_for_the_worker(state: StudioState, qtbot):
    window = open_window(state, qtbot)
    window.leave_asked.disconnect()
    state.set_phase(Phase.TRAINING)
    window.close()
    with qtbot.waitSignal(window.leave_asked):
        window.findChild(QPushButton, "leave.keep").click()
    assert window.isVisible(), "it waits until the last checkpoint is written"
    assert window.findChild(QLabel, "status.phase").text() == "Saving and closing"
    window.close()
    assert window.isVisible()
    window.finish()
    assert not window.isVisible()


def test_the_chosen_tokens_are_remembered(state: StudioState, qtbot):
    window = open_window(state, qtbot, (1300, 800))
    state.choose_tokens(TokenizerConfig(kind="bpe", vocab_size=640))
    with qtbot.waitSignal(window.leave_asked):
        window.close()
    kept = Preferences()
    assert (kept.get("tokenizer"), kept.get("vocab_size")) == ("bpe", 640)


def test_place_page_and_lesson_are_remembered(state: StudioState, qtbot):
    window = open_window(state, qtbot, (1300, 800))
    window.lesson.set_open(False)
    window.go("model")
    with qtbot.waitSignal(window.leave_asked):
        window.close()
    again = open_window(StudioState(), qtbot, (1440, 870))
    kept = Preferences()
    assert kept.get("last_page") == "model" and not again.lesson.is_open
    assert not kept.get("last_run")


def test_a_window_that_lay_on_a_monitor_that_is_gone_comes_back_into_view(state: StudioState, qtbot):
    away = QWidget()
    away.setGeometry(QRect(QPoint(9000, 9000), QGuiApplication.primaryScreen().size()))
    preferences = Preferences()
    preferences.set("window_geometry", base64.b64encode(away.saveGeometry().data()).decode())
    window = open_window(state, qtbot)
    visible = QGuiApplication.primaryScreen().availableGeometry()
    assert visible.intersects(window.frameGeometry())


def test_nonsense_in_the_remembered_place_does_no_harm(state: StudioState, qtbot):
    preferences = Preferences()
    preferences.set("window_geometry", "not base64 ☃")
    preferences.set("window_state", "-1e9")
    assert open_window(state, qtbot).isVisible()


# Start-up


def test_a_computer_without_a_display_is_noticed_before_qt_ends_the_process():
    assert not has_display({}, "linux")
    assert has_display({"DISPLAY": ":0"}, "linux")
    assert has_display({"WAYLAND_DISPLAY": "wayland-0"}, "linux")
    assert has_display({"QT_QPA_PLATFORM": "offscreen"}, "linux")
    assert has_display({}, "win32") and has_display({}, "darwin")
    assert NO_DISPLAY.startswith("gpt-studio: ") and "\n" not in NO_DISPLAY and "train" in NO_DISPLAY


def test_without_a_display_the_program_says_so_in_one_line_and_names_the_commands():
    bare = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    bare.pop("QT_QPA_PLATFORM", None)
    ended = subprocess.run([sys.executable, "-m", "gpt_studio"], env=bare, capture_output=True, text=True, cwd=ROOT)
    if sys.platform.startswith("linux"):
        assert ended.returncode == 1 and ended.stdout == ""
        assert ended.stderr.strip() == NO_DISPLAY


def test_unforeseen_faults_are_told_once_and_logged_always(qapp: QApplication, qtbot, caplog):
    faults, told = Faults(), []
    faults.happened.connect(told.append)
    faults.watch()
    try:
        for words in ("first", "second"):
            try:
                raise ZeroDivisionError(words)
            except ZeroDivisionError as error:
                sys.excepthook(type(error), error, error.__traceback__)
        qtbot.waitUntil(lambda: bool(told))
        qapp.processEvents()
    finally:
        faults.leave()
    assert len(told) == 1 and "ZeroDivisionError: first" in told[0]
    assert "second" in caplog.text


def test_the_question_on_leaving_tells_of_the_queue(window: MainWindow, state: StudioState, run_record):
    request = TrainRequest(
        corpus=CorpusText(id="a", title="A", text="a"),
        model=ModelConfig(),
        train=TrainConfig(),
        run=Path("runs/verse"),
        name="verse",
    )
    state.set_queue([Entry(id="1", order=Order(request=request), status="running")], False, True)
    state.set_phase(Phase.TRAINING)
    window.close()
    box = window.findChild(QDialog, "leave")
    said = " ".join(label.text() for label in box.findChildren(QLabel))
    assert "The queue goes on with it at the next start." in said
    box.findChild(QPushButton, "leave.stay").click()
    state.set_phase(Phase.IDLE)


# The page beside the steps


def open_with_experiments(state: StudioState, qtbot, size: tuple[int, int] = (1440, 870)) -> MainWindow:
    window = open_window(state, qtbot, size, [*NAMES, "experiments"])
    assert window.strip.button is not None
    return window


def test_experiments_have_a_button_and_a_key_and_the_tabs_stay_eight(state: StudioState, qtbot):
    window = open_with_experiments(state, qtbot)
    tabs, button = window.tabs, window.findChild(QAbstractButton, "experiments.open")
    window.go("model")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.current == "experiments" and button.isChecked() and tabs.count() == 8
    assert window.lesson_panel.page == "experiments"
    qtbot.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(3).center())
    assert window.current == "model" and not button.isChecked(), "the tab that was left leads back"
    key(qtbot, window, "Ctrl+9")
    assert window.current == "experiments"
    key(qtbot, window, "Ctrl+PgUp")
    assert window.current == "model"
    key(qtbot, window, "Ctrl+9")
    tabs.setFocus()
    qtbot.keyClick(tabs, Qt.Key.Key_Space)
    assert window.current == "model"


def test_without_experiments_there_is_no_button(window: MainWindow):
    assert window.strip.button is None and window.findChild(QAbstractButton, "experiments.open") is None


@pytest.mark.parametrize("width", [1024, 1100, 1300, 1440, 1920])
@pytest.mark.parametrize("zoom", [100, 150])
def test_the_button_gives_way_before_a_tab_loses_its_words(state: StudioState, qtbot, width: int, zoom: int):
    theme.set_zoom(zoom)
    for name in (*NAMES, "experiments"):
        state.tick(name)
    window = open_with_experiments(state, qtbot, (width, 870))
    tabs, button = window.tabs, window.strip.button
    assert window.width() == width
    assert tabs.tabRect(7).right() <= tabs.width() and button.geometry().right() < window.strip.width()
    if tabs.level == NUMBERS:
        assert button.width() == button.width_for(False)
    if button.width() == button.width_for(True):
        assert tabs.level < NUMBERS
    assert button.accessibleName() == button.toolTip() == "Experiments"


def test_in_the_smallest_window_all_eight_tabs_keep_their_words_with_every_tick(state: StudioState, qtbot):
    for name in (*NAMES, "experiments"):
        state.tick(name)
    window = open_with_experiments(state, qtbot, (1024, 700))
    assert window.tabs.level == NARROW


def test_its_lesson_is_outside_of_the_eight(state: StudioState, qtbot):
    window = open_with_experiments(state, qtbot)
    window.go("experiments")
    titles = [label.text() for label in window.lesson_panel.findChildren(QLabel)]
    assert "Lesson: Experiments" in titles
    assert window.lesson_panel.findChild(QPushButton, "lesson.next").isHidden()
    window.go("look")
    assert "Lesson 8 of 8" in [label.text() for label in window.lesson_panel.findChildren(QLabel)]
