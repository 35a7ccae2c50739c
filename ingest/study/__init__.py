"""What cells are made of, in one document: read, checked, linked, and entered whole."""
