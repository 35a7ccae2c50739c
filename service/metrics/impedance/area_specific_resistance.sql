-- Area-specific resistance
--
-- Resistance times electrode area of a cell, for each of its impedance sweeps: of the whole cell
-- (total: electrolyte and the interfaces of both sides together), and, where a fit tells the
-- interfaces, of these alone as interface_resistance has it (per_interface: half of both, for
-- symmetric cells only). Without a usable fit the total is that of real_axis_resistance; what one
-- interface has of it nothing tells then. Sweeps of a test on a material that is no cell are left
-- out. The standard error is that of the resistance alone: the area counts as exact.
--
-- formula:    ASR = R A (total), R(interfaces) A / 2 (per_interface)
-- grain:      test_id, spectrum_count, convention
-- column:     convention | | total: of the whole cell; per_interface: of one of two alike
-- column:     cell_id | | the cell
-- column:     configuration | | its layers
-- column:     temperature_celsius | °C | mean of the sweep, where recorded
-- column:     resistance_ohm | Ω | of the whole cell, or of its interfaces all together
-- column:     area_cm2 | cm² | electrode area
-- column:     area_specific_resistance_ohm_cm2 | Ω·cm² | resistance times area, halved
--             per_interface
-- column:     error_ohm_cm2 | Ω·cm² | one sigma, of the fit or of the intercept
-- column:     frequency_hertz | Hz | where it was read off; null for a fit
-- column:     method | | circuit fit, real-axis intercept or real-axis crossing
-- column:     status | | ok, low_quality or not_computable
-- column:     reason | | why not ok; null when ok
-- main:       area_specific_resistance_ohm_cm2, error: error_ohm_cm2
-- summary:    first_total_resistance | first | convention = 'total' AND temperature_celsius
--             BETWEEN 20 AND 30 | method | total area-specific resistance of the first sweep at 20
--             to 30 °C
-- summary:    last_total_resistance | last | convention = 'total' AND temperature_celsius
--             BETWEEN 20 AND 30 | method | total area-specific resistance of the last sweep at 20
--             to 30 °C
-- takes:      method | text(best, fit, intercept) | best | where the resistance comes from
-- inherits:   real_axis_resistance, fitted_resistance
-- needs:      real_axis_resistance, fitted_resistance, interface_resistance, test, cell
-- reference:  our own declaration; the resistance as in fitted_resistance and real_axis_resistance
WITH whole AS (
    SELECT *
    FROM fitted_resistance
    WHERE object = 'whole'
        AND $method <> 'intercept'
),

taken AS (
    SELECT
        axis.test_id,
        axis.spectrum_count,
        axis.temperature_celsius,
        axis.temperature_drift_kelvin,
        axis.resistance_ohm AS axis_ohm,
        axis.resistance_error_ohm AS axis_error_ohm,
        axis.frequency_hertz AS axis_hertz,
        axis.method AS axis_method,
        axis.status AS axis_status,
        axis.reason AS axis_reason,
        whole.resistance_ohm AS fit_ohm,
        whole.resistance_error_ohm AS fit_error_ohm,
        coalesce(whole.status, 'not_computable') AS fit_status,
        CASE WHEN whole.status IS NULL THEN 'no fit' ELSE whole.reason END AS fit_reason,
        $method = 'fit'
        OR (
            $method = 'best'
            AND whole.resistance_ohm IS NOT NULL
            AND (whole.status = 'ok' OR axis.status <> 'ok')
        ) AS by_fit
    FROM real_axis_resistance AS axis
    LEFT JOIN whole
        ON whole.test_id = axis.test_id
        AND whole.spectrum_count = axis.spectrum_count
),

tested AS (
    SELECT
        test.cell_id,
        cell.configuration,
        taken.test_id,
        taken.spectrum_count,
        taken.temperature_celsius,
        CASE WHEN cell.area_cm2 > 0 THEN cell.area_cm2 END AS area_cm2,
        CASE WHEN taken.by_fit THEN taken.fit_ohm ELSE taken.axis_ohm END AS resistance_ohm,
        CASE WHEN taken.by_fit THEN taken.fit_error_ohm ELSE taken.axis_error_ohm END AS error_ohm,
        CASE WHEN NOT taken.by_fit THEN taken.axis_hertz END AS frequency_hertz,
        CASE
            WHEN NOT taken.by_fit THEN taken.axis_method
            WHEN taken.fit_ohm IS NOT NULL THEN 'circuit fit'
        END AS method,
        CASE
            WHEN NOT taken.by_fit THEN taken.axis_status
            WHEN taken.fit_status = 'ok' AND taken.temperature_drift_kelvin > 1 THEN 'low_quality'
            ELSE taken.fit_status
        END AS status,
        CASE
            WHEN NOT taken.by_fit THEN taken.axis_reason
            ELSE nullif(
                concat_ws(
                    '; ',
                    taken.fit_reason,
                    CASE
                        WHEN taken.fit_ohm IS NOT NULL AND taken.temperature_drift_kelvin > 1
                            THEN concat(
                                'temperature drifted by ',
                                round(taken.temperature_drift_kelvin, 1),
                                ' K during the sweep'
                            )
                    END
                ),
                ''
            )
        END AS reason
    FROM taken
    LEFT JOIN test ON test.test_id = taken.test_id
    LEFT JOIN cell ON cell.cell_id = test.cell_id
    WHERE test.cell_id IS NOT NULL
        OR test.material_id IS NULL
),

