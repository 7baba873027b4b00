"""How fast the program is on this machine, measured side by side with other ways in one run."""
