"""Joins the card that offers Shakespeare with what fetches it."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from gpt_studio.gui import messages
from gpt_studio.gui.parts.corpus.download_card import DownloadCard
from gpt_studio.gui.parts.corpus.texts import Texts


class ShakespeareDownload(QObject):
    """Shows progress and problems on the card.

    Signals:
        arrived: The text is there.
    """

    arrived = Signal()

    def __init__(self, texts: Texts, card: DownloadCard, parent: QObject) -> None:
        super().__init__(parent)
        self._texts, self._card = texts, card
        texts.fetching.connect(card.show_progress)
        texts.fetched.connect(self._end)
        texts.fetch_failed.connect(lambda error: card.show_problem(messages.sentence(error.code, error.values)))
        card.fetch_asked.connect(texts.fetch)
        card.cancel_asked.connect(texts.cancel_fetch)
        card.file_asked.connect(self._take_from_file)

    def _end(self, is_there: bool) -> None:
        self._card.show_offer()
        if is_there:
            self.arrived.emit()

    def _take_from_file(self) -> None:
        words, kinds = self.tr("Tiny Shakespeare as a file"), self.tr("Text (*.txt)")
        name, _ = QFileDialog.getOpenFileName(self._card, words, "", kinds)
        if name:
            self._texts.accept(Path(name))
