"""What was written with a run before: to read, to have written once more, to delete."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from gpt_studio.engine.keeping.writings import KEPT, Writing, WrittenText
from gpt_studio.gui import messages, theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.write.earlier_list import EarlierList
from gpt_studio.gui.parts.write.keeping import Keeping
from gpt_studio.gui.parts.write.sampling_words import drawn_with
from gpt_studio.gui.widgets.basics import Card, MessageBar, Segmented, button, icon_button, text

LARGEST, MARGIN = (980, 640), 40


class EarlierBox(QDialog):
    """The list, and beside it the chosen text with its settings.

    Args:
        titles: Of the styles, by their keys.

    Signals:
        again_asked: To be written once more; carries a Writing.
    """

    again_asked = Signal(object)

    def __init__(self, keeping: Keeping, titles: dict[str, str], parent: QWidget) -> None:
        super().__init__(parent)
        self._keeping, self._titles = keeping, titles
        self.setObjectName("write.earlier.box")
        self.setWindowTitle(tr("Earlier texts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.bar, self.list = MessageBar("write.earlier.message"), EarlierList("write.earlier.list")
        self._make_reading()
        self._make_buttons()
        self._lay_out()
        self.list.chosen.connect(self._show)
        self.list.delete_asked.connect(self._delete)
        self.list.doubleClicked.connect(self._write_again)
        self.styles.chosen.connect(self._show_text)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self).activated.connect(self._undo)
        keeping.read.connect(self._show_all)
        keeping.failed.connect(self._tell_failure)
        theme.notifier().changed.connect(self._show_text)
        self._show_all([])
        keeping.renew()
        window = parent.window()
        wide, high = (theme.px(side) for side in LARGEST)
        self.resize(min(wide, window.width() - MARGIN), min(high, window.height() - MARGIN))
        self.list.setFocus()

    def _make_reading(self) -> None:
        self.settings = text("", "body", "text2")
        self.settings.setTextFormat(Qt.TextFormat.RichText)
        self.settings.setWordWrap(True)
        self.facts = text("", "caption", "text2")
        self.facts.setWordWrap(True)
        self.styles = Segmented(list(self._titles.items()), "write.earlier.style")
        self.reading = QPlainTextEdit(objectName="write.earlier.text", readOnly=True)
        self.reading.setAccessibleName(tr("The chosen text"))
        self.reading.setProperty("frameless", "true")
        self.reading.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        theme.set_role(self.reading, "write", mono=True)

    def _make_buttons(self) -> None:
        self.copy = button(tr("Copy"), name="write.earlier.copy")
        self.delete = icon_button("trash", tr("Delete this text (Del)"), "write.earlier.delete")
        self.delete_all = button(tr("Delete all"), name="write.earlier.delete_all")
        self.close_button = button(tr("Close"), name="write.earlier.close")
        self.again = button(tr("Write it again"), "primary", "pencil", "write.earlier.again")
        for each, does in (
            (self.copy, self._copy),
            (self.delete, self._delete),
            (self.delete_all, lambda: self._forget([*self.list.writings])),
            (self.close_button, self.close),
            (self.again, self._write_again),
        ):
            each.clicked.connect(does)
        for plain in (self.copy, self.delete_all, self.close_button):
            plain.setAutoDefault(False)  # Enter writes, whatever was pressed last

    def _lay_out(self) -> None:
        listed, shown = Card(), Card()
        listed.body.setContentsMargins(*(theme.px(6),) * 4)
        listed.body.addWidget(self.list, 1)
        for part in (self.styles, self.settings, self.facts):
            shown.body.addWidget(part, 0, Qt.AlignmentFlag.AlignLeft if part is self.styles else Qt.AlignmentFlag(0))
        shown.body.addWidget(self.reading, 1)
        self._hint = text("", "caption", "text2")
        self._hint.setWordWrap(True)
        middle, foot = QHBoxLayout(), QHBoxLayout()
        middle.setSpacing(theme.px(12))
        middle.addWidget(listed, 2)
        middle.addWidget(shown, 3)
        foot.setSpacing(theme.px(10))
        for each in (self.copy, self.delete, self.delete_all):
            foot.addWidget(each)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        foot.addWidget(self.again)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.px(20),) * 4)
        column.setSpacing(theme.px(12))
        column.addWidget(text(tr("Earlier texts"), "card_title"))
        column.addWidget(self.bar)
        column.addLayout(middle, 1)
        column.addWidget(self._hint)
        column.addLayout(foot)

    # Showing

    def _show_all(self, writings: list[Writing]) -> None:
        self.list.show_writings(writings)
        count = messages.count(len(writings))
        told = tr("{count} kept with this run; of more than {most} the oldest go.").format(count=count, most=KEPT)
        self._hint.setText(told if writings else tr("Nothing is kept yet: what you write stands here."))
        self.delete_all.setEnabled(bool(writings))

    def _tell_failure(self, words: str) -> None:
        self.bar.tell("bad", words)

    def _show(self, writing: Writing | None) -> None:
        for each in (self.copy, self.delete, self.again):
            each.setEnabled(writing is not None)
        styles = [one.style for one in writing.texts] if writing else []
        for style in self._titles:
            self.styles.option(style).setEnabled(style in styles)
        if styles and self.styles.key not in styles and styles[0] in self._titles:
            self.styles.set(styles[0])
        self.styles.setVisible(len(styles) > 1)
        self._show_text()

    @property
    def _text(self) -> WrittenText | None:
        writing = self.list.writing
        if writing is None:
            return None
        return next((one for one in writing.texts if one.style == self.styles.key), writing.texts[0])

    def _show_text(self) -> None:
        writing, shown = self.list.writing, self._text
        self.reading.clear()
        if writing is None or shown is None:
            self.settings.clear()
            self.facts.clear()
            return
        self.settings.setText(drawn_with(writing.samplings[shown.row], 0))
        facts = tr("seed {seed}, {length} tokens asked for").format(
            seed=writing.seed, length=messages.count(writing.length)
        )
        if writing.step is not None:
            facts += ", " + tr("by the model at step {step}").format(step=messages.count(writing.step))
        self.facts.setText(facts)
        cursor, grey = QTextCursor(self.reading.document()), QTextCharFormat()
        grey.setForeground(theme.color("text3"))
        cursor.insertText(writing.shown_prompt, grey)
        cursor.insertText(shown.text, QTextCharFormat())

    # Doing

    def _write_again(self) -> None:
        if writing := self.list.writing:
            self.close()
            self.again_asked.emit(writing)

    def _copy(self) -> None:
        if (writing := self.list.writing) and (shown := self._text):
            QGuiApplication.clipboard().setText(writing.shown_prompt + shown.text)
            self.bar.tell("good", tr("Copied."))

    def _delete(self) -> None:
        if writing := self.list.writing:
            self._forget([writing])

    def _forget(self, gone: list[Writing]) -> None:
        self._keeping.forget(gone)
        told = tr("Deleted: {count} texts.").format(count=messages.count(len(gone)))
        if len(gone) == 1:
            told = tr("Deleted.")
        self.bar.tell("accent", told, tr("Undo"), self._bring_back(gone))

    def _bring_back(self, gone: list[Writing]) -> Callable[[], None]:
        return lambda: self._keeping.restore(gone)

    def _undo(self) -> None:
        if self.bar.isVisible() and self.bar.button.text() == tr("Undo"):
            self.bar.button.click()
