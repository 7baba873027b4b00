"""The family of runs as the library draws it."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from gpt_studio.engine.keeping.library import RunSummary
from gpt_studio.engine.run_record import Change, Parent, Progress
from gpt_studio.engine.runs import replace
from gpt_studio.gui.parts.library.family_tree import FamilyTree, _goes_on, spoken


@pytest.fixture
def found(run_record):
    """Newest first, as the library lists them: a run, two forks of it, and a fork of the first fork."""
    rate = (Change(what="learning_rate", before="0.04", after="0.01"),)
    parents = {
        "verse": None,
        "first": Parent(run="verse", step=500, changes=rate),
        "second": Parent(run="verse", step=100, changes=()),
        "third": Parent(run="first", step=900),
        "other": None,
    }
    made = []
    for number, (name, parent) in enumerate(parents.items()):
        progress = Progress(step=400, best_val_loss=1.5)
        record = replace(run_record(name), created=f"2026-01-0{number + 1}", parent=parent, progress=progress)
        made.insert(0, RunSummary(path=Path(name), record=record))
    return made


@pytest.fixture
def tree(in_view, found) -> FamilyTree:
    made = in_view(FamilyTree(), 700, 400)
    made.show_runs(found)
    return made


def test_each_run_stands_under_the_one_that_it_came_from(tree):
    assert [(each.run.name, each.depth) for each in tree.relatives] == [
        ("other", 0),
        ("verse", 0),
        ("first", 1),
        ("third", 2),
        ("second", 1),
    ]
    assert [_goes_on(tree.relatives, row, 0) for row in range(5)] == [False, True, True, True, False]


def test_an_edge_is_spoken_with_what_differs(tree):
    told = [spoken(each) for each in tree.relatives]
    assert told[2] == "level 2, first, from step 500: rate 0.04 → 0.01, 400 steps, best held back 1.50"
    assert told[3] == "level 3, third, a copy, made at step 900, 400 steps, best held back 1.50"


def test_arrow_keys_choose_and_enter_opens(qtbot, tree):
    tree.choose(Path("verse"))
    with qtbot.waitSignal(tree.chosen_changed) as told:
        qtbot.keyClick(tree, Qt.Key.Key_Down)
    assert told.args == [Path("first")]
    with qtbot.waitSignal(tree.open_asked):
        qtbot.keyClick(tree, Qt.Key.Key_Return)


def test_who_is_chosen_stays_so_when_another_run_comes(tree, found):
    tree.choose(Path("third"))
    tree.show_runs(found[1:])
    assert tree.chosen == Path("third")


def test_where_the_parent_is_gone_it_is_said(tree, found):
    tree.show_runs([each for each in found if each.name != "verse"])
    told = {each.run.name: spoken(each) for each in tree.relatives}
    assert "level 1, second, from step 100, unchanged (verse is not there any more)" in told["second"]
