-- Activation energy as claimed
--
-- A straight line through all conductivities that claims tell of one substance, exactly or about,
-- each at its temperature, in both conventions: sT takes ln(σT) against 1/T, which is the ln(T/R)
-- of a resistance, and s takes ln σ. They differ by about k times the temperature. Two temperatures
-- make a line without a standard error, one makes none. Bounds, and conductivities of an untold
-- temperature, are left out.
--
-- grain:      substance, convention
-- column:     convention | | sT or s: logarithm of conductivity times temperature, or of itself
-- column:     claims | | the claims it rests on, by temperature
-- column:     temperature_count | 1 | different temperatures among them
-- column:     activation_energy_ev | eV | less the slope against 1/(kT)
-- column:     standard_error_ev | eV | one sigma, by the scatter about the line; null of two
-- column:     ln_prefactor | 1 | the line at 1/T = 0: ln of S·K/cm for sT, of S/cm for s
-- column:     greatest_conductivity_s_per_cm | S/cm | the greatest of the conductivities
-- column:     status | | ok, low_quality (of two temperatures) or not_computable (of one)
-- column:     reason | | why not ok; null when ok
-- main:       activation_energy_ev, error: standard_error_ev
-- shown:      no
-- needs:      claim, claim_subject
-- reference:  S. Arrhenius, Z. Phys. Chem. 4 (1889) 226; k of CODATA 2018
WITH told AS (
    SELECT
        subject.substance,
        kind.convention,
        claim.claim_id,
        claim.name,
        claim.value AS conductivity,
        claim.temperature_celsius,
        1 / nullif(8.617333262e-5 * (claim.temperature_celsius + 273.15), 0) AS inverse_per_ev,
        CASE kind.convention
            WHEN 'sT' THEN ln(claim.value * (claim.temperature_celsius + 273.15))
            ELSE ln(claim.value)
        END AS logarithm
    FROM claim
    JOIN claim_subject AS subject ON subject.claim_id = claim.claim_id
    CROSS JOIN (VALUES ('sT'), ('s')) AS kind(convention)
    WHERE claim.quantity = 'ionic_conductivity'
        AND subject.substance IS NOT NULL
        AND subject.fits
        AND claim.value > 0
        AND coalesce(claim.qualifier, '~') = '~'
        AND claim.temperature_celsius > -273.15
),

line AS (
    SELECT
        substance,
        convention,
        string_agg(name, ', ' ORDER BY temperature_celsius, claim_id) AS claims,
        count(DISTINCT temperature_celsius) AS temperature_count,
        -regr_slope(logarithm, inverse_per_ev) AS energy_ev,
        regr_intercept(logarithm, inverse_per_ev) AS intercept,
        regr_sxx(logarithm, inverse_per_ev) AS sxx,
        regr_syy(logarithm, inverse_per_ev) AS syy,
        regr_sxy(logarithm, inverse_per_ev) AS sxy,
        regr_count(logarithm, inverse_per_ev) AS point_count,
        max(conductivity) AS greatest_conductivity_s_per_cm
    FROM told
    GROUP BY substance, convention
)

SELECT
    substance,
    convention,
    claims,
    temperature_count,
    CASE WHEN temperature_count > 1 THEN energy_ev END AS activation_energy_ev,
    CASE
        WHEN temperature_count > 2
            THEN sqrt(greatest(syy + energy_ev * sxy, 0) / nullif((point_count - 2) * sxx, 0))
    END AS standard_error_ev,
    CASE WHEN temperature_count > 1 THEN intercept END AS ln_prefactor,
    greatest_conductivity_s_per_cm,
    CASE temperature_count
        WHEN 1 THEN 'not_computable' WHEN 2 THEN 'low_quality' ELSE 'ok'
    END AS status,
    CASE temperature_count
        WHEN 1 THEN 'fewer than 2 temperatures' WHEN 2 THEN 'only 2 temperatures'
    END AS reason
FROM line;

-- example: two conductivities imply 0.573 eV, or 0.545 eV without the temperature
WITH claim(
    claim_id, name, quantity, computed_unit, value, unit, qualifier, substance, temperature_celsius
) AS (
    VALUES
    (1, 'N1', 'ionic_conductivity', 'S/cm', 1.12e-4, 'S/cm', NULL, 'LATP', 30),
    (2, 'N2', 'ionic_conductivity', 'S/cm', 7.34e-4, 'S/cm', '~', 'LATP', 60),
    (3, 'M3', 'ionic_conductivity', 'S/cm', 1e-4, 'S/cm', '>', 'LATP', 25),
    (4, 'N3', 'activation_energy', 'eV', 0.411, 'eV', NULL, 'LATP', 25)
)
SELECT
    count(*) OVER () = 2,
    claims = 'N1, N2',
    temperature_count = 2,
    abs(activation_energy_ev - CASE convention WHEN 'sT' THEN 0.5728 ELSE 0.5454 END) < 5e-5,
    greatest_conductivity_s_per_cm = 7.34e-4
FROM claimed_arrhenius;

-- example: one temperature is no line
WITH claim(
    claim_id, name, quantity, computed_unit, value, unit, substance, temperature_celsius
) AS (
    VALUES
    (1, 'A', 'ionic_conductivity', 'S/cm', 1.0e-4, 'S/cm', 'X', 30),
    (2, 'B', 'ionic_conductivity', 'S/cm', 1.1e-4, 'S/cm', 'X', 30),
    (3, 'C', 'ionic_conductivity', 'S/cm', 1.1e-4, 'S/cm', 'X', NULL)
)
SELECT
    count(*) OVER () = 2,
    claims = 'A, B',
    temperature_count = 1,
    activation_energy_ev IS NULL,
    ln_prefactor IS NULL
FROM claimed_arrhenius;
