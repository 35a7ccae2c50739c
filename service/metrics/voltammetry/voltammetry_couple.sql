-- Couples of voltammetry
--
-- A peak and the one on the way back: half-wave potential in their middle, their separation, and
-- the ratio of their currents. Peaks are a couple when each is the nearest of its segment to the
-- other. A couple is reversible when its separation is at most a tenth above 2.218 RT/nF, or two
-- sigma, and its currents are alike within a tenth; that needs the temperature and the number of
-- electrons, and is left open without. A resistance that is not compensated parts the peaks: what
-- it shifts one by is told where it is given, and makes the couple low quality above 5 mV.
--
-- formula:    E½ = (E_pa + E_pc) / 2, ΔE_p = E_pa − E_pc; reversible: ΔE_p = 2.218 RT / (nF)
-- grain:      test_id, segment_count, peak_count
-- column:     segment_count | 1 | segment of the first of both peaks
-- column:     peak_count | 1 | peak of that segment
-- column:     cycle_count | 1 | scan of the first of both
-- column:     half_wave_volt | V | middle of both peaks
-- column:     half_wave_error_volt | V | one sigma, by those of the peaks
-- column:     separation_volt | V | anodic less cathodic peak potential
-- column:     separation_error_volt | V | one sigma
-- column:     current_ratio | 1 | anodic over cathodic peak current, without sign
-- column:     current_ratio_error | 1 | one sigma
-- column:     reversible | | whether separation and currents are those of a reversible couple; null
--             where that cannot be said
-- column:     reversible_separation_volt | V | 2.218 RT/nF; null without temperature or electrons
-- column:     ir_shift_volt | V | what the resistance shifts the larger peak by; null where none
--             was given
-- column:     scan_rate_volt_per_second | V/s | mean of both segments
-- column:     method_back | | decay, nicholson or line: how the current back was measured
-- column:     temperature_celsius | °C | mean of the scan where recorded, else as given
-- column:     missing | | what is not known: electrons, temperature, uncompensated_ohm; null when
--             nothing
-- column:     status | | ok or low_quality
-- column:     reason | | why it is not ok: as of either peak, or the shift by the resistance
-- main:       half_wave_volt, error: half_wave_error_volt
-- takes:      electrons | integer(1..10) | null | electrons of the couple; null: not known
-- takes:      temperature_celsius | number(-200..500) | null | temperature where none was recorded
-- takes:      uncompensated_ohm | number(0..) | null | resistance that was not compensated
-- inherits:   voltammetry_peak
-- materialized: no | reads the points of every voltammogram of the tests asked for
-- only:       voltammetry_peak
-- needs:      voltammetry_peak, step
-- reference:  Nicholson, Shain, Anal. Chem. 36 (1964) 706
WITH near AS (
    SELECT
        one.test_id,
        one.segment_count,
        one.peak_count,
        other.peak_count AS other_count,
        row_number() OVER (
            PARTITION BY one.test_id, one.segment_count, one.peak_count
            ORDER BY abs(one.peak_volt - other.peak_volt), other.peak_count
        ) AS of_one,
        row_number() OVER (
            PARTITION BY one.test_id, one.segment_count, other.peak_count
            ORDER BY abs(one.peak_volt - other.peak_volt), one.peak_count
        ) AS of_other
    FROM voltammetry_peak AS one
    JOIN voltammetry_peak AS other
        ON other.test_id = one.test_id
        AND other.segment_count = one.segment_count + 1
        AND other.mode <> one.mode
),

directed AS (
    SELECT
        *,
        first_value(mode) OVER (PARTITION BY test_id ORDER BY segment_count, peak_count)
            AS first_mode
    FROM voltammetry_peak
),

warm AS (
    SELECT
        test_id,
        cycle_count,
        avg(mean_temperature_celsius) AS mean_celsius
    FROM step
    WHERE mode = 'voltammetry'
    GROUP BY test_id, cycle_count
),

couple AS (
    SELECT
        one.*,
        other.method AS method_back,
        CASE one.mode WHEN 'anodic' THEN 1 ELSE -1 END * (one.peak_volt - other.peak_volt)
            AS separation_volt,
        (one.peak_volt + other.peak_volt) / 2 AS middle_volt,
        sqrt(
            one.peak_error_volt * one.peak_error_volt
            + other.peak_error_volt * other.peak_error_volt
        ) AS error_volt,
        CASE one.mode
            WHEN 'anodic' THEN abs(one.peak_ampere / nullif(other.peak_ampere, 0))
            ELSE abs(other.peak_ampere / nullif(one.peak_ampere, 0))
        END AS ratio,
        sqrt(
            power(one.peak_error_ampere / nullif(one.peak_ampere, 0), 2)
            + power(other.peak_error_ampere / nullif(other.peak_ampere, 0), 2)
        ) AS ratio_error,
        greatest(abs(one.top_ampere), abs(other.top_ampere)) AS larger_ampere,
        (one.scan_rate_volt_per_second + other.scan_rate_volt_per_second) / 2 AS rate,
        nullif(
            concat_ws(
                ', ',
                CASE WHEN one.status <> 'ok' THEN one.reason END,
                CASE
                    WHEN other.status <> 'ok' AND other.reason IS DISTINCT FROM one.reason
                        THEN other.reason
                END
            ),
            ''
        ) AS doubt,
        coalesce(warm.mean_celsius, CAST($temperature_celsius AS DOUBLE)) AS celsius
    FROM near
    JOIN directed AS one
        ON one.test_id = near.test_id
        AND one.segment_count = near.segment_count
        AND one.peak_count = near.peak_count
        AND one.mode = one.first_mode
    JOIN voltammetry_peak AS other
        ON other.test_id = near.test_id
        AND other.segment_count = near.segment_count + 1
        AND other.peak_count = near.other_count
    LEFT JOIN warm
        ON warm.test_id = one.test_id
        AND warm.cycle_count = one.cycle_count
    WHERE near.of_one = 1
        AND near.of_other = 1
),

