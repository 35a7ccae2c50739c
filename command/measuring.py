"""What ImageJ measured in an image, entered."""

from pathlib import Path

from ingest.imagej_table import objects_in
from schema.catalog.connection import change
from schema.record.image_object import image_called, put_objects
from schema.warehouse import Warehouse


def enter_objects(
    warehouse: Warehouse,
    table: Path,
    image: str,
    kind: str,
    unit: str,
    **stated: str | None,
) -> int:
    """Let an image have the objects of a table, in the place of those of that kind.

    Args:
        warehouse: that has the image.
        table: of results of ImageJ.
        image: its id, or the name of its test.
        kind: grain, test_line, layer, crack or pore.
        unit: um or pixel.
        **stated: region, preparation and method of all of them, where somebody states them.

    Returns:
        How many there are.
    """
    said = {name: text for name, text in stated.items() if text is not None}
    with change(warehouse.engine, f"measure {table.name}") as (session, _):
        found = image_called(session, image)
        objects = objects_in(table, kind, unit, found)
        put_objects(session, found, kind, [each | said for each in objects])
    return len(objects)
