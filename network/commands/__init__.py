"""Commands of the command line that work on a network and its Register."""
