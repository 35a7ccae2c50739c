"""How a protocol is entered."""

from schema.catalog import Protocol, ProtocolStep
from schema.record.collection import align
from schema.record.column import Said, checked, fill
from schema.record.known import Known


def write_protocol(_known: Known, row: Protocol, said: Said) -> None:
    """Bring a protocol to what is said; its steps are said as a whole, in order.

    Raises:
        InvalidRecord: when a value cannot be.
    """
    fill(row, said)
    if "steps" in said:
        steps = {
            place + 1: checked(ProtocolStep, step, ("steps", place))
            for place, step in enumerate(said["steps"] or ())
        }
        align(row.steps, "position", steps, ProtocolStep)
