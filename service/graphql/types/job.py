"""Work that was asked for, and what became of it."""

from typing import Final

from schema import catalog
from service.graphql.build.node import Node
from service.graphql.build.page import Order, newest_first, order
from service.graphql.build.table import of_table
from service.graphql.build.where import Where, where


@of_table(catalog.Job)
class Job(Node):
    """Work that was asked for."""


@where(catalog.Job)
class JobWhere(Where):
    """Conditions on a job."""


@order(catalog.Job)
class JobOrder(Order):
    """An order of jobs."""


NEWEST: Final = (newest_first(JobOrder),)
