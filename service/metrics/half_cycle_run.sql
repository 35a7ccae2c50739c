-- Half-cycles of a cell in their order
--
-- The constant-current half-cycles of a symmetric cell, over all its tests: how long the cell had
-- run, at which level of current and temperature, and since when undisturbed. A level holds what
-- runs at one current and temperature: ordered by current, a new one begins where it rises by more
-- than the tolerance, and the same with the temperature. An unknown temperature is a level of its
-- own. A change of the level, a pause and impedance disturb; the count since then starts anew.
-- Tests follow one another by their start; where one is unknown, by their key without a break.
--
-- grain:      test_id, half_cycle_count
-- column:     cell_id | | the cell
-- column:     configuration | | its layers
-- column:     run_count | 1 | place in the life of the cell, from 1
-- column:     level_count | 1 | level of current and temperature, from the lowest, from 1
-- column:     level_ampere | A | median |current| of the level
-- column:     level_current_density_ma_per_cm2 | mA/cm² | the same per electrode area
-- column:     level_temperature_celsius | °C | median temperature of the level, where recorded
-- column:     level_run_count | 1 | place among the half-cycles of the level, from 1
-- column:     undisturbed_count | 1 | stretch without a disturbance, from 1
-- column:     undisturbed_run_count | 1 | place among the half-cycles of the stretch, from 1
-- column:     disturbance | | what came before it: current or temperature, impedance, pause, order
--             (a half-cycle between is none of constant current); null when nothing
-- column:     start_hour | h | since the start of the cell's first test
-- column:     end_hour | h | its last point, likewise
-- column:     mode | | charge or discharge
-- column:     end_volt | V | polarization at its end, of half
-- column:     greatest_voltage_volt | V | greatest |voltage|
-- column:     late_variation | 1 | standard deviation over mean of |voltage| in its second half
-- column:     charge_passed_mah_per_cm2 | mA·h/cm² | charge that passed, per electrode area
-- takes:      current_tolerance | number(0..1) | 0.02 | part by which like currents may differ
-- takes:      temperature_tolerance_kelvin | number(0..) | 5 | by how much like temperatures may
--             differ
-- takes:      pause_second | number(0..) | 3600 | a longer time without current is a pause
-- needs:      half_cycle_polarization, step, test, cell
-- reference:  our own declaration of what is comparable
WITH began AS (
    SELECT
        test.test_id,
        test.cell_id,
        test.started_at,
        min(step.start_time_second) AS first_second,
        max(step.start_time_second + step.duration_second) AS last_second
    FROM test
    JOIN cell
        ON cell.cell_id = test.cell_id
        AND cell.symmetric
    JOIN step ON step.test_id = test.test_id
    GROUP BY test.test_id, test.cell_id, test.started_at
),

dated AS (
    SELECT
        *,
        count(*) OVER whole = count(started_at) OVER whole AS all_dated,
        min(started_at) OVER whole AS first_started_at
    FROM began
    WINDOW whole AS (PARTITION BY cell_id)
),

ordered AS (
    SELECT
        test_id,
        cell_id,
        row_number() OVER (
            PARTITION BY cell_id
            ORDER BY CASE WHEN all_dated THEN started_at END NULLS LAST, first_second, test_id
        ) AS place,
        CASE
            WHEN all_dated THEN date_diff('second', first_started_at, started_at)
            ELSE coalesce(
                sum(last_second - first_second) OVER (
                    PARTITION BY cell_id
                    ORDER BY first_second, test_id
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                ),
                0
            ) - first_second
        END AS shift_second
    FROM dated
),

told AS (
    SELECT
        ordered.cell_id,
        ordered.place,
        ordered.shift_second,
        step.*,
        sum(CASE WHEN step.mode = 'impedance' THEN 1 ELSE 0 END) OVER (
            PARTITION BY ordered.cell_id ORDER BY ordered.place, step.step_count
        ) AS impedance_count
    FROM step
    JOIN ordered ON ordered.test_id = step.test_id
),

apart AS (
    SELECT
        *,
        start_time_second + shift_second
        - lag(start_time_second + duration_second + shift_second) OVER (
            PARTITION BY cell_id ORDER BY place, step_count
        ) AS apart_second
    FROM told
    WHERE mode IN ('charge', 'discharge')
),

half AS (
    SELECT
        cell_id,
        place,
        test_id,
        half_cycle_count,
        max(impedance_count) AS impedance_count,
        max(apart_second) AS apart_second,
        min(start_time_second + shift_second) / 3600 AS start_hour,
        max(start_time_second + duration_second + shift_second) / 3600 AS end_hour
    FROM apart
    GROUP BY cell_id, place, test_id, half_cycle_count
),

placed AS (
    SELECT
        half.*,
        polarized.mode,
        abs(polarized.current_ampere) AS ampere,
        polarized.mean_temperature_celsius AS celsius,
        polarized.constant_current,
        abs(polarized.final_voltage_volt) AS end_volt,
        polarized.greatest_voltage_volt,
        polarized.late_variation,
        polarized.charge_passed_mah_per_cm2,
        row_number() OVER (
            PARTITION BY half.cell_id ORDER BY half.place, half.half_cycle_count
        ) AS any_count
    FROM half
    JOIN half_cycle_polarization AS polarized
        ON polarized.test_id = half.test_id
        AND polarized.half_cycle_count = half.half_cycle_count
),

