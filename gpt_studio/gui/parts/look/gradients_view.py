"""Where a model learns: weights and gradients of its parts, through the steps."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gpt_studio.engine.inside.seen import GradientsSeen
from gpt_studio.gui import messages
from gpt_studio.gui.parts.look.part_rows import PartRows
from gpt_studio.gui.widgets.basics import Card, paragraph, text


class GradientsView(QWidget):
    """Keeps what was told of every step, so that going through them asks for nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: dict[int | None, GradientsSeen] = {}
        self._step: int | None = None
        self.rows = PartRows("look.gradients")
        self.where = text("", "caption", "text3")
        self.card = Card(self.tr("Weights and gradients, part by part"))
        self.card.head.addWidget(self.where)
        self.card.body.addWidget(self.rows)
        self.card.body.addStretch(1)
        words = self.tr(
            "The gradient says how strongly each part would be changed by one and the same piece of the training text. "
            "Where its bars grow shorter from the last layer to the first, it fades on its way back: the first layers "
            "hardly learn. Residuals are there to prevent that; train a model without them and compare."
        )
        self.card.body.addWidget(paragraph(words, "caption", "text3"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.card, 1)

    def take(self, seen: GradientsSeen) -> None:
        """Keep what was told of a step."""
        self._steps[seen.asked] = seen
        self._show()

    def go_to(self, step: int | None) -> None:
        """Show another step, as soon as it is known."""
        self._step = step
        self._show()

    def clear(self) -> None:
        self._steps.clear()
        self._show()

    def _show(self) -> None:
        steps = sorted(self._steps.values(), key=lambda seen: seen.step)
        shown = self._steps.get(self._step) or (steps[-1] if steps else None)
        self.rows.show_steps(steps, shown)
        words = self.tr("step {n}, loss {loss} over this piece")
        self.where.setText(words.format(n=messages.count(shown.step), loss=f"{shown.loss:.2f}") if shown else "")
