"""One text laid before a copy of a model: what every look inside begins with."""

from dataclasses import dataclass

import torch
from torch import Tensor

from gpt_studio.engine import corpus, runs
from gpt_studio.engine.arrays import Ints
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.requests import Subject
from gpt_studio.engine.workshop import Exhibit, Workshop


@dataclass(frozen=True)
class Passage:
    """As much of a text as the model sees at once."""

    exhibit: Exhibit
    ids: Ints  # (T)
    tokens: tuple[str, ...]  # T
    unknown: tuple[str, ...]  # characters that were left out
    cut: int  # tokens dropped from the end because the context is full

    @property
    def batch(self) -> Tensor:
        """The ids where the model is, (1, T)."""
        return torch.as_tensor(self.ids, dtype=torch.long)[None].to(self.exhibit.device)


def open_passage(workshop: Workshop, subject: Subject, text: str) -> Passage:
    """Copy the subject and encode the text.

    Raises:
        StudioError: `look.bigram` when the model has no blocks, `look.empty` when no character of the text is known.
    """
    exhibit = exhibit_with_blocks(workshop, subject)
    ids, _ = exhibit.tokenizer.encode_known(text)
    if len(ids) == 0:
        raise StudioError("look.empty")
    shown = ids[: exhibit.model.config.block_size]
    tokens = tuple(exhibit.tokenizer.tokens[i] for i in shown.tolist())
    return Passage(exhibit, shown, tokens, exhibit.tokenizer.unknown(text), len(ids) - len(shown))


def exhibit_with_blocks(workshop: Workshop, subject: Subject) -> Exhibit:
    """A copy of the subject, refused where there is nothing to look into."""
    exhibit = workshop.copy_of(subject)
    if exhibit.model.config.is_bigram:
        raise StudioError("look.bigram")
    return exhibit


def refuse_without_heads(exhibit: Exhibit) -> Exhibit:
    """The exhibit, where it has attention.

    Raises:
        StudioError: `look.no_attention`.
    """
    if not exhibit.model.config.has("attention"):
        raise StudioError("look.no_attention")
    return exhibit


def held_back(exhibit: Exhibit, subject: Subject) -> Ints:
    """The tokens of the part of its text that a run was never trained on, (N)."""
    ids, _ = exhibit.tokenizer.encode_known(corpus.split(runs.read_corpus(subject.run).text)[1])
    return ids


def windows(ids: Ints, length: int, tokens: int) -> Tensor:
    """Pieces of a text at even distances: at least one, of about so many tokens together, (N, length).

    A text shorter than `length` is one piece.
    """
    length = min(length, len(ids))
    room = len(ids) // length
    wanted = max(1, min(room, tokens // length))
    begins = [length * (place * room // wanted) for place in range(wanted)]
    return torch.as_tensor(ids, dtype=torch.long).unfold(0, length, 1)[begins]
