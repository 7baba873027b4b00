"""What each layer would have said next, at every position: stages downwards, the text across."""

import math
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gpt_studio.engine.inside.seen import LayersSeen
from gpt_studio.gui import messages, theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.look.attention_words import shown
from gpt_studio.gui.widgets.contrast import ink_on
from gpt_studio.gui.widgets.picture_table import make_plain
from gpt_studio.gui.widgets.tints import tint_color, tint_level

_ROW, _ROOMY, _COLUMN, _NAMES, _TOP = 30, 46, 30, 84, 30
Place = QModelIndex


def stage_name(stage: int, layers: int) -> str:
    """“Input”, “Layer 1”, …"""
    return tr("Input") if stage == 0 else tr("Layer {n}").format(n=stage)


class _Stages(QAbstractTableModel):
    """A row per stage, a column per position; the last row is what really followed."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.seen: LayersSeen | None = None

    def show(self, seen: LayersSeen | None) -> None:
        self.beginResetModel()
        self.seen = seen
        self.endResetModel()

    @property
    def stages(self) -> int:
        return len(self.seen.stream) if self.seen else 0

    def rowCount(self, parent: Place | None = None) -> int:
        return 0 if self.seen is None or (parent is not None and parent.isValid()) else self.stages + 1

    def columnCount(self, parent: Place | None = None) -> int:
        return 0 if self.seen is None or (parent is not None and parent.isValid()) else len(self.seen.tokens)

    def followed(self, place: int) -> str | None:
        """The token that really follows."""
        assert self.seen is not None
        return self.seen.tokens[place + 1] if place + 1 < len(self.seen.tokens) else None

    def said(self, stage: int, place: int) -> str:
        """What a stage would have said."""
        assert self.seen is not None
        return self.seen.vocabulary[int(self.seen.candidates[stage, place, 0])]

    def sentence(self, stage: int, place: int) -> str:
        assert self.seen is not None
        if stage == self.stages:
            return self.tr("Followed by {token}").format(token=shown(self.followed(place) or "…"))
        words = self.tr("{stage}, after {token}, position {i}: {said}, {share}")
        told = words.format(
            stage=stage_name(stage, self.stages - 1),
            token=shown(self.seen.tokens[place]),
            i=place + 1,
            said=shown(self.said(stage, place)),
            share=messages.share(float(self.seen.chances[stage, place, 0])),
        )
        truth = float(self.seen.truth[stage, place])
        if math.isnan(truth):
            return told
        words = self.tr("{told}; what followed had {share}")
        return words.format(told=told, share=messages.share(truth))

    def data(self, index: Place, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return self.sentence(index.row(), index.column())
        return None

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self.seen is None or role != Qt.ItemDataRole.DisplayRole:
            return None
        if way is Qt.Orientation.Horizontal:
            return shown(self.seen.tokens[section]) if section < len(self.seen.tokens) else ""
        return self.tr("followed") if section == self.stages else stage_name(section, self.stages - 1)


class _Cell(QStyledItemDelegate):
    """One character on its tint."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Place) -> None:
        table = self.parent()
        assert isinstance(table, LensTable)
        stages, stage, place = table.stages, index.row(), index.column()
        assert stages.seen is not None
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        cell = QRectF(option.rect).adjusted(1.5, 1.5, -1.5, -1.5)
        followed = stages.followed(place)
        if stage == stages.stages:
            words, fill, bold = followed or "", None, False
        else:
            words = stages.said(stage, place)
            truth = float(stages.seen.truth[stage, place])
            fill = None if math.isnan(truth) else tint_color(tint_level(-math.log(max(truth, 1e-9))))
            bold = words == followed
        painter.setBrush(fill or theme.color("inset"))
        painter.setPen(QPen(theme.color("good"), 2) if bold else Qt.PenStyle.NoPen)
        if stage < stages.stages:
            painter.drawRoundedRect(cell, 4, 4)
        painter.setFont(theme.mono(15, QFont.Weight.Bold if bold else QFont.Weight.Normal))
        faint = shown(words) != words or stage == stages.stages
        painter.setPen(ink_on(fill) if fill else theme.color("text3" if faint else "text"))
        painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, shown(words))
        if index == table.currentIndex():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("accent"), 3 if table.hasFocus() else 2))
            painter.drawRoundedRect(cell, 4, 4)
        painter.restore()


