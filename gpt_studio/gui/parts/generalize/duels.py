"""Deals blind duels, has them written, and keeps the score."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from gpt_studio.engine import corpus, runs
from gpt_studio.engine.config import STYLES
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Event, Written
from gpt_studio.engine.requests import Subject, WriteRequest
from gpt_studio.gui import messages
from gpt_studio.gui.background import Background, Errand
from gpt_studio.gui.parts.generalize import duel_round
from gpt_studio.gui.parts.generalize.duel_card import DuelCard
from gpt_studio.gui.parts.generalize.duel_round import CONTINUED, Author, Duel, Tally
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.widgets.basics import announce

Pair = tuple[tuple[Author, Author], Author | None]  # who takes part, and who answers the question


class Duels(QObject):
    """One duel at a time, about the open run.

    Signals:
        write_asked: A side is to be written; carries a WriteRequest. What comes goes to `take`, its end to `ended`.
    """

    write_asked = Signal(object)

    def __init__(
        self, state: StudioState, background: Background, may_ask: Callable[[], bool], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.card = DuelCard()
        self.duel: Duel | None = None
        self.awaits: WriteRequest | None = None  # whose answer is wanted
        self._state, self._background, self._may_ask = state, background, may_ask
        self._run: Path | None = None
        self._kind = "real"
        self._rivals: list[Author] = []
        self._tallies: dict[str, Tally] = {}
        self._seed = 0
        self._dealing: Errand | None = None
        self._pieces = ""  # what has been written of the present side
        self.card.kind_chosen.connect(self._choose_kind)
        self.card.rival_chosen.connect(lambda _place: self._begin_kind())
        self.card.voted.connect(self.vote)
        self.card.next_asked.connect(self.deal)

    def follow(self, run: Path | None) -> None:
        """Another run is open: what was voted on the one before does not count for it."""
        if run != self._run:
            self._run, self._tallies, self._seed = run, {}, 0
            self._begin_kind(deal=False)

    def begin(self) -> None:
        """The duels are looked at: deal, unless one is there."""
        if self.duel is None and self._dealing is None:
            self.deal()

    def _choose_kind(self, kind: str) -> None:
        self._kind = kind
        self._begin_kind()

    def _begin_kind(self, deal: bool = True) -> None:
        self._drop()
        self._show_rivals()
        if deal:
            self.deal()

    def _drop(self) -> None:
        self.duel = self.awaits = None
        self._pieces = ""
        if self._dealing:
            self._dealing.cancel()
            self._dealing = None

    # Who takes part

    def _show_rivals(self) -> None:
        others = [each for each in self._state.runs if each.path != self._run and each.record and each.problem is None]
        self._rivals = [Author(each.name, each.path) for each in others]
        self.card.show_rivals([each.name for each in self._rivals] if self._kind == "models" else None)

    def _pair(self) -> Pair | None:
        """The authors of the next duel; None, after a hint, where one is missing."""
        run, state = self._run, self._state
        assert run is not None
        mine = Author(state.run.name if state.run else run.name, run)
        if self._kind == "real":
            real = Author(self.tr("the real text"))
            return (real, Author(self.tr("generated"), run)), real
        if self._kind == "models":
            if not self._rivals:
                self._wait(self.tr("There is no other model yet. Train a second one, and compare them here."), False)
                return None
            return (mine, self._rivals[max(0, self.card.rivals.currentIndex())]), None
        steps = runs.snapshot_steps(run)
        if len(steps) < 2:
            self._wait(self.tr("There is only one state of this model yet. Train a little longer."), False)
            return None
        early, late = steps[(len(steps) - 1) // 2], steps[-1]
        name = self.tr("step {step}")
        last = Author(name.format(step=messages.count(late)), run, late)
        return (Author(name.format(step=messages.count(early)), run, early), last), last

    def _question(self) -> str:
        return {
            "real": self.tr("Which one is the real text?"),
            "steps": self.tr("Which one was written later in training?"),
            "models": self.tr("Which one reads better?"),
        }[self._kind]

    # Dealing and writing

    def deal(self) -> None:
        """Another pair."""
        if self._run is None:
            return
        self._drop()
        self._show_rivals()
        pair = self._pair()
        if pair is None:
            return
        self._seed += 1
        self._wait(self.tr("A pair is being written…"), True)
        self._dealing = self._background.run(
            "dealing a duel", _dealer(self._run, pair, self._seed), self._take_dealt, self._take_failure
        )

    def _wait(self, words: str, waits: bool) -> None:
        self.card.show_waiting(self._question(), words, waits)

    def _take_failure(self, error: Exception) -> None:
        self._dealing = None
        if not isinstance(error, StudioError):
            raise error
        self._wait(messages.sentence(error.code, error.values), False)

    def _take_dealt(self, duel: Duel) -> None:
        self._dealing = None
        self.duel = duel
        self.ask()

    def ask(self) -> None:
        """Have the next side written, unless it is under way; where both are there, show them."""
        duel = self.duel
        if duel is None or duel.voted is not None or self.awaits is not None:
            return
        side = duel.missing()
        if side is None:
            said = self.tr("Same beginning, two authors. Vote, and you see who they are.")
            self.card.show_duel(duel, said, self._score())
            return
        if not self._may_ask():
            self._wait(self.tr("The pair is written as soon as the test is done."), True)
            return
        author = duel.authors[side]
        assert author.run is not None
        self.awaits = WriteRequest(
            subject=Subject(run=author.run, step=author.step),
            prompt=duel.beginning,
            samplings=(STYLES["balanced"],),
            length=CONTINUED,
            seed=self._seed,
        )
        self.write_asked.emit(self.awaits)

    def take(self, event: Event) -> None:
        """What the writing told."""
        if isinstance(event, Written):
            self._pieces += event.text

    def ended(self, problem: str | None) -> None:
        """The writing is over; `problem` is a sentence where it failed."""
        duel, words = self.duel, self._pieces[:CONTINUED]
        self.awaits, self._pieces = None, ""
        if duel is None:
            return
        if problem is not None or not words:
            self.duel = None
            self._wait(problem or self.tr("The writing was broken off. Try another pair."), False)
            return
        side = duel.missing()
        assert side is not None
        duel.texts[side] = words
        self.ask()

    # Voting

    def vote(self, side: int) -> None:
        duel = self.duel
        if duel is None or duel.voted is not None or duel.missing() is not None:
            return
        duel.voted = side
        self._tallies.setdefault(self._tally_key(), Tally()).add(duel)
        if duel.wanted is None:
            said = self.tr("You voted for {name}.").format(name=duel.authors[side].name)
        else:
            said = self.tr("Right.") if side == duel.wanted else self.tr("No, it was the other one.")
        self.card.show_duel(duel, said, self._score())
        self.card.next.setFocus()
        announce(self.card, f"{said} {self._score()}")

    def _tally_key(self) -> str:
        return f"{self._kind} {self.card.rivals.currentText() if self._kind == 'models' else ''}"

    def _score(self) -> str:
        tally = self._tallies.get(self._tally_key())
        if tally is None:
            return ""
        total = len(tally.votes)
        if self._kind == "models":
            names = sorted({author.name for author in self.duel.authors}) if self.duel else []
            best = max(names, key=tally.wins, default="")
            wins, told = tally.wins(best), self.tr("{name} won {wins} of {total}")
            words = told.format(name=best, wins=wins, total=total)
            likely = min(1.0, 2 * tally.by_chance(wins))  # either one might have won
        else:
            words = self.tr("{wins} of {total} right").format(wins=tally.right, total=total)
            likely = tally.by_chance(tally.right)
        return self.tr("{score}. Tossing a coin does at least as well in {share} of such series.").format(
            score=words, share=messages.share(likely)
        )


def _dealer(run: Path, pair: Pair, seed: int) -> Callable[[], Duel]:
    """Work for the background: read the run's held-back text and choose a place in it."""

    def deal() -> Duel:
        text = runs.read_corpus(run)
        held_back = corpus.split(text.text)[1]
        if len(held_back) < 4:
            raise StudioError("test.too_short", title=text.title)
        return duel_round.deal(held_back, *pair, seed)

    return deal
