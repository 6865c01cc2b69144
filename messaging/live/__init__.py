"""The socket: what members send, written in groups, and what they are told the moment it is on disk."""
