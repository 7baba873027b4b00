import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QSlider

from gpt_studio.engine import budget
from gpt_studio.engine.config import PRESETS
from gpt_studio.engine.events import Ending, Probed, Ready
from gpt_studio.engine.hardware import Gpu, Hardware
from gpt_studio.engine.machine import measured
from gpt_studio.engine.machine.load import Load
from gpt_studio.engine.requests import CorpusText
from gpt_studio.engine.tokenizer import Tokenizer
from gpt_studio.gui.parts.hardware.computer_cards import ComputerCards
from gpt_studio.gui.parts.hardware.fact_card import SpeedBars
from gpt_studio.gui.parts.hardware.load_watch import LoadWatch
from gpt_studio.gui.parts.hardware.preset_table import PresetTable
from gpt_studio.gui.state import Phase, StudioState, Visit
from gpt_studio.gui.tabs.hardware_tab import HardwareTab

GB = 2**30
LAPTOP = Hardware("AMD Ryzen 5 5500U", 6, 12, 16 * GB, 10 * GB, (), "Debian", 80 * GB)
SHORT = CorpusText(id="mine", title="Mine", text="abcdefgh " * 400)
GPU = Gpu("NVIDIA GeForce RTX 3060", 12 * GB, 11 * GB)


def probed(preset: str, gflop_per_s: float, precision: str = "fp32") -> Probed:
    model, batch = PRESETS[preset].model, PRESETS[preset].train.batch_size
    step_s = budget.flops_per_step(model, batch) / (gflop_per_s * 1e9)
    return Probed(preset, step_s, batch * model.block_size / step_s, gflop_per_s * 1e9, 5, precision)


@pytest.fixture
def state(qapp):
    made = StudioState()
    made.set_ready(Ready("cpu", "Processor", 6))
    return made


@pytest.fixture
def tab(qtbot, state):
    made = HardwareTab(state, LAPTOP)
    qtbot.addWidget(made)
    made.resize(1136, 760)
    made.show()
    return made


def measure(tab: HardwareTab, state: StudioState) -> None:
    state.set_visit(Visit.MEASURING)
    tab.receive([probed("bigram", 1), probed("tiny", 40)])
    tab.receive([probed("small", 77)])
    tab.receive([probed("small", 12, "bf16")])
    state.set_visit(Visit.NONE)
    tab.visit_ended(Ending("done"))


def cards(tab):
    return tab.findChild(ComputerCards).cards


def summary(tab):
    return tab.findChild(QLabel, "hardware.summary").text()


def test_the_computer_is_described_before_anything_is_measured(tab):
    processor, memory, graphics, speed = cards(tab)
    assert processor.figure == "6 cores, 12 threads" and "Ryzen" in processor.words
    assert memory.figure == "10 GB free" and "16 GB" in memory.words and "80 GB" in memory.words
    assert graphics.figure == "No GPU: that is fine"
    assert speed.figure == "Not measured yet"


def test_a_measurement_proposes_a_model_for_the_lesson_and_ticks_the_step(tab, state):
    measure(tab, state)
    assert state.recommended == "small" and len(state.probes) == 4
    assert "hardware" in state.ticks
    assert cards(tab)[3].figure == "77 GFLOP/s"
    assert "follows the clock" in summary(tab)
    assert tab.findChild(QPushButton, "hardware.use").isEnabled()


def test_both_precisions_are_told_and_the_slower_one_is_not_used(tab, state):
    measure(tab, state)
    assert tab.findChild(SpeedBars).accessibleName() == "fp32: 77 GFLOP/s, bf16: 12 GFLOP/s, slower: not used"


def test_what_was_measured_is_kept_for_the_next_start(qtbot, tab, state):
    measure(tab, state)
    qtbot.waitUntil(lambda: measured.read(LAPTOP) is not None)
    assert measured.read(LAPTOP).probes == state.probes
    later = StudioState()
    next_tab = HardwareTab(later)
    qtbot.addWidget(next_tab)
    next_tab._take((LAPTOP, measured.read(LAPTOP)))
    assert later.probes == state.probes and "hardware" in later.ticks
    assert next_tab.findChild(QPushButton, "hardware.measure").text() == "Measure again"


def test_the_dial_has_five_stops_and_a_longer_lesson_is_given_more(qtbot, tab, state):
    measure(tab, state)
    slider = tab.findChild(QSlider, "hardware.minutes")
    assert slider.accessibleDescription() == "10 minutes"
    losses = []
    for place in range(slider.maximum() + 1):
        slider.setValue(place)
        with qtbot.waitSignal(tab.plan_asked) as asked:
            tab.findChild(QPushButton, "hardware.use").click()
        losses.append(asked.args[0].loss)
        assert asked.args[0].minutes == (2, 5, 10, 30, 60)[place]
    assert len(losses) == 5 and losses == sorted(losses, reverse=True)
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Left)
    assert slider.accessibleDescription() == "30 minutes"


def test_after_a_look_at_a_preset_the_proposal_can_be_had_back(qtbot, tab, state):
    measure(tab, state)
    table, back = tab.findChild(PresetTable), tab.findChild(QPushButton, "hardware.back")
    assert not back.isVisible()
    table.selectRow(1)
    assert "Tiny takes" in summary(tab) and back.isVisible()
    back.click()
    assert "follows the clock" in summary(tab)
    table.selectRow(1)
    tab.findChild(QSlider, "hardware.minutes").setValue(0)
    assert "Tiny takes" not in summary(tab)


def test_a_text_that_is_chosen_counts_for_the_plan(tab, state):
    measure(tab, state)
    tab.findChild(QSlider, "hardware.minutes").setValue(4)
    state.choose_corpus(SHORT, Tokenizer.characters(SHORT.text))
    assert "learnt by heart" in summary(tab)


