"""A metric asked of rows made up in a test, on a store that holds nothing else."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from service.metric.library import empty_store, read_metrics
from service.metric.metric import Metric
from service.metric.relation import RELATIONS, created
from service.metric.scope import under, used
from tests.service.metrics.sweeps import is_silent

METRICS = read_metrics()
Rows = Sequence[dict[str, Any]]
Ask = Callable[..., list[dict[str, Any]]]
Climb = Callable[..., dict[str, list[dict[str, Any]]]]


@pytest.fixture(scope="session")
def ask() -> Iterator[Ask]:
    """Return ``ask(metric, {name: rows}, **arguments)``, which returns rows by grain.

    A name is that of a relation, or of a metric below: what is given of one is not computed. To
    plan the whole chain below a metric takes the engine up to half a second, so a law about the
    upper one alone gives the rows of those it stands on, and where no row of a sweep is given,
    what tells of sweeps has none either (which test_every_metric holds to be true).
    """
    with empty_store() as connection:
        for metric in METRICS.values():
            connection.execute(created(f"store.{metric.name}", metric.answer))

        @cache  # reading the longest of them takes the engine a tenth of a second
        def parsed(name: str, stated: frozenset[str]) -> tuple[list[str], str, duckdb.Statement]:
            metric = METRICS[name]
            computed = needed(metric, stated)
            read = dict.fromkeys(need for each in (*computed, metric) for need in each.needs)
            for each in computed:
                del read[each.name]
            heads = [(each, f"SELECT * FROM store.{each}") for each in read]
            heads += [(each.name, each.sql) for each in computed]
            order = ", ".join(metric.grain)
            sql = under(heads, f"SELECT * FROM ({metric.sql}) ORDER BY {order}")
            (statement,) = connection.extract_statements(sql)
            return list(read), sql, statement

        def asked(name: str, given: dict[str, Rows], **arguments: object) -> list[dict[str, Any]]:
            metric = METRICS[name]
            there = {each for each, rows in given.items() if rows}
            stated = {each.name for each in metric.below if each.name in given}
            stated |= {each.name for each in metric.below if is_silent(each, there)}
            read, sql, statement = parsed(name, frozenset(stated))
            for each in read:
                connection.execute(f"DELETE FROM store.{each}")
                if given.get(each):
                    columns = RELATIONS[each].columns if each in RELATIONS else METRICS[each].answer
                    schema = pa.schema([(column.name, column.arrow) for column in columns])
                    connection.register("rows", pa.Table.from_pylist(given[each], schema))
                    connection.execute(f"INSERT INTO store.{each} SELECT * FROM rows")
            connection.execute(statement, used(sql, metric.arguments(arguments)))
            columns_told = [each[0] for each in connection.description or ()]
            return [dict(zip(columns_told, row, strict=True)) for row in connection.fetchall()]

        yield asked


def needed(metric: Metric, stated: frozenset[str]) -> list[Metric]:
    """Return the metrics below that are to be computed when the rows of some are given."""
    found = {metric.name}
    for each in reversed((*metric.below, metric)):  # each comes after those it needs
        if each.name in found:
            found |= set(each.needs) - stated
    return [each for each in metric.below if each.name in found]


@pytest.fixture(scope="session")
def climb(ask: Ask) -> Climb:
    """Return ``climb(rows, *metrics)``: their answers, each metric given those before it."""

    def climbed(rows: dict[str, Rows], *names: str) -> dict[str, list[dict[str, Any]]]:
        answers: dict[str, list[dict[str, Any]]] = {}
        for name in names:
            answers[name] = ask(name, rows | answers)
        return answers

    return climbed


@pytest.fixture(scope="session")
def half_cycles() -> Callable[..., dict[str, list[dict[str, Any]]]]:
    """Return ``half_cycles(volts, cell=1, …)``: the rows of a symmetric cell, an hour each.

    Lists as long as ``volts`` go beside it: ``ampere``, ``celsius``, ``variation``, ``peak`` and
    ``hours``; ``impedance`` and ``pause`` name the half-cycles, from 1, that they come before.
    """

    def made(
        volts: Sequence[float],
        *,
        cell: int = 1,
        area_cm2: float | None = 2.0,
        configuration: str | None = "Li/LATP/Li",
        ampere: Sequence[float] | None = None,
        celsius: Sequence[float | None] | None = None,
        variation: Sequence[float] | None = None,
        peak: Sequence[float] | None = None,
        hours: Sequence[float] | None = None,
        impedance: Sequence[int] = (),
        pause: Sequence[int] = (),
    ) -> dict[str, list[dict[str, Any]]]:
        steps: list[dict[str, Any]] = []
        second = 0.0
        for place, volt in enumerate(volts):
            number = place + 1
            if number in impedance:
                row = {"mode": "impedance", "half_cycle_count": place, "duration_second": 60.0}
                steps.append(row | {"start_time_second": second})
                second += 60.0
            second += 12 * 3600.0 if number in pause else 0.0
            charges = place % 2 == 0
            sign = 1.0 if charges else -1.0
            size = ampere[place] if ampere else 1e-3
            greatest = peak[place] if peak else volt
            duration = 3600.0 * (hours[place] if hours else 1.0)
            steps.append(
                {
                    "mode": "charge" if charges else "discharge",
                    "half_cycle_count": number,
                    "cycle_count": place // 2 + 1,
                    "start_time_second": second,
                    "duration_second": duration,
                    "median_current_ampere": sign * size,
                    "end_voltage_volt": sign * volt,
                    "minimum_voltage_volt": -greatest,
                    "maximum_voltage_volt": greatest,
                    "late_mean_voltage_volt": volt,
                    "late_deviation_volt": volt * (variation[place] if variation else 0.01),
                    "charge_capacity_ah": size * duration / 3600 if charges else 0.0,
                    "discharge_capacity_ah": 0.0 if charges else size * duration / 3600,
                    "mean_temperature_celsius": celsius[place] if celsius else 60.0,
                }
            )
            second += duration
        named = [{"test_id": cell, "step_count": n, **row} for n, row in enumerate(steps, 1)]
        about = {"configuration": configuration, "symmetric": True, "area_cm2": area_cm2}
        return {
            "step": named,
            "test": [{"test_id": cell, "cell_id": cell}],
            "cell": [{"cell_id": cell, **about}],
        }

    return made
