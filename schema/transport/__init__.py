"""Ions and electrons that diffuse and drift: fluxes between two places, and through a stack.

It knows no cell and no store: numbers in, numbers out, in cm, s and mol/cm³. The potential inside
a layer falls in a straight line, which is a choice: neither Poisson's equation nor neutrality is
solved for it.
"""
