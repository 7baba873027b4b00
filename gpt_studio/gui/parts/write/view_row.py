"""The second row of the page: one text or three, which step writes, how fast, and what the tints mean."""

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget

from gpt_studio.gui import theme
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.widgets.basics import Segmented, text
from gpt_studio.gui.widgets.step_choice import StepChoice
from gpt_studio.gui.widgets.tints import TintLegend


class ViewRow(QWidget):
    """Parts of it give way where the page is narrow; in a slim one they stand below each other.

    Args:
        titles: Of the styles, by their keys.
    """

    def __init__(self, state: StudioState, titles: dict[str, str]) -> None:
        super().__init__()
        self.mode = Segmented([("one", self.tr("One")), ("side", self.tr("Side by side"))], "write.mode")
        self.mode.set("side")
        self.styles = Segmented(list(titles.items()), "write.style")
        self.step = StepChoice(state, "write.step", self.tr("Write as the model did at step"))
        self.rate = text("", "caption", "text2")
        self.legend = TintLegend()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.mode)
        self._row.addWidget(self.styles)
        self._row.addWidget(self.step)
        self._row.addStretch(1)
        self._row.addWidget(self.rate)
        self._row.addWidget(self.legend)

    def fit(self, width: int, narrow: bool, slim: bool) -> None:
        """Have the step's words, the speed and the legend give way, in this order, where the row is too long.

        Args:
            width: What room there is, in pixels.
            narrow: The cards explain the tints themselves.
            slim: The parts stand below each other.
        """
        self._row.setDirection(QBoxLayout.Direction.TopToBottom if slim else QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(theme.px(14))
        room = width - 6 * theme.px(14)
        needed = sum(part.minimumSizeHint().width() for part in (self.mode, self.styles, self.step.slider, self.legend))
        needed += theme.px(70) + self.step.best.sizeHint().width()  # the number
        words = self.step.label.fontMetrics().horizontalAdvance
        self.step.set_brief(narrow or needed + words(self.tr("Write as the model did at step")) > room)
        needed += self.step.label.sizeHint().width()
        self.step.label.setVisible(needed <= room)
        self.rate.setVisible(not narrow and needed + theme.px(130) <= room)
        self.legend.setVisible(not narrow)
        self._row.activate()  # else the page is laid out by what was needed before
