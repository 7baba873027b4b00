"""A file that holds a table: which of its columns become the text, and what stands between them."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from gpt_studio.engine.corpus import TextFile
from gpt_studio.engine.texts.tables import Table, join_columns
from gpt_studio.gui import messages, theme
from gpt_studio.gui.widgets import basics

ROWS = 8  # in the preview
LONGEST = 2_000  # characters of a row in it
EXAMPLE = 60
GAPS = {"line": "\n", "space": " ", "colon": ": ", "tab": "\t", "empty": "\n\n"}


class TableCard(basics.Card):
    """Asks for the columns.

    Signals:
        accepted: They are chosen; carries the TextFile and the text that they make.
        as_it_is: The file is wanted with all its commas and brackets; carries the TextFile.
        rejected: The file is not wanted after all.
    """

    accepted = Signal(object, str)
    as_it_is = Signal(object)
    rejected = Signal()

    def __init__(self) -> None:
        super().__init__(self.tr("Which columns hold the text?"), "corpus.table")
        self._file: TextFile | None = None
        self._table: Table | None = None
        self._told = basics.paragraph("", "body", "text2")
        self._columns: list[QCheckBox] = []
        self._holder = QWidget()
        self._list = QVBoxLayout(self._holder)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(4)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setProperty("plain", "true")
        self._scroll.setWidget(self._holder)
        words = self.tr("Between columns"), self.tr("Between rows")
        self.between_columns = self._choice(words[0], "corpus.table.columns", ("line", "space", "colon", "tab"))
        self.between_rows = self._choice(words[1], "corpus.table.rows", ("empty", "line"))
        self.preview = QPlainTextEdit()
        self.preview.setObjectName("corpus.table.preview")
        self.preview.setAccessibleName(self.tr("The first rows as a text"))
        self.preview.setReadOnly(True)
        self.preview.setTabChangesFocus(True)
        theme.set_role(self.preview, "editor", mono=True)
        self.use = basics.button(self.tr("Use these columns"), "primary", name="corpus.table.use")
        self.whole = basics.button(self.tr("Take the file as it is"), name="corpus.table.whole")
        self.cancel = basics.button(self.tr("Cancel"), name="corpus.table.cancel")
        self.use.clicked.connect(self._accept)
        self.whole.clicked.connect(lambda: self.as_it_is.emit(self._file))
        self.cancel.clicked.connect(self.rejected)
        self._lay_out(words)

    def show_table(self, file: TextFile, table: Table) -> None:
        """Offer the columns of a table; the one with the most characters is ticked."""
        self._file, self._table = file, table
        words = self.tr("“{name}” is a table of {rows} rows. Each row becomes a piece of the text.")
        self._told.setText(words.format(name=file.path.name, rows=messages.count(len(table.rows))))
        while (item := self._list.takeAt(0)) is not None:
            if item.widget():
                item.widget().deleteLater()
        self._columns = [self._tick(number) for number in range(len(table.columns))]
        for tick in self._columns:
            self._list.addWidget(tick)
        self._list.addStretch(1)
        self._columns[table.wordiest].setChecked(True)
        self._renew()

    @property
    def chosen(self) -> list[int]:
        """The columns that are ticked."""
        return [number for number, tick in enumerate(self._columns) if tick.isChecked()]

    def tick(self, column: int) -> QCheckBox:
        """The box of a column."""
        return self._columns[column]

    def _tick(self, number: int) -> QCheckBox:
        assert self._table is not None, "a table is shown"
        name = self._table.columns[number]
        example = next((" ".join(row[number].split()) for row in self._table.rows if row[number].strip()), "")
        example = f"{example[:EXAMPLE]}…" if len(example) > EXAMPLE else example
        words = f"{name}:  {example}" if example else self.tr("{name}:  (empty)").format(name=name)
        tick = QCheckBox(words.replace("&", "&&"))
        tick.setObjectName(f"corpus.table.column.{number}")
        tick.setAccessibleName(self.tr("Column {name}").format(name=name))
        theme.set_role(tick, "body")
        tick.toggled.connect(self._renew)
        return tick

    def _choice(self, words: str, name: str, keys: tuple[str, ...]) -> QComboBox:
        titles = {
            "line": self.tr("New line"),
            "space": self.tr("Space"),
            "colon": self.tr("Colon"),
            "tab": self.tr("Tab"),
            "empty": self.tr("Empty line"),
        }
        box = QComboBox()
        box.setObjectName(name)
        box.setAccessibleName(words)
        theme.set_role(box, "body")
        for key in keys:
            box.addItem(titles[key], GAPS[key])
        box.currentIndexChanged.connect(self._renew)
        return box

    def _lay_out(self, words: tuple[str, str]) -> None:
        gaps = QHBoxLayout()
        gaps.setSpacing(8)
        for title, box in zip(words, (self.between_columns, self.between_rows), strict=True):
            label = basics.text(title, "body", "text2")
            label.setBuddy(box)
            gaps.addWidget(label)
            gaps.addWidget(box)
            gaps.addSpacing(8)
        gaps.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.whole)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.use)
        self.body.addWidget(self._told)
        self.body.addWidget(self._scroll, 2)
        self.body.addLayout(gaps)
        self.body.addWidget(self.preview, 3)
        self.body.addLayout(buttons)

    def _text(self, table: Table) -> str:
        return join_columns(table, self.chosen, self.between_columns.currentData(), self.between_rows.currentData())

    def _renew(self) -> None:
        if self._table is None:
            return
        first = [tuple(cell[:LONGEST] for cell in row) for row in self._table.rows[:ROWS]]
        self.preview.setPlainText(self._text(Table(columns=self._table.columns, rows=first)))
        self.use.setEnabled(bool(self.chosen))
        self.use.setToolTip("" if self.chosen else self.tr("Tick at least one column."))

    def _accept(self) -> None:
        if self._file and self._table:
            self.accepted.emit(self._file, self._text(self._table))
