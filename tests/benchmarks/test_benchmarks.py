"""Every benchmark finds its figures, at sizes that take a moment; times are never judged here."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from galvani import BioLogic

from benchmarks import (
    graphql_series,
    growing,
    ingest_biologic,
    ingest_neware,
    ingest_neware_csv,
    peer_access,
    peer_ionworksdata,
    read_res,
    read_text,
    run,
    storage,
)
from benchmarks.exports import (
    ExportsAbsent,
    export,
    write_long_mpr,
    write_long_neware_csv,
    write_long_text,
)
from benchmarks.figure import Figure, Report, Target

WITH_PEER = pytest.mark.skipif(
    not peer_ionworksdata.PYTHON.is_file(), reason="ionworksdata is absent: `make bench` fetches it"
)


def _lacks_access() -> str:
    """Return what is missing to read a .res beside a peer."""
    try:
        peer_access.told()
    except peer_access.PeerAbsent as absent:
        return str(absent)
    return ""


WITH_ACCESS = pytest.mark.skipif(bool(_lacks_access()), reason=_lacks_access())
SMALL_NDAX = "fastnda/nw4-120-1-6-53.ndax"


@pytest.fixture
def named(exports: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of real files, named to the benchmarks."""
    monkeypatch.setenv("LEYDEN_EXPORTS", str(exports))
    return exports


@pytest.mark.exports
@pytest.mark.slow
@pytest.mark.usefixtures("named")
@pytest.mark.parametrize(
    ("measure", "figures"),
    [
        (lambda: ingest_biologic.measure(3_000_000, 1), 10),
        (lambda: ingest_neware.measure(SMALL_NDAX, rounds=1), 3),
        pytest.param(lambda: ingest_neware_csv.measure(2, 1), 6, marks=WITH_PEER),
        (lambda: read_text.measure(100_000, 1), 2 * len(read_text.TEXTS)),
        pytest.param(lambda: read_res.measure(1), 3, marks=WITH_ACCESS),
        (lambda: growing.measure(3_000_000, 2, 1), 8),
        (lambda: storage.measure(1), 10),
        (lambda: graphql_series.measure(3_000_000, 1), 3),
    ],
    ids=[
        "ingest_biologic",
        "ingest_neware",
        "ingest_neware_csv",
        "read_text",
        "read_res",
        "growing",
        "storage",
        "graphql_series",
    ],
)
def test_a_benchmark_finds_figures_of_ours_and_of_a_named_peer(
    measure: Callable[[], Report], figures: int
) -> None:
    report = measure()
    assert len(report.figures) == figures
    for figure in report.figures:
        assert figure.ours > 0
        assert figure.theirs > 0
        assert any(character.isdigit() for character in figure.baseline)
    page = run.written([report], [])
    assert page.count(f"| {report.title} |") == figures
    assert report.method in page


@pytest.mark.exports
@pytest.mark.slow
@pytest.mark.usefixtures("named")
def test_without_its_environment_a_peer_is_skipped_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peer_ionworksdata, "PYTHON", tmp_path / "python")
    report = ingest_neware_csv.measure(2, 1)
    assert len(report.figures) == 3
    assert "ionworksdata is absent" in report.caveats[-1]


@pytest.mark.exports
def test_a_long_neware_csv_is_the_real_one_repeated_with_time_still_rising(
    exports: Path, tmp_path: Path
) -> None:
    source, long = exports / ingest_neware_csv.SOURCE, tmp_path / "long.csv"
    assert write_long_neware_csv(source, long, 3) == 3 * 9065
    real, repeated = (path.read_text(encoding="ascii").splitlines() for path in (source, long))
    assert repeated[: len(real)] == real
    assert len(repeated) == 3 * 9065 + 1
    assert repeated[9066].startswith("9066,5,1,Rest,00:00:00,144:03:18,")
    assert ",2022-05-24 16:31:10," in repeated[9066]


@pytest.mark.exports
@pytest.mark.parametrize("text", read_text.TEXTS, ids=lambda text: text.told)
def test_a_long_text_is_the_head_of_the_real_one_and_its_records_repeated(
    exports: Path, tmp_path: Path, text: read_text.Text
) -> None:
    source, header = exports / text.source, text.header.encode()
    once, long = tmp_path / "once", tmp_path / "long"
    above, count = write_long_text(source, once, header, 0, decimal_comma=text.decimal_comma)
    size = 3 * once.stat().st_size
    assert write_long_text(source, long, header, size, decimal_comma=text.decimal_comma)[0] == above
    lines, repeated = (path.read_bytes().splitlines() for path in (once, long))
    assert len(lines) == above + count
    assert lines[above - 1].startswith(header)
    assert repeated[: len(lines)] == lines
    assert repeated[len(lines) :][:count] == lines[above:]


def test_a_peer_without_mdbtools_is_skipped_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(peer_access.PeerAbsent, match="mdbtools is absent"):
        peer_access.told()


@pytest.mark.exports
def test_a_long_mpr_is_the_real_block_repeated_with_time_still_rising(
    exports: Path, tmp_path: Path
) -> None:
    source = exports / ingest_biologic.SOURCE
    long = tmp_path / "long.mpr"
    count = write_long_mpr(source, long, 3 * source.stat().st_size)
    with source.open("rb") as real_file, long.open("rb") as long_file:
        real, repeated = (BioLogic.MPRfile(file).data for file in (real_file, long_file))
    assert count == len(repeated) == 3 * len(real)
    assert np.all(np.diff(repeated["time/s"]) >= 0)
    assert np.diff(repeated["time/s"])[len(real) - 1] > 0
    assert np.array_equal(repeated[: len(real)], real)
    assert np.array_equal(repeated["Ewe/V"], np.tile(real["Ewe/V"], 3))


def test_without_the_real_files_a_benchmark_is_skipped_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LEYDEN_EXPORTS", str(tmp_path))
    monkeypatch.setattr(run, "RESULTS", tmp_path / "results.md")
    monkeypatch.setattr(run, "BENCHMARKS", run.OF_EXPORTS)
    run.main()
    told = capsys.readouterr().out
    page = (tmp_path / "results.md").read_text(encoding="utf-8")
    for name in (
        "ingest_biologic",
        "ingest_neware",
        "ingest_neware_csv",
        "read_text",
        "read_res",
        "storage",
        "graphql_series",
    ):
        assert f"SKIPPED {name}" in told
        assert f"**Skipped {name}**" in page
    assert str(tmp_path) not in page


def test_an_export_that_is_not_there_is_said_to_be_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEYDEN_EXPORTS", str(tmp_path))
    with pytest.raises(ExportsAbsent, match="LEYDEN_EXPORTS"):
        export("nothing.mpr")


@pytest.mark.parametrize(
    ("ours", "target", "told"),
    [
        (3.0, Target(1.5), "yes"),
        (3.1, Target(1.5), "no"),
        (20.0, Target(20, "ours"), "yes"),
        (20.1, Target(20, "ours"), "no"),
        (93.0, Target(97, "ours", least=93), "yes"),
        (92.9, Target(97, "ours", least=93), "no"),
        (1.0, None, "-"),
    ],
)
def test_a_target_is_held_against_the_ratio_or_against_ours(
    ours: float, target: Target | None, told: str
) -> None:
    assert Figure("wall", "s", ours, 2.0, "peer 1.0", target).cells[-1] == told
