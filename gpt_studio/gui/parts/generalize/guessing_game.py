"""Deals the passages of the guessing game and has the machines play them."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from gpt_studio.engine import corpus, runs
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Event, TextRead
from gpt_studio.engine.requests import ReadRequest, Subject
from gpt_studio.gui import messages
from gpt_studio.gui.background import Background, Errand
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.parts.generalize import guessing_round
from gpt_studio.gui.parts.generalize.guessing_card import GuessingCard
from gpt_studio.gui.parts.generalize.guessing_round import MOST_GUESSES, Round
from gpt_studio.gui.widgets.basics import announce

COUNTER, GPT = "5-gram", "gpt"


@dataclass(frozen=True)
class _Dealt:
    """A passage of a run's held-back text, and what the counter takes for it."""

    text: str
    first: int
    counter: list[int]


class GuessingGame(QObject):
    """One game at a time, on the held-back text of the open run.

    Signals:
        read_asked: The model is to read the passage; carries a ReadRequest. The answer goes to `take`.
    """

    read_asked = Signal(object)

    def __init__(self, background: Background, may_ask: Callable[[], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.card = GuessingCard()
        self.round: Round | None = None
        self.awaits: ReadRequest | None = None  # whose answer is wanted
        self._background, self._may_ask = background, may_ask
        self._run: OpenRun | None = None
        self._dealing: Errand | None = None
        self._seed = 0
        self.card.guessed.connect(self.guess)
        self.card.give_up_asked.connect(self.give_up)
        self.card.round_asked.connect(self.deal)

    def follow(self, run: OpenRun | None) -> None:
        """Play on another run's text from now on; nothing is dealt yet."""
        if run is not self._run:
            self._run, self.round, self.awaits, self._seed = run, None, None, 0
            self.card.name_players({"": self.tr("You"), COUNTER: self.tr("5-gram, counted"), GPT: self.tr("Your GPT")})
            self.card.show_hint(self.tr("Press Another passage, and guess how a text goes on that nobody has seen."))

    def begin(self) -> None:
        """The game is looked at: deal, unless a round is under way."""
        if self._run is not None and self.round is None and self._dealing is None:
            self.deal()

    def deal(self) -> None:
        """Another passage."""
        run = self._run
        if run is None:
            return
        if self._dealing:
            self._dealing.cancel()
        self._seed += 1
        self.awaits = None
        self.card.show_hint(self.tr("A passage is chosen, and the counter reads the training text…"))
        self._dealing = self._background.run(
            "dealing a passage",
            _dealer(run, self._seed),
            lambda dealt: self._take_dealt(run, dealt),
            lambda error: self._take_failure(run, error),
        )

    def _take_failure(self, run: OpenRun, error: Exception) -> None:
        self._dealing = None
        if not isinstance(error, StudioError):
            raise error
        if run is self._run:
            self.card.show_hint(messages.sentence(error.code, error.values))

    def _take_dealt(self, run: OpenRun, dealt: _Dealt) -> None:
        self._dealing = None
        if run is not self._run:
            return
        self.round = Round(dealt.text, dealt.first, {COUNTER: dealt.counter})
        self.card.show_round(self.round, self.tr("What comes next? Space and Enter are characters, too."))
        self.card.field.setFocus()
        self.ask()

    def ask(self) -> None:
        """Have the model read the passage, unless it has; during a test it plays when that is done."""
        run, game = self._run, self.round
        if run is not None and game is not None and GPT not in game.machines and self._may_ask():
            size = run.record.model.vocab_size
            self.awaits = ReadRequest(subject=Subject(run=run.path), text=game.text, candidates=size)
            self.read_asked.emit(self.awaits)

    def ended(self, problem: str | None) -> None:
        """The reading is over; where it failed, the GPT does not play."""
        self.awaits = None
        if problem is not None and self.round is not None:
            self._say(problem)

    def take(self, read: Event) -> None:
        """The model has read the passage."""
        game = self.round
        if game is None or not isinstance(read, TextRead):
            return
        guesses = guessing_round.guessed(read, game.first)
        if guesses is not None:
            game.machines[GPT] = guesses
        self.card.show_scores(game)

    # Playing

    def guess(self, character: str) -> None:
        game = self.round
        if game is None or game.is_over:
            return
        tried = len(game.wrong) + 1
        wanted = game.text[game.first + len(game.taken)]
        if not game.guess(character):
            left = MOST_GUESSES - len(game.wrong)
            self._say(self.tr("Not {character}. {count} more.").format(character=_shown(character), count=left))
        elif game.taken[-1] > MOST_GUESSES:
            self._say(self.tr("It was {character}.").format(character=_shown(wanted)))
        else:
            told = self.tr("{character} at once.") if tried == 1 else self.tr("{character} after {count} guesses.")
            self._say(told.format(character=_shown(wanted), count=tried))

    def give_up(self) -> None:
        if self.round is not None and not self.round.is_over:
            told = self.round.give_up()
            self._say(self.tr("It was {character}.").format(character=_shown(told)))
            self.card.field.setFocus()

    def _say(self, words: str) -> None:
        assert self.round is not None
        if self.round.is_over:
            words += " " + self.tr("The passage is done; Another passage goes on.")
        self.card.show_round(self.round, words)
        announce(self.card, words)


def _shown(character: str) -> str:
    return messages.visible(character)


def _dealer(run: OpenRun, seed: int) -> Callable[[], _Dealt]:
    """Work for the background: choose a passage, and have the counter learn and guess."""

    def deal() -> _Dealt:
        learnt, held_back = corpus.split(runs.read_corpus(run.path).text)
        if len(held_back) < 2:
            raise StudioError("test.too_short", title=run.record.corpus.title)
        text, first = guessing_round.passage(held_back, seed)
        return _Dealt(text, first, guessing_round.counted(learnt, text, first))

    return deal
