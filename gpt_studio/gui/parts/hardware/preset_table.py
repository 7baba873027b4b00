"""All presets in one table: what each costs, how long it takes here, and why or why not."""

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QStyledItemDelegate, QTableView

from gpt_studio.engine.config import PRESETS
from gpt_studio.engine.dial import PresetPlan
from gpt_studio.engine.planning import LESSON_MINUTES
from gpt_studio.gui import icons, theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.widgets import preset_words

Role = Qt.ItemDataRole
NAME, PARAMETERS, TIME, EXPECT, REASON = range(5)
ROW_HEIGHTS = (48, 62)  # least and most; between them the rows fill the card
NUMBERS = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
WORDS = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class PresetModel(QAbstractTableModel):
    """The rows. A cell has one or two lines; the second is smaller."""

    def __init__(self) -> None:
        super().__init__()
        self.plans: list[PresetPlan] = []
        self._memory_free: int | None = None
        self._minutes: float = LESSON_MINUTES

    def show_plans(self, plans: list[PresetPlan], memory_free: int | None, minutes: float) -> None:
        self._memory_free, self._minutes = memory_free, minutes
        if len(plans) != len(self.plans):
            self.beginResetModel()
            self.plans = plans
            self.endResetModel()
            return
        self.plans = plans
        self.dataChanged.emit(self.index(0, 0), self.index(len(plans) - 1, REASON))

    def lines(self, row: int, column: int) -> tuple[str, str]:
        plan = self.plans[row]
        if column == NAME:
            return preset_words.title(plan.preset), preset_words.form(PRESETS[plan.preset].model)
        if column == PARAMETERS:
            return preset_words.count_here(plan), ""
        if column == TIME:
            return preset_words.time_here(plan.prediction)
        if column == EXPECT:
            return preset_words.quality(plan.quality), ""
        return preset_words.reason(plan, self._memory_free, self._minutes), ""

    # Qt's own

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return len(self.plans)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return 5

    def data(self, index: QModelIndex, role: int = Role.DisplayRole) -> object:
        first, second = self.lines(index.row(), index.column())
        if role == Role.DisplayRole:
            return first
        if role == Role.ToolTipRole:
            return f"{first}, {second}" if second else first
        if role == Role.AccessibleTextRole:
            spoken = ", ".join(part for part in (first, second) if part)
            return f"{self.headerData(index.column(), Qt.Orientation.Horizontal)}: {spoken}"
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Role.DisplayRole:
            return (tr("Preset"), tr("Parameters"), tr("Time here"), tr("Expect"), tr("Why, or why not"))[section]
        if role == Role.TextAlignmentRole:
            return NUMBERS if section in (PARAMETERS, TIME) else WORDS
        return None


