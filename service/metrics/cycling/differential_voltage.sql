-- Differential voltage
--
-- dV/dQ on a uniform grid of charge, for chosen cycles, each half-cycle by itself. The charge is
-- what has passed since the half-cycle began, by trapezoid; between two records the voltage is
-- taken to go straight, and a bin holds the mean slope over the charge that passed in it. So no
-- noise is ever differenced over less than what lies between two records, and the sum over the bins
-- times the width is the change of the voltage. A bin is a share of the charge of the half-cycle,
-- so that cells of any size have as many, but never less than two intervals pass on the mean: finer
-- ones would hold no more than the coarser. Jumps from one step to the next pass no charge and are
-- not in it; a held voltage has slope 0. Pulses against a half-cycle run their charge backward.
-- Nothing is smoothed.
--
-- formula:    dV/dQ of a bin = ΔV / ΔQ over it
-- grain:      test_id, cycle_count, mode, capacity_ah
-- column:     mode | | charge or discharge: which way the half-cycle went
-- column:     capacity_ah | A·h | charge passed since the half-cycle began, at the middle of the
--             bin; above zero either way
-- column:     differential_voltage_volt_per_ah | V/(A·h) | dV/dQ; above zero where the voltage
--             rises on charge or falls on discharge
-- column:     voltage_volt | V | mean voltage in the bin
-- column:     capacity_step_ah | A·h | width of the bin
-- column:     status | | ok or low_quality
-- column:     reason | | why it is not ok: what the steps of the half-cycle say
-- main:       differential_voltage_volt_per_ah
-- takes:      cycles | integers(1..) | 1 | the cycles, by our own numbering
-- takes:      capacity_step_share | number(0.0005..0.1) | 0.005 | width of a bin over the charge of
--             the half-cycle
-- materialized: no | reads the points of a few cycles, which the asker names
-- only:       points
-- needs:      points, step
-- reference:  Bloom et al., J. Power Sources 139 (2005) 295; Fath et al., J. Energy Storage 25
--             (2019) 100813
WITH wanted AS (
    SELECT
        *,
        CASE WHEN sum(net_charge_ah) OVER of_half > 0 THEN 1 ELSE -1 END AS direction,
        bool_or(status <> 'ok') OVER of_half AS is_doubtful,
        min(CASE WHEN status <> 'ok' THEN coalesce(reason, status) END) OVER of_half AS doubt
    FROM step
    WHERE cycle_count IN (SELECT unnest(CAST($cycles AS BIGINT[])))
        AND half_cycle_count IS NOT NULL
        AND mode NOT IN ('rest', 'impedance', 'voltammetry')
    WINDOW of_half AS (PARTITION BY test_id, cycle_count, half_cycle_count)
),

