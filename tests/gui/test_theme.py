"""Colours that can be read, lengths that follow the zoom, icons that follow the colours."""

import re

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QSlider,
    QSpinBox,
    QWidget,
)

from gpt_studio import paths
from gpt_studio.gui import icons, stylesheet, theme
from gpt_studio.gui.tokens import CONTRAST, DARK, LIGHT, Theme
from gpt_studio.gui.widgets.basics import Card, MessageBar, Page, PageHeader, Paragraph, button, paragraph, text

THEMES = pytest.mark.parametrize("chosen", [LIGHT, DARK, CONTRAST], ids=lambda each: each.name)


def luminance(color: str) -> float:
    """Relative luminance by WCAG 2.2."""
    channels = [value / 255 for value in QColor(color).getRgb()[:3]]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@THEMES
def test_text_can_be_read_on_every_background_that_it_stands_on(chosen: Theme):
    wanted = 7.0 if chosen is CONTRAST else 4.5
    for token in ("text", "text2", "text3", "accent", "train", "val", "good", "warn", "bad"):
        for ground in ("surface", "window", "chrome", "inset"):
            if token == "text3" and ground == "chrome":
                continue  # nothing so faint stands there
            assert contrast(chosen.colors[token], chosen.colors[ground]) >= wanted, (token, ground)
    for tone in ("accent", "val", "good", "warn", "bad"):
        assert contrast(chosen.colors[tone], chosen.colors[f"{tone}_soft"]) >= 4.5, tone
        assert contrast(chosen.text, chosen.colors[f"{tone}_soft"]) >= 7, tone
    assert contrast(chosen.on_accent, chosen.accent) >= 4.5
    assert contrast(chosen.on_accent, chosen.accent_hover) >= 4.5
    assert contrast(chosen.text2, chosen.sel) >= 4.5


@THEMES
def test_edges_of_what_can_be_operated_are_visible(chosen: Theme):
    for ground in (chosen.surface, chosen.window):
        assert contrast(chosen.edge, ground) >= 3
    assert contrast(chosen.other, chosen.surface) >= 3


@THEMES
def test_colour_maps_get_lighter_or_darker_one_way_only(chosen: Theme):
    for name, stops in chosen.maps.items():
        steps = np.diff([luminance(stop) for stop in stops])
        assert (steps < 0).all() or (steps > 0).all(), name
        assert contrast(stops[-1], stops[0]) > 2
    for stop in chosen.maps["surprise_text"]:
        assert contrast(chosen.text, stop) >= 5


@THEMES
def test_token_chips_carry_text(chosen: Theme):
    assert all(contrast(chosen.text, chip) >= 7 for chip in chosen.chips)


def test_a_lookup_runs_from_the_first_stop_to_the_last():
    for name in ("attention", "surprise", "surprise_text"):
        table = theme.lookup(name)
        assert table.shape == (256, 4) and table.dtype == np.uint8
        assert tuple(table[0]) == QColor(LIGHT.maps[name][0]).getRgb()
        assert tuple(table[255]) == QColor(LIGHT.maps[name][-1]).getRgb()
        assert (table[:, 3] == 255).all()


def test_every_choice_gives_its_palette_and_tells_of_it(qapp: QApplication, qtbot):
    for choice, expected in (("dark", DARK), ("contrast", CONTRAST), ("light", LIGHT), ("projector", LIGHT)):
        with qtbot.waitSignal(theme.notifier().changed):
            theme.use(choice)
        assert theme.current() is expected and theme.choice() == choice
        assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(expected.window)
        assert qapp.palette().color(QPalette.ColorRole.Base) == QColor(expected.surface)
        disabled = qapp.palette().color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
        assert disabled == QColor(expected.off)


def test_the_system_choice_follows_the_system(qapp: QApplication):
    theme.use("system")
    assert theme.current() is (DARK if theme.system_is_dark() else LIGHT)


def test_an_unknown_choice_is_taken_as_the_systems():
    theme.use("mauve")
    assert theme.choice() == "system"


def test_the_projector_is_large_and_leaving_it_restores_the_zoom():
    theme.set_zoom(110)
    theme.use("projector")
    assert theme.zoom() == 150
    theme.use("dark")
    assert theme.zoom() == 110


