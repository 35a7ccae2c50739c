-- Time to failure
--
-- How long each cell ran at each of its levels of current and temperature: hours from the start of
-- the first half-cycle there, rests and excursions to other levels included, until failure_event,
-- or right-censored at the last sample there. A runaway ends with its half-cycle, anything else
-- with the beginning of the one it shows in. A level that was censored because the cell went on to
-- another one is a row too; what runs after the failure counts no more.
--
-- grain:      test_id, half_cycle_count
-- column:     cell_id | | the cell
-- column:     configuration | | its layers
-- column:     current_density_ma_per_cm2 | mA/cm² | median of the level; null without an area
-- column:     temperature_celsius | °C | median of the level; null where it was not recorded
-- column:     time_hour | h | time to the failure, or to the last sample without
-- column:     unfailed_hour | h | time it is known not to have failed at, on the same clock
-- column:     charge_passed_mah_per_cm2 | mA·h/cm² | |charge| that passed in that time
-- column:     failed | | whether it failed; otherwise the time is right-censored
-- column:     cause | | of the failure; null when censored
-- column:     missing | | what is not known: area_cm2, temperature; null when nothing
-- takes:      limit_volt | number(0..) | 5 | compliance limit
-- takes:      runaway_factor | number(1..) | null | times the early median; null: limit_volt alone
-- takes:      soft_short_ratio | number(0..1) | 0.6 | part of the reference
-- takes:      hard_short_ratio | number(0..1) | 0.1 | part of the reference
-- takes:      hard_short_volt | number(0..) | 0.005 | below it at any current
-- takes:      erratic_variation | number(0..) | 0.2 | standard deviation over mean
-- takes:      reference_count | integer(1..) | 6 | half-cycles in the reference
-- takes:      settling_count | integer(2..) | 4 | half-cycles that never fail
-- takes:      persistent_count | integer(0..) | 3 | how many of those that follow meet it too
-- takes:      persistent_window | integer(0..) | 4 | how many that follow are looked at
-- takes:      current_tolerance | number(0..1) | 0.02 | part by which like currents may differ
-- takes:      temperature_tolerance_kelvin | number(0..) | 5 | by how much like temperatures may
--             differ
-- takes:      pause_second | number(0..) | 3600 | a longer time without current is a pause
-- needs:      half_cycle_run, failure_event
-- reference:  right-censoring as in Kaplan, Meier, J. Am. Stat. Assoc. 53 (1958) 457
WITH lived AS (
    SELECT
        run.*,
        event.cause,
        event.failure_hour,
        event.unfailed_hour,
        event.run_count AS failed_count
    FROM half_cycle_run AS run
    LEFT JOIN failure_event AS event
        ON event.cell_id = run.cell_id
        AND run.run_count <= event.run_count
    WHERE event.run_count IS NOT NULL
        OR run.cell_id NOT IN (SELECT cell_id FROM failure_event)
),

latest AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY cell_id, level_count ORDER BY run_count DESC
        ) AS from_last,
        min(start_hour) OVER (PARTITION BY cell_id, level_count) AS from_hour,
        coalesce(run_count = failed_count, false) AS failed
    FROM lived
),

charged AS (
    SELECT
        cell_id,
        level_count,
        CASE
            WHEN count(*) = count(charge_passed_mah_per_cm2) THEN sum(charge_passed_mah_per_cm2)
        END AS charge_passed_mah_per_cm2
    FROM latest
    WHERE NOT failed
        OR cause = 'runaway'
    GROUP BY cell_id, level_count
)

SELECT
    latest.test_id,
    latest.half_cycle_count,
    latest.cell_id,
    latest.configuration,
    latest.level_current_density_ma_per_cm2 AS current_density_ma_per_cm2,
    latest.level_temperature_celsius AS temperature_celsius,
    CASE WHEN latest.failed THEN latest.failure_hour ELSE latest.end_hour END - latest.from_hour
        AS time_hour,
    greatest(
        CASE WHEN latest.failed THEN latest.unfailed_hour ELSE latest.end_hour END
        - latest.from_hour,
        0
    ) AS unfailed_hour,
    CASE
        WHEN charged.cell_id IS NOT NULL THEN charged.charge_passed_mah_per_cm2
        WHEN latest.level_current_density_ma_per_cm2 IS NOT NULL THEN 0
    END AS charge_passed_mah_per_cm2,
    latest.failed,
    CASE WHEN latest.failed THEN latest.cause END AS cause,
    nullif(
        concat_ws(
            ', ',
            CASE WHEN latest.level_current_density_ma_per_cm2 IS NULL THEN 'area_cm2' END,
            CASE WHEN latest.level_temperature_celsius IS NULL THEN 'temperature' END
        ),
        ''
    ) AS missing
FROM latest
LEFT JOIN charged
    ON charged.cell_id = latest.cell_id
    AND charged.level_count = latest.level_count
WHERE latest.from_last = 1;

-- example: a cell that never failed is censored at its last sample
WITH step(
    test_id, step_count, half_cycle_count, mode, start_time_second, duration_second,
    median_current_ampere, end_voltage_volt, charge_capacity_ah, discharge_capacity_ah
) AS (
    SELECT
        1, n, n, CASE WHEN n % 2 = 1 THEN 'charge' ELSE 'discharge' END, 3600 * n, 3600,
        CASE WHEN n % 2 = 1 THEN 0.001 ELSE -0.001 END, 0.1, 0.001, 0
    FROM range(1, 11) AS t(n)
),
test(test_id, cell_id) AS (VALUES (1, 7)),
cell(cell_id, "symmetric", area_cm2) AS (VALUES (7, true, 2))
SELECT
    time_hour = 10,
    NOT failed,
    cause IS NULL,
    half_cycle_count = 10,
    current_density_ma_per_cm2 = 0.5,
    abs(charge_passed_mah_per_cm2 - 5) < 1e-12,
    missing = 'temperature'
FROM time_to_failure;

-- example: a hard short in the eighth half-cycle is seven hours
WITH step(
    test_id, step_count, half_cycle_count, mode, start_time_second, duration_second,
    median_current_ampere, end_voltage_volt, charge_capacity_ah, discharge_capacity_ah
) AS (
    SELECT
        1, n, n, CASE WHEN n % 2 = 1 THEN 'charge' ELSE 'discharge' END, 3600 * n, 3600,
        CASE WHEN n % 2 = 1 THEN 0.001 ELSE -0.001 END, CASE WHEN n < 8 THEN 0.1 ELSE 0.001 END,
        0.001, 0
    FROM range(1, 11) AS t(n)
),
test(test_id, cell_id) AS (VALUES (1, 7)),
cell(cell_id, "symmetric", area_cm2) AS (VALUES (7, true, 2))
SELECT
    time_hour = 7,
    unfailed_hour = 7,
    failed,
    cause = 'hard_short',
    abs(charge_passed_mah_per_cm2 - 3.5) < 1e-12
FROM time_to_failure;
