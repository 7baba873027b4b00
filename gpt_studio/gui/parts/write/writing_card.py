"""One text that the model writes: how it is drawn, the text itself, and how far it is."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy

from gpt_studio.engine import verbatim
from gpt_studio.engine.config import Sampling
from gpt_studio.engine.events import Written
from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.write.memory_check import Memory
from gpt_studio.gui.parts.write.odds_card import numbers
from gpt_studio.gui.widgets.basics import Card, button, text
from gpt_studio.gui.widgets.tinted_text import TintedText, TintLegend

LEAST_PROBABILITY = 1e-12  # what a probability that became 0 by rounding counts as


class WritingCard(Card):
    """A card of the Write tab. While it is the chosen one its parts have the short names: `write.output`, `write.save`.

    Signals:
        asked: It was clicked, or one of its buttons; carries its style.
        token_chosen: One of its characters was chosen; carries its style.
        copy_asked, save_asked: After `asked`, where it was that button.
    """

    asked = Signal(str)
    token_chosen = Signal(str)
    copy_asked = Signal()
    save_asked = Signal()

    def __init__(self, style: str, title: str, character: str, sampling: Sampling) -> None:
        super().__init__(title)
        self.style_key = style
        self._next = self._used = sampling  # what the next text is drawn with; what the shown one was drawn with
        self._written: list[Written] = []
        self._length = 0
        self._vocab_size = 0
        self._memory: Memory | None = None
        self.head.addWidget(text(character, "caption", "text2"))
        self.settings = text("", "body", "text2")
        self.settings.setTextFormat(Qt.TextFormat.RichText)
        self.settings.setWordWrap(True)
        self.legend = TintLegend()
        self.output = TintedText("")
        self.output.setAccessibleName(self.tr("Text, {style}").format(style=title))
        self.output.setPlaceholderText(self.tr("The text appears here."))
        self.output.describe = self._describe
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Written so far"))
        self.progress = text("", "caption", "text2")
        self.memory = text("", "caption", "train")
        self.memory.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.copy_button = button(self.tr("Copy"), "flat")
        self.save_button = button(self.tr("Save…"), "flat")
        self.save_button.setAccessibleName(self.tr("Save text…"))
        foot = QHBoxLayout()
        foot.setSpacing(10)
        foot.addWidget(self.bar, 1)
        foot.addWidget(self.progress)
        foot.addStretch(0)
        foot.addWidget(self.copy_button)
        foot.addWidget(self.save_button)
        how = QHBoxLayout()
        how.addWidget(self.settings, 1)
        how.addWidget(self.legend)
        self.body.addLayout(how)
        self.body.addWidget(self.output, 1)
        self.body.addWidget(self.memory)
        self.body.addLayout(foot)
        self.output.chosen.connect(lambda _index: self.token_chosen.emit(self.style_key))
        self.output.viewport().installEventFilter(self)
        for each, wish in ((self.copy_button, self.copy_asked), (self.save_button, self.save_asked)):
            each.clicked.connect(lambda: self.asked.emit(self.style_key))
            each.clicked.connect(wish)
        self._writing = False
        self.set_active(False)
        self.set_sampling(sampling)
        self._show_progress()
        self._fit_height()
        theme.notifier().changed.connect(self._fit_height)
        theme.notifier().changed.connect(self._show_settings)

    # What the tab says

    def set_active(self, active: bool, framed: bool = True) -> None:
        """Make it the card that the settings below belong to, or no longer."""
        self.set_chosen(active and framed)
        ending = "" if active else f".{self.style_key}"
        self.output.setObjectName(f"write.output{ending}")
        self.copy_button.setObjectName(f"write.copy{ending}")
        self.save_button.setObjectName(f"write.save{ending}")
        self.bar.setObjectName(f"write.progress{ending}")

    def set_legend(self, shown: bool) -> None:
        """Explain the tints in the card itself."""
        self.legend.setVisible(shown)

    def set_large(self, large: bool) -> None:
        """Larger letters, for a card that has the page to itself."""
        theme.set_role(self.output, "write_one" if large else "write", mono=True)
        self.save_button.setText(self.tr("Save text…") if large else self.tr("Save…"))

    def set_sampling(self, sampling: Sampling) -> None:
        """What the next text is drawn with."""
        self._next = sampling
        if not self._written:
            self._used = sampling
        self._show_settings()

    def begin(self, prompt: str, length: int, vocab_size: int) -> None:
        """A new text begins, drawn with the settings of now."""
        self._used, self._written = self._next, []
        self._length, self._vocab_size = length, vocab_size
        self.show_memory(None)
        self.output.set_prompt(prompt)
        self.set_writing(True)
        self._show_settings()

    def set_prompt(self, prompt: str) -> None:
        self.output.set_prompt(prompt)

    def add(self, written: Sequence[Written]) -> None:
        """The next tokens of the text."""
        self._written += written
        self.output.append(
            [one.text for one in written],
            [-math.log(max(one.probability, LEAST_PROBABILITY)) for one in written],
        )
        self._show_progress()

    def set_writing(self, writing: bool) -> None:
        self._writing = writing
        self.output.set_writing(writing)
        self._show_progress()

    def clear(self) -> None:
        self._written, self._length = [], 0
        self.output.clear()
        self.show_memory(None)
        self.set_writing(False)
        self.set_sampling(self._next)

    def show_memory(self, memory: Memory | None) -> None:
        """Underline what stands in the training text, and say how much it is."""
        self._memory = memory
        self.memory.setVisible(memory is not None)
        if memory is None:
            return
        starts = self._starts()
        self.output.underline(
            (bisect_right(starts, match.start) - 1, bisect_left(starts, match.start + match.length))
            for match in memory.matches
        )
        if memory.matches:
            words = self.tr("{share} word for word as in the training text").format(share=messages.share(memory.share))
        else:
            words = self.tr("nothing word for word")
        self.memory.setText(words)
        self.memory.setToolTip(
            self.tr(
                "Passages of {least} characters and more that stand in the training text are underlined; the longest "
                "has {longest}."
            ).format(least=verbatim.TELLING, longest=memory.longest)
        )

    def _starts(self) -> list[int]:
        """Where each token begins in the written text."""
        return [0, *accumulate(len(one.text) for one in self._written)][:-1] or [0]

    # What the tab asks

    @property
    def written_text(self) -> str:
        """What the model wrote, without the prompt."""
        return "".join(one.text for one in self._written)

    @property
    def chosen_origin(self) -> tuple[str, str, str, float] | None:
        """Where the passage around the chosen character stands in the training text, if it does."""
        index = self.output.chosen_index
        if index is None or self._memory is None:
            return None
        match = self._memory.at(self._starts()[index])
        return self._memory.origin(match) if match else None

    @property
    def sampling(self) -> Sampling:
        """What the shown text was drawn with."""
        return self._used

    @property
    def written(self) -> list[Written]:
        return self._written

    @property
    def chosen_token(self) -> Written | None:
        index = self.output.chosen_index
        return None if index is None else self._written[index]

    # Showing

    def _describe(self, index: int) -> str:
        one = self._written[index]
        told = self.tr("{token}, chance {before}, then {after}")
        return told.format(
            token=messages.visible(one.label),
            before=messages.share(one.probability),
            after=messages.share(one.probability_after),
        )

    def _show_settings(self) -> None:
        used = self._used
        top_k = messages.count(used.top_k) if used.top_k else self.tr("all")
        if used.top_k and 0 < self._vocab_size <= used.top_k:
            top_k = self.tr("{number} (all)").format(number=top_k)
        ink = theme.current().text
        strong = f'<b style="color: {ink}">%s</b>'
        words = self.tr("temperature {temperature}, top-k {top_k}").format(
            temperature=strong % f"{used.temperature:.3g}", top_k=strong % top_k
        )
        if self._next != used:
            words += " " + self.tr("(next text: {numbers})").format(numbers=numbers(self._next))
        self.settings.setText(words)

    def _show_progress(self) -> None:
        done, has_text = len(self._written), bool(self._written) and not self._writing
        self.bar.setMaximum(max(1, self._length))
        self.bar.setValue(done)
        self.bar.setVisible(self._writing)
        of = self.tr("{done} of {all}").format(done=messages.count(done), all=messages.count(self._length))
        self.progress.setText(of if self._length else "")
        self.copy_button.setVisible(has_text)
        self.save_button.setVisible(has_text)

    def _fit_height(self) -> None:
        self.output.setMinimumHeight(theme.px(84))
        self.progress.setMinimumHeight(theme.px(34))

    # Qt's own names

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress:
            self.asked.emit(self.style_key)
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self.asked.emit(self.style_key)
