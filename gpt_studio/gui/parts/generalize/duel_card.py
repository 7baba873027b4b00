"""Two texts side by side whose authors are hidden until the student has voted."""

from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout

from gpt_studio.gui import theme
from gpt_studio.gui.parts.generalize.duel_round import Duel
from gpt_studio.gui.widgets.basics import Badge, Card, Segmented, button, paragraph, text

SIDES = ("left", "right")


class DuelSide(QFrame):
    """One of the two texts, with the button that votes for it."""

    def __init__(self, side: str, title: str) -> None:
        super().__init__()
        self.setProperty("well", "true")
        self.vote = button(self.tr("This one"), name=f"generalize.duel.{side}")
        self.vote.setAccessibleName(self.tr("This one: {side}").format(side=title))
        self.author = Badge("", "accent", icon="")
        self.words = paragraph("", "read", "text", markup=True)
        theme.set_role(self.words, "read", mono=True)
        self.words.setAccessibleName(title)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        head = QHBoxLayout()
        head.addWidget(text(title, "strong", "text2"))
        head.addStretch(1)
        head.addWidget(self.author)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(14), theme.px(12), theme.px(14), theme.px(12))
        column.setSpacing(theme.px(8))
        column.addLayout(head)
        column.addWidget(self.words, 1)
        column.addWidget(self.vote, 0, Qt.AlignmentFlag.AlignLeft)
        self.author.hide()

    def show_words(self, beginning: str, words: str) -> None:
        ink = theme.current().text3
        self.words.setText(f'<span style="color: {ink}">{_as_html(beginning)}</span>{_as_html(words)}')

    def reveal(self, name: str | None, is_wanted: bool) -> None:
        """Show who wrote it; None hides it again."""
        self.author.setVisible(name is not None)
        if name is not None:
            self.author.set(name, "good" if is_wanted else "plain")


class DuelCard(Card):
    """The duel's card.

    Signals:
        kind_chosen: What is compared: "real", "steps" or "models".
        rival_chosen: Another model for "models"; carries its place in the list.
        voted: For the left (0) or the right (1) text.
        next_asked: Another pair.
    """

    kind_chosen = Signal(str)
    rival_chosen = Signal(int)
    voted = Signal(int)
    next_asked = Signal()

    def __init__(self) -> None:
        super().__init__(self.tr("Which one?"), "generalize.duel")
        kinds = [
            ("real", self.tr("Real or generated")),
            ("steps", self.tr("Early or late")),
            ("models", self.tr("Model against model")),
        ]
        self.kind = Segmented(kinds, "generalize.duel.kind")
        self.rivals = QComboBox(objectName="generalize.duel.rival")
        self.rivals.setAccessibleName(self.tr("The other model"))
        self.next = button(self.tr("Next pair"), "primary", name="generalize.duel.next")
        self.sides = (DuelSide("left", self.tr("Left")), DuelSide("right", self.tr("Right")))
        self.said = text("", "body", "text")
        self.said.setWordWrap(True)
        self.tally = text("", "caption", "text2")
        self.tally.setWordWrap(True)
        self._lay_out()
        self.kind.chosen.connect(self.kind_chosen)
        self.rivals.activated.connect(self.rival_chosen)
        self.next.clicked.connect(self.next_asked)
        for place, side in enumerate(self.sides):
            side.vote.clicked.connect(lambda _checked=False, place=place: self.voted.emit(place))

    def _lay_out(self) -> None:
        choices = QHBoxLayout()
        choices.setSpacing(theme.px(10))
        choices.addWidget(self.kind)
        choices.addWidget(self.rivals)
        choices.addStretch(1)
        pair = QHBoxLayout()
        pair.setSpacing(theme.px(14))
        for side in self.sides:
            pair.addWidget(side, 1)
        told = QVBoxLayout()
        told.setSpacing(theme.px(2))
        told.addWidget(self.said)
        told.addWidget(self.tally)
        foot = QHBoxLayout()
        foot.setSpacing(theme.px(14))
        foot.addLayout(told, 1)
        foot.addWidget(self.next)
        self.body.addLayout(choices)
        self.body.addLayout(pair, 1)
        self.body.addLayout(foot)

    def show_rivals(self, names: list[str] | None) -> None:
        """The models that can be compared with; None where none is compared."""
        self.rivals.setVisible(names is not None)
        if names is not None and names != [self.rivals.itemText(place) for place in range(self.rivals.count())]:
            self.rivals.clear()
            self.rivals.addItems(names)

    def show_waiting(self, question: str, said: str, waits: bool) -> None:
        """No pair is there: it is being written, or something is missing."""
        self.set_title(question)
        for side in self.sides:
            side.show_words("", "")
            side.reveal(None, False)
            side.vote.setEnabled(False)
        self.said.setText(said)
        self.next.setEnabled(not waits)

    def show_duel(self, duel: Duel, said: str, tally: str) -> None:
        """A pair, before or after the vote."""
        is_open = duel.voted is None
        for place, side in enumerate(self.sides):
            side.show_words(duel.beginning, duel.texts[place])
            side.reveal(None if is_open else duel.authors[place].name, place == duel.wanted)
            side.vote.setEnabled(is_open)
        self.said.setText(said)
        self.tally.setText(tally)
        self.next.setEnabled(not is_open)


def _as_html(words: str) -> str:
    return escape(words).replace("\n", "<br>")
