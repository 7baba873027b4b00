"""A choice among the texts that a series can be made of."""

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox, QSizePolicy

from gpt_studio.engine import corpus
from gpt_studio.gui.parts.experiments.predict_words import text_title
from gpt_studio.gui.state import StudioState


def known_texts() -> list[str]:
    """The texts that come with the program and can be had now, then the student's own; each as `text_of` takes it."""
    ready = [id for id in corpus.BUILT_IN if corpus.available(id)]
    return [*ready, *(text.id for text in corpus.my_texts() if text.characters)]


class TextChoice(QComboBox):
    """The chosen text of the window first, then those that come with the program, then the student's own."""

    def __init__(self, state: StudioState, name: str, accessible_name: str) -> None:
        super().__init__()
        self._state = state
        self.setObjectName(name)
        self.setAccessibleName(accessible_name)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMinimumContentsLength(16)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def refresh(self) -> None:
        """Offer what can be had now; what was chosen stays."""
        before = self.text
        with QSignalBlocker(self):
            self.clear()
            for id in self._known():
                self.addItem(text_title(id), id)
            self.setCurrentIndex(max(0, self.findData(before)))

    @property
    def text(self) -> str:
        """As `record.text_of` takes it; "" before `refresh`."""
        return self.currentData() or ""

    def _known(self) -> list[str]:
        known, chosen = known_texts(), self._state.corpus.id if self._state.corpus else ""
        return sorted(known, key=lambda id: id != chosen)
