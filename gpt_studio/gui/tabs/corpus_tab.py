"""Corpus: choose, read and edit the text that a model learns from."""

from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.requests import CorpusText
from gpt_studio.engine.texts.drafts import Draft
from gpt_studio.gui import messages
from gpt_studio.gui.parts.corpus.corpus_checks import CONTROLS
from gpt_studio.gui.parts.corpus.corpus_list import about
from gpt_studio.gui.parts.corpus.corpus_view import CorpusView
from gpt_studio.gui.parts.corpus.draft_offer import DraftOffer
from gpt_studio.gui.parts.corpus.shakespeare import ShakespeareDownload
from gpt_studio.gui.parts.corpus.text_adding import TextAdding
from gpt_studio.gui.parts.corpus.text_care import TextCare
from gpt_studio.gui.parts.corpus.text_facts import TextFacts
from gpt_studio.gui.parts.corpus.texts import Texts
from gpt_studio.gui.parts.corpus.workshop_work import WorkshopWork
from gpt_studio.gui.state import Phase, StudioState
from gpt_studio.gui.text_study import TextStudy
from gpt_studio.gui.widgets.basics import Page
from gpt_studio.gui.widgets.drops import Drops


class CorpusTab(Page):
    """A shelf of texts, the one that is chosen, and what is to be known of it.

    Choosing a text in the list makes it the text to train on; editing an own text renews it.
    """

    def __init__(self, state: StudioState, parent: QWidget | None = None) -> None:
        super().__init__("corpus", parent)
        self._state = state
        self._text: CorpusText | None = None
        self._once_shown: Callable[[], None] | None = None  # what is to be done with the next text that is shown
        self.view = CorpusView(self)
        self.bar, self.shelf, self.editor, self.side = self.view.bar, self.view.shelf, self.view.editor, self.view.side
        self.content.addWidget(self.view, 1)
        self.texts = Texts(self)
        self.study = TextStudy(self.texts.background, self)
        self.facts = TextFacts(self.study, self.view, state, self.editor.go_to, self)
        self.shakespeare = ShakespeareDownload(self.texts, self.view.download, self)
        self.adding = TextAdding(self.texts, self.view.import_cards, self.bar, self)
        self.care = TextCare(self.texts, self.editor, self.bar, self)
        self.drafts = DraftOffer(self.texts, self.view.draft_bar, self._bring_back, self)
        self.workshop = WorkshopWork(self.texts, self.view.workshop, self.care, self)
        self._connect()
        drops = Drops(self, self.adding.wants)
        drops.hovered.connect(self.shelf.set_chosen)
        drops.dropped.connect(self.adding.take)
        self._show_nothing()
        self.texts.refresh()
        self._follow_state()

    # What others may ask

    def open(self, id: str) -> None:
        """Choose a text, as a click in the list does."""
        self.shelf.list.choose(id)
        self._choose(id)

    def reopen(self, id: str) -> None:
        """Choose the text of last time, if it is still on the shelf and the student chooses nothing sooner."""

        def choose() -> None:
            self.texts.listed.disconnect(choose)
            entry = self.texts.entry(id)
            if self._text is None and entry is not None and entry.available:
                self.open(id)

        self.texts.listed.connect(choose)

    def open_files(self, paths: Iterable[Path]) -> None:
        """Add files to the student's own texts; what cannot be used is told on the tab."""
        self.adding.open_files(paths)

    def ask_for_files(self) -> None:
        """Let the student pick text files; for the menu."""
        self.adding.ask_for_files()

    def shut_down(self) -> None:
        """Keep what was typed and end what runs in the background."""
        self.editor.settle()
        self.texts.shut_down()

    # Joining

    def _connect(self) -> None:
        self._connect_shelf()
        self._connect_text()
        self.view.use.clicked.connect(self._go_on)
        self._state.corpus_changed.connect(self._follow_state)
        if application := QCoreApplication.instance():
            application.aboutToQuit.connect(self.shut_down)

    def _connect_shelf(self) -> None:
        shelf, texts, adding = self.shelf, self.texts, self.adding
        shelf.list.chosen.connect(self._choose)
        shelf.list.renamed.connect(self.care.rename)
        shelf.list.duplicate_asked.connect(self._duplicate)
        shelf.list.delete_asked.connect(self.care.delete)
        shelf.add.clicked.connect(adding.ask_for_files)
        shelf.add_folder.clicked.connect(adding.ask_for_folder)
        shelf.paste.clicked.connect(adding.paste)
        shelf.write.clicked.connect(adding.write)
        shelf.download.clicked.connect(lambda: self.open("shakespeare"))
        adding.asking.connect(self._show_question)
        adding.asked.connect(self._show_what_was)
        adding.writing.connect(self._note_writing)
        self.care.gone.connect(self._leave)
        self.care.renamed.connect(self._take_title)
        texts.listed.connect(lambda: shelf.set_entries(texts.entries))
        texts.opened.connect(self._show_text)
        texts.failed.connect(self._tell_problem)
        texts.saver.recovered.connect(lambda: self.bar.tell("good", self.tr("Everything is saved again.")))
        texts.add_failed.connect(self._tell_not_added)
        self.shakespeare.arrived.connect(self._show_shakespeare)

    def _connect_text(self) -> None:
        editor, checks = self.editor, self.side.checks
        editor.edited.connect(self._take_edit)
        editor.workshop_asked.connect(self._open_workshop)
        self.workshop.opened.connect(lambda: self.view.show_card(self.view.workshop))
        self.view.workshop.left.connect(self._leave_workshop)
        editor.copy_asked.connect(lambda: self.care.copy(self._shown()))
        editor.refused.connect(self._offer_copy)
        editor.duplicate_asked.connect(lambda: self.care.duplicate(self._shown()))
        editor.rename_asked.connect(lambda: self.shelf.list.edit_title(self._shown().id))
        editor.delete_asked.connect(lambda: self.care.delete(self._shown().id))
        checks.show_control_asked.connect(lambda: editor.show_next(CONTROLS))
        checks.remove_controls_asked.connect(lambda: self.care.remove_controls(self._shown(), self._is_own))
        checks.remove_repeated_asked.connect(lambda: self._open_workshop("repeated_passages"))

    # Choosing

    def _choose(self, id: str) -> None:
        self.editor.settle()
        self.bar.clear()
        entry = self.texts.entry(id)
        if entry and not entry.available:
            self._show_nothing()
            self.view.show_card(self.view.download)
        else:
            self.texts.open(id)

    def _show_text(self, text: CorpusText) -> None:
        """A text is here: show it, and take it for training."""
        same = self._text is not None and self._text.id == text.id
        self.editor.settle()
        self._text = text
        self.shelf.list.choose(text.id)
        self._show_header()
        self.editor.show_text(text, self._is_own)
        self.view.show_card(self.editor)
        self.workshop.take(text, self._is_own)
        self.facts.show(text)
        then, self._once_shown = self._once_shown, None
        if then:
            then()
        if not same:
            self._tell_of_run(text)

    def _show_nothing(self) -> None:
        self._text = None
        self.facts.clear()
        self.workshop.close()
        self.texts.forget_wish()
        self.view.show_card(self.view.nothing)
        self._show_header()

    def _show_header(self) -> None:
        if self._text is None:
            self.view.header.set_title(self.tr("Choose a text"))
            self.view.header.set_subtitle(self.tr("It is everything that your model will ever know."))
            self.view.use.setEnabled(False)
            self.view.use.setToolTip(self.tr("Choose a text on the left first."))
            return
        self.view.header.set_title(self._text.title)
        words = about(self._text.id)
        if not self._is_own:
            words += " " + messages.size(len(self._text.text.encode("utf-8"))) + "."
        self.view.header.set_subtitle(words)

    def _tell_of_run(self, text: CorpusText) -> None:
        run = self._state.run
        if run and self._state.phase is not Phase.IDLE and run.record.corpus.id != text.id:
            words = self.tr("“{run}” keeps the text that it is training on. This one is for the next run.")
            self.bar.tell("accent", words.format(run=run.name))

    def _go_on(self) -> None:
        self.editor.settle()
        self.go_asked.emit("tokenizer")

    def _follow_state(self) -> None:
        """Show the text that someone else has chosen, such as the one of the last time."""
        chosen = self._state.corpus
        if chosen and (self._text is None or self._text.id != chosen.id) and self.texts.entry(chosen.id):
            self.texts.open(chosen.id)

    # Changing

    def _shown(self) -> CorpusText:
        """The text on the tab, with all that was typed."""
        self.editor.settle()
        assert self._text is not None, "the buttons of a text are there only while one is shown"
        return self._text

    @property
    def _is_own(self) -> bool:
        return bool(self._text and (entry := self.texts.entry(self._text.id)) and entry.own)

    def _duplicate(self, id: str) -> None:
        self._once_shown = lambda: self.care.duplicate(self._shown())
        self.open(id)

    def _offer_copy(self) -> None:
        """She typed into a text that stays as it is."""
        if not self._is_own:
            words = self.tr("Ready-made texts stay as they are. A copy is yours to change.")
            self.bar.tell("accent", words, self.tr("Edit a copy"), lambda: self.care.copy(self._shown()))

    def _note_writing(self) -> None:
        self._once_shown = self.editor.begin_over

    def _take_edit(self, text: str) -> None:
        if self._text is None:
            return
        self._text = self.texts.edit(self._text.id, text)
        self.facts.show(self._text)
        self.workshop.renew(self._text)
        if not text:
            self.bar.tell(
                "warn", self.tr("An empty text cannot be kept. The last version stays until you write again.")
            )

    def _bring_back(self, draft: Draft) -> None:
        """Put what could not be saved last time into its text, as one step that Undo takes back."""
        if draft.over and self.texts.entry(draft.over):
            self._once_shown = lambda: self.editor.replace_text(draft.text, self.tr("Bring back the draft"))
            self.open(draft.over)
        else:
            self.texts.add(draft.title, draft.text)

    def _take_title(self, text: CorpusText) -> None:
        """A text was renamed, and so has another id."""
        self.shelf.list.choose(text.id)
        self._text = text
        self._show_header()
        self.facts.show(text)

    def _show_question(self, name: str, card: QWidget) -> None:
        self.view.header.set_title(name)
        self.view.header.set_subtitle(self.tr("A file on its way to your own texts."))
        self.view.show_card(card)

    def _show_what_was(self) -> None:
        self._show_header()
        self.view.show_card(self.editor if self._text else self.view.nothing)

    def _open_workshop(self, step: str = "") -> None:
        self.bar.clear()
        self.workshop.open(self._shown(), self._is_own, step)

    def _leave_workshop(self) -> None:
        self.workshop.close()
        self.view.show_card(self.editor)
        self.editor.editor.setFocus()

    def _show_shakespeare(self) -> None:
        if self.view.card is self.view.download:
            self.open("shakespeare")

    def _leave(self, id: str) -> None:
        if self._text and self._text.id == id:
            self._show_nothing()
            self._state.choose_corpus(None, None)

    # Telling

    def _tell_not_added(self, error: StudioError, title: str, text: str) -> None:
        self._once_shown = None
        words = messages.sentence(error.code, error.values)
        self.bar.tell("bad", words, self.tr("Try again"), lambda: self.texts.add(title, text))

    def _tell_problem(self, error: StudioError) -> None:
        self._once_shown = None
        self.bar.tell("bad", messages.sentence(error.code, error.values))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.view.make_room()

    def hideEvent(self, event: QHideEvent) -> None:
        self.editor.settle()
        super().hideEvent(event)
