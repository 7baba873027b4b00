"""The page of experiments: its views, and what they wish."""

from pathlib import Path

from PySide6.QtWidgets import QAbstractButton

from gpt_studio.gui.tabs.experiments_tab import VIEWS, ExperimentsTab


def test_every_view_has_its_place_in_the_switch_and_is_shown_alone(in_view, state):
    tab = in_view(ExperimentsTab(state))
    assert tab.objectName() == "page.experiments"
    for name, *_ in VIEWS:
        tab.findChild(QAbstractButton, f"experiments.page.{name}").click()
        assert [each for each, view in tab.views.items() if view.isVisible()] == [name]


def test_what_a_view_wishes_the_page_wishes(in_view, state):
    tab, asked = in_view(ExperimentsTab(state)), []
    view = tab.views["queue"]
    for signal in (tab.open_asked, tab.move_asked, tab.go_asked):
        signal.connect(lambda *told: asked.append(told))
    view.open_asked.emit(Path("run"))
    view.move_asked.emit("id", 2)
    view.go_asked.emit("train")
    assert asked == [(Path("run"),), ("id", 2), ("train",)]
