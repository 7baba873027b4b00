"""What one card has written: a first text, and the texts that branch off where another token was picked."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from msgspec.structs import replace

from gpt_studio.engine.config import Sampling
from gpt_studio.engine.events import Written
from gpt_studio.engine.requests import Begun, WriteRequest
from gpt_studio.gui.parts.write.memory_check import Memory
from gpt_studio.gui.parts.write.written_list import WrittenList

KEPT, KEPT_TOKENS = 6, 150_000  # trees of a card before this one, and their tokens; one takes about 180 bytes


@dataclass(eq=False)
class Branch:
    """One text of the tree, whole: what it shares with its parent, then its own."""

    request: WriteRequest
    row: int  # of the request
    parent: "Branch | None" = None
    place: int = 0  # of the picked token; before it the text is the parent's
    written: WrittenList = field(default_factory=WrittenList)
    prompt: str = ""  # as the model knows it
    step: int | None = None  # of the model that wrote it, as soon as that is known
    memory: Memory | None = None
    children: list["Branch"] = field(default_factory=list)

    @property
    def sampling(self) -> Sampling:
        return self.request.samplings[self.row]

    @property
    def has_own(self) -> bool:
        """Whether it has anything that it does not share with its parent."""
        return len(self.written) > self.place

    @property
    def text(self) -> str:
        """Without the prompt."""
        return "".join(self.written.texts)

    @property
    def depth(self) -> int:
        return self.parent.depth + 1 if self.parent else 0

    @property
    def line(self) -> "list[Branch]":
        """From the first text to this one."""
        return [*(self.parent.line if self.parent else []), self]

    def is_drawn_as(self, request: WriteRequest) -> bool:
        return (self.request.seed, self.sampling) == (request.seed, request.samplings[self.row])


@dataclass(frozen=True)
class ShownText:
    """A text as a card shows it."""

    style: str  # its title
    branch: Branch


class WritingTree:
    """A first text and its branches; one of them is shown, one may be growing.

    Args:
        request: That the first text answers.
        row: Of the request.
    """

    def __init__(self, request: WriteRequest, row: int) -> None:
        self.first = self.shown = self.growing = Branch(request, row)
        self._earlier: list[Branch] = []  # what was shown before, latest last
        self._later: list[Branch] = []  # what was left by going back

    @property
    def branches(self) -> list[Branch]:
        """All texts, each before those that branch off from it, earlier ones first."""

        def with_children(branch: Branch) -> Iterable[Branch]:
            yield branch
            for child in sorted(branch.children, key=lambda child: child.place):
                yield from with_children(child)

        return list(with_children(self.first))

    def author(self, place: int) -> Branch:
        """Whose own token stands at a place of the shown text."""
        return next(branch for branch in reversed(self.shown.line) if place >= branch.place)

    def places(self) -> list[int]:
        """Where others leave the shown text, or it has left its parent."""
        line = self.shown.line
        ends = [branch.place for branch in line[1:]]
        found = set(ends)
        for branch, end in zip(line, [*ends, None], strict=True):
            found |= {child.place for child in branch.children if end is None or child.place <= end}
        return sorted(found)

    # Picking

    def pick(self, place: int, id: int, request: WriteRequest) -> WriteRequest | None:
        """Have another token stand at a place of the shown text, drawn on as the request says; that branch is shown.

        Gives what must be asked for; None where that text is here already.
        """
        self.drop_empty()
        parent = self._parent_at(place)
        branch = self._known(parent, place, id, request) or self._grow(parent, place, request)
        self.show(branch)
        if branch is parent or len(branch.written) >= request.length:
            return None
        tokens = [*branch.written.ids] if branch.has_own else [*branch.written.ids, id]
        branch.request = replace(request, begun=Begun(row=branch.row, tokens=tuple(tokens)))
        branch.written = branch.written[: len(tokens) - 1]  # the last of these tokens is told anew
        branch.memory = None
        self.growing = branch
        return branch.request

    def _grow(self, parent: Branch, place: int, request: WriteRequest) -> Branch:
        branch = Branch(request, self.first.row, parent, place, parent.written[:place], parent.prompt)
        parent.children.append(branch)
        return branch

    def _parent_at(self, place: int) -> Branch:
        """From whom a branch at this place leaves: one that shares all before it, and wrote on there."""
        found = self.shown
        while found.parent and place <= found.place:
            found = found.parent
        return found

    def _known(self, parent: Branch, place: int, id: int, request: WriteRequest) -> Branch | None:
        """The text that this would give again."""
        alike = [child for child in parent.children if child.place == place]
        for branch in (parent, *alike):
            has = place < len(branch.written) and branch.written.ids[place] == id
            if has and branch.is_drawn_as(request):
                return branch
        return None

    # Growing

    def add(self, written: Iterable[Written]) -> None:
        self.growing.written += written

    def drop_empty(self) -> bool:
        """Forget the branch that was to grow and has not; True where it was there and shown."""
        branch = self.growing
        if branch.parent is None or branch.has_own:
            return False
        branch.parent.children.remove(branch)
        self.growing = branch.parent
        self._earlier = [other for other in self._earlier if other is not branch]
        self._later = [other for other in self._later if other is not branch]
        if self.shown is not branch:
            return False
        self.shown = branch.parent
        if self._earlier and self._earlier[-1] is self.shown:
            self._earlier.pop()
        return True

    # Going back

    def show(self, branch: Branch) -> None:
        if branch is not self.shown:
            self._earlier.append(self.shown)
            self._later = []
            self.shown = branch

    def back(self) -> bool:
        """Show what was shown before; False where there is nothing."""
        if self._earlier:
            self._later.append(self.shown)
            self.shown = self._earlier.pop()
            return True
        return False

    def forward(self) -> bool:
        """The other way."""
        if self._later:
            self._earlier.append(self.shown)
            self.shown = self._later.pop()
            return True
        return False


class Trees:
    """The trees of one card: the one that is shown, and a few that were there before it."""

    def __init__(self) -> None:
        self.now: WritingTree | None = None
        self._earlier: list[WritingTree] = []  # latest last
        self._later: list[WritingTree] = []

    def begin(self, request: WriteRequest, row: int) -> WritingTree:
        """A new first text takes the place of what is shown."""
        if self.now is not None and self.now.first.written:
            self._earlier = _newest([*self._earlier, self.now])
        self._later = []
        self.now = WritingTree(request, row)
        return self.now

    def clear(self) -> None:
        self.now, self._earlier, self._later = None, [], []

    def back(self) -> bool:
        """Show the tree before this one; False where there is none."""
        return self._go(self._earlier, self._later)

    def forward(self) -> bool:
        """The other way."""
        return self._go(self._later, self._earlier)

    def _go(self, there: list[WritingTree], here: list[WritingTree]) -> bool:
        if not there or self.now is None:
            return False
        here.append(self.now)
        self.now = there.pop()
        return True


def _newest(trees: list[WritingTree]) -> list[WritingTree]:
    """As many as are kept; the latest one, however long it is."""
    kept, tokens = trees[1 - KEPT :], 0
    for place, tree in reversed([*enumerate(kept)]):
        tokens += sum(len(branch.written) for branch in tree.branches)
        if tokens > KEPT_TOKENS:
            return kept[min(place + 1, len(kept) - 1) :]
    return kept


def parting(one: Branch, other: Branch) -> int | None:
    """The first place where two texts of a tree go different ways; None where they are one."""
    lines = one.line, other.line
    shared = sum(left is right for left, right in zip(*lines, strict=False))
    return min((line[shared].place for line in lines if len(line) > shared), default=None)
