"""The lines of model.py that the window shows."""

from pathlib import Path

import pytest

from gpt_studio.engine import model
from gpt_studio.engine.model_lines import PARTS, pieces, shipped

SOURCE = Path(model.__file__).read_text("utf-8")


def test_the_lines_that_travel_with_the_program_are_those_of_the_source() -> None:
    assert shipped() == pieces(SOURCE), "write them anew: python -m gpt_studio.engine.model_lines"


def test_every_part_has_lines_and_every_line_stands_in_the_source() -> None:
    source = {line.strip() for line in SOURCE.splitlines()}
    for part in PARTS:
        found = shipped()[part]
        assert found
        for piece in found:
            assert {line.strip() for line in piece.code.splitlines()} <= source
            assert '"""' not in piece.code


def test_a_part_that_is_gone_from_the_source_is_told() -> None:
    with pytest.raises(LookupError):
        pieces(SOURCE.replace("class FeedForward", "class Thinking"))
    with pytest.raises(LookupError, match="has no statement"):
        pieces(SOURCE.replace("self.wpe = nn", "self.places = nn"))
