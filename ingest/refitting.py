"""What is computed again: which tests by which analysis, one kind after the other."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import select

from ingest.analysis.diffraction.analysis import DiffractionSettings
from ingest.analysis.impedance.analysis import AnalysisSettings
from ingest.analysis.impedance.grid import RelaxationSettings
from ingest.analysis.photoemission.analysis import EmissionSettings
from ingest.analysis.procedure import Analysis
from ingest.analysis.refit import analyzable
from ingest.analysis.subject import Subject
from ingest.reference import references, sensitivity
from ingest.subject import REGIONS, SCANS, SWEEPS
from schema.analysis import Method
from schema.analysis.diffraction import DIFFRACTION_LAYOUTS
from schema.analysis.impedance import IMPEDANCE_LAYOUTS
from schema.analysis.photoemission import PHOTOEMISSION_LAYOUTS
from schema.catalog import Test
from schema.catalog.connection import look
from schema.error import UnknownName
from schema.queue.subject import Weighting
from schema.warehouse import Warehouse

_METHODS: Final[Sequence[tuple[Subject, Sequence[Method]]]] = (
    (SWEEPS, tuple(IMPEDANCE_LAYOUTS)),
    (SCANS, tuple(DIFFRACTION_LAYOUTS)),
    (REGIONS, tuple(PHOTOEMISSION_LAYOUTS)),
)

Tests = Sequence[tuple[int, str]]
"""Ids and names."""


@dataclass(frozen=True, slots=True)
class Share:
    """Tests that are computed alike.

    Attributes:
        analysis: what is computed.
        methods: which of it.
        tests: ids and names.
        foremost: whether what was there before becomes the latest again: references and
            sensitivity factors are as they are now, while circuits stand beside each other.
    """

    analysis: Analysis[Any]
    methods: Sequence[Method]
    tests: Tests
    foremost: bool


def impedance_settings(
    circuits: Sequence[str], weighting: Weighting, resamples: int
) -> AnalysisSettings:
    """Return how sweeps are computed.

    Raises:
        InvalidArgument: when a circuit is none, or there are too few resamples.
    """
    return replace(
        AnalysisSettings.with_circuits(circuits, weighting),
        relaxation=RelaxationSettings(resamples=resamples),
    )


def shares(
    warehouse: Warehouse,
    methods: Collection[str],
    impedance: AnalysisSettings,
    *,
    names: Collection[str] = (),
    ids: Collection[int] = (),
) -> Iterator[Share]:
    """Yield what is computed of tests by methods: of all, or of those of these names or ids.

    Raises:
        UnknownName: when no test that any of the methods computes has a name, or an id.
    """
    wanted = [(subject, [each for each in every if each in methods]) for subject, every in _METHODS]
    found = {
        subject.name: (subject, chosen_methods, analyzable(warehouse, subject))
        for subject, chosen_methods in wanted
        if chosen_methods
    }
    known = {name for _, _, tests in found.values() for _, name in tests}
    for name in names:
        if name not in known:
            raise UnknownName(f"test with {' or '.join(found)}", name, known)
    by_id = {str(test_id) for _, _, tests in found.values() for test_id, _ in tests}
    for test_id in ids:
        if str(test_id) not in by_id:
            raise UnknownName(f"test with {' or '.join(found)}", str(test_id), by_id)
    for subject, chosen_methods, tests in found.values():
        chosen = [
            each
            for each in tests
            if (not names or each[1] in names) and (not ids or each[0] in ids)
        ]
        if subject is SWEEPS:
            yield Share(impedance, chosen_methods, chosen, foremost=False)
        elif subject is SCANS:
            scans = DiffractionSettings(references=references(warehouse))
            yield Share(scans, chosen_methods, chosen, foremost=True)
        else:
            yield from _by_set(warehouse, chosen_methods, chosen)


def _by_set(warehouse: Warehouse, methods: Sequence[Method], tests: Tests) -> Iterator[Share]:
    """Yield tests of photoemission, those of one set of sensitivity factors together."""
    with look(warehouse.engine) as session:
        rows = session.execute(select(Test.id, Test.sensitivity_set))
        set_of = {row.id: row.sensitivity_set for row in rows}
    for name in dict.fromkeys(set_of[test_id] for test_id, _ in tests):
        settings = EmissionSettings(sensitivity(warehouse, name))
        same = [each for each in tests if set_of[each[0]] == name]
        yield Share(settings, methods, same, foremost=True)
