"""The Hardware tab: the computer in cards, the presets in a table."""
