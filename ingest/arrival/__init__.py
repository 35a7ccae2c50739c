"""Files that arrive in watched folders, and what becomes of them."""
