"""What a reader wants to know of a model that comes in a folder: what it is, what it has read, how well it does."""

from collections.abc import Sequence

from gpt_studio.engine import budget
from gpt_studio.engine.events import Evaluated, StepDone
from gpt_studio.engine.run_record import RunRecord


def model_card(record: RunRecord, step: int, metrics: Sequence[StepDone | Evaluated]) -> str:
    """A model card in Markdown, with the run's facts.

    Args:
        record: The run.
        step: Whose weights the folder holds.
        metrics: What was measured of the run.
    """
    model, train = record.model, record.train
    checks = [event for event in metrics if isinstance(event, Evaluated) and event.step <= step]
    seconds = next((event.seconds for event in reversed(metrics) if isinstance(event, StepDone)), 0.0)
    rows = {
        "Text": f"{record.corpus.title} ({record.corpus.characters:,} characters)",
        "SHA-256 of the text": f"`{record.corpus.sha256}`",
        "Parameters": f"{budget.parameters(model).total:,}",
        "Form": f"{model.n_layer} layers, {model.n_head} heads, width {model.n_embd}, context {model.block_size}",
        "Vocabulary": f"{model.vocab_size:,} tokens",
        "Dropout": f"{model.dropout:g}",
        "Steps": f"{step:,} of {train.batch_size} x {model.block_size} tokens each",
        "Optimiser": f"{train.optimizer}, learning rate {train.learning_rate:g}",
        "Seed": str(train.seed),
        "Training": f"{seconds:.0f} s in {train.precision} on {train.device}",
        "Made": record.created,
        "Versions": ", ".join(f"{name} {version}" for name, version in sorted(record.versions.items())),
    }
    if checks:
        last = checks[-1]
        rows["Loss on the held-back tenth"] = (
            f"{last.val_loss:.4f} nats per token, {last.bits_per_char:.4f} bits per character, at step {last.step:,}"
        )
    table = "\n".join(f"| {name} | {_in_a_cell(words)} |" for name, words in rows.items())
    return f"""---
library_name: transformers
pipeline_tag: text-generation
tags:
- gpt2
- gpt-studio
---

# {_in_a_cell(record.name)}

A small GPT, trained from scratch with GPT Studio on one text. It goes on with a text in the manner of what it has read;
it answers no questions and knows no facts.

| | |
| --- | --- |
{table}

The first nine tenths of the text were learnt, the last tenth was held back and measured. The form is GPT-2's, so any
program that opens a GPT-2 opens it:

    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(".")
    model = AutoModelForCausalLM.from_pretrained(".")
    ids = tokenizer("The ", return_tensors="pt").input_ids
    print(tokenizer.decode(model.generate(ids)[0]))

It knows {model.block_size} places, so prompt and answer together have at most that many tokens; a longer text wants a
window that moves along.
"""


def _in_a_cell(words: str) -> str:
    """Words that somebody has chosen, in one line and without what a table would take for its own."""
    return " ".join(words.split()).replace("|", "\\|")
