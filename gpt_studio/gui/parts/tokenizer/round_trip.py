"""Text to ids and back: the proof that nothing is lost."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy

from gpt_studio.engine.tokenizer import Tokenizer
from gpt_studio.gui import messages, theme
from gpt_studio.gui.widgets import basics

TEXT_SHOWN, IDS_SHOWN = 8, 8


class RoundTrip(basics.Card):
    """One line: the text, its ids, and the text made from them again."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("tokenizer.round_trip")
        row = QHBoxLayout()
        row.setSpacing(12)
        title = basics.text(self.tr("Round trip"), "table_strong")
        self._before, self._ids, self._after = _Elided("text"), _Elided("text2"), _Elided("text")
        self._arrows = (basics.Icon("next", "text3"), basics.Icon("next", "text3"))
        self.badge = basics.Badge("", "good")
        row.addWidget(title)
        row.addSpacing(4)
        row.addWidget(self._before, 4)
        row.addWidget(self._arrows[0])
        row.addWidget(self._ids, 8)
        row.addWidget(self._arrows[1])
        row.addWidget(self._after, 4)
        row.addWidget(self.badge)
        self.body.addLayout(row)

    def show_text(self, text: str, tokenizer: Tokenizer) -> None:
        """Make the trip with a text. What the vocabulary lacks gets lost on the way, and that is said."""
        ids, known = tokenizer.encode_known(text)
        after = tokenizer.decode(ids)
        self._before.setText(_beginning(text))
        shown = ", ".join(str(id) for id in ids[:IDS_SHOWN].tolist())
        self._ids.setText(shown + (", …" if len(ids) > IDS_SHOWN else ""))
        self._ids.setToolTip(shown)
        self._after.setText(_beginning(after))
        lost = len(text) - int(known.sum())
        if not text:
            self.badge.set(self.tr("type something"), "plain")
        elif lost:
            words = self.tr("1 character lost") if lost == 1 else self.tr("{count} characters lost")
            self.badge.set(words.format(count=messages.count(lost)), "bad")
        else:
            assert after == text, "a tokenizer that knows every character gives the text back"
            self.badge.set(self.tr("identical"), "good")
        self.setAccessibleName(self.tr("Round trip: {outcome}").format(outcome=self.badge.words))


class _Elided(QLabel):
    """A line in the mono font that ends in … where there is no room."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self._token = token
        theme.set_role(self, "editor", mono=True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(theme.color(self._token))
        shown = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()


def _beginning(text: str) -> str:
    plain = "".join(messages.visible(char) if char != " " else char for char in text[:TEXT_SHOWN])
    return plain.rstrip() + "…" if len(text) > TEXT_SHOWN else plain
