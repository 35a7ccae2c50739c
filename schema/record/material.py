"""How a material is entered."""

from schema.catalog import Material, Substance
from schema.record.column import Said, fill
from schema.record.known import Known


def write_material(known: Known, row: Material, said: Said) -> None:
    """Bring a material to what is said, its substance by name.

    Raises:
        InvalidRecord: when a value cannot be, or no substance has that name.
    """
    fill(row, said)
    if "substance" in said:
        row.substance_id = known.identity(Substance, said["substance"], ("substance",))
