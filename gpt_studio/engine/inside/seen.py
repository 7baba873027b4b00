"""What visitors tell who look inside a model: frozen messages, like all of engine/events.py."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gpt_studio.engine.arrays import Floats, Ints

if TYPE_CHECKING:
    pass


@dataclass(frozen=True)
class WhySeen:
    """What made a model write one token. Stage 0 is what enters the first block, stage n what leaves block n; the last
    stage's predictions are the model's own.
    """

    step: int
    tokens: tuple[str, ...]  # T, what it had before it: the window of that moment, as people can read them
    begins: int  # where the window begins, counted from the first token of the text; negative: within the prompt
    guesses: tuple[tuple[str, ...], ...]  # (n_layer + 1, n) what each stage would have said, likeliest first
    chances: Floats  # (n_layer + 1, n) theirs
    own_chance: Floats  # (n_layer + 1) of the token that was written
    own_rank: Ints  # (n_layer + 1) its place in the order of chances; 1: the likeliest
    attention: Floats  # (n_layer, n_head, T) where each head looked; (0, 0, T) where the model has no attention


@dataclass(frozen=True)
class Recall:
    """How well a sentence is known by heart."""

    bits_per_char: float  # that it takes to say which sentence it is, for somebody who has the model
    right: int  # characters with which greedy writing goes on as the sentence does
    characters: int

    @property
    def is_whole(self) -> bool:
        return self.right >= self.characters > 0


@dataclass(frozen=True)
class LeakSeen:
    """How well a run knew a sentence, and one that it cannot know, at one step."""

    step: int
    sentence: Recall
    control: Recall


@dataclass(frozen=True)
class AttentionSeen:
    """Where every head looks."""

    tokens: tuple[str, ...]  # T, as people can read them
    weights: Floats  # (n_layer, n_head, T, T); rows sum to 1; what lies right of the diagonal is 0
    queries: Floats  # (n_layer, n_head, T, D) what the weights come from; (…, T, 0) where all places count alike
    keys: Floats  # (n_layer, n_head, T, D)
    values: Floats  # (n_layer, n_head, T, D) what the weights mix
    unknown: tuple[str, ...]  # characters that were left out
    cut: int  # tokens dropped from the end because the context is full


@dataclass(frozen=True)
class LayersSeen:
    """What passes through the layers. Stage 0 is what enters the first block, stage n what leaves block n; the last
    stage's predictions are the model's own.
    """

    tokens: tuple[str, ...]  # T
    vocabulary: tuple[str, ...]  # V, what the candidates' numbers stand for
    candidates: Ints  # (n_layer + 1, T, n) tokens that would be expected next, likeliest first
    chances: Floats  # (n_layer + 1, T, n) theirs
    forming: Floats  # (n_layer + 1, T, n) the chance that each stage gives to the last stage's candidates
    truth: Floats  # (n_layer + 1, T) the chance given to what really follows; NaN at the last token
    stream: Floats  # (n_layer + 1, T) the length of the residual stream's vector
    attention_adds: Floats  # (n_layer, T) the length of what attention adds to it
    mlp_adds: Floats  # (n_layer, T) the length of what the feed-forward part adds
    neurons: Ints  # (T, n, 2) layer and neuron of those that fire most at each token
    fired: Floats  # (T, n) how strongly
    unknown: tuple[str, ...]  # characters that were left out
    cut: int  # tokens dropped from the end because the context is full


@dataclass(frozen=True)
class HeadRoles:
    """What every head does, as the share of its attention that it spends on each habit."""

    step: int
    habits: tuple[str, ...]  # R; the last is "character": looking at one certain token
    scores: Floats  # (n_layer, n_head, R) shares, over those positions that could show the habit
    chances: Floats  # (n_layer, n_head, R) what an attention spread evenly would spend
    # (n_layer, n_head) the habit that names the head; "" when it is mixed, EVEN in a model without queries and keys
    role: tuple[tuple[str, ...], ...]
    character: tuple[tuple[str, ...], ...]  # (n_layer, n_head) the token that it looks at most, beyond chance
    positions: int  # of held-back text that were looked at


@dataclass(frozen=True)
class HeadsWorth:
    """By how much the loss rises when one head is switched off."""

    step: int
    loss: float  # of the whole model over these windows, in nats per token
    worth: Floats  # (n_layer, n_head) nats per token; negative: without it the model is better
    noise: Floats  # (n_layer, n_head) standard error; NaN after one window
    windows: int  # measured so far
    windows_to_do: int


@dataclass(frozen=True)
class NeuronsSeen:
    """Where in held-back text each neuron fired most."""

    step: int
    tokens: tuple[str, ...]  # the text, as far as it is read at the end
    window: int  # tokens that the model saw at once
    fired: Floats  # (n_layer, 4 C, n) how strongly, strongest first; -inf where less was read
    places: Ints  # (n_layer, 4 C, n) at which token
    read: int  # tokens read so far


@dataclass(frozen=True)
class EmbeddingsSeen:
    """The vectors of tokens and positions at one step."""

    asked: int | None  # as in the request
    step: int
    tokens: tuple[str, ...]  # V
    width: int  # C
    points: Floats  # (V, 2) on the plane that is the same for all steps
    reach: float  # the largest coordinate at the step that the plane is fitted to
    share: float  # of the spread that the plane shows
    neighbours: Ints  # (V, n) tokens of the most similar direction, from all C numbers
    cosines: Floats  # (V, n)
    positions: Floats  # (block_size, C), or (0, 0) where the model has none


@dataclass(frozen=True)
class PartSeen:
    """One part of a model at one step."""

    part: str  # as in GradientPart
    block: int  # from 1 on; 0 outside of the blocks
    weights: float  # the length of all its weights as one vector
    gradient: float  # the length of its gradient
    moved: float | None  # by which share of its length it has moved per step, since the step before; None: no such step


@dataclass(frozen=True)
class GradientsSeen:
    """Weights and gradients of every part at one step."""

    asked: int | None  # as in the request
    step: int
    loss: float  # over the piece of training text that the gradient is of, in nats per token
    parts: tuple[PartSeen, ...]  # from the input to the output


@dataclass(frozen=True)
class CostSeen:
    """What one layer costs for a text of so many tokens, forward. Time is measured, memory reckoned."""

    length: int  # T
    attention_s: float
    feed_forward_s: float | None  # None: the model has no such part
    table_bytes: int  # of the attention weights, H T T numbers


Looked = (
    AttentionSeen
    | WhySeen
    | LeakSeen
    | LayersSeen
    | HeadRoles
    | HeadsWorth
    | NeuronsSeen
    | EmbeddingsSeen
    | GradientsSeen
    | CostSeen
)
