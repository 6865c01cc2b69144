"""Measures the running code: a network made for the purpose, real servers, and senders in processes of their own."""
