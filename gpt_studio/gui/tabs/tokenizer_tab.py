"""Tokenizer: choose what a token is, see how text becomes numbers, and what each choice costs."""

from itertools import pairwise

from msgspec.structs import replace
from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from gpt_studio.engine.config import ModelConfig, TokenizerConfig, TokenizerKind
from gpt_studio.engine.requests import CorpusText
from gpt_studio.engine.tokenizer import Tokenizer
from gpt_studio.engine.tokens.byte_pairs import BytePairs
from gpt_studio.gui import messages, theme
from gpt_studio.gui.background import Background
from gpt_studio.gui.parts.tokenizer.chip_card import ChipCard
from gpt_studio.gui.parts.tokenizer.comparison import Comparison, Way
from gpt_studio.gui.parts.tokenizer.kind_row import KindRow
from gpt_studio.gui.parts.tokenizer.merge_player import MergePlayer
from gpt_studio.gui.parts.tokenizer.round_trip import RoundTrip
from gpt_studio.gui.parts.tokenizer.token_cost import TokenCost
from gpt_studio.gui.parts.tokenizer.token_study import TokenStudies
from gpt_studio.gui.parts.tokenizer.vocabulary_table import VocabularyTable
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.widgets import basics
from gpt_studio.gui.widgets.basics import MessageBar, Page, PageHeader, button
from gpt_studio.gui.widgets.search_field import SearchField

VOCABULARY_WIDTH = 252
LONGEST = 1_000  # characters that can be typed
SAMPLE = 44  # characters of the text that are cut up to begin with
KINDS: tuple[TokenizerKind, ...] = ("char", "byte", "bpe")


