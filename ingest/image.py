"""Images of an export: their pixels rest there, the catalog states how each was taken."""

from collections.abc import Sequence
from typing import Any

from ingest.measurement import Measurements
from ingest.reading import Measurement
from ingest.subject import IMAGES


def images(measured: Sequence[Measurement]) -> Measurements:
    """Return the images of a test; ``input_hash`` of each is that of its pixels."""
    rows: list[dict[str, Any]] = [
        {"image_count": count, **each.how} for count, each in enumerate(measured, start=1)
    ]
    return Measurements(IMAGES, rows, hashes=tuple(row.pop("input_hash") for row in rows))
