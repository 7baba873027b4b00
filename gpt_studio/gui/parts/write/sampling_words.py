"""A sampling in words, as a card tells how its text was drawn."""

from gpt_studio.engine.config import Sampling
from gpt_studio.gui import messages, theme
from gpt_studio.gui.messages import tr


def drawn_with(used: Sampling, vocab_size: int) -> str:
    """Temperature, top-k, and top-p where it strikes out something, with the numbers in bold, as rich text. A top-k of
    the whole vocabulary is all of it.
    """
    top_k = messages.count(used.top_k) if used.top_k else tr("all")
    if used.top_k and 0 < vocab_size <= used.top_k:
        top_k = tr("{number} (all)").format(number=top_k)
    strong = f'<b style="color: {theme.current().text}">%s</b>'
    words = tr("temperature {temperature}, top-k {top_k}")
    if used.top_p < 1:
        words = tr("temperature {temperature}, top-k {top_k}, top-p {top_p}")
    numbers = {"temperature": f"{used.temperature:.3g}", "top_k": top_k, "top_p": f"{used.top_p:.3g}"}
    return words.format(**{name: strong % number for name, number in numbers.items()})
