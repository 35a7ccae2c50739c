-- Time to failure
--
-- How long each cell ran at each of its levels of current and temperature: hours from the start of
-- the first half-cycle there, rests and excursions to other levels included, until it failed, or
-- right-censored at the last sample there. It fails by failure_event, or on a staircase of rising
-- currents by critical_current_density, whichever comes first. A runaway ends with its half-cycle,
-- anything else with the beginning of the one it shows in. Where there is a gap before that, a
-- pause or the room between two files, it is interval-censored: it failed after unfailed_hour, and
-- time_hour is when it was first seen to have. A level that was censored because the cell went on
-- to another one is a row too; what runs after the failure counts no more, except that the cell has
-- failed, at 0 h, at every higher current it was put through afterwards. A cell whose half-cycles
-- are too few to be judged, or have no voltage, is no survivor: it is not comparable. Nor is one of
-- which nobody knows whether it is symmetric, or whose area a given floor_ohm_cm2 would need: that
-- one has no time.
--
-- formula:    t = t(failure) − t(first half-cycle of the level); censored at the last sample there
-- grain:      test_id, half_cycle_count
-- column:     cell_id | | the cell
-- column:     configuration | | its layers
-- column:     current_density_ma_per_cm2 | mA/cm² | median of the level; null without an area
-- column:     temperature_celsius | °C | median of the level; null where it was not recorded
-- column:     time_hour | h | time to the failure, or to the last sample without
-- column:     unfailed_hour | h | time it is known not to have failed at, on the same clock
-- column:     failed_by_hour | h | time it is known to have failed by; null when it did not
-- column:     charge_passed_mah_per_cm2 | mA·h/cm² | |charge| that passed in that time
-- column:     failed | | whether it failed; null where that cannot be judged
-- column:     censoring | | right (last seen alive), interval (it failed in a gap), or null
-- column:     cause | | of the failure; null without one
-- column:     missing | | what is not known: symmetric, area_cm2, temperature; null when
--             nothing
-- column:     status | | ok, censored (right or interval), low_quality (as the half-cycle it failed
--             in is, or without a known clock), not_comparable or not_computable
-- column:     reason | | why not ok; null when ok
-- main:       time_hour, low: unfailed_hour, high: failed_by_hour
-- summary:    time_to_failure | single | | cause | hours at its level of current and temperature
--             until it failed, or, where censored, to the last sample; a cell run at several levels
--             has several
-- inherits:   half_cycle_run, failure_event, critical_current_density
-- needs:      half_cycle_run, failure_event, critical_current_density
-- reference:  right-censoring as in Kaplan, Meier, J. Am. Stat. Assoc. 53 (1958) 457
WITH found AS (
    SELECT
        cell_id,
        run_count,
        cause,
        CASE WHEN status <> 'ok' THEN coalesce(reason, status) END AS doubt,
        1 AS rank
    FROM failure_event
    UNION ALL
    SELECT
        run.cell_id,
        run.run_count,
        stair.cause,
        CASE WHEN run.status <> 'ok' THEN coalesce(run.reason, run.status) END,
        2
    FROM critical_current_density AS stair
    JOIN half_cycle_run AS run
        ON run.test_id = stair.test_id
        AND run.half_cycle_count = stair.half_cycle_count
    WHERE stair.cause IS NOT NULL
),

first_found AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY cell_id ORDER BY run_count, rank) AS place
    FROM found
),

event AS (
    SELECT
        first_found.cell_id,
        first_found.run_count,
        first_found.cause,
        first_found.doubt,
        run.level_ampere,
        run.start_hour,
        CASE WHEN first_found.cause = 'runaway' THEN run.end_hour ELSE run.start_hour END
            AS failure_hour,
        before.end_hour AS unfailed_hour
    FROM first_found
    JOIN half_cycle_run AS run
        ON run.cell_id = first_found.cell_id
        AND run.run_count = first_found.run_count
    LEFT JOIN half_cycle_run AS before
        ON before.cell_id = first_found.cell_id
        AND before.run_count = first_found.run_count - 1
    WHERE first_found.place = 1
),

leveled AS (
    SELECT
        run.*,
        event.run_count AS failed_count,
        event.cause,
        event.doubt,
        event.failure_hour,
        CASE
            WHEN (event.start_hour - event.unfailed_hour) * 3600 > $pause_second
                THEN event.start_hour - event.unfailed_hour
        END AS gap_hour,
        coalesce(event.unfailed_hour, event.start_hour) AS event_unfailed_hour,
        run.level_ampere > (1 + $current_tolerance) * event.level_ampere AS is_higher,
        min(run.run_count) OVER level > event.run_count AS came_after,
        min(run.start_hour) OVER level AS from_hour,
        count(*) OVER whole AS lived_count,
        count(run.end_volt) OVER whole AS known_count
    FROM half_cycle_run AS run
    LEFT JOIN event ON event.cell_id = run.cell_id
    WINDOW
        level AS (PARTITION BY run.cell_id, run.level_count),
        whole AS (PARTITION BY run.cell_id)
),

