-- Capacity retention
--
-- Discharge capacity over that of a reference: a cycle of your choice, or else the median of the
-- complete ones among cycles 2 to 4, by our own numbering. Only like is compared with like:
-- reference cycles whose discharge current differs by more than 2 % of this cycle's, or whose mean
-- temperature is known to differ by more than 5 °C, do not count; where none is
-- left there is no retention.
--
-- grain:      test_id, cycle_count
-- column:     capacity_retention | 1 | discharge capacity over the reference
-- column:     reference_capacity_ah | A·h | what it was divided by
-- column:     reference_cycles | | the cycles the reference was made of, e.g. 2, 3, 4
-- column:     complete | | whether both half-cycles are there and the cycle was left
-- column:     reason | | why there is none: no reference cycle, no discharge current,
--             no reference at this current and temperature, or reference without capacity
-- takes:      reference | integer(1..) | null | cycle to compare with; null means cycles 2 to 4
-- needs:      cycle, discharge_capacity
-- reference:  Harlow et al., J. Electrochem. Soc. 166 (2019) A3031, for retention as such; which
--             cycles make the reference is our choice
WITH run AS (
    SELECT
        cycle.test_id,
        cycle.cycle_count,
        cycle.complete,
        discharge_capacity.discharge_capacity_ah,
        nullif(cycle.discharge_current_ampere, 0) AS current_ampere,
        cycle.mean_temperature_celsius
    FROM cycle
    JOIN discharge_capacity
        ON discharge_capacity.test_id = cycle.test_id
        AND discharge_capacity.cycle_count = cycle.cycle_count
),

candidate AS (
    SELECT *
    FROM run
    WHERE cycle_count = CAST($reference AS BIGINT)
        OR ($reference IS NULL AND complete AND cycle_count BETWEEN 2 AND 4)
),

tested AS (
    SELECT DISTINCT test_id
    FROM candidate
),

reference AS (
    SELECT
        run.test_id,
        run.cycle_count,
        median(candidate.discharge_capacity_ah) AS capacity_ah,
        string_agg(CAST(candidate.cycle_count AS VARCHAR), ', ' ORDER BY candidate.cycle_count)
            AS cycles
    FROM run
    JOIN candidate
        ON candidate.test_id = run.test_id
        AND abs(candidate.current_ampere - run.current_ampere) <= 0.02 * abs(run.current_ampere)
        AND coalesce(
            abs(candidate.mean_temperature_celsius - run.mean_temperature_celsius) <= 5, true
        )
    GROUP BY run.test_id, run.cycle_count
)

SELECT
    run.test_id,
    run.cycle_count,
    run.discharge_capacity_ah / nullif(reference.capacity_ah, 0) AS capacity_retention,
    reference.capacity_ah AS reference_capacity_ah,
    reference.cycles AS reference_cycles,
    run.complete,
    CASE
        WHEN tested.test_id IS NULL THEN 'no reference cycle'
        WHEN run.current_ampere IS NULL THEN 'no discharge current'
        WHEN reference.cycles IS NULL THEN 'no reference at this current and temperature'
        WHEN reference.capacity_ah = 0 THEN 'reference without capacity'
    END AS reason
FROM run
LEFT JOIN tested ON tested.test_id = run.test_id
LEFT JOIN reference
    ON reference.test_id = run.test_id
    AND reference.cycle_count = run.cycle_count;

-- example: half of the median of cycles 2 to 4 is left
WITH cycle(test_id, cycle_count, complete, discharge_capacity_ah, discharge_current_ampere) AS (
    VALUES (1, 1, true, 9, -1), (1, 2, true, 5, -1), (1, 3, true, 4, -1), (1, 4, true, 3, -1),
    (1, 5, true, 2, -1)
)
SELECT
    capacity_retention = 0.5,
    reference_capacity_ah = 4,
    reference_cycles = '2, 3, 4',
    reason IS NULL
FROM capacity_retention
WHERE cycle_count = 5;

-- example: a declared cycle is the reference
-- given: reference = 1
WITH cycle(test_id, cycle_count, complete, discharge_capacity_ah, discharge_current_ampere) AS (
    VALUES (1, 1, true, 8, -1), (1, 2, true, 6, -1)
)
SELECT
    capacity_retention = 0.75,
    reference_cycles = '1'
FROM capacity_retention
WHERE cycle_count = 2;

-- example: another current has no reference
WITH cycle(test_id, cycle_count, complete, discharge_capacity_ah, discharge_current_ampere) AS (
    VALUES (1, 2, true, 8, -1), (1, 3, true, 6, -2), (1, 4, true, 6, -2.03), (1, 5, true, 6, -4)
)
SELECT
    CASE cycle_count
        WHEN 3 THEN reference_cycles = '3, 4'
        WHEN 5 THEN capacity_retention IS NULL
            AND reason = 'no reference at this current and temperature'
        ELSE reason IS NULL
    END
FROM capacity_retention;

-- example: a test of one cycle has nothing to compare with
WITH cycle(test_id, cycle_count, complete, discharge_capacity_ah, discharge_current_ampere) AS (
    VALUES (1, 1, true, 8, -1)
)
SELECT
    capacity_retention IS NULL,
    reason = 'no reference cycle'
FROM capacity_retention;
