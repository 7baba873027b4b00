"""A student in front of the built window, without hands: finds every control as a screen reader does, by its name in
the accessibility tree, and goes from a text to what the heads look at. Run by the system's Python, which knows AT-SPI:

    python3 student.py PID [SHOTS]      PID: of the program; SHOTS: a folder for pictures of the screen

Prints one line per step with the seconds since the program was started; exit code 0 when all steps were made.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

PATIENCE_S = 300.0  # generous: another may be using the machine, too
POLL_S = 0.1


class Lost(Exception):
    """Something that must be in the window is not there."""


class Student:
    def __init__(self, pid: int, shots: Path | None) -> None:
        self.pid, self.shots = pid, shots
        self.began = time.monotonic()
        self.window = self.until("the window", self._find_window)

    def _find_window(self) -> Atspi.Accessible | None:
        desktop = Atspi.get_desktop(0)
        for place in range(desktop.get_child_count()):
            application = desktop.get_child_at_index(place)
            if application and application.get_process_id() == self.pid and application.get_child_count():
                return application.get_child_at_index(0)
        return None

    def until(self, what: str, asked: Callable[[], object], patience: float = PATIENCE_S) -> object:
        limit = time.monotonic() + patience
        while time.monotonic() < limit:
            try:
                if found := asked():
                    return found
            except GLib.Error:
                pass  # a widget went while we looked
            time.sleep(POLL_S)
        raise Lost(f"waited {patience:.0f} s for {what}")

    def walk(self, within: Atspi.Accessible | None = None) -> Iterator[Atspi.Accessible]:
        waiting = [within or self.window]
        while waiting:
            each = waiting.pop()
            yield each
            children = [each.get_child_at_index(place) for place in range(min(each.get_child_count(), 200))]
            waiting += [child for child in reversed(children) if child]

    def find(self, name: str) -> Atspi.Accessible:
        def look() -> Atspi.Accessible | None:
            for each in self.walk():
                if (each.get_accessible_id() or "").endswith(f".{name}"):
                    return each
            return None

        return self.until(name, look)

    def is_enabled(self, widget: Atspi.Accessible) -> bool:
        states = widget.get_state_set()
        return states.contains(Atspi.StateType.ENABLED) and states.contains(Atspi.StateType.SHOWING)

    def press(self, name: str) -> None:
        widget = self.find(name)
        self.until(f"{name} to be enabled", lambda: self.is_enabled(widget))
        action = widget.get_action_iface()
        names = [action.get_action_name(place) for place in range(action.get_n_actions())]
        action.do_action(names.index("Press") if "Press" in names else 0)

    def enter(self, name: str, value: float) -> None:
        box = self.find(name).get_value_iface()
        box.set_current_value(value)
        self.until(f"{name} to be {value}", lambda: box.get_current_value() == value)

    def type(self, name: str, words: str) -> None:
        field = self.find(name)
        field.get_editable_text_iface().set_text_contents(words)
        self.until(f"{name} to hold {words!r}", lambda: self.text_of(field) == words)

    def text_of(self, widget: Atspi.Accessible) -> str:
        text = widget.get_text_iface()
        return Atspi.Text.get_text(text, 0, text.get_character_count())

    def key(self, keys: str, closes: bool = False) -> None:
        """Press keys. No window manager gives the window the focus here, so that is asked for first.

        With `closes` the window may be gone before xdotool has let go of the keys, of which it complains.
        """
        found = ["search", "--onlyvisible", "--name", "GPT Studio", "windowfocus", "--sync"]
        subprocess.run(["xdotool", *found, "key", "--clearmodifiers", keys], check=not closes, timeout=PATIENCE_S)

    def go(self, number: int) -> None:
        """Show a page, as its key does."""
        self.key(f"ctrl+{number}")

    def tell(self, words: str) -> None:
        print(f"{time.monotonic() - self.began:6.1f} s  {words}", flush=True)
        if self.shots and shutil.which("import"):
            name = "".join(letter if letter.isalnum() else "_" for letter in words[:30])
            subprocess.run(["import", "-window", "root", str(self.shots / f"{name}.png")], check=False)


def walk_the_path(student: Student) -> None:
    student.until("the pages", lambda: student.find("look.text"))
    student.tell("window and all pages are there")

    student.go(2)
    texts = student.find("corpus.list")
    student.until("the texts", lambda: texts.get_child_count() >= 3 and student.is_enabled(texts))
    texts.get_component_iface().grab_focus()
    student.key("Down")
    student.press("corpus.use")
    student.until(
        "the page Tokenizer", lambda: student.is_enabled(student.find("tokenizer.input"))
    )  # it comes by itself
    student.tell("a text is chosen")

    student.go(4)
    for name, value in (("n_layer", 2), ("n_head", 2), ("n_embd", 32), ("block_size", 16), ("dropout", 0)):
        student.enter(f"model.{name}", value)
    student.press("model.create")
    student.tell("a model is created")

    student.until("the page Train", lambda: student.is_enabled(student.find("train.steps")))
    for name, value in (("steps", 60), ("batch_size", 8), ("eval_every", 20)):
        student.enter(f"train.{name}", value)
    student.press("train.start")
    student.until("training to begin", lambda: student.is_enabled(student.find("train.stop")), 30)
    student.tell("training has begun")
    start = student.find("train.start")
    student.until("training to end", lambda: student.is_enabled(start))
    student.tell("60 steps are made")

    student.go(6)
    student.until("the page Write", lambda: student.is_enabled(student.find("write.generate")))
    student.enter("write.length", 60)
    student.type("write.prompt", "Good ")
    student.press("write.generate")
    output = student.find("write.output")
    written = student.until("60 characters", lambda: len(student.text_of(output)) >= 60 and student.text_of(output))
    if not written.startswith("Good "):
        raise Lost(f"the text goes on with the prompt, but it is {written!r}")
    student.tell("it writes")

    student.go(7)
    student.press("generalize.run")
    run = student.find("generalize.run")
    student.until("the test to end", lambda: student.is_enabled(run))
    matrix = student.find("generalize.matrix")
    cells = [each.get_name() for each in student.walk(matrix)]
    if not any(any(letter.isdigit() for letter in name) for name in cells):
        raise Lost(f"no figure in the matrix: {cells}")
    student.tell("it is tested on a text that it has not seen")

    student.go(8)
    student.until("the page Look inside", lambda: student.is_enabled(student.find("look.text")))
    student.type("look.text", "the more the merrier")
    student.enter("look.head", 2)
    student.tell("its heads are looked at")

    student.key("ctrl+q", closes=True)
    student.tell("Ctrl+Q is pressed")


def main() -> int:
    shots = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    try:
        walk_the_path(Student(int(sys.argv[1]), shots))
    except (Lost, GLib.Error, ValueError) as lost:
        print(f"the student is lost: {lost}", flush=True)
        if shots and shutil.which("import"):
            subprocess.run(["import", "-window", "root", str(shots / "lost.png")], check=False)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
