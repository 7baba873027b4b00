"""How much room the runs take on the disk, how much of it the snapshots, and how much those may take."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QSpinBox, QVBoxLayout, QWidget

from gpt_studio.engine.keeping.run_parts import DiskUse
from gpt_studio.gui import messages, theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.widgets.basics import button, set_ink, set_property, text

GB = 1024**3
FINE = 1000  # parts of the bar


class RoomBar(QWidget):
    """The display, the budget, and the button that makes room.

    Signals:
        budget_changed: In GB.
        thin_asked: The chosen run's snapshots shall become fewer.
    """

    budget_changed = Signal(int)
    thin_asked = Signal()

    def __init__(self, budget_gb: int, is_locked: bool) -> None:
        super().__init__()
        self._use: DiskUse | None = None
        self.words = text("", "caption", "text2")
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._bar = QProgressBar(textVisible=False, maximum=FINE)
        self._bar.setAccessibleName(tr("Room that snapshots take"))
        self.budget = QSpinBox(objectName="library.budget", minimum=1, maximum=1000, value=budget_gb, suffix=" GB")
        self.budget.setAccessibleName(tr("Room for snapshots"))
        self.budget.setToolTip(
            tr("How much all snapshots may take together. A run in training gives up some of its own beyond it.")
        )
        self.budget.setKeyboardTracking(False)
        self.budget.lineEdit().setTextMargins(theme.px(8), 0, 0, 0)
        if is_locked:
            self.budget.setEnabled(False)
            self.budget.setToolTip(tr("Set for everybody on this computer"))
        label = text(tr("Room for snapshots"), "caption", "text2")
        label.setBuddy(self.budget)
        self.thin = button(tr("Thin out…"), name="library.thin")
        self.budget.valueChanged.connect(self.budget_changed)
        self.budget.valueChanged.connect(lambda _: self._show())
        self.thin.clicked.connect(self.thin_asked)
        left = QVBoxLayout()
        left.setSpacing(theme.px(6))
        left.addWidget(self.words)
        left.addWidget(self._bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(10))
        row.addLayout(left, 1)
        row.addSpacing(theme.px(10))
        for each in (label, self.budget, self.thin):
            row.addWidget(each, 0, Qt.AlignmentFlag.AlignVCenter)
        self._show()

    @property
    def over_bytes(self) -> int:
        """How much the snapshots take beyond the budget; 0 within it."""
        return max(0, self._use.snapshot_bytes - self.budget.value() * GB) if self._use else 0

    def show_use(self, use: DiskUse | None) -> None:
        """The room of all runs; None while it is not known yet."""
        self._use = use
        self._show()

    def _show(self) -> None:
        use, over = self._use, self.over_bytes
        if use is None:
            self.words.setText(tr("Measuring how much room the runs take…"))
            self._bar.setValue(0)
            return
        told = tr("All runs take {all}; {snapshots} of it are snapshots.")
        if over:
            told = tr("All runs take {all}; {snapshots} of it are snapshots, {over} more than they may.")
        sizes = {"all": use.total_bytes, "snapshots": use.snapshot_bytes, "over": over}
        self.words.setText(told.format(**{name: messages.size(size) for name, size in sizes.items()}))
        set_ink(self.words, "bad" if over else "text2")
        set_property(self._bar, "tone", "bad" if over else "")
        self._bar.setValue(min(FINE, round(FINE * use.snapshot_bytes / (self.budget.value() * GB))))
