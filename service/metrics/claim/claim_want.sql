-- What a claim wants
--
-- What it would take to recompute a claim, as one sentence, a row per claim: first what its report
-- must tell, then what must be in the warehouse. It holds where claim_evidence has no row for it.
--
-- grain:      claim_id
-- column:     want | | what is missing where nothing can be recomputed
-- column:     status | | ok: it rests on nothing but the report
-- column:     reason | | null
-- main:       want
-- shown:      no
-- needs:      claim, claim_subject, activation_energy_drift
-- reference:  claimed_endurance, claimed_capacity, claimed_property, claimed_structure and
--             claimed_drift, for how a cell is meant
WITH about AS (
    SELECT
        claim.claim_id,
        claim.quantity,
        claim.cell_id,
        claim.current_density_ma_per_cm2,
        claim.temperature_celsius,
        claim.at_cycle,
        subject.configuration,
        subject.substance,
        subject.unit AS computed_unit,
        (
            SELECT min(drift.reason)
            FROM activation_energy_drift AS drift
            WHERE drift.cell_id = claim.cell_id OR drift.configuration = subject.configuration
        ) AS no_drift
    FROM claim
    JOIN claim_subject AS subject ON subject.claim_id = claim.claim_id
)

SELECT
    claim_id,
    CASE
        WHEN quantity IS NULL THEN 'it names no quantity'
        WHEN computed_unit IS NULL THEN concat('nothing computes it: ', quantity)
        WHEN quantity IN ('activation_energy', 'ionic_conductivity', 'theoretical_capacity')
            THEN CASE
                WHEN substance IS NULL THEN 'it names no substance'
                WHEN quantity = 'theoretical_capacity'
                    THEN concat('formula or electrons of ', substance, ' are not known')
                WHEN quantity = 'activation_energy'
                    THEN concat('no conductivity of ', substance, ' at two temperatures')
                WHEN temperature_celsius IS NULL THEN 'it tells no temperature'
                ELSE concat(
                    'no conductivity of ', substance, printf(' at %g °C', temperature_celsius)
                )
            END
        WHEN quantity IN (
            'relative_density', 'grain_size', 'layer_thickness', 'grain_size_change',
            'layer_thickness_change'
        ) THEN CASE
            WHEN substance IS NULL THEN 'it names no substance'
            WHEN quantity = 'relative_density'
                THEN concat('no piece of ', substance, ' has mass, sizes and the cell of a crystal')
            WHEN quantity = 'grain_size'
                THEN concat('no grain of ', substance, ' was measured in an image')
            WHEN quantity = 'layer_thickness'
                THEN concat('no layer of ', substance, ' was measured in an image')
            ELSE concat('no ', substance, ' was measured in images before and after')
        END
        WHEN quantity NOT IN (
            'time_to_failure', 'polarization', 'discharge_capacity', 'coulombic_efficiency',
            'capacity_retention', 'rate_capability', 'activation_energy_drift'
        ) THEN concat('nothing measured it: ', quantity)
        WHEN configuration IS NULL AND cell_id IS NULL THEN 'it names no configuration and no cell'
        WHEN quantity = 'activation_energy_drift'
            THEN concat(
                'no cell ',
                CASE WHEN cell_id IS NOT NULL THEN 'of that name and ' ELSE 'of ' END,
                'configuration ',
                configuration,
                printf(' at %g mA/cm²', current_density_ma_per_cm2),
                ' has activation energies at several hours of cycling',
                ': ' || no_drift
            )
        WHEN current_density_ma_per_cm2 IS NULL THEN 'it tells no current density'
        WHEN at_cycle IS NULL
            AND quantity NOT IN ('time_to_failure', 'polarization', 'rate_capability')
            THEN 'it tells no cycle'
        ELSE concat(
            CASE quantity
                WHEN 'rate_capability' THEN 'no cell run at several currents, '
                WHEN 'time_to_failure' THEN 'no symmetric cell that can be judged, '
                WHEN 'polarization' THEN 'no symmetric cell '
                ELSE 'no cell '
            END,
            CASE WHEN cell_id IS NOT NULL THEN 'of that name and ' ELSE 'of ' END,
            'configuration ',
            configuration,
            printf(' at %g mA/cm²', current_density_ma_per_cm2),
            printf(' and %g °C', temperature_celsius),
            CASE
                WHEN quantity NOT IN ('time_to_failure', 'polarization', 'rate_capability')
                    THEN printf(' with a value at cycle %d', at_cycle)
            END,
            ' is in the warehouse'
        )
    END AS want,
    'ok' AS status,
    CAST(NULL AS VARCHAR) AS reason
FROM about;

