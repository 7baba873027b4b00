"""The small parts that every tab is made of, in one place to import from: `elements.py` and `page.py`."""

from gpt_studio.gui.widgets.elements import (
    Badge,
    Card,
    Figure,
    Icon,
    Paragraph,
    Segmented,
    button,
    icon_button,
    paragraph,
    rule,
    set_ink,
    set_property,
    text,
)
from gpt_studio.gui.widgets.page import EmptyState, MessageBar, Page, PageHeader, announce

__all__ = [
    "Badge",
    "Card",
    "EmptyState",
    "Figure",
    "Icon",
    "MessageBar",
    "Page",
    "PageHeader",
    "Paragraph",
    "Segmented",
    "announce",
    "button",
    "icon_button",
    "paragraph",
    "rule",
    "set_ink",
    "set_property",
    "text",
]
