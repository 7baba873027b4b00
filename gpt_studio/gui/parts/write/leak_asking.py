"""Has a sentence followed over the kept steps of a run, and shows what comes of it."""

from PySide6.QtCore import QObject

from gpt_studio.engine.events import Ending
from gpt_studio.engine.judging import verbatim
from gpt_studio.engine.requests import LeakRequest
from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.write.authoring import Authoring
from gpt_studio.gui.parts.write.leak_page import LeakPage
from gpt_studio.gui.state import StudioState, Visit


class LeakAsking(QObject):
    """Between the page that asks since when a run knows a sentence by heart, and the worker's answers.

    Args:
        page: Where it is asked and shown.
        authoring: Takes the question to the worker.
    """

    def __init__(self, state: StudioState, page: LeakPage, authoring: Authoring, parent: QObject) -> None:
        super().__init__(parent)
        self._state, self._page, self._authoring = state, page, authoring
        page.asked.connect(self._follow)
        authoring.leak_seen.connect(page.take)
        authoring.leak_ended.connect(self._end)

    def _follow(self, beginning: str, sentence: str) -> None:
        """Ask, unless a visitor is at work."""
        run = self._state.run
        if run is None or self._state.visit is not Visit.NONE:
            self._page.finish(tr("Something is being looked at or written. Ask again when that is done."))
            return
        self._page.begin()
        steps = tuple(step for step in run.kept if step <= run.curve.step)
        control = verbatim.scrambled(sentence)
        self._authoring.ask_leak(
            LeakRequest(run=run.path, steps=steps, beginning=beginning, sentence=sentence, control=control)
        )

    def _end(self, ending: Ending) -> None:
        self._page.finish(messages.sentence(ending.code, ending.values) if ending.kind == "failed" else "")
