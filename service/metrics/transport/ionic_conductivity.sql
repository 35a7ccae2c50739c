-- Ionic conductivity
--
-- Thickness over resistance and area of a pellet between blocking electrodes, for each of its
-- impedance sweeps, as measured: no correction for its porosity. Of a cell it is that of its
-- electrolyte layer, by the area of the cell; an intercept on the real axis may hold what is at
-- the electrodes too, and is of low quality there. By a fit (fitted_resistance) there
-- is that of the total, which is everything in series and every arc that is not an interface's; of
-- the bulk, which is what is in series and the arc of the bulk; and of the grain boundaries, as if
-- they filled the whole pellet. Where the fit cannot tell these two apart, neither is computable
-- and the total stands. Without a fit there is the total of real_axis_resistance.
-- The method `best` takes the fit where it is ok, else the intercept where that is, else the fit
-- of low quality, else such an intercept; `method` says which. The relative variance is the sum of
-- those of resistance, thickness and area; where the material tells no error of the latter two,
-- they count as exact unless thickness_error and area_error say what they are.
--
-- formula:    σ = d / (R A), (s(σ) / σ)² = (s(R) / R)² + (s(d) / d)² + (s(A) / A)²
-- grain:      test_id, spectrum_count, object
-- column:     object | | total, bulk or grain_boundary
-- column:     material_id | | the pellet, or the piece that is the electrolyte layer of the cell
-- column:     cell_id | | the cell, of a test on one
-- column:     temperature_celsius | °C | mean of the sweep, where recorded
-- column:     resistance_ohm | Ω | resistance of the object
-- column:     resistance_error_ohm | Ω | one sigma, of the fit or of the intercept
-- column:     area_cm2 | cm² | face area of the pellet, where the electrodes overlap; of the cell
-- column:     thickness_um | µm | thickness of the pellet or the electrolyte layer
-- column:     conductivity_s_per_cm | S/cm | thickness over resistance and area
-- column:     conductivity_error_s_per_cm | S/cm | one sigma, by resistance, thickness and area;
--             null where that of the resistance is not known
-- column:     frequency_hertz | Hz | where it was read off; null for a fit
-- column:     circuit | | circuit of the fit; null without one
-- column:     method | | circuit fit, real-axis intercept or real-axis crossing
-- column:     status | | ok, low_quality or not_computable
-- column:     reason | | why not ok, not_identifiable for example; null when ok
-- main:       conductivity_s_per_cm, error: conductivity_error_s_per_cm
-- summary:    conductivity | median | object = 'total' AND temperature_celsius BETWEEN 20 AND 30 |
--             method | conductivity of its electrolyte layer, grain boundaries included, at 20 to
--             30 °C
-- takes:      method | text(best, fit, intercept) | best | where the resistance comes from
-- takes:      thickness_error | number(0..1) | 0 | relative standard error of the thickness
-- takes:      area_error | number(0..1) | 0 | relative standard error of the area
-- inherits:   real_axis_resistance, fitted_resistance
-- needs:      real_axis_resistance, fitted_resistance, test, material, cell, layer
-- reference:  J. T. S. Irvine, D. C. Sinclair, A. R. West, Adv. Mater. 2 (1990) 132; the resistance
--             as in fitted_resistance and real_axis_resistance
WITH fitted AS (
    SELECT
        test_id,
        spectrum_count,
        CASE object WHEN 'electrolyte' THEN 'total' ELSE object END AS object,
        resistance_ohm,
        resistance_error_ohm,
        circuit,
        status,
        reason
    FROM fitted_resistance
    WHERE object IN ('electrolyte', 'bulk', 'grain_boundary')
),

