"""GPT Studio: train a small GPT, write with it, test it and look inside."""

__version__ = "0.1.0"
