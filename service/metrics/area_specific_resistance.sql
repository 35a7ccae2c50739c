-- Area-specific resistance
--
-- Resistance times electrode area of a cell, for each of its impedance sweeps. The resistance is
-- the total of real_axis_resistance: electrolyte and interfaces of both sides together; what one
-- interface has of it takes a fit to tell. Sweeps of a test on a material that is no cell are left
-- out.
--
-- grain:      test_id, spectrum_count
-- column:     cell_id | | the cell
-- column:     configuration | | its layers
-- column:     temperature_celsius | °C | mean of the sweep, where recorded
-- column:     resistance_ohm | Ω | total resistance of the cell
-- column:     area_cm2 | cm² | electrode area
-- column:     area_specific_resistance_ohm_cm2 | Ω·cm² | resistance times area
-- column:     convention | | total: of the whole cell, not per interface
-- column:     frequency_hertz | Hz | frequency at which the resistance was read
-- column:     method | | real-axis intercept or real-axis crossing
-- column:     status | | ok, low_quality or not_computable
-- column:     reason | | why not ok; null when ok
-- takes:      neighbors | integer(1..) | 3 | points on either side that must lie farther off
-- needs:      real_axis_resistance, test, cell
-- reference:  our own declaration; the resistance as in real_axis_resistance
WITH tested AS (
    SELECT
        test.cell_id,
        cell.configuration,
        resistance.*,
        CASE WHEN cell.area_cm2 > 0 THEN cell.area_cm2 END AS area_cm2
    FROM real_axis_resistance AS resistance
    LEFT JOIN test ON test.test_id = resistance.test_id
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
                CASE WHEN cell_id IS NOT NULL AND area_cm2 IS NULL THEN 'area' END
            ),
            ''
        ) AS missing
    FROM tested
)

SELECT
    test_id,
    spectrum_count,
    cell_id,
    configuration,
    temperature_celsius,
    resistance_ohm,
    area_cm2,
    resistance_ohm * area_cm2 AS area_specific_resistance_ohm_cm2,
    'total' AS convention,
    frequency_hertz,
    method,
    CASE WHEN missing IS NULL THEN status ELSE 'not_computable' END AS status,
    nullif(concat_ws('; ', 'missing: ' || missing, reason), '') AS reason
FROM judged;

-- example: 100 Ω on 2 cm² are 200 Ω·cm²
-- given: neighbors = 1
WITH spectrum(
    test_id, spectrum_count, frequency_hertz, real_impedance_ohm, imaginary_impedance_ohm
) AS (VALUES (1, 1, 1000, 50, -20), (1, 1, 100, 100, -5), (1, 1, 10, 101, -40)),
test(test_id, cell_id) AS (VALUES (1, 7)),
cell(cell_id, configuration, area_cm2) AS (VALUES (7, 'Li/LATP/Li', 2))
SELECT
    area_specific_resistance_ohm_cm2 = 200,
    cell_id = 7,
    configuration = 'Li/LATP/Li',
    status = 'ok',
    reason IS NULL
FROM area_specific_resistance;

-- example: an area that is not known is no area of 1 cm²
-- given: neighbors = 1
WITH spectrum(
    test_id, spectrum_count, frequency_hertz, real_impedance_ohm, imaginary_impedance_ohm
) AS (VALUES (1, 1, 1000, 50, -20), (1, 1, 100, 100, -5), (1, 1, 10, 101, -40)),
test(test_id, cell_id) AS (VALUES (1, 7)),
cell(cell_id) AS (VALUES (7))
SELECT
    area_specific_resistance_ohm_cm2 IS NULL,
    resistance_ohm = 100,
    status = 'not_computable',
    reason = 'missing: area'
FROM area_specific_resistance;
