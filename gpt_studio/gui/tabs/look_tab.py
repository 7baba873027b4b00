"""Look inside: what the model does with a line of text, head by head and layer by layer."""

from functools import partial
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QWidget

from gpt_studio.engine import corpus, runs
from gpt_studio.engine.config import Sampling
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import (
    AttentionSeen,
    EmbeddingsSeen,
    Ending,
    Event,
    GradientsSeen,
    HeadRoles,
    HeadsWorth,
    LayersSeen,
    NeuronsSeen,
)
from gpt_studio.engine.requests import (
    AttentionRequest,
    CorpusText,
    EmbeddingsRequest,
    GradientsRequest,
    LayersRequest,
    NeuronsRequest,
    Request,
    RolesRequest,
    Subject,
    TestRequest,
    WorthRequest,
    WriteRequest,
)
from gpt_studio.gui import messages, theme
from gpt_studio.gui.background import Background
from gpt_studio.gui.parts.look import saving
from gpt_studio.gui.parts.look.attention_view import AttentionView
from gpt_studio.gui.parts.look.calculation_view import CalculationView
from gpt_studio.gui.parts.look.embeddings_view import EmbeddingsView
from gpt_studio.gui.parts.look.gradients_view import GradientsView
from gpt_studio.gui.parts.look.layers_view import LayersView
from gpt_studio.gui.parts.look.looks import Looks, Wish
from gpt_studio.gui.parts.look.neurons_view import NeuronsView
from gpt_studio.gui.parts.look.off_view import LOSSES, OFF, WHOLE
from gpt_studio.gui.parts.look.pages import Pages
from gpt_studio.gui.state import OpenRun, StudioState, Visit
from gpt_studio.gui.widgets.basics import MessageBar, Page, Segmented, icon_button, text
from gpt_studio.gui.widgets.step_choice import StepChoice

