"""The second row of the page: one text or three, which step writes, how fast, and what the tints mean."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QHBoxLayout, QSizePolicy, QWidget

from gpt_studio.gui import theme
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.widgets.basics import Segmented, text
from gpt_studio.gui.widgets.step_choice import StepChoice
from gpt_studio.gui.widgets.tints import TintLegend

GAP = 14


class ViewRow(QWidget):
    """Parts of it give way where the page is narrow; then it becomes two rows, in a slim one a column.

    Args:
        titles: Of the styles, by their keys.

    Signals:
        tint_changed: The student wants tints, or none.
    """

    tint_changed = Signal(bool)

    def __init__(self, state: StudioState, titles: dict[str, str]) -> None:
        super().__init__()
        self.mode = Segmented([("one", self.tr("One")), ("side", self.tr("Side by side"))], "write.mode")
        self.mode.set("side")
        self.styles = Segmented(list(titles.items()), "write.style")
        self.step = StepChoice(state, "write.step", self.tr("Write as the model did at step"))
        self.rate = text("", "caption", "text2")
        self.tint = QCheckBox(self.tr("Tint"), objectName="write.tint", checked=True)
        self.tint.setAccessibleName(self.tr("Tint every token by its surprise"))
        self.tint.setToolTip(self.tr("Tint every token by how much it surprised the model"))
        theme.set_role(self.tint, "body")
        self.legend = TintLegend()
        self._is_narrow = False
        self._lay_out()
        self.tint.toggled.connect(self.tint_changed)
        self.tint.toggled.connect(self._show_legend)

    def _lay_out(self) -> None:
        self._halves = QHBoxLayout(), QHBoxLayout()
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        for half, stretch in zip(self._halves, (0, 1), strict=True):
            self._row.addLayout(half, stretch)
        self._halves[0].addWidget(self.mode)
        self._halves[0].addWidget(self.styles)
        self._halves[0].addStretch(1)
        self._halves[1].addWidget(self.step)
        self._halves[1].addStretch(1)
        self._halves[1].addWidget(self.rate)
        self._halves[1].addWidget(self.tint)
        self._halves[1].addWidget(self.legend)

    def fit(self, width: int, narrow: bool, slim: bool) -> None:
        """Have the step's words, the speed and the legend's words give way, in this order, where the row is too long.

        Args:
            width: What room there is, in pixels.
            narrow: The cards explain the tints themselves.
            slim: The parts stand below each other.
        """
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._is_narrow = narrow
        self._show_legend()
        self.legend.set_brief(True)
        is_folded = self._needed() > width
        room = width + (self._first_half() if is_folded else 0)
        self.legend.set_brief(False)
        full, letters = self._needed(), self.step.label.fontMetrics()
        self.step.set_brief(narrow or full + letters.horizontalAdvance(self.step.words) > room)
        label = self.step.label.sizeHint().width() + theme.px(8)
        self.step.label.setVisible(full + label <= room)
        self.rate.setVisible(not narrow and full + label + theme.px(130) <= room)
        self.legend.set_brief(full > room)
        self._row.setDirection(down if is_folded or slim else across)
        for half in self._halves:
            half.setDirection(down if slim else across)
        for layout in (self._row, *self._halves):
            layout.setSpacing(theme.px(GAP))
        self._row.invalidate()
        self.updateGeometry()  # else the page is laid out by what was needed before

    def _first_half(self) -> int:
        return sum(part.minimumSizeHint().width() + theme.px(GAP) for part in (self.mode, self.styles))

    def _needed(self) -> int:
        """How wide one row is, without the step's words and the speed."""
        parts: list[QWidget] = [self.step.slider, self.tint, self.legend]
        needed = sum(part.minimumSizeHint().width() + theme.px(GAP) for part in parts if not part.isHidden())
        return self._first_half() + needed + theme.px(60) + self.step.best.sizeHint().width()  # the number

    def _show_legend(self) -> None:
        self.legend.setVisible(not self._is_narrow and self.tint.isChecked())
