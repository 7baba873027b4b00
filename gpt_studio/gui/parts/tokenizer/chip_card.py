"""The typed text cut into tokens of the chosen kind: a card with their number and up to four rows of chips."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea

from gpt_studio.engine.config import TokenizerConfig
from gpt_studio.engine.tokenizer import Tokenizer
from gpt_studio.gui import messages
from gpt_studio.gui.parts.tokenizer.kind_row import title
from gpt_studio.gui.parts.tokenizer.token_chips import TokenChips
from gpt_studio.gui.widgets import basics

ROWS = 4  # of chips, before they scroll


class ChipCard(basics.Card):
    """Shows what the next run's tokenizer makes of the text."""

    def __init__(self) -> None:
        super().__init__(title("char"))
        self.chips = TokenChips()
        self.pane = QScrollArea()
        self.pane.setWidget(self.chips)
        self.pane.setWidgetResizable(True)
        self.pane.setFrameShape(QFrame.Shape.NoFrame)
        self.pane.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.pane.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.pane.setProperty("plain", "true")
        self._how = basics.text("", "caption", "text2")
        self.count = basics.text("", "card_title")
        self.count.setObjectName("tokenizer.count")
        self.head.insertWidget(1, basics.Badge(self.tr("used by the next run"), "accent"))
        self.head.addWidget(self._how)
        self.head.addWidget(self.count)
        self.body.addWidget(self.pane)
        self.set_chosen(True)

    def show_kind(self, tokens: TokenizerConfig) -> None:
        """Say which kind of token it is and how it comes about."""
        how = {
            "char": self.tr("one token per character"),
            "byte": self.tr("one token per byte of UTF-8"),
            "bpe": self.tr("frequent pairs joined"),
        }
        self._how.setText(how[tokens.kind])
        self.set_title(title(tokens.kind, tokens.vocab_size if tokens.kind == "bpe" else None))

    def show_text(self, words: str, tokenizer: Tokenizer | None) -> None:
        """Cut the text up; without a tokenizer, which is being learnt, there are no chips."""
        tokens = tokenizer.cut(words) if tokenizer else ()
        self.chips.show_tokens(tokens)
        known = sum(token.id is not None for token in tokens)
        told = self.tr("1 token") if known == 1 else self.tr("{count} tokens").format(count=messages.count(known))
        self.count.setText(told if tokenizer else "…")

    def keep_in_view(self) -> None:
        """Scroll to the chosen chip."""
        if self.chips.current is not None:
            cell = self.chips.cell(self.chips.current)
            self.pane.ensureVisible(cell.center().x(), cell.center().y(), 0, cell.height() // 2 + 4)

    def fit_rows(self) -> None:
        """As high as the chips, up to four rows."""
        rows = max(1, -(-self.chips.heightForWidth(self.chips.width()) // self.chips.row_height()))
        self.pane.setFixedHeight(min(rows, ROWS) * self.chips.row_height() + 2)
