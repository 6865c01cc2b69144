"""What happened: one append-only, hash-chained log of acts, without content (docs/audit.md)."""
