"""Metric files: what is read from one, and what is refused."""

import shutil
from pathlib import Path

import pytest

from schema.error import InvalidArgument, InvalidMetric, UnknownName
from service.metric.example import untrue
from service.metric.file import read_metric
from service.metric.library import FOLDER, read_metrics
from service.metric.page import metrics_page

PLAIN = """\
-- Doubled charge
--
-- Twice the charge,
-- for no reason.
--
-- grain:      test_id, cycle_count
-- column:     doubled_charge_ah | A·h | twice the charge
--             of the cycle
-- column:     status | | ok
-- column:     reason | | null
-- main:       doubled_charge_ah
-- takes:      factor | number(1..10) | 2 | how often
-- needs:      cycle
-- reference:  nobody
SELECT
    test_id, cycle_count, $factor * charge_capacity_ah AS doubled_charge_ah, 'ok' AS status,
    CAST(NULL AS VARCHAR) AS reason
FROM cycle;

-- example: 1 becomes 2
WITH cycle(test_id, cycle_count, charge_capacity_ah) AS (VALUES (1, 1, 1))
SELECT doubled_charge_ah = 2 FROM doubled_charge;

-- example: 1 becomes 3
-- given: factor = 3
WITH cycle(test_id, cycle_count, charge_capacity_ah) AS (VALUES (1, 1, 1))
SELECT doubled_charge_ah = 3 FROM doubled_charge;
"""


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.sql"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_says_everything_about_its_metric(tmp_path: Path) -> None:
    write(tmp_path, "doubled_charge", PLAIN)
    metric = read_metrics(tmp_path)["doubled_charge"]
    assert metric.title == "Doubled charge"
    assert metric.description == "Twice the charge,\nfor no reason."
    assert metric.grain == ("test_id", "cycle_count")
    column, *_ = metric.columns
    assert (column.name, column.unit, column.kind) == ("doubled_charge_ah", "A·h", "DOUBLE")
    assert column.meaning == "twice the charge of the cycle"
    assert [(c.name, c.kind) for c in metric.answer] == [
        ("test_id", "BIGINT"),
        ("cycle_count", "BIGINT"),
        ("doubled_charge_ah", "DOUBLE"),
        ("status", "VARCHAR"),
        ("reason", "VARCHAR"),
    ]
    (argument,) = metric.takes
    assert (argument.name, argument.default) == ("factor", 2.0)
    assert metric.needs == metric.relations == ("cycle",)
    assert metric.reference == "nobody"
    assert [example.title for example in metric.examples] == ["1 becomes 2", "1 becomes 3"]
    assert list(untrue(metric)) == []


def test_a_grain_may_be_a_column_of_its_own(tmp_path: Path) -> None:
    own = PLAIN.replace("test_id, cycle_count\n", "doubled_charge_ah, cycle_count\n", 1).replace(
        "test_id, cycle_count, $factor * charge_capacity_ah AS doubled_charge_ah",
        "$factor * charge_capacity_ah AS doubled_charge_ah, cycle_count",
    )
    write(tmp_path, "doubled_charge", own)
    metric = read_metrics(tmp_path)["doubled_charge"]
    assert [column.name for column in metric.columns] == ["status", "reason"]
    assert [(c.name, c.unit) for c in metric.answer[:2]] == [
        ("doubled_charge_ah", "A·h"),
        ("cycle_count", "1"),
    ]


