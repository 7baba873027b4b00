"""The page "Leaned on" of "Why this character?": the text before it, inked by the attention that it got."""

import numpy as np
from PySide6.QtGui import QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QTextEdit, QVBoxLayout, QWidget

from gpt_studio.engine.arrays import Floats
from gpt_studio.engine.inside.seen import WhySeen
from gpt_studio.gui import messages, theme
from gpt_studio.gui.widgets.attention_image import levels
from gpt_studio.gui.widgets.basics import paragraph, text
from gpt_studio.gui.widgets.contrast import ink_on

STRONGEST = 3


class LeanedPage(QWidget):
    """Which tokens the last one looked at: of all heads on average, of one layer, or of one head."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.seen: WhySeen | None = None
        self.layer, self.head = QComboBox(), QComboBox()
        row = QHBoxLayout()
        for box, words, own in ((self.layer, self.tr("Layer"), "layer"), (self.head, self.tr("Head"), "head")):
            label = text(words, "caption", "text2")
            label.setBuddy(box)
            box.setAccessibleName(words)
            box.setObjectName(f"{name}.{own}")
            row.addWidget(label)
            row.addWidget(box)
            box.activated.connect(self._show)
        row.addStretch(1)
        self.passage = QTextEdit()
        self.passage.setReadOnly(True)
        self.passage.setFrameShape(QFrame.Shape.NoFrame)
        self.passage.setProperty("frameless", "true")
        self.passage.setObjectName(f"{name}.text")
        self.passage.setAccessibleName(self.tr("What the model leaned on"))
        theme.set_role(self.passage, "write", mono=True)
        self.told = paragraph("", "caption", "text2")
        self.told.setObjectName(f"{name}.told")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.passage, 1)
        column.addWidget(self.told)
        theme.notifier().changed.connect(self._show)

    def show_seen(self, seen: WhySeen) -> None:
        """Show a place; the choice of layer and head stays where they are there."""
        self.seen = seen
        layers, heads, _ = seen.attention.shape
        self._offer(self.layer, layers)
        self._offer(self.head, heads)
        self._show()

    @property
    def weights(self) -> Floats:
        """What each token got, (T); over all of one choice together 1."""
        assert self.seen is not None
        layer, head = self.layer.currentIndex(), self.head.currentIndex()
        chosen = self.seen.attention[slice(None) if layer <= 0 else slice(layer - 1, layer)]
        chosen = chosen[:, slice(None) if head <= 0 else slice(head - 1, head)]
        mean: Floats = chosen.mean(axis=(0, 1))
        return mean

    def _offer(self, box: QComboBox, count: int) -> None:
        if box.count() != count + 1:
            box.clear()
            box.addItems([self.tr("all, averaged"), *(str(place + 1) for place in range(count))])
        box.setEnabled(count > 0)

    def _show(self) -> None:
        self.passage.clear()
        if self.seen is None:
            return
        if not self.seen.attention.size:
            self.told.setText(self.tr("This model was made without attention, so it leans on the last token alone."))
            return
        weights = self.weights
        cursor = QTextCursor(self.passage.document())
        for token, level in zip(self.seen.tokens, levels(weights), strict=True):
            ink = QTextCharFormat()
            ground = theme.map_color("attention", float(level))
            ink.setBackground(ground)
            ink.setForeground(ink_on(ground))
            cursor.insertText(messages.visible(token), ink)
        self.passage.moveCursor(QTextCursor.MoveOperation.End)
        self.told.setText(self._strongest(weights))

    def _strongest(self, weights: Floats) -> str:
        """The tokens that got most, in words."""
        assert self.seen is not None
        parts = []
        for place in np.argsort(-weights, kind="stable")[:STRONGEST].tolist():
            token = messages.visible(self.seen.tokens[place])
            back = len(weights) - place
            where = self.tr("{token} ({share}, {n} back)")
            parts.append(where.format(token=token, share=messages.share(float(weights[place])), n=back))
        return self.tr("Most: {places}.").format(places=", ".join(parts))

    def clear(self) -> None:
        self.seen = None
        self._show()
        self.told.setText("")
