"""How a process is entered: what went in, what came out, and its conditions."""

from collections.abc import Sequence
from typing import Any

from schema.catalog import Material, Process, ProcessParameter
from schema.condition import condition
from schema.error import InvalidArgument, InvalidRecord
from schema.record.collection import align
from schema.record.column import Place, Said, checked, fill, measured, refused
from schema.record.known import Known


def write_process(known: Known, row: Process, said: Said) -> None:
    """Bring a process to what is said; conditions are said as they were written, by their names.

    The ancestry of materials follows by ``schema.ancestry.rebuild``, once after the last process.

    Raises:
        InvalidRecord: when a value cannot be, or no material has a name.
    """
    fill(row, said)
    if "outputs" in said:
        row.outputs = _materials(known, "outputs", said["outputs"] or ())
    if "inputs" in said:
        row.inputs = _materials(known, "inputs", said["inputs"] or ())
    if "parameters" in said:
        wanted = {
            name: _condition(text, ("parameters", name))
            for name, text in (said["parameters"] or {}).items()
        }
        for name in wanted:
            checked(ProcessParameter, {"name": name}, ("parameters", name))
        align(row.parameters, "name", wanted, ProcessParameter)


def _condition(text: str, place: Place) -> dict[str, Any]:
    found = measured(text, place)
    try:
        return checked(ProcessParameter, condition(found, text), place)
    except InvalidRecord as fault:
        raise InvalidRecord(place, fault.reason) from fault
    except InvalidArgument as fault:
        raise refused(fault, place) from fault


def _materials(known: Known, column: str, names: Sequence[str]) -> list[Any]:
    bare = [name.strip() for name in names]
    for place, name in enumerate(bare):
        if name in bare[:place]:
            raise InvalidRecord((column, place), f"{name} is there twice")
    return [known.row(Material, name, (column, place)) for place, name in enumerate(bare)]
