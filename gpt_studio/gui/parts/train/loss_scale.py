"""From nats per token, as the engine measures, to the height at which a loss is drawn, and to the words for it."""

import math
from dataclasses import dataclass

import numpy as np

from gpt_studio.gui.messages import tr
from gpt_studio.gui.open_run import Curve
from gpt_studio.gui.parts.train.curves import LOWEST, Numbers


@dataclass(frozen=True)
class LossScale:
    """A unit, nats per token or bits per character, on a linear or a logarithmic axis."""

    bits: bool = False
    log: bool = False
    characters_per_token: float = 1.0

    @property
    def factor(self) -> float:
        """What a loss in nats per token is multiplied by."""
        return 1 / (math.log(2) * self.characters_per_token) if self.bits else 1.0

    @property
    def unit(self) -> str:
        return tr("bits per character") if self.bits else tr("nats per token")

    def heights(self, losses: Numbers, factor: float | None = None) -> Numbers:
        """Where losses are drawn. Another run's may need a factor of their own: its tokens can be longer."""
        shown = losses * (self.factor if factor is None else factor)
        return np.log10(np.maximum(shown, LOWEST)) if self.log else shown

    def height(self, loss: float) -> float:
        shown = loss * self.factor
        return math.log10(max(shown, LOWEST)) if self.log else shown

    def words(self, loss: float) -> str:
        return f"{loss * self.factor:.2f}"

    def of_bits(self, bits_per_character: float) -> float:
        """The loss in nats per token that so many bits per character are."""
        return bits_per_character * math.log(2) * self.characters_per_token


def characters_per_token(curve: Curve) -> float:
    """How many characters a token of the held-back text stands for; 1 where nothing is checked yet."""
    if not len(curve.val_loss) or not curve.bits_per_char.values[-1] > 0:
        return 1.0
    found = float(curve.val_loss.values[-1] / (math.log(2) * curve.bits_per_char.values[-1]))
    return 1.0 if not math.isfinite(found) or abs(found - 1) < 0.01 else found  # of characters N - 1 of N are predicted
