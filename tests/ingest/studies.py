"""Studies as people might write them, drawn: everything a document can say, and nothing amiss."""

from collections.abc import Sequence
from typing import Any, Final

from hypothesis import strategies as st

_WORDS: Final = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn", "Zl", "Zp", "Zs"]),
    max_size=12,
)
TEXTS: Final = st.one_of(
    st.sampled_from(["no", "012", "1e3", "null", "~", "a: b", "- x", "=1+1", '"', "a; b"]),
    st.builds("{} {}".format, _WORDS, _WORDS),
).map(str.strip).filter(bool)  # fmt: skip
_NAMES: Final = TEXTS.map(lambda text: text.replace(";", "").strip()).filter(bool)
"""No list of a table holds a name with a semicolon."""
_NUMBERS: Final = st.one_of(
    st.integers(1, 1000).map(str),
    st.floats(1e-6, 1e6, allow_nan=False).map(repr),
    st.sampled_from(["1.50", "2e-3", "~ 3"]),
)


def _amounts(*units: str) -> st.SearchStrategy[str]:
    return st.builds("{} {}".format, _NUMBERS, st.sampled_from(units))


def _sizes(*units: str) -> st.SearchStrategy[str]:
    errors = st.builds("{} ± {} %".format, st.integers(1, 99), st.integers(0, 9))
    exact = st.builds("{} ± 0.05".format, st.integers(1, 99))
    return st.one_of(
        _amounts(*units),
        st.builds("{} {}".format, exact, st.sampled_from(units)),
        st.builds(
            "{0} {1} ± {2} %".format, st.integers(1, 9), st.sampled_from(units), errors.map(len)
        ),
    )


_MEASURES: Final = st.one_of(
    _amounts("GPa", "%", "h", "°C", "mAh/g"),
    st.sampled_from(["40-60 GPa", "> 92 %", "<= 3 V", "argon", "Large", '"2024-05 lot"', "12"]),
)
_ROLES: Final = ("negative", "electrolyte", "interlayer", "wetting", "positive")


