"""Dates as people and instruments write them, by a clock without a zone unless one is written.

Year first, month named or by number, day or month first, AM and PM. Which of two numbers is the day
is known by any date of the column that can be read one way only, by points (31.12.2026 is day
first), or by the test's own clock beside it; what stays open is said.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ingest.parse.digit_field import DigitFields, digit_fields
from ingest.reading import Finding

Floats = NDArray[np.float64]
First = Literal["day", "month"]
_ORDERS: Final[tuple[First, First]] = ("day", "month")

_PART: Final = r"([0-9]{1,4}|\p{L}{3,9})"
_DATE: Final = (
    rf"^(?:\p{{L}}+, +)?{_PART}([-/. ]) *{_PART}\.?[-/., ] *([0-9]{{1,4}})"
    r"(?:[T ,]+([0-9]{1,2}):([0-9]{2})(?::([0-9]{1,2})(?:[.,:]([0-9]+))?)?)?"
    r" *([AaPp])?\.?[Mm]?\.?(?: *(Z|[-+][0-9]{2}:?[0-9]{2}))?$"
)
_LAYOUT: Final = re.compile(r"(?P<mark>[-/.])(?P=mark)[ T]::(?P<point>\.)?(?P<half> AM)?")
"""What stands between the digits of most: of these ``_DATE`` says the same."""
_ISO: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")
_FIELDS: Final = ("first", "mark", "second", "third", "h", "min", "s", "part", "half", "zone")
_MONTHS: Final = {
    **dict.fromkeys(("jan",), 1),
    **dict.fromkeys(("feb",), 2),
    **dict.fromkeys(("mar", "mär", "mrz"), 3),
    **dict.fromkeys(("apr",), 4),
    **dict.fromkeys(("may", "mai"), 5),
    **dict.fromkeys(("jun",), 6),
    **dict.fromkeys(("jul",), 7),
    **dict.fromkeys(("aug",), 8),
    **dict.fromkeys(("sep",), 9),
    **dict.fromkeys(("oct", "okt"), 10),
    **dict.fromkeys(("nov",), 11),
    **dict.fromkeys(("dec", "dez"), 12),
}
_CENTURY_YEAR: Final = 69
"""Two digits from here on are a year of the last century, as POSIX has it."""
_DAY_SECOND: Final = 86_400.0
_SPREADSHEET_DAY: Final = 25_569.0
"""1970-01-01 as a day of spreadsheets."""
_LAST_DAY: Final = 2_958_466.0
"""Days of spreadsheets end with the year 9999."""
_UNIX_SECOND: Final = 1e8
"""Numbers from here on are seconds."""
_LAST_SECOND: Final = 253_402_300_800.0
"""Beyond the year 9999."""


@dataclass(frozen=True, slots=True)
class Dates:
    """Dates read.

    Attributes:
        second: since 1970 by that clock, or by UTC where zones are written; NaN where unreadable.
        zoned: whether zones are written.
        order: what was taken to stand first, day or month.
        findings: what is doubtful about them.
    """

    second: Floats
    zoned: bool = False
    order: First = "month"
    findings: tuple[Finding, ...] = ()

    @property
    def first(self) -> datetime | None:
        """Return the first date there is."""
        known = self.second[np.isfinite(self.second)][:1]
        date = timestamp(float(known[0])) if known.size else None
        return date if date is None or self.zoned else date.replace(tzinfo=None)


def timestamp(second: float) -> datetime | None:
    """Return the date and time so long after 1970, by UTC, None where no calendar has it."""
    try:
        return datetime.fromtimestamp(round(second, 6), UTC)
    except (OverflowError, ValueError, OSError):
        return None


def dates(
    texts: pl.Series | Sequence[str | None],
    place: str,
    *,
    usual: First = "month",
    elapsed_second: Floats | None = None,
    strip: Callable[[pl.Series], pl.Series] | None = None,
) -> Dates:
    """Return dates out of texts.

    Args:
        texts: null where one is missing; stripped, unless it is said how that is done.
        place: what findings call them.
        usual: what those who write them put first, where they may be read both ways.
        elapsed_second: of the test's own clock at each, where there is one.
        strip: makes texts stripped, null where one is missing; most are as they stand.
    """
    column = pl.Series("text", texts, pl.String)
    plain, parted = _plain(column), None
    if plain is None and (parted := _parted(column)) is None and strip is not None:
        column = strip(column)
        plain, parted = _plain(column), _parted(column)
    if plain is not None:
        return Dates(plain)
    parted = parted or _Parted(column)
    fields = parted.days.str.extract_groups(_DATE).struct.unnest()
    fields.columns = list(_FIELDS)
    zoned = bool(fields["zone"].is_not_null().any())
    order, doubts, days = _sure(fields), False, {}
    if order is None:
        days = {either: _seconds(fields, either) for either in _ORDERS}
        if elapsed_second is not None:
            timestamps = {either: parted.timestamps(days[either]) for either in _ORDERS}
            order = _by_clock(timestamps, elapsed_second)
        doubts = order is None and not np.array_equal(days["day"], days["month"], equal_nan=True)
        order = order or usual
    second = parted.timestamps(days[order] if days else _seconds(fields, order))
    if doubts:
        detail = f"{column.drop_nulls()[0]} may be read both ways; taken as {order} first"
        return Dates(second, zoned, order, (Finding("ambiguous_date", detail, place),))
    unread = np.isnan(second)
    lost = column.filter(pl.Series(unread)).drop_nulls() if unread.any() else column.clear()
    if lost.is_empty():
        return Dates(second, zoned, order)
    detail = f"{lost[0]!r} is no date, {len(lost)} in all"
    return Dates(second, zoned, order, (Finding("unreadable_date", detail, place),))


def _plain(column: pl.Series) -> Floats | None:
    """Return the seconds of dates that are all written as ISO 8601 has it, as most are."""
    if not _ISO.fullmatch(str(column.drop_nulls().first())):
        return None
    plain = column.str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", strict=False, cache=False)
    if plain.null_count() > column.null_count() or not (plain.dt.year() > 999).all():
        return None
    seconds: Floats = (plain.dt.epoch("us") / 1e6).cast(pl.Float64).fill_null(np.nan).to_numpy()
    return seconds


@dataclass(frozen=True, slots=True)
class _Parted:
    """Dates: the text of each day, once as long as it lasts, and the time of day of each."""

    days: pl.Series
    lasting: NDArray[np.int64] | int = 1
    clock_second: Floats | float = 0.0
    part_second: Floats | float = 0.0

    def timestamps(self, days: Floats) -> Floats:
        """Return the second of each date by that of its day."""
        return np.repeat(days, self.lasting) + self.clock_second + self.part_second


def _parted(column: pl.Series) -> _Parted | None:
    """Return days and times of day where all dates are written alike."""
    fields = digit_fields(column)
    layout = fields and _LAYOUT.fullmatch(fields.marks)
    if not fields or not layout or not _are_dates(fields, has_point=bool(layout["point"])):
        return None
    numbers, widths = fields.numbers, fields.widths
    differs = np.zeros(len(column), np.bool_)
    for part in (*numbers[:3], *widths[:3]):
        differs[1:] |= part[1:] != part[:-1]
    begins = np.concatenate(([0], np.flatnonzero(differs)))
    cells = [
        [f"{number:0{width}}" for number, width in zip(*each, strict=True)]
        for each in zip(
            numbers[:3, begins].astype(np.int64).tolist(), widths[:3, begins].tolist(), strict=True
        )
    ]
    days = [layout["mark"].join(day) for day in zip(*cells, strict=True)]
    hour = numbers[3]
    if layout["half"]:
        hour = hour - 12 * np.floor(hour / 12) + 12 * fields.is_late  # faster than by %
    return _Parted(
        pl.Series(days, dtype=pl.String),
        np.diff(begins, append=len(column)),
        hour * 3600 + numbers[4] * 60 + numbers[5],
        fields.decimals(6) if layout["point"] else 0.0,
    )


def _are_dates(fields: DigitFields, *, has_point: bool) -> bool:
    """Return whether as many digits stand between the marks as ``_DATE`` says."""
    widths = [(1, 4), (1, 4), (1, 4), (1, 2), (2, 2), (1, 2), *([(1, 15)] if has_point else [])]
    behind = [(0, 0)] * (len(fields.widths) - len(widths))
    return all(fields.has_widths(place, *bounds) for place, bounds in enumerate([*widths, *behind]))


def from_numbers(values: Floats, place: str) -> Dates:
    """Return dates out of numbers: seconds since 1970, or the days of spreadsheets since 1900."""
    possible = np.where(np.abs(values) < _LAST_SECOND, values, np.nan)
    are_days = np.nanmax(possible, initial=0.0) < _UNIX_SECOND
    if are_days:
        possible[~((possible >= 0.0) & (possible < _LAST_DAY))] = np.nan
    lost = values[np.isnan(possible) & ~np.isnan(values)]
    findings: tuple[Finding, ...] = ()
    if lost.size:
        detail = f"{lost[0]:g} is no date, {lost.size} in all"
        findings = (Finding("unreadable_date", detail, place),)
    if are_days:
        return Dates((possible - _SPREADSHEET_DAY) * _DAY_SECOND, findings=findings)
    first = possible[~np.isnan(possible)][0]
    detail = f"{first:.0f} is taken for seconds since 1970 by UTC: no zone is told"
    return Dates(possible, zoned=True, findings=(*findings, Finding("zone_assumed", detail, place)))


def _sure(fields: pl.DataFrame) -> First | None:
    """Return which of day and month stands first, where any date shows it."""
    first, second = pl.col("first"), pl.col("second")
    day, month = fields.select(
        day=(_whole(first).is_between(13, 31) | (pl.col("mark") == ".")).any(),
        month=(_whole(second).is_between(13, 31) & ~_is_year(first)).any(),
    ).row(0)
    if day:
        return "day"
    return "month" if month else None


def _by_clock(either: Mapping[First, Floats], elapsed_second: Floats) -> First | None:
    """Return the order by which the dates go on as the test's own clock does, if only one does."""
    astray = {}
    for order, second in either.items():
        both = np.isfinite(second) & np.isfinite(elapsed_second)
        away = (second - elapsed_second)[both]
        astray[order] = (
            float(np.ptp(away)) if away.size == np.isfinite(elapsed_second).sum() else np.inf
        )
    near, far = sorted(_ORDERS, key=lambda order: astray[order])
    return near if astray[near] < 0.5 * _DAY_SECOND <= astray[far] else None


