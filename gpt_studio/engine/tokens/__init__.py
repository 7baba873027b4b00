"""Tokens that are bytes or learnt pieces, and the tokenizer as a file."""