class PresetDelegate(QStyledItemDelegate):
    """Paints a cell: two lines where there are two, an icon before the reason, the chosen row on `accent_soft`."""

    def paint(self, painter: QPainter, option, index: QModelIndex) -> None:
        table: PresetTable = option.widget
        model = table.rows
        chosen = index.row() == table.currentIndex().row()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen:
            painter.fillRect(option.rect, theme.color("accent_soft"))
        if index.row():
            painter.setPen(theme.color("line"))
            painter.drawLine(option.rect.topLeft(), option.rect.topRight())
        if chosen and table.hasFocus():
            self._paint_focus(painter, option.rect, index.column())
        box = option.rect.adjusted(theme.px(8), theme.px(7), -theme.px(8), -theme.px(7))
        first, second = model.lines(index.row(), index.column())
        if index.column() == REASON:
            box = self._paint_icon(painter, box, model.plans[index.row()].reason, option.widget.devicePixelRatioF())
        strong = index.column() == NAME or (chosen and index.column() in (PARAMETERS, TIME))
        self._paint_lines(painter, box, index.column(), (first, second), strong, chosen)
        painter.restore()

    def _paint_lines(
        self, painter: QPainter, box: QRect, column: int, lines: tuple[str, str], strong: bool, chosen: bool
    ) -> None:
        side = NUMBERS if column in (PARAMETERS, TIME) else WORDS
        line = theme.px(20)
        upper = QRect(box.left(), box.center().y() - line, box.width(), line) if lines[1] else box
        painter.setFont(theme.role_font("strong" if strong else "body"))
        painter.setPen(theme.color("text"))
        painter.drawText(upper, side, _fitted(painter, lines[0], box.width()))
        if lines[1]:
            lower = upper.translated(0, line)
            painter.setFont(theme.role_font("caption"))
            painter.setPen(theme.color("text2" if chosen else "text3"))
            painter.drawText(lower, side, _fitted(painter, lines[1], box.width()))

    def _paint_icon(self, painter: QPainter, box: QRect, reason: str, ratio: float) -> QRect:
        name, token = preset_words.REASON_ICONS[reason]
        side = theme.px(16)
        painter.drawPixmap(box.left(), box.center().y() - side // 2, icons.pixmap(name, token, side, ratio))
        return box.adjusted(side + theme.px(6), 0, 0, 0)

    def _paint_focus(self, painter: QPainter, cell: QRect, column: int) -> None:
        """The row's frame, of which this cell has its part."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(theme.color("accent"), 2))
        frame = cell.adjusted(1 if column == NAME else -4, 1, -1 if column == REASON else 4, -1)
        painter.setClipRect(cell)
        painter.drawRect(frame)
        painter.setClipping(False)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def _fitted(painter: QPainter, words: str, width: int) -> str:
    return painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, width)


class PresetTable(QTableView):
    """The table; as high as its rows, for the page scrolls.

    Signals:
        preset_chosen: Another row was chosen by click or arrow key; carries the preset's id.
        use_asked: Enter, or a double click.
    """

    preset_chosen = Signal(str)
    use_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("hardware.plan")
        self.setAccessibleName(tr("Presets on this computer"))
        self._model = PresetModel()
        self._is_told = True  # whether choosing a row is told
        self.setModel(self._model)
        self.setItemDelegate(PresetDelegate(self))
        self.setProperty("frameless", "true")
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.set_role(header, "caption")
        self.doubleClicked.connect(lambda _index: self.use_asked.emit())
        self.selectionModel().currentRowChanged.connect(self._tell_row)
        theme.notifier().changed.connect(self._fit)

    def show_plans(self, plans: list[PresetPlan], memory_free: int | None, minutes: float) -> None:
        self._model.show_plans(plans, memory_free, minutes)
        self._fit()

    def choose(self, preset: str) -> None:
        """Show a preset's row as the chosen one, without telling."""
        row = next((place for place, plan in enumerate(self._model.plans) if plan.preset == preset), None)
        if row is not None and row != self.currentIndex().row():
            self._is_told = False
            self.setCurrentIndex(self._model.index(row, NAME))
            self._is_told = True

    @property
    def rows(self) -> PresetModel:
        return self._model

    @property
    def plans(self) -> list[PresetPlan]:
        return self._model.plans

    @property
    def chosen(self) -> PresetPlan | None:
        row = self.currentIndex().row()
        return self._model.plans[row] if 0 <= row < len(self._model.plans) else None

    def _tell_row(self, _current: QModelIndex, _before: QModelIndex) -> None:
        if not self._is_told:
            return
        self.viewport().update()
        if self.chosen:
            self.preset_chosen.emit(self.chosen.preset)

    def _fit(self) -> None:
        """Heights and widths for this zoom: fixed ones for the numbers, the rest shared by name and reason."""
        least, most = (theme.px(height) for height in ROW_HEIGHTS)
        header, rows = self.horizontalHeader(), max(1, len(self._model.plans))
        header.setFixedHeight(theme.px(38))
        self.setMinimumHeight(header.height() + least * rows + 2)
        height = min(most, max(least, (self.height() - header.height() - 2) // rows))
        self.verticalHeader().setMinimumSectionSize(height)
        self.verticalHeader().setDefaultSectionSize(height)
        numbers, time, expect = theme.px(102), theme.px(112), theme.px(84)
        # The first viewport() asked for costs 30 ms, in which Qt for Python makes ready all widgets that it might be.
        rest = max(0, self.maximumViewportSize().width() - numbers - time - expect)
        name = max(min(theme.px(122), rest // 2), round(rest * 0.34))
        widths = ((NAME, name), (PARAMETERS, numbers), (TIME, time), (EXPECT, expect), (REASON, rest - name))
        for column, width in widths:
            header.resizeSection(column, width)

    # Qt's own

    def keyPressEvent(self, event) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.use_asked.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        self._fit()

    def wheelEvent(self, event) -> None:
        event.ignore()  # the page scrolls
