-- Claimed endurance, recomputed
--
-- What the cells that a claim of a life or a polarization is about really did, a row per cell. A
-- cell is meant by its name or by its configuration, at a level whose current density is within 2 %
-- of the claimed one and whose temperature is within 5 °C of it, where the claim tells one. A claim
-- without a current density has no row. A cell that went on to another level, as in a staircase,
-- counts only where none failed or ended at the level that is meant.
--   time_to_failure: the hours of time_to_failure; a cell that did not fail gives a lower bound,
--   whose highest is null, and one that failed did so between lowest and highest; one that cannot
--   be compared has no row
--   polarization: the median of the ends of the half-cycles that end within the claimed last hours
--   at the level; without such a window, or where it ran no longer, of the whole life there
--
-- grain:      claim_id, basis
-- column:     basis | | the cell; its level too, where several are meant
-- column:     cell_id | | the cell
-- column:     test_id | | the last test at that level
-- column:     value | | what was recomputed, in `unit`
-- column:     lowest | | what it is at least
-- column:     highest | | what it is at most; null where that is open
-- column:     unit | | V or h
-- column:     method | | what was computed, over which window
-- column:     status | | ok, low_quality or censored
-- column:     reason | | why not ok; null when ok
-- main:       value, low: lowest, high: highest
-- shown:      no
-- takes:      limit_volt | number(0..) | 5 | compliance limit
-- needs:      claim, claim_subject, cell, half_cycle_run, time_to_failure
-- reference:  time_to_failure and half_cycle_run; the window as in cell_polarization
WITH level AS (
    SELECT
        cell_id,
        level_count,
        min(configuration) AS configuration,
        min(level_current_density_ma_per_cm2) AS density,
        min(level_temperature_celsius) AS celsius,
        min(start_hour) AS first_hour,
        max(end_hour) AS last_hour,
        max(run_count) AS last_count,
        max(max(run_count)) OVER (PARTITION BY cell_id) AS cell_last_count
    FROM half_cycle_run
    WHERE missing IS NULL
    GROUP BY cell_id, level_count
),

lived AS (
    SELECT
        level.*,
        last_run.test_id AS last_test_id,
        life.test_id,
        life.time_hour,
        life.unfailed_hour,
        life.failed,
        life.cause,
        life.status,
        life.reason,
        coalesce(life.failed, false) OR level.last_count = level.cell_last_count AS ended
    FROM level
    JOIN half_cycle_run AS last_run
        ON last_run.cell_id = level.cell_id
        AND last_run.run_count = level.last_count
    LEFT JOIN (
        SELECT time_to_failure.*, run.level_count
        FROM time_to_failure
        JOIN half_cycle_run AS run
            ON run.test_id = time_to_failure.test_id
            AND run.half_cycle_count = time_to_failure.half_cycle_count
    ) AS life
        ON life.cell_id = level.cell_id
        AND life.level_count = level.level_count
),

meant AS (
    SELECT
        claim.claim_id,
        claim.quantity,
        claim.last_hours,
        subject.unit,
        cell.cell_name,
        lived.*,
        bool_or(lived.ended) OVER (PARTITION BY claim.claim_id) AS any_ended
    FROM claim
    JOIN claim_subject AS subject ON subject.claim_id = claim.claim_id
    JOIN lived
        ON lived.cell_id = coalesce(claim.cell_id, lived.cell_id)
        AND (claim.configuration IS NULL OR claim.configuration = lived.configuration)
        AND abs(lived.density - claim.current_density_ma_per_cm2)
        <= 0.02 * claim.current_density_ma_per_cm2
        AND (
            claim.temperature_celsius IS NULL
            OR abs(lived.celsius - claim.temperature_celsius) <= 5
        )
    JOIN cell ON cell.cell_id = lived.cell_id
    WHERE claim.quantity IN ('time_to_failure', 'polarization')
        AND (claim.cell_id IS NOT NULL OR claim.configuration IS NOT NULL)
),

chosen AS (
    SELECT
        *,
        concat(
            'cell ',
            cell_name,
            CASE
                WHEN count(*) OVER (PARTITION BY claim_id, cell_id) > 1
                    THEN concat(
                        printf(', level %d: %.4g mA/cm²', level_count, density),
                        printf(', %.4g °C', celsius)
                    )
            END
        ) AS basis,
        CASE WHEN last_hours < last_hour - first_hour THEN last_hour - last_hours END AS from_hour
    FROM meant
    WHERE ended OR NOT any_ended
),

