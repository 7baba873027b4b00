"""Experiments: several runs that answer one question together, and the queue that trains them."""

from typing import Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.experiments.ladder_view import LadderView
from gpt_studio.gui.parts.experiments.predict_view import PredictView
from gpt_studio.gui.parts.experiments.queue_view import QueueView
from gpt_studio.gui.parts.experiments.scaling_view import ScalingView
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.widgets.basics import Page, Segmented
from gpt_studio.gui.widgets.pages import Pages


class MakesView(Protocol):
    """A class of views."""

    def __call__(self, state: StudioState, parent: QWidget | None = None) -> QWidget: ...


VIEWS: tuple[tuple[str, str, str, MakesView], ...] = (  # name, words, tooltip, what makes it
    ("predict", "Predict", "A forecast, two runs that differ in one thing, and what the difference was", PredictView),
    ("ladder", "Ladder", "One text, learnt by counting and by models that grow step by step to a GPT", LadderView),
    ("scaling", "Scaling", "Models of growing size, the line through their losses, and the next one", ScalingView),
    ("queue", "Queue", "Runs that wait and train one after another", QueueView),
)
WISHES = (
    *("order_asked", "series_asked", "forget_asked", "open_asked", "go_asked", "stop_asked"),
    *("move_asked", "remove_asked", "again_asked", "hold_asked", "clear_asked", "refresh_asked"),
)


class ExperimentsTab(Page):
    """One view at a time. What a view wishes, the page wishes: signals of these names are handed on.

    Signals:
        order_asked(Series, list[Order]): A series is to be kept, and its runs to be put into the queue.
        series_asked(Series): A changed series is to be kept.
        forget_asked(str): A series is to be forgotten; carries its id.
        open_asked(Path): A run is to be shown on Train.
        stop_asked: The run in training is to stop.
        move_asked(str, int): An entry of the queue is to get another place among those that wait.
        remove_asked(str), again_asked(str): An entry is to leave the queue, or to wait again.
        hold_asked(bool): The queue is to be held, or to go on.
        clear_asked: What has ended is to leave the queue.
        refresh_asked: The queue is to be looked at anew.
    """

    order_asked = Signal(object, list)
    series_asked = Signal(object)
    forget_asked = Signal(str)
    open_asked = Signal(object)
    stop_asked = Signal()
    move_asked = Signal(str, int)
    remove_asked = Signal(str)
    again_asked = Signal(str)
    hold_asked = Signal(bool)
    clear_asked = Signal()
    refresh_asked = Signal()

    def __init__(self, state: StudioState, parent: QWidget | None = None) -> None:
        super().__init__("experiments", parent)
        self.views = {name: make(state, self) for name, _, _, make in VIEWS}
        self.switch = Segmented([(name, tr(words)) for name, words, _, _ in VIEWS], "experiments.page")
        for name, _, told, _ in VIEWS:
            self.switch.option(name).setToolTip(tr(told))
        self._pages = Pages(self.views)
        row = QHBoxLayout()
        row.addWidget(self.switch)
        row.addStretch(1)
        self.content.addLayout(row)
        self.content.addWidget(self._pages, 1)
        self.switch.chosen.connect(self.turn_to)
        for view in self.views.values():
            self._hand_on(view)

    def turn_to(self, view: str) -> None:
        """Show one of the views."""
        self.switch.set(view)
        self._pages.turn_to(view)

    def _hand_on(self, view: QWidget) -> None:
        for wish in WISHES:
            if hasattr(view, wish):
                getattr(view, wish).connect(getattr(self, wish))
