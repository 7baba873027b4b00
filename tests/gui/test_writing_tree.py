"""The tree of texts: what is asked for, what is shown again from memory, and who shares what with whom."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from gpt_studio.engine.config import Sampling
from gpt_studio.engine.events import Written
from gpt_studio.engine.requests import Begun, Subject, WriteRequest
from gpt_studio.gui.parts.write.writing_tree import KEPT, Trees, WritingTree, parting

REQUEST = WriteRequest(
    subject=Subject(run=Path("run")), prompt="So", samplings=(Sampling(), Sampling(temperature=1.2)), length=6, seed=1
)


def written(words: str) -> list[Written]:
    return [Written(1, letter, 0.5, 0.5, 1, None, id=ord(letter)) for letter in words]


@pytest.fixture
def tree() -> WritingTree:
    made = WritingTree(REQUEST, row=1)
    made.add(written("abcdef"))
    return made


def grow(tree: WritingTree, place: int, words: str, request: WriteRequest = REQUEST) -> None:
    """Pick the first of these letters, and have all of them written."""
    assert tree.pick(place, ord(words[0]), request) is not None
    tree.add(written(words))


def test_picking_asks_for_the_text_from_there_on_and_shows_it(tree):
    asked = tree.pick(2, ord("x"), REQUEST)
    assert asked == replace(REQUEST, begun=Begun(row=1, tokens=(ord("a"), ord("b"), ord("x"))))
    assert tree.shown.text == "ab" and tree.shown.parent is tree.first
    tree.add(written("xyzu"))
    assert tree.shown.text == "abxyzu" and tree.first.text == "abcdef"
    assert [branch.place for branch in tree.branches] == [0, 2]


def test_what_is_here_already_is_shown_and_not_asked_for(tree):
    grow(tree, 2, "xyzu")
    child = tree.shown
    assert tree.pick(2, ord("c"), REQUEST) is None and tree.shown is tree.first, "what was drawn is the first text"
    assert tree.pick(2, ord("x"), REQUEST) is None and tree.shown is child
    assert len(tree.branches) == 2


@pytest.mark.parametrize("other", [replace(REQUEST, seed=2), replace(REQUEST, samplings=(Sampling(), Sampling()))])
def test_other_dice_or_settings_make_another_branch(tree, other):
    grow(tree, 2, "xyzu")
    grow(tree, 2, "xvvv", other)
    grow(tree, 2, "cwww", other)
    assert [branch.text for branch in tree.branches] == ["abcdef", "abxyzu", "abxvvv", "abcwww"]
    assert tree.pick(2, ord("x"), REQUEST) is None and tree.shown.text == "abxyzu"


def test_a_pick_in_a_branch_belongs_to_whoever_wrote_that_place(tree):
    grow(tree, 2, "xyzu")
    grow(tree, 4, "pq")  # in the branch's own part
    assert tree.shown.parent.parent is tree.first and tree.shown.text == "abxypq"
    grow(tree, 1, "rstuv")  # in what all share
    assert tree.shown.parent is tree.first and tree.shown.text == "arstuv"
    assert [branch.text for branch in tree.branches] == ["abcdef", "arstuv", "abxyzu", "abxypq"]
    assert [branch.depth for branch in tree.branches] == [0, 1, 1, 2]


def test_the_places_where_texts_part_are_those_of_the_shown_one(tree):
    assert tree.places() == []
    grow(tree, 2, "xyzu")
    grow(tree, 4, "pq")
    grow(tree, 1, "rstuv")
    assert tree.places() == [1]
    tree.show(tree.first)
    assert tree.places() == [1, 2]
    tree.show(tree.branches[3])
    assert tree.shown.text == "abxypq" and tree.places() == [1, 2, 4]
    assert [tree.author(place) for place in (0, 2, 3, 4)] == [
        tree.first,
        tree.branches[2],
        tree.branches[2],
        tree.branches[3],
    ]


def test_back_and_forward_go_through_what_was_shown(tree):
    assert not tree.back() and not tree.forward()
    grow(tree, 2, "xyzu")
    grow(tree, 4, "pq")
    assert tree.back() and tree.shown.text == "abxyzu"
    assert tree.back() and tree.shown is tree.first and not tree.back()
    assert tree.forward() and tree.shown.text == "abxyzu"
    tree.show(tree.first)
    assert not tree.forward(), "who goes elsewhere leaves that way"


def test_a_branch_that_was_broken_off_goes_on_where_it_is_picked_again(tree):
    tree.pick(2, ord("x"), REQUEST)
    tree.add(written("xy"))
    tree.show(tree.first)
    asked = tree.pick(2, ord("x"), REQUEST)
    assert asked.begun.tokens == tuple(map(ord, "abxy"))
    tree.add(written("yzu"))  # the last token is told anew
    assert tree.shown.text == "abxyzu" and len(tree.branches) == 2
    assert tree.pick(2, ord("x"), replace(REQUEST, length=9)).begun.tokens == tuple(map(ord, "abxyzu"))


def test_a_branch_of_which_nothing_came_is_forgotten(tree):
    tree.pick(2, ord("x"), REQUEST)
    assert tree.drop_empty() and tree.shown is tree.first and tree.branches == [tree.first]
    assert tree.back() is False
    assert not tree.drop_empty(), "the first text stays"


def test_two_texts_part_at_their_first_different_token(tree):
    grow(tree, 2, "xyzu")
    first, child = tree.branches
    assert parting(first, child) == 2 and parting(first, first) is None
    child.written = child.written[:2]
    assert parting(first, child) == 2


def test_some_earlier_trees_are_kept_and_empty_ones_are_not():
    trees = Trees()
    for number in range(KEPT + 3):
        trees.begin(replace(REQUEST, seed=number), row=1).add(written("ab"))
    trees.begin(REQUEST, row=1)  # broken off before anything came of it
    trees.begin(REQUEST, row=1)
    seen = []
    while trees.back():
        seen.append(trees.now.first.request.seed)
    assert seen == [KEPT + 2, KEPT + 1, KEPT, KEPT - 1, KEPT - 2][: KEPT - 1]
    assert trees.forward() and trees.now.first.request.seed == seen[-2]
