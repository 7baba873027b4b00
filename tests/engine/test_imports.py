"""Tables, documents and folders on their way to becoming a text; hostile ones among them."""

import io
import os
import zipfile
from pathlib import Path

import pytest

from gpt_studio.engine.errors import CorpusError
from gpt_studio.engine.texts.folder_texts import FolderTexts, join_files, read_folder
from gpt_studio.engine.texts.tables import MOST_COLUMNS, is_table, join_columns, read_table
from gpt_studio.engine.texts.text_files import read_text_file

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def table(name: str, text: str):
    return read_table(Path(name), text)


# Tables

BY_COMMA = 'id,title,body\n1,One,"First, with a comma\nand a line"\n2,Two,Second\n'
BY_SEMICOLON = 'id;title;body\n1;One;"First, with a comma\nand a line"\n2;Two;Second\n'
BY_TAB = 'id\ttitle\tbody\n1\tOne\t"First, with a comma\nand a line"\n2\tTwo\tSecond\n'
FIRST = '{"id": 1, "title": "One", "body": "First, with a comma\\nand a line"}'
SECOND = '{"id": 2, "title": "Two", "body": "Second"}'


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", BY_COMMA),
        ("a.csv", BY_SEMICOLON),
        ("a.tsv", BY_TAB),
        ("a.jsonl", f"{FIRST}\n\n{SECOND}\n"),
        ("a.JSON", f"[{FIRST}, {SECOND}]"),
    ],
)
def test_a_table_gives_its_columns_whatever_its_kind(name: str, text: str) -> None:
    assert is_table(Path(name))
    read = table(name, text)
    assert read.columns == ("id", "title", "body")
    assert read.rows == [("1", "One", "First, with a comma\nand a line"), ("2", "Two", "Second")]
    assert read.wordiest == 2
    assert join_columns(read, [2]) == "First, with a comma\nand a line\n\nSecond\n"
    assert join_columns(read, [1, 2], ": ", "\n") == "One: First, with a comma\nand a line\nTwo: Second\n"


def test_a_table_without_names_numbers_its_columns_and_short_rows_are_filled_up() -> None:
    read = table("a.csv", "1,2\n3,4,5\n")
    assert read.columns == ("1", "2", "3")
    assert read.rows == [("1", "2", ""), ("3", "4", "5")]


def test_objects_may_lack_fields_and_hold_others() -> None:
    read = table("a.jsonl", '{"a": "x", "by": {"name": "Ada", "born": 1815}}\n{"b": ["y", "z"], "a": null}\n"plain"')
    assert read.columns == ("a", "by.name", "by.born", "b", "1")
    assert read.rows == [("x", "Ada", "1815", "", ""), ("", "", "", "y\nz", ""), ("", "", "", "", "plain")]


def test_empty_cells_leave_no_gap() -> None:
    read = table("a.csv", "q,a\nWhy?,\n,Because.\n,\nHow?,So.\n")
    assert join_columns(read, [0, 1]) == "Why?\n\nBecause.\n\nHow?\nSo.\n"


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("a.jsonl", '{"a": 1}\n{"a": \n', "table.damaged"),
        ("a.jsonl", "[" * 100_000, "table.damaged"),
        ("a.json", "no json", "table.damaged"),
        ("a.json", '{"a": 1}', "table.none"),
        ("a.json", "[1, 2, 3]", "table.none"),
        ("a.csv", "\n\n\n", "table.none"),
        ("a.csv", ",".join(f"c{n}" for n in range(MOST_COLUMNS + 1)) + "\n1\n", "table.wide"),
        ("a.jsonl", "\n".join(f'{{"c{n}": 1}}' for n in range(MOST_COLUMNS + 1)), "table.wide"),
    ],
)
def test_what_is_no_table_is_refused(name: str, text: str, code: str) -> None:
    with pytest.raises(CorpusError) as caught:
        table(name, text)
    assert caught.value.code == code
    if code == "table.damaged" and name == "a.jsonl" and len(text) < 100:
        assert caught.value.values["line"] == 2


# Documents


def docx(body: str, name: str = "word/document.xml", before: str = "") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, f'<?xml version="1.0"?>{before}<w:document {WORD}><w:body>{body}</w:body></w:document>')
    return made.getvalue()


def test_a_docx_gives_its_paragraphs(tmp_path: Path) -> None:
    path = tmp_path / "letter.docx"
    body = (
        "<w:p><w:r><w:t>Dear </w:t></w:r><w:r><w:t>Ada,</w:t><w:br/><w:t>hello &amp; good day</w:t></w:r></w:p>"
        "<w:p><w:pPr><w:pStyle w:val='x'/></w:pPr><w:r><w:t>é</w:t><w:tab/><w:instrText>PAGE</w:instrText></w:r></w:p>"
    )
    path.write_bytes(docx(body))
    read = read_text_file(path)
    assert (read.text, read.guessed) == ("Dear Ada,\nhello & good day\né\t\n", False)


