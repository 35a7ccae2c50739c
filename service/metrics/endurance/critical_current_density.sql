-- Critical current density
--
-- Of a cell whose current rises step by step: the interval from the highest current it bore to the
-- first at which it failed. A step is a level of current above all levels before it. It was borne
-- when full half-cycles of both polarities ran without failing, each with a voltage to tell by. A
-- half-cycle fails by failure_event, by reaching limit_volt, or when its resistance, the end
-- voltage over the current, is below floor_ohm_cm2, if given, or fell by more than resistance_drop
-- of the median over the half-cycles of the step before, at the same temperature and within two
-- half-cycles: a slow wetting is no failure. The first failing half-cycle ends the staircase. Where
-- nothing failed, the critical current density is above the last step, and its row is censored. It
-- depends on the protocol: compare only like step sizes, half-cycles and temperatures.
--
-- formula:    max J borne < J(critical) ≤ min J failed
-- grain:      test_id, half_cycle_count
-- column:     cell_id | | the cell; the half-cycle is the first that failed, or the last
-- column:     configuration | | its layers
-- column:     last_borne_ma_per_cm2 | mA/cm² | highest step that was borne; null when none was
-- column:     first_failing_ma_per_cm2 | mA/cm² | step at which it failed; null when it never did
-- column:     cause | | of the failure: runaway, hard_short, soft_short, erratic, resistance_drop
--             or resistance_floor
-- column:     step_size_ma_per_cm2 | mA/cm² | the last step, or the one that failed, less the one
--             before
-- column:     charge_passed_mah_per_cm2 | mA·h/cm² | per half-cycle: median of the highest step
--             that was borne
-- column:     half_cycle_hour | h | its duration, likewise
-- column:     temperature_celsius | °C | of the step that failed, or the last
-- column:     step_total | 1 | steps up to there
-- column:     missing | | what is not known: symmetric, area_cm2; null when nothing
-- column:     status | | ok, censored (nothing failed), low_quality (as its half-cycle is) or
--             not_computable
-- column:     reason | | why not ok; null when ok
-- main:       last_borne_ma_per_cm2, low: last_borne_ma_per_cm2, high: first_failing_ma_per_cm2
-- summary:    critical_current_density | single | | cause | highest current density it bore; where
--             censored, nothing failed and it is above that
-- takes:      least_step_count | integer(2..) | 3 | fewer rising steps are no staircase
-- takes:      resistance_drop | number(0..1) | 0.5 | part of the resistance of the step before
-- takes:      full_part | number(0..1) | 0.95 | part of the longest half-cycle of its step from
--             which one is full
-- inherits:   half_cycle_run, failure_event
-- needs:      half_cycle_run, failure_event, cell
-- reference:  the protocol matters: Lu et al., Sci. Adv. 8 (2022) eadd0510
WITH first_met AS (
    SELECT
        cell_id,
        level_count,
        min(run_count) AS first_run_count,
        min(level_ampere) AS level_ampere
    FROM half_cycle_run
    GROUP BY cell_id, level_count
),

