"""The types of the API, a noun a file."""
