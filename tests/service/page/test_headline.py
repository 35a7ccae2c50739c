"""What is written of a cell in one line never looks surer than it is."""

from typing import Any

import numpy as np

from service.page.headline import critical_current, cycle_life, endured, facts, rows

LIFE = {
    "cycleLife": 420.0,
    "cycleLifeLow": 400.0,
    "cycleLifeHigh": None,
    "censored": False,
    "status": "ok",
    "reason": None,
}


def test_a_life_has_the_span_its_errors_leave_it_which_is_no_interval_of_confidence() -> None:
    value = cycle_life([LIFE])
    assert value.text == "420.0 (by the errors: 400.0 to ∞)"
    assert "95" not in value.text


def test_a_censored_life_is_a_bound_with_its_reason() -> None:
    value = cycle_life([{**LIFE, "censored": True, "status": "censored", "reason": "alive"}])
    assert (value.status, value.sign, value.reason) == ("censored", "≥", "alive")
    assert value.text == "420"


def test_a_censored_life_of_low_quality_stays_a_bound() -> None:
    value = cycle_life([{**LIFE, "censored": True, "status": "low_quality", "reason": "gap"}])
    assert value.text == "≥ 420"
    assert value.status == "low_quality"


def test_a_life_that_cannot_be_compared_is_no_number() -> None:
    value = cycle_life([{**LIFE, "cycleLife": None, "status": "not_comparable", "reason": "why"}])
    assert value.text == "–"
    assert (value.status, value.reason) == ("not_comparable", "why")


def test_a_failure_in_a_gap_is_between_two_times() -> None:
    row = {"timeHour": 9.0, "unfailedHour": 5.0, "failedByHour": 9.0, "status": "censored"}
    value = endured({**row, "censoring": "interval", "reason": None})
    assert value.text == "between 5.000 and 9.000"


def test_a_critical_current_is_an_interval_or_a_bound() -> None:
    row: dict[str, Any] = {"status": "ok", "reason": None}
    both = critical_current(row | {"lastBorneMaPerCm2": 0.65, "firstFailingMaPerCm2": 0.7})
    assert both.text == "from 0.65 to below 0.7"
    borne = {"lastBorneMaPerCm2": 0.8, "firstFailingMaPerCm2": None}
    never = critical_current({**borne, "status": "censored", "reason": None})
    assert (never.status, never.text) == ("censored", "0.8")
    first = critical_current(row | {"lastBorneMaPerCm2": None, "firstFailingMaPerCm2": 0.05})
    assert first.text == "from 0 to below 0.05"


def test_missing_facts_are_linked_to_where_they_are_entered() -> None:
    cell = dict.fromkeys(
        (
            "configuration",
            "symmetric",
            "areaCm2",
            "areaErrorCm2",
            "activeMassGram",
            "massBasis",
            "cycleLife",
            "capacityRetention",
            "fadeRate",
        )
    )
    values = {each.name: each.value for each in facts(cell, "/cells/1/edit")}
    fields = {"Kind": "symmetric", "Area": "area", "Active mass": "mass"}
    for name, field in fields.items():
        assert values[name].mend == f"/cells/1/edit#{field}"  # type: ignore[union-attr] # a Value
    assert values["Fade"].status == "not_computable"  # type: ignore[union-attr] # a Value


def test_rows_are_plain_numbers_and_none_for_what_is_none() -> None:
    answer = {"a": np.array([1.5, np.nan]), "b": ["x", None], "trace": {"metric": "m"}}
    assert rows(answer) == [{"a": 1.5, "b": "x"}, {"a": None, "b": None}]
    assert rows(None) == []
