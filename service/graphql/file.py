"""An export as it came."""

from schema import catalog
from service.graphql.page import Order, order
from service.graphql.table import of_table
from service.graphql.where import Where, where


@of_table(catalog.RawFile)
class File:
    """An export."""


@where(catalog.RawFile)
class FileWhere(Where):
    """Conditions on an export."""


@order(catalog.RawFile)
class FileOrder(Order):
    """An order of exports."""
