"""Impedance in the trade's notation: circuits, their elements, and what a fit says of these."""