BOMB = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>"
OUTSIDE = "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"


@pytest.mark.parametrize(
    "data",
    [
        docx("<w:p><w:r><w:t>&b;</w:t></w:r></w:p>", before=BOMB),
        docx("<w:p><w:r><w:t>&a;</w:t></w:r></w:p>", before=OUTSIDE),
        docx("<w:p><w:r><w:t>never closed"),
        docx("x", name="other.xml"),
        docx("<w:p/>")[:-40],
        b"PK\x03\x04 and nothing else",
        docx("<w:p>" * 10).replace(b"document", b"d\xffcument"),
    ],
)
def test_a_hostile_or_damaged_docx_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "bad.docx"
    path.write_bytes(data)
    with pytest.raises(CorpusError) as caught:
        read_text_file(path)
    assert caught.value.code == "corpus.docx"


def test_a_docx_that_is_huge_inside_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.docx"
    path.write_bytes(docx("<w:p><w:r><w:t>" + " " * 60_000_000 + "</w:t></w:r></w:p>"))
    assert path.stat().st_size < 100_000
    with pytest.raises(CorpusError) as caught:
        read_text_file(path)
    assert caught.value.code == "corpus.too_large"


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("paper.pdf", b"%PDF-1.7\n1 0 obj\nendobj", "corpus.pdf"),
        ("paper.txt", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n\0", "corpus.pdf"),
        ("letter.rtf", rb"{\rtf1\ansi Hello}", "corpus.rtf"),
        ("empty.docx", docx(""), "corpus.empty"),
    ],
)
def test_other_documents_are_refused_by_name(tmp_path: Path, name: str, data: bytes, code: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(CorpusError) as caught:
        read_text_file(path)
    assert caught.value.code == code


# Folders


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "notes"
    (root / "deep" / "deeper").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / ".git" / "config").write_text("hidden")
    (root / "b.txt").write_text("second\n\n")
    (root / "a.md").write_text("# first")
    (root / "old.txt").write_bytes("Zażółć gęślą jaźń. Wszystko będzie dobrze.".encode("cp1250"))
    (root / "deep" / "c.py").write_text("third = 3\n")
    (root / "deep" / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (root / "deep" / "data").write_bytes(b"\0\1\2" * 100)
    (root / "deep" / "deeper" / "empty.txt").touch()
    return root


def found_in(root: Path) -> FolderTexts:
    *_, last = read_folder(root)
    assert isinstance(last, FolderTexts)
    return last


def test_a_folder_gives_its_texts_in_order_and_says_what_is_left_out_and_why(folder: Path) -> None:
    found = found_in(folder)
    assert [file.path.name for file in found.taken] == ["a.md", "b.txt", "old.txt", "c.py"]
    assert {each.path.name: each.code for each in found.left} == {
        ".git": "folder.hidden",
        "picture.png": "folder.kind",
        "data": "corpus.binary",
        "empty.txt": "corpus.empty",
    }
    assert "gęślą" in found.taken[2].text


def test_its_files_become_one_text_with_or_without_their_names(folder: Path) -> None:
    found = found_in(folder)
    plain = join_files(folder, [found.taken[0], found.taken[3]], with_names=False)
    named = join_files(folder, [found.taken[0], found.taken[3]], with_names=True)
    assert plain == "# first\n\nthird = 3\n"
    assert named == "=== a.md ===\n\n# first\n\n=== deep/c.py ===\n\nthird = 3\n"


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_links_are_not_followed(folder: Path) -> None:
    (folder / "round").symlink_to(folder)
    (folder / "passwd").symlink_to("/etc/passwd")
    assert {each.path.name for each in found_in(folder).left if each.code == "folder.link"} == {"round", "passwd"}


def test_what_is_too_much_is_left_out_and_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gpt_studio.engine.texts.folder_texts.LIMIT_BYTES", 20)
    found = found_in(folder)
    assert [file.path.name for file in found.taken] == ["a.md", "b.txt"]
    assert "folder.full" in {each.code for each in found.left}


def test_a_folder_without_texts_is_refused(tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    with pytest.raises(CorpusError, match=r"folder\.empty"):
        found_in(tmp_path)
    with pytest.raises(CorpusError, match=r"corpus\.unreadable"):
        found_in(tmp_path / "gone")
