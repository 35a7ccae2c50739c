"""Of a text that grows only new lines are parsed, and what comes of it is what all of it gives."""

import os
import time
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from ingest.growth.parsed import Parsed
from ingest.parse.plain_table import plain_table
from ingest.parse.text_file import TextFile
from ingest.parse.text_table import MISSING, TextTable
from tests.ingest.parse.test_plain_table import EXPORT, FIELD, NUMBER, NUMERIC, ODD, same
from tests.law import law

ROW = st.tuples(NUMBER, st.just("0:01:02"), NUMBER) | st.tuples(FIELD, FIELD, FIELD)
HEAD = "number,clock,own\n"
WORDS = MISSING | {"-", "--"}
RECORDS = "".join(f"{number},0:00:0{number % 9},{number / 8}\n" for number in range(200))


def read(text: str, parsed: Parsed | None = None) -> TextTable | None:
    file = TextFile(replace(EXPORT, parsed=parsed), "test", text.encode())
    return plain_table(file, ",", numeric=NUMERIC.get, missing=WORDS)


def grown(folder: Path, versions: list[str]) -> TextTable | None:
    """Return what is read of the last version, each gone on from the one before."""
    former = None
    table = None
    for number, text in enumerate(versions):
        parsed = Parsed.of(folder, "a.csv", former)
        table = read(text, parsed)
        former = f"version {number}"
        parsed.keep(former)
    return table


def pieces(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.arrow"))


@law(100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(ROW.map(",".join) | ODD, min_size=1, max_size=12),
    st.lists(st.integers(0, 12), max_size=4),
    st.sampled_from(["\n", "\r\n"]),
)
def test_a_text_gone_on_from_is_read_as_the_whole_one(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], ends: list[int], end: str
) -> None:
    whole = [HEAD.replace("\n", end), *(line + end for line in lines)]
    versions = ["".join(whole[: 2 + count]) for count in sorted(ends)]
    table = grown(tmp_path_factory.mktemp("parsed"), [*versions, "".join(whole)])
    expected = read("".join(whole))
    assert (table is None) == (expected is None)
    if table is not None and expected is not None:
        same(table, expected)


def test_only_new_lines_are_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []
    usual = pl.read_csv

    def counted(content: bytes | BytesIO, **more: object) -> pl.DataFrame:
        sizes.append(len(content) if isinstance(content, bytes) else 0)  # a header is no bytes
        return usual(content, **more)  # type: ignore[arg-type] # as it is called

    longer = HEAD + RECORDS * 300
    grown(tmp_path, [HEAD + RECORDS * 290])
    monkeypatch.setattr(pl, "read_csv", counted)
    parsed = Parsed.of(tmp_path, "a.csv", "version 0")
    assert read(longer, parsed) is not None
    samples = 2**15 + 8 * 2**12
    assert sum(sizes) < len(RECORDS * 10) + 2 * samples < len(longer)


def test_what_is_no_plain_text_is_not_tried_again(tmp_path: Path) -> None:
    odd = HEAD + RECORDS + "1,0:00:01,2,3\n" + RECORDS
    parsed = Parsed.of(tmp_path, "a.csv", None)
    assert read(odd, parsed) is None
    parsed.keep("one")
    again = Parsed.of(tmp_path, "a.csv", "one")
    assert all(entry.pieces is None for entry in again.entries.values())
    assert read(odd + RECORDS, again) is None


def test_files_of_rows_are_few(tmp_path: Path) -> None:
    texts = [HEAD + RECORDS * count for count in range(1, 20)]
    table = grown(tmp_path, texts)
    assert table is not None
    assert len(table.lines) == 200 * 19
    assert len(pieces(tmp_path)) <= 5


@pytest.mark.parametrize("damage", ["flipped", "cut", "gone", "index", "other version"])
def test_a_cache_that_is_damaged_is_not_believed(tmp_path: Path, damage: str) -> None:
    grown(tmp_path, [HEAD + RECORDS])
    (piece,) = pieces(tmp_path)
    content = piece.read_bytes()
    if damage == "flipped":
        piece.write_bytes(content[:900] + bytes([content[900] ^ 1]) + content[901:])
    elif damage == "cut":
        piece.write_bytes(b"")
    elif damage == "gone":
        piece.unlink()
    elif damage == "index":
        (piece.parent / "index.json").write_text('{"of": "version 0", "entries": {"a": {}}}')
    former = "another" if damage == "other version" else "version 0"
    text = HEAD + RECORDS * 2
    table, expected = read(text, Parsed.of(tmp_path, "a.csv", former)), read(text)
    assert table is not None
    assert expected is not None
    same(table, expected)


def test_a_text_that_was_changed_is_parsed_anew(tmp_path: Path) -> None:
    grown(tmp_path, [HEAD + RECORDS])
    changed = HEAD + RECORDS.replace("7,", "8,") * 2
    table, expected = read(changed, Parsed.of(tmp_path, "a.csv", "version 0")), read(changed)
    assert table is not None
    assert expected is not None
    same(table, expected)


def test_nothing_is_left_when_the_file_is_finished(tmp_path: Path) -> None:
    grown(tmp_path, [HEAD + RECORDS])
    parsed = Parsed.of(tmp_path, "a.csv", "version 0")
    assert read(HEAD + RECORDS * 2, parsed) is not None
    parsed.keep(None)
    assert list(tmp_path.rglob("*.*")) == []


def test_what_was_parsed_of_a_file_that_grows_no_more_is_thrown_away_in_time(
    tmp_path: Path,
) -> None:
    moved, grows = (Parsed.of(tmp_path, name, None) for name in ("moved.csv", "grows.csv"))
    for parsed in (moved, grows):
        assert read(HEAD + RECORDS, parsed) is not None
        parsed.keep("version 0")
    assert len(pieces(tmp_path)) == 2
    last_week = time.time() - 8 * 86_400
    for folder in (moved.folder, grows.folder):
        os.utime(folder, (last_week, last_week))
    parsed = Parsed.of(tmp_path, "grows.csv", "version 0")
    assert read(HEAD + RECORDS, parsed) is not None
    parsed.keep("version 1")
    (left,) = pieces(tmp_path)
    assert left.parent == grows.folder
