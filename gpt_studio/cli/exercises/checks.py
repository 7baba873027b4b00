"""Checks of a student's answers: the result is compared with the program's own, and with that of usual mistakes."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import Tensor

from gpt_studio.cli.exercises import sheets, trained
from gpt_studio.engine.config import Sampling
from gpt_studio.engine.model import attention_weights
from gpt_studio.engine.sampling import Sampler
from gpt_studio.engine.tokenizer import Tokenizer

TEXT = "She sells sea-shells.\nÉmile répond: non, 27 %!"


@dataclass(frozen=True)
class Verdict:
    """What came of one check. `help` says what to look at where it is not right."""

    what: str
    is_right: bool
    help: str = ""


@dataclass(frozen=True)
class _Mistake:
    """A wrong result that is often seen, and what it comes from."""

    result: Tensor
    help: str


def check(file: Path) -> Iterator[Verdict]:
    """Check a student's file, from the simple to the whole; ends at the first check that fails.

    Raises:
        StudioError: What `sheets.name_of` and `sheets.opened` raise.
    """
    name, module = sheets.name_of(file), sheets.opened(file)
    for what, verdict in CHECKS[name]:
        try:
            help = verdict(module)
        except NotImplementedError:
            help = "The gap is still empty."
        except Exception as error:
            help = f"Python stopped with {sheets.told(error, file)}."
        yield Verdict(what, not help, help)
        if help:
            return


def _function(module: ModuleType, name: str) -> Callable[..., Any]:
    found = getattr(module, name, None)
    if not callable(found):
        raise AttributeError(f"the file has no function {name}")
    return found  # type: ignore[no-any-return]


def _differs(result: Any, wanted: Tensor, mistakes: Iterator[_Mistake] | tuple[_Mistake, ...] = ()) -> str:
    """Why a result is not right, as helpful as can be; "" where it is."""
    if not isinstance(result, Tensor):
        return f"A tensor is wanted, this is {type(result).__name__}. Did you forget return?"
    if result.shape != wanted.shape:
        return f"The shape should be {tuple(wanted.shape)}, it is {tuple(result.shape)}."
    if torch.allclose(result.to(wanted.dtype), wanted, rtol=1e-4, atol=1e-5):
        return ""
    for mistake in mistakes:
        if torch.allclose(result.to(wanted.dtype), mistake.result, rtol=1e-4, atol=1e-5):
            return mistake.help
    if result.isnan().any():
        return "Some numbers are nan. Does a whole row become minus infinity before softmax?"
    worst = (result - wanted).abs().flatten().argmax()
    place = tuple(int(each) for each in torch.unravel_index(worst, wanted.shape))
    return f"At place {place} it is {result[place]:.4f} and should be {wanted[place]:.4f}."


# Exercise 1


def _head_inputs() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    chance = torch.Generator().manual_seed(1)
    x = torch.randn(2, 5, 6, generator=chance)
    w_query, w_key, w_value = (torch.randn(6, 4, generator=chance) / 2 for _ in range(3))
    return x, w_query, w_key, w_value


def _one_head(module: ModuleType) -> str:
    x, w_query, w_key, w_value = _head_inputs()
    query, key, value = (x @ w for w in (w_query, w_key, w_value))
    wanted = attention_weights(query[:, None], key[:, None])[:, 0] @ value
    return _differs(_function(module, "one_head")(*_head_inputs()), wanted, _head_mistakes(query, key, value))


def _head_mistakes(query: Tensor, key: Tensor, value: Tensor) -> Iterator[_Mistake]:
    """Usual slips of attention; all have the shape of the result."""
    size = query.size(-1)
    raw = query @ key.transpose(-2, -1)
    future = torch.ones(raw.shape[-2:]).triu(1).bool()
    scaled, endless = raw / math.sqrt(size), -math.inf
    masked = scaled.masked_fill(future, endless)
    yield _Mistake(scaled.softmax(-1) @ value, "The mask is missing: a position must not see its future.")
    yield _Mistake(
        raw.masked_fill(future, endless).softmax(-1) @ value, "The scores are not divided by the square root of D."
    )
    yield _Mistake(
        (raw / size).masked_fill(future, endless).softmax(-1) @ value,
        "The scores are divided by D; the square root of D is wanted.",
    )
    yield _Mistake(
        scaled.masked_fill(future.mT, endless).softmax(-1) @ value,
        "The mask is the wrong way round: it hides the past and shows the future.",
    )
    yield _Mistake(
        masked.softmax(-2).nan_to_num() @ value, "Softmax runs over the queries; it belongs over the keys, dim=-1."
    )
    yield _Mistake(
        scaled.softmax(-1).masked_fill(future, 0.0) @ value,
        "The mask comes after softmax, so rows do not sum to 1; put it before, as minus infinity.",
    )
    yield _Mistake(
        scaled.masked_fill(future, 0.0).softmax(-1) @ value,
        "The future gets the score 0, which softmax still gives a weight; minus infinity gives none.",
    )
    yield _Mistake(masked.softmax(-1) @ key, "The weights are right, but they gather the keys; gather the values.")
    yield _Mistake(masked @ value, "Softmax is missing.")


def _sees_no_future(module: ModuleType) -> str:
    x, *weights = _head_inputs()
    other = x.clone()
    other[:, -1] += 1.0
    head = _function(module, "one_head")
    same = torch.allclose(head(x, *weights)[:, :-1], head(other, *weights)[:, :-1], atol=1e-6)
    return "" if same else "Changing the last position changes what earlier ones gather: they see their future."


# Exercise 2


def _several_heads(module: ModuleType) -> str:
    chance = torch.Generator().manual_seed(2)
    x, w_qkv, w_out = (torch.randn(*size, generator=chance) / 2 for size in ((2, 5, 6), (6, 18), (6, 6)))
    query, key, value = torch.split(x @ w_qkv, 6, 2)

    def heads(part: Tensor) -> Tensor:
        return part.view(2, 5, 3, 2).transpose(1, 2)  # (B, H, T, D)

    def joined(found: Tensor) -> Tensor:
        return found.transpose(1, 2).reshape(2, 5, 6)

    slices = [heads(part) for part in (query, key, value)]
    found = attention_weights(slices[0], slices[1]) @ slices[2]
    wanted = joined(found) @ w_out
    inner = (_Mistake(joined(slip.result) @ w_out, slip.help) for slip in _head_mistakes(*slices))
    outer = (
        _Mistake(joined(found), "The last step is missing: times w_out."),
        _Mistake(found.reshape(2, 5, 6) @ w_out, "Swap heads and positions back (transpose) before they are joined."),
        _Mistake(
            attention_weights(query[:, None], key[:, None])[:, 0] @ value @ w_out,
            "This is one head of the whole width; the width is to be shared out among n_head heads.",
        ),
    )
    return _differs(_function(module, "several_heads")(x, w_qkv, w_out, 3), wanted, (*outer, *inner))


# Exercise 3


def _block(module: ModuleType) -> str:
    chance = torch.Generator().manual_seed(3)
    x = torch.randn(2, 3, 4, generator=chance)

    def part(factor: float, shift: float) -> Callable[[Tensor], Tensor]:
        return lambda read: torch.sin(read * factor) + shift

    norm_1, attention, norm_2, feed_forward = part(1.1, 0.1), part(0.7, 0.2), part(1.3, 0.3), part(0.5, 0.4)
    middle = x + attention(norm_1(x))
    wanted = middle + feed_forward(norm_2(middle))
    bare = attention(norm_1(x))
    mistakes = (
        _Mistake(feed_forward(norm_2(bare)), "Nothing is added: both parts should add to the stream x."),
        _Mistake(bare + feed_forward(norm_2(bare)), "The first residual connection is missing: x + attention(…)."),
        _Mistake(feed_forward(norm_2(middle)), "The second residual connection is missing."),
        _Mistake(
            norm_2((after := norm_1(x + attention(x))) + feed_forward(after)),
            "This is post-norm, as in the first transformer; GPT-2 normalises what each part reads (pre-norm).",
        ),
        _Mistake(middle + feed_forward(norm_2(x)), "The feed-forward part should read the stream after attention."),
        _Mistake(norm_1(x) + attention(norm_1(x)), "Add to the stream itself, not to what LayerNorm made of it."),
        _Mistake((y := x + attention(x)) + feed_forward(y), "The LayerNorms are missing."),
        _Mistake(middle, "The feed-forward part is missing."),
    )
    return _differs(_function(module, "block")(x, norm_1, attention, norm_2, feed_forward), wanted, mistakes)


# Exercise 4


def _probabilities(module: ModuleType) -> str:
    scores = torch.tensor([2.0, -1.0, 0.5, 3.0, 1.0, 0.0])
    asked = _function(module, "probabilities")
    for temperature, top_k in ((1.0, 0), (0.5, 0), (2.0, 0), (1.0, 3), (0.7, 2), (1.0, 1), (1.0, 99)):
        wanted = _program_s(scores, temperature, top_k)
        unscaled = _program_s(scores, 1.0, top_k)
        inverse = _program_s(scores * temperature**2, temperature, top_k)
        mistakes = (
            _Mistake(unscaled, "Temperature has no effect."),
            _Mistake(inverse, "The scores are multiplied by the temperature; divide."),
            _Mistake(_program_s(scores, temperature, 0), "Top-k strikes nothing out."),
            _Mistake(
                torch.where(wanted > 0, _program_s(scores, temperature, 0), 0.0),
                "What is left after top-k does not sum to 1: strike out before softmax.",
            ),
        )
        if help := _differs(asked(scores.clone(), temperature, top_k), wanted, mistakes):
            return f"With temperature {temperature} and top-k {top_k}: {help}"
    return ""


def _program_s(scores: Tensor, temperature: float, top_k: int) -> Tensor:
    """The program's own odds, in the order of the vocabulary, (V)."""
    sampler = Sampler((Sampling(temperature=temperature, top_k=top_k),), 1, len(scores), len(scores), scores.device)
    odds = sampler.odds(scores[None])
    return torch.zeros_like(scores).scatter(0, odds.tokens[0], odds.after[0])


