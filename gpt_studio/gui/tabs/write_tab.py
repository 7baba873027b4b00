"""The Write tab: give the model some words, let it go on, and ask of every character why it stands there."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget

from gpt_studio.engine.events import Ending, Event
from gpt_studio.engine.keeping.writings import Writing
from gpt_studio.engine.preferences import Preferences
from gpt_studio.engine.requests import WhyRequest
from gpt_studio.gui import theme
from gpt_studio.gui.parts.write.asking import Asking, Controls
from gpt_studio.gui.parts.write.authoring import Authoring
from gpt_studio.gui.parts.write.beginning_row import BeginningRow
from gpt_studio.gui.parts.write.branching import Branching
from gpt_studio.gui.parts.write.earlier_box import EarlierBox
from gpt_studio.gui.parts.write.keeping import Keeping
from gpt_studio.gui.parts.write.leak_asking import LeakAsking
from gpt_studio.gui.parts.write.memory_check import MemoryCheck
from gpt_studio.gui.parts.write.odds_card import OddsCard
from gpt_studio.gui.parts.write.prompt_field import beginning_of
from gpt_studio.gui.parts.write.remembering import Remembering
from gpt_studio.gui.parts.write.sampling_card import SamplingCard
from gpt_studio.gui.parts.write.taking_along import TakingAlong
from gpt_studio.gui.parts.write.view_row import ViewRow
from gpt_studio.gui.parts.write.why_asking import WhyAsking
from gpt_studio.gui.parts.write.writing_cards import WritingCards
from gpt_studio.gui.state import StudioState, Visit
from gpt_studio.gui.widgets.basics import MessageBar, Page

NARROW, SLIM = 900, 700  # pixels at 100 %: below them the cards become tabs of one card, and rows become columns


class WriteTab(Page):
    """Prompt, up to three texts side by side, their settings, and the odds of the chosen character.

    Args:
        preferences: Where settings are remembered; None: nowhere.

    Signals:
        write_asked: Carries a WriteRequest.
        why_asked: Carries a WhyRequest or a LeakRequest.
        stop_asked: Writing shall end.
    """

    write_asked = Signal(object)
    why_asked = Signal(object)
    stop_asked = Signal()

    def __init__(
        self, state: StudioState, preferences: Preferences | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__("write", parent)
        self._state = state
        self._run: Path | None = None
        self._kept = Remembering(preferences, self)
        self._make_widgets()
        self._make_helpers()
        self._lay_out()
        self._connect()
        self._kept.attach(self.settings, self.texts, self.view)
        self._show_run()
        self._show_visit()
        self._arrange()

    # Building

    def _make_widgets(self) -> None:
        self.beginning = BeginningRow()
        self.prompt = self.beginning.prompt
        self.messages = MessageBar("write.message")
        self.texts = WritingCards()
        self.view = ViewRow(self._state, self.texts.titles)
        self.mode, self.rate = self.view.mode, self.view.rate
        self.settings = SamplingCard()
        self.odds = OddsCard()

    def _make_helpers(self) -> None:
        state, texts, bar = self._state, self.texts, self.messages
        self.memory = MemoryCheck(self)
        self.why = WhyAsking(state, lambda: self.odds.looks_inside and self.isVisible(), self)
        self.authoring = Authoring(state, texts, self.why, bar, self)
        self.leaking = LeakAsking(state, self.odds.leak, self.authoring, self)
        self.branching = Branching(state, texts, self.settings, bar, lambda: self.authoring.is_busy, self)
        self.keeping = Keeping(texts, bar, self)
        controls = Controls(self.prompt, self.mode, self.settings, texts, bar)
        self.asking = Asking(state, controls, self.authoring, self.branching, self.keeping, self)
        self.taking = TakingAlong(state, texts, bar, self)

    def _lay_out(self) -> None:
        self._below = QHBoxLayout()
        self._below.addWidget(self.settings)
        self._below.addWidget(self.odds, 1)
        for part in (self.beginning, self.messages, self.view):
            self.content.addWidget(part)
        self.content.addWidget(self.texts, 1)
        self.content.addLayout(self._below)

    def _connect(self) -> None:
        self.beginning.write_asked.connect(self.write)
        self.beginning.again_asked.connect(self.asking.write_again)
        self.beginning.same_asked.connect(self.asking.write_same)
        self.asking.mode_changed.connect(self._arrange)
        self.beginning.stop_asked.connect(self.stop_asked)
        self.beginning.earlier_asked.connect(self.show_earlier)
        self.beginning.export_asked.connect(self.taking.export)
        self.mode.chosen.connect(self._arrange)
        self.view.styles.chosen.connect(self.texts.choose)
        self.view.tint_changed.connect(self.texts.set_tinted)
        self.settings.changed.connect(self.texts.set_sampling)
        self.texts.changed.connect(self._show_chosen)
        self.texts.copy_asked.connect(self.taking.copy)
        self.texts.save_asked.connect(self.taking.save)
        self.odds.chart.picked.connect(self.branching.pick)
        self.odds.turned.connect(self.why.renew)
        self.odds.endings.asked.connect(self._find_ending)
        self.why.asked.connect(self.authoring.ask_why)
        self.why.answered.connect(self.odds.show_seen)
        self.why.waits.connect(self.odds.wait)
        self.branching.write_asked.connect(self.authoring.ask)
        self.branching.stop_asked.connect(self.stop_asked)
        self.authoring.write_asked.connect(self.write_asked)
        self.authoring.why_asked.connect(self.why_asked)
        self.authoring.begun.connect(self.branching.hear)
        self.authoring.rated.connect(self.rate.setText)
        self.authoring.whole.connect(self.keeping.keep)
        self.keeping.read.connect(self._take_earlier)
        self.authoring.whole.connect(self._look_up)
        self.authoring.whole.connect(self.branching.go_on)
        self._state.run_changed.connect(self._show_run)
        self._state.step_changed.connect(self._follow_step)
        self._state.visit_changed.connect(self._show_visit)
        theme.notifier().changed.connect(self._arrange)

    # Writing

    @property
    def is_writing(self) -> bool:
        return self._state.visit is Visit.WRITING

    def write(self) -> None:
        """Ask for a text with the settings of now; it takes the place of one that is being written."""
        self.asking.write()

    def show_earlier(self) -> None:
        """What was written with this run before."""
        box = EarlierBox(self.keeping, self.texts.titles, self)
        box.again_asked.connect(self.asking.write_earlier)
        box.open()

    def _take_earlier(self, writings: list[Writing]) -> None:
        self.prompt.set_earlier([writing.prompt for writing in reversed(writings)])

    def export_shown(self) -> None:
        """All shown texts as one file."""
        self.taking.export("txt")

    def undo(self) -> None:
        """Show what the chosen card showed before."""
        self.branching.back()

    def redo(self) -> None:
        self.branching.forward()

    def receive(self, events: list[Event]) -> None:
        """Take what the worker told of a text or a question, oldest first."""
        self.authoring.receive(events)

    def visit_ended(self, ending: Ending) -> None:
        """A writing is over, for whatever reason, or a question."""
        self.authoring.visit_ended(ending)

    def _follow_step(self) -> None:
        """Have the model of the chosen step write the same again, as soon as somebody sees it."""
        due = self.isVisible() and not self.is_empty and self._state.step != self.authoring.written_step
        if due and self._state.visit in (Visit.NONE, Visit.WRITING):
            self.asking.follow_step()

    def _look_up(self) -> None:
        """Whether what was written is memorised or invented."""
        grown = self.texts.grown()
        texts = [branch.text for _, branch in grown]
        self.memory.look_up(texts, lambda found: self.texts.show_memories(grown, found))

    # Showing

    def _show_chosen(self) -> None:
        """The chosen card's settings, and the odds of its chosen character."""
        style, card = self.texts.style_key, self.texts.card
        self.beginning.show_text(card.tree is not None)
        self.view.styles.set(style)
        caption = self.tr("for the next text") if self._shows_one else self.tr("settings of the chosen card")
        self.settings.show_sampling(self.texts.title, caption, self.texts.samplings[style])
        written, run = card.chosen_token, self._state.run
        if written is None or run is None:
            self.odds.show_nothing()
            self.why.want(None)
        else:
            self.odds.show_odds(written, card.chosen_sampling, run.record.model.vocab_size)
            self.odds.show_origin(card.chosen_origin)
            self.odds.endings.follow(card.before_chosen, written.label)
            self.why.want(self._question())

    def _find_ending(self, before: str, length: int) -> None:
        self.memory.find_ending(before, length, lambda found: self.odds.endings.show_found(before, found))

    def _question(self) -> WhyRequest | None:
        """Why the chosen token of the chosen card was written, of the model that wrote it."""
        card, author = self.texts.card, self.texts.card.chosen_author
        place = card.output.chosen_index
        if author is None or place is None or min(card.written.ids[: place + 1]) < 0:
            return None
        return WhyRequest(
            subject=self.branching.subject_of(author),
            prompt=author.request.prompt,
            tokens=tuple(card.written.ids[:place]),
            written=card.written.ids[place],
        )

    # Following the state and the room there is

    def _show_run(self) -> None:
        run = self._state.run
        if run is None:
            self.empty(
                self.tr("No model yet. Two minutes of training are enough."), self.tr("Go to 5 Train"), go_to="train"
            )
        else:
            self.full()
            self.settings.set_vocabulary(run.record.model.vocab_size)
        if (run.path if run else None) != self._run:
            self._run = run.path if run else None
            self._begin_with_run()

    def _begin_with_run(self) -> None:
        """Another run is shown: what was written belongs to the one before."""
        if self.authoring.is_busy:
            self.keeping.keep(Ending(kind="stopped"))
        self.authoring.written_step = None
        self.memory.follow(self._run)
        self.keeping.follow(self._run)
        self.odds.leak.clear()
        self.branching.drop()
        if self.is_writing:
            self.stop_asked.emit()
        self.texts.clear()
        self.rate.setText("")
        self.messages.clear()
        corpus, run = self._state.corpus, self._state.run  # begin as the text does that the model was trained on
        fits = corpus is not None and run is not None and corpus.id == run.record.corpus.id
        self.beginning.suggest(beginning_of(corpus.text) if corpus and fits else "")

    def _show_visit(self) -> None:
        self.beginning.show_writing(self.is_writing)
        if not self.is_writing:
            self.texts.end()

    def _arrange(self) -> None:
        """One card or three, by the student's choice and by the room there is."""
        narrow, slim = self._is_narrow, self.width() < theme.px(SLIM)
        self.texts.arrange(alone=self._shows_one, large=self.mode.key == "one", narrow=narrow)
        room = self.width() - 2 * theme.px(20) - self.scroll.verticalScrollBar().sizeHint().width()
        self.beginning.fit(room, slim)
        self.view.fit(room, narrow, slim)
        self._below.setDirection(QBoxLayout.Direction.TopToBottom if slim else QBoxLayout.Direction.LeftToRight)
        self._below.setSpacing(theme.px(14))
        self.settings.setMinimumWidth(theme.px(310 if narrow else 330))
        self.settings.setMaximumWidth(self.width() if slim else self.settings.minimumWidth())
        self._show_chosen()

    @property
    def _shows_one(self) -> bool:
        """Whether one card has the page to itself; the styles are then its tabs."""
        return self.mode.key == "one" or self._is_narrow

    @property
    def _is_narrow(self) -> bool:
        return self.width() < theme.px(NARROW)

    # Qt's own names

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow_step()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.is_writing:
            self.stop_asked.emit()
        elif (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.write()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
