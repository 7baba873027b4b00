"""Sentences about where a character looks, for tooltips, screen readers and cards."""

from collections.abc import Sequence

from gpt_studio.gui import messages

LONGEST = 12  # characters of a token that are shown


def shown(token: str) -> str:
    """A token so that all of it can be seen; a long one is cut."""
    words = messages.visible(token)
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"


def cell_sentence(tokens: Sequence[str], row: int, column: int, weight: float) -> str:
    """For example “e, position 27, looks at e, position 17: 30 %”; positions are counted from 1."""
    words = messages.tr("{row}, position {i}, looks at {column}, position {j}: {share}")
    if column > row and not weight:  # without the mask there is always some
        words = messages.tr("{row}, position {i}, cannot see {column}, position {j}: the future is hidden")
    return words.format(
        row=shown(tokens[row]),
        i=row + 1,
        column=shown(tokens[column]),
        j=column + 1,
        share=messages.share(weight, 0),
    )


def context(tokens: Sequence[str], place: int, beside: int = 2) -> tuple[str, str, str]:
    """A token with as many characters on each side, all of them visible: what is before it, itself, what is behind."""
    seen = [shown(token) for token in tokens[max(0, place - beside) : place + beside + 1]]
    own = min(place, beside)
    return "".join(seen[:own])[-beside:], seen[own], "".join(seen[own + 1 :])[:beside]


def whereabouts(tokens: Sequence[str], place: int) -> str:
    """For example “in “save”, position 27 of 28”: the word that a character belongs to, where it belongs to one."""
    begin, end = place, place
    while begin > 0 and _is_word(tokens[begin - 1]):
        begin -= 1
    while end < len(tokens) and _is_word(tokens[end]):
        end += 1
    words = messages.tr("position {i} of {n}").format(i=place + 1, n=len(tokens))
    if not _is_word(tokens[place]) or end - begin < 2:
        return words
    word = "".join(tokens[begin:end])
    return messages.tr("in “{word}”, {place}").format(word=word if len(word) <= 14 else word[:13] + "…", place=words)


def _is_word(token: str) -> bool:
    return token.isalnum() or token in "'’"
