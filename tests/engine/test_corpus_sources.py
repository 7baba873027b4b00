import hashlib
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec
import pytest

from gpt_studio.engine import corpus, corpus_sources
from gpt_studio.engine.corpus_sources import Gathered, accept, fetch, gather_python_code, pack_python_code
from gpt_studio.engine.errors import CorpusError, StudioError

STAND_IN = b"ROMEO:\nSoft! What light is this?\n" * 3000  # the real text is not in the repository


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("GPT_STUDIO_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("GPT_STUDIO_CORPORA", raising=False)
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setattr(corpus_sources, "SHAKESPEARE_BYTES", len(STAND_IN))
    monkeypatch.setattr(corpus_sources, "SHAKESPEARE_SHA256", hashlib.sha256(STAND_IN).hexdigest())
    return tmp_path / "home"


class Server(ThreadingHTTPServer):
    """Serves `body`, of which it tells the length `told` and sends `sent` bytes."""

    daemon_threads = True
    status, body, told, sent = 200, STAND_IN, len(STAND_IN), len(STAND_IN)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/input.txt"


class Answer(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self):
        self.send_response(self.server.status)
        if self.server.told is not None:
            self.send_header("Content-Length", str(self.server.told))
        self.end_headers()
        self.wfile.write(self.server.body[: self.server.sent])

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    server = Server(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, name="test server")
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def failure(url):
    with pytest.raises(CorpusError) as caught:
        list(fetch(url))
    return caught.value.code


def everything_in(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*")) if folder.exists() else []


def test_shakespeare_is_fetched_whole_with_progress(server, home):
    assert not corpus.available("shakespeare")
    told = list(fetch(server.url))
    assert told[0] == (0, len(STAND_IN))
    assert told[-1] == (len(STAND_IN), len(STAND_IN))
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert len(told) > 2
    assert corpus.available("shakespeare")
    assert corpus.load("shakespeare").text == STAND_IN.decode()
    assert everything_in(home) == ["cache", "cache/shakespeare.txt"]


def test_another_text_is_refused_by_its_checksum(server, home):
    server.body = STAND_IN.replace(b"light", b"night")
    assert failure(server.url) == "corpus.checksum"
    server.body, server.told, server.sent = b"<html>Please log in to the hotel's network</html>", 50, 50
    server.told = len(server.body)
    assert failure(server.url) == "corpus.checksum"
    assert everything_in(home) == []


def test_an_endless_answer_is_left_early(server, home):
    server.body, server.told, server.sent = STAND_IN * 20, None, len(STAND_IN) * 20
    assert failure(server.url) == "corpus.checksum"
    assert everything_in(home) == []


def test_a_connection_cut_midway_leaves_nothing_and_the_next_try_succeeds(server, home):
    server.sent = 50_000
    with pytest.raises(CorpusError) as caught:
        list(fetch(server.url))
    assert caught.value.code == "corpus.interrupted"
    assert (caught.value.values["done"], caught.value.values["total"]) == (50_000, len(STAND_IN))
    assert everything_in(home) == []
    server.sent = len(STAND_IN)
    list(fetch(server.url))
    assert corpus.available("shakespeare")


def test_leaving_the_download_midway_leaves_nothing(server, home):
    download = fetch(server.url)
    next(download)
    next(download)
    download.close()
    assert everything_in(home) == []


def test_no_network_is_told_as_such(server, home):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        assert failure(f"http://127.0.0.1:{unused.getsockname()[1]}/") == "corpus.offline"
    assert failure("http://no-such-host.invalid/") == "corpus.offline"
    server.status = 404
    assert failure(server.url) == "corpus.offline"
    assert everything_in(home) == []


def test_a_server_that_says_nothing_is_given_up(monkeypatch):
    monkeypatch.setattr(corpus_sources, "_TIMEOUT_S", 0.05)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        assert failure(f"http://127.0.0.1:{silent.getsockname()[1]}/") == "corpus.offline"


def test_a_place_that_cannot_be_written_is_told(server, tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StudioError, match=r"files\.write"):
        list(fetch(server.url, tmp_path / "file" / "shakespeare.txt"))


def test_a_picked_file_is_taken_only_if_it_is_the_text(tmp_path):
    right, wrong = tmp_path / "right.txt", tmp_path / "wrong.txt"
    right.write_bytes(STAND_IN)
    wrong.write_bytes(STAND_IN[:-1] + b"!")
    for path, code in ((wrong, "corpus.checksum"), (tmp_path / "none.txt", "corpus.not_found")):
        with pytest.raises(CorpusError) as caught:
            accept(path)
        assert caught.value.code == code
    assert not corpus.available("shakespeare")
    assert accept(right).read_bytes() == STAND_IN
    assert corpus.available("shakespeare")


@pytest.mark.parametrize("name", ["shakespeare.txt", "tinyshakespeare.txt", "input.txt"])
def test_shakespeare_is_found_on_the_share_of_a_lab(name, tmp_path, monkeypatch, home):
    monkeypatch.setenv("GPT_STUDIO_CORPORA", str(tmp_path / "share"))
    assert not corpus.available("shakespeare")
    (tmp_path / "share").mkdir()
    (tmp_path / "share" / name).write_bytes(STAND_IN[::-1])
    assert not corpus.available("shakespeare")
    (tmp_path / "share" / name).write_bytes(STAND_IN)
    assert corpus.load("shakespeare").text == STAND_IN.decode()
    assert everything_in(home) == []


def test_the_python_text_is_gathered_once_and_kept(home):
    text = corpus.load("python_code").text
    assert 390_000 < len(text) <= 400_000
    assert text.endswith("\n")
    assert text.isascii() and "\t" not in text
    kept = corpus_sources.find("python_code")
    assert kept is not None and kept.read_text(encoding="utf-8") == text
    record = msgspec.json.decode(kept.with_suffix(".json").read_bytes(), type=Gathered)
    assert record.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert (record.characters, record.licence) == (len(text), "PSF-2.0")
    assert corpus.load("python_code").text == text


def test_a_damaged_copy_of_the_python_text_is_gathered_again():
    text = corpus.load("python_code").text
    kept = corpus_sources.find("python_code")
    kept.write_text("torn")
    assert corpus.load("python_code").text == text
    for damage in (b"{}", b'{"python": "\xff"}', b""):
        kept.with_suffix(".json").write_bytes(damage)
        assert corpus.load("python_code").text == text
    kept.unlink()
    assert corpus.load("python_code").text == text


def test_the_python_text_is_there_even_where_nothing_can_be_kept(home):
    home.write_text("a file where the folder should be")
    assert len(corpus.load("python_code").text) > 390_000


def test_the_python_text_is_the_same_each_time_and_follows_its_library(tmp_path):
    assert gather_python_code() == gather_python_code()
    (tmp_path / "heapq.py").write_text("a = 1\n\tb = 2\nc = `d`\ne = 'é'\nf = 6\n")
    text, record = gather_python_code(tmp_path)
    assert text == "a = 1\nf = 6\n\n"
    assert record.modules == ("heapq",)


def test_a_shipped_python_text_is_preferred(tmp_path, monkeypatch):
    pack_python_code(tmp_path)
    (tmp_path / "python_code.txt").write_text("import this\n")
    monkeypatch.setattr(corpus_sources.paths, "corpora", lambda: tmp_path)
    assert corpus.load("python_code").text == "import this\n"


def test_the_packager_gets_the_text_with_its_record(tmp_path):
    packed = pack_python_code(tmp_path)
    assert everything_in(tmp_path) == ["python_code.json", "python_code.txt"]
    assert packed.read_text(encoding="utf-8") == gather_python_code()[0]
