"""Looks at a deployment from the outside and from the inside, and says in plain words what is wrong and what to do."""
