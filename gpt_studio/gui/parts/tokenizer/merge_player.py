"""How byte-pair encoding works on a sentence: it begins with bytes, and one pair after the other is joined."""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout

from gpt_studio.engine.tokenizer import Token
from gpt_studio.engine.tokens.byte_pairs import BytePairs, Join
from gpt_studio.gui import icons, messages, theme
from gpt_studio.gui.parts.tokenizer.token_chips import TokenChips
from gpt_studio.gui.widgets import basics

LONGEST = 60  # characters of the sentence that are replayed
PLAY_MS = 700


class MergePlayer(basics.Card):
    """The sentence's chips at one step, with buttons to go on and back."""

    def __init__(self) -> None:
        super().__init__(self.tr("How it is joined"), "tokenizer.player")
        self.chips = TokenChips("tokenizer.merges", self.tr("Tokens at this step"))
        self._told = basics.text("", "body", "text2")
        self._told.setWordWrap(True)
        self.back = basics.icon_button("back", self.tr("One step back"), "tokenizer.back")
        self.on = basics.icon_button("next", self.tr("One step on"), "tokenizer.on")
        self.play = basics.button(self.tr("Play"), icon="play", name="tokenizer.play")
        self._clock = QTimer(self, objectName="join", interval=PLAY_MS)
        self._tokenizer: BytePairs | None = None
        self._joins: list[Join] = []
        self._text = ""
        self._step = 0
        for each in (self.back, self.on, self.play):
            self.head.addWidget(each)
        row = QHBoxLayout()
        row.addWidget(self._told, 1)
        self.body.addWidget(self.chips)
        self.body.addLayout(row)
        self.back.clicked.connect(lambda: self.go(self._step - 1))
        self.on.clicked.connect(lambda: self.go(self._step + 1))
        self.play.clicked.connect(self._toggle)
        self._clock.timeout.connect(self._advance)
        theme.notifier().changed.connect(self._fit_chips)

    def show_text(self, text: str, tokenizer: BytePairs) -> None:
        """Replay another sentence, or with another tokenizer; it stands at its end."""
        if (text, tokenizer) == (self._text, self._tokenizer):
            return
        self._text, self._tokenizer = text, tokenizer
        known = tokenizer.decode(tokenizer.encode_known(text[:LONGEST])[0])
        self._bytes = tuple(known.encode())
        self._joins = [*tokenizer.joins(known)]
        self.stop()
        self.go(len(self._joins))

    @property
    def step(self) -> int:
        """How many pairs are joined."""
        return self._step

    @property
    def steps(self) -> int:
        return len(self._joins)

    @property
    def words(self) -> str:
        return self._told.text()

    @property
    def is_playing(self) -> bool:
        return self._clock.isActive()

    def go(self, step: int) -> None:
        """Show the sentence after so many joins."""
        self._step = max(0, min(step, len(self._joins)))
        tokenizer = self._tokenizer
        assert tokenizer is not None
        join = self._joins[self._step - 1] if self._step else None
        ids = join.ids if join else self._bytes
        self.chips.show_tokens(tuple(Token(tokenizer.tokens[id], id) for id in ids))
        self.chips.mark(join.made if join else None)
        self._told.setText(self._sentence(tokenizer, join, len(ids)))
        self.back.setEnabled(self._step > 0)
        self.on.setEnabled(self._step < len(self._joins))
        self.play.setEnabled(bool(self._joins))
        self._fit_chips()

    def stop(self) -> None:
        self._clock.stop()
        self._name_button()

    def _sentence(self, tokenizer: BytePairs, join: Join | None, count: int) -> str:
        if join is None:
            words = self.tr("{count} bytes, nothing joined yet. {steps} joins follow.")
            return words.format(count=messages.count(count), steps=messages.count(self.steps))
        left, right, made = (messages.visible(tokenizer.tokens[id]) for id in (join.left, join.right, join.made))
        words = self.tr("Join {step} of {steps}: {left} and {right} become {made} (id {id}). {count} tokens are left.")
        return words.format(
            step=messages.count(self._step),
            steps=messages.count(self.steps),
            left=left,
            right=right,
            made=made,
            id=join.made,
            count=messages.count(count),
        )

    def _toggle(self) -> None:
        if self.is_playing:
            self.stop()
            return
        if self._step == self.steps:
            self.go(0)
        self._clock.start()
        self._name_button()

    def _advance(self) -> None:
        self.go(self._step + 1)
        if self._step == self.steps:
            self.stop()

    def _name_button(self) -> None:
        self.play.setText(self.tr("Halt") if self.is_playing else self.tr("Play"))
        self.play.setAccessibleName(self.play.text())
        icons.set_icon(self.play, "pause" if self.is_playing else "play", "text")

    def _fit_chips(self) -> None:
        self.chips.setMinimumHeight(self.chips.heightForWidth(max(self.chips.width(), theme.px(120))))

    def hideEvent(self, event: object) -> None:
        super().hideEvent(event)  # type: ignore[arg-type]
        self.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_chips()
