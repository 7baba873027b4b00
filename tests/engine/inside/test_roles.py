"""Roles: models whose weights were set by hand for a habit are named after it."""

import random

import numpy as np
import pytest
import torch

from gpt_studio.engine.config import ModelConfig
from gpt_studio.engine.inside.roles import Tally, habits, name_heads
from gpt_studio.engine.model import GPT
from gpt_studio.engine.requests import RolesRequest, Subject
from gpt_studio.engine.tokenizer import Tokenizer
from gpt_studio.engine.workshop import Workshop

from ..conftest import run_job

T = 48


def a_text() -> str:
    chance = random.Random(1)
    words = ["the", "cat", "sang", "(so it", "was)", "and", "ran,", "(by", "hand)", "home", "fog", "hid"]
    lines = [" ".join(chance.choice(words) for _ in range(4)) for _ in range(80)]
    return "\n".join(lines)


TEXT = a_text()
TOKENIZER = Tokenizer.characters(TEXT)
V = TOKENIZER.vocab_size
# One number per token, one per position, room for what a first layer brings; and many that are always 0, so that what
# LayerNorm takes from every number (their mean) is next to nothing.
C = V + T + max(V, T) + 200


class ByHand:
    """A model with one head a layer. Token, position and what the layer before brought stand in separate numbers."""

    def __init__(self, layers: int) -> None:
        self.model = GPT(ModelConfig(n_layer=layers, n_head=1, n_embd=C, block_size=T, vocab_size=V))
        self.model.eval().requires_grad_(False)
        for block in self.model.h:
            for weight in (block.attn.c_attn.weight, block.attn.c_proj.weight, block.mlp.c_proj.weight):
                weight.zero_()
            block.attn.c_attn.weight[C : 2 * C] = torch.eye(C)  # a key is the stream itself
        self.model.wte.weight.zero_()[:, :V] = torch.eye(V)
        self.model.wpe.weight.zero_()[:, V : V + T] = torch.eye(T)
        self.token, self.position, self.brought = slice(0, V), slice(V, V + T), slice(V + T, V + T + max(V, T))

    def look(self, layer: int, row: slice, column: slice, strength: torch.Tensor) -> None:
        """Let a position look at those for which `strength` (of row's and column's numbers) is high."""
        query = self.model.h[layer].attn.c_attn.weight[:C]
        query[column, row][: strength.size(1), : strength.size(0)] += strength.T

    def bring(self, layer: int, what: slice) -> None:
        """Let what is looked at be copied to where the next layer finds it."""
        size = what.stop - what.start
        attention = self.model.h[layer].attn
        attention.c_attn.weight[2 * C :][self.brought, what][:size] = torch.eye(size)
        attention.c_proj.weight[:] = 0.08 * torch.eye(C)

    def role(self) -> tuple[str, str]:
        """What the last layer's head is called, and the token that it looks at most."""
        tally = Tally.empty(self.model.config.n_layer, 1, V)
        pieces = torch.as_tensor(TOKENIZER.encode(TEXT))[: 12 * T].view(12, T)
        explained: list[torch.Tensor] = []
        self.model(pieces, explained=explained)
        for number, piece in enumerate(pieces.tolist()):
            tally.add(torch.stack([weights[number] for weights in explained]).numpy(), piece, TOKENIZER.tokens)
        told = tally.roles(TOKENIZER.tokens, 0)
        return told.role[-1][0], told.character[-1][0]


def back(distance: int) -> torch.Tensor:
    return torch.diag(torch.ones(T - distance), -distance)


def recent() -> torch.Tensor:
    places = torch.arange(T, dtype=torch.float)
    return -(places[:, None] - places[None, :]).clamp(min=0)


def one(token: str) -> torch.Tensor:
    """Every token looks at this one."""
    return torch.nn.functional.one_hot(torch.tensor(TOKENIZER.tokens.index(token)), V).float().expand(V, V)


def steps_back(distance: int) -> ByHand:
    made = ByHand(1)
    made.look(0, made.position, made.position, 9 * back(distance))
    return made


def same_token() -> ByHand:
    made = ByHand(1)
    made.look(0, made.token, made.token, 9 * torch.eye(V))
    made.look(0, made.position, made.position, -9 * torch.eye(T))  # but not at itself
    return made


def begins_after(token: str) -> ByHand:
    made = ByHand(2)
    made.look(0, made.position, made.position, 9 * back(1))
    made.bring(0, made.token)
    made.look(1, made.token, made.brought, 30 * one(token))
    made.look(1, made.position, made.position, 0.5 * recent())
    return made


def induction() -> ByHand:
    made = ByHand(2)
    made.look(0, made.position, made.position, 9 * back(1))
    made.bring(0, made.token)
    made.look(1, made.token, made.brought, 9 * torch.eye(V))
    return made


def since_the_bracket() -> ByHand:
    made = ByHand(2)
    made.look(0, made.token, made.token, 30 * one("("))
    made.look(0, made.position, made.position, 0.5 * recent())
    made.bring(0, made.position)
    made.look(1, made.brought, made.position, 9 * torch.ones(T, T).triu())
    return made


def certain(token: str) -> ByHand:
    made = ByHand(1)
    made.look(0, made.token, made.token, 9 * one(token))
    return made


@pytest.mark.parametrize(
    ("made", "role"),
    [
        (lambda: steps_back(1), "previous"),
        (lambda: steps_back(0), "itself"),
        (lambda: steps_back(2), "two_back"),
        (same_token, "same"),
        (induction, "induction"),
        (lambda: begins_after(" "), "word_start"),
        (lambda: begins_after("\n"), "line_start"),
        (since_the_bracket, "brackets"),
        (lambda: certain("a"), "character"),
        (lambda: ByHand(1), ""),
    ],
)  # fmt: skip
@torch.no_grad()
def test_a_model_made_by_hand_for_a_habit_is_named_after_it(made, role):
    told, character = made().role()
    assert told == role
    assert role != "character" or character == "a"


def test_where_each_habit_looks():
    text = 'ab\n(cab "c d'
    places = {name: [set(np.flatnonzero(row)) for row in mask] for name, mask in habits(text).items()}
    assert places["same"][5] == {0}  # the second a
    assert places["induction"][5] == {1}  # and what followed the first
    assert places["line_start"][6] == {3}
    assert places["line_start"][1] == set()  # the first line may have begun before the text
    assert places["brackets"][6] == {3, 4, 5, 6}
    assert places["brackets"][9] == {8, 9}  # the quotation mark is the innermost
    assert places["brackets"][1] == set()


def test_the_shares_of_a_trained_model_are_shares(trained):
    told = run_job(name_heads(Workshop(), RolesRequest(subject=Subject(run=trained))))[0]
    assert told.scores.shape == (2, 2, len(told.habits))
    assert 0.0 <= told.scores.min() <= told.scores.max() <= 1.0
    assert told.positions > 50


def test_without_the_mask_even_attention_goes_to_the_future_as_well():
    tokens, ids = tuple("ab"), [0, 1] * 16
    everywhere = np.full((1, 1, 32, 32), 1 / 32, np.float32)
    chances = {}
    for sees_future in (False, True):
        tally = Tally.empty(1, 1, 2)
        tally.sees_future = sees_future
        tally.add(everywhere, ids, tokens)
        told = tally.roles(tokens, 0)
        chances[sees_future] = told.chances[0, 0, told.habits.index("itself")]
    assert chances[True] == pytest.approx(1 / 32) and chances[False] > 1.5 / 32
