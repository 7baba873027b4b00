"""What the status bar says of a run, in words and numbers."""

from math import isfinite

from gpt_studio.engine.events import Ready
from gpt_studio.gui import eta, messages
from gpt_studio.gui.messages import tr
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.state import Phase

RECENT_STEPS = 20  # the speed shown is their mean
RECENT_BATCHES = 60  # at most so many count for the training loss


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
        left = eta.seconds_left(run.curve, run.max_steps, run.started.step if run.started else 0)
        return tr("{time} left").format(time=messages.time_left(left)) if left else ""
    if phase is Phase.IDLE and run.curve.step and run.curve.step >= run.max_steps:
        return tr("done in {time}").format(time=messages.duration(run.curve.seconds))
    return ""


def speed_words(run: OpenRun) -> str:
    recent = run.curve.tokens_per_s.values[-RECENT_STEPS:]
    return tr("{count} tokens/s").format(count=messages.count(recent.mean())) if len(recent) else ""


def losses(run: OpenRun) -> tuple[float | None, float | None]:
    """Training loss and the newest loss on held-back text.

    One batch says little, so training is the mean of the last few: more of them as the curve gets flat. The mean since
    the last check would not do: while the loss falls steeply it lies far above both curves.
    """
    curve = run.curve
    few = max(1, min(RECENT_BATCHES, curve.step // 12))
    recent = [loss for loss in curve.train_loss.values[-few:].tolist() if isfinite(loss)]
    train = sum(recent) / len(recent) if recent else None
    return train, float(curve.val_loss.values[-1]) if len(curve.val_loss) else None
