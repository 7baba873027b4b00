"""The GPT, one file, read from top to bottom.

Shapes use one set of letters: B batch, T time (tokens in a row), C channels (width), H heads, D channels per head
(C = H x D), V vocabulary, L layers.

The form is GPT-2's (Radford et al. 2019): token and position embeddings, pre-norm blocks, a final LayerNorm, a
linear head. Each of its ideas can be left out, to see what it is good for (`without` in config.py).
Parameter names follow it too: wte wpe h.N.ln_1 h.N.attn.c_attn h.N.attn.c_proj h.N.ln_2 h.N.mlp.c_fc h.N.mlp.c_proj
ln_f lm_head.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from gpt_studio.engine.config import ModelConfig

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "gelu": F.gelu,  # exact, by erf: on a processor about five times faster than the tanh form
    "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),  # GPT-2's own
    "relu": F.relu,
}


def attention_weights(q: Tensor, k: Tensor, causal: bool = True) -> Tensor:
    """How strongly each position looks at itself and at each earlier one.

    Args:
        q: Queries, (B, H, T, D).
        k: Keys, (B, H, T, D).
        causal: False: without the mask, so at each later one, too.

    Returns:
        Weights, (B, H, T, T). Rows sum to 1; behind the mask, everything right of the diagonal is 0.

    Source: Vaswani et al. 2017, equation 1; the causal mask as in Radford et al. 2018.
    """
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.size(-1))  # (B, H, T, T)
    if not causal:
        return scores.softmax(dim=-1)
    future = torch.ones(scores.shape[-2:], dtype=torch.bool, device=q.device).triu(1)  # (T, T)
    return scores.masked_fill(future, -math.inf).softmax(dim=-1)


def attend(q: Tensor, k: Tensor, v: Tensor, dropout: float, causal: bool = True) -> Tensor:
    """What each position gathers from itself and earlier ones, by plain batched products: (B, H, T, D).

    The fused kernel is usually faster. On processors it is not in bf16, where its backward pass takes four times as
    long, nor with dropout, for which it has no fast way.

    Args:
        q: Queries, (B, H, T, D).
        k: Keys, (B, H, T, D).
        v: Values, (B, H, T, D).
        dropout: Share of the weights silenced at random.
        causal: False: without the mask, so from later ones, too.
    """
    b, h, t, d = q.shape
    future = torch.full((t, t), -math.inf if causal else 0.0, dtype=q.dtype, device=q.device).triu(1)  # (T, T)
    scores = torch.baddbmm(future, (q * d**-0.5).reshape(b * h, t, d), k.reshape(b * h, t, d).mT)  # (B H, T, T)
    weights = F.dropout(scores.softmax(dim=-1), dropout, dropout > 0.0)
    return (weights @ v.reshape(b * h, t, d)).view(b, h, t, d)


class Attention(nn.Module):
    """Multi-head causal self-attention: each token gathers what earlier tokens offer."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.n_head, self.dropout, self.causal = config.n_head, config.dropout, config.has("mask")
        self.c_attn = nn.Linear(config.n_embd, 3 * config.n_embd, bias=config.bias)
        self.c_proj = nn.Linear(config.n_embd, config.n_embd, bias=config.bias)

    def forward(self, x: Tensor, explained: list[Tensor] | None = None) -> Tensor:
        b, t, c = x.shape
        q, k, v = (
            part.view(b, t, self.n_head, c // self.n_head).transpose(1, 2)  # (B, H, T, D)
            for part in self.c_attn(x).split(c, dim=2)
        )
        dropout = self.dropout if self.training else 0.0
        if explained is not None:  # the explicit path, which shows its weights
            weights = attention_weights(q, k, self.causal)
            explained.append(weights)
            y = weights @ v  # (B, H, T, D)
        elif q.device.type == "cpu" and (q.dtype == torch.bfloat16 or dropout):
            y = attend(q, k, v, dropout, self.causal)  # (B, H, T, D)
        else:  # the fused path, which is fast; a test proves that the three agree
            y = F.scaled_dot_product_attention(q, k, v, dropout_p=dropout, is_causal=self.causal)  # (B, H, T, D)
        y = y.transpose(1, 2).reshape(b, t, c)  # (B, T, C)
        return F.dropout(self.c_proj(y), self.dropout, self.training)


def average_weights(length: int, causal: bool = True, device: torch.device | None = None) -> Tensor:
    """Where each position looks when every visible place counts alike: 1 / t at the t places up to its own, (T, T)."""
    ones = torch.ones(length, length, device=device)
    visible = ones.tril() if causal else ones  # (T, T)
    return visible / visible.sum(dim=-1, keepdim=True)


def average(v: Tensor, causal: bool = True) -> Tensor:
    """The product of `average_weights` and the values, (B, T, C), without the table: by a running sum, in fp32."""
    if not causal:
        return v.mean(dim=1, keepdim=True).expand_as(v)
    count = torch.arange(1, v.size(1) + 1, device=v.device)[:, None]  # (T, 1)
    return (v.cumsum(dim=1, dtype=torch.float32) / count).to(v.dtype)


class Averaging(nn.Module):
    """Attention without queries and keys: each token takes the plain mean of what it and all earlier ones offer.

    There are no weights that dropout could silence, and how many heads share the channels makes no difference.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.n_head, self.dropout, self.causal = config.n_head, config.dropout, config.has("mask")
        self.c_attn = nn.Linear(config.n_embd, config.n_embd, bias=config.bias)  # values alone
        self.c_proj = nn.Linear(config.n_embd, config.n_embd, bias=config.bias)

    def forward(self, x: Tensor, explained: list[Tensor] | None = None) -> Tensor:
        b, t, _ = x.shape
        y = average(self.c_attn(x), self.causal)  # (B, T, C)
        if explained is not None:
            explained.append(average_weights(t, self.causal, x.device).expand(b, self.n_head, t, t))
        return F.dropout(self.c_proj(y), self.dropout, self.training)


class FeedForward(nn.Module):
    """Two layers of numbers for each token alone: four times as wide in between."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.dropout, self.activation = config.dropout, ACTIVATIONS[config.activation]
        self.c_fc = nn.Linear(config.n_embd, 4 * config.n_embd, bias=config.bias)
        self.c_proj = nn.Linear(4 * config.n_embd, config.n_embd, bias=config.bias)

    def forward(self, x: Tensor) -> Tensor:
        return F.dropout(self.c_proj(self.activation(self.c_fc(x))), self.dropout, self.training)


def layer_norm(config: ModelConfig) -> nn.Module:
    """Brings the numbers of each token to mean 0 and spread 1, then scales them; where it is left out, nothing."""
    return nn.LayerNorm(config.n_embd, bias=config.bias) if config.has("norm") else nn.Identity()


class Block(nn.Module):
    """Attention, then feed-forward, each added to the residual stream."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.has_attention, self.has_mlp = config.has("attention"), config.has("mlp")
        self.has_residual = config.has("residual")
        if self.has_attention:
            self.ln_1 = layer_norm(config)
            self.attn = Attention(config) if config.has("scores") else Averaging(config)
        if self.has_mlp:
            self.ln_2 = layer_norm(config)
            self.mlp = FeedForward(config)

    def forward(self, x: Tensor, explained: list[Tensor] | None = None) -> Tensor:
        if self.has_attention:
            found: Tensor = self.attn(self.ln_1(x), explained)  # (B, T, C)
            x = x + found if self.has_residual else found
        if self.has_mlp:
            thought: Tensor = self.mlp(self.ln_2(x))  # (B, T, C)
            x = x + thought if self.has_residual else thought
        return x


class GPT(nn.Module):
    """A language model: for every token of a row, scores for the token that may follow.

    With `n_layer = 0` it is the bigram model of the lectures: a table of V x V scores and nothing else.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        if config.is_bigram:
            self.wte = nn.Embedding(config.vocab_size, config.vocab_size)
        else:
            self.wte = nn.Embedding(config.vocab_size, config.n_embd)
            if config.has("position"):
                self.wpe = nn.Embedding(config.block_size, config.n_embd)
            self.h = nn.ModuleList(Block(config) for _ in range(config.n_layer))
            self.ln_f = layer_norm(config)
            if not config.tied:
                self.lm_head = nn.Linear(config.n_embd, config.vocab_size, bias=False)
            self.head_bias = nn.Parameter(torch.empty(config.vocab_size)) if config.head_bias else None
        self.reset()

    def reset(self) -> None:
        """Random weights as in GPT-2: spread 0.02; what ends in the residual stream is scaled by 1 / sqrt(2 L)."""
        for name, parameter in self.named_parameters():
            if parameter.dim() < 2:
                nn.init.zeros_(parameter) if name.endswith("bias") else nn.init.ones_(parameter)
            else:
                ends_in_stream = name.endswith("c_proj.weight") and self.config.has("residual")
                spread = 0.02 / math.sqrt(2 * self.config.n_layer) if ends_in_stream else 0.02
                nn.init.normal_(parameter, std=spread)

    def forward(self, ids: Tensor, explained: list[Tensor] | None = None) -> Tensor:
        """Scores (logits) for what follows each token.

        Args:
            ids: Tokens, (B, T), int64, T <= block_size.
            explained: Is given every layer's attention weights, (B, H, T, T) each, when a list is passed.

        Returns:
            Logits, (B, T, V).
        """
        if self.config.is_bigram:
            logits: Tensor = self.wte(ids)  # (B, T, V)
            return logits
        x: Tensor = self.wte(ids)  # (B, T, C)
        if self.config.has("position"):
            x = x + self.wpe(torch.arange(ids.size(1), device=ids.device))  # (B, T, C)
        x = F.dropout(x, self.config.dropout, self.training)  # (B, T, C)
        for block in self.h:
            x = block(x, explained)  # (B, T, C)
        return self.read_out(x)

    def read_out(self, x: Tensor) -> Tensor:
        """Scores for the next token, (..., V), from what the residual stream holds, (..., C)."""
        head = self.wte.weight if self.config.tied else self.lm_head.weight  # (V, C)
        return F.linear(self.ln_f(x), head, self.head_bias)

    def parameter_count(self) -> int:
        return sum(parameter.numel() for parameter in self.parameters())


def next_token_loss(logits: Tensor, targets: Tensor) -> Tensor:
    """Mean cross-entropy in nats: -ln of the chance that was given to what really followed.

    Args:
        logits: (B, T, V).
        targets: (B, T), int64.
    """
    return F.cross_entropy(logits.flatten(0, 1).float(), targets.flatten())