ATTENTION, CALCULATION, LAYERS, NEURONS = "attention", "calculation", "layers", "neurons"
MAP, GRADIENTS = "map", "gradients"
# The wish that a page waits for, where it is not "attention".
SHOWN_BY = {LAYERS: "layers", NEURONS: "layers", MAP: "embeddings", GRADIENTS: "gradients"}
ASK_AFTER_MS = 250  # of quiet while the student types
TESTED = 40_000  # characters of held-back text that a model without some heads is tested on
SAMPLE = 160  # tokens that it writes
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
        self.view, self.calculation, self.layers = AttentionView(), CalculationView(), LayersView()
        self.neurons, self.embeddings, self.gradients = NeuronsView(), EmbeddingsView(), GradientsView()
        self.switch = Segmented(
            [
                (ATTENTION, self.tr("Attention")),
                (CALCULATION, self.tr("Scores")),
                (LAYERS, self.tr("Layers")),
                (NEURONS, self.tr("Neurons")),
                (MAP, self.tr("Map")),
                (GRADIENTS, self.tr("Gradients")),
            ],
            "look.page",
        )
        for page, words in (
            (CALCULATION, self.tr("From scores to weights, number by number")),
            (LAYERS, self.tr("What each layer would have said")),
            (NEURONS, self.tr("What excites the neurons of the feed-forward parts")),
            (MAP, self.tr("Map of the tokens")),
            (GRADIENTS, self.tr("Weights and gradients, part by part")),
        ):
            self.switch.option(page).setToolTip(words)
        self.pages = Pages(
            {
                ATTENTION: self.view,
                CALCULATION: self.calculation,
                LAYERS: self.layers,
                NEURONS: self.neurons,
                MAP: self.embeddings,
                GRADIENTS: self.gradients,
            }
        )

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
        self.content.addWidget(self.pages, 1)

    def _connect(self) -> None:
        self._looks.asked.connect(self._hand_over)
        self._looks.answered.connect(self._show)
        self._timer.timeout.connect(self._wish)
        self.line.textEdited.connect(self._take_typing)
        self.again.clicked.connect(self._ask)
        self.switch.chosen.connect(self._turn_to)
        self.view.opened.connect(lambda: self._state.tick("look"))
        self.view.save_asked.connect(self._ask_where_to_save)
        self.view.off_changed.connect(self._wish)
        self.view.heads_card.worth_asked.connect(self._wish)
        self.view.head_changed.connect(self._show_calculation)
        self.view.placed.connect(self._go_to)
        self.calculation.placed.connect(self._go_to)
        self.layers.placed.connect(self._go_to)
        self.neurons.placed.connect(self._go_to)
        self.neurons.layer_wanted.connect(lambda layer: self.view.layer_box.setValue(layer + 1))
        self.view.layer_box.valueChanged.connect(lambda number: self.neurons.set_layer(number - 1))
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
        if isinstance(event, AttentionSeen):
            self.view.show_seen(event)
            self._show_calculation()
            self._tell_left_out(event)
        elif isinstance(event, LayersSeen):
            place = self.view.place if self.view.place >= 0 else len(event.tokens) - 1
            self.layers.show_seen(event, place)
            self.neurons.show_layers(event, place)
            self._tell_left_out(event)
        elif isinstance(event, NeuronsSeen):
            self.neurons.show_neurons(event)
        elif isinstance(event, EmbeddingsSeen):
            self.embeddings.take(event)
        elif isinstance(event, GradientsSeen):
            self.gradients.take(event)
        elif isinstance(event, HeadRoles):
            self.view.show_roles(event)
        elif isinstance(event, HeadsWorth):
            self.view.heads_card.show_worth(event)
        else:
            self.view.text_card.off.show_event(wish.name, event)
        self._show_again()

    def visit_ended(self, ending: Ending) -> None:
        """Take the end of the oldest look that is under way."""
        wish = self._looks.end(ending)
        if ending.kind == "failed" and wish and wish.run == self._run and not self._looks.is_wanted(wish.name):
            self._clear()
            self.bar.tell("bad", messages.sentence(ending.code, ending.values))
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
        self.view.set_shape(run.record.model.n_layer, run.record.model.n_head)
        self.neurons.set_width(4 * run.record.model.n_embd)
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
        self.view.set_off(())
        self.view.clear()
        self.calculation.show_seen(None, 0, 0, 0)
        self.layers.clear()
        self.neurons.clear()
        self.embeddings.clear()
        self.gradients.clear()
        self._show_again()

    # Asking

    def _take_typing(self, words: str) -> None:
        self._own_words = bool(words)
        self._timer.start()

    def _turn_to(self, page: str) -> None:
        self.pages.turn_to(page)
        self._show_calculation()
        for name, has in (
            ("look.text", page not in (MAP, GRADIENTS)),
            ("look.layer", page in (ATTENTION, CALCULATION, NEURONS)),
            ("look.head", page in (ATTENTION, CALCULATION)),
        ):
            for part in self._fields[name]:
                part.setVisible(has)
        self._show_again()
        self._wish()

    def _ask(self) -> None:
        """Look again, at the model as it is now."""
        self._looks.forget()
        self._wish()

    def _wish(self) -> None:
        """Want what the page needs and does not show already."""
        whole, words = self._state.subject, self.line.text()
        if whole is None or self.is_empty or not words or self._timer.isActive():
            return
        subject = replace(whole, heads_off=self.view.off)
        page = self.switch.key
        if page in (LAYERS, NEURONS):
            self._want("layers", LayersRequest(subject=subject, text=words))
            if page == NEURONS and self._want("neurons", NeuronsRequest(subject=whole), urgent=False):
                self.neurons.show_neurons(None)
        elif page == MAP:
            self._want_map()
        elif page == GRADIENTS:
            self._want("gradients", GradientsRequest(run=whole.run, steps=tuple(self._state.stops)))
        else:
            self._want("attention", AttentionRequest(subject=subject, text=words))
            self._measure_heads(whole)
            if self.view.off and self._held_back:
                self._try_without_heads(whole, subject)
        if self._looks.is_urgent and self.isVisible() and not self._may_look:
            self._told_busy = True
            self.bar.tell("accent", self.tr("The model is busy with another page; this one follows."))

    def _want_map(self) -> None:
        """The map at every step that can be chosen, on the plane of the last one that is kept."""
        run = self._state.run
        assert run is not None
        steps = tuple(reversed(self._state.stops))
        self._want("embeddings", EmbeddingsRequest(run=run.path, steps=steps, plane_step=max(run.kept, default=None)))

    def _follow_step(self) -> None:
        self.embeddings.go_to(self._state.step)
        self.gradients.go_to(self._state.step)
        self._wish()

    def _measure_heads(self, whole: Subject) -> None:
        """In the background: what each head does, and is worth if the student wants to know."""
        if self._want("roles", RolesRequest(subject=whole), urgent=False):
            self.view.show_roles(None)
        card = self.view.heads_card
        if card.kind.key == "worth" and self._want("worth", WorthRequest(subject=whole), urgent=False):
            card.show_worth(None)

    def _try_without_heads(self, whole: Subject, subject: Subject) -> None:
        """In the background: how the model writes and reads with some heads off, and with all of them."""
        texts = (CorpusText(id="held_back", title=self.tr("Held-back text"), text=self._held_back),)
        for name, each in ((WHOLE, whole), (OFF, subject)):
            request = WriteRequest(subject=each, prompt=self.line.text(), samplings=(Sampling(),), length=SAMPLE)
            self._want(name, request, urgent=False)
        self._want(LOSSES, TestRequest(subjects=(whole, subject), texts=texts), urgent=False)

    def _hand_over(self, request: Request) -> None:
        if self._told_busy:
            self._told_busy = False
            self.bar.clear()
        self.look_asked.emit(request)

    def _want(self, name: str, request: Request, urgent: bool = True) -> bool:
        run, step = self._state.run, self._state.step
        assert run is not None
        return self._looks.want(Wish(name, request, run.path, run.curve.step if step is None else step, urgent))

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

    def _show_calculation(self) -> None:
        if self.view.seen is not None and self.switch.key == CALCULATION:  # it takes its time
            self.calculation.show_seen(self.view.seen, *self.view.chosen, self.view.place)

    def _go_to(self, place: int) -> None:
        """The student has chosen a position on one page; the others follow."""
        self.view.go_to(place)
        self.layers.go_to(place)
        self._show_calculation()

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
        run, wish = self._state.run, self._looks.shown(SHOWN_BY.get(self.switch.key, "attention"))
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