def _draw(module: ModuleType) -> str:
    chances, asked = torch.tensor([0.25, 0.0, 0.5, 0.25]), _function(module, "draw")
    for luck, wanted in ((0.0, 0), (0.2499, 0), (0.25, 2), (0.7, 2), (0.75, 3), (0.9999, 3)):
        found = int(asked(chances.clone(), luck))
        if found != wanted:
            why = " It has no chance at all." if chances[found] == 0 else ""
            return f"With the chances {chances.tolist()} and luck {luck} it should be {wanted}, it is {found}.{why}"
    return ""


# Exercise 5


def _vocabulary(module: ModuleType) -> str:
    found, wanted = _function(module, "vocabulary")(TEXT), list(Tokenizer.characters(TEXT).tokens)
    if found == wanted:
        return ""
    if not isinstance(found, list):
        return f"A list is wanted, this is {type(found).__name__}."
    if sorted(found) == wanted:
        return "All characters are there, but not in the order of their code points: sorted() does that."
    if len(found) != len(set(found)):
        return "Some characters stand there more than once: set() keeps one of each."
    missing = sorted(set(wanted) - set(found))
    return f"{missing[0]!r} is missing." if missing else f"{sorted(set(found) - set(wanted))[0]!r} is not in the text."


def _encode(module: ModuleType) -> str:
    characters, asked = list(Tokenizer.characters(TEXT).tokens), _function(module, "encode")
    wanted = Tokenizer.characters(TEXT).encode(TEXT).tolist()
    found = list(asked(TEXT, characters))
    if found != wanted:
        if len(found) != len(wanted):
            return f"{len(wanted)} characters should give as many numbers, not {len(found)}."
        place = next(place for place, pair in enumerate(zip(found, wanted, strict=True)) if pair[0] != pair[1])
        return f"{TEXT[place]!r} should become {wanted[place]}, not {found[place]}."
    try:
        asked("Ω", characters)
    except ValueError as error:
        return "" if "Ω" in str(error) else "The ValueError should name the unknown character."
    except KeyError:
        return "An unknown character should be a ValueError that names it, not a KeyError."
    return "An unknown character, such as 'Ω', should be a ValueError."


