"""The Write tab: the prompt, the texts, the odds of every character."""