def test_the_version_follows_every_byte(tmp_path: Path) -> None:
    one = read_metric(write(tmp_path, "one", PLAIN)).version
    other = read_metric(write(tmp_path, "other", PLAIN + "\n")).version
    assert one != other
    assert len(one) == 12


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("-- grain:      test_id, cycle_count\n", "", "no `grain:`"),
        ("-- reference:  nobody\n", "", "no `reference:`"),
        ("-- needs:      cycle\n", "", "no `needs:`"),
        ("-- main:       doubled_charge_ah\n", "", "no `main:`"),
        ("'ok' AS status", "'ok' AS state", "doubled_charge_ah, state, reason; declared"),
        ("'ok' AS status", "true AS status", "it answers no text called status"),
        ("CAST(NULL AS VARCHAR)", "false", "it answers no text called reason"),
        ("-- Twice the charge,\n-- for no reason.\n", "", "begins with a title"),
        (" | A·h | twice", " | twice", "has 2 parts, not 3"),
        (" | A·h | twice", " | V | twice", "its name must end in _volt"),
        (" | A·h | twice", " | furlong | twice", "in furlong: add how such a name ends to unit_"),
        ("number(1..10)", "money", "no type 'money'"),
        ("| 2 | how", "| 11 | how", "a number from 1 to 10"),
        ("-- given: factor = 3", "-- given: factory = 3", "gives factory"),
        ("-- given: factor = 3", "-- given: factor = 30", "factor cannot be 30"),
        ("needs:      cycle", "needs:      circle", "it needs circle, which is none of"),
        ("needs:      cycle", "needs:      step", "cycle"),
        ("FROM cycle;", "FROM store.cycle;", "reads the store"),
        ("FROM cycle;", "FRM cycle;", "syntax error"),
        ("AS doubled_charge_ah", "AS twice", "it answers test_id, cycle_count, twice"),
        ("    test_id, cycle_count,", "    cycle_count, test_id,", "it answers cycle_count"),
        ("$factor * charge_capacity_ah", "sum(cycle_count) OVER ()", "cast it to one of"),
        ("grain:      test_id, cycle_count", "grain:      test_id, circle", "circle"),
        ("takes:      factor", "takes:      tests", "cannot be called tests"),
        ("\nSELECT doubled_charge_ah = 2", "\n SELECT doubled_charge_ah = 2", "at the left edge"),
        ("-- takes: ", "-- takes: factor | number | 1 | once\n-- takes: ", "of one name twice"),
        ("main:       doubled", "main:       tripled", "names tripled_charge_ah, which is none"),
        ("-- needs: ", "-- main: cycle_count\n-- needs: ", "one main column"),
        ("main:       doubled_charge_ah", "main:", "write `main: column`"),
        ("main:       doubled_charge_ah", "main: test_id, error:", "write `main: column`"),
        ("main:       doubled_charge_ah", "main: test_id, low: test_id", "write `main: column`"),
        ("main:       doubled_charge_ah", "main: test_id, error: sd_ah", "names sd_ah, which is"),
        ("-- needs: ", "-- shown: yes\n-- needs: ", "`shown:` is no, or is left out"),
        ("-- needs: ", "-- inherits: cycle\n-- needs: ", "cycle, which is no metric it needs"),
    ],
)
def test_a_broken_file_is_refused_by_name_and_reason(
    tmp_path: Path, old: str, new: str, reason: str
) -> None:
    assert old in PLAIN
    path = write(tmp_path, "doubled_charge", PLAIN.replace(old, new))
    with pytest.raises(InvalidMetric) as refused:
        read_metrics(tmp_path)
    assert refused.value.path == path
    assert reason in refused.value.reason


def test_a_file_without_a_status_is_refused(tmp_path: Path) -> None:
    silent = PLAIN.replace("-- column:     status | | ok\n", "").replace("'ok' AS status,", "")
    path = write(tmp_path, "doubled_charge", silent)
    with pytest.raises(InvalidMetric, match="it answers no text called status") as refused:
        read_metrics(tmp_path)
    assert refused.value.path == path


def test_a_file_without_example_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "doubled_charge", PLAIN.partition("-- example:")[0])
    with pytest.raises(InvalidMetric, match="no `-- example:`"):
        read_metrics(tmp_path)


@pytest.mark.parametrize("name", ["cycle", "Doubled", "doubled-charge", "2x"])
def test_a_name_that_sql_or_a_relation_owns_is_refused(tmp_path: Path, name: str) -> None:
    write(tmp_path, name, PLAIN)
    with pytest.raises(InvalidMetric, match="snake_case and no relation's"):
        read_metrics(tmp_path)


def test_a_circle_is_refused_and_drawn(tmp_path: Path) -> None:
    for name, other in (("one", "two"), ("two", "one")):
        write(tmp_path, name, PLAIN.replace("needs:      cycle", f"needs:      cycle, {other}"))
    with pytest.raises(InvalidMetric, match=r"it needs itself: (one → two|two → one)"):
        read_metrics(tmp_path)


def test_metrics_come_after_those_they_need(tmp_path: Path) -> None:
    built_on = (
        PLAIN.replace("needs:      cycle", "needs:      doubled_charge")
        .replace(
            "charge_capacity_ah AS doubled_charge_ah",
            "doubled_charge_ah AS doubled_charge_ah",
        )
        .replace("FROM cycle;", "FROM doubled_charge;")
    )
    write(tmp_path, "doubled_charge", PLAIN)
    write(tmp_path, "again", built_on)
    metrics = read_metrics(tmp_path)
    assert list(metrics) == ["doubled_charge", "again"]
    assert [below.name for below in metrics["again"].below] == ["doubled_charge"]
    assert metrics["again"].relations == ("cycle",)
    assert metrics["again"].arguments({"factor": 3}) == {"factor": 3.0}


