-- Cell polarization
--
-- One polarization for a symmetric cell at each of its levels of current and temperature: the
-- median of a statistic over a declared window, either the half-cycles that end within the last
-- hours at that level, or chosen cycles. The window decides: over its last hours a cell that runs
-- away has many times its polarization over a whole life. A half-cycle that was cut by its files
-- counts once, with the statistic of its longest piece. Those of low quality do not count, unless
-- quality is any; the window stays that of all.
--
-- formula:    η = median over the window of η(half-cycle) by the chosen statistic
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
-- column:     left_out_count | 1 | half-cycles in the window that do not count
-- column:     missing | | what is not known: symmetric, area_cm2; null when nothing
-- column:     status | | ok, low_quality (as one that counts is, or where half of the window is
--             left out) or not_computable
-- column:     reason | | why not ok; null when ok
-- main:       polarization_volt, low: lowest_volt, high: highest_volt
-- summary:    last_polarization | last | | | median polarization over the last 10 h at the last
--             level of current and temperature
-- takes:      statistic | text(first, ohmic, middle, end, mean) | end | which of the half-cycle's
-- takes:      last_hours | number(0..) | 10 | length of the window; cycles go before it
-- takes:      cycles | integers(1..) | null | cycles of the test in place of the last hours
-- takes:      quality | text(ok, any) | ok | rows of what quality count
-- inherits:   half_cycle_polarization, half_cycle_run
-- needs:      half_cycle_polarization, half_cycle_run
-- reference:  our own declaration; the half-cycle's as in half_cycle_polarization
WITH valued AS (
    SELECT
        run.*,
        polarized.cycle_count,
        run.status = 'ok' OR $quality = 'any' AS counts,
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
    median(CASE WHEN counts THEN value_volt END) AS polarization_volt,
    min(CASE WHEN counts THEN value_volt END) AS lowest_volt,
    max(CASE WHEN counts THEN value_volt END) AS highest_volt,
    min(start_hour) AS from_hour,
    max(end_hour) AS until_hour,
    count(CASE WHEN counts THEN value_volt END) AS counted,
    count(*) - count(CASE WHEN counts THEN value_volt END) AS left_out_count,
    nullif(
        concat_ws(
            ', ',
            min(missing),
            CASE WHEN min(level_current_density_ma_per_cm2) IS NULL THEN 'area_cm2' END
        ),
        ''
    ) AS missing,
    CASE
        WHEN count(CASE WHEN counts THEN value_volt END) = 0 THEN 'not_computable'
        WHEN count(CASE WHEN counts THEN value_volt END) * 2 <= count(*) THEN 'low_quality'
        WHEN count(CASE WHEN counts AND status <> 'ok' THEN 1 END) > 0 THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    CASE
        WHEN count(CASE WHEN counts THEN value_volt END) = 0
            THEN coalesce(min(reason), concat('missing ', $statistic, ' voltage'))
        WHEN count(CASE WHEN counts THEN value_volt END) * 2 <= count(*)
            THEN concat(
                count(*) - count(CASE WHEN counts THEN value_volt END),
                ' of ',
                count(*),
                ' half-cycles left out',
                ': ' || min(CASE WHEN NOT counts THEN reason END)
            )
        ELSE min(CASE WHEN counts AND status <> 'ok' THEN reason END)
    END AS reason
FROM windowed
GROUP BY cell_id, level_count;

-- example: the window decides, and what is doubtful in it does not count
-- given: last_hours = 3
WITH half_cycle_run(
    test_id, half_cycle_count, cell_id, run_count, level_count, level_current_density_ma_per_cm2,
    start_hour, end_hour, status, longest_test_id, longest_half_cycle_count
) AS (
    SELECT 1, n, 7, n, 1, 0.5, n - 1, n, CASE WHEN n = 10 THEN 'low_quality' ELSE 'ok' END, 1, n
    FROM range(1, 11) AS t(n)
),
half_cycle_polarization(test_id, half_cycle_count, end_volt)
AS (SELECT 1, n, n FROM range(1, 11) AS t(n))
SELECT
    polarization_volt = 8.5,
    lowest_volt = 8 AND highest_volt = 9,
    from_hour = 7 AND until_hour = 10,
    counted = 2 AND left_out_count = 1,
    status = 'ok' AND reason IS NULL
FROM cell_polarization;

-- example: a cycle of choice and another statistic
-- given: cycles = 2
-- given: statistic = middle
WITH half_cycle_run(
    test_id, half_cycle_count, cell_id, run_count, level_count, status, longest_test_id,
    longest_half_cycle_count
) AS (SELECT 1, n, 7, n, 1, 'ok', 1, n FROM range(1, 6) AS t(n)),
half_cycle_polarization(test_id, half_cycle_count, cycle_count, middle_volt)
AS (VALUES (1, 1, 1, 5), (1, 2, 1, 5), (1, 3, 2, 1), (1, 4, 2, 2), (1, 5, 3, 5))
SELECT
    polarization_volt = 1.5,
    half_cycle_count = 4,
    counted = 2,
    missing = 'area_cm2'
FROM cell_polarization;

-- example: a window of nothing but doubt has no number
WITH half_cycle_run(
    test_id, half_cycle_count, cell_id, run_count, level_count, end_hour, status, reason,
    longest_test_id, longest_half_cycle_count
) AS (VALUES (1, 1, 7, 1, 1, 1, 'low_quality', 'gap', 1, 1)),
half_cycle_polarization(test_id, half_cycle_count, end_volt) AS (VALUES (1, 1, 0.1))
SELECT
    polarization_volt IS NULL AND counted = 0,
    status = 'not_computable' AND reason = 'gap'
FROM cell_polarization;

-- example: no polarization where nobody knows whether the cell is symmetric, of whatever quality
-- given: quality = any
WITH half_cycle_run(
    test_id, half_cycle_count, cell_id, run_count, level_count, end_hour, missing, status, reason,
    longest_test_id, longest_half_cycle_count
) AS (VALUES (1, 1, 7, 1, 1, 1, 'symmetric', 'not_computable', 'missing symmetric', 1, 1)),
half_cycle_polarization(test_id, half_cycle_count) AS (VALUES (1, 1))
SELECT
    polarization_volt IS NULL AND counted = 0,
    missing = 'symmetric, area_cm2',
    status = 'not_computable' AND reason = 'missing symmetric'
FROM cell_polarization;
