"""The command line: a file a command; each imports what only it needs."""
