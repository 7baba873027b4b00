"""The eight steps in their order, and the page beside them: the name that code uses, the words on the tab, the icon."""

from dataclasses import dataclass

from gpt_studio.gui.messages import tr


@dataclass(frozen=True)
class Step:
    """One step of the journey; `number` begins at 1, and is 0 for a page that is no step."""

    number: int
    name: str
    title: str
    icon: str

    @property
    def words(self) -> str:
        """For example "5 Train"."""
        return f"{self.number} {tr(self.title)}" if self.number else tr(self.title)


STEPS = tuple(
    Step(number, name, title, icon)
    for number, (name, title, icon) in enumerate(
        (
            ("hardware", "Hardware", "chip"),
            ("corpus", "Corpus", "book"),
            ("tokenizer", "Tokenizer", "tokens"),
            ("model", "Model", "layers"),
            ("train", "Train", "chart"),
            ("write", "Write", "pencil"),
            ("generalize", "Generalize", "grid"),
            ("look", "Look inside", "eye"),
        ),
        start=1,
    )
)
EXPERIMENTS = Step(0, "experiments", "Experiments", "flask")
BY_NAME = {step.name: step for step in (*STEPS, EXPERIMENTS)}


def after(name: str) -> Step | None:
    """The step that follows, if there is one."""
    number = BY_NAME[name].number
    return STEPS[number] if 0 < number < len(STEPS) else None