lived AS (
    SELECT
        *,
        coalesce(came_after, false) AS is_after,
        coalesce(run_count = failed_count OR came_after, false) AS failed,
        row_number() OVER (
            PARTITION BY cell_id, level_count
            ORDER BY CASE WHEN came_after THEN run_count ELSE -run_count END
        ) AS place
    FROM leveled
    WHERE run_count <= coalesce(failed_count, run_count)
        OR (came_after AND is_higher)
),

charged AS (
    SELECT
        cell_id,
        level_count,
        CASE
            WHEN count(*) = count(charge_passed_mah_per_cm2) THEN sum(charge_passed_mah_per_cm2)
        END AS charge_passed_mah_per_cm2
    FROM lived
    WHERE NOT failed
        OR (cause = 'runaway' AND NOT is_after)
    GROUP BY cell_id, level_count
),

told AS (
    SELECT
        *,
        CASE
            WHEN missing IS NOT NULL THEN concat('missing ', missing)
            WHEN NOT failed
                AND $floor_ohm_cm2 IS NOT NULL
                AND level_current_density_ma_per_cm2 IS NULL
                THEN 'missing area_cm2'
        END AS unknown,
        CASE
            WHEN failed OR lived_count > $settling_count AND known_count > 0 THEN NULL
            WHEN known_count = 0 THEN 'missing voltage'
            ELSE concat('only ', lived_count, ' half-cycles')
        END AS unjudged,
        CASE
            WHEN is_after THEN 0
            WHEN failed THEN failure_hour - from_hour
            ELSE end_hour - from_hour
        END AS time_hour,
        CASE
            WHEN is_after THEN 0
            WHEN failed THEN greatest(event_unfailed_hour - from_hour, 0)
            ELSE end_hour - from_hour
        END AS unfailed_hour,
        CASE WHEN failed AND NOT is_after THEN gap_hour END AS own_gap_hour
    FROM lived
    WHERE place = 1
)

SELECT
    told.test_id,
    told.half_cycle_count,
    told.cell_id,
    told.configuration,
    told.level_current_density_ma_per_cm2 AS current_density_ma_per_cm2,
    told.level_temperature_celsius AS temperature_celsius,
    CASE WHEN told.unknown IS NULL THEN told.time_hour END AS time_hour,
    CASE WHEN told.unknown IS NULL THEN told.unfailed_hour END AS unfailed_hour,
    CASE WHEN told.failed THEN told.time_hour END AS failed_by_hour,
    CASE
        WHEN told.unknown IS NOT NULL THEN NULL
        WHEN charged.cell_id IS NOT NULL THEN charged.charge_passed_mah_per_cm2
        WHEN told.level_current_density_ma_per_cm2 IS NOT NULL THEN 0
    END AS charge_passed_mah_per_cm2,
    CASE WHEN told.unknown IS NULL AND told.unjudged IS NULL THEN told.failed END AS failed,
    CASE
        WHEN told.unknown IS NOT NULL OR told.unjudged IS NOT NULL THEN NULL
        WHEN NOT told.failed THEN 'right'
        WHEN told.own_gap_hour > 0 THEN 'interval'
    END AS censoring,
    CASE WHEN told.failed THEN told.cause END AS cause,
    nullif(
        concat_ws(
            ', ',
            told.missing,
            CASE WHEN told.level_current_density_ma_per_cm2 IS NULL THEN 'area_cm2' END,
            CASE WHEN told.level_temperature_celsius IS NULL THEN 'temperature' END
        ),
        ''
    ) AS missing,
    CASE
        WHEN told.unknown IS NOT NULL THEN 'not_computable'
        WHEN told.unjudged IS NOT NULL THEN 'not_comparable'
        WHEN NOT told.clock_known OR (told.failed AND told.doubt IS NOT NULL) THEN 'low_quality'
        WHEN NOT told.failed OR told.own_gap_hour > 0 THEN 'censored'
        ELSE 'ok'
    END AS status,
    coalesce(
        told.unknown,
        told.unjudged,
        nullif(
            concat_ws(
                ', ',
                CASE WHEN NOT told.clock_known THEN 'missing start of a test' END,
                CASE WHEN told.failed THEN nullif(told.doubt, 'missing start of a test') END,
                CASE WHEN NOT told.failed THEN 'alive at the end' END,
                CASE
                    WHEN told.own_gap_hour > 0
                        THEN concat('failed in a gap of ', round(told.own_gap_hour, 1), ' h')
                END
            ),
            ''
        )
    ) AS reason
FROM told
LEFT JOIN charged
    ON charged.cell_id = told.cell_id
    AND charged.level_count = told.level_count;

