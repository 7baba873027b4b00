"""The ladder in words: how each rung stands, what it adds, what that is worth, and what it cost."""

from typing import NamedTuple

from gpt_studio.engine.experiments.ladder import Rung
from gpt_studio.engine.experiments.ladder_record import Notes, Result
from gpt_studio.engine.experiments.measured_ladder import SPREAD
from gpt_studio.engine.experiments.run_queue import Entry
from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr
from gpt_studio.gui.open_run import OpenRun


class Row(NamedTuple):
    """A rung as the chart shows it."""

    id: str
    title: str
    is_counted: bool
    bits: float | None = None
    is_live: bool = False  # the figure is that of the last check of a run in training
    status: str = ""  # in a few words, while there is no figure, or beside a live one
    is_bad: bool = False
    text: str = ""  # that it has written

    @property
    def figure(self) -> str:
        return "" if self.bits is None else f"{self.bits:.2f}"

    @property
    def spoken(self) -> str:
        figure = tr("{figure} bits per character").format(figure=self.figure) if self.figure else ""
        return ", ".join(part for part in (self.title, figure, self.status) if part)


def row(rung: Rung, result: Result | None, entry: Entry | None, live: OpenRun | None, is_counting: bool) -> Row:
    """How a rung stands: what it came to, or what is going on with it."""
    made = Row(rung.id, tr(rung.title), rung.is_counted)
    if live is not None:
        checks, samples = live.curve.bits_per_char.values, live.samples
        return made._replace(
            bits=float(checks[-1]) if len(checks) else None,
            is_live=True,
            status=tr("step {step} of {steps}").format(
                step=messages.count(live.curve.step), steps=messages.count(live.max_steps)
            ),
            text=samples[-1].text if samples else "",
        )
    if result is not None and result.final is not None:
        return made._replace(bits=result.final, text=result.text)
    made = made._replace(text=result.text if result else "")
    if rung.is_counted:
        return made._replace(status=tr("counting …") if is_counting else "")
    return made._replace(status=_status(entry, result), is_bad=entry is not None and entry.status == "failed")


def _status(entry: Entry | None, result: Result | None) -> str:
    if entry is None or entry.status == "done":
        return tr("stopped at step {step}").format(step=messages.count(result.step)) if result else ""
    words = {"waiting": tr("waits"), "running": tr("begins"), "stopped": tr("stopped"), "failed": tr("failed")}
    return words[entry.status]


def worth(rung: Rung, notes: Notes) -> str:
    """How it compares with the rung that it builds on; empty where there is nothing to compare."""
    before, own = notes.rung(rung.after), notes.results.get(rung.id)
    other = notes.results.get(rung.after)
    if before is None or own is None or other is None or own.final is None or other.final is None:
        return ""
    difference = own.final - other.final
    if abs(difference) <= SPREAD:
        words = tr("About as good as {before}: a difference of {by} bits may be chance.")
    elif difference < 0:
        words = tr("{by} bits per character less than {before}.")
    else:
        words = tr("{by} bits per character more than {before}.")
    return words.format(by=f"{abs(difference):.2f}", before=in_sentence(before))


def in_sentence(rung: Rung) -> str:
    """Its title, in quotation marks."""
    return f"“{tr(rung.title)}”"


def passed(notes: Notes) -> str:
    """Which trained rungs pass the 5-gram, or come level with it; empty until all have got to their end."""
    five = notes.results.get("five")
    if notes.missing or five is None or five.final is None:
        return ""
    beyond = {rung: (notes.results[rung.id].final or 0.0) - five.final for rung in notes.rungs if not rung.is_counted}
    if better := [rung for rung, bits in beyond.items() if bits < -SPREAD]:
        words = tr("Passed the 5-gram, which only counts: {names}.")
    elif better := [rung for rung, bits in beyond.items() if bits <= SPREAD]:
        words = tr("Level with the 5-gram, which only counts: {names}. None has passed it.")
    else:
        words = tr("No trained rung comes up to the 5-gram, which only counts.")
    return words.format(names=tr(" and ").join(map(in_sentence, better)))
