"""How long the window is held up to draw the charts of Train while a run of 200,000 steps grows.

    python tests/benchmarks/chart_frames.py [--steps 200000] [--frames 200]

A frame is what one timer beat of the tab does with 20 new steps: it follows the curve, and everything is painted, off
the screen. It is measured for the whole curve, for a piece that is looked at closely, and with three other runs of
2,000 checks each beside it. Prints medians and 95th percentiles in milliseconds.
"""

import argparse
import math
import os
import statistics
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtWidgets import QApplication

from gpt_studio.engine import clock
from gpt_studio.engine.events import Evaluated, StepDone
from gpt_studio.engine.judging.yardsticks import Yardsticks
from gpt_studio.gui import theme
from gpt_studio.gui.open_run import Curve
from gpt_studio.gui.parts.train.curves import OtherCurve
from gpt_studio.gui.parts.train.loss_plot import LossPlot
from gpt_studio.gui.parts.train.small_charts import SmallCharts

CHECK_EVERY = 100
PER_FRAME = 20


class Run:
    """A curve like a real one, that grows."""

    def __init__(self, steps: int) -> None:
        self.curve, self.step = Curve(), 0
        self._noise = np.random.default_rng(1)
        self.grow(steps)

    def grow(self, steps: int) -> None:
        noise = self._noise.standard_normal(steps) * 0.05
        for each in noise.tolist():
            self.step += 1
            loss = 1.2 + 2.9 / (1 + self.step / 400) + each
            self.curve.add(
                StepDone(
                    step=self.step,
                    train_loss=loss,
                    learning_rate=1e-3,
                    grad_norm=0.5 + abs(each),
                    tokens_per_s=20_000 + 9000 * each,
                    seconds=self.step * 0.05,
                )
            )
            if self.step % CHECK_EVERY == 0:
                self.curve.add(Evaluated(step=self.step, train_loss=loss, val_loss=loss + 0.1, bits_per_char=2.0))


def frames(run: Run, plot: LossPlot, small: SmallCharts, count: int) -> tuple[float, float]:
    """The median and the 95th percentile of so many frames, in milliseconds."""
    times = []
    for _ in range(count):
        run.grow(PER_FRAME)
        began = clock.now()
        plot.follow()
        small.show_curve(run.curve, 2 * run.step)
        QApplication.processEvents()
        times.append(1000 * (clock.now() - began))
    ordered = sorted(times[3:])
    return statistics.median(ordered), ordered[math.ceil(0.95 * len(ordered)) - 1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=200_000)
    parser.add_argument("--frames", type=int, default=200)
    options = parser.parse_args()
    application = theme.application(sys.argv[:1])
    theme.use("light")
    run, plot, small = Run(options.steps), LossPlot(), SmallCharts()
    plot.resize(800, 320)
    small.resize(800, 106)
    plot.show()
    small.show()
    began = clock.now()
    plot.show_run(run.curve, 2 * options.steps, 78)
    plot.show_references(
        Yardsticks(uniform=6.3, letters=4.5, two=3.5, five=2.2, xz=2.7, characters=40_000, sampled=False), 1.6
    )
    QApplication.processEvents()
    print(f"{options.steps:,} steps shown for the first time in {1000 * (clock.now() - began):.0f} ms")
    report("the whole curve", *frames(run, plot, small, options.frames))
    checks = np.linspace(0, options.steps, 2000)
    plot.show_others([OtherCurve(f"run {number}", checks, 1.5 + number + 2 / (1 + checks)) for number in range(3)])
    report("with three other runs", *frames(run, plot, small, options.frames))
    plot._view.setXRange(run.step - 1000, run.step, padding=0)
    plot._view.closer = True
    report("the last 1,000 steps", *frames(run, plot, small, options.frames))
    plot.reset_view()
    plot.set_smooth(False)
    report("single batches", *frames(run, plot, small, options.frames))
    del application


def report(what: str, median: float, slow: float) -> None:
    print(f"{what:24} median {median:6.1f} ms   95th percentile {slow:6.1f} ms")


if __name__ == "__main__":
    main()
