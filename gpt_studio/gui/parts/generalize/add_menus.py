"""A button that opens a list to tick: which models, or which texts, take part."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton

from gpt_studio.gui import icons, theme
from gpt_studio.gui.widgets.elements import ICON_GAP


class Choice(NamedTuple):
    """An entry to tick."""

    key: str
    words: str
    is_ticked: bool
    group: str = ""  # the inner list that it stands in


class AddMenu(QPushButton):
    """Ticks and unticks.

    Args:
        words: On the button.
        name: Its objectName.
        others: Key and words of entries below the list that are done, not ticked.

    Signals:
        about_to_open: The list is to be filled.
        ticked: An entry was ticked or unticked; carries its key and whether it is wanted.
        asked: One of the others was chosen; carries its key.
    """

    about_to_open = Signal()
    ticked = Signal(str, bool)
    asked = Signal(str)

    def __init__(self, words: str, name: str, others: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(words)
        self.setObjectName(name)
        self.setAccessibleName(words)
        self.setProperty("kind", "plain")
        theme.set_role(self, "button")
        icons.set_icon(self, "plus", "text", gap=ICON_GAP)
        self._others = others
        menu = QMenu(self)
        menu.aboutToShow.connect(self.about_to_open)
        self.setMenu(menu)

    def fill(self, entries: Sequence[Choice], nothing: str) -> None:
        """What can be ticked, in order; `nothing` stands there when there is none."""
        menu = self.menu()
        for inner in menu.findChildren(QMenu):
            inner.deleteLater()
        menu.clear()
        groups: dict[str, QMenu] = {"": menu}
        for entry in entries:
            if entry.group not in groups:
                groups[entry.group] = menu.addMenu(entry.group.replace("&", "&&"))
            self._add(groups[entry.group], entry)
        if not entries:
            menu.addAction(QAction(nothing, menu, enabled=False))
        if self._others:
            menu.addSeparator()
        for key, words in self._others:
            other = QAction(words, menu)
            other.setObjectName(f"{self.objectName()}.{key}")
            other.triggered.connect(lambda _checked=False, key=key: self.asked.emit(key))
            menu.addAction(other)

    def _add(self, menu: QMenu, entry: Choice) -> None:
        action = QAction(entry.words.replace("&", "&&"), menu, checkable=True, checked=entry.is_ticked)
        action.setObjectName(f"{self.objectName()}.{entry.key}")
        action.toggled.connect(lambda wanted: self.ticked.emit(entry.key, wanted))
        menu.addAction(action)