-- example: a cell that never failed is censored at its last sample
WITH half_cycle_run(
    test_id, half_cycle_count, cell_id, run_count, level_count, level_ampere,
    level_current_density_ma_per_cm2, start_hour, end_hour, end_volt, charge_passed_mah_per_cm2,
    clock_known, status
) AS (SELECT 1, n, 7, n, 1, 0.001, 0.5, n, n + 1, 0.1, 0.5, true, 'ok' FROM range(1, 11) AS t(n)),
failure_event(cell_id) AS (SELECT 7 WHERE false),
critical_current_density(cell_id) AS (SELECT 7 WHERE false)
SELECT
    time_hour = 10 AND unfailed_hour = 10 AND failed_by_hour IS NULL,
    NOT failed AND censoring = 'right' AND cause IS NULL,
    half_cycle_count = 10,
    current_density_ma_per_cm2 = 0.5,
    abs(charge_passed_mah_per_cm2 - 5) < 1e-12,
    missing = 'temperature',
    status = 'censored' AND reason = 'alive at the end'
FROM time_to_failure;

-- example: a hard short in the eighth half-cycle is seven hours
WITH half_cycle_run(
    test_id, half_cycle_count, cell_id, run_count, level_count, level_ampere, start_hour, end_hour,
    end_volt, charge_passed_mah_per_cm2, clock_known, status
) AS (SELECT 1, n, 7, n, 1, 0.001, n, n + 1, 0.1, 0.5, true, 'ok' FROM range(1, 11) AS t(n)),
failure_event(cell_id, run_count, cause, status) AS (VALUES (7, 8, 'hard_short', 'ok')),
critical_current_density(cell_id) AS (SELECT 7 WHERE false)
SELECT
    time_hour = 7 AND unfailed_hour = 7 AND failed_by_hour = 7,
    failed AND censoring IS NULL AND cause = 'hard_short',
    abs(charge_passed_mah_per_cm2 - 3.5) < 1e-12,
    status = 'ok' AND reason IS NULL
FROM time_to_failure;

-- example: who fails on the staircase has failed at every higher current, and survived no lower one
WITH half_cycle_run(
    test_id, half_cycle_count, cell_id, run_count, level_count, level_ampere, start_hour, end_hour,
    end_volt, clock_known, status
) AS (
    SELECT 1, n, 7, n, ceil(n / 2.0), 0.001 * ceil(n / 2.0), n - 1, n, 0.1, true, 'ok'
    FROM range(1, 9) AS t(n)
),
failure_event(cell_id) AS (SELECT 7 WHERE false),
critical_current_density(test_id, half_cycle_count, cell_id, cause)
AS (VALUES (1, 6, 7, 'resistance_drop'))
SELECT
    time_hour = CASE half_cycle_count WHEN 6 THEN 1 WHEN 7 THEN 0 ELSE 2 END,
    failed = (half_cycle_count IN (6, 7)),
    cause IS NOT DISTINCT FROM CASE WHEN failed THEN 'resistance_drop' END,
    half_cycle_count IN (2, 4, 6, 7)
FROM time_to_failure;

-- example: where nobody knows whether it is symmetric there is no life
WITH half_cycle_run(
    test_id, half_cycle_count, cell_id, run_count, level_count, level_ampere,
    level_current_density_ma_per_cm2, start_hour, end_hour, charge_passed_mah_per_cm2, missing,
    clock_known, status
) AS (
    SELECT 1, n, 7, n, 1, 0.001, 0.5, n, n + 1, 0.5, 'symmetric', true, 'not_computable'
    FROM range(1, 11) AS t(n)
),
failure_event(cell_id) AS (SELECT 7 WHERE false),
critical_current_density(cell_id) AS (SELECT 7 WHERE false)
SELECT
    count(*) OVER () = 1,
    time_hour IS NULL AND unfailed_hour IS NULL AND failed_by_hour IS NULL,
    failed IS NULL AND censoring IS NULL AND charge_passed_mah_per_cm2 IS NULL,
    missing = 'symmetric, temperature',
    status = 'not_computable' AND reason = 'missing symmetric'
FROM time_to_failure;

-- example: a floor per area judges nothing without the area
-- given: floor_ohm_cm2 = 30
WITH half_cycle_run(
    test_id, half_cycle_count, cell_id, run_count, level_count, level_ampere, start_hour, end_hour,
    end_volt, clock_known, status
) AS (SELECT 1, n, 7, n, 1, 0.001, n, n + 1, 0.1, true, 'ok' FROM range(1, 11) AS t(n)),
failure_event(cell_id) AS (SELECT 7 WHERE false),
critical_current_density(cell_id) AS (SELECT 7 WHERE false)
SELECT
    time_hour IS NULL AND failed IS NULL,
    status = 'not_computable' AND reason = 'missing area_cm2'
FROM time_to_failure;
