-- Subject of a claim
--
-- What a claim is about, and the unit its quantity is computed in. The substance is the one it
-- names, that of the material it names, or else, for what is told of full cells, the positive
-- electrode of its configuration: the last name, for in A@B the coating A comes before B. The
-- configuration is the one it names, or that of the cell it names. A unit that does not fit is that
-- of another quantity: a capacity reported as a retention.
--
-- formula:    unit = unit(quantity)
-- grain:      claim_id
-- column:     configuration | | layers of the cells it is about
-- column:     substance | | what it is about, or the positive electrode of its configuration
-- column:     formula | | formula unit of the substance
-- column:     molar_mass_gram_per_mole | g/mol | molar mass of the formula unit
-- column:     electrons | 1 | electrons exchanged per formula unit
-- column:     theoretical_capacity_mah_per_g | mA·h/g | charge of these electrons per gram
-- column:     unit | | the unit its quantity is computed in; null where nothing computes it
-- column:     fits | | whether it is told in that unit; null for words and without a quantity
-- column:     measured | | what its own unit measures, where that does not fit
-- column:     status | | ok, not_comparable (told in another unit) or not_computable (nothing
--             computes its quantity)
-- column:     reason | | why not ok; null when ok
-- main:       unit
-- needs:      claim, cell, material, substance
-- reference:  the notation of layer stacks of this warehouse; the units of its metrics
WITH stacked AS (
    SELECT
        claim.*,
        coalesce(claim.configuration, cell.configuration) AS stack,
        material.substance_id AS material_substance_id
    FROM claim
    LEFT JOIN cell ON cell.cell_id = claim.cell_id
    LEFT JOIN material ON material.material_id = claim.material_id
),

named AS (
    SELECT
        stacked.*,
        coalesce(
            stacked.substance,
            made_of.name,
            CASE
                WHEN stacked.quantity IN (
                    'discharge_capacity', 'rate_capability', 'capacity_retention',
                    'coulombic_efficiency'
                ) THEN regexp_replace(stacked.stack, '.*[/@]', '')
            END
        ) AS subject
    FROM stacked
    LEFT JOIN substance AS made_of ON made_of.substance_id = stacked.material_substance_id
),

known AS (
    SELECT
        named.claim_id,
        named.quantity,
        named.stack AS configuration,
        named.subject AS substance,
        substance.formula,
        substance.molar_mass_gram_per_mole,
        substance.electrons,
        substance.theoretical_capacity_mah_per_g,
        named.computed_unit AS unit,
        CASE
            WHEN named.text IS NULL THEN coalesce(named.unit, '') = named.computed_unit
        END AS fits,
        CASE
            WHEN named.text IS NOT NULL OR coalesce(named.unit, '') = named.computed_unit THEN NULL
            WHEN coalesce(named.unit, '') IN ('', '%') THEN 'a bare number'
            WHEN named.unit LIKE '%h/g' OR named.unit LIKE '%h/kg' THEN 'a specific capacity'
            WHEN named.unit LIKE '%h/cm²' THEN 'a capacity per area'
            WHEN named.unit LIKE 'cycle%' THEN 'a number of cycles'
            WHEN named.unit LIKE '%V' AND named.unit NOT LIKE '%eV' THEN 'a voltage'
            WHEN named.unit IN ('s', 'min', 'h', 'd') THEN 'a time'
            ELSE 'another quantity'
        END AS measured
    FROM named
    LEFT JOIN substance ON substance.name = named.subject
)

SELECT
    claim_id,
    configuration,
    substance,
    formula,
    molar_mass_gram_per_mole,
    electrons,
    theoretical_capacity_mah_per_g,
    unit,
    fits,
    measured,
    CASE
        WHEN unit IS NULL THEN 'not_computable' WHEN fits IS FALSE THEN 'not_comparable' ELSE 'ok'
    END AS status,
    CASE
        WHEN quantity IS NULL THEN 'it names no quantity'
        WHEN unit IS NULL THEN concat('nothing computes it: ', quantity)
        WHEN fits IS FALSE THEN concat('reported as ', measured)
    END AS reason
FROM known;

-- example: a retention of 200 mAh/g is a capacity, and one of 98 % is a retention
WITH claim(claim_id, quantity, computed_unit, value, unit, text) AS (
    VALUES
    (1, 'capacity_retention', '', 200, 'mAh/g', NULL),
    (2, 'capacity_retention', '', 0.98, NULL, NULL),
    (3, 'capacity_retention', '', NULL, NULL, 'no decay'),
    (4, 'time_to_failure', 'h', 160, 'cycles', NULL),
    (5, 'time_to_failure', 'h', 160, NULL, NULL),
    (6, 'polarization', 'V', 0.15, 'mA·h/cm²', NULL),
    (7, 'activation_energy', 'eV', 0.4, 'V', NULL),
    (8, 'polarization', 'V', 3, 'h', NULL),
    (9, 'polarization', 'V', 3, 'K', NULL),
    (10, 'color', NULL, 3, 'K', NULL)
)
SELECT
    count(*) OVER () = 10,
    fits IS NOT DISTINCT FROM CASE claim_id
        WHEN 2 THEN true WHEN 3 THEN NULL WHEN 10 THEN NULL ELSE false
    END,
    measured IS NOT DISTINCT FROM CASE claim_id
        WHEN 1 THEN 'a specific capacity'
        WHEN 4 THEN 'a number of cycles'
        WHEN 5 THEN 'a bare number'
        WHEN 6 THEN 'a capacity per area'
        WHEN 7 THEN 'a voltage'
        WHEN 8 THEN 'a time'
        WHEN 9 THEN 'another quantity'
        WHEN 10 THEN 'another quantity'
    END,
    status = CASE
        WHEN claim_id IN (2, 3) THEN 'ok' WHEN claim_id = 10 THEN 'not_computable'
        ELSE 'not_comparable'
    END,
    reason IS NOT DISTINCT FROM CASE
        WHEN claim_id = 10 THEN 'nothing computes it: color'
        WHEN status <> 'ok' THEN concat('reported as ', measured)
    END
FROM claim_subject;

-- example: the substance is told, that of the material, or the last of the stack without coating
WITH claim(claim_id, quantity, computed_unit, substance, material_id, configuration, cell_id) AS (
    VALUES
    (1, 'theoretical_capacity', 'mA·h/g', 'X', 7, 'Li/Y', NULL),
    (2, 'theoretical_capacity', 'mA·h/g', NULL, 7, NULL, NULL),
    (3, 'discharge_capacity', 'mA·h/g', NULL, NULL, 'Li/E/C@Y', NULL),
    (4, 'rate_capability', 'mA·h/g', NULL, NULL, NULL, 5),
    (5, 'activation_energy', 'eV', NULL, NULL, 'Li/E/Y', NULL)
),
cell(cell_id, configuration) AS (VALUES (5, 'Li/E/Z')),
material(material_id, substance_id) AS (VALUES (7, 2)),
substance(substance_id, name, theoretical_capacity_mah_per_g) AS (VALUES (2, 'M', 100))
SELECT
    count(*) OVER () = 5,
    substance IS NOT DISTINCT FROM CASE claim_id
        WHEN 1 THEN 'X' WHEN 2 THEN 'M' WHEN 3 THEN 'Y' WHEN 4 THEN 'Z'
    END,
    theoretical_capacity_mah_per_g IS NOT DISTINCT FROM CASE claim_id WHEN 2 THEN 100 END
FROM claim_subject;