def test_zoom_goes_in_tens_between_its_ends():
    for asked, given in ((10, 80), (84, 80), (86, 90), (250, 250), (400, 250)):
        theme.set_zoom(asked)
        assert theme.zoom() == given


def test_zoom_reaches_fonts_lengths_and_the_style_sheet(qtbot, qapp: QApplication):
    words, press = text("Loss", "title"), button("Start", icon="play")
    box = QWidget()
    for widget in (words, press, box):
        qtbot.addWidget(widget)
    before = press.sizeHint()
    theme.set_zoom(200)
    assert words.font().pixelSize() == 44
    assert press.font().pixelSize() == 28
    assert press.iconSize().height() == 32
    assert press.sizeHint().height() > 1.8 * before.height()
    assert theme.px(34) == 68
    assert theme.px(0) == 0
    assert qapp.font().pixelSize() == 28
    theme.set_zoom(100)
    assert press.sizeHint() == before


def test_figures_are_all_equally_wide(qapp: QApplication):
    metrics = QFontMetrics(theme.ui(14))
    assert len({metrics.horizontalAdvance(digit * 10) for digit in "0123456789"}) == 1


@THEMES
@pytest.mark.parametrize("zoom", [80, 100, 130, 250])
def test_the_style_sheet_is_filled_to_the_last_token(chosen: Theme, zoom: int):
    filled = stylesheet.build(chosen, lambda length: max(1, round(length * zoom / 100)))
    assert "@" not in filled
    assert "font" not in filled, "fonts in the style sheet would not follow the zoom"
    assert filled.count("{") == filled.count("}")
    for image in re.findall(r'url\("(.+?)"\)', filled):
        assert (paths.resources() / image).is_file() or image.startswith("/"), image


@THEMES
def test_the_marks_in_check_boxes_have_the_themes_colours(chosen: Theme):
    folder = paths.resources() / "icons" / "controls" / chosen.name
    assert chosen.on_accent in (folder / "check.svg").read_text()
    assert chosen.text2 in (folder / "up.svg").read_text()


def test_labels_and_icons_take_the_colour_of_the_new_theme(qtbot):
    words, press = text("Loss", "body", "val"), button("Stop", icon="stop")
    for widget in (words, press):
        qtbot.addWidget(widget)
        widget.show()

    def colors_of(widget: QWidget) -> set[str]:
        image = widget.grab().toImage()
        places = ((x, y) for x in range(image.width()) for y in range(image.height()))
        return {image.pixelColor(x, y).name().upper() for x, y in places}

    assert LIGHT.val in colors_of(words)
    theme.use("dark")
    assert DARK.val in colors_of(words)
    assert press.icon().pixmap(16).toImage().pixelColor(8, 8) == QColor(DARK.text)


def test_every_icon_can_be_drawn(qapp: QApplication):
    names = [path.stem for path in (paths.resources() / "icons").glob("*.svg")]
    assert len(names) >= 38
    for name in names:
        drawn = icons.pixmap(name, "text", 24, 2.0)
        assert drawn.width() == 48 and drawn.devicePixelRatio() == 2
        image = drawn.toImage()
        inked = sum(image.pixelColor(x, y).alpha() > 0 for x in range(48) for y in range(48))
        assert 20 < inked < 1500, name


def test_a_paragraph_gives_back_the_words_that_it_was_given(qtbot):
    label = paragraph("Leave a part out; see what <b>breaks</b>.", markup=True)
    qtbot.addWidget(label)
    assert label.text() == "Leave a part out; see what <b>breaks</b>."
    assert "<b>breaks</b>" in QLabel.text(label)
    assert isinstance(label, Paragraph)
    label.clear()
    assert label.text() == ""


def test_words_from_files_show_as_they_are_whatever_they_hold(qtbot):
    name = "<b>bold</b> & <img src=x>.txt"
    label, line, bar = paragraph(name), text(name), MessageBar()
    for each in (label, line, bar):
        qtbot.addWidget(each)
    bar.tell("bad", name)
    assert label.text() == line.text() == bar.words == name
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; &lt;img" in QLabel.text(label)
    shown = [each for each in bar.findChildren(QLabel) if each.text() == name]
    assert [each.textFormat() for each in (line, *shown)] == [Qt.TextFormat.PlainText] * 2


