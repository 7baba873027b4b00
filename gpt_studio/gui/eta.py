"""How long the rest of a training run will take."""

from gpt_studio.engine.course import pace
from gpt_studio.gui.open_run import Curve


def seconds_left(curve: Curve, max_steps: int, since: int = 0) -> float | None:
    """Seconds of training up to `max_steps`; None before there are enough steps to tell.

    Args:
        curve: Of the run.
        max_steps: How many steps it is to make.
        since: Where it was taken up last.
    """
    steps, elapsed = (series.values[-pace.LAST_STEPS - 1 :].tolist() for series in (curve.steps, curve.elapsed))
    return pace.seconds_left([*zip(steps, elapsed, strict=True)], max_steps, since)
