"""What is computed once of an export: one mechanism, and a folder for what it is computed of."""
