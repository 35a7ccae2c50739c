"""The program that an export states, as a protocol in the catalog."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from itertools import chain, count
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ingest.reading import ProgramStep
from schema.catalog import Protocol, ProtocolStep

_NOTE: Final = "as an export states it"


def protocol_of(session: Session, name: str | None, steps: Sequence[ProgramStep]) -> int:
    """Return the key of the protocol with these steps, entered where nobody did before.

    A protocol of that name with other steps stays as it is: this one has a hash behind its name,
    and so has one without a name.
    """
    digest = hashlib.sha256(repr([asdict(step) for step in steps]).encode()).hexdigest()[:8]
    apart = f"{name or 'program'} {digest}"
    for candidate in chain([name] if name else [], [apart], (f"{apart} {n}" for n in count(2))):
        known = session.scalar(select(Protocol).where(Protocol.name == candidate))
        if known is None:
            break
        if [_said(step) for step in known.steps] == list(steps):
            return known.id
    row = Protocol(name=candidate, note=_NOTE)
    row.steps = [
        ProtocolStep(position=place, **asdict(step)) for place, step in enumerate(steps, 1)
    ]
    session.add(row)
    session.flush()
    return row.id


def _said(row: ProtocolStep) -> ProgramStep:
    return ProgramStep(**{name: getattr(row, name) for name in ProgramStep.__slots__})
