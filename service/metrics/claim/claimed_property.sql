-- Claimed property, recomputed
--
-- What a claim about a substance can be held against, a row per basis. The substance is the one it
-- names, or that of the material it names.
--   theoretical_capacity: by formula and electrons of the substance
--   activation_energy: the lines through the conductivities that claims tell of the substance
--   (claimed_arrhenius), and the arrhenius of each of its pellets; the value is that of
--   ln(σT), lowest and highest hold both conventions and three standard errors where they are known
--   ionic_conductivity: the median of each test of its pellets within 1 °C of the claimed
--   temperature; for a bound, claimed_extrapolation too
-- Both are those of the total, by a fit where there is one that is ok; the method tells it.
--
-- grain:      claim_id, basis
-- column:     basis | | what it rests on: a substance, other claims, or a pellet
-- column:     cell_id | | null: no cell
-- column:     test_id | | the test of the pellet; null where it rests on none, or on several
-- column:     value | | what was recomputed, in `unit`
-- column:     lowest | | what it is at least
-- column:     highest | | what it is at most
-- column:     unit | | mA·h/g, eV or S/cm
-- column:     method | | what was computed, of what
-- column:     status | | ok or low_quality
-- column:     reason | | why not ok; null when ok
-- main:       value, low: lowest, high: highest
-- shown:      no
-- needs:      claim, claim_subject, claimed_arrhenius, claimed_extrapolation, test, material,
--             substance, ionic_conductivity, arrhenius
-- reference:  theoretical_capacity, ionic_conductivity and arrhenius
WITH about AS (
    SELECT
        claim.claim_id,
        claim.quantity,
        claim.material_id,
        claim.temperature_celsius,
        subject.substance,
        subject.formula,
        subject.molar_mass_gram_per_mole,
        subject.electrons,
        subject.theoretical_capacity_mah_per_g,
        subject.unit
    FROM claim
    JOIN claim_subject AS subject ON subject.claim_id = claim.claim_id
    WHERE claim.quantity IN ('theoretical_capacity', 'activation_energy', 'ionic_conductivity')
),

pellet AS (
    SELECT
        about.claim_id,
        about.quantity,
        about.temperature_celsius,
        about.unit,
        test.test_id,
        test.test_name,
        material.material_id,
        material.material_name
    FROM about
    JOIN substance ON substance.name = about.substance
    JOIN material ON material.substance_id = substance.substance_id
        AND material.material_id = coalesce(about.material_id, material.material_id)
    JOIN test ON test.material_id = material.material_id
    WHERE about.quantity <> 'theoretical_capacity'
),

measured AS (
    SELECT
        pellet.claim_id,
        pellet.quantity,
        pellet.temperature_celsius,
        pellet.unit,
        pellet.test_id,
        pellet.test_name,
        pellet.material_id,
        pellet.material_name,
        median(sweep.conductivity_s_per_cm) AS value,
        median(sweep.conductivity_s_per_cm) AS lowest,
        median(sweep.conductivity_s_per_cm) AS highest,
        concat(
            'median conductivity of the sweeps that are ok within 1 °C: ',
            string_agg(DISTINCT sweep.method, ', ')
        ) AS method,
        CAST(NULL AS VARCHAR) AS doubt
    FROM pellet
    JOIN ionic_conductivity AS sweep
        ON sweep.test_id = pellet.test_id
        AND abs(sweep.temperature_celsius - pellet.temperature_celsius) <= 1
        AND sweep.status = 'ok'
        AND sweep.object = 'total'
    WHERE pellet.quantity = 'ionic_conductivity'
    GROUP BY
        pellet.claim_id,
        pellet.quantity,
        pellet.temperature_celsius,
        pellet.unit,
        pellet.test_id,
        pellet.test_name,
        pellet.material_id,
        pellet.material_name
    UNION ALL
    SELECT
        pellet.claim_id,
        pellet.quantity,
        pellet.temperature_celsius,
        pellet.unit,
        CASE WHEN count(DISTINCT pellet.test_id) = 1 THEN min(pellet.test_id) END,
        min(pellet.test_name),
        pellet.material_id,
        pellet.material_name,
        max(line.activation_energy_ev) FILTER (WHERE line.convention = 'sT'),
        min(line.activation_energy_ev - 3 * coalesce(line.standard_error_ev, 0)),
        max(line.activation_energy_ev + 3 * coalesce(line.standard_error_ev, 0)),
        concat(
            'slope of ln(σT) against 1/(kT) at ',
            max(line."count"),
            ' temperatures, ',
            max(line.method),
            '; lowest and highest hold that of ln σ and three standard errors'
        ),
        max(line.reason) FILTER (WHERE line.status <> 'ok')
    FROM pellet
    JOIN arrhenius AS line ON line.material_id = pellet.material_id
    WHERE pellet.quantity = 'activation_energy'
        AND line.object = 'total'
        AND line.activation_energy_ev IS NOT NULL
    GROUP BY
        pellet.claim_id,
        pellet.quantity,
        pellet.temperature_celsius,
        pellet.unit,
        pellet.material_id,
        pellet.material_name
)

