"""What the loss chart says at a step, and in one sentence: for the cross-hair, for screen readers, for tables."""

from dataclasses import dataclass

import numpy as np

from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr
from gpt_studio.gui.open_run import Curve
from gpt_studio.gui.parts.train.curves import Numbers
from gpt_studio.gui.parts.train.loss_scale import LossScale
from gpt_studio.gui.widgets.fields import rate_words

Point = tuple[float, float, str]  # step and height in the view, token of its colour


@dataclass(frozen=True)
class Reading:
    """The figures at one step."""

    step: int
    words: str
    points: tuple[Point, ...]


def read(curve: Curve, steps: Numbers, smoothed: Numbers, step: int, scale: LossScale) -> Reading:
    """The average of training at a step (the curve `steps`, `smoothed`), and the check nearest to it."""
    words, points = [tr("step {step}").format(step=messages.count(step))], []
    if len(steps):
        place = int(np.argmin(np.abs(steps - step)))
        words.append(tr("training {loss}").format(loss=scale.words(smoothed[place])))
        points.append((float(steps[place]), scale.height(smoothed[place]), "train"))
    checks = curve.check_steps.values
    if len(checks):
        place = int(np.argmin(np.abs(checks - step)))
        loss = float(curve.val_loss.values[place])
        words.append(tr("held back {loss}").format(loss=scale.words(loss)))
        points.append((float(checks[place]), scale.height(loss), "val"))
    return Reading(step, " · ".join(words), tuple(points))


def next_place(curve: Curve, here: int, direction: int) -> int:
    """The next check to the left or right of a step; where there is none that way, the first or the last step."""
    checks = curve.check_steps.values
    beyond = checks[checks > here] if direction > 0 else checks[checks < here]
    if len(beyond):
        return int(beyond[0 if direction > 0 else -1])
    return max(here, curve.step) if direction > 0 else int(curve.steps.values[0]) if not len(checks) else here


def table(curve: Curve, steps: Numbers, smoothed: Numbers, scale: LossScale) -> tuple[list[str], list[list[str]]]:
    """Columns and rows: one row for each check, and one for the newest step."""
    columns = [tr("Step"), tr("Training"), tr("Held back"), tr("Bits"), tr("Rate"), tr("Seconds")]
    measured = zip(curve.val_loss.values.tolist(), curve.bits_per_char.values.tolist(), strict=True)
    checks = dict(zip(curve.check_steps.values.tolist(), measured, strict=True))
    rows = []
    for step in sorted({*checks, *([float(curve.step)] if len(curve.steps) else [])}):
        held_back, bits = checks.get(step, (None, None))
        row = [messages.count(step), *[""] * 5]
        if held_back is not None and bits is not None:
            row[2:4] = scale.words(held_back), f"{bits:.3f}"
        place = int(np.searchsorted(curve.steps.values, step))
        if place < len(curve.steps) and curve.steps.values[place] == step:
            near = min(int(np.searchsorted(steps, step)), len(steps) - 1)
            row[1] = scale.words(smoothed[near]) if near >= 0 else ""
            row[4] = rate_words(float(f"{curve.learning_rate.values[place]:.2g}"))
            row[5] = f"{curve.elapsed.values[place]:.1f}"
        rows.append(row)
    return columns, rows


def described(curve: Curve, smoothed: float | None, scale: LossScale) -> str:
    """The chart in a sentence; `smoothed` is its newest average."""
    train = smoothed if curve.mean_train_loss is None else curve.mean_train_loss
    if train is None:
        return tr("Loss: nothing is measured yet.")
    words = tr("Loss, step {step}: training {loss}")
    parts = [words.format(step=messages.count(curve.step), loss=scale.words(train))]
    if curve.best:
        step, best = curve.best
        parts.append(tr("held back {loss}").format(loss=scale.words(curve.val_loss.values[-1])))
        parts.append(tr("best {loss} at {step}").format(loss=scale.words(best), step=messages.count(step)))
    return ", ".join(parts) + (f" ({scale.unit})" if scale.bits else "")
