-- Cycling time before a sweep
--
-- Hours for which a cell had been charged or discharged before its impedance was taken, rests left
-- out. Steps of the test of the sweep itself count as far as they lie before the sweep. Those of
-- other tests of the cell, whichever tests are asked for, count as far as they lie before the start
-- of the test of the sweep, by the clocks of both instruments: a cell cannot be in two tests at
-- once. A cell without any such step has cycled for 0 h as far as the warehouse knows.
--
-- formula:    t = Σ t(charge) + Σ t(discharge) over the steps before the sweep
-- grain:      test_id, spectrum_count
-- column:     cell_id | | the cell
-- column:     cycling_time_hour | h | hours of charge and discharge before it
-- column:     test_count | 1 | other tests of the cell that charged or discharged it
-- column:     status | | ok, low_quality (clocks of different zones) or not_computable
-- column:     reason | | why not ok; null when ok
-- main:       cycling_time_hour
-- needs:      sweep, test, cycled
-- reference:  our own declaration
WITH taken AS (
    SELECT
        sweep.test_id,
        sweep.spectrum_count,
        sweep.start_time_second,
        test.cell_id
    FROM sweep
    JOIN test ON test.test_id = sweep.test_id
    WHERE test.cell_id IS NOT NULL
),

elsewhere AS (
    SELECT
        test.test_id,
        count(DISTINCT cycled.test_id) AS test_count,
        string_agg(DISTINCT cycled.test_name, ', ')
            FILTER (WHERE cycled.started_at IS NULL) AS without_start,
        count(*) FILTER (
            WHERE cycled.start_time_second IS NULL OR cycled.duration_second IS NULL
        ) AS without_time,
        count(*) FILTER (WHERE cycled.time_zone IS DISTINCT FROM test.time_zone) AS other_zone,
        max(CASE WHEN test.started_at IS NULL THEN test.test_name END) AS own_without_start,
        sum(
            greatest(
                0,
                least(
                    cycled.duration_second,
                    extract(EPOCH FROM (test.started_at - cycled.started_at))
                    - cycled.start_time_second
                )
            )
        ) AS cycled_second
    FROM test
    JOIN cycled
        ON cycled.cell_id = test.cell_id
        AND cycled.test_id <> test.test_id
    WHERE test.test_id IN (SELECT test_id FROM sweep)
    GROUP BY test.test_id
),

here AS (
    SELECT
        taken.test_id,
        taken.spectrum_count,
        count(*) FILTER (
            WHERE taken.start_time_second IS NULL
                OR cycled.start_time_second IS NULL
                OR cycled.duration_second IS NULL
        ) AS without_time,
        sum(
            greatest(
                0,
                least(
                    cycled.duration_second, taken.start_time_second - cycled.start_time_second
                )
            )
        ) AS cycled_second
    FROM taken
    JOIN cycled ON cycled.test_id = taken.test_id
    GROUP BY taken.test_id, taken.spectrum_count
),

judged AS (
    SELECT
        taken.test_id,
        taken.spectrum_count,
        taken.cell_id,
        coalesce(elsewhere.test_count, 0) AS test_count,
        (coalesce(elsewhere.cycled_second, 0) + coalesce(here.cycled_second, 0)) / 3600 AS hour,
        CASE
            WHEN elsewhere.own_without_start IS NOT NULL OR elsewhere.without_start IS NOT NULL
                THEN concat(
                    'missing: start of ',
                    concat_ws(', ', elsewhere.own_without_start, elsewhere.without_start)
                )
            WHEN elsewhere.without_time > 0 OR here.without_time > 0
                THEN 'missing: time of the sweep or of a step before it'
        END AS missing,
        coalesce(elsewhere.other_zone, 0) > 0 AS other_zone
    FROM taken
    LEFT JOIN elsewhere ON elsewhere.test_id = taken.test_id
    LEFT JOIN here
        ON here.test_id = taken.test_id
        AND here.spectrum_count = taken.spectrum_count
)

SELECT
    test_id,
    spectrum_count,
    cell_id,
    CASE WHEN missing IS NULL THEN hour END AS cycling_time_hour,
    test_count,
    CASE
        WHEN missing IS NOT NULL THEN 'not_computable'
        WHEN other_zone THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    coalesce(
        missing,
        CASE WHEN other_zone THEN 'the clocks of its tests are not known to be of one zone' END
    ) AS reason
FROM judged;

-- example: an hour of half-cycles before, one after, rests and what the sweep's own test did
WITH sweep(test_id, spectrum_count, start_time_second)
AS (VALUES (1, 1, 0), (1, 2, 9000), (3, 1, 0)),
test(test_id, test_name, cell_id, started_at) AS (
    VALUES
    (1, 'eis', 7, TIMESTAMP '2026-02-16 10:30:00'),
    (2, 'cycling', 7, TIMESTAMP '2026-02-16 09:00:00'),
    (3, 'other', 8, NULL)
),
cycled(cell_id, test_id, test_name, started_at, start_time_second, duration_second) AS (
    VALUES
    (7, 2, 'cycling', TIMESTAMP '2026-02-16 09:00:00', 0, 3600),
    (7, 2, 'cycling', TIMESTAMP '2026-02-16 09:00:00', 3600, 3600),
    (7, 2, 'cycling', TIMESTAMP '2026-02-16 09:00:00', 9000, 3600),
    (7, 1, 'eis', TIMESTAMP '2026-02-16 10:30:00', 100, 7200)
)
SELECT
    cycling_time_hour = CASE
        WHEN test_id = 3 THEN 0 WHEN spectrum_count = 1 THEN 1.5 ELSE 3.5
    END,
    test_count = CASE test_id WHEN 1 THEN 1 ELSE 0 END,
    status = 'ok' AND reason IS NULL
FROM cycling_time;

-- example: a clock that nobody wrote down is asked for
WITH sweep(test_id, spectrum_count, start_time_second) AS (VALUES (1, 1, 0)),
test(test_id, test_name, cell_id, started_at)
AS (VALUES (1, 'eis', 7, TIMESTAMP '2026-02-16 10:30:00')),
cycled(cell_id, test_id, test_name, started_at, start_time_second, duration_second)
AS (VALUES (7, 2, 'cycling', NULL, 0, 3600))
SELECT
    cycling_time_hour IS NULL,
    status = 'not_computable',
    reason = 'missing: start of cycling'
FROM cycling_time;

-- example: clocks of different zones cast doubt
WITH sweep(test_id, spectrum_count, start_time_second) AS (VALUES (1, 1, 0)),
test(test_id, test_name, cell_id, started_at, time_zone)
AS (VALUES (1, 'eis', 7, TIMESTAMP '2026-02-16 10:30:00', 'UTC')),
cycled(cell_id, test_id, test_name, started_at, start_time_second, duration_second)
AS (VALUES (7, 2, 'cycling', TIMESTAMP '2026-02-16 09:00:00', 0, 3600))
SELECT
    cycling_time_hour = 1,
    status = 'low_quality',
    reason = 'the clocks of its tests are not known to be of one zone'
FROM cycling_time;
