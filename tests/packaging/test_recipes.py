"""The recipes of the bundle: what is left out, what it may weigh, and that every installer says the same."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from steps import bundle, identity, sieve, tested, weigh, windows

import gpt_studio

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGING = ROOT / "packaging"


def everywhere(pattern: str) -> sieve.Drop:
    return sieve.Drop(pattern, "a test", ("linux", "windows", "macos"))


def test_what_a_pattern_hits_is_left_out():
    gone = sieve.strain(["torch/test/a", "torch\\test\\b", "torch/lib/c.so"], [everywhere("torch/test/.*")], "cpu")
    assert gone == {"torch/test/a", "torch/test/b"}


def test_a_pattern_that_hits_nothing_any_more_ends_the_build():
    with pytest.raises(SystemExit, match="torch/test/"):
        sieve.strain(["torch/tests/a"], [everywhere("torch/test/.*")], "cpu")


def test_a_pattern_for_the_processor_build_may_hit_nothing_in_the_cuda_build():
    drop = sieve.Drop("torch/test/.*", "a test", (f"{sieve.SYSTEM}-cpu",))
    assert sieve.strain(["torch/lib/a"], [drop], "cuda") == set()
    with pytest.raises(SystemExit):
        sieve.strain(["torch/lib/a"], [drop], "cpu")


@pytest.mark.parametrize(
    "kept",
    [
        "torch/_inductor/config.py",
        "torch/utils/_config_module.py",
        "torch/lib/libtorch_cpu.so",
        "torch/bin/torch_shm_manager",
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqwayland.so",
        "PySide6/Qt/plugins/imageformats/libqsvg.so",
        "numpy-2.4.6.dist-info/METADATA",
        "resources/lessons/train.md",
        "libxcb-cursor.so.0",
    ],
)
def test_what_the_program_needs_stays(kept):
    assert not [drop.pattern for drop in sieve.FILES if drop.hits(kept)]


def test_a_part_that_grows_by_more_than_a_tenth_is_a_fault():
    before = {"numpy": {"bytes": 10_000_000, "files": 3}}
    assert not list(weigh.faults({"numpy": {"bytes": 10_900_000, "files": 3}}, before, {}))
    assert list(weigh.faults({"numpy": {"bytes": 11_100_000, "files": 3}}, before, {}))
    assert list(weigh.faults({"scipy": {"bytes": 1_000_000, "files": 1}}, before, {}))


def test_the_limits_hold_for_the_whole():
    parts = {"torch": {"bytes": 500_000_000, "files": 400}, "Qt": {"bytes": 80_000_000, "files": 120}}
    told = " ".join(weigh.faults(parts, parts, {"bytes": 560_000_000, "files": 500}))
    assert "580 MB" in told and "520 files" in told


def test_each_file_counts_for_one_part(tmp_path):
    for name in ("gpt-studio", "_internal/torch/lib/libtorch_cpu.so", "_internal/libxcb.so.1", "_internal/x/y"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"12345")
    parts = weigh.weigh(tmp_path)
    assert (
        parts[weigh.ARCHIVE]["bytes"]
        == parts["torch: libtorch_cpu"]["bytes"]
        == parts["system libraries"]["bytes"]
        == 5
    )
    assert weigh.total(parts) == (20, 4)


def test_there_is_one_source_of_the_version():
    assert bundle.version() == gpt_studio.__version__
    recipes = [
        file for file in PACKAGING.rglob("*") if file.suffix in (".nsi", ".xml", ".spec", ".desktop", ".sh", ".plist")
    ]
    assert recipes and not [
        file for file in recipes if re.search(rf"\b{re.escape(gpt_studio.__version__)}\b(?! file)", _code(file))
    ]


def _code(file: Path) -> str:
    return "\n".join(
        line for line in file.read_text("utf-8").splitlines() if not line.strip().startswith((";", "#", "<!--"))
    )


@pytest.mark.parametrize(
    ("version", "numbers"), [("0.9.0", (0, 9, 0, 0)), ("1.2.3rc1", (1, 2, 3, 0)), ("2026.1.2.3.4", (2026, 1, 2, 3))]
)
def test_windows_shows_the_version_among_the_programs_properties(version, numbers):
    told = _as_pyinstaller_reads(identity.version_resource(version))
    assert told["filevers"] == told["prodvers"] == numbers
    assert told["FileVersion"] == told["ProductVersion"] == version
    assert told["ProductName"] == "GPT Studio" and "©" in told["LegalCopyright"]
    assert int(told["table"][:4], 16) == told["Translation"][0] and int(told["table"][4:], 16) == told["Translation"][1]


def _as_pyinstaller_reads(text: str) -> dict[str, object]:
    """The expression's names and values; the names that it may use are those of PyInstaller's versioninfo module."""
    told: dict[str, object] = {}
    names = {
        "VSVersionInfo": lambda ffi, kids: told,
        "FixedFileInfo": lambda filevers, prodvers, mask, flags, OS, fileType, subtype, date: told.update(
            filevers=filevers, prodvers=prodvers
        ),
        "StringFileInfo": lambda tables: None,
        "StringTable": lambda table, strings: told.update(table=table),
        "StringStruct": lambda name, value: told.update({name: value}),
        "VarFileInfo": lambda variables: None,
        "VarStruct": lambda name, values: told.update({name: values}),
    }
    return eval(text, {"__builtins__": {}}, names)


def test_the_builder_is_pinned_exactly():
    lines = (PACKAGING / "requirements.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith(("#", "-c"))]
    assert pins and all("==" in line for line in pins)


def test_every_system_calls_the_run_file_the_same():
    mime = ElementTree.parse(PACKAGING / "linux" / "gpt-studio.xml").getroot()[0]
    assert mime.get("type") == identity.RUN_MIME
    assert f"MimeType={identity.RUN_MIME};" in (PACKAGING / "linux" / "gpt-studio.desktop").read_text("utf-8")
    assert f".{identity.RUN_SUFFIX}" in (PACKAGING / "windows" / "gpt-studio.nsi").read_text("utf-8")
    told = identity.info_plist("1.0")["UTExportedTypeDeclarations"][0]["UTTypeTagSpecification"]
    assert told == {"public.filename-extension": ["gptrun"], "public.mime-type": [identity.RUN_MIME]}


def test_an_msi_names_each_file_once_and_keeps_its_codes(tmp_path):
    for name in (
        "GPT Studio.exe",
        "gpt-studio.exe",
        "_internal/a/x.dll",
        "_internal/b/x.dll",
        '_internal/Größe & "Maß".txt',
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    recipe = windows.msi_recipe(tmp_path, "1.2.3")
    space = {"w": "http://schemas.microsoft.com/wix/2006/wi"}
    root = ElementTree.fromstring(recipe.encode())
    ids = [each.get("Id") for each in root.iterfind(".//w:Component", space)]
    assert len(ids) == len(set(ids)) == 7
    assert {each.get("Id") for each in root.iterfind(".//w:ComponentRef", space)} == set(ids)
    assert windows.msi_recipe(tmp_path, "1.2.3") == recipe
    assert identity.MSI_UPGRADE_CODE in recipe


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a script for Linux")
def test_the_install_script_installs_updates_and_removes_in_a_home_of_an_awkward_name(tmp_path):
    home = tmp_path / "Zoë's $HOME, 100 % `!`"
    home.mkdir()
    unpacked = tmp_path / "unpacked"
    (unpacked / "gpt-studio").mkdir(parents=True)
    program = unpacked / "gpt-studio" / "gpt-studio"
    program.write_text("#!/bin/sh\necho GPT Studio 9\n")
    program.chmod(0o755)
    for name, folder in (("gpt-studio.desktop", "applications"), ("gpt-studio.xml", "mime/packages")):
        (unpacked / "share" / folder).mkdir(parents=True)
        (unpacked / "share" / folder / name).write_text((PACKAGING / "linux" / name).read_text("utf-8"), "utf-8")
    script = unpacked / "install.sh"
    script.write_text((PACKAGING / "linux" / "install.sh").read_text("utf-8"))

    def install(*arguments: str) -> subprocess.CompletedProcess:
        variables = {"HOME": str(home), "PATH": "/usr/bin:/bin"}
        return subprocess.run(["/bin/sh", script, *arguments], env=variables, capture_output=True, text=True)

    own = home / ".local" / "lib" / "other"
    own.mkdir(parents=True)
    for _ in range(2):
        done = install("--user")
        assert done.returncode == 0 and "GPT Studio 9" in done.stdout, done.stderr
    assert subprocess.run([home / ".local/bin/gpt-studio"], capture_output=True, text=True).stdout == "GPT Studio 9\n"
    desktop = (home / ".local/share/applications/gpt-studio.desktop").read_text("utf-8")
    (line,) = [line for line in desktop.splitlines() if line.startswith("Exec=")]
    assert _as_desktops_read(line.removeprefix("Exec=")) == [str(home / ".local/lib/gpt-studio/gpt-studio"), "%f"]
    assert install("--uninstall").returncode == 0
    assert [path for path in (home / ".local").rglob("*") if "gpt" in path.name] == [] and own.is_dir()


def _as_desktops_read(value: str) -> list[str]:
    """The words of an Exec line, by the rules of the desktop entry specification."""
    unescaped = value.replace("\\\\", "\\")
    quoted, rest = re.fullmatch(r'"((?:[^"\\]|\\.)*)" (.*)', unescaped).groups()
    return [re.sub(r"\\(.)", r"\1", quoted).replace("%%", "%"), rest]


def test_the_test_of_the_bundle_is_asked_for_when_a_recipe_has_changed(tmp_path, monkeypatch):
    before = tested.digest()
    monkeypatch.setattr(tested, "NOTE", tmp_path / "tested.txt")
    assert not tested.is_tested()
    tested.note()
    assert tested.is_tested() and tested.digest() == before
    tested.NOTE.write_text("another state\n")
    assert not tested.is_tested()
