"""What a metric file is, and how it is asked."""
