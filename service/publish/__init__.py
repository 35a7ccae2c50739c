"""The warehouse as tables where BI tools connect: a PostgreSQL schema or one .duckdb file."""
