"""Byte-pair encoding is learnt from a text, by the `tokenizers` library."""

import json
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, TimeoutError
from typing import TYPE_CHECKING

from gpt_studio.engine import files
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.keeping.patience import SLICE_S
from gpt_studio.engine.tokens.byte_pairs import HALVES, BytePairs, as_bytes, portions

if TYPE_CHECKING:
    import tokenizers

LONGEST = 32  # bytes of a learnt token; rulers of a hundred dashes would be tokens otherwise
RAREST = 2  # a pair that stands there once is no pattern

_newest: dict[tuple[str, int], BytePairs] = {}  # what was learnt last: what the window shows is what a run begins with


def learn(text: str, size: int, wanted: Callable[[], bool] = lambda: True) -> BytePairs:
    """The tokenizer of `size` tokens that suits a text. 0.2 s for 400 KB, 3 s for 10 MB; the same every time.

    Args:
        text: What is learnt from: the training part.
        size: Tokens in all, with the 256 bytes.
        wanted: Asked now and then; once it says no, the rest of the text is passed over.

    Raises:
        StudioError: `tokenizer.too_many` where the text has fewer pieces that occur twice; `most` says how many.
    """
    import tokenizers
    from tokenizers import models, pre_tokenizers, trainers

    learner = tokenizers.Tokenizer(models.BPE())
    # Words as in GPT-2: letters, digits or signs in a row with the one space before them; else spaces and line ends
    # in a row. No space is put before the text, and nothing is normalised: every text comes back as it was.
    learner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        min_frequency=RAREST,
        max_token_length=LONGEST,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    whole = HALVES.sub("", text)
    learner.train_from_iterator((portion for portion in portions(whole) if wanted()), trainer)
    learnt = BytePairs.joined(_pairs_of(learner))
    if learnt.vocab_size < size:
        raise StudioError("tokenizer.too_many", size=size, most=learnt.vocab_size)
    return learnt


def learning(text: str, size: int) -> Generator[None, None, BytePairs]:
    """As `learn`, in a thread of its own, with a place to stop every 20 ms. The library works without Python's lock.

    What was learnt last is kept, so that asking again costs nothing.
    """
    key = files.sha256(text.encode("utf-8", "surrogatepass")), size
    if key in _newest:
        return _newest[key]
    outcome: Future[BytePairs] = Future()
    unwanted = threading.Event()

    def work() -> None:
        try:
            outcome.set_result(learn(text, size, lambda: not unwanted.is_set()))
        except BaseException as error:  # the library's own panics are no Exception
            outcome.set_exception(error if isinstance(error, Exception) else RuntimeError(str(error)))

    threading.Thread(target=work, name="gpt-studio learns tokens", daemon=True).start()
    try:
        while not outcome.done():
            try:
                outcome.result(SLICE_S)
            except TimeoutError:
                yield
    finally:
        unwanted.set()
    _newest.clear()
    _newest[key] = outcome.result()
    return _newest[key]


def _pairs_of(learner: "tokenizers.Tokenizer") -> Iterator[tuple[bytes, bytes]]:
    for left, right in json.loads(learner.to_str())["model"]["merges"]:
        yield as_bytes(left), as_bytes(right)
