"""What makes types, conditions, pages and columns of the tables of the catalog and of metrics."""
