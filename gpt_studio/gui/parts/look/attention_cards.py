"""The cards of Look inside: all heads, one head in large, what one character looks at, and the same as arcs."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton

from gpt_studio.gui.parts.look.attention_arcs import AttentionArcs
from gpt_studio.gui.parts.look.attention_reading import AttentionReading
from gpt_studio.gui.parts.look.heatmap import Heatmap
from gpt_studio.gui.widgets.attention_image import POWER
from gpt_studio.gui.widgets.basics import Card, icon_button, paragraph, text
from gpt_studio.gui.widgets.head_grid import HeadGrid
from gpt_studio.gui.widgets.scale_legend import ScaleLegend


class HeadsCard(Card):
    """All heads, with the scale of their colours."""

    def __init__(self) -> None:
        super().__init__(self.tr("All heads"))
        self.grid = HeadGrid("look.grid")
        self.legend = ScaleLegend("attention", self.tr("weight 0"), self.tr("100 %"), POWER)
        self.legend.setAccessibleName(self.tr("Colours: from weight 0 to 100 percent"))
        self.head.addWidget(self.legend)
        self.body.addWidget(self.grid, 1)

    def show_count(self, heads: int) -> None:
        few = {1: self.tr("The only head"), 2: self.tr("Both heads")}
        self.set_title(few.get(heads) or self.tr("All {n} heads").format(n=heads))

    def set_linear(self, linear: bool) -> None:
        self.legend.set_power(1.0 if linear else POWER)
        self.grid.set_linear(linear)


class HeadCard(Card):
    """One head in large.

    Signals:
        linear_chosen: Whether colours follow the weight evenly.
        save_asked: Keep what is in view as a picture.
    """

    linear_chosen = Signal(bool)
    save_asked = Signal()

    def __init__(self) -> None:
        super().__init__(self.tr("Layer 1, head 1"))
        self.heatmap = Heatmap("look.attention")
        self.body.addWidget(self.heatmap, 1)
        self.head.addWidget(text(self.tr("row looks at column"), "caption", "text3"))
        self.closer = icon_button("plus", self.tr("Closer (+, or Ctrl and the wheel)"), "look.closer", bare=True)
        self.farther = icon_button("minus", self.tr("Farther (−, 0 for all)"), "look.farther", bare=True)
        self.closer.clicked.connect(lambda: self.heatmap.zoom(closer=True))
        self.farther.clicked.connect(lambda: self.heatmap.zoom(closer=False))
        self.more = icon_button("more", self.tr("More"), "look.more", bare=True)
        for each in (self.farther, self.closer, self.more):
            self.head.addWidget(each)
        self._make_menu()
        self.heatmap.view_changed.connect(self._show_zoom)
        self._show_zoom()

    def show_head(self, layer: int, head: int) -> None:
        """Name the head; both counted from 0."""
        self.set_title(self.tr("Layer {layer}, head {head}").format(layer=layer + 1, head=head + 1))
        self.heatmap.setAccessibleName(self.tr("Attention of {head}").format(head=self.title.text().lower()))

    def _make_menu(self) -> None:
        menu = QMenu(self.more)
        self.linear = QAction(self.tr("Even colour scale (strong looks stand out)"), menu, checkable=True)
        self.linear.setObjectName("look.linear")
        self.linear.toggled.connect(self.linear_chosen)
        self.save = QAction(self.tr("Save picture…"), menu)
        self.save.setObjectName("look.save")
        self.save.triggered.connect(self.save_asked)
        menu.addAction(self.linear)
        menu.addSeparator()
        menu.addAction(self.save)
        self.more.setMenu(menu)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def _show_zoom(self) -> None:
        for each, possible in ((self.closer, self.heatmap.can_zoom_in), (self.farther, self.heatmap.can_zoom_out)):
            each.setVisible(self.heatmap.can_zoom)
            each.setEnabled(possible)


class ReadingCard(Card):
    """What one character looks at."""

    def __init__(self) -> None:
        super().__init__()
        self.reading = AttentionReading()
        self.body.addWidget(self.reading)
        self.body.addStretch(1)
        self._hint = paragraph(self.tr("Click a cell, or move with the arrow keys. Esc leaves."), "caption", "text3")
        self.body.addWidget(self._hint)


class ArcsCard(Card):
    """The same head over the text itself."""

    def __init__(self) -> None:
        super().__init__(self.tr("The same head, as text"))
        self.arcs = AttentionArcs("look.arcs")
        self.head.insertWidget(
            1, text(self.tr("click a character; thicker means a longer look"), "caption", "text3"),
            0, Qt.AlignmentFlag.AlignBottom,
        )  # fmt: skip
        self.body.addWidget(self.arcs)
