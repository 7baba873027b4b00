"""Fetch the one text that does not come with the program."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar

from gpt_studio.engine.corpus_sources import SHAKESPEARE_BYTES
from gpt_studio.gui import messages, theme
from gpt_studio.gui.widgets import basics
from gpt_studio.gui.widgets.page import MessageBar


class DownloadCard(basics.Card):
    """Offers the download of Shakespeare, shows its progress, and what to do when it fails.

    Signals:
        fetch_asked, cancel_asked: Download, and stop it.
        file_asked: Take the text from a file instead.
    """

    fetch_asked = Signal()
    cancel_asked = Signal()
    file_asked = Signal()

    def __init__(self) -> None:
        super().__init__(self.tr("Shakespeare is not on this computer yet"), "corpus.download.card")
        self._offer = basics.paragraph(
            self.tr(
                "The classic text for small models: {size}, fetched once, then always here. It is in the public domain."
            ).format(size=messages.size(SHAKESPEARE_BYTES)),
        )
        self.bar = QProgressBar()
        self.bar.setObjectName("corpus.download.progress")
        self.bar.setAccessibleName(self.tr("Progress of the download"))
        self.bar.setTextVisible(False)
        self._told = basics.text("", "caption", "text2")
        self.problem = MessageBar("corpus.download.problem")
        self.fetch = basics.button(self.tr("Download"), "primary", "download", "corpus.download.fetch")
        self.cancel = basics.button(self.tr("Cancel"), name="corpus.download.cancel")
        self.from_file = basics.button(self.tr("From a file…"), "plain", "folder", "corpus.download.file")
        self.fetch.clicked.connect(self.fetch_asked)
        self.cancel.clicked.connect(self.cancel_asked)
        self.from_file.clicked.connect(self.file_asked)
        progress = QHBoxLayout()
        progress.setSpacing(12)
        progress.addWidget(self.bar, 1)
        progress.addWidget(self._told)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for each in (self.fetch, self.cancel, self.from_file):
            buttons.addWidget(each)
        buttons.addStretch(1)
        self.body.addWidget(self._offer)
        self.body.addLayout(progress)
        self.body.addWidget(self.problem)
        self.body.addSpacing(theme.px(4))
        self.body.addLayout(buttons)
        self.body.addStretch(1)
        self.show_offer()

    def show_offer(self) -> None:
        """Nothing is going on."""
        self._show_running(False)

    def show_progress(self, done: int, total: int) -> None:
        """So many bytes are here."""
        self.problem.clear()
        self._show_running(True)
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        words = self.tr("Connecting…") if not done else self.tr("{done} of {total}")
        self._told.setText(words.format(done=messages.size(done), total=messages.size(total)))

    def show_problem(self, words: str) -> None:
        """It did not work; the buttons are there to try again."""
        self._show_running(False)
        self.problem.tell("bad", words)
        self.fetch.setText(self.tr("Try again"))
        self.fetch.setAccessibleName(self.fetch.text())

    def _show_running(self, running: bool) -> None:
        self.bar.setVisible(running)
        self._told.setVisible(running)
        self.cancel.setVisible(running)
        self.fetch.setVisible(not running)
        self.from_file.setVisible(not running)
