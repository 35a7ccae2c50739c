-- Ionic conductivity
--
-- Thickness over resistance and area of a pellet between blocking electrodes, for each of its
-- impedance sweeps, as measured: no correction for its porosity. The resistance is the total of
-- real_axis_resistance, bulk and grain boundaries together. Sweeps of a test on a cell are left
-- out: the resistance of a cell holds its interfaces too.
--
-- grain:      test_id, spectrum_count
-- column:     material_id | | the pellet
-- column:     cell_id | | null: a test on a cell is left out
-- column:     temperature_celsius | °C | mean of the sweep, where recorded
-- column:     resistance_ohm | Ω | total resistance of the pellet
-- column:     area_cm2 | cm² | face area of the pellet, where the electrodes overlap
-- column:     thickness_um | µm | thickness of the pellet
-- column:     conductivity_s_per_cm | S/cm | thickness over resistance and area
-- column:     frequency_hertz | Hz | frequency at which the resistance was read
-- column:     method | | real-axis intercept or real-axis crossing
-- column:     status | | ok, low_quality or not_computable
-- column:     reason | | why not ok; null when ok
-- takes:      neighbors | integer(1..) | 3 | points on either side that must lie farther off
-- needs:      real_axis_resistance, test, material
-- reference:  J. T. S. Irvine, D. C. Sinclair, A. R. West, Adv. Mater. 2 (1990) 132; the resistance
--             as in real_axis_resistance
WITH pellet AS (
    SELECT
        test.material_id,
        test.cell_id,
        resistance.*,
        CASE WHEN material.area_cm2 > 0 THEN material.area_cm2 END AS area_cm2,
        CASE WHEN material.thickness_um > 0 THEN material.thickness_um END AS thickness_um
    FROM real_axis_resistance AS resistance
    LEFT JOIN test ON test.test_id = resistance.test_id
    LEFT JOIN material ON material.material_id = test.material_id
    WHERE test.cell_id IS NULL
),

judged AS (
    SELECT
        *,
        nullif(
            concat_ws(
                ', ',
                CASE WHEN material_id IS NULL THEN 'material' END,
                CASE WHEN material_id IS NOT NULL AND thickness_um IS NULL THEN 'thickness' END,
                CASE WHEN material_id IS NOT NULL AND area_cm2 IS NULL THEN 'area' END
            ),
            ''
        ) AS missing
    FROM pellet
)

SELECT
    test_id,
    spectrum_count,
    material_id,
    cell_id,
    temperature_celsius,
    resistance_ohm,
    area_cm2,
    thickness_um,
    thickness_um * 1e-4 / nullif(resistance_ohm * area_cm2, 0) AS conductivity_s_per_cm,
    frequency_hertz,
    method,
    CASE WHEN missing IS NULL THEN status ELSE 'not_computable' END AS status,
    nullif(concat_ws('; ', 'missing: ' || missing, reason), '') AS reason
FROM judged;

-- example: 1 mm with 100 Ω on 2 cm² are 0.5 mS/cm
-- given: neighbors = 1
WITH spectrum(
    test_id, spectrum_count, frequency_hertz, real_impedance_ohm, imaginary_impedance_ohm,
    temperature_celsius
) AS (VALUES (1, 1, 1000, 50, -20, 30), (1, 1, 100, 100, -5, 30), (1, 1, 10, 101, -40, 30)),
test(test_id, material_id) AS (VALUES (1, 7)),
material(material_id, thickness_um, area_cm2) AS (VALUES (7, 1000, 2))
SELECT
    abs(conductivity_s_per_cm - 5e-4) < 1e-15,
    material_id = 7,
    temperature_celsius = 30,
    frequency_hertz = 100,
    status = 'ok',
    reason IS NULL
FROM ionic_conductivity;

-- example: without a thickness there is a resistance and no conductivity
-- given: neighbors = 1
WITH spectrum(
    test_id, spectrum_count, frequency_hertz, real_impedance_ohm, imaginary_impedance_ohm
) AS (VALUES (1, 1, 1000, 50, -20), (1, 1, 100, 100, -5), (1, 1, 10, 101, -40)),
test(test_id, material_id) AS (VALUES (1, 7)),
material(material_id, area_cm2) AS (VALUES (7, 2))
SELECT
    conductivity_s_per_cm IS NULL,
    resistance_ohm = 100,
    status = 'not_computable',
    reason = 'missing: thickness'
FROM ionic_conductivity;

-- example: a cell holds more than its electrolyte
WITH spectrum(test_id, spectrum_count, frequency_hertz) AS (VALUES (1, 1, 1000)),
test(test_id, cell_id) AS (VALUES (1, 7))
SELECT count(*) = 0
FROM ionic_conductivity;
