"""The parts of a GPT in words: what each does, its formula, and what it costs, number by number."""

from dataclasses import dataclass, replace

from gpt_studio.engine import budget
from gpt_studio.engine.config import Ablation, ModelConfig
from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr

PARTS = ("token", "position", "attention", "feed_forward", "norm", "head")  # those that cost something, in their order


@dataclass(frozen=True)
class Explained:
    """One part of one model. Formula: `^x` raises, `_x` lowers, `{a / b}` is a fraction."""

    title: str
    where: str
    what: str
    formula: str
    rows: tuple[tuple[str, str], ...]  # what the total is made of
    total: tuple[str, int]
    note: str = ""


def title(part: str) -> str:
    return {
        "token": tr("Token embedding"),
        "position": tr("Position"),
        "attention": tr("Attention"),
        "feed_forward": tr("Feed-forward"),
        "norm": tr("LayerNorm"),
        "head": tr("Head"),
        "residual": tr("Residual path"),
        "scores": tr("Queries and keys"),
    }[part]


def short_title(part: str) -> str:
    """For legends."""
    return {"token": tr("Token"), "position": tr("Positions")}.get(part, title(part))


def ablation(part: Ablation) -> str:
    """A part that can be left out, as its switch says it."""
    return {
        "residual": tr("Residual connections"),
        "norm": tr("LayerNorm"),
        "position": tr("Positions"),
        "mask": tr("Causal mask"),
        "scores": tr("Queries and keys"),
        "attention": tr("Attention"),
        "mlp": tr("Feed-forward"),
    }[part]


def expectation(part: Ablation) -> str:
    """What to expect of a model without it."""
    return {
        "residual": tr("Without the road past each part, corrections fade on the way back: deep models hardly learn."),
        "norm": tr("Without LayerNorm the numbers drift apart from layer to layer: learning is shaky and slower."),
        "position": tr("Without positions the past is a bag of characters: which came first cannot be told."),
        "mask": tr("Without the mask each place sees its own answer: the loss becomes tiny, the writing nonsense."),
        "scores": tr(
            "Without queries and keys every place counts alike: the plain mean of the past, with nothing chosen."
        ),
        "attention": tr("Without attention each character is alone: no more than a bigram can be learnt."),
        "mlp": tr("Without the feed-forward part what was gathered is not thought over: a smaller, weaker model."),
    }[part]


def left_out(part: str, model: ModelConfig) -> str:
    """What to expect of this model where a part of the drawing is left out of it; "" where it is there."""
    ablation = {"feed_forward": "mlp"}.get(part, part)
    return expectation(ablation) if ablation in model.without else ""


def explain(part: str, model: ModelConfig) -> Explained:
    """Tell of a part of this model."""
    if model.is_bigram:
        return _table(model)
    told = {
        "token": _token,
        "position": _position,
        "attention": _attention,
        "feed_forward": _feed_forward,
        "norm": _norm,
        "head": _head,
        "residual": _residual,
        "scores": _scores,
    }[part](model)
    if missing := left_out(part, model):
        return replace(told, where=tr("left out"), note=missing)
    if part == "attention" and "mask" in model.without and model.has("scores"):
        return replace(told, note=expectation("mask"))
    return told


def needs_attention(part: Ablation, without: tuple[Ablation, ...]) -> str:
    """Why a part means nothing beside what is left out already; "" where it does."""
    if part in ("mask", "scores") and "attention" in without:
        return tr("Attention is left out, and this is a part of it. Tick Attention first.")
    return ""


def _all_blocks(model: ModelConfig) -> str:
    if model.n_layer == 1:
        return tr("The one block")
    return tr("All {n} blocks").format(n=model.n_layer)


def _in_blocks(model: ModelConfig) -> str:
    if model.n_layer == 1:
        return tr("in the one block")
    return tr("in each of the {n} blocks").format(n=model.n_layer)


def _table(model: ModelConfig) -> Explained:
    v = model.vocab_size
    return Explained(
        tr("Token table"),
        tr("the whole model"),
        tr("For every character, one row of scores: which character tends to follow it. It looks back no further."),
        "p = softmax(B_token)",
        ((tr("Rows, one per token"), messages.count(v)), (tr("Scores in a row"), messages.count(v))),
        (tr("All of it"), v * v),
        tr("A bigram has no blocks: nothing to look back with, nothing to think with."),
    )


def _token(model: ModelConfig) -> Explained:
    return Explained(
        tr("Token embedding"),
        tr("at the entrance"),
        tr("Every character has a row of numbers of its own. Training brings characters that behave alike together."),
        "x = E_token",
        ((tr("Rows, one per token"), messages.count(model.vocab_size)), (tr("Numbers in a row"), _width(model))),
        (tr("All rows"), budget.parameters(model).token),
        tr("The head uses the same rows once more.") if model.tied else "",
    )


