"""What clients hand back after the database was put back to an older copy (docs/protocol.md, section 7)."""
