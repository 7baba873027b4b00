"""The samples of a run to take along: as a film, painted frame by frame, or as a text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QTextOption
from PySide6.QtWidgets import QFileDialog, QWidget

from gpt_studio.engine import files, film
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Sample
from gpt_studio.gui import messages, theme
from gpt_studio.gui.background import Background
from gpt_studio.gui.messages import tr

WIDE, HIGH, MARGIN = 960, 540, 40  # pixels, whatever the zoom: the film goes to other screens
STAYS_S, LAST_STAYS_S = 1.2, 3.0
_ENDINGS = {".gif": "GIF film (*.gif)", ".webp": "WebP film (*.webp)", ".txt": "Text (*.txt)"}


@dataclass(frozen=True)
class Look:
    """Colours and fonts of the window, taken before the painting begins in another thread."""

    paper: QColor
    ink: QColor
    faint: QColor
    accent: QColor
    title: QFont
    step: QFont
    words: QFont

    @classmethod
    def of_the_window(cls) -> "Look":
        title, step, words = theme.role_font("body"), theme.role_font("title"), theme.mono()
        for font, pixels in ((title, 20), (step, 26), (words, 30)):
            font.setPixelSize(pixels)
        paper, ink, faint, accent = (theme.color(token) for token in ("surface", "text", "line", "accent"))
        return cls(paper, ink, faint, accent, title, step, words)


def frames(name: str, samples: Sequence[Sample], look: Look) -> Iterator[film.Frame]:
    """One picture for each sample; any thread may paint them."""
    for place, sample in enumerate(samples):
        image = QImage(WIDE, HIGH, QImage.Format.Format_RGB888)
        image.fill(look.paper)
        painter = QPainter(image)
        _paint(painter, name, sample, place / max(1, len(samples) - 1), look)
        painter.end()
        rows = (bytes(image.constScanLine(y))[: 3 * WIDE] for y in range(HIGH))
        yield film.Frame(WIDE, HIGH, b"".join(rows), STAYS_S if sample is not samples[-1] else LAST_STAYS_S)


def _paint(painter: QPainter, name: str, sample: Sample, share: float, look: Look) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    head = QRectF(MARGIN, 24, WIDE - 2 * MARGIN, 40)
    painter.setPen(look.ink)
    painter.setFont(look.title)
    painter.drawText(head, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
    painter.setFont(look.step)
    painter.setPen(look.accent)
    words = tr("step {step}").format(step=messages.count(sample.step))
    painter.drawText(head, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
    bar = QRectF(MARGIN, 72, WIDE - 2 * MARGIN, 6)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.faint)
    painter.drawRoundedRect(bar, 3, 3)
    painter.setBrush(look.accent)
    painter.drawRoundedRect(QRectF(bar.x(), bar.y(), max(6.0, bar.width() * share), bar.height()), 3, 3)
    painter.setFont(look.words)
    painter.setPen(look.ink)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    room = QRectF(MARGIN, 100, WIDE - 2 * MARGIN, HIGH - 100 - MARGIN / 2)
    painter.setClipRect(room)
    painter.drawText(room, sample.text, option)


def as_text(name: str, samples: Sequence[Sample]) -> str:
    """All samples one under the other, each under its step."""
    parts = [f"{tr('step {step}').format(step=messages.count(sample.step))}\n\n{sample.text}\n" for sample in samples]
    return "\n\n".join([name, *parts])


class SampleFilm(QObject):
    """Asks where to, and writes it in the background.

    Signals:
        told: Tone and words of what came of it.
    """

    told = Signal(str, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self.background = Background(self)

    def ask(self, name: str, samples: Sequence[Sample]) -> None:
        endings = [*film.formats(), ".txt"]
        filters = [tr(_ENDINGS[ending]) for ending in endings]
        suggested = tr("{name}, from noise to words.gif").format(name=name)
        chosen, kind = QFileDialog.getSaveFileName(self._parent, tr("Save the film"), suggested, ";;".join(filters))
        if chosen:
            ending = endings[filters.index(kind)] if kind in filters else ".gif"
            path = Path(chosen)
            self.save(path if path.suffix.lower() in endings else path.with_name(path.name + ending), name, samples)

    def save(self, path: Path, name: str, samples: Sequence[Sample]) -> None:
        """A text where the ending is .txt, else a film."""
        look, samples = Look.of_the_window(), list(samples)

        def write() -> None:
            if path.suffix.lower() == ".txt":
                files.write_text(path, as_text(name, samples))
            else:
                film.write(path, list(frames(name, samples, look)))

        def tell(_: object) -> None:
            self.told.emit("good", tr("Saved: {path}").format(path=path))

        self.background.run("write a film", write, tell, self._fail)

    def _fail(self, error: Exception) -> None:
        code, values = (error.code, error.values) if isinstance(error, StudioError) else ("unforeseen", {})
        self.told.emit("bad", messages.sentence(code, values))
