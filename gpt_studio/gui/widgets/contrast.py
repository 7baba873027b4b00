"""Which ink reads better on a coloured cell."""

from PySide6.QtGui import QColor

DARK_INK, LIGHT_INK = QColor("#15181D"), QColor("#FFFFFF")


def luminance(color: QColor) -> float:
    """Relative luminance, 0 to 1. Source: WCAG 2.2, "relative luminance"."""
    channels = (color.redF(), color.greenF(), color.blueF())
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: QColor, other: QColor) -> float:
    """1 to 21. Source: WCAG 2.2, "contrast ratio"."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def ink_on(fill: QColor) -> QColor:
    """White or near-black, whichever contrasts more."""
    return max((DARK_INK, LIGHT_INK), key=lambda ink: contrast(ink, fill))