record AS (
    SELECT
        *,
        max(level_ampere) OVER (
            PARTITION BY cell_id
            ORDER BY first_run_count
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS highest_ampere
    FROM first_met
),

rising AS (
    SELECT
        cell_id,
        level_count,
        row_number() OVER (PARTITION BY cell_id ORDER BY first_run_count) AS place,
        count(*) OVER (PARTITION BY cell_id) AS rising_count
    FROM record
    WHERE highest_ampere IS NULL
        OR level_ampere > (1 + $current_tolerance) * highest_ampere
),

stepped AS (
    SELECT
        run.*,
        rising.place,
        run.end_hour - run.start_hour AS half_cycle_hour,
        max(run.end_hour - run.start_hour) OVER (
            PARTITION BY run.cell_id, run.level_count
        ) AS longest_hour,
        run.end_volt / nullif(run.level_ampere, 0) AS resistance_ohm,
        greatest(
            lag(run.end_volt / nullif(run.level_ampere, 0)) OVER lived,
            lag(run.end_volt / nullif(run.level_ampere, 0), 2) OVER lived
        ) AS shortly_before_ohm
    FROM half_cycle_run AS run
    JOIN rising
        ON rising.cell_id = run.cell_id
        AND rising.level_count = run.level_count
    WHERE rising.rising_count >= $least_step_count
    WINDOW lived AS (PARTITION BY run.cell_id ORDER BY run.run_count)
),

usual AS (
    SELECT
        cell_id,
        place,
        median(resistance_ohm) AS resistance_ohm,
        min(level_temperature_celsius) AS celsius
    FROM stepped
    GROUP BY cell_id, place
),

judged AS (
    SELECT
        stepped.*,
        CASE
            WHEN event.run_count = stepped.run_count THEN event.cause
            WHEN stepped.greatest_voltage_volt >= $limit_volt THEN 'runaway'
            WHEN stepped.resistance_ohm * cell.area_cm2 < CAST($floor_ohm_cm2 AS DOUBLE)
                THEN 'resistance_floor'
            WHEN stepped.resistance_ohm < (1 - $resistance_drop) * usual.resistance_ohm
                AND stepped.resistance_ohm < (1 - $resistance_drop) * stepped.shortly_before_ohm
                AND coalesce(
                    abs(stepped.level_temperature_celsius - usual.celsius)
                    <= $temperature_tolerance_kelvin,
                    true
                )
                THEN 'resistance_drop'
        END AS cause
    FROM stepped
    JOIN cell ON cell.cell_id = stepped.cell_id
    LEFT JOIN usual
        ON usual.cell_id = stepped.cell_id
        AND usual.place = stepped.place - 1
    LEFT JOIN failure_event AS event ON event.cell_id = stepped.cell_id
),

ended AS (
    SELECT
        *,
        min(CASE WHEN cause IS NOT NULL THEN run_count END) OVER (PARTITION BY cell_id)
            AS failed_run_count
    FROM judged
),

ran AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY cell_id ORDER BY run_count DESC) AS from_last
    FROM ended
    WHERE run_count <= coalesce(failed_run_count, run_count)
),

step_of_cell AS (
    SELECT
        cell_id,
        place,
        min(level_current_density_ma_per_cm2) AS ma_per_cm2,
        median(charge_passed_mah_per_cm2) AS charge_passed_mah_per_cm2,
        median(half_cycle_hour) AS half_cycle_hour,
        count(cause) = 0
        -- without a voltage nobody knows whether it failed
        AND count(*) = count(end_volt)
        AND count(
            CASE
                WHEN mode = 'charge' AND half_cycle_hour >= $full_part * longest_hour THEN 1
            END
        ) > 0
        AND count(
            CASE
                WHEN mode = 'discharge' AND half_cycle_hour >= $full_part * longest_hour THEN 1
            END
        ) > 0 AS borne
    FROM ran
    GROUP BY cell_id, place
),

highest AS (
    SELECT
        cell_id,
        max(CASE WHEN borne THEN place END) AS place
    FROM step_of_cell
    GROUP BY cell_id
)

SELECT
    ran.test_id,
    ran.half_cycle_count,
    ran.cell_id,
    ran.configuration,
    borne.ma_per_cm2 AS last_borne_ma_per_cm2,
    CASE WHEN ran.cause IS NOT NULL THEN ran.level_current_density_ma_per_cm2 END
        AS first_failing_ma_per_cm2,
    ran.cause,
    ran.level_current_density_ma_per_cm2 - before.ma_per_cm2 AS step_size_ma_per_cm2,
    borne.charge_passed_mah_per_cm2,
    borne.half_cycle_hour,
    ran.level_temperature_celsius AS temperature_celsius,
    ran.place AS step_total,
    nullif(
        concat_ws(
            ', ',
            ran.missing,
            CASE WHEN ran.level_current_density_ma_per_cm2 IS NULL THEN 'area_cm2' END
        ),
        ''
    ) AS missing,
    CASE
        WHEN borne.ma_per_cm2 IS NULL THEN 'not_computable'
        WHEN ran.status <> 'ok' THEN 'low_quality'
        WHEN ran.cause IS NULL THEN 'censored'
        ELSE 'ok'
    END AS status,
    CASE
        WHEN ran.missing IS NOT NULL THEN concat('missing ', ran.missing)
        WHEN ran.level_current_density_ma_per_cm2 IS NULL THEN 'missing area_cm2'
        WHEN borne.ma_per_cm2 IS NULL AND ran.cause IS NOT NULL THEN 'no step was borne'
        WHEN borne.ma_per_cm2 IS NULL THEN 'no full half-cycle each way'
        WHEN ran.status <> 'ok' THEN coalesce(ran.reason, ran.status)
        WHEN ran.cause IS NULL THEN 'nothing failed'
    END AS reason
