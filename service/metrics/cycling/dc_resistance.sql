-- Direct-current resistance
--
-- Change of the voltage over change of the current, from the last point before a step to the point
-- of the step that lies nearest to after_second later. A step counts when what it sets, its current
-- where that is controlled and else the median, differs from the last current before it by more
-- than 1 % of the largest median current of the test; steps of impedance and voltammetry do not.
-- There is no resistance where the point does not lie within half of after_second of its time,
-- where the voltage is held, or where the current has changed by less than half of what was set: a
-- change from constant current to constant voltage is no pulse. Records that count in no interval,
-- repeated ones and outliers, are passed over. One below zero is of low quality.
--
-- formula:    R = (V(t₀ + Δt) − V(t₀)) / (I(t₀ + Δt) − I(t₀)), Δt = after_second, t₀ just before
--             the step
-- grain:      test_id, step_count
-- column:     cycle_count | 1 | cycle the step belongs to
-- column:     mode | | charge, discharge or rest: what the step does
-- column:     dc_resistance_ohm | Ω | change of the voltage over change of the current
-- column:     area_specific_resistance_ohm_cm2 | Ω·cm² | the same times the electrode area
-- column:     voltage_before_volt | V | last voltage before the step, in place of a state of charge
-- column:     voltage_change_volt | V | change of the voltage
-- column:     current_change_ampere | A | change of the current
-- column:     set_change_ampere | A | what the step sets less the last current before it
-- column:     sample_after_second | s | when the point was taken, after the last before the step
-- column:     mean_temperature_celsius | °C | mean temperature of the step, where recorded
-- column:     missing | | what is not known: sample (no point close enough in time), area_cm2;
--             null when nothing
-- column:     status | | ok, low_quality or not_computable
-- column:     reason | | why not ok; null when ok
-- main:       dc_resistance_ohm
-- takes:      after_second | number(0.000001..1000000) | 10 | time after the step at which it is
--             taken
-- materialized: no | reads the points around every step of the tests asked for
-- needs:      points, step, test, cell
-- reference:  IEC 62660-1:2018, pulse power; the time is declared, not standard
WITH boundary AS (
    SELECT
        *,
        lag(mode) OVER counted AS earlier_mode,
        lag(start_time_second + duration_second) OVER counted AS before_second,
        lag(last_voltage_volt) OVER counted AS before_volt,
        lag(last_current_ampere) OVER counted AS before_ampere,
        CASE
            WHEN control IN ('CC', 'CCCV') THEN coalesce(control_value, median_current_ampere)
            ELSE median_current_ampere
        END AS set_ampere,
        max(abs(median_current_ampere)) OVER (PARTITION BY test_id) AS largest_ampere
    FROM step
    WINDOW counted AS (PARTITION BY test_id ORDER BY step_count)
),

jump AS (
    SELECT
        *,
        set_ampere - before_ampere AS set_change_ampere
    FROM boundary
    WHERE mode IN ('charge', 'discharge', 'rest')
        AND earlier_mode IN ('charge', 'discharge', 'rest')
        AND abs(set_ampere - before_ampere) > 0.01 * largest_ampere
),

near AS (
    SELECT
        jump.test_id,
        jump.step_count,
        points.voltage_volt - jump.before_volt AS voltage_change_volt,
        points.current_ampere - jump.before_ampere AS current_change_ampere,
        points.test_time_second - jump.before_second AS sample_after_second,
        row_number() OVER (
            PARTITION BY jump.test_id, jump.step_count
            ORDER BY
                abs(points.test_time_second - jump.before_second - $after_second),
                points.record_index
        ) AS nearness
    FROM jump
    JOIN points
        ON points.test_id = jump.test_id
        AND points.step_count = jump.step_count
    WHERE abs(points.test_time_second - jump.before_second - $after_second) <= $after_second / 2
        AND points.voltage_volt IS NOT NULL
        AND points.current_ampere IS NOT NULL
        AND points.interval_second IS NOT NULL
),

answer AS (
    SELECT
        jump.test_id,
        jump.step_count,
        jump.cycle_count,
        jump.mode,
        near.voltage_change_volt / nullif(near.current_change_ampere, 0) AS ohm,
        CASE
            WHEN jump.control = 'CV' THEN 'the voltage is held'
            WHEN near.sample_after_second IS NULL OR jump.before_volt IS NULL
                THEN 'missing sample'
            WHEN abs(near.current_change_ampere) < 0.5 * abs(jump.set_change_ampere)
                THEN 'the current changed by less than half of what was set'
        END AS refused,
        CASE WHEN jump.status <> 'ok' THEN coalesce(jump.reason, jump.status) END AS doubt,
        jump.before_volt AS voltage_before_volt,
        near.voltage_change_volt,
        near.current_change_ampere,
        jump.set_change_ampere,
        near.sample_after_second,
        jump.mean_temperature_celsius
    FROM jump
    LEFT JOIN near
        ON near.test_id = jump.test_id
        AND near.step_count = jump.step_count
        AND near.nearness = 1
),

