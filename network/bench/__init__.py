"""Measures the running code: a network made for the purpose, a real server, and senders in a process of their own."""
