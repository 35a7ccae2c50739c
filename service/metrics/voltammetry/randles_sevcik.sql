-- Randles-Sevcik diffusion coefficient
--
-- Diffusion coefficient out of peak currents against the square root of the scan rate, through all
-- tests of a cell that are asked for; a test of no cell stands by itself. At each rate (rates
-- within 5 % are one) the peak current is the mean over its segments. It is told only where there
-- are four rates over a factor of ten, r² is above 0.99 and the line meets zero within two sigma:
-- else the current is not limited by diffusion alone. Area, electrons, concentration and
-- temperature are needed, and missing ones are named. Beside it stands b, the slope of ln i against
-- ln v: 0.5 for diffusion, 1 for what is bound to the surface. An irreversible wave has another
-- factor, with the transfer coefficient by the width of its peaks.
--
-- formula:    i_p = k n^{3/2} F^{3/2} S c √(v D / (RT)), k = 0.446294; D from the slope of i_p
--             against √v; b = d ln i_p / d ln v
-- grain:      cell_id, test_id, mode, peak_count
-- column:     cell_id | | the cell; null for a test of none
-- column:     test_id | | the test where it is of no cell; null for a cell
-- column:     mode | | anodic or cathodic
-- column:     peak_count | 1 | peak, from 1 at the lowest potential
-- column:     diffusion_cm2_per_s | cm²/s | diffusion coefficient
-- column:     diffusion_error_cm2_per_s | cm²/s | one sigma, by the slope
-- column:     b_value | 1 | slope of ln of the peak current against ln of the scan rate
-- column:     b_error | 1 | standard error of it
-- column:     intercept_ampere | A | where the line meets the rate zero
-- column:     intercept_error_ampere | A | standard error of it
-- column:     r2 | 1 | coefficient of determination
-- column:     rate_count | 1 | different scan rates
-- column:     lowest_rate_volt_per_second | V/s | least of them
-- column:     highest_rate_volt_per_second | V/s | greatest of them
-- column:     half_width_volt | V | mean of |Ep - Ep/2|
-- column:     transfer_coefficient | 1 | by the width, of an irreversible wave
-- column:     temperature_celsius | °C | mean where recorded, else as given
-- column:     missing | | what is not known: area_cm2, electrons, concentration, temperature; null
--             when nothing
-- column:     status | | ok, low_quality or not_computable
-- column:     reason | | why it is not ok: what is missing, which condition does not hold, or what
--             the peaks say
-- main:       diffusion_cm2_per_s, error: diffusion_error_cm2_per_s
-- scope:      whole | the line goes through all tests of a cell that are asked for
-- takes:      electrons | integer(1..10) | null | electrons of the wave; null: not known
-- takes:      concentration_mol_per_l | number(0.0000000001..100) | null | of what reacts, in the
--             bulk; null: not known
-- takes:      wave | text(reversible, irreversible) | reversible | which formula
-- takes:      temperature_celsius | number(-200..500) | null | temperature where none was recorded
-- inherits:   voltammetry_peak
-- materialized: no | reads the points of every voltammogram of the tests asked for
-- only:       voltammetry_peak
-- needs:      voltammetry_peak, step, test, cell
-- reference:  Nicholson, Shain, Anal. Chem. 36 (1964) 706; Lindström et al., J. Phys. Chem. B 101
--             (1997) 7717, for b
WITH warm AS (
    SELECT
        test_id,
        avg(mean_temperature_celsius) AS celsius
    FROM step
    WHERE mode = 'voltammetry'
    GROUP BY test_id
),

directed AS (
    SELECT
        *,
        first_value(mode) OVER (PARTITION BY test_id ORDER BY segment_count, peak_count)
            AS first_mode
    FROM voltammetry_peak
),

peak AS (
    SELECT
        test.cell_id,
        CASE WHEN test.cell_id IS NULL THEN directed.test_id END AS lone_test,
        directed.mode,
        directed.peak_count,
        abs(directed.peak_ampere) AS ampere,
        directed.half_width_volt,
        directed.scan_rate_volt_per_second AS rate,
        -- rates within 5 % are one
        CAST(
            round(ln(nullif(directed.scan_rate_volt_per_second, 0)) / nullif(ln(1.05), 0))
            AS BIGINT
        ) AS rate_class,
        warm.celsius,
        CASE WHEN directed.status <> 'ok' THEN directed.reason END AS doubt
    FROM directed
    LEFT JOIN test ON test.test_id = directed.test_id
    LEFT JOIN warm ON warm.test_id = directed.test_id
    WHERE directed.mode = directed.first_mode
),