neighbor AS (
    SELECT
        points.test_id,
        wanted.cycle_count,
        wanted.half_cycle_count,
        wanted.direction,
        coalesce(wanted.is_doubtful, false) AS is_doubtful,
        wanted.doubt,
        points.step_count,
        points.record_index,
        points.voltage_volt,
        lag(points.voltage_volt, 1, points.voltage_volt) OVER recorded AS earlier_volt,
        wanted.direction * (
            points.current_ampere
            + lag(points.current_ampere, 1, points.current_ampere) OVER recorded
        ) / 2 * points.interval_second / 3600 AS passed_ah
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

reached AS (
    SELECT
        *,
        sum(passed_ah) OVER so_far AS reached_ah,
        -- a whole number of bins, so that the last one is full
        sum(passed_ah) OVER of_half / nullif(
            greatest(
                floor(
                    1e-9 + least(
                        1 / nullif(CAST($capacity_step_share AS DOUBLE), 0),
                        CAST(sum(sign(abs(passed_ah))) OVER of_half AS DOUBLE) / 2
                    )
                ),
                10
            ),
            0
        ) AS width_ah
    FROM neighbor
    WINDOW of_half AS (PARTITION BY test_id, cycle_count, half_cycle_count),
    so_far AS (
        PARTITION BY test_id, cycle_count, half_cycle_count ORDER BY step_count, record_index
        ROWS UNBOUNDED PRECEDING
    )
),

stretch AS (
    SELECT
        *,
        (voltage_volt - earlier_volt) * direction / nullif(passed_ah, 0) AS slope,
        least(reached_ah, reached_ah - passed_ah) / nullif(width_ah, 0) AS low,
        greatest(reached_ah, reached_ah - passed_ah) / nullif(width_ah, 0) AS high
    FROM reached
    WHERE passed_ah <> 0
        AND width_ah > 0
),

part AS (
    SELECT
        *,
        unnest(range(CAST(floor(low) AS BIGINT), CAST(ceil(high) AS BIGINT))) AS bin
    FROM stretch
),

share AS (
    SELECT
        *,
        least(high, bin + 1) - greatest(low, bin) AS part_of_bin,
        -- the voltage in the middle of what falls into the bin
        (voltage_volt + earlier_volt) / 2
        + (voltage_volt - earlier_volt) * sign(passed_ah)
        * ((least(high, bin + 1) + greatest(low, bin)) / 2 - (high + low) / 2)
        / nullif(high - low, 0) AS part_volt
    FROM part
),

summed AS (
    SELECT
        test_id,
        cycle_count,
        half_cycle_count,
        direction,
        bin,
        min(width_ah) AS width_ah,
        sum(slope * part_of_bin) / nullif(sum(part_of_bin), 0) AS slope,
        sum(part_volt * part_of_bin) / nullif(sum(part_of_bin), 0) AS voltage_volt,
        bool_or(is_doubtful) AS is_doubtful,
        min(doubt) AS doubt
    FROM share
    WHERE part_of_bin > 1e-9
    GROUP BY test_id, cycle_count, half_cycle_count, direction, bin
),

widest AS (
    SELECT
        *,
        max(width_ah) OVER (PARTITION BY test_id, cycle_count, direction) AS widest_ah
    FROM summed
),

-- a test may hold a cycle of several half-cycles one way: the largest is told, of those alike to
-- rounding the first
largest AS (
    SELECT
        *,
        dense_rank() OVER (
            PARTITION BY test_id, cycle_count, direction
            ORDER BY width_ah < (1 - 1e-9) * widest_ah, half_cycle_count
        ) AS place
    FROM widest
)

SELECT
    test_id,
    cycle_count,
    CASE direction WHEN 1 THEN 'charge' ELSE 'discharge' END AS mode,
    (bin + 0.5) * width_ah AS capacity_ah,
    slope AS differential_voltage_volt_per_ah,
    voltage_volt,
    width_ah AS capacity_step_ah,
    CASE WHEN is_doubtful THEN 'low_quality' ELSE 'ok' END AS status,
    doubt AS reason
FROM largest
WHERE place = 1;

-- example: 2 V over 1 Ah are 2 V/Ah in every bin, up on charge and down on discharge
-- given: capacity_step_share = 0.1
WITH step(test_id, cycle_count, half_cycle_count, step_count, mode, net_charge_ah, status)
AS (VALUES (1, 1, 1, 1, 'charge', 1, 'ok'), (1, 1, 2, 2, 'discharge', -1, 'ok')),
points(test_id, step_count, record_index, interval_second, voltage_volt, current_ampere)
AS (
    VALUES (1, 1, 1, 0, 2, 1), (1, 1, 2, 3600, 4, 1), (1, 2, 3, 0, 4, -1), (1, 2, 4, 3600, 2, -1)
)
SELECT
    count(*) = 10,
    bool_and(abs(differential_voltage_volt_per_ah - 2) < 1e-9),
    abs(min(capacity_ah) - 0.05) < 1e-9 AND abs(max(capacity_ah) - 0.95) < 1e-9,
    bool_and(
        abs(
            voltage_volt
            - CASE mode WHEN 'charge' THEN 2 + 2 * capacity_ah ELSE 4 - 2 * capacity_ah END
        ) < 1e-9
    ),
    bool_and(status = 'ok')
FROM differential_voltage
GROUP BY mode;

-- example: a jump between two steps is in no bin, and a held voltage has slope 0
-- given: capacity_step_share = 0.1
WITH step(test_id, cycle_count, half_cycle_count, step_count, mode, net_charge_ah, status, reason)
AS (
    VALUES (1, 1, 1, 1, 'charge', 0.5, 'ok', NULL),
    (1, 1, 1, 2, 'charge', 0.5, 'low_quality', 'gap')
),
points(test_id, step_count, record_index, interval_second, voltage_volt, current_ampere)
AS (
    VALUES (1, 1, 1, 0, 2, 1), (1, 1, 2, 1800, 3, 1), (1, 2, 3, 0, 4, 1), (1, 2, 4, 1800, 4, 1)
)
SELECT
    abs(differential_voltage_volt_per_ah - CASE WHEN capacity_ah < 0.5 THEN 2 ELSE 0 END) < 1e-9,
    status = 'low_quality' AND reason = 'gap'
FROM differential_voltage;

-- example: a cycle that was not chosen is not there
-- given: cycles = 2
WITH step(test_id, cycle_count, half_cycle_count, step_count, mode, net_charge_ah)
AS (VALUES (1, 1, 1, 1, 'charge', 1)),
points(test_id, step_count, record_index, interval_second, voltage_volt, current_ampere)
AS (VALUES (1, 1, 1, 0, 2, 1), (1, 1, 2, 3600, 4, 1))
SELECT count(*) = 0
FROM differential_voltage;
