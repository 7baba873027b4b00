"""What of the collected files does not go into the bundle. A pattern that hits nothing ends the build: then an upgrade
has moved something, and the pattern would guard nothing any more.
"""

import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

SYSTEM = {"linux": "linux", "win32": "windows", "darwin": "macos"}.get(sys.platform, sys.platform)


@dataclass(frozen=True)
class Drop:
    """Something that is left out.

    Args:
        pattern: Matches the whole destination name of a file, with "/" between folders, or the name of a module.
        why: What it is, and why nothing needs it.
        must_hit: The systems and builds where a pattern without a hit is a fault, as "linux-cpu"; "linux" means both
            builds. Elsewhere it is used as well, but may hit nothing.
    """

    pattern: str
    why: str
    must_hit: tuple[str, ...] = ("linux",)

    def hits(self, name: str) -> bool:
        return re.fullmatch(self.pattern, name) is not None


FILES = (
    Drop(r"torch/test/.*", "torch's own test programs, 83 MB", ("linux-cpu",)),
    Drop(r"torch/bin/(?!torch_shm_manager).*", "protoc and more test programs, 50 MB", ("linux-cpu",)),
    Drop(
        r"torch/lib/(lib)?(\w+_test|backend_with_compiler|jitbackend_test|torchbind_test|aoti_custom_ops)\..*",
        "test libraries",
        ("linux-cpu",),
    ),
    # torch/utils/_config_module.py reads the source of the modules that call it, so those stay.
    Drop(
        r"torch/(?!([^/]*/)*[^/]*config[^/]*\.py$).*\.py",
        "sources beside the archive, 50 MB; only TorchScript reads them",
        ("linux", "windows", "macos"),
    ),
    Drop(r"torch/(_inductor|_dynamo|_export|_vendor|utils|testing|csrc|share|onnx|include)/.*\.(?!py$|so$|pyd$)\w+", "the compiler's templates"),
    Drop(r"(torch|torchgen|functorch)/.*\.(yaml|ini|md|txt|jinja|cfg)", "what the sources of torch are made from"),
    Drop(r"[^/]+\.dist-info/(?!METADATA$).*", "of a package's papers, its version is asked for", ("linux", "windows", "macos")),
    Drop(
        r"PySide6/(Qt/)?plugins/platforms/(lib)?q(eglfs|linuxfb|vnc|minimal|minimalegl|vkkhrdisplay)\..*",
        "screens that are no desktop",
    ),
    Drop(
        r"PySide6/(Qt/)?plugins/(egldeviceintegrations|generic|tls|networkinformation)/.*",
        "embedded devices; a network that the window never uses",
    ),
    Drop(r"PySide6/(Qt/)?plugins/platformthemes/libqgtk3\.so", "would draw half of GTK into the bundle"),
    Drop(r"PySide6/(Qt/)?plugins/imageformats/(lib)?q(tga|tiff|wbmp|webp|icns|gif|jpeg)\..*", "pictures of kinds that the window never reads"),
    Drop(r"PySide6/(Qt/)?translations/.*", "the texts of Qt's own tools"),
    Drop(r"(PySide6/opengl32sw|PySide6/d3dcompiler_47)\.dll", "OpenGL in software; the window paints without OpenGL", ()),
    Drop(r"PySide6/(Qt)?(Network|OpenGL|OpenGLWidgets|Test|DBus)\.(abi3\.so|pyd)", "modules of Qt that nothing uses; packaging/stand_ins has two that pyqtgraph imports"),
    Drop(r"PySide6/(Qt/)?plugins/wayland-graphics-integration-client/.*", "Wayland's ways to OpenGL; they link to that library"),
    Drop(r"PySide6/Qt/lib/libQt6(OpenGL|OpenGLWidgets|Test|EglFS\w+|EglFs\w+)\.so.*", "and their libraries"),
    Drop(r"PIL/_(avif|imagingft|imagingcms|webp|imagingtk)\..*", "Pillow writes PNG and GIF here, and nothing else"),
    Drop(r"numpy/_core/_(simd|\w+_tests)\..*|numpy/_core/lib/.*|numpy/random/lib/.*", "numpy's own tests and libraries to build with"),
    Drop(r"pyqtgraph/(colors/maps|icons/peegee)/.*", "maps of colours, which the window has of its own, and pyqtgraph's mascot"),
    Drop(
        r"python3\.\d+/lib-dynload/(readline|_sqlite3|_curses\w*|_g?dbm|audioop|ossaudiodev|nis|spwd|_crypt|_test\w+|xx\w+)\..*",
        "of Python's extensions those that nothing uses; readline and gdbm are under the GPL besides",
    ),
    Drop(
        r"(libstdc\+\+|libgcc_s)\.so.*",
        "an old one here would keep the graphics driver of a newer system from loading",
    ),
    Drop(
        r"lib(X11|X11-xcb|Xau|Xdmcp|Xext|Xrender|fontconfig|freetype|expat|z|uuid|dbus-1|glib-2\.0|gthread-2\.0)\.so.*",
        "every desktop has them, and they must fit its X server, its fonts, its driver and its message bus",
    ),
)  # fmt: skip

