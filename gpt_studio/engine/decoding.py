"""Decoding: the GPT of `model.py` once more, for one token at a time.

One token is so little work that a processor spends its time on fetching weights and on the fixed cost of every call
into torch. So the weights are laid out once in the order of reading, keys and values have their places from the
beginning, and a layer is twelve calls. Shapes use the letters of `model.py`; t is how many tokens have been read.
"""

import math
from copy import deepcopy
from typing import NamedTuple, Protocol

import torch
from torch import Tensor, nn

from gpt_studio.engine.config import Activation
from gpt_studio.engine.device import replays
from gpt_studio.engine.matrices import Matrix, PlainMatrix
from gpt_studio.engine.model import ACTIVATIONS, GPT, Block, Cache


class Reader(Protocol):
    """Reads rows of tokens and tells what may follow. To be used inside `torch.inference_mode`."""

    def read(self, ids: Tensor) -> Tensor:
        """Begin anew with whole rows, (B, t), t <= block_size; gives the scores for what follows them, (B, V)."""

    def step(self, tokens: Tensor) -> Tensor:
        """One token more for every row, (B); gives the scores for what follows, (B, V)."""


class WholeReader:
    """The plain way: all that was read goes through the model again for every token. The bigram model needs no other."""

    def __init__(self, model: GPT) -> None:
        self._model = model

    def read(self, ids: Tensor) -> Tensor:
        self._ids = ids
        scores: Tensor = self._model(ids)  # (B, t, V)
        return scores[:, -1]

    def step(self, tokens: Tensor) -> Tensor:
        return self.read(torch.cat([self._ids, tokens[:, None]], dim=1))


def reader_for(model: GPT, rows: int, device: str) -> Reader:
    """The fastest way to read with this model on this device."""
    if model.config.is_bigram:
        return WholeReader(model)
    if replays(device) and model.config.block_size > 3:  # recording takes three steps
        return StillDecoder(model, rows)
    return Decoder(model, rows)


class Norm(NamedTuple):
    """A LayerNorm's weights."""

    gain: Tensor  # (C)
    bias: Tensor | None  # (C)
    epsilon: float

    def of(self, x: Tensor) -> Tensor:
        return torch.layer_norm(x, self.gain.shape, self.gain, self.bias, self.epsilon)


class Layer(NamedTuple):
    """A block's weights."""

    ln_1: Norm
    c_attn: Matrix  # C -> 3 C; its queries are scaled by 1 / sqrt(D) already
    attn_proj: Matrix  # C -> C
    ln_2: Norm
    c_fc: Matrix  # C -> 4 C
    mlp_proj: Matrix  # 4 C -> C


class Views(NamedTuple):
    """A layer's part of the cache, seen from one token."""

    place: Tensor  # (2, B, H, D) where its keys and values go
    keys: Tensor  # (B H, D, t), its own among them
    values: Tensor  # (B H, t, D)


class Decoder:
    """The fast way: a text is read at once, and from then on only what is new.

    Works on the weights as they are now: when the model changes, make a new one. It writes in fp32, whatever the model
    is trained in.

    Args:
        model: In evaluation mode, with at least one layer.
        rows: How many rows are written side by side, B.
    """

    def __init__(self, model: GPT, rows: int) -> None:
        if model.wte.weight.dtype != torch.float32:
            model = deepcopy(model).float()
        self._model, config = model, model.config
        self._tokens, self._places = model.wte.weight.detach(), model.wpe.weight.detach()  # (V, C), (T, C)
        self._layers = [_layer(block, config.activation) for block in model.h]
        self._ln_f = _norm(model.ln_f)
        self._head = PlainMatrix((model.wte if config.tied else model.lm_head).weight.detach(), None)  # C -> V
        self._activate = _gelu_of_scaled if config.activation == "gelu" else ACTIVATIONS[config.activation]
        self._rows, self._heads = rows, config.n_head
        self._cache = Cache(config, rows, self._tokens.device, self._tokens.dtype)
        self._views: dict[int, list[Views]] = {}

    def read(self, ids: Tensor) -> Tensor:
        self._cache.length = 0
        scores: Tensor = self._model(ids, cache=self._cache)  # (B, t, V)
        return scores[:, -1]

    def step(self, tokens: Tensor) -> Tensor:
        place = self._cache.length
        self._cache.length += 1
        x = self._tokens.index_select(0, tokens)  # (B, C)
        x.add_(self._places[place])
        return self._pass(x, self._views_at(place))

    def _pass(self, x: Tensor, views: list[Views]) -> Tensor:
        """Through all layers: from the new tokens' embeddings, (B, C), to the scores, (B, V)."""
        for layer, view in zip(self._layers, views, strict=True):
            qkv = layer.c_attn.times(layer.ln_1.of(x))  # (B, 3 C)
            layer.attn_proj.onto(x, self._attend(qkv, view))  # x is the residual stream
            layer.mlp_proj.onto(x, self._activate(layer.c_fc.times(layer.ln_2.of(x))))
        return self._head.times(self._ln_f.of(x))

    def _attend(self, qkv: Tensor, view: Views) -> Tensor:
        """What the new tokens, (B, 3 C), gather from those read so far and from themselves, (B, C).

        Product, softmax, product: torch's fused attention took 35 us for one query where these three took 14.
        """
        q, new = self._split(qkv)
        view.place.copy_(new)
        weights = torch.bmm(q, view.keys).softmax(-1)  # (B H, 1, t)
        return torch.bmm(weights, view.values).view(self._rows, -1)

    def _split(self, qkv: Tensor) -> tuple[Tensor, Tensor]:
        """Queries, (B H, 1, D), and keys and values, (2, B, H, D)."""
        parts = qkv.view(self._rows, 3, self._heads, -1)  # (B, 3, H, D)
        return parts[:, 0].reshape(self._rows * self._heads, 1, -1), parts[:, 1:].transpose(0, 1)

    def _views_at(self, place: int) -> list[Views]:
        """Every layer's part of the cache for the token at `place`. Kept, for the next window comes here again."""
        if place not in self._views:
            both = self._cache.both  # (2, L, B, H, T, D)
            keys, values = both.flatten(2, 3)[:, :, :, : place + 1]  # (L, B H, t, D) each
            places = both.select(4, place).unbind(1)
            self._views[place] = list(map(Views, places, keys.transpose(-2, -1).unbind(0), values.unbind(0)))
        return self._views[place]


