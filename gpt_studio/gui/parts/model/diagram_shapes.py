"""Where the parts of the drawn model stand: boxes, arrows and joints on a sheet of 440 x 460, before it is scaled."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF

from gpt_studio.engine.config import ModelConfig
from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.model import part_words

SHEET = (440.0, 460.0)
MIDDLE = 193.0  # the line that the data comes down
ROAD = 48.0  # the residual path, left of the boxes


@dataclass(frozen=True)
class Box:
    """A part that can be clicked."""

    part: str
    rect: QRectF
    title: str
    detail: str = ""
    off: bool = False  # left out


@dataclass(frozen=True)
class Shapes:
    """All that is drawn."""

    boxes: tuple[Box, ...]  # from the entrance to the exit
    arrows: tuple[tuple[QPointF, ...], ...]  # each ends in a point
    lines: tuple[tuple[QPointF, ...], ...]
    roads: tuple[tuple[QPointF, ...], ...]  # residual paths; each ends in a point
    closed: tuple[tuple[QPointF, ...], ...]  # residual paths that are left out
    joints: tuple[QPointF, ...]
    frame: QRectF | None  # around what is repeated
    times: int
    words: tuple[tuple[QPointF, str], ...]  # text in the mono font, centred at the point


def shapes(model: ModelConfig, sample: str) -> Shapes:
    """The drawing of a model.

    Args:
        model: Its form.
        sample: A few characters of the text, to show what comes in.
    """
    return _table(model, sample) if model.is_bigram else _transformer(model, sample)


def _box(part: str, left: float, top: float, width: float, height: float, detail: str = "", title: str = "") -> Box:
    return Box(part, QRectF(left, top, width, height), title or part_words.title(part), detail)


def _centred(part: str, top: float, width: float, height: float, detail: str = "") -> Box:
    return _box(part, MIDDLE - width / 2, top, width, height, detail)


def _there(box: Box, is_there: bool) -> Box:
    """The box, or what is left of it where its part is left out."""
    if is_there:
        return box
    return replace(box, detail=tr("left out") if box.detail else "", off=True)


def _table(model: ModelConfig, sample: str) -> Shapes:
    v, middle = messages.count(model.vocab_size), SHEET[0] / 2
    table = _box("token", middle - 90, 150, 180, 56, f"{v} × {v}", tr("Token table"))
    return Shapes(
        boxes=(table,),
        arrows=(_down(112, 150, middle), _down(206, 246, middle)),
        lines=(),
        roads=(),
        closed=(),
        joints=(),
        frame=None,
        times=0,
        words=(
            (QPointF(middle, 98), sample[-1:] or "a"),
            (QPointF(middle, 262), tr("{n} scores").format(n=v)),
        ),
    )


def _transformer(model: ModelConfig, sample: str) -> Shapes:
    v, c, t = (messages.count(number) for number in (model.vocab_size, model.n_embd, model.block_size))
    wide = messages.count(4 * model.n_embd)
    residual = tr("x + what was found")
    attends, thinks, adds, norms = (model.has(part) for part in ("attention", "mlp", "residual", "norm"))
    boxes = (
        _box("token", 44, 34, 148, 42, f"{v} × {c}"),
        _there(_box("position", 214, 34, 148, 42, f"{t} × {c}"), model.has("position")),
        _there(_box("residual", ROAD - 22, 122, 18, 110, residual), adds and attends),
        _there(_centred("norm", 128, 166, 25), norms and attends),
        _there(_centred("attention", 165, 222, 46, _looking(model)), attends),
        *_missing_scores(model),
        _there(_box("residual", ROAD - 22, 250, 18, 103, residual), adds and thinks),
        _there(_centred("norm", 256, 166, 25), norms and thinks),
        _there(_centred("feed_forward", 293, 222, 42, f"{c} → {wide} → {c}"), thinks),
        _there(_centred("norm", 382, 166, 25), norms),
        _centred("head", 419, 166, 40, tr("{width} → {v} scores").format(width=c, v=v)),
    )
    first, second = (_road(121, 232), adds and attends), (_road(249, 353), adds and thinks)
    joints = [QPointF(MIDDLE, 90.0)] if model.has("position") else []
    joints += [QPointF(MIDDLE, y) for y, open_road in ((232.0, first[1]), (353.0, second[1])) if open_road]
    return Shapes(
        boxes=boxes,
        arrows=(
            *(_down(18, 34, x) for x in (118.0, 288.0)),
            _down(99, 128),
            _down(153, 165),
            _down(211, 223),
            _down(241, 256),
            _down(281, 293),
            _down(335, 344),
            _down(362, 382),
            _down(407, 419),
        ),
        lines=(
            *_entrance(model.has("position")),
            *(_down(y - 9, y + 9) for y, is_open in ((232.0, first[1]), (353.0, second[1])) if not is_open),
        ),
        roads=tuple(road for road, is_open in (first, second) if is_open),
        closed=tuple(road for road, is_open in (first, second) if not is_open),
        joints=tuple(joints),
        frame=QRectF(18, 112, 350, 258),
        times=model.n_layer,
        words=(
            (QPointF(118, 8), " ".join(sample)),
            (QPointF(288, 8), " ".join(str(place) for place in range(len(sample)))),
        ),
    )


def _looking(model: ModelConfig) -> str:
    """How attention looks around."""
    if "scores" in model.without:
        return tr("plain mean of all") if "mask" in model.without else tr("plain mean of the past")
    each = tr("{heads} heads, {each} wide each") if model.n_head > 1 else tr("{heads} head, {each} wide")
    heads = each.format(heads=model.n_head, each=model.n_embd // model.n_head)
    return tr("{heads}, no mask").format(heads=heads) if "mask" in model.without else heads


def _missing_scores(model: ModelConfig) -> tuple[Box, ...]:
    """Queries and keys beside an attention that lacks them; where they are there, they are inside it."""
    if "scores" not in model.without or not model.has("attention"):
        return ()
    return (replace(_box("scores", 312, 168, 48, 40, title=tr("Q, K")), off=True),)


def _entrance(has_positions: bool) -> tuple[tuple[QPointF, ...], ...]:
    """From the embeddings down to the middle line."""
    token, position = (QPointF(118, 76), QPointF(118, 90)), (QPointF(288, 76), QPointF(288, 90))
    if not has_positions:
        return ((*token, QPointF(MIDDLE, 90), QPointF(MIDDLE, 99)),)
    return (*token, QPointF(MIDDLE - 9, 90)), (*position, QPointF(MIDDLE + 9, 90))


def _down(top: float, bottom: float, x: float = MIDDLE) -> tuple[QPointF, QPointF]:
    return QPointF(x, top), QPointF(x, bottom)


def _road(top: float, bottom: float) -> tuple[QPointF, ...]:
    return QPointF(MIDDLE, top), QPointF(ROAD, top), QPointF(ROAD, bottom), QPointF(MIDDLE - 9, bottom)