def _decode(module: ModuleType) -> str:
    characters = list(Tokenizer.characters(TEXT).tokens)
    found = _function(module, "decode")(Tokenizer.characters(TEXT).encode(TEXT).tolist(), characters)
    if found == TEXT:
        return ""
    if not isinstance(found, str):
        return f"A text is wanted, this is {type(found).__name__}: ''.join() makes one."
    return f"It should be {TEXT[:20]!r}…, it is {found[:20]!r}…"


CHECKS: dict[str, tuple[tuple[str, Callable[[ModuleType], str]], ...]] = {
    "1_one_head": (
        ("what each position gathers", _one_head),
        ("no position sees its future", _sees_no_future),
        ("it trains in the program", lambda module: trained.with_one_head(_function(module, "one_head"))),
    ),
    "2_several_heads": (
        ("what each position gathers", _several_heads),
        ("it trains in the program", lambda module: trained.with_heads(_function(module, "several_heads"))),
    ),
    "3_block": (
        ("what is added to the stream", _block),
        ("it trains in the program", lambda module: trained.with_block(_function(module, "block"))),
    ),
    "4_sampling": (("probabilities", _probabilities), ("the draw", _draw)),
    "5_encoder": (
        ("the vocabulary", _vocabulary),
        ("to numbers", _encode),
        ("and back", _decode),
        (
            "it trains in the program",
            lambda module: trained.with_encoder(_function(module, "vocabulary"), _function(module, "encode")),
        ),
    ),
}
