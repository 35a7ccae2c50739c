"""Question in, columns out."""
