"""The API: its types, loaders, limits and SDL."""
