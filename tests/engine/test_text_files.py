import os
import random
import time
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpt_studio.engine.errors import CorpusError
from gpt_studio.engine.texts.text_files import ENCODINGS, LIMIT_BYTES, read_text_file, tidy

FRENCH = "Un café à la carte, s'il vous plaît.\nÀ bientôt, mon élève préféré.\n"
RUSSIAN = "Мой дядя самых честных правил, когда не в шутку занемог.\n"
JAPANESE = "吾輩は猫である。名前はまだ無い。\n"


@pytest.fixture
def file(tmp_path):
    """Write some bytes and get their path."""

    def write(data, name="text.txt"):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


def refusal(path, encoding=None):
    with pytest.raises(CorpusError) as caught:
        read_text_file(path, encoding)
    return caught.value.code


def test_utf8_is_read_without_a_guess(file):
    read = read_text_file(file("Grüße, 漢字 🙂\n".encode()))
    assert (read.text, read.encoding, read.guessed, read.newlines, read.bom) == (
        "Grüße, 漢字 🙂\n",
        "utf-8",
        False,
        "lf",
        False,
    )


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (FRENCH, "cp1252"),
        (FRENCH, "mac-roman"),
        ("Die Straße führt über größere Hügel. „Ärger“ – Öl.\n", "cp1252"),
        ("élève", "cp1252"),
        ("¿Dónde está el niño? ¡Mañana!", "cp1252"),
        ("It costs £5, or £10 for two.", "cp1252"),
        ("½ cup of sugar, ¼ pint of milk", "cp1252"),
        ("© 2020, all rights reserved", "cp1252"),
        ("20 °C, ±3, 5 € – “fine”, isn’t it?", "cp1252"),
        ("È vero, è così. È tardi.", "cp1252"),
        ("Zażółć gęślą jaźń. Wszystko będzie dobrze, świat się śmieje.\n", "cp1250"),
        ("Příliš žluťoučký kůň úpěl ďábelské ódy. Řeč je krásná.\n", "cp1250"),
        ("Árvíztűrő tükörfúrógép, és még sok más szó.\n", "cp1250"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        (JAPANESE * 50, "shift_jis"),
        ("道可道，非常道；名可名，非常名。无名天地之始。\n", "gb18030"),
        ("모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.\n", "cp949"),
    ],
)
def test_other_encodings_are_guessed_and_said_to_be_a_guess(file, text, encoding):
    read = read_text_file(file(text.encode(encoding)))
    assert (read.text, read.encoding, read.guessed) == (text, encoding, True)
    assert encoding not in read.alternatives


def test_a_wrong_guess_can_be_corrected(file):
    path = file("בראשית ברא אלהים את השמים ואת הארץ".encode("cp1255"))
    guessed = read_text_file(path)
    assert guessed.guessed
    assert "cp1255" in {guessed.encoding, *guessed.alternatives}
    assert read_text_file(path, "windows-1255").text == "בראשית ברא אלהים את השמים ואת הארץ"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_that_is_offered_reads_what_it_wrote(file, encoding):
    text = "plain text, twice over\n" * 2
    read = read_text_file(file(text.encode(encoding)), encoding)
    assert (read.text, read.encoding, read.guessed) == (text, encoding, False)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_settles_the_encoding_and_is_taken_off(file, encoding):
    read = read_text_file(file(RUSSIAN.encode(encoding)))
    assert (read.text, read.guessed, read.bom) == (RUSSIAN, False, encoding == "utf-8-sig")
    assert read.encoding == encoding.removesuffix("-sig")


def test_an_encoding_that_does_not_fit_is_refused_with_those_that_do(file):
    path = file(FRENCH.encode("cp1252"))
    with pytest.raises(CorpusError) as caught:
        read_text_file(path, "utf-8")
    assert caught.value.code == "corpus.encoding"
    assert "cp1252" in caught.value.values["alternatives"]


@pytest.mark.parametrize("encoding", ["klingon", "hex", "rot13", "idna", "", "utf-8\0", "unicode_escape"])
def test_what_is_no_text_encoding_is_refused(file, encoding):
    assert refusal(file(b"text"), encoding) == "corpus.encoding"


def test_a_scratch_in_utf8_is_repaired_and_told_instead_of_garbling_all(file):
    text = "Grüße über Brücken " * 200
    read = read_text_file(file(text.encode() + b"\xff" + text.encode() + "é".encode()[:1]))
    assert (read.encoding, read.replaced) == ("utf-8", 2)
    assert read.text == f"{text}\ufffd{text}\ufffd"


def test_a_rare_accent_far_into_the_file_still_leads_the_guess(file):
    text = "Plain words in a plain line.\n" * 5000 + FRENCH
    assert read_text_file(file(text.encode("cp1252"))).text == text
    assert read_text_file(file(text.replace("\n", " ").encode("cp1252"))).encoding == "cp1252"


