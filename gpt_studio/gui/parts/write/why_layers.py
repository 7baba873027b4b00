"""The layers page of "Why this character?": what the model would have said after each layer (the lens)."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
)

from gpt_studio.engine.inside.seen import WhySeen
from gpt_studio.gui import messages, theme

CHANCE = Qt.ItemDataRole.UserRole
NAME, GUESS, GUESS_BAR, OWN = range(4)


class _Bar(QStyledItemDelegate):
    """A chance as a bar, and its number beside it."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        chance = float(index.data(CHANCE) or 0.0)
        room = QRectF(option.rect)  # type: ignore[attr-defined]
        left = room.left() + theme.px(58)
        wide = max(0.0, (room.right() - theme.px(10) - left) * chance)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent"))
        painter.drawRoundedRect(QRectF(left, room.center().y() - theme.px(5), max(1.0, wide), theme.px(10)), 2, 2)


class LayersPage(QTableWidget):
    """One row per stage: its best guess with its chance, and the chance that it gives to the written token."""

    def __init__(self, name: str) -> None:
        super().__init__(0, 4)
        self.setObjectName(name)
        self.setAccessibleName(self.tr("What each layer would have said here"))
        self.setProperty("frameless", "true")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self._bars = _Bar(self)
        self.setItemDelegateForColumn(GUESS_BAR, self._bars)
        self.setItemDelegateForColumn(OWN, self._bars)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        for column in (GUESS_BAR, OWN):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        for column in (NAME, GUESS):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        theme.set_role(self, "caption")
        theme.set_role(header, "caption")

    def show_seen(self, seen: WhySeen, token: str) -> None:
        """Show the stages, the model's own last."""
        shown = messages.visible(token)
        self.setHorizontalHeaderLabels(
            [self.tr("After"), self.tr("it would say"), self.tr("with the chance"), self.tr("{t} had").format(t=shown)]
        )
        last = len(seen.guesses) - 1
        self.setRowCount(len(seen.guesses))
        for stage, guesses in enumerate(seen.guesses):
            own, rank = float(seen.own_chance[stage]), int(seen.own_rank[stage])
            best = float(seen.chances[stage, 0])
            self._fill(stage, NAME, self._name_of(stage, last))
            self._fill(stage, GUESS, messages.visible(guesses[0]))
            self._fill(stage, GUESS_BAR, messages.share(best), best)
            told = self.tr("{chance}, place {rank}").format(chance=messages.share(own), rank=messages.count(rank))
            self._fill(stage, OWN, messages.share(own), own, told)
        self.resizeRowsToContents()

    def _name_of(self, stage: int, last: int) -> str:
        if stage == 0:
            return self.tr("the token alone")
        if stage == last:
            return self.tr("layer {n} = the model").format(n=stage)
        return self.tr("layer {n}").format(n=stage)

    def _fill(self, row: int, column: int, words: str, chance: float = 0.0, told: str = "") -> None:
        item = QTableWidgetItem(words)
        item.setData(CHANCE, chance)
        item.setToolTip(told)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, told or words)
        if column == GUESS:
            item.setFont(theme.mono(15))
        self.setItem(row, column, item)
