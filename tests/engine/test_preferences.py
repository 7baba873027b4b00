import json
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.preferences import DEFAULTS, Preferences


@pytest.fixture
def user(tmp_path):
    return tmp_path / "settings.json"


@pytest.fixture
def policy(tmp_path):
    return tmp_path / "policy.json"


def codes(preferences):
    return [problem.code for problem in preferences.problems]


def test_without_files_the_defaults_hold_and_nothing_is_written(user, policy):
    preferences = Preferences(user, policy)
    assert (preferences.get("theme"), preferences.get("zoom"), preferences.get("lesson_open")) == ("system", 100, True)
    assert preferences.problems == ()
    assert not user.exists()


def test_a_choice_survives_the_restart(user, policy):
    preferences = Preferences(user, policy)
    preferences.set("theme", "dark")
    preferences.set("threads", 4)
    preferences.set("recent_files", ["/a.txt"])
    again = Preferences(user, policy)
    assert (again.get("theme"), again.get("threads"), again.get("recent_files")) == ("dark", 4, ("/a.txt",))
    again.set("threads", None)
    assert Preferences(user, policy).get("threads") is None


def test_the_places_come_from_paths(tmp_path, monkeypatch):
    monkeypatch.setenv("GPT_STUDIO_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GPT_STUDIO_POLICY", str(tmp_path / "policy.json"))
    (tmp_path / "policy.json").write_text('{"settings": {"theme": "contrast"}}')
    Preferences().set("zoom", 150)
    again = Preferences()
    assert (again.get("theme"), again.get("zoom")) == ("contrast", 150)


def test_default_then_policy_then_user(user, policy):
    policy.write_text(json.dumps({"settings": {"theme": "light", "zoom": 120}}))
    preferences = Preferences(user, policy)
    assert (preferences.get("theme"), preferences.get("zoom"), preferences.get("device")) == ("light", 120, "auto")
    preferences.set("theme", "system")  # the default, chosen against the policy
    again = Preferences(user, policy)
    assert (again.get("theme"), again.get("zoom")) == ("system", 120)
    assert not again.is_locked("theme")


def test_what_the_policy_locks_the_user_cannot_change(user, policy):
    Preferences(user, policy).set("device", "cuda")
    Preferences(user, policy).set("zoom", 200)
    policy.write_text(json.dumps({"settings": {"device": "cpu"}, "locked": ["device", "zoom"]}))
    preferences = Preferences(user, policy)
    assert preferences.is_locked("device") and preferences.is_locked("zoom") and not preferences.is_locked("theme")
    assert (preferences.get("device"), preferences.get("zoom")) == ("cpu", 100)
    with pytest.raises(StudioError, match=r"preferences\.locked"):
        preferences.set("device", "auto")
    policy.unlink()
    assert Preferences(user, policy).get("device") == "cuda"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("theme", "pink"),
        ("zoom", 20),
        ("zoom", "100"),
        ("lesson_open", 1),
        ("recent_files", ["x"] * 11),
        ("threads", 0),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(user, policy, key, value):
    preferences = Preferences(user, policy)
    with pytest.raises(StudioError, match=r"preferences\.value"):
        preferences.set(key, value)
    assert preferences.get(key) == preferences.default(key)
    assert not user.exists()


def test_a_key_that_does_not_exist_is_a_mistake_in_the_program(user, policy):
    preferences = Preferences(user, policy)
    with pytest.raises(KeyError):
        preferences.get("colour")
    with pytest.raises(KeyError):
        preferences.set("colour", "red")


BROKEN = [
    b"",
    b"\0\0\0",
    b"{",
    b"null",
    b"[]",
    b'"text"',
    b'{"a": "\xff"}',
    b"[" * 100_000,
    b'{"a":' * 5000,
    b"[General]\na=1",
]


@pytest.mark.parametrize(
    "content", [*BROKEN, b'{"format": "x"}', b'{"zoom": 100} trailing'], ids=lambda content: content[:9]
)
def test_a_broken_file_is_put_aside_and_told_once(user, policy, content):
    user.write_bytes(content)
    preferences = Preferences(user, policy)
    assert codes(preferences) == ["preferences.corrupt"]
    assert preferences.get("theme") == DEFAULTS.theme
    assert not user.exists()
    assert user.with_name("settings.json.corrupt").read_bytes() == content
    assert Preferences(user, policy).problems == ()
    preferences.set("theme", "dark")
    assert Preferences(user, policy).get("theme") == "dark"


def test_a_file_of_a_newer_version_is_put_aside(user, policy):
    user.write_text('{"format": 2, "theme": "dark"}')
    preferences = Preferences(user, policy)
    assert codes(preferences) == ["preferences.newer"]
    assert preferences.get("theme") == "system"
    assert user.with_name("settings.json.corrupt").exists()


