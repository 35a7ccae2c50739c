"""A .duckdb file as a target of publishing."""
