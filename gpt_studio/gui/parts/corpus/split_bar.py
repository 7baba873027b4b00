"""The overview of a text: what is trained on, what is held back, and which part is in view."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gpt_studio.gui import messages, theme
from gpt_studio.gui.widgets import basics
from gpt_studio.gui.widgets.hatching import paint_held_back


class SplitStrip(QWidget):
    """A bar as long as the text. A frame shows the visible part; a click, a drag or the arrow keys move it.

    Signals:
        jumped: The student wants to see the text from this share of it (0 to 1).
    """

    jumped = Signal(float)
    STEP = 0.02

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cut = 0.9
        self._view = (0.0, 0.0)
        self.setObjectName("corpus.split")
        self.setAccessibleName(self.tr("Overview of the text"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(self.tr("Click to go to a place in the text."))
        theme.notifier().changed.connect(self.updateGeometry)
        theme.notifier().changed.connect(self.update)

    def show_split(self, cut: float) -> None:
        """Where the held-back part begins, as a share of the text."""
        self._cut = cut
        self.update()

    def show_view(self, first: float, last: float) -> None:
        """Which part is in view, in shares of the text."""
        if (first, last) != self._view:
            self._view = (first, last)
            where = self.tr("In view: {first} to {last} of the text").format(
                first=messages.share(first), last=messages.share(last)
            )
            self.setAccessibleDescription(where)
            self.update()

    @property
    def view(self) -> tuple[float, float]:
        """The part in view, in shares of the text."""
        return self._view

    def _groove(self) -> QRectF:
        inset, height = theme.px(6), theme.px(14)
        return QRectF(inset, (self.height() - height) / 2, self.width() - 2 * inset, height)

    def _frame(self) -> QRectF:
        groove, least = self._groove(), float(theme.px(24))
        first, last = self._view
        width = min(max((last - first) * groove.width(), least), groove.width())
        left = groove.left() + (first + last) / 2 * groove.width() - width / 2
        left = min(max(left, groove.left() - 2), groove.right() - width + 2)
        return QRectF(left, 2, width, self.height() - 4)

    def _jump_to(self, x: float) -> None:
        groove = self._groove()
        self.jumped.emit(min(max((x - groove.left()) / max(groove.width(), 1.0), 0.0), 1.0))

    def sizeHint(self) -> QSize:
        return QSize(theme.px(200), theme.px(26))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        groove = self._groove()
        shape = QPainterPath()
        shape.addRoundedRect(groove, 3, 3)
        painter.setClipPath(shape)
        edge = round(groove.left() + self._cut * groove.width())
        paint_held_back(painter, QRectF(edge, groove.top(), groove.right() - edge, groove.height()))
        painter.fillRect(
            QRectF(groove.left(), groove.top(), edge - groove.left(), groove.height()), theme.color("train")
        )
        painter.fillRect(QRectF(edge - 1, groove.top(), 2, groove.height()), theme.color("surface"))
        painter.setClipping(False)
        frame = self._frame()
        painter.setPen(QPen(theme.color("surface"), 4))
        painter.drawRoundedRect(frame, 4, 4)
        painter.setPen(QPen(theme.color("accent" if self.hasFocus() else "text"), 2))
        painter.drawRoundedRect(frame, 4, 4)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._jump_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._jump_to(event.position().x())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        first = self._view[0]
        targets = {
            Qt.Key.Key_Left: first - self.STEP,
            Qt.Key.Key_Right: first + self.STEP,
            Qt.Key.Key_PageUp: first - 5 * self.STEP,
            Qt.Key.Key_PageDown: first + 5 * self.STEP,
            Qt.Key.Key_Home: 0.0,
            Qt.Key.Key_End: 1.0,
        }
        target = targets.get(Qt.Key(event.key()))
        if target is None:
            super().keyPressEvent(event)
        else:
            self.jumped.emit(min(max(target, 0.0), 1.0))


class SplitBar(QWidget):
    """The overview with its legend: how many characters are trained on, and how many are held back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.strip = SplitStrip()
        self._train = basics.text(self.tr("Training 90 %"), "strong", "train")
        self._train_count = basics.text("", "body", "text2")
        self._held = basics.text(self.tr("Held back 10 %"), "strong", "val")
        self._held_count = basics.text("", "body", "text2")
        legend = QHBoxLayout()
        legend.setContentsMargins(theme.px(6), 0, theme.px(6), 0)
        legend.setSpacing(8)
        legend.addWidget(self._train)
        legend.addWidget(self._train_count)
        legend.addStretch(1)
        legend.addWidget(self._held)
        legend.addWidget(self._held_count)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(2)
        box.addLayout(legend)
        box.addWidget(self.strip)

    def show_counts(self, train: int, held_back: int) -> None:
        """Characters of the two parts."""
        total = train + held_back
        self._train_count.setText(self.tr("{count} characters").format(count=messages.count(train)))
        self._held_count.setText(messages.count(held_back))
        self.strip.show_split(train / total if total else 0.9)
        self.strip.setAccessibleName(
            self.tr("Overview: {train} characters for training, {held} held back").format(
                train=messages.count(train), held=messages.count(held_back)
            )
        )
