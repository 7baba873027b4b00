"""The Write tab: give the model some words, let it go on, and ask of every character why it stands there."""

from collections import deque
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QFileDialog, QHBoxLayout, QWidget

from gpt_studio import paths
from gpt_studio.engine import clock, files
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Ending, Event, WhySeen, WritingBegun, Written
from gpt_studio.engine.requests import WhyRequest, WriteRequest
from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.write.branching import Branching
from gpt_studio.gui.parts.write.memory_check import MemoryCheck
from gpt_studio.gui.parts.write.odds import MOST
from gpt_studio.gui.parts.write.odds_card import OddsCard
from gpt_studio.gui.parts.write.prompt_field import PromptField, beginning_of
from gpt_studio.gui.parts.write.sampling_card import SamplingCard
from gpt_studio.gui.parts.write.why_asking import WhyAsking
from gpt_studio.gui.parts.write.writing_cards import WritingCards
from gpt_studio.gui.state import StudioState, Visit
from gpt_studio.gui.widgets.basics import MessageBar, Page, Segmented, button, text
from gpt_studio.gui.widgets.step_choice import StepChoice
from gpt_studio.gui.widgets.tinted_text import TintLegend

NARROW, SLIM = 900, 700  # pixels at 100 %: below them the cards become tabs of one card, and rows become columns
FIGURES_EVERY_S = 1.0