@pytest.mark.parametrize("zoom", [80, 100, 150, 200, 250])
def test_fields_that_stand_in_one_row_are_equally_high(qtbot, zoom: int):
    theme.set_zoom(zoom)
    heights = []
    for made in (QLineEdit(), QSpinBox(), QDoubleSpinBox(), QComboBox()):
        qtbot.addWidget(made)
        theme.set_role(made, "body")
        made.ensurePolished()
        heights.append(made.sizeHint().height())
    assert max(heights) - min(heights) <= 1


@pytest.mark.parametrize("zoom", theme.ZOOMS)
def test_the_handle_of_a_slider_is_round_at_every_zoom(qtbot, zoom: int):
    theme.set_zoom(zoom)
    slider = QSlider(Qt.Orientation.Horizontal)
    qtbot.addWidget(slider)
    slider.resize(200, 2 * theme.px(30))
    slider.show()
    image, accent = slider.grab().toImage(), theme.color("accent")
    far = [y for y in range(image.height()) if abs(y - image.height() / 2) > theme.px(5)]
    inked = [(x, y) for x in range(image.width()) for y in far if image.pixelColor(x, y) == accent]
    assert inked
    assert (min(x for x, _ in inked), min(y for _, y in inked)) not in inked, "a corner"


def test_a_chosen_card_leaves_its_words_where_they_are(qtbot):
    card, words = Card("Focused"), text("here")
    card.body.addWidget(words)
    qtbot.addWidget(card)
    card.show()
    before = words.mapTo(card, QPoint(0, 0))
    card.set_chosen(True)
    QApplication.processEvents()
    assert words.mapTo(card, QPoint(0, 0)) == before


def test_a_header_asks_for_no_more_height_than_its_words_need(qtbot):
    header = PageHeader(
        "A title of several words that could be wrapped", "And a line below it, longer than the title is"
    )
    qtbot.addWidget(header)
    header.resize(900, 60)
    header.show()
    assert header.minimumSizeHint().height() == header.heightForWidth(900) < 70
    header.resize(200, 300)
    QApplication.processEvents()
    assert header.minimumSizeHint().height() == header.heightForWidth(200) > 100


def test_a_page_that_cannot_get_narrower_can_be_reached_to_its_right_edge(qtbot):
    page, wide = Page("model"), QLabel()
    wide.setMinimumWidth(900)
    page.content.addWidget(wide)
    qtbot.addWidget(page)
    page.resize(600, 400)
    page.show()
    QApplication.processEvents()
    assert page.scroll.horizontalScrollBar().maximum() >= 300
    page.resize(1000, 400)
    QApplication.processEvents()
    assert page.scroll.horizontalScrollBar().maximum() == 0


def test_a_spin_box_keeps_its_number_off_the_edge(qtbot):
    page, box = Page("train"), QSpinBox()
    qtbot.addWidget(page)
    page.content.addWidget(box)
    page.show()
    assert box.lineEdit().textMargins().left() >= 6


def test_the_number_in_a_spin_box_grows_with_the_zoom(qtbot):
    box = QSpinBox()
    qtbot.addWidget(box)
    theme.set_role(box, "body")
    box.show()
    theme.set_zoom(150)
    assert box.lineEdit().font().pixelSize() == box.font().pixelSize() == 21


def test_a_disabled_button_is_grey_and_has_its_tooltip(qtbot):
    press = button("Start", "primary", "play", "train.start")
    qtbot.addWidget(press)
    press.setEnabled(False)
    press.setToolTip("Create a model first.")
    assert isinstance(press, QPushButton) and press.objectName() == "train.start"
    assert press.accessibleName() == "Start"
    assert press.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_a_card_speaks_its_title(qtbot):
    card = Card("Loss", "train.card")
    qtbot.addWidget(card)
    assert card.accessibleName() == "Loss"
    card.set_title("Other")
    assert card.accessibleName() == "Other" and card.title.text() == "Other"
