"""The command line: the same engine, for scripts, servers and tests. It never imports Qt."""

from gpt_studio.cli.parser import main

__all__ = ["main"]
