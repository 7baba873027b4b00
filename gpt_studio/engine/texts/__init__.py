"""Texts as students bring them: files, tables, folders, documents, drafts."""
