"""Pictures of every screen and designed state, taken from a demonstration network in a real browser."""
