"""How a character is shown and what people call it when it leaves no ink."""

import unicodedata

from gpt_studio.gui import messages

_NAMES = {
    "\n": "new line",
    " ": "space",
    "\t": "tab",
    "\r": "carriage return",
    "\f": "page break",
    "\v": "vertical tab",
    "\x1b": "escape",
    "\u00a0": "no-break space",
    "\u00ad": "soft hyphen",
    "\ufeff": "byte order mark",
    "\ufffd": "damaged character",
}
_INKLESS = {"Cc", "Cf", "Cn", "Co", "Cs", "Mn", "Me", "Mc", "Zl", "Zp", "Zs"}


def shown(char: str) -> str:
    """The character itself, a sign for it, or its number in Unicode."""
    sign = messages.visible(char)
    if sign != char or unicodedata.category(char) not in _INKLESS:
        return sign
    return f"U+{ord(char):04X}"


def name(char: str) -> str:
    """A name for characters that cannot be told by looking at them; empty for all others."""
    if char in _NAMES:
        return messages.tr(_NAMES[char])
    if unicodedata.category(char) not in _INKLESS:
        return ""
    return unicodedata.name(char, f"U+{ord(char):04X}").lower()


def spoken(char: str) -> str:
    """The character for a screen reader."""
    return name(char) or char
