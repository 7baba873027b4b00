"""The few boxes that there are: shortcuts, about, leaving while a run trains, and the one for faults nobody foresaw."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gpt_studio import __version__
from gpt_studio.gui import theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.shell import diagnostics, parts
from gpt_studio.gui.widgets.elements import button, paragraph, text


class Box(QDialog):
    """A box in the window's style: a heading, a body, buttons at the foot. It never blocks the program."""

    def __init__(self, parent: QWidget | None, name: str, title: str, width: int = 460) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setMinimumWidth(theme.px(width))
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.px(20),) * 4)
        column.setSpacing(theme.px(12))
        column.addWidget(text(title, "card_title"))
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.px(10))
        column.addLayout(self.body, 1)
        self.foot = QHBoxLayout()
        self.foot.setSpacing(theme.px(10))
        self.foot.addStretch(1)
        column.addLayout(self.foot)

    def say(self, words: str) -> None:
        self.body.addWidget(paragraph(words))

    def add_button(self, words: str, kind: str, name: str, then: Callable[[], object] | None = None) -> None:
        made = button(words, kind, name=f"{self.objectName()}.{name}")
        made.clicked.connect(then or self.close)
        made.setDefault(kind == "primary")
        made.setAutoDefault(True)
        self.foot.addWidget(made)

    def add_rows(self, rows: list[tuple[str, ...]]) -> None:
        """A table that scrolls when it is long."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(28))
        grid.setVerticalSpacing(theme.px(7))
        for number, row in enumerate(rows):
            for place, words in enumerate(row):
                grid.addWidget(
                    text(words, "strong" if place == 0 else "body", "text" if place == 0 else "text2"), number, place
                )
        grid.setColumnStretch(len(rows[0]) - 1, 1)
        sheet = QWidget()
        sheet.setLayout(grid)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(sheet)
        scroll.setMinimumHeight(min(theme.px(440), sheet.sizeHint().height() + 4))
        scroll.setMinimumWidth(sheet.sizeHint().width() + theme.px(20))
        self.body.addWidget(scroll, 1)


def about(parent: QWidget) -> Box:
    box = Box(parent, "about", tr("About GPT Studio"), 480)
    box.say(tr("Train a small GPT on your own computer, write with it, test it and look inside."))
    box.say(tr("Version {version}, MIT licence. It stands on these:").format(version=__version__))
    rows = [(name, diagnostics.version(package), licence) for package, name, licence in diagnostics.PARTS]
    box.add_rows([*rows, ("Inter, JetBrains Mono", tr("fonts, where installed"), "SIL OFL 1.1")])
    box.add_button(tr("Licences"), "plain", "licences", lambda: licences(box).open())
    box.add_button(tr("Close"), "primary", "close")
    return box


def licences(parent: QWidget) -> Box:
    """The terms of all that the program holds, in full."""
    box = Box(parent, "licences", tr("Licences"), 720)
    shown = QPlainTextEdit(parts.licence_texts())
    shown.setObjectName("licences.text")
    shown.setAccessibleName(tr("Licences"))
    shown.setReadOnly(True)
    shown.setMinimumHeight(theme.px(420))
    theme.set_role(shown, "caption", mono=True)
    box.body.addWidget(shown, 1)
    box.add_button(tr("Close"), "primary", "close")
    return box


def shortcuts(parent: QWidget, rows: list[tuple[str, str]]) -> Box:
    """All keys that the menus have, with what they do."""
    box = Box(parent, "shortcuts", tr("Shortcuts"))
    box.add_rows([*rows])
    box.add_button(tr("Close"), "primary", "close")
    return box


def leaving(parent: QWidget, words: str, keep: Callable[[], None]) -> Box:
    """Asked once when the window is closed while a run trains."""
    box = Box(parent, "leave", tr("A run is in training"))
    box.say(words)

    def keep_and_close() -> None:
        box.close()
        keep()

    box.add_button(tr("Go on training"), "plain", "stay")
    box.add_button(tr("Keep the run and close"), "primary", "keep", keep_and_close)
    return box


def fault(parent: QWidget | None, details: str, log_file: str) -> Box:
    """Something went wrong that nobody foresaw."""
    box = Box(parent, "fault", tr("Something unexpected went wrong"), 560)
    box.say(tr("Your runs and texts are saved. You can go on; if it happens again, start GPT Studio anew."))
    box.say(tr("The details below are in {file} too.").format(file=log_file))
    shown = QPlainTextEdit(details)
    shown.setObjectName("fault.details")
    shown.setAccessibleName(tr("Details"))
    shown.setReadOnly(True)
    shown.setMinimumHeight(theme.px(160))
    theme.set_role(shown, "caption", mono=True)
    box.body.addWidget(shown, 1)
    box.add_button(tr("Copy details"), "plain", "copy", lambda: QGuiApplication.clipboard().setText(details))
    box.add_button(tr("Close"), "primary", "close")
    return box