def _seconds(fields: pl.DataFrame, order: First) -> Floats:
    """Return dates as seconds, numbers that may be day or month read in this order.

    All in two expressions: to begin one takes longer than it does with the dates of most exports.
    """
    first, second, third = pl.col("first"), pl.col("second"), pl.col("third")
    year_first = _is_year(first)
    month_second = year_first | _is_named(second) | (~_is_named(first) & (order == "day"))
    parts = fields.select(
        *("min", "s", "part", "zone"),
        year=_whole(pl.when(year_first).then(first).otherwise(third)),
        month=pl.when(month_second).then(second).otherwise(first),
        day=pl.when(year_first).then(third).when(month_second).then(first).otherwise(second),
        hour=_whole(pl.col("h")).fill_null(0),
        half=pl.col("half").str.to_lowercase(),
    )
    year, month, day, hour = (pl.col(name) for name in ("year", "month", "day", "hour"))
    late = (year < _CENTURY_YEAR).cast(pl.Int64)
    year = pl.when(year >= 100).then(year).otherwise(year + late * 100 + 1900)
    named = month.str.to_lowercase().str.head(3).replace_strict(_MONTHS, default=None)
    month = named.fill_null(_whole(month)).cast(pl.String).str.zfill(2)
    written = pl.format("{}-{}-{}", year, month, day.str.zfill(2))
    days = written.str.to_date("%Y-%m-%d", strict=False).cast(pl.Int32).cast(pl.Float64)
    half = pl.col("half")
    noon = pl.when(half == "p").then(hour % 12 + 12).when(half == "a").then(hour % 12)
    minute, second = (_whole(pl.col(name)).fill_null(0) for name in ("min", "s"))
    clock = noon.otherwise(hour) * 3600 + minute * 60 + second
    part = ("0." + pl.col("part").fill_null("0")).cast(pl.Float64)
    total = parts.select(days * _DAY_SECOND + clock + part - _zone(pl.col("zone")))
    seconds: Floats = total.to_series().to_numpy()
    return seconds


def _zone(texts: pl.Expr) -> pl.Expr:
    """Return how far ahead of UTC a zone is, in seconds."""
    found = texts.str.extract_groups(r"^([-+])([0-9]{2}):?([0-9]{2})$").struct
    ahead = _whole(found[1]) * 3600 + _whole(found[2]) * 60
    return pl.when(found[0] == "-").then(-ahead).otherwise(ahead).fill_null(0)


def _is_year(texts: pl.Expr) -> pl.Expr:
    return texts.str.contains(r"^[0-9]{4}$")


def _is_named(texts: pl.Expr) -> pl.Expr:
    return texts.str.contains(r"^\p{L}")


def _whole(texts: pl.Expr) -> pl.Expr:
    return texts.cast(pl.Int64, strict=False)