@pytest.mark.parametrize("means", ["integer(1..10) | 2", "number(1..10) | 3"])
def test_an_argument_that_means_two_things_is_refused(means: str, tmp_path: Path) -> None:
    write(tmp_path, "doubled_charge", PLAIN)
    other = PLAIN.replace("needs:      cycle", "needs:      cycle, doubled_charge")
    assert "number(1..10) | 2" in other
    write(tmp_path, "again", other.replace("number(1..10) | 2", means))
    with pytest.raises(InvalidMetric, match="factor means something else"):
        read_metrics(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("doubled_charge_ah = 2", "doubled_charge_ah = 5", "1 becomes 2: row 1 is (False,)"),
        ("doubled_charge_ah = 2", "NULL", "1 becomes 2: row 1 is (None,)"),
        ("doubled_charge_ah = 2", "1", "1 becomes 2: row 1 is (1,)"),
        ("= 2 FROM doubled_charge", "= 2 FROM doubled_charge WHERE false", "returns no row"),
        ("= 2 FROM doubled_charge", "= 2 FROM tripled_charge", "tripled_charge"),
    ],
)
def test_an_example_that_is_not_true_is_told(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    write(tmp_path, "doubled_charge", PLAIN.replace(old, new))
    (fault,) = untrue(read_metrics(tmp_path)["doubled_charge"])
    assert words in fault


def test_the_main_column_is_named_with_what_tells_how_sure_it_is(tmp_path: Path) -> None:
    main = "main:       doubled_charge_ah"
    write(tmp_path, "sure", PLAIN.replace(main, f"{main}, error: cycle_count"))
    between = f"{main},\n--             low: test_id, high: cycle_count"
    write(tmp_path, "between", PLAIN.replace(main, between))
    write(tmp_path, "silent", PLAIN.replace("-- needs:", "-- shown: no\n-- needs:"))
    metrics = read_metrics(tmp_path)
    one, two, none = (metrics[name] for name in ("sure", "between", "silent"))
    assert (one.main, one.error, one.low) == ("doubled_charge_ah", "cycle_count", None)
    assert (two.error, two.low, two.high) == (None, "test_id", "cycle_count")
    assert (none.shown, one.shown) == (False, True)


def test_an_error_that_is_no_number_is_refused(tmp_path: Path) -> None:
    unsure = "main:       doubled_charge_ah, error: reason"
    write(tmp_path, "doubled_charge", PLAIN.replace("main:       doubled_charge_ah", unsure))
    with pytest.raises(InvalidMetric, match="names reason, which is no number"):
        read_metrics(tmp_path)


AGAIN = """\
-- Doubled charge of a test
--
-- The sum of the same.
--
-- grain:      test_id
-- column:     sum_ah | A·h | sum over cycles
-- column:     status | | ok
-- column:     reason | | null
-- main:       sum_ah
-- inherits:   doubled_charge
-- needs:      doubled_charge
-- reference:  nobody
SELECT
    test_id, sum(doubled_charge_ah) AS sum_ah, 'ok' AS status, CAST(NULL AS VARCHAR) AS reason
FROM doubled_charge
GROUP BY test_id;

-- example: rows of the metric it needs are added
WITH doubled_charge(test_id, doubled_charge_ah) AS (VALUES (1, 2), (1, 5))
SELECT count(*) OVER () = 1, sum_ah = 7 FROM again;

-- example: or it is computed of the relations below
-- given: factor = 3
WITH cycle(test_id, cycle_count, charge_capacity_ah) AS (VALUES (1, 1, 1), (1, 2, 2))
SELECT sum_ah = 9 FROM again;
"""


def test_what_is_inherited_is_taken_as_if_it_were_declared(tmp_path: Path) -> None:
    write(tmp_path, "doubled_charge", PLAIN)
    write(tmp_path, "again", AGAIN)
    again = read_metrics(tmp_path)["again"]
    assert again.takes == read_metrics(tmp_path)["doubled_charge"].takes
    assert again.arguments({"factor": 4}) == {"factor": 4.0}


def test_an_example_gives_rows_of_a_needed_metric_or_of_relations(tmp_path: Path) -> None:
    write(tmp_path, "doubled_charge", PLAIN)
    write(tmp_path, "again", AGAIN)
    assert list(untrue(read_metrics(tmp_path)["again"])) == []
    write(tmp_path, "again", AGAIN.replace("sum_ah = 7", "sum_ah = 8"))
    (fault,) = untrue(read_metrics(tmp_path)["again"])
    assert "row 1 is (True, False)" in fault


def test_a_name_that_is_declared_and_inherited_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "doubled_charge", PLAIN)
    taken = "-- takes: factor | number(1..10) | 2 | how often\n-- inherits:"
    write(tmp_path, "again", AGAIN.replace("-- inherits:", taken))
    with pytest.raises(InvalidMetric, match="takes factor and inherits it from doubled_charge"):
        read_metrics(tmp_path)


