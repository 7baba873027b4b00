"""What can be run, and what was done: the left side of the page."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QSizePolicy

from gpt_studio.engine.experiments.catalogue import EXPERIMENTS
from gpt_studio.engine.experiments.record import Notes
from gpt_studio.engine.experiments.series import Series
from gpt_studio.gui import theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.experiments import predict_words as words
from gpt_studio.gui.widgets.basics import Card, text

NAME = "experiments.predict"
OWN = "own"
MOST_IN_VIEW = 5  # records; the others are scrolled to
HEIGHTS = (30, 48)  # of a row in the upper and the lower list
_KEY = Qt.ItemDataRole.UserRole
Done = tuple[Series, Notes]


class PredictList(Card):
    """Two lists: the experiments, with how often each was done, and the records of those that were.

    Signals:
        chosen: An experiment; carries its id, "own" for the student's own.
        reopened: A record; carries the id of its series.
    """

    chosen = Signal(str)
    reopened = Signal(str)

    def __init__(self) -> None:
        super().__init__(tr("Experiments"), f"{NAME}.card")
        self.ready, self.done = _list(f"{NAME}.list"), _list(f"{NAME}.done")
        self.ready.setAccessibleName(tr("Experiments that are ready to run"))
        self.done.setAccessibleName(tr("Experiments that were done"))
        self._done_title = text(tr("Done"), "caption_strong", "text2")
        for each in (self.ready, self._done_title, self.done):
            self.body.addWidget(each)
        self.body.setStretchFactor(self.ready, 1)
        for id in (*EXPERIMENTS, OWN):
            self._add(self.ready, id)
        self.show_done([])
        for each, wish in ((self.ready, self.chosen), (self.done, self.reopened)):
            # the selection, and not the current item: that one changes when a list is only given the focus
            each.itemSelectionChanged.connect(partial(_tell, each, wish))
            each.itemClicked.connect(lambda item, wish=wish: wish.emit(item.data(_KEY)))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._fit()
        theme.notifier().changed.connect(self._fit)

    def show_done(self, done: Sequence[Done]) -> None:
        """Tell what was done already, newest first."""
        for place in range(self.ready.count()):
            item = self.ready.item(place)
            id = item.data(_KEY)
            times = sum(notes.experiment.id == id for _, notes in done)
            title = tr("Your own …") if id == OWN else tr(EXPERIMENTS[id].title)
            item.setText(f"{title}  ✓" if times else title)
            told = tr("Done once.") if times == 1 else tr("Done {n} times.").format(n=times) if times else ""
            item.setToolTip(f"{title}. {told}".strip())
        self._renew_done(done)
        self._done_title.setVisible(bool(done))
        self.done.setVisible(bool(done))
        self._fit()

    def _renew_done(self, done: Sequence[Done]) -> None:
        with QSignalBlocker(self.done):
            now = self.done.currentItem()
            current = now.data(_KEY) if now else None
            self.done.clear()
            for series, notes in done:
                item = self._add(self.done, series.id)
                told = words.summary(notes.effect)
                item.setText(f"{tr(series.title)}\n{_moment(series.created, '%b')}: {told}")
                item.setToolTip(f"{tr(series.title)}, {_moment(series.created, '%b %Y, %H:%M')}: {told}")
                if series.id == current:
                    self.done.setCurrentItem(item)

    def mark(self, experiment: str, series: str = "") -> None:
        """Show what is on the right, without telling it."""
        for each, key in ((self.ready, "" if series else experiment), (self.done, series)):
            with QSignalBlocker(each):
                found = [each.item(place) for place in range(each.count()) if each.item(place).data(_KEY) == key]
                if found:
                    each.setCurrentItem(found[0])
                    each.scrollToItem(found[0])
                else:
                    each.setCurrentRow(-1)
                    each.clearSelection()

    def _add(self, to: QListWidget, key: str) -> QListWidgetItem:
        item = QListWidgetItem()
        item.setData(_KEY, key)
        item.setSizeHint(QSize(0, theme.px(HEIGHTS[to is self.done])))
        to.addItem(item)
        return item

    def _fit(self) -> None:
        super()._fit()
        if hasattr(self, "done"):
            self.setFixedWidth(theme.px(258))
            for each, high in zip((self.ready, self.done), HEIGHTS, strict=True):
                for place in range(each.count()):
                    each.item(place).setSizeHint(QSize(0, theme.px(high)))
            self.done.setFixedHeight(min(self.done.count(), MOST_IN_VIEW) * theme.px(HEIGHTS[1]) + 4)


class _Rows(QListWidget):
    """A list that shows where the keys are."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus() and self.currentItem() is not None:
            painter = QPainter(self.viewport())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawRoundedRect(self.visualItemRect(self.currentItem()).adjusted(1, 1, -1, -1), 5, 5)


def _list(name: str) -> QListWidget:
    made = _Rows()
    made.setObjectName(name)
    made.setProperty("frameless", "true")
    made.setTextElideMode(Qt.TextElideMode.ElideRight)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    theme.set_role(made, "body")
    return made


def _tell(rows: QListWidget, wish: SignalInstance) -> None:
    for item in rows.selectedItems():
        wish.emit(item.data(_KEY))


def _moment(created: str, form: str) -> str:
    """When that was, in the computer's own time: the day, and what `form` adds."""
    try:
        moment = datetime.fromisoformat(created).astimezone()
    except (ValueError, OverflowError, OSError):  # of a file that somebody has made up
        return "?"
    return f"{moment.day} {moment:{form}}"
