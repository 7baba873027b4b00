"""Look inside: what the model does with a line of text, head by head and layer by layer."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QWidget

from gpt_studio.engine import corpus, runs
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Ending, Event
from gpt_studio.engine.inside.seen import AttentionSeen, LayersSeen
from gpt_studio.engine.requests import Request
from gpt_studio.gui import messages, theme
from gpt_studio.gui.background import Background
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.parts.look import saving
from gpt_studio.gui.parts.look.look_views import COST, WITH_HEAD, WITH_LAYER, WITH_TEXT, LookViews
from gpt_studio.gui.parts.look.looks import Looks, Wish
from gpt_studio.gui.parts.look.wishes import MAIN, Scene, wishes_of
from gpt_studio.gui.state import StudioState, Visit
from gpt_studio.gui.widgets.basics import MessageBar, Page, icon_button, text
from gpt_studio.gui.widgets.step_choice import StepChoice

ASK_AFTER_MS = 250  # of quiet while the student types
TESTED = 40_000  # characters of held-back text that a model without some heads is tested on
_SHORTEST, _LONGEST = 24, 32  # characters of the line that is shown before the student types


class LookTab(Page):
    """Type a line, choose a head or a layer, see what the model does with it.

    Signals:
        look_asked: The student wants to see something; carries the request.
    """

    look_asked = Signal(object)

    def __init__(self, state: StudioState, parent: QWidget | None = None) -> None:
        super().__init__("look", parent)
        self._state = state
        self._background = Background(self)
        self._looks = Looks(self._may_ask, self)
        self._run: Path | None = None
        self._held_back = ""  # of the run's own text, as much as is tested on here
        self._own_words = False  # the student has typed
        self._told_busy = False
        self._timer = QTimer(self, objectName="look after typing", singleShot=True, interval=ASK_AFTER_MS)
        self._make_parts()
        self._lay_out()
        self._connect()
        self._show_run()

    def _make_parts(self) -> None:
        self.line = QLineEdit(objectName="look.text", accessibleName=self.tr("Text to look at"))
        self.line.setPlaceholderText(self.tr("Type a line"))
        theme.set_role(self.line, "editor", mono=True)
        self.step = StepChoice(self._state, "look.step", self.tr("at step"), plays=True)
        self.again = icon_button("refresh", self.tr("Look again"), "look.again")
        self.bar = MessageBar("look.message")
        self.views = LookViews()
        self.view, self.switch = self.views.attention, self.views.switch

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(10)
        first.addWidget(self.switch)
        first.addStretch(1)
        first.addWidget(self.again)
        first.addWidget(self.step)
        self._fields: dict[str, tuple[QWidget, QWidget]] = {}
        second = QHBoxLayout()
        second.setSpacing(10)
        for field, words in (
            (self.line, self.tr("&Text")),
            (self.view.layer_box, self.tr("&Layer")),
            (self.view.head_box, self.tr("&Head")),
        ):
            label = text(words, "body", "text2")
            label.setBuddy(field)
            second.addWidget(label)
            second.addWidget(field, 1 if field is self.line else 0)
            self._fields[field.objectName()] = (label, field)
        self.content.addLayout(first)
        self.content.addLayout(second)
        self.content.addWidget(self.bar)
        self.content.addWidget(self.views, 1)

    def _connect(self) -> None:
        self._looks.asked.connect(self._hand_over)
        self._looks.answered.connect(self._show)
        self._timer.timeout.connect(self._wish)
        self.line.textEdited.connect(self._take_typing)
        self.again.clicked.connect(self._ask)
        self.views.turned.connect(self._show_page)
        self.view.opened.connect(lambda: self._state.tick("look"))
        self.view.save_asked.connect(self._ask_where_to_save)
        self.view.off_changed.connect(self._wish)
        self.view.heads_card.worth_asked.connect(self._wish)
        self._state.run_changed.connect(self._show_run)
        self._state.curve_grown.connect(self._show_again)
        self._state.step_changed.connect(self._follow_step)
        self._state.kept_changed.connect(self._wish)
        self._state.visit_changed.connect(self._looks.ask)

    # What the window brings

    def receive(self, events: list[Event]) -> None:
        """Take what a look told."""
        for event in events:
            self._looks.take(event)

    def _show(self, wish: Wish, event: Event) -> None:
        """Show an answer; what belongs to another run is dropped."""
        if wish.run != self._run:
            return
        self.views.show_answer(wish.name, event)
        if isinstance(event, AttentionSeen | LayersSeen):
            self._tell_left_out(event)
        self._show_again()

    def visit_ended(self, ending: Ending) -> None:
        """Take the end of the oldest look that is under way."""
        wish = self._looks.end(ending)
        if ending.kind == "failed" and wish and wish.run == self._run and not self._looks.is_wanted(wish.name):
            self._clear()
            self.bar.tell("bad", messages.sentence(ending.code, ending.values))
        if ending.kind == "done" and wish and wish.name == COST:
            self.views.cost.finish()
        self._looks.ask()

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
                self.empty(self.tr("A bigram has no attention: it looks only at the last token."))
            elif not run.record.model.has("attention"):
                self.empty(self.tr("This model was made without attention: each token is judged by itself alone."))
            else:
                self.full()
                self._begin_with(run)
        else:
            self._looks.ask()

    def _begin_with(self, run: OpenRun) -> None:
        """Show a new run's heads on the student's own words, or on a line that it was not trained on."""
        self.views.set_model(run.record.model)
        if self._own_words:
            self._wish()
        else:
            self.line.clear()
        read = partial(_read_held_back, run)
        self._background.run("held-back text to look at", read, self._take_held_back, _let_be)

    def _take_held_back(self, found: tuple[Path, str, str]) -> None:
        path, self._held_back, line = found
        if path == self._run and not self._own_words:
            self.line.setText(line)
            self._wish()

    def _clear(self) -> None:
        self._looks.drop()
        self.bar.clear()
        self.views.clear()
        self._show_again()

    # Asking

    def _take_typing(self, words: str) -> None:
        self._own_words = bool(words)
        self._timer.start()

    def _show_page(self) -> None:
        """Another page is in view: give it the fields that it needs, and what it has to show."""
        page = self.switch.key
        for name, pages in (("look.text", WITH_TEXT), ("look.layer", WITH_LAYER), ("look.head", WITH_HEAD)):
            for part in self._fields[name]:
                part.setVisible(page in pages)
        self._show_again()
        self._wish()

    def _ask(self) -> None:
        """Look again, at the model as it is now."""
        self._looks.forget()
        self._wish()

    def _wish(self) -> None:
        """Want what the page needs and does not show already."""
        run, whole = self._state.run, self._state.subject
        if run is None or whole is None or self.is_empty or not self.line.text() or self._timer.isActive():
            return
        scene = Scene(
            whole=whole,
            text=self.line.text(),
            off=self.view.off,
            held_back=self._held_back,
            stops=tuple(self._state.stops),
            plane_step=max(run.kept, default=None),
            wants_worth=self.view.heads_card.kind.key == "worth",
        )
        page = self.switch.key
        step = run.curve.step if whole.step is None else whole.step
        for name, request in wishes_of(page, scene).items():
            if self._looks.want(Wish(name, request, run.path, step, urgent=name == MAIN[page])):
                self.views.forget(name)
        if self._looks.is_urgent and self.isVisible() and not self._may_look:
            self._told_busy = True
            self.bar.tell("accent", self.tr("The model is busy with another page; this one follows."))

    def _follow_step(self) -> None:
        self.views.go_to_step(self._state.step)
        self._wish()

    def _hand_over(self, request: Request) -> None:
        if self._told_busy:
            self._told_busy = False
            self.bar.clear()
        self.look_asked.emit(request)

    @property
    def _may_look(self) -> bool:
        """A text that is being written, or a test, is not cut short."""
        return self._state.visit in (Visit.NONE, Visit.LOOKING)

    def _may_ask(self) -> bool:
        run = self._state.run
        if run is None or self.is_empty or not self.isVisible() or not self._may_look:
            return False
        return (run.path / "run.json").is_file()  # else it is just beginning, and will be told as changed

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._wish()
        self._looks.ask()

    # Telling

    def _tell_left_out(self, seen: AttentionSeen | LayersSeen) -> None:
        said = []
        if seen.cut:
            words = self.tr("The model sees {n} tokens at once; the last {cut} were left out.")
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
        run, wish = self._state.run, self._looks.shown(MAIN[self.switch.key])
        words = self.tr("Look again: the model has learnt more since step {n}")
        words = words.format(n=messages.count(wish.step if wish else 0))
        self.again.setToolTip(words)
        self.again.setAccessibleName(words)
        is_now = wish is not None and self._state.step is None
        self.again.setVisible(run is not None and is_now and wish is not None and run.curve.step > wish.step)

    # A picture

    def _ask_where_to_save(self, kind: str) -> None:
        name = f"{self._state.run.name if self._state.run else ''} {self.view.title.lower()}.{kind}".strip()
        chosen, _ = QFileDialog.getSaveFileName(self, self.tr("Save"), name, saving.filter_of(kind))
        if chosen:
            self.save(Path(chosen), kind)

    def save(self, path: Path, kind: str) -> None:
        """Keep what is shown of the chosen head as a file."""
        try:
            saving.save(self.view, kind, path)
        except StudioError as error:
            self.bar.tell("bad", messages.sentence(error.code, error.values))


def _let_be(error: Exception) -> None:
    """Without a line to begin with, the student types one."""


def _read_held_back(run: OpenRun) -> tuple[Path, str, str]:
    held_back = corpus.split(runs.read_corpus(run.path).text)[1]
    return run.path, held_back[:TESTED], opening_line(held_back, run.record.model.block_size)


def opening_line(held_back: str, block_size: int) -> str:
    """A line of held-back text that the model can see as a whole."""
    most = min(_LONGEST, block_size)
    lines = [line.strip() for line in held_back[:20_000].split("\n")[1:-1]]
    fitting = (line for line in lines if min(_SHORTEST, most) <= len(line) <= most)
    return next(fitting, held_back[:most].replace("\n", " ").strip())
