"""The drawing of the whole model: every part can be clicked, or reached with the arrow keys."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpt_studio.engine.config import ModelConfig
from gpt_studio.gui import theme
from gpt_studio.gui.parts.model.diagram_shapes import SHEET, Box, Shapes, shapes
from gpt_studio.gui.widgets.basics import announce

SMALLEST, LARGEST = 0.8, 1.5
CENTRE = Qt.AlignmentFlag.AlignCenter


class ModelDiagram(QWidget):
    """Text enters at the top, scores leave at the bottom; a dashed frame holds what is repeated.

    Signals:
        part_chosen: Another part was clicked or reached by key; carries its name ("attention").
    """

    part_chosen = Signal(str)

    def __init__(self, model: ModelConfig, sample: str = "Madam") -> None:
        super().__init__()
        self._model, self._sample = model, sample
        self._shapes: Shapes = shapes(model, sample)
        self._place = self._first_place("attention")
        self.setObjectName("model.diagram")
        self.setAccessibleName(self.tr("Drawing of the model"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.notifier().changed.connect(self.updateGeometry)
        self._describe()

    def show_model(self, model: ModelConfig, sample: str) -> None:
        part = self.part
        self._model, self._sample = model, sample
        self._shapes = shapes(model, sample)
        if not self._place < len(self._shapes.boxes) or self.part != part:
            self._place = self._first_place(part)
        self._describe()
        self.update()

    def choose(self, part: str) -> None:
        """Mark a part, without telling."""
        if part != self.part:
            self._place = self._first_place(part)
            self._describe()
            self.update()

    @property
    def part(self) -> str:
        return self._shapes.boxes[self._place].part if self._place < len(self._shapes.boxes) else "token"

    @property
    def boxes(self) -> tuple[Box, ...]:
        return self._shapes.boxes

    def box_rect(self, place: int) -> QRectF:
        """Where a box is on the screen, in this widget's coordinates."""
        scale, origin = self._scale()
        rect = self._shapes.boxes[place].rect
        return QRectF(rect.topLeft() * scale + origin, rect.size() * scale)

    def _first_place(self, part: str) -> int:
        """Of a part that is not drawn: attention's, which has the queries and keys; in a bigram the table's."""
        names = [box.part for box in self._shapes.boxes]
        return next((names.index(name) for name in (part, "attention") if name in names), 0)

    def _take(self, place: int) -> None:
        if place != self._place:
            self._place = place
            self._describe()
            self.update()
            box = self._shapes.boxes[place]
            words = box.detail or (self.tr("left out") if box.off else "")
            announce(self, f"{box.title}, {words}" if words else box.title)
            self.part_chosen.emit(box.part)

    def _describe(self) -> None:
        box = self._shapes.boxes[self._place]
        said = self.tr("Chosen: {part}. Arrow keys move between the parts.").format(part=box.title)
        if self._shapes.times:
            said = self.tr("{n} blocks.").format(n=self._shapes.times) + " " + said
        self.setAccessibleDescription(said)

    # Painting

    def _scale(self) -> tuple[float, QPointF]:
        """How large the sheet is drawn, and where its corner lies."""
        wish = min(self.width() / SHEET[0], (self.height() - 6) / SHEET[1])
        zoom = theme.px(100) / 100
        scale = min(max(wish, zoom * SMALLEST), zoom * LARGEST)
        left, top = (self.width() - SHEET[0] * scale) / 2, (self.height() - SHEET[1] * scale) / 2
        return scale, QPointF(max(0.0, left), max(3.0, top))

    def _font(self, pixels: float, scale: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        font = theme.ui(pixels, weight)
        size = max(theme.px(12), round(pixels * scale))
        font.setPixelSize(size)
        return font

    def _paint_flow(self, painter: QPainter) -> None:
        painter.setPen(QPen(theme.color("text3"), 1.4))
        for line in (*self._shapes.lines, *self._shapes.arrows):
            painter.drawPolyline(QPolygonF(line))
        painter.setPen(QPen(theme.color("other"), 1.2, Qt.PenStyle.DashLine))
        for road in self._shapes.closed:
            painter.drawPolyline(QPolygonF(road))
        painter.setPen(QPen(theme.color("accent"), 1.8))
        for road in self._shapes.roads:
            painter.drawPolyline(QPolygonF(road))
        for arrow in self._shapes.arrows:
            _paint_point(painter, arrow[-1], down=True, color=theme.color("text3"))
        for road in self._shapes.roads:
            _paint_point(painter, road[-1], down=False, color=theme.color("accent"))
        painter.setPen(QPen(theme.color("text2"), 1.4))
        painter.setBrush(theme.color("surface"))
        for joint in self._shapes.joints:
            painter.drawEllipse(joint, 9, 9)
            painter.drawLine(joint - QPointF(4.5, 0), joint + QPointF(4.5, 0))
            painter.drawLine(joint - QPointF(0, 4.5), joint + QPointF(0, 4.5))

    def _paint_frame(self, painter: QPainter) -> None:
        if self._shapes.frame is not None:
            painter.setPen(QPen(theme.color("edge"), 1.2, Qt.PenStyle.DashLine))
            painter.setBrush(theme.color("inset"))
            painter.drawRoundedRect(self._shapes.frame, 9, 9)

    def _paint_boxes(self, painter: QPainter) -> None:
        for place, box in enumerate(self._shapes.boxes):
            chosen = place == self._place
            if box.part == "residual":
                if chosen:
                    painter.setPen(QPen(theme.color("accent"), 1.6))
                    painter.setBrush(theme.color("accent_soft"))
                    painter.drawRoundedRect(box.rect, 5, 5)
                continue
            if box.off:
                _paint_crossed_out(painter, box.rect, chosen)
                continue
            painter.setPen(QPen(theme.color(f"part_{box.part}"), 2.6 if chosen else 1.2))
            painter.setBrush(theme.color(f"part_{box.part}_soft"))
            painter.drawRoundedRect(box.rect, 7, 7)

    def _paint_focus(self, painter: QPainter) -> None:
        if self.hasFocus():
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.box_rect(self._place).adjusted(-4, -4, 4, 4), 10, 10)

    def _paint_words(self, painter: QPainter, scale: float, origin: QPointF) -> None:
        """Words are not scaled with the sheet, so that none gets too small to read."""
        strong, plain = self._font(14, scale, QFont.Weight.DemiBold), self._font(12.5, scale)
        for place, box in enumerate(self._shapes.boxes):
            rect = self.box_rect(place)
            if box.part == "residual":
                self._paint_upright(painter, rect, scale, box.off)
                continue
            painter.setPen(theme.color("text3" if box.off else "text"))
            painter.setFont(strong)
            upper = QRectF(rect)
            if box.detail:
                upper.setBottom(rect.top() + rect.height() * 0.54)
                lower = QRectF(rect)
                lower.setTop(rect.top() + rect.height() * 0.47)
                painter.drawText(upper.adjusted(0, 1, 0, 1), CENTRE, box.title)
                painter.setPen(theme.color("text2"))
                painter.setFont(plain)
                painter.drawText(lower, CENTRE, box.detail)
            else:
                painter.drawText(rect, CENTRE, box.title)
        self._paint_sample(painter, scale, origin)
        self._paint_times(painter, scale, origin)

    def _paint_upright(self, painter: QPainter, rect: QRectF, scale: float, off: bool) -> None:
        painter.save()
        painter.translate(rect.center())
        painter.rotate(-90)
        painter.setFont(self._font(12, scale))
        painter.setPen(theme.color("text3" if off else "accent"))
        if off:
            font = painter.font()
            font.setStrikeOut(True)
            painter.setFont(font)
        lying = QRectF(-rect.height() / 2, -rect.width() / 2, rect.height(), rect.width())
        painter.drawText(lying, CENTRE, self.tr("residual"))
        painter.restore()

    def _paint_sample(self, painter: QPainter, scale: float, origin: QPointF) -> None:
        font = theme.mono(14)
        font.setPixelSize(max(theme.px(12), round(14 * scale)))
        painter.setFont(font)
        for number, (place, words) in enumerate(self._shapes.words):
            painter.setPen(theme.color("text" if number == 0 else "text2"))
            middle = place * scale + origin
            painter.drawText(QRectF(middle.x() - 120, middle.y() - 12, 240, 24), CENTRE, words)

    def _paint_times(self, painter: QPainter, scale: float, origin: QPointF) -> None:
        frame = self._shapes.frame
        if frame is None:
            return
        middle = QPointF(frame.right() + 10, frame.center().y()) * scale + origin
        left, room = middle.x(), self.width() - middle.x()
        painter.setPen(theme.color("text"))
        painter.setFont(self._font(22, scale, QFont.Weight.Bold))
        painter.drawText(QRectF(left, middle.y() - 30 * scale, room, 30 * scale), _LEFT, f"× {self._shapes.times}")
        painter.setPen(theme.color("text2"))
        painter.setFont(self._font(12.5, scale))
        words = self.tr("blocks") if self._shapes.times != 1 else self.tr("block")
        painter.drawText(QRectF(left, middle.y(), room, 22 * scale), _LEFT, words)

    # Qt's own

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(SHEET[0] * SMALLEST), theme.px(SHEET[1] * SMALLEST) + 6)

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scale, origin = self._scale()
        painter.save()
        painter.translate(origin)
        painter.scale(scale, scale)
        self._paint_frame(painter)
        self._paint_flow(painter)
        self._paint_boxes(painter)
        painter.restore()
        self._paint_words(painter, scale, origin)
        self._paint_focus(painter)

    def _place_at(self, point: QPointF) -> int | None:
        for place in range(len(self._shapes.boxes)):
            if self.box_rect(place).adjusted(-3, -3, 3, 3).contains(point):
                return place
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position())
        if place is not None:
            self._take(place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._place_at(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps: dict[int, int] = {Qt.Key.Key_Down: 1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Left: -1}
        last = len(self._shapes.boxes) - 1
        if event.key() in steps:
            self._take(min(last, max(0, self._place + steps[event.key()])))
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._take(0 if event.key() == Qt.Key.Key_Home else last)
        else:
            super().keyPressEvent(event)


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def _paint_crossed_out(painter: QPainter, rect: QRectF, chosen: bool) -> None:
    """The place of a part that is left out."""
    painter.setPen(QPen(theme.color("accent" if chosen else "edge"), 2 if chosen else 1.2, Qt.PenStyle.DashLine))
    painter.setBrush(theme.color("surface"))
    painter.drawRoundedRect(rect, 7, 7)
    painter.setPen(QPen(theme.color("line"), 1.2))
    inner = rect.adjusted(3, 3, -3, -3)
    painter.drawLine(inner.topLeft(), inner.bottomRight())
    painter.drawLine(inner.bottomLeft(), inner.topRight())


def _paint_point(painter: QPainter, tip: QPointF, down: bool, color: QColor) -> None:
    """The head of an arrow that goes down, or to the right."""
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    side, back = (QPointF(4.5, 0), QPointF(0, -7)) if down else (QPointF(0, 4.5), QPointF(-7, 0))
    painter.drawPolygon(QPolygonF([tip, tip + back + side, tip + back - side]))
    painter.restore()
