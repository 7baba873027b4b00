import json
import os
import random

import numpy as np
import pytest
import tokenizers
from hypothesis import given, settings
from hypothesis import strategies as st

from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.tokenizer import Tokenizer, drained
from gpt_studio.engine.tokens import byte_pairs
from gpt_studio.engine.tokens.byte_pair_learning import LONGEST, learn, learning
from gpt_studio.engine.tokens.byte_pairs import BytePairs

TEXT = (
    """The tide is up, so is the cook.
Été à la mer: naïve café — “quiet” 🚀
\tdef tide(self):

    return 7
"""
    * 30
)
BPE = learn(TEXT, 320)
CHARACTERS = Tokenizer.characters(TEXT)
KINDS = {"char": CHARACTERS, "byte": Tokenizer.of_bytes(), "bpe": BPE}
BYTES = {kind: KINDS[kind] for kind in ("byte", "bpe")}
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
quickly = settings(max_examples=60, deadline=None)
kinds = pytest.mark.parametrize("tokenizer", list(KINDS.values()), ids=list(KINDS))
of_bytes = pytest.mark.parametrize("tokenizer", list(BYTES.values()), ids=list(BYTES))
AWKWARD = [
    *["  two  spaces  ", "\n\n\ttab\n ", "👩‍🚀🏳️‍🌈", "e\u0301 é", "漢字 かな"],
    *["\x00\x7f\u2028\ufeff\x85", "<unk> ▁Ġ", " ", "\n"],
]


@of_bytes
@quickly
@given(text=texts)
def test_every_text_comes_back_equal_and_the_library_agrees(tokenizer, text):
    ids = tokenizer.encode(text)
    assert ids.dtype == np.int64
    assert tokenizer.decode(ids) == text
    library = tokenizers.Tokenizer.from_str(tokenizer.to_json())
    assert library.encode(text).ids == ids.tolist()
    assert library.decode(ids.tolist()) == text
    assert library.get_vocab_size() == tokenizer.vocab_size


@of_bytes
@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_text_survives_the_file_and_the_library(tokenizer, text):
    assert Tokenizer.from_json(tokenizer.to_json()) == tokenizer
    library = tokenizers.Tokenizer.from_str(tokenizer.to_json())
    assert Tokenizer.from_json(library.to_str(pretty=True)) == tokenizer
    ids = tokenizer.encode(text)
    assert library.encode(text).ids == ids.tolist() and tokenizer.decode(ids) == text


def test_a_byte_has_its_value_as_its_id_in_both_kinds():
    assert Tokenizer.of_bytes().encode("Aé\n").tolist() == [65, 0xC3, 0xA9, 10]
    assert [BPE.parts[value] for value in range(256)] == [bytes([value]) for value in range(256)]
    assert BPE.vocab_size == 320 and len(BPE.encode(TEXT)) < len(TEXT) / 2


def test_no_token_reaches_across_words_and_a_space_belongs_to_the_word_behind_it():
    inked = [token for token in BPE.tokens if token.strip() and token.isprintable()]
    assert " is" in BPE.tokens and not [token for token in inked if " " in token[1:]]


def test_learning_twice_gives_the_same_whatever_the_number_of_threads(monkeypatch):
    monkeypatch.setenv("RAYON_NUM_THREADS", "1")
    assert learn(TEXT, 300) == learn(TEXT, 300) == BytePairs(BPE.parts[:300], BPE.pairs[:44])


def test_a_text_too_small_for_so_many_tokens_says_how_many_it_has():
    with pytest.raises(StudioError) as caught:
        learn("ab ab", 300)
    assert (caught.value.code, caught.value.values) == ("tokenizer.too_many", {"size": 300, "most": 257})
    assert learn("ab ab", 257).tokens[256] == "ab"
    assert learn("", 256).vocab_size == 256


def test_long_rows_of_one_sign_do_not_become_long_tokens():
    assert max(map(len, learn("=" * 5000, 260).parts)) <= LONGEST


