"""The free libraries that GPT Studio stands on, as the box About names them; the bundle is made from this list too."""

from pathlib import Path

from gpt_studio import paths

# Package, what it is called, its licence.
PARTS = (
    ("torch", "PyTorch", "BSD-3-Clause"),
    ("PySide6_Essentials", "Qt for Python", "LGPL-3.0"),
    ("numpy", "NumPy", "BSD-3-Clause"),
    ("pyqtgraph", "pyqtgraph", "MIT"),
    ("msgspec", "msgspec", "BSD-3-Clause"),
    ("safetensors", "safetensors", "Apache-2.0"),
    ("tokenizers", "tokenizers", "Apache-2.0"),
    ("psutil", "psutil", "BSD-3-Clause"),
    ("nvidia-ml-py", "nvidia-ml-py", "BSD-3-Clause"),
    ("platformdirs", "platformdirs", "MIT"),
    ("charset-normalizer", "charset-normalizer", "MIT"),
    ("filelock", "filelock", "MIT"),
    ("superqt", "superqt", "BSD-3-Clause"),
    ("pillow", "Pillow", "MIT-CMU"),
)


def licence_texts() -> str:
    """The licences in full: the file that the built program carries, else what the installed packages carry."""
    if paths.licences().is_file():
        return paths.licences().read_text("utf-8")
    from importlib import metadata  # it brings the mail package, which the window's first paint need not wait for

    texts = []
    for package, name, licence in PARTS:
        try:
            files = metadata.files(package) or []
        except metadata.PackageNotFoundError:
            continue
        found = [Path(str(file.locate())) for file in files if file.name.upper().startswith(("LICENSE", "COPYING"))]
        told = [file.read_text("utf-8", "replace").strip() for file in found if file.is_file()][:1]
        texts.append("\n\n".join([f"{name}: {licence}", *told]))
    return "\n\n\n".join(texts) + "\n"
