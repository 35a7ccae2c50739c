"""A chemistry, free of any piece of it."""

from schema import catalog
from service.graphql.page import Order, order
from service.graphql.table import of_table
from service.graphql.where import Where, where


@of_table(catalog.Substance)
class Substance:
    """A chemistry."""


@where(catalog.Substance)
class SubstanceWhere(Where):
    """Conditions on a substance."""


@order(catalog.Substance)
class SubstanceOrder(Order):
    """An order of substances."""
