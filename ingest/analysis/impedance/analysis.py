"""What is computed of impedance sweeps: the methods with their settings, handed to the mechanism.

The mechanism (ingest/analysis) tells by hashes what was computed before, and keeps the results.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from ingest.analysis.impedance import arc, fit, kramers_kronig, relaxation
from ingest.analysis.impedance.fit_settings import FitSettings
from ingest.analysis.impedance.grid import RelaxationSettings
from ingest.analysis.impedance.kramers_kronig_settings import KramersKronigSettings
from ingest.analysis.impedance.rows import fit_rows, kramers_kronig_rows, relaxation_rows
from ingest.analysis.impedance.solution import Weighting
from ingest.analysis.impedance.sweep import Sweeps
from ingest.analysis.procedure import Procedure
from ingest.analysis.subject import How, Subject
from ingest.subject import SWEEPS
from schema.error import InvalidArgument
from schema.impedance.constraint import read_model


@dataclass(frozen=True, slots=True)
class AnalysisSettings:
    """How sweeps are analyzed: the settings of every method."""

    fit: FitSettings = field(default_factory=FitSettings)
    kramers_kronig: KramersKronigSettings = field(default_factory=KramersKronigSettings)
    relaxation: RelaxationSettings = field(default_factory=RelaxationSettings)

    @classmethod
    def with_circuits(cls, circuits: Sequence[str], weighting: Weighting = "modulus") -> Self:
        """Return settings that fit these circuits, in the usual notation; the default ones if none.

        Raises:
            InvalidArgument: when one of them is no circuit, comes twice, or what is given with it
                cannot be.
        """
        notations = [str(read_model(each).circuit) for each in circuits]
        for place, notation in enumerate(notations):
            if notation in notations[:place]:
                takes = "each circuit once: what is given with it tells no two of a sweep apart"
                raise InvalidArgument("circuit", circuits[place], takes)
        if not circuits:
            return cls(fit=FitSettings(weighting=weighting))
        return cls(fit=FitSettings(tuple(circuits), all_tried=True, weighting=weighting))

    @property
    def subject(self) -> Subject:
        """Return what is analyzed."""
        return SWEEPS

    def laid_out(self, columns: Mapping[str, Any], _how: How = ()) -> Sweeps:
        """Lay out the columns of schema.relation.SPECTRUM of one test."""
        return Sweeps.of(*(columns[name] for name in (SWEEPS.place, *SWEEPS.points)))

    @property
    def procedures(self) -> tuple[Procedure[Sweeps], ...]:
        """Return the methods, in the order of schema.analysis.LAYOUTS."""
        return (
            Procedure(
                "fit",
                f"{fit.VERSION}.{arc.VERSION}",
                _plain(self.fit),
                lambda sweeps, _: fit_rows(sweeps, self.fit),
            ),
            Procedure(
                "kramers_kronig",
                kramers_kronig.VERSION,
                _plain(self.kramers_kronig),
                lambda sweeps, _: kramers_kronig_rows(sweeps, self.kramers_kronig),
            ),
            Procedure(
                "relaxation",
                relaxation.VERSION,
                _plain(self.relaxation),
                lambda sweeps, found: relaxation_rows(sweeps, self.relaxation, found["fit"].rows),
                rests_on=("fit",),
            ),
        )


def _plain(settings: FitSettings | KramersKronigSettings | RelaxationSettings) -> dict[str, Any]:
    """Return settings as JSON has them."""
    plain = asdict(settings)
    return {name: list(each) if isinstance(each, tuple) else each for name, each in plain.items()}
