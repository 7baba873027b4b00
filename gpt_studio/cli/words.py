"""The command line's catalogue: a sentence for every error that the engine knows, and how figures are written."""

from collections.abc import Mapping, Sequence
from typing import Any

from gpt_studio.engine.doctor import LOSSES, Finding
from gpt_studio.engine.errors import StudioError

SENTENCES: dict[str, str] = {
    "n_embd.heads": "a width of {n_embd} does not divide evenly among {n_head} heads; choose --n-embd as a multiple of "
    "--n-head.",
    "without.bigram": "a bigram model is one table, so nothing can be left out of it; give --without with another "
    "--preset or with --n-layer.",
    "corpus.not_found": "there is no text or file called '{path}'; name a file or one of startup_pitches, python_code, "
    "verse_drama, shakespeare.",
    "corpus.unknown": "there is no text called '{id}'; name a file or one of startup_pitches, python_code, "
    "verse_drama, shakespeare.",
    "corpus.not_fetched": "Shakespeare is not on this computer yet; fetch it in the window's Corpus tab, or name "
    "a file that holds it.",
    "corpus.directory": "'{path}' is a folder; name a text file in it.",
    "corpus.not_regular": "'{path}' is no ordinary file; copy its text into one.",
    "corpus.too_large": "'{path}' has {size} bytes; at most {limit} can be used. Cut it into smaller files.",
    "corpus.binary": "'{path}' does not hold text; save it as plain text (UTF-8) first.",
    "corpus.pdf": "'{path}' is a PDF, which cannot be read; copy its text into a plain file.",
    "corpus.rtf": "'{path}' is an RTF document; save it as plain text (UTF-8) first.",
    "corpus.docx": "'{path}' is damaged, locked or no .docx; save it as plain text (UTF-8) first.",
    "corpus.empty": "'{path}' is empty; choose a file with text in it.",
    "corpus.encoding": "'{path}' cannot be read as {encoding}; save it as UTF-8 first.",
    "corpus.unreadable": "'{path}' cannot be read: {reason}.",
    "corpus.too_short": "the text has {characters} characters; a context of {block_size} needs at least {minimum}. Use "
    "a longer text or a smaller --block-size.",
    "corpus.few_tokens": "the text has {train} tokens to train on; a context of {block_size} needs more. Use a longer "
    "text, a smaller --block-size or shorter tokens.",
    "corpus.one_symbol": "the text repeats one single character, so there is nothing to learn; choose another text.",
    "corpus.offline": "the text cannot be fetched without a network ({reason}).",
    "corpus.interrupted": "the download broke off; try again.",
    "corpus.checksum": "'{url}' is not the text that was expected; nothing was kept.",
    "run.exists": "'{run}' holds a run already; choose another folder with --run, or go on with it with --resume.",
    "run.not_empty": "'{run}' is not an empty folder; choose another one with --run.",
    "run.not_found": "there is no run called '{run}'; 'gpt-studio runs' lists them.",
    "run.not_a_run": "'{run}' is not a run folder: it has no run.json.",
    "run.unreadable": "'{run}' cannot be read: {reason}. See to it that you may open it.",
    "run.newer": "the run '{run}' was made by a newer GPT Studio; update this one to open it.",
    "run.damaged": "the run '{run}' cannot be used: its {file} is damaged. Restore that file from a copy.",
    "run.missing_file": "the run '{run}' cannot be used: its {file} is missing. Restore that file from a copy.",
    "run.no_checkpoint": "the run '{run}' has no checkpoint that can be read, so there is no model to work with.",
    "snapshots.thinned": "snapshots took more room than they may; those of step {steps} have gone, samples stay.",
    "fork.steps": "at step {step} a run of {steps} steps has nothing left to do; give the fork more steps.",
    "fork.unknown": "the model does not know {percent} % of the text's characters ({characters}); choose another text.",
    "fork.left_out": "{count} characters of the text are unknown to the model and were left out.",
    "fork.anew": "what the optimiser remembered at step {step} was not kept; it begins anew.",
    "run.no_snapshot": "the run '{run}' kept no weights at step {step}; it has those of {steps}.",
    "run.already_done": "the run '{run}' has made its {step} steps; give a larger number with --steps to go on.",
    "run.in_use": "the run '{run}' is being written by another GPT Studio; wait until it has ended.",
    "tokenizer.too_many": "the text is too small for a vocabulary of {size}: only {most} pieces occur twice. Use "
    "--vocab-size {most} or a longer text.",
    "tokenizer.damaged": "the run's tokenizer.json cannot be read; restore that file from a copy.",
    "tokenizer.unknown": "the text has characters that the vocabulary lacks: {characters}.",
    "test.too_short": "'{title}' is too short to test on; at least two characters are needed.",
    "look.bigram": "a bigram model has no attention: it looks only at the last token.",
    "look.no_head": "the model has no head {head} in layer {layer}; choose one that is there.",
    "write.begun": "the model has not written that text; let it write a new one.",
    "leak.empty": "the model knows no character of that sentence; choose one from its training text.",
    "look.no_attention": "this model was made without attention: each token is judged by itself alone.",
    "look.empty": "none of these characters is in the model's vocabulary; give another --text.",
    "training.diverged": "the loss grew beyond all numbers at step {step}; the run is back at step {back_to}. Begin "
    "again with a smaller --learning-rate than {learning_rate}.",
    "training.exploded": "the loss grew from {best} to {loss} by step {step}; the run is back at step {back_to}. Begin "
    "again with a smaller --learning-rate than {learning_rate}.",
    "device.split": "memory was full: each batch of {batch} is now worked through {rows} texts at a time; the "
    "result is the same.",
    "device.lost": "the {device} has stopped working; the run is saved, and --resume goes on with it.",
    "saving.waits": "'{path}' cannot be written: {reason}. Training waits and keeps everything in memory; free some "
    "space, or press Ctrl-C to stop.",
    "saving.goes_on": "everything is written again; training goes on.",
    "saving.moved": "the run now lies in '{run}'.",
    "run.passed_over": "the newest saved state is damaged ({file}); the run goes on from the one before, step {step}.",
    "device.missing": "there is no device '{device}' here; use --device auto.",
    "device.unusable": "the device '{device}' is there but cannot compute ({reason}); use --device auto.",
    "device.passed_over": "the GPU is there but cannot compute ({reason}), so the processor trains. The build of "
    "PyTorch may be too new for it: README tells which one to install.",
    "driver.old": "NVIDIA's driver {driver} is too old for this build; the processor trains until {needed} is there.",
    "device.precision": "{precision} needs a CUDA GPU; use --precision auto.",
    "device.recording": "the steps cannot be recorded as CUDA graphs here ({reason}); training goes on without, "
    "somewhat slower.",
    "device.memory": "the memory of the {device} is full; use a smaller --batch-size, --block-size or model.",
    "files.write": "'{path}' cannot be written: {reason}. Free some space or choose another place.",
    "exercise.unknown": "there is no exercise '{name}'; there are {known}, and an answer's file name begins with the "
    "exercise's number.",
    "exercise.exists": "'{path}' is there already and stays as it is; choose another folder with --out.",
    "exercise.not_found": "there is no file '{path}'; 'gpt-studio exercise get' makes one.",
    "exercise.not_python": "'{path}' is no Python file; its name must end in .py.",
    "exercise.broken": "Python cannot run the file: {reason}.",
    "ladder.text_changed": "'{title}' is another text now; climb the ladder anew.",
    "scaling.text_changed": "'{title}' is another text now; begin a new plan.",
    "experiment.unknown": "there is no experiment '{name}'; there are {known}.",
    "export.without": "no GPT-2 can say what is special about this model ({parts}); export one that is whole.",
    "export.bigram": "a bigram model is one table, and no GPT-2 can say that; export a model with layers.",
    "export.exists": "'{path}' is there already; choose another folder with --out.",
    "doctor.turned_up": "the held-back loss was {best} at step {step} and rose to {now}, while training still fell: "
    "the model had begun to learn by heart. The best one is kept; fewer steps or more text would do.",
    "doctor.rate_high": "the learning rate is too high: the loss stands at {loss}, and counting letters alone reaches "
    "{lowest}. Try --learning-rate {instead}.",
    "doctor.climbed": "the learning rate is too high: the loss rose from {lowest} to {loss}. Try --learning-rate "
    "{instead}.",
    "doctor.rate_low": "the learning rate is too low: after {step} steps the loss is {loss}, and it began at {began}. "
    "Try --learning-rate {instead}.",
    "doctor.too_small": "the model is too small for this text: the held-back loss is {held_back}, and a table of "
    "letter pairs reaches {two}. Try a larger --n-embd or --n-layer.",
    "doctor.leak": "{share} of the held-back text stands word for word in the training part, so its loss says nothing "
    "of new text.",
    "doctor.below": "the held-back loss, {held_back}, is far below that of training, {training}: the two parts are not "
    "of one kind.",
    "doctor.not_finite": "the loss went beyond all numbers at step {step}. Try --learning-rate {instead}.",
    "doctor.too_short": "the text has only {characters} characters, so the model knows it by heart before it can "
    "write; take {least} or more.",
    "plan.unmeasured": "the speed of this computer could not be measured, so nothing can be planned; use --preset and "
    "--steps.",
    "cli.out": "--out must end in .npz or .png.",
    "cli.setting": "{reason}",
}


