-- Differential capacity
--
-- dQ/dV on a uniform voltage grid, for chosen cycles, each half-cycle by itself. It is made of the
-- intervals that make the capacity by trapezoid: what passed in one is spread evenly over the
-- voltages between its two records, and what falls into a bin is divided by the width of the bin.
-- So no noise is ever differenced, every bin has the charge that passed in it, and the sum over
-- the bins times the width is the capacity. Charge that passed at a held voltage falls into the
-- bin of that voltage, as does what passed before the first record of a step. Pulses against a
-- half-cycle are taken off in it. Nothing is smoothed.
--
-- formula:    dQ/dV = ΔQ(bin) / ΔV, ΔV = voltage_step_volt
-- grain:      test_id, cycle_count, mode, voltage_volt
-- column:     mode | | charge or discharge: which way the half-cycle went, or the scan at that
--             point
-- column:     differential_capacity_ah_per_volt | A·h/V | dQ/dV; negative on discharge, as the
--             current is
-- column:     capacity_ah | A·h | charge that passed within the bin, signed like the current
-- column:     voltage_step_volt | V | width of the bin; its middle is voltage_volt
-- column:     status | | ok or low_quality
-- column:     reason | | why it is not ok: what the steps of the half-cycle say
-- main:       differential_capacity_ah_per_volt
-- takes:      cycles | integers(1..) | 1 | the cycles, by our own numbering
-- takes:      voltage_step_volt | number(0.0001..1) | 0.005 | width of a bin
-- materialized: no | reads the points of a few cycles, which the asker names
-- only:       points
-- needs:      points, step
-- reference:  Dubarry, Anseán, Front. Energy Res. 10 (2022) 1023555; Bloom et al., J. Power
--             Sources 139 (2005) 295
WITH wanted AS (
    SELECT
        *,
        CASE
            WHEN mode = 'voltammetry' THEN NULL
            WHEN sum(net_charge_ah) OVER of_half > 0 THEN 'charge'
            ELSE 'discharge'
        END AS direction,
        bool_or(status <> 'ok') OVER of_half AS is_doubtful,
        min(CASE WHEN status <> 'ok' THEN coalesce(reason, status) END) OVER of_half AS doubt
    FROM step
    WHERE cycle_count IN (SELECT unnest(CAST($cycles AS BIGINT[])))
        AND (
            mode = 'voltammetry'
            OR (half_cycle_count IS NOT NULL AND mode NOT IN ('rest', 'impedance'))
        )
    WINDOW of_half AS (PARTITION BY test_id, cycle_count, half_cycle_count)
),

neighbor AS (
    SELECT
        points.test_id,
        wanted.cycle_count,
        wanted.direction,
        coalesce(wanted.is_doubtful, false) AS is_doubtful,
        wanted.doubt,
        points.interval_second,
        points.voltage_volt,
        points.current_ampere,
        lag(points.voltage_volt, 1, points.voltage_volt) OVER recorded AS earlier_volt,
        lag(points.current_ampere, 1, points.current_ampere) OVER recorded AS earlier_ampere
    FROM points
    JOIN wanted
        ON wanted.test_id = points.test_id
        AND wanted.step_count = points.step_count
    WHERE points.voltage_volt IS NOT NULL
        AND points.current_ampere IS NOT NULL
        AND points.interval_second IS NOT NULL
    WINDOW recorded AS (
        PARTITION BY points.test_id, points.step_count ORDER BY points.record_index
    )
),

stretch AS (
    SELECT
        *,
        (current_ampere + earlier_ampere) / 2 * interval_second / 3600 AS passed_ah,
        least(voltage_volt, earlier_volt) / $voltage_step_volt AS low,
        greatest(voltage_volt, earlier_volt) / $voltage_step_volt AS high
    FROM neighbor
    WHERE interval_second > 0
),

part AS (
    SELECT
        *,
        unnest(
            range(
                CAST(floor(low) AS BIGINT),
                CAST(greatest(ceil(high), floor(low) + 1) AS BIGINT)
            )
        ) AS bin
    FROM stretch
),

share AS (
    SELECT
        test_id,
        cycle_count,
        coalesce(direction, CASE WHEN passed_ah > 0 THEN 'charge' ELSE 'discharge' END) AS mode,
        is_doubtful,
        doubt,
        bin,
        passed_ah
        * coalesce((least(high, bin + 1) - greatest(low, bin)) / nullif(high - low, 0), 1)
            AS passed_ah
    FROM part
)

SELECT
    test_id,
    cycle_count,
    mode,
    (bin + 0.5) * $voltage_step_volt AS voltage_volt,
    sum(passed_ah) / $voltage_step_volt AS differential_capacity_ah_per_volt,
    sum(passed_ah) AS capacity_ah,
    CAST($voltage_step_volt AS DOUBLE) AS voltage_step_volt,
    CASE WHEN bool_or(is_doubtful) THEN 'low_quality' ELSE 'ok' END AS status,
    min(doubt) AS reason
FROM share
GROUP BY test_id, cycle_count, mode, bin;

-- example: 1 A for an hour over 2 V is 0.5 Ah/V in every bin
-- given: voltage_step_volt = 0.5
WITH step(test_id, cycle_count, half_cycle_count, step_count, mode, net_charge_ah, status)
AS (VALUES (1, 1, 1, 1, 'charge', 1, 'ok')),
points(test_id, step_count, record_index, interval_second, voltage_volt, current_ampere)
AS (VALUES (1, 1, 1, 0, 2, 1), (1, 1, 2, 3600, 4, 1))
SELECT
    count(*) = 4,
    bool_and(differential_capacity_ah_per_volt = 0.5),
    min(voltage_volt) = 2.25,
    max(voltage_volt) = 3.75,
    sum(capacity_ah) = 1,
    bool_and(status = 'ok')
FROM differential_capacity;

-- example: at a held voltage all charge falls into one bin, and a discharge is negative
-- given: voltage_step_volt = 0.5
WITH step(test_id, cycle_count, half_cycle_count, step_count, mode, net_charge_ah)
AS (VALUES (1, 1, 1, 1, 'discharge', -1)),
points(test_id, step_count, record_index, interval_second, voltage_volt, current_ampere)
AS (VALUES (1, 1, 1, 0, 3.1, -1), (1, 1, 2, 3600, 3.1, -1))
SELECT
    differential_capacity_ah_per_volt = -2,
    mode = 'discharge'
FROM differential_capacity;

-- example: what the step does not count is passed over, and its first interval counts
WITH step(test_id, cycle_count, half_cycle_count, step_count, mode, net_charge_ah)
AS (VALUES (1, 1, 1, 1, 'charge', 1)),
points(test_id, step_count, record_index, interval_second, voltage_volt, current_ampere)
AS (VALUES (1, 1, 1, 1800, 2, 1), (1, 1, 2, NULL, 9, 99), (1, 1, 3, 3600, 2, 1))
SELECT capacity_ah = 1.5
FROM differential_capacity;

-- example: a cycle that was not chosen is not there
-- given: cycles = 2
WITH step(test_id, cycle_count, half_cycle_count, step_count, mode, net_charge_ah)
AS (VALUES (1, 1, 1, 1, 'charge', 1)),
points(test_id, step_count, record_index, interval_second, voltage_volt, current_ampere)
AS (VALUES (1, 1, 1, 0, 2, 1), (1, 1, 2, 3600, 4, 1))
SELECT count(*) = 0
FROM differential_capacity;
