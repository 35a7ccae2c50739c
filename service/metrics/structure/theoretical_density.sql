-- Theoretical density
--
-- Density of a crystal without pores: what the formula units of a cell weigh over its volume, for
-- every phase of a diffraction scan whose cell was fitted. How many units a cell has comes from the
-- reference, never from a guess. Their mass is that of the substance of the material that was
-- measured, for its main phase, else of the reference; where that makes a density more than a tenth
-- off the reference's it is another composition than the cell's, and nothing is told. The error is
-- that of the volume, of counting and of what is not, some 0.15 % without an internal standard;
-- composition_error adds that of the mass.
--
-- formula:    ρ = 1.66053907 Z M/V
-- grain:      test_id, scan_count, phase
-- column:     cell_id | | the cell, of a test on one
-- column:     material_id | | the material, of a test on one
-- column:     main | | whether it is the phase most like the scan
-- column:     formula | | of the unit
-- column:     composition | | substance or reference: whose mass it is
-- column:     formula_units | 1 | of these in a cell, Z
-- column:     molar_mass_gram_per_mole | g/mol | of the unit
-- column:     volume_angstrom3 | Å³ | of the cell
-- column:     theoretical_density_gram_per_cm3 | g/cm³ | their mass over the volume
-- column:     error_gram_per_cm3 | g/cm³ | one sigma
-- column:     counting_error_gram_per_cm3 | g/cm³ | one sigma, of counting alone
-- column:     status | | ok, low_quality or not_computable
-- column:     reason | | why not ok; null when ok
-- main:       theoretical_density_gram_per_cm3, error: error_gram_per_cm3
-- takes:      composition_error | number(0..1) | 0 | relative standard error of the mass of a unit
-- needs:      unit_cell, pattern_cell, material, substance
-- reference:  International Tables for Crystallography A; masses as IUPAC has them (2021)
WITH told AS (
    SELECT
        cell.test_id,
        cell.scan_count,
        cell.phase,
        cell.cell_id,
        cell.material_id,
        cell.main,
        cell.volume_angstrom3,
        cell.volume_error_angstrom3,
        cell.volume_counting_error_angstrom3,
        cell.status AS cell_status,
        cell.reason AS cell_reason,
        fitted.formula_units,
        fitted.reference_volume_angstrom3,
        fitted.formula_mass_gram_per_mole AS reference_mass,
        fitted.formula AS reference_formula,
        CASE WHEN cell.main THEN substance.molar_mass_gram_per_mole END AS own_mass,
        substance.formula AS own_formula
    FROM unit_cell AS cell
    JOIN pattern_cell AS fitted
        ON fitted.test_id = cell.test_id
        AND fitted.scan_count = cell.scan_count
        AND fitted.phase = cell.phase
        AND fitted.latest
    LEFT JOIN material ON material.material_id = cell.material_id
    LEFT JOIN substance ON substance.substance_id = material.substance_id
),

weighed AS (
    SELECT
        *,
        coalesce(own_mass, reference_mass) AS mass,
        CASE WHEN own_mass IS NULL THEN reference_formula ELSE own_formula END AS formula,
        CASE WHEN own_mass IS NULL THEN 'reference' ELSE 'substance' END AS composition,
        1.66053907 * formula_units * coalesce(own_mass, reference_mass)
        / nullif(volume_angstrom3, 0) AS density,
        1.66053907 * formula_units * reference_mass
        / nullif(reference_volume_angstrom3, 0) AS reference_density
    FROM told
),

judged AS (
    SELECT
        *,
        CASE
            WHEN density IS NULL THEN 'the reference has no formula or no number of its units'
            WHEN density / nullif(reference_density, 0) NOT BETWEEN 0.9 AND 1.1 THEN printf(
                'a density of %.3f g/cm³ is none of the phase, whose reference has %.3f g/cm³',
                density, reference_density
            )
        END AS fault
    FROM weighed
)

SELECT
    test_id,
    scan_count,
    phase,
    cell_id,
    material_id,
    main,
    formula,
    composition,
    formula_units,
    mass AS molar_mass_gram_per_mole,
    volume_angstrom3,
    CASE WHEN fault IS NULL THEN density END AS theoretical_density_gram_per_cm3,
    CASE
        WHEN fault IS NULL THEN density * sqrt(
            (volume_error_angstrom3 / nullif(volume_angstrom3, 0)) ** 2 + $composition_error ** 2
        )
    END AS error_gram_per_cm3,
    CASE
        WHEN fault IS NULL
            THEN density * volume_counting_error_angstrom3 / nullif(volume_angstrom3, 0)
    END AS counting_error_gram_per_cm3,
    CASE WHEN fault IS NULL THEN cell_status ELSE 'not_computable' END AS status,
    CASE WHEN fault IS NULL THEN cell_reason ELSE fault END AS reason
FROM judged;

-- example: LATP by its own formula and by the reference's; another's formula tells nothing
WITH measured(test_id, material_id) AS (VALUES (1, 7), (2, NULL), (3, 8)),
material(material_id, substance_id) AS (VALUES (7, 1), (8, 2)),
substance(substance_id, formula, molar_mass_gram_per_mole) AS (
    VALUES (1, 'Li1.3Al0.3Ti1.7(PO4)3', 383.3996), (2, 'TiO2', 79.866)
),
unit_cell(
    test_id, scan_count, phase, material_id, main, volume_angstrom3, volume_error_angstrom3,
    volume_counting_error_angstrom3, status, reason
) AS (
    SELECT
        test_id, 1, 'LATP', material_id, true, 1303.634, 0.0015 * 1303.634, 0.05655, 'ok', NULL
    FROM measured
),
pattern_cell(
    test_id, scan_count, phase, formula_units, reference_volume_angstrom3,
    formula_mass_gram_per_mole, formula, latest
) AS (
    SELECT test_id, 1, 'LATP', 6, 1303.634, 383.3996, 'Li1.3Al0.3Ti1.7(PO4)3', true FROM measured
)
SELECT
    count(*) OVER () = 3,
    status = CASE test_id WHEN 3 THEN 'not_computable' ELSE 'ok' END,
    composition = CASE test_id WHEN 2 THEN 'reference' ELSE 'substance' END,
    test_id = 3 OR abs(theoretical_density_gram_per_cm3 - 2.93019) < 5e-6,
    test_id = 3 OR abs(counting_error_gram_per_cm3 - 0.000127) < 5e-7,
    test_id = 3 OR abs(error_gram_per_cm3 - 0.0015 * 2.93019) < 1e-6,
    (test_id = 3) = (theoretical_density_gram_per_cm3 IS NULL)
FROM theoretical_density;

-- example: what is not known of the composition widens the error
-- given: composition_error = 0.01
WITH unit_cell(
    test_id, scan_count, phase, main, volume_angstrom3, volume_error_angstrom3, status
) AS (VALUES (1, 1, 'rutile', true, 62.4347, 0.0, 'ok')),
pattern_cell(
    test_id, scan_count, phase, formula_units, reference_volume_angstrom3,
    formula_mass_gram_per_mole, formula, latest
) AS (VALUES (1, 1, 'rutile', 2, 62.4347, 79.866, 'TiO2', true))
SELECT
    abs(theoretical_density_gram_per_cm3 - 4.24828) < 1e-4,
    abs(error_gram_per_cm3 - 0.0424828) < 1e-5
FROM theoretical_density;
