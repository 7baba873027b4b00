"""The losses of several runs, in a unit in which they compare."""

from collections.abc import Iterable

from gpt_studio.engine.keeping.library import RunSummary
from gpt_studio.engine.run_record import RunRecord
from gpt_studio.gui.messages import tr


def in_bits(runs: Iterable[RunSummary]) -> bool:
    """Whether runs have to be compared in bits per character: a nat per token says little where tokens differ."""
    return any(run.record is not None and run.record.tokenizer.kind != "char" for run in runs)


def comparable(record: RunRecord, loss: float, bits: bool) -> float:
    """A held-back loss in that unit."""
    return record.bits_per_character(loss) if bits else loss


def best_held_back(bits: bool) -> str:
    """The heading of such figures."""
    return tr("best, bits per character") if bits else tr("best held back")
