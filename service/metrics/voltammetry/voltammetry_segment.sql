-- Segments of voltammetry
--
-- Every segment of a voltammogram, from one turn of the potential to the next: how fast it ran, by
-- its own points, and what passed in it. The charge is summed over the time by trapezoid, that
-- above zero and that below for themselves; what charges the double layer is in it.
--
-- formula:    v = |dE/dt|; Q = ∫ i dt, apart where i > 0 and i < 0
-- grain:      test_id, segment_count
-- column:     segment_count | 1 | segment of the test, from 1
-- column:     cycle_count | 1 | scan in which most of it lies
-- column:     mode | | anodic where the potential rises, cathodic where it falls
-- column:     scan_rate_volt_per_second | V/s | slope of the potential over time, without sign
-- column:     scan_rate_error_volt_per_second | V/s | standard error of it
-- column:     first_potential_volt | V | potential it begins at
-- column:     last_potential_volt | V | potential it ends at
-- column:     anodic_charge_ah | A·h | charge of the current above zero
-- column:     cathodic_charge_ah | A·h | charge of the current below zero; negative
-- column:     noise_ampere | A | noise of the current, one sigma, by how it differs from the mean
--             of its neighbors
-- column:     point_count | 1 | points in it
-- column:     status | | ok, low_quality or not_computable
-- column:     reason | | why it is not ok: the rate is not steady, or no time was recorded
-- main:       scan_rate_volt_per_second, error: scan_rate_error_volt_per_second
-- materialized: no | reads the points of every voltammogram of the tests asked for
-- needs:      voltammetry_point
-- reference:  Bard, Faulkner, Electrochemical Methods, 2nd ed. (2001), chapter 6
WITH neighbor AS (
    SELECT
        *,
        -- what passed between two segments that meet is of the later one
        CASE
            WHEN lag(record_index) OVER in_order = record_index - 1
                THEN lag(test_time_second) OVER in_order
        END AS earlier_second,
        lag(current_ampere) OVER in_order AS earlier_ampere,
        lead(current_ampere) OVER in_order AS later_ampere
    FROM voltammetry_point
    WINDOW in_order AS (PARTITION BY test_id ORDER BY record_index)
),

-- an interval in which the current changes its sign is parted where it goes through zero
parted AS (
    SELECT
        *,
        (test_time_second - earlier_second) / 3600 AS hour,
        greatest(current_ampere, earlier_ampere, 0) AS above,
        least(current_ampere, earlier_ampere, 0) AS below
    FROM neighbor
),

summed AS (
    SELECT
        test_id,
        segment_count,
        min(cycle_count) AS cycle_count,
        min(direction) AS direction,
        count(*) AS point_count,
        regr_slope(potential_volt, test_time_second) AS slope,
        regr_r2(potential_volt, test_time_second) AS r2,
        min_by(potential_volt, place) AS first_volt,
        max_by(potential_volt, place) AS last_volt,
        sum(
            CASE
                WHEN least(current_ampere, earlier_ampere) >= 0
                    THEN (current_ampere + earlier_ampere) / 2 * hour
                WHEN above > 0 THEN above * above / nullif(above - below, 0) / 2 * hour
                ELSE 0
            END
        ) AS anodic_ah,
        sum(
            CASE
                WHEN greatest(current_ampere, earlier_ampere) <= 0
                    THEN (current_ampere + earlier_ampere) / 2 * hour
                WHEN below < 0 THEN -below * below / nullif(above - below, 0) / 2 * hour
                ELSE 0
            END
        ) AS cathodic_ah,
        median(abs(earlier_ampere - 2 * current_ampere + later_ampere))
        / nullif(0.6745 * sqrt(6.0), 0) AS noise_ampere
    FROM parted
    GROUP BY test_id, segment_count
)

SELECT
    test_id,
    segment_count,
    cycle_count,
    CASE direction WHEN 1 THEN 'anodic' ELSE 'cathodic' END AS mode,
    abs(slope) AS scan_rate_volt_per_second,
    abs(slope) * sqrt(greatest(1 / nullif(r2, 0) - 1, 0) / nullif(point_count - 2.0, 0))
        AS scan_rate_error_volt_per_second,
    first_volt AS first_potential_volt,
    last_volt AS last_potential_volt,
    anodic_ah AS anodic_charge_ah,
    cathodic_ah AS cathodic_charge_ah,
    noise_ampere,
    point_count,
    CASE
        WHEN slope IS NULL THEN 'not_computable'
        WHEN r2 < 0.999 THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    CASE
        WHEN slope IS NULL THEN 'missing test_time_second'
        WHEN r2 < 0.999 THEN 'the scan rate is not steady'
    END AS reason
FROM summed;

-- example: 1 V in 100 s is 10 mV/s, and 1 A of it passes 1/36 Ah
WITH voltammetry_point(
    test_id, record_index, segment_count, direction, cycle_count, place, test_time_second,
    potential_volt, current_ampere
) AS (
    SELECT 1, n, 1, -1, 1, n + 1, n, 2 - n / 100.0, CASE WHEN n < 50 THEN 1 ELSE -1 END
    FROM range(0, 101) AS t(n)
)
SELECT
    abs(scan_rate_volt_per_second - 0.01) < 1e-12,
    scan_rate_error_volt_per_second < 1e-9,
    first_potential_volt = 2 AND last_potential_volt = 1,
    abs(anodic_charge_ah - 49.25 / 3600) < 1e-9,
    abs(cathodic_charge_ah + 50.25 / 3600) < 1e-9,
    mode = 'cathodic' AND status = 'ok'
FROM voltammetry_segment;

-- example: one that jumps has no steady rate, and one without a clock none
WITH voltammetry_point(
    test_id, record_index, segment_count, direction, cycle_count, place, test_time_second,
    potential_volt, current_ampere
) AS (
    SELECT 1, n, 1, 1, 1, n, n, n + 50 * (n // 30), 1 FROM range(1, 60) AS t(n)
    UNION ALL
    SELECT 2, n, 1, 1, 1, n, NULL, n, 1 FROM range(1, 60) AS t(n)
)
SELECT
    CASE test_id
        WHEN 1 THEN status = 'low_quality' AND reason = 'the scan rate is not steady'
        ELSE status = 'not_computable' AND reason = 'missing test_time_second'
    END
FROM voltammetry_segment;
