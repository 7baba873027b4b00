"""What the whole matrix is shown at and in: the step of the open run, the unit, and the way to other programs."""

from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from gpt_studio.gui import theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.generalize.unit_switch import UnitSwitch
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.widgets.step_choice import StepChoice


class ControlRow(QWidget):
    """The slider on the left, the switch and the button for saving on the right."""

    def __init__(self, state: StudioState, unit: UnitSwitch, export: QToolButton) -> None:
        super().__init__()
        self.step = StepChoice(state, "generalize.step", tr("This run as it was at step"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(16))
        row.addWidget(self.step, 1)
        row.addStretch(0)
        row.addWidget(unit)
        row.addWidget(export)
