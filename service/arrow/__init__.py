"""Rows and metrics over HTTP as Arrow streams, Parquet or CSV, and files as they rest."""
