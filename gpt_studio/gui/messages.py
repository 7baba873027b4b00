"""The window's words: a sentence for every error of the engine, and numbers as people write them."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication

Values = Mapping[str, Any]


def tr(words: str) -> str:
    """`words` in the window's language."""
    return QCoreApplication.translate("gpt_studio", words)


# Numbers


def count(number: float) -> str:
    """402118 -> "402,118"."""
    return f"{round(number):,}"


def short_count(number: float) -> str:
    """2743000 -> "2.74 M"; small numbers whole."""
    for limit, unit in ((1e12, "T"), (1e9, "G"), (1e6, "M")):
        if number >= limit:
            return f"{number / limit:.3g} {unit}"
    return count(number)


def duration(seconds: float) -> str:
    """555 -> "9 min 15 s"; a long one in hours or days."""
    whole = round(seconds)
    if whole < 1:
        return tr("under 1 s")
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s" if whole % 60 else f"{whole // 60} min"
    minutes = round(seconds / 60)
    if minutes < 10 * 60:
        return f"{minutes // 60} h {minutes % 60} min" if minutes % 60 else f"{minutes // 60} h"
    hours = round(seconds / 3600)
    return f"{hours} h" if hours < 48 else tr("{days} days").format(days=round(hours / 24))


def time_left(seconds: float) -> str:
    """Rounded as a guess should be: "1 min 40 s", "9 min", "1 h 50 min"."""
    if seconds < 60:
        return duration(max(5, round(seconds / 5) * 5))
    if seconds < 5 * 60:
        return duration(round(seconds / 10) * 10)
    if seconds < 3600:
        return duration(round(seconds / 60) * 60)
    return duration(round(seconds / 600) * 600)


def share(part: float, digits: int | None = None) -> str:
    """0.17 -> "17 %", 0.021 -> "2.1 %"; `digits` after the point can be asked for."""
    percent = part * 100
    if digits is None:
        digits = 0 if percent >= 10 or percent == 0 else 1
    smallest = 10.0**-digits
    if 0 < percent < smallest / 2:
        return f"<{smallest:.{digits}f} %"
    return f"{percent:.{digits}f} %"


def size(size_bytes: float) -> str:
    """Bytes in units of 1024: "96 MB", "9.8 GB"."""
    amount, unit = float(size_bytes), "B"
    for larger in ("KB", "MB", "GB", "TB"):
        if amount < 1000:
            break
        amount, unit = amount / 1024, larger
    return f"{amount:.1f} {unit}" if amount < 9.95 and unit not in ("B", "KB") else f"{amount:.0f} {unit}"


def visible(token: str) -> str:
    """A token with a sign for each space, new line and other character that leaves no ink: "␣the"."""
    return "".join(map(_visible, token))


def has_ink(token: str) -> bool:
    """Whether something of a token can be seen without signs."""
    return any(_visible(character) == character for character in token)


def _visible(character: str) -> str:
    shown = {" ": "\u2423", "\n": "\u21b5", "\t": "\u21e5", "\r": "\u240d", "\u00a0": "\u237d", "\x7f": "\u2421"}
    if character in shown:
        return shown[character]
    if len(character) == 1 and ord(character) < 32:
        return chr(0x2400 + ord(character))
    return character


def quoted(characters: object) -> str:
    """Up to eight characters, each so that it can be seen: "ä, ß, ↵"."""
    found = [visible(each) for each in characters] if isinstance(characters, str | tuple | list) else []
    return ", ".join(found[:8]) + (", …" if len(found) > 8 else "")


# Errors


def _heads(values: Values) -> str:
    width, heads = int(values["n_embd"]), int(values["n_head"])
    below = [n for n in range(1, heads) if width % n == 0]
    above = [n for n in range(heads + 1, width + 1) if width % n == 0]
    near = [str(n) for n in below[-1:] + above[:1]]
    said = tr("{width} does not divide evenly among {heads} heads.").format(width=count(width), heads=heads)
    return f"{said} {tr('Use {choices}.').format(choices=tr(' or ').join(near))}"


def _unknown(values: Values) -> str:
    return tr("These characters are not in the model's vocabulary: {characters}. Leave them out.").format(
        characters=quoted(values.get("characters", ()))
    )


def _too_strange(values: Values) -> str:
    return tr(
        "The model does not know {percent} % of this text's characters: {characters}. "
        "Choose a text that is closer to its own."
    ).format(percent=values.get("percent", "…"), characters=quoted(values.get("characters", ())))


def _too_large(values: Values) -> str:
    told = size(values["size"]) if "size" in values else tr("too large")
    limit = size(values.get("limit", 50 * 1024 * 1024))
    return tr("This file is {size}; {limit} is the most. Cut it into smaller files.").format(size=told, limit=limit)


def _diverged(values: Values) -> str:
    said = tr("At step {step} the loss went beyond all numbers.").format(step=count(values.get("step", 0)))
    if "back_to" in values:
        said += " " + tr("The model is back at step {step}, where it was sound.").format(step=count(values["back_to"]))
    return f"{said} {tr('Start again with a lower learning rate.')}"


def _exploded(values: Values) -> str:
    said = tr("By step {step} the loss had grown to {loss}; it was {best} at best.").format(
        step=count(values.get("step", 0)), loss=values.get("loss", "…"), best=values.get("best", "…")
    )
    if "back_to" in values:
        said += " " + tr("The model is back at step {step}, where it was sound.").format(step=count(values["back_to"]))
    return f"{said} {tr('Start again with a lower learning rate.')}"


# Templates may name values; a value that is missing is left out rather than shown as a fault.
_SENTENCES: dict[str, str | Callable[[Values], str]] = {
    "n_embd.heads": _heads,
    "without.bigram": "A bigram is one table without parts. Choose a model with layers to leave one out.",
    "tokenizer.unknown": _unknown,
    "tokenizer.too_many": "This text is too small for {size} tokens: it gives {most}. Choose a smaller vocabulary.",
    "tokenizer.damaged": "The tokenizer file is damaged. Use a copy of the run, or train again.",
    "corpus.too_short": "This text has {characters} characters, but {minimum} are needed. Add more text.",
    "corpus.few_tokens": "This text has only {train} tokens to train on. Add more text, or choose shorter tokens.",
    "corpus.one_symbol": "This text repeats one single character. There is nothing to learn; add more text.",
    "corpus.not_found": "This file is not there any more: {path}. Choose another one.",
    "corpus.directory": "This is a folder. Choose a text file inside it.",
    "corpus.not_regular": "This is not an ordinary file. Choose a text file.",
    "corpus.too_large": _too_large,
    "corpus.binary": "This file is not text (it may be a picture or a document). Save it as plain text first.",
    "corpus.empty": "This file is empty. Choose another one.",
    "corpus.encoding": "This file cannot be read as {encoding}. Choose another encoding.",
    "corpus.unreadable": "This file cannot be read ({reason}). Check that you may open it.",
    "corpus.unknown": "There is no text called {id}. Choose one from the list.",
    "corpus.not_fetched": "Shakespeare is not on this computer yet. Download it, or take it from a file.",
    "corpus.offline": "There is no connection to the text ({reason}). Try again, or take it from a file.",
    "corpus.interrupted": "The connection broke off after {done} of {total} bytes. Nothing was kept; try again.",
    "corpus.checksum": "What arrived is another text than expected. Nothing was kept; try again.",
    "corpus.pdf": "A PDF holds drawn pages and cannot be read here. Open it elsewhere, copy its text, and paste it.",
    "corpus.rtf": "This is a document with layout (RTF). Save it as plain text or as .docx first.",
    "corpus.docx": "This document cannot be read: it is damaged, locked or no .docx. Save it as plain text first.",
    "table.damaged": "This is no sound table: line {line} cannot be read ({reason}). Mend that line first.",
    "table.none": "There is no table with texts in this file. Take the file as it is.",
    "table.wide": "This table has {columns} columns; {most} are the most. Leave some out.",
    "folder.empty": "This is a folder without any text file that can be used. Choose another one.",
    "folder.full": "There was no room left: 50 MB and 5,000 files are the most. Add the rest as a folder of its own.",
    "folder.hidden": "Hidden, or made by a program; it was left out.",
    "folder.kind": "By its ending this is no text; it was left out.",
    "folder.link": "A link to somewhere else; it was left out.",
    "mixture.weights": "No text has a weight, so there is nothing to mix. Give one of them some.",
    "plant.empty": "There is no sentence to plant. Type one.",
    "plant.no_room": "The text has room for {room} copies, on lines of their own, and not for {times}. Plant fewer.",
    "corpus.draft": "“{title}” could not be saved ({reason}). A draft of it is kept, and the next start offers it. "
    "Free some space, or see whether you may write in {folder}.",
    "corpus.unsaved": "“{title}” could not be saved ({reason}), nor a draft of it. It is in the memory alone: free "
    "some space, or copy it elsewhere, before you close.",
    "run.not_found": "This run is not there any more: {run}. It may have been moved or deleted.",
    "run.not_a_run": "This folder does not hold a run: {run}. Choose another one.",
    "run.newer": "{run} was made by a newer GPT Studio. Update this one to open it.",
    "run.damaged": "{run} cannot be read: {file} is damaged. The other runs are not affected.",
    "run.unreadable": "{run} cannot be read ({reason}). See whether you may open it.",
    "run.missing_file": "{run} cannot be read: {file} is missing. The other runs are not affected.",
    "run.exists": "There is a run in this folder already: {run}. Choose another name.",
    "run.not_empty": "The folder {run} holds other files. Choose another name.",
    "run.in_use": "{run} is being written by another GPT Studio. Close it there first.",
    "run.no_name": "A run needs a name. Type one.",
    "run.no_checkpoint": "{run} has no complete checkpoint to go on from. Train it anew.",
    "run.already_done": "{run} has made all its {step} steps. Raise the number of steps to go on.",
    "run.no_snapshot": "{run} kept no weights of step {step}. Choose one of the steps on the slider.",
    "snapshots.thinned": "The snapshots took more room than they may, so those of steps {steps} have gone, and more "
    "will as new ones come. The samples stay. The library of runs says how much room there is.",
    "fork.steps": "At step {step} a run of {steps} steps has nothing left to do. Give the fork more steps.",
    "fork.unknown": _too_strange,
    "fork.left_out": "The model does not know {count} characters of the new text. They were left out.",
    "fork.anew": "What the optimiser remembered at step {step} was not kept, so it begins anew: the curve leaves the "
    "parent's by a little.",
    "run.in_training": "{run} is being trained. Stop it first.",
    "experiment.same": "Both runs would be the same. Give B another value than A.",
    "experiment.many": "The two runs would differ in more than one thing ({things}), so nobody could say which of them "
    "made the difference. Change one alone.",
    "scaling.text_changed": "“{title}” is another text now, so a larger model would not compare. Begin a new plan.",
    "ladder.text_changed": "“{title}” is another text now, so the rungs would not compare. Begin a new ladder.",
    "experiment.value": "{name} cannot be {value}: {reason}. Choose another value.",
    "queue.in_use": "Another window of GPT Studio works on this queue. Use that one, or close it first.",
    "queue.running": "{run} is being trained. Stop it first.",
    "archive.not_found": "{archive} is not there any more. It may have been moved or deleted.",
    "archive.unreadable": "{archive} cannot be read ({reason}). See whether you may open it.",
    "archive.kind": "{archive} is no packed run. Those end in .gptrun; texts are added in 2 Corpus.",
    "archive.not_one": "{archive} is no packed run, or it is damaged. Nothing was added; ask for it once more.",
    "archive.no_run": "{archive} holds no run: there is no run.json in it. Nothing was added; choose another file.",
    "archive.damaged": "{archive} is damaged: {member} is not as it was made. Nothing was added; ask for it once more.",
    "archive.newer": "{archive} was made by a newer GPT Studio. Update this one to open it.",
    "archive.encrypted": "{archive} is locked with a password. Ask for one without.",
    "archive.unsafe": "{archive} holds what no run has ({member}). Nothing was added; do not trust this file.",
    "archive.too_large": "{archive} is larger inside than any run is. Nothing was added; do not trust this file.",
    "preferences.corrupt": "Your settings were damaged. What could not be read is as at first; a copy is in {path}.",
    "preferences.newer": "A newer GPT Studio made your settings. They are as at first now; a copy is in {path}.",
    "preferences.unreadable": "Your settings cannot be read ({reason}). Check that you may open {path}.",
    "preferences.policy": "This computer's policy file has a fault ({reason}). Tell who looks after it: {path}.",
    "preferences.locked": "This is set for everybody on this computer. Ask who looks after it.",
    "preferences.value": "This setting cannot have that value ({reason}). Choose another one.",
    "files.write": "This could not be written: {path} ({reason}). Free some space or choose another folder.",
    "training.diverged": _diverged,
    "training.exploded": _exploded,
    "training.no_text": "First choose a text to train on.",
    "worker.broken": "PyTorch could not be loaded, so no model can be trained or looked at. Texts and runs are safe. "
    "Install the program anew, or ask whoever looks after this computer.",
    "worker.training": "A run is being trained already. Stop it first.",
    "test.too_short": "{title} is too short to be tested on. Choose a longer text.",
    "look.empty": "There is nothing to look at. Type some characters that the model knows.",
    "look.bigram": "A bigram model has no attention. Train a model with at least one layer.",
    "look.no_head": "This model has no head {head} in layer {layer}. Choose one that is there.",
    "write.begun": "This model has not written that text, so it cannot go on from there. Write a new one.",
    "leak.empty": "This model knows no character of that sentence. Choose one from its training text.",
    "look.no_attention": "This model was made without attention. Train one that has it to see where its heads look.",
    "export.bigram": "A bigram is one table, and no GPT-2 can say that. Export a model with layers.",
    "export.without": "No GPT-2 can say what is special about this model ({parts}). Export one that is whole.",
    "export.exists": "{path} is there already. Choose another folder.",
    "device.split": "Memory was full, so each batch of {batch} is now worked through {rows} texts at a time. "
    "The result is the same; a step may take a little longer.",
    "device.lost": "The graphics card has stopped working with this program. Your run is saved; restart to go on.",
    "saving.waits": "Nothing can be written here: {path} ({reason}). Training waits and keeps everything in memory. "
    "Free some space, or save elsewhere.",
    "saving.goes_on": "Everything is written again. Training goes on.",
    "saving.moved": "The run now lies here: {run}. What could still be read in the old folder came along.",
    "run.passed_over": "The newest saved state is damaged ({file}). The run goes on from the one before, step {step}.",
    "device.recording": "The graphics card cannot record the training steps ({reason}). Training goes on without that, "
    "somewhat slower.",
    "device.memory": "The model does not fit into memory. Choose a smaller model or a smaller batch.",
    "device.missing": "This computer has no {device}. Choose another device.",
    "device.unusable": "The {device} is there but cannot compute ({reason}). Choose another device.",
    "device.passed_over": "The graphics card is there but cannot compute ({reason}), so the processor trains. "
    "The build of PyTorch may be too new for it; whoever looks after this computer can install an older one.",
    "driver.old": "The driver of the NVIDIA card ({driver}) is too old for this program, so the processor trains. "
    "With driver {needed} or newer the card trains, and larger models are within reach.",
    "device.precision": "{device} cannot train in {precision}. Choose another precision.",
    "trash.restore": "{run} could not be brought back ({reason}). It is still in the trash.",
    "trash.failed": "{run} could not be moved to the trash ({reason}). It is still there.",
    "doctor.early": "Training has just begun; after some steps there is more to say.",
    "doctor.learning": "Still learning: since step {since} the loss has fallen by {fall}, and nothing is wrong.",
    "doctor.level": "Hardly moving: since step {since} the loss has fallen by {fall} only; more of them change little.",
    "doctor.turned_up": "Better to stop: held back was {best} at step {step} and is {now} now, while training "
    "still falls. The model now learns by heart; the best one is kept.",
    "doctor.rate_high": "The learning rate is too high ({rate}): the loss stands at {loss}, and counting letters "
    "alone reaches {lowest}.",
    "doctor.climbed": "The learning rate is too high ({rate}): the loss is {loss} now, and was {lowest} before.",
    "doctor.rate_low": "The learning rate is too low ({rate}): the loss began at {began}, and after {step} steps "
    "it is {loss}.",
    "doctor.too_small": "This model is too small for this text: held back is {held_back}, and a table of letter "
    "pairs reaches {two}. Give it more width or layers.",
    "doctor.leak": "The two parts are not apart: {share} of the held-back text stands word for word in the "
    "training part, so its loss says nothing of new text.",
    "doctor.below": "The two parts are not of one kind: held back is {held_back}, far below training with "
    "{training}. Its loss says little of new text.",
    "doctor.not_finite": "At step {step} the loss went beyond all numbers. A rate of {rate} is too high: take less.",
    "doctor.too_short": "This text has only {characters} characters, so the model will know it by heart before it can "
    "write. Take {least} or more.",
    "unforeseen": "Something unexpected went wrong. Your work is saved; the log has the details.",
}


class _Gaps(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return "…"


def _readable(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int):
        return value
    return count(value)


def sentence(code: str, values: Values | None = None) -> str:
    """What happened and what to do, for the code of a StudioError. Unknown codes are told as something unexpected."""
    known = _SENTENCES.get(code)
    if known is None:
        return f"{tr(str(_SENTENCES['unforeseen']))} ({code})"
    if callable(known):
        return known(values or {})
    return tr(known).format_map(_Gaps({name: _readable(value) for name, value in (values or {}).items()}))


def knows(code: str) -> bool:
    return code in _SENTENCES


def codes() -> tuple[str, ...]:
    """Every code that has a sentence."""
    return tuple(_SENTENCES)
