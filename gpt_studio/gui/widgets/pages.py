"""Several pages in one place; only the one that is seen asks for room, as it would not in a QStackedWidget."""

from PySide6.QtWidgets import QVBoxLayout, QWidget


class Pages(QWidget):
    """Pages by name, the first one in view."""

    def __init__(self, pages: dict[str, QWidget]) -> None:
        super().__init__()
        self._pages = pages
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for page in pages.values():
            column.addWidget(page)
        self.turn_to(next(iter(pages)))

    def turn_to(self, name: str) -> None:
        for page in self._pages.values():
            if page is not self._pages[name]:
                page.hide()
        self._pages[name].show()
