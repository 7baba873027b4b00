"""Step 4: build the model, and see what every part does and costs."""

from itertools import pairwise

from PySide6.QtGui import QResizeEvent, QUndoStack
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from gpt_studio.gui import theme
from gpt_studio.gui.parts.model.experiments_card import ExperimentsCard
from gpt_studio.gui.parts.model.lower_cards import LowerCards
from gpt_studio.gui.parts.model.model_diagram import ModelDiagram
from gpt_studio.gui.parts.model.model_draft import Draft, ModelDraft
from gpt_studio.gui.parts.model.model_settings import ModelSettings
from gpt_studio.gui.parts.model.part_details import PartDetails
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.widgets import preset_words
from gpt_studio.gui.widgets.basics import Card, MessageBar, Page, PageHeader, announce, button

NARROW = 990  # page width that settings, drawing and details need beside each other; below, the details stand under
SAMPLE = "Madam"  # until a text is chosen


class ModelTab(Page):
    """Settings on the left, the drawing and its details in the middle, the budget below.

    `undo_stack` holds every change of the settings, for the Edit menu.

    Signals:
        go_asked: Page's own; "train" after the model was created.
    """

    def __init__(self, state: StudioState, parent: QWidget | None = None) -> None:
        super().__init__("model", parent)
        self._state = state
        self._draft = ModelDraft(state, self)
        self._wide: bool | None = None
        self._header = PageHeader(
            self.tr("Build the model"), self.tr("Click a part to see what it does and what it costs.")
        )
        self._back = button("", name="model.back")
        self._create = button(self.tr("Create model"), "primary", name="model.create")
        self._notice = MessageBar("model.notice")
        self._settings = ModelSettings(self._draft)
        self._diagram = ModelDiagram(self._draft.model)
        self._experiments = ExperimentsCard(self._draft)
        self._details, self._lower = PartDetails(), LowerCards()
        self._budget = self._lower.budget
        self._lay_out()
        self._connect()
        self._settings.show_draft()
        self._show()

    @property
    def undo_stack(self) -> QUndoStack:
        return self._draft.undo_stack

    def undo(self) -> None:
        """For the Edit menu: take the last change of the settings back."""
        self.undo_stack.undo()

    def redo(self) -> None:
        self.undo_stack.redo()

    def _lay_out(self) -> None:
        self._header.add(self._back)
        self._header.add(self._create)
        drawn = Card()
        drawn.body.addWidget(self._diagram, 1)
        self._upper = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._upper.addWidget(drawn, 1)
        self._upper.addWidget(self._details)
        self._right = QVBoxLayout()
        self._right.addLayout(self._upper, 1)
        self._right.addWidget(self._lower)
        self._left = QVBoxLayout()
        self._left.addWidget(self._settings)
        self._left.addWidget(self._experiments)
        self._left.addStretch(1)
        self._columns = QHBoxLayout()
        self._columns.addLayout(self._left)
        self._columns.addLayout(self._right, 1)
        for widget in (self._header, self._notice):
            self.content.addWidget(widget)
        self.content.addLayout(self._columns, 1)
        self._arrange()
        settings = [*self._settings.tab_order(), *self._experiments.tab_order()]
        order = [self._back, self._create, *settings, self._diagram, self._budget.bar, self._lower.code.code]
        for one, after in pairwise(order):
            QWidget.setTabOrder(one, after)

    def _connect(self) -> None:
        state = self._state
        self._back.clicked.connect(lambda: self._draft.begin_as(self._draft.draft.base))
        self._create.clicked.connect(self._make)
        self._draft.changed.connect(self._show)
        self._diagram.part_chosen.connect(self._show_part)
        self._budget.part_chosen.connect(self._show_part)
        state.model_changed.connect(self._show)
        state.corpus_changed.connect(self._show_text)
        state.tokens_changed.connect(self._show_text)
        state.hardware_changed.connect(self._show)
        state.run_changed.connect(self._show)
        theme.notifier().changed.connect(self._arrange)

    def _make(self) -> None:
        """Create was pressed."""
        if self._draft.draft.problem:
            self._settings.focus_problem()
            announce(self._settings.problem, self._settings.problem.words)
            return
        self._draft.settle()
        self._state.create_model()
        self.go_asked.emit("train")

    # Showing

    def _show_text(self) -> None:
        self._settings.show_vocabulary()
        self._show()

    def _show(self) -> None:
        draft, model = self._draft.draft, self._draft.model
        self._diagram.show_model(model, self._sample())
        self._details.show_part(self._diagram.part, model)
        self._lower.code.show_part(self._diagram.part, model)
        self._lower.giants.show_model(model, draft.train)
        self._budget.show_model(model, draft.train, self._state.probes, draft.preset)
        self._budget.bar.choose(self._diagram.part)
        self._back.setText(self.tr("Back to preset {name}").format(name=preset_words.title(draft.base)))
        self._back.setAccessibleName(self._back.text())
        self._back.setVisible(draft.start is None)
        self._show_notice()

    def _show_notice(self) -> None:
        """A model other than the open run's will be a new run: say so before it is made."""
        run = self._state.run
        draft = self._draft.draft
        if run is None or Draft.of(run.record.model, draft.base, draft.train) == draft:
            self._notice.clear()
            return
        words = self.tr("These settings differ from the run {name}. Start will begin a new run; {name} stays as it is.")
        words = words.format(name=run.name)
        if words != self._notice.words or self._notice.isHidden():
            self._notice.tell("accent", words)

    def _show_part(self, part: str) -> None:
        self._diagram.choose(part)
        self._budget.bar.choose(part)
        self._details.show_part(part, self._draft.model)
        self._lower.code.show_part(part, self._draft.model)

    def _sample(self) -> str:
        """The first characters of the text, to show what comes in."""
        if self._state.corpus is None:
            return SAMPLE
        letters = [each for each in self._state.corpus.text[:400] if each.isalnum()]
        return "".join(letters[:5]) or SAMPLE

    # Room

    def _arrange(self) -> None:
        wide = self.width() >= theme.px(NARROW)
        direction = QBoxLayout.Direction
        self._upper.setDirection(direction.LeftToRight if wide else direction.TopToBottom)
        self._details.setMinimumWidth(theme.px(258) if wide else 0)
        self._details.setMaximumWidth(theme.px(258) if wide else 16_777_215)
        self._budget.arrange(4 if wide else 2)
        for layout in (self._upper, self._right, self._left, self._columns):
            layout.setSpacing(theme.px(14))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
