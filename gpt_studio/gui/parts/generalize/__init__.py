"""The Generalize tab: which models are tested on which texts, the matrix, the text that was read."""
