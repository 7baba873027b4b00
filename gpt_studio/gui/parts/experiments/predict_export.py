"""An experiment for other programs: its text with all figures, and its chart as a picture."""

from pathlib import Path

from gpt_studio.engine import files
from gpt_studio.engine.experiments.record import Notes
from gpt_studio.engine.experiments.series import Series
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.experiments import predict_words as words
from gpt_studio.gui.parts.experiments.predict_chart import PredictChart
from gpt_studio.gui.widgets import pictures

KINDS = {"text": ("md", "Markdown (*.md)"), "picture": ("png", "Pictures (*.png)")}


def as_text(series: Series, notes: Notes) -> str:
    """Question, settings, forecast, figures and conclusion, as Markdown."""
    experiment, effect = notes.experiment, notes.effect
    lines = [f"# {tr(experiment.title)}", "", tr(experiment.question), "", tr(experiment.changed), ""]
    lines += _table(["", "A", "B"], [[row.title, row.a, row.b] for row in words.rows(experiment)])
    lines += ["", f"{tr('Text')}: {series.corpus_title}. {series.created}", "", f"## {tr('Forecast')}", ""]
    lines += [words.forecast_words(experiment, notes.forecast), "", f"## {tr('Measured')}", ""]
    lines += _table(
        [tr("run"), tr("last check"), tr("lowest check"), tr("at step")],
        [
            [
                role,
                "–" if each.final is None else words.bits(each.final),
                "–" if each.best is None else words.bits(each.best),
                str(each.best_step),
            ]
            for role, each in notes.outcomes.items()
        ],
    )
    lines += ["", tr("Held-back bits per character."), tr(experiment.compared), ""]
    if effect is not None:
        lines += [words.verdict(experiment, effect), words.certainty(experiment, effect), ""]
    lines += [f"## {tr('Conclusion')}", "", notes.conclusion or tr("none written"), ""]
    return "\n".join(lines)


def _table(columns: list[str], rows: list[list[str]]) -> list[str]:
    cells = [columns, ["---"] * len(columns), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in cells]


def picture(chart: PredictChart, title: str) -> bytes:
    """The chart under its title, as a PNG file."""
    return pictures.titled(chart.size(), title, chart.paint_on)


def save(path: Path, kind: str, data: bytes) -> None:
    """Write a file with the ending of its kind.

    Raises:
        StudioError: `files.write` when the disk refuses.
    """
    files.write_file(path.with_suffix(f".{KINDS[kind][0]}"), data)
