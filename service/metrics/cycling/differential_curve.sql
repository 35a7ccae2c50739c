-- Differential curves
--
-- dQ/dV and dV/dQ as peaks are looked for in them: every bin of a half-cycle in a row, smoothed by
-- the parabola of Savitzky and Golay through seven bins, with the noise that this takes out. dQ/dV
-- is taken without its sign, where nothing passed it is 0, and the bins at its ends are left out:
-- the first is full in part only, and in the last two lies the charge of a held voltage, which is
-- no peak.
--
-- grain:      test_id, cycle_count, mode, curve, bin
-- column:     mode | | charge or discharge: which way the half-cycle went
-- column:     curve | | differential_capacity or differential_voltage
-- column:     bin | 1 | number of the bin, from 1
-- column:     middle | | where its middle lies: V, or A·h since the half-cycle began
-- column:     width | | its width
-- column:     amount | | what passed in it: A·h, or change of the voltage in V
-- column:     height | | amount over width; null where nothing is known
-- column:     smoothed | | by seven bins; null within three bins of an end
-- column:     noise | | one sigma of the smoothed curve, by what was smoothed out
-- column:     status | | ok or low_quality
-- column:     reason | | why it is not ok: what the steps of the half-cycle say
-- main:       smoothed, error: noise
-- shown:      no
-- inherits:   differential_capacity, differential_voltage
-- materialized: no | reads the points of a few cycles, which the asker names
-- only:       points
-- needs:      step, differential_capacity, differential_voltage
-- reference:  Savitzky, Golay, Anal. Chem. 36 (1964) 1627; Dubarry, Anseán, Front. Energy Res. 10
--             (2022) 1023555
WITH scanned AS (
    SELECT DISTINCT
        test_id,
        cycle_count
    FROM step
    WHERE mode = 'voltammetry'
),

known AS (
    SELECT
        test_id,
        cycle_count,
        mode,
        'differential_capacity' AS curve,
        CAST(round(voltage_volt / nullif(voltage_step_volt, 0) - 0.5) AS BIGINT) AS place,
        voltage_step_volt AS width,
        CASE mode WHEN 'charge' THEN capacity_ah ELSE -capacity_ah END AS amount,
        status,
        reason
    FROM differential_capacity
    UNION ALL
    SELECT
        test_id,
        cycle_count,
        mode,
        'differential_voltage' AS curve,
        CAST(round(capacity_ah / nullif(capacity_step_ah, 0) - 0.5) AS BIGINT) AS place,
        capacity_step_ah AS width,
        differential_voltage_volt_per_ah * capacity_step_ah AS amount,
        status,
        reason
    FROM differential_voltage
),

half AS (
    SELECT
        known.test_id,
        known.cycle_count,
        known.mode,
        known.curve,
        min(known.width) AS width,
        min(known.place) + CASE
            WHEN known.curve = 'differential_voltage' THEN 0
            WHEN known.mode = 'discharge' THEN 2
            ELSE 1
        END AS first_place,
        max(known.place) - CASE
            WHEN known.curve = 'differential_voltage' THEN 0
            WHEN known.mode = 'charge' THEN 2
            ELSE 1
        END AS last_place,
        CASE WHEN bool_or(known.status <> 'ok') THEN 'low_quality' ELSE 'ok' END AS status,
        min(known.reason) AS reason
    FROM known
    LEFT JOIN scanned
        ON scanned.test_id = known.test_id
        AND scanned.cycle_count = known.cycle_count
    WHERE scanned.test_id IS NULL
    GROUP BY known.test_id, known.cycle_count, known.mode, known.curve
),

dense AS (
    SELECT
        *,
        unnest(range(first_place, last_place + 1)) AS place
    FROM half
),

filled AS (
    SELECT
        dense.*,
        coalesce(
            known.amount, CASE dense.curve WHEN 'differential_capacity' THEN 0 END
        ) AS amount
    FROM dense
    LEFT JOIN known
        ON known.test_id = dense.test_id
        AND known.cycle_count = dense.cycle_count
        AND known.mode = dense.mode
        AND known.curve = dense.curve
        AND known.place = dense.place
),

smoothed AS (
    SELECT
        *,
        (
            7 * amount
            + 6 * (lag(amount) OVER in_order + lead(amount) OVER in_order)
            + 3 * (lag(amount, 2) OVER in_order + lead(amount, 2) OVER in_order)
            - 2 * (lag(amount, 3) OVER in_order + lead(amount, 3) OVER in_order)
        ) / nullif(21 * width, 0) AS smoothed
    FROM filled
    WINDOW in_order AS (PARTITION BY test_id, cycle_count, mode, curve ORDER BY place)
),

taken_out AS (
    SELECT
        test_id,
        cycle_count,
        mode,
        curve,
        -- of white noise the smoothing leaves 0.58 and takes out 0.82
        1.4826 / nullif(sqrt(2.0), 0) * median(abs(amount / nullif(width, 0) - smoothed)) AS noise
    FROM smoothed
    WHERE smoothed IS NOT NULL
    GROUP BY test_id, cycle_count, mode, curve
)

SELECT
    smoothed.test_id,
    smoothed.cycle_count,
    smoothed.mode,
    smoothed.curve,
    smoothed.place - smoothed.first_place + 1 AS bin,
    (smoothed.place + 0.5) * smoothed.width AS middle,
    smoothed.width,
    smoothed.amount,
    smoothed.amount / nullif(smoothed.width, 0) AS height,
    smoothed.smoothed,
    taken_out.noise,
    CASE WHEN smoothed.smoothed IS NULL THEN 'not_computable' ELSE smoothed.status END AS status,
    CASE
        WHEN smoothed.smoothed IS NULL THEN 'fewer than three bins on a side'
        ELSE smoothed.reason
    END AS reason
FROM smoothed
LEFT JOIN taken_out
    ON taken_out.test_id = smoothed.test_id
    AND taken_out.cycle_count = smoothed.cycle_count
    AND taken_out.mode = smoothed.mode
    AND taken_out.curve = smoothed.curve;

-- example: a parabola stays what it is, and has no noise
WITH differential_capacity(
    test_id, cycle_count, mode, voltage_volt, voltage_step_volt, capacity_ah, status
) AS (SELECT 1, 1, 'discharge', n + 0.5, 1, -n * n, 'ok' FROM range(0, 20) AS t(n))
SELECT
    CASE
        WHEN bin BETWEEN 4 AND 14 THEN abs(smoothed - (bin + 1) * (bin + 1)) < 1e-9
            AND middle = bin + 1.5 AND noise < 1e-9 AND status = 'ok'
        ELSE smoothed IS NULL AND status = 'not_computable'
    END,
    bin BETWEEN 1 AND 17
FROM differential_curve;

-- example: what scans is no half-cycle
WITH step(test_id, cycle_count, mode) AS (VALUES (1, 1, 'voltammetry')),
differential_capacity(
    test_id, cycle_count, mode, voltage_volt, voltage_step_volt, capacity_ah, status
) AS (SELECT 1, 1, 'charge', n + 0.5, 1, n, 'ok' FROM range(0, 20) AS t(n))
SELECT count(*) = 0
FROM differential_curve;
