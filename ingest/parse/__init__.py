"""What several readers share; readers never import readers."""
