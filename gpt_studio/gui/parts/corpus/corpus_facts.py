"""The right side of the Corpus tab: what can be counted in the text, its most frequent characters, and the checks."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gpt_studio.engine.corpus import CorpusFacts
from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.corpus.corpus_checks import CorpusChecks
from gpt_studio.gui.parts.corpus.frequency_bars import FrequencyBars
from gpt_studio.gui.widgets import basics

WIDTH = 228


class FactFigures(QWidget):
    """Characters, distinct characters, lines and words; in a column or in a row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("corpus.facts")
        self._values = {}
        self._box = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._pairs: list[QHBoxLayout] = []
        for name, words in (
            ("characters", self.tr("Characters")),
            ("distinct", self.tr("Distinct")),
            ("lines", self.tr("Lines")),
            ("words", self.tr("Words")),
        ):
            value = basics.text("…", "table_strong")
            caption = basics.text(words, "table", "text2")
            caption.setBuddy(value)
            value.setAccessibleName(words)
            pair = QHBoxLayout()
            pair.setSpacing(8)
            pair.addWidget(caption)
            pair.addWidget(value, 1, Qt.AlignmentFlag.AlignRight)
            self._box.addLayout(pair)
            self._values[name] = value
            self._pairs.append(pair)
        self._box.addStretch(1)
        self.set_row(False)

    def show_facts(self, facts: CorpusFacts | None) -> None:
        """Renew the numbers; None: they are being counted."""
        for name, value in self._values.items():
            value.setText(messages.count(getattr(facts, name)) if facts else "…")
        told = ", ".join(f"{value.accessibleName()} {value.text()}" for value in self._values.values())
        self.setAccessibleName(told)

    def value(self, name: str) -> str:
        """What stands beside a name: characters, distinct, lines, words."""
        return self._values[name].text()

    def set_row(self, is_row: bool) -> None:
        """Stand in a row (narrow window, below the split bar) or in a column."""
        self._box.setDirection(QBoxLayout.Direction.LeftToRight if is_row else QBoxLayout.Direction.TopToBottom)
        self._box.setSpacing(24 if is_row else 9)
        side = Qt.AlignmentFlag.AlignLeft if is_row else Qt.AlignmentFlag.AlignRight
        for pair, value in zip(self._pairs, self._values.values(), strict=True):
            pair.setAlignment(value, side)


class CorpusSide(QWidget):
    """Facts, chart and checks as three cards; in a narrow window facts and checks go into a strip.

    The strip is a layout that belongs to the editor's card; the chart then opens from a button.
    """

    def __init__(self, strip: QVBoxLayout, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._strip = strip
        self.figures, self.bars, self.checks = FactFigures(), FrequencyBars(), CorpusChecks()
        self._facts_card, self._checks_card = basics.Card(), basics.Card()
        self._bars_card = _titled(self.tr("Most frequent characters"))
        self.chart = basics.button(self.tr("Most frequent"), "plain", "chart", "corpus.frequent.show")
        self.chart.setToolTip(self.tr("Show the most frequent characters"))
        self.chart.clicked.connect(self._pop_up)
        self._row = QHBoxLayout()
        self._row.setSpacing(16)
        strip.addLayout(self._row)
        strip.setSpacing(6)
        self._popup: QFrame | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._facts_card)
        column.addWidget(self._bars_card, 1)
        column.addWidget(self._checks_card)
        self._facts_card.body.addWidget(self.figures)
        self._bars_card.body.addWidget(self.bars, 1)
        self._checks_card.body.addWidget(self.checks)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.chart.setParent(self)
        self.chart.hide()
        self._narrow = False
        self._fit()
        theme.notifier().changed.connect(self._fit)

    def show_facts(self, facts: CorpusFacts | None) -> None:
        """Renew numbers and chart; None: they are being counted."""
        self.figures.show_facts(facts)
        self.bars.show_shares(facts.most_frequent if facts else ())

    def set_narrow(self, narrow: bool) -> None:
        """Give way: into the strip, or back into the column."""
        if narrow == self._narrow:
            return
        self._narrow = narrow
        self.figures.set_row(narrow)
        self.checks.set_wide(narrow)
        if narrow:
            self._row.addWidget(self.figures, 1)
            self._row.addWidget(self.chart)
            self._strip.addWidget(self.checks)
        else:
            self._facts_card.body.addWidget(self.figures)
            self._checks_card.body.addWidget(self.checks)
            self.chart.setParent(self)
        for widget in (self.figures, self.checks):
            widget.show()
        self.chart.setVisible(narrow)
        self.setVisible(not narrow)

    def _fit(self) -> None:
        self.setFixedWidth(theme.px(WIDTH))

    def _pop_up(self) -> None:
        """The chart in a small window of its own, which any click closes."""
        popup = _titled(self.tr("Most frequent characters"))
        popup.setWindowFlags(Qt.WindowType.Popup)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        bars = FrequencyBars()
        bars.show_shares(self.bars.shares)
        popup.body.addWidget(bars)
        popup.resize(theme.px(WIDTH + 20), popup.sizeHint().height())
        corner = self.chart.mapToGlobal(QPoint(self.chart.width() - popup.width(), self.chart.height() + theme.px(4)))
        popup.move(corner)
        self._popup = popup
        popup.show()


def _titled(words: str) -> basics.Card:
    """A card for a long title in a narrow column: a size smaller than others."""
    card = basics.Card()
    card.head.insertWidget(0, basics.text(words, "table_strong"))
    card.set_title("")  # makes room for the head
    card.setAccessibleName(words)
    return card