windowed AS (
    SELECT
        chosen.claim_id,
        chosen.basis,
        median(run.end_volt) AS volt,
        count(run.end_volt) AS counted,
        string_agg(DISTINCT run.reason, '; ' ORDER BY run.reason)
            FILTER (WHERE run.status <> 'ok') AS doubt,
        min(run.end_volt) AS lowest_volt,
        max(run.end_volt) AS highest_volt
    FROM chosen
    JOIN half_cycle_run AS run
        ON run.cell_id = chosen.cell_id
        AND run.level_count = chosen.level_count
        AND (chosen.from_hour IS NULL OR run.end_hour > chosen.from_hour)
    WHERE chosen.quantity = 'polarization'
    GROUP BY chosen.claim_id, chosen.basis
)

SELECT
    claim_id,
    basis,
    cell_id,
    test_id,
    time_hour AS value,
    CASE WHEN failed THEN unfailed_hour ELSE time_hour END AS lowest,
    CASE WHEN failed THEN time_hour END AS highest,
    unit,
    CASE
        WHEN cause = 'runaway' THEN printf('runaway at %g V', $limit_volt)
        WHEN failed THEN replace(cause, '_', ' ')
        WHEN ended THEN 'censored at the last sample'
        ELSE 'censored where it went on to another current or temperature'
    END AS method,
    status,
    CASE
        WHEN status = 'censored' AND NOT failed AND NOT ended
            THEN 'alive where it went on to another current or temperature'
        ELSE reason
    END AS reason
FROM chosen
WHERE quantity = 'time_to_failure'
    AND time_hour IS NOT NULL
    AND failed IS NOT NULL
UNION ALL
SELECT
    chosen.claim_id,
    chosen.basis,
    chosen.cell_id,
    chosen.last_test_id,
    windowed.volt,
    windowed.volt,
    windowed.volt,
    chosen.unit,
    concat(
        printf('median |V| at the end of %d half-cycles of ', windowed.counted),
        CASE
            WHEN chosen.from_hour IS NOT NULL THEN printf('the last %g h', chosen.last_hours)
            ELSE printf('the whole life at that level, %.4g h', last_hour - first_hour)
        END,
        printf('; they lie between %.4g and %.4g V', windowed.lowest_volt, windowed.highest_volt)
    ),
    CASE WHEN windowed.doubt IS NULL THEN 'ok' ELSE 'low_quality' END,
    windowed.doubt
FROM chosen
JOIN windowed
    ON windowed.claim_id = chosen.claim_id
    AND windowed.basis = chosen.basis
WHERE windowed.volt IS NOT NULL;

-- example: a life is a number or a lower bound, a polarization has a window
WITH claim(
    claim_id, quantity, computed_unit, configuration, current_density_ma_per_cm2, last_hours
) AS (
    VALUES
    (1, 'time_to_failure', 'h', 'A/B/A', 0.505, NULL), (2, 'polarization', 'V', 'A/B/A', 0.5, 3),
    (3, 'polarization', 'V', 'A/B/A', 0.5, 99), (4, 'polarization', 'V', 'A/B/A', NULL, NULL),
    (5, 'time_to_failure', 'h', 'A/B/A', 0.6, NULL), (6, 'time_to_failure', 'h', 'B/A', 0.5, NULL)
),
half_cycle_run(
    test_id, half_cycle_count, cell_id, configuration, run_count, level_count,
    level_current_density_ma_per_cm2, start_hour, end_hour, end_volt
) AS (
    SELECT cell, n, cell, 'A/B/A', n, 1, 0.5, n - 1, n, n / 10.0
    FROM range(1, 11) AS t(n), (VALUES (1), (2)) AS c(cell)
    UNION ALL
    SELECT 3, n, 3, 'A/B/A', n, 1, 0.6, n - 1, n, n / 10.0 FROM range(1, 11) AS t(n)
),
time_to_failure(
    test_id, half_cycle_count, cell_id, time_hour, unfailed_hour, failed, cause, status, reason
) AS (
    VALUES
    (1, 10, 1, 10, 9, true, 'runaway', 'ok', NULL),
    (2, 10, 2, 10, 10, false, NULL, 'censored', 'alive at the end'),
    (3, 10, 3, 10, 10, NULL, NULL, 'not_comparable', 'too few half-cycles')
),
cell(cell_id, cell_name) AS (VALUES (1, 'x'), (2, 'y'), (3, 'z'))
SELECT
    count(*) OVER () = 6,
    claim_id < 4,
    basis = CASE cell_id WHEN 1 THEN 'cell x' ELSE 'cell y' END,
    test_id = cell_id,
    abs(value - CASE claim_id WHEN 1 THEN 10 WHEN 2 THEN 0.9 ELSE 0.55 END) < 1e-9,
    lowest = CASE WHEN claim_id = 1 AND cell_id = 1 THEN 9 ELSE value END,
    highest IS NOT DISTINCT FROM CASE WHEN claim_id > 1 OR cell_id = 1 THEN value END,
    unit = CASE claim_id WHEN 1 THEN 'h' ELSE 'V' END,
    method LIKE CASE
        WHEN claim_id = 2 THEN 'median |V| at the end of 3 half-cycles of the last 3 h;%'
        WHEN claim_id = 3 THEN 'median |V| at the end of 10 half-cycles of the whole life at %'
        WHEN cell_id = 1 THEN 'runaway at 5 V'
        ELSE 'censored at the last sample'
    END,
    status = CASE WHEN claim_id = 1 AND cell_id = 2 THEN 'censored' ELSE 'ok' END,
    reason IS NOT DISTINCT FROM CASE status WHEN 'censored' THEN 'alive at the end' END
