"""The lesson beside each step: what is happening, why, what to try and was learned; questions, formula on request."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from gpt_studio.gui import pages, theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.shell import lesson_text
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.widgets.elements import Icon, Paragraph, button, icon_button, rule, text

NARROWEST, WIDEST, START = 280, 420, 304
LINE_HEIGHT = 1.5


class _Section(QFrame):
    """A heading and its paragraphs; `kind` is plain, tip or learned."""

    def __init__(self, heading: str, token: str, kind: str = "plain") -> None:
        super().__init__()
        if kind != "plain":
            self.setProperty(kind, "true")
        self._kind, self._words = kind, list[Paragraph]()
        self._column = QVBoxLayout(self)
        self._column.addWidget(text(heading, "caption_strong", token))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)  # Maximum cuts the last line
        self.setAccessibleName(heading)
        self.fit()

    def show_words(self, paragraphs: tuple[str, ...]) -> None:
        for old in self._words:
            self._column.removeWidget(old)
            old.hide()  # it is gone only when the event loop comes to it
            old.deleteLater()
        self._words = [_running_text(words) for words in paragraphs]
        for each in self._words:
            self._column.addWidget(each)
            each.show()
        self.setVisible(bool(paragraphs))

    def fit(self) -> None:
        sides = {"plain": (18, 0, 18, 0), "tip": (14, 12, 14, 12), "learned": (12, 0, 4, 0)}[self._kind]
        self._column.setContentsMargins(*(theme.px(side) for side in sides))
        self._column.setSpacing(theme.px(5))


def _running_text(words: str, role: str = "lesson") -> Paragraph:
    made = Paragraph(words, LINE_HEIGHT, markup=True)
    made.setProperty("ink", "text")
    theme.set_role(made, role)
    return made


class LessonPanel(QFrame):
    """Shows the lesson of one page at a time.

    Signals:
        next_asked: Next was pressed; carries the page that follows.
        close_asked: The panel is to be put away.
    """

    next_asked = Signal(str)
    close_asked = Signal()

    def __init__(self, state: StudioState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lesson")
        self.setAccessibleName(tr("Lesson"))
        self.setProperty("strip", "lesson")
        self._state, self._page = state, ""
        self._lessons: dict[str, lesson_text.Lesson] = {}
        self._formula_open: set[str] = set()
        self._questions_open: set[str] = set()
        self._make()
        self._lay_out()
        state.ticks_changed.connect(self._show_learned)
        theme.notifier().changed.connect(self._fit)
        self._fit()

    @property
    def page(self) -> str:
        return self._page

    def show_page(self, name: str) -> None:
        """Show the lesson of a page; its formula is open if it was left open."""
        self._page = name
        if name not in self._lessons:
            self._lessons[name] = lesson_text.read(name)
        lesson, step = self._lessons[name], pages.BY_NAME[name]
        if step.number:
            self._title.setText(tr("Lesson {number} of {all}").format(number=step.number, all=len(pages.STEPS)))
        else:
            self._title.setText(tr("Lesson: {page}").format(page=step.words))
        self._happening.show_words(lesson.happening)
        self._why.show_words(lesson.why)
        self._try.show_words(lesson.try_this)
        self._show_learned()
        self._show_questions()
        self._show_formula()
        following = pages.after(name)
        words = tr("Next: {page}").format(page=following.words) if following else ""
        self._next.setText(words)
        self._next.setAccessibleName(words)
        self._next.setVisible(following is not None)
        self._scroll.verticalScrollBar().setValue(0)

    def _make(self) -> None:
        self._bulb = Icon("bulb", "accent", 18)
        self._title = text("", "card_title")
        self._key = text("F1", "caption", "text3")
        self._close = icon_button("panel", tr("Close the lesson (F1)"), "lesson.close", bare=True)
        self._close.clicked.connect(self.close_asked)
        self._happening = _Section(tr("What is happening"), "accent")
        self._why = _Section(tr("Why"), "accent")
        self._try = _Section(tr("Try this"), "accent", "tip")
        self._learned = _Section(tr("What you learned"), "good", "learned")
        self._questions = _Section(tr("Questions"), "accent")
        self._questions_button = button("", "flat", name="lesson.questions")
        self._questions_button.setProperty("tight", "true")
        self._questions_button.clicked.connect(self._turn_questions)
        self._formula = QFrame()
        self._formula.setProperty("well", "true")
        self._formula_column = QVBoxLayout(self._formula)
        self._formula_button = button("", icon="function", name="lesson.formula")
        self._formula_button.clicked.connect(self._turn_formula)
        self._next = button("", "outlined", "next", "lesson.next")
        self._next.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow stands behind the words
        self._next.clicked.connect(self._go_on)

    def _lay_out(self) -> None:
        self._head = QHBoxLayout()
        self._head.addWidget(self._bulb)
        self._head.addWidget(self._title)
        self._head.addStretch(1)
        self._head.addWidget(self._key)
        self._head.addWidget(self._close)
        self._sections = QVBoxLayout()
        self._rows = []
        for section in (self._happening, self._why, self._try, self._learned):
            row = QHBoxLayout()
            row.addWidget(section)
            self._rows.append(row)
            self._sections.addLayout(row)
        self._sections.addWidget(self._questions_button, 0, Qt.AlignmentFlag.AlignHCenter)
        self._sections.addWidget(self._questions)
        self._sections.addStretch(1)
        sheet = QWidget()
        sheet.setLayout(self._sections)
        self._scroll = QScrollArea()
        self._scroll.setProperty("plain", "true")
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(sheet)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setObjectName("lesson.scroll")
        self._foot = QVBoxLayout()
        self._foot.addWidget(self._formula)
        self._foot.addWidget(self._formula_button)
        self._foot.addWidget(self._next)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head)
        column.addWidget(rule())
        column.addWidget(self._scroll, 1)
        column.addLayout(self._foot)

    def _fit(self) -> None:
        px = theme.px
        self._head.setContentsMargins(px(18), px(10), px(6), px(9))
        self._head.setSpacing(px(9))
        self._sections.setContentsMargins(0, px(14), 0, px(6))
        self._sections.setSpacing(px(14))
        self._foot.setContentsMargins(px(18), px(8), px(18), px(16))
        self._foot.setSpacing(px(8))
        self._formula_column.setContentsMargins(px(12), px(10), px(12), px(10))
        self._formula_column.setSpacing(px(6))
        for section in (self._happening, self._why, self._try, self._learned, self._questions):
            section.fit()
        for row, (left, right) in zip(self._rows, ((0, 0), (0, 0), (14, 14), (18, 14)), strict=True):
            row.setContentsMargins(px(left), 0, px(right), 0)
        self.setMinimumWidth(px(NARROWEST))
        self.setMaximumWidth(px(WIDEST))

    # Showing

    def _show_learned(self) -> None:
        lesson = self._lessons.get(self._page, lesson_text.Lesson())
        self._learned.show_words(lesson.learned if self._page in self._state.ticks else ())

    def _show_formula(self) -> None:
        lesson, is_open = self._lessons[self._page], self._page in self._formula_open
        while item := self._formula_column.takeAt(0):
            item.widget().hide()
            item.widget().deleteLater()
        for words in lesson.formula if is_open else ():
            self._formula_column.addWidget(_running_text(words, "body"))
        self._formula.setVisible(is_open and bool(lesson.formula))
        words = tr("Hide the formula") if is_open else tr("Show the formula")
        self._formula_button.setText(words)
        self._formula_button.setAccessibleName(words)
        self._formula_button.setVisible(bool(lesson.formula))

    def _show_questions(self) -> None:
        lesson, is_open = self._lessons[self._page], self._page in self._questions_open
        self._questions.show_words(lesson.questions if is_open else ())
        words = tr("Hide the questions") if is_open else tr("Classic questions, answered")
        self._questions_button.setText(words)
        self._questions_button.setAccessibleName(words)
        self._questions_button.setVisible(bool(lesson.questions))

    def _turn_questions(self) -> None:
        self._questions_open ^= {self._page}
        self._show_questions()

    def _turn_formula(self) -> None:
        self._formula_open ^= {self._page}
        self._show_formula()

    def _go_on(self) -> None:
        if following := pages.after(self._page):
            self.next_asked.emit(following.name)
