"""The cards of Look inside: all heads, one head in large, what one character looks at, and the same as text."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton

from gpt_studio.engine.inside.seen import HeadRoles, HeadsWorth
from gpt_studio.engine.requests import Heads
from gpt_studio.gui import messages
from gpt_studio.gui.parts.look import head_words
from gpt_studio.gui.parts.look.attention_arcs import AttentionArcs
from gpt_studio.gui.parts.look.attention_reading import AttentionReading
from gpt_studio.gui.parts.look.heatmap import Heatmap
from gpt_studio.gui.parts.look.off_view import OffView
from gpt_studio.gui.parts.look.token_row import TokenArea, TokenRow
from gpt_studio.gui.widgets.attention_image import POWER
from gpt_studio.gui.widgets.basics import Badge, Card, Segmented, button, icon_button, paragraph, rule, text
from gpt_studio.gui.widgets.head_grid import HeadGrid
from gpt_studio.gui.widgets.pages import Pages
from gpt_studio.gui.widgets.scale_legend import ScaleLegend


class HeadsCard(Card):
    """All heads: where they look, or what each of them is worth.

    Signals:
        worth_asked: The student wants to know what each head is worth.
        way_chosen: What is shown in large: "head", "average" or "rollout".
    """

    worth_asked = Signal()
    way_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__(self.tr("All heads"))
        self.grid = HeadGrid("look.grid")
        self.legend = ScaleLegend("attention", self.tr("weight 0"), self.tr("100 %"), POWER)
        self.legend.setAccessibleName(self.tr("Colours: from weight 0 to 100 percent"))
        self.kind = Segmented([("looks", self.tr("Looks")), ("worth", self.tr("Worth"))], "look.kind")
        self.progress = paragraph("", "caption", "text3")
        self.way = Segmented(
            [("head", self.tr("One head")), ("average", self.tr("Average")), ("rollout", self.tr("Roll-out"))],
            "look.way",
        )
        self.head.addWidget(self.kind)
        self.body.addWidget(self.grid, 1)
        self.body.addWidget(self.legend, 0, Qt.AlignmentFlag.AlignRight)
        self.body.addWidget(self.progress)
        self.body.addWidget(self.way, 0, Qt.AlignmentFlag.AlignHCenter)
        self.way.setToolTip(self.tr("What is shown in large"))
        self.progress.hide()
        self._worth: HeadsWorth | None = None
        self._shape = (0, 0)
        self.kind.chosen.connect(self._choose_kind)
        self.way.chosen.connect(self.way_chosen)

    def show_shape(self, layers: int, heads: int) -> None:
        """How many heads there are."""
        if (layers, heads) != self._shape:
            self._shape = (layers, heads)
            self.show_roles(None)
        heads *= layers
        few = {1: self.tr("The only head"), 2: self.tr("Both heads")}
        self.set_title(few.get(heads) or self.tr("All {n} heads").format(n=heads))

    def show_roles(self, roles: HeadRoles | None) -> None:
        """Name the heads; None: they are being measured."""
        layers, heads = self._shape
        places = [(layer, head) for layer in range(layers) for head in range(heads)]
        if roles is None:
            self.grid.set_captions(dict.fromkeys(places, "…"), "…")
        else:
            names = {place: head_words.role_name(roles, *place) for place in places}
            self.grid.set_captions(names, head_words.mixed())

    def show_worth(self, worth: HeadsWorth | None) -> None:
        """Show what is known by now; None: it was another model's."""
        self._worth = worth
        self._show_kind()

    def _choose_kind(self, kind: str) -> None:
        if kind == "worth" and self._worth is None:
            self.worth_asked.emit()
        self._show_kind()

    def _show_kind(self) -> None:
        is_worth = self.kind.key == "worth"
        self.legend.setVisible(not is_worth)
        self.progress.setVisible(is_worth)
        self.grid.set_figures(head_words.worth_figures(self._worth) if is_worth and self._worth else {})
        words = self.tr("Switching each head off, one after the other …")
        if self._worth is not None:
            words = self.tr("Rise of the loss without it, over {n} of {all} pieces of held-back text").format(
                n=self._worth.windows, all=self._worth.windows_to_do
            )
        self.progress.setText(words)

    def set_linear(self, linear: bool) -> None:
        self.legend.set_power(1.0 if linear else POWER)
        self.grid.set_linear(linear)


