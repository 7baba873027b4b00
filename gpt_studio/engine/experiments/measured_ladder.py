"""What `tests/benchmarks/ladder.py` has measured: held-back bits per character, and the time that it takes."""

SPREAD = 0.03  # bits by which a rung may differ from itself with another seed
LOWER: tuple[
    tuple[str, str], ...
] = (  # the first ends lower than the second, on every text that comes with the program
    ("two", "letters"),
    ("five", "two"),
    ("bigram", "letters"),
    ("mean", "letters"),
    ("head", "mean"),
    ("head", "bigram"),
    ("heads", "head"),
    ("mlp", "heads"),
    ("residual", "mlp"),
    ("norm", "residual"),
    ("full", "norm"),
    ("full", "five"),
)
WALL_S: dict[str, float] = {}
