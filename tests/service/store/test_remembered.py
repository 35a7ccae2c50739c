"""An answer about everything is remembered until something it was computed of changes."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from service.metric.library import read_metrics
from service.store import remembered
from service.store.question import asked, metric_question, table
from service.store.remembered import Remembered
from service.store.store import Store
from tests.law import law
from tests.service.life import HAPPENINGS, Happening, Life

Bench = Any
METRICS = read_metrics()
NAMES = ("fade_curve", "replicate_statistic", "survival", "claim_verdict")
SOME = {each.name: each for name in NAMES for each in (*METRICS[name].below, METRICS[name])}


@pytest.fixture
def store(warehouse: Bench) -> Iterator[Store]:
    with closing(Store(warehouse.engine, warehouse.lake, SOME)) as store:
        store.refresh()
        yield store


def answer(store: Store, name: str, **arguments: object) -> pa.Table:
    with store.cursor() as cursor:
        return table(store, cursor, metric_question(METRICS[name], None, arguments))


def test_what_has_not_changed_is_not_computed_again(store: Store) -> None:
    first = answer(store, "fade_curve", role="main")
    assert answer(store, "fade_curve", role="main") is first
    assert answer(store, "fade_curve", role="any") is not first


@pytest.mark.slow
def test_what_is_about_some_tests_is_remembered_for_these_alone(store: Store) -> None:
    def of(*tests: int) -> pa.Table:
        with store.cursor() as cursor:
            return table(store, cursor, metric_question(METRICS["survival"], tests))

    first, other, again = of(1), of(1, 2), of(1)
    assert again is first
    assert other is not first


@pytest.mark.slow
@law(20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(happenings=st.lists(HAPPENINGS, min_size=1, max_size=4), name=st.sampled_from(NAMES))
def test_whatever_happens_what_is_remembered_is_what_would_be_computed(
    warehouse: Bench,
    tmp_path_factory: pytest.TempPathFactory,
    happenings: list[Happening],
    name: str,
) -> None:
    home = tmp_path_factory.mktemp("life") / "home"
    shutil.copytree(warehouse.settings.home, home)
    bench = type(warehouse)(home)
    life = Life(bench)
    with closing(Store(bench.engine, bench.lake, SOME)) as store:
        store.refresh()
        for happening in happenings:
            answer(store, name)
            life.goes_on(happening)
            store.refresh()
            with store.cursor() as cursor:
                question = metric_question(METRICS[name], None)
                computed = asked(store, cursor, question).to_arrow_table()
            assert answer(store, name).to_pylist() == computed.to_pylist()
    bench.engine.dispose()


def test_the_answer_asked_for_longest_ago_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST_BYTES", 40)
    monkeypatch.setattr(remembered, "LARGEST_BYTES", 20)
    answers = Remembered()
    small, large = pa.table({"n": [1, 2]}), pa.table({"n": [1, 2, 3]})
    for key in ("a", "b"):
        answers.put(key, small)
    assert answers.get("a") is small
    answers.put("c", small)
    answers.put("d", large)
    assert [answers.get(key) is not None for key in "abcd"] == [True, False, True, False]
