"""Where bundled files and the user's files lie. The one place that knows whether we run from source or from a built
program.
"""

import os
import sys
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent


def _bundled(name: str) -> Path:
    """A folder that travels with the program: beside the package in a checkout, inside it when installed."""
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen:
        return Path(frozen) / name
    installed = _PACKAGE / "_data" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


def resources() -> Path:
    """Icons and lessons."""
    return _bundled("resources")


def corpora() -> Path:
    """The built-in texts."""
    return _bundled("corpora")


def build_paper() -> Path:
    """What the built program says of itself (version, build, CUDA); there is none in a checkout."""
    return Path(getattr(sys, "_MEIPASS", _PACKAGE)) / "build.json"


def licences() -> Path:
    """The licences of all that the built program holds; a checkout has none, its packages bring their own."""
    return resources() / "licences.txt"


def lab_corpora() -> Path | None:
    """A folder of texts that the lab shares, where its administrator has named one (GPT_STUDIO_CORPORA)."""
    named = os.environ.get("GPT_STUDIO_CORPORA")
    return Path(named).expanduser() if named else None


def user_home() -> Path:
    """The student's own folder: GPT_STUDIO_HOME, or "GPT Studio" among the documents."""
    named = os.environ.get("GPT_STUDIO_HOME")
    if named:
        return Path(named).expanduser()
    return Path(platformdirs.user_documents_dir()) / "GPT Studio"


def runs_home() -> Path:
    return user_home() / "runs"


def texts_home() -> Path:
    return user_home() / "texts"


def queue_home() -> Path:
    """The runs that wait for their turn."""
    return user_home() / "queue"


def experiments_home() -> Path:
    """What several runs together were made for."""
    return user_home() / "experiments"


def draft_homes() -> list[Path]:
    """Where a text goes that cannot be saved in its place, best first. The second lies on another disk in many labs,
    where documents are on a server.
    """
    own = user_home() / "drafts"
    if "GPT_STUDIO_HOME" in os.environ:
        return [own]
    return [own, Path(platformdirs.user_cache_dir("gpt-studio", appauthor=False)) / "drafts"]


def cache_home() -> Path:
    """What can be gathered or fetched again: the Python text, the downloaded Shakespeare."""
    return user_home() / "cache"


def settings_file() -> Path:
    return user_home() / "settings.json"


def policy_file() -> Path:
    """Settings that the machine's administrator has made: GPT_STUDIO_POLICY, or the system's configuration folder."""
    named = os.environ.get("GPT_STUDIO_POLICY")
    if named:
        return Path(named)
    return Path(platformdirs.site_config_dir("gpt-studio", appauthor=False)) / "policy.json"


def log_file() -> Path:
    return user_home() / "logs" / "gpt-studio.log"
