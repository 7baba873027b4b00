"""The same sentence with each kind of token, and what each costs: tokens to read, parameters to hold."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from gpt_studio.engine import budget
from gpt_studio.engine.config import ModelConfig, TokenizerKind
from gpt_studio.engine.tokenizer import Token
from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.tokenizer import character_names
from gpt_studio.gui.parts.tokenizer.kind_row import title
from gpt_studio.gui.parts.tokenizer.token_chips import chip_edge
from gpt_studio.gui.widgets import basics

CHIP, GAP = 26, 2  # pixels at 100 %


@dataclass(frozen=True)
class Way:
    """A sentence in tokens of one kind; None while they are not known."""

    tokens: tuple[Token, ...] | None
    model: ModelConfig  # with this kind's vocabulary
    size: int | None  # of the vocabulary, where it was chosen
    waits: str = ""  # why it is not known


class ChipLine(QWidget):
    """One row of small chips without ids; what does not fit is left out, and that is said."""

    def __init__(self) -> None:
        super().__init__()
        self._tokens: tuple[Token, ...] = ()
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.notifier().changed.connect(self.updateGeometry)

    def show_tokens(self, tokens: tuple[Token, ...], words: str = "") -> None:
        """Show these, or the words in their place."""
        self._tokens, self._words = tokens, words
        self.setAccessibleName(words or " ".join(messages.visible(token.text) for token in tokens))
        self.setToolTip(words)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(160), theme.px(CHIP) + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, left = Qt.AlignmentFlag.AlignCenter, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if self._words:
            painter.setFont(theme.role_font("caption"))
            painter.setPen(theme.color("text3"))
            painter.drawText(self.rect(), left, self._words)
        painter.setFont(theme.mono(14))
        metrics, fills = QFontMetricsF(painter.font()), theme.current().chips
        x, dots = 0.5, metrics.horizontalAdvance("…") + 4
        for number, token in enumerate(self._tokens):
            sign = character_names.shown(token.text)
            wide = round(metrics.horizontalAdvance(sign) + theme.px(8))
            last = number == len(self._tokens) - 1
            if x + wide + (0 if last else dots) > self.width():
                painter.setPen(theme.color("text2"))
                painter.drawText(QRectF(x + 2, 0, dots, self.height()), left, "…")
                break
            chip = QRectF(x, 0.5, wide, theme.px(CHIP))
            fill = theme.current().bad_soft if token.id is None else fills[number % len(fills)]
            painter.setPen(theme.color("bad") if token.id is None else chip_edge(fill, theme.current().surface))
            painter.setBrush(QColor(fill))
            painter.drawRoundedRect(chip, theme.px(4), theme.px(4))
            painter.setPen(theme.color("text" if messages.has_ink(token.text) else "text3"))
            painter.drawText(chip, middle, sign)
            x += wide + theme.px(GAP)
        painter.end()


class Comparison(basics.Card):
    """A row for each kind."""

    def __init__(self) -> None:
        super().__init__(self.tr("The same sentence, three ways"), "tokenizer.comparison")
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for column, words in ((2, self.tr("tokens")), (3, self.tr("parameters"))):
            grid.addWidget(basics.text(words, "caption", "text3"), 0, column, right)
        self.rows: dict[TokenizerKind, tuple[QLabel, ChipLine, QLabel, QLabel]] = {}
        kinds: tuple[TokenizerKind, ...] = ("char", "byte", "bpe")
        for place, kind in enumerate(kinds, start=1):
            name, line = basics.text(title(kind), "table"), ChipLine()
            tokens, parameters = basics.text("", "table_strong"), basics.text("", "table", "text2")
            self.rows[kind] = (name, line, tokens, parameters)
            grid.addWidget(name, place, 0)
            grid.addWidget(line, place, 1)
            grid.addWidget(tokens, place, 2, right)
            grid.addWidget(parameters, place, 3, right)
        self.body.addLayout(grid)
        note = self.tr("Parameters of the chosen model's embedding and head: each token of the vocabulary has a row.")
        self.body.addWidget(basics.paragraph(note, "caption", "text3"))

    def show_ways(self, ways: dict[TokenizerKind, Way], chosen: TokenizerKind) -> None:
        for kind, way in ways.items():
            name, line, tokens, parameters = self.rows[kind]
            name.setText(title(kind, way.size))
            theme.set_role(name, "table_strong" if kind == chosen else "table")
            line.show_tokens(way.tokens or (), way.waits if way.tokens is None else "")
            known = None if way.tokens is None else sum(token.id is not None for token in way.tokens)
            tokens.setText("…" if known is None else messages.count(known))
            parts = budget.parameters(way.model)
            parameters.setText(messages.count(parts.token + parts.head))
            words = self.tr("{kind}: {tokens} tokens, {parameters} parameters")
            told = words.format(kind=name.text(), tokens=tokens.text(), parameters=parameters.text())
            for label in (name, tokens, parameters):
                label.setAccessibleName(told)
