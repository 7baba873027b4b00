"""Both settings of an experiment side by side, with what differs made plain."""

from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QSizePolicy, QWidget

from gpt_studio.engine.experiments.experiment import Experiment
from gpt_studio.gui import theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.experiments.predict_words import Row, rows
from gpt_studio.gui.widgets.basics import Icon, set_property, text


class SettingsTable(QWidget):
    """Three columns: what, A and B. A changed row has a frame, bold words and a mark."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("experiments.predict.settings")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(2, 1)

    def show_experiment(self, experiment: Experiment) -> None:
        while item := self._grid.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        for column, words in ((1, f"A: {tr(experiment.a.label)}"), (2, f"B: {tr(experiment.b.label)}")):
            self._grid.addWidget(text(words, "strong"), 0, column)
        told = rows(experiment)
        for place, row in enumerate(told, 1):
            self._add(place, row)
        self.setAccessibleName(tr("Settings of both sides"))
        self.setAccessibleDescription("; ".join(_spoken(row) for row in told))

    def _add(self, place: int, row: Row) -> None:
        if row.differs:
            behind = QFrame()
            set_property(behind, "tip", "true")
            self._grid.addWidget(behind, place, 0, 1, 3)
        self._grid.addWidget(_title(row), place, 0)
        for column, words in ((1, row.a), (2, row.b)):
            label = text(words, "strong" if row.differs else "body", "text" if row.differs else "text2")
            label.setWordWrap(True)
            self._grid.addWidget(label, place, column)


def _title(row: Row) -> QWidget:
    made = QWidget()
    line = QHBoxLayout(made)
    line.setContentsMargins(theme.px(8), theme.px(4), 0, theme.px(4))
    line.setSpacing(6)
    if row.differs:
        line.addWidget(Icon("diamond", "accent", 13))
    line.addWidget(text(row.title, "strong" if row.differs else "body", "text" if row.differs else "text2"))
    line.addStretch(1)
    return made


def _spoken(row: Row) -> str:
    if row.differs:
        return tr("{title}: A {a}, B {b}").format(title=row.title, a=row.a, b=row.b)
    return tr("{title}: both {a}").format(title=row.title, a=row.a)
