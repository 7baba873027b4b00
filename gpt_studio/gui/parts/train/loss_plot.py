"""The loss chart: training and held-back text of the open run, other runs in grey, and lines to compare with."""

import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QWidget

from gpt_studio.engine.judging.yardsticks import Yardsticks
from gpt_studio.gui import messages, theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.open_run import Curve
from gpt_studio.gui.parts.train import loss_reading
from gpt_studio.gui.parts.train.curves import OtherCurve, Smoother, loss_range
from gpt_studio.gui.parts.train.loss_axes import LossAxis, LossView, StepAxis
from gpt_studio.gui.parts.train.loss_lines import LossLines, heights_of
from gpt_studio.gui.parts.train.loss_marks import EndLabels, Label, Marks
from gpt_studio.gui.parts.train.loss_scale import LossScale, characters_per_token
from gpt_studio.gui.parts.train.reference_lines import ReferenceLines, references
from gpt_studio.gui.widgets.basics import button, set_property

pg.setConfigOptions(antialias=True, imageAxisOrder="row-major")
END_ROOM = 0.018  # of the width, so that a best point at the last step is not cut in half
CLOSER = 0.7  # what a key press leaves of the width
WHEEL = 1.02  # pyqtgraph's own base, to the power of the wheel's units


class LossPlot(pg.PlotWidget):
    """Loss over steps. Dragging looks closer, with Shift it moves the piece that is looked at; a double click looks at
    all again. The mouse reads a step where it is, a click keeps the reading, and so do the arrow keys.

    Signals:
        menu_asked: The context menu is wished for, at this place on the screen.
        table_asked: The figures are wished for as a table.
    """

    menu_asked = Signal(QPoint)
    table_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        self._x_axis, self._y_axis = StepAxis(), LossAxis()
        self._view = LossView()
        super().__init__(
            parent,
            viewBox=self._view,
            axisItems={"bottom": self._x_axis, "left": self._y_axis},
            enableMenu=False,
        )
        self.scale_now = LossScale()
        self._curve, self._max_steps, self._vocab_size = Curve(), 1, 0
        self._yardsticks: Yardsticks | None = None
        self._earlier: float | None = None
        self._others: list[OtherCurve] = []
        self._smooth = True
        self._range: tuple[float, ...] = ()
        self._smoother = Smoother()
        self._kept: int | None = None  # the step that is read until Esc
        self._pointed: int | None = None  # the step under the mouse
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(tr("Loss chart"))
        self._build()
        self._paint_anew()
        self._view.menu_asked.connect(self.menu_asked)
        self._view.sigRangeChangedManually.connect(self._draw_curves)
        self._view.sigRangeChangedManually.connect(self._show_way_back)
        self._view.looked_at_all.connect(self.reset_view)
        self._view.clicked.connect(lambda step: self.read(round(step)))
        self._view.pointed.connect(self._point)
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
        self.references = ReferenceLines(item)
        self.lines = LossLines(item)
        self._marks, self._ends = Marks(self._view), EndLabels(self._view)
        item.layout.addItem(self._ends, 2, 3)
        self.whole = button(tr("Whole curve"), "plain", "back", "train.whole_curve")
        set_property(self.whole, "tight", "true")
        self.whole.setParent(self)
        self.whole.hide()
        self.whole.clicked.connect(self.reset_view)

    # What is shown

    @property
    def curve(self) -> Curve:
        return self._curve

    @property
    def is_smooth(self) -> bool:
        return self._smooth

    @property
    def _reading(self) -> int | None:
        return self._pointed if self._kept is None else self._kept

    @property
    def reading_words(self) -> str:
        """The figures at the step that is read; empty when none is."""
        return "" if self._reading is None else self._read_at(self._reading).words

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
        self._kept = self._pointed = None
        self.reset_view()

    def show_references(self, known: Yardsticks | None, earlier: float | None) -> None:
        """What counting and packing reach on this text, and the best of the earlier runs, in nats per token."""
        if (known, earlier) != (self._yardsticks, self._earlier):
            self._yardsticks, self._earlier = known, earlier
            self.follow()

    def show_others(self, others: list[OtherCurve]) -> None:
        self._others = others
        self.lines.make_others(len(others))
        self.follow()

    def switch_reference(self, key: str, on: bool) -> None:
        (self.references.off.discard if on else self.references.off.add)(key)
        self.follow()

    def set_smooth(self, smooth: bool) -> None:
        """Off: every batch as it came, and no average."""
        self._smooth = smooth
        self._paint_anew()

    def set_scale(self, bits: bool, log: bool) -> None:
        """Another unit or another axis; all of the curve is in view then."""
        self.scale_now = LossScale(bits, log, characters_per_token(self._curve))
        self._y_axis.log = log
        self.reset_view()

    def read(self, step: int | None) -> None:
        """Read the figures at `step`, and keep them in view; None stops reading."""
        last = self._curve.step
        self._kept = None if step is None or not last else min(max(step, 0), last)
        self._show_marks()

    def reset_view(self) -> None:
        """Look at everything again."""
        self._range, self._view.closer = (), False
        self._show_way_back()
        self.follow()

    def follow(self) -> None:
        """Draw what the curve has become. Costs a few milliseconds, however long the run."""
        curve, scale = self._curve, self.scale_now
        self.scale_now = LossScale(scale.bits, scale.log, characters_per_token(curve))
        self._smoother.follow(curve.steps.values, curve.train_loss.values)
        self.references.show(references(self._vocab_size, self._yardsticks, self._earlier, self.scale_now))
        self._draw_curves()
        self.lines.now.setVisible(curve.step > 0)
        self.lines.now.setValue(curve.step)
        self._fit()
        self._show_marks()

    def describe(self) -> str:
        """The chart in a sentence, for those who cannot see it."""
        return loss_reading.described(self._curve, self._smoother.last, self.scale_now)

    def table(self) -> tuple[list[str], list[list[str]]]:
        """The curve as figures: columns and rows."""
        smoothed = self._smoother.steps.values, self._smoother.smoothed.values
        return loss_reading.table(self._curve, *smoothed, self.scale_now)

    # Drawing

    def _draw_curves(self, *_: object) -> None:
        """The part of every curve that is in view, with as many points as can be seen."""
        low, high = self._view.viewRange()[0] if self._view.closer else (0.0, float(self._longest()))
        self.lines.draw(self._curve, self._smoother, self._others, self.scale_now, low, high)

    def _longest(self) -> float:
        return max(
            [self._max_steps, self._curve.step, *(other.steps[-1] for other in self._others if len(other.steps))]
        )

    def _fit(self) -> None:
        """Everything in view, unless the student looks closer."""
        if self._view.closer:
            return
        scale, factor = self.scale_now, self.scale_now.factor
        lines = [heights for _, heights in self.lines.drawn()]
        drawn = [10**line if scale.log else line for line in lines]
        if any(len(line) for line in drawn):  # else there is nothing to compare with them yet
            drawn.append(np.array([each.loss * factor for each in self.references.shown]))
        guessing = (math.log(self._vocab_size) if self._vocab_size > 1 else 4.0) * factor
        bottom, top = loss_range(drawn, guessing, scale.log)
        if scale.log:
            bottom, top = math.log10(bottom), math.log10(top)
        wanted = (0.0, self._longest() * (1 + END_ROOM), bottom, top)
        if wanted != self._range:
            self._range = wanted
            self._view.setRange(xRange=wanted[:2], yRange=wanted[2:], padding=0)

    def _show_marks(self) -> None:
        marks, curve, scale = self._marks, self._curve, self.scale_now
        nothing = not len(curve.steps) and not len(curve.check_steps) and not self._others
        marks.hint = tr("The curve begins here as soon as training starts.") if nothing else ""
        marks.best = None
        if curve.best and len(curve.val_loss) > 1:
            step, loss = curve.best
            words = tr("best held back {loss}, step {step}")
            marks.best = (step, scale.height(loss), words.format(loss=scale.words(loss), step=messages.count(step)))
        labels = self.references.draw(scale)
        marks.names = []
        for other in self._others:
            if len(other.steps):
                heights = heights_of(other, scale)
                if other.steps[-1] > 0.97 * self._longest():
                    labels.append(Label(other.label, float(heights[-1])))
                else:
                    marks.names.append((other.steps, heights, other.label))
        marks.reading = None
        if self._reading is not None:
            read = self._read_at(self._reading)
            marks.reading = (float(read.step), read.words, read.points)
        marks.lines = self.lines.drawn()
        self._ends.show_labels(labels)
        marks.update()

    def _read_at(self, step: int) -> loss_reading.Reading:
        smoothed = self._smoother.steps.values, self._smoother.smoothed.values
        return loss_reading.read(self._curve, *smoothed, step, self.scale_now)

    def _point(self, step: float) -> None:
        """The mouse is over this step; not a number when it has left."""
        last = self._curve.step
        inside = step == step and last > 0
        self._pointed = min(max(round(step), 0), last) if inside else None
        if self._kept is None:
            self._show_marks()

    def _show_way_back(self, *_: object) -> None:
        self.whole.setVisible(self._view.closer)
        if self._view.closer:
            self.whole.adjustSize()
            area = self._view.sceneBoundingRect()
            self.whole.move(int(area.right()) - self.whole.width() - theme.px(6), int(area.top()) + theme.px(6))

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
        self.references.paint_anew()
        self.lines.paint_anew(self._smooth)
        self.follow()

    # Qt's own

    def sizeHint(self) -> QSize:
        return QSize(theme.px(420), theme.px(150))  # it takes what room there is

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(240), theme.px(120))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, shift = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        sideways = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(key), 0)
        if sideways and shift:
            self._view.move(0.15 * sideways)
        elif sideways and len(self._curve.steps):
            here = self._curve.step if self._kept is None else self._kept
            self.read(loss_reading.next_place(self._curve, here, sideways))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self._look(1 / CLOSER if key == Qt.Key.Key_Minus else CLOSER)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_0):
            self.reset_view()
        elif key == Qt.Key.Key_Escape and self._reading is not None:
            self._pointed = None
            self.read(None)
        elif key == Qt.Key.Key_Escape and self._view.closer:
            self.reset_view()
        elif key == Qt.Key.Key_T:
            self.table_asked.emit()
        elif key == Qt.Key.Key_Menu:
            self.menu_asked.emit(self.mapToGlobal(self.rect().center()))
        else:
            event.ignore()

    def _look(self, share: float) -> None:
        """At a piece of this share of the present width, about what is read."""
        if (self._view.viewRange()[0][1] - self._view.viewRange()[0][0]) * share >= self._longest():
            self.reset_view()
        else:
            self._view.narrow(share, None if self._reading is None else float(self._reading))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._marks.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._marks.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if hasattr(self, "whole"):  # pyqtgraph resizes before all is made
            self._show_way_back()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._look(WHEEL ** (-event.angleDelta().y() / 8))
            event.accept()
        else:
            event.ignore()  # the page scrolls
