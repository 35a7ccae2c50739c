-- Fade rate
--
-- Capacity retention lost per cycle, in percent of the reference capacity: the slope by Theil and
-- Sen, which a few odd cycles do not move, and beside it the least-squares slope. Above zero is a
-- loss. The cycles are the complete ones from the first reference cycle on that have the same
-- reference, hence the same current and temperature; where a test has several such sets, the one
-- of most cycles, then the earliest, is taken. The Theil-Sen slope is the median of the slopes
-- between every two cycles; where there are more than every_two_up_to, between every two whose
-- places are a multiple of some spacing apart, the least that leaves no more pairs than that many
-- cycles have. Every cycle still counts, and the cost no longer grows with the square of them.
--
-- grain:      test_id
-- column:     fade_percent_per_cycle | %/cycle | Theil-Sen slope, its sign turned
-- column:     least_squares_fade_percent_per_cycle | %/cycle | least-squares slope, its sign turned
-- column:     counted_cycles | 1 | the cycles that the slopes are of
-- column:     spacing | 1 | places between the cycles that are compared; 1 means every two
-- column:     first_cycle_count | 1 | the first of them
-- column:     last_cycle_count | 1 | the last of them
-- column:     reference_cycles | | the cycles the reference was made of, e.g. 2, 3, 4
-- column:     reason | | why there is none: fewer than two comparable cycles
-- takes:      reference | integer(1..) | null | cycle to compare with; null means cycles 2 to 4
-- takes:      every_two_up_to | integer(2..) | 1000 | cycles up to which every two are compared
-- needs:      cycle, capacity_retention
-- reference:  Sen, J. Am. Stat. Assoc. 63 (1968) 1379, 10.1080/01621459.1968.10480934
WITH referred AS (
    SELECT
        test_id,
        reference_cycles,
        CAST(split_part(reference_cycles, ', ', 1) AS BIGINT) AS first_count
    FROM capacity_retention
    GROUP BY test_id, reference_cycles
),

comparable AS (
    SELECT
        capacity_retention.test_id,
        capacity_retention.cycle_count,
        capacity_retention.capacity_retention,
        capacity_retention.reference_cycles
    FROM capacity_retention
    JOIN referred
        ON referred.test_id = capacity_retention.test_id
        AND referred.reference_cycles = capacity_retention.reference_cycles
        AND capacity_retention.cycle_count >= referred.first_count
    WHERE capacity_retention.complete
        AND capacity_retention.capacity_retention IS NOT NULL
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
    SELECT
        comparable.*,
        row_number() OVER (
            PARTITION BY comparable.test_id ORDER BY comparable.cycle_count
        ) AS place,
        CAST(
            ceil(
                greatest(
                    power(
                        count(*) OVER (PARTITION BY comparable.test_id)
                        / nullif(CAST($every_two_up_to AS DOUBLE), 0),
                        2
                    ),
                    1
                )
            ) AS BIGINT
        ) AS spacing
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
        min(spacing) AS spacing,
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
        AND other.place % other.spacing = one.place % one.spacing
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
    line.spacing,
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

-- example: of many cycles those are compared that are so many apart
-- given: reference = 1
-- given: every_two_up_to = 4
WITH cycle(test_id, cycle_count, complete, discharge_capacity_ah, discharge_current_ampere) AS (
    SELECT 1, n, true, CASE WHEN n % 4 = 1 THEN 800 - n ELSE 400 + 3 * n END, -1
    FROM range(1, 9) AS t(n)
)
SELECT
    spacing = 4,
    counted_cycles = 8,
    abs(fade_percent_per_cycle + 100 * 3.0 / 799) < 1e-9
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
