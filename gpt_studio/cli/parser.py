"""The words of the command line, and how they are answered: 0 done, 1 it could not be done, 2 asked wrongly."""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn, get_args

from gpt_studio import __version__
from gpt_studio.cli.words import in_one_line, sentence
from gpt_studio.engine.config import ABLATIONS, BYTES, MOST_TOKENS, PATIENCE, PRESETS, STYLES, TokenizerKind
from gpt_studio.engine.errors import ConfigError, StudioError


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"gpt-studio: {message}. '{self.prog} --help' tells more.\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # a model may write any character; a pipe may not
    try:
        options = build().parse_args(arguments)
    except SystemExit as end:
        return int(end.code or 0)
    try:
        return int(options.command(options))
    except KeyboardInterrupt:
        print("gpt-studio: stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except StudioError as error:
        if os.environ.get("GPT_STUDIO_DEBUG") == "1":
            raise
        print(f"gpt-studio: {sentence(error)}", file=sys.stderr)
        return 2 if isinstance(error, ConfigError) or error.code.startswith("cli.") else 1
    except Exception as error:
        if os.environ.get("GPT_STUDIO_DEBUG") == "1":
            raise
        told = in_one_line(" ".join(str(error).split())) or type(error).__name__
        print(f"gpt-studio: something unforeseen happened: {told}. GPT_STUDIO_DEBUG=1 shows where.", file=sys.stderr)
        return 1


def build() -> Parser:
    """All commands and their options."""
    # Commands are imported here, so that --help does not wait for torch.
    from gpt_studio.cli import bench, commands, exercise, experiment, plan, self_test, train

    parser = Parser(prog="gpt-studio", description="Without a command, the window opens.")
    parser.add_argument("--version", action="version", version=f"GPT Studio {__version__}")
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=Parser)

    def add(name: str, words: str, command: object) -> Parser:
        sub: Parser = subparsers.add_parser(name, help=words, description=words)
        sub.set_defaults(command=command)
        return sub

    def add_json(sub: Parser) -> None:
        sub.add_argument("--json", action="store_true", help="one JSON object per line on standard output")

    hardware = add("hardware", "tell what this computer can do, with a short real training probe", commands.hardware)
    add_json(hardware)
    planned = add("plan", "choose the model that learns most in the minutes there are", plan.plan)
    planned.add_argument("--minutes", type=float, required=True, metavar="M", help="2 to 60")
    planned.add_argument("--corpus", metavar="C", help="a built-in text or a file")
    add_json(planned)
    _add_train(add("train", "train a model on a text, or go on with a run", train.train))
    _add_generate(add("generate", "continue a prompt", commands.generate))

    evaluate = add("evaluate", "measure a run's model on texts", commands.evaluate)
    evaluate.add_argument("run", metavar="RUN")
    evaluate.add_argument("texts", metavar="TEXT", nargs="+", help="a built-in text or a file")
    evaluate.add_argument("--step", type=int, help="the model as it was at this step")
    add_json(evaluate)

    attention = add("attention", "show where every head looks", commands.attention)
    attention.add_argument("run", metavar="RUN")
    attention.add_argument("--text", required=True)
    attention.add_argument("--step", type=int, help="the model as it was at this step")
    attention.add_argument("--out", required=True, metavar="FILE", help="a .npz with the weights, or a .png")

    exercise.add_to(add("exercise", "coding exercises, with answers that help", exercise.exercise), Parser)

    experiment.add_to(add("experiment", "compare two runs that differ in one thing", experiment.experiment), Parser)

    export = add("export", "write a run's model as other programs open it", commands.export)
    export.add_argument("run", metavar="RUN")
    export.add_argument("--format", required=True, choices=["hf"], help="hf: a folder for Hugging Face's transformers")
    export.add_argument("--step", type=int, help="the model as it was at this step")
    export.add_argument("--out", required=True, metavar="DIR", help="the folder to make")

    add_json(add("runs", "list the runs of the library", commands.list_runs))
    speed = add("bench", "measure how fast this program is here, beside plainer ways", bench.bench)
    speed.add_argument("--only", nargs="+", choices=bench.PARTS, help="measure these parts alone")
    speed.add_argument("--peers", action="store_true", help="also the transformers library, where it is installed")
    add_json(speed)
    add_json(add("self-test", "train, save, resume, write, test and look, on a toy", self_test.self_test))
    return parser


def _add_train(sub: Parser) -> None:
    sub.add_argument("corpus", metavar="CORPUS", nargs="?", help="a built-in text or a file")
    sub.add_argument("--resume", metavar="RUN", help="go on with this run")
    sub.add_argument("--preset", choices=list(PRESETS), help="where the settings start from (small)")
    for flag, kind in (("n-layer", int), ("n-head", int), ("n-embd", int), ("block-size", int), ("dropout", float)):
        sub.add_argument(f"--{flag}", type=kind, metavar="X" if kind is float else "N")
    sub.add_argument(
        "--without",
        nargs="+",
        action="extend",
        choices=ABLATIONS,
        metavar="PART",
        help=f"leave parts of the model out, to see what they are good for: {', '.join(ABLATIONS)} (scores: attention "
        "without queries and keys, the plain mean of the past)",
    )
    length = sub.add_mutually_exclusive_group()
    length.add_argument("--steps", type=int, metavar="N", help="how many steps to make in all")
    length.add_argument(
        "--minutes", type=float, metavar="M", help="how long to train; without a form of its own, a model is chosen too"
    )
    sub.add_argument("--batch-size", type=int, metavar="N")
    sub.add_argument("--optimizer", choices=["muon", "adamw"], help="brings a learning rate that suits it (muon)")
    sub.add_argument("--learning-rate", type=float, metavar="X")
    sub.add_argument("--tokenizer", choices=get_args(TokenizerKind), help="what a token is (char)")
    sub.add_argument("--vocab-size", type=int, metavar="N", help=f"tokens of bpe, {BYTES} to {MOST_TOKENS} (512)")
    sub.add_argument("--device", choices=["auto", "cpu", "cuda", "mps"])
    sub.add_argument("--precision", choices=["auto", "fp32", "bf16", "fp16"])
    sub.add_argument("--threads", type=int, metavar="N")
    sub.add_argument(
        "--eval-every",
        type=int,
        metavar="N",
        help="steps between two checks on held-back text (0: they cost 5 %% of the time)",
    )
    sub.add_argument(
        "--early-stop",
        type=int,
        nargs="?",
        const=PATIENCE,
        metavar="N",
        help=f"end when N checks in a row brought nothing better ({PATIENCE}); the best model is kept",
    )
    sub.add_argument("--seed", type=int, metavar="N")
    sub.add_argument("--run", metavar="DIR", help="the folder of the new run")
    sub.add_argument("--json", action="store_true", help="one JSON object per line on standard output")


def _add_generate(sub: Parser) -> None:
    sub.add_argument("run", metavar="RUN")
    sub.add_argument("--prompt", default="", help="the text to continue")
    sub.add_argument("--style", choices=list(STYLES), default="balanced")
    sub.add_argument("--temperature", type=float, metavar="X", help="0 always takes the likeliest")
    sub.add_argument("--top-k", type=int, metavar="N", help="draw from the N likeliest; 0 means all")
    sub.add_argument("--top-p", type=float, metavar="X")
    sub.add_argument("--length", type=int, default=500, metavar="N", help="tokens to write (500)")
    sub.add_argument("--seed", type=int, metavar="N", help="the same seed gives the same text")
    sub.add_argument("--step", type=int, metavar="N", help="the model as it was at this step")
    sub.add_argument("--json", action="store_true", help="one JSON object on standard output")
