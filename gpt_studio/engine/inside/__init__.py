"""Looking inside: what a model does with one text, and what its parts do over a long one."""
