-- Points of an Arrhenius line
--
-- One point for each temperature of a line (arrhenius_sweep), in both conventions: the weighted
-- mean of the logarithms of its sweeps. What the temperature itself may be off by counts as an
-- error of the logarithm: the slope there times the error of the inverse temperature. That slope is
-- of the line without any weights.
--
-- grain:      line_id, convention, temperature_place
-- column:     line_id | 1 | the line, as in arrhenius_sweep
-- column:     convention | | sT or s: logarithm of conductivity times temperature, or of itself
-- column:     temperature_place | 1 | temperatures of the line up to this one
-- column:     line_count | 1 | rows of the object up to this one, as in arrhenius
-- column:     object | | total, bulk, grain_boundary or interface
-- column:     material_id | | the pellet; null for a cell
-- column:     cell_id | | the cell; null for a pellet
-- column:     inverse_per_ev | 1 | 1/(kT), in 1/eV
-- column:     logarithm | 1 | mean of the logarithms
-- column:     logarithm_error | 1 | one sigma by those of its sweeps and of the temperature; null
--             where they are not known
-- column:     weight | 1 | inverse square of that
-- column:     weighted | | whether the sweeps of the line count by their errors
-- column:     method | | where its resistances come from: the first by name
-- column:     other_method | | and the last
-- column:     lowest_celsius | °C | lowest temperature of its sweeps
-- column:     highest_celsius | °C | highest
-- column:     status | | ok or low_quality (a sweep is)
-- column:     reason | | why not ok; null when ok
-- main:       logarithm, error: logarithm_error
-- shown:      no
-- takes:      weighting | text(errors, none) | errors | by standard errors where known, or alike
-- takes:      temperature_error_kelvin | number(0..) | 0 | what each temperature may be off by, one
--             sigma
-- needs:      arrhenius_sweep
-- reference:  J. Orear, Am. J. Phys. 50 (1982) 912, for the effective variance; k of CODATA 2018
WITH weighed AS (
    SELECT
        line_id,
        line_count,
        object,
        material_id,
        cell_id,
        CASE WHEN status <> 'ok' THEN coalesce(reason, status) END AS doubt,
        temperature_place,
        temperature_celsius,
        method,
        1 / nullif(8.617333262e-5 * (temperature_celsius + 273.15), 0) AS inverse_per_ev,
        ln(conductivity) AS of_itself,
        ln(conductivity * (temperature_celsius + 273.15)) AS of_product,
        CASE
            WHEN $weighting = 'errors'
                AND min(CASE WHEN relative_error > 0 AND relative_error < 1e9 THEN 1 ELSE 0 END)
                    OVER (PARTITION BY line_id) = 1
                THEN 1 / nullif(relative_error * relative_error, 0)
        END AS weight
    FROM arrhenius_sweep
    WHERE is_used
        AND is_line
),

point AS (
    SELECT
        line_id,
        temperature_place,
        min(line_count) AS line_count,
        min(object) AS object,
        min(material_id) AS material_id,
        min(cell_id) AS cell_id,
        min(doubt) AS doubt,
        min(temperature_celsius) AS lowest_celsius,
        max(temperature_celsius) AS highest_celsius,
        min(method) AS method,
        max(method) AS other_method,
        sum(coalesce(weight, 1) * inverse_per_ev) / nullif(sum(coalesce(weight, 1)), 0)
            AS inverse_per_ev,
        sum(coalesce(weight, 1) * of_itself) / nullif(sum(coalesce(weight, 1)), 0) AS of_itself,
        sum(coalesce(weight, 1) * of_product) / nullif(sum(coalesce(weight, 1)), 0)
            AS of_product,
        sum(weight) AS weight
    FROM weighed
    GROUP BY line_id, temperature_place
),

lined AS (
    SELECT
        point.*,
        kind.convention,
        CASE kind.convention WHEN 'sT' THEN of_product ELSE of_itself END AS logarithm
    FROM point
    CROSS JOIN (VALUES ('sT'), ('s')) AS kind(convention)
),

sloped AS (
    SELECT
        *,
        -- of 1/(kT) by that of T
        regr_slope(logarithm, inverse_per_ev) OVER (PARTITION BY line_id, convention)
        * 8.617333262e-5 * inverse_per_ev * inverse_per_ev * $temperature_error_kelvin
            AS by_temperature
    FROM lined
),

erring AS (
    SELECT
        *,
        CASE
            WHEN $temperature_error_kelvin > 0
                THEN 1 / nullif(
                    coalesce(1 / nullif(weight, 0), 0) + by_temperature * by_temperature, 0
                )
            ELSE weight
        END AS effective_weight
    FROM sloped
)

SELECT
    line_id,
    convention,
    temperature_place,
    line_count,
    object,
    material_id,
    cell_id,
    inverse_per_ev,
    logarithm,
    1 / nullif(sqrt(effective_weight), 0) AS logarithm_error,
    effective_weight AS weight,
    weight IS NOT NULL AS weighted,
    method,
    other_method,
    lowest_celsius,
    highest_celsius,
    CASE WHEN doubt IS NULL THEN 'ok' ELSE 'low_quality' END AS status,
    doubt AS reason
FROM erring;

-- example: sweeps of one temperature are one point
WITH arrhenius_sweep(
    test_id, spectrum_count, line_id, line_count, object, temperature_celsius, temperature_place,
    conductivity, relative_error, is_used, is_line, status
) AS (
    VALUES
    (1, 1, 3, 1, 'total', 30, 1, 1, 0.1, true, true, 'ok'),
    (1, 2, 3, 1, 'total', 60, 2, exp(1), 0.1, true, true, 'ok'),
    (1, 3, 3, 1, 'total', 60, 2, exp(2), 0.1, true, true, 'ok'),
    (1, 4, 3, 1, 'total', 90, 3, 5, 0.1, false, true, 'low_quality')
)
SELECT
    count(*) OVER () = 2,
    abs(logarithm - CASE temperature_place WHEN 1 THEN 0 ELSE 1.5 END) < 1e-12,
    abs(weight - CASE temperature_place WHEN 1 THEN 100 ELSE 200 END) < 1e-9,
    status = 'ok'
FROM arrhenius_point
WHERE convention = 's';

-- example: 1 K at 300 K is 0.0129 eV/(kT) of 0.4 eV
-- given: temperature_error_kelvin = 1
WITH arrhenius_sweep(
    test_id, line_id, line_count, object, temperature_celsius, temperature_place,
    conductivity, is_used, is_line, status
) AS (
    SELECT
        1, 3, 1, 'total', kelvin - 273.15, place, exp(-0.4 / (8.617333262e-5 * kelvin)),
        true, true, 'ok'
    FROM (VALUES (300, 1), (350, 2)) AS t(kelvin, place)
)
SELECT abs(logarithm_error - 0.4 / (8.617333262e-5 * 90000)) < 1e-9
FROM arrhenius_point
WHERE convention = 's' AND temperature_place = 1;
