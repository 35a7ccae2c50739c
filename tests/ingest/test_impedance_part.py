"""Real and imaginary impedance of what stands for them."""

import numpy as np
import pytest

from ingest.impedance_part import of_polar, vacuum_farad, with_parts
from ingest.series import Series


def series(**columns: list[float]) -> Series:
    return Series(
        {name: np.array(values) for name, values in columns.items()},
        len(next(iter(columns.values()))),
    )


def test_a_negative_phase_is_capacitive() -> None:
    assert of_polar(np.array([2.0]), np.array([-90.0]))[0] == pytest.approx(-2j)


def test_the_capacitance_of_a_geometry() -> None:
    assert vacuum_farad(area_cm2=1e4, thickness_um=1e6) == pytest.approx(8.8541878128e-12)


def test_a_part_that_the_export_tells_stays() -> None:
    given = series(
        absolute_impedance_ohm=[5.0], phase_degree=[-90.0], imaginary_impedance_ohm=[-4.0]
    )
    found = with_parts(given, None)
    assert found.number("imaginary_impedance_ohm").tolist() == [-4.0]
    assert found.number("real_impedance_ohm")[0] == pytest.approx(0.0, abs=1e-15)
    (finding,) = found.findings
    assert finding.kind == "derived_column"
    assert finding.detail == "the export does not tell real_impedance_ohm; it is of Z = |Z| exp(jφ)"


def test_half_of_a_pair_beside_a_frequency_is_found_to_lack_the_other() -> None:
    found = with_parts(series(frequency_hertz=[1.0], absolute_impedance_ohm=[5.0]), None)
    assert found.columns.keys() == {"frequency_hertz", "absolute_impedance_ohm"}
    (finding,) = found.findings
    assert finding.kind == "impedance_incomplete"
    assert finding.detail == "no impedance follows of absolute_impedance_ohm without phase_degree"


def test_nothing_is_derived_of_half_a_pair_or_where_both_parts_are_told() -> None:
    half = series(absolute_impedance_ohm=[5.0])
    assert with_parts(half, None).columns is half.columns
    assert with_parts(half, None).findings == ()
    both = series(
        absolute_impedance_ohm=[5.0],
        phase_degree=[0.0],
        real_impedance_ohm=[3.0],
        imaginary_impedance_ohm=[-4.0],
    )
    assert with_parts(both, None) is both


def test_an_admittance_of_zero_is_no_impedance() -> None:
    found = with_parts(
        series(real_admittance_siemens=[0.0, 0.5], imaginary_admittance_siemens=[0.0, 0.0]), None
    )
    assert found.number("real_impedance_ohm").tolist() == pytest.approx([np.nan, 2.0], nan_ok=True)
    assert np.isnan(found.number("imaginary_impedance_ohm")[0])


def test_permittivity_without_a_geometry_gives_no_impedance() -> None:
    given = series(
        frequency_hertz=[1.0],
        real_relative_permittivity=[10.0],
        imaginary_relative_permittivity=[1.0],
    )
    (finding,) = with_parts(given, None).findings
    assert finding.detail.endswith("of real_relative_permittivity without the geometry")
    found = with_parts(given, 1e-12)
    assert found.number("imaginary_impedance_ohm")[0] < 0.0 < found.number("real_impedance_ohm")[0]
    assert found.findings[0].detail.endswith("with C₀ = ε₀ A/d = 1e-12 F")


def test_a_phase_of_the_other_sign_is_doubted() -> None:
    found = with_parts(
        series(absolute_impedance_ohm=[1.0, 1.0, 1.0], phase_degree=[30.0, 20.0, -5.0]), None
    )
    assert [finding.kind for finding in found.findings] == [
        "derived_column",
        "imaginary_sign_doubtful",
    ]
    assert "positive (inductive) in 2 of 3 points" in found.findings[1].detail