told AS (
    SELECT
        axis.test_id,
        axis.spectrum_count,
        'total' AS object,
        axis.temperature_celsius,
        axis.resistance_ohm,
        axis.resistance_error_ohm,
        axis.frequency_hertz,
        CAST(NULL AS VARCHAR) AS circuit,
        axis.method,
        axis.status,
        axis.reason,
        CASE axis.status WHEN 'ok' THEN 2 WHEN 'low_quality' THEN 4 ELSE 5 END AS rank
    FROM real_axis_resistance AS axis
    WHERE $method <> 'fit'
    UNION ALL
    SELECT
        axis.test_id,
        axis.spectrum_count,
        coalesce(fitted.object, 'total'),
        axis.temperature_celsius,
        fitted.resistance_ohm,
        fitted.resistance_error_ohm,
        NULL,
        fitted.circuit,
        CASE WHEN fitted.resistance_ohm IS NOT NULL THEN 'circuit fit' END,
        CASE
            WHEN fitted.status IS NULL THEN 'not_computable'
            WHEN fitted.status = 'ok' AND axis.temperature_drift_kelvin > 1 THEN 'low_quality'
            ELSE fitted.status
        END,
        nullif(
            concat_ws(
                '; ',
                CASE WHEN fitted.status IS NULL THEN 'no fit' ELSE fitted.reason END,
                CASE
                    WHEN fitted.resistance_ohm IS NOT NULL AND axis.temperature_drift_kelvin > 1
                        THEN concat(
                            'temperature drifted by ',
                            round(axis.temperature_drift_kelvin, 1),
                            ' K during the sweep'
                        )
                END
            ),
            ''
        ),
        CASE
            WHEN fitted.status = 'ok' AND coalesce(axis.temperature_drift_kelvin, 0) <= 1 THEN 1
            WHEN fitted.resistance_ohm IS NOT NULL THEN 3
            ELSE 6
        END
    FROM real_axis_resistance AS axis
    LEFT JOIN fitted
        ON fitted.test_id = axis.test_id
        AND fitted.spectrum_count = axis.spectrum_count
    WHERE $method <> 'intercept'
),

best AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY test_id, spectrum_count, object ORDER BY rank
        ) AS place,
        string_agg(reason, '; ') OVER (
            PARTITION BY test_id, spectrum_count, object ORDER BY rank
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) AS every_reason
    FROM told
),

electrolyte AS (
    SELECT
        layer.cell_id,
        count(*) AS layer_count,
        CASE count(*) WHEN 1 THEN min(layer.material_id) END AS material_id,
        CASE count(*)
            WHEN 1 THEN min(coalesce(layer.thickness_um, material.thickness_um))
        END AS thickness_um,
        CASE count(*)
            WHEN 1 THEN
                min(CASE WHEN layer.thickness_um IS NULL THEN material.thickness_error_um END)
        END AS thickness_error_um
    FROM layer
    LEFT JOIN material ON material.material_id = layer.material_id
    WHERE layer.role = 'electrolyte'
    GROUP BY layer.cell_id
),

piece AS (
    SELECT
        test.cell_id,
        best.*,
        coalesce(electrolyte.material_id, test.material_id) AS material_id,
        electrolyte.layer_count,
        CASE WHEN test.cell_id IS NULL THEN material.area_cm2 ELSE cell.area_cm2 END AS area,
        CASE WHEN test.cell_id IS NULL THEN material.area_error_cm2 ELSE cell.area_error_cm2 END
            AS area_error,
        coalesce(electrolyte.thickness_um, material.thickness_um) AS thickness,
        coalesce(electrolyte.thickness_error_um, material.thickness_error_um) AS thickness_error
    FROM best
    LEFT JOIN test ON test.test_id = best.test_id
    LEFT JOIN material
        ON material.material_id = test.material_id
        AND test.cell_id IS NULL
    LEFT JOIN cell ON cell.cell_id = test.cell_id
    LEFT JOIN electrolyte ON electrolyte.cell_id = test.cell_id
    WHERE best.place = 1
),

pellet AS (
    SELECT
        *,
        CASE WHEN area > 0 THEN area END AS area_cm2,
        CASE WHEN thickness > 0 THEN thickness END AS thickness_um,
        coalesce(thickness_error / nullif(thickness, 0), $thickness_error) AS thickness_share,
        coalesce(area_error / nullif(area, 0), $area_error) AS area_share,
        cell_id IS NOT NULL AND method <> 'circuit fit' AS holds_electrodes
    FROM piece
),

judged AS (
    SELECT
        *,
        thickness_um * 1e-4 / nullif(resistance_ohm * area_cm2, 0) AS conductivity,
        nullif(
            concat_ws(
                ', ',
                CASE WHEN material_id IS NULL AND cell_id IS NULL THEN 'material' END,
                CASE
                    WHEN cell_id IS NOT NULL AND layer_count IS NULL THEN 'electrolyte layer'
                    WHEN layer_count > 1 THEN concat('one electrolyte of ', layer_count, ' layers')
                    WHEN cell_id IS NOT NULL AND thickness_um IS NULL
                        THEN 'thickness_um of the electrolyte layer'
                    WHEN material_id IS NOT NULL AND thickness_um IS NULL THEN 'thickness_um'
                END,
                CASE
                    WHEN cell_id IS NOT NULL AND area_cm2 IS NULL THEN 'area_cm2 of the cell'
                    WHEN material_id IS NOT NULL AND area_cm2 IS NULL THEN 'area_cm2'
                END
            ),
            ''
        ) AS missing
    FROM pellet
)