class StillDecoder(Decoder):
    """The same in unchanging shapes, as a CUDA graph wants it: the place is a tensor, and attention goes over the whole
    cache, with a mask over what is not written yet.
    """

    def __init__(self, model: GPT, rows: int) -> None:
        super().__init__(model, rows)
        keys, values = self._cache.both.flatten(2, 3)  # (L, B H, T, D) each
        places = self._cache.both.unbind(1)  # (2, B, H, T, D) each
        self._all = list(map(Views, places, keys.transpose(-2, -1).unbind(0), values.unbind(0)))
        self._place = torch.zeros(1, dtype=torch.long, device=keys.device)  # (1) where the next token goes
        self._numbers = torch.arange(keys.size(2), device=keys.device)  # (T)

    def read(self, ids: Tensor) -> Tensor:
        self._place.fill_(ids.size(1))
        return super().read(ids)

    def step(self, tokens: Tensor) -> Tensor:
        self._mask = torch.where(self._numbers > self._place, -math.inf, 0.0)  # (T)
        x = self._tokens.index_select(0, tokens).add_(self._places.index_select(0, self._place))  # (B, C)
        scores = self._pass(x, self._all)
        self._place.add_(1)
        return scores

    def _attend(self, qkv: Tensor, view: Views) -> Tensor:
        q, new = self._split(qkv)
        view.place.index_copy_(3, self._place, new[:, :, :, None])
        weights = torch.baddbmm(self._mask, q, view.keys).softmax(-1)  # (B H, 1, T)
        return torch.bmm(weights, view.values).view(self._rows, -1)


def _gelu_of_scaled(u: Tensor) -> Tensor:
    """GELU(x) for u = x sqrt(1/2), divided by sqrt(1/2): u (1 + erf u), in place.

    The exact GELU; `c_fc` and `mlp_proj` carry the two factors. torch's own goes through oneDNN on a processor, with a
    fixed cost of 15 to 50 us; these two calls take 5.
    """
    return u.addcmul_(u, u.erf())


def _layer(block: Block, activation: Activation) -> Layer:
    """A block's weights, with constant factors where they cost nothing: the queries' 1 / sqrt(D), and the GELU's."""
    attn, mlp, norm = block.attn, block.mlp, block.ln_1.weight
    queries_keys_values = norm.new_ones(3, len(norm))  # (3, C)
    queries_keys_values[0] = math.sqrt(attn.n_head / len(norm))
    half = norm.new_tensor(math.sqrt(0.5) if activation == "gelu" else 1.0)
    return Layer(
        ln_1=_norm(block.ln_1),
        c_attn=_matrix(attn.c_attn, outputs=queries_keys_values.flatten()),
        attn_proj=_matrix(attn.c_proj),
        ln_2=_norm(block.ln_2),
        c_fc=_matrix(mlp.c_fc, outputs=half.expand(4 * len(norm))),
        mlp_proj=_matrix(mlp.c_proj, inputs=half),
    )


def _matrix(linear: nn.Linear, outputs: Tensor | None = None, inputs: Tensor | None = None) -> Matrix:
    """A linear layer whose outputs, (N), or inputs are multiplied by constant factors."""
    weight, bias = linear.weight.detach(), None if linear.bias is None else linear.bias.detach()
    if outputs is not None:
        weight, bias = weight * outputs[:, None], None if bias is None else bias * outputs
    return PlainMatrix(weight if inputs is None else weight * inputs, bias)


def _norm(norm: nn.LayerNorm) -> Norm:
    return Norm(norm.weight.detach(), None if norm.bias is None else norm.bias.detach(), norm.eps)