def sentence(error: StudioError) -> str:
    """What happened and what to do, in one line."""
    values = {name: _plain(value) for name, value in error.values.items()}
    return SENTENCES[error.code].format_map(_Tolerant(values)) if error.code in SENTENCES else str(error)


def diagnosis(finding: Finding) -> str:
    """What the doctor found, in one line; empty where nothing is wrong."""
    if not finding.is_trouble:
        return ""
    values = {name: f"{value:.2f}" for name, value in finding.values.items() if name in LOSSES}
    others = {name: f"{value:,}" for name, value in finding.values.items() if isinstance(value, int)}
    share = f"{finding.values.get('share', 0.0):.0%}"
    instead = f"{finding.rate:g}" if finding.rate is not None else ""
    return SENTENCES[finding.code].format_map(_Tolerant({**others, **values, "share": share, "instead": instead}))


class _Tolerant(dict[str, str]):
    """A value that the engine did not name is written as a question mark."""

    def __missing__(self, key: str) -> str:
        return "?"


def _plain(value: Any) -> str:
    return listed(value) if isinstance(value, tuple | list) else in_one_line(str(value))


def listed(items: Sequence[Any], most: int = 20) -> str:
    """As "'a', 'ж', 7 and 3 more"."""
    words = ", ".join(repr(item) if isinstance(item, str) else str(item) for item in items[:most])
    return f"{words} and {len(items) - most} more" if len(items) > most else words


def in_one_line(text: str, most: int = 300) -> str:
    """Text that a file, a name or a system gave, as a line of an error can show it: printable, and not endless."""
    shown = text if len(text) <= most else f"{text[: most // 2]}…{text[-most // 2 :]}"
    return "".join(char if char.isprintable() else "\ufffd" for char in shown)


def duration(seconds: float) -> str:
    """As "9 min 15 s"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def size(count: float) -> str:
    """Bytes as "9.8 GB" or "96.0 MB", in units of 1024 as the window tells them."""
    return f"{count / 1024**3:.1f} GB" if count >= 1024**3 else f"{count / 1024**2:.1f} MB"


def table(rows: Sequence[Mapping[str, str]]) -> str:
    """Rows of the same columns, aligned."""
    rows = [{name: in_one_line(words) for name, words in row.items()} for row in rows]
    widths = {name: max(len(name), *(len(row[name]) for row in rows)) for name in rows[0]}
    lines = [{name: name for name in widths}, *rows]
    return "\n".join("  ".join(row[name].ljust(width) for name, width in widths.items()).rstrip() for row in lines)
