"""The right side of the Corpus tab: what can be counted in the text, two charts of it, and the checks."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gpt_studio.engine.corpus import CorpusFacts
from gpt_studio.engine.judging.yardsticks import Yardsticks
from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.corpus.corpus_checks import CorpusChecks
from gpt_studio.gui.parts.corpus.frequency_bars import FrequencyBars
from gpt_studio.gui.parts.corpus.yardstick_bars import YardstickBars
from gpt_studio.gui.widgets import basics

WIDTH = 228


class FactFigures(QWidget):
    """Characters, distinct characters, lines and words, and what counting reaches; in a column or in a row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("corpus.facts")
        self._values = {}
        self._box = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._pairs: list[QHBoxLayout] = []
        self._captions: list[QLabel] = []
        for name, words in (
            ("characters", self.tr("Characters")),
            ("distinct", self.tr("Distinct")),
            ("lines", self.tr("Lines")),
            ("words", self.tr("Words")),
            ("counting", self.tr("By counting")),
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
            self._captions.append(caption)
            self._pairs.append(pair)
        self._box.addStretch(1)
        self._values["counting"].setToolTip(
            self.tr("What a model that only counts, five letters at a time, needs for each character held back")
        )
        self.set_row(False)

    def show_facts(self, facts: CorpusFacts | None) -> None:
        """Renew the numbers; None: they are being counted."""
        for name, value in self._values.items():
            if name != "counting":
                value.setText(messages.count(getattr(facts, name)) if facts else "…")
        self._tell()

    def show_counting(self, words: str) -> None:
        """Renew how many bits a character takes by counting alone."""
        self._values["counting"].setText(words)
        self._tell()

    def _tell(self) -> None:
        told = ", ".join(f"{value.accessibleName()} {value.text()}" for value in self._values.values())
        self.setAccessibleName(told)

    def value(self, name: str) -> str:
        """What stands beside a name: characters, distinct, lines, words, counting."""
        return self._values[name].text()

    def set_row(self, is_row: bool) -> None:
        """Stand in a row (narrow window, below the split bar) or in a column."""
        self._box.setDirection(QBoxLayout.Direction.LeftToRight if is_row else QBoxLayout.Direction.TopToBottom)
        self._box.setSpacing(16 if is_row else 8)
        side = Qt.AlignmentFlag.AlignLeft if is_row else Qt.AlignmentFlag.AlignRight
        for pair, caption, value in zip(self._pairs, self._captions, self._values.values(), strict=True):
            theme.set_role(caption, "caption" if is_row else "table")
            theme.set_role(value, "caption_strong" if is_row else "table_strong")
            pair.setSpacing(6 if is_row else 8)
            pair.setAlignment(value, side)


class CorpusCharts(QWidget):
    """The most frequent characters, or how hard the text is to guess; a switch says which."""

    def __init__(self, name: str = "corpus.charts") -> None:
        super().__init__()
        self.switch = basics.Segmented([("frequent", self.tr("Characters")), ("bits", self.tr("Bits"))], name)
        self.bars, self.yardsticks = FrequencyBars(), YardstickBars()
        self._titles = {"frequent": self.bars.accessibleName(), "bits": self.yardsticks.accessibleName()}
        self._title = basics.text("", "table_strong")
        self._title.setWordWrap(True)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.bars)
        self._stack.addWidget(self.yardsticks)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(10)
        box.addWidget(self.switch)
        box.addWidget(self._title)
        box.addWidget(self._stack, 1)
        self.switch.chosen.connect(self.show_chart)
        self.show_chart("frequent")

    def show_chart(self, key: str) -> None:
        """Show "frequent" or "bits"."""
        self.switch.set(key)
        self._title.setText(self._titles[key])
        self._stack.setCurrentWidget(self.bars if key == "frequent" else self.yardsticks)

    def hasHeightForWidth(self) -> bool:
        return False  # else Qt takes the height that it would like for the least; also below


class CorpusSide(QWidget):
    """Facts, charts and checks as three cards; in a narrow window facts and checks go into a strip.

    The strip is a layout that belongs to the editor's card; the charts then open from a button.
    """

    def __init__(self, strip: QVBoxLayout, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._strip = strip
        self.figures, self.charts, self.checks = FactFigures(), CorpusCharts(), CorpusChecks()
        self.bars, self.yardsticks = self.charts.bars, self.charts.yardsticks
        self._facts_card, self._charts_card, self._checks_card = basics.Card(), basics.Card(), basics.Card()
        self.chart = basics.button(self.tr("Charts"), "plain", "chart", "corpus.frequent.show")
        self.chart.setToolTip(self.tr("Show the most frequent characters, and how hard the text is to guess"))
        self.chart.clicked.connect(self._pop_up)
        self._row = QHBoxLayout()
        self._row.setSpacing(12)
        strip.addLayout(self._row)
        strip.setSpacing(6)
        self._popup: QFrame | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._facts_card)
        column.addWidget(self._charts_card, 1)
        column.addWidget(self._checks_card)
        self._facts_card.body.addWidget(self.figures)
        self._charts_card.body.addWidget(self.charts, 1)
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

    def show_measuring(self) -> None:
        """Another text is being measured."""
        self.figures.show_counting("…")
        self.yardsticks.show_measuring()

    def show_yardsticks(self, found: Yardsticks | None) -> None:
        """Renew what guessing, counting and packing reach; None: the text is too short for that."""
        self.figures.show_counting(self.tr("{bits} bits").format(bits=f"{found.five:.2f}") if found else "–")
        self.yardsticks.show_yardsticks(found)

    def set_narrow(self, narrow: bool) -> None:
        """Give way: into the strip, or back into the column."""
        if narrow == self._narrow:
            return
        self._narrow = narrow
        self.figures.set_row(narrow)
        self.checks.set_wide(narrow)
        if narrow:
            self._strip.insertWidget(0, self.figures)
            self._row.addWidget(self.checks, 1, Qt.AlignmentFlag.AlignVCenter)
            self._row.addWidget(self.chart)
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
        """The charts in a small window of their own, which any click beside it closes."""
        popup, charts = basics.Card(), CorpusCharts("corpus.charts.popup")
        popup.setWindowFlags(Qt.WindowType.Popup)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        charts.bars.show_shares(self.bars.shares)
        charts.yardsticks.show_like(self.yardsticks)
        popup.body.addWidget(charts)
        popup.resize(theme.px(WIDTH + 20), popup.sizeHint().height())
        corner = self.chart.mapToGlobal(QPoint(self.chart.width() - popup.width(), self.chart.height() + theme.px(4)))
        popup.move(corner)
        self._popup = popup
        popup.show()
        charts.switch.setFocus()

    def hasHeightForWidth(self) -> bool:
        return False
