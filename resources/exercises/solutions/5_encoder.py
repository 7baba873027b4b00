"""Exercise 5, worked out: characters to numbers and back."""


def vocabulary(text: str) -> list[str]:
    """Every character of the text once, in order."""
    return sorted(set(text))


def encode(text: str, characters: list[str]) -> list[int]:
    """The number of each character."""
    numbers = {character: number for number, character in enumerate(characters)}
    unknown = [character for character in text if character not in numbers]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is not in the vocabulary")
    return [numbers[character] for character in text]


def decode(numbers: list[int], characters: list[str]) -> str:
    """The text again."""
    return "".join(characters[number] for number in numbers)