def test_learning_offers_places_to_stop_and_remembers_what_was_learnt_last():
    text = TEXT * 20
    first = drained(learning(text, 290))
    assert drained(learning(text, 290)) is first
    steps = learning(text + "more", 290)
    next(steps, None)
    steps.close()


def test_a_text_is_encoded_in_portions_that_make_no_difference(monkeypatch):
    whole = BPE.encode(TEXT).tolist()
    monkeypatch.setattr(byte_pairs, "PORTION", 7)
    assert "".join(byte_pairs.portions(TEXT)) == TEXT and len([*byte_pairs.portions(TEXT)]) > 100
    assert BPE.encode(TEXT).tolist() == whole
    assert Tokenizer.of_bytes().encode(TEXT).tolist() == [*TEXT.encode()]


@quickly
@given(text=st.text(alphabet="ab \n\t\u3000.'é7", max_size=40))
def test_portions_make_no_difference_wherever_spaces_stand(text):
    whole = BPE._library.encode(text).ids
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(byte_pairs, "PORTION", 1)
        assert BPE.encode(text).tolist() == whole


@of_bytes
def test_only_half_characters_are_unknown(tokenizer):
    text = "a\ud83dé\ud83d"
    assert tokenizer.unknown(text) == ("\ud83d",)
    ids, known = tokenizer.encode_known(text)
    assert tokenizer.decode(ids) == "aé" and known.tolist() == [True, False, True, False]
    assert [token.id is None for token in tokenizer.cut(text)].count(True) == 2
    with pytest.raises(StudioError, match=r"tokenizer\.unknown"):
        tokenizer.encode(text)


@kinds
@quickly
@given(text=texts)
def test_the_tokens_of_a_text_are_in_its_order_and_have_its_ids(tokenizer, text):
    tokens = tokenizer.cut(text)
    assert [token.id for token in tokens if token.id is not None] == tokenizer.encode_known(text)[0].tolist()
    if tokenizer.kind == "char":
        assert "".join(token.text for token in tokens) == text


@of_bytes
@quickly
@given(text=texts)
def test_a_text_that_is_written_token_by_token_shows_whole_characters_only(tokenizer, text):
    stream, shown = tokenizer.stream(), ""
    for id in tokenizer.encode(text).tolist():
        shown += stream.push(id)
        assert text.startswith(shown)
    assert shown == text


def test_bytes_that_are_no_character_become_a_sign_and_are_named():
    tokenizer = Tokenizer.of_bytes()
    assert tokenizer.decode([65, 0xE2, 66]) == "A\ufffdB"
    stream = tokenizer.stream()
    assert [stream.push(id) for id in (0xE2, 0x82, 0xAC, 0xFF, 0xC3, 66)] == ["", "", "€", "\ufffd", "", "\ufffdB"]
    assert tokenizer.tokens[0xE2] == "<0xE2>" and tokenizer.tokens[65] == "A"
    assert byte_pairs.readable(b" \xe2\x82") == " <0xE2><0x82>"


@pytest.mark.parametrize(("text", "first", "whole"), [("abc", 1, 2), ("éa", 1, 2), ("é", 1, 1), ("漢字", 2, 2)])
def test_the_characters_that_are_predicted_are_those_that_the_first_token_leaves_open(text, first, whole):
    ids = Tokenizer.of_bytes().encode(text)
    assert Tokenizer.of_bytes().characters_after_first(ids) == whole
    assert Tokenizer.characters(text).characters_after_first(Tokenizer.characters(text).encode(text)) == len(text) - 1


def test_a_text_is_joined_pair_by_pair_until_it_is_encoded():
    text = "The tide is up,  so\n is the naïve cook."
    joins = [*BPE.joins(text)]
    assert list(joins[-1].ids) == BPE.encode(text).tolist()
    lengths = [len(text.encode()), *(len(join.ids) for join in joins)]
    assert lengths == sorted(lengths, reverse=True) and len(set(lengths)) == len(lengths)
    assert all(BPE.parts[join.made] == BPE.parts[join.left] + BPE.parts[join.right] for join in joins)
    assert all(BPE.decode(join.ids) == text for join in joins)
    assert [*Tokenizer.of_bytes().joins(text)] == []


