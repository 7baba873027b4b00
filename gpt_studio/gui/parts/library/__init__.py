"""The library of runs: its rows, its table and what it says about room on the disk."""
