"""One part of the model at length: what it does, its formula, its numbers and their share."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gpt_studio.engine import budget
from gpt_studio.engine.config import ModelConfig
from gpt_studio.gui import messages, theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.model import part_words
from gpt_studio.gui.parts.model.formula import FormulaView
from gpt_studio.gui.widgets.basics import Card, paragraph, rule, set_ink, text

MOST_ROWS = 6


class Swatch(QWidget):
    """A small field in the colour of a part."""

    def __init__(self) -> None:
        super().__init__()
        self._token = "accent"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.notifier().changed.connect(self.updateGeometry)

    def set(self, token: str) -> None:
        self._token = token
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(15), theme.px(15))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(self._token))
        painter.drawRoundedRect(self.rect(), 4, 4)


class PartDetails(Card):
    """Follows the part that is chosen in the drawing."""

    def __init__(self) -> None:
        super().__init__()
        self._swatch = Swatch()
        self._title, self._where = text("", "card_title"), text("", "caption", "text3")
        self._where.setWordWrap(True)
        self._what, self._note = paragraph("", "body", "text"), paragraph("", "caption", "text2")
        self._formula = FormulaView()
        self._lines = [_Line() for _ in range(MOST_ROWS)]
        self._lay_out()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._swatch)
        row.addWidget(self._title, 1)
        self.body.addLayout(row)
        for widget in (self._where, self._what, self._formula):
            self.body.addWidget(widget)
        rows = QVBoxLayout()
        rows.setSpacing(5)
        for line in self._lines:
            rows.addWidget(line)
        self.body.addLayout(rows)
        self.body.addWidget(self._note)
        self.body.addStretch(1)

    def show_part(self, part: str, model: ModelConfig) -> None:
        told = part_words.explain(part, model)
        token = {"residual": "accent", "scores": "part_attention"}.get(part, f"part_{part}")
        self._swatch.set(token)
        self._title.setText(told.title)
        self._where.setText(told.where)
        self._what.setText(told.what)
        self._formula.show_formula(told.formula)
        self._formula.updateGeometry()
        self._note.setText(told.note)
        self._note.setVisible(bool(told.note))
        whole = budget.parameters(model).total
        share = messages.share(told.total[1] / whole)
        self._show_rows([*told.rows, told.total, (tr("Share"), share)], len(told.rows), token)
        spoken = ", ".join(f"{name}: {value}" for name, value in told.rows)
        self.setAccessibleName(f"{told.title}, {told.where}")
        self.setAccessibleDescription(
            f"{told.what} {spoken}, {told.total[0]}: {messages.count(told.total[1])}, {share}"
        )

    def _show_rows(self, rows: list[tuple[str, str | int]], total: int, token: str) -> None:
        """Fill the table anew; a line stands above row `total`."""
        ink = "text" if token in ("part_norm", "part_position") else token  # these two are too pale for words
        for place, line in enumerate(self._lines):
            line.setVisible(place < len(rows))
            if place < len(rows):
                line.show_row(*rows[place], ruled=place == total and total > 0, token=ink if place == total else "text")


class _Line(QWidget):
    """A name and a number, with a thin line above where a sum is drawn."""

    def __init__(self) -> None:
        super().__init__()
        self._rule, self._name, self._value = rule(), text("", "body", "text2"), text("", "strong")
        self._name.setWordWrap(True)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.addWidget(self._rule, 0, 0, 1, 2)
        grid.addWidget(self._name, 1, 0)
        grid.addWidget(self._value, 1, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        grid.setColumnStretch(0, 1)

    def show_row(self, name: str, value: str | int, ruled: bool, token: str) -> None:
        self._rule.setVisible(ruled)
        self._name.setText(name)
        self._value.setText(messages.count(value) if isinstance(value, int) else value)
        set_ink(self._value, token)