at_rate AS (
    SELECT
        cell_id,
        lone_test,
        mode,
        peak_count,
        rate_class,
        avg(rate) AS rate,
        avg(ampere) AS ampere,
        avg(half_width_volt) AS half_width_volt,
        avg(celsius) AS celsius,
        min(doubt) AS doubt
    FROM peak
    WHERE ampere > 0
        AND rate > 0
    GROUP BY cell_id, lone_test, mode, peak_count, rate_class
),

lined AS (
    SELECT
        *,
        sqrt(rate) AS root,
        count(*) OVER line > 1 AS is_line,
        regr_slope(ampere, sqrt(rate)) OVER line AS slope,
        avg(ampere) OVER line AS mean_ampere,
        avg(sqrt(rate)) OVER line AS mean_root,
        regr_slope(ln(ampere), ln(rate)) OVER line AS b_value,
        avg(ln(ampere)) OVER line AS mean_ln_ampere,
        avg(ln(rate)) OVER line AS mean_ln_rate
    FROM at_rate
    WINDOW line AS (PARTITION BY cell_id, lone_test, mode, peak_count)
),

-- what each rate leaves over; by 1 - r² nearly all digits of it would cancel
left_over AS (
    SELECT
        *,
        CASE WHEN is_line THEN ampere - mean_ampere - slope * (root - mean_root) END AS misfit,
        CASE
            WHEN is_line
                THEN ln(ampere) - mean_ln_ampere - b_value * (ln(rate) - mean_ln_rate)
        END AS ln_misfit
    FROM lined
),

fitted AS (
    SELECT
        cell_id,
        lone_test,
        mode,
        peak_count,
        count(*) AS rate_count,
        min(rate) AS lowest_rate,
        max(rate) AS highest_rate,
        CASE WHEN count(*) > 1 THEN regr_slope(ampere, sqrt(rate)) END AS slope,
        CASE WHEN count(*) > 1 THEN regr_intercept(ampere, sqrt(rate)) END AS intercept,
        CASE WHEN count(*) > 2 THEN regr_r2(ampere, sqrt(rate)) END AS r2,
        regr_avgx(ampere, sqrt(rate)) AS mean_x,
        regr_sxx(ampere, sqrt(rate)) AS sxx,
        sum(misfit * misfit) AS misfit,
        CASE WHEN count(*) > 1 THEN regr_slope(ln(ampere), ln(rate)) END AS b_value,
        regr_sxx(ln(ampere), ln(rate)) AS ln_sxx,
        sum(ln_misfit * ln_misfit) AS ln_misfit,
        avg(half_width_volt) AS half_width_volt,
        coalesce(avg(celsius), CAST($temperature_celsius AS DOUBLE)) AS celsius,
        min(doubt) AS doubt
    FROM left_over
    GROUP BY cell_id, lone_test, mode, peak_count
),

erring AS (
    SELECT
        fitted.*,
        cell.area_cm2,
        CASE WHEN rate_count > 2 THEN sqrt(misfit / nullif(rate_count - 2.0, 0)) END AS scatter,
        CASE
            WHEN rate_count > 2
                THEN sqrt(ln_misfit / nullif((rate_count - 2.0) * ln_sxx, 0))
        END AS b_error,
        -- elementary charge over Boltzmann constant
        11604.518121 / nullif(celsius + 273.15, 0) AS per_volt
    FROM fitted
    LEFT JOIN cell ON cell.cell_id = fitted.cell_id
),

solved AS (
    SELECT
        *,
        scatter / nullif(sqrt(sxx), 0) AS slope_error,
        scatter * sqrt(1 / nullif(CAST(rate_count AS DOUBLE), 0) + mean_x * mean_x / nullif(sxx, 0))
            AS intercept_error,
        CASE $wave
            WHEN 'irreversible' THEN 1.857 / nullif(per_volt * half_width_volt, 0)
        END AS alpha,
        nullif(
            concat_ws(
                ', ',
                CASE WHEN area_cm2 > 0 THEN NULL ELSE 'area_cm2' END,
                CASE WHEN $electrons IS NULL THEN 'electrons' END,
                CASE WHEN $concentration_mol_per_l IS NULL THEN 'concentration' END,
                CASE WHEN celsius IS NULL THEN 'temperature' END
            ),
            ''
        ) AS missing
    FROM erring
),

