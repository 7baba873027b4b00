"""How the next text is drawn: temperature, top-k and top-p of one style, length and seed of all."""

import secrets

from PySide6.QtCore import Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSpinBox

from gpt_studio.engine.config import LONGEST_WRITING, Sampling
from gpt_studio.gui import theme
from gpt_studio.gui.parts.write.value_slider import ValueSlider
from gpt_studio.gui.widgets.basics import Card, button, text

LENGTHS = (20, LONGEST_WRITING)
LEAST_P = 0.05
NEW_SEEDS = 1000  # small enough to be read out to a neighbour


class _SeedBox(QSpinBox):
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the page scrolls, and no number changes unseen


class SamplingCard(Card):
    """Signals:
    changed: The student took another temperature, top-k or top-p; carries the Sampling.
    length_changed: The student took another length.
    """

    changed = Signal(object)
    length_changed = Signal(float)

    def __init__(self) -> None:
        super().__init__(" ")
        self._sampling = Sampling()
        self._vocab_size = 60
        self.caption = text("", "caption", "text2")
        self.head.addWidget(self.caption)
        self.temperature = ValueSlider(
            self.tr("Temperature"),
            "write.temperature",
            0.0,
            2.0,
            decimals=2,
            step=0.05,
            parent=self,
            tip=self.tr("Low: the favourites win. High: bolder. 0 always takes the likeliest."),
        )
        self.top_k = ValueSlider(
            self.tr("Top-k"),
            "write.top_k",
            1,
            60,
            parent=self,
            tip=self.tr("Only so many of the likeliest may be drawn; the rest is struck out."),
        )
        self.top_p = ValueSlider(
            self.tr("Top-p"),
            "write.top_p",
            LEAST_P,
            1.0,
            decimals=2,
            step=0.05,
            parent=self,
            tip=self.tr("Only the likeliest that together have this chance may be drawn; the rest is struck out."),
        )
        self.top_p.set_range(LEAST_P, 1.0, top_word=self.tr("all"))
        self.length = ValueSlider(
            self.tr("Length"),
            "write.length",
            *LENGTHS,
            step=10,
            even=False,
            parent=self,
            tip=self.tr("How many tokens to write."),
        )
        self.seed = _SeedBox()
        self.seed.setObjectName("write.seed")
        self.seed.setRange(0, 2**31 - 1)
        self.seed.setAccessibleName(self.tr("Seed"))
        self.seed.setToolTip(self.tr("The same seed draws the same text."))
        theme.set_role(self.seed, "body")
        self.new_seed = button(self.tr("New"), icon="dice", name="write.seed.new")
        self.new_seed.setAccessibleName(self.tr("New seed"))
        self._lay_out()
        self.length.set(500)
        self.seed.setValue(1337)
        self.temperature.changed.connect(self._take)
        self.top_k.changed.connect(self._take)
        self.top_p.changed.connect(self._take)
        self.length.changed.connect(self.length_changed)
        self.new_seed.clicked.connect(self.draw_seed)

    def draw_seed(self) -> None:
        """Another seed, by chance."""
        before = self.seed.value()
        while self.seed.value() == before:
            self.seed.setValue(secrets.randbelow(NEW_SEEDS))

    def show_sampling(self, title: str, caption: str, sampling: Sampling) -> None:
        """Show a style's settings without telling."""
        self._sampling = sampling
        self.set_title(title)
        self.caption.setText(caption)
        self.temperature.set(sampling.temperature)
        self.top_k.set(min(sampling.top_k or self._vocab_size, self._vocab_size))
        self.top_p.set(sampling.top_p)

    def set_vocabulary(self, size: int) -> None:
        """As many tokens as the model knows; top-k of that many means all."""
        self._vocab_size = max(2, size)
        self.top_k.set_range(1, self._vocab_size, top_word=self.tr("all"), even=size <= 256)
        self.top_k.set(min(self._sampling.top_k or self._vocab_size, self._vocab_size))

    def _take(self) -> None:
        top_k = round(self.top_k.value)
        if top_k >= self._vocab_size:
            top_k = self._sampling.top_k if self._sampling.top_k >= self._vocab_size else 0
        top_p = round(self.top_p.value, 2)
        self._sampling = Sampling(temperature=round(self.temperature.value, 2), top_k=top_k, top_p=top_p)
        self.changed.emit(self._sampling)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(5)
        rows = (self.temperature, self.top_k, self.top_p, self.length)
        for row, control in enumerate(rows):
            control.add_to(grid, row)
        label = text(self.tr("Seed"))
        label.setBuddy(self.seed)
        seed = QHBoxLayout()
        seed.setSpacing(12)
        seed.addWidget(self.seed, 1)
        seed.addWidget(self.new_seed)
        grid.addWidget(label, len(rows), 0)
        grid.addLayout(seed, len(rows), 1, 1, 2)
        grid.setColumnStretch(1, 1)
        self.body.addLayout(grid)
        self.body.addStretch(1)