def _some(fields: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


def _mapping(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(TEXTS, values, min_size=1, max_size=2)


@st.composite
def studies(draw: st.DrawFn, name: str, tests: Sequence[str]) -> dict[str, Any]:
    """Draw the content of a study, its things named by a prefix that no other study has.

    Args:
        draw: of Hypothesis.
        name: of the study, and how its things begin to be called.
        tests: names of tests that may be its.
    """

    def names(count: int) -> list[str]:
        drawn = draw(st.lists(TEXTS, max_size=count, unique=True))
        plain = [each.translate(dict.fromkeys(map(ord, "/@;"))) for each in drawn]
        return list(dict.fromkeys(f"{name} {each}".strip() for each in plain))

    head = {"source": TEXTS, "project": TEXTS, "note": TEXTS}
    cycles = st.sampled_from(["turns", "instrument"])
    content: dict[str, Any] = {"study": name, **draw(_some({**head, "cycles": cycles}))}
    content["time_zone"] = draw(st.sampled_from(["Europe/Zurich", "UTC", "America/New_York"]))
    substances, materials, protocols = names(3), names(3), names(2)
    content["substances"] = {
        each: draw(
            _some(
                {
                    "title": TEXTS,
                    "formula": st.sampled_from(["Li", "LiFePO4", "Li1.3Al0.3Ti1.7(PO4)3"]),
                    "electrons": st.floats(0.5, 4),
                    "molar_mass": _amounts("g/mol"),
                    "role": TEXTS,
                    "note": TEXTS,
                    "properties": _mapping(_MEASURES),
                }
            )
        )
        for each in substances
    }
    of_substance = {"substance": st.sampled_from(substances)} if substances else {}
    content["materials"] = {
        each: draw(
            _some(
                {
                    **of_substance,
                    "kind": TEXTS,
                    "batch": TEXTS,
                    "mass": _amounts("g", "mg"),
                    "thickness": _sizes("mm", "µm"),
                    "area": _sizes("cm²", "mm²"),
                    "note": TEXTS,
                    "properties": _mapping(_MEASURES),
                }
            )
        )
        for each in materials
    }
    content["processes"] = {
        f"{name} make {n}": {
            "kind": draw(TEXTS),
            "inputs": draw(st.permutations(materials[:n])),
            "outputs": [material],
            **draw(
                _some(
                    {
                        "parameters": _mapping(
                            st.one_of(
                                _amounts("h", "°C", "MPa"), st.sampled_from(["argon", "5-9 h"])
                            )
                        ),
                        "performed_at": st.sampled_from(
                            ["2026-03-01T09:30:00", "2026-07-01T23:59:00+02:00"]
                        ),
                        "note": TEXTS,
                    }
                )
            ),
        }
        for n, material in enumerate(materials)
    }
    levels = {
        "current": _amounts("mA", "A"),
        "current_density": _amounts("mA/cm²").map(
            lambda text: f"-{text}" if text[0].isdigit() else text
        ),
        "voltage": _amounts("V", "mV"),
        "lower_voltage": _amounts("V"),
        "upper_voltage": _amounts("V"),
        "stop_current": _amounts("mA"),
        "duration": _amounts("h", "s"),
        "temperature": _amounts("°C"),
        "repeat": st.integers(1, 1000),
        "repeat_from": st.integers(1, 9),
        "label": TEXTS,
    }
    content["protocols"] = {
        each: draw(
            _some(
                {
                    "technique": TEXTS,
                    "note": TEXTS,
                    "steps": st.lists(
                        st.builds(lambda mode, more: {"mode": mode, **more}, TEXTS, _some(levels)),
                        max_size=3,
                    ),
                }
            )
        )
        for each in protocols
    }
    cells, free = names(3), list(draw(st.permutations(tests)))
    content["cells"] = {}
    for each in cells:
        cell = draw(
            _some(
                {
                    "project": TEXTS,
                    "area": _sizes("cm²", "mm²"),
                    "active_mass": _amounts("mg"),
                    "mass_basis": TEXTS,
                    "nominal_capacity": _amounts("mAh"),
                    "cycles": cycles,
                    "formation_cycles": st.sampled_from(["1-4", "1, 3-5"]),
                    "check_up_cycles": st.just("50, 100"),
                    "note": st.one_of(TEXTS, st.sampled_from(["two\nlines", "a:\n  - b \n\n c"])),
                    "properties": _mapping(_MEASURES),
                }
            )
        )
        stack: list[str] = (
            draw(st.lists(st.sampled_from(substances), min_size=2, max_size=4))
            if substances
            else []
        )
        if draw(st.booleans()) and stack:
            cell["configuration"] = "/".join(stack)
        if draw(st.booleans()) and stack:
            more = _some(
                {
                    "role": st.sampled_from(_ROLES),
                    "thickness": _amounts("µm", "nm"),
                    "loading": _amounts("mg/cm²"),
                }
            )
            cell["layers"] = [{"substance": layer, **draw(more)} for layer in stack]
        if "configuration" not in cell and draw(st.booleans()):
            cell["symmetric"] = draw(st.booleans())
        if draw(st.booleans()) and protocols:
            cell["protocol"] = draw(st.sampled_from(protocols))
        own, free = free[:2], free[2:]
        beside: dict[str, st.SearchStrategy[str]] = {"cycles": cycles}
        beside |= {"protocol": st.sampled_from(protocols)} if protocols else {}
        cell["tests"] = [
            {"file": test, **draw(_some(beside))} if draw(st.booleans()) else test for test in own
        ]
        content["cells"][each] = cell
    subjects: dict[str, st.SearchStrategy[str]] = {"temperature": st.just("60 °C")}
    subjects |= {"cell": st.sampled_from(cells)} if cells else {}
    subjects |= {"material": st.sampled_from(materials)} if materials else {}
    content["claims"] = {
        each: {
            "text": draw(TEXTS),
            "source": draw(TEXTS),
            **draw(
                _some(
                    {
                        "quantity": TEXTS,
                        "value": _MEASURES,
                        "subject": _some(subjects),
                        "parameters": _mapping(_MEASURES),
                        "verdict": st.sampled_from(["supported", "contradicted", "untestable"]),
                        "why": TEXTS,
                        "evidence": st.lists(_NAMES, max_size=2),
                    }
                )
            ),
        }
        for each in names(2)
    }
    content["references"] = {
        each: {
            "source": draw(TEXTS),
            "lines": [{"d": "2.5 Å", "intensity": draw(st.floats(1, 100)), "hkl": "1  1 0"}],
            **draw(_some({"title": TEXTS, **of_substance, "wavelength": _amounts("Å", "nm")})),
        }
        for each in names(1)
    }
    content["sensitivity_sets"] = {
        each: {
            "source": draw(TEXTS),
            "excitation_energy": draw(_amounts("eV")),
            "background": draw(st.sampled_from(["any", "shirley"])),
            "includes": "path",
            "factors": draw(
                st.dictionaries(
                    st.sampled_from(["C1s", "O1s", "Ti2p"]), st.floats(0.1, 9), min_size=1
                )
            ),
            **draw(_some({"geometry": TEXTS, "note": TEXTS})),
        }
        for each in names(1)
    }
    return content
