"""How a token is shown and what people call it when it leaves no ink."""

import re
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
_BYTE = re.compile("<0x[0-9A-F]{2}>")
_INKLESS = {"Cc", "Cf", "Cn", "Co", "Cs", "Mn", "Me", "Mc", "Zl", "Zp", "Zs"}


def shown(token: str) -> str:
    """The token itself, with a sign, or the number in Unicode, for what leaves no ink."""
    return "".join(map(_shown, token))


def is_code(token: str) -> bool:
    """Whether a token is shown by numbers: a character that leaves no ink, or a byte."""
    return "U+" in shown(token)[:2] or _BYTE.search(token) is not None


def _shown(char: str) -> str:
    sign = messages.visible(char)
    if sign != char or unicodedata.category(char) not in _INKLESS:
        return sign
    return f"U+{ord(char):04X}"


def name(char: str) -> str:
    """A name for tokens that cannot be told by looking at them; empty for all others."""
    if len(char) != 1:
        return messages.tr("a byte") if _BYTE.fullmatch(char) else ""
    if char in _NAMES:
        return messages.tr(_NAMES[char])
    if unicodedata.category(char) not in _INKLESS:
        return ""
    if unicodedata.category(char) == "Cc":
        return messages.tr("control")
    return unicodedata.name(char, f"U+{ord(char):04X}").lower()


def spoken(token: str) -> str:
    """The token for a screen reader: "space the"."""
    if len(token) == 1 or _BYTE.fullmatch(token):
        return name(token) or token
    return "".join(f" {name(char)} " if name(char) else char for char in token).strip()
