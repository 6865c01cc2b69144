"""The messaging half of docs/protocol.md as pure functions: items, epochs, messages, late boxes. No Django, no I/O."""
