"""What devices say, signed, that they hold: kept and passed on, so that clients find out what was kept from them."""
