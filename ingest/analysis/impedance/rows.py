"""What the methods found, as rows of schema.analysis: nan is null, many values are a list."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ingest.analysis.impedance.arc import arcs
from ingest.analysis.impedance.distribution import Distribution
from ingest.analysis.impedance.fit import fit_all
from ingest.analysis.impedance.fit_settings import FitSettings
from ingest.analysis.impedance.fitted import Fit
from ingest.analysis.impedance.grid import RelaxationSettings
from ingest.analysis.impedance.kramers_kronig import few_outliers, kramers_kronig
from ingest.analysis.impedance.kramers_kronig_settings import KramersKronigSettings
from ingest.analysis.impedance.relaxation import Relaxation, relaxation
from ingest.analysis.impedance.sweep import Sweeps
from ingest.analysis.impedance.tail import Tails
from schema.analysis import LAYOUTS
from schema.analysis.layout import Layout
from schema.impedance.circuit import series_resistances
from schema.relation import Relation

Columns = Mapping[str, Any]
Counts = NDArray[np.int64]


def fit_rows(sweeps: Sweeps, settings: FitSettings) -> pa.Table:
    """Return a row per sweep and circuit that was tried on it."""
    layout = LAYOUTS["fit"]
    outlier = few_outliers(sweeps, settings.largest_outlier_share)
    fits, chosen = fit_all(sweeps.without(outlier), settings)
    left_out = outlier.sum(axis=1)
    tables = [
        _fit_rows(
            layout, each, takes, left_out[np.isin(sweeps.spectrum_count, each.spectrum_count)]
        )
        for each, takes in zip(fits, chosen, strict=True)
    ]
    return pa.concat_tables(tables)


def kramers_kronig_rows(sweeps: Sweeps, settings: KramersKronigSettings) -> pa.Table:
    """Return a row per sweep."""
    layout = LAYOUTS["kramers_kronig"]
    found = kramers_kronig(sweeps, settings)
    tested = np.isfinite(found.real_residual)
    residuals = {
        "frequency_hertz": sweeps.frequency_hertz[tested],
        "real_residual": found.real_residual[tested],
        "imaginary_residual": found.imaginary_residual[tested],
        "outlier": found.outlier[tested],
    }
    lists = {"kramers_kronig_residual": (residuals, tested.sum(axis=1))}
    return _table(layout, _columns(found, layout.rows) | _place(sweeps), lists)


def relaxation_rows(sweeps: Sweeps, settings: RelaxationSettings, fits: pa.Table) -> pa.Table:
    """Return a row per sweep, way of regularizing and choice of its weight.

    Args:
        sweeps: B of them.
        settings: how.
        fits: what ``fit_rows`` returned of these sweeps, and maybe of others.
    """
    layout = LAYOUTS["relaxation"]
    found = relaxation(sweeps, settings, Tails.of(fits, sweeps))
    return pa.concat_tables(
        _relaxation_rows(layout, sweeps, found, each) for each in found.distributions
    )


def _fit_rows(
    layout: Layout, fit: Fit, chosen: NDArray[np.bool_], outlier_count: Counts
) -> pa.Table:
    count = len(fit.spectrum_count)
    element, letter, unit = (np.array(each) for each in zip(*fit.names, strict=True))
    parameters = {
        "element": np.tile(element, count),
        "parameter": np.tile(letter, count),
        "value": fit.value.ravel(),
        "standard_error": fit.standard_error.ravel(),
        "low": fit.low.ravel(),
        "high": fit.high.ravel(),
        "interval": _interval(fit.profiled.ravel(), fit.low.ravel()),
        "unit": np.tile(unit, count),
        "at_bound": fit.bound.ravel(),
    }
    found = arcs(fit)
    own = {
        "arc_count": np.tile(np.arange(1, len(found.element) + 1), count),
        "element": np.tile(np.array(found.element, dtype=object), count),
        "resistance_ohm": found.resistance.ravel(),
        "resistance_error_ohm": found.resistance_error.ravel(),
        "resistance_low_ohm": found.resistance_low.ravel(),
        "resistance_high_ohm": found.resistance_high.ravel(),
        "interval": _interval(found.profiled.ravel(), found.resistance_low.ravel()),
        "time_constant_second": found.time_constant.ravel(),
        "exponent": found.exponent.ravel(),
        "capacitance_farad": found.capacitance.ravel(),
        "capacitance_error_farad": found.capacitance_error.ravel(),
        "peak_frequency_hertz": found.peak_hertz.ravel(),
        "assignment": found.assignment.ravel(),
        "unassigned": found.reason.ravel(),
    }
    pairs = list(combinations(series_resistances(fit.circuit), 2))
    place = {name[0]: column for column, name in enumerate(fit.names) if name[1] == "R"}
    one, other = ([place[pair[side]] for pair in pairs] for side in (0, 1))
    correlations = {
        "element": np.tile(np.array([pair[0] for pair in pairs], dtype=object), count),
        "other_element": np.tile(np.array([pair[1] for pair in pairs], dtype=object), count),
        "correlation": fit.correlation[:, one, other].ravel(),
    }
    lists = {
        "fit_parameter": (parameters, np.full(count, len(fit.names))),
        "fit_correlation": (correlations, np.full(count, len(pairs))),
        "arc": (own, np.full(count, len(found.element))),
    }
    columns = _columns(fit, layout.rows) | {
        "circuit": np.full(count, fit.circuit, dtype=object),
        "chosen": chosen,
        "outlier_count": outlier_count,
        "whole_interval": _interval(fit.whole_profiled, fit.whole_low_ohm),
    }
    return _table(layout, columns, lists)


def _interval(profiled: NDArray[np.bool_], low: NDArray[np.float64]) -> NDArray[np.object_]:
    """Return how intervals were found, "" where there is none."""
    linear = np.where(np.isnan(low), "", "linear")
    return np.where(profiled, "profile", linear).astype(object)


def _relaxation_rows(
    layout: Layout, sweeps: Sweeps, found: Relaxation, one: Distribution
) -> pa.Table:
    known = np.isfinite(one.density_ohm)
    density: Columns = {
        "time_constant_second": found.time_constant_second[known],
        "density_ohm": one.density_ohm[known],
    }
    peaks = one.peaks
    size = np.bincount(peaks.row, minlength=len(sweeps))
    own: Columns = {
        "peak_count": np.arange(len(peaks.row)) - np.repeat(np.cumsum(size) - size, size) + 1,
        "time_constant_second": peaks.time_constant_second,
        "resistance_ohm": peaks.resistance_ohm,
        "resistance_error_ohm": peaks.resistance_error_ohm,
        "resistance_low_ohm": peaks.resistance_low_ohm,
        "resistance_high_ohm": peaks.resistance_high_ohm,
        "capacitance_farad": peaks.capacitance_farad,
    }
    lists = {"relaxation_density": (density, known.sum(axis=1)), "relaxation_peak": (own, size)}
    columns = _columns(one, layout.rows) | {
        "way": np.full(len(sweeps), one.way, dtype=object),
        "selected_by": np.full(len(sweeps), one.selected_by, dtype=object),
        "tail": found.tail,
        "tail_circuit": found.tail_circuit,
    }
    return _table(layout, columns | _place(sweeps), lists)


def _place(sweeps: Sweeps) -> dict[str, Any]:
    return {"spectrum_count": sweeps.spectrum_count}


def _columns(found: object, relation: Relation) -> dict[str, Any]:
    """Return what a result has of the columns of a relation, by their names."""
    names = (column.name for column in relation.columns)
    return {name: getattr(found, name) for name in names if hasattr(found, name)}


def _table(
    layout: Layout, columns: Columns, lists: Mapping[str, tuple[Columns, Counts]]
) -> pa.Table:
    """Return the rows in the schema of the lake; what is not among the columns is null as yet."""
    count = len(columns["spectrum_count"])
    arrays = []
    for field in layout.arrow:
        if field.name in lists:
            arrays.append(_listed(field.type, *lists[field.name]))
        elif field.name in columns:
            arrays.append(_array(columns[field.name], field.type))
        else:
            arrays.append(pa.nulls(count, field.type))
    return pa.Table.from_arrays(arrays, schema=layout.arrow)


def _listed(kind: pa.DataType, columns: Columns, sizes: Counts) -> pa.Array:
    struct: Sequence[pa.Field] = list(kind.value_type)
    values = pa.StructArray.from_arrays(
        [_array(columns[field.name], field.type) for field in struct], fields=struct
    )
    offsets = pa.array(np.concatenate([[0], np.cumsum(sizes)]), pa.int32())
    return pa.ListArray.from_arrays(offsets, values, type=kind)


def _array(values: Any, kind: pa.DataType) -> pa.Array:  # noqa: ANN401 — an array of any numbers or words
    if pa.types.is_string(kind):
        # an empty word is nothing said
        return pa.array([word or None for word in np.asarray(values).tolist()], kind)
    return pa.array(values, kind, from_pandas=pa.types.is_floating(kind))
