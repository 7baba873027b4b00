"""What a text or a model is worth: simpler means beside it, games with it, and what it knows by heart."""
