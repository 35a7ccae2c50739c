"""The star in a PostgreSQL schema, and who may read it."""
