-- What claims leave out
--
-- What a report must state for its number to mean what it seems to, and does not, a row per claim
-- and omission. It looks at the reports and what is known of substances, never at measurements.
--   missing_loading: a full cell's current without the mass it goes into has no C-rate
--   missing_temperature: of cycling, or of an activation energy
--   missing_theoretical_density: behind a relative density
--   no_replicates: a life of one cell, or of nobody knows how many
--   censored_life: a life reported as a bound; ratios to it are bounds too
--   no_initial_value: a capacity after cycles without that of the first cycle has no retention
--   no_standard_error: an activation energy of a substance whose conductivity is told at two
--   temperatures only
--   missing_electronic_conductivity: electrons are said to be blocked, or not, by a substance of
--   which nothing known of tells how they move: ion_flux then has no sum
--
-- formula:    a fact that the number rests on is not stated: loading, temperature, density, count
--             of cells, first value, error
-- grain:      claim_id, flag
-- column:     flag | | what is left out
-- column:     why | | what follows from that, in numbers
-- column:     status | | ok: it rests on what is told
-- column:     reason | | null
-- main:       flag
-- needs:      claim, claim_subject, claimed_arrhenius, property, material, substance
-- reference:  our own declaration
WITH told AS (
    SELECT
        claim.*,
        subject.configuration AS stack,
        subject.substance AS subject,
        claim.current_density_ma_per_cm2 AS density,
        1000 * claim.current_density_ma_per_cm2
        / nullif(subject.theoretical_capacity_mah_per_g, 0) AS rate_per_hour
    FROM claim
    JOIN claim_subject AS subject ON subject.claim_id = claim.claim_id
),

full_cell AS (
    SELECT *
    FROM told
    WHERE quantity IN (
        'discharge_capacity', 'rate_capability', 'capacity_retention', 'coulombic_efficiency'
    )
),

life AS (
    SELECT
        *,
        concat(qualifier, CASE WHEN qualifier IS NOT NULL THEN ' ' END, printf('%g h', value))
            AS hours
    FROM told
    WHERE quantity = 'time_to_failure'
        AND value IS NOT NULL
),

theoretical AS (
    SELECT coalesce(property.substance, substance.name) AS subject
    FROM property
    LEFT JOIN material ON material.material_id = property.material_id
    LEFT JOIN substance ON substance.substance_id = material.substance_id
    WHERE property.name = 'theoretical_density'
),