def _position(model: ModelConfig) -> Explained:
    return Explained(
        tr("Position"),
        tr("at the entrance"),
        tr("Attention by itself sees no order. So every place in the context adds a row: first, second, third …"),
        "x + P_t",
        ((tr("Places"), messages.count(model.block_size)), (tr("Numbers in a row"), _width(model))),
        (tr("All rows"), budget.parameters(model).position),
        tr("Beyond {n} characters the model has no place, so it cannot look back further.").format(
            n=messages.count(model.block_size)
        ),
    )


def _attention(model: ModelConfig) -> Explained:
    if "scores" in model.without:
        return _average(model)
    block, each = budget.block_parameters(model), model.n_embd // model.n_head
    if model.n_head == 1:
        note = tr("One head looks at all {width} numbers.")
    else:
        note = tr("{heads} heads look at {each} numbers each: {heads}\u00a0×\u00a0{each}\u00a0=\u00a0{width}.")
    return Explained(
        tr("Attention"),
        _in_blocks(model),
        tr(
            "Every character asks a question, offers a label and carries a message. "
            "Where question and label match, the message is read."
        ),
        "softmax({Q K^T / √d}) V",
        (
            (tr("Q, K, V"), messages.count(block.qkv)),
            (tr("Output"), messages.count(block.output)),
            (tr("Each block"), messages.count(block.attention)),
        ),
        (_all_blocks(model), budget.parameters(model).attention),
        note.format(heads=model.n_head, each=each, width=_width(model)),
    )


def _average(model: ModelConfig) -> Explained:
    """Attention without queries and keys."""
    block, is_masked = budget.block_parameters(model), model.has("mask")
    of_the_past = tr("Every character carries a message. Each reads its own and all earlier ones and takes their mean.")
    of_all = tr("Every character carries a message. Each reads all of them, the later ones too, and takes their mean.")
    nothing_chosen = tr("Nothing is asked and nothing chosen, so how many heads there are makes no difference.")
    seen_through = tr("The mean holds what follows as well, blended with all the rest: the answer shines through.")
    return Explained(
        tr("Attention"),
        _in_blocks(model),
        of_the_past if is_masked else of_all,
        "{v_1 + … + v_t / t}" if is_masked else "{v_1 + … + v_T / T}",
        (
            (tr("V"), messages.count(block.qkv)),
            (tr("Output"), messages.count(block.output)),
            (tr("Each block"), messages.count(block.attention)),
        ),
        (_all_blocks(model), budget.parameters(model).attention),
        nothing_chosen if is_masked else seen_through,
    )


def _scores(model: ModelConfig) -> Explained:
    return Explained(
        tr("Queries and keys"),
        _in_blocks(model),
        tr(
            "A query is what a character asks, a key the label that it offers. How well the two match decides how much "
            "of a message is read."
        ),
        "softmax({Q K^T / √d})",
        (),
        (tr("Costs"), 0),
    )


def _feed_forward(model: ModelConfig) -> Explained:
    block = budget.block_parameters(model)
    return Explained(
        tr("Feed-forward"),
        _in_blocks(model),
        tr("After the characters have exchanged messages, each thinks by itself: four times wider, a bend, and back."),
        f"W_2 {'relu' if model.activation == 'relu' else 'gelu'}(W_1 x)",
        (
            (tr("Up to {n}").format(n=messages.count(4 * model.n_embd)), messages.count(block.up)),
            (tr("Back to {n}").format(n=_width(model)), messages.count(block.down)),
            (tr("Each block"), messages.count(block.feed_forward)),
        ),
        (_all_blocks(model), budget.parameters(model).feed_forward),
        tr("Most of a GPT's numbers are here: 8 × width × width in each block."),
    )


def _norm(model: ModelConfig) -> Explained:
    block = budget.block_parameters(model)
    return Explained(
        tr("LayerNorm"),
        tr("twice in each block, and once at the end"),
        tr("Brings the numbers of each character back to one size, so that many layers in a row stay steady."),
        "g · {x − mean / spread}",
        ((tr("Each LayerNorm"), messages.count(block.norm)), (tr("How many"), str(budget.norm_count(model)))),
        (tr("All of them"), budget.parameters(model).norm),
    )


def _head(model: ModelConfig) -> Explained:
    v = messages.count(model.vocab_size)
    matrix = "E" if model.tied else "W"
    note = tr("It reads the token embedding's rows backwards: the same numbers, so they are counted there.")
    return Explained(
        tr("Head"),
        tr("at the exit"),
        tr("Compares what was thought with every character: {n} scores, one for each that might follow.").format(n=v),
        f"p = softmax({matrix} x)",
        ((tr("Scores"), v), (tr("Numbers compared"), _width(model))),
        (tr("All of it"), budget.parameters(model).head),
        note if model.tied else "",
    )


def _residual(model: ModelConfig) -> Explained:
    return Explained(
        tr("Residual path"),
        _in_blocks(model),
        tr("A road past each part: what it found is added to what was known. Corrections travel back on it undamped."),
        "x + f(x)",
        (),
        (tr("Costs"), 0),
        tr("Adding needs no numbers of its own."),
    )


def _width(model: ModelConfig) -> str:
    return messages.count(model.n_embd)
