"""The foot of a writing card: how far the text is, and what can be done with it when it is there."""

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from gpt_studio.gui import messages, theme
from gpt_studio.gui.widgets.basics import button, text


class WritingFoot(QWidget):
    """A bar while the text grows, the number of its tokens, and the buttons Copy and Save."""

    def __init__(self) -> None:
        super().__init__()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Written so far"))
        self.progress = text("", "caption", "text2")
        self.copy_button = button(self.tr("Copy"), "flat")
        self.save_button = button(self.tr("Save…"), "flat")
        self.save_button.setAccessibleName(self.tr("Save text…"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.bar, 1)
        row.addWidget(self.progress)
        row.addStretch(0)
        row.addWidget(self.copy_button)
        row.addWidget(self.save_button)

    def set_name(self, ending: str) -> None:
        """`write.copy`, `write.save` and `write.progress`, with this ending."""
        self.copy_button.setObjectName(f"write.copy{ending}")
        self.save_button.setObjectName(f"write.save{ending}")
        self.bar.setObjectName(f"write.progress{ending}")

    def set_large(self, large: bool) -> None:
        """More words where the card has the page to itself."""
        self.save_button.setText(self.tr("Save text…") if large else self.tr("Save…"))

    def show_progress(self, done: int, length: int, grows: bool) -> None:
        """So many tokens of so many; of a text that is over there is something to take along."""
        self.bar.setMaximum(max(1, length))
        self.bar.setValue(done)
        self.bar.setVisible(grows)
        of = self.tr("{done} of {all}").format(done=messages.count(done), all=messages.count(length))
        self.progress.setText(of if length else "")
        for each in (self.copy_button, self.save_button):
            each.setVisible(done > 0 and not grows)

    def fit(self) -> None:
        """To the zoom: the row keeps its height when the buttons come and go."""
        self.progress.setMinimumHeight(theme.px(34))