judged AS (
    SELECT
        *,
        2.218 * 8.617333262e-5 * (celsius + 273.15)
        / nullif(CAST($electrons AS DOUBLE), 0) AS reversible_volt,
        larger_ampere * CAST($uncompensated_ohm AS DOUBLE) AS ir_volt
    FROM couple
),

told AS (
    SELECT
        *,
        nullif(
            concat_ws(
                ', ',
                doubt,
                CASE
                    WHEN ir_volt > 0.005
                        THEN concat('iR shifts a peak by ', round(1000 * ir_volt, 1), ' mV')
                END
            ),
            ''
        ) AS doubts
    FROM judged
)

SELECT
    test_id,
    segment_count,
    peak_count,
    cycle_count,
    middle_volt AS half_wave_volt,
    error_volt / 2 AS half_wave_error_volt,
    separation_volt,
    error_volt AS separation_error_volt,
    ratio AS current_ratio,
    ratio * ratio_error AS current_ratio_error,
    separation_volt <= reversible_volt
    + greatest(0.1 * reversible_volt, 2 * coalesce(error_volt, 0))
    AND abs(ln(nullif(ratio, 0))) <= greatest(0.1, 2 * coalesce(ratio_error, 0)) AS reversible,
    reversible_volt AS reversible_separation_volt,
    ir_volt AS ir_shift_volt,
    rate AS scan_rate_volt_per_second,
    method_back,
    celsius AS temperature_celsius,
    nullif(
        concat_ws(
            ', ',
            CASE WHEN $electrons IS NULL THEN 'electrons' END,
            CASE WHEN celsius IS NULL THEN 'temperature' END,
            CASE WHEN $uncompensated_ohm IS NULL THEN 'uncompensated_ohm' END
        ),
        ''
    ) AS missing,
    CASE WHEN doubts IS NOT NULL THEN 'low_quality' ELSE 'ok' END AS status,
    doubts AS reason
FROM told;

-- example: 57 mV apart and alike is one reversible electron at 25 °C
-- given: electrons = 1
-- given: temperature_celsius = 25
-- given: uncompensated_ohm = 1
WITH voltammetry_peak(
    test_id, segment_count, peak_count, cycle_count, mode, peak_ampere, peak_error_ampere,
    peak_volt, peak_error_volt, method, top_ampere, scan_rate_volt_per_second, status
) AS (
    VALUES (1, 1, 1, 1, 'anodic', 0.001, 0.00001, 0.3285, 0.0003, 'line', 0.001, 0.1, 'ok'),
    (1, 2, 1, 1, 'cathodic', -0.001, 0.00001, 0.2715, 0.0004, 'decay', -0.001, 0.1, 'ok'),
    (1, 3, 1, 2, 'anodic', 0.001, 0.00001, 0.3285, 0.0003, 'line', 0.001, 0.1, 'ok')
)
SELECT
    abs(half_wave_volt - 0.3) < 1e-12,
    abs(half_wave_error_volt - 0.00025) < 1e-12,
    abs(separation_volt - 0.057) < 1e-12,
    abs(current_ratio - 1) < 1e-12,
    abs(reversible_separation_volt - 0.056986) < 1e-6,
    reversible,
    abs(ir_shift_volt - 0.001) < 1e-12 AND method_back = 'decay',
    missing IS NULL AND status = 'ok' AND reason IS NULL
FROM voltammetry_couple;

-- example: without electrons and temperature nobody can say, and a shift of 10 mV is told
-- given: uncompensated_ohm = 10
WITH voltammetry_peak(
    test_id, segment_count, peak_count, cycle_count, mode, peak_ampere, peak_error_ampere,
    peak_volt, peak_error_volt, method, top_ampere, scan_rate_volt_per_second, status
) AS (
    VALUES (1, 1, 1, 1, 'cathodic', -0.001, 0.00001, 0.27, 0.0003, 'line', -0.001, 0.1, 'ok'),
    (1, 2, 1, 1, 'anodic', 0.001, 0.00001, 0.33, 0.0003, 'decay', 0.001, 0.1, 'ok')
)
SELECT
    reversible IS NULL,
    abs(separation_volt - 0.06) < 1e-12,
    missing = 'electrons, temperature',
    status = 'low_quality' AND reason = 'iR shifts a peak by 10.0 mV'
FROM voltammetry_couple;
