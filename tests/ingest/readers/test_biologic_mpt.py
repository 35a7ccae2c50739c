"""The .mpt reader, against plain Python, the paired .mpr and texts cut at every place."""

import csv
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.draft import draft
from ingest.parse.biologic_loop import LOOP
from ingest.readers import biologic_mpr
from ingest.readers.biologic_mpt import READER
from ingest.reading import Export, Reading, column
from schema.error import EmptyExport, RefusedExport, UnreadableExport
from tests.ingest.readers.samples.biologic_mpt import NAMES, ROWS, mpt

SHIFTED = "exampleDataBioLogic_MissingFreq.mpt"


def export_of(path: Path, sidecar: Path | None = None) -> Export:
    with path.open("rb") as file:
        return Export(path, path.name, file.read(4096), path, sidecar)


def read(path: Path) -> Reading:
    (reading,) = READER.read(export_of(path))
    return reading


def written(folder: Path, text: str | bytes, encoding: str = "latin-1") -> Path:
    path = folder / "test.mpt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


def values(reading: Reading) -> dict[str, NDArray[Any]]:
    return {raw.name: np.asarray(raw.values) for raw in reading.columns}


def known(exports: Path) -> Iterator[Path]:
    """Yield every real file the reader knows."""
    for path in sorted(exports.rglob("*")):
        if path.is_file() and READER.knows(export_of(path)):
            yield path