-- example: what the report must tell
WITH claim(
    claim_id, quantity, computed_unit, configuration, substance, current_density_ma_per_cm2,
    temperature_celsius, at_cycle
) AS (
    VALUES
    (1, NULL, NULL, 'A/B', NULL, 0.5, 25, 1),
    (2, 'color', NULL, 'A/B', NULL, 0.5, 25, 1),
    (3, 'discharge_capacity', 'mA·h/g', NULL, NULL, 0.5, 25, 1),
    (4, 'discharge_capacity', 'mA·h/g', 'A/B', NULL, NULL, 25, 1),
    (5, 'discharge_capacity', 'mA·h/g', 'A/B', NULL, 0.5, 25, NULL),
    (6, 'ionic_conductivity', 'S/cm', NULL, NULL, NULL, 25, NULL),
    (7, 'ionic_conductivity', 'S/cm', NULL, 'X', NULL, NULL, NULL)
)
SELECT
    count(*) OVER () = 7,
    want = CASE claim_id
        WHEN 1 THEN 'it names no quantity'
        WHEN 2 THEN 'nothing computes it: color'
        WHEN 3 THEN 'it names no configuration and no cell'
        WHEN 4 THEN 'it tells no current density'
        WHEN 5 THEN 'it tells no cycle'
        WHEN 6 THEN 'it names no substance'
        ELSE 'it tells no temperature'
    END
FROM claim_want;

-- example: what must be in the warehouse
WITH claim(
    claim_id, quantity, computed_unit, configuration, cell_id, substance,
    current_density_ma_per_cm2, temperature_celsius, at_cycle
) AS (
    VALUES
    (1, 'discharge_capacity', 'mA·h/g', 'A/B', NULL, NULL, 0.5, 25, 9),
    (2, 'time_to_failure', 'h', NULL, 7, NULL, 0.05, NULL, NULL),
    (3, 'polarization', 'V', 'A/B/A', NULL, NULL, 0.05, NULL, NULL),
    (4, 'rate_capability', 'mA·h/g', 'A/B', NULL, NULL, 0.5, NULL, NULL),
    (5, 'ionic_conductivity', 'S/cm', NULL, NULL, 'X', NULL, 25, NULL),
    (6, 'activation_energy', 'eV', NULL, NULL, 'X', NULL, NULL, NULL),
    (7, 'theoretical_capacity', 'mA·h/g', NULL, NULL, 'X', NULL, NULL, NULL),
    (8, 'shear_modulus', 'GPa', NULL, NULL, 'X', NULL, NULL, NULL),
    (10, 'relative_density', '', NULL, NULL, 'X', NULL, NULL, NULL),
    (11, 'grain_size', 'µm', NULL, NULL, 'X', NULL, NULL, NULL),
    (12, 'layer_thickness', 'µm', NULL, NULL, 'X', NULL, NULL, NULL),
    (13, 'layer_thickness_change', 'µm', NULL, NULL, 'X', NULL, NULL, NULL),
    (14, 'grain_size', 'µm', NULL, NULL, NULL, NULL, NULL, NULL),
    (9, 'activation_energy_drift', 'meV/h', 'A/B/A', NULL, NULL, 0.05, NULL, NULL)
),
cell(cell_id, configuration) AS (VALUES (7, 'A/C/A'))
SELECT
    count(*) OVER () = 14,
    want = CASE claim_id
        WHEN 1 THEN 'no cell of configuration A/B at 0.5 mA/cm² and 25 °C with a value at cycle 9 '
            || 'is in the warehouse'
        WHEN 2 THEN 'no symmetric cell that can be judged, of that name and configuration A/C/A '
            || 'at 0.05 mA/cm² is in the warehouse'
        WHEN 3 THEN 'no symmetric cell of configuration A/B/A at 0.05 mA/cm² is in the warehouse'
        WHEN 4 THEN 'no cell run at several currents, of configuration A/B at 0.5 mA/cm² is in the '
            || 'warehouse'
        WHEN 5 THEN 'no conductivity of X at 25 °C'
        WHEN 6 THEN 'no conductivity of X at two temperatures'
        WHEN 7 THEN 'formula or electrons of X are not known'
        WHEN 8 THEN 'nothing measured it: shear_modulus'
        WHEN 10 THEN 'no piece of X has mass, sizes and the cell of a crystal'
        WHEN 11 THEN 'no grain of X was measured in an image'
        WHEN 12 THEN 'no layer of X was measured in an image'
        WHEN 13 THEN 'no X was measured in images before and after'
        WHEN 14 THEN 'it names no substance'
        ELSE 'no cell of configuration A/B/A at 0.05 mA/cm² has activation energies at several '
            || 'hours of cycling'
    END
FROM claim_want;
