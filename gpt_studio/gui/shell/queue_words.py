"""What the window says of the queue."""

from collections import Counter

from gpt_studio.engine.config import TrainConfig
from gpt_studio.engine.experiments.run_queue import Entry
from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr
from gpt_studio.gui.widgets.fields import rate_words


def settings(train: TrainConfig) -> str:
    """For example "1,500 steps, batch 24, learning rate 0.04"."""
    return tr("{steps} steps, batch {batch}, learning rate {rate}").format(
        steps=messages.count(train.max_steps),
        batch=messages.count(train.batch_size),
        rate=rate_words(train.learning_rate),
    )


def waiting(count: int) -> str:
    return tr("1 run waits") if count == 1 else tr("{count} runs wait").format(count=messages.count(count))


def added(entries: list[Entry], before: int, begins: bool, held: bool) -> str:
    """One run, or several, were put into the queue."""
    if len(entries) > 1:
        words = tr("{count} runs are in the queue.").format(count=messages.count(len(entries)))
    else:
        name, told = entries[0].name, settings(entries[0].order.request.train)
        if begins:
            words = tr("{name} begins: {settings}.")
        elif before:
            words = tr("{name} waits behind {before}: {settings}.")
        else:
            words = tr("{name} waits in the queue: {settings}.")
        others = tr("1 other") if before == 1 else tr("{count} others").format(count=messages.count(before))
        words = words.format(name=name, settings=told, before=others)
    return f"{words} {tr('The queue is held.')}" if held else words


def goes_on(first: Entry, behind: int) -> str:
    """At the start of the program."""
    words = tr("The queue goes on with {name}.") if first.begun else tr("The queue begins with {name}.")
    words = words.format(name=first.name)
    return f"{words} {tr('{waiting} behind it.').format(waiting=waiting(behind))}" if behind else words


def held(count: int) -> str:
    """The queue waits for a word."""
    return tr("The queue is held: {waiting}.").format(waiting=waiting(count))


def stopped(name: str, count: int) -> str:
    return tr("{name} is stopped and saved. The queue is held: {waiting}.").format(name=name, waiting=waiting(count))


def failed(name: str, why: str, goes_on: bool) -> str:
    words = tr("{name} could not be trained. {why}").format(name=name, why=why)
    return f"{words} {tr('The next run begins.')}" if goes_on else words


def finished(tally: "Counter[str]") -> str:
    """Nothing is left to be trained."""
    done, whole = tally["done"], sum(tally.values())
    if whole == 1:
        return tr("The queue is done: its run is trained.") if done else tr("The queue is done: its run failed.")
    if done == whole:
        return tr("The queue is done: {count} runs are trained.").format(count=messages.count(whole))
    told = tr("The queue is done: {done} of {count} runs are trained").format(done=done, count=whole)
    kinds = (("failed", tr("{count} failed")), ("stopped", tr("{count} stopped")))
    others = [words.format(count=tally[kind]) for kind, words in kinds if tally[kind]]
    return f"{', '.join([told, *others])}."
