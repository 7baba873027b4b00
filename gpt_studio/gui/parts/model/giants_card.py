"""The student's model beside the GPTs of the world."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QWidget

from gpt_studio.engine import budget
from gpt_studio.engine.config import ModelConfig, TrainConfig
from gpt_studio.gui import messages, theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.widgets.basics import Card, paragraph, text


@dataclass(frozen=True)
class Giant:
    """What is known of a model, or said of it."""

    name: str
    parameters: float
    context: int
    tokens: float  # read in training
    flops: float  # of the whole training
    is_known: bool  # from its makers' own paper; False: others' estimates, but for the context
    is_reckoned: bool = False  # tokens and work are not told, but follow from what is


# GPT-2: Radford et al. 2019, 40 GB of text, its tokens and work are reckoned here (4 bytes a token, 6 N D, one pass).
# GPT-3: Brown et al. 2020, table 2.1 and appendix D. GPT-4: its report (OpenAI 2023) tells none of this but the context
# (8,192); parameters and tokens are press reports (SemiAnalysis 2023), the work an estimate of Epoch AI (2024).
GIANTS = (
    Giant("GPT-2", 1.54e9, 1_024, 1.0e10, 9.2e19, True, is_reckoned=True),
    Giant("GPT-3", 1.75e11, 2_048, 3.0e11, 3.14e23, True),
    Giant("GPT-4", 1.8e12, 8_192, 1.3e13, 2.1e25, False),
)


def mine(model: ModelConfig, train: TrainConfig) -> Giant:
    """The same of the student's model, for a whole run."""
    return Giant(
        tr("Your model"),
        budget.parameters(model).total,
        model.block_size,
        train.max_steps * train.batch_size * model.block_size,
        train.max_steps * budget.flops_per_step(model, train.batch_size),
        True,
    )


def power(number: float) -> str:
    """As "3.1 × 10²³"; small numbers whole."""
    if number < 1e6:
        return messages.count(number)
    digits, exponent = f"{number:.1e}".split("e")
    raised = str(int(exponent)).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{digits} × 10{raised}"


class GiantsCard(Card):
    """A row each, and where the figures come from."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("model.giants")
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(18))
        grid.setVerticalSpacing(theme.px(3))
        heads = ("", tr("Parameters"), tr("Context"), tr("Tokens read"), tr("Operations in training"), "")
        for column, words in enumerate(heads):
            grid.addWidget(text(words, "caption", "text3"), 0, column)
        self._mine = [text("", "strong") for _ in range(5)]
        for column, label in enumerate(self._mine):
            grid.addWidget(label, 1, column)
        for row, giant in enumerate(GIANTS, 2):
            for column, words in enumerate(_words(giant)):
                grid.addWidget(text(words, "body"), row, column)
            published = tr("published, ≈ reckoned") if giant.is_reckoned else tr("published")
            known = published if giant.is_known else tr("≈ estimates, unconfirmed")
            grid.addWidget(text(known, "caption", "text2" if giant.is_known else "warn"), row, 5)
        grid.setColumnStretch(5, 1)
        table = QWidget()
        table.setLayout(grid)
        self.told = paragraph("", "caption", "text2")
        scroll = QScrollArea(widgetResizable=True, frameShape=QFrame.Shape.NoFrame)  # sideways, where it is narrow
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(table)
        scroll.setProperty("frameless", "true")
        for each in (scroll.viewport(), table):
            each.setAutoFillBackground(False)
        self.body.addWidget(scroll, 1)
        self.body.addWidget(self.told)

    @property
    def figures(self) -> list[QLabel]:
        """Those of the student's model."""
        return self._mine

    def show_model(self, model: ModelConfig, train: TrainConfig) -> None:
        own, largest = mine(model, train), GIANTS[-1]
        for label, words in zip(self._mine, _words(own), strict=True):
            label.setText(words)
        sources = tr(
            "GPT-4 is some {times} times as large. Sources: GPT-2 Radford et al. 2019 (tokens and operations reckoned "
            "from its 40 GB of text), GPT-3 Brown et al. 2020. OpenAI has not published GPT-4's figures: parameters "
            "and tokens are press reports (SemiAnalysis 2023), operations an estimate (Epoch AI 2024); each may be "
            "off by a factor of two or more."
        )
        self.told.setText(sources.format(times=_rounded(largest.parameters / own.parameters)))


def _words(giant: Giant) -> tuple[str, ...]:
    about = "" if giant.is_known else "≈ "
    roughly = "≈ " if giant.is_reckoned else about
    return (
        giant.name,
        about + messages.short_count(giant.parameters),
        messages.count(giant.context),
        roughly + messages.short_count(giant.tokens),
        roughly + power(giant.flops),
    )


def _rounded(number: float) -> str:
    """To one digit that counts, for what is an estimate anyway."""
    return messages.count(float(f"{number:.0e}"))