# Modules in the archive. What torch, its optimizers and their helpers really import was read from sys.modules after a
# self-test; of the rest, the large parts with a clear purpose of their own go.
MODULES = (
    Drop(r"torch\._inductor\.(codegen|fx_passes|kernel|ir|lowering|scheduler|select_algorithm|autoheuristic|package|codecache|compile_fx|template_heuristics|pattern_matcher|graph|cudagraph_trees|debug|comms|autotune_process|sizevars)(\..*)?", "compiler that would need a C++ compiler on the student's machine"),
    Drop(r"torch\.testing\._internal\.(?!(common_dtype|distributed|distributed\.fake_pg|logging_tensor)$).*", "torch's tests"),
    Drop(r"torch\.distributed\.(checkpoint|elastic|pipelining|benchmarks|examples|launcher|run|_tools)(\..*)?", "several machines"),
    Drop(r"torch\.onnx\._internal\.(torchscript_exporter\.symbolic_opset(7|8|1[1-9]|2\d)|exporter\._torchlib)(\..*)?", "export to ONNX"),
    Drop(r"torch\._export\.(db|serde|passes)\..*", "examples and formats of torch.export"),
    Drop(r"torch\.utils\.(benchmark|tensorboard|bottleneck|model_dump|hipify)(\..*)?", "tools of torch's developers"),
    Drop(r"torch\.(_vendor\.quack|sparse\._triton_ops(_meta)?)(\..*)?", "kernels for the newest GPUs that only the compiler calls"),
    Drop(r"torch\.(ao\.(ns|pruning)|backends\._nnapi|distributed\.flight_recorder)(\..*)?", "quantised and pruned models, telephones"),
    Drop(r"sympy\.(physics|combinatorics|stats|vector|liealgebras|diffgeom|crypto|benchmarks|holonomic|categories|sandbox|testing|plotting\.pygletplot\.\w+)(\..*)?", "sympy beyond what torch's shapes need"),
    Drop(r"(jinja2|fsspec|markupsafe|pydoc_data|doctest|lib2to3|ensurepip|idlelib|turtledemo|xmlrpc|distutils)(\..*)?", "never imported in this program"),
    Drop(r"numpy\.(f2py|distutils|_pyinstaller|.*\.tests)(\..*)?", "numpy's tools", ()),
    Drop(r"pyqtgraph\.(opengl|flowchart|dockarea|console|jupyter|examples)(\..*)?", "parts of pyqtgraph without a place in this window", ()),
)  # fmt: skip


def strain(names: Iterable[str], drops: Sequence[Drop], build: str) -> set[str]:
    """The names that go; `build` is "cpu" or "cuda".

    Raises:
        SystemExit: A pattern that must hit something here hits nothing; names all of those.
    """
    known = sorted({name.replace("\\", "/") for name in names})
    hit = {drop: [name for name in known if drop.hits(name)] for drop in drops}
    here = {SYSTEM, f"{SYSTEM}-{build}"}
    idle = [drop for drop, names in hit.items() if not names and here & set(drop.must_hit)]
    if idle:
        told = "\n".join(f"  {drop.pattern}  ({drop.why})" for drop in idle)
        raise SystemExit(
            f"These patterns of packaging/steps/sieve.py hit nothing any more. See what has moved:\n{told}"
        )
    return {name for names in hit.values() for name in names}


def orphans(files: dict[str, Path], started: Iterable[str]) -> set[str]:
    """Libraries that nothing needs any more, now that others have gone.

    Args:
        files: Destination name and source of every binary.
        started: Those that are opened by name: extensions, plugins, libraries of torch. The others are there because
            the system's loader asks for them.
    """
    needs = {name: _needed(path) for name, path in files.items()}
    by_soname: dict[str, list[str]] = {}
    for name in files:
        by_soname.setdefault(Path(name).name, []).append(name)
    wanted, waiting = set(), list(started)
    while waiting:
        name = waiting.pop()
        if name not in wanted:
            wanted.add(name)
            waiting += [found for soname in needs[name] for found in by_soname.get(soname, ())]
    return set(files) - wanted


def _needed(path: Path) -> list[str]:
    told = subprocess.run(["readelf", "-d", str(path)], capture_output=True, text=True).stdout
    return re.findall(r"\(NEEDED\).*\[(.+)\]", told)