class HeadCard(Card):
    """One head in large, or several together.

    Signals:
        linear_chosen: Whether colours follow the weight evenly.
        save_asked: Keep what is shown as a file; carries "png", "svg" or "npz".
    """

    linear_chosen = Signal(bool)
    save_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__(self.tr("Layer 1, head 1"))
        self.heatmap = Heatmap("look.attention")
        self.body.addWidget(self.heatmap, 1)
        self.role = Badge("", "accent", "")
        self.role.hide()
        self.head.insertWidget(1, self.role)
        self.closer = icon_button("plus", self.tr("Closer (+, or Ctrl and the wheel)"), "look.closer", bare=True)
        self.farther = icon_button("minus", self.tr("Farther (−, 0 for all)"), "look.farther", bare=True)
        self.closer.clicked.connect(lambda: self.heatmap.zoom(closer=True))
        self.farther.clicked.connect(lambda: self.heatmap.zoom(closer=False))
        self.more = icon_button("more", self.tr("More"), "look.more", bare=True)
        for each in (self.farther, self.closer, self.more):
            self.head.addWidget(each)
        self._make_menu()
        self.heatmap.setToolTip(self.tr("Row looks at column"))
        self.heatmap.view_changed.connect(self._show_zoom)
        self._show_zoom()

    def show_head(self, layer: int, head: int, way: str = "head") -> None:
        """Name what is shown; layer and head are counted from 0."""
        words = {
            "average": self.tr("Layer {layer}, average of its heads"),
            "rollout": self.tr("Roll-out up to layer {layer}"),
        }.get(way, self.tr("Layer {layer}, head {head}"))
        self.set_title(words.format(layer=layer + 1, head=head + 1))
        self.heatmap.setAccessibleName(self.tr("Attention of {head}").format(head=self.title.text().lower()))

    def show_role(self, roles: HeadRoles | None, layer: int, head: int) -> None:
        """Name what the head does; None: not measured, or several heads are shown."""
        self.role.setVisible(roles is not None)
        if roles is not None:
            share = head_words.role_share(roles, layer, head)
            name = head_words.role_name(roles, layer, head)
            self.role.set(
                name if share is None else f"{name}, {messages.share(share, 0)}", "plain" if share is None else "accent"
            )
            self.role.setToolTip(head_words.role_sentence(roles, layer, head))

    def _make_menu(self) -> None:
        menu = QMenu(self.more)
        self.linear = QAction(self.tr("Even colour scale (strong looks stand out)"), menu, checkable=True)
        self.linear.setObjectName("look.linear")
        self.linear.toggled.connect(self.linear_chosen)
        menu.addAction(self.linear)
        menu.addSeparator()
        self.saves: dict[str, QAction] = {}
        for kind, words in (
            ("png", self.tr("Save picture (PNG)…")),
            ("svg", self.tr("Save drawing (SVG)…")),
            ("npz", self.tr("Save all weights (NPZ)…")),
        ):
            action = menu.addAction(words)
            action.setObjectName(f"look.save.{kind}")
            action.triggered.connect(lambda _=False, kind=kind: self.save_asked.emit(kind))
            self.saves[kind] = action
        self.more.setMenu(menu)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def _show_zoom(self) -> None:
        for each, possible in ((self.closer, self.heatmap.can_zoom_in), (self.farther, self.heatmap.can_zoom_out)):
            each.setVisible(self.heatmap.can_zoom)
            each.setEnabled(possible)


class ReadingCard(Card):
    """What one character looks at, what its head is for, and the switch of the head.

    Signals:
        switched: The head in view is to be off, or on again.
    """

    switched = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.reading = AttentionReading()
        self.body.addWidget(self.reading)
        self._rule = rule()
        self.body.addWidget(self._rule)
        self.role = paragraph("", "caption", "text2")
        self.body.addWidget(self.role)
        self.body.addStretch(1)
        self.off = button("", name="look.head_off")
        self.off.setCheckable(True)
        self.off.clicked.connect(self.switched)
        self.body.addWidget(self.off)
        self.show_off(False)
        self.show_role(None, 0, 0)

    def show_role(self, roles: HeadRoles | None, layer: int, head: int) -> None:
        self._rule.setVisible(roles is not None)
        self.role.setVisible(roles is not None)
        self.role.setText(head_words.role_sentence(roles, layer, head) if roles else "")

    def show_off(self, is_off: bool) -> None:
        self.off.setChecked(is_off)
        words = self.tr("Switch this head on") if is_off else self.tr("Switch this head off")
        self.off.setText(words)
        self.off.setAccessibleName(words)


class TextCard(Card):
    """The same head over the text itself: as arcs, as tinted text; and what the model is like without some heads."""

    def __init__(self) -> None:
        super().__init__(self.tr("The same head, as text"))
        self.arcs = AttentionArcs("look.arcs")
        self.tinted = TokenRow("look.tinted", self.tr("The same head, as tinted text"))
        self.off = OffView()
        self.kind = Segmented(
            [("arcs", self.tr("Arcs")), ("tinted", self.tr("Tinted")), ("off", self.tr("Heads off"))], "look.text_kind"
        )
        self._hint = text(self.tr("click a token; thicker means a longer look"), "caption", "text3")
        self.head.insertWidget(1, self._hint)
        self.head.addWidget(self.kind)
        self.pages = Pages({"arcs": self.arcs, "tinted": TokenArea(self.tinted), "off": self.off})
        self.body.addWidget(self.pages, 1)
        self.kind.chosen.connect(self.turn_to)
        self.show_off(())

    def turn_to(self, kind: str) -> None:
        self.kind.set(kind)
        self.pages.turn_to(kind)
        self.set_title(self.tr("What the heads are good for") if kind == "off" else self.tr("The same head, as text"))
        self._hint.setVisible(kind == "arcs")

    def show_off(self, off: Heads) -> None:
        """Which heads are off; the part about them can only be chosen while there are some."""
        choice = self.kind.option("off")
        choice.setEnabled(bool(off))
        choice.setToolTip("" if off else self.tr("Switch a head off to see what it is good for."))
        if off:
            self.off.show_off(off)
            self.turn_to("off")
        elif self.kind.key == "off":
            self.turn_to("arcs")
