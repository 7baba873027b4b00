"""Which lines of model.py compute which part: read from the source itself, so that they never drift from it.

    python -m gpt_studio.engine.model_lines      writes them to resources/model_lines.json, for the window

The window reaches no torch and the built program has no sources, so they travel as data; a test compares.
"""

import ast
import textwrap
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from gpt_studio import paths

# A function or class whole, or of one only the statements that hold some words.
PARTS: dict[str, tuple[tuple[str, str], ...]] = {
    "table": (("GPT.__init__", "config.vocab_size, config.vocab_size"), ("GPT.forward", "logits: Tensor")),
    "token": (("GPT.__init__", "config.vocab_size, config.n_embd)"), ("GPT.forward", "x: Tensor = self.wte(ids)")),
    "position": (("GPT.__init__", "self.wpe = "), ("GPT.forward", "x = x + self.wpe(")),
    "attention": (("attention_weights", ""), ("Attention", "")),
    "average": (("average", ""), ("Averaging", "")),
    "feed_forward": (("FeedForward", ""),),
    "norm": (("layer_norm", ""),),
    "residual": (("Block.forward", ""),),
    "head": (("GPT.read_out", ""),),
}


class Lines(Struct, frozen=True):
    """Some lines of model.py."""

    where: str  # "Attention" or "GPT.forward"
    code: str  # without docstrings


def pieces(source: str) -> dict[str, list[Lines]]:
    """The lines of each part of the model.

    Raises:
        LookupError: The source has no such function, or none of its statements holds the words.
    """
    return {
        part: [piece for where, words in wanted for piece in _found(source, where, words)]
        for part, wanted in PARTS.items()
    }


def shipped() -> dict[str, list[Lines]]:
    """As `pieces`, as they travel with the program."""
    return msgspec.json.decode(_file().read_bytes(), type=dict[str, list[Lines]])


def _file() -> Path:
    return paths.resources() / "model_lines.json"


def _found(source: str, where: str, words: str) -> Iterator[Lines]:
    node: ast.AST = ast.parse(source)
    for name in where.split("."):
        node = _named(node, name)
    assert isinstance(node, ast.FunctionDef | ast.ClassDef)
    if not words:
        yield Lines(where, _without_docstrings(source, node))
        return
    simple = [each for each in ast.walk(node) if isinstance(each, ast.stmt) and not hasattr(each, "body")]
    simple = [each for each in simple if words in (ast.get_source_segment(source, each) or "")]
    if not simple:
        raise LookupError(f"{where} has no statement with {words!r}")
    for each in simple:
        yield Lines(where, _dedented(source.splitlines()[each.lineno - 1 : each.end_lineno]))


def _named(node: ast.AST, name: str) -> ast.AST:
    for each in ast.iter_child_nodes(node):
        if isinstance(each, ast.FunctionDef | ast.ClassDef) and each.name == name:
            return each
    raise LookupError(name)


def _without_docstrings(source: str, node: ast.FunctionDef | ast.ClassDef) -> str:
    lines = source.splitlines()
    dropped: set[int] = set()
    for each in ast.walk(node):
        if isinstance(each, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(each):
            words = each.body[0]
            dropped |= set(range(words.lineno, (words.end_lineno or words.lineno) + 1))
            if not lines[words.end_lineno or 0].strip():
                dropped.add((words.end_lineno or 0) + 1)  # the empty line after it
    kept = [line for number, line in enumerate(lines, 1) if number >= node.lineno and number not in dropped]
    end = sum(1 for number in range(node.lineno, (node.end_lineno or 0) + 1) if number not in dropped)
    return _dedented(kept[:end])


def _dedented(lines: list[str]) -> str:
    return textwrap.dedent("\n".join(lines)).strip("\n")


def main() -> None:
    """Write the file anew."""
    from gpt_studio.engine import files

    source = Path(__file__).with_name("model.py").read_text("utf-8")
    files.write_file(_file(), msgspec.json.format(msgspec.json.encode(pieces(source)), indent=1) + b"\n")


if __name__ == "__main__":
    main()
