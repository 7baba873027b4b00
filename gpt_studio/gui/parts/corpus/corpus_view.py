"""The parts of the Corpus tab in their places, and what gives way when the window is narrow."""

from itertools import pairwise

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from gpt_studio.gui import theme
from gpt_studio.gui.parts.corpus.corpus_editor import CorpusEditor
from gpt_studio.gui.parts.corpus.corpus_facts import WIDTH as FACTS
from gpt_studio.gui.parts.corpus.corpus_facts import CorpusSide
from gpt_studio.gui.parts.corpus.corpus_shelf import WIDTH as SHELF
from gpt_studio.gui.parts.corpus.corpus_shelf import CorpusShelf
from gpt_studio.gui.parts.corpus.download_card import DownloadCard
from gpt_studio.gui.parts.corpus.encoding_card import EncodingCard
from gpt_studio.gui.parts.corpus.folder_card import FolderCard
from gpt_studio.gui.parts.corpus.table_card import TableCard
from gpt_studio.gui.parts.corpus.text_adding import ImportCards
from gpt_studio.gui.parts.corpus.workshop_card import WorkshopCard
from gpt_studio.gui.widgets.basics import EmptyState, MessageBar, PageHeader, button

SIDE, GAP = 20, 14  # the page's margin, and the room between two cards
NARROW = 1060  # pixels of the page's width, at 100 %, under which the facts give way


class _Middle(QStackedWidget):
    """Asks for no more room than the card that is shown; Qt's own would for the largest, as it was at another zoom."""

    def minimumSizeHint(self) -> QSize:
        return self.currentWidget().minimumSizeHint() if self.currentWidget() else QSize()

    def hasHeightForWidth(self) -> bool:
        return False


class CorpusView(QWidget):
    """Header, shelf, one of several cards in the middle, and the facts."""

    def __init__(self, page: QWidget) -> None:
        super().__init__()
        self._page = page
        self.header = PageHeader("")
        self.use = button(self.tr("Train on this text"), "primary", name="corpus.use")
        self.use.setProperty("main", "true")
        self.header.add(self.use)
        self.bar = MessageBar("corpus.message")
        self.draft_bar = MessageBar("corpus.draft")
        self.shelf = CorpusShelf()
        self.editor = CorpusEditor()
        self.editor.add_keys(page)
        self.side = CorpusSide(self.editor.strip)
        self.nothing = EmptyState(self.tr("Choose a text on the left."))
        self.encoding, self.table, self.folder = EncodingCard(), TableCard(), FolderCard()
        self.download = DownloadCard()
        self.workshop = WorkshopCard()
        self._middle = _Middle()
        for card in (self.nothing, self.editor, self.download, self.workshop, *self.import_cards):
            self._middle.addWidget(card)
        self._row = QHBoxLayout()
        self._row.addWidget(self.shelf)
        self._row.addWidget(self._middle, 1)
        self._row.addWidget(self.side)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.header)
        box.addWidget(self.draft_bar)
        box.addWidget(self.bar)
        box.addLayout(self._row, 1)
        order: tuple[QWidget, ...] = (self.shelf.list, *self.shelf.buttons, *self.editor.focus_parts, self.use)
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)
        theme.notifier().changed.connect(self.make_room)
        self.show_card(self.nothing)

    @property
    def import_cards(self) -> ImportCards:
        return ImportCards(self.encoding, self.table, self.folder)

    @property
    def card(self) -> QWidget | None:
        """What stands in the middle."""
        return self._middle.currentWidget()

    def show_card(self, card: QWidget) -> None:
        """Put a card into the middle: `nothing`, `editor`, `download`, `workshop` or one of `import_cards`."""
        self._middle.setCurrentWidget(card)
        self.use.setVisible(card is self.editor)
        self.make_room()

    def make_room(self) -> None:
        """Give way by the page's width: this widget's own follows from what gives way, and would never come to rest."""
        narrow = self._page.width() < theme.px(NARROW)
        self.side.set_narrow(narrow)
        self.side.setVisible(not narrow and self.card is self.editor)
        beside = 2 * SIDE + SHELF + GAP + (0 if narrow else FACTS + GAP)
        self.editor.tools.give_way(self._page.width() - theme.px(beside))
        self._row.setSpacing(theme.px(GAP))
        self.layout().setSpacing(theme.px(12))

    def hasHeightForWidth(self) -> bool:
        return False  # else the page would scroll as soon as the charts get less height than they would like