answer AS (
    SELECT
        *,
        -- what √(D v) is multiplied by
        96485.33212 * area_cm2 * 0.001 * CAST($concentration_mol_per_l AS DOUBLE)
        * sqrt(per_volt) * CASE $wave
            WHEN 'irreversible' THEN 0.4958 * CAST($electrons AS DOUBLE) * sqrt(alpha)
            ELSE 0.446294 * power(CAST($electrons AS DOUBLE), 1.5)
        END AS factor,
        nullif(
            concat_ws(
                ', ',
                CASE WHEN rate_count < 4 THEN 'fewer than 4 scan rates' END,
                CASE
                    WHEN highest_rate < 9.5 * lowest_rate
                        THEN 'rates span less than a factor of 10'
                END,
                CASE WHEN r2 <= 0.99 THEN 'r2 is not above 0.99' END,
                CASE
                    WHEN rate_count > 2 AND abs(intercept) > greatest(
                        2 * intercept_error, 1e-6 * slope * mean_x
                    ) THEN 'the line does not meet zero'
                END,
                CASE WHEN slope <= 0 THEN 'the current does not rise with the rate' END
            ),
            ''
        ) AS unmet,
        CASE
            WHEN $wave = 'reversible'
                AND half_width_volt * CAST($electrons AS DOUBLE) * per_volt > 1.15 * 2.20236
                THEN 'peaks are wider than reversible ones'
        END AS wide
    FROM solved
)

SELECT
    cell_id,
    lone_test AS test_id,
    mode,
    peak_count,
    CASE
        WHEN missing IS NULL AND unmet IS NULL THEN power(slope / nullif(factor, 0), 2)
    END AS diffusion_cm2_per_s,
    CASE
        WHEN missing IS NULL AND unmet IS NULL
            THEN 2 * slope * slope_error / nullif(factor * factor, 0)
    END AS diffusion_error_cm2_per_s,
    b_value,
    b_error,
    intercept AS intercept_ampere,
    intercept_error AS intercept_error_ampere,
    r2,
    rate_count,
    lowest_rate AS lowest_rate_volt_per_second,
    highest_rate AS highest_rate_volt_per_second,
    half_width_volt,
    alpha AS transfer_coefficient,
    celsius AS temperature_celsius,
    missing,
    CASE
        WHEN missing IS NOT NULL OR unmet IS NOT NULL THEN 'not_computable'
        WHEN doubt IS NOT NULL OR wide IS NOT NULL THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    CASE
        WHEN missing IS NOT NULL OR unmet IS NOT NULL
            THEN concat_ws(', ', 'missing ' || missing, unmet)
        ELSE nullif(concat_ws(', ', doubt, wide), '')
    END AS reason
FROM answer;

-- example: V52, the factor at 25 °C, through four rates over a factor of 100
-- given: electrons = 1
-- given: concentration_mol_per_l = 0.001
-- given: temperature_celsius = 25
WITH test(test_id, cell_id) AS (VALUES (1, 7), (2, 7), (3, 7), (4, 7)),
cell(cell_id, area_cm2) AS (VALUES (7, 0.5)),
voltammetry_peak(
    test_id, segment_count, peak_count, mode, peak_ampere, half_width_volt,
    scan_rate_volt_per_second, status
) AS (
    SELECT
        n, 1, 1, 'anodic', 268645 * 0.5 * 1e-6 * sqrt(1e-5) * (0.05 * n * n), 0.0566,
        0.0025 * power(n, 4), 'ok'
    FROM range(1, 5) AS t(n)
)
SELECT
    abs(diffusion_cm2_per_s / 1e-5 - 1) < 2e-5,
    abs(b_value - 0.5) < 1e-9,
    cell_id = 7 AND test_id IS NULL,
    rate_count = 4 AND missing IS NULL,
    status = 'ok' AND reason IS NULL
FROM randles_sevcik;

-- example: what is missing is named, and so is a line that is none; b is told
WITH voltammetry_peak(
    test_id, segment_count, peak_count, mode, peak_ampere, scan_rate_volt_per_second, status
) AS (SELECT 1, n, 1, 'anodic', 0.1 * n, 0.1 * n, 'ok' FROM range(1, 4) AS t(n))
SELECT
    diffusion_cm2_per_s IS NULL,
    abs(b_value - 1) < 1e-9,
    missing = 'area_cm2, electrons, concentration, temperature',
    status = 'not_computable',
    reason LIKE 'missing area_cm2, electrons, concentration, temperature, fewer than 4 scan rates%'
FROM randles_sevcik;
