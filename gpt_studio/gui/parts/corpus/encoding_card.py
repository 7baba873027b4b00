"""A file that is not plain UTF-8: show what it looks like, and let the student say how it was written."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPlainTextEdit

from gpt_studio.engine.corpus import TextFile
from gpt_studio.gui import messages, theme
from gpt_studio.gui.widgets import basics

PREVIEW = 4_000  # characters
NAMES = {
    "utf-8": "UTF-8",
    "cp1252": "Western European (Windows-1252)",
    "latin-1": "Western European (Latin-1)",
    "iso8859-15": "Western European (Latin-9)",
    "mac-roman": "Western European (old Mac)",
    "cp850": "Western European (DOS 850)",
    "cp437": "Western European (DOS 437)",
    "cp1250": "Central European (Windows-1250)",
    "iso8859-2": "Central European (Latin-2)",
    "cp852": "Central European (DOS)",
    "mac-latin2": "Central European (old Mac)",
    "iso8859-16": "Romanian (Latin-10)",
    "cp1251": "Cyrillic (Windows-1251)",
    "koi8-r": "Cyrillic (KOI8-R)",
    "koi8-u": "Ukrainian (KOI8-U)",
    "cp866": "Cyrillic (DOS)",
    "iso8859-5": "Cyrillic (ISO 8859-5)",
    "mac-cyrillic": "Cyrillic (old Mac)",
    "cp1253": "Greek (Windows-1253)",
    "iso8859-7": "Greek (ISO 8859-7)",
    "cp1254": "Turkish (Windows-1254)",
    "iso8859-9": "Turkish (Latin-5)",
    "cp1255": "Hebrew (Windows-1255)",
    "cp1256": "Arabic (Windows-1256)",
    "iso8859-6": "Arabic (ISO 8859-6)",
    "cp1257": "Baltic (Windows-1257)",
    "iso8859-13": "Baltic (Latin-7)",
    "cp1258": "Vietnamese (Windows-1258)",
    "cp874": "Thai (Windows-874)",
    "shift_jis": "Japanese (Shift JIS)",
    "cp932": "Japanese (Windows-932)",
    "euc_jp": "Japanese (EUC)",
    "iso2022_jp": "Japanese (ISO 2022)",
    "gb18030": "Chinese (GB 18030)",
    "big5": "Chinese (Big5)",
    "cp949": "Korean (Windows-949)",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16, little end first",
    "utf-16-be": "UTF-16, big end first",
    "utf-32": "UTF-32",
    "utf-32-le": "UTF-32, little end first",
    "utf-32-be": "UTF-32, big end first",
}


def name_of(encoding: str) -> str:
    """An encoding as people call it."""
    return NAMES.get(encoding, encoding)


class EncodingCard(basics.Card):
    """Asks whether the letters look right.

    Signals:
        accepted: They do; carries the TextFile.
        other_asked: Another encoding was chosen; carries the TextFile shown and the encoding.
        rejected: The file is not wanted after all.
    """

    accepted = Signal(object)
    other_asked = Signal(object, str)
    rejected = Signal()

    def __init__(self) -> None:
        super().__init__(self.tr("Do the letters look right?"), "corpus.encoding")
        self._file: TextFile | None = None
        self._explanation = basics.paragraph("", "body", "text2")
        label = basics.text(self.tr("Written as"), "body", "text2")
        self.choice = QComboBox()
        self.choice.setObjectName("corpus.encoding.choice")
        self.choice.setAccessibleName(self.tr("Encoding of the file"))
        self.choice.activated.connect(self._ask_for_other)
        theme.set_role(self.choice, "body")
        label.setBuddy(self.choice)
        self.preview = QPlainTextEdit()
        self.preview.setObjectName("corpus.encoding.preview")
        self.preview.setAccessibleName(self.tr("Beginning of the file"))
        self.preview.setReadOnly(True)
        self.preview.setTabChangesFocus(True)
        theme.set_role(self.preview, "editor", mono=True)
        self.use = basics.button(self.tr("Yes, use this text"), "primary", name="corpus.encoding.use")
        cancel = basics.button(self.tr("Cancel"), name="corpus.encoding.cancel")
        self.use.clicked.connect(self._accept)
        cancel.clicked.connect(self.rejected)
        choices = QHBoxLayout()
        choices.setSpacing(8)
        choices.addWidget(label)
        choices.addWidget(self.choice)
        choices.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.use)
        self.body.addWidget(self._explanation)
        self.body.addLayout(choices)
        self.body.addWidget(self.preview, 1)
        self.body.addLayout(buttons)

    def show_file(self, file: TextFile) -> None:
        """Show the beginning of a file as it was read."""
        self._file = file
        self._explanation.setText(
            self.tr(
                "“{name}” does not say how its letters are stored. This is a guess: look for odd signs below, "
                "and choose another way of reading it if there are any."
            ).format(name=file.path.name)
        )
        self.choice.clear()
        for encoding in (file.encoding, *file.alternatives):
            self.choice.addItem(name_of(encoding), encoding)
        self.choice.setCurrentIndex(0)
        self.preview.setPlainText(_interesting_part(file.text))
        told = self.tr("{count} characters").format(count=messages.count(len(file.text)))
        self.preview.setAccessibleDescription(told)

    @property
    def file(self) -> TextFile | None:
        """The file that is shown."""
        return self._file

    def _accept(self) -> None:
        if self._file:
            self.accepted.emit(self._file)

    def _ask_for_other(self, index: int) -> None:
        encoding = self.choice.itemData(index)
        if self._file and encoding != self._file.encoding:
            self.other_asked.emit(self._file, encoding)


def _interesting_part(text: str) -> str:
    """The part around the first letter beyond ASCII: there a wrong encoding shows."""
    first = next((place for place, char in enumerate(text) if char > "\x7f"), 0)
    start = text.rfind("\n", 0, max(0, first - 200)) + 1 if first > PREVIEW // 2 else 0
    return "\n".join(line[:2_000] for line in text[start : start + PREVIEW].split("\n"))
