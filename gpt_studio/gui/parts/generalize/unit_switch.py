"""The switch between perplexity and bits per character, which is remembered."""

from typing import cast

from gpt_studio.engine.preferences import DEFAULTS, Preferences
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.generalize.units import Unit
from gpt_studio.gui.widgets.basics import Segmented

_KEY = "generalize_unit"


class UnitSwitch(Segmented):
    """Begins as it was left; what the machine's administrator has settled is not written over.

    Args:
        preferences: What the program remembers; without any, the built-in choice holds.
    """

    def __init__(self, preferences: Preferences | None) -> None:
        units = [("perplexity", tr("Perplexity")), ("bits", tr("Bits per character"))]
        super().__init__(units, "generalize.unit")
        self._preferences = preferences
        self.set(preferences.get(_KEY) if preferences else DEFAULTS.generalize_unit)
        self.chosen.connect(self._remember)

    @property
    def unit(self) -> Unit:
        return cast(Unit, self.key)

    def _remember(self, unit: str) -> None:
        if self._preferences and not self._preferences.is_locked(_KEY):
            self._preferences.set(_KEY, unit)
