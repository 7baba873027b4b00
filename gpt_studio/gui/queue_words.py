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


def standing(queue: list[Entry], is_held: bool, is_ours: bool) -> str:
    """How the queue stands, in a sentence."""
    running = next((entry.name for entry in queue if entry.status == "running"), "")
    count = sum(entry.status == "waiting" for entry in queue)
    if not is_ours:
        return tr("Another window of GPT Studio works on this queue.")
    if running:
        words = tr("{name} trains, {waiting}.").format(name=running, waiting=waiting(count))
        words = words if count else tr("{name} trains; it is the last one.").format(name=running)
        return f"{words} {tr('Nothing begins after it until you say so.')}" if is_held else words
    if count:
        return held(count) if is_held else f"{waiting(count)}."
    return tr("Nothing waits.")


def in_short(queue: list[Entry], is_held: bool) -> str:
    """For the status bar: "2 waiting"; empty while nothing waits."""
    count = sum(entry.status == "waiting" for entry in queue)
    if not count:
        return ""
    words = tr("{count} waiting, held") if is_held else tr("{count} waiting")
    return words.format(count=messages.count(count))


def at_leaving(queue: list[Entry], is_held: bool, is_paused: bool) -> str:
    """What becomes of the queue when the program is closed; empty while nothing is ahead."""
    trains = any(entry.status == "running" for entry in queue)
    count = sum(entry.status == "waiting" for entry in queue)
    if not (trains or count):
        return ""
    if is_held or (trains and is_paused):
        return tr("The queue stays held: {waiting}.").format(waiting=waiting(count + trains))
    behind = tr(" ({waiting} behind it)").format(waiting=waiting(count)) if trains and count else ""
    if trains:
        return tr("The queue goes on with it at the next start{behind}.").format(behind=behind)
    return tr("The queue begins at the next start: {waiting}.").format(waiting=waiting(count))
