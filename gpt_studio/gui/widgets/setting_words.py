"""The fields of settings in words: what each is called, and what it says."""

from typing import Any

from msgspec import Struct

from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr
from gpt_studio.gui.widgets.fields import field_facts, rate_words


def setting_title(kind: type[Struct], name: str) -> str:
    """What a field of the settings is called."""
    told = field_facts(kind, name).title
    return told if told != name else name.replace("_", " ").capitalize()


def setting_words(name: str, value: Any) -> str:
    """What a field of the settings says."""
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
