"""Archives and run folders that are damaged or meant to do harm: each gives a run or a sentence, nothing else.

    pytest tests/test_hostile_runs.py --hostile 5000 -o faulthandler_timeout=7200

Case n is the same in every run, so one that fails can be had again.
"""

import io
import json
import random
import shutil
import stat
import struct
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gpt_studio.cli import words
from gpt_studio.engine import runs, training
from gpt_studio.engine.config import ModelConfig, TrainConfig
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.keeping import archive, library, run_parts, snapshot_room, stored_models
from gpt_studio.engine.requests import CorpusText, TrainRequest
from gpt_studio.engine.workshop import Workshop
from gpt_studio.gui import messages
from gpt_studio.gui.parts.library.library_rows import row_for
from gpt_studio.gui.shell.run_shelf import RunShelf
from gpt_studio.gui.state import StudioState

LONGEST_S = 20.0  # of the processor, for one case; the usual one takes some milliseconds
Members = dict[str, bytes]
WORTHLESS: tuple[object, ...] = (
    None, True, -1, 0, 10**18, 10**400, 1e308, -0.0, "", "x" * 10_000, "\u202e\x00\n", [], {}, [[[[]]]], "\ud800",
)  # fmt: skip


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real run, small enough to be copied thousands of times."""
    folder = tmp_path_factory.mktemp("honest") / "toy"
    request = TrainRequest(
        corpus=CorpusText(id="toy", title="Toy", text="Ann has a cat. Bob has a dog.\n" * 40),
        model=ModelConfig(n_layer=1, n_head=1, n_embd=8, block_size=8),
        train=TrainConfig(max_steps=12, batch_size=2, eval_every=6, micro_batch=2),
        run=folder,
        name="toy",
    )
    list(training.train(Workshop(), request))
    return folder


@pytest.fixture(scope="module")
def members(honest: Path) -> Members:
    return {part.name: part.path.read_bytes() for part in run_parts.parts(honest)}


def zipped(members: Members, change: Callable[[zipfile.ZipInfo], None] | None = None) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in members.items():
            info = zipfile.ZipInfo("x")
            info.filename, info.compress_type = name, zipfile.ZIP_DEFLATED
            if change:
                change(info)
            out.writestr(info, data)
    return made.getvalue()


# What is done to an archive. Each is given chance and the honest members, and makes the bytes of a file.


def flipped(chance: random.Random, members: Members) -> bytes:
    data = bytearray(zipped(members))
    for _ in range(chance.choice((1, 3, 30))):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


def cut(chance: random.Random, members: Members) -> bytes:
    data = zipped(members)
    start, end = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    return chance.choice((data[:start], data[start:], data[:start] + data[end:], data + data[:start]))


def garbage(chance: random.Random, members: Members) -> bytes:
    return chance.choice((b"", b"PK\x05\x06" + bytes(18), b"PK\x05\x06" + chance.randbytes(18), chance.randbytes(3000)))


def contents_lie(chance: random.Random, members: Members) -> bytes:
    """Sizes, places, flags and methods in the list of members are not true."""
    data = bytearray(zipped(members))
    entries = [place for place in range(len(data) - 4) if data[place : place + 4] == b"PK\x01\x02"]
    for place in chance.sample(entries, chance.randint(1, len(entries))):
        offset = chance.choice((8, 10, 16, 20, 24, 28, 42))
        form, most = ("<H", 0xFFFF) if offset in (8, 10, 28) else ("<I", 0xFFFFFFFF)
        value = chance.choice((0, 1, 8, 9, 12, 14, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, chance.getrandbits(32)))
        struct.pack_into(form, data, place + offset, value & most)
    return bytes(data)


def overlapping(chance: random.Random, members: Members) -> bytes:
    """Every member is said to lie in the same place."""
    data = bytearray(zipped(members))
    for place in range(len(data) - 4):
        if data[place : place + 4] == b"PK\x01\x02":
            struct.pack_into("<I", data, place + 42, chance.choice((0, 0, chance.randrange(len(data)))))
    return bytes(data)


def escaping(chance: random.Random, members: Members) -> bytes:
    paths = (
        "../escaped", "/tmp/escaped", "..\\escaped", "C:\\escaped", "C:escaped", "best/../../../escaped.json",
        "./run.json", "best//model.safetensors", "a/../../escaped", "\\\\host\\escaped", "run.json\x00.txt",
        "..", "/", "best/..",
    )  # fmt: skip
    return zipped({**members, chance.choice(paths): b"escaped"})


def escaping_by_link(chance: random.Random, members: Members) -> bytes:
    target = chance.choice(("best", "run.json", "corpus.txt", "snapshots", "other"))

    def link(info: zipfile.ZipInfo) -> None:
        if info.filename == target:
            kind = chance.choice((stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK))
            info.external_attr = (kind | 0o777) << 16

    return zipped({target: b"../..", **members}, link)


def twice(chance: random.Random, members: Members) -> bytes:
    name = chance.choice([*members])
    return zipped({**members, chance.choice((name.upper(), name.title(), f"{name}/")): b"other"})


def locked_with_a_password(chance: random.Random, members: Members) -> bytes:
    data = bytearray(zipped(members))
    for place in range(len(data) - 4):
        if data[place : place + 4] == b"PK\x01\x02" and chance.random() < 0.5:
            data[place + 8] |= 1
    return bytes(data)


def nested(chance: random.Random, members: Members) -> bytes:
    inner = zipped(members)
    name = chance.choice(("a.gptrun", "results/a.zip", "x.TGZ"))
    return zipped({**chance.choice(({}, members)), name: inner})


def bomb(chance: random.Random, members: Members) -> bytes:
    name = chance.choice(("corpus.txt", "metrics.jsonl", "run.json", "best/model.safetensors", "tokenizer.json"))
    return zipped({**members, name: bytes(chance.choice((2, 20)) * 1024**2)})


def crowded(chance: random.Random, members: Members) -> bytes:
    many = {f"snapshots/step-{step:06d}/manifest.json": b"" for step in range(chance.choice((200, 5100)))}
    return zipped({**members, **many})


def in_a_folder(chance: random.Random, members: Members) -> bytes:
    tops = chance.choice((("toy/",), ("a/", "b/"), ("a/b/",), ("__MACOSX/",), ("toy/", "__MACOSX/")))
    return zipped({top + name: data for top in tops for name, data in members.items()})


def lacking(chance: random.Random, members: Members) -> bytes:
    gone = {*chance.sample([*members], chance.randint(1, len(members)))}
    return zipped({name: data for name, data in members.items() if name not in gone})


def strange_inside(chance: random.Random, members: Members) -> bytes:
    name = chance.choice([*members])
    return zipped({**members, name: spoilt(chance, name, members[name])})


ATTACKS = (
    flipped, cut, garbage, contents_lie, overlapping, escaping, escaping_by_link, twice, locked_with_a_password, nested,
    bomb, crowded, in_a_folder, lacking, strange_inside,
)  # fmt: skip


# What is done to the bytes of a file


def spoilt(chance: random.Random, name: str, data: bytes) -> bytes:
    ways: list[Callable[[], bytes]] = [
        lambda: b"",
        lambda: data[: chance.randrange(len(data) + 1)],
        lambda: chance.randbytes(200),
        lambda: b"[" * 100_000,
        lambda: b"".join(bytes([byte ^ (chance.random() < 0.01)]) for byte in data),
    ]
    if name.endswith(".json"):
        ways += [lambda: worthless(chance, data)] * 8
    if name.endswith(".jsonl"):
        ways += [lambda: b"".join(worthless(chance, line) + b"\n" for line in data.splitlines()[:50])] * 8
    if name.endswith(".safetensors"):
        ways += [lambda: struct.pack("<Q", chance.getrandbits(64)) + data[8:], lambda: data + bytes(9)]
    return chance.choice(ways)()


def worthless(chance: random.Random, data: bytes) -> bytes:
    """The same JSON with values that nobody would have written."""
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):  # it was damaged before
        return data
    for _ in range(chance.randint(1, 3)):
        holder = told
        while isinstance(holder, dict) and holder:
            key = chance.choice([*holder])
            if isinstance(holder[key], dict) and holder[key] and chance.random() < 0.8:
                holder = holder[key]
                continue
            holder[key] = chance.choice(WORTHLESS)
            break
    return json.dumps(told).encode("utf-8", "surrogatepass")


# What must hold


def in_words(error: StudioError, both_faces: bool = False) -> str:
    """The sentence that people see; there must be one."""
    assert messages.knows(error.code), error
    assert not both_faces or error.code in words.SENTENCES, error
    return messages.sentence(error.code, error.values)


def read_everything(run: Path) -> list[str]:
    """All that a program does with a run that it was given; gives what was refused."""
    said = []
    readers: tuple[Callable[[], object], ...] = (
        lambda: RunShelf(StudioState()).read(run),
        lambda: [row_for(each, None, None, None).spoken for each in library.all_runs(run.parent)],
        lambda: runs.read_corpus(run),
        lambda: runs.read_tokenizer(run),
        lambda: stored_models.load_model(run, runs.read_record(run).model),
        lambda: stored_models.load_model(run, runs.read_record(run).model, 0),
        lambda: run_parts.disk_use(run),
        lambda: snapshot_room.thin(run, snapshot_room.plan_thinning(run).steps),
        lambda: list(archive.pack(run, run.parent / "again.gptrun")),
        lambda: list(library.duplicate(run, run.parent)),
    )
    for read in readers:
        try:
            read()
        except StudioError as error:
            said.append(in_words(error))
    return said


@pytest.fixture
def cases(request: pytest.FixtureRequest) -> Iterator[int]:
    return iter(range(request.config.getoption("--hostile") // 2))


def test_a_hostile_archive_gives_a_run_or_a_sentence_and_touches_nothing_else(cases, members, tmp_path):
    home, file = tmp_path / "home" / "runs", tmp_path / "given.gptrun"
    home.mkdir(parents=True)
    refused = 0
    for case in cases:
        chance = random.Random(case)
        file.write_bytes(ATTACKS[case % len(ATTACKS)](chance, members))
        began = time.process_time()
        try:
            *_, last = archive.unpack(file, home)
        except StudioError as error:
            assert in_words(error)
            refused += 1
            assert [*home.iterdir()] == [], f"case {case} left something"
        else:
            assert last.result.parent == home and not last.result.name.startswith("."), f"case {case}"
            assert not [path for path in last.result.rglob("*") if path.is_symlink()]
            read_everything(last.result)
            shutil.rmtree(home)
            home.mkdir()
        assert {path.name for path in tmp_path.iterdir()} == {"home", "given.gptrun"}, f"case {case}"
        assert {path.name for path in home.parent.iterdir()} == {"runs"}, f"case {case}"
        assert time.process_time() - began < LONGEST_S, f"case {case}"
    assert refused > case / 2


def test_a_mutated_run_folder_gives_a_sentence_wherever_it_is_read(cases, honest, tmp_path):
    home = tmp_path / "runs"
    for case in cases:
        chance = random.Random(case)
        run = shutil.copytree(honest, home / "toy")
        for _ in range(chance.randint(1, 3)):
            mutate(chance, run)
        began = time.process_time()
        (listed,) = library.all_runs(home)
        assert listed.record or in_words(listed.problem)
        read_everything(run)
        assert time.process_time() - began < LONGEST_S, f"case {case}"
        shutil.rmtree(home)


def mutate(chance: random.Random, run: Path) -> None:
    """Damage one thing in a run folder."""
    path = chance.choice(sorted(path for path in run.rglob("*") if path.name != "lock" and path.exists()))
    way = chance.randrange(8)
    if way == 0:
        _remove(path)
    elif way == 1:
        _remove(path)
        path.mkdir()
    elif way == 2:
        _remove(path)
        path.write_bytes(b"x")
    elif way == 3:
        _remove(path)
        path.symlink_to(chance.choice((path, run, Path("/dev/null"), Path("nowhere"))))
    elif way == 4 and path.name.startswith("step-"):
        path.rename(path.with_name(chance.choice(("step-000", "step-999999999999", "step-٣٣٣٣٣٣", "step-000007x"))))
    elif path.is_file():
        path.write_bytes(spoilt(chance, path.name, path.read_bytes()))


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
