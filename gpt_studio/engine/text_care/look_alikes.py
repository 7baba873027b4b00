"""Letters of one script that look like those of another: a Cyrillic "а" in an English word is another token."""

import re
from collections.abc import Iterator

from gpt_studio.engine.text_care.edits import Edit

# Each pair is one picture in usual typefaces; a part of Unicode Technical Standard 39, confusables.txt.
_PAIRS = {
    ("latin", "cyrillic"): "aа cс dԁ eе hһ iі jј oо pр qԛ sѕ wԝ xх yу AА BВ CС EЕ HН IІ JЈ KК MМ OО PР SЅ TТ XХ YҮ",
    ("latin", "greek"): "oο uυ vν AΑ BΒ EΕ HΗ IΙ KΚ MΜ NΝ OΟ PΡ TΤ XΧ YΥ ZΖ",
    ("cyrillic", "greek"): "оο АΑ ВΒ ЕΕ НΗ ІΙ КΚ МΜ ОΟ РΡ ТΤ ХΧ",
}
_SCRIPTS = {
    "latin": re.compile("[A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff]"),
    "cyrillic": re.compile("[\u0400-\u052f]"),
    "greek": re.compile("[\u0370-\u03ff\u1f00-\u1fff]"),
}
_WORDS = re.compile(r"[^\W\d_]+")
# (from, to) -> letter of the first script: the letter of the second that looks like it
_TWINS: dict[tuple[str, str], dict[str, str]] = {}
for (_here, _there), _pairs in _PAIRS.items():
    _TWINS[_here, _there] = {pair[0]: pair[1] for pair in _pairs.split()}
    _TWINS[_there, _here] = {pair[1]: pair[0] for pair in _pairs.split()}
_DISGUISES = {
    name: {char for (here, _), twins in _TWINS.items() if here == name for char in twins} for name in _SCRIPTS
}


def look_alikes(text: str) -> Iterator[Edit]:
    """Letters that stand among those of another script and look like one of them, with the letter that belongs there.

    A word of two scripts is taken to be of the one that most of its letters have. A word that only looks like one of
    another script ("а" for "a") counts when nothing else in the text is written in its own.
    """
    if text.isascii():
        return
    words = set(_WORDS.findall(text))
    earnest = {script for word in words if (script := _script_in_earnest(word))}
    mended = {word: edits for word in words if not word.isascii() and (edits := _mend(word, earnest))}
    if mended:
        for found in _WORDS.finditer(text):
            for place, new in mended.get(found[0], ()):
                yield Edit(found.start() + place, found.start() + place + 1, new)


def _script_in_earnest(word: str) -> str:
    """The one script of a word of which a letter looks like no other script's; empty where there is none."""
    scripts = _scripts(word)
    only = next(iter(scripts)) if len(scripts) == 1 else ""
    own = [char for char in word if only and _SCRIPTS[only].match(char) and char not in _DISGUISES[only]]
    return only if own else ""


def _mend(word: str, earnest: set[str]) -> list[tuple[int, str]]:
    """Which letters of a word to exchange, by their places in it."""
    scripts = _scripts(word)
    home = max(scripts, key=lambda name: scripts[name], default="")
    if len(scripts) == 1 and home not in earnest and len(earnest) == 1:
        home = next(iter(earnest))  # the whole word is in disguise, or in a third script that nothing else has
        if any(not _twin(char, home) for char in word):
            return []
    return [(place, twin) for place, char in enumerate(word) if (twin := _twin(char, home))]


def _twin(char: str, home: str) -> str:
    """The letter of the script `home` that a letter of another one looks like; empty where there is none."""
    return next((twins[char] for (_, there), twins in _TWINS.items() if there == home and char in twins), "")


def _scripts(word: str) -> dict[str, int]:
    """How many letters of a word are of which script; only those that it has."""
    counts = {name: len(pattern.findall(word)) for name, pattern in _SCRIPTS.items()}
    return {name: count for name, count in counts.items() if count}
