"""The lessons are complete, short, and speak only of what the program can do."""

import re
from pathlib import Path

import pytest

LESSONS = Path(__file__).resolve().parent.parent / "resources" / "lessons"
STEPS = ("hardware", "corpus", "tokenizer", "model", "train", "write", "generalize", "look", "experiments")
SECTIONS = ["What is happening", "Why", "Try this", "What you learned", "Formula"]
ABSENT = ("dark",)


def sections(step: str) -> dict[str, str]:
    parts = re.split(r"(?m)^## (.+)$", (LESSONS / f"{step}.md").read_text("utf-8"))
    assert not parts[0].strip()
    return {title: text.strip() for title, text in zip(parts[1::2], parts[2::2], strict=True)}


def test_there_is_a_lesson_for_each_step_and_no_other():
    assert {file.stem for file in LESSONS.glob("*.md")} == set(STEPS)


@pytest.mark.parametrize("step", STEPS)
def test_a_lesson_has_its_sections_in_order(step):
    lesson = sections(step)
    assert [title for title in lesson if title != "Questions"] == SECTIONS
    assert all(lesson.values())


@pytest.mark.parametrize("step", STEPS)
def test_a_lesson_fits_its_narrow_panel(step):
    for title, text in sections(step).items():
        if title == "Questions":  # folded until asked for
            assert all(len(paragraph) <= 330 for paragraph in text.split("\n\n"))
        else:
            assert len(text) <= 330, title


@pytest.mark.parametrize("step", STEPS)
def test_a_lesson_names_nothing_that_is_not_there(step):
    words = (LESSONS / f"{step}.md").read_text("utf-8")
    assert not [word for word in ABSENT if re.search(rf"\b{re.escape(word)}", words, re.IGNORECASE)]


@pytest.mark.parametrize("step", STEPS)
def test_qt_shows_a_lesson_without_stray_marks(step, qapp):
    from PySide6.QtGui import QTextDocument

    document = QTextDocument()
    document.setMarkdown((LESSONS / f"{step}.md").read_text("utf-8"))
    assert not re.search(r"[*<>_#]", document.toPlainText())
