"""The settings of runs that are compared, side by side: only what differs."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from gpt_studio.engine import budget
from gpt_studio.engine.config import ModelConfig, TrainConfig
from gpt_studio.engine.runs import RunRecord
from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr
from gpt_studio.gui.widgets.fields import field_facts, rate_words

SAME = "These runs have the same settings."
DIFFER = "Settings that differ, and what came of them. Lower is better; runs on other texts do not compare."


def differences(records: Sequence[RunRecord]) -> tuple[list[str], list[list[str]]]:
    """Columns (one for the setting, one for each run) and rows; the last row is what each run has reached."""
    columns = [tr("Setting"), *(record.name for record in records)]
    rows = [[tr("Text"), *(record.corpus.title for record in records)]]
    rows += _settings([record.model for record in records], ModelConfig)
    rows += [[tr("Parameters"), *(messages.count(budget.parameters(record.model).total) for record in records)]]
    rows += _settings([record.train for record in records], TrainConfig)
    differing = [row for row in rows if len(set(row[1:])) > 1]
    made = [tr("Steps made"), *(messages.count(record.progress.step) for record in records)]
    return columns, [*differing, made, [tr("Best held back"), *map(_best, records)]]


def sentence(records: Sequence[RunRecord]) -> str:
    return tr(DIFFER if len(differences(records)[1]) > 2 else SAME)


def _settings(settings: Sequence[Struct], kind: type[Struct]) -> list[list[str]]:
    names = [name for name in kind.__struct_fields__ if name != "vocab_size"]
    return [[_title(kind, name), *(_words(name, getattr(each, name)) for each in settings)] for name in names]


def _title(kind: type[Struct], name: str) -> str:
    told = field_facts(kind, name).title
    return told if told != name else name.replace("_", " ").capitalize()


def _words(name: str, value: Any) -> str:
    if value is None or (name == "eval_every" and value == 0):
        return tr("auto")
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or tr("nothing")
    if name == "early_stop" and value == 0:
        return tr("no")
    if name == "learning_rate":
        return rate_words(value)
    if isinstance(value, int) and name != "seed":
        return messages.count(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _best(record: RunRecord) -> str:
    best = record.progress.best_val_loss
    return "–" if best is None else f"{best:.3f}"
