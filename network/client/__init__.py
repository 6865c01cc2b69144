"""A whole client of the network, over the same HTTP and WebSocket as a browser: it trusts the server with nothing.

    client = Client("https://portal.example.org", Memory(...))
    await client.sign_in()
    await client.conversations.create([north, south], [north], subject="…", text="…")

It enrols, founds, replays the Register, makes epochs, seals and opens messages. It is how an authority connects its own
case management, and how the tests play every part.
"""

from network.client.client import Client
from network.client.http import Problem
from network.client.memory import Memory

__all__ = ["Client", "Memory", "Problem"]
