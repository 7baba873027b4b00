"""The matrix with what explains it: the scale, the star, and how far a test is."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QWidget

from gpt_studio.engine import clock
from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.generalize.matrix import Matrix
from gpt_studio.gui.parts.generalize.matrix_data import AT_HOME, Shown
from gpt_studio.gui.parts.generalize.units import explained, figure
from gpt_studio.gui.widgets.basics import Card, Icon, paragraph, text
from gpt_studio.gui.widgets.scale_legend import ScaleLegend

_GUESS_AFTER_S = 1.0  # of testing, and so many cells, before the time left is told
_GUESS_AFTER = 2


class _GivesWay(QLabel):
    """Words on the right that are left out where there is no room for all of them."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.setProperty("ink", "text3")
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        theme.set_role(self, "caption")

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.sizeHint().width() <= self.width():
            super().paintEvent(event)


class MatrixCard(Card):
    """Matrix, legend and progress."""

    def __init__(self) -> None:
        super().__init__()
        self.matrix = Matrix("generalize.matrix")
        self.legend = ScaleLegend("surprise", length=120)
        self._explains = _GivesWay(explained("perplexity"))
        self.differs = paragraph("", "caption", "text3")
        self.differs.setObjectName("generalize.differs")
        self.differs.hide()
        self._bar = QProgressBar(textVisible=False, accessibleName=self.tr("Cells measured"))
        self._progress = text("", "caption", "text2")
        self._began_s = 0.0
        self.body.addWidget(self.matrix)
        self.body.addWidget(self._make_foot())
        self.body.addWidget(self.differs)
        theme.notifier().changed.connect(self._fit_bar)
        self._fit_bar()
        self.show_progress(None)

    def _make_foot(self) -> QWidget:
        foot = QWidget()
        row = QHBoxLayout(foot)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.legend)
        self._unknown = (Icon("info", "text3", 14), text(self.tr("unknown characters"), "caption", "text3"))
        row.addSpacing(12)
        row.addWidget(Icon("star", "text3", 14))
        row.addWidget(text(self.tr("trained on this text"), "caption", "text3"))
        row.addSpacing(12)
        for part in self._unknown:
            row.addWidget(part)
        row.addWidget(self._explains, 1)
        row.addStretch(0)
        row.addWidget(self._bar)
        row.addWidget(self._progress)
        return foot

    def show_table(self, shown: Shown) -> None:
        self.matrix.show_table(shown)
        for part in self._unknown:
            part.setVisible(any(entry.has_unknown for entry in shown.entries.values()))
        unit = shown.unit
        least = "3" if unit == "perplexity" else figure(AT_HOME, unit)
        low = self.tr("at home, {n}").format(n=least)
        high = self.tr("lost, {n}").format(n=figure(shown.vocab_size, unit))
        self.legend.set_words(low, high)
        self.legend.setToolTip(explained(unit))
        self._explains.setText(explained(unit))
        self._show_difference(shown)
        self.legend.setAccessibleName(self.tr("Colours: from {low} to {high}").format(low=low, high=high))

    def _show_difference(self, shown: Shown) -> None:
        told = self.tr(
            "These models cut texts into different tokens, so their losses do not compare. Bits per character do, and "
            "that is what the figures here are made of."
        )
        if shown.unit == "perplexity":
            told += " " + self.tr("A perplexity is 2 to their power.")
        self.differs.setText(told)
        self.differs.setVisible(shown.tokens_differ)

    def show_progress(self, measured: tuple[int, int] | None) -> None:
        """How many cells are done, of how many; None when no test is under way."""
        self._explains.setVisible(measured is None)
        if measured is None:
            self._began_s = 0.0
            self._bar.hide()
            self._progress.hide()
            return
        done, total = measured
        if done == 0 or not self._began_s:
            self._began_s = clock.now()
        elapsed_s = clock.now() - self._began_s
        words = self.tr("{done} of {total} measured").format(done=done, total=total)
        if done >= _GUESS_AFTER and elapsed_s > _GUESS_AFTER_S and done < total:
            left = messages.time_left(elapsed_s / done * (total - done))
            words += self.tr(", about {time} left").format(time=left)
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self._bar.show()
        self._progress.setText(words)
        self._progress.show()

    def _fit_bar(self) -> None:
        self._bar.setFixedWidth(theme.px(120))