def damaged_files():
    good = json.loads(BPE.to_json())
    names = list(good["model"]["vocab"])

    def changed(**values):
        return json.dumps({**good, **values})

    def model(**values):
        return changed(model={**good["model"], **values})

    yield from [changed(decoder=None), changed(extra=1), changed(normalizer={"type": "NFC"}), changed(added_tokens=[1])]
    yield changed(pre_tokenizer={**good["pre_tokenizer"], "add_prefix_space": True})
    yield changed(pre_tokenizer={**good["pre_tokenizer"], "use_regex": False})
    yield from [model(dropout=0.1), model(unk_token="a"), model(byte_fallback=True), model(type="Unigram")]
    yield from [model(merges=[]), model(merges=[*good["model"]["merges"], ["a", "b"]]), model(merges=[["a"]])]
    yield model(merges=[*good["model"]["merges"], good["model"]["merges"][0]])
    yield from [model(vocab={}), model(vocab=dict.fromkeys(names, 0)), model(vocab={"a" * 2000: 0})]
    yield model(vocab={name: id for id, name in enumerate(names[1:])})
    yield model(vocab={name: id for id, name in enumerate([names[1], names[0], *names[2:]])})
    yield model(vocab={**good["model"]["vocab"], "€": len(names)})
    yield model(vocab={**good["model"]["vocab"], "zzzz": len(names)})


@pytest.mark.parametrize("file", list(damaged_files()), ids=range(len(list(damaged_files()))))
def test_a_file_that_is_something_else_is_refused(file):
    with pytest.raises(StudioError) as caught:
        Tokenizer.from_json(file)
    assert caught.value.code == "tokenizer.damaged"


def test_a_file_with_senseless_values_is_refused_or_read():
    chance, good = random.Random(7), json.loads(BPE.to_json())
    worthless = (None, True, -1, 10**18, 1e308, "", "x" * 2000, "\x00", [], {}, [["a", "b"]], [["Ġ"]])
    for _ in range(300):
        file = json.loads(json.dumps(good))
        holder = chance.choice([file, file["model"], file["model"]["vocab"], file["pre_tokenizer"], file["decoder"]])
        holder[chance.choice([*holder])] = chance.choice(worthless)
        try:
            Tokenizer.from_json(json.dumps(file)).encode("the tide")
        except StudioError as error:
            assert error.code == "tokenizer.damaged"


def any_text(chance: random.Random) -> str:
    """Letters, spaces, all of Unicode, half characters, and what the library writes for itself."""
    kinds = (
        lambda: chr(chance.randrange(0x20, 0x7F)),
        lambda: chance.choice(" \n\t\r\u3000\u200d\ufeff\x00"),
        lambda: chr(chance.randrange(0x110000)),
        lambda: chr(chance.randrange(0x300)),
        lambda: chance.choice(["<unk>", "Ġ", "<0xE2>", "👩‍🚀", "\ud83d"]),
    )
    most = chance.choice(kinds)
    return "".join((most if chance.random() < 0.7 else chance.choice(kinds))() for _ in range(chance.randrange(40)))


@kinds
def test_no_text_raises_and_every_encodable_one_comes_back_equal(tokenizer):
    chance = random.Random(tokenizer.kind)
    for _ in range(10_000 if os.environ.get("GPT_STUDIO_LONG_TESTS") == "1" else 1_500):
        text = any_text(chance)
        ids, known = tokenizer.encode_known(text)
        kept = "".join(character for character, there in zip(text, known, strict=True) if there)
        assert tokenizer.decode(ids) == kept
        assert (kept == text) == (tokenizer.unknown(text) == ())
        assert [token.id for token in tokenizer.cut(text) if token.id is not None] == ids.tolist()
        stream = tokenizer.stream()
        assert "".join(map(stream.push, ids.tolist())) == kept
        shuffled = [chance.randrange(tokenizer.vocab_size) for _ in range(20)]
        tokenizer.decode(shuffled)
        stream = tokenizer.stream()
        [stream.push(id) for id in shuffled]
