"""Applications to join the network: what an applicant hands in, and what officers decide about it step by step."""
