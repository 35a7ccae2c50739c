-- Differential capacity
--
-- dQ/dV on a uniform voltage grid, for chosen cycles, each half-cycle by itself. The charge between
-- two neighboring points of a step is spread evenly over the voltages between them, and what falls
-- into a bin is divided by the width of the bin. So no noise is ever differenced, every bin has the
-- charge that passed in it, and the sum over the bins times the width is the capacity. Charge that
-- passed at a held voltage falls into the bin of that voltage. Nothing is smoothed.
--
-- grain:      test_id, cycle_count, mode, voltage_volt
-- column:     differential_capacity_ah_per_volt | A·h/V | dQ/dV; negative on discharge, as the
--             current is
-- column:     capacity_ah | A·h | charge that passed within the bin, signed like the current
-- column:     voltage_step_volt | V | width of the bin; its middle is voltage_volt
-- takes:      cycles | integers(1..) | 1 | the cycles, by our own numbering
-- takes:      voltage_step_volt | number(0.0001..1) | 0.005 | width of a bin
-- needs:      points, step
-- reference:  Dubarry, Anseán, Front. Energy Res. 10 (2022) 1023555; Bloom et al., J. Power
--             Sources 139 (2005) 295
WITH chosen AS (
    SELECT
        points.test_id,
        points.cycle_count,
        points.step_count,
        step.mode,
        points.test_time_second,
        points.record_index,
        points.voltage_volt,
        points.current_ampere
    FROM points
    JOIN step
        ON step.test_id = points.test_id
        AND step.step_count = points.step_count
    WHERE points.cycle_count IN (SELECT unnest(CAST($cycles AS BIGINT[])))
        AND step.mode IN ('charge', 'discharge', 'sweep')
        AND points.voltage_volt IS NOT NULL
        AND points.current_ampere IS NOT NULL
),

neighbor AS (
    SELECT
        *,
        lag(test_time_second) OVER recorded AS earlier_second,
        lag(voltage_volt) OVER recorded AS earlier_volt,
        lag(current_ampere) OVER recorded AS earlier_ampere
    FROM chosen
    WINDOW recorded AS (PARTITION BY test_id, step_count ORDER BY record_index)
),

stretch AS (
    SELECT
        test_id,
        cycle_count,
        mode,
        (current_ampere + earlier_ampere) / 2 * (test_time_second - earlier_second) / 3600
            AS capacity_ah,
        least(voltage_volt, earlier_volt) / $voltage_step_volt AS low,
        greatest(voltage_volt, earlier_volt) / $voltage_step_volt AS high
    FROM neighbor
    WHERE earlier_second IS NOT NULL
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
        CASE
            WHEN mode <> 'sweep' THEN mode
            WHEN capacity_ah > 0 THEN 'charge'
            ELSE 'discharge'
        END AS mode,
        bin,
        capacity_ah
        * coalesce((least(high, bin + 1) - greatest(low, bin)) / nullif(high - low, 0), 1)
            AS capacity_ah
    FROM part
)

SELECT
    test_id,
    cycle_count,
    mode,
    (bin + 0.5) * $voltage_step_volt AS voltage_volt,
    sum(capacity_ah) / $voltage_step_volt AS differential_capacity_ah_per_volt,
    sum(capacity_ah) AS capacity_ah,
    CAST($voltage_step_volt AS DOUBLE) AS voltage_step_volt
FROM share
GROUP BY test_id, cycle_count, mode, bin;

-- example: 1 A for an hour over 2 V is 0.5 Ah/V in every bin
-- given: voltage_step_volt = 0.5
WITH step(test_id, step_count, mode) AS (VALUES (1, 1, 'charge')),
points(
    test_id, cycle_count, step_count, record_index, test_time_second, voltage_volt, current_ampere
) AS (VALUES (1, 1, 1, 1, 0, 2, 1), (1, 1, 1, 2, 3600, 4, 1))
SELECT
    count(*) = 4,
    bool_and(differential_capacity_ah_per_volt = 0.5),
    min(voltage_volt) = 2.25,
    max(voltage_volt) = 3.75,
    sum(capacity_ah) = 1
FROM differential_capacity;

-- example: at a held voltage all charge falls into one bin, and a discharge is negative
-- given: voltage_step_volt = 0.5
WITH step(test_id, step_count, mode) AS (VALUES (1, 1, 'discharge')),
points(
    test_id, cycle_count, step_count, record_index, test_time_second, voltage_volt, current_ampere
) AS (VALUES (1, 1, 1, 1, 0, 3.1, -1), (1, 1, 1, 2, 3600, 3.1, -1))
SELECT
    differential_capacity_ah_per_volt = -2,
    mode = 'discharge'
FROM differential_capacity;

-- example: a cycle that was not chosen is not there
-- given: cycles = 2
WITH step(test_id, step_count, mode) AS (VALUES (1, 1, 'charge')),
points(
    test_id, cycle_count, step_count, record_index, test_time_second, voltage_volt, current_ampere
) AS (VALUES (1, 1, 1, 1, 0, 2, 1), (1, 1, 1, 2, 3600, 4, 1))
SELECT count(*) = 0
FROM differential_capacity;
