"""The trials as the matrix shows them, and what stands above it."""

from gpt_studio.engine.events import Tested
from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.parts.generalize import verdict
from gpt_studio.gui.parts.generalize.held_back import TextChoice
from gpt_studio.gui.parts.generalize.matrix_data import Entry, Heading, Shown
from gpt_studio.gui.parts.generalize.trials import Model, RowKey, Trials
from gpt_studio.gui.parts.generalize.units import Unit, figure, per_character
from gpt_studio.gui.widgets import preset_words


def row_name(model: Model) -> str:
    """A row, named anywhere: "verse-2×64", "verse-2×64 at step 100" or "5-gram of Verse drama"."""
    record = model.record
    if model.key.counts:
        return tr("5-gram of {text}").format(text=record.corpus.title)
    if model.key.step is not None:
        return tr("{name} at step {n}").format(name=record.name, n=messages.count(model.key.step))
    return record.name


def heading(
    trials: Trials,
    chosen: tuple[int, int] | None,
    testing: bool,
    unit: Unit = "perplexity",
    game: str | None = None,
) -> tuple[str, str]:
    """Title and line below it: about the chosen row, or the first; or about the game that is played."""
    if game is not None:
        return game_heading(game)
    row = chosen[0] if chosen and chosen[0] < len(trials.models) else 0
    model = trials.models[row] if trials.models else None
    results = trials.results
    found = [(text, results.get((model.key, text.key))) for text in trials.texts] if model else []
    cells = [(text, tested) for text, tested in found if tested]
    if testing:
        return verdict.invitation()[0], tr("It reads the last tenth of every text, which training never sees.")
    if model is None or not cells:
        return verdict.invitation()
    name = tr("Your model") if row == 0 else tr("The 5-gram") if model.key.counts else row_name(model)
    return verdict.verdict(name, cells, verdict.guessing(model.record), unit)


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


def shown_table(
    trials: Trials,
    run: OpenRun,
    steps: dict[RowKey, int],
    chosen_step: int | None = None,
    unit: Unit = "perplexity",
) -> Shown:
    """All rows, columns and cells; the scale ends at pure guessing by the open run, shown at the chosen step."""
    results = trials.results
    entries = {
        (row, column): _entry(trials, results.get((model.key, text.key)), model, text, unit)
        for row, model in enumerate(trials.models)
        for column, text in enumerate(trials.texts)
    }
    return Shown(
        rows=tuple(_row(trials, model, model.key == RowKey(run.path), steps, chosen_step) for model in trials.models),
        columns=tuple(_column(text, text.key == run.record.corpus.id) for text in trials.texts),
        entries=entries,
        vocab_size=verdict.guessing(run.record),
        unit=unit,
        tokens_differ=len({model.record.tokenizer for model in trials.models if not model.key.counts}) > 1,
    )


def _row(trials: Trials, model: Model, is_open: bool, steps: dict[RowKey, int], chosen_step: int | None) -> Heading:
    record, key = model.record, model.key
    if key.counts:
        tooltip = tr("Knows how often each character followed the four before it in the training part of {text}")
        return Heading(tr("5-gram"), tr("only counts"), tooltip.format(text=record.corpus.title), is_strong=False)
    tooltip = tr("{name}, trained on {text}").format(name=record.name, text=record.corpus.title)
    if key.step is not None:
        return Heading(record.name, tr("at step {n}").format(n=messages.count(key.step)), tooltip, is_strong=False)
    form = preset_words.title(record.preset) if record.preset else preset_words.form(record.model)
    caption = tr("{form}, this run").format(form=form) if is_open else form
    tested = trials.shown.get(key)
    if tested is not None and tested != steps.get(key) and (model.path, tested) in trials.known:
        caption = tr("tested at step {n}").format(n=messages.count(tested))
    if is_open and chosen_step is not None:
        caption = tr("as it was at step {n}").format(n=messages.count(chosen_step))
    return Heading(record.name, caption, tooltip, is_strong=is_open)


def _column(text: TextChoice, is_own: bool) -> Heading:
    if text.is_whole:
        tooltip = tr("All of this pasted text is read.")
        return Heading(text.title, tr("pasted, all of it"), tooltip)
    if is_own:
        caption = tr("held back")
    else:
        caption = tr("mine, last 10 %") if text.is_mine else tr("last 10 %")
    tooltip = tr("Only the last 10 % of {text} is read: the part that every run holds back from training.")
    return Heading(text.title, caption, tooltip.format(text=text.title))


def _entry(trials: Trials, tested: Tested | None, model: Model, text: TextChoice, unit: Unit) -> Entry:
    is_waiting, is_home = trials.is_waiting((model.key, text.key)), trials.is_home(model, text)
    sentence = verdict.cell_sentence(row_name(model), text.title, tested, is_waiting, is_home, unit)
    if tested is None:
        return Entry(words="…" if is_waiting else "", sentence=sentence)
    return Entry(
        words=figure(per_character(tested), unit),
        perplexity=per_character(tested),
        is_home=is_home,
        has_unknown=tested.unknown_share > 0,
        sentence=sentence,
    )
