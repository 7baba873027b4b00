"""Benchmarks: how fast this program is on this machine, as ratios of things measured in the same run."""