class _Header(QHeaderView):
    """Tokens above, stages on the left, in plain letters; the chosen position in the accent colour."""

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        across = self.orientation() is Qt.Orientation.Horizontal
        words = str(self.model().headerData(section, self.orientation()) or "")
        current = self.parent().currentIndex()
        chosen = current.isValid() and (current.column() if across else current.row()) == section
        painter.save()
        painter.setFont(theme.mono(15, QFont.Weight.Bold) if across else theme.role_font("caption"))
        painter.setPen(theme.color("accent" if chosen else "text" if across else "text2"))
        where = Qt.AlignmentFlag.AlignHCenter if across else Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRectF(rect), where | Qt.AlignmentFlag.AlignVCenter, words)
        painter.restore()


class LensTable(QTableView):
    """Arrow keys or a click choose a position and a stage.

    Signals:
        chosen: The student took a position; carries it.
    """

    chosen = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("frameless", "true")
        self.setAccessibleName(self.tr("What each layer would have said next"))
        self.stages = _Stages(self)
        self.setModel(self.stages)
        self.setItemDelegate(_Cell(self))
        self.setHorizontalHeader(_Header(Qt.Orientation.Horizontal, self))
        self.setVerticalHeader(_Header(Qt.Orientation.Vertical, self))
        make_plain(self)
        self._quiet = False
        self.selectionModel().currentChanged.connect(self._tell)
        theme.notifier().changed.connect(self._fit)
        self._fit()

    def show_seen(self, seen: LayersSeen | None, place: int = 0) -> None:
        """Show what passed through the layers; None clears."""
        stage = self.currentIndex().row() if self.currentIndex().isValid() else -1
        self._quiet = True
        self.stages.show(seen)
        self._fit()
        if seen is not None:
            stage = stage if 0 <= stage < self.stages.stages else self.stages.stages - 1
            self.setCurrentIndex(self.stages.index(stage, place))
        self._quiet = False

    def go_to(self, place: int) -> None:
        """Choose a position without telling."""
        self._quiet = True
        self.setCurrentIndex(self.stages.index(max(0, self.currentIndex().row()), place))
        self._quiet = False

    def _tell(self, now: Place, before: Place) -> None:
        self.viewport().update()
        self.horizontalHeader().viewport().update()
        self.verticalHeader().viewport().update()
        if not self._quiet and now.isValid():
            self.chosen.emit(now.column())

    def _fit(self) -> None:
        tokens = self.stages.seen.tokens if self.stages.seen else ()
        metrics = QFontMetrics(theme.mono(15))
        widest = max((metrics.horizontalAdvance(shown(token)) for token in tokens), default=0)
        self.horizontalHeader().setDefaultSectionSize(max(theme.px(_COLUMN), widest + theme.px(8)))
        room = (self.height() - theme.px(_TOP) - theme.px(14)) // max(1, self.stages.stages + 1)
        self.verticalHeader().setDefaultSectionSize(max(theme.px(_ROW), min(theme.px(_ROOMY), room)))
        self.verticalHeader().setFixedWidth(theme.px(_NAMES))
        self.horizontalHeader().setFixedHeight(theme.px(_TOP))
        self.setMinimumHeight(theme.px(_TOP + 4 * _ROW + 14))
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        self.scrollTo(self.currentIndex())

    def sizeHint(self) -> QSize:
        return QSize(theme.px(500), theme.px(_TOP + _ROW * (self.stages.stages + 1) + 16))
