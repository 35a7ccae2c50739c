"""Raw export in, canonical columns out."""
