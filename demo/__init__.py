"""Synthetic instrument exports, made without any of the code that later reads them."""

from demo.cells import CELLS, PELLETS, Cell, Pellet
from demo.exports import write_demo
from demo.study import write_study

__all__ = ["CELLS", "PELLETS", "Cell", "Pellet", "write_demo", "write_study"]
