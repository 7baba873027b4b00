"""The page "Since when" of "Why this character?": at which step a run began to give a sentence of its text away."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gpt_studio.engine.inside.seen import LeakSeen
from gpt_studio.gui import messages, theme
from gpt_studio.gui.widgets.basics import button, paragraph, text

GIVEN = 0.35  # of a memorised passage: what the model is given, the rest is what it should go on with


class LeakPage(QWidget):
    """A sentence is followed over the kept steps of the run, beside its own words in another order.

    Signals:
        asked: Follow it; carries what the model is given, and how it would go on if it knew it by heart.
    """

    asked = Signal(str, str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._seen: list[LeakSeen] = []
        self._suggested = ("", "")
        self.beginning, self.sentence = QLineEdit(), QLineEdit()
        self.follow = button(self.tr("Follow it"), name=f"{name}.follow")
        self.told = paragraph("", "caption", "text2")
        self.told.setObjectName(f"{name}.told")
        row = QHBoxLayout()
        fields = (
            (self.tr("After"), self.beginning, "beginning"),
            (self.tr("would it write"), self.sentence, "sentence"),
        )
        for words, field, own in fields:
            label = text(words, "caption", "text2")
            label.setBuddy(field)
            field.setAccessibleName(words)
            field.setObjectName(f"{name}.{own}")
            field.textChanged.connect(self._fit_button)
            field.returnPressed.connect(self._ask)
            theme.set_role(field, "caption", mono=True)
            row.addWidget(label)
            row.addWidget(field, 2 if field is self.sentence else 1)
        row.addWidget(self.follow)
        self.table = self._make_table(name)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.told)
        column.addWidget(self.table, 1)
        self.follow.clicked.connect(self._ask)
        self.clear()

    def _make_table(self, name: str) -> QTableWidget:
        heads = (
            self.tr("Step"),
            self.tr("bits per character"),
            self.tr("its words scrambled"),
            self.tr("word for word"),
        )
        table = QTableWidget(0, len(heads))
        table.setHorizontalHeaderLabels(heads)
        table.setObjectName(f"{name}.steps")
        table.setAccessibleName(self.tr("How well each step knows the sentence"))
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.verticalHeader().hide()
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        table.horizontalHeader().setHighlightSections(False)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        table.setProperty("frameless", "true")
        table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        theme.set_role(table, "caption")
        theme.set_role(table.horizontalHeader(), "caption")
        table.setMinimumHeight(theme.px(64))
        return table

    def suggest(self, passage: str) -> None:
        """A passage that was memorised; it is taken where the student has typed nothing of her own."""
        if (self.beginning.text(), self.sentence.text()) != self._suggested:
            return
        line = " ".join(passage.split("\n"))
        cut = round(GIVEN * len(line))
        self._suggested = line[:cut], line[cut:]
        self.beginning.setText(line[:cut])
        self.sentence.setText(line[cut:])

    def clear(self) -> None:
        """Nothing has been followed yet."""
        self._seen = []
        self.table.setRowCount(0)
        self.told.setText(
            self.tr(
                "A sentence of the training text, or one that you planted there: at which step does the model begin "
                "to write it word for word?"
            )
        )
        self._fit_button()

    def begin(self) -> None:
        """Its steps are being looked at."""
        self.clear()
        self.told.setText(self.tr("Looking through the steps…"))

    def take(self, seen: LeakSeen) -> None:
        """One step more, oldest first."""
        self._seen.append(seen)
        row = self.table.rowCount()
        self.table.setRowCount(row + 1)
        of = self.tr("{right} of {all}")
        right, whole = messages.count(seen.sentence.right), messages.count(seen.sentence.characters)
        words = (
            messages.count(seen.step),
            f"{seen.sentence.bits_per_char:.2f}",
            f"{seen.control.bits_per_char:.2f}",
            of.format(right=right, all=whole) + (" ✓" if seen.sentence.is_whole else ""),
        )
        for column, told in enumerate(words):
            item = QTableWidgetItem(told)
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.table.setItem(row, column, item)
        self.table.scrollToBottom()

    def finish(self, problem: str = "") -> None:
        """No more steps will come; why, where something went wrong."""
        self.told.setText(problem or self.verdict())

    def verdict(self) -> str:
        """What was found, in a sentence."""
        if not self._seen:
            return self.tr("No step of this run was kept.")
        first = next((seen for seen in self._seen if seen.sentence.is_whole), None)
        last = self._seen[-1]
        if first is not None:
            found = self.tr("It leaks from step {step} on: the model goes on with the whole sentence.")
            found = found.format(step=messages.count(first.step))
        else:
            best = max(self._seen, key=lambda seen: seen.sentence.right)
            found = self.tr(
                "No kept step gives all of it; step {step} goes on right the longest, for {n} of {all} characters."
            )
            n, of = messages.count(best.sentence.right), messages.count(best.sentence.characters)
            found = found.format(step=messages.count(best.step), n=n, all=of)
        bits = self.tr("At step {step} it costs {own:.2f} bits per character, its words scrambled {other:.2f}.")
        own, other = last.sentence.bits_per_char, last.control.bits_per_char
        return f"{found} {bits.format(step=messages.count(last.step), own=own, other=other)}"

    def _fit_button(self) -> None:
        has_words = bool(self.sentence.text().strip())
        self.follow.setEnabled(has_words)
        self.follow.setToolTip("" if has_words else self.tr("First type a sentence."))

    def _ask(self) -> None:
        if self.sentence.text().strip():
            self.asked.emit(self.beginning.text(), self.sentence.text())
