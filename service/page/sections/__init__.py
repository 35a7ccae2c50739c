"""The sections of pages, one a file: what each asks, and what it draws of that."""
