"""The shown texts for other programs and for handing in: as plain text, Markdown, JSON, or a tinted page (HTML)."""

import json
import math
from collections.abc import Callable, Iterator
from html import escape
from itertools import groupby

from gpt_studio.engine.config import Sampling
from gpt_studio.engine.run_record import RunRecord
from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.write.writing_tree import ShownText
from gpt_studio.gui.parts.write.written_list import WrittenList
from gpt_studio.gui.widgets.tints import LEVELS, tint_level

Said = list[tuple[str, str]]  # what it is, and what it says

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font: 16px/1.5 sans-serif; max-width: 46em; margin: 2em auto; padding: 0 1em; }}
pre {{ font: 16px/1.45 monospace; white-space: pre-wrap; overflow-wrap: anywhere; }}
.prompt {{ opacity: .6; }}
{tints}</style></head><body>
{body}</body></html>
"""


def about_run(record: RunRecord) -> Said:
    """What all texts have in common."""
    model = record.model
    form = tr("bigram") if model.is_bigram else f"{model.n_layer} × {model.n_head} × {model.n_embd}"
    return [(tr("Run"), record.name), (tr("Model"), form), (tr("Trained on"), record.corpus.title)]


def about_text(shown: ShownText) -> Said:
    """How a text came about."""
    branch, request = shown.branch, shown.branch.request
    said = [(tr("Begins with"), branch.prompt or tr("nothing")), (tr("Drawn with"), _in_words(branch.sampling))]
    said += [(tr("Seed"), str(request.seed)), (tr("Tokens"), messages.count(len(branch.written)))]
    if branch.step is not None:
        said.append((tr("Step"), messages.count(branch.step)))
    picks = [one for one in branch.line if one.parent and one.has_own]
    if picks:
        told = ", ".join(
            f"{messages.visible(one.written[one.place].label)} ({messages.count(one.place + 1)})" for one in picks
        )
        said.append((tr("Picked by hand (at token)"), told))
    return said


def as_text(record: RunRecord, texts: list[ShownText]) -> str:
    parts = ["".join(f"{what}: {told}\n" for what, told in about_run(record))]
    for shown in texts:
        facts = "".join(f"{what}: {_in_one_line(told)}\n" for what, told in about_text(shown))
        parts.append(f"{shown.style}\n{'=' * len(shown.style)}\n{facts}\n{shown.branch.prompt}{shown.branch.text}\n")
    return "\n".join(parts)


def as_markdown(record: RunRecord, texts: list[ShownText]) -> str:
    parts = [f"# {_marked(record.name)}\n", _items(about_run(record)[1:])]
    for shown in texts:
        whole = shown.branch.prompt + shown.branch.text
        fence = "`" * max(3, _longest_run(whole, "`") + 1)
        parts += [f"## {_marked(shown.style)}\n", _items(about_text(shown)), f"{fence}text\n{whole}\n{fence}\n"]
    return "\n".join(parts)


def as_json(record: RunRecord, texts: list[ShownText]) -> str:
    said = {
        "run": record.name,
        "corpus": record.corpus.id,
        "model": _settings(record),
        "texts": list(map(_as_dict, texts)),
    }
    return json.dumps(said, ensure_ascii=False, indent=2) + "\n"


def as_html(record: RunRecord, texts: list[ShownText]) -> str:
    """With the tints of the cards."""
    tints = "".join(
        f".t{level} {{ background: rgba(231, 131, 176, {level / (LEVELS - 1):.2f}); }}\n" for level in range(1, LEVELS)
    )
    body = [f"<h1>{escape(record.name)}</h1>\n", _list(about_run(record)[1:])]
    for shown in texts:
        tinted = "".join(_tinted(shown.branch.written))
        prompt = f'<span class="prompt">{escape(shown.branch.prompt)}</span>'
        body += [f"<h2>{escape(shown.style)}</h2>\n", _list(about_text(shown)), f"<pre>{prompt}{tinted}</pre>\n"]
    return _PAGE.format(title=escape(record.name), tints=tints, body="".join(body))


KINDS: dict[str, tuple[str, Callable[[RunRecord, list[ShownText]], str]]] = {
    "txt": ("Text (*.txt)", as_text),
    "md": ("Markdown (*.md)", as_markdown),
    "json": ("JSON (*.json)", as_json),
    "html": ("Tinted page (*.html)", as_html),
}


def _in_words(sampling: Sampling) -> str:
    told = tr("temperature {temperature}, top-k {top_k}, top-p {top_p}")
    top_k = messages.count(sampling.top_k) if sampling.top_k else tr("all")
    top_p = f"{sampling.top_p:.3g}" if sampling.top_p < 1 else tr("all")
    return told.format(temperature=f"{sampling.temperature:.3g}", top_k=top_k, top_p=top_p)


def _as_dict(shown: ShownText) -> dict[str, object]:
    branch, sampling = shown.branch, shown.branch.sampling
    return {
        "style": shown.style,
        "prompt": branch.prompt,
        "text": branch.text,
        "temperature": sampling.temperature,
        "top_k": sampling.top_k,
        "top_p": sampling.top_p,
        "seed": branch.request.seed,
        "length": branch.request.length,
        "step": branch.step,
        "tokens": branch.written.texts,
        "bits": [round(surprise / math.log(2), 3) for surprise in branch.written.surprises()],
    }


def _settings(record: RunRecord) -> dict[str, object]:
    model = record.model
    return {"n_layer": model.n_layer, "n_head": model.n_head, "n_embd": model.n_embd, "block_size": model.block_size}


def _tinted(written: WrittenList) -> Iterator[str]:
    """Runs of equal tint in one piece each."""
    tinted = zip(map(tint_level, written.surprises()), written.texts, strict=True)
    for level, ones in groupby(tinted, key=lambda one: one[0]):
        words = escape("".join(text for _, text in ones))
        yield f'<span class="t{level}">{words}</span>' if level else words


def _list(said: Said) -> str:
    rows = "".join(f"<li>{escape(what)}: {escape(_in_one_line(told))}</li>" for what, told in said)
    return f"<ul>{rows}</ul>\n"


def _items(said: Said) -> str:
    return "".join(f"- {what}: {_marked(_in_one_line(told))}\n" for what, told in said)


def _in_one_line(words: str) -> str:
    return words.replace("\n", "\u21b5")


def _marked(words: str) -> str:
    """With no letter that Markdown would take for a mark."""
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>#|" else letter for letter in words)


def _longest_run(words: str, letter: str) -> int:
    return max((len(list(run)) for found, run in groupby(words) if found == letter), default=0)