SELECT
    test_id,
    spectrum_count,
    object,
    material_id,
    cell_id,
    temperature_celsius,
    resistance_ohm,
    resistance_error_ohm,
    area_cm2,
    thickness_um,
    conductivity AS conductivity_s_per_cm,
    conductivity * sqrt(
        thickness_share * thickness_share
        + area_share * area_share
        + resistance_error_ohm / nullif(resistance_ohm, 0)
        * resistance_error_ohm / nullif(resistance_ohm, 0)
    ) AS conductivity_error_s_per_cm,
    frequency_hertz,
    circuit,
    method,
    CASE
        WHEN missing IS NOT NULL THEN 'not_computable'
        WHEN status = 'ok' AND holds_electrodes THEN 'low_quality'
        ELSE status
    END AS status,
    nullif(
        concat_ws(
            '; ',
            'missing ' || missing,
            CASE
                WHEN holds_electrodes AND resistance_ohm IS NOT NULL
                    THEN 'of a cell: it may hold what is at the electrodes too'
            END,
            CASE WHEN resistance_ohm IS NULL THEN every_reason ELSE reason END
        ),
        ''
    ) AS reason
FROM judged;

-- example: 1 mm with 100 Ω on 2 cm² are 0.5 mS/cm
WITH real_axis_resistance(
    test_id, spectrum_count, resistance_ohm, frequency_hertz, temperature_celsius, method, status
) AS (VALUES (1, 1, 100, 1000, 30, 'real-axis intercept', 'ok')),
test(test_id, material_id) AS (VALUES (1, 7)),
material(material_id, thickness_um, area_cm2) AS (VALUES (7, 1000, 2))
SELECT
    count(*) OVER () = 1,
    object = 'total',
    abs(conductivity_s_per_cm - 5e-4) < 1e-15,
    conductivity_error_s_per_cm IS NULL,
    material_id = 7,
    temperature_celsius = 30,
    frequency_hertz = 1000,
    method = 'real-axis intercept',
    status = 'ok',
    reason IS NULL
FROM ionic_conductivity;

-- example: a fit tells bulk and grain boundaries too, and how sure it is
WITH real_axis_resistance(test_id, spectrum_count, temperature_celsius, status)
AS (VALUES (1, 1, 30, 'not_computable')),
fitted_resistance(
    test_id, spectrum_count, object, resistance_ohm, resistance_error_ohm, circuit, status, reason
) AS (
    VALUES
    (1, 1, 'electrolyte', 100, 5, 'R0-p(R1,CPE1)-CPE2', 'ok', NULL),
    (1, 1, 'bulk', 30, 3, 'R0-p(R1,CPE1)-CPE2', 'ok', NULL),
    (1, 1, 'grain_boundary', NULL, NULL, NULL, 'not_computable', 'not_identifiable: arc R1'),
    (1, 1, 'whole', 999, 5, 'R0-p(R1,CPE1)-CPE2', 'ok', NULL)
),
test(test_id, material_id) AS (VALUES (1, 7)),
material(material_id, thickness_um, area_cm2) AS (VALUES (7, 1000, 2))
SELECT
    count(*) OVER () = 3,
    resistance_ohm IS NOT DISTINCT FROM CASE object WHEN 'total' THEN 100 WHEN 'bulk' THEN 30 END,
    coalesce(abs(conductivity_s_per_cm * resistance_ohm - 0.05) < 1e-15, object = 'grain_boundary'),
    coalesce(
        abs(
            conductivity_error_s_per_cm
            - conductivity_s_per_cm * resistance_error_ohm / resistance_ohm
        ) < 1e-15,
        object = 'grain_boundary'
    ),
    temperature_celsius = 30,
    status = CASE object WHEN 'grain_boundary' THEN 'not_computable' ELSE 'ok' END,
    reason IS NOT DISTINCT FROM CASE object
        WHEN 'grain_boundary' THEN 'not_identifiable: arc R1'
    END
FROM ionic_conductivity;

-- example: who asks for a fit is not given an intercept
-- given: method = fit
WITH real_axis_resistance(test_id, spectrum_count, resistance_ohm, status)
AS (VALUES (1, 1, 100, 'ok')),
test(test_id, material_id) AS (VALUES (1, 7)),
material(material_id, thickness_um, area_cm2) AS (VALUES (7, 1000, 2))
SELECT
    count(*) OVER () = 1,
    object = 'total',
    resistance_ohm IS NULL AND conductivity_s_per_cm IS NULL,
    method IS NULL,
    status = 'not_computable',
    reason = 'no fit'
FROM ionic_conductivity;

-- example: without a thickness there is a resistance and no conductivity
WITH real_axis_resistance(test_id, spectrum_count, resistance_ohm, status)
AS (VALUES (1, 1, 100, 'ok')),
test(test_id, material_id) AS (VALUES (1, 7)),
material(material_id, area_cm2) AS (VALUES (7, 2))
SELECT
    conductivity_s_per_cm IS NULL,
    resistance_ohm = 100,
    status = 'not_computable',
    reason = 'missing thickness_um'
