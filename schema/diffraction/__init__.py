"""Diffraction as both wings know it: radiation, lattices, structures and the lines they make."""
