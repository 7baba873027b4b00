"""An experiment of one's own: from which settings, the one thing to change, and its two values."""

from pathlib import Path
from typing import Any

from msgspec import UNSET, UnsetType
from msgspec.structs import replace
from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QSizePolicy, QStackedWidget, QWidget

from gpt_studio.engine import planning
from gpt_studio.engine.config import TrainConfig
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.experiments.catalogue import USUAL
from gpt_studio.engine.experiments.experiment import Experiment, Setting
from gpt_studio.engine.experiments.own import SEED, THINGS, Words, of_chance, own, value_of
from gpt_studio.engine.run_record import RunRecord
from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.experiments.predict_words import thing_title, value_words
from gpt_studio.gui.parts.experiments.text_choice import known_texts
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.widgets.basics import Card, paragraph, set_ink, text

NAME = "experiments.predict.own"
MOST_RUNS = 40  # of the library that are offered to start from


class OwnCard(Card):
    """The form. What is asked for is made at once, or refused in a sentence.

    Signals:
        made: The experiment as the form has it; None while it cannot be run.
    """

    made = Signal(object)

    def __init__(self, state: StudioState) -> None:
        super().__init__(tr("Your own experiment"), NAME)
        self._state = state
        self._bases: list[Setting] = []
        self.base, self.thing = QComboBox(), QComboBox()
        self.values = {side: _Value(f"{NAME}.{side}", side.upper()) for side in ("a", "b")}
        self.said = paragraph("", "body", "text2")
        self.said.setObjectName(f"{NAME}.said")
        for name in THINGS:
            self.thing.addItem(thing_title(name), name)
        self.thing.addItem(tr("nothing but the seed: how much is chance?"), SEED)
        self.base.setObjectName(f"{NAME}.base")
        self.thing.setObjectName(f"{NAME}.thing")
        form = QGridLayout()
        form.setHorizontalSpacing(14)
        form.setColumnStretch(1, 1)
        fields = (
            (tr("Start from"), self.base),
            (tr("Change"), self.thing),
            (tr("A"), self.values["a"]),
            (tr("B"), self.values["b"]),
        )
        for place, (words, field) in enumerate(fields):
            label = text(words, "body", "text2")
            label.setBuddy(field)
            form.addWidget(label, place, 0)
            form.addWidget(field, place, 1)
        self.base.setAccessibleName(tr("Settings to start from"))
        self.thing.setAccessibleName(tr("The one thing to change"))
        for box in (self.base, self.thing):
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            box.setMinimumContentsLength(12)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.body.addLayout(form)
        self.body.addWidget(self.said)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.thing.setCurrentIndex(self.thing.findData("dropout"))
        self.base.currentIndexChanged.connect(self._begin_values)
        self.thing.currentIndexChanged.connect(self._begin_values)
        for value in self.values.values():
            value.changed.connect(self._make)

    def refresh(self) -> None:
        """Offer what can be started from now."""
        offered = self._offers()
        before = self.base.currentText()
        with QSignalBlocker(self.base):
            self.base.clear()
            self.base.addItems([words for words, _ in offered])
            self._bases = [setting for _, setting in offered]
            self.base.setCurrentIndex(max(0, self.base.findText(before)))
        self._begin_values()

    def tab_order(self) -> list[QWidget]:
        fields = [field for value in self.values.values() for field in (value.choice, value.number)]
        return [self.base, self.thing, *fields]

    def _offers(self) -> list[tuple[str, Setting]]:
        state = self._state
        pages = Setting(label="", model=state.model, train=_open(state.train), tokenizer=state.tokens)
        if state.corpus is not None:
            pages = replace(pages, corpus=state.corpus.id)
        offered = [
            (tr("a small model, 300 steps, seconds"), USUAL),
            (tr("the settings on Model and Train"), pages),
        ]
        runs = [(run.name, run.record, run.path) for run in state.runs[:MOST_RUNS] if run.record is not None]
        named = tr("run {name}")
        return [*offered, *((named.format(name=name), _setting_of(record, path)) for name, record, path in runs)]

    def _begin_values(self, *_: object) -> None:
        """The thing as it is in A, and free to be chosen in B."""
        if not self._bases:
            return
        name, base = self.thing.currentData(), self._bases[self.base.currentIndex()]
        for value in self.values.values():
            value.setEnabled(name != SEED)
        if name == SEED:
            for side, words in (("a", tr("a seed")), ("b", tr("another seed"))):
                self.values[side].say(words)
            self._make()
            return
        now = value_of(base, name)
        for side, value in self.values.items():
            value.offer(name, base, now if side == "a" else _another(name, now))
        self._make()

    def _make(self) -> None:
        """The experiment as it stands in the form, or the reason why there is none."""
        name, base = self.thing.currentData(), self._bases[self.base.currentIndex()]
        values = [value.value for value in self.values.values()]
        made: Experiment | None = None
        if name != SEED and UNSET in values:
            told = tr("Both values are wanted, and this one takes a number.")
        else:
            try:
                made = _made(base, name, values)
                told = tr("The two runs differ in nothing else.") + " " + self._time_words(made)
            except StudioError as error:
                told = messages.sentence(error.code, _readable(error))
        self.said.setText(told)
        set_ink(self.said, "text2" if made else "bad")
        self.made.emit(made)

    def _time_words(self, made: Experiment) -> str:
        """How long both runs take here, by what was measured of this computer."""
        found = [planning.predict(side.model, side.train, self._state.probes) for side in (made.a, made.b)]
        seconds = [each.seconds for each in found if each]
        if len(seconds) < len(found):
            return tr("How long they take is known when the speed has been measured (1 Hardware).")
        return tr("Together they take about {time} here.").format(time=messages.time_left(sum(seconds)))


