-- Tafel slope
--
-- Slope of the overpotential against the decadic logarithm of the current, of each segment. The
-- overpotential is free of iR, counted from the equilibrium potential, and both are given: without
-- these nothing is told. The range begins where the reaction back is below 5 % of that forth, at
-- (RT/nF) ln 20, and ends at a tenth of the limiting current, or where that is not given, at a
-- tenth of the greatest current of the segment, which is never more. A slope is told only where the
-- range spans a decade of current with eight points, and the slopes of its halves are alike within
-- a tenth; below a decade the whole Butler-Volmer law has to be fitted instead.
--
-- formula:    η = a + b log₁₀ |i|, η = E − i R_u − E₀; α = ln 10 · RT / (b F)
-- grain:      test_id, segment_count, side
-- column:     segment_count | 1 | segment of the test, from 1
-- column:     side | | anodic or cathodic: which reaction
-- column:     cycle_count | 1 | scan in which most of the segment lies
-- column:     tafel_slope_volt_per_decade | V/decade | 2.302585 RT/(α F)
-- column:     tafel_slope_error_volt_per_decade | V/decade | standard error
-- column:     exchange_current_ampere | A | current where the line meets the equilibrium
-- column:     transfer_coefficient | 1 | α by the slope
-- column:     decades | 1 | decades of current in the range
-- column:     point_count | 1 | points in the range
-- column:     lower_slope_volt_per_decade | V/decade | slope of the half at lower currents
-- column:     upper_slope_volt_per_decade | V/decade | slope of the half at higher currents
-- column:     temperature_celsius | °C | mean where recorded, else as given
-- column:     missing | | what is not known: equilibrium_volt, uncompensated_ohm, temperature; null
--             when nothing
-- column:     status | | ok or not_computable
-- column:     reason | | why it is not ok: what is missing, or which condition does not hold
-- main:       tafel_slope_volt_per_decade, error: tafel_slope_error_volt_per_decade
-- takes:      equilibrium_volt | number(-10..10) | null | potential without current
-- takes:      uncompensated_ohm | number(0..) | null | resistance that was not compensated; 0 where
--             all was
-- takes:      limiting_ampere | number(0..) | null | limiting current, without sign
-- takes:      electrons | integer(1..10) | 1 | electrons of the reaction, for the least
--             overpotential
-- takes:      temperature_celsius | number(-200..500) | null | temperature where none was recorded
-- materialized: no | reads the points of every voltammogram of the tests asked for
-- only:       voltammetry_point
-- needs:      voltammetry_point, step
-- reference:  Bard, Faulkner, Electrochemical Methods, 2nd ed. (2001), 3.4.3
WITH warm AS (
    SELECT
        test_id,
        avg(mean_temperature_celsius) AS celsius
    FROM step
    WHERE mode = 'voltammetry'
    GROUP BY test_id
),

compensated AS (
    SELECT
        point.test_id,
        point.segment_count,
        point.cycle_count,
        CASE WHEN point.current_ampere > 0 THEN 'anodic' ELSE 'cathodic' END AS side,
        abs(point.current_ampere) AS ampere,
        sign(point.current_ampere) * (
            point.potential_volt
            - coalesce(CAST($uncompensated_ohm AS DOUBLE), 0) * point.current_ampere
            - CAST($equilibrium_volt AS DOUBLE)
        ) AS over_volt,
        coalesce(warm.celsius, CAST($temperature_celsius AS DOUBLE)) AS celsius
    FROM voltammetry_point AS point
    LEFT JOIN warm ON warm.test_id = point.test_id
    WHERE point.current_ampere <> 0
),

bounded AS (
    SELECT
        *,
        8.617333262e-5 * (celsius + 273.15) * 2.995732 / nullif(CAST($electrons AS DOUBLE), 0)
            AS least_volt,
        0.1 * coalesce(
            CAST($limiting_ampere AS DOUBLE),
            max(ampere) OVER (PARTITION BY test_id, segment_count, side)
        ) AS most_ampere
    FROM compensated
),

ranged AS (
    SELECT
        *,
        over_volt > least_volt AND ampere < most_ampere AS counts,
        log10(ampere) AS decade
    FROM bounded
),

halved AS (
    SELECT
        *,
        (
            max(CASE WHEN counts THEN decade END) OVER of_side
            + min(CASE WHEN counts THEN decade END) OVER of_side
        ) / 2 AS middle
    FROM ranged
    WINDOW of_side AS (PARTITION BY test_id, segment_count, side)
),

