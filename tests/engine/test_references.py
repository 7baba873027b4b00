"""What is known of a text without a model, and that it is measured once."""

import pytest

from gpt_studio.engine.errors import RunError
from gpt_studio.engine.keeping import references


def test_they_are_measured_once_and_kept_with_the_run(trained, monkeypatch):
    found = references.of_run(trained)
    assert found.yardsticks.five < found.yardsticks.two < found.yardsticks.letters < found.yardsticks.uniform
    assert (trained / "results" / "yardsticks.json").is_file()
    monkeypatch.setattr(references, "measure", lambda _text: pytest.fail("measured again"))
    assert references.of_run(trained) == found


def test_a_damaged_file_is_made_anew(trained):
    found = references.of_run(trained)
    (trained / "results" / "yardsticks.json").write_bytes(b'{"yardsticks": 1')
    assert references.of_run(trained) == found


def test_a_run_without_its_text_is_told_as_such(trained):
    (trained / "corpus.txt").unlink()
    with pytest.raises(RunError):
        references.of_run(trained)


def test_a_text_that_is_there_twice_is_held_back_in_name_only(tiny_text):
    assert references.repeated(tiny_text[:3600], tiny_text[3600:]) == 0
    twice = tiny_text + tiny_text
    cut = int(0.9 * len(twice))
    assert references.repeated(twice[:cut], twice[cut:]) == 1
    assert references.repeated("abc", "ab") == 0
