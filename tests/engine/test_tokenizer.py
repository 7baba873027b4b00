import json
import time

import numpy as np
import pytest
import tokenizers
from hypothesis import given, settings
from hypothesis import strategies as st

from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.tokenizer import PIECE, Tokenizer

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)  # everything but half characters
quickly = settings(max_examples=60, deadline=None)


def test_ids_count_up_in_the_order_of_code_points():
    tokenizer = Tokenizer.characters("hello, world\n")
    assert "".join(tokenizer.tokens) == "\n ,dehlorw"
    assert tokenizer.encode("hell").tolist() == [5, 4, 6, 6]
    assert tokenizer.encode("hell").dtype == np.int64


@quickly
@given(text=texts)
def test_text_to_ids_and_back_is_the_same_text_whatever_the_script(text):
    tokenizer = Tokenizer.characters(text)
    assert tokenizer.decode(tokenizer.encode(text)) == text
    assert tokenizer.decode(tokenizer.encode(text).tolist()) == text


@quickly
@given(text=texts.filter(bool), start=st.integers(0, 60))
def test_the_tokenizers_library_opens_the_file_and_agrees(text, start):
    tokenizer = Tokenizer.characters(text)
    library = tokenizers.Tokenizer.from_str(tokenizer.to_json())
    piece = text[start:]
    ids = library.encode(piece).ids
    assert ids == tokenizer.encode(piece).tolist()
    assert library.decode(ids) == piece
    assert library.get_vocab_size() == tokenizer.vocab_size


@pytest.mark.parametrize(
    "text",
    [
        "  two  spaces  ",
        "\n\n\ttab\n",
        "👩‍🚀🏳️‍🌈",
        "e\u0301 é",
        "שלום עולם",
        "漢字かな",
        "\x00\x7f\u2028\ufeff",
        "<unk> ▁Ġ",
    ],
)
def test_awkward_text_survives_the_file_and_the_library(text):
    tokenizer = Tokenizer.characters(text)
    assert Tokenizer.from_json(tokenizer.to_json()) == tokenizer
    library = tokenizers.Tokenizer.from_str(tokenizer.to_json())
    assert library.decode(library.encode(text).ids) == text
    assert Tokenizer.from_json(library.to_str(pretty=True)) == tokenizer


def test_unknown_characters_are_named_once_in_order_of_appearance():
    tokenizer = Tokenizer.characters("abc")
    assert tokenizer.unknown("azby za🙂") == ("z", "y", " ", "🙂")
    assert tokenizer.unknown("cab") == ()
    with pytest.raises(StudioError) as caught:
        tokenizer.encode("azb")
    assert (caught.value.code, caught.value.values) == ("tokenizer.unknown", {"characters": ("z",)})


@quickly
@given(known=texts, text=texts)
def test_the_known_part_of_a_text_can_be_encoded(known, text):
    tokenizer = Tokenizer.characters(known)
    ids, mask = tokenizer.encode_known(text)
    assert mask.tolist() == [char in known for char in text]
    assert tokenizer.decode(ids) == "".join(char for char in text if char in known)
    assert set(tokenizer.unknown(text)) == set(text) - set(known)


def test_long_texts_are_the_same_as_their_pieces():
    text = "ab" * (PIECE // 2) + "c🙂" + "ba" * 10
    tokenizer = Tokenizer.characters(text)
    assert tokenizer.tokens == ("a", "b", "c", "🙂")
    assert tokenizer.decode(tokenizer.encode(text)) == text
    assert Tokenizer.characters("ab").unknown(text) == ("c", "🙂")


def test_half_characters_are_unknown_rather_than_a_crash():
    tokenizer = Tokenizer.characters("a\ud83d")
    assert tokenizer.tokens == ("a",)
    assert tokenizer.unknown("a\ud83d") == ("\ud83d",)
    tokenizer.to_json().encode("utf-8")


def test_an_empty_text_has_an_empty_vocabulary():
    tokenizer = Tokenizer.characters("")
    assert tokenizer.vocab_size == 0
    assert tokenizer.encode("").size == 0
    assert tokenizer.decode([]) == ""


@pytest.mark.parametrize("wrong", [[-1], [0, 3]])
def test_ids_outside_the_vocabulary_are_a_mistake(wrong):
    with pytest.raises(IndexError):
        Tokenizer.characters("abc").decode(wrong)


def damaged_files():
    good = json.loads(Tokenizer.characters("abc").to_json())

    def changed(**values):
        return json.dumps({**good, **values})

    def with_vocab(vocab):
        return changed(model={**good["model"], "vocab": vocab})

    yield from ["", "{}", "[]", "null", "7", '"text"', "{" * 5000, "[" * 100_000, json.dumps(good)[:-9], "\ud800"]
    yield from [changed(decoder=None), changed(extra=1), changed(normalizer={"type": "NFC"}), changed(added_tokens=[1])]
    yield changed(pre_tokenizer={**good["pre_tokenizer"], "invert": True})
    yield changed(pre_tokenizer={**good["pre_tokenizer"], "pattern": {"Regex": "."}})
    yield changed(model={**good["model"], "type": "BPE"})
    yield changed(model={**good["model"], "unk_token": "a"})
    yield from map(with_vocab, [{}, {"a": 0, "b": 2}, {"a": 0, "b": 0}, {"a": -1, "b": 0}, {"ab": 0}, {"": 0}])
    yield from map(with_vocab, [{"a": "0"}, {"a": 0.5}, {"a": True}, {"a": None}, ["a"]])
    yield changed(version="2.0")


@pytest.mark.parametrize("file", list(damaged_files()), ids=lambda file: file[:24].encode("ascii", "replace").decode())
def test_a_file_that_is_something_else_is_refused(file):
    with pytest.raises(StudioError) as caught:
        Tokenizer.from_json(file)
    assert caught.value.code == "tokenizer.damaged"


def test_a_tokenizer_of_the_library_that_splits_otherwise_is_refused():
    with pytest.raises(StudioError, match=r"tokenizer\.damaged"):
        Tokenizer.from_json(tokenizers.Tokenizer(tokenizers.models.BPE()).to_str())


def test_a_megabyte_takes_well_under_a_second():
    text = "It was the best of times, it was the worst of times.\n" * 20_000
    began = time.perf_counter()
    tokenizer = Tokenizer.characters(text)
    tokenizer.encode(text)
    assert time.perf_counter() - began < 1.0
