"""What a fork does otherwise than the run that it came from, in words: "rate 0.04 → 0.01"."""

from collections.abc import Iterable

from gpt_studio.engine.requests import Changes
from gpt_studio.engine.run_record import Change, Parent, RunRecord
from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr

_NAMES = {
    "learning_rate": "rate {before} → {after}",
    "dropout": "dropout {before} → {after}",
    "optimizer": "optimiser {before} → {after}",
    "max_steps": "steps {before} → {after}",
    "corpus": "text {before} → {after}",
}
_OPTIMIZERS = {"muon": "Muon", "adamw": "AdamW"}


def changes_in_words(changes: Iterable[Change]) -> str:
    """All of them in one line; "" for none."""
    return ", ".join(_in_words(change) for change in changes)


def _in_words(change: Change) -> str:
    return tr(_NAMES.get(change.what, "{before} → {after}")).format(
        before=_value(change.what, change.before), after=_value(change.what, change.after)
    )


def _value(what: str, value: str) -> str:
    if what == "max_steps" and value.isdecimal():
        return messages.count(int(value))
    return _OPTIMIZERS.get(value, value) if what == "optimizer" else value


def wished(record: RunRecord, own_steps: int, changes: Changes) -> tuple[Change, ...]:
    """The changes that a student asks for, beside what the run has."""
    pairs = (
        ("corpus", record.corpus.title, changes.corpus and changes.corpus.title),
        ("optimizer", record.train.optimizer, changes.optimizer),
        ("learning_rate", f"{record.train.learning_rate:g}", _number(changes.learning_rate)),
        ("dropout", f"{record.model.dropout:g}", _number(changes.dropout)),
        ("max_steps", str(own_steps), _number(changes.max_steps)),
    )
    return tuple(Change(what=what, before=before, after=after) for what, before, after in pairs if after)


def _number(value: float | None) -> str | None:
    return None if value is None else f"{value:.10g}"


def origin(parent: Parent, is_gone: bool) -> str:
    """Where a run came from, and what it does otherwise: "from step 500: rate 0.04 → 0.01"."""
    step = messages.count(parent.step)
    if parent.changes is None:
        words = tr("a copy, made at step {step}").format(step=step)
    elif parent.changes:
        words = tr("from step {step}: {changes}").format(step=step, changes=changes_in_words(parent.changes))
    else:
        words = tr("from step {step}, unchanged").format(step=step)
    return words + tr(" ({run} is not there any more)").format(run=parent.run) if is_gone else words
