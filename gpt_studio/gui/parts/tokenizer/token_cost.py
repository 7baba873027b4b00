"""What the whole text costs in tokens, and what its vocabulary costs the model."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from gpt_studio.engine import budget, corpus
from gpt_studio.engine.config import ModelConfig, TokenizerKind
from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.tokenizer.kind_row import title
from gpt_studio.gui.parts.tokenizer.token_study import TokenStudy
from gpt_studio.gui.widgets import basics
from gpt_studio.gui.widgets.hatching import paint_held_back

SAMPLE = 1_000_000  # characters that the length of a word is measured on


class _TokenBar(QWidget):
    """All tokens of the text: of the chosen kind, those trained on, and, hatched, those held back."""

    def __init__(self) -> None:
        super().__init__()
        self._cut, self._share, self._is_chosen = corpus.TRAINING_SHARE, 0.0, False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_cut(self, cut: float, share: float, is_chosen: bool, words: str) -> None:
        """Args:
        cut: Where the held-back part begins, of this bar.
        share: How long this bar is, of the longest.
        is_chosen: Whether the next run has these tokens.
        """
        self._cut, self._share, self._is_chosen = cut, share, is_chosen
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(120), theme.px(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QPainterPath()
        width = round(self._share * self.width())
        shape.addRoundedRect(QRectF(0, 0, width, self.height()), 3, 3)
        painter.setClipPath(shape)
        edge = round(self._cut * width)
        if self._is_chosen:
            painter.fillRect(QRectF(0, 0, edge - 1, self.height()), theme.color("train"))
            paint_held_back(painter, QRectF(edge + 1, 0, width - edge - 1, self.height()))
        else:
            painter.fillRect(QRectF(0, 0, width, self.height()), theme.color("other"))
        painter.end()


class _Reading(QWidget):
    """The beginning of the text as numbers; shown where the window is high enough, in whole lines."""

    def __init__(self) -> None:
        super().__init__()
        self._ids: list[int] = []
        self.setObjectName("tokenizer.reading")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        theme.notifier().changed.connect(self.update)

    def show_ids(self, ids: list[int]) -> None:
        """The tokens of one context."""
        self._ids = ids
        self.setAccessibleName(self._caption())
        self.setAccessibleDescription(", ".join(map(str, ids[:64])))
        self.update()

    def _caption(self) -> str:
        count = messages.count(len(self._ids))
        return self.tr("The first {count} tokens, as a model reads them").format(count=count)

    def _lines(self, width: int) -> list[str]:
        """The ids, broken between numbers."""
        room = max(8, int(width / QFontMetricsF(theme.mono(14)).horizontalAdvance("0")))
        lines, line = [], ""
        for id in self._ids:
            if len(line) + len(str(id)) + 1 > room:
                lines.append(line)
                line = ""
            line += f"{id} "
        return [*lines, line]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        caption, pitch, top = theme.px(18), theme.px(22), theme.px(16)
        lines = self._lines(self.width())
        fitting = (self.height() - top - caption - theme.px(6)) // pitch
        if fitting < min(2, len(lines)):
            return
        if fitting < len(lines):
            lines = [*lines[: fitting - 1], lines[fitting - 1].rstrip()[:-2] + " …"]
        painter.fillRect(0, theme.px(4), self.width(), 1, theme.color("line"))
        painter.setFont(theme.role_font("caption"))
        painter.setPen(theme.color("text2"))
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, top, self.width(), caption), left, self._caption())
        painter.setFont(theme.mono(14))
        painter.setPen(theme.color("text"))
        for number, line in enumerate(lines):
            row = QRectF(0, top + caption + theme.px(4) + number * pitch, self.width(), pitch)
            painter.drawText(row, left, line)
        painter.end()


class TokenCost(basics.Card):
    """Tokens of the whole text, how far a context reaches back, and the parameters that the vocabulary takes."""

    def __init__(self) -> None:
        super().__init__(self.tr("What the whole text costs"), "tokenizer.cost")
        bars = QGridLayout()
        bars.setHorizontalSpacing(12)
        bars.setVerticalSpacing(6)
        bars.setColumnStretch(1, 1)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        self._rows: dict[TokenizerKind, tuple[QLabel, _TokenBar, QLabel, QLabel]] = {}
        kinds: tuple[TokenizerKind, ...] = ("char", "byte", "bpe")
        for place, kind in enumerate(kinds):
            name, bar = basics.text(title(kind), "table"), _TokenBar()
            total, parts = basics.text("", "table_strong"), basics.text("", "caption", "text2")
            self._rows[kind] = (name, bar, total, parts)
            bars.addWidget(name, place, 0)
            bars.addWidget(bar, place, 1)
            bars.addWidget(total, place, 2, right)
            bars.addWidget(parts, place, 3)
        self._reach_caption = basics.text("", "caption", "text2")
        self._reach = basics.paragraph("", "table", "text", markup=True)
        caption = basics.text(self.tr("Parameters for the vocabulary"), "caption", "text2")
        self._parameters = basics.paragraph("", "table", "text", markup=True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(4)
        grid.addWidget(self._reach_caption, 0, 0)
        grid.addWidget(caption, 0, 1)
        grid.addWidget(self._reach, 1, 0)
        grid.addWidget(self._parameters, 1, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self.body.addLayout(bars)
        self.body.addSpacing(4)
        self.body.addWidget(basics.rule())
        self.body.addSpacing(4)
        self.reading = _Reading()
        self.body.addLayout(grid)
        self.body.addWidget(self.reading, 1)

    def show_studies(self, studies: dict[TokenizerKind, TokenStudy | None], chosen: TokenizerKind, size: int) -> None:
        """Renew what follows from the text alone; `size` is that of the byte pairs, also while they are learnt."""
        count = messages.count
        longest = max([1, *(study.total for study in studies.values() if study)])
        for kind, study in studies.items():
            name, bar, total, parts = self._rows[kind]
            name.setText(title(kind, size if kind == "bpe" else None))
            theme.set_role(name, "table_strong" if kind == chosen else "table")
            if study is None:
                total.setText("…")
                parts.setText("")
                bar.show_cut(0.0, 0.0, False, self.tr("not counted yet"))
                continue
            total.setText(self.tr("{count} tokens").format(count=count(study.total)))
            parts.setText(self.tr("{count} in the vocabulary").format(count=count(study.tokenizer.vocab_size)))
            words = self.tr("{kind}: {train} tokens to train on, {held} held back")
            told = words.format(kind=name.text(), train=count(study.train), held=count(study.held_back))
            bar.show_cut(study.train / max(1, study.total), study.total / longest, kind == chosen, told)

    def show_model(self, text: str, model: ModelConfig, study: TokenStudy | None) -> None:
        """Renew what follows from the model's form; its `vocab_size` is that of the chosen kind."""
        reach_of = len(text) / study.total if study and study.total else 1.0  # characters in a token
        if model.is_bigram:
            self._reach_caption.setText(self.tr("A bigram reads one token back"))
            one = reach_of if study and study.tokenizer.kind != "char" else 1.0
            words = self.tr("<b>1</b> character") if one == 1 else self.tr("<b>{count}</b> characters")
            self._reach.setText(words.format(count=f"{one:.1f}"))
        else:
            reach = messages.count(model.block_size)
            self._reach_caption.setText(self.tr("A context of {count} tokens reaches back").format(count=reach))
            words = self.tr("<b>{count}</b> characters, about {words} words")
            characters, per_word = model.block_size * reach_of, _characters_per_word(text)
            count = messages.count(max(1, characters / per_word))
            self._reach.setText(words.format(count=messages.count(characters), words=count))
        parts = budget.parameters(model)
        told = messages.count(parts.token + parts.head)
        vocabulary, width = messages.count(model.vocab_size), messages.count(model.n_embd)
        if model.is_bigram:
            how = self.tr("{v} × {v}, one row per token")
        elif model.tied:
            how = self.tr("{v} × {c}, used on the way in and out")
        else:
            how = self.tr("2 × {v} × {c}, in and out")
        self._parameters.setText(f"<b>{told}</b>: {how.format(v=vocabulary, c=width)}")


def _characters_per_word(text: str) -> float:
    part = text[:SAMPLE]
    return len(part) / max(1, corpus.facts(part).words) if part else 1.0
