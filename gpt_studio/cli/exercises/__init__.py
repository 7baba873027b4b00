"""Coding exercises: files with gaps, and checks whose answers help."""
