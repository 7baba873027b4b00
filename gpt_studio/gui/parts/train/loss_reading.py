"""What the loss chart says at a step, and in one sentence: for the cross-hair, for screen readers, for tables."""

from dataclasses import dataclass

import numpy as np

from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.train.curves import Numbers
from gpt_studio.gui.parts.train.loss_scale import LossScale
from gpt_studio.gui.state import Curve

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
