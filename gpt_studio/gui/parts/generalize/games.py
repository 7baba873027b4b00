"""The two games of the Generalize tab, and which of them is on the screen."""

from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, Signal

from gpt_studio.gui.background import Background
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.parts.generalize.duels import Duels
from gpt_studio.gui.parts.generalize.guessing_game import GuessingGame
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.widgets.basics import Card, Segmented

Game = GuessingGame | Duels


class Games(QObject):
    """The switch between the matrix and the games, and the games.

    Args:
        state: The window's.
        background: For what the games read.
        may_ask: Whether the model is free to answer; `go_on` tells that it is again.

    Signals:
        changed: Something else is to be shown.
        asked: The model is to read or write something; carries the game and the request.
    """

    changed = Signal()
    asked = Signal(object, object)

    def __init__(
        self, state: StudioState, background: Background, may_ask: Callable[[], bool], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        pages = [("matrix", self.tr("Test")), ("game", self.tr("Guess")), ("duel", self.tr("Duel"))]
        self.switch = Segmented(pages, "generalize.page")
        self.guessing, self.duels = GuessingGame(background, may_ask, self), Duels(state, background, may_ask, self)
        self._games: dict[str, Game] = {"game": self.guessing, "duel": self.duels}
        self.guessing.read_asked.connect(lambda request: self.asked.emit(self.guessing, request))
        self.duels.write_asked.connect(lambda request: self.asked.emit(self.duels, request))
        self.switch.chosen.connect(self._show)

    @property
    def cards(self) -> Iterator[Card]:
        return (game.card for game in self._games.values())

    @property
    def played(self) -> Game | None:
        """The game that is shown in place of the matrix."""
        return self._games.get(self.switch.key)

    def follow(self, run: OpenRun | None) -> None:
        """Another run is open, or none."""
        self.guessing.follow(run)
        self.duels.follow(run.path if run else None)

    def begin(self) -> None:
        """The page is looked at."""
        for game in self._games.values():
            game.card.setVisible(game is self.played)
        if self.played:
            self.played.begin()

    def go_on(self) -> None:
        """The model is free again."""
        if self.played:
            self.played.ask()

    def _show(self) -> None:
        self.begin()
        self.changed.emit()
