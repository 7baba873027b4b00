"""The timelapse to take along: as a film, and as a text."""

import pytest
from PIL import Image
from PySide6.QtWidgets import QWidget

from gpt_studio.engine import film
from gpt_studio.engine.events import Sample
from gpt_studio.gui.parts.train.sample_film import HIGH, WIDE, Look, SampleFilm, as_text, frames

SAMPLES = [Sample(step=step, text=text) for step, text in ((0, "xq;"), (100, "thee\nand"), (1500, "Жизнь 生活 &"))]


@pytest.fixture
def saver(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    made = SampleFilm(parent)
    yield made
    made.background.shut_down()


@pytest.mark.parametrize("ending", film.formats())
def test_the_film_has_a_frame_per_sample_and_the_last_one_stays_longest(qtbot, saver, tmp_path, ending):
    path = tmp_path / f"film{ending}"
    with qtbot.waitSignal(saver.told) as told:
        saver.save(path, "verse", SAMPLES)
    assert told.args[0] == "good"
    with Image.open(path) as read:
        assert (read.n_frames, read.size, read.info["loop"]) == (3, (WIDE, HIGH), 0)
        times = []
        for place in range(3):
            read.seek(place)
            read.load()
            times.append(read.info["duration"])
    assert times == [1200, 1200, 3000]


def test_every_frame_shows_its_own_words(qapp):
    painted = [frame.rgb for frame in frames("verse", SAMPLES, Look.of_the_window())]
    assert len({*painted}) == 3


def test_as_a_text_each_sample_stands_under_its_step(qtbot, saver, tmp_path):
    with qtbot.waitSignal(saver.told):
        saver.save(tmp_path / "film.txt", "verse", SAMPLES)
    read = (tmp_path / "film.txt").read_text("utf-8")
    assert read == as_text("verse", SAMPLES)
    assert read.index("step 100") < read.index("thee") < read.index("step 1,500") < read.index("Жизнь 生活")


def test_where_nothing_can_be_written_it_is_told(qtbot, saver, tmp_path):
    (tmp_path / "file").write_text("")
    with qtbot.waitSignal(saver.told) as told:
        saver.save(tmp_path / "file" / "film.gif", "verse", SAMPLES)
    assert told.args[0] == "bad" and "could not be written" in told.args[1]