noticed AS (
    SELECT
        claim_id,
        'missing_loading' AS flag,
        concat(
            printf('%g mA/cm² without a loading, so the C-rate is unknown', density),
            CASE
                WHEN rate_per_hour < 1
                    THEN printf('; at 1 mg/cm² it would be C/%.2g', 1 / nullif(rate_per_hour, 0))
                ELSE printf('; at 1 mg/cm² it would be %.3gC', rate_per_hour)
            END
        ) AS why
    FROM full_cell
    WHERE density IS NOT NULL
        AND loading_mg_per_cm2 IS NULL
    UNION ALL
    SELECT
        claim_id,
        'missing_temperature',
        concat('no temperature is reported for this ', quantity)
    FROM told
    WHERE temperature_celsius IS NULL
        AND quantity IN (
            'discharge_capacity', 'rate_capability', 'capacity_retention', 'coulombic_efficiency',
            'time_to_failure', 'polarization', 'critical_current_density', 'activation_energy'
        )
    UNION ALL
    SELECT
        claim_id,
        'missing_theoretical_density',
        concat(
            'relative to which density is not stated, and no theoretical_density of ',
            coalesce(subject, 'it'), ' is known'
        )
    FROM told
    WHERE quantity = 'relative_density'
        AND NOT EXISTS (SELECT 1 FROM theoretical WHERE theoretical.subject = told.subject)
    UNION ALL
    SELECT
        claim_id,
        'no_replicates',
        concat(
            CASE
                WHEN cell_count IS NULL THEN 'how many cells it rests on is not stated'
                ELSE 'it rests on one cell'
            END,
            ', so it has no scatter',
            concat('; ', qualifier || ' ')
            || printf('%.4g mA·h/cm² had passed by then', density * value)
        )
    FROM life
    WHERE coalesce(cell_count, 1) = 1
    UNION ALL
    SELECT
        life.claim_id,
        'censored_life',
        concat(
            life.hours,
            ' is when the test ended, not when a cell failed: how much longer than others it lived',
            ' is a lower bound too',
            '; at least '
            || string_agg(
                printf('%.3g times ', life.value / nullif(other.value, 0))
                || concat(other.name, ', ', other.stack),
                '; ' ORDER BY other.claim_id
            )
        )
    FROM life
    LEFT JOIN life AS other
        ON abs(other.density - life.density) <= 0.02 * life.density
        AND other.stack <> life.stack
        AND coalesce(other.qualifier, '~') = '~'
    WHERE life.qualifier IN ('>', '>=')
    GROUP BY life.claim_id, life.hours
    UNION ALL
    SELECT
        late.claim_id,
        'no_initial_value',
        printf(
            'no capacity at cycle 1 is reported, so what is retained at cycle %d is unknown',
            late.at_cycle
        )
    FROM full_cell AS late
    WHERE late.quantity = 'discharge_capacity'
        AND late.at_cycle > 1
        AND NOT EXISTS (
            SELECT 1
            FROM full_cell AS early
            WHERE early.quantity = 'discharge_capacity'
                AND early.at_cycle = 1
                AND early.stack = late.stack
                AND abs(early.density - late.density) <= 0.02 * late.density
        )
    UNION ALL
    SELECT
        told.claim_id,
        'no_standard_error',
        concat(
            'the conductivity of ', told.subject, ' is reported at two temperatures only, by ',
            line.claims, ': a line through them has no standard error'
        )
    FROM told
    JOIN claimed_arrhenius AS line
        ON line.substance = told.subject
        AND line.convention = 'sT'
        AND line.temperature_count = 2
    WHERE told.quantity = 'activation_energy'
    UNION ALL
    SELECT
        claim_id,
        'missing_electronic_conductivity',
        concat(
            'no e-.conductivity or e-.diffusion_coefficient of ', coalesce(subject, 'it'),
            ' is known, so what share of a current electrons carry through it is unknown'
        )
    FROM told
    WHERE quantity = 'electronic_conductivity'
        AND NOT EXISTS (
            SELECT 1
            FROM property
            WHERE property.name IN ('e-.conductivity', 'e-.diffusion_coefficient')
                AND property.substance = told.subject
        )
)

SELECT claim_id, flag, why, 'ok' AS status, CAST(NULL AS VARCHAR) AS reason
FROM noticed;

-- example: a full cell told with nothing but current and cycle
WITH claim(
    claim_id, quantity, computed_unit, value, configuration, current_density_ma_per_cm2,
    temperature_celsius, loading_mg_per_cm2, at_cycle
) AS (
    VALUES
    (1, 'discharge_capacity', 'mA·h/g', 145, 'Li/E/LFP', 0.025, NULL, NULL, 200),
    (2, 'discharge_capacity', 'mA·h/g', 145, 'Li/E/LFP', 0.2, 25, NULL, 1),
    (3, 'discharge_capacity', 'mA·h/g', 145, 'Li/E/LFP', 0.2, 25, 1, 200),
    (4, 'discharge_capacity', 'mA·h/g', 145, 'Li/E/X', 0.2, 25, NULL, 1)
),
substance(substance_id, name, theoretical_capacity_mah_per_g) AS (VALUES (1, 'LFP', 169.893))
SELECT
    count(*) OVER () = 5,
    why = CASE flag
        WHEN 'missing_temperature' THEN 'no temperature is reported for this discharge_capacity'
        WHEN 'no_initial_value'
            THEN 'no capacity at cycle 1 is reported, so what is retained at cycle 200 is unknown'
        WHEN 'missing_loading' THEN CASE claim_id
            WHEN 1 THEN '0.025 mA/cm² without a loading, so the C-rate is unknown; at 1 mg/cm² it '
                || 'would be C/6.8'
            WHEN 2 THEN '0.2 mA/cm² without a loading, so the C-rate is unknown; at 1 mg/cm² it '
                || 'would be 1.18C'
            WHEN 4 THEN '0.2 mA/cm² without a loading, so the C-rate is unknown'
        END
    END,
    claim_id = 1 OR flag = 'missing_loading'
