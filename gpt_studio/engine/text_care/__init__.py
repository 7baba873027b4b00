"""What can be found and mended in a text before a model learns from it. Pure functions from text to edits; no torch."""
