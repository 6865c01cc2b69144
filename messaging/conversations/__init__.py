"""Conversations as the server keeps them: one sequence of signed items, and the tables that lie beside its epochs."""
