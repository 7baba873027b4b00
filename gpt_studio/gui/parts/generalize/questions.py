"""What the Generalize tab has asked for and waits for: tests, readings and turns of games."""

from collections import deque
from dataclasses import dataclass

from gpt_studio.gui.parts.generalize.games import Game
from gpt_studio.gui.parts.generalize.trials import Batch, Cell, Trials


@dataclass(frozen=True)
class Question:
    """A visit that is under way: a batch that is measured, a cell that is read, or a turn of a game."""

    trials: Trials
    batch: Batch | None = None
    cell: Cell | None = None
    game: Game | None = None
    request: object = None  # of the cell or the game

    @property
    def is_awaited(self) -> bool:
        """Whether the game still wants this answer."""
        return self.game is not None and self.game.awaits is self.request


class Questions:
    """Answers come in the order of the questions, each with one ending. Those about other trials are passed over."""

    def __init__(self) -> None:
        self._asked: deque[Question] = deque()

    def __bool__(self) -> bool:
        return bool(self._asked)

    def add(self, question: Question) -> None:
        self._asked.append(question)

    def answered(self, trials: Trials) -> Question | None:
        """The one that is being answered, if it is about these trials."""
        return self._about(trials, self._asked[0]) if self._asked else None

    def ended(self, trials: Trials) -> Question | None:
        """The one that has ended, if it is about these trials; the next one is answered from now on."""
        return self._about(trials, self._asked.popleft()) if self._asked else None

    @staticmethod
    def _about(trials: Trials, question: Question) -> Question | None:
        return question if question.trials is trials else None

    @property
    def is_replaced(self) -> bool:
        """Whether what is being answered is a reading, and another question was asked after it."""
        return len(self._asked) > 1 and self._asked[0].cell is not None
