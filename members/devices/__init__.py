"""The binding of a session to a device, the vault half, the bookmark, and a person's own keys."""