def manifest_rows(exports: Path) -> dict[str, int]:
    """Return the rows MANIFEST.tsv tells of each .mpt; a header line of tabs shifts some cells."""
    with (exports / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        rows = [*csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]
    return {
        row[0]: next(int(c) for c in row[-3::-1] if c.isdigit())
        for row in rows[1:]
        if row[1] == "mpt"
    }


@pytest.mark.exports
def test_every_file_gives_the_rows_of_the_manifest(exports: Path) -> None:
    given = {}
    for path in known(exports):
        name = str(path.relative_to(exports))
        try:
            given[name] = read(path).row_count
        except EmptyExport:
            given[name] = 0
        except UnreadableExport:
            assert path.name == SHIFTED
            given[name] = 43
    assert given == manifest_rows(exports)


@pytest.mark.exports
def test_names_shifted_against_their_numbers_are_refused(exports: Path) -> None:
    """The name of its first column was taken away, so every name stands over its neighbor."""
    with pytest.raises(UnreadableExport, match="18 fields under 17 column names") as refusal:
        read(exports / "impedance.py" / SHIFTED)
    assert refusal.value.place == "line 62"


@pytest.mark.slow
@pytest.mark.exports
def test_every_number_is_the_one_printed(exports: Path) -> None:
    for path in known(exports):
        if path.name in {SHIFTED, "wait.mpt"}:
            continue
        lines = path.read_text(encoding="latin-1").splitlines()
        length = int(lines[1].split(":")[1]) if lines[1].startswith("Nb") else 1
        rows = [line.replace(",", ".").split("\t") for line in lines[length:] if line]
        numbers = np.array(rows, dtype=np.float64)
        ours = [raw.values for raw in read(path).columns][: numbers.shape[1]]
        np.testing.assert_array_equal(np.column_stack(ours), numbers, path.name)


@pytest.mark.exports
def test_what_a_file_means_is_what_its_mpr_means(exports: Path) -> None:
    """The same quantities with the same numbers, the same steps, start and facts."""
    pairs = 0
    for path in known(exports):
        binary = path.with_suffix(".mpr")
        if not binary.is_file() or path.name == "wait.mpt":
            continue
        text, (raw,) = read(path), biologic_mpr.READER.read(export_of(binary))
        for quantity in {c.quantity for c in raw.columns if c.quantity}:
            theirs, ours = column(raw, quantity), column(text, quantity)
            if ours is None:
                assert (path.name, quantity) == (
                    "PEIS_LPSCl_IonBlocking_-25C.txt",
                    "net_capacity_ah",
                )
            else:
                assert theirs is not None
                np.testing.assert_allclose(ours, theirs, 1e-7, 1e-30, err_msg=f"{path} {quantity}")
        if path.name == "vsp_ocv_with.mpt":
            continue  # three header lines: it tells nothing of itself
        assert text.step_marks == raw.step_marks
        assert (text.technique, text.channel) == (raw.technique, raw.channel)
        assert (text.instrument, text.started_at) == (raw.instrument, raw.started_at)
        both = (text.facts.keys() & raw.facts.keys()) - {"File", "Reference electrode"}
        assert len(both) > 5
        for fact in both:
            printed, stored = text.facts[fact], raw.facts[fact]
            if isinstance(printed, float):
                assert printed == pytest.approx(stored, abs=6e-4)  # three decimals are printed
            else:
                assert "".join(str(printed).split()) == "".join(str(stored).split())
        pairs += 1
    assert pairs == 17


@pytest.mark.exports
def test_an_export_without_header_names_its_columns(exports: Path) -> None:
    reading = read(exports / "PyProBE" / "Sample_data_biologic_no_header.mpt")
    assert reading.technique is None
    assert reading.started_at is None
    for quantity in (
        "test_time_second",
        "voltage_volt",
        "current_ampere",
        "temperature_t1_celsius",
    ):
        assert column(reading, quantity) is not None


def test_columns_header_and_start_are_told(tmp_path: Path) -> None:
    reading = read(written(tmp_path, mpt()))
    np.testing.assert_array_equal(values(reading)["Ewe/V"], [3.4228721, -3.4219875, 3.4218006])
    np.testing.assert_allclose(np.asarray(column(reading, "current_ampere")), [0, 5e-4, -5e-4])
    assert reading.technique == "GCPL"
    assert (reading.instrument, reading.channel) == ("BioLogic VMP3", "3")
    assert reading.started_at == datetime(2024, 1, 16, 11, 2, 29, 886000)  # noqa: DTZ001 - no zone
    assert reading.step_marks == ("Ns", "mode")
    assert reading.findings == ()
    assert reading.facts["Comments"] == "25 °C\nsecond line"
    assert reading.facts["Electrode surface area/cm²"] == 0.5
    assert reading.facts["Software version"] == "11.50"


def test_decimal_commas_give_the_same_numbers(tmp_path: Path) -> None:
    point = values(read(written(tmp_path, mpt())))
    rows = tuple(row.replace(".", ",") for row in ROWS)
    comma = values(read(written(tmp_path, mpt(rows))))
    for name, numbers in point.items():
        np.testing.assert_array_equal(comma[name], numbers)


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-8-sig"])
def test_the_degree_is_read_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    reading = read(written(tmp_path, mpt(), encoding))
    assert column(reading, "temperature_t1_celsius") is not None


def test_a_lost_degree_is_mended(tmp_path: Path) -> None:
    reading = read(written(tmp_path, mpt().replace("°", "\ufffd"), "utf-8"))
    assert "Temperature/°C" in values(reading)


def test_line_ends_of_windows_change_nothing(tmp_path: Path) -> None:
    reading = read(written(tmp_path, mpt().replace("\n", "\r\n")))
    np.testing.assert_array_equal(values(reading)["Temperature/°C"], [25, 25.1, -2.52])
    assert reading.technique == "GCPL"


def test_a_bare_table_is_known_by_its_names(tmp_path: Path) -> None:
    path = written(tmp_path, mpt().partition("\n\n")[2].rpartition("\n\n")[2])
    assert READER.knows(export_of(path))
    assert read(path).row_count == 3


def test_a_sidecar_goes_before_a_bare_table(tmp_path: Path) -> None:
    path = written(tmp_path, mpt().rpartition("\n\n")[2])
    assert not READER.knows(export_of(path, sidecar=tmp_path / "test.yaml"))


def test_another_table_is_not_known(tmp_path: Path) -> None:
    assert not READER.knows(export_of(written(tmp_path, "time/s\tvolts\tamps\tx1\n1\t2\t3\t4\n")))
    assert not READER.knows(export_of(written(tmp_path, "")))


def test_exports_one_after_another_are_several_tests(tmp_path: Path) -> None:
    second = mpt(ROWS[1:], title="Modulo Bat")
    readings = READER.read(export_of(written(tmp_path, mpt() + second)))
    assert [(r.technique, r.row_count) for r in readings] == [("GCPL", 3), ("MB", 2)]


@pytest.mark.parametrize(
    ("started", "date", "kinds"),
    [
        ("01/10/2024 11:02:29", datetime(2024, 1, 10, 11, 2, 29), ["ambiguous_date"]),  # noqa: DTZ001 - no zone
        ("13/01/2024 11:02:29.5", datetime(2024, 1, 13, 11, 2, 29, 500000), []),  # noqa: DTZ001 - no zone
        ("01/13/2024 11:02:29,886", datetime(2024, 1, 13, 11, 2, 29, 886000), []),  # noqa: DTZ001 - no zone
        ("05/05/2024 11:02:29.886", datetime(2024, 5, 5, 11, 2, 29, 886000), []),  # noqa: DTZ001 - no zone
        ("DD/MM/YYYY HH:MM:SS", None, ["unreadable_date"]),
    ],
)
def test_a_date_is_month_first_unless_it_cannot_be(
    tmp_path: Path, started: str, date: datetime | None, kinds: list[str]
) -> None:
    reading = read(written(tmp_path, mpt(started=started)))
    assert reading.started_at == date
    assert [finding.kind for finding in reading.findings] == kinds


def test_a_header_without_rows_is_empty(tmp_path: Path) -> None:
    with pytest.raises(EmptyExport):
        read(written(tmp_path, mpt(())))


def test_more_fields_than_names_are_refused_by_line(tmp_path: Path) -> None:
    with pytest.raises(UnreadableExport, match="6 fields under 5 column names") as refusal:
        read(written(tmp_path, mpt(names=NAMES[1:])))
    assert refusal.value.place == "line 18"


def test_a_word_among_the_numbers_is_refused_by_line_and_column(tmp_path: Path) -> None:
    rows = (ROWS[0], ROWS[1].replace("-3.4219875E+000", "Overload"), ROWS[2])
    with pytest.raises(UnreadableExport, match="'Overload' is no number") as refusal:
        read(written(tmp_path, mpt(rows)))
    assert refusal.value.place == "line 19, Ewe/V"


@pytest.mark.slow
def test_a_text_cut_anywhere_gives_every_whole_line_and_says_so(tmp_path: Path) -> None:
    content = mpt().encode("latin-1")
    body = content.index(ROWS[0].encode())
    for size in range(body, len(content)):
        lines = content[body:size].split(b"\n")
        whole = sum(line.decode() in ROWS for line in lines)
        path = written(tmp_path, content[:size])
        if whole == 0:
            try:
                reading = read(path)
            except RefusedExport:
                continue
            # the only line was cut in its last number, where nothing tells
            assert reading.row_count == 1
            assert size > body + ROWS[0].rindex("\t")
            continue
        reading = read(path)
        assert reading.row_count == whole
        kinds = [finding.kind for finding in reading.findings]
        assert kinds == (["truncated"] if len(lines) > whole and lines[-1] else [])


def test_counters_say_what_they_count_and_where_they_start_again(tmp_path: Path) -> None:
    names = ("time/s", "dq/mA.h", "Q charge/mA.h", "Q discharge/mA.h", "Energy charge/W.h")
    reading = read(written(tmp_path, mpt(("0\t1\t2\t3\t4",), names)))
    assert {raw.quantity: raw.scale for raw in reading.columns[:5]} == {
        "test_time_second": 1,
        "increment_charge_ah": 1e-3,
        "half_cycle_charging_capacity_ah": 1e-3,
        "half_cycle_discharging_capacity_ah": 1e-3,
        "cycle_charging_energy_wh": 1,
    }


@pytest.mark.parametrize(
    ("beside", "quantity"), [("dq/mA.h", None), ("Ns", "half_cycle_net_capacity_ah")]
)
def test_the_counter_of_the_half_cycle_counts_where_no_increments_are(
    tmp_path: Path, beside: str, quantity: str | None
) -> None:
    names = ("time/s", "Q charge/discharge/mA.h", beside)
    reading = read(written(tmp_path, mpt(("0\t1\t2",), names)))
    assert reading.columns[1].quantity == quantity


@pytest.mark.exports
@pytest.mark.parametrize(
    "name",
    ["gcpl.issue_211.mpt", "gcpl.issue_226.I.mpt", "mb.issue_149.mpt", "mb.issue_95.mpt"],
)
def test_increments_add_up_to_the_counters_of_each_half_cycle(exports: Path, name: str) -> None:
    reading = read(exports / "yadg" / name)
    half_cycle = values(reading)["half cycle"]
    increment = column(reading, "increment_charge_ah")
    charging = column(reading, "half_cycle_charging_capacity_ah")
    discharging = column(reading, "half_cycle_discharging_capacity_ah")
    assert increment is not None
    assert charging is not None
    assert discharging is not None
    ends = np.flatnonzero(np.diff(half_cycle, append=-1.0))
    total = np.add.reduceat(increment, np.concatenate(([0], ends[:-1] + 1)))
    np.testing.assert_allclose((charging - discharging)[ends], total, rtol=1e-6)


def test_loops_told_by_the_header_begin_steps(tmp_path: Path) -> None:
    reading = read(written(tmp_path, mpt(loops=((0, 0), (1, 2)))))
    assert values(reading)[LOOP].tolist() == [0, 1, 1]
    assert reading.step_marks == ("Ns", "mode", LOOP)
    once = read(written(tmp_path, mpt(loops=((0, 2),))))
    assert LOOP not in values(once)


@pytest.mark.exports
def test_the_charge_of_each_loop_is_what_its_own_counter_says_in_mpr_and_mpt(
    exports: Path,
) -> None:
    text = exports / "yadg" / "ca.issue_149.mpt"
    counter = values(read(text))["(Q-Qo)/C"].reshape(4, 20)
    for reader, path in ((READER, text), (biologic_mpr.READER, text.with_suffix(".mpr"))):
        (reading,) = reader.read(export_of(path))
        test = draft(reading)
        assert test.steps["point_count"].tolist() == [20] * 4
        assert test.steps["net_charge_ah"] == pytest.approx(counter[:, -1] / 3600.0, rel=1e-6)
        assert set(test.steps["charge_source"]) == {"counter"}
        assert set(test.steps["status"].tolist()) == {"ok"}
        assert not {"time_gap", "counter_disagrees"} & {each.kind for each in test.findings}