FROM ran
JOIN highest ON highest.cell_id = ran.cell_id
LEFT JOIN step_of_cell AS borne
    ON borne.cell_id = ran.cell_id
    AND borne.place = highest.place
LEFT JOIN step_of_cell AS before
    ON before.cell_id = ran.cell_id
    AND before.place = ran.place - 1
WHERE ran.from_last = 1;

-- example: 1, 2 and 3 mA on 2 cm² are borne, 4 mA is not
WITH half_cycle_run(
    cell_id, run_count, level_count, level_ampere, level_current_density_ma_per_cm2, start_hour,
    end_hour, mode, end_volt, charge_passed_mah_per_cm2, status
) AS (
    SELECT 7, n, ceil(n / 2.0), 0.001 * ceil(n / 2.0), 0.5 * ceil(n / 2.0), n - 1, n,
        CASE WHEN n % 2 = 1 THEN 'charge' ELSE 'discharge' END,
        CASE WHEN n < 8 THEN 0.1 * ceil(n / 2.0) ELSE 0.1 END, 0.5 * ceil(n / 2.0), 'ok'
    FROM range(1, 11) AS t(n)
),
cell(cell_id, area_cm2) AS (VALUES (7, 2))
SELECT
    last_borne_ma_per_cm2 = 1.5,
    first_failing_ma_per_cm2 = 2,
    step_size_ma_per_cm2 = 0.5,
    cause = 'resistance_drop',
    charge_passed_mah_per_cm2 = 1.5,
    half_cycle_hour = 1,
    step_total = 4,
    status = 'ok' AND reason IS NULL
FROM critical_current_density;

-- example: what never fails has a lower bound only, and half a cycle is not borne
WITH half_cycle_run(
    cell_id, run_count, level_count, level_ampere, level_current_density_ma_per_cm2, start_hour,
    end_hour, mode, end_volt, status
) AS (
    SELECT 7, n, ceil(n / 2.0), 0.001 * ceil(n / 2.0), 0.5 * ceil(n / 2.0), n - 1, n,
        CASE WHEN n % 2 = 1 THEN 'charge' ELSE 'discharge' END, 0.1 * ceil(n / 2.0), 'ok'
    FROM range(1, 8) AS t(n)
),
cell(cell_id, area_cm2) AS (VALUES (7, 2))
SELECT
    last_borne_ma_per_cm2 = 1.5,
    first_failing_ma_per_cm2 IS NULL,
    cause IS NULL,
    step_total = 4,
    status = 'censored' AND reason = 'nothing failed'
FROM critical_current_density;

-- example: nothing is borne where nobody knows whether the cell is symmetric
WITH half_cycle_run(
    cell_id, run_count, level_count, level_ampere, level_current_density_ma_per_cm2, start_hour,
    end_hour, mode, missing, status, reason
) AS (
    SELECT 7, n, ceil(n / 2.0), 0.001 * ceil(n / 2.0), 0.5 * ceil(n / 2.0), n - 1, n,
        CASE WHEN n % 2 = 1 THEN 'charge' ELSE 'discharge' END, 'symmetric', 'not_computable',
        'missing symmetric'
    FROM range(1, 9) AS t(n)
),
cell(cell_id, area_cm2) AS (VALUES (7, 2))
SELECT
    last_borne_ma_per_cm2 IS NULL AND first_failing_ma_per_cm2 IS NULL,
    missing = 'symmetric',
    status = 'not_computable' AND reason = 'missing symmetric'
FROM critical_current_density;
