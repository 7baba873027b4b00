"""The Tokenizer tab: chips, the vocabulary, the round trip."""
