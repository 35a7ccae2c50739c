"""What is known of photoemission lines: where they are, how strong, and what hides them."""
