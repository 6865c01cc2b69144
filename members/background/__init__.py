"""Work that nobody waits for: done at least once by one of any number of workers, tried again where it fails."""
