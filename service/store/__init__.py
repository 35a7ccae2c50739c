"""The store: relations and what is computed of them, in DuckDB."""