by_current AS (
    SELECT
        *,
        CASE
            WHEN ampere <= (1 + $current_tolerance) * lag(ampere) OVER (
                PARTITION BY cell_id ORDER BY ampere, any_count
            )
                THEN 0
            ELSE 1
        END AS rises
    FROM placed
    WHERE constant_current
        AND ampere > 0
),

like_current AS (
    SELECT
        *,
        sum(rises) OVER (
            PARTITION BY cell_id ORDER BY ampere, any_count
        ) AS current_count
    FROM by_current
),

by_temperature AS (
    SELECT
        *,
        CASE
            WHEN lag(any_count) OVER warmer IS NULL THEN 1
            WHEN celsius - lag(celsius) OVER warmer <= $temperature_tolerance_kelvin THEN 0
            WHEN celsius IS NULL AND lag(celsius) OVER warmer IS NULL THEN 0
            ELSE 1
        END AS warms
    FROM like_current
    WINDOW warmer AS (
        PARTITION BY cell_id, current_count ORDER BY celsius NULLS LAST, any_count
    )
),

leveled AS (
    SELECT
        *,
        sum(warms) OVER (
            PARTITION BY cell_id
            ORDER BY current_count, celsius NULLS LAST, any_count
        ) AS level_count
    FROM by_temperature
),

disturbed AS (
    SELECT
        *,
        CASE
            WHEN lag(any_count) OVER lived IS NULL THEN NULL
            WHEN level_count <> lag(level_count) OVER lived THEN 'current or temperature'
            WHEN impedance_count > lag(impedance_count) OVER lived THEN 'impedance'
            WHEN apart_second > $pause_second THEN 'pause'
            WHEN any_count > lag(any_count) OVER lived + 1 THEN 'order'
        END AS disturbance
    FROM leveled
    WINDOW lived AS (PARTITION BY cell_id ORDER BY any_count)
),

counted AS (
    SELECT
        *,
        1 + sum(CASE WHEN disturbance IS NULL THEN 0 ELSE 1 END) OVER (
            PARTITION BY cell_id ORDER BY any_count
        ) AS undisturbed_count
    FROM disturbed
)

SELECT
    counted.test_id,
    counted.half_cycle_count,
    counted.cell_id,
    cell.configuration,
    row_number() OVER (PARTITION BY counted.cell_id ORDER BY counted.any_count) AS run_count,
    CAST(counted.level_count AS BIGINT) AS level_count,
    median(counted.ampere) OVER level AS level_ampere,
    1000 * median(counted.ampere) OVER level / nullif(cell.area_cm2, 0)
        AS level_current_density_ma_per_cm2,
    median(counted.celsius) OVER level AS level_temperature_celsius,
    row_number() OVER (
        PARTITION BY counted.cell_id, counted.level_count ORDER BY counted.any_count
    ) AS level_run_count,
    CAST(counted.undisturbed_count AS BIGINT) AS undisturbed_count,
    row_number() OVER (
        PARTITION BY counted.cell_id, counted.undisturbed_count ORDER BY counted.any_count
    ) AS undisturbed_run_count,
    counted.disturbance,
    counted.start_hour,
    counted.end_hour,
    counted.mode,
    counted.end_volt,
    counted.greatest_voltage_volt,
    counted.late_variation,
    counted.charge_passed_mah_per_cm2
FROM counted
JOIN cell ON cell.cell_id = counted.cell_id
WINDOW level AS (PARTITION BY counted.cell_id, counted.level_count);

-- example: another current is another level, and going back is the first level again
WITH step(
    test_id, step_count, half_cycle_count, mode, start_time_second, duration_second,
    median_current_ampere
) AS (
    VALUES
    (1, 1, 1, 'charge', 0, 3600, 0.001),
    (1, 2, 2, 'discharge', 3600, 3600, -0.001005),
    (1, 3, 3, 'charge', 7200, 3600, 0.002),
    (1, 4, 4, 'discharge', 10800, 3600, -0.001)
),
test(test_id, cell_id) AS (VALUES (1, 7)),
cell(cell_id, "symmetric", area_cm2) AS (VALUES (7, true, 2))
SELECT
    level_count = CASE WHEN half_cycle_count = 3 THEN 2 ELSE 1 END,
    level_current_density_ma_per_cm2 = CASE WHEN half_cycle_count = 3 THEN 1 ELSE 0.5 END,
    undisturbed_count = CASE half_cycle_count WHEN 3 THEN 2 WHEN 4 THEN 3 ELSE 1 END,
    end_hour = half_cycle_count,
    run_count = half_cycle_count
FROM half_cycle_run;

-- example: impedance between half-cycles disturbs, and so does a pause
WITH step(
    test_id, step_count, half_cycle_count, mode, start_time_second, duration_second,
    median_current_ampere
) AS (
    VALUES
    (1, 1, 1, 'charge', 0, 3600, 0.001),
    (1, 2, 1, 'impedance', 3600, 60, 0),
    (1, 3, 2, 'discharge', 3660, 3600, -0.001),
    (1, 4, 3, 'charge', 18000, 3600, 0.001)
),
test(test_id, cell_id) AS (VALUES (1, 7)),
cell(cell_id, "symmetric") AS (VALUES (7, true))
SELECT
    coalesce(disturbance, '') = CASE half_cycle_count
        WHEN 1 THEN '' WHEN 2 THEN 'impedance' ELSE 'pause'
    END,
    undisturbed_run_count = 1
FROM half_cycle_run;
