-- End-of-charge voltage
--
-- Voltage at the end of the charge of each cycle, and where a rest follows it, the voltage at the
-- end of that rest. Followed over the cycles, the first tells of a limit that is reached earlier,
-- the second what the cell still holds without current: it sinks as less is charged. Rests that
-- follow one another count as one, impedance among them; a rest with a discharge before it is none.
--
-- formula:    drop = V(end of charge) − V(end of the rest behind it)
-- grain:      test_id, cycle_count
-- column:     end_of_charge_volt | V | last voltage under current of the charging half-cycle
-- column:     end_of_charge_ampere | A | last current of it
-- column:     rested_volt | V | last voltage of the rest behind it; null where none follows
-- column:     drop_volt | V | end-of-charge voltage less the rested one
-- column:     rest_hour | h | how long it rested; null where none follows
-- column:     cell_cycle_count | 1 | cycle of the cell, running on over its tests
-- column:     kind | | how the discharge of the cycle was controlled, e.g. CC 0.5 A
-- column:     kind_count | 1 | kind of cycle, from 1 as they come
-- column:     kind_role | | formation, check_up, main, or other
-- column:     complete | | whether both half-cycles are there and the cycle was left
-- column:     vendor_cycle_count | 1 | the cycle as the instrument numbers it
-- column:     status | | ok, low_quality, not_comparable or not_computable
-- column:     reason | | why it is not ok: what the step says, the charge was not left, nothing was
--             charged, or no voltage was recorded
-- main:       end_of_charge_volt
-- summary:    last_end_of_charge_voltage | last | complete AND kind_role = 'main' | kind | voltage
--             at the end of the charge of the last complete cycle of the main kind
-- needs:      step, cycle
-- reference:  Dubarry, Liaw, J. Power Sources 194 (2009) 541, for rest voltages behind the charge
WITH run AS (
    SELECT
        *,
        mode IN ('rest', 'impedance') AS is_still,
        count(CASE WHEN mode NOT IN ('rest', 'impedance') THEN 1 END) OVER (
            PARTITION BY test_id ORDER BY step_count ROWS UNBOUNDED PRECEDING
        ) AS stretch
    FROM step
),

rested AS (
    SELECT
        test_id,
        stretch,
        max_by(CASE WHEN mode = 'rest' THEN last_voltage_volt END, step_count) AS rested_volt,
        sum(duration_second) / 3600 AS rest_hour
    FROM run
    WHERE is_still
    GROUP BY test_id, stretch
    HAVING count(CASE WHEN mode = 'rest' THEN 1 END) > 0
),

charged AS (
    SELECT
        test_id,
        cycle_count,
        half_cycle_count,
        max(step_count) AS last_step
    FROM step
    WHERE mode NOT IN ('rest', 'impedance', 'voltammetry')
        AND half_cycle_count IS NOT NULL
    GROUP BY test_id, cycle_count, half_cycle_count
    HAVING sum(net_charge_ah) > 0
),

ended AS (
    SELECT
        test_id,
        cycle_count,
        max(last_step) AS last_step
    FROM charged
    GROUP BY test_id, cycle_count
),

flowing AS (
    SELECT run.*
    FROM ended
    JOIN run
        ON run.test_id = ended.test_id
        AND run.step_count = ended.last_step
),

answer AS (
    SELECT
        cycle.*,
        flowing.step_count,
        flowing.last_voltage_volt,
        flowing.last_current_ampere,
        rested.rested_volt,
        rested.rest_hour,
        CASE
            WHEN flowing.step_count IS NULL THEN 'nothing was charged'
            WHEN flowing.last_voltage_volt IS NULL THEN 'missing voltage_volt'
        END AS refused,
        NOT coalesce(flowing.half_cycle_left, false) AS is_open,
        CASE WHEN flowing.status <> 'ok' THEN coalesce(flowing.reason, flowing.status) END AS doubt
    FROM cycle
    LEFT JOIN flowing
        ON flowing.test_id = cycle.test_id
        AND flowing.cycle_count = cycle.cycle_count
    LEFT JOIN rested
        ON rested.test_id = flowing.test_id
        AND rested.stretch = flowing.stretch
)