FROM claimed_endurance;

-- example: a cell that went on to another level counts only where no other did better
WITH claim(
    claim_id, quantity, computed_unit, configuration, cell_id, current_density_ma_per_cm2
) AS (
    VALUES
    (1, 'time_to_failure', 'h', 'A/B/A', NULL, 0.5), (2, 'time_to_failure', 'h', 'A/B/A', NULL, 1),
    (3, 'time_to_failure', 'h', NULL, 1, 0.5)
),
half_cycle_run(
    test_id, half_cycle_count, cell_id, configuration, run_count, level_count,
    level_current_density_ma_per_cm2, start_hour, end_hour
) AS (
    VALUES
    (1, 1, 1, 'A/B/A', 1, 1, 0.5, 0, 6), (1, 2, 1, 'A/B/A', 2, 2, 1, 6, 10),
    (2, 1, 2, 'A/B/A', 1, 1, 0.5, 0, 10)
),
time_to_failure(test_id, half_cycle_count, cell_id, time_hour, failed, status, reason)
AS (
    VALUES
    (1, 1, 1, 6, false, 'censored', 'alive at the end'),
    (1, 2, 1, 4, false, 'censored', 'alive at the end'),
    (2, 1, 2, 10, false, 'censored', 'alive at the end')
),
cell(cell_id, cell_name) AS (VALUES (1, 'x'), (2, 'y'))
SELECT
    count(*) OVER () = 3,
    cell_id = CASE claim_id WHEN 1 THEN 2 ELSE 1 END,
    value = CASE claim_id WHEN 1 THEN 10 WHEN 2 THEN 4 ELSE 6 END,
    highest IS NULL,
    method = CASE
        WHEN claim_id < 3 THEN 'censored at the last sample'
        ELSE 'censored where it went on to another current or temperature'
    END,
    status = 'censored',
    reason = CASE
        WHEN claim_id < 3 THEN 'alive at the end'
        ELSE 'alive where it went on to another current or temperature'
    END
FROM claimed_endurance;

-- example: a temperature that is told chooses the level, else each level is a basis
WITH claim(
    claim_id, quantity, computed_unit, cell_id, current_density_ma_per_cm2, temperature_celsius
) AS (
    VALUES
    (1, 'polarization', 'V', 1, 0.5, 81), (2, 'polarization', 'V', 1, 0.5, 71),
    (3, 'polarization', 'V', 1, 0.5, NULL)
),
half_cycle_run(
    test_id, half_cycle_count, cell_id, run_count, level_count, level_current_density_ma_per_cm2,
    level_temperature_celsius, start_hour, end_hour, end_volt, status, reason
) AS (
    VALUES
    (1, 1, 1, 1, 1, 0.5, 60, 0, 1, 0.1, 'low_quality', 'gap'),
    (1, 2, 1, 2, 2, 0.5, 80, 1, 2, 0.2, 'ok', NULL), (1, 3, 1, 3, 3, 1, 80, 2, 3, 0.4, 'ok', NULL)
),
cell(cell_id, cell_name) AS (VALUES (1, 'x'))
SELECT
    count(*) OVER () = 3,
    claim_id IN (1, 3),
    value = CASE basis WHEN 'cell x, level 1: 0.5 mA/cm², 60 °C' THEN 0.1 ELSE 0.2 END,
    basis IN (
        CASE claim_id WHEN 1 THEN 'cell x' ELSE 'cell x, level 1: 0.5 mA/cm², 60 °C' END,
        CASE claim_id WHEN 1 THEN 'cell x' ELSE 'cell x, level 2: 0.5 mA/cm², 80 °C' END
    ),
    status = CASE value WHEN 0.1 THEN 'low_quality' ELSE 'ok' END,
    reason IS NOT DISTINCT FROM CASE value WHEN 0.1 THEN 'gap' END
FROM claimed_endurance;
