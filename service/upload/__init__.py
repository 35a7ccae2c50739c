"""Exports sent over HTTP: into the lake, hashed on the way, and asked to be read."""
