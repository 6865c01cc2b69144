"""What people have begun to write, sealed to themselves: kept for their other browsers, opened by nobody here."""
