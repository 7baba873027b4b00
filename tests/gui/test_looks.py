"""The queue of looks: what the student waits for comes first, what is measured in the background waits."""

from pathlib import Path

import numpy as np
import pytest

from gpt_studio.engine.events import Ending
from gpt_studio.engine.inside.seen import CostSeen, HeadRoles
from gpt_studio.engine.requests import AttentionRequest, CostRequest, LayersRequest, RolesRequest, Subject
from gpt_studio.gui.parts.look.looks import Looks, Wish

RUN = Path("run")
SUBJECT = Subject(run=RUN)


def words(text: str, name: str = "attention") -> Wish:
    kind = AttentionRequest if name == "attention" else LayersRequest
    return Wish(name, kind(subject=SUBJECT, text=text), RUN, 0)


def background(name: str = "roles") -> Wish:
    return Wish(name, RolesRequest(subject=SUBJECT), RUN, 0, urgent=False)


@pytest.fixture
def asked():
    return []


@pytest.fixture
def looks(qapp, asked):
    looks = Looks(lambda: True)
    looks.asked.connect(asked.append)
    return looks


def test_one_look_after_the_other(looks, asked):
    looks.want(words("a"))
    looks.want(words("a", "layers"))
    assert [type(request) for request in asked] == [AttentionRequest]
    looks.end(Ending("done"))
    looks.ask()
    assert [type(request) for request in asked] == [AttentionRequest, LayersRequest]


def test_other_words_take_the_place_of_those_that_are_looked_at(looks, asked):
    looks.want(words("a"))
    looks.want(words("ab"))
    assert [request.text for request in asked] == ["a", "ab"]


def test_the_background_waits_for_the_student_and_begins_anew_when_it_was_cut_short(looks, asked):
    looks.want(background())
    looks.want(words("a"))
    assert [type(request) for request in asked] == [RolesRequest, AttentionRequest]
    assert looks.end(Ending("stopped")).name == "roles"
    looks.ask()
    assert len(asked) == 2  # the student's look is under way
    looks.end(Ending("done"))
    looks.ask()
    assert isinstance(asked[-1], RolesRequest)


def test_what_was_done_before_it_could_be_cut_short_is_not_done_again(looks, asked):
    looks.want(background())
    looks.want(words("a"))
    looks.end(Ending("done"))
    looks.end(Ending("done"))
    looks.ask()
    assert len(asked) == 2


def test_an_answer_finds_its_wish_and_is_not_asked_for_again(qtbot, looks, asked):
    wish = background()
    looks.want(wish)
    looks.want(words("a"))
    none = np.zeros((1, 1, 1), np.float32)
    told = HeadRoles(
        step=0, habits=("itself",), scores=none, chances=none, role=(("",),), character=(("a",),), positions=1
    )
    with qtbot.waitSignal(looks.answered) as answer:
        looks.take(told)
    assert answer.args == [wish, told]
    assert looks.shown("roles") is wish


def test_the_same_is_not_asked_twice_until_it_is_forgotten(looks, asked):
    assert looks.want(words("a"))
    assert not looks.want(words("a"))  # it is under way
    looks._shown["attention"] = words("a")
    looks.end(Ending("done"))
    assert not looks.want(words("a"))
    looks.forget()
    assert looks.want(words("a"))
    assert len(asked) == 2


def test_nothing_is_asked_while_it_may_not(qapp, asked):
    free = [False]
    looks = Looks(lambda: free[0])
    looks.asked.connect(asked.append)
    looks.want(words("a"))
    assert not asked
    assert looks.is_urgent
    free[0] = True
    looks.ask()
    assert len(asked) == 1


def test_what_was_broken_off_after_its_first_answer_is_asked_anew_when_it_is_wanted(looks, asked):
    looks.want(Wish("cost", CostRequest(subject=SUBJECT), RUN, 0))
    looks.take(CostSeen(length=32, attention_s=1.0, feed_forward_s=1.0, table_bytes=1))
    looks.end(Ending("stopped"))  # another page of the window has taken the model's place
    assert looks.want(Wish("cost", CostRequest(subject=SUBJECT), RUN, 0))
    looks.take(CostSeen(length=32, attention_s=1.0, feed_forward_s=1.0, table_bytes=1))
    looks.end(Ending("done"))
    assert not looks.want(Wish("cost", CostRequest(subject=SUBJECT), RUN, 0))
    assert len(asked) == 2
