"""The members' half of docs/protocol.md as pure functions: no Django, no input or output."""
