"""From noise to words: what the model wrote at growing steps of its training, with equal prompt and equal seed."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QResizeEvent, QTextOption
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from gpt_studio.engine.events import Sample
from gpt_studio.gui import messages, theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.widgets.basics import Card, button, icon_button, paragraph, set_ink, set_property, text
from gpt_studio.gui.widgets.step_player import StepPlayer
from gpt_studio.gui.widgets.step_slider import StepSlider, Stop

WAITING = (
    "The first sample comes at step 0, before anything is learnt. From then on the model writes at growing steps, "
    "always with the same beginning and the same luck."
)
NO_SAMPLE = "No sample was kept of this step. In 6 Write the model of then writes anew."
NARROWEST, CHOSEN_WIDTH, GAP = 118, 348, 10


def shown_places(count: int, chosen: int, room: int) -> list[int]:
    """Which `room` of `count` samples stand side by side: the first, the last, an even choice between, and the chosen.

    The choice changes in one place only when another sample is chosen, so that playing does not shuffle the cards.
    """
    if count <= room:
        return list(range(count))
    if room <= 1:
        return [chosen]
    fixed = [round(place * (count - 1) / (room - 1)) for place in range(room)]
    if chosen not in fixed:
        inner = range(1, room - 1) if room > 2 else range(room)
        fixed[min(inner, key=lambda place: abs(fixed[place] - chosen))] = chosen
    return fixed


class SampleCard(QFrame):
    """One sample; the chosen one is large, can be scrolled and copied from.

    Signals:
        pressed: Choose this one.
    """

    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = text("", "caption_strong", "text2")
        self._text = QPlainTextEdit(readOnly=True, frameShape=QFrame.Shape.NoFrame)
        self._text.setProperty("frameless", "true")
        self._text.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        self._text.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._text.document().setDocumentMargin(0)
        self._text.setMinimumHeight(0)
        self._inside = QVBoxLayout(self)
        self._inside.setSpacing(theme.px(2))
        self._inside.addWidget(self._title)
        self._inside.addWidget(self._text, 1)

    def show_sample(self, sample: Sample, chosen: bool, waits: bool = False) -> None:
        """Show a sample; `waits`: it stands for now, until the model has written again."""
        step = tr("step {step}").format(step=messages.count(sample.step))
        self._title.setText(tr("now, as of {step}").format(step=step) if waits else step)
        set_ink(self._title, "accent" if chosen else "text2")
        if self._text.toPlainText() != sample.text:
            self._text.setPlainText(sample.text)
        theme.set_role(self._text, "editor" if chosen else "caption", mono=True)
        self._text.setObjectName("train.sample" if chosen else "")
        self._text.setAccessibleName(tr("Sample at {step}").format(step=step))
        self._text.setFocusPolicy(Qt.FocusPolicy.StrongFocus if chosen else Qt.FocusPolicy.NoFocus)
        bars = Qt.ScrollBarPolicy.ScrollBarAsNeeded if chosen else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self._text.setVerticalScrollBarPolicy(bars)
        self._text.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not chosen)
        self.setCursor(Qt.CursorShape.ArrowCursor if chosen else Qt.CursorShape.PointingHandCursor)
        for name, value in (("card", chosen), ("chosen", chosen), ("well", not chosen)):
            set_property(self, name, "true" if value else "false")
        self._inside.invalidate()  # the edge has another width now

        self._fit()

    def _fit(self) -> None:
        """Show whole lines only."""
        top, bottom = theme.px(8), theme.px(7)
        room = self.contentsRect().height() - top - bottom - self._title.sizeHint().height() - self._inside.spacing()
        line = math.ceil(QFontMetricsF(self._text.font()).lineSpacing())  # as the text's own layout rounds it
        spare = room % line if room > 0 else 0
        self._inside.setContentsMargins(theme.px(10), top, theme.px(6), bottom + spare)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


class Timelapse(Card):
    """All samples of the open run, one of them chosen by slider, click, arrow keys or Play.

    Signals:
        stop_chosen: The student has moved to a stop; carries a step, or None for now.
        fork_asked: A run is to branch off here.
        film_asked: The samples are to be saved.
    """

    stop_chosen = Signal(object)
    fork_asked = Signal()
    film_asked = Signal()

    def __init__(self) -> None:
        super().__init__(tr("From noise to words"), "train.timelapse")
        self._samples: list[Sample] = []
        self._only_chosen = False
        self._cards: list[SampleCard] = []
        self._places: list[int] = []
        self.play = button(tr("Play"), icon="play", name="train.play")
        self.fork = button(tr("Fork from here…"), icon="fork", name="train.fork")
        self.fork.clicked.connect(self.fork_asked)
        self.film = icon_button("film", tr("Save as a film or a text…"), "train.film")
        self.film.clicked.connect(self.film_asked)
        self.slider = StepSlider("train.step")
        self.player = StepPlayer(self.slider, self.play)
        self.slider.valueChanged.connect(self._show)
        self.slider.valueChanged.connect(lambda _: self.stop_chosen.emit(self.slider.stop))
        self._waiting = paragraph(tr(WAITING), token="text3")
        self._row = QHBoxLayout()
        self._row.setSpacing(theme.px(GAP))
        self.head.setStretch(1, 0)  # the slider takes the room
        self.head.addSpacing(theme.px(24))
        self.head.addWidget(self.play)
        self.head.addSpacing(theme.px(8))
        self.head.addWidget(self.slider, 1)
        self.head.addWidget(self.film)
        self.head.addWidget(self.fork)
        self.body.addWidget(self._waiting, 1)
        self.body.addLayout(self._row, 1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.show_samples([])

    @property
    def chosen(self) -> Sample | None:
        return self._samples[self.slider.value()] if self._samples else None

    def show_samples(self, samples: Sequence[Sample], kept: Sequence[int] = (), now: int | None = None) -> None:
        """Show these, oldest first; called again when there are more.

        Args:
            samples: What was written.
            kept: Steps whose models can be had, with or without a sample.
            now: The step that the model is at; None: that of the newest sample.
        """
        if not samples or (self._samples and samples[0] != self._samples[0]):
            self.slider.set_stops([])
            self.player.stop()
        texts = {step: Sample(step=step, text=tr(NO_SAMPLE)) for step in kept}
        texts |= {sample.step: sample for sample in samples}
        self._samples = [texts[step] for step in sorted(texts)] if samples else []
        stops: list[Stop] = [sample.step for sample in self._samples]
        if samples and now is not None and now > self._samples[-1].step:
            self._samples.append(self._samples[-1])  # what it wrote last, until it writes again
            stops.append(None)
        elif samples:
            stops[-1] = None
        self.slider.set_stops(stops)
        self._waiting.setVisible(not samples)
        self.play.setVisible(bool(samples))
        self.slider.setVisible(bool(samples))
        self.fork.setVisible(bool(samples))
        self.film.setVisible(bool(samples))
        self.play.setEnabled(len(stops) > 1)
        self._show()

    def set_fork(self, why_not: str) -> None:
        """Whether a fork can begin at the chosen stop; "" if it can, else why not."""
        self.fork.setEnabled(not why_not)
        words = why_not or tr("Branch off at this step: with another rate, dropout, optimiser, text or number of steps")
        self.fork.setToolTip(words)
        self.fork.setStatusTip(words)

    def go_to(self, stop: Stop) -> None:
        """Stand where the rest of the window stands."""
        self.slider.go_to(stop)
        self._show()

    def set_only_chosen(self, only_chosen: bool) -> None:
        """In a low window: the chosen sample alone."""
        if only_chosen != self._only_chosen:
            self._only_chosen = only_chosen
            self.updateGeometry()
            self._show()

    def _room(self) -> int:
        if self._only_chosen:
            return 1
        free = self.width() - 2 * theme.px(16) - theme.px(CHOSEN_WIDTH)
        return 1 + max(0, free // theme.px(NARROWEST + GAP))

    def _show(self) -> None:
        places = shown_places(len(self._samples), self.slider.value(), self._room()) if self._samples else []
        self._places = places
        while len(self._cards) < len(places):
            card = SampleCard()
            card.pressed.connect(self._choose_card)
            self._cards.append(card)
            self._row.addWidget(card)
        for index, card in enumerate(self._cards):
            card.setVisible(index < len(places))
            self._row.setStretch(index, 0)
            if index < len(places):
                chosen = places[index] == self.slider.value()
                waits = places[index] > 0 and self._samples[places[index]] is self._samples[places[index] - 1]
                card.show_sample(self._samples[places[index]], chosen, waits)
                card.setMinimumWidth(theme.px(200 if chosen else 60))
                self._row.setStretch(index, 290 if chosen else 100)

    def _choose_card(self) -> None:
        card = self.sender()
        pairs = zip(self._places, self._cards, strict=False)
        self.slider.setValue(next(place for place, each in pairs if each is card))
        self.slider.setFocus()

    def _fit(self) -> None:
        super()._fit()
        wide = theme.px(16)
        self.head.setContentsMargins(wide, theme.px(7), wide, 0)
        self.body.setContentsMargins(wide, theme.px(5), wide, theme.px(13))

    def sizeHint(self) -> QSize:
        return QSize(theme.px(640), theme.px(184 if self._only_chosen else 214))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(320), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show()
