"""The card of the loss chart: legend with present figures, smoothing, scale, and a menu to take the chart along."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, QStandardPaths, Signal
from PySide6.QtGui import QActionGroup, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QMenu, QSizePolicy, QStackedLayout

from gpt_studio.engine import files
from gpt_studio.engine.errors import StudioError
from gpt_studio.gui import messages, theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.open_run import Curve, OpenRun
from gpt_studio.gui.parts.train import chart_export
from gpt_studio.gui.parts.train.curves import OtherCurve
from gpt_studio.gui.parts.train.doctor_strip import DoctorStrip
from gpt_studio.gui.parts.train.figures_box import FiguresBox
from gpt_studio.gui.parts.train.legend import LegendEntry
from gpt_studio.gui.parts.train.loss_plot import LossPlot
from gpt_studio.gui.parts.train.small_chart import SmallChart
from gpt_studio.gui.status_words import losses
from gpt_studio.gui.widgets.basics import Card, icon_button


class LossCard(Card):
    """In a low window it takes in the small charts, and a switch says which one is shown.

    Signals:
        problem: A picture or table could not be written; carries the sentence.
        chart_changed: Another chart is shown in the low window.
        announced: Something worth a line happened, such as a file written.
    """

    problem = Signal(str)
    announced = Signal(str)
    chart_changed = Signal()

    def __init__(self) -> None:
        super().__init__(tr("Loss"))
        self._run: OpenRun | None = None
        self._compares = False
        self.plot = LossPlot()
        self.plot.setObjectName("train.loss_plot")
        self.doctor = DoctorStrip()
        self._training = LegendEntry("train", tr("training"))
        self._held_back = LegendEntry("val", tr("held back"))
        self._others = LegendEntry("other", tr("other runs"))
        self.smooth, self.log = QCheckBox(tr("smooth")), QCheckBox(tr("log scale"))
        self.unit = QComboBox(objectName="train.unit")
        self.more = icon_button("more", tr("Save or copy the chart"), "train.chart_menu")
        self.switch = QComboBox(objectName="train.chart")
        self._folded: list[SmallChart] = []
        self._lay_out()
        self.smooth.toggled.connect(self.plot.set_smooth)
        self.log.toggled.connect(self._show_scale)
        self.unit.currentIndexChanged.connect(self._show_scale)
        self.more.clicked.connect(lambda: self._open_menu(self.more.mapToGlobal(QPoint(0, self.more.height()))))
        self.plot.menu_asked.connect(self._open_menu)
        self.plot.table_asked.connect(self.show_table)

    def _lay_out(self) -> None:
        for box, name, words in (
            (self.smooth, "train.smooth", tr("The average of the last batches over the single ones")),
            (self.log, "train.log", tr("Loss on a logarithmic scale")),
        ):
            box.setObjectName(name)
            box.setAccessibleName(box.text())
            box.setToolTip(words)
            theme.set_role(box, "body")
        self.smooth.setChecked(True)
        self.unit.addItems([tr("nats"), tr("bits")])
        self.unit.setAccessibleName(tr("Unit of the loss"))
        self.unit.setToolTip(tr("Nats per token, or bits per character"))
        self._fit_unit()
        theme.notifier().changed.connect(self._fit_unit)
        self.switch.setAccessibleName(tr("Chart"))
        self.switch.hide()
        self.switch.currentIndexChanged.connect(self._show_chart)
        self.head.insertWidget(0, self.switch)
        place = 2
        for entry in (self._training, self._held_back, self._others):
            self.head.insertSpacing(place, theme.px(8))
            self.head.insertWidget(place + 1, entry)
            place += 2
        for widget in (self.smooth, self.log, self.unit, self.more):
            self.head.addWidget(widget)
            self.head.addSpacing(theme.px(6))
        self._others.hide()
        self._stack = QStackedLayout()
        self._stack.addWidget(self.plot)
        self.body.addWidget(self.doctor)
        self.body.addLayout(self._stack, 1)
        self.plot.setMinimumHeight(theme.px(150))
        self.setMinimumHeight(theme.px(220))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)

    # What is shown

    def show_run(self, run: OpenRun | None, max_steps: int = 1, vocab_size: int = 0) -> None:
        """Show a run; without one, the empty axes of the run that would come next."""
        self._run = run
        if run is None:
            self.plot.show_run(None, max_steps, vocab_size)
        else:
            self.plot.show_run(run.curve, run.max_steps, run.record.model.vocab_size)
        self.show_figures()

    def show_others(self, others: list[OtherCurve]) -> None:
        self._compares = bool(others)
        self.plot.show_others(others)
        self._fit_head()

    def show_figures(self) -> None:
        """Renew what people read; called once a second at most."""
        present = losses(self._run) if self._run else (None, None)
        for entry, loss in zip((self._training, self._held_back), present, strict=True):
            entry.set_figure(self.plot.scale_now.words(loss) if loss is not None else "")
        self.plot.setAccessibleDescription(self.plot.describe())

    def _show_scale(self, *_: object) -> None:
        self.plot.set_scale(bits=self.unit.currentIndex() == 1, log=self.log.isChecked())
        self.show_figures()

    # The low window

    def fold(self, charts: tuple[SmallChart, ...]) -> None:
        """Take in the small charts."""
        self._folded = list(charts)
        self.switch.blockSignals(True)
        self.switch.clear()
        self.switch.addItems([tr("Loss"), *(chart.caption for chart in charts)])
        self.switch.blockSignals(False)
        for chart in charts:
            self._stack.addWidget(chart)
        self._fit_head()

    def unfold(self) -> list[SmallChart]:
        """Give them back."""
        self._stack.setCurrentIndex(0)
        charts, self._folded = self._folded, []
        for chart in charts:
            self._stack.removeWidget(chart)
        self._fit_head()
        return charts

    @property
    def is_folded(self) -> bool:
        return bool(self._folded)

    def _show_chart(self, place: int) -> None:
        self._stack.setCurrentIndex(place)
        self._fit_head()
        self.chart_changed.emit()

    def _fit_head(self) -> None:
        """What has no room goes: the entry of other runs, then unit and boxes (into the menu), then words."""
        is_loss = self._stack.currentIndex() == 0
        self.title.setVisible(not self._folded)
        self.switch.setVisible(self.is_folded)
        self.more.setVisible(is_loss)
        entries, boxes = (self._training, self._held_back), (self.smooth, self.log)
        for level in range(5):
            self._others.setVisible(is_loss and self._compares and level < 1)
            self.unit.setVisible(is_loss and level < 2)
            for box in boxes:
                box.setVisible(is_loss and level < 3)
            for entry in entries:
                entry.setVisible(is_loss)
                entry.set_short(level == 4)
            if self._needed_width() <= self.width():
                return

    def _fit_unit(self) -> None:
        theme.set_role(self.unit, "button")
        words = max(self.unit.fontMetrics().horizontalAdvance(self.unit.itemText(place)) for place in (0, 1))
        self.unit.setFixedWidth(words + theme.px(44))

    def _needed_width(self) -> int:
        needed = 2 * theme.px(16)
        for place in range(self.head.count()):
            item = self.head.itemAt(place)
            if item and not (item.widget() and item.widget().isHidden()):  # Qt puts no spacing beside a spacer
                needed += item.sizeHint().width() + (self.head.spacing() if item.widget() else 0)
        return needed

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_head()

    # The menu

    def menu(self) -> QMenu:
        """What can be done with the chart."""
        menu = QMenu(self)
        measured = bool(len(self._curve.steps) or len(self._curve.check_steps))
        for words, then, needs_figures in (
            (tr("Copy as picture"), self.copy_picture, False),
            (tr("Save picture…"), self.save_picture, False),
            (tr("Save figures as CSV…"), self.save_figures, True),
            (tr("Show figures as a table (T)"), self.show_table, True),
        ):
            action = menu.addAction(words, then)
            action.setEnabled(measured or not needs_figures)
        menu.addSeparator()
        for box in (self.smooth, self.log):
            action = menu.addAction(box.text(), box.toggle)
            action.setCheckable(True)
            action.setChecked(box.isChecked())
        self._add_units(menu)
        self._add_references(menu)
        menu.addAction(tr("Show the whole curve"), self.plot.reset_view)
        return menu

    def _add_units(self, menu: QMenu) -> None:
        kinds = QActionGroup(menu)
        for place, words in enumerate((tr("nats per token"), tr("bits per character"))):
            action = menu.addAction(words, partial(self.unit.setCurrentIndex, place))
            action.setCheckable(True)
            action.setChecked(self.unit.currentIndex() == place)
            kinds.addAction(action)

    def _add_references(self, menu: QMenu) -> None:
        lines = self.plot.references
        inner = menu.addMenu(tr("Lines to compare with"))
        inner.setEnabled(bool(lines.known))
        inner.setToolTipsVisible(True)
        for each in lines.known:
            words = f"{each.words}\t{self.plot.scale_now.words(each.loss)}"
            action = inner.addAction(words)
            action.setToolTip(each.help)
            action.setCheckable(True)
            action.setChecked(each.key not in lines.off)
            action.toggled.connect(partial(self.plot.switch_reference, each.key))

    def show_table(self) -> None:
        """The figures of every check in a table of its own, for screen readers and for whoever likes figures."""
        columns, rows = self.plot.table()
        if rows:
            FiguresBox(self.window(), "train.loss_table", self._title, self.plot.describe(), columns, rows).open()

    def copy_picture(self) -> None:
        QGuiApplication.clipboard().setImage(chart_export.picture(self.plot, self._title))
        self.announced.emit(tr("The chart is copied; paste it where you like."))

    def save_picture(self) -> None:
        path = self._ask_where("png", tr("Picture (*.png);;Drawing (*.svg)"))
        if path:
            make = chart_export.svg if path.suffix.lower() == ".svg" else chart_export.png
            self._write(path, make(self.plot, self._title))

    def save_figures(self) -> None:
        path = self._ask_where("csv", tr("Table (*.csv)"))
        if path:
            self._write(path, chart_export.figures(self._curve).encode())

    @property
    def _curve(self) -> Curve:
        return self._run.curve if self._run else Curve()

    @property
    def _title(self) -> str:
        return f"{tr('Loss')}: {self._run.name}" if self._run else tr("Loss")

    def _open_menu(self, place: QPoint) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def _ask_where(self, ending: str, kinds: str) -> Path | None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        name = (self._run.path.name if self._run else "loss") + f"-loss.{ending}"
        chosen, _ = QFileDialog.getSaveFileName(self.window(), tr("Save the chart"), str(Path(folder) / name), kinds)
        if not chosen:
            return None
        path = Path(chosen)
        return path if path.suffix else path.with_suffix(f".{ending}")

    def _write(self, path: Path, data: bytes) -> None:
        try:
            files.write_file(path, data)
        except StudioError as error:
            self.problem.emit(messages.sentence(error.code, error.values))
        else:
            self.announced.emit(tr("Saved: {path}").format(path=path))
