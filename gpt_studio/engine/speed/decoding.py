"""Decoding: the GPT of `model.py` once more, for one token at a time.

One token is so little work that a processor spends its time on fetching weights and on the fixed cost of every call
into torch. So the weights are laid out once in the order of reading, keys and values have their places from the
beginning, and a layer is twelve calls. Shapes use the letters of `model.py`; t is how many tokens have been read.
"""

import math
from copy import deepcopy
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from gpt_studio.engine.config import Activation, ModelConfig
from gpt_studio.engine.model import ACTIVATIONS, GPT, Attention, Block, average
from gpt_studio.engine.speed.matrices import Matrix


class Norm(NamedTuple):
    """A LayerNorm's weights."""

    gain: Tensor  # (C)
    bias: Tensor | None  # (C)
    epsilon: float

    def of(self, x: Tensor) -> Tensor:
        return torch.layer_norm(x, self.gain.shape, self.gain, self.bias, self.epsilon)


class NoNorm(NamedTuple):
    """In the place of a LayerNorm that was left out."""

    def of(self, x: Tensor) -> Tensor:
        return x


class Thought(NamedTuple):
    """A block's feed-forward part."""

    ln_2: Norm | NoNorm
    c_fc: Matrix  # C -> 4 C
    mlp_proj: Matrix  # 4 C -> C


class Layer(NamedTuple):
    """A block's weights."""

    ln_1: Norm | NoNorm
    c_attn: Matrix  # C -> 3 C; its queries are scaled by 1 / sqrt(D) already; C -> C where there are values alone
    attn_proj: Matrix  # C -> C
    thought: Thought | None  # None where it was left out


class Views(NamedTuple):
    """A layer's part of the cache, seen from one token."""

    place: Tensor  # (2, B, H, D) where its keys and values go
    keys: Tensor  # (B H, D, t) its own among them
    values: Tensor  # (B H, t, D)


