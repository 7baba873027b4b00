"""A folder that becomes one text: which files come along, and which do not and why."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QListWidget, QListWidgetItem

from gpt_studio.engine.texts.folder_texts import FolderTexts, join_files
from gpt_studio.engine.texts.text_files import TextFile
from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.corpus.encoding_card import name_of
from gpt_studio.gui.widgets import basics

FILE = int(Qt.ItemDataRole.UserRole) + 1


class FolderCard(basics.Card):
    """Lists the files of a folder, each with a tick.

    Signals:
        accepted: The files are chosen; carries a title and the text that they make.
        rejected: The folder is not wanted after all.
    """

    accepted = Signal(str, str)
    rejected = Signal()

    def __init__(self) -> None:
        super().__init__(self.tr("These files become one text"), "corpus.folder")
        self._found: FolderTexts | None = None
        self._told = basics.paragraph("", "body", "text2")
        self.list = QListWidget()
        self.list.setObjectName("corpus.folder.files")
        self.list.setAccessibleName(self.tr("Files of the folder"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        theme.set_role(self.list, "body")
        self.list.itemChanged.connect(self._renew)
        self.names = QCheckBox(self.tr("Write each file's name above it"))
        self.names.setObjectName("corpus.folder.names")
        self.names.setAccessibleName(self.names.text())
        theme.set_role(self.names, "body")
        self.use = basics.button(self.tr("Use this text"), "primary", name="corpus.folder.use")
        self.cancel = basics.button(self.tr("Cancel"), name="corpus.folder.cancel")
        self.use.clicked.connect(self._accept)
        self.cancel.clicked.connect(self.rejected)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.names)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.use)
        theme.notifier().changed.connect(self._fit_rows)
        self.body.addWidget(self._told)
        self.body.addWidget(self.list, 1)
        self.body.addLayout(buttons)

    def show_folder(self, found: FolderTexts) -> None:
        """List what was found; below it what is left out."""
        self._found = found
        self.list.blockSignals(True)
        self.list.clear()
        for file in found.taken:
            self._add(file.path, _about(file), file)
        for left in found.left:
            self._add(left.path, messages.sentence(left.code, {"path": left.path.name}), None)
        self.list.blockSignals(False)
        self._fit_rows()
        self._renew()

    @property
    def chosen(self) -> list[TextFile]:
        """The files that are ticked."""
        items = (self.list.item(row) for row in range(self.list.count()))
        return [item.data(FILE) for item in items if item.checkState() == Qt.CheckState.Checked and item.data(FILE)]

    def _add(self, path: Path, words: str, file: TextFile | None) -> None:
        assert self._found is not None, "a folder is shown"
        name = path.relative_to(self._found.root).as_posix().encode("utf-8", "replace").decode("utf-8")
        item = QListWidgetItem(f"{name}  ·  {words}", self.list)
        item.setData(FILE, file)
        if file:
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked)
        else:
            item.setFlags(Qt.ItemFlag.ItemIsSelectable)
        item.setToolTip(words)

    def _fit_rows(self) -> None:
        self.list.blockSignals(True)
        for row in range(self.list.count()):
            item = self.list.item(row)
            item.setSizeHint(QSize(0, theme.px(28)))
            item.setForeground(theme.color("text" if item.data(FILE) else "text3"))
        self.list.blockSignals(False)

    def _renew(self) -> None:
        if self._found is None:
            return
        chosen = self.chosen
        words = self.tr("“{name}”: {files} files, {characters} characters; {left} left out.")
        self._told.setText(
            words.format(
                name=self._found.root.name,
                files=messages.count(len(chosen)),
                characters=messages.count(sum(len(file.text) for file in chosen)),
                left=messages.count(len(self._found.left) + len(self._found.taken) - len(chosen)),
            )
        )
        self.use.setEnabled(bool(chosen))
        self.use.setToolTip("" if chosen else self.tr("Tick at least one file."))

    def _accept(self) -> None:
        if self._found:
            text = join_files(self._found.root, self.chosen, self.names.isChecked())
            self.accepted.emit(self._found.root.name, text)


def _about(file: TextFile) -> str:
    """How long a file is, and how it was read where that was a guess."""
    words = messages.tr("{count} characters").format(count=messages.count(len(file.text)))
    return f"{words}, {name_of(file.encoding)}?" if file.guessed else words