def test_what_is_sound_in_a_damaged_file_stays_in_force(user, policy):
    user.write_text('{"theme": "dark", "zoom": 9000, "later": [1]}')
    preferences = Preferences(user, policy)
    assert codes(preferences) == ["preferences.corrupt"]
    assert preferences.problems[0].values["reason"] == "zoom"
    assert (preferences.get("theme"), preferences.get("zoom")) == ("dark", 100)
    again = Preferences(user, policy)
    assert (again.problems, again.get("theme")) == ((), "dark")
    assert json.loads(user.read_text())["later"] == [1]


def test_what_this_version_does_not_know_is_kept(user, policy):
    user.write_text('{"format": 1, "colour": "red"}')
    preferences = Preferences(user, policy)
    preferences.set("zoom", 90)
    assert preferences.problems == ()
    assert json.loads(user.read_text()) == {"format": 1, "colour": "red", "zoom": 90}


def test_two_windows_do_not_undo_each_other(user, policy):
    one, other = Preferences(user, policy), Preferences(user, policy)
    one.set("theme", "dark")
    other.set("zoom", 150)
    again = Preferences(user, policy)
    assert (again.get("theme"), again.get("zoom")) == ("dark", 150)


@pytest.mark.parametrize(
    "content", [*BROKEN, b'{"settings": 1}', b'{"locked": "theme"}', b'{"colour": 1}', b'{"format": 9}']
)
def test_a_broken_policy_is_told_and_left_where_it_is(user, policy, content):
    policy.write_bytes(content)
    preferences = Preferences(user, policy)
    assert codes(preferences) == ["preferences.policy"]
    assert preferences.get("theme") == "system"
    assert policy.read_bytes() == content


def test_a_policy_that_is_wrong_in_a_part_holds_in_the_rest(user, policy):
    policy.write_text('{"settings": {"theme": "dark", "zoom": 1, "colour": 1}, "locked": ["theme", "sound"]}')
    preferences = Preferences(user, policy)
    assert codes(preferences) == ["preferences.policy"]
    assert preferences.problems[0].values["reason"] == "zoom, colour, sound"
    assert (preferences.get("theme"), preferences.get("zoom"), preferences.is_locked("theme")) == ("dark", 100, True)


def test_a_disk_that_refuses_is_told_once_and_the_choice_holds_for_now(tmp_path, policy):
    (tmp_path / "home").write_text("a file where the folder should be")
    preferences = Preferences(tmp_path / "home" / "settings.json", policy)
    before = len(preferences.problems)
    preferences.set("theme", "dark")
    preferences.set("zoom", 150)
    assert codes(preferences)[before:] == ["files.write"]
    assert (preferences.get("theme"), preferences.get("zoom")) == ("dark", 150)


def test_a_folder_in_the_place_of_the_file_is_put_aside(user, policy):
    user.mkdir()
    assert codes(Preferences(user, policy)) == ["preferences.corrupt"]
    assert Preferences(user, policy).problems == ()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names on this system")
def test_a_pipe_in_the_place_of_the_file_does_not_hold_us_up(user, policy):
    os.mkfifo(user)
    assert codes(Preferences(user, policy)) == ["preferences.corrupt"]


def test_a_path_that_is_no_unicode_holds_until_the_end(user, policy):
    preferences = Preferences(user, policy)
    preferences.set("last_run", "/runs/caf\udce9")
    preferences.set("zoom", 110)
    assert preferences.get("last_run") == "/runs/caf\udce9"
    assert Preferences(user, policy).get("zoom") == 110


def test_recent_files_are_few_and_the_newest_comes_first(user, policy):
    preferences = Preferences(user, policy)
    for number in range(12):
        preferences.add_recent(f"/{number}.txt")
    preferences.add_recent("/5.txt")
    recent = Preferences(user, policy).get("recent_files")
    assert len(recent) == 10
    assert recent[:3] == ("/5.txt", "/11.txt", "/10.txt")


def test_reset_forgets_the_user_but_not_the_policy(user, policy):
    policy.write_text('{"settings": {"theme": "light"}}')
    preferences = Preferences(user, policy)
    preferences.set("theme", "dark")
    preferences.reset()
    assert preferences.get("theme") == "light"
    assert Preferences(user, policy).get("theme") == "light"


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, 200), byte=st.integers(0, 255))
def test_no_flipped_byte_stops_the_start(tmp_path_factory, place, byte):
    folder = tmp_path_factory.mktemp("flip")
    user = folder / "settings.json"
    preferences = Preferences(user, folder / "policy.json")
    preferences.set("theme", "dark")
    preferences.set("window_geometry", "01d9d0cb")
    data = bytearray(user.read_bytes())
    data[place % len(data)] = byte
    user.write_bytes(data)
    again = Preferences(user, folder / "policy.json")
    assert again.get("theme") in ("dark", "system")
    again.set("theme", "light")
    assert Preferences(user, folder / "policy.json").get("theme") == "light"
