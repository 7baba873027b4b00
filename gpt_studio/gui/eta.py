"""How long the rest of a training run will take."""

from gpt_studio.gui.state import Curve

FIRST_STEPS = 20  # before that the machine is still warming up, and a guess would jump about
LAST_STEPS = 100  # how many of the newest steps the guess rests on


def seconds_left(curve: Curve, max_steps: int) -> float | None:
    """Seconds of training up to `max_steps`, from the median time of the last steps; None before there are enough.

    The median does not mind the few steps that a sample, a check or a visitor made slow.
    """
    import numpy as np  # here, because the status bar is in the first paint, and numpy need not be

    steps, elapsed = curve.steps.values[-LAST_STEPS - 1 :], curve.elapsed.values[-LAST_STEPS - 1 :]
    if len(curve.steps) < FIRST_STEPS:
        return None
    made = np.diff(steps)
    forward = made > 0  # a resume may begin before the last step that was written down
    if not forward.any():
        return None
    times = np.sort(np.diff(elapsed)[forward] / made[forward])
    step_s = float(times[(len(times) - 1) // 2] + times[len(times) // 2]) / 2  # np.median loads 25 ms of code first
    return max(0.0, step_s) * max(0, max_steps - curve.step)
