"""The portal as a whole: settings, entry points, URL table, command line, and the life of the network."""