class WriteTab(Page):
    """Prompt, up to three texts side by side, their settings, and the odds of the chosen character.

    Signals:
        write_asked: Carries a WriteRequest.
        why_asked: Carries a WhyRequest.
        stop_asked: Writing shall end.
    """

    write_asked = Signal(object)
    why_asked = Signal(object)
    stop_asked = Signal()

    def __init__(self, state: StudioState, parent: QWidget | None = None) -> None:
        super().__init__("write", parent)
        self._state = state
        self.ask_file: Callable[[str], str] = self._ask_file  # suggested path -> chosen path, "" for none
        self._run: Path | None = None
        self._suggested = ""  # the prompt that stands there as long as the student has not typed one
        self._asked = 0  # writings under way; each ends once, in the order of asking
        self._visits: deque[str] = deque()  # what was asked of the worker, "text" or "why", oldest first
        self._written_step: int | None = None  # at which the model wrote what is shown; None: as it was then
        self._begun_s = self._shown_s = 0.0
        self._make_widgets()
        self._lay_out()
        self._connect()
        self._show_run()
        self._show_visit()
        self._arrange()

    # Building

    def _make_widgets(self) -> None:
        self.prompt = PromptField(self.tr("Begin with"), "write.prompt")
        self.write_button = button(self.tr("Write"), "primary", icon="pencil", name="write.generate")
        self.write_button.setToolTip(self.tr("Let the model go on (Enter)"))
        self.stop_button = button(self.tr("Stop"), "primary", icon="stop", name="write.stop")
        self.stop_button.setToolTip(self.tr("Stop writing (Esc)"))
        self.messages = MessageBar("write.message")
        self.mode = Segmented([("one", self.tr("One")), ("side", self.tr("Side by side"))], "write.mode")
        self.mode.set("side")
        self.texts = WritingCards()
        self.styles = Segmented(list(self.texts.titles.items()), "write.style")
        self.step = StepChoice(self._state, "write.step", self.tr("Write as the model did at step"))
        self.rate = text("", "caption", "text2")
        self.legend = TintLegend()
        self.settings = SamplingCard()
        self.odds = OddsCard()
        self.memory = MemoryCheck(self)
        self.why = WhyAsking(self._state, lambda: self.odds.looks_inside and self.isVisible(), self)
        self.branching = Branching(self._state, self.texts, self.settings, self.messages, lambda: self._asked > 0, self)

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        first.addWidget(self.prompt, 1)
        first.addWidget(self.write_button)
        first.addWidget(self.stop_button)
        second = QHBoxLayout()
        second.addWidget(self.mode)
        second.addWidget(self.styles)
        second.addWidget(self.step)
        second.addStretch(1)
        second.addWidget(self.rate)
        second.addWidget(self.legend)
        below = QHBoxLayout()
        below.addWidget(self.settings)
        below.addWidget(self.odds, 1)
        self._foldable = (second, below)
        self.content.addLayout(first)
        self.content.addWidget(self.messages)
        self.content.addLayout(second)
        self.content.addWidget(self.texts, 1)
        self.content.addLayout(below)

    def _connect(self) -> None:
        self.prompt.write_asked.connect(self.write)
        self.write_button.clicked.connect(self.write)
        self.stop_button.clicked.connect(self.stop_asked)
        self.mode.chosen.connect(self._arrange)
        self.styles.chosen.connect(self.texts.choose)
        self.settings.changed.connect(self.texts.set_sampling)
        self.texts.changed.connect(self._show_chosen)
        self.texts.copy_asked.connect(self.copy_text)
        self.texts.save_asked.connect(self.save_text)
        self.odds.chart.picked.connect(self.branching.pick)
        self.odds.turned.connect(self.why.renew)
        self.why.asked.connect(self._ask_why)
        self.why.answered.connect(self.odds.show_seen)
        self.why.waits.connect(self.odds.wait)
        self.branching.write_asked.connect(self._ask)
        self.branching.stop_asked.connect(self.stop_asked)
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
        subject = self._state.subject
        if self._state.run is None or subject is None:
            return
        self.messages.clear()
        self.branching.drop()
        every_style = self.mode.key == "side"
        request = WriteRequest(
            subject=subject,
            prompt=self.prompt.words,
            samplings=self.texts.samplings_of(every_style),
            length=round(self.settings.length.value),
            seed=self.settings.seed.value(),
            candidates=MOST,
        )
        self.texts.begin(every_style, request, self._state.run.record.model.vocab_size)
        self._written_step = subject.step
        self._ask(request)

    def _ask(self, request: WriteRequest) -> None:
        """Ask for texts, or for a branch of one."""
        self.rate.setText("")
        self._begun_s = self._shown_s = clock.now()
        self._asked += 1
        self._visits.append("text")
        self.write_asked.emit(request)

    def _ask_why(self, request: WhyRequest) -> None:
        self._visits.append("why")
        self.why_asked.emit(request)

    def undo(self) -> None:
        """Show what the chosen card showed before."""
        self.branching.back()

    def redo(self) -> None:
        self.branching.forward()

    def receive(self, events: list[Event]) -> None:
        """Show what the writing told, oldest first; of one that has been replaced, nothing."""
        for event in events:
            if isinstance(event, WhySeen):
                self.why.take(event)
        if self._asked > 1:
            return
        for event in events:
            if isinstance(event, WritingBegun):
                self.texts.take_begun(event)
                self.branching.hear(event)
                if self.texts.growing_first is None:  # of a branch it was told before
                    self._tell_unknown(event.unknown)
        written = [event for event in events if isinstance(event, Written)]
        if written:
            self.texts.add(written)
            self._show_rate()
            self._state.tick("write")

    def visit_ended(self, ending: Ending) -> None:
        """A writing is over, for whatever reason, or a question."""
        if self._visits and self._visits.popleft() == "why":
            self.why.ended(ending)
            return
        self._asked = max(0, self._asked - 1)
        if self._asked:
            return  # another has taken its place
        self.texts.end()
        self.texts.settle()
        self._show_rate(at_last=True)
        self._look_up()
        self.branching.go_on()
        if ending.kind == "failed":
            self.messages.tell("bad", messages.sentence(ending.code, ending.values))

    def _follow_step(self) -> None:
        """Have the model of the chosen step write the same again, as soon as somebody sees it."""
        due = self.isVisible() and not self.is_empty and self._state.step != self._written_step
        if due and self._state.visit in (Visit.NONE, Visit.WRITING):
            self.write()

    def _look_up(self) -> None:
        """Whether what was written is memorised or invented."""
        grown = self.texts.grown()
        texts = [branch.text for _, branch in grown]
        self.memory.look_up(texts, lambda found: self.texts.show_memories(grown, found))

    def _tell_unknown(self, unknown: tuple[str, ...]) -> None:
        if unknown:
            told = self.tr("The model has never seen: {characters}. They were left out.")
            if len(unknown) == 1:
                told = self.tr("The model has never seen: {characters}. It was left out.")
            self.messages.tell("warn", told.format(characters=messages.quoted(unknown)))

    def _show_rate(self, at_last: bool = False) -> None:
        now = clock.now()
        if not at_last and now - self._shown_s < FIGURES_EVERY_S:
            return
        self._shown_s = now
        written = self.texts.tokens_written
        if written and now > self._begun_s:
            per_second = messages.count(written / (now - self._begun_s))
            self.rate.setText(self.tr("{number} tokens/s").format(number=per_second))

    def _show_chosen(self) -> None:
        """The chosen card's settings, and the odds of its chosen character."""
        style, card = self.texts.style_key, self.texts.card
        self.styles.set(style)
        caption = self.tr("for the next text") if self._shows_one else self.tr("settings of the chosen card")
        self.settings.show_sampling(self.texts.title, caption, self.texts.samplings[style])
        written, run = card.chosen_token, self._state.run
        if written is None or run is None:
            self.odds.show_nothing()
            self.why.want(None)
        else:
            self.odds.show_odds(written, card.chosen_sampling, run.record.model.vocab_size)
            self.odds.show_origin(card.chosen_origin)
            self.why.want(self._question())

    def _question(self) -> WhyRequest | None:
        """Why the chosen token of the chosen card was written, of the model that wrote it."""
        card, author = self.texts.card, self.texts.card.chosen_author
        place = card.output.chosen_index
        if author is None or place is None or any(one.id < 0 for one in card.written[: place + 1]):
            return None
        return WhyRequest(
            subject=self.branching.subject_of(author),
            prompt=author.request.prompt,
            tokens=tuple(one.id for one in card.written[:place]),
            written=card.written[place].id,
        )

    # Taking the text along

    def copy_text(self) -> None:
        """The chosen card's text to the clipboard."""
        QGuiApplication.clipboard().setText(self.texts.card.output.text())
        self.messages.tell("good", self.tr("Copied."))

    def save_text(self) -> None:
        """The chosen card's text to a file."""
        if self._state.run is None:
            return
        name = f"{self._state.run.name}, {self.texts.title.lower()}.txt"
        chosen = self.ask_file(str(paths.texts_home() / name))
        if not chosen:
            return
        try:
            files.write_text(Path(chosen), self.texts.card.output.text())
        except StudioError as error:
            self.messages.tell("bad", messages.sentence(error.code, error.values))
        else:
            self.messages.tell("good", self.tr("Saved: {path}").format(path=chosen))

    def _ask_file(self, suggested: str) -> str:
        chosen, _ = QFileDialog.getSaveFileName(self, self.tr("Save text"), suggested, self.tr("Text (*.txt)"))
        return chosen

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
            self._written_step = None
            self.memory.follow(self._run)
            self.branching.drop()
            if self.is_writing:
                self.stop_asked.emit()
            self.texts.clear()
            self.rate.setText("")
            self.messages.clear()
            self._suggest_prompt()

    def _suggest_prompt(self) -> None:
        """Begin as the text does that the model was trained on, unless the student has typed something."""
        corpus, run = self._state.corpus, self._state.run
        if self.prompt.words == self._suggested:
            fits = corpus is not None and run is not None and corpus.id == run.record.corpus.id
            self._suggested = beginning_of(corpus.text) if corpus and fits else ""
            self.prompt.set_words(self._suggested)

    def _show_visit(self) -> None:
        writing = self.is_writing
        had_focus = self.write_button.hasFocus() or self.stop_button.hasFocus()
        self.write_button.setVisible(not writing)
        self.stop_button.setVisible(writing)
        if had_focus:
            (self.stop_button if writing else self.write_button).setFocus()
        if not writing:
            self.texts.end()

    def _arrange(self) -> None:
        """One card or three, by the student's choice and by the room there is."""
        narrow = self._is_narrow
        self.texts.arrange(alone=self._shows_one, large=self.mode.key == "one", narrow=narrow)
        self._fit_step(narrow)
        slim = self.width() < theme.px(SLIM)
        way = QBoxLayout.Direction.TopToBottom if slim else QBoxLayout.Direction.LeftToRight
        for row in self._foldable:
            row.setDirection(way)
            row.setSpacing(theme.px(14))
        self.settings.setMinimumWidth(theme.px(310 if narrow else 330))
        self.settings.setMaximumWidth(self.width() if slim else self.settings.minimumWidth())
        for each in (self.write_button, self.stop_button):
            each.setFixedSize(theme.px(110), theme.px(42))
        self._show_chosen()

    def _fit_step(self, narrow: bool) -> None:
        """The row of the step: its words, the speed and the legend give way, in this order, where it is too long."""
        room = self.width() - 2 * theme.px(20) - 6 * theme.px(14)
        needed = sum(part.minimumSizeHint().width() for part in (self.mode, self.styles, self.step.slider, self.legend))
        needed += theme.px(70) + self.step.best.sizeHint().width()  # the number
        words = self.step.label.fontMetrics().horizontalAdvance
        self.step.set_brief(narrow or needed + words(self.tr("Write as the model did at step")) > room)
        needed += self.step.label.sizeHint().width()
        self.step.label.setVisible(needed <= room)
        self.rate.setVisible(not narrow and needed + theme.px(130) <= room)
        self.legend.setVisible(not narrow)

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
