"""The left side of the Corpus tab: the list of texts, and the ways to add one."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gpt_studio.gui import theme
from gpt_studio.gui.parts.corpus.corpus_list import CorpusList
from gpt_studio.gui.parts.corpus.texts import Entry
from gpt_studio.gui.widgets import basics

WIDTH = 212
LOW = 560  # pixels of height, at 100 %


class CorpusShelf(basics.Card):
    """The list above its buttons; Download is there only while there is something to fetch."""

    def __init__(self) -> None:
        super().__init__()
        self._is_complete = False
        self.list = CorpusList()
        self.add = basics.button(self.tr("Add file…"), icon="plus", name="corpus.add")
        self.add_folder = basics.icon_button("folder", self.tr("Add a folder as one text"), "corpus.add.folder")
        self.paste = basics.button(self.tr("Paste"), icon="paste", name="corpus.paste")
        self.write = basics.button(self.tr("Write"), icon="pencil", name="corpus.write")
        self.download = basics.button(self.tr("Download…"), icon="download", name="corpus.download")
        self.add.setToolTip(self.tr("Add a text file (Ctrl+O), or drop files anywhere on this page."))
        self.paste.setToolTip(self.tr("Make a text from what you have copied."))
        self.write.setToolTip(self.tr("Begin a text of your own."))
        self.download.setToolTip(self.tr("Fetch Shakespeare once; then it is always here."))
        buttons = QVBoxLayout()
        buttons.setContentsMargins(6, 8, 6, 0)
        buttons.setSpacing(8)
        adding = QHBoxLayout()
        adding.setSpacing(8)
        adding.addWidget(self.add, 1)
        adding.addWidget(self.add_folder)
        buttons.addLayout(adding)
        for each in (self.paste, self.write, self.download):
            each.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            buttons.addWidget(each)
        self.body.addWidget(self.list, 1)
        self.body.addLayout(buttons)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    @property
    def buttons(self) -> tuple[QWidget, ...]:
        """From top to bottom."""
        return self.add, self.add_folder, self.paste, self.write, self.download

    def set_entries(self, entries: list[Entry]) -> None:
        """Show these texts."""
        self.list.set_entries(entries)
        self._is_complete = all(entry.available for entry in entries)
        self._make_room()

    def _make_room(self) -> None:
        """In a low window the list needs the room more; Shakespeare's row in it leads to the download, too."""
        self.download.setVisible(not self._is_complete and self.height() >= theme.px(LOW))

    def _fit(self) -> None:
        super()._fit()
        self.head.setContentsMargins(0, 0, 0, 0)
        side = theme.px(8)
        self.body.setContentsMargins(side, theme.px(4), side, theme.px(12))
        self.setFixedWidth(theme.px(WIDTH))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()
