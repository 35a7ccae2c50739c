"""A value known of a thing without computing it."""

from schema import catalog
from service.graphql.build.table import of_table


@of_table(catalog.Property)
class Property:
    """A value known of a thing."""
