"""A table whose cells are pictures: without frame, lines, or anything else of Qt's that is not content."""

from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QSizePolicy, QTableView, QWidget

NO_CORNER = "QTableCornerButton::section { background: transparent; border: none; }"  # the button that chooses all


def make_plain(table: QTableView) -> None:
    """Leave the cells and their names alone on the page; the current cell is framed by who paints it, not filled."""
    for header in (table.horizontalHeader(), table.verticalHeader()):
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setMinimumSectionSize(8)
        header.setSectionsClickable(False)
    table.setFrameShape(QFrame.Shape.NoFrame)
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.setCornerWidget(QWidget(table))
    table.setStyleSheet(NO_CORNER)
    table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
