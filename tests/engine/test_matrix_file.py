"""What a run was tested on, kept with it: strictly read, whole or not at all."""

import math

import msgspec
import pytest

from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Tested
from gpt_studio.engine.keeping import matrix_file
from gpt_studio.engine.keeping.matrix_file import FILE, KeptCell, KeptMatrix, KeptRow, KeptText


def a_result(loss: float = 1.5) -> Tested:
    return Tested(1, 2, loss, math.exp(min(loss, 700)), loss / math.log(2), 0.01, 400)


KEPT = KeptMatrix(
    rows=(KeptRow(), KeptRow(step=50), KeptRow(counts=True), KeptRow(folder="other", created="2026")),
    texts=(KeptText(key="verse", title="Verse", sha256="ab"), KeptText(key="p", title="P", sha256="c", text="Pasted")),
    cells=(KeptCell.of("", 50, "verse", a_result()), KeptCell.of("other", 9, "p", a_result(800.0))),
)


@pytest.fixture
def run(tmp_path):
    (tmp_path / "run.json").write_text("{}")
    return tmp_path


def test_it_comes_back_as_it_was_kept(run):
    assert matrix_file.read(run) is None
    matrix_file.keep(run, KEPT)
    assert matrix_file.read(run) == KEPT
    back = KEPT.cells[0].tested()
    assert (back.loss, back.perplexity, back.bits_per_char) == (1.5, pytest.approx(math.exp(1.5)), 1.5 / math.log(2))
    assert KeptCell.of("", 1, "verse", a_result(math.inf)) is None


@pytest.mark.parametrize("spoilt", ["{", "[]", '{"cells": [{"step": -9}]}', '{"format": "one"}', '{"rows": 3}', "\xff"])
def test_a_damaged_file_is_told_and_put_aside_when_something_new_is_kept(run, spoilt):
    (run / "results").mkdir()
    (run / FILE).write_text(spoilt, encoding="latin-1")
    with pytest.raises(StudioError) as refused:
        matrix_file.read(run)
    assert refused.value.code == "run.damaged"
    matrix_file.keep(run, KEPT)
    assert matrix_file.read(run) == KEPT
    assert (run / "results" / "matrix.json.corrupt").read_text(encoding="latin-1") == spoilt


def test_what_a_newer_program_has_kept_stays_as_it_is(run):
    (run / "results").mkdir()
    newer = msgspec.json.encode({"format": 2, "cells": "in another way"})
    (run / FILE).write_bytes(newer)
    for use in (lambda: matrix_file.read(run), lambda: matrix_file.keep(run, KEPT)):
        with pytest.raises(StudioError) as refused:
            use()
        assert refused.value.code == "run.newer"
    assert (run / FILE).read_bytes() == newer


def test_a_run_that_is_gone_does_not_come_back_as_half_a_folder(tmp_path):
    with pytest.raises(StudioError) as refused:
        matrix_file.keep(tmp_path / "gone", KEPT)
    assert refused.value.code == "files.write"
    assert not (tmp_path / "gone").exists()
