"""A button that opens a list to tick: which models, or which texts, take part."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton

from gpt_studio.gui import icons, theme
from gpt_studio.gui.widgets.elements import ICON_GAP


class AddMenu(QPushButton):
    """Ticks and unticks.

    Signals:
        about_to_open: The list is to be filled.
        ticked: An entry was ticked or unticked; carries its key and whether it is wanted.
        file_asked: The entry for files was chosen.
    """

    about_to_open = Signal()
    ticked = Signal(str, bool)
    file_asked = Signal()

    def __init__(self, words: str, name: str, file_words: str | None = None) -> None:
        super().__init__(words)
        self.setObjectName(name)
        self.setAccessibleName(words)
        self.setProperty("kind", "plain")
        theme.set_role(self, "button")
        icons.set_icon(self, "plus", "text", gap=ICON_GAP)
        self._file_words = file_words
        menu = QMenu(self)
        menu.aboutToShow.connect(self.about_to_open)
        self.setMenu(menu)

    def fill(self, entries: list[tuple[str, str, bool]], nothing: str) -> None:
        """Key, words and tick of each entry; `nothing` stands there when there is none."""
        menu = self.menu()
        menu.clear()
        for key, words, is_ticked in entries:
            action = QAction(words.replace("&", "&&"), menu, checkable=True, checked=is_ticked)
            action.setObjectName(f"{self.objectName()}.{key}")
            action.toggled.connect(lambda wanted, key=key: self.ticked.emit(key, wanted))
            menu.addAction(action)
        if not entries:
            menu.addAction(QAction(nothing, menu, enabled=False))
        if self._file_words:
            menu.addSeparator()
            file = QAction(self._file_words, menu)
            file.setObjectName(f"{self.objectName()}.file")
            file.triggered.connect(self.file_asked)
            menu.addAction(file)