class Decoder:
    """The fast way: a text is read at once, and from then on only what is new.

    Works on the weights as they are now: when the model changes, make a new one. It writes in fp32, whatever the model
    is trained in.

    Args:
        model: With at least one layer, attention, its queries and keys, and the mask. Dropout is left out, as in
            evaluation mode.
        rows: How many rows are written side by side, B.
    """

    def __init__(self, model: GPT, rows: int) -> None:
        if model.wte.weight.dtype != torch.float32:
            model = deepcopy(model).float()
        config = model.config
        self._tokens = model.wte.weight.detach()  # (V, C)
        no_places = self._tokens.new_zeros(1).expand(config.block_size, config.n_embd)
        self._places = model.wpe.weight.detach() if config.has("position") else no_places  # (T, C)
        self._layers = [_layer(block, config.activation) for block in model.h]
        self._ln_f = _norm(model.ln_f)
        head_bias = None if model.head_bias is None else model.head_bias.detach()
        self._head = Matrix((model.wte if config.tied else model.lm_head).weight.detach(), head_bias)  # C -> V
        self._adds = config.has("residual")
        self._activate = _gelu_of_scaled if config.activation == "gelu" else ACTIVATIONS[config.activation]
        self._rows, self._heads = rows, config.n_head
        self._length = 0  # t
        self._make_room(config)

    def _make_room(self, config: ModelConfig) -> None:
        """For what is kept of the tokens read so far, and for what the newest ones offer."""
        rows, channels = self._rows, config.n_embd // config.n_head
        shape = (2, config.n_layer, rows, config.n_head, config.block_size, channels)
        self._cache = self._tokens.new_zeros(shape)  # keys and values, (2, L, B, H, T, D)
        self._views: dict[int, list[Views]] = {}
        self._new = self._tokens.new_empty(rows, 3 * config.n_embd)  # (B, 3 C) of the layer at work
        parts = self._new.view(rows, 3, config.n_head, channels).transpose(0, 1)  # (3, B, H, D)
        self._queries, self._keys_and_values = parts[0], parts[1:]  # (B, H, D), (2, B, H, D)

    def read(self, ids: Tensor) -> Tensor:
        rows, self._length = ids.shape
        x = (self._tokens[ids] + self._places[: self._length]).flatten(0, 1)  # (B t, C), the residual stream
        for number, layer in enumerate(self._layers):
            offered = layer.c_attn.times(layer.ln_1.of(x)).view(rows, self._length, -1)  # (B, t, 3 C)
            is_last = number == len(self._layers) - 1
            if is_last:  # from here on only the newest tokens' rows are needed
                x = x.view(rows, self._length, -1)[:, -1].contiguous()
            y = self._gather(number, offered, newest=is_last)  # (B, t or 1, C)
            self._finish(layer, x, y.reshape(x.shape))
        return self._head.times(self._ln_f.of(x))

    def _gather(self, number: int, offered: Tensor, newest: bool) -> Tensor:
        """What each token, or only the newest, gathers in a layer, (B, t or 1, C); keeps what later ones will need."""
        q, k, v = offered.view(*offered.shape[:2], 3, self._heads, -1).permute(2, 0, 3, 1, 4)  # (B, H, t, D) each
        self._cache[0, number, :, :, : self._length] = k
        self._cache[1, number, :, :, : self._length] = v
        if newest:
            q = q[:, :, -1:]
        y = F.scaled_dot_product_attention(q, k, v, is_causal=not newest, scale=1.0)  # (B, H, t or 1, D)
        return y.transpose(1, 2)

    def step(self, tokens: Tensor) -> Tensor:
        x = self._tokens.index_select(0, tokens)  # (B, C)
        x.add_(self._places[self._length])
        self._length += 1
        self._at = self._views_at(self._length - 1)
        return self._pass(x)

    def _pass(self, x: Tensor) -> Tensor:
        """Through all layers: from the new tokens' embeddings, (B, C), to the scores, (B, V)."""
        for number, layer in enumerate(self._layers):
            layer.c_attn.times(layer.ln_1.of(x), out=self._new)
            y = self._attend(number)  # (B H, 1, D)
            self._finish(layer, x, y.view(x.shape))
        return self._head.times(self._ln_f.of(x))

    def _attend(self, number: int) -> Tensor:
        """What the new tokens gather in a layer from the tokens read so far and from themselves, (B H, 1, D).

        Product, softmax, product: for one query and 64 keys, on two threads, torch's fused attention took 36 us where
        these three took 14.
        """
        view = self._at[number]
        view.place.copy_(self._keys_and_values)
        q = self._queries.reshape(len(view.keys), 1, -1)  # (B H, 1, D)
        weights = torch.bmm(q, view.keys).softmax(-1)  # (B H, 1, t)
        return torch.bmm(weights, view.values)

    def _finish(self, layer: Layer, x: Tensor, y: Tensor) -> None:
        """The rest of a layer, added to the residual stream: what attention gathered, then the feed-forward part.

        Without residual connections each of them begins with an empty stream.
        """
        if not self._adds:
            x.zero_()
        layer.attn_proj.onto(x, y)
        if layer.thought:
            thought = self._activate(layer.thought.c_fc.times(layer.thought.ln_2.of(x)))
            if not self._adds:
                x.zero_()
            layer.thought.mlp_proj.onto(x, thought)

    def _views_at(self, place: int) -> list[Views]:
        """Every layer's part of the cache for the token at `place`. Kept, for the next window comes here again."""
        if place not in self._views:
            keys, values = self._cache.flatten(2, 3)[:, :, :, : place + 1]  # (L, B H, t, D) each
            places = self._cache.select(4, place).unbind(1)
            self._views[place] = list(map(Views, places, keys.transpose(-2, -1).unbind(0), values.unbind(0)))
        return self._views[place]


class StillDecoder(Decoder):
    """The same in unchanging shapes, as a CUDA graph wants it: the place is a tensor, and attention goes over the whole
    cache, with a mask over what is not written yet.
    """

    def _make_room(self, config: ModelConfig) -> None:
        super()._make_room(config)
        keys, values = self._cache.flatten(2, 3)  # (L, B H, T, D) each
        places = self._cache.unbind(1)  # (2, B, H, T, D) each
        self._at = list(map(Views, places, keys.transpose(-2, -1).unbind(0), values.unbind(0)))
        self._numbers = torch.arange(config.block_size, device=keys.device)  # (T)
        self._place = self._numbers[:1].clone()  # (1) where the next token goes

    def read(self, ids: Tensor) -> Tensor:
        self._place.fill_(ids.size(1))
        return super().read(ids)

    def step(self, tokens: Tensor) -> Tensor:
        self._mask = torch.where(self._numbers > self._place, -math.inf, 0.0)  # (T)
        x = self._tokens.index_select(0, tokens)  # (B, C)
        x.add_(self._places.index_select(0, self._place))
        scores = self._pass(x)
        self._place.add_(1)
        return scores

    def _attend(self, number: int) -> Tensor:
        view = self._at[number]
        view.place.index_copy_(3, self._place, self._keys_and_values[:, :, :, None])
        q = self._queries.reshape(len(view.keys), 1, -1)  # (B H, 1, D)
        weights = torch.baddbmm(self._mask, q, view.keys).softmax(-1)  # (B H, 1, T)
        return torch.bmm(weights, view.values)


