"""Exercise 5: characters to numbers and back.

A model reads numbers. Give every different character of a text a number from 0 on, in the order of their code points
(`sorted` does that), and translate both ways.

Fill the three gaps, then run:  gpt-studio exercise check 5_encoder.py
"""


def vocabulary(text: str) -> list[str]:
    """Every character of the text once, in order; a character's place in the list is its number."""
    raise NotImplementedError("the gap is yours to fill")


def encode(text: str, characters: list[str]) -> list[int]:
    """The number of each character. One that the vocabulary lacks is a ValueError that names it."""
    raise NotImplementedError("the gap is yours to fill")


def decode(numbers: list[int], characters: list[str]) -> str:
    """The text again."""
    raise NotImplementedError("the gap is yours to fill")
