"""Files that clients send, from their first byte until they are read."""
