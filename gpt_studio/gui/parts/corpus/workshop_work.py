"""Works the workshop: looks through the text in the background, shows each change, and makes it in one step."""

from PySide6.QtCore import QObject, Signal

from gpt_studio.engine import corpus
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.requests import CorpusText
from gpt_studio.engine.text_care.edits import Finding, apply_edits
from gpt_studio.engine.text_care.inspection import KINDS, inspect
from gpt_studio.engine.text_care.mixing import mix
from gpt_studio.engine.text_care.odd_characters import seldom_finding
from gpt_studio.gui import messages
from gpt_studio.gui.background import Errand
from gpt_studio.gui.parts.corpus.text_care import TextCare
from gpt_studio.gui.parts.corpus.texts import Texts
from gpt_studio.gui.parts.corpus.workshop_card import WorkshopCard
from gpt_studio.gui.widgets.basics import announce

MIX_SEED = 1


class WorkshopWork(QObject):
    """Knows what was found in the text that is open in the workshop.

    Signals:
        opened: The card wants to be seen.
        looked: All findings are there.
    """

    opened = Signal()
    looked = Signal()

    def __init__(self, texts: Texts, card: WorkshopCard, care: TextCare, parent: QObject) -> None:
        super().__init__(parent)
        self._texts, self._card, self._care = texts, card, care
        self._text = CorpusText(id="", title="", text="")
        self._own = False
        self._is_open = False
        self._copy = ""  # what the copy of a ready-made text holds, which a change makes and which is to be opened here
        self._found: dict[str, Finding] = {}
        self._errand: Errand | None = None
        card.chosen.connect(self._show_step)
        card.changed.connect(self._take_settings)
        card.apply_asked.connect(self._apply)
        texts.listed.connect(self._offer_texts)
        texts.failed.connect(self._forget_copy)

    def open(self, text: CorpusText, own: bool, step: str = "") -> None:
        """Look through a text and show the card, at a step or where it was left."""
        self._is_open, self._text, self._own = True, text, own
        for kind in KINDS:
            self._card.list.show_count(kind, None)
        self._look()
        self._offer_texts()
        self.opened.emit()
        self._card.list.choose(step or self._card.list.key or "leaks")
        self._card.list.setFocus()

    def renew(self, text: CorpusText) -> None:
        """The text has changed, by a step of the workshop or by Undo."""
        if self._is_open and text.text != self._text.text:
            self._text = text
            self._look()

    def take(self, text: CorpusText, own: bool) -> None:
        """Another text is shown on the tab: leave the workshop, unless it is the copy that was just made here."""
        is_copy = bool(self._copy) and text.text == self._copy
        self._copy = ""
        if is_copy:
            self.open(text, own)
        elif text.id != self._text.id:
            self.close()

    def close(self) -> None:
        """Look no further."""
        self._is_open = False
        self._stop()

    @property
    def is_open(self) -> bool:
        return self._is_open

    # Looking

    def _look(self) -> None:
        self._stop()
        self._found = {}
        text, seldom = self._text.text, self._card.seldom.least.value()
        self._card.looking.setText(self.tr("Looking through the text …"))
        self._errand = self._texts.background.run(
            "looking through a text", lambda: inspect(text, seldom), self._end_look, self._fail, self._take
        )
        self._show_step(self._card.list.key)

    def _stop(self) -> None:
        if self._errand:
            self._errand.cancel()
            self._errand = None

    def _take(self, finding: Finding | None) -> None:
        if finding is not None:
            self._found[finding.kind] = finding
            if self._errand:
                words = self.tr("Looking through the text: {done} of {total}")
                self._card.looking.setText(words.format(done=len(self._found), total=len(KINDS)))
            self._card.list.show_count(finding.kind, len(finding.edits))
            if finding.kind == self._card.list.key:
                self._show_finding()

    def _end_look(self, _nothing: object) -> None:
        self._errand = None
        self._card.looking.setText("")
        found = sum(bool(finding.edits) for finding in self._found.values())
        announce(self._card, self.tr("Looked through; {count} kinds of findings.").format(count=found))
        self.looked.emit()

    def _fail(self, error: Exception) -> None:
        self._errand = None
        self._card.looking.setText("")
        known = error if isinstance(error, StudioError) else StudioError("unforeseen", reason=str(error))
        self._card.show_problem(messages.sentence(known.code, known.values))

    # Showing

    def _show_step(self, key: str) -> None:
        if key:
            self._card.show_step(key, self._own)
            self._show_finding()

    def _show_finding(self) -> None:
        key = self._card.list.key
        if key == "mix":
            self._card.allow(self._card.mix.is_ready, self.tr("Tick at least two texts."))
            return
        try:
            finding = self._finding(key)
        except StudioError as error:
            self._card.show_problem(messages.sentence(error.code, error.values))
            return
        self._card.problem.clear()
        if finding is None:
            self._card.show_waiting()
        else:
            self._card.show_finding(self._text.text, finding)

    def _finding(self, key: str) -> Finding | None:
        if key == "part":
            return self._card.part.find(self._text.text)
        return self._card.plant.find(self._text.text) if key == "plant" else self._found.get(key)

    def _take_settings(self) -> None:
        if self._card.list.key == "seldom" and self._is_open:
            self._take(seldom_finding(self._text.text, self._card.seldom.least.value()))
        else:
            self._show_finding()

    def _offer_texts(self) -> None:
        if self._is_open:
            self._card.mix.set_entries(self._texts.entries, self._text.id)

    # Doing

    def _forget_copy(self) -> None:
        self._copy = ""

    def _apply(self) -> None:
        key = self._card.list.key
        finding = None if key == "mix" else self._finding(key)
        if key == "mix":
            self._mix()
        elif finding is not None:
            before = self._text.text
            after = apply_edits(before, finding.edits)
            if not after:
                self._card.show_problem(self.tr("Nothing of the text would be left. Choose another step."))
                return
            label = self._card.steps[key].label
            difference = len(after) - len(before)
            words = self.tr("{step}: the text has {count} characters more.") if difference > 0 else ""
            words = words or self.tr("{step}: the text has {count} characters fewer.")
            words = words if difference else self.tr("{step}: changed, the length is the same.")
            told = words.format(step=label, count=messages.count(abs(difference)))
            self._copy = "" if self._own else after
            self._care.change(self._text, self._own, after, label, told)

    def _mix(self) -> None:
        form, texts = self._card.mix, self._texts
        weights, size, title = form.weights, form.size_field.value(), form.title.text().strip() or self.tr("Mixture")
        now = {self._text.id: self._text.text}

        def make() -> str:
            loaded = [now[id] if id in now else corpus.load(id).text for id in weights]
            return mix(loaded, list(weights.values()), size, MIX_SEED)

        self._card.allow(False, self.tr("The mixture is being made."))
        texts.background.run("mixing texts", make, lambda made: texts.add(title, made), self._fail)
