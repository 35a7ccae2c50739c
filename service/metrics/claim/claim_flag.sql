-- Flags of claims
--
-- What a careful reader would want to know of each claim before believing it, a row per claim and
-- flag: what it leaves out (claim_omission), what it contradicts (claim_inconsistency), what
-- speaks against it (claim_implausibility), and what its number means:
--   electrons_used: the electrons per formula unit that a capacity takes, of a substance with more
--   than one
--   implied_duration: the hours that so many cycles of that capacity take at that current
--   apparent_resistance: polarization over current density
--   fits_another_object: an activation energy that is not the substance's but that of an interface
--
-- formula:    flags = those of omission, inconsistency and implausibility, and of what the number
--             means: electrons = 3.6 q M / F, hours = 2 n q / J (each per mg/cm²), resistance = η /
--             J
-- grain:      claim_id, flag
-- column:     flag | | name of what was noticed
-- column:     why | | the same as a sentence, with its numbers
-- column:     status | | ok or low_quality (what it is held against is)
-- column:     reason | | why not ok; null when ok
-- main:       flag
-- needs:      claim, claim_subject, claim_omission, claim_inconsistency, claim_implausibility,
--             claim_object
-- reference:  Faraday constant of CODATA 2018, 96485.33212 C/mol
WITH told AS (
    SELECT
        claim.*,
        subject.configuration AS stack,
        subject.fits,
        subject.substance AS subject,
        subject.molar_mass_gram_per_mole,
        subject.electrons,
        claim.current_density_ma_per_cm2 AS density,
        CASE WHEN claim.qualifier IS NOT NULL THEN concat(claim.qualifier, ' ') ELSE '' END AS about
    FROM claim
    JOIN claim_subject AS subject ON subject.claim_id = claim.claim_id
),

capacity AS (
    SELECT *
    FROM told
    WHERE quantity = 'discharge_capacity'
        AND fits
        AND value > 0
),

cycled AS (
    SELECT
        told.claim_id,
        told.at_cycle,
        told.density,
        coalesce(
            CASE WHEN told.quantity = 'discharge_capacity' AND told.fits THEN told.value END,
            max(capacity.value)
        ) AS capacity
    FROM told
    LEFT JOIN capacity
        ON capacity.stack = told.stack
        AND abs(capacity.density - told.density) <= 0.02 * told.density
    WHERE told.at_cycle > 1
        AND told.density > 0
    GROUP BY
        told.claim_id,
        told.at_cycle,
        told.density,
        told.quantity,
        told.fits,
        told.value
),

noticed AS (
    SELECT claim_id, flag, why, status, reason
    FROM claim_omission
    UNION ALL
    SELECT claim_id, flag, why, status, reason
    FROM claim_inconsistency
    UNION ALL
    SELECT claim_id, flag, why, status, reason
    FROM claim_implausibility
    UNION ALL
    SELECT
        claim_id,
        'electrons_used',
        concat(
            about,
            printf('%g mA·h/g are ', value),
            about,
            printf('%.2f', value * 3.6 * molar_mass_gram_per_mole / nullif(96485.33212, 0)),
            printf(' of the %g electrons of ', electrons),
            subject
        ),
        'ok',
        NULL
    FROM told
    WHERE quantity IN ('discharge_capacity', 'rate_capability')
        AND fits
        AND electrons > 1
        AND value IS NOT NULL
        AND molar_mass_gram_per_mole IS NOT NULL
    UNION ALL
    SELECT
        claim_id,
        'implied_duration',
        printf(
            '%d cycles of %g mA·h/g at %g mA/cm² take %.0f h per mg/cm² of loading',
            at_cycle, capacity, density, at_cycle * 2 * 0.001 * capacity / nullif(density, 0)
        ),
        'ok',
        NULL
    FROM cycled
    WHERE capacity IS NOT NULL
    UNION ALL
    SELECT
        claim_id,
        'apparent_resistance',
        concat(
            about, printf('%g V at %g mA/cm² are ', value, density), about,
            printf('%.0f Ω·cm²', 1000 * value / nullif(density, 0))
        ),
        'ok',
        NULL
    FROM told
    WHERE quantity = 'polarization'
        AND fits
        AND value IS NOT NULL
        AND density > 0
    UNION ALL
    SELECT
        told.claim_id,
        'fits_another_object',
        concat(
            printf('%g eV meets the activation energy of the ', min(told.value)),
            string_agg(
                concat(
                    object.basis,
                    printf(', %.3f', object.activation_energy_ev),
                    printf(' ± %.4f', object.standard_error_ev),
                    ' eV'
                ),
                '; ' ORDER BY object.basis
            )
        ),
        CASE WHEN max(object.reason) IS NULL THEN 'ok' ELSE 'low_quality' END,
        max(object.reason)
    FROM told
    JOIN claim_object AS object ON object.claim_id = told.claim_id
    GROUP BY told.claim_id
)

SELECT claim_id, flag, why, status, reason
FROM noticed;

-- example: what the numbers mean
WITH claim(
    claim_id, name, quantity, computed_unit, value, unit, qualifier, configuration,
    current_density_ma_per_cm2, temperature_celsius, loading_mg_per_cm2, at_cycle
) AS (
    VALUES
    (1, 'A', 'polarization', 'V', 3, 'V', '~', 'Li/E/Li', 0.05, 60, NULL, NULL),
    (2, 'B', 'discharge_capacity', 'mA·h/g', 300, 'mA·h/g', '>', 'Li/E/FeF3', 0.025, 60, 1, 60),
    (3, 'C', 'discharge_capacity', 'mA·h/g', 200, 'mA·h/g', NULL, 'Li/E/X', 0.025, 60, 1, 1),
    (4, 'D', 'coulombic_efficiency', '', 0.999, NULL, NULL, 'Li/E/X', 0.025, 60, 1, 160)
),
substance(substance_id, name, molar_mass_gram_per_mole, electrons)
AS (VALUES (1, 'FeF3', 112.839, 3), (2, 'X', 100, 1))
SELECT
    count(*) OVER () = 5,
    why = CASE concat(claim_id, flag)
        WHEN '1apparent_resistance' THEN '~ 3 V at 0.05 mA/cm² are ~ 60000 Ω·cm²'
        WHEN '2electrons_used' THEN '> 300 mA·h/g are > 1.26 of the 3 electrons of FeF3'
        WHEN '2implied_duration'
            THEN '60 cycles of 300 mA·h/g at 0.025 mA/cm² take 1440 h per mg/cm² of loading'
        WHEN '2no_initial_value'
            THEN 'no capacity at cycle 1 is reported, so what is retained at cycle 60 is unknown'
        WHEN '4implied_duration'
            THEN '160 cycles of 200 mA·h/g at 0.025 mA/cm² take 2560 h per mg/cm² of loading'
    END
FROM claim_flag;

-- example: what contradicts is here too
WITH claim(claim_id, quantity, computed_unit, value, unit) AS (
    VALUES
    (1, 'capacity_retention', '', 200, 'mAh/g')
)
SELECT bool_or(flag = 'unit_does_not_fit'), bool_or(flag = 'missing_temperature')
FROM claim_flag;
