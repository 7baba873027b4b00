"""Keeping runs: writing that survives everything, and the library of what was kept."""
