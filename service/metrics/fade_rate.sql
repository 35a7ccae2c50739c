-- Fade rate
--
-- Capacity retention lost per cycle, in percent of the reference capacity: the slope by Theil and
-- Sen, which a few odd cycles do not move, and beside it the least-squares slope. Above zero is a
-- loss. The cycles are the complete ones from the first reference cycle on that have the same
-- reference, hence the same current and temperature; where a test has several such sets, the one
-- of most cycles, then the earliest, is taken. The Theil-Sen slope compares every two cycles:
-- twice the cycles cost four times as much.
--
-- grain:      test_id
-- column:     fade_percent_per_cycle | %/cycle | Theil-Sen slope, its sign turned
-- column:     least_squares_fade_percent_per_cycle | %/cycle | least-squares slope, its sign turned
-- column:     counted_cycles | 1 | the cycles that the slopes are of
-- column:     first_cycle_count | 1 | the first of them
-- column:     last_cycle_count | 1 | the last of them
-- column:     reference_cycles | | the cycles the reference was made of, e.g. 2, 3, 4
-- column:     reason | | why there is none: fewer than two comparable cycles
-- takes:      reference | integer(1..) | null | cycle to compare with; null means cycles 2 to 4
-- needs:      cycle, capacity_retention
-- reference:  Sen, J. Am. Stat. Assoc. 63 (1968) 1379, 10.1080/01621459.1968.10480934
WITH comparable AS (
    SELECT test_id, cycle_count, capacity_retention, reference_cycles
    FROM capacity_retention
    WHERE complete
        AND capacity_retention IS NOT NULL
        AND cycle_count >= CAST(split_part(reference_cycles, ', ', 1) AS BIGINT)
),

counted AS (
    SELECT
        test_id,
        reference_cycles,
        row_number() OVER (PARTITION BY test_id ORDER BY count(*) DESC, min(cycle_count)) AS place
    FROM comparable
    GROUP BY test_id, reference_cycles
),

chosen AS (
    SELECT comparable.*
    FROM comparable
    JOIN counted
        ON counted.test_id = comparable.test_id
        AND counted.reference_cycles = comparable.reference_cycles
        AND counted.place = 1
),

line AS (
    SELECT
        test_id,
        regr_slope(capacity_retention, cycle_count) AS slope,
        count(*) AS counted_cycles,
        min(cycle_count) AS first_cycle_count,
        max(cycle_count) AS last_cycle_count,
        min(reference_cycles) AS reference_cycles
    FROM chosen
    GROUP BY test_id
    HAVING count(*) >= 2
),

pairwise AS (
    SELECT
        one.test_id,
        median(
            (other.capacity_retention - one.capacity_retention)
            / nullif(other.cycle_count - one.cycle_count, 0)
        ) AS slope
    FROM chosen AS one
    JOIN chosen AS other
        ON other.test_id = one.test_id
        AND other.cycle_count > one.cycle_count
    GROUP BY one.test_id
),

tested AS (
    SELECT DISTINCT test_id
    FROM cycle
)

SELECT
    tested.test_id,
    -100 * pairwise.slope AS fade_percent_per_cycle,
    -100 * line.slope AS least_squares_fade_percent_per_cycle,
    coalesce(line.counted_cycles, 0) AS counted_cycles,
    line.first_cycle_count,
    line.last_cycle_count,
    line.reference_cycles,
    CASE WHEN line.test_id IS NULL THEN 'fewer than two comparable cycles' END AS reason
FROM tested
LEFT JOIN line ON line.test_id = tested.test_id
LEFT JOIN pairwise ON pairwise.test_id = tested.test_id;

-- example: an eighth of the reference a cycle, whatever happens in one of them
-- given: reference = 1
WITH cycle(test_id, cycle_count, complete, discharge_capacity_ah, discharge_current_ampere) AS (
    VALUES (1, 1, true, 8, -1), (1, 2, true, 7, -1), (1, 3, true, 6, -1), (1, 4, true, 1, -1),
    (1, 5, true, 4, -1), (1, 6, true, 3, -1), (1, 7, true, 9, -2), (1, 8, false, 0, -1)
)
SELECT
    fade_percent_per_cycle = 12.5,
    least_squares_fade_percent_per_cycle > 12.5,
    counted_cycles = 6,
    last_cycle_count = 6,
    reference_cycles = '1',
    reason IS NULL
FROM fade_rate;

-- example: one cycle has no slope
WITH cycle(test_id, cycle_count, complete, discharge_capacity_ah, discharge_current_ampere) AS (
    VALUES (1, 1, true, 8, -1), (1, 2, true, 7, -1), (1, 3, false, 6, -1)
)
SELECT
    fade_percent_per_cycle IS NULL,
    counted_cycles = 0,
    reason = 'fewer than two comparable cycles'
FROM fade_rate;
