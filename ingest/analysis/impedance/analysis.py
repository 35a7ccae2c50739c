"""Every method on the sweeps of a test; what was computed before is not computed again."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ingest.draft import Draft
from ingest.impedance import arc, fit, kramers_kronig, relaxation
from ingest.impedance.constraint import read_model
from ingest.impedance.fit_settings import FitSettings
from ingest.impedance.grid import RelaxationSettings
from ingest.impedance.kramers_kronig_settings import KramersKronigSettings
from ingest.impedance.result import Earlier, Result, input_hashes
from ingest.impedance.rows import fit_rows, kramers_kronig_rows, relaxation_rows
from ingest.impedance.solution import Weighting
from ingest.impedance.sweep import Sweeps
from schema.analysis import LAYOUTS, Method
from schema.error import InvalidArgument

_VERSIONS: Final[Mapping[Method, str]] = {
    "fit": f"{fit.VERSION}.{arc.VERSION}",
    "kramers_kronig": kramers_kronig.VERSION,
    "relaxation": relaxation.VERSION,
}
_ON_FITS: Final[frozenset[Method]] = frozenset({"relaxation"})
"""Methods that take what the circuits chosen tell."""


@dataclass(frozen=True, slots=True)
class AnalysisSettings:
    """The settings of every method."""

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


def analyzed(draft: Draft, earlier: Earlier) -> Draft:
    """Return the draft with what every method makes of its sweeps, where it has any."""
    if draft.spectra is None:
        return draft
    return replace(draft, results=results(draft.spectra, AnalysisSettings(), earlier))


def refitted(methods: Sequence[Method]) -> tuple[Method, ...]:
    """Return methods with those that belong together: what hangs on fits follows the latest."""
    together = {"fit", *_ON_FITS}
    wanted = {*methods, *(together if together & {*methods} else ())}
    return tuple(method for method in LAYOUTS if method in wanted)


def results(
    spectra: Mapping[str, Any],
    settings: AnalysisSettings,
    earlier: Earlier,
    methods: Sequence[Method] = tuple(LAYOUTS),
) -> tuple[Result, ...]:
    """Return what methods make of the columns of schema.relation.SPECTRUM of one test."""
    sweeps = Sweeps.of(
        *(
            spectra[name]
            for name in (
                "spectrum_count",
                "frequency_hertz",
                "real_impedance_ohm",
                "imaginary_impedance_ohm",
            )
        )
    )
    hashes = np.array(input_hashes(spectra), dtype=object)
    inputs = _Inputs(sweeps, hashes, settings)
    needed = {*methods, *(("fit",) if _ON_FITS & {*methods} else ())}
    found: dict[Method, Result] = {}
    for method in LAYOUTS:
        if method in needed:
            found[method] = _result(method, inputs, earlier, found.get("fit"))
    return tuple(found[method] for method in methods)


@dataclass(frozen=True, slots=True, eq=False)
class _Inputs:
    """Sweeps, the hash of each, and how they are analyzed."""

    sweeps: Sweeps
    hashes: NDArray[np.object_]
    settings: AnalysisSettings


def _result(
    method: Method,
    inputs: _Inputs,
    earlier: Earlier,
    fitted: Result | None,
) -> Result:
    sweeps, hashes, settings = inputs.sweeps, inputs.hashes, inputs.settings
    version = _VERSIONS[method]
    parameters = asdict(getattr(settings, method))
    parameters = {name: _plain(value) for name, value in parameters.items()}
    if method in _ON_FITS and fitted is not None:
        # what was made of other fits is something else
        parameters["fit"] = {"version": fitted.version, "parameter_hash": fitted.parameter_hash}
    known = earlier(method, version, parameters, hashes.tolist())
    recalled = np.isin(hashes, np.array(known["input_hash"].to_pylist(), dtype=object))
    rows = _recalled(known, sweeps.spectrum_count[recalled], hashes[recalled])
    if not recalled.all():
        fresh = _computed(method, sweeps.take(~recalled), settings, fitted)
        rows = pa.concat_tables([rows, fresh]).sort_by("spectrum_count")
    result = Result(method, version, parameters, rows)
    places = np.searchsorted(sweeps.spectrum_count, rows["spectrum_count"].to_numpy())
    keys = {
        "input_hash": pa.array(hashes[places], pa.string()),
        "version": pa.repeat(pa.scalar(version), rows.num_rows),
        "parameter_hash": pa.repeat(pa.scalar(result.parameter_hash), rows.num_rows),
    }
    for name, values in keys.items():
        rows = rows.set_column(rows.schema.get_field_index(name), name, values)
    return replace(result, rows=rows)


def _computed(
    method: Method, sweeps: Sweeps, settings: AnalysisSettings, fitted: Result | None
) -> pa.Table:
    match method:
        case "fit":
            return fit_rows(sweeps, settings.fit)
        case "kramers_kronig":
            return kramers_kronig_rows(sweeps, settings.kramers_kronig)
        case "relaxation":
            fits = LAYOUTS["fit"].arrow.empty_table() if fitted is None else fitted.rows
            return relaxation_rows(sweeps, settings.relaxation, fits)


def _recalled(known: pa.Table, counts: NDArray[np.int64], hashes: NDArray[np.object_]) -> pa.Table:
    """Return the rows of earlier sweeps with these hashes, as those of the sweeps counted so."""
    first: dict[str, int] = {}
    rows: dict[str, list[int]] = {}
    places = known["spectrum_count"].to_pylist()
    for row, input_hash in enumerate(known["input_hash"].to_pylist()):
        # a test may have equal sweeps: one of them tells all
        if first.setdefault(input_hash, places[row]) == places[row]:
            rows.setdefault(input_hash, []).append(row)
    taken = [row for input_hash in hashes for row in rows[input_hash]]
    sizes = [len(rows[input_hash]) for input_hash in hashes]
    found = known.take(pa.array(taken, pa.int64()))
    place = found.schema.get_field_index("spectrum_count")
    return found.set_column(place, "spectrum_count", pa.array(np.repeat(counts, sizes), pa.int64()))


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
