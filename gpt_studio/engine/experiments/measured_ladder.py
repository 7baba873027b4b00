"""What `tests/benchmarks/ladder.py` has measured: which rung ends lower than which, and how long each one takes.

Two cores of an AMD EPYC, fp32, 2026-11-27. On another machine the last digits are others.
"""

SPREAD = 0.03  # bits per character: neighbours that differ by less are too close to call
LOWER: tuple[
    tuple[str, str], ...
] = (  # the first ends lower than the second, on every text that comes with the program
    ("two", "letters"),
    ("five", "two"),
    ("bigram", "letters"),
    ("mean", "letters"),
    ("bigram", "mean"),
    ("head", "bigram"),
    ("heads", "head"),
    ("mlp", "heads"),
    ("residual", "mlp"),
    ("norm", "residual"),
    ("full", "norm"),
    ("five", "norm"),
)
CLOSE: tuple[tuple[str, str], ...] = (("bigram", "two"), ("full", "five"))  # level, on every one of them
LEVEL = 0.05  # bits per character by which those differ at most
WALL_S: dict[str, float] = {  # on a core that nothing else wanted; the full model by its steps of 0.18 s
    "letters": 0.1,
    "two": 0.1,
    "five": 0.3,
    "bigram": 1.2,
    "mean": 3.4,
    "head": 7.3,
    "heads": 8.1,
    "mlp": 14.4,
    "residual": 12.7,
    "norm": 12.9,
    "full": 190.0,
}
