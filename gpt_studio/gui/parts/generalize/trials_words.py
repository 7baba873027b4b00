"""The trials as the matrix shows them, and what stands above it."""

from pathlib import Path

from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.generalize import verdict
from gpt_studio.gui.parts.generalize.held_back import TextChoice
from gpt_studio.gui.parts.generalize.matrix_data import Entry, Heading, Shown
from gpt_studio.gui.parts.generalize.trials import Model, Trials
from gpt_studio.gui.state import OpenRun
from gpt_studio.gui.widgets import preset_words


def heading(trials: Trials, chosen: tuple[int, int] | None, testing: bool) -> tuple[str, str]:
    """Title and line below it: about the chosen row, or the first."""
    row = chosen[0] if chosen and chosen[0] < len(trials.models) else 0
    model = trials.models[row] if trials.models else None
    found = [(text, trials.results.get((model.path, text.key))) for text in trials.texts] if model else []
    cells = [(text, tested) for text, tested in found if tested]
    if testing:
        return verdict.invitation()[0], tr("It reads the last tenth of every text, which training never sees.")
    if model is None or not cells:
        return verdict.invitation()
    name = tr("Your model") if row == 0 else model.record.name
    return verdict.verdict(name, cells, verdict.guessing(model.record))


def game_heading(page: str) -> tuple[str, str]:
    """The same, while a game is played."""
    if page == "duel":
        return (
            tr("Can you tell who wrote it?"),
            tr("Two authors go on with the same words, which training never saw. Their names come after your vote."),
        )
    return (
        tr("Who guesses the next character?"),
        tr("You, a model that only counts, and your GPT, on text that training never saw."),
    )


def shown_table(trials: Trials, run: OpenRun, steps: dict[Path, int], chosen_step: int | None = None) -> Shown:
    """All rows, columns and cells; the scale ends at pure guessing by the open run, shown at the chosen step."""
    entries = {
        (row, column): _entry(trials, model, text)
        for row, model in enumerate(trials.models)
        for column, text in enumerate(trials.texts)
    }
    return Shown(
        rows=tuple(_row(trials, model, model.path == run.path, steps, chosen_step) for model in trials.models),
        columns=tuple(_column(text, text.key == run.record.corpus.id) for text in trials.texts),
        entries=entries,
        vocab_size=verdict.guessing(run.record),
    )


def _row(trials: Trials, model: Model, is_open: bool, steps: dict[Path, int], chosen_step: int | None) -> Heading:
    record = model.record
    form = preset_words.title(record.preset) if record.preset else preset_words.form(record.model)
    caption = tr("{form}, this run").format(form=form) if is_open else form
    tested = trials.steps.get(model.path)
    if tested is not None and tested != steps.get(model.path):
        caption = tr("tested at step {n}").format(n=messages.count(tested))
    if is_open and chosen_step is not None:
        caption = tr("as it was at step {n}").format(n=messages.count(chosen_step))
    tooltip = tr("{name}, trained on {text}").format(name=record.name, text=record.corpus.title)
    return Heading(record.name, caption, tooltip, is_strong=is_open)


def _column(text: TextChoice, is_own: bool) -> Heading:
    if is_own:
        caption = tr("held back")
    else:
        caption = tr("mine, last 10 %") if text.is_mine else tr("last 10 %")
    tooltip = tr("Only the last 10 % of {text} is read: the part that every run holds back from training.")
    return Heading(text.title, caption, tooltip.format(text=text.title))


def _entry(trials: Trials, model: Model, text: TextChoice) -> Entry:
    cell = (model.path, text.key)
    tested, is_waiting, is_home = trials.results.get(cell), cell in trials.waiting, trials.is_home(model, text)
    sentence = verdict.cell_sentence(model.record.name, text.title, tested, is_waiting, is_home)
    if tested is None:
        return Entry(words="…" if is_waiting else "", sentence=sentence)
    return Entry(
        words=verdict.perplexity(verdict.per_character(tested)),
        perplexity=verdict.per_character(tested),
        is_home=is_home,
        has_unknown=tested.unknown_share > 0,
        sentence=sentence,
    )
