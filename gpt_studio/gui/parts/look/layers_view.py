"""Layer by layer: what each would have predicted, how the prediction forms, what each adds."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from gpt_studio.engine.inside.seen import LayersSeen
from gpt_studio.gui import theme
from gpt_studio.gui.parts.look.addition_bars import AdditionBars, PartsLegend
from gpt_studio.gui.parts.look.attention_words import shown
from gpt_studio.gui.parts.look.forming_chart import FormingChart
from gpt_studio.gui.parts.look.lens_table import LensTable
from gpt_studio.gui.widgets.basics import Card, paragraph, text
from gpt_studio.gui.widgets.tints import TintLegend

_SIDE, _NARROW = 330, 960
WIDEST = 16_777_215  # pixels: no limit


class LayersView(QWidget):
    """Shows one LayersSeen, with one position chosen.

    Signals:
        placed: The student took another position; carries it.
    """

    placed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.seen: LayersSeen | None = None
        self._place = 0
        self.table = LensTable("look.lens")
        self.table_card = Card(self.tr("What each layer would have said next"))
        self.table_card.head.addWidget(TintLegend())
        self.table_card.body.addWidget(self.table, 1)
        self._hint = paragraph(
            self.tr(
                "Each row reads the model out early, as if it ended there. Framed: it would have been right. "
                "The last layer is the model itself."
            ),
            "caption",
            "text3",
        )
        self.table_card.body.addWidget(self._hint)
        self.forming = FormingChart("look.forming")
        self.forming_card = Card(self.tr("How the prediction forms"))
        self.forming_card.body.addWidget(self.forming, 1)
        self.adding = AdditionBars("look.adding")
        self.adding_card = Card(self.tr("What each layer adds"))
        self._caption = text(
            self.tr("lengths of vectors; on the right that of the stream after it"), "caption", "text3"
        )
        self.adding_card.body.addWidget(self._caption)
        self.adding_card.head.addWidget(PartsLegend())
        self.adding_card.body.addWidget(self.adding)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._is_narrow: bool | None = None
        self.table.chosen.connect(self._choose)
        theme.notifier().changed.connect(self._arrange)
        self._arrange()

    def show_seen(self, seen: LayersSeen, place: int) -> None:
        self.seen, self._place = seen, min(place, len(seen.tokens) - 1)
        self.table.show_seen(seen, self._place)
        self._show_place()

    def go_to(self, place: int) -> None:
        """Show another position."""
        if self.seen is not None and place < len(self.seen.tokens) and place != self._place:
            self._place = place
            self.table.go_to(place)
            self._show_place()

    def clear(self) -> None:
        self.seen = None
        self.table.show_seen(None)
        self.forming.clear()
        self.adding.show_place(None, 0)

    def _choose(self, place: int) -> None:
        self._place = place
        self._show_place()
        self.placed.emit(place)

    def _show_place(self) -> None:
        assert self.seen is not None
        token = shown(self.seen.tokens[self._place])
        self.forming_card.set_title(self.tr("What comes after {token}").format(token=token))
        final = tuple(self.seen.vocabulary[int(i)] for i in self.seen.candidates[-1, self._place])
        self.forming.show_chances(final, self.seen.forming[:, self._place])
        self.adding.show_place(self.seen, self._place)

    def _arrange(self) -> None:
        """The table over what is added, beside both the chart; where it is narrow, the table over the two others."""
        narrow = self.width() < theme.px(_NARROW)
        self._grid.setSpacing(theme.px(12))
        self.forming_card.setMinimumWidth(0 if narrow else theme.px(_SIDE))
        self.forming_card.setMaximumWidth(WIDEST if narrow else theme.px(_SIDE))
        if narrow is self._is_narrow:
            return
        self._is_narrow = narrow
        for card in (self.table_card, self.forming_card, self.adding_card):
            self._grid.removeWidget(card)
        self._grid.addWidget(self.table_card, 0, 0, 1, 2 if narrow else 1)
        self._grid.addWidget(self.adding_card, 1, 0)
        self._grid.addWidget(self.forming_card, *((1, 1) if narrow else (0, 1, 2, 1)))
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1 if narrow else 0)
        self._grid.setRowStretch(0, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
