"""The dotted lines of the loss chart: what a model should beat, named at the right of the plot."""

import math
from dataclasses import dataclass

import pyqtgraph as pg

from gpt_studio.engine.judging.yardsticks import Yardsticks
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.train.loss_marks import Label
from gpt_studio.gui.parts.train.loss_scale import LossScale
from gpt_studio.gui.widgets.pens import line_pen


@dataclass(frozen=True)
class Reference:
    """Something to compare a loss with."""

    key: str
    words: str
    loss: float  # nats per token
    help: str = ""


def references(vocab_size: int, known: Yardsticks | None, earlier: float | None, scale: LossScale) -> list[Reference]:
    """All that is known, from the easiest to beat to the hardest.

    Args:
        vocab_size: Pure guessing costs its logarithm; 1 or less while there is no vocabulary.
        known: What counting and packing reach on the text, in bits per character.
        earlier: The best held-back loss of an earlier run on this text, in nats per token.
        scale: Knows how many characters a token stands for.
    """
    found = []
    if vocab_size > 1:
        words = tr("every token as likely as any other: ln {count}").format(count=vocab_size)
        found.append(Reference("guessing", tr("pure guessing"), math.log(vocab_size), words))
    if known is not None:
        measured = (
            ("letters", tr("letter counts"), known.letters, tr("knows how often each character occurs, nothing else")),
            ("two", "2-gram", known.two, tr("knows the one character before")),
            ("five", "5-gram", known.five, tr("knows the four characters before")),
            ("xz", "xz", known.xz, tr("the packing program, which finds what is repeated")),
        )
        found += [Reference(key, words, scale.of_bits(bits), told) for key, words, bits, told in measured if bits]
    if earlier is not None:
        found.append(Reference("earlier", tr("earlier best"), earlier, tr("your best earlier run on this text")))
    return found


class ReferenceLines:
    """Draws the references into a plot; each can be switched off."""

    def __init__(self, item: pg.PlotItem) -> None:
        self._item = item
        self._lines: list[pg.InfiniteLine] = []
        self.known: list[Reference] = []
        self.off: set[str] = set()

    @property
    def shown(self) -> list[Reference]:
        return [each for each in self.known if each.key not in self.off]

    def show(self, known: list[Reference]) -> None:
        self.known = known

    def draw(self, scale: LossScale) -> list[Label]:
        """Put the lines where they belong; gives their names with their heights."""
        while len(self._lines) < len(self.shown):
            line = pg.InfiniteLine(angle=0)
            line.setZValue(8)
            line.setPen(self._pen())
            self._lines.append(line)
            self._item.addItem(line, ignoreBounds=True)
        while len(self._lines) > len(self.shown):
            self._item.removeItem(self._lines.pop())
        for line, reference in zip(self._lines, self.shown, strict=True):
            line.setValue(scale.height(reference.loss))
        return [Label(each.words, scale.height(each.loss)) for each in self.shown]

    def paint_anew(self) -> None:
        for line in self._lines:
            line.setPen(self._pen())

    @staticmethod
    def _pen():
        return line_pen("edge", 1.5, dashes=[1.5, 4.5])
