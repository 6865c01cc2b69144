"""The Register: the append-only, signed log of who speaks for which authority."""
