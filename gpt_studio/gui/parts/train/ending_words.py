"""What is said of a run that is not in training any more."""

from gpt_studio.engine.events import Ended
from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr
from gpt_studio.gui.open_run import OpenRun


def unfinished(run: OpenRun) -> str:
    """It was stopped, and can be gone on with."""
    return tr("{name} stopped after {step} of {steps} steps, and is saved.").format(
        name=run.name, step=messages.count(run.curve.step), steps=messages.count(run.max_steps)
    )


def done(run: OpenRun, ended: Ended) -> str:
    """It made all its steps, or had enough of them."""
    if ended.message == "early_stop":
        told = tr("{name} has ended by itself at step {steps}: held back has not fallen any more.")
    else:
        told = tr("{name} is done: {steps} steps in {time}.")
    words = told.format(name=run.name, steps=messages.count(ended.step), time=messages.duration(ended.seconds))
    if run.curve.best:
        step, best = run.curve.best
        told = tr("The best on held-back text was {loss}, at step {step}.")
        words += " " + told.format(loss=f"{best:.2f}", step=messages.count(step))
    return words