def test_two_defaults_of_one_argument_cannot_both_be_inherited(tmp_path: Path) -> None:
    write(tmp_path, "doubled_charge", PLAIN)
    write(tmp_path, "other_charge", PLAIN.replace("| 2 | how often", "| 5 | how often"))
    both = AGAIN.replace("   doubled_charge\n", "   doubled_charge, other_charge\n")
    write(tmp_path, "again", both)
    with pytest.raises(InvalidMetric, match="inherits factor twice, not alike, last from other"):
        read_metrics(tmp_path)


def test_an_argument_nobody_declared_is_unknown(tmp_path: Path) -> None:
    write(tmp_path, "doubled_charge", PLAIN)
    metric = read_metrics(tmp_path)["doubled_charge"]
    with pytest.raises(UnknownName, match="did you mean factor"):
        metric.arguments({"facto": 3})
    with pytest.raises(InvalidArgument, match="a number from 1 to 10"):
        metric.arguments({"factor": 0})


@pytest.mark.slow
def test_one_new_file_is_a_metric_with_a_section_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    shutil.copytree(FOLDER, folder)
    before = read_metrics(folder)
    write(folder, "doubled_charge", PLAIN)
    after = read_metrics(folder)
    assert set(after) - set(before) == {"doubled_charge"}
    page = metrics_page(after)
    assert "## doubled_charge" in page
    assert "| doubled_charge_ah | A·h | DOUBLE | twice the charge of the cycle |" in page
    assert "| factor | a number from 1 to 10 | 2 | how often |" in page


def test_a_file_says_why_its_rows_hang_on_more_or_do_not_rest(tmp_path: Path) -> None:
    write(tmp_path, "doubled_charge", PLAIN)
    plain = read_metrics(tmp_path)["doubled_charge"]
    assert (plain.reach, plain.is_materialized) == ("test", True)
    said = "-- scope: whole | all\n-- materialized: no | it is quick\n-- needs:      cycle"
    write(tmp_path, "doubled_charge", PLAIN.replace("-- needs:      cycle", said))
    metric = read_metrics(tmp_path)["doubled_charge"]
    assert (metric.reach, metric.hangs_on_more) == ("whole", "all")
    assert (metric.is_materialized, metric.unmaterialized) == (False, "it is quick")
    for wrong in ("-- scope: cell | all", "-- materialized: no", "-- materialized: yes | why"):
        text = PLAIN.replace("-- needs:", f"{wrong}\n-- needs:")
        with pytest.raises(InvalidMetric, match=r"is `\w+ \| why`, or is left out|parts, not 2"):
            read_metric(write(tmp_path, "wrong", text))


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "doubled_charge", PLAIN)
    (tmp_path / "other").mkdir()
    write(tmp_path / "other", "doubled_charge", PLAIN)
    with pytest.raises(InvalidMetric, match="has the same name"):
        read_metrics(tmp_path)


def test_what_a_metric_is_of_only_is_something_that_it_reads(tmp_path: Path) -> None:
    def said(lines: str) -> str:
        return PLAIN.replace("-- needs:      cycle", f"{lines}\n-- needs:      cycle")

    path = write(tmp_path, "doubled_charge", said("-- only: cycle | charge_capacity_ah > 0"))
    (condition,) = read_metrics(tmp_path)["doubled_charge"].only
    assert (condition.name, condition.where) == ("cycle", "charge_capacity_ah > 0")
    for wrong in ("-- only: step", "-- only: cycle |", "-- only: | true"):
        path.write_text(said(wrong), encoding="utf-8")
        with pytest.raises(InvalidMetric, match="only: "):
            read_metrics(tmp_path)
