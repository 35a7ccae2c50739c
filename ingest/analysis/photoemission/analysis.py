"""What is computed of photoemission regions: handed to the mechanism, with its settings.

The mechanism (ingest/analysis) tells by hashes what was computed before, and keeps the results.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ingest.analysis.photoemission.area import COPIES, SEED
from ingest.analysis.photoemission.region import Regions
from ingest.analysis.photoemission.rows import emission_rows
from ingest.analysis.procedure import Procedure
from ingest.analysis.subject import How, Subject
from ingest.subject import REGIONS
from schema.photoemission.line import SCOFIELD, Sensitivity, sensitivities

VERSION: Final = "1"
"""Raised whenever areas, windows or components could change."""


@dataclass(frozen=True, slots=True)
class EmissionSettings:
    """How regions are analyzed: by which set of sensitivity factors."""

    sensitivity: Sensitivity = field(default_factory=lambda: sensitivities()[SCOFIELD])

    @property
    def subject(self) -> Subject:
        """Return what is analyzed."""
        return REGIONS

    def laid_out(self, columns: Mapping[str, Any], how: How) -> Regions:
        """Lay out the columns of schema.structure.PHOTOEMISSION of one test."""
        return Regions.of(columns, how)

    @property
    def procedures(self) -> tuple[Procedure[Regions], ...]:
        """Return the methods, in the order of schema.analysis.LAYOUTS."""
        known = self.sensitivity
        parameters: dict[str, Any] = {
            "sensitivity_set": known.name,
            # another factor of the same name is something else
            "sensitivity": dict(known.factors),
            "copies": COPIES,
            "seed": SEED,
        }
        if known.content_hash:  # of a set of our own its factors are all there is
            parameters["sensitivity_hash"] = known.content_hash
        return (
            Procedure("emission", VERSION, parameters, lambda each, _: emission_rows(each, known)),
        )