FROM claim_omission;

-- example: a life that is the end of a test, of nobody knows how many cells
WITH claim(
    claim_id, name, quantity, computed_unit, value, qualifier, configuration,
    current_density_ma_per_cm2, temperature_celsius, cell_count
) AS (
    VALUES
    (1, 'A', 'time_to_failure', 'h', 800, '>', 'Li/C@E/Li', 0.05, 60, NULL),
    (2, 'B', 'time_to_failure', 'h', 150, NULL, 'Li/E/Li', 0.05, 60, 1),
    (3, 'C', 'time_to_failure', 'h', 150, NULL, 'Li/E/Li', 0.1, 60, 4),
    (4, 'D', 'time_to_failure', 'h', 300, '>=', 'Li/C@E/Li', 0.2, 60, 4)
)
SELECT
    count(*) OVER () = 4,
    claim_id <> 3,
    why = CASE concat(claim_id, flag)
        WHEN '1no_replicates' THEN 'how many cells it rests on is not stated, so it has '
            || 'no scatter; > 40 mA·h/cm² had passed by then'
        WHEN '2no_replicates'
            THEN 'it rests on one cell, so it has no scatter; 7.5 mA·h/cm² had passed by then'
        WHEN '1censored_life' THEN '> 800 h is when the test ended, not when a cell failed: how '
            || 'much longer than others it lived is a lower bound too; '
            || 'at least 5.33 times B, Li/E/Li'
        WHEN '4censored_life' THEN '>= 300 h is when the test ended, not when a cell failed: how '
            || 'much longer than others it lived is a lower bound too'
    END
FROM claim_omission;

-- example: two temperatures have no error, and a relative density wants what it is relative to
WITH claim(
    claim_id, name, quantity, computed_unit, value, unit, substance, temperature_celsius
) AS (
    VALUES
    (1, 'N1', 'ionic_conductivity', 'S/cm', 1e-4, 'S/cm', 'X', 30),
    (2, 'N2', 'ionic_conductivity', 'S/cm', 2e-4, 'S/cm', 'X', 60),
    (3, 'N3', 'activation_energy', 'eV', 0.4, 'eV', 'X', 45),
    (4, 'N4', 'relative_density', '', 0.92, NULL, 'X', NULL),
    (5, 'N5', 'relative_density', '', 0.92, NULL, 'Y', NULL)
),
property(property_id, name, material_id, value) AS (VALUES (1, 'theoretical_density', 7, 2.9)),
material(material_id, substance_id) AS (VALUES (7, 2)),
substance(substance_id, name) AS (VALUES (1, 'X'), (2, 'Y'))
SELECT
    count(*) OVER () = 2,
    flag = CASE claim_id WHEN 3 THEN 'no_standard_error' ELSE 'missing_theoretical_density' END,
    why = CASE claim_id
        WHEN 3 THEN 'the conductivity of X is reported at two temperatures only, by N1, N2: a line '
            || 'through them has no standard error'
        WHEN 4
            THEN 'relative to which density is not stated, and no theoretical_density of X is known'
    END
FROM claim_omission;

-- example: electrons that are said to be blocked, where nothing tells how they move
WITH claim(claim_id, quantity, text, substance) AS (
    VALUES
    (1, 'electronic_conductivity', 'blocking', 'PB'), (2, 'electronic_conductivity', 'low', 'X'),
    (3, 'shear_modulus', 'high', 'PB')
),
property(property_id, name, substance, value, unit)
AS (VALUES (1, 'e-.conductivity', 'X', 1e-9, 'S/cm'))
SELECT
    count(*) OVER () = 1,
    claim_id = 1,
    flag = 'missing_electronic_conductivity',
    starts_with(why, 'no e-.conductivity or e-.diffusion_coefficient of PB is known')
FROM claim_omission;
