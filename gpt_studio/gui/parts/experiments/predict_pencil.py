"""Curves that are drawn by hand: heights in columns of equal width."""

from gpt_studio.engine.experiments.effects import Points
from gpt_studio.engine.experiments.experiment import Side

COLUMNS = 30


class Pencil:
    """What was drawn for each side. It draws on from the column where it was set down last."""

    def __init__(self) -> None:
        self._heights: dict[Side, list[float | None]] = {}
        self._last: int | None = None  # the column where it is; None: it is lifted
        self.cursor = 0  # the column that the keys move

    @property
    def is_down(self) -> bool:
        return self._last is not None

    def lift(self) -> None:
        self._last = None

    def draw(self, side: Side, column: int, bits: float) -> None:
        """Draw to a height; a quick hand jumps over columns, so those between get theirs as well."""
        heights = self._heights.setdefault(side, [None] * (COLUMNS + 1))
        begin = column if self._last is None else self._last
        before = heights[begin]
        start = bits if before is None else before
        for each in range(min(begin, column), max(begin, column) + 1):
            share = 1.0 if column == begin else (each - begin) / (column - begin)
            heights[each] = start + share * (bits - start)
        self._last = self.cursor = column

    def nudge(self, side: Side, bits: float, first: float) -> float:
        """The height that the curve has at the cursor, moved by so many bits; `first` where it has none yet. The curve
        goes on from its nearest column to the left.
        """
        known = [(n, each) for n, each in enumerate(self._heights.get(side, [])) if each is not None]
        before = [place for place in known if place[0] <= self.cursor]
        self._last, here = before[-1] if before else (None, first)
        return here + bits

    def move(self, columns: int) -> None:
        """Put the cursor elsewhere."""
        self.cursor = min(COLUMNS, max(0, self.cursor + columns))

    def curve(self, side: Side, max_steps: int) -> Points:
        """What was drawn: step and bits per character."""
        heights = enumerate(self._heights.get(side, []))
        return tuple((round(n / COLUMNS * max_steps), round(bits, 3)) for n, bits in heights if bits is not None)

    def set_curve(self, side: Side, points: Points, max_steps: int) -> None:
        """Take a curve that was drawn earlier."""
        heights: list[float | None] = [None] * (COLUMNS + 1)
        for step, bits in points:
            heights[min(COLUMNS, max(0, round(step / max_steps * COLUMNS)))] = bits
        self._heights[side] = heights

    def wipe(self, side: Side | None = None) -> None:
        """Forget what was drawn, of one side or of both."""
        for each in [side] if side else [*self._heights]:
            self._heights.pop(each, None)
        if side is None:
            self.cursor = 0
