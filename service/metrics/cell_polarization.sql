-- Cell polarization
--
-- One polarization for a symmetric cell at each of its levels of current and temperature: the
-- median of a statistic over a declared window, either the half-cycles that end within the last
-- hours at that level, or chosen cycles. The window decides: over its last hours a cell that runs
-- away has many times its polarization over a whole life. A half-cycle that was cut by its files
-- counts once, with the statistic of its longest piece.
--
-- grain:      test_id, half_cycle_count
-- column:     cell_id | | the cell
-- column:     configuration | | its layers
-- column:     current_density_ma_per_cm2 | mA/cm² | median of the level; null without an area
-- column:     temperature_celsius | °C | median of the level; null where it was not recorded
-- column:     polarization_volt | V | median over the window
-- column:     lowest_volt | V | the lowest in the window
-- column:     highest_volt | V | the highest in the window
-- column:     from_hour | h | start of the window, since the start of the cell's first test
-- column:     until_hour | h | end of the window, likewise
-- column:     counted | 1 | half-cycles in the window that have a value
-- column:     missing | | what is not known: area_cm2; null when nothing
-- takes:      statistic | text(first, ohmic, middle, end, mean) | end | which of the half-cycle's
-- takes:      last_hours | number(0..) | 10 | length of the window; cycles go before it
-- takes:      cycles | integers(1..) | null | cycles of the test in place of the last hours
-- takes:      convention | text(half, gap) | half | overpotential of one direction, or both added
-- takes:      ohmic_within_second | number(0..) | 1 | time within which the jump counts as ohmic
-- takes:      current_tolerance | number(0..1) | 0.02 | part by which like currents may differ
-- takes:      temperature_tolerance_kelvin | number(0..) | 5 | by how much like temperatures may
--             differ
-- takes:      pause_second | number(0..) | 3600 | a longer time without current is a pause
-- needs:      half_cycle_polarization, half_cycle_run
-- reference:  our own declaration; the half-cycle's as in half_cycle_polarization
WITH valued AS (
    SELECT
        run.*,
        polarized.cycle_count,
        CASE $statistic
            WHEN 'first' THEN polarized.first_volt
            WHEN 'ohmic' THEN polarized.ohmic_volt
            WHEN 'middle' THEN polarized.middle_volt
            WHEN 'end' THEN polarized.end_volt
            WHEN 'mean' THEN polarized.mean_volt
        END AS value_volt,
        max(run.end_hour) OVER (PARTITION BY run.cell_id, run.level_count) AS last_hour
    FROM half_cycle_run AS run
    JOIN half_cycle_polarization AS polarized
        ON polarized.test_id = run.longest_test_id
        AND polarized.half_cycle_count = run.longest_half_cycle_count
),

windowed AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY cell_id, level_count ORDER BY run_count DESC
        ) AS from_last
    FROM valued
    WHERE cycle_count IN (SELECT unnest(CAST($cycles AS BIGINT[])))
        OR ($cycles IS NULL AND end_hour > last_hour - $last_hours)
)

SELECT
    max(test_id) FILTER (WHERE from_last = 1) AS test_id,
    max(half_cycle_count) FILTER (WHERE from_last = 1) AS half_cycle_count,
    cell_id,
    min(configuration) AS configuration,
    min(level_current_density_ma_per_cm2) AS current_density_ma_per_cm2,
    min(level_temperature_celsius) AS temperature_celsius,
    median(value_volt) AS polarization_volt,
    min(value_volt) AS lowest_volt,
    max(value_volt) AS highest_volt,
    min(start_hour) AS from_hour,
    max(end_hour) AS until_hour,
    count(value_volt) AS counted,
    CASE WHEN min(level_current_density_ma_per_cm2) IS NULL THEN 'area_cm2' END AS missing
FROM windowed
GROUP BY cell_id, level_count;

-- example: the window decides
-- given: last_hours = 3
WITH step(
    test_id, step_count, half_cycle_count, mode, start_time_second, duration_second,
    median_current_ampere, end_voltage_volt
) AS (
    SELECT
        1, n, n, CASE WHEN n % 2 = 1 THEN 'charge' ELSE 'discharge' END, 3600 * (n - 1), 3600,
        0.001, n
    FROM range(1, 11) AS t(n)
),
test(test_id, cell_id) AS (VALUES (1, 7)),
cell(cell_id, "symmetric", area_cm2) AS (VALUES (7, true, 2))
SELECT
    polarization_volt = 9,
    lowest_volt = 8,
    highest_volt = 10,
    from_hour = 7,
    until_hour = 10,
    counted = 3
FROM cell_polarization;

-- example: a cycle of choice, another statistic and the whole gap
-- given: cycles = 2
-- given: statistic = middle
-- given: convention = gap
WITH step(
    test_id, step_count, cycle_count, half_cycle_count, mode, start_time_second, duration_second,
    median_current_ampere, middle_voltage_volt
) AS (
    VALUES
    (1, 1, 1, 1, 'charge', 0, 3600, 0.001, 5),
    (1, 2, 1, 2, 'discharge', 3600, 3600, -0.001, -5),
    (1, 3, 2, 3, 'charge', 7200, 3600, 0.001, 1),
    (1, 4, 2, 4, 'discharge', 10800, 3600, -0.001, -2),
    (1, 5, 3, 5, 'charge', 14400, 3600, 0.001, 5)
),
test(test_id, cell_id) AS (VALUES (1, 7)),
cell(cell_id, "symmetric") AS (VALUES (7, true))
SELECT
    polarization_volt = 3,
    half_cycle_count = 4,
    counted = 2,
    missing = 'area_cm2'
FROM cell_polarization;
