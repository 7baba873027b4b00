"""The loss chart: training and held-back text of the open run, other runs in grey, and pure guessing."""

import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QWidget

from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.train.curves import LOWEST, Numbers, OtherCurve, Smoother, envelope, few, loss_range
from gpt_studio.gui.parts.train.loss_axes import LossAxis, LossView, StepAxis, line_pen
from gpt_studio.gui.parts.train.loss_marks import EndLabels, Label, Marks
from gpt_studio.gui.state import Curve

pg.setConfigOptions(antialias=True, imageAxisOrder="row-major")
END_ROOM = 0.018  # of the width, so that a best point at the last step is not cut in half


class LossPlot(pg.PlotWidget):
    """Loss over steps. Dragging looks closer, a double click looks at all again, a click or the arrow keys read a step.

    Signals:
        menu_asked: The context menu is wished for, at this place on the screen.
    """

    menu_asked = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        self._x_axis, self._y_axis = StepAxis(), LossAxis()
        self._view = LossView()
        super().__init__(
            parent,
            viewBox=self._view,
            axisItems={"bottom": self._x_axis, "left": self._y_axis},
            enableMenu=False,
        )
        self._curve, self._max_steps, self._vocab_size = Curve(), 1, 0
        self._others: list[OtherCurve] = []
        self._smooth = True
        self._range: tuple[float, ...] = ()
        self._smoother = Smoother()
        self._reading: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(messages.tr("Loss chart"))
        self._build()
        self._paint_anew()
        self._view.menu_asked.connect(self.menu_asked)
        self._view.sigRangeChangedManually.connect(self._show_raw)
        self._view.looked_at_all.connect(self.reset_view)
        self._view.clicked.connect(lambda step: self.read(round(step)))
        theme.notifier().changed.connect(self._paint_anew)

    def _build(self) -> None:
        item = self.getPlotItem()
        item.hideButtons()
        item.setContentsMargins(0, 0, 0, 0)
        item.layout.setHorizontalSpacing(0)
        self._y_axis.setGrid(255)
        for axis in (self._x_axis, self._y_axis):
            axis.setZValue(-200)  # the grid lies under the curves
        self._view.disableAutoRange()
        self._view.setLimits(xMin=0)
        self._guessing = pg.InfiniteLine(angle=0)
        self._now = pg.InfiniteLine(angle=90)
        self._raw, self._smoothed, self._held_back = (pg.PlotCurveItem() for _ in range(3))
        self._dots = pg.ScatterPlotItem(size=7, pxMode=True)
        self._other_lines: list[pg.PlotCurveItem] = []
        for depth, line in enumerate(
            (self._guessing, self._now, self._raw, self._smoothed, self._held_back, self._dots)
        ):
            line.setZValue(10 + depth)
            item.addItem(line, ignoreBounds=True)
        self._marks, self._ends = Marks(self._view), EndLabels(self._view)
        item.layout.addItem(self._ends, 2, 3)

    # What is shown

    @property
    def reading_words(self) -> str:
        """The figures at the step that is read; empty when none is."""
        if self._reading is None or not len(self._smoother.steps):
            return ""
        words = [messages.tr("step {step}").format(step=messages.count(self._reading))]
        place = int(np.argmin(np.abs(self._smoother.steps.values - self._reading)))
        words.append(messages.tr("training {loss}").format(loss=f"{self._smoother.smoothed.values[place]:.2f}"))
        checks = self._curve.check_steps.values
        if len(checks):
            nearest = int(np.argmin(np.abs(checks - self._reading)))
            words.append(messages.tr("held back {loss}").format(loss=f"{self._curve.val_loss.values[nearest]:.2f}"))
        return " · ".join(words)

    def show_run(self, curve: Curve | None, max_steps: int = 1, vocab_size: int = 0) -> None:
        """Show another run, or none. `vocab_size` gives the line of pure guessing, ln V. The run that is shown already,
        under another name, stays in view as it is.
        """
        shown = self._curve, self._max_steps, self._vocab_size
        if curve is shown[0] and (max(1, max_steps), vocab_size) == shown[1:]:
            self.follow()
            return
        self._curve, self._max_steps, self._vocab_size = curve or Curve(), max(1, max_steps), vocab_size
        self._smoother = Smoother(reach=max(10, self._max_steps // 40))
        self._reading = None
        self.reset_view()

    def show_others(self, others: list[OtherCurve]) -> None:
        self._others = others
        for line in self._other_lines:
            self.removeItem(line)
        self._other_lines = [pg.PlotCurveItem(pen=line_pen("other", 2)) for _ in others]
        for line in self._other_lines:
            line.setZValue(5)
            self.getPlotItem().addItem(line, ignoreBounds=True)
        self.follow()

    def set_smooth(self, smooth: bool) -> None:
        """Off: every batch as it came, and no average."""
        self._smooth = smooth
        self._paint_anew()

    def set_log(self, log: bool) -> None:
        self._y_axis.log = log
        self.reset_view()

    def read(self, step: int | None) -> None:
        """Read the figures at `step`; None stops reading."""
        last = self._curve.step
        self._reading = None if step is None or not last else min(max(step, 0), last)
        self._show_marks()

    def reset_view(self) -> None:
        """Look at everything again."""
        self._range, self._view.closer = (), False
        self.follow()

    def follow(self) -> None:
        """Draw what the curve has become. Costs a few milliseconds, however long the run."""
        curve = self._curve
        self._smoother.follow(curve.steps.values, curve.train_loss.values)
        self._show_raw()
        steps, losses = few(self._smoother.steps.values, self._smoother.smoothed.values)
        self._smoothed.setData(steps, self._heights(losses))
        checks, held_back = few(curve.check_steps.values, curve.val_loss.values)
        self._held_back.setData(checks, self._heights(held_back))
        self._dots.setData(*few(checks, self._heights(held_back), 40))
        for line, other in zip(self._other_lines, self._others, strict=True):
            other_steps, other_losses = few(other.steps, other.losses)
            line.setData(other_steps, self._heights(other_losses))
        self._now.setVisible(curve.step > 0)
        self._now.setValue(curve.step)
        self._guessing.setVisible(self._vocab_size > 1)
        if self._vocab_size > 1:
            self._guessing.setValue(self._height(math.log(self._vocab_size)))
        self._fit()
        self._show_marks()

    def describe(self) -> str:
        """The chart in a sentence, for those who cannot see it."""
        curve = self._curve
        train = self._smoother.last if curve.mean_train_loss is None else curve.mean_train_loss
        if train is None:
            return messages.tr("Loss: nothing is measured yet.")
        words = messages.tr("Loss, step {step}: training {loss}")
        parts = [words.format(step=messages.count(curve.step), loss=f"{train:.2f}")]
        if curve.best:
            step, best = curve.best
            parts.append(messages.tr("held back {loss}").format(loss=f"{curve.val_loss.values[-1]:.2f}"))
            words = messages.tr("best {loss} at {step}")
            parts.append(words.format(loss=f"{best:.2f}", step=messages.count(step)))
        return ", ".join(parts)

    # Drawing

    def _heights(self, losses: Numbers) -> Numbers:
        return np.log10(np.maximum(losses, LOWEST)) if self._y_axis.log else losses

    def _height(self, loss: float) -> float:
        return math.log10(max(loss, LOWEST)) if self._y_axis.log else loss

    def _show_raw(self, *_: object) -> None:
        low, high = self._view.viewRange()[0] if self._view.closer else (0, self._longest())
        steps, losses = self._curve.steps.values, self._curve.train_loss.values
        first, last = np.searchsorted(steps, (low, high))
        part = slice(max(0, first - 1), last + 1)
        places, shown = envelope(steps[part], losses[part], high - low)
        self._raw.setData(places, self._heights(shown), connect="finite")

    def _longest(self) -> float:
        return max(
            [self._max_steps, self._curve.step, *(other.steps[-1] for other in self._others if len(other.steps))]
        )

    def _fit(self) -> None:
        """Everything in view, unless the student looks closer."""
        if self._view.closer:
            return
        lines = [self._smoother.smoothed.values, self._curve.val_loss.values, *(other.losses for other in self._others)]
        guessing = math.log(self._vocab_size) if self._vocab_size > 1 else 4.0
        bottom, top = (self._height(loss) for loss in loss_range(lines, guessing, self._y_axis.log))
        wanted = (0.0, self._longest() * (1 + END_ROOM), bottom, top)
        if wanted != self._range:
            self._range = wanted
            self._view.setRange(xRange=wanted[:2], yRange=wanted[2:], padding=0)

    def _show_marks(self) -> None:
        marks, curve = self._marks, self._curve
        nothing = not len(curve.steps) and not len(curve.check_steps) and not self._others
        marks.hint = messages.tr("The curve begins here as soon as training starts.") if nothing else ""
        marks.best = None
        if curve.best and len(curve.val_loss) > 1:
            step, loss = curve.best
            words = messages.tr("best held back {loss}, step {step}")
            marks.best = (step, self._height(loss), words.format(loss=f"{loss:.2f}", step=messages.count(step)))
        labels = []
        if self._vocab_size > 1:
            labels.append(Label(messages.tr("pure guessing"), self._height(math.log(self._vocab_size))))
        marks.names = []
        for other in self._others:
            if len(other.steps):
                heights = self._heights(other.losses)
                if other.steps[-1] > 0.97 * self._longest():
                    labels.append(Label(other.name, float(heights[-1])))
                else:
                    marks.names.append((other.steps, heights, other.name))
        marks.reading = None if self._reading is None else (float(self._reading), self.reading_words)
        lines = [self._smoothed, self._held_back, *self._other_lines]
        marks.lines = [line.getData() for line in lines if line.getData()[0] is not None]
        self._ends.show_labels(labels)
        marks.update()

    def _paint_anew(self) -> None:
        """Take colours and fonts of the theme as it is now."""
        self.setBackground(theme.color("surface"))
        font = theme.role_font("chart")
        for axis in (self._x_axis, self._y_axis):
            axis.setTickFont(font)
            axis.setTextPen(theme.color("text2"))
            axis.setPen(None)
        self._y_axis.setTickPen(theme.color("grid"))
        self._x_axis.setTickPen(theme.color("edge"))
        self._y_axis.setWidth(theme.px(42))
        self._x_axis.setHeight(theme.px(26))
        self._guessing.setPen(line_pen("edge", 1.5, dashes=[1.5, 4.5]))
        self._now.setPen(line_pen("edge", 1))
        self._raw.setPen(line_pen("train", 1, alpha=0.55 if self._smooth else 1.0))
        self._smoothed.setPen(line_pen("train", 2))
        self._smoothed.setVisible(self._smooth)
        self._held_back.setPen(line_pen("val", 2, dashes=[8, 4]))
        self._dots.setBrush(theme.color("val"))
        self._dots.setPen(None)
        for line in self._other_lines:
            line.setPen(line_pen("other", 2))
        self.follow()

    # Qt's own

    def sizeHint(self) -> QSize:
        return QSize(theme.px(420), theme.px(150))  # it takes what room there is

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(240), theme.px(120))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, checks = event.key(), self._curve.check_steps.values
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and len(checks):
            forward = key == Qt.Key.Key_Right
            here = self._curve.step if self._reading is None else self._reading
            beyond = checks[checks > here] if forward else checks[checks < here]
            self.read(int(beyond[0 if forward else -1]) if len(beyond) else here)
        elif key == Qt.Key.Key_Escape and self._reading is not None:
            self.read(None)
        elif key == Qt.Key.Key_Menu:
            self.menu_asked.emit(self.mapToGlobal(self.rect().center()))
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._marks.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._marks.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
        else:
            event.ignore()  # the page scrolls
