-- What claims make implausible
--
-- Where a report disagrees with what formulas, layers and properties imply, a row per claim and
-- disagreement. It looks at no measurement: claim_verdict does.
--   theoretical_capacity_disagrees: more than 1 % from formula and electrons
--   exceeds_theory: a capacity more than 3 % above the theoretical one of the positive electrode
--   below_ohmic_floor: a polarization less than the electrolyte alone would take, at the greatest
--   conductivity told of it, by the thickness it has in cells of that configuration
--   reduced_before: an interlayer, the A of A@B, whose redox potential lies above the potential at
--   which a substance that it shares a stack with is reduced
--
-- formula:    |q/q(theory) − 1| > 0.01 of a theoretical capacity, q > 1.03 q(theory) of a measured
--             one, q(theory) = n F / (3.6 M); η / J < d / σ; E(interlayer) > E(reduction)
-- grain:      claim_id, flag
-- column:     flag | | what is implausible
-- column:     why | | by what, in numbers
-- column:     status | | ok: it rests on what is told
-- column:     reason | | null
-- main:       flag
-- needs:      claim, claim_subject, claimed_arrhenius, property, cell, layer
-- reference:  our own declaration
WITH told AS (
    SELECT
        claim.*,
        subject.configuration AS stack,
        subject.substance AS subject,
        subject.theoretical_capacity_mah_per_g AS theory,
        subject.fits,
        claim.current_density_ma_per_cm2 AS density,
        concat(
            claim.qualifier,
            CASE WHEN claim.qualifier IS NOT NULL THEN ' ' END,
            printf('%.6g', claim.value),
            CASE WHEN claim.unit <> '' THEN ' ' || claim.unit END
        ) AS report
    FROM claim
    JOIN claim_subject AS subject ON subject.claim_id = claim.claim_id
),

electrolyte AS (
    SELECT
        cell.configuration,
        layer.substance,
        max(layer.thickness_um) AS thickness_um,
        min(
            1e-4 * layer.thickness_um / nullif(conducting.greatest_conductivity_s_per_cm, 0)
        ) AS floor_ohm_cm2
    FROM cell
    JOIN layer
        ON layer.cell_id = cell.cell_id
        AND layer.role = 'electrolyte'
    JOIN claimed_arrhenius AS conducting
        ON conducting.substance = layer.substance
        AND conducting.convention = 'sT'
    GROUP BY cell.configuration, layer.substance
),

polarized AS (
    SELECT *, 1000 * value / nullif(density, 0) AS ohm_cm2
    FROM told
    WHERE quantity = 'polarization'
        AND fits
        AND value > 0
        AND coalesce(qualifier, '~') NOT IN ('>', '>=')
),

stack AS (
    SELECT DISTINCT concat('/', replace(configuration, '@', '@/'), '/') AS layers
    FROM (SELECT configuration FROM cell UNION ALL SELECT stack FROM told) AS named
    WHERE configuration IS NOT NULL
),

reduced AS (
    SELECT
        redox.substance,
        string_agg(
            DISTINCT printf(
                '%.3g V against %.3g V of ', redox.value, reduction.value
            ) || reduction.substance || printf(': by %.2f V', redox.value - reduction.value),
            '; '
        ) AS before
    FROM property AS redox
    JOIN property AS reduction
        ON reduction.name = 'reduction_potential'
        AND reduction.unit = redox.unit
        AND reduction.substance <> redox.substance
        AND reduction.value < redox.value
    JOIN stack
        ON stack.layers LIKE concat('%/', redox.substance, '@/%')
        AND stack.layers LIKE concat('%/', reduction.substance, '/%')
    WHERE redox.name = 'redox_potential'
    GROUP BY redox.substance
),

noticed AS (
    SELECT
        claim_id,
        'theoretical_capacity_disagrees' AS flag,
        concat(
            report, printf(', but %.2f mA·h/g by formula and electrons of ', theory), subject,
            printf(': %+.1f %%', 100 * (value / nullif(theory, 0) - 1))
        ) AS why
    FROM told
    WHERE quantity = 'theoretical_capacity'
        AND fits
        AND abs(value / nullif(theory, 0) - 1) > 0.01
    UNION ALL
    SELECT
        claim_id,
        'exceeds_theory',
        concat(
            report, printf(' is %.1f %% above the ', 100 * (value / nullif(theory, 0) - 1)),
            printf('%.1f mA·h/g that theory allows ', theory), subject,
            ': check mass, area, voltage window, other hosts'
        )
    FROM told
    WHERE quantity IN ('discharge_capacity', 'rate_capability')
        AND fits
        AND coalesce(qualifier, '~') NOT IN ('<', '<=')
        AND value > 1.03 * theory
    UNION ALL
    SELECT
        polarized.claim_id,
        'below_ohmic_floor',
        concat(
            polarized.report, printf(' at %g mA/cm² ', polarized.density),
            printf('are %.0f Ω·cm², less than the %.0f Ω·cm² of ', ohm_cm2, min(floor_ohm_cm2)),
            printf('%g µm ', max(electrolyte.thickness_um)), max(electrolyte.substance),
            ': check the area, or a short'
        )
    FROM polarized
    JOIN electrolyte ON electrolyte.configuration = polarized.stack
    GROUP BY polarized.claim_id, polarized.report, polarized.density, polarized.ohm_cm2
    HAVING polarized.ohm_cm2 < min(electrolyte.floor_ohm_cm2)
    UNION ALL
    SELECT
        told.claim_id,
        'reduced_before',
        concat(
            told.subject, ' is reduced first, at ', reduced.before,
            ': that makes it sacrificial, not blocking'
        )
    FROM told
    JOIN reduced ON reduced.substance = told.subject
)