SELECT
    test_id,
    cycle_count,
    last_voltage_volt AS end_of_charge_volt,
    last_current_ampere AS end_of_charge_ampere,
    rested_volt,
    last_voltage_volt - rested_volt AS drop_volt,
    rest_hour,
    coalesce(cell_cycle_count, cycle_count) AS cell_cycle_count,
    kind,
    kind_count,
    kind_role,
    complete,
    vendor_cycle_count,
    CASE
        WHEN refused IS NOT NULL THEN 'not_computable'
        WHEN is_open THEN 'not_comparable'
        WHEN doubt IS NOT NULL THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    CASE WHEN refused IS NOT NULL THEN refused WHEN is_open THEN 'not left' ELSE doubt END
        AS reason
FROM answer;

-- example: charged to 4.2 V it rests at 4.125 V after two rests of half an hour
WITH cycle(test_id, cycle_count, cell_cycle_count, kind) AS (VALUES (1, 1, 3, 'CC 1 A')),
step(
    test_id, step_count, cycle_count, half_cycle_count, half_cycle_left, mode, net_charge_ah,
    last_voltage_volt, last_current_ampere, duration_second, status
) AS (
    VALUES (1, 1, 1, 1, true, 'charge', 1, 4.2, 1, 3600, 'ok'),
    (1, 2, 1, 1, true, 'charge', 0.2, 4.2, 0.05, 3600, 'ok'),
    (1, 3, 1, NULL, NULL, 'rest', 0, 4.15, 0, 1800, 'ok'),
    (1, 4, 1, NULL, NULL, 'rest', 0, 4.125, 0, 1800, 'ok'),
    (1, 5, 1, 2, true, 'discharge', -1, 3, -1, 3600, 'ok'),
    (1, 6, 1, NULL, NULL, 'rest', 0, 3.2, 0, 1800, 'ok')
)
SELECT
    end_of_charge_volt = 4.2,
    end_of_charge_ampere = 0.05,
    rested_volt = 4.125,
    abs(drop_volt - 0.075) < 1e-12,
    rest_hour = 1,
    cell_cycle_count = 3 AND kind = 'CC 1 A',
    status = 'ok' AND reason IS NULL
FROM end_of_charge_voltage;

-- example: a charge that goes straight into the discharge has no rest behind it
WITH cycle(test_id, cycle_count) AS (VALUES (1, 1), (1, 2)),
step(
    test_id, step_count, cycle_count, half_cycle_count, half_cycle_left, mode, net_charge_ah,
    last_voltage_volt, status
) AS (
    VALUES (1, 1, 1, 1, true, 'charge', 1, 4.2, 'ok'), (1, 2, 1, 2, true, 'discharge', -1, 3, 'ok'),
    (1, 3, 2, 3, false, 'charge', 0.5, 3.9, 'ok')
)
SELECT
    CASE cycle_count
        WHEN 1 THEN end_of_charge_volt = 4.2 AND rested_volt IS NULL AND status = 'ok'
        ELSE end_of_charge_volt = 3.9 AND status = 'not_comparable' AND reason = 'not left'
    END
FROM end_of_charge_voltage;

-- example: where nothing was charged there is no end of it
WITH cycle(test_id, cycle_count) AS (VALUES (1, 1)),
step(test_id, step_count, cycle_count, half_cycle_count, mode, net_charge_ah, last_voltage_volt)
AS (VALUES (1, 1, 1, 1, 'discharge', -1, 3))
SELECT
    end_of_charge_volt IS NULL,
    status = 'not_computable' AND reason = 'nothing was charged'
FROM end_of_charge_voltage;