def test_a_text_that_changes_while_another_page_is_shown_counts_when_this_one_is(tab, state):
    measure(tab, state)
    tab.findChild(QSlider, "hardware.minutes").setValue(4)
    tab.hide()
    state.choose_corpus(SHORT, Tokenizer.characters(SHORT.text))
    assert "learnt by heart" not in summary(tab)
    tab.show()
    assert "learnt by heart" in summary(tab)


def test_the_load_is_told_while_a_model_trains_and_somebody_looks(qtbot, tab, state):
    watch = tab.findChild(LoadWatch)
    assert not watch.is_on
    with qtbot.waitSignal(watch.told) as told:  # of this very computer
        state.set_phase(Phase.TRAINING)
    assert 0 < told.args[0].memory < 1
    watch.told.emit(Load(processor=0.97, memory=0.5, memory_free=8 * GB, gpu=None, gpu_memory=None))
    assert "97 % busy" in [label.text() for label in cards(tab)[0].findChildren(QLabel)]
    assert cards(tab)[1].figure == "8.0 GB free"
    tab.hide()
    assert not watch.is_on
    tab.show()
    assert watch.is_on
    state.set_phase(Phase.IDLE)
    assert not watch.is_on
    assert "97 % busy" not in [label.text() for label in cards(tab)[0].findChildren(QLabel)]


def test_a_gpu_that_cannot_compute_is_told_of(qtbot, tab, state):
    state.set_ready(Ready("cpu", "Processor", 6, passed_over="no kernel image is available"))
    words = tab.findChild(object, "hardware.driver").words
    assert "no kernel image is available" in words and "processor trains" in words


def test_measured_and_predicted_times_differ_in_words(tab, state):
    measure(tab, state)
    table = tab.findChild(PresetTable, "hardware.plan")
    spoken = [table.model().data(table.model().index(row, 2), Qt.ItemDataRole.AccessibleTextRole) for row in range(7)]
    assert spoken[2].endswith("measured") and spoken[3].endswith("predicted")


def test_while_it_measures_the_card_says_so_and_the_button_stops_it(qtbot, tab, state):
    state.set_visit(Visit.MEASURING)
    assert cards(tab)[3].figure.startswith("Measuring")
    button = tab.findChild(QPushButton, "hardware.measure")
    assert button.text() == "Stop measuring"
    with qtbot.waitSignal(tab.stop_asked):
        button.click()
    state.set_visit(Visit.NONE)
    with qtbot.waitSignal(tab.measure_asked):
        button.click()


def test_a_disabled_measure_button_says_why(tab, state):
    state.set_phase(Phase.TRAINING)
    button = tab.findChild(QPushButton, "hardware.measure")
    assert not button.isEnabled() and "while a model trains" in button.toolTip()


def test_a_probe_that_failed_says_what_happened_where_it_happened(tab):
    tab.visit_ended(Ending("failed", "device.memory", {}))
    words = tab.findChild(object, "hardware.problem").words
    assert "memory" in words


def test_a_probe_that_was_stopped_too_early_claims_nothing(tab, state):
    tab.receive([probed("bigram", 1)])
    tab.visit_ended(Ending("stopped"))
    assert not state.probes and "hardware" not in state.ticks


def test_measure_and_use_are_wishes(qtbot, tab, state):
    with qtbot.waitSignal(tab.measure_asked):
        tab.findChild(QPushButton, "hardware.measure").click()
    tab.findChild(PresetTable).selectRow(2)
    with qtbot.waitSignal(tab.use_asked) as asked:
        tab.findChild(QPushButton, "hardware.use").click()
    assert asked.args == ["small"]


def test_an_arrow_key_in_the_table_shows_another_preset_and_enter_takes_it(qtbot, tab, state):
    measure(tab, state)
    table = tab.findChild(PresetTable)
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Up)
    assert "Tiny" in summary(tab)
    with qtbot.waitSignal(tab.use_asked) as asked:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert asked.args == ["tiny"]


def test_a_gpu_that_is_used_and_one_that_is_not_are_told_apart(qtbot, state):
    tab = HardwareTab(state, Hardware("AMD", 6, 12, 16 * GB, 10 * GB, (GPU,), "Debian", GB))
    qtbot.addWidget(tab)
    assert "cannot use it" in cards(tab)[2].words
    state.set_ready(Ready("cuda", "RTX 3060", 6))
    assert "Training runs here" in cards(tab)[2].words


def test_a_computer_that_tells_nothing_of_itself_is_no_fault(qtbot, state):
    tab = HardwareTab(state, Hardware("", 1, 1, 0, 0, (), "", 0))
    qtbot.addWidget(tab)
    measure(tab, state)
    assert cards(tab)[0].figure == "1 core, 1 thread"
    assert cards(tab)[1].figure == "Not known"


def test_without_hardware_at_hand_the_tab_asks_in_the_background(qtbot, state):
    tab = HardwareTab(state)
    qtbot.addWidget(tab)
    assert cards(tab)[0].figure == "Looking …"
    tab.look()
    qtbot.waitUntil(lambda: "core" in cards(tab)[0].figure)


@pytest.mark.parametrize("size", [(1136, 760), (1024, 610), (880, 640)])
def test_nothing_is_wider_than_the_page(qtbot, tab, state, size):
    measure(tab, state)
    tab.resize(*size)
    qtbot.wait(1)
    assert tab.scroll.widget().width() <= tab.scroll.viewport().width()
    assert tab.findChild(QPushButton, "hardware.use").isVisible()
