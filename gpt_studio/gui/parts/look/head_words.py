"""What heads do, in words: short names under their pictures, and a sentence each."""

import numpy as np

from gpt_studio.engine.events import EVEN
from gpt_studio.engine.inside.seen import HeadRoles, HeadsWorth
from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.look.attention_words import shown
from gpt_studio.gui.widgets.head_grid import Figure

_NAMES = {
    "previous": "previous",
    "itself": "itself",
    "two_back": "two back",
    "same": "same letter",
    "induction": "induction",
    "word_start": "word start",
    "line_start": "line start",
    "brackets": "in brackets",
    EVEN: "even",
}
_SENTENCES = {
    "previous": "Looks at the place before.",
    "itself": "Looks at the place itself.",
    "two_back": "Looks two places back.",
    "same": "Looks for earlier copies of the same token.",
    "induction": "Looks at what came after an earlier copy of this token.",
    "word_start": "Looks at where the word began.",
    "line_start": "Looks at where the line began.",
    "brackets": "Looks at what has come since the open bracket or quote.",
    "character": "Looks for {token}, wherever it stands.",
}


def mixed() -> str:
    return tr("mixed")


def role_name(roles: HeadRoles, layer: int, head: int) -> str:
    """Two words for a head."""
    role = roles.role[layer][head]
    if role == "character":
        return tr("looks at {token}").format(token=shown(roles.character[layer][head]))
    return tr(_NAMES[role]) if role else mixed()


def role_share(roles: HeadRoles, layer: int, head: int) -> float | None:
    """How much of its attention a head spends on its role; None when it is mixed, or even."""
    role = roles.role[layer][head]
    return float(roles.scores[layer, head, roles.habits.index(role)]) if role in roles.habits else None


def role_sentence(roles: HeadRoles, layer: int, head: int) -> str:
    """What a head does, and how that was measured."""
    role = roles.role[layer][head]
    if role == EVEN:
        return tr("Looks evenly at all that is in sight: without queries and keys nothing can be chosen.")
    at = roles.habits.index(role) if role else int((roles.scores[layer, head] - roles.chances[layer, head]).argmax())
    token = shown(roles.character[layer][head])
    if role:
        words = tr(_SENTENCES[role]).format(token=token)
    else:
        nearest = tr("looks at {token}") if roles.habits[at] == "character" else tr(_NAMES[roles.habits[at]])
        words = tr("No habit takes 35 %; nearest: {name}.").format(name=nearest.format(token=token))
    measured = tr("{share}, by chance {chance}; {n} positions.").format(
        share=messages.share(float(roles.scores[layer, head, at]), 0),
        chance=messages.share(float(roles.chances[layer, head, at]), 0),
        n=messages.count(roles.positions),
    )
    return f"{words} {measured}"


def worth_figures(worth: HeadsWorth) -> dict[tuple[int, int], Figure]:
    """What each head is worth, for the grid: the strongest tint to the one that is missed most."""
    layers, heads = worth.worth.shape
    most = max(float(worth.worth.max()), 1e-6)
    return {
        (layer, head): _figure(float(worth.worth[layer, head]), float(worth.noise[layer, head]), most)
        for layer in range(layers)
        for head in range(heads)
    }


def _figure(value: float, noise: float, most: float) -> Figure:
    digits = 2 if most >= 0.1 else 3
    words = f"{value:+.{digits}f}".replace("-", "−")
    around = "" if np.isnan(noise) else f"±{noise:.{digits}f}"
    sentence = tr("without it the loss changes by {value} {noise}").format(value=words, noise=around)
    return Figure(words, around, max(0.0, value / most), sentence)
