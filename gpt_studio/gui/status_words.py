"""What the status bar says of a run, in words and numbers."""

from gpt_studio.engine.events import Ready
from gpt_studio.gui import eta, messages
from gpt_studio.gui.messages import tr
from gpt_studio.gui.state import Curve, OpenRun, Phase
from gpt_studio.gui.widgets.curves import smoother

RECENT_STEPS = 20  # the speed shown is their mean


def device_words(ready: Ready | None, trains_on: str | None) -> str:
    """Where the computing is done; the processor with its threads while nothing says otherwise."""
    if trains_on == "cpu":
        return tr("Processor")
    if ready is None:
        return ""
    if ready.device == "cpu":
        return tr("Processor, {count} threads").format(count=ready.threads) if ready.threads > 1 else tr("Processor")
    return ready.device_name


def time_words(run: OpenRun, phase: Phase) -> str:
    """The time left in training, or how long it took."""
    if phase is Phase.TRAINING:
        left = eta.seconds_left(run.curve, run.max_steps)
        return tr("{time} left").format(time=messages.time_left(left)) if left else ""
    if phase is Phase.IDLE and run.curve.step and run.curve.step >= run.max_steps:
        return tr("done in {time}").format(time=messages.duration(run.curve.seconds))
    return ""


def speed_words(run: OpenRun) -> str:
    recent = run.curve.tokens_per_s.values[-RECENT_STEPS:]
    return tr("{count} characters/s").format(count=messages.count(recent.mean())) if len(recent) else ""


class Losses:
    """The two losses of one run as the chart shows them: training smoothed, since one batch says little."""

    def __init__(self) -> None:
        self._curve: Curve | None = None
        self._smoother = smoother(1)

    def of(self, run: OpenRun | None) -> tuple[float | None, float | None]:
        """Training, held back; None where nothing was measured yet."""
        if run is None:
            return None, None
        curve = run.curve
        if curve is not self._curve:
            self._curve, self._smoother = curve, smoother(run.max_steps)
        self._smoother.follow(curve.steps.values, curve.train_loss.values)
        return self._smoother.last, float(curve.val_loss.values[-1]) if len(curve.val_loss) else None
