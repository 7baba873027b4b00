"""A run in training moves to another folder, because its own is full or gone."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from gpt_studio.engine import files, run_record, runs
from gpt_studio.engine.events import TrainEvent
from gpt_studio.engine.keeping import library
from gpt_studio.engine.tokenizer import Tokenizer


def copy_run(
    old: Path,
    home: Path,
    record: run_record.RunRecord,
    text: str,
    tokenizer: Tokenizer,
    told: Sequence[TrainEvent],
    actions: Sequence[run_record.Action],
) -> Path:
    """Make the run anew in a folder within `home`, from what is in memory; what can still be read of the old one's
    weights comes along.

    Args:
        old: The folder so far; it may be gone, and is left as it is.
        home: Where the new folder is to be made.
        record: What run.json is to say.
        text: All that the run is trained on.
        tokenizer: The run's own.
        told: The curve and the samples so far, oldest first.
        actions: What was changed under way, in its order.

    Returns:
        The new folder.

    Raises:
        StudioError: `files.write` when that place refuses, too; nothing is left there then.
    """
    with files.told_plainly(home):
        new = library.new_folder_for(old.name, home)
    runs.create(new, record, text, tokenizer)
    try:
        with files.told_plainly(new):
            runs.append_events(new, list(told))
            for action in actions:
                runs.append_action(new, action)
            _take_along(old, new)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    return new


def _take_along(old: Path, new: Path) -> None:
    for name in ("snapshots", "optimizers", "best"):
        try:
            if (old / name).is_dir():
                shutil.copytree(old / name, new / name, ignore=shutil.ignore_patterns(".*"))
        except (OSError, shutil.Error):  # half of it would be worse than none
            shutil.rmtree(new / name, ignore_errors=True)
