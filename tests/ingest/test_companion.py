"""What EC-Lab writes beside a test is of it: no refusal, and the start of a test that still ran."""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from ingest.companion import data_beside, log_of, what_it_is
from ingest.intake import take_in
from ingest.report import as_json, as_line
from ingest.walk import walk
from schema.catalog import Test
from schema.catalog.connection import look
from schema.warehouse import Warehouse
from tests.ingest.readers.samples.biologic_mpr import LOG, mpr, records
from tests.ingest.readers.samples.biologic_mpt import mpt
from tests.law import law


@pytest.mark.parametrize("name", ["a.mps", "a.mpl", "a.sta", "a.MPL"])
def test_a_companion_lies_beside(empty_warehouse: Warehouse, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("EC-LAB SETTING FILE")
    outcome = take_in(empty_warehouse, tmp_path / name)
    assert outcome.status == "beside"
    assert as_json([outcome])["beside"] == 1
    assert as_line(outcome).startswith("beside    ")
    assert take_in(empty_warehouse, tmp_path / f"no{name}").status == "refused"


def test_the_log_beside_a_running_test_tells_when_it_began(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    path = tmp_path / "a.mpr"
    path.write_bytes(mpr((4, 6), log=False))

    def begun() -> datetime | None:
        outcome = take_in(empty_warehouse, path)
        assert outcome.status == "ingested"
        with look(empty_warehouse.engine) as session:
            return session.get_one(Test, outcome.tests[0]).started_at

    assert begun() is None
    path.with_suffix(".mpl").write_text(LOG)
    assert begun() == datetime(2026, 1, 16, 14, 5, 54, 213_000)  # noqa: DTZ001 - it tells no zone
    assert take_in(empty_warehouse, path).status == "already"


VOLTAGES = (3.4228721, 3.4219875, 3.4218006)
STARTED = "01/10/2024 11:02:29.886"
"""As the log within a sample of .mpr has it."""


def pair(folder: Path, *, text_volt: tuple[float, ...] = VOLTAGES) -> tuple[Path, Path]:
    """Write a .mpr and the .mpt of a name, the same but for the voltages of the text."""
    rows = records((4, 6), 3)
    rows["time/s"], rows["Ewe/V"] = (0.0, 10.0, 20.0), VOLTAGES
    data, text = folder / "a.mpr", folder / "a.mpt"
    data.write_bytes(mpr((4, 6), rows))
    lines = tuple(f"{10 * row}\t{volt:.7E}" for row, volt in enumerate(text_volt))
    text.write_text(mpt(lines, ("time/s", "Ewe/V"), STARTED), encoding="latin-1")
    return data, text


def test_the_text_of_a_mpr_is_no_second_test(empty_warehouse: Warehouse, tmp_path: Path) -> None:
    data, text = pair(tmp_path)
    assert list(walk([text])) == [data, text]  # whoever names the text means both
    assert list(walk([data, text])) == [data, text]
    first, beside = (take_in(empty_warehouse, path) for path in walk([text]))
    assert (first.status, beside.status, beside.tests) == ("ingested", "beside", first.tests)
    assert beside.reason
    assert beside.reason.startswith(f"test 1 is the same measurement out of {data}: text: written")
    with look(empty_warehouse.engine) as session:
        (test,) = session.scalars(select(Test)).all()
        assert (test.origin, test.point_count) == (str(data), 3)


def test_a_text_of_other_records_is_a_test(empty_warehouse: Warehouse, tmp_path: Path) -> None:
    data, text = pair(tmp_path, text_volt=(*VOLTAGES[:2], 3.4219))
    outcomes = [take_in(empty_warehouse, path) for path in (text, data)]
    assert [one.status for one in outcomes] == ["ingested", "ingested"]
    assert outcomes[0].tests != outcomes[1].tests


@pytest.mark.parametrize("text_volt", [VOLTAGES[:2], (*VOLTAGES, 3.42)], ids=["fewer", "more"])
def test_a_text_written_earlier_or_later_is_the_same_test_and_more_records_count(
    empty_warehouse: Warehouse, tmp_path: Path, text_volt: tuple[float, ...]
) -> None:
    data, text = pair(tmp_path, text_volt=text_volt)
    outcomes = [take_in(empty_warehouse, path) for path in (text, data)]
    assert outcomes[0].tests == outcomes[1].tests
    with look(empty_warehouse.engine) as session:
        (test,) = session.scalars(select(Test)).all()
        assert test.point_count == max(len(text_volt), 3)


def test_a_clock_alone_makes_no_two_files_one(empty_warehouse: Warehouse, tmp_path: Path) -> None:
    data, text = pair(tmp_path)
    lines = tuple(f"{10 * row}\t{row}" for row in range(3))
    text.write_text(mpt(lines, ("time/s", "Temperature/°C"), STARTED), encoding="latin-1")
    assert [take_in(empty_warehouse, path).status for path in (data, text)] == ["ingested"] * 2


def spelled(suffix: str) -> st.SearchStrategy[str]:
    return st.tuples(*(st.sampled_from([c, c.upper()]) for c in suffix)).map("".join)


@law(30)
@given(spelled(".mpr"), st.one_of(spelled(".mpt"), spelled(".txt")), spelled(".mpl"))
def test_letter_case_of_a_suffix_parts_no_pair(data: str, text: str, log: str) -> None:
    with TemporaryDirectory() as folder:
        first, second = pair(Path(folder))
        first, second = first.rename(first.with_suffix(data)), second.rename(f"{folder}/a{text}")
        (beside := Path(folder, f"a{log}")).write_text(LOG)
        assert (data_beside(second), log_of(first)) == (first, beside)
        assert (data_beside(first), log_of(second)) == (None, None)
        assert list(walk([second])) == [first, second]
        assert what_it_is(beside) is not None


def test_of_two_spellings_that_of_the_text_is_its_own(tmp_path: Path) -> None:
    names = ("a.mpr", "a.MPR", "a.mpt", "a.MPT", "A.mpt")
    data, capital, *texts = (tmp_path / name for name in names)
    for path in (data, capital, *texts):
        path.write_text("x")
    if len(list(tmp_path.iterdir())) < len(names):
        pytest.skip("this file system tells no capitals from small letters")
    assert [*map(data_beside, texts)] == [data, capital, None]


@pytest.mark.parametrize("name", ["a.mpt", "A.TXT"])
def test_a_pair_within_a_zip_is_one_test(
    empty_warehouse: Warehouse, tmp_path: Path, name: str
) -> None:
    data, text = pair(tmp_path)
    spelt = f"{name[0]}.MPR"
    with ZipFile(tmp_path / "runs.ZIP", "w") as packed:
        packed.write(text, f"cell/{name}")
        packed.write(data, f"cell/{spelt}")
    outcomes = [take_in(empty_warehouse, path) for path in walk([tmp_path / "runs.ZIP"])]
    assert {one.path.name: one.status for one in outcomes} == {spelt: "ingested", name: "beside"}


def test_what_is_no_text_is_named_alone(tmp_path: Path) -> None:
    data, _ = pair(tmp_path)
    other = data.with_suffix(".csv")
    other.write_text("another program's table")
    assert list(walk([other])) == [other]


def test_a_text_beside_a_damaged_mpr_is_a_test(empty_warehouse: Warehouse, tmp_path: Path) -> None:
    data, text = pair(tmp_path)
    data.write_bytes(data.read_bytes()[:100])
    assert take_in(empty_warehouse, data).status == "refused"
    assert take_in(empty_warehouse, text).status == "ingested"
