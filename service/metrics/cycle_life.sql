-- Cycle life
--
-- The cycle, by our own numbering, at which the capacity retention first falls to a fraction of the
-- reference, interpolated between it and the comparable cycle before. A test that ends
-- above it is censored: it lived at least to its last comparable cycle. The cycles are the complete
-- ones from the first reference cycle on that have the same reference, hence the same current and
-- temperature; where a test has several such sets, the one of most cycles, then the earliest, is
-- taken.
--
-- grain:      test_id
-- column:     cycle_life | 1 | cycle at which the fraction was reached; where censored, the last
--             comparable cycle
-- column:     censored | | whether the fraction was never reached
-- column:     last_retention | 1 | capacity retention at the last comparable cycle
-- column:     counted_cycles | 1 | the comparable cycles
-- column:     reference_cycles | | the cycles the reference was made of, e.g. 2, 3, 4
-- column:     reason | | why there is none: no comparable cycle
-- takes:      reference | integer(1..) | null | cycle to compare with; null means cycles 2 to 4
-- takes:      fraction | number(0.01..0.99) | 0.8 | retention at which a life ends
-- needs:      cycle, capacity_retention
-- reference:  IEC 62660-1:2018, cycle life, for an end of life at 80 %
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
    SELECT
        comparable.*,
        lag(comparable.cycle_count) OVER in_order AS earlier_count,
        lag(comparable.capacity_retention) OVER in_order AS earlier_retention,
        row_number() OVER (PARTITION BY comparable.test_id ORDER BY comparable.cycle_count DESC)
            AS from_last
    FROM comparable
    JOIN counted
        ON counted.test_id = comparable.test_id
        AND counted.reference_cycles = comparable.reference_cycles
        AND counted.place = 1
    WINDOW in_order AS (PARTITION BY comparable.test_id ORDER BY comparable.cycle_count)
),

fallen AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY test_id ORDER BY cycle_count) AS place
    FROM chosen
    WHERE capacity_retention <= $fraction
),

course AS (
    SELECT
        test_id,
        max(cycle_count) AS last_cycle_count,
        max(CASE WHEN from_last = 1 THEN capacity_retention END) AS last_retention,
        count(*) AS counted_cycles,
        min(reference_cycles) AS reference_cycles
    FROM chosen
    GROUP BY test_id
),

tested AS (
    SELECT DISTINCT test_id
    FROM cycle
)

SELECT
    tested.test_id,
    CASE
        WHEN fallen.test_id IS NULL THEN CAST(course.last_cycle_count AS DOUBLE)
        WHEN fallen.earlier_count IS NULL THEN CAST(fallen.cycle_count AS DOUBLE)
        ELSE fallen.earlier_count
            + (fallen.cycle_count - fallen.earlier_count)
            * (fallen.earlier_retention - $fraction)
            / nullif(fallen.earlier_retention - fallen.capacity_retention, 0)
    END AS cycle_life,
    CASE WHEN course.test_id IS NOT NULL THEN fallen.test_id IS NULL END AS censored,
    course.last_retention,
    coalesce(course.counted_cycles, 0) AS counted_cycles,
    course.reference_cycles,
    CASE WHEN course.test_id IS NULL THEN 'no comparable cycle' END AS reason
FROM tested
LEFT JOIN course ON course.test_id = tested.test_id
LEFT JOIN fallen
    ON fallen.test_id = tested.test_id
    AND fallen.place = 1;

-- example: from 1 at cycle 1 to a half at cycle 3 it passes three quarters at cycle 2
-- given: reference = 1
-- given: fraction = 0.75
WITH cycle(test_id, cycle_count, complete, discharge_capacity_ah, discharge_current_ampere) AS (
    VALUES (1, 1, true, 8, -1), (1, 2, true, 1, -9), (1, 3, true, 4, -1), (1, 4, true, 8, -1)
)
SELECT
    cycle_life = 2,
    NOT censored,
    last_retention = 1,
    counted_cycles = 3,
    reason IS NULL
FROM cycle_life;

-- example: what ends above the fraction is censored, and a last half cycle is no end
WITH cycle(test_id, cycle_count, complete, discharge_capacity_ah, discharge_current_ampere) AS (
    VALUES (1, 1, true, 9, -1), (1, 2, true, 8, -1), (1, 3, true, 8, -1), (1, 4, true, 8, -1),
    (1, 5, true, 7, -1), (1, 6, false, 1, -1)
)
SELECT
    cycle_life = 5,
    censored,
    last_retention = 0.875,
    reference_cycles = '2, 3, 4'
FROM cycle_life;

-- example: a test of one cycle has no life to speak of
WITH cycle(test_id, cycle_count, complete, discharge_capacity_ah, discharge_current_ampere) AS (
    VALUES (1, 1, false, 8, -1)
)
SELECT
    cycle_life IS NULL AND censored IS NULL,
    reason = 'no comparable cycle'
FROM cycle_life;
