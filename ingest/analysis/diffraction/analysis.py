"""What is computed of diffraction scans: handed to the mechanism, with its settings.

The mechanism (ingest/analysis) tells by hashes what was computed before, and keeps the results.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from ingest.analysis.diffraction import crystallite, peak, phases
from ingest.analysis.diffraction.rows import pattern_rows
from ingest.analysis.diffraction.scan import Scans
from ingest.analysis.diffraction.settings import CrystalliteSettings, PeakSettings, PhaseSettings
from ingest.analysis.procedure import Procedure
from ingest.analysis.subject import How, Subject
from ingest.subject import SCANS
from schema.diffraction.own_structure import own_structures
from schema.diffraction.reference import Reference


@dataclass(frozen=True, slots=True)
class DiffractionSettings:
    """How scans are analyzed: the settings of every step, and what is sought, by phase."""

    peak: PeakSettings = field(default_factory=PeakSettings)
    phase: PhaseSettings = field(default_factory=PhaseSettings)
    crystallite: CrystalliteSettings = field(default_factory=CrystalliteSettings)
    references: Mapping[str, Reference] = field(default_factory=own_structures)

    @property
    def subject(self) -> Subject:
        """Return what is analyzed."""
        return SCANS

    def laid_out(self, columns: Mapping[str, Any], how: How) -> Scans:
        """Lay out the columns of schema.structure.DIFFRACTION of one test."""
        return Scans.of(columns, how)

    @property
    def procedures(self) -> tuple[Procedure[Scans], ...]:
        """Return the methods, in the order of schema.analysis.LAYOUTS."""
        references = self.references
        parameters = {
            "peak": asdict(self.peak),
            "phase": asdict(self.phase),
            "crystallite": asdict(self.crystallite),
            # another reference of the same name is something else
            "references": {phase: each.content_hash for phase, each in references.items()},
        }
        return (
            Procedure(
                "pattern",
                f"{peak.VERSION}.{phases.VERSION}.{crystallite.VERSION}",
                parameters,
                lambda scans, _: pattern_rows(scans, self, tuple(references.values())),
            ),
        )
