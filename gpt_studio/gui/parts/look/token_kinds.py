"""Kinds of tokens, each with a shape and a colour of its own on the map."""

import unicodedata
from dataclasses import dataclass

from gpt_studio.gui.messages import tr


@dataclass(frozen=True)
class Kind:
    """How one kind of token is drawn. Shape and edge tell it apart without colour."""

    key: str
    shape: str  # "circle", "square", "diamond"
    edge: str  # tokens of the theme
    fill: str
    is_dashed: bool = False

    @property
    def words(self) -> str:
        return {
            "vowel": tr("vowels"),
            "consonant": tr("consonants"),
            "capital": tr("capitals"),
            "mark": tr("spaces, marks"),
        }[self.key]


VOWEL = Kind("vowel", "circle", "val", "val_soft")
CONSONANT = Kind("consonant", "square", "train", "train_soft")
CAPITAL = Kind("capital", "diamond", "part_token", "part_token_soft")
MARK = Kind("mark", "circle", "other", "inset", is_dashed=True)
KINDS = (VOWEL, CONSONANT, CAPITAL, MARK)


def kind_of(token: str) -> Kind:
    """By the first letter; accents are left aside. What holds no letter is a mark."""
    first = next((sign for sign in token if not sign.isspace()), "")
    if not first.isalpha():
        return MARK
    if first.isupper():
        return CAPITAL
    return VOWEL if unicodedata.normalize("NFD", first)[0] in "aeiou" else CONSONANT
