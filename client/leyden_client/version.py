"""Which client this is, and which services it understands."""

from typing import Final

VERSION: Final = "0.1.0"
INTERFACE: Final = 1
"""The interface a service must speak, as it states at GET /arrow."""
