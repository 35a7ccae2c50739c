"""What is computed once of photoemission regions."""
