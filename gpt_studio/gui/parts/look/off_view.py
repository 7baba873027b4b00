"""What a model is like without the heads that are switched off: its loss on held-back text, and how it writes."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from gpt_studio.engine.events import Event, Tested, WritingBegun, Written
from gpt_studio.engine.requests import Heads
from gpt_studio.gui import theme
from gpt_studio.gui.widgets.basics import button, text

WHOLE, OFF, LOSSES = "sample_whole", "sample_off", "losses"  # what is wished for


class OffView(QWidget):
    """The whole model on the left, the one without some heads on the right.

    Signals:
        all_on_asked: Every head is to work again.
    """

    all_on_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._losses: dict[int, float] = {}
        self.heads = text("", "body", "text2")
        self.all_on = button(self.tr("Switch all on"), "flat", name="look.all_on")
        self.all_on.clicked.connect(self.all_on_asked)
        self._captions = [text("", "caption_strong", "text2") for _ in range(2)]
        self.samples = [_Sample(name) for name in ("look.sample.whole", "look.sample.off")]
        first = QHBoxLayout()
        first.addWidget(self.heads, 1)
        first.addWidget(self.all_on)
        second = QHBoxLayout()
        second.setSpacing(12)
        for caption, sample in zip(self._captions, self.samples, strict=True):
            column = QVBoxLayout()
            column.setSpacing(2)
            column.addWidget(caption)
            column.addWidget(sample, 1)
            second.addLayout(column, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        rows.addLayout(first)
        rows.addLayout(second, 1)

    def show_off(self, off: Heads) -> None:
        """Begin anew with other heads off."""
        self._losses.clear()
        each = self.tr("layer {layer}, head {head}")
        names = "; ".join(each.format(layer=layer + 1, head=head + 1) for layer, head in off[:6])
        more = self.tr(" and {n} more").format(n=len(off) - 6) if len(off) > 6 else ""
        self.heads.setText(self.tr("Off: {names}").format(names=names + more))
        for sample in self.samples:
            sample.setPlainText("")
        self._show_losses()

    def show_event(self, name: str, event: Event) -> None:
        """Take an answer to one of the three wishes."""
        if isinstance(event, Tested):
            self._losses[event.row] = event.loss
            self._show_losses()
        elif isinstance(event, WritingBegun):
            self._sample(name).setPlainText(event.prompt)
        elif isinstance(event, Written):
            sample = self._sample(name)
            sample.setPlainText(sample.toPlainText() + event.text)

    def _sample(self, name: str) -> "_Sample":
        return self.samples[name == OFF]

    @property
    def captions(self) -> tuple[str, ...]:
        return tuple(caption.text() for caption in self._captions)

    def _show_losses(self) -> None:
        whole, off = self._losses.get(0), self._losses.get(1)
        first, second = self.tr("The whole model"), self.tr("Without these heads")
        if whole is not None:
            first = self.tr("The whole model: loss {loss} on held-back text").format(loss=f"{whole:.3f}")
        if whole is not None and off is not None:
            words = self.tr("Without these heads: loss {loss} ({change})")
            second = words.format(loss=f"{off:.3f}", change=f"{off - whole:+.3f}".replace("-", "−"))
        for caption, words in zip(self._captions, (first, second), strict=True):
            caption.setText(words)
            caption.setAccessibleName(words)


class _Sample(QPlainTextEdit):
    """A few lines that a model has written."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setAccessibleName(self.tr("What it writes"))
        self.setProperty("frameless", "true")
        theme.set_role(self, "editor", mono=True)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(200), theme.px(64))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(120), theme.px(48))
