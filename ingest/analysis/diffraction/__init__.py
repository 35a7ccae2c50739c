"""What is computed of diffraction patterns: lines, cells, phases and what may be hidden."""
