"""One instrument format per file; each declares a ``READER``."""
