"""What `tests/benchmarks/ladder.py` has measured: held-back bits per character, and the time that it takes."""

SPREAD = 0.03  # bits by which a rung may differ from itself with another seed
WALL_S: dict[str, float] = {}