SELECT
    claim_id,
    concat('substance ', substance) AS basis,
    CAST(NULL AS BIGINT) AS cell_id,
    CAST(NULL AS BIGINT) AS test_id,
    theoretical_capacity_mah_per_g AS value,
    theoretical_capacity_mah_per_g AS lowest,
    theoretical_capacity_mah_per_g AS highest,
    unit,
    concat(
        printf('%g', electrons),
        CASE WHEN electrons = 1 THEN ' electron per ' ELSE ' electrons per ' END,
        coalesce(formula, 'formula unit'),
        printf(' of %.6g g/mol', molar_mass_gram_per_mole)
    ) AS method,
    'ok' AS status,
    NULL AS reason
FROM about
WHERE quantity = 'theoretical_capacity'
    AND theoretical_capacity_mah_per_g IS NOT NULL
UNION ALL
SELECT
    about.claim_id,
    concat('claims ', line.claims),
    NULL,
    NULL,
    max(line.activation_energy_ev) FILTER (WHERE line.convention = 'sT'),
    min(line.activation_energy_ev),
    max(line.activation_energy_ev),
    about.unit,
    'slope of ln(σT) against 1/(kT), the other end that of ln σ',
    max(line.status),
    max(line.reason)
FROM about
JOIN claimed_arrhenius AS line ON line.substance = about.substance
WHERE about.quantity = 'activation_energy'
    AND line.activation_energy_ev IS NOT NULL
GROUP BY about.claim_id, line.claims, about.unit
UNION ALL
SELECT
    about.claim_id,
    far.basis,
    NULL,
    NULL,
    far.conductivity_s_per_cm,
    far.lowest_s_per_cm,
    far.highest_s_per_cm,
    about.unit,
    printf('taken to %g °C by ln(σT), the other end by ln σ', far.temperature_celsius),
    far.status,
    far.reason
FROM about
JOIN claimed_extrapolation AS far ON far.claim_id = about.claim_id
UNION ALL
SELECT
    claim_id,
    concat(
        'material ',
        material_name,
        CASE
            WHEN count(*) OVER (PARTITION BY claim_id, material_id) > 1
                THEN concat(', test ', test_name, printf(' (%d)', test_id))
        END
    ),
    NULL,
    test_id,
    value,
    lowest,
    highest,
    unit,
    method,
    CASE WHEN doubt IS NULL THEN 'ok' ELSE 'low_quality' END,
    doubt
FROM measured;

-- example: theory of a substance
WITH claim(claim_id, quantity, computed_unit, value, unit, substance) AS (
    VALUES
    (1, 'theoretical_capacity', 'mA·h/g', 172, 'mA·h/g', 'LFP'),
    (2, 'theoretical_capacity', 'mA·h/g', 170, 'mA·h/g', 'Y')
),
substance(
    substance_id, name, formula, molar_mass_gram_per_mole, electrons,
    theoretical_capacity_mah_per_g
) AS (VALUES (1, 'LFP', 'LiFePO4', 157.755, 1, 169.893))
SELECT
    count(*) OVER () = 1,
    claim_id = 1,
    basis = 'substance LFP',
    test_id IS NULL,
    value = 169.893,
    unit = 'mA·h/g',
    method = '1 electron per LiFePO4 of 157.755 g/mol'
FROM claimed_property;

