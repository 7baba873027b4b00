"""Tokenizer: see how text becomes numbers, and what the vocabulary of the chosen text is."""

from itertools import pairwise

from msgspec.structs import replace
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from gpt_studio.engine import corpus
from gpt_studio.engine.requests import CorpusText
from gpt_studio.gui import messages, theme
from gpt_studio.gui.background import Background
from gpt_studio.gui.parts.tokenizer.round_trip import RoundTrip
from gpt_studio.gui.parts.tokenizer.token_chips import Token, TokenChips
from gpt_studio.gui.parts.tokenizer.token_cost import TokenCost
from gpt_studio.gui.parts.tokenizer.vocabulary_table import VocabularyTable
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.text_study import AT_ONCE
from gpt_studio.gui.widgets import basics
from gpt_studio.gui.widgets.basics import Page, PageHeader, button
from gpt_studio.gui.widgets.search_field import SearchField

VOCABULARY_WIDTH = 252
ROWS = 4  # of chips, before they scroll
LONGEST = 1_000  # characters that can be typed
SAMPLE = 44  # characters of the text that are cut up to begin with


class TokenizerTab(Page):
    """Type something, see its tokens, and find them in the vocabulary."""

    def __init__(self, state: StudioState, parent: QWidget | None = None) -> None:
        super().__init__("tokenizer", parent)
        self._state = state
        self._background = Background(self)
        self._shown: CorpusText | None = None
        self._own_words = False  # the student has typed
        self._typing = QTimer(self, objectName="cut up", interval=0, singleShot=True)
        self._typing.timeout.connect(self._cut_up)
        self._make_parts()
        self._lay_out()
        self.use.clicked.connect(self._go_on)
        self.input.textEdited.connect(self._take_typing)
        self.chips.chosen.connect(self._show_row)
        self.search.textChanged.connect(self._search)
        state.corpus_changed.connect(self._show_text)
        state.model_changed.connect(self._show_cost)
        theme.notifier().changed.connect(self._fit_chips)
        self._show_text()

    def shut_down(self) -> None:
        """End what runs in the background."""
        self._background.shut_down()

    def _make_parts(self) -> None:
        self.header = PageHeader(
            self.tr("Cut text into tokens"),
            self.tr("A model reads numbers. Here you see which piece of text has which number."),
        )
        self.use = button(self.tr("Use characters"), "primary", name="tokenizer.use")
        self.use.setProperty("main", "true")
        self.header.add(self.use)
        self.size_label = basics.text("", "table_strong")
        self.size_label.setObjectName("tokenizer.size")
        self.input = QLineEdit()
        self.input.setObjectName("tokenizer.input")
        self.input.setAccessibleName(self.tr("Text to cut into tokens"))
        self.input.setPlaceholderText(self.tr("Type something"))
        self.input.setMaxLength(LONGEST)
        theme.set_role(self.input, "arcs", mono=True)
        self.chips = TokenChips()
        self.chip_pane = QScrollArea()
        self.chip_pane.setWidget(self.chips)
        self.chip_pane.setWidgetResizable(True)
        self.chip_pane.setFrameShape(QFrame.Shape.NoFrame)
        self.chip_pane.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.chip_pane.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.chip_pane.setProperty("plain", "true")
        self.chip_card = basics.Card(self.tr("Characters"))
        self.count = basics.text("", "card_title")
        self.count.setObjectName("tokenizer.count")
        self.round_trip = RoundTrip()
        self.cost = TokenCost()
        self.vocabulary = VocabularyTable()
        self.search = SearchField(self.tr("Find a token"))
        self.search.setObjectName("tokenizer.find")
        self.search.setAccessibleName(self.tr("Find a token by character, id or name"))
        self.known = basics.text("", "caption", "text2")

    def _lay_out(self) -> None:
        self.chip_card.head.addWidget(basics.text(self.tr("one token per character"), "caption", "text2"))
        self.chip_card.head.addWidget(self.count)
        self.chip_card.body.addWidget(self.chip_pane)
        left = QVBoxLayout()
        left.setSpacing(12)
        left.addWidget(self.input)
        left.addWidget(self.chip_card)
        left.addWidget(self.round_trip)
        left.addWidget(self.cost, 1)
        card = basics.Card(self.tr("Vocabulary"))
        card.head.insertWidget(1, self.known)
        card.body.addWidget(self.search)
        card.body.addWidget(self.vocabulary, 1)
        card.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.vocabulary_card = card
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addLayout(left, 1)
        row.addWidget(card)
        self.content.addWidget(self.header)
        self.content.addLayout(self._size_row())
        self.content.addLayout(row, 1)
        order: tuple[QWidget, ...] = (self.input, self.chips, self.search, self.vocabulary, self.use)
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)
        self._fit_chips()

    def _size_row(self) -> QHBoxLayout:
        """The size of the vocabulary, which is no choice here; so it says why."""
        row = QHBoxLayout()
        row.setSpacing(8)
        caption = basics.text(self.tr("Vocabulary size"), "body", "text2")
        row.addWidget(caption)
        row.addWidget(self.size_label)
        row.addSpacing(4)
        row.addWidget(basics.Icon("lock", "text3", 14))
        row.addWidget(basics.text(self.tr("set by the text"), "caption", "text3"))
        row.addStretch(1)
        return row

    # Showing

    def _show_text(self) -> None:
        """Another text was chosen, or it was edited."""
        text, tokenizer = self._state.corpus, self._state.tokenizer
        if text is None or tokenizer is None:
            self._shown = None
            self.empty(self.tr("First choose a text."), self.tr("Go to 2 Corpus"), "corpus")
            return
        self.full()
        is_other = self._shown is None or self._shown.id != text.id
        self._shown = text
        if is_other and not self._own_words:
            self.input.setText(_first_words(text.text))
        size = messages.count(tokenizer.vocab_size)
        self.size_label.setText(size)
        self.size_label.setAccessibleName(self.tr("Vocabulary size: {size}, set by the text").format(size=size))
        self.known.setText(self.tr("{count} tokens").format(count=size))
        self._count(text)
        self.cost.show_text(text.text, tokenizer.vocab_size)
        self._show_cost()
        self._cut_up()
        if self.isVisible():
            self._state.tick("tokenizer")

    def _count(self, text: CorpusText) -> None:
        """Fill the vocabulary; the counts of a large text come a moment later."""
        tokens = self._state.tokenizer.tokens if self._state.tokenizer else ()

        def show(counts: dict[str, int]) -> None:
            if self._shown is text:
                self.vocabulary.set_tokens(tokens, counts)
                self.search.clear()

        if len(text.text) <= AT_ONCE:
            show(corpus.count_characters(text.text))
        else:
            show({})
            self._background.run("counting tokens", lambda: corpus.count_characters(text.text), show)

    def _show_cost(self) -> None:
        if self._shown and self._state.tokenizer:
            model = replace(self._state.model, vocab_size=self._state.tokenizer.vocab_size)
            self.cost.show_model(self._shown.text, model)
            start = self._state.tokenizer.encode(self._shown.text[: model.block_size])
            self.cost.reading.show_ids(start.tolist())

    def _cut_up(self) -> None:
        """Turn what stands in the field into tokens."""
        tokenizer = self._state.tokenizer
        if tokenizer is None:
            return
        words = self.input.text()
        ids, known = tokenizer.encode_known(words)
        left = iter(ids.tolist())
        self.chips.show_tokens(
            tuple(Token(char, next(left) if is_known else None) for char, is_known in zip(words, known, strict=True))
        )
        count = messages.count(len(ids))
        self.count.setText(self.tr("1 token") if len(ids) == 1 else self.tr("{count} tokens").format(count=count))
        self.round_trip.show_text(words, tokenizer)
        self._fit_chips()

    def _take_typing(self) -> None:
        self._own_words = True
        self._state.tick("tokenizer")
        self._typing.start()

    def _show_row(self, id: int) -> None:
        """A chip was chosen: find its row, even if a search has hidden it."""
        if self.search.text():
            self.search.clear()
        self.vocabulary.show_token(id)
        self._keep_in_view()

    def _keep_in_view(self) -> None:
        if self.chips.current is not None:
            cell = self.chips.cell(self.chips.current)
            self.chip_pane.ensureVisible(cell.center().x(), cell.center().y(), 0, cell.height() // 2 + 4)

    def _search(self, words: str) -> None:
        found = self.vocabulary.search(words)
        total = self._state.tokenizer.vocab_size if self._state.tokenizer else 0
        told = self.tr("{count} tokens").format(count=messages.count(total))
        if words:
            told = self.tr("{found} of {total}").format(found=messages.count(found), total=messages.count(total))
        self.known.setText(told)

    def _fit_chips(self) -> None:
        """As high as the chips, up to four rows."""
        rows = max(1, -(-self.chips.heightForWidth(self.chips.width()) // self.chips.row_height()))
        self.chip_pane.setFixedHeight(min(rows, ROWS) * self.chips.row_height() + 2)
        self.vocabulary_card.setFixedWidth(theme.px(VOCABULARY_WIDTH))

    def _go_on(self) -> None:
        self._state.tick("tokenizer")
        self.go_asked.emit("model")

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._typing.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self.is_empty:
            self._state.tick("tokenizer")


def _first_words(text: str) -> str:
    """A line from the beginning of the text, cut between words."""
    line = next((line.strip() for line in text[:20_000].split("\n") if len(line.strip()) >= SAMPLE // 2), text[:SAMPLE])
    line = line.replace("\n", " ").strip()
    return line if len(line) <= SAMPLE else line[: SAMPLE + 1].rsplit(" ", 1)[0][:SAMPLE]
