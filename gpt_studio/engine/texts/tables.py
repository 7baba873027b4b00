"""Texts in the columns of a table: .csv and .tsv, .jsonl and .json."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from gpt_studio.engine.errors import CorpusError
from gpt_studio.engine.texts.text_files import LIMIT_BYTES

MOST_COLUMNS = 500
_KINDS = {".csv": "csv", ".tsv": "csv", ".tab": "csv", ".jsonl": "lines", ".ndjson": "lines", ".json": "json"}
_SEPARATORS = ",;\t|"


class Table(Struct, frozen=True, kw_only=True):
    """Rows of equal length, every cell a text."""

    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]

    @property
    def wordiest(self) -> int:
        """The column with the most characters: the one that a student most likely wants."""
        return max(range(len(self.columns)), key=lambda column: sum(len(row[column]) for row in self.rows))


def is_table(path: Path) -> bool:
    """Whether a file is a table by its name."""
    return path.suffix.lower() in _KINDS


def read_table(path: Path, text: str) -> Table:
    """The table that a file holds.

    Args:
        path: Its ending tells the kind.
        text: What stands in the file.

    Raises:
        CorpusError: `table.damaged` with the line at which the text is no table, `table.none` when it is of another
            kind, as a .json file may be, and `table.wide` beyond MOST_COLUMNS.
    """
    kind = _KINDS[path.suffix.lower()]
    table = _from_csv(path, text) if kind == "csv" else _from_objects(path, _objects(path, text, kind))
    if len(table.columns) > MOST_COLUMNS:
        raise CorpusError("table.wide", path=str(path), columns=len(table.columns), most=MOST_COLUMNS)
    if not table.rows or not table.columns:
        raise CorpusError("table.none", path=str(path))
    return table


def join_columns(table: Table, columns: Sequence[int], between_columns: str = "\n", between_rows: str = "\n\n") -> str:
    """One text from these columns; empty cells and rows leave no gap."""
    joined = (between_columns.join(cell for n in columns if (cell := row[n].strip())) for row in table.rows)
    text = between_rows.join(row for row in joined if row)
    return f"{text}\n" if text else ""


def _from_csv(path: Path, text: str) -> Table:
    csv.field_size_limit(LIMIT_BYTES)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
    try:
        rows = [tuple(row) for row in reader if any(row)]
    except csv.Error as error:
        raise CorpusError("table.damaged", path=str(path), line=reader.line_num, reason=str(error)) from error
    width = max(map(len, rows), default=0)
    rows = [row + ("",) * (width - len(row)) for row in rows]
    has_names = len(rows) > 1 and len(set(rows[0])) == width and all(_is_name(cell) for cell in rows[0])
    columns = rows.pop(0) if has_names else tuple(str(number + 1) for number in range(width))
    return Table(columns=columns, rows=rows)


def _separator(text: str) -> str:
    """The sign that parts the first line most often, outside of quotation marks."""
    line = text.lstrip("\n").split("\n", 1)[0]
    unquoted = "".join(line.split('"')[::2])
    return max(_SEPARATORS, key=unquoted.count)


def _is_name(cell: str) -> bool:
    return 0 < len(cell) <= 60 and not cell.replace(".", "").replace("-", "").isdigit()


def _objects(path: Path, text: str, kind: str) -> Iterator[Any]:
    line = 1
    try:
        if kind == "json":
            found = msgspec.json.decode(text)
            yield from found if isinstance(found, list) else ()
            return
        for each in text.split("\n"):
            if each.strip():
                yield msgspec.json.decode(each)
            line += 1
    except (msgspec.DecodeError, RecursionError) as error:
        raise CorpusError("table.damaged", path=str(path), line=line, reason=str(error)) from error


def _from_objects(path: Path, objects: Iterator[Any]) -> Table:
    columns: dict[str, int] = {}
    found: list[dict[int, str]] = []
    for each in objects:
        named = each if isinstance(each, dict) else {"1": each} if isinstance(each, str) else None
        if named is None:
            raise CorpusError("table.none", path=str(path))
        row = {}
        for name, value in _flat(named):
            row[columns.setdefault(name, len(columns))] = _words(value)
            if len(columns) > MOST_COLUMNS:
                raise CorpusError("table.wide", path=str(path), columns=len(columns), most=MOST_COLUMNS)
        found.append(row)
    return Table(columns=tuple(columns), rows=[tuple(row.get(n, "") for n in range(len(columns))) for row in found])


def _flat(value: dict[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Fields with their names; those of an object within it as "author.name"."""
    for name, each in value.items():
        if isinstance(each, dict) and not above:
            yield from _flat(each, f"{name}.")
        else:
            yield above + name, each


def _words(value: Any) -> str:
    """A value as a text; the texts of a list one below the other."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return "\n".join(value)
    if isinstance(value, str):
        return value
    return "" if value is None else msgspec.json.encode(value).decode()