def _made(base: Setting, name: str, values: list[Any]) -> Experiment:
    """What the form asks for, or a StudioError."""
    if name == SEED:
        return of_chance(base, _SEEDS)
    return own(base, name, (values[0], values[1]), _words(name, values))


_SEEDS = Words(
    title="Another seed",
    question="How far apart do two runs end that differ in nothing but chance?",
    changed="The seed: other numbers to begin with, and other pieces of text in each batch.",
    labels=("a seed", "another seed"),
)


class _Value(QStackedWidget):
    """One value: a choice of words, or a number.

    Signals:
        changed: Another value.
    """

    changed = Signal()

    def __init__(self, name: str, side: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.choice, self.number = QComboBox(), QLineEdit()
        self._kind: type = float
        for each, ending in ((self.choice, "choice"), (self.number, "number")):
            each.setObjectName(f"{name}.{ending}")
            each.setAccessibleName(tr("Value in {side}").format(side=side))
            self.addWidget(each)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.choice.currentIndexChanged.connect(self.changed)
        self.number.textChanged.connect(self.changed)

    def offer(self, name: str, base: Setting, value: Any) -> None:
        """Ask for this thing, and begin with this value."""
        with QSignalBlocker(self):
            choices = _choices(name, base)
            self.setCurrentWidget(self.choice if choices else self.number)
            self.choice.clear()
            for each in choices:
                self.choice.addItem(value_words(name, each), each)
            self.choice.setCurrentIndex(max(0, next((n for n, each in enumerate(choices) if each == value), 0)))
            if not choices:
                self._kind = int if isinstance(value, int) else float
                self.number.setText(f"{value:g}" if self._kind is float else str(value))

    def say(self, words: str) -> None:
        """What it is, where there is nothing to choose."""
        with QSignalBlocker(self):
            self.setCurrentWidget(self.choice)
            self.choice.clear()
            self.choice.addItem(words)

    @property
    def value(self) -> Any | UnsetType:
        """UNSET where what was typed is no number."""
        if self.currentWidget() is self.choice:
            return self.choice.currentData()
        try:
            return self._kind(self.number.text().strip().replace(",", "."))
        except ValueError:
            return UNSET


def _choices(name: str, base: Setting) -> list[Any]:
    """What a thing can be, where that is no number."""
    if name == "corpus":
        return [*dict.fromkeys([base.corpus, *known_texts()])]
    if THINGS[name].choices:
        return [*THINGS[name].choices]
    return [False, True] if isinstance(value_of(base, name), bool) else []


def _another(name: str, now: Any) -> Any:
    """A value to begin B with: another one where there are two, else the same, which is to be changed."""
    if isinstance(now, bool):
        return not now
    if choices := [each for each in THINGS[name].choices if each != now]:
        return choices[0]
    return now


def _words(name: str, values: list[Any]) -> Words:
    title = thing_title(name)
    told = [value_words(name, value) for value in values]
    labels = [
        words if isinstance(value, str) else f"{title} {words}" for words, value in zip(told, values, strict=True)
    ]
    return Words(
        title=tr("{thing}: {a} and {b}").format(thing=title, a=told[0], b=told[1]),
        question=tr("What does it change when “{thing}” is {b} instead of {a}?").format(
            thing=title, a=told[0], b=told[1]
        ),
        changed=tr("{thing}: {a} in A, {b} in B.").format(thing=title, a=told[0], b=told[1]),
        labels=(labels[0], labels[1]),
    )


def _readable(error: StudioError) -> dict[str, Any]:
    """The error's values as the form calls them."""
    values = dict(error.values)
    if "things" in values:
        values["things"] = ", ".join(thing_title(name) for name in values["things"])
    if error.code == "experiment.value":
        values["name"], values["value"] = thing_title(values["name"]), f"{values['value']:g}"
        for told, words in (("expected int", tr("it must be a whole number")), ("expected float", tr("it must be"))):
            values["reason"] = values["reason"].replace(told, words)
    return values


def _open(train: TrainConfig) -> TrainConfig:
    """What the machine decided is left to it again."""
    return replace(train, device="auto", precision="auto", threads=None, micro_batch=None)


def _setting_of(record: RunRecord, path: Path) -> Setting:
    return Setting(
        label="", model=record.model, train=_open(record.train), tokenizer=record.tokenizer, corpus=str(path)
    )