told AS (
    SELECT
        *,
        CASE WHEN refused IS NULL THEN ohm END AS dc_resistance_ohm,
        nullif(
            concat_ws(
                ', ', doubt, CASE WHEN refused IS NULL AND ohm < 0 THEN 'below zero' END
            ),
            ''
        ) AS doubts
    FROM answer
)

SELECT
    answer.test_id,
    answer.step_count,
    answer.cycle_count,
    answer.mode,
    answer.dc_resistance_ohm,
    answer.dc_resistance_ohm * nullif(cell.area_cm2, 0) AS area_specific_resistance_ohm_cm2,
    answer.voltage_before_volt,
    answer.voltage_change_volt,
    answer.current_change_ampere,
    answer.set_change_ampere,
    answer.sample_after_second,
    answer.mean_temperature_celsius,
    nullif(
        concat_ws(
            ', ',
            CASE WHEN answer.sample_after_second IS NULL THEN 'sample' END,
            CASE WHEN cell.area_cm2 <> 0 THEN NULL ELSE 'area_cm2' END
        ),
        ''
    ) AS missing,
    CASE
        WHEN answer.refused IS NOT NULL THEN 'not_computable'
        WHEN answer.doubts IS NOT NULL THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    coalesce(answer.refused, answer.doubts) AS reason
FROM told AS answer
LEFT JOIN test ON test.test_id = answer.test_id
LEFT JOIN cell ON cell.cell_id = test.cell_id;

-- example: 0.25 V less at 2 A more are 0.125 Ω, and on 4 cm² 0.5 Ω·cm²
WITH step(
    test_id, step_count, mode, start_time_second, duration_second, last_voltage_volt,
    last_current_ampere, median_current_ampere
) AS (VALUES (1, 1, 'rest', 0, 60, 3.5, 0, 0), (1, 2, 'discharge', 60, 60, 3, -2, -2)),
points(
    test_id, step_count, record_index, test_time_second, voltage_volt, current_ampere,
    interval_second
) AS (VALUES (1, 2, 1, 61, 3.4, -2, 1), (1, 2, 2, 71, 3.25, -2, 10), (1, 2, 3, 90, 3.1, -2, 19)),
test(test_id, cell_id) AS (VALUES (1, 7)),
cell(cell_id, area_cm2) AS (VALUES (7, 4))
SELECT
    step_count = 2,
    abs(dc_resistance_ohm - 0.125) < 1e-12,
    abs(area_specific_resistance_ohm_cm2 - 0.5) < 1e-12,
    sample_after_second = 11,
    missing IS NULL,
    status = 'ok' AND reason IS NULL
FROM dc_resistance;

-- example: no point within half of the time is no resistance
-- given: after_second = 1
WITH step(
    test_id, step_count, mode, start_time_second, duration_second, last_voltage_volt,
    last_current_ampere, median_current_ampere
) AS (VALUES (1, 1, 'rest', 0, 60, 3.5, 0, 0), (1, 2, 'discharge', 60, 60, 3, -2, -2)),
points(
    test_id, step_count, record_index, test_time_second, voltage_volt, current_ampere,
    interval_second
) AS (VALUES (1, 2, 1, 62, 3.4, -2, 2))
SELECT
    dc_resistance_ohm IS NULL,
    missing = 'sample, area_cm2',
    status = 'not_computable' AND reason = 'missing sample'
FROM dc_resistance;

-- example: a voltage that is held from now on is no pulse, though the current falls in the end
WITH step(
    test_id, step_count, mode, start_time_second, duration_second, last_voltage_volt,
    last_current_ampere, median_current_ampere
) AS (VALUES (1, 1, 'charge', 0, 60, 4.2, 2, 2), (1, 2, 'charge', 60, 600, 4.2, 0.1, 0.5)),
points(
    test_id, step_count, record_index, test_time_second, voltage_volt, current_ampere,
    interval_second
) AS (VALUES (1, 2, 1, 70, 4.201, 1.99, 10))
SELECT
    dc_resistance_ohm IS NULL,
    set_change_ampere = -1.5,
    status = 'not_computable',
    reason = 'the current changed by less than half of what was set'
FROM dc_resistance;

-- example: where the current goes on there is no step to measure
WITH step(
    test_id, step_count, mode, start_time_second, duration_second, last_voltage_volt,
    last_current_ampere, median_current_ampere
) AS (VALUES (1, 1, 'charge', 0, 60, 3.5, 2, 2), (1, 2, 'charge', 60, 60, 3, 2, 2))
SELECT count(*) = 0
FROM dc_resistance;
