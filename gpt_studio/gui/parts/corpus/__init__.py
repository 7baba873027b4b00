"""The Corpus tab: the shelf of texts, the editor, what is told of a text."""
