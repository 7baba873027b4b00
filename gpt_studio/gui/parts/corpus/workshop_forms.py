"""What can be set before a change is made: which part of a text, which sentence, how seldom is seldom."""

from typing import Annotated

from msgspec import Meta, Struct
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gpt_studio.engine.text_care import mixing, portions
from gpt_studio.engine.text_care.edits import Finding
from gpt_studio.engine.text_care.odd_characters import SELDOM
from gpt_studio.gui import theme
from gpt_studio.gui.widgets import basics
from gpt_studio.gui.widgets.fields import CountBox


class Choices(Struct):
    """The limits of the workshop's numbers."""

    seldom: Annotated[int, Meta(ge=2, le=1000, title="Fewer than", description="How often a character must occur.")]
    times: Annotated[int, Meta(ge=1, le=10_000, title="How many times", description="Copies of the sentence.")]
    weight: Annotated[int, Meta(ge=1, le=100, title="Weight", description="Its share beside those of the others.")]
    size: Annotated[
        int, Meta(ge=1000, le=50_000_000, title="Characters", description="How long the mixture is to be, about.")
    ]


def labelled(words: str, field: QWidget) -> QHBoxLayout:
    """A field with its label to the left."""
    label = basics.text(words, "body", "text2")
    label.setBuddy(field)
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(label)
    row.addWidget(field)
    return row


class SeldomForm(QWidget):
    """How often a character must occur to be kept.

    Signals:
        changed: It is another number.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.least = CountBox(Choices, "seldom", "corpus.workshop.seldom")
        self.least.setValue(SELDOM)
        self.least.valueChanged.connect(self.changed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addLayout(labelled(self.tr("Characters that occur fewer times than"), self.least))
        row.addStretch(1)


class PartForm(QWidget):
    """Which part of a text is kept.

    Signals:
        changed: It is another part.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.share = basics.Segmented([("10", "10 %"), ("50", "50 %"), ("100", "100 %")], "corpus.workshop.share")
        self.which = basics.Segmented(
            [("first", self.tr("From the beginning")), ("even", self.tr("From everywhere"))], "corpus.workshop.which"
        )
        self.share.set("50")
        self.share.chosen.connect(self.changed)
        self.which.chosen.connect(self.changed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.share)
        row.addWidget(self.which)
        row.addStretch(1)

    def find(self, text: str) -> Finding:
        part = portions.first_part if self.which.key == "first" else portions.even_parts
        return part(text, int(self.share.key) / 100)


class PlantForm(QWidget):
    """Which sentence is planted, how often and where.

    Signals:
        changed: Something of it is another.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._seed = 1
        self.sentence = QLineEdit(self.tr("The key to the observatory lies under the blue flowerpot."))
        self.sentence.setObjectName("corpus.workshop.sentence")
        self.sentence.setAccessibleName(self.tr("Sentence to plant"))
        self.sentence.setMaxLength(1000)
        self.sentence.setCursorPosition(0)
        theme.set_role(self.sentence, "body")
        self.times = CountBox(Choices, "times", "corpus.workshop.times")
        self.times.setValue(10)
        self.where = basics.Segmented(
            [("training", self.tr("Training part")), ("anywhere", self.tr("Anywhere"))], "corpus.workshop.where"
        )
        self.again = basics.icon_button("dice", self.tr("Draw other places"), "corpus.workshop.again")
        self.sentence.textChanged.connect(self.changed)
        self.times.valueChanged.connect(self.changed)
        self.where.chosen.connect(self.changed)
        self.again.clicked.connect(self._draw_again)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addLayout(labelled(self.tr("Times"), self.times))
        row.addWidget(self.where)
        row.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        first = labelled(self.tr("Sentence"), self.sentence)
        first.addWidget(self.again)
        box.addLayout(first)
        box.addLayout(row)

    def find(self, text: str) -> Finding:
        """Where the sentence would stand.

        Raises:
            CorpusError: `plant.empty`, `plant.no_room`.
        """
        only = self.where.key == "training"
        return mixing.plant(text, self.sentence.text(), self.times.value(), self._seed, training_only=only)

    def _draw_again(self) -> None:
        self._seed += 1
        self.changed.emit()