fitted AS (
    SELECT
        test_id,
        segment_count,
        side,
        min(cycle_count) AS cycle_count,
        min(celsius) AS celsius,
        count(CASE WHEN counts THEN 1 END) AS point_count,
        max(CASE WHEN counts THEN decade END) - min(CASE WHEN counts THEN decade END) AS decades,
        CASE
            WHEN count(CASE WHEN counts THEN 1 END) > 2
                THEN regr_slope(over_volt, CASE WHEN counts THEN decade END)
        END AS slope,
        CASE
            WHEN count(CASE WHEN counts THEN 1 END) > 2
                THEN regr_intercept(over_volt, CASE WHEN counts THEN decade END)
        END AS intercept,
        CASE
            WHEN count(CASE WHEN counts THEN 1 END) > 2
                THEN regr_r2(over_volt, CASE WHEN counts THEN decade END)
        END AS r2,
        CASE
            WHEN count(CASE WHEN counts AND decade < middle THEN 1 END) > 1
                THEN regr_slope(over_volt, CASE WHEN counts AND decade < middle THEN decade END)
        END AS lower_slope,
        CASE
            WHEN count(CASE WHEN counts AND decade >= middle THEN 1 END) > 1
                THEN regr_slope(over_volt, CASE WHEN counts AND decade >= middle THEN decade END)
        END AS upper_slope
    FROM halved
    GROUP BY test_id, segment_count, side
),

judged AS (
    SELECT
        *,
        nullif(
            concat_ws(
                ', ',
                CASE WHEN $equilibrium_volt IS NULL THEN 'equilibrium_volt' END,
                CASE WHEN $uncompensated_ohm IS NULL THEN 'uncompensated_ohm' END,
                CASE WHEN celsius IS NULL THEN 'temperature' END
            ),
            ''
        ) AS missing,
        CASE
            WHEN point_count < 8 THEN 'fewer than 8 points in the range'
            WHEN NOT decades >= 1 THEN 'the range spans less than a decade of current'
            WHEN slope <= 0 THEN 'the current falls with the overpotential'
            WHEN coalesce(abs(upper_slope - lower_slope) > 0.1 * slope, true)
                THEN 'the slopes of its halves differ by more than a tenth'
        END AS unmet
    FROM fitted
)

SELECT
    test_id,
    segment_count,
    side,
    cycle_count,
    CASE WHEN missing IS NULL AND unmet IS NULL THEN slope END AS tafel_slope_volt_per_decade,
    CASE
        WHEN missing IS NULL AND unmet IS NULL
            THEN slope * sqrt(greatest(1 / nullif(r2, 0) - 1, 0) / nullif(point_count - 2.0, 0))
    END AS tafel_slope_error_volt_per_decade,
    CASE WHEN missing IS NULL AND unmet IS NULL THEN power(10, -intercept / nullif(slope, 0)) END
        AS exchange_current_ampere,
    CASE
        WHEN missing IS NULL AND unmet IS NULL
            THEN 2.302585 * 8.617333262e-5 * (celsius + 273.15) / nullif(slope, 0)
    END AS transfer_coefficient,
    CASE WHEN missing IS NULL THEN decades END AS decades,
    CASE WHEN missing IS NULL THEN point_count END AS point_count,
    CASE WHEN missing IS NULL THEN lower_slope END AS lower_slope_volt_per_decade,
    CASE WHEN missing IS NULL THEN upper_slope END AS upper_slope_volt_per_decade,
    celsius AS temperature_celsius,
    missing,
    CASE WHEN missing IS NULL AND unmet IS NULL THEN 'ok' ELSE 'not_computable' END AS status,
    CASE WHEN missing IS NOT NULL THEN concat('missing ', missing) ELSE unmet END AS reason
FROM judged;

-- example: V55, half a transfer coefficient at 25 °C is 118.319 mV a decade
-- given: equilibrium_volt = 0.5
-- given: uncompensated_ohm = 100
-- given: temperature_celsius = 25
WITH voltammetry_point(
    test_id, record_index, segment_count, direction, cycle_count, place, potential_volt,
    current_ampere
) AS (
    SELECT
        1, n, 1, 1, 1, n, 0.5 + 0.005 * n + 1e-6 * 100 * exp(0.005 * n * 0.5 / 0.025692579),
        1e-6 * exp(0.005 * n * 0.5 / 0.025692579)
    FROM range(1, 101) AS t(n)
)
SELECT
    abs(tafel_slope_volt_per_decade - 0.118319) < 5e-7,
    abs(exchange_current_ampere - 1e-6) < 1e-11,
    abs(transfer_coefficient - 0.5) < 1e-5,
    side = 'anodic' AND decades > 1 AND missing IS NULL,
    status = 'ok' AND reason IS NULL
FROM tafel_slope;

-- example: without the equilibrium potential there is no overpotential
WITH voltammetry_point(
    test_id, record_index, segment_count, direction, cycle_count, place, potential_volt,
    current_ampere
) AS (SELECT 1, n, 1, 1, 1, n, n, n FROM range(1, 101) AS t(n))
SELECT
    tafel_slope_volt_per_decade IS NULL,
    missing = 'equilibrium_volt, uncompensated_ohm, temperature',
    status = 'not_computable'
    AND reason = 'missing equilibrium_volt, uncompensated_ohm, temperature'
FROM tafel_slope;
