"""Tests that an export may be of."""

from typing import Final

from sqlalchemy import and_, or_

from schema.catalog import Test
from schema.record.removed import by_people

MOST: Final = 32
"""So many candidates are looked at, the likest first."""
LIVING: Final = Test.removed_snapshot.is_(None)
REMOVED: Final = and_(Test.removed_snapshot.is_not(None), by_people("test", Test))
KNOWN: Final = or_(LIVING, REMOVED)
"""Of tests that are there, and that people removed; what was superseded is another's by now."""
