"""The demonstration: a filled network whose sign-ins everybody may know. In force in demo mode only."""
