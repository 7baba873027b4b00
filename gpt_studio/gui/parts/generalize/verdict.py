"""What a row of the matrix means, in sentences."""

import math

from gpt_studio.engine.events import Tested
from gpt_studio.engine.run_record import RunRecord
from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.generalize.held_back import TextChoice
from gpt_studio.gui.parts.generalize.units import Unit, figure, named, per_character

LOST, LESS = 3.0, 1.4  # times the best perplexity from which a text is foreign, or at least less familiar
NO_BETTER = 0.6  # of the vocabulary: a model that hesitates among so many characters hardly knows anything


def guessing(record: RunRecord) -> int:
    """Among how many characters pure guessing hesitates: all of them, or, where tokens are longer, as many as the same
    surprise per character is.
    """
    length = record.tokens.characters_per_token if record.tokens else 1.0
    return max(2, round(math.exp(min(math.log(record.model.vocab_size) / length, 30.0))))


def times(ratio: float) -> str:
    """9.16 -> "9", 1.52 -> "1.5"."""
    return f"{ratio:.0f}" if ratio >= 4.95 else f"{ratio:.1f}"


def in_sentence(text: TextChoice) -> str:
    """A text's title in the middle of a sentence; the student's own stand in quotes."""
    known = {
        "startup_pitches": tr("startup pitches"),
        "python_code": tr("Python code"),
        "verse_drama": tr("verse drama"),
        "shakespeare": tr("Shakespeare"),
    }
    return known.get(text.key) or tr("“{title}”").format(title=text.title)


def invitation() -> tuple[str, str]:
    """Title and line below it before the first test."""
    return (
        tr("How does your model read what it has never seen?"),
        tr("Press Test: it reads the last tenth of every text, which training never sees, and we count its surprise."),
    )


def verdict(
    name: str, cells: list[tuple[TextChoice, Tested]], vocab_size: int, unit: Unit = "perplexity"
) -> tuple[str, str]:
    """Title and line below it, from the best and the worst cell of one row.

    Args:
        name: Of the model, as the sentence's subject.
        cells: At least one.
        vocab_size: Pure guessing hesitates among so many characters.
        unit: What the line counts in.
    """
    ranked = sorted(cells, key=lambda cell: cell[1].bits_per_char)
    (best, good), (worst, bad) = ranked[0], ranked[-1]
    least, most = per_character(good), per_character(bad)
    ratio = most / least
    words = {"name": name, "best": in_sentence(best), "worst": in_sentence(worst), "times": times(ratio)}
    words |= {"good": figure(least, unit), "bad": figure(most, unit), "more": f"{math.log2(ratio):.2f}"}
    words["n"] = messages.count(vocab_size) if unit == "perplexity" else figure(vocab_size, unit)
    if least >= NO_BETTER * vocab_size:
        title = tr("{name} is lost everywhere: it has hardly begun to learn.")
    elif len(ranked) == 1:
        title = tr("{name} hesitates among {good} characters in {best}.")
        if unit == "bits":
            title = tr("{name} needs {good} bits for a character of {best}.")
    elif ratio >= LOST:
        title = tr("{name} is at home in {best} and lost in {worst}.")
    elif ratio >= LESS:
        title = tr("{name} is at home in {best}, less so in {worst}.")
    else:
        title = tr("{name} reads all these texts about equally well.")
    return title.format(**words), _line(len(ranked) == 1, unit).format(**words)


def _line(is_single: bool, unit: Unit) -> str:
    if unit == "perplexity":
        if is_single:
            return tr("Pure guessing would hesitate among {n} characters.")
        return tr("In {best} it hesitates among {good} characters, in {worst} among {bad}: {times} times as many.")
    if is_single:
        return tr("Pure guessing would need {n} bits.")
    return tr("A character of {best} costs it {good} bits, one of {worst} {bad}: {more} more.")


def cell_sentence(
    model: str, text: str, tested: Tested | None, is_waiting: bool, is_home: bool, unit: Unit = "perplexity"
) -> str:
    """What a cell says to a screen reader, and in its tooltip."""
    begin = tr("{model} on {text}").format(model=model, text=text)
    if tested is None:
        return f"{begin}: {tr('being tested') if is_waiting else tr('not tested yet')}"
    said = [f"{begin}: {named(per_character(tested), unit)}", facts(tested)]
    if is_home:
        said.append(tr("trained on this text"))
    if tested.unknown_share:
        said.append(unknown_words(tested))
    return ", ".join(said)


def facts(tested: Tested) -> str:
    """Loss, bits and length, for those who want to calculate."""
    words = tr("loss {loss} nats, {bits} bits per character, {n} characters")
    return words.format(
        loss=f"{tested.loss:.3f}", bits=f"{tested.bits_per_char:.2f}", n=messages.count(tested.characters)
    )


def unknown_words(tested: Tested) -> str:
    """How characters that the model does not know count."""
    words = tr("{share} unknown characters, counted as pure guesses")
    return words.format(share=messages.share(tested.unknown_share))
