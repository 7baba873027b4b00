"""At which step a run gives a sentence of its text away: how well it knows it by heart, step by step."""

import math
from collections.abc import Generator, Iterator

import torch

from gpt_studio.engine import clock, device
from gpt_studio.engine.config import Sampling
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.generation import TURN_S, Writer, prompt_tokens
from gpt_studio.engine.inside.seen import LeakSeen, Recall
from gpt_studio.engine.requests import LeakRequest, Subject
from gpt_studio.engine.workshop import Exhibit, Report, Workshop

LEAST_PROBABILITY = 1e-12  # what a probability that became 0 by rounding counts as


@torch.inference_mode()
def follow_leak(workshop: Workshop, request: LeakRequest) -> Iterator[Report]:
    """A visitor: one LeakSeen for each step whose weights are still kept.

    Two measures: the bits per character that the sentence costs after its beginning, beside those of a control that
    the model cannot know; and how far greedy writing goes on as the sentence does. Where the whole sentence comes,
    anybody who writes with the model can have it.

    Raises:
        StudioError: `leak.empty` when no character of the sentence or of the control is known.

    Source: Carlini et al. 2019, "The Secret Sharer": to measure how much likelier a planted secret is than others of
    its form. They rank it among all others ("exposure"); here it is compared with one, in bits.
    """
    for step in request.steps:
        exhibit = workshop.copy_if_kept(Subject(run=request.run, step=step))
        if exhibit is None:
            continue
        sentence = yield from recall(exhibit, request.beginning, request.sentence)
        control = yield from recall(exhibit, request.beginning, request.control)
        yield [LeakSeen(exhibit.step, sentence, control)]


def recall(exhibit: Exhibit, beginning: str, sentence: str) -> Generator[None, None, Recall]:
    """How well a model knows a sentence after its beginning. Yields between turns; returns a Recall.

    Greedy writing is followed token by token: where byte pairs could spell a word in several ways, only the
    tokenizer's own way counts.
    """
    tokenizer = exhibit.tokenizer
    ids, _ = tokenizer.encode_known(sentence)
    if len(ids) == 0:
        raise StudioError("leak.empty")
    before, _ = prompt_tokens(tokenizer, beginning)
    writer = Writer(exhibit.model, before, (Sampling(temperature=0.0),), seed=0, shown=tokenizer.vocab_size)
    bits, told, began = 0.0, 0, clock.now()
    for place, id in enumerate(ids.tolist()):
        with device.threads(writer.threads):
            found = writer.next(id)
        bits -= math.log2(max(float(found.before[0, found.ranks[0] - 1]), LEAST_PROBABILITY))
        if told == place and found.likeliest[0, 0] == id:
            told += 1
        if clock.now() - began > TURN_S:
            yield
            began = clock.now()
    characters = len(tokenizer.decode(ids))
    right = characters if told == len(ids) else len(tokenizer.decode(ids[:told]))
    return Recall(bits / max(1, characters), right, characters)
