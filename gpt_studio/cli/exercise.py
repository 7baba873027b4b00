"""The command `exercise`: lists the exercises, hands one out, checks an answer."""

import argparse
from pathlib import Path

from gpt_studio.cli.exercises import sheets


def exercise(options: argparse.Namespace) -> int:
    """`list`, `get NAME` or `check FILE`."""
    return int(options.answer(options))


def list_all(_options: argparse.Namespace) -> int:
    for name in sheets.names():
        print(f"{name:18} {sheets.title(name)}")
    print("\n'gpt-studio exercise get NAME' puts one into the present folder.")
    return 0


def get(options: argparse.Namespace) -> int:
    file = sheets.hand_out(options.name, Path(options.out).expanduser(), options.solution)
    print(f"{file}: open it in an editor; 'gpt-studio exercise check {file}' tells how far you are.")
    return 0


def check(options: argparse.Namespace) -> int:
    from gpt_studio.cli.exercises.checks import check as verdicts

    for verdict in verdicts(Path(options.file).expanduser()):
        print(f"{'right' if verdict.is_right else 'not yet'}: {verdict.what}")
        if not verdict.is_right:
            print(f"  {verdict.help}")
            return 1
    print("All of it is right.")
    return 0


def add_to(sub: argparse.ArgumentParser, parser_class: type[argparse.ArgumentParser]) -> None:
    """The options of the command."""
    what = sub.add_subparsers(metavar="WHAT", required=True, parser_class=parser_class)
    what.add_parser("list", help="the exercises").set_defaults(answer=list_all)
    getting = what.add_parser("get", help="put an exercise into a folder")
    getting.add_argument("name", metavar="NAME", help="as the list names it")
    getting.add_argument("--out", default=".", metavar="DIR", help="the folder (the present one)")
    getting.add_argument("--solution", action="store_true", help="worked out, for teachers and the stuck")
    getting.set_defaults(answer=get)
    checking = what.add_parser("check", help="tell what is right, and what to look at")
    checking.add_argument("file", metavar="FILE")
    checking.set_defaults(answer=check)