@pytest.mark.parametrize(
    ("data", "text", "newlines"),
    [
        (b"a\r\nb\r\n", "a\nb\n", "crlf"),
        (b"a\rb\r", "a\nb\n", "cr"),
        (b"a\nb\r\nc\rd", "a\nb\nc\nd", "mixed"),
        (b"a\r\r\n\n", "a\n\n\n", "mixed"),
        (b"no end", "no end", "none"),
    ],
)
def test_newlines_become_plain_and_what_they_were_is_told(file, data, text, newlines):
    read = read_text_file(file(data))
    assert (read.text, read.newlines) == (text, newlines)


def test_binary_files_are_refused(file):
    noise = random.Random(7).randbytes(5000)
    assert refusal(file(b"text\0text")) == "corpus.binary"
    assert refusal(file(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")) == "corpus.binary"
    assert refusal(file(noise)) == "corpus.binary"
    assert refusal(file(noise.replace(b"\0", b"\1"))) == "corpus.binary"
    assert refusal(file(zlib.compress(noise).replace(b"\0", b""))) == "corpus.binary"
    assert refusal(file(bytes(range(1, 32)) * 10)) == "corpus.binary"
    assert refusal(file("a\0b".encode("utf-16"))) == "corpus.binary"
    assert refusal(file(b"\xff\xfe\x00\xd8\x00")) == "corpus.binary"


def test_utf16_without_its_mark_is_guessed_and_can_be_asked_for(file):
    path = file(FRENCH.encode("utf-16-le"))
    assert (read_text_file(path).text, read_text_file(path).guessed) == (FRENCH, True)
    assert read_text_file(path, "utf-16-le").text == FRENCH
    assert refusal(path, "cp1252") == "corpus.binary"


def test_what_is_no_regular_file_is_refused_at_once(tmp_path):
    assert refusal(tmp_path) == "corpus.directory"
    assert refusal(tmp_path / "missing.txt") == "corpus.not_found"
    assert refusal(tmp_path / "with\0nul.txt") == "corpus.not_found"
    assert refusal(tmp_path / ("long" * 500)) == "corpus.unreadable"
    (tmp_path / "file.txt").write_text("text")
    assert refusal(tmp_path / "file.txt" / "below.txt") == "corpus.not_found"
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert refusal(tmp_path / "loop") == "corpus.unreadable"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names on this system")
def test_pipes_and_devices_do_not_hold_us_up(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    assert refusal(tmp_path / "pipe.txt") == "corpus.not_regular"
    (tmp_path / "zero.txt").symlink_to("/dev/zero")
    assert refusal(tmp_path / "zero.txt") == "corpus.not_regular"


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path):
    with open(tmp_path / "large.txt", "wb") as file:
        file.truncate(500_000_000)
    began = time.perf_counter()
    with pytest.raises(CorpusError) as caught:
        read_text_file(tmp_path / "large.txt")
    assert time.perf_counter() - began < 0.1
    assert caught.value.code == "corpus.too_large"
    assert (caught.value.values["size"], caught.value.values["limit"]) == (500_000_000, LIMIT_BYTES)


def test_empty_files_are_refused(file):
    assert refusal(file(b"")) == "corpus.empty"
    assert refusal(file("".encode("utf-8-sig"))) == "corpus.empty"
    assert refusal(file("".encode("utf-16"))) == "corpus.empty"


def test_a_file_gives_a_corpus_that_is_titled_by_its_name(file):
    corpus = read_text_file(file(b"text", "Grandma's recipes.txt")).corpus
    assert (corpus.id, corpus.title, corpus.text) == ("Grandma's recipes", "Grandma's recipes", "text")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_name_that_is_no_unicode_gives_a_title_that_can_be_written(tmp_path):
    path = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    with open(path, "wb") as file:
        file.write(b"text")
    assert read_text_file(os.fsdecode(path)).corpus.title == "caf?"


def test_pasted_text_is_tidied():
    assert tidy("\ufeffa\r\nb\rc\ud83d!") == "a\nb\nc\ufffd!"
    assert tidy("🙂\n") == "🙂\n"


@settings(max_examples=80, deadline=None)
@given(data=st.binary(max_size=300))
def test_any_bytes_give_a_clean_text_or_a_plain_refusal(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("any") / "any.txt"
    path.write_bytes(data)
    try:
        read = read_text_file(path)
    except CorpusError as error:
        assert error.code in {"corpus.binary", "corpus.empty", "corpus.pdf", "corpus.rtf"}
    else:
        read.text.encode("utf-8")
        assert "\r" not in read.text and "\0" not in read.text
        assert read.encoding in ENCODINGS
