"""The members' half of docs/protocol.md as pure functions: keys, boxes, the Register and its rules. No Django, no I/O."""