class AveragingDecoder(StillDecoder):
    """For a model without queries and keys: of all tokens read so far it keeps the sum of their values, and no more.

    The shapes never change, so it is what a CUDA graph wants, and what a processor wants as well.
    """

    def _make_room(self, config: ModelConfig) -> None:
        self._sums = self._tokens.new_zeros(config.n_layer, self._rows, config.n_embd)  # (L, B, C)
        self._new = torch.empty_like(self._sums[0])  # (B, C) the newest values in the layer at work
        self._place = torch.zeros(1, dtype=torch.long, device=self._sums.device)  # (1) how many tokens have been read

    def _gather(self, number: int, offered: Tensor, newest: bool) -> Tensor:
        torch.sum(offered, dim=1, out=self._sums[number])
        return offered.mean(dim=1) if newest else average(offered)

    def step(self, tokens: Tensor) -> Tensor:
        x = self._tokens.index_select(0, tokens)  # (B, C)
        x.add_(self._places.index_select(0, self._place))
        self._place.add_(1)
        return self._pass(x)

    def _attend(self, number: int) -> Tensor:
        return self._sums[number].add_(self._new) / self._place


def _gelu_of_scaled(u: Tensor) -> Tensor:
    """GELU(x) for u = x sqrt(1/2), divided by sqrt(1/2): u (1 + erf u), in place.

    The exact GELU; `c_fc` and `mlp_proj` carry the two factors. torch's own goes through oneDNN on a processor, with a
    fixed cost of 15 to 50 us; these two calls take 5 to 8.
    """
    return u.addcmul_(u, u.erf())


def _layer(block: nn.Module, activation: Activation) -> Layer:
    """A block's weights, with constant factors where they cost nothing: the queries' 1 / sqrt(D), and the GELU's."""
    assert isinstance(block, Block)
    width = block.attn.c_proj.weight.new_ones(block.attn.c_proj.out_features)  # (C)
    factors = torch.cat([width * math.sqrt(block.attn.n_head / len(width)), width.repeat(2)])  # (3 C)
    return Layer(
        ln_1=_norm(block.ln_1),
        c_attn=_matrix(block.attn.c_attn, outputs=factors if isinstance(block.attn, Attention) else None),
        attn_proj=_matrix(block.attn.c_proj),
        thought=_thought(block, activation) if block.has_mlp else None,
    )


def _thought(block: Block, activation: Activation) -> Thought:
    half = block.mlp.c_fc.weight.new_tensor([math.sqrt(0.5) if activation == "gelu" else 1.0])  # (1)
    return Thought(
        ln_2=_norm(block.ln_2),
        c_fc=_matrix(block.mlp.c_fc, outputs=half),
        mlp_proj=_matrix(block.mlp.c_proj, inputs=half),
    )


def _matrix(linear: nn.Linear, outputs: Tensor | None = None, inputs: Tensor | None = None) -> Matrix:
    """A linear layer whose outputs, (N) or (1), or inputs, (1), are multiplied by constant factors."""
    weight, bias = linear.weight.detach(), None if linear.bias is None else linear.bias.detach()
    if outputs is not None:
        weight, bias = weight * outputs[:, None], None if bias is None else bias * outputs
    return Matrix(weight if inputs is None else weight * inputs, bias)


def _norm(norm: nn.Module) -> Norm | NoNorm:
    if not isinstance(norm, nn.LayerNorm):
        return NoNorm()
    return Norm(norm.weight.detach(), None if norm.bias is None else norm.bias.detach(), norm.eps)
