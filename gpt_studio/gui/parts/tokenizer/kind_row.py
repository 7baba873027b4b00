"""What a token is to be: the switch, the size of the vocabulary, and what is going on while it is being learnt."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QWidget

from gpt_studio.engine.config import TokenizerConfig, TokenizerKind
from gpt_studio.gui import messages, theme
from gpt_studio.gui.widgets import basics
from gpt_studio.gui.widgets.fields import CountBox

SHOWN_AFTER_MS = 300  # learning that takes less needs no words


def title(kind: TokenizerKind, size: int | None = None) -> str:
    """As a heading: "Byte pairs, 512"."""
    names = {"char": messages.tr("Characters"), "byte": messages.tr("Bytes"), "bpe": messages.tr("Byte pairs")}
    return names[kind] if size is None else f"{names[kind]}, {messages.count(size)}"


class KindRow(QWidget):
    """Signals:
    chosen: Another TokenizerConfig is wanted.
    leave_asked: Learning takes too long.
    """

    chosen = Signal(object)
    leave_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.kind = basics.Segmented(
            [("char", title("char")), ("byte", title("byte")), ("bpe", self.tr("Byte pairs (BPE)"))], "tokenizer.kind"
        )
        self.kind.setAccessibleName(self.tr("What a token is"))
        self.size_label = basics.text("", "table_strong")
        self.size_label.setObjectName("tokenizer.size")
        self.size_box = CountBox(TokenizerConfig, "vocab_size", "tokenizer.vocab_size", step=256)
        caption = basics.text(self.tr("Vocabulary size"), "body", "text2")
        caption.setBuddy(self.size_box)
        self._lock = basics.Icon("lock", "text3", 14)
        self._note = basics.text("", "caption", "text3")
        self._note.setWordWrap(True)  # gives way in a narrow window
        self._note.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Byte pairs are being learnt"))
        self.leave = basics.button(self.tr("Stop"), name="tokenizer.leave")
        self.leave.setProperty("tight", "true")
        self._soon = QTimer(self, objectName="show learning", interval=SHOWN_AFTER_MS, singleShot=True)
        self._soon.timeout.connect(lambda: self._show_busy(True))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for each in (self.kind, caption, self.size_label, self.size_box, self._lock, self._note, self._bar, self.leave):
            row.addWidget(each)
        row.insertSpacing(1, 8)
        row.addStretch(0)
        row.setStretchFactor(self._note, 1)
        self.kind.chosen.connect(lambda _key: self._tell())
        self.size_box.valueChanged.connect(lambda _value: self._tell())
        self.leave.clicked.connect(self.leave_asked)
        theme.notifier().changed.connect(self._fit)
        self._fit()
        self._show_busy(False)

    def show_choice(self, tokens: TokenizerConfig, size: int) -> None:
        """What the next run is trained with; `size` is that of its vocabulary."""
        self.kind.set(tokens.kind)
        self.size_box.blockSignals(True)
        self.size_box.setValue(tokens.vocab_size)
        self.size_box.blockSignals(False)
        is_free = tokens.kind == "bpe"
        words = messages.count(size)
        self.size_label.setText(words)
        self.size_label.setVisible(not is_free)
        self.size_box.setVisible(is_free)
        self._lock.setVisible(not is_free)
        notes = {
            "char": self.tr("set by the text; BPE lets you choose"),
            "byte": self.tr("there are no more bytes; BPE lets you choose"),
            "bpe": self.tr("256 bytes, and pairs learnt from the training part"),
        }
        self._note.setText(notes[tokens.kind])
        told = self.tr("Vocabulary size: {size}, {why}")
        self.size_label.setAccessibleName(told.format(size=words, why=notes[tokens.kind]))

    def show_learning(self, learning: bool) -> None:
        """A bar and a button to leave, where it lasts."""
        if learning:
            self._soon.start()
        else:
            self._soon.stop()
            self._show_busy(False)

    def _show_busy(self, busy: bool) -> None:
        self._note.setVisible(not busy)
        self._bar.setVisible(busy)
        self.leave.setVisible(busy)

    def _tell(self) -> None:
        key = self.kind.key
        kinds: dict[str, TokenizerKind] = {"char": "char", "byte": "byte", "bpe": "bpe"}
        self.chosen.emit(TokenizerConfig(kind=kinds[key], vocab_size=self.size_box.value()))

    def _fit(self) -> None:
        self._bar.setFixedWidth(theme.px(90))
