"""Shannon's game on the screen: the passage so far, the field for the next guess, and who guesses best."""

from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QWidget

from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.generalize.guess_chart import Bars, GuessChart
from gpt_studio.gui.parts.generalize.guessing_round import MOST_GUESSES, Round
from gpt_studio.gui.widgets.basics import Card, button, paragraph, text

SHOWN = 260  # characters of the passage that stand on the card
ENOUGH = 20  # characters from which on the bounds say something


class GuessField(QLineEdit):
    """Takes one character at a time; Space and Enter are characters, too.

    Signals:
        guessed: Carries the character.
    """

    guessed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("generalize.guess")
        self.setAccessibleName(self.tr("Your guess for the next character"))
        self.setPlaceholderText(self.tr("type it"))
        self.textEdited.connect(self._take)

    def _take(self, words: str) -> None:
        self.clear()
        if words:
            self.guessed.emit(words[-1])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.guessed.emit("\n")
        else:
            super().keyPressEvent(event)


class GuessingCard(Card):
    """The game's card.

    Signals:
        guessed: Carries a character.
        give_up_asked: The character is to be told.
        round_asked: Another passage.
    """

    guessed = Signal(str)
    give_up_asked = Signal()
    round_asked = Signal()

    def __init__(self) -> None:
        super().__init__(self.tr("You, a counter and your GPT guess the next character"), "generalize.guessing")
        self._names: dict[str, str] = {}
        self.passage = paragraph("", "read", "text", markup=True)
        theme.set_role(self.passage, "read", mono=True)
        self.passage.setAccessibleName(self.tr("The passage so far"))
        self.passage.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.passage.setMinimumHeight(theme.px(150))
        self.field = GuessField()
        self.said = text("", "body", "text2")
        self.said.setWordWrap(True)
        self.said.setObjectName("generalize.guess_said")
        self.give_up = button(self.tr("Tell me"), name="generalize.guess_told")
        self.another = button(self.tr("Another passage"), icon="dice", name="generalize.guess_new")
        self.chart = GuessChart()
        self._cells: dict[str, list[QLabel]] = {}
        self._table = QGridLayout()
        self.bounds = paragraph(self._source(), "caption", "text3")
        self._lay_out()
        self.field.guessed.connect(self.guessed)
        self.give_up.clicked.connect(self.give_up_asked)
        self.another.clicked.connect(self.round_asked)

    def _lay_out(self) -> None:
        label = text(self.tr("Next"), "body", "text2")
        label.setBuddy(self.field)
        self.field.setFixedWidth(theme.px(96))
        ask = QHBoxLayout()
        ask.setSpacing(theme.px(8))
        for each in (label, self.field, self.give_up):
            ask.addWidget(each)
        ask.addWidget(self.said, 1, Qt.AlignmentFlag.AlignVCenter)
        ask.addWidget(self.another)
        self._table.setHorizontalSpacing(theme.px(18))
        self._table.setVerticalSpacing(theme.px(6))
        for column, words in enumerate(
            ("", self.tr("at once"), self.tr("guesses"), self.tr("bits per character, between"))
        ):
            self._table.addWidget(text(words, "caption", "text3"), 0, column)
        below = QHBoxLayout()
        below.setSpacing(theme.px(24))
        figures = QWidget()
        figures.setLayout(self._table)
        below.addWidget(figures, 0, Qt.AlignmentFlag.AlignTop)
        below.addWidget(self.chart, 1)
        self.body.addWidget(self.passage, 1)
        self.body.addLayout(ask)
        self.body.addLayout(below)
        self.body.addWidget(self.bounds)

    def _source(self) -> str:
        return self.tr(
            "Who guesses well, knows the language: the shares q of characters that took 1, 2, 3, … guesses enclose the "
            "bits that are left open: Σ i (qᵢ − qᵢ₊₁) log₂ i ≤ bits ≤ − Σ qᵢ log₂ qᵢ (Shannon, 1951). After {most} "
            "wrong guesses the character is told, for everyone."
        ).format(most=MOST_GUESSES)

    # What is shown

    def name_players(self, names: dict[str, str]) -> None:
        """How the player "" and the machines are called."""
        self._names = names

    def show_hint(self, words: str) -> None:
        """A sentence while there is no passage."""
        self.passage.setText(escape(words))
        self.field.setEnabled(False)
        self.give_up.setEnabled(False)
        self.said.setText("")
        self.show_scores(None)

    def show_round(self, game: Round, said: str) -> None:
        """The passage as far as it is known, and what came of the last guess."""
        shown, theme_now = game.shown[-SHOWN:], theme.current()
        own = min(len(game.taken), len(shown))
        before, after = shown[: len(shown) - own], shown[len(shown) - own :]
        place = f'<span style="background-color: {theme_now.accent_soft}; color: {theme_now.accent}"><b>?</b></span>'
        self.passage.setText(
            f'<span style="color: {theme_now.text2}">{_as_html(before)}</span>{_as_html(after)}'
            + ("" if game.is_over else place)
        )
        self.field.setEnabled(not game.is_over)
        self.give_up.setEnabled(not game.is_over)
        self.said.setText(said)
        self.show_scores(game)

    def show_scores(self, game: Round | None) -> None:
        """The table and the chart, over the characters that were passed."""
        judged = game.scores() if game else {}
        for row, name in enumerate(self._names, 1):
            cells = self._cells.setdefault(name, self._new_row(row))
            found = judged.get(name)
            score = found[1] if found else None
            bits = f"{score.least_bits:.1f} - {score.most_bits:.1f}" if score and score.characters >= ENOUGH else ""
            words = (
                self._names[name],
                messages.share(score.at_once) if score else "",
                f"{score.mean_guesses:.1f}" if score else "",
                bits or (self.tr("after {count}").format(count=ENOUGH) if score else ""),
            )
            for cell, each in zip(cells, words, strict=True):
                cell.setText(each)
        bars = [
            Bars(self._names[name], tuple(taken.count(n) / len(taken) for n in range(1, MOST_GUESSES + 2)))
            for name, (taken, _) in judged.items()
            if name in self._names
        ]
        self.chart.show_bars(bars)

    def _new_row(self, row: int) -> list[QLabel]:
        cells = [text("", "button" if column == 0 else "body") for column in range(4)]
        for column, cell in enumerate(cells):
            self._table.addWidget(cell, row, column)
        return cells


def _as_html(words: str) -> str:
    return escape(words).replace("\n", "\u21b5<br>")
