"""How long groups of symmetric cells lived, and whether they differ."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from starlette.requests import Request

from service.page.address import Address
from service.page.ask import ask, floats
from service.page.comparison import MOST_GROUPS, treatment, which
from service.page.figures.survival import Lives, survival
from service.page.section import Content, Section
from service.page.sections.compare_groups import survival_treatment
from service.page.status import Value, valued
from service.page.table import Column, Table
from service.page.treatment import Treatment

Key = tuple[Any, ...]
_PARTS: Final = ("configuration", "setting", "currentDensityMaPerCm2", "temperatureCelsius")


async def _show(request: Request, _subject: int, address: Address) -> Content:
    by = treatment(address)
    assert by is not None  # noqa: S101 # the section is there where one is
    asked = await ask(
        request,
        "compare_survival",
        where=by.without_unstated(which(address)),
        treatment=survival_treatment(by),
    )
    if fault := asked.fault("survival"):
        return Content(asked.query, fault=fault)
    answer = asked.data["survival"]
    groups, alone, timeless = _lives(answer, by)
    if not groups:
        why = "No two symmetric cells of these were run alike until they failed or the test ended."
        return Content(asked.query, empty=why)
    largest = sorted(groups.items(), key=lambda each: -each[1].cells)[:MOST_GROUPS]
    notes = ["Groups are parted by configuration, current density and temperature too."]
    if alone:
        notes.append(f"{alone} groups of one cell are not drawn.")
    if len(groups) > len(largest):
        notes.append(f"{len(groups) - len(largest)} smaller groups are not drawn.")
    if timeless:
        notes.append(f"{timeless} groups have no time to failure.")
    drawn = survival([lives for _, lives in largest], notes, width=address["width"] or "wide")
    names = {key: lives.name for key, lives in largest}
    context = {
        "lives": _table([lives for _, lives in largest]),
        "pairs": _pairs(asked.data["logRank"], names),
        "fault": asked.fault("logRank"),
    }
    return Content(asked.query, (drawn,), context)


def _keys(answer: Mapping[str, Any], parts: Sequence[str] = _PARTS) -> list[Key]:
    columns = [_listed(answer[each]) for each in parts]
    return list(zip(*columns, strict=True))


def _listed(column: Any) -> list[Any]:  # noqa: ANN401 # as the answer has it
    listed = column.tolist() if isinstance(column, np.ndarray) else list(column)
    return [None if isinstance(each, float) and np.isnan(each) else each for each in listed]


def _lives(answer: Mapping[str, Any], by: Treatment) -> tuple[dict[Key, Lives], int, int]:
    """Return the groups of two cells and more, how many have one, and how many no time."""
    keys = _keys(answer)
    number = {each: place for place, each in enumerate(dict.fromkeys(keys))}
    which_group = np.array([number[each] for each in keys], int)
    cells_of = dict(zip(keys, floats(answer["cellCount"]).tolist(), strict=True))
    hours = floats(answer["timeHour"])
    drawn = [key for key, hour in zip(keys, hours, strict=True) if cells_of[key] > 1 and hour >= 0]
    varying = [len({key[part] for key in drawn}) > 1 for part in range(len(_PARTS))]
    found: dict[Key, Lives] = {}
    alone = timeless = 0
    for key, place in number.items():
        rows = np.flatnonzero(which_group == place)
        cells, hour = int(cells_of[key]), hours[rows]
        if not np.isfinite(hour).any():
            timeless += 1
            continue
        if cells < 2:
            alone += 1
            continue
        rows = rows[np.argsort(hour, kind="stable")]

        def numbers(name: str, at: Any = rows) -> Any:  # noqa: ANN401 # places and numbers
            return floats(answer[name])[at]

        found[key] = Lives(
            _name(key, varying, by),
            numbers("timeHour"),
            numbers("survival"),
            numbers("survivalLower"),
            numbers("survivalUpper"),
            numbers("atRiskCount"),
            numbers("failedCount"),
            numbers("censoredCount"),
            cells,
            float(numbers("medianHour")[0]),
            answer["status"][int(rows[0])],
            answer["reason"][int(rows[0])] or "",
        )
    return found, alone, timeless


def _name(key: Key, varying: Sequence[bool], by: Treatment) -> str:
    """Return a group by all that parts it from others."""
    configuration, setting, density, celsius = key
    parts = [
        configuration or "configuration not stated",
        by.called(setting),
        "current not stated" if density is None else f"{density:.3g} mA/cm²",
        "temperature not stated" if celsius is None else f"{celsius:.3g} °C",
    ]
    return (
        ", ".join(each for each, is_one in zip(parts, varying, strict=True) if is_one) or parts[0]
    )


def _table(groups: Sequence[Lives]) -> Table:
    failed = [int(each.failed.sum()) for each in groups]
    medians = [_median(each) for each in groups]
    names, cells = [each.name for each in groups], [each.cells for each in groups]
    return Table(
        (
            Column("group", "Group", names, names, numeric=False),
            Column("cells", "Cells", cells, cells),
            Column("failed", "Failed", failed, failed),
            Column(
                "median_hour", "Median life / h", [each.median_hour for each in groups], medians
            ),
        )
    )


def _median(group: Lives) -> Value:
    if np.isnan(group.median_hour):
        watched = float(np.nanmax(group.hour))
        return Value(f"{watched:.4g}", "", "censored", "median not reached")
    return valued(group.median_hour, status=group.status, reason=group.reason)


def _pairs(answer: Mapping[str, Any] | None, names: Mapping[Key, str]) -> Table | None:
    """Return the log-rank test of each pair of groups that are drawn, where there is one."""
    if not answer:
        return None
    others = [f"other{each[0].upper()}{each[1:]}" for each in _PARTS]
    rows = [
        (names[one], names[other], place)
        for place, (one, other) in enumerate(zip(_keys(answer), _keys(answer, others), strict=True))
        if one in names and other in names
    ]
    if not rows:
        return None
    p = floats(answer["p"])
    values = [
        valued(
            None if np.isnan(p[place]) else float(p[place]),
            status=answer["status"][place],
            reason=answer["reason"][place],
        )
        for _, _, place in rows
    ]
    methods = [answer["method"][place] or "" for _, _, place in rows]
    first, second = [one for one, _, _ in rows], [other for _, other, _ in rows]
    return Table(
        (
            Column("group", "Group", first, first, numeric=False),
            Column("other", "And", second, second, numeric=False),
            Column("p", "p", [float(p[place]) for _, _, place in rows], values),
            Column("method", "By", methods, methods, numeric=False),
        )
    )


SECTION: Final = Section(
    "survival", "Survival", _show, "section/compare_survival.html", eager=False, width="whole"
)
