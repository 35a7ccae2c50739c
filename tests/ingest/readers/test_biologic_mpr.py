"""The .mpr reader, against other readers, EC-Lab's own text and files cut at every place."""

import csv
import logging
import re
import struct
import warnings
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from galvani.BioLogic import MPRfile
from numpy.typing import NDArray
from yadg.extractors import extract

from ingest.parse import biologic
from ingest.parse.biologic_loop import LOOP
from ingest.readers.biologic_mpr import READER
from ingest.reading import Export, Reading, column
from schema.error import EmptyExport, UnreadableExport
from tests.ingest.readers.samples.biologic_mpr import GCPL, mpr, records, table

NEWER = {"P/W": "Pwe/W", "Energy charge/W.h": "Energy we charge/W.h"} | {
    "Energy discharge/W.h": "Energy we discharge/W.h",
    "<Ewe>/V": "<Ewe/V>",
}
"""Other spellings of later versions of EC-Lab."""


def export_of(path: Path) -> Export:
    with path.open("rb") as file:
        return Export(path, path.name, file.read(4096), path)


def read(path: Path) -> Reading:
    (reading,) = READER.read(export_of(path))
    return reading


def written(folder: Path, content: bytes) -> Path:
    path = folder / "test.mpr"
    path.write_bytes(content)
    return path


def values(reading: Reading) -> dict[str, NDArray[Any]]:
    return {raw.name: np.asarray(raw.values) for raw in reading.columns}


def stored(names: Collection[str], name: str, raw: NDArray[Any]) -> NDArray[Any]:
    """Return values of a column of the file as the reader gives them: in our unit and sign."""
    _, scale = biologic.becoming(names).get(name, ("", 1.0))
    return raw if scale == 1.0 else np.multiply(raw, scale, dtype=np.float64)


def real(exports: Path) -> Iterator[Path]:
    """Yield every real .mpr that holds a record."""
    found = [path for path in sorted(exports.rglob("*.mpr")) if path.name != "wait.mpr"]
    assert len(found) == 23
    yield from found


def text_of(path: Path) -> dict[str, NDArray[np.float64]]:
    """Return the columns of a .mpt by plain Python, which rounds as IEEE 754 asks."""
    lines = path.read_text(encoding="latin-1").split("\n")
    length = int(lines[1].split(":")[1])
    rows = [line.replace(",", ".").split("\t") for line in lines[length:] if line.strip()]
    columns = zip(*rows, strict=True)
    names = lines[length - 1].rstrip("\t").split("\t")
    return {n: np.array([*map(float, c)]) for n, c in zip(names, columns, strict=True)}


def galvani(path: Path) -> MPRfile:
    """Return what galvani reads; it leaves a file open that it opened itself."""
    with path.open("rb") as file:
        return MPRfile(file)


@pytest.fixture(autouse=True)
def _quiet_oracles() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"yadg|xarray|pandas|galvani")
        yield
    logging.disable(logging.NOTSET)


