-- Claimed conductivity, extrapolated
--
-- What the other claims of a substance make of its conductivity at the temperature for which a
-- claim tells a bound: the lines through all that tell a conductivity (claimed_arrhenius), and the
-- one of the nearest temperature, taken there by each activation energy that a claim tells. Either
-- way in both conventions: σT or σ alone follows Arrhenius.
--
-- grain:      claim_id, basis
-- column:     basis | | the claims it rests on
-- column:     temperature_celsius | °C | temperature of the bound
-- column:     conductivity_s_per_cm | S/cm | where σT follows Arrhenius
-- column:     lowest_s_per_cm | S/cm | the lower of both conventions
-- column:     highest_s_per_cm | S/cm | the higher of both conventions
-- column:     status | | ok or low_quality (a line through two temperatures)
-- column:     reason | | why not ok; null when ok
-- main:       conductivity_s_per_cm, low: lowest_s_per_cm, high: highest_s_per_cm
-- shown:      no
-- needs:      claim, claim_subject, claimed_arrhenius
-- reference:  S. Arrhenius, Z. Phys. Chem. 4 (1889) 226; k of CODATA 2018
WITH told AS (
    SELECT
        claim.claim_id,
        claim.name,
        claim.quantity,
        claim.value,
        coalesce(claim.qualifier, '~') = '~' AS exact,
        claim.temperature_celsius,
        8.617333262e-5 * (claim.temperature_celsius + 273.15) AS thermal_ev,
        subject.substance
    FROM claim
    JOIN claim_subject AS subject ON subject.claim_id = claim.claim_id
    WHERE claim.quantity IN ('ionic_conductivity', 'activation_energy')
        AND subject.fits
        AND claim.value > 0
),

bound AS (
    SELECT *
    FROM told
    WHERE quantity = 'ionic_conductivity'
        AND NOT exact
        AND temperature_celsius > -273.15
),

nearest AS (
    SELECT
        bound.claim_id,
        bound.substance,
        bound.temperature_celsius,
        bound.thermal_ev,
        told.name,
        told.value,
        told.thermal_ev AS told_ev,
        row_number() OVER (
            PARTITION BY bound.claim_id
            ORDER BY abs(told.temperature_celsius - bound.temperature_celsius), told.claim_id
        ) AS place
    FROM bound
    JOIN told
        ON told.substance = bound.substance
        AND told.quantity = 'ionic_conductivity'
        AND told.exact
        AND told.temperature_celsius > -273.15
),

taken AS (
    SELECT
        bound.claim_id,
        bound.temperature_celsius,
        concat('claims ', line.claims) AS basis,
        line.convention,
        exp(line.ln_prefactor - line.activation_energy_ev / nullif(bound.thermal_ev, 0))
        / nullif(
            CASE line.convention WHEN 'sT' THEN bound.temperature_celsius + 273.15 ELSE 1 END, 0
        )
            AS conductivity,
        CASE WHEN line.status <> 'ok' THEN concat('claims ', line.claims, ': ', line.reason) END
            AS doubt
    FROM bound
    JOIN claimed_arrhenius AS line ON line.substance = bound.substance
    UNION ALL
    SELECT
        nearest.claim_id,
        nearest.temperature_celsius,
        concat('claims ', nearest.name, ', ', energy.name),
        kind.convention,
        nearest.value
        * exp(
            energy.value / nullif(nearest.told_ev, 0) - energy.value / nullif(nearest.thermal_ev, 0)
        )
        * CASE kind.convention
            WHEN 'sT' THEN nearest.told_ev / nullif(nearest.thermal_ev, 0) ELSE 1
        END,
        NULL
    FROM nearest
    JOIN told AS energy
        ON energy.substance = nearest.substance
        AND energy.quantity = 'activation_energy'
        AND energy.exact
    CROSS JOIN (VALUES ('sT'), ('s')) AS kind(convention)
    WHERE nearest.place = 1
)

SELECT
    claim_id,
    basis,
    temperature_celsius,
    max(conductivity) FILTER (WHERE convention = 'sT') AS conductivity_s_per_cm,
    min(conductivity) AS lowest_s_per_cm,
    max(conductivity) AS highest_s_per_cm,
    CASE WHEN max(doubt) IS NULL THEN 'ok' ELSE 'low_quality' END AS status,
    max(doubt) AS reason
FROM taken
WHERE conductivity IS NOT NULL
GROUP BY claim_id, basis, temperature_celsius;

-- example: the founding study, taken to 25 °C, stays below the bound it quotes
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
    count(*) OVER () = 2,
    claim_id = 3,
    temperature_celsius = 25,
    basis IN ('claims N1, N2', 'claims N1, N3'),
    abs(lowest_s_per_cm - CASE basis WHEN 'claims N1, N2' THEN 7.88e-5 ELSE 8.60e-5 END) < 1e-7,
    abs(highest_s_per_cm - CASE basis WHEN 'claims N1, N2' THEN 7.89e-5 ELSE 8.75e-5 END) < 1e-7,
    conductivity_s_per_cm IN (lowest_s_per_cm, highest_s_per_cm),
    status = CASE basis WHEN 'claims N1, N2' THEN 'low_quality' ELSE 'ok' END,
    reason IS NOT DISTINCT FROM CASE basis
        WHEN 'claims N1, N2' THEN 'claims N1, N2: only 2 temperatures'
    END
FROM claimed_extrapolation;

-- example: one conductivity and no activation energy lead nowhere
WITH claim(
    claim_id, name, quantity, computed_unit, value, unit, qualifier, substance, temperature_celsius
) AS (
    VALUES
    (1, 'N1', 'ionic_conductivity', 'S/cm', 1.12e-4, 'S/cm', NULL, 'X', 30),
    (3, 'M3', 'ionic_conductivity', 'S/cm', 1e-4, 'S/cm', '>', 'X', 25)
)
SELECT count(*) = 0
FROM claimed_extrapolation;