judged AS (
    SELECT
        *,
        nullif(
            concat_ws(
                ', ',
                CASE WHEN cell_id IS NULL THEN 'cell' END,
                CASE WHEN cell_id IS NOT NULL AND area_cm2 IS NULL THEN 'area_cm2' END
            ),
            ''
        ) AS missing
    FROM tested
)

SELECT
    test_id,
    spectrum_count,
    'total' AS convention,
    cell_id,
    configuration,
    temperature_celsius,
    resistance_ohm,
    area_cm2,
    resistance_ohm * area_cm2 AS area_specific_resistance_ohm_cm2,
    error_ohm * area_cm2 AS error_ohm_cm2,
    frequency_hertz,
    method,
    CASE WHEN missing IS NULL THEN status ELSE 'not_computable' END AS status,
    nullif(concat_ws('; ', 'missing ' || missing, reason), '') AS reason
FROM judged
UNION ALL
SELECT
    test_id,
    spectrum_count,
    convention,
    cell_id,
    configuration,
    temperature_celsius,
    resistance_ohm,
    area_cm2,
    interface_resistance_ohm_cm2,
    interface_error_ohm_cm2,
    NULL,
    'circuit fit',
    status,
    reason
FROM interface_resistance
WHERE $method <> 'intercept'
    AND convention = 'per_interface'
    AND resistance_ohm IS NOT NULL;

-- example: 100 Ω on 2 cm² are 200 Ω·cm²
WITH real_axis_resistance(
    test_id, spectrum_count, resistance_ohm, frequency_hertz, method, status
) AS (VALUES (1, 1, 100, 1000, 'real-axis intercept', 'ok')),
test(test_id, cell_id) AS (VALUES (1, 7)),
cell(cell_id, configuration, area_cm2) AS (VALUES (7, 'Li/LATP/Li', 2))
SELECT
    count(*) OVER () = 1,
    area_specific_resistance_ohm_cm2 = 200,
    error_ohm_cm2 IS NULL,
    convention = 'total',
    cell_id = 7,
    configuration = 'Li/LATP/Li',
    status = 'ok',
    reason IS NULL
FROM area_specific_resistance;

-- example: a fit tells what one interface has of it, and how sure both are
WITH real_axis_resistance(test_id, spectrum_count, resistance_ohm, status)
AS (VALUES (1, 1, 800, 'low_quality')),
fitted_resistance(
    test_id, spectrum_count, object, resistance_ohm, resistance_error_ohm, status, reason
) AS (VALUES (1, 1, 'whole', 1000, 5, 'low_quality', 'every arc is mixed')),
interface_resistance(
    test_id, spectrum_count, convention, resistance_ohm, area_cm2, interface_resistance_ohm_cm2,
    interface_error_ohm_cm2, status
) AS (VALUES (1, 1, 'per_interface', 900, 2, 900, 4, 'ok')),
test(test_id, cell_id) AS (VALUES (1, 7)),
cell(cell_id, "symmetric", area_cm2) AS (VALUES (7, true, 2))
SELECT
    count(*) OVER () = 2,
    area_specific_resistance_ohm_cm2 = CASE convention WHEN 'total' THEN 2000 ELSE 900 END,
    error_ohm_cm2 = CASE convention WHEN 'total' THEN 10 ELSE 4 END,
    resistance_ohm = CASE convention WHEN 'total' THEN 1000 ELSE 900 END,
    method = 'circuit fit',
    status = CASE convention WHEN 'total' THEN 'low_quality' ELSE 'ok' END,
    reason IS NOT DISTINCT FROM CASE convention WHEN 'total' THEN 'every arc is mixed' END
FROM area_specific_resistance;

-- example: an area that is not known is no area of 1 cm²
WITH real_axis_resistance(test_id, spectrum_count, resistance_ohm, status)
AS (VALUES (1, 1, 100, 'ok')),
test(test_id, cell_id) AS (VALUES (1, 7)),
cell(cell_id) AS (VALUES (7))
SELECT
    area_specific_resistance_ohm_cm2 IS NULL,
    resistance_ohm = 100,
    status = 'not_computable',
    reason = 'missing area_cm2'
FROM area_specific_resistance;
