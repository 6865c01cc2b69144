"""Mail to people's own addresses: it says that something waits, and never what."""
