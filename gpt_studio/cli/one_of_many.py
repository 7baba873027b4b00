"""One run of several that are trained together: its progress, and what does not stop the others."""

import sys
from collections.abc import Callable

from gpt_studio.cli import train
from gpt_studio.cli.words import sentence
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Event, StepDone
from gpt_studio.engine.requests import TrainRequest


def trained(order: TrainRequest, title: str, as_json: bool) -> bool:
    """Train it; False when Ctrl-C ended it. A run whose loss runs away is told of, and ends like any other.

    Raises:
        StudioError: It could not be trained at all.
    """
    if not as_json:
        print(title, file=sys.stderr)
    try:
        with train.ctrl_c() as interrupts:
            train.run(order, _progress(order.train.max_steps, as_json), interrupts)
    except StudioError as error:
        if not error.code.startswith("training."):
            raise
        print(f"gpt-studio: {sentence(error)}", file=sys.stderr)
    return not interrupts.asked


def _progress(steps: int, as_json: bool) -> Callable[[Event], None]:
    """A line on a terminal that tells how far a run is; nothing elsewhere."""
    live = sys.stderr.isatty() and not as_json

    def show(event: Event) -> None:
        if live and isinstance(event, StepDone):
            ending = "\n" if event.step >= steps else ""
            sys.stderr.write(f"\r\x1b[Kstep {event.step:,} of {steps:,}, loss {event.train_loss:.3f}{ending}")
            sys.stderr.flush()

    return show
