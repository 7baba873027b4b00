"""The settings of runs that are compared, side by side: only what differs."""

from collections.abc import Sequence

from msgspec import Struct

from gpt_studio.engine import budget
from gpt_studio.engine.config import ModelConfig, TrainConfig
from gpt_studio.engine.run_record import RunRecord
from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr
from gpt_studio.gui.widgets.setting_words import setting_title, setting_words

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
    return [
        [setting_title(kind, name), *(setting_words(name, getattr(each, name)) for each in settings)] for name in names
    ]


def _best(record: RunRecord) -> str:
    best = record.progress.best_val_loss
    return "–" if best is None else f"{best:.3f}"
