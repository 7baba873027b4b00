"""The loss chart for other programs: as a picture with its legend, and as figures in a table."""

from PySide6.QtCore import QBuffer, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPen
from PySide6.QtSvg import QSvgGenerator

from gpt_studio.gui import theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.open_run import Curve
from gpt_studio.gui.parts.train.loss_plot import LossPlot
from gpt_studio.gui.widgets import pictures

SCALE = 2  # pixels of the picture per pixel of the window: sharp on paper too


def figures(curve: Curve) -> str:
    """One line per step as comma-separated values, with the check on held-back text where there was one."""
    checks = dict(zip(curve.check_steps.values.tolist(), curve.val_loss.values.tolist(), strict=True))
    series = (curve.train_loss, curve.learning_rate, curve.grad_norm, curve.tokens_per_s, curve.elapsed)
    lines = ["step,train_loss,val_loss,learning_rate,grad_norm,tokens_per_s,seconds"]
    measured = zip(*(each.values.tolist() for each in series), strict=True)
    rows = dict(zip(curve.steps.values.tolist(), measured, strict=True))
    for step in sorted(rows.keys() | checks.keys()):
        held_back = f"{checks[step]:.6g}" if step in checks else ""
        train, *rest = [f"{value:.6g}" for value in rows[step]] if step in rows else [""] * 5
        lines.append(",".join([str(int(step)), train, held_back, *rest]))
    return "\n".join(lines) + "\n"


def picture(plot: LossPlot, title: str) -> QImage:
    """The chart under its title and legend."""
    size = _size(plot)
    image = QImage(size * SCALE, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(theme.color("surface"))
    painter = QPainter(image)
    painter.scale(SCALE, SCALE)
    _paint(painter, plot, title)
    painter.end()
    return image


def png(plot: LossPlot, title: str) -> bytes:
    return pictures.png(picture(plot, title))


def svg(plot: LossPlot, title: str) -> bytes:
    def write(buffer: QBuffer) -> None:
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        generator.setSize(_size(plot))
        generator.setViewBox(QRectF(QPointF(0, 0), _size(plot)))
        generator.setTitle(title)
        painter = QPainter(generator)
        painter.fillRect(QRectF(QPointF(0, 0), _size(plot)), theme.color("surface"))
        _paint(painter, plot, title)
        painter.end()

    return pictures.written(write)


def _size(plot: LossPlot) -> QSize:
    return QSize(plot.width() + 2 * theme.px(16), plot.height() + theme.px(60))


def _paint(painter: QPainter, plot: LossPlot, title: str) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    left, middle = theme.px(16), theme.px(24)
    painter.setFont(theme.role_font("card_title"))
    painter.setPen(theme.color("text"))
    painter.drawText(QPointF(left, middle + theme.px(5)), title)
    x = left + painter.fontMetrics().horizontalAdvance(title) + theme.px(28)
    painter.setFont(theme.role_font("chart"))
    for token, words, dashed in (("train", tr("training"), False), ("val", tr("held back"), True)):
        pen = QPen(theme.color(token), 2)
        if dashed:
            pen.setDashPattern([4, 2])
        painter.setPen(pen)
        painter.drawLine(QPointF(x, middle), QPointF(x + theme.px(24), middle))
        painter.setPen(theme.color("text2"))
        painter.drawText(QPointF(x + theme.px(30), middle + theme.px(5)), words)
        x += theme.px(54) + painter.fontMetrics().horizontalAdvance(words)
    target = QRectF(left, theme.px(44), plot.width(), plot.height())
    plot.scene().render(painter, target, QRectF(plot.viewRect()), Qt.AspectRatioMode.KeepAspectRatio)
