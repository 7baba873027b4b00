"""Look inside: where every attention head looks in a line of text."""

from collections import deque
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QWidget

from gpt_studio.engine import corpus, files, runs
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import AttentionSeen, Ending, Event
from gpt_studio.engine.requests import AttentionRequest
from gpt_studio.gui import messages, theme
from gpt_studio.gui.background import Background
from gpt_studio.gui.parts.look.attention_view import AttentionView
from gpt_studio.gui.state import OpenRun, StudioState, Visit
from gpt_studio.gui.widgets import pictures
from gpt_studio.gui.widgets.basics import MessageBar, Page, icon_button, text
from gpt_studio.gui.widgets.step_choice import StepChoice

ASK_AFTER_MS = 250  # of quiet while the student types
_SHORTEST, _LONGEST = 24, 32  # characters of the line that is shown before the student types


@dataclass(frozen=True)
class _Asked:
    """A look that is under way. Answers come in the order of the questions, each with one ending."""

    run: Path
    step: int


class LookTab(Page):
    """Type a line, choose a head, see who looks at whom.

    Signals:
        look_asked: The student wants to see a line; carries an AttentionRequest.
    """

    look_asked = Signal(object)

    def __init__(self, state: StudioState, parent: QWidget | None = None) -> None:
        super().__init__("look", parent)
        self._state = state
        self._background = Background(self)
        self._run: Path | None = None
        self._shown_step = 0
        self._asked: deque[_Asked] = deque()
        self._due = False  # to be looked at as soon as the page is seen and the visitor's place is free
        self._own_words = False  # the student has typed
        self._timer = QTimer(self, objectName="look after typing", singleShot=True, interval=ASK_AFTER_MS)
        self._make_parts()
        self._lay_out()
        self._timer.timeout.connect(self._ask)
        self.line.textEdited.connect(self._take_typing)
        self.again.clicked.connect(self._ask)
        self.view.opened.connect(lambda: state.tick("look"))
        self.view.save_asked.connect(self._ask_where_to_save)
        state.run_changed.connect(self._show_run)
        state.curve_grown.connect(self._show_again)
        state.step_changed.connect(self._follow_step)
        state.visit_changed.connect(self._ask_if_due)
        self._show_run()

    def _make_parts(self) -> None:
        self.line = QLineEdit(objectName="look.text", accessibleName=self.tr("Text to look at"))
        self.line.setPlaceholderText(self.tr("Type a line"))
        theme.set_role(self.line, "editor", mono=True)
        self.step = StepChoice(self._state, "look.step", self.tr("at step"), plays=True)
        self.again = icon_button("refresh", self.tr("Look again"), "look.again")
        self.bar = MessageBar("look.message")
        self.view = AttentionView()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(10)
        fields = (
            (self.line, self.tr("&Text")),
            (self.view.layer_box, self.tr("&Layer")),
            (self.view.head_box, self.tr("&Head")),
        )
        for field, words in fields:
            label = text(words, "body", "text2")
            label.setBuddy(field)
            top.addWidget(label)
            top.addWidget(field, 1 if field is self.line else 0)
            if field is self.line:
                top.addWidget(self.again)
        top.addWidget(self.step)
        self.content.addLayout(top)
        self.content.addWidget(self.bar)
        self.content.addWidget(self.view, 1)

    # What the window brings

    def receive(self, events: list[Event]) -> None:
        """Take what a look told; what belongs to another run is dropped."""
        for event in events:
            if isinstance(event, AttentionSeen) and self._asked and self._asked[0].run == self._run:
                self._shown_step = self._asked[0].step
                self.view.show_seen(event)
                self._tell_left_out(event)
                self._show_again()

    def visit_ended(self, ending: Ending) -> None:
        """Take the end of the oldest look that is under way."""
        asked = self._asked.popleft() if self._asked else None
        if ending.kind == "failed" and asked and asked.run == self._run and not self._asked:
            self._clear()
            self.bar.tell("bad", messages.sentence(ending.code, ending.values))

    # The run

    def _show_run(self) -> None:
        run = self._state.run
        if run is None:
            self._run = None
            self._clear()
            self.empty(self.tr("No model yet. Two minutes of training are enough."), self.tr("Go to 5 Train"), "train")
        elif run.path != self._run or not self.line.text():  # or its folder was not there yet when it was opened
            self._run = run.path
            self._clear()
            if run.record.model.is_bigram:
                self.empty(self.tr("A bigram has no attention: it looks only at the last character."))
            elif not run.record.model.has("attention"):
                self.empty(self.tr("This model was made without attention: each character is judged by itself alone."))
            else:
                self.full()
                self._begin_with(run)

    def _begin_with(self, run: OpenRun) -> None:
        """Show a new run's heads on the student's own words, or on a line that it was not trained on."""
        self.view.set_shape(run.record.model.n_layer, run.record.model.n_head)
        self._due = True
        if self._own_words:
            self._ask_if_due()
        else:
            self.line.clear()
            self._background.run("a line to look at", lambda: (run.path, opening_line(run)), self._take_line, _let_be)

    def _take_line(self, found: tuple[Path, str]) -> None:
        path, line = found
        if path == self._run and not self._own_words:
            self.line.setText(line)
            self._ask_if_due()

    def _clear(self) -> None:
        self._shown_step = 0
        self.bar.clear()
        self.view.clear()
        self._show_again()

    # Asking

    def _take_typing(self, words: str) -> None:
        self._own_words = bool(words)
        self._due = True
        self._timer.start()

    def _follow_step(self) -> None:
        """Look at the model of the chosen step, as soon as somebody sees it."""
        if self.view.seen is not None or self._asked:
            self._due = True
            self._ask()

    def _ask_if_due(self) -> None:
        if self._due and not self._timer.isActive():
            self._ask()

    def _ask(self) -> None:
        """Ask as soon as the page is seen; a text that is being written, or a test, is not cut short."""
        self._due = True
        run, subject = self._state.run, self._state.subject
        if run is None or subject is None or self.is_empty or not self.isVisible() or not self.line.text():
            return
        if not (run.path / "run.json").is_file():
            return  # it is just beginning, and will be told as changed
        if self._state.visit not in (Visit.NONE, Visit.LOOKING):
            self.bar.tell("accent", self.tr("The model is busy with another page; this one follows."))
            return
        self._due = False
        self.bar.clear()
        self._asked.append(_Asked(run.path, run.curve.step if subject.step is None else subject.step))
        self.look_asked.emit(AttentionRequest(subject=subject, text=self.line.text()))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask_if_due()

    # Telling

    def _tell_left_out(self, seen: AttentionSeen) -> None:
        said = []
        if seen.cut:
            words = self.tr("The model sees {n} characters at once; the last {cut} were left out.")
            said.append(words.format(n=messages.count(len(seen.tokens)), cut=messages.count(seen.cut)))
        if seen.unknown:
            words = self.tr("The model does not know {characters}: left out.")
            said.append(words.format(characters=messages.quoted(seen.unknown)))
        if said:
            self.bar.tell("warn", " ".join(said))
        else:
            self.bar.clear()

    def _show_again(self) -> None:
        """Offer a new look when training has gone on since the picture of now was made."""
        run, state = self._state.run, self._state
        is_now = self.view.seen is not None and state.step is None
        words = self.tr("Look again: the model has learnt more since step {n}").format(
            n=messages.count(self._shown_step)
        )
        self.again.setToolTip(words)
        self.again.setAccessibleName(words)
        self.again.setVisible(run is not None and is_now and run.curve.step > self._shown_step)

    # A picture

    def _ask_where_to_save(self) -> None:
        layer, head = (number + 1 for number in self.view.chosen)
        name = f"{self._state.run.name if self._state.run else ''} layer {layer} head {head}.png".strip()
        chosen, _ = QFileDialog.getSaveFileName(self, self.tr("Save picture"), name, self.tr("Pictures (*.png)"))
        if chosen:
            self.save_picture(Path(chosen))

    def save_picture(self, path: Path) -> None:
        """Keep the large heatmap as it is in view."""
        try:
            files.write_file(path.with_suffix(".png"), pictures.png(self.view.heatmap.picture()))
        except StudioError as error:
            self.bar.tell("bad", messages.sentence(error.code, error.values))


def _let_be(error: Exception) -> None:
    """Without a line to begin with, the student types one."""


def opening_line(run: OpenRun) -> str:
    """A line from the run's own held-back text that the model can see as a whole."""
    held_back = corpus.split(runs.read_corpus(run.path).text)[1]
    most = min(_LONGEST, run.record.model.block_size)
    lines = [line.strip() for line in held_back[:20_000].split("\n")[1:-1]]
    fitting = (line for line in lines if min(_SHORTEST, most) <= len(line) <= most)
    return next(fitting, held_back[:most].replace("\n", " ").strip())