-- example: other claims imply an activation energy, and a conductivity where a bound is told
WITH claim(
    claim_id, name, quantity, computed_unit, value, unit, qualifier, substance, temperature_celsius
) AS (
    VALUES
    (1, 'N1', 'ionic_conductivity', 'S/cm', 1.12e-4, 'S/cm', NULL, 'LATP', 30),
    (2, 'N2', 'ionic_conductivity', 'S/cm', 7.34e-4, 'S/cm', NULL, 'LATP', 60),
    (3, 'M3', 'ionic_conductivity', 'S/cm', 1e-4, 'S/cm', '>', 'LATP', 25),
    (4, 'N3', 'activation_energy', 'eV', 0.411, 'eV', NULL, 'LATP', NULL)
)
SELECT
    count(*) OVER () = 3,
    claim_id IN (3, 4),
    basis = 'claims N1, N2' OR (claim_id = 3 AND basis = 'claims N1, N3'),
    claim_id = 3 OR (abs(lowest - 0.5454) < 1e-4 AND abs(highest - 0.5728) < 1e-4),
    claim_id = 4 OR (lowest BETWEEN 7.8e-5 AND 8.7e-5 AND highest BETWEEN 7.8e-5 AND 8.8e-5),
    value IN (lowest, highest),
    status = CASE basis WHEN 'claims N1, N2' THEN 'low_quality' ELSE 'ok' END,
    (reason IS NULL) = (status = 'ok')
FROM claimed_property;

-- example: pellets of the substance were measured
WITH claim(
    claim_id, quantity, computed_unit, value, unit, qualifier, substance, material_id,
    temperature_celsius
) AS (
    VALUES
    (1, 'ionic_conductivity', 'S/cm', 5e-4, 'S/cm', '>', 'X', NULL, 30.5),
    (2, 'ionic_conductivity', 'S/cm', 5e-4, 'S/cm', '>', NULL, 8, 30.5),
    (3, 'ionic_conductivity', 'S/cm', 5e-4, 'S/cm', '>', 'X', NULL, 35),
    (4, 'activation_energy', 'eV', 0.4, 'eV', NULL, 'X', NULL, NULL)
),
ionic_conductivity(
    test_id, spectrum_count, object, temperature_celsius, conductivity_s_per_cm, method, status
) AS (
    VALUES
    (1, 1, 'total', 30, 1e-4, 'circuit fit', 'ok'), (1, 2, 'total', 30, 3e-4, 'circuit fit', 'ok'),
    (1, 3, 'total', 30, 9e-4, 'circuit fit', 'low_quality'),
    (2, 1, 'total', 30, 5e-4, 'circuit fit', 'ok'), (2, 1, 'bulk', 30, 9e-4, 'circuit fit', 'ok')
),
arrhenius(
    material_id, object, convention, activation_energy_ev, standard_error_ev, "count", method,
    status, reason
) AS (
    VALUES
    (7, 'total', 'sT', 0.42, 0.01, 3, 'circuit fit', 'ok', NULL),
    (7, 'total', 's', 0.39, 0.01, 3, 'circuit fit', 'ok', NULL),
    (8, 'total', 'sT', 0.42, NULL, 2, 'circuit fit', 'low_quality', 'only 2 temperatures'),
    (8, 'total', 's', 0.39, NULL, 2, 'circuit fit', 'low_quality', 'only 2 temperatures')
),
test(test_id, test_name, material_id) AS (VALUES (1, 'a', 7), (2, 'b', 8), (3, 'c', 8)),
material(material_id, material_name, substance_id) AS (VALUES (7, 'p', 1), (8, 'q', 1)),
substance(substance_id, name) AS (VALUES (1, 'X'))
SELECT
    count(*) OVER () = 5,
    claim_id <> 3,
    basis = CASE test_id WHEN 1 THEN 'material p' ELSE 'material q' END,
    test_id IS NOT DISTINCT FROM CASE
        WHEN basis = 'material p' THEN 1 WHEN claim_id <> 4 THEN 2
    END,
    claim_id <> 2 OR test_id = 2,
    claim_id = 4 OR abs(value - CASE test_id WHEN 1 THEN 2e-4 ELSE 5e-4 END) < 1e-12,
    claim_id <> 4 OR value = 0.42,
    claim_id <> 4 OR abs(lowest - CASE test_id WHEN 1 THEN 0.36 ELSE 0.39 END) < 1e-9,
    claim_id <> 4 OR abs(highest - CASE test_id WHEN 1 THEN 0.45 ELSE 0.42 END) < 1e-9,
    status = CASE WHEN claim_id = 4 AND test_id IS NULL THEN 'low_quality' ELSE 'ok' END,
    reason IS NOT DISTINCT FROM CASE status WHEN 'low_quality' THEN 'only 2 temperatures' END
FROM claimed_property;
