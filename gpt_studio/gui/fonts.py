"""Fonts that travel with the program, where its builder had them."""

from pathlib import Path

from PySide6.QtGui import QFontDatabase

SUFFIXES = (".ttf", ".otf")


def load(folder: Path) -> list[str]:
    """Make the font files of a folder known to Qt; gives their families, none where there is no such folder.

    Must come before a font is asked for by its family: Qt remembers what it took instead.
    """
    families: list[str] = []
    for file in sorted(folder.iterdir()) if folder.is_dir() else ():
        if file.suffix.lower() in SUFFIXES:
            number = QFontDatabase.addApplicationFont(str(file))
            families += QFontDatabase.applicationFontFamilies(number) if number >= 0 else []  # below: a damaged file
    return families
