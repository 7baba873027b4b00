"""One text that the model writes: how it is drawn, the text itself, and how far it is."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from gpt_studio.engine.config import Sampling
from gpt_studio.engine.events import WritingBegun, Written
from gpt_studio.engine.requests import WriteRequest
from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.write.branch_list import BranchList
from gpt_studio.gui.parts.write.branched_text import BranchedText
from gpt_studio.gui.parts.write.memory_check import Memory, memory_words
from gpt_studio.gui.parts.write.odds import surprise
from gpt_studio.gui.parts.write.odds_card import numbers
from gpt_studio.gui.parts.write.sampling_words import drawn_with
from gpt_studio.gui.parts.write.writing_foot import WritingFoot
from gpt_studio.gui.parts.write.writing_tree import Branch, Trees, WritingTree
from gpt_studio.gui.parts.write.written_list import WrittenList
from gpt_studio.gui.widgets.basics import Card, text
from gpt_studio.gui.widgets.tinted_text import TintLegend


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
        self._next = sampling  # what the next text is drawn with
        self.trees = Trees()  # the text and its branches, and those before it
        self._vocab_size = 0
        self._is_tinted, self._explains_tints = True, False
        self.head.addWidget(text(character, "caption", "text2"))
        self.settings = text("", "body", "text2")
        self.settings.setTextFormat(Qt.TextFormat.RichText)
        self.settings.setWordWrap(True)
        self.legend = TintLegend()
        self.branches = BranchList(f"write.branches.{style}")
        self.output = BranchedText("")
        self.output.setAccessibleName(self.tr("Text, {style}").format(style=title))
        self.output.setPlaceholderText(self.tr("The text appears here."))
        self.output.describe = self._describe
        self.memory = text("", "caption", "train")
        self.memory.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.foot = WritingFoot()
        how = QHBoxLayout()
        how.addWidget(self.settings, 1)
        how.addWidget(self.legend)
        self.body.addLayout(how)
        self.body.addWidget(self.branches)
        self.body.addWidget(self.output, 1)
        self.body.addWidget(self.memory)
        self.body.addWidget(self.foot)
        self.output.chosen.connect(lambda _index: self.token_chosen.emit(self.style_key))
        self.output.viewport().installEventFilter(self)
        for each, wish in ((self.foot.copy_button, self.copy_asked), (self.foot.save_button, self.save_asked)):
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
        self.foot.set_name(ending)

    def set_legend(self, shown: bool) -> None:
        """Explain the tints in the card itself, as long as there are any."""
        self._explains_tints = shown
        self.legend.setVisible(shown and self._is_tinted)

    def set_tinted(self, tinted: bool) -> None:
        """Whether surprise is shown behind the text."""
        self._is_tinted = tinted
        self.output.set_tinted(tinted)
        self.set_legend(self._explains_tints)

    def set_large(self, large: bool) -> None:
        """Larger letters, for a card that has the page to itself."""
        theme.set_role(self.output, "write_one" if large else "write", mono=True)
        self.foot.set_large(large)
        self.branches.set_most_rows(5 if large else 3)

    def set_sampling(self, sampling: Sampling) -> None:
        """What the next text is drawn with."""
        self._next = sampling
        self._show_settings()

    def begin(self, request: WriteRequest, row: int, vocab_size: int) -> None:
        """A new text begins, a row of what was asked for."""
        self._vocab_size = vocab_size
        self.trees.begin(request, row).first.prompt = request.prompt
        self._writing = True
        self.show_branch()

    def begin_branch(self) -> None:
        """The branch that is shown begins to grow."""
        self.set_writing(True)

    def take_begun(self, begun: WritingBegun) -> None:
        """The prompt as the model knows it, and at which step it is."""
        assert self.tree is not None
        growing = self.tree.growing
        growing.step = begun.step
        if growing.parent is None:
            growing.prompt = begun.prompt
            self.output.set_prompt(begun.prompt)

    def add(self, written: Sequence[Written]) -> None:
        """The next tokens of the text that grows."""
        assert self.tree is not None
        self.tree.add(written)
        if self.tree.growing is self.tree.shown:
            self.output.append([one.text for one in written], map(surprise, written))
            self._show_progress()
        self.branches.renew()

    def show_the_way(self) -> bool:
        """Choose the first token of its own that the text has, where none is chosen; True when that is new."""
        if self.tree is None or self.output.chosen_index is not None or not self.tree.shown.has_own:
            return False
        self.output.select(self.tree.shown.place)
        return True

    def show_branch(self, place: int | None = None) -> None:
        """Show the tree's text of now, from memory, and choose a token of it."""
        assert self.tree is not None
        branch = self.tree.shown
        self.branches.show_tree(self.tree)
        self._fit_height()
        self.output.set_prompt(branch.prompt)
        if branch.parent:
            self.output.keep_in_view(branch.place)
        self.output.append(branch.written.texts, branch.written.surprises())
        self.output.pin(self.tree.places())
        self.output.select(place)
        self._show_memory()
        self._show_settings()
        self.set_writing(self._writing)

    def set_writing(self, writing: bool) -> None:
        """Whether something is being written: if it is what is shown, more of it is coming."""
        self._writing = writing
        self.output.set_writing(self._grows)
        self._show_progress()

    def settle(self) -> None:
        """What was asked for has ended: a branch of which nothing came is no branch."""
        if self.tree is not None:
            place = self.tree.growing.place
            if self.tree.drop_empty():
                self.show_branch(place)
            else:
                self.branches.show_tree(self.tree)

    @property
    def _grows(self) -> bool:
        return self._writing and self.tree is not None and self.tree.growing is self.tree.shown

    def clear(self) -> None:
        self.trees.clear()
        self.output.clear()
        self.branches.show_tree(None)
        self._fit_height()
        self._show_memory()
        self.set_writing(False)
        self.set_sampling(self._next)

    def take_memory(self, branch: Branch, memory: Memory) -> None:
        """What of one of the texts stands in the training text."""
        branch.memory = memory
        if self.tree is not None and branch is self.tree.shown:
            self._show_memory()

    @property
    def _memory(self) -> Memory | None:
        return self.tree.shown.memory if self.tree else None

    def _show_memory(self) -> None:
        """Underline what stands in the training text, and say how much it is."""
        memory = self._memory
        self.memory.setVisible(memory is not None)
        if memory is None:
            return
        starts = self._starts()
        self.output.underline(
            (bisect_right(starts, match.start) - 1, bisect_left(starts, match.start + match.length))
            for match in memory.matches
        )
        words, explained = memory_words(memory)
        self.memory.setText(words)
        self.memory.setToolTip(explained)

    def _starts(self) -> list[int]:
        """Where each token begins in the written text."""
        return [0, *accumulate(map(len, self.written.texts))][:-1] or [0]

    # What the tab asks

    @property
    def tree(self) -> WritingTree | None:
        return self.trees.now

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
        return self.tree.shown.sampling if self.tree and self.written else self._next

    @property
    def written(self) -> WrittenList:
        """The shown text, without the prompt."""
        return self.tree.shown.written if self.tree else WrittenList()

    @property
    def chosen_token(self) -> Written | None:
        index = self.output.chosen_index
        return None if index is None else self.written[index]

    @property
    def before_chosen(self) -> str:
        """All that stands before the chosen token: the prompt, and what was written up to it."""
        author, index = self.chosen_author, self.output.chosen_index
        prompt = author.request.prompt if author else ""
        return prompt + "".join(self.written.texts[:index])

    @property
    def chosen_sampling(self) -> Sampling:
        """What the chosen token was drawn with."""
        index = self.output.chosen_index
        return self.sampling if self.tree is None or index is None else self.tree.author(index).sampling

    @property
    def chosen_author(self) -> Branch | None:
        """The text that the chosen token was written for."""
        index = self.output.chosen_index
        return None if self.tree is None or index is None else self.tree.author(index)

    # Showing

    def _describe(self, index: int) -> str:
        one = self.written[index]
        told = self.tr("{token}, chance {before}, then {after}")
        if index in self.output.pinned:
            told = self.tr("{token}, chance {before}, then {after}; texts part here")
        return told.format(
            token=messages.visible(one.label),
            before=messages.share(one.probability),
            after=messages.share(one.probability_after),
        )

    def _show_settings(self) -> None:
        words = drawn_with(self.sampling, self._vocab_size)
        if self._next != self.sampling:
            words += " " + self.tr("(next text: {numbers})").format(numbers=numbers(self._next))
        self.settings.setText(words)

    def _show_progress(self) -> None:
        length = self.tree.shown.request.length if self.tree else 0
        self.foot.show_progress(len(self.written), length, self._grows)

    def _fit_height(self) -> None:
        self.output.setMinimumHeight(theme.px(84 if self.branches.isHidden() else 120))
        self.foot.fit()

    # Qt's own names

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress:
            self.asked.emit(self.style_key)
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self.asked.emit(self.style_key)
