"""What stands under the drawing, one at a time: the budget, the code of the chosen part, or the giants."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gpt_studio.gui import theme
from gpt_studio.gui.parts.model.budget_card import BudgetCard
from gpt_studio.gui.parts.model.code_card import CodeCard
from gpt_studio.gui.parts.model.giants_card import GiantsCard
from gpt_studio.gui.widgets.basics import Segmented

CODE = 200  # height of the code's card


class LowerCards(QWidget):
    """Three cards behind one switch."""

    def __init__(self) -> None:
        super().__init__()
        self.budget, self.code, self.giants = BudgetCard(), CodeCard(), GiantsCard()
        self._cards = {"budget": self.budget, "code": self.code, "giants": self.giants}
        pages = [("budget", self.tr("Budget")), ("code", self.tr("Code")), ("giants", self.tr("Beside GPT-4"))]
        self.switch = Segmented(pages, "model.lower")
        row = QHBoxLayout()
        row.addWidget(self.switch)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addLayout(row)
        for card in self._cards.values():  # no stack: it would be as high as the highest of them
            column.addWidget(card)
        self.switch.chosen.connect(self.show_card)
        theme.notifier().changed.connect(self._fit)
        self._fit()
        self.show_card("budget")

    def show_card(self, name: str) -> None:
        self.switch.set(name)
        for each, card in self._cards.items():
            card.setVisible(each == name)

    def _fit(self) -> None:
        self.code.setFixedHeight(theme.px(CODE))
