"""The model's settings while the student changes them: always there, not always possible, and every change undone."""

from dataclasses import dataclass, replace
from typing import Any

import msgspec.structs
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from gpt_studio.engine.config import (
    ABLATIONS,
    DEFAULT_PRESET,
    PRESETS,
    Ablation,
    Activation,
    ModelConfig,
    Preset,
    TokenizerConfig,
    TrainConfig,
)
from gpt_studio.engine.errors import ConfigError
from gpt_studio.engine.lesson_models import LESSONS
from gpt_studio.gui.messages import tr
from gpt_studio.gui.state import StudioState

FIELDS = ("n_layer", "n_head", "n_embd", "block_size", "dropout")
FORM = (*FIELDS, "bias", "tied", "head_bias", "activation", "without")
STARTS: dict[str, Preset] = {**PRESETS, **LESSONS}  # where settings may begin


@dataclass(frozen=True)
class Draft:
    """Settings as they stand in the fields; they may contradict each other."""

    base: str  # the preset or lesson that they began as
    n_layer: int
    n_head: int
    n_embd: int
    block_size: int
    dropout: float
    bias: bool
    tied: bool
    head_bias: bool
    activation: Activation
    without: tuple[Ablation, ...]
    train: TrainConfig

    @classmethod
    def of(cls, model: ModelConfig, base: str, train: TrainConfig) -> "Draft":
        return cls(base=base, train=train, **{field: getattr(model, field) for field in FORM})

    @classmethod
    def of_start(cls, start: str) -> "Draft":
        return cls.of(STARTS[start].model, start, STARTS[start].train)

    def having(self, field: str, value: Any) -> "Draft":
        """The same settings but for one."""
        return replace(self, **{field: value})

    def having_part(self, part: Ablation, there: bool) -> "Draft":
        """The same settings with this part of the model, or without it."""
        left_out = {*self.without} - {part} if there else {*self.without, part}
        return replace(self, without=tuple(each for each in ABLATIONS if each in left_out))

    @property
    def start(self) -> str | None:
        """The preset or lesson that these settings are; None for the student's own mixture."""
        return self.base if self == replace(Draft.of_start(self.base), train=self.train) else None

    @property
    def preset(self) -> str | None:
        """As `start`, of the presets alone."""
        return self.start if self.start in PRESETS else None

    def model(self, vocab_size: int) -> ModelConfig:
        """The model that these settings make.

        Raises:
            ConfigError: They contradict each other.
        """
        values = {field: getattr(self, field) for field in FORM}
        return ModelConfig(vocab_size=vocab_size, **values)

    @property
    def problem(self) -> ConfigError | None:
        try:
            self.model(vocab_size=1)
        except ConfigError as problem:
            return problem
        return None


def heads_that_fit(n_embd: int, n_head: int) -> list[int]:
    """The next smaller and the next larger number of heads that divide the width; at least one of them exists."""
    fitting = [heads for heads in range(1, n_embd + 1) if n_embd % heads == 0]
    return [heads for heads in fitting if heads < n_head][-1:] + [heads for heads in fitting if heads > n_head][:1]


class _Change(QUndoCommand):
    """From one draft to another. Changes of one field in a row, as a dragged slider makes them, are one change."""

    def __init__(self, owner: "ModelDraft", before: Draft, after: Draft, words: str, field: str) -> None:
        super().__init__(words)
        self._owner, self._before, self._after, self._field = owner, before, after, field

    def redo(self) -> None:
        self._owner.take(self._with_present_training(self._after))

    def undo(self) -> None:
        self._owner.take(self._with_present_training(self._before))

    def _with_present_training(self, draft: Draft) -> Draft:
        """Only a preset brings its training settings along; those that were changed on their own stay."""
        if self._before.train != self._after.train:
            return draft
        return replace(draft, train=self._owner.draft.train)

    def id(self) -> int:
        return FIELDS.index(self._field) if self._field in FIELDS else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _Change):
            return False
        self._after = other._after
        self.setObsolete(self._after == self._before)
        return True


class ModelDraft(QObject):
    """What the fields of the Model tab hold. Writes into the state whatever is possible.

    Signals:
        changed: `draft` is new.
    """

    changed = Signal()

    def __init__(self, state: StudioState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.undo_stack = QUndoStack(self)
        self.undo_stack.setObjectName("model.undo")
        self.draft = Draft.of(state.model, state.preset or DEFAULT_PRESET, state.train)
        self._writing = False
        self._seen = _form(state.model)
        state.model_changed.connect(self._follow_state)

    @property
    def vocab_size(self) -> int:
        return self._state.vocab_size

    @property
    def knows_text(self) -> bool:
        """Whether a text has set the vocabulary."""
        return self._state.tokenizer is not None

    @property
    def tokens(self) -> TokenizerConfig:
        return self._state.tokens

    @property
    def model(self) -> ModelConfig:
        """The model of the present settings; while they contradict each other, of the last ones that did not."""
        if self.draft.problem:
            return msgspec.structs.replace(self._state.model, vocab_size=self.vocab_size)
        return self.draft.model(self.vocab_size)

    def set(self, field: str, value: object) -> None:
        """Change one setting."""
        self._push(self.draft.having(field, value), tr("Change {field}").format(field=field), field)

    def set_part(self, part: Ablation, there: bool) -> None:
        """Put a part of the model in, or leave it out."""
        self._push(self.draft.having_part(part, there), tr("Leave a part out"), "")

    def begin_as(self, start: str) -> None:
        """Take the settings of a preset or of a lesson."""
        self._push(Draft.of_start(start), tr("Preset {name}").format(name=start), "")

    def go_back_to(self, draft: Draft) -> None:
        """Take settings that stood here before."""
        self._push(draft, tr("Change model"), "")

    def _push(self, after: Draft, words: str, field: str) -> None:
        if after != self.draft:
            self.undo_stack.push(_Change(self, self.draft, after, words, field))

    def take(self, draft: Draft) -> None:
        """Make `draft` the present one, and the state's where it is possible."""
        self.draft = draft
        if not draft.problem and not self._is_in_state(draft):
            self.settle()
        self.changed.emit()

    def settle(self) -> None:
        """Write the settings, with the text's vocabulary, into the state."""
        self._writing = True
        self._seen = tuple(getattr(self.draft, field) for field in FORM)
        self._state.choose_model(self.draft.model(self.vocab_size), self.draft.preset, self.draft.train)
        self._writing = False

    def _is_in_state(self, draft: Draft) -> bool:
        state = self._state
        return Draft.of(state.model, draft.base, state.train) == draft and state.preset == draft.preset

    def _follow_state(self) -> None:
        """Another tab took a preset or other training settings."""
        if self._writing:
            return
        state = self._state
        if _form(state.model) == self._seen:  # only the training is another: nothing of ours to undo
            self.draft = replace(self.draft, train=state.train)
            self.changed.emit()
        else:
            self._seen = _form(state.model)
            self._push(Draft.of(state.model, state.preset or self.draft.base, state.train), tr("Change model"), "")


def _form(model: ModelConfig) -> tuple[object, ...]:
    return tuple(getattr(model, field) for field in FORM)