@pytest.mark.exports
def test_every_file_gives_the_rows_of_the_manifest(exports: Path) -> None:
    with (exports / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        expected = {
            row["file"]: (row["rows"], row["technique"])
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            if row["format"] == "mpr" and row["file"] != "yadg/wait.mpr"
        }
    readings = {str(path.relative_to(exports)): read(path) for path in real(exports)}
    given = {name: (str(r.row_count), r.technique) for name, r in readings.items()}
    assert given == expected


@pytest.mark.exports
def test_a_test_that_recorded_nothing_is_empty(exports: Path) -> None:
    with pytest.raises(EmptyExport, match="no whole record of 0 promised"):
        read(exports / "yadg" / "wait.mpr")


@pytest.mark.exports
def test_every_column_equals_its_paired_text_within_the_printed_digits(exports: Path) -> None:
    compared = 0
    for path in real(exports):
        pair = next((p for p in map(path.with_suffix, (".mpt", ".txt")) if p.is_file()), None)
        if pair is None:
            continue
        printed = text_of(pair)
        given = values(read(path))
        for name, ours in given.items():
            theirs = printed.get(name, printed.get(NEWER.get(name, "")))
            if theirs is None:
                continue  # not every column is exported, e.g. hybrid-drt
            theirs = stored(given, name, theirs)
            shown = np.ones(len(theirs), bool)
            if name.startswith(("THD", "NSD", "NSR", "|Ewe h", "|I h")):
                # EC-Lab blanks these for the first two points of a sweep
                shown = (theirs == ours) | ~np.isin(theirs, (-1, 0))
                assert shown.mean() > 0.9
            # singles are printed with 8 digits, the single itself has 7.2
            np.testing.assert_allclose(
                ours[shown], theirs[shown], rtol=1e-7, atol=1e-30, err_msg=f"{path.name} {name}"
            )
            compared += 1
    assert compared > 280


@pytest.mark.exports
def test_every_stored_column_of_a_pair_is_in_its_text(exports: Path) -> None:
    missing = set()
    for path in real(exports):
        pair = path.with_suffix(".mpt")
        if pair.is_file():
            printed = text_of(pair).keys()
            names = {name for name in values(read(path)) if NEWER.get(name, name) not in printed}
            missing |= {(path.name, name) for name in names - printed}
    # of these EC-Lab shows no cell voltage, though both electrodes are in the file
    missing = {each for each in missing if each[1] != LOOP}  # which the header tells
    assert missing == {("peis.mpr", "Ewe-Ece/V")}


@pytest.mark.exports
def test_every_column_equals_galvani(exports: Path) -> None:
    compared = 0
    for path in real(exports):
        try:
            theirs = galvani(path)
        except NotImplementedError:
            assert path.name == "lsv.issue_195.mpr"
            continue
        names = set(theirs.data.dtype.names) - {"flags"}
        ours = values(read(path))
        for name in names:
            spelt = {"<Ecv>/V": "<Ece>/V"}.get(name, name)
            raw = stored(ours, spelt, theirs.data[name])
            np.testing.assert_array_equal(ours[spelt], raw, f"{path.name} {name}")
        for name in theirs.flags_dict:
            np.testing.assert_array_equal(ours[name], theirs.get_flag(name), f"{path.name} {name}")
        compared += len(names) + len(theirs.flags_dict)
    assert compared > 280


@pytest.mark.exports
def test_every_column_equals_yadg(exports: Path) -> None:
    spelt = {
        "ox/red": "ox or red",
        "Q charge/discharge/mA.h": "Q charge or discharge",
        "P/W": "Pwe",
        "Energy charge/W.h": "Energy we charge",
        "Energy discharge/W.h": "Energy we discharge",
        "control/V": "control_V",
        "control/mA": "control_I",
    }
    compared = 0
    for path in real(exports):
        theirs = extract("eclab.mpr", str(path)).ds
        given = values(read(path))
        for name, ours in given.items():
            other = spelt.get(name, name.rpartition("/")[0] or name)
            if other in theirs and name != "I Range":
                raw = stored(given, name, theirs[other].values)
                np.testing.assert_array_equal(ours, raw, f"{path.name} {name}")
                compared += 1
        if (both := given.get("control/V/mA")) is not None:
            split = np.fmax(theirs["control_V"].values, theirs["control_I"].values)
            np.testing.assert_array_equal(both, split, path.name)
    assert compared > 280


@pytest.mark.exports
def test_the_facts_equal_those_of_the_text(exports: Path) -> None:
    facts = read(exports / "yadg" / "gcpl.issue_226.I.mpr").facts
    assert facts["Electrode surface area/mm²"] == 113.1
    assert facts["Characteristic mass/mg"] == facts["Mass of active material/mg"] == 1.39
    assert facts["Battery capacity/µA.h"] == pytest.approx(120)
    assert facts["Comments"] == "Test comment"
    assert facts["Software version"] == "11.61"
    assert (facts["Device serial"], facts["Channel serial"]) == ("0858", "21643")


@pytest.mark.exports
def test_start_instrument_and_channel_are_those_of_the_text(exports: Path) -> None:
    reading = read(exports / "yadg" / "gcpl.issue_211.mpr")
    assert reading.started_at == datetime(2025, 5, 28, 14, 23, 16, 145000)  # noqa: DTZ001 - no zone
    assert (reading.instrument, reading.channel) == ("BioLogic VMP3", "8")
    lettered = read(exports / "aurora-cycler-manager" / "250116_kigr_gen6_01_02_GCPL_CD8.mpr")
    assert (lettered.instrument, lettered.channel) == ("BioLogic", "D8")


@pytest.mark.exports
def test_charge_by_trapezoid_within_the_marked_steps_is_the_counter_of_the_vendor(
    exports: Path,
) -> None:
    for name in (
        "yadg/gcpl.issue_211.mpr",
        "aurora-cycler-manager/250116_kigr_gen6_01_02_GCPL_CD8.mpr",
    ):
        reading = read(exports / name)
        assert reading.step_marks == ("Ns", "mode")
        time, current, counter = (
            column(reading, quantity)
            for quantity in ("test_time_second", "current_ampere", "net_capacity_ah")
        )
        assert time is not None
        assert current is not None
        assert counter is not None
        marks = np.array([values(reading)[mark] for mark in reading.step_marks], float)
        starts = [0, *np.flatnonzero(np.diff(marks).any(axis=0)) + 1]
        for start, stop in zip(starts, [*starts[1:], len(time)], strict=True):
            charge = np.trapezoid(current[start:stop], time[start:stop]) / 3600
            counted = counter[stop - 1] - counter[start]
            assert charge == pytest.approx(counted, rel=0.01, abs=1e-9)


@pytest.mark.slow
@pytest.mark.exports
def test_a_real_file_cut_anywhere_keeps_its_whole_records(exports: Path, tmp_path: Path) -> None:
    for name in ("yadg/gcpl.issue_226.I.mpr", "yadg/mb.issue_95.mpr"):
        content = (exports / name).read_bytes()
        whole = values(read(exports / name))
        for size in range(len(content) - 1, 22, -61):
            try:
                reading = read(written(tmp_path, content[:size]))
            except EmptyExport:
                continue
            assert reading.findings
            for label, cut in values(reading).items():
                np.testing.assert_array_equal(cut, whole[label][: len(cut)])


@pytest.mark.parametrize("version", [2, 3, 10, 11])
def test_both_layouts_give_the_written_values(tmp_path: Path, version: int) -> None:
    rows = records(GCPL, 7)
    given = values(read(written(tmp_path, mpr(GCPL, rows, version))))
    for name in rows.dtype.names or ():
        if name != "flags":
            np.testing.assert_array_equal(given[name], stored(given, name, rows[name]))
            assert given[name].flags.c_contiguous
    assert {name: int(given[name][0]) for name in given if given[name].dtype == np.uint8} == {
        "mode": 1,
        "ox/red": 1,
        "error": 1,
        "control changes": 1,
        "Ns changes": 1,
        "counter inc.": 1,
    }


def test_records_longer_than_a_block_are_dealt_out_whole(tmp_path: Path) -> None:
    rows = records(GCPL, 150_000)  # two blocks
    given = values(read(written(tmp_path, mpr(GCPL, rows))))
    np.testing.assert_array_equal(given["time/s"], rows["time/s"])
    np.testing.assert_array_equal(given["Ewe/V"], rows["Ewe/V"])
    # what is derived of a record and the one before is so across blocks too
    whole = 3600.0 * rows["dq/mA.h"][1:] / np.diff(rows["time/s"])
    np.testing.assert_array_equal(given["<I>/mA"][1:], whole * 1e-3)


def test_settings_and_log_are_told(tmp_path: Path) -> None:
    reading = read(written(tmp_path, mpr()))
    assert reading.technique == "GCPL"
    assert (reading.instrument, reading.channel) == ("BioLogic VMP3", "3")
    assert reading.started_at == datetime(2024, 1, 10, 11, 2, 29, 886000)  # noqa: DTZ001 - no zone
    assert reading.facts["Comments"] == "hello"
    assert reading.facts["Mass of active material/mg"] == 0.79
    assert reading.step_marks == ("Ns", "mode")


def test_the_current_is_the_charge_of_each_interval_over_its_time(tmp_path: Path) -> None:
    rows = records(GCPL, 4)
    rows["time/s"] = [0, 10, 10, 20]
    rows["dq/mA.h"] = [0, 1, 0, -2]
    reading = read(written(tmp_path, mpr(GCPL, rows)))
    current = column(reading, "current_ampere")
    np.testing.assert_allclose(np.asarray(current), [0, 0.36, 0, -0.72])
    assert [finding.kind for finding in reading.findings] == ["derived_column"]


def test_charge_without_time_gives_no_current(tmp_path: Path) -> None:
    rows = records(GCPL, 3)
    rows["time/s"] = [5, 5, 6]
    rows["dq/mA.h"] = [1, 1, 1]
    current = column(read(written(tmp_path, mpr(GCPL, rows))), "current_ampere")
    np.testing.assert_array_equal(np.asarray(current), [np.nan, np.nan, 3.6])


def test_a_stored_current_is_not_replaced(tmp_path: Path) -> None:
    rows = records((4, 6, 7, 8), 5)
    reading = read(written(tmp_path, mpr((4, 6, 7, 8), rows)))
    assert "<I>/mA" not in values(reading)
    np.testing.assert_allclose(
        np.asarray(column(reading, "current_ampere")), rows["I/mA"].astype(float) / 1e3, rtol=1e-15
    )


def test_the_cell_voltage_is_that_between_the_electrodes(tmp_path: Path) -> None:
    reading = read(written(tmp_path, mpr((4, 6, 9))))
    given = values(reading)
    np.testing.assert_allclose(
        np.asarray(column(reading, "voltage_volt")), given["Ewe/V"] - given["Ece/V"]
    )
    np.testing.assert_array_equal(
        np.asarray(column(reading, "working_potential_volt")), given["Ewe/V"]
    )
    np.testing.assert_array_equal(
        np.asarray(column(reading, "counter_potential_volt")), given["Ece/V"]
    )


def test_the_imaginary_part_is_flipped(tmp_path: Path) -> None:
    rows = records((32, 37, 38), 5)
    reading = read(written(tmp_path, mpr((32, 37, 38), rows)))
    np.testing.assert_array_equal(
        np.asarray(column(reading, "imaginary_impedance_ohm")), -rows["-Im(Z)/Ohm"]
    )


def test_a_running_test_gives_its_records_and_no_start(tmp_path: Path) -> None:
    reading = read(written(tmp_path, mpr(log=False)))
    assert reading.row_count == 5
    assert reading.started_at is None
    assert reading.channel is None
    assert "running" in [finding.kind for finding in reading.findings]


@pytest.mark.parametrize("version", [3, 11])
def test_a_file_cut_anywhere_gives_every_whole_record_and_says_so(
    tmp_path: Path, version: int
) -> None:
    rows = records(GCPL, 5)
    content = mpr(GCPL, rows, version)
    begins = content.index(rows.tobytes())
    near = {*range(begins - 20, begins + rows.nbytes + 90)}
    for size in sorted(near | {*range(0, len(content), 17)}):
        whole = min(5, max(0, size - begins) // rows.itemsize)
        export = Export(path := written(tmp_path, content[:size]), path.name, content[:size], path)
        if not READER.knows(export):
            assert size < 23
        elif whole == 0:
            with pytest.raises(EmptyExport):
                READER.read(export)
        else:
            (reading,) = READER.read(export)
            assert reading.row_count == whole
            cuts = {f.detail for f in reading.findings if f.kind in {"truncated", "running"}}
            assert cuts
            assert all(f.place == f"byte {size}" for f in reading.findings if f.kind == "truncated")
            if whole < 5:
                assert f"{whole} whole records of 5 promised; the file ends early" in cuts


def with_ids(content: bytes, known: tuple[int, ...], others: tuple[int, ...]) -> tuple[bytes, int]:
    """Return the content with other column ids, and where they stand."""
    at = content.index(struct.pack(f"<{len(known)}H", *known))
    ids = struct.pack(f"<{len(others)}H", *others)
    return content[:at] + ids + content[at + len(ids) :], at


@pytest.mark.parametrize(("known", "kind"), [(6, "<f4"), (124, "<f8"), (39, "<u2")])
def test_an_unknown_column_has_the_width_that_is_left(
    tmp_path: Path, known: int, kind: str
) -> None:
    content, _ = with_ids(mpr((4, known)), (4, known), (4, 999))
    reading = read(written(tmp_path, content))
    (note,) = (each for each in reading.findings if each.kind == "unknown_column")
    assert "column id 999 is unknown" in note.detail
    named, raw = values(read(written(tmp_path, mpr((4, known))))), values(reading)
    (name,) = named.keys() - {"time/s"}
    np.testing.assert_array_equal(raw["unknown column 999"], named[name])
    assert raw["unknown column 999"].dtype == np.dtype(kind)


def test_of_two_unknown_columns_no_width_is_guessed(tmp_path: Path) -> None:
    content, at = with_ids(mpr((4, 6, 7)), (4, 6, 7), (4, 999, 998))
    with pytest.raises(UnreadableExport, match="column id 999 and 998 of 3 columns") as refusal:
        read(written(tmp_path, content))
    assert refusal.value.place == f"byte {at + 2}"


def test_an_id_is_not_taken_modulo_256(tmp_path: Path) -> None:
    given = values(read(written(tmp_path, mpr((4, 174, 430)))))
    assert [*given] == ["time/s", "<Ewe>/V", "Phase(Zwe-ce)/deg"]


def test_records_that_do_not_fill_the_module_are_refused(tmp_path: Path) -> None:
    content = mpr((4, 6)).replace(
        struct.pack("<IBHH", 5, 2, 4, 6), struct.pack("<IBHH", 4, 2, 4, 6)
    )
    with pytest.raises(UnreadableExport, match="do not fill its data module"):
        read(written(tmp_path, content))


def test_an_unknown_version_is_refused(tmp_path: Path) -> None:
    content = mpr((4, 6)).replace(
        struct.pack("<I8s", 3, b"01/10/24"), struct.pack("<I8s", 9, b"01/10/24")
    )
    with pytest.raises(UnreadableExport, match="version 9"):
        read(written(tmp_path, content))


def test_what_follows_a_module_must_be_one(tmp_path: Path) -> None:
    with pytest.raises(UnreadableExport, match="a module should begin here"):
        read(written(tmp_path, mpr() + b"garbage"))


@pytest.mark.exports
def test_columns_no_export_pairs_are_read_as_others_read_them(
    exports: Path, tmp_path: Path
) -> None:
    """A row of the table marked unpaired names the reader or the report it agrees with."""
    around = (exports / "yadg" / "ocv.mpr").read_bytes()  # yadg wants whole settings
    begins, ends = around.index(b"MODULEVMP data"), around.index(b"MODULEVMP LOG")
    unpaired = {number: row for number, row in table().items() if "unpaired" in row["proof"]}
    assert len(unpaired) == 10
    for number, row in unpaired.items():
        content = mpr((4, number), log=False)
        data = content[content.index(b"MODULEVMP data") :]
        path = written(tmp_path, around[:begins] + data + around[ends:])
        ours = values(read(path))[row["name"]]
        if row["proof"] == "unpaired; yadg 7.0.1 agrees":
            found = extract("eclab.mpr", str(path)).ds[row["name"].rpartition("/")[0]]
            np.testing.assert_array_equal(ours, found.values)
        else:
            np.testing.assert_array_equal(ours, galvani(path).data[row["name"]])


def test_each_loop_of_a_technique_begins_a_step(tmp_path: Path) -> None:
    for version in (3, 11):
        reading = read(written(tmp_path, mpr(version=version, loops=(0, 2, 3, 5))))
        assert values(reading)[LOOP].tolist() == [0, 0, 1, 2, 2]
        assert reading.step_marks == ("Ns", "mode", LOOP)
        assert "loops_disordered" not in {finding.kind for finding in reading.findings}


def test_a_technique_that_ran_once_tells_no_loop(tmp_path: Path) -> None:
    reading = read(written(tmp_path, mpr(loops=(0, 5))))
    assert LOOP not in values(reading)
    assert reading.step_marks == ("Ns", "mode")


@pytest.mark.parametrize("loops", [(1, 3, 5), (0, 3, 3, 5), (0, 3, 2, 5), (0, 2**32 - 1, 2, 5)])
def test_loops_in_no_order_mark_nothing_and_a_finding_says_so(
    tmp_path: Path, loops: tuple[int, ...]
) -> None:
    reading = read(written(tmp_path, mpr(loops=loops)))
    assert LOOP not in values(reading)
    assert "loops_disordered" in {finding.kind for finding in reading.findings}


@pytest.mark.exports
def test_loops_of_a_real_file_are_those_its_text_tells(exports: Path) -> None:
    line = re.compile(r"^Loop \d+ from point number (\d+) to (\d+)", re.MULTILINE)
    compared = 0
    for path in real(exports):
        text = path.with_suffix(".mpt")
        loops = line.findall(text.read_text(encoding="latin-1")) if text.is_file() else []
        if loops:
            ours = values(read(path))[LOOP]
            assert ours.tolist() == [
                number
                for number, (first, last) in enumerate(loops)
                for _ in range(int(first), int(last) + 1)
            ]
        compared += len(loops)
    assert compared == 40