FROM ionic_conductivity;

-- example: of a cell it is that of its electrolyte layer, and what is not known is told
WITH real_axis_resistance(test_id, spectrum_count, resistance_ohm, method, status) AS (
    VALUES
    (1, 1, 150, 'real-axis intercept', 'ok'),
    (2, 1, 150, 'real-axis intercept', 'ok'),
    (3, 1, 150, 'real-axis intercept', 'ok')
),
fitted_resistance(test_id, spectrum_count, object, resistance_ohm, circuit, status)
AS (VALUES (1, 1, 'electrolyte', 100, 'R0-p(R1,CPE1)', 'ok')),
test(test_id, cell_id) AS (VALUES (1, 7), (2, 7), (3, 8)),
cell(cell_id, area_cm2) AS (VALUES (7, 2), (8, NULL)),
layer(cell_id, layer_count, role, material_id, thickness_um) AS (
    VALUES
    (7, 1, 'negative', NULL, 250), (7, 2, 'electrolyte', 5, NULL), (7, 3, 'positive', NULL, 250)
),
material(material_id, thickness_um) AS (VALUES (5, 1000))
SELECT
    count(*) OVER () = 3,
    cell_id = CASE test_id WHEN 3 THEN 8 ELSE 7 END,
    material_id IS NOT DISTINCT FROM CASE WHEN test_id < 3 THEN 5 END,
    resistance_ohm = CASE test_id WHEN 1 THEN 100 ELSE 150 END,
    CASE
        WHEN test_id = 3 THEN conductivity_s_per_cm IS NULL
        ELSE abs(conductivity_s_per_cm * resistance_ohm - 0.05) < 1e-15
    END,
    status = CASE test_id WHEN 1 THEN 'ok' WHEN 2 THEN 'low_quality' ELSE 'not_computable' END,
    reason IS NOT DISTINCT FROM CASE test_id
        WHEN 2 THEN 'of a cell: it may hold what is at the electrodes too'
        WHEN 3 THEN 'missing electrolyte layer, area_cm2 of the cell; '
            || 'of a cell: it may hold what is at the electrodes too'
    END
FROM ionic_conductivity;

-- example: of a cell of two electrolytes there is no one thickness, and so no conductivity
WITH real_axis_resistance(test_id, spectrum_count, resistance_ohm, method, status)
AS (VALUES (1, 1, 150, 'real-axis intercept', 'ok')),
test(test_id, cell_id) AS (VALUES (1, 7)),
cell(cell_id, area_cm2) AS (VALUES (7, 2)),
layer(cell_id, layer_count, role, material_id, thickness_um)
AS (VALUES (7, 2, 'electrolyte', 5, 400), (7, 3, 'electrolyte', 6, 600))
SELECT
    count(*) OVER () = 1,
    conductivity_s_per_cm IS NULL AND thickness_um IS NULL AND material_id IS NULL,
    resistance_ohm = 150,
    status = 'not_computable',
    starts_with(reason, 'missing one electrolyte of 2 layers; ')
FROM ionic_conductivity;

-- example: 2 % of the resistance, 4 % of the thickness and 4 % of the area are 6 %
-- given: thickness_error = 0.04
-- given: area_error = 0.04
WITH real_axis_resistance(
    test_id, spectrum_count, object, resistance_ohm, resistance_error_ohm, method, status
) AS (VALUES (1, 1, 'whole', 100, 2, 'real-axis intercept', 'ok')),
test(test_id, material_id) AS (VALUES (1, 7)),
material(material_id, thickness_um, area_cm2) AS (VALUES (7, 1000, 2))
SELECT
    abs(conductivity_error_s_per_cm - 0.06 * conductivity_s_per_cm) < 1e-12,
    resistance_error_ohm = 2
FROM ionic_conductivity;

-- example: the errors of its sizes are the material's own where it tells them
-- given: thickness_error = 0.5
WITH real_axis_resistance(
    test_id, spectrum_count, object, resistance_ohm, resistance_error_ohm, method, status
) AS (VALUES (1, 1, 'whole', 100, 2, 'real-axis intercept', 'ok')),
test(test_id, material_id) AS (VALUES (1, 7)),
material(material_id, thickness_um, thickness_error_um, area_cm2, area_error_cm2)
AS (VALUES (7, 1000, 40, 2, 0.08))
SELECT
    abs(conductivity_error_s_per_cm - 0.06 * conductivity_s_per_cm) < 1e-12,
    resistance_error_ohm = 2
FROM ionic_conductivity;