SELECT claim_id, flag, why, 'ok' AS status, CAST(NULL AS VARCHAR) AS reason
FROM noticed;

-- example: a theory, and capacities above it
WITH claim(claim_id, quantity, computed_unit, value, unit, qualifier, substance, configuration) AS (
    VALUES
    (1, 'theoretical_capacity', 'mA·h/g', 172, 'mA·h/g', NULL, 'LFP', NULL),
    (2, 'theoretical_capacity', 'mA·h/g', 170, 'mA·h/g', '~', 'LFP', NULL),
    (3, 'discharge_capacity', 'mA·h/g', 200, 'mA·h/g', '~', NULL, 'Li/E/LFP'),
    (4, 'rate_capability', 'mA·h/g', 174, 'mA·h/g', NULL, NULL, 'Li/E/LFP'),
    (5, 'discharge_capacity', 'mA·h/g', 200, 'mA·h/g', '<', NULL, 'Li/E/LFP'),
    (6, 'discharge_capacity', 'mA·h/g', 200, 'mA·h/g', NULL, NULL, 'Li/E/X')
),
substance(substance_id, name, theoretical_capacity_mah_per_g) AS (VALUES (1, 'LFP', 169.893))
SELECT
    count(*) OVER () = 2,
    why = CASE concat(claim_id, flag)
        WHEN '1theoretical_capacity_disagrees'
            THEN '172 mA·h/g, but 169.89 mA·h/g by formula and electrons of LFP: +1.2 %'
        WHEN '3exceeds_theory' THEN '~ 200 mA·h/g is 17.7 % above the 169.9 mA·h/g that theory '
            || 'allows LFP: check mass, area, voltage window, other hosts'
    END
FROM claim_implausibility;

-- example: less than the electrolyte alone takes, and an interlayer that is reduced first
WITH claim(
    claim_id, name, quantity, computed_unit, value, unit, text, substance, configuration,
    current_density_ma_per_cm2, temperature_celsius
) AS (
    VALUES
    (1, 'A', 'polarization', 'V', 0.04, 'V', NULL, NULL, 'Li/PB@E/Li', 0.05, 60),
    (2, 'B', 'polarization', 'V', 0.06, 'V', NULL, NULL, 'Li/PB@E/Li', 0.05, 40),
    (3, 'C', 'ionic_conductivity', 'S/cm', 1e-4, 'S/cm', NULL, 'E', NULL, NULL, 30),
    (4, 'D', 'electronic_conductivity', NULL, NULL, NULL, 'blocking', 'PB', NULL, NULL, NULL),
    (5, 'E', 'electronic_conductivity', NULL, NULL, NULL, 'high', 'P', 'Li/PB@E/P', NULL, NULL)
),
property(property_id, name, substance, value, unit) AS (
    VALUES
    (1, 'redox_potential', 'PB', 3.07, 'V'), (2, 'reduction_potential', 'E', 2.34, 'V'),
    (3, 'redox_potential', 'P', 3.4, 'V')
),
cell(cell_id, configuration) AS (VALUES (7, 'Li/PB@E/Li')),
layer(cell_id, position, role, substance, thickness_um)
AS (VALUES (7, 2, 'interlayer', 'PB', 1), (7, 3, 'electrolyte', 'E', 1000))
SELECT
    count(*) OVER () = 2,
    why = CASE concat(claim_id, flag)
        WHEN '1below_ohmic_floor' THEN '0.04 V at 0.05 mA/cm² are 800 Ω·cm², less than the 1000 '
            || 'Ω·cm² of 1000 µm E: check the area, or a short'
        WHEN '4reduced_before' THEN 'PB is reduced first, at 3.07 V against 2.34 V of E: by 0.73 V'
            || ': that makes it sacrificial, not blocking'
    END
FROM claim_implausibility;
