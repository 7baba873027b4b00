"""Fonts that travel with the program are used before those of the system."""

from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo

from gpt_studio.gui import fonts

OWN = "A Font Of This Test"


@pytest.fixture
def folder(qapp, tmp_path: Path):
    yield tmp_path
    QFontDatabase.removeAllApplicationFonts()


def renamed(source: bytes, family: str) -> bytes:
    """The font with another name of the same length, so that no installed one can be taken for it."""
    return source.replace(family.encode("utf-16-be"), OWN[: len(family)].ljust(len(family), "x").encode("utf-16-be"))


def any_font() -> Path:
    found = next(iter(sorted(Path("/usr/share/fonts").rglob("DejaVuSans.ttf"))), None)
    if found is None:
        pytest.skip("no DejaVu Sans on this system to make a font from")
    return found


def test_a_bundled_font_is_known_by_its_family_and_is_the_one_that_is_drawn(folder):
    (folder / "one.TTF").write_bytes(renamed(any_font().read_bytes(), "DejaVu Sans"))
    (family,) = fonts.load(folder)
    assert family == OWN[: len("DejaVu Sans")]
    font = QFont()
    font.setFamilies([family, "DejaVu Sans Mono"])
    assert QFontInfo(font).family() == family


def test_licences_and_damaged_files_among_the_fonts_are_passed_over(folder):
    (folder / "OFL.txt").write_text("SIL Open Font License")
    (folder / "damaged.ttf").write_bytes(b"no font")
    assert fonts.load(folder) == []


def test_without_the_folder_nothing_is_loaded(folder):
    assert fonts.load(folder / "fonts") == []