class TokenizerTab(Page):
    """Choose the kind of token, type something, see its tokens, and find them in the vocabulary."""

    def __init__(self, state: StudioState, parent: QWidget | None = None) -> None:
        super().__init__("tokenizer", parent)
        self._state = state
        self._background = Background(self)
        self._shown: CorpusText | None = None
        self._listed: object = None  # the study whose tokens the vocabulary shows
        self._before = TokenizerConfig()  # what was chosen before byte pairs
        self._own_words = False  # the student has typed
        self._has_left = False  # the student did not want to wait for byte pairs
        self._typing = QTimer(self, objectName="cut up", interval=0, singleShot=True)
        self._typing.timeout.connect(self._cut_up)
        self.studies = TokenStudies(self._background, self)
        self._make_parts()
        self._lay_out()
        self._connect()
        self._show_text()

    def shut_down(self) -> None:
        """End what runs in the background."""
        self.studies.drop()
        self._background.shut_down()

    def _make_parts(self) -> None:
        self.header = PageHeader(
            self.tr("Cut text into tokens"),
            self.tr("A model reads numbers. Here you choose which pieces of text get a number."),
        )
        self.use = button(self.tr("Use characters"), "primary", name="tokenizer.use")
        self.use.setProperty("main", "true")
        self.header.add(self.use)
        self.kinds = KindRow()
        self.size_label = self.kinds.size_label
        self.problem = MessageBar("tokenizer.problem")
        self.input = QLineEdit()
        self.input.setObjectName("tokenizer.input")
        self.input.setAccessibleName(self.tr("Text to cut into tokens"))
        self.input.setPlaceholderText(self.tr("Type something"))
        self.input.setMaxLength(LONGEST)
        theme.set_role(self.input, "arcs", mono=True)
        self.chip_card = ChipCard()
        self.chips, self.chip_pane, self.count = self.chip_card.chips, self.chip_card.pane, self.chip_card.count
        self.player = MergePlayer()
        self.comparison = Comparison()
        self.round_trip = RoundTrip()
        self.cost = TokenCost()
        self.vocabulary = VocabularyTable()
        self.search = SearchField(self.tr("Find a token"))
        self.search.setObjectName("tokenizer.find")
        self.search.setAccessibleName(self.tr("Find a token by character, id or name"))
        self.known = basics.text("", "caption", "text2")

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(12)
        left.addWidget(self.input)
        for part in (self.chip_card, self.player, self.comparison, self.round_trip):
            left.addWidget(part)
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
        for each in (self.header, self.kinds, self.problem):
            self.content.addWidget(each)
        self.content.addLayout(row, 1)
        order: tuple[QWidget, ...] = (self.input, self.chips, self.search, self.vocabulary, self.use)
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)
        self._fit_parts()

    def _connect(self) -> None:
        state = self._state
        self.use.clicked.connect(self._go_on)
        self.kinds.chosen.connect(self._choose)
        self.kinds.leave_asked.connect(self._leave)
        self.input.textEdited.connect(self._take_typing)
        self.chips.chosen.connect(self._show_row)
        self.search.textChanged.connect(self._search)
        self.studies.changed.connect(self._show_studies)
        state.corpus_changed.connect(self._show_text)
        state.tokens_changed.connect(self._show_kind)
        state.model_changed.connect(self._show_cost)
        theme.notifier().changed.connect(self._fit_parts)

    # What is chosen

    @property
    def tokenizer(self) -> Tokenizer | None:
        """Of the chosen kind; None while it is being learnt."""
        study = self.studies.of(self._state.tokens.kind)
        return study.tokenizer if study else None

    def _choose(self, tokens: TokenizerConfig) -> None:
        if self._state.tokens.kind != "bpe":
            self._before = self._state.tokens
        self._has_left = False
        self._state.tick("tokenizer")
        self._state.choose_tokens(tokens)

    def _leave(self) -> None:
        """Learning takes too long: back to what was chosen before."""
        self.studies.leave()
        self._has_left = True
        self._state.choose_tokens(replace(self._before, vocab_size=self._state.tokens.vocab_size))

    def _use_size(self, size: int) -> None:
        self._state.choose_tokens(TokenizerConfig(kind="bpe", vocab_size=size))

    # Showing

    def _show_text(self) -> None:
        """Another text was chosen, or it was edited."""
        text, characters = self._state.corpus, self._state.tokenizer
        if text is None or characters is None:
            self._shown = None
            self.studies.drop()
            self.empty(self.tr("First choose a text."), self.tr("Go to 2 Corpus"), "corpus")
            return
        self.full()
        is_other = self._shown is None or self._shown.id != text.id
        self._shown = text
        self._has_left = self._has_left and not is_other
        if is_other and not self._own_words:
            self.input.setText(_first_words(text.text))
        self.studies.show_text(text, characters)
        self._show_kind()
        if self.isVisible():
            self._state.tick("tokenizer")

    def _show_kind(self) -> None:
        """Another kind of token, or another size of its vocabulary."""
        tokens = self._state.tokens
        self.kinds.show_choice(tokens, self._state.vocab_size)
        self._learn()
        uses = {
            "char": self.tr("Use characters"),
            "byte": self.tr("Use bytes"),
            "bpe": self.tr("Use byte pairs"),
        }
        self.use.setText(uses[tokens.kind])
        self.use.setAccessibleName(uses[tokens.kind])
        self.chip_card.show_kind(tokens)
        self._show_studies()

    def _learn(self) -> None:
        """Learn byte pairs where they are chosen; else, to compare them, while somebody looks."""
        tokens = self._state.tokens
        if self._shown is not None and (tokens.kind == "bpe" or (self.isVisible() and not self._has_left)):
            self.studies.learn(tokens.vocab_size)

    def _show_studies(self) -> None:
        """Something is known of the text that was not before."""
        if self._shown is None:
            return
        kind, studies = self._state.tokens.kind, self.studies
        self.kinds.show_learning(studies.is_learning and kind == "bpe")
        self._show_problem()
        study = studies.of(kind)
        if study is not self._listed or study is None:
            self._listed = study
            characters = self._state.tokenizer
            waiting = characters.tokens if kind == "char" and characters else ()
            tokens = study.tokenizer.tokens if study else waiting
            self.vocabulary.set_tokens(tokens, study.counts.tolist() if study else None)
            self.search.clear()
            self._search("")
        self.cost.show_studies({each: studies.of(each) for each in KINDS}, kind, studies.size)
        self._show_cost()
        self._cut_up()

    def _show_problem(self) -> None:
        """Why there are no byte pairs, and what to do."""
        problem = self.studies.problem
        if problem is None or self._state.tokens.kind != "bpe":
            self.problem.clear()
            return
        words, most = messages.sentence(problem.code, problem.values), problem.values.get("most")
        if words != self.problem.words:
            use = self.tr("Use {size}").format(size=messages.count(most)) if most else None
            self.problem.tell("warn", words, use, lambda: self._use_size(int(most)) if most else None)

    def _show_cost(self) -> None:
        if self._shown is None:
            return
        kind = self._state.tokens.kind
        model, study = self._model(kind), self.studies.of(kind)
        self.cost.show_model(self._shown.text, model, study)
        self._compare()
        if study is not None:
            start, _ = study.tokenizer.encode_known(self._shown.text[: model.block_size * 8])
            self.cost.reading.show_ids(start[: model.block_size].tolist())

    def _model(self, kind: TokenizerKind) -> ModelConfig:
        """The chosen model, with the vocabulary of a kind."""
        characters = self._state.tokenizer.vocab_size if self._state.tokenizer else 1
        size = TokenizerConfig(kind=kind, vocab_size=self.studies.size).size
        return replace(self._state.model, vocab_size=size or characters)

    def _cut_up(self) -> None:
        """Turn what stands in the field into tokens."""
        words, tokenizer = self.input.text(), self.tokenizer
        self.chip_card.show_text(words, tokenizer)
        self.round_trip.setVisible(tokenizer is not None)
        if tokenizer:
            self.round_trip.show_text(words, tokenizer)
        joins = isinstance(tokenizer, BytePairs) and tokenizer.kind == "bpe"
        self.player.setVisible(joins)
        if isinstance(tokenizer, BytePairs) and joins:
            self.player.show_text(words, tokenizer)
        self._compare()
        self._fit_parts()

    def _compare(self) -> None:
        words, ways = self.input.text(), {}
        for kind in KINDS:
            study = self.studies.of(kind)
            tokens = study.tokenizer.cut(words) if study else None
            waits = self.tr("this text is too small") if self.studies.problem else self.tr("not learnt")
            if self.studies.is_learning:
                waits = self.tr("being learnt …")
            size = self.studies.size if kind == "bpe" else None
            ways[kind] = Way(tokens, self._model(kind), size, waits if kind == "bpe" else self.tr("being counted …"))
        self.comparison.show_ways(ways, self._state.tokens.kind)

    def _take_typing(self) -> None:
        self._own_words = True
        self._state.tick("tokenizer")
        self._typing.start()

    def _show_row(self, id: int) -> None:
        """A chip was chosen: find its row, even if a search has hidden it."""
        if self.search.text():
            self.search.clear()
        self.vocabulary.show_token(id)
        self.chip_card.keep_in_view()

    def _search(self, words: str) -> None:
        found = self.vocabulary.search(words)
        total = messages.count(self._state.vocab_size)
        told = self.tr("{count} tokens").format(count=total)
        if words:
            told = self.tr("{found} of {total}").format(found=messages.count(found), total=total)
        self.known.setText(told)

    def _fit_parts(self) -> None:
        self.chip_card.fit_rows()
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
            self._learn()


def _first_words(text: str) -> str:
    """A line from the beginning of the text, cut between words."""
    line = next((line.strip() for line in text[:20_000].split("\n") if len(line.strip()) >= SAMPLE // 2), text[:SAMPLE])
    line = line.replace("\n", " ").strip()
    return line if len(line) <= SAMPLE else line[: SAMPLE + 1].rsplit(" ", 1)[0][:SAMPLE]
