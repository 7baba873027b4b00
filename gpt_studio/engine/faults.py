"""Places with names, at which a test can have the program killed or an operation fail; otherwise they do nothing.

A test in the same process puts a function into `plan`. A program that is to die is started with the environment
variable GPT_STUDIO_FAULT: "checkpoint.model:2" kills it when it comes to that place for the second time, as
`kill -9` would.
"""

import os
import signal
from collections.abc import Callable

POINTS = (
    "step.gathered",  # the gradients of a micro-batch are there
    "step.applied",  # the weights have been changed, and nothing has been told of it
    "log.appended",
    "file.hidden",  # a file is whole under its hidden name
    "file.renamed",
    "folder.hidden",
    "folder.exchanged",  # the old one is put aside, the new one has not taken its place
    "folder.renamed",
    "checkpoint.model",  # that file is written, in a folder that nobody sees yet
    "checkpoint.optimizer",
    "checkpoint.complete",  # and those before the last two are still there
    "resume.cut",  # the logs have been cut to the checkpoint
)
ON_DEVICE = ("device.forward", "device.apply", "device.read")  # where a device may fail
AT_FIRST = ("device.first_kernel",)  # where a GPU is asked whether it can compute at all

plan: Callable[[str], None] | None = None


def point(name: str) -> None:
    """Come to a place; raises what the plan raises."""
    if plan is not None:
        plan(name)


def _killing(planned: str) -> Callable[[str], None]:
    name, _, count = planned.partition(":")
    left = int(count or 1)

    def at(place: str) -> None:
        nonlocal left
        left -= place == name
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)

    return at


def plan_from_environment() -> None:
    """Take the plan that GPT_STUDIO_FAULT names, if any."""
    global plan
    if planned := os.environ.get("GPT_STUDIO_FAULT"):
        plan = _killing(planned)


plan_from_environment()
