"""Sign-in with two factors, sessions, invitations and the steps by which a person joins."""
