-- Points of voltammetry
--
-- The points of each voltammogram by segment: a segment goes from one turn of the potential to the
-- next, whatever scans the instrument counts. Which way it goes at a point is told by the points
-- four before and four behind it, so that steps and noise turn nothing; what spans less than a
-- twentieth of the potential of the test is no segment, and two of one direction that meet are one.
-- The potential is that of the working electrode against the reference where that was recorded,
-- else the voltage of the cell.
--
-- grain:      test_id, record_index
-- column:     segment_count | 1 | segment of the test, from 1
-- column:     direction | 1 | 1 where the potential rises, -1 where it falls
-- column:     cycle_count | 1 | scan in which most of the segment lies
-- column:     place | 1 | point of the segment, from 1
-- column:     test_time_second | s | time since the start of the test
-- column:     potential_volt | V | potential
-- column:     current_ampere | A | current
-- column:     status | | ok
-- column:     reason | | null
-- main:       current_ampere
-- shown:      no
-- materialized: no | reads the points of every voltammogram of the tests asked for
-- only:       points
-- only:       step | mode = 'voltammetry'
-- needs:      points, step
-- reference:  Bard, Faulkner, Electrochemical Methods, 2nd ed. (2001), chapter 6
WITH recorded AS (
    SELECT
        points.test_id,
        points.record_index,
        points.test_time_second,
        step.cycle_count,
        coalesce(points.working_potential_volt, points.voltage_volt) AS potential_volt,
        points.current_ampere
    FROM points
    JOIN step
        ON step.test_id = points.test_id
        AND step.step_count = points.step_count
        AND step.mode = 'voltammetry'
    WHERE points.current_ampere IS NOT NULL
        AND points.interval_second IS NOT NULL
        AND coalesce(points.working_potential_volt, points.voltage_volt) IS NOT NULL
),

seen AS (
    SELECT
        *,
        max(potential_volt) OVER of_test - min(potential_volt) OVER of_test AS span_volt,
        nullif(
            sign(
                coalesce(
                    lead(potential_volt, 4) OVER in_order, last_value(potential_volt) OVER all_of
                )
                - coalesce(
                    lag(potential_volt, 4) OVER in_order, first_value(potential_volt) OVER all_of
                )
            ),
            0
        ) AS way
    FROM recorded
    WINDOW of_test AS (PARTITION BY test_id),
    in_order AS (PARTITION BY test_id ORDER BY record_index),
    all_of AS (
        PARTITION BY test_id ORDER BY record_index
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )
),

-- where it stands still it goes on as it went
carried AS (
    SELECT
        *,
        coalesce(
            last_value(way IGNORE NULLS) OVER (
                PARTITION BY test_id ORDER BY record_index ROWS UNBOUNDED PRECEDING
            ),
            1
        ) AS direction
    FROM seen
),

turned AS (
    SELECT
        *,
        CASE
            WHEN direction = lag(direction) OVER (PARTITION BY test_id ORDER BY record_index) THEN 0
            ELSE 1
        END AS turns
    FROM carried
),

run AS (
    SELECT
        *,
        sum(turns) OVER (PARTITION BY test_id ORDER BY record_index ROWS UNBOUNDED PRECEDING)
            AS run
    FROM turned
),

long_run AS (
    SELECT
        test_id,
        run,
        min(direction) AS direction,
        min_by(potential_volt, record_index) AS from_volt,
        max_by(potential_volt, record_index) AS to_volt,
        min(span_volt) AS span_volt
    FROM run
    GROUP BY test_id, run
    HAVING count(*) >= 8
        AND max(potential_volt) - min(potential_volt) >= 0.05 * min(span_volt)
        AND min(span_volt) > 0
),

begun AS (
    SELECT
        *,
        CASE
            WHEN direction = lag(direction) OVER in_order
                AND abs(from_volt - lag(to_volt) OVER in_order) < 0.05 * span_volt THEN 0
            ELSE 1
        END AS begins
    FROM long_run
    WINDOW in_order AS (PARTITION BY test_id ORDER BY run)
),

numbered AS (
    SELECT
        *,
        sum(begins) OVER (PARTITION BY test_id ORDER BY run ROWS UNBOUNDED PRECEDING)
            AS segment_count
    FROM begun
)

SELECT
    run.test_id,
    run.record_index,
    CAST(numbered.segment_count AS BIGINT) AS segment_count,
    CAST(run.direction AS BIGINT) AS direction,
    CAST(
        round(median(run.cycle_count) OVER (PARTITION BY run.test_id, numbered.segment_count))
        AS BIGINT
    ) AS cycle_count,
    row_number() OVER (
        PARTITION BY run.test_id, numbered.segment_count ORDER BY run.record_index
    ) AS place,
    run.test_time_second,
    run.potential_volt,
    run.current_ampere,
    'ok' AS status,
    CAST(NULL AS VARCHAR) AS reason
FROM run
JOIN numbered
    ON numbered.test_id = run.test_id
    AND numbered.run = run.run;

-- example: up and down again are two segments, and where it stands before them is none
WITH step(test_id, step_count, cycle_count, mode) AS (VALUES (1, 1, 1, 'voltammetry')),
points(
    test_id, step_count, record_index, interval_second, test_time_second, voltage_volt,
    current_ampere
) AS (
    SELECT 1, 1, n, 1, n, CASE WHEN n < 100 THEN n ELSE 200 - n END / 100.0, 1
    FROM range(0, 201) AS t(n)
)
SELECT
    record_index = 100 OR segment_count = CASE WHEN record_index < 100 THEN 1 ELSE 2 END,
    direction = CASE segment_count WHEN 1 THEN 1 ELSE -1 END,
    cycle_count = 1
FROM voltammetry_point;

-- example: the potential of the working electrode comes first, and what does not scan is not there
WITH step(test_id, step_count, cycle_count, mode)
AS (VALUES (1, 1, 1, 'voltammetry'), (1, 2, 1, 'charge')),
points(
    test_id, step_count, record_index, interval_second, voltage_volt, working_potential_volt,
    current_ampere
) AS (SELECT 1, 1 + n // 20, n, 1, -n, n, 1 FROM range(0, 40) AS t(n))
SELECT
    count(*) = 20,
    bool_and(direction = 1),
    bool_and(potential_volt = record_index)
FROM voltammetry_point;
