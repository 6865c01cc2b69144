"""Names and functions of people, which the Register holds only as commitments."""
