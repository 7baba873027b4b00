"""What reads a growing text with a model, token after token, and which way is the fastest."""

from typing import Protocol

import torch
from torch import Tensor

from gpt_studio.engine.device import replays
from gpt_studio.engine.model import GPT
from gpt_studio.engine.speed.decoding import AveragingDecoder, Decoder, StillDecoder


class Reader(Protocol):
    """Reads rows of tokens and tells what may follow. To be used inside `torch.inference_mode`."""

    def read(self, ids: Tensor) -> Tensor:
        """Begin anew with whole rows, (B, t), t <= block_size; gives the scores for what follows them, (B, V)."""

    def step(self, tokens: Tensor) -> Tensor:
        """One token more for every row, (B); gives the scores for what follows, (B, V)."""


def reader_for(model: GPT, rows: int, device: str) -> Reader:
    """The fastest way to read with this model on this device.

    What was read is worth keeping where there is attention, and where no later token can change it: behind the mask.
    """
    if not (model.config.has("attention") and model.config.has("mask")):
        return WholeReader(model)
    if not model.config.has("scores"):
        return AveragingDecoder(model, rows)
    if replays(device):
        return StillDecoder(model, rows)
    return Decoder(model, rows)


class WholeReader:
    """The plain way: for every token the model reads all again. The bigram model, a single table, needs no other; a
    model without the mask has no other.

    Args:
        model: Dropout is left out, whatever mode it is in.
    """

    def __init__(self, model: GPT) -> None:
        self._model = model

    def read(self, ids: Tensor) -> Tensor:
        self._ids = ids
        in_training = self._model.training
        if in_training:
            self._model.eval()
        scores: Tensor = self._model(ids)  # (B, t, V)
        if in_training:
            self._model.train()
        return scores[:, -1]

    def step(self, tokens: Tensor) -> Tensor:
        return self.read(torch.cat([self._ids, tokens[:, None]], dim=1))
