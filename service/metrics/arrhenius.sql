-- Activation energy of ionic transport
--
-- A line through the logarithm of a conductivity against the inverse temperature, for each test at
-- several temperatures, each object and both conventions: sT takes ln(σT), which is the founding
-- study's ln(T/R), and s takes ln σ. They differ by about k times the mean temperature, so an
-- energy without its convention says little. Of a pellet the objects are total, bulk and
-- grain_boundary (ionic_conductivity); of a cell it is the interface, whose inverse resistance per
-- area (interface_resistance) stands for σ. A test on a cell is one line: what lies between its
-- sweeps counts as one time of cycling. Sweeps that are not ok, or without a temperature, are left
-- out. The temperature is the sample's, as it was recorded. Weighted, a sweep counts by the inverse
-- square of its relative standard error, where all on the line have one. The standard error of the
-- line comes from how far the sweeps lie off it; weighted, it is never less than what the errors of
-- the sweeps alone make of it, for a few sweeps may lie on a line by chance.
--
-- grain:      test_id, object, convention
-- column:     object | | total, bulk, grain_boundary or interface
-- column:     convention | | sT or s: logarithm of conductivity times temperature, or of itself
-- column:     material_id | | the pellet; null for a cell
-- column:     cell_id | | the cell; null for a pellet
-- column:     activation_energy_ev | eV | less the slope against 1/(kT)
-- column:     standard_error_ev | eV | of the slope; null for 2 temperatures
-- column:     low_ev | eV | lower end of the 95 % interval, by Student's t
-- column:     high_ev | eV | upper end
-- column:     ln_prefactor | 1 | the line at 1/T = 0: ln of S·K/cm for sT, of S/cm for s; of an
--             interface per cm² instead of per cm
-- column:     curvature_t | 1 | quadratic term over its standard error; null below 4
--             temperatures, or where the line leaves nothing
-- column:     count | 1 | temperatures: sweeps on the line
-- column:     lowest_celsius | °C | lowest temperature
-- column:     highest_celsius | °C | highest temperature
-- column:     weighted | | whether the sweeps count by their standard errors
-- column:     method | | where the resistances come from
-- column:     status | | ok, low_quality (2 temperatures, less than 10 K apart in all, or a
--             curvature beyond 3 standard errors) or not_computable
-- column:     reason | | why not ok; null when ok
-- takes:      method | text(best, fit, intercept) | best | where a pellet's resistance comes from
-- takes:      weighting | text(errors, none) | errors | by standard errors where known, or alike
-- takes:      neighbors | integer(1..) | 3 | points on either side that must lie farther off
-- needs:      ionic_conductivity, interface_resistance
-- reference:  S. Arrhenius, Z. Phys. Chem. 4 (1889) 226; k of CODATA 2018; beyond 30 degrees of
--             freedom Student's t by E. A. Cornish, R. A. Fisher, Rev. Inst. Int. Stat. 5 (1938)
--             307
WITH sweep AS (
    SELECT
        test_id,
        object,
        material_id,
        cell_id,
        temperature_celsius,
        conductivity_s_per_cm AS conductivity,
        conductivity_error_s_per_cm / nullif(conductivity_s_per_cm, 0) AS relative_error,
        method,
        status,
        reason
    FROM ionic_conductivity
    UNION ALL
    SELECT
        test_id,
        'interface',
        NULL,
        cell_id,
        temperature_celsius,
        1 / nullif(interface_resistance_ohm_cm2, 0),
        interface_error_ohm_cm2 / nullif(interface_resistance_ohm_cm2, 0),
        'circuit fit',
        status,
        reason
    FROM interface_resistance
),

tested AS (
    SELECT
        sweep.test_id,
        sweep.object,
        max(sweep.material_id) AS material_id,
        max(sweep.cell_id) AS cell_id,
        kind.convention,
        count(*) AS sweep_count,
        count(*) FILTER (WHERE sweep.status <> 'ok') AS left_out,
        min(sweep.reason) FILTER (WHERE sweep.status <> 'ok') AS left_out_reason,
        count(*) FILTER (
            WHERE sweep.status = 'ok' AND sweep.temperature_celsius IS NULL
        ) AS without_temperature
    FROM sweep
    CROSS JOIN (VALUES ('sT'), ('s')) AS kind(convention)
    GROUP BY sweep.test_id, sweep.object, kind.convention
),

point AS (
    SELECT
        test_id,
        object,
        temperature_celsius,
        method,
        1 / nullif(8.617333262e-5 * (temperature_celsius + 273.15), 0) AS inverse_per_ev,
        ln(conductivity) AS of_itself,
        ln(conductivity * (temperature_celsius + 273.15)) AS of_product,
        CASE
            WHEN $weighting = 'errors'
                AND min(CASE WHEN relative_error > 0 AND relative_error < 1e9 THEN 1 ELSE 0 END)
                    OVER (PARTITION BY test_id, object) = 1
                THEN 1 / nullif(relative_error * relative_error, 0)
        END AS weight
    FROM sweep
    WHERE status = 'ok'
        AND temperature_celsius > -273.15
),

scaled AS (
    SELECT
        *,
        avg(weight) OVER (PARTITION BY test_id, object) AS mean_weight,
        coalesce(weight / nullif(avg(weight) OVER (PARTITION BY test_id, object), 0), 1) AS w
    FROM point
),

placed AS (
    SELECT
        *,
        sum(w * inverse_per_ev) OVER (PARTITION BY test_id, object)
        / nullif(sum(w) OVER (PARTITION BY test_id, object), 0) AS mean_inverse_per_ev
    FROM scaled
),

centered AS (
    SELECT
        tested.test_id,
        tested.object,
        tested.convention,
        placed.temperature_celsius,
        placed.method,
        placed.mean_weight,
        placed.w,
        placed.mean_inverse_per_ev,
        placed.inverse_per_ev - placed.mean_inverse_per_ev AS x,
        CASE tested.convention WHEN 'sT' THEN placed.of_product ELSE placed.of_itself END AS y
    FROM tested
    JOIN placed
        ON placed.test_id = tested.test_id
        AND placed.object = tested.object
),

summed AS (
    SELECT
        test_id,
        object,
        convention,
        count(*) AS used,
        max(mean_weight) AS mean_weight,
        string_agg(DISTINCT method, ', ' ORDER BY method) AS method,
        min(temperature_celsius) AS lowest_celsius,
        max(temperature_celsius) AS highest_celsius,
        max(mean_inverse_per_ev) AS mean_inverse_per_ev,
        sum(w * y) / nullif(sum(w), 0) AS middle,
        sum(w * x * x) AS sxx,
        sum(w * x * y) AS sxy,
        sum(w * x * x) / nullif(sum(w), 0) AS bend_middle,
        sum(w * x * x * x) / nullif(sum(w * x * x), 0) AS bend_slope
    FROM centered
    GROUP BY test_id, object, convention
),

line AS (
    SELECT
        *,
        CASE WHEN highest_celsius > lowest_celsius THEN sxy / nullif(sxx, 0) END AS slope_ev
    FROM summed
),

residual AS (
    SELECT
        line.test_id,
        line.object,
        line.convention,
        centered.w,
        centered.y - line.middle - line.slope_ev * centered.x AS rest,
        centered.x * centered.x - line.bend_middle - line.bend_slope * centered.x AS bend
    FROM line
    JOIN centered
        ON centered.test_id = line.test_id
        AND centered.object = line.object
        AND centered.convention = line.convention
),

spread AS (
    SELECT
        test_id,
        object,
        convention,
        sum(w * rest * rest) AS rest_rest,
        sum(w * rest * bend) AS rest_bend,
        sum(w * bend * bend) AS bend_bend
    FROM residual
    GROUP BY test_id, object, convention
),

student(freedom, listed) AS (
    VALUES
        (1, 12.706204736), (2, 4.302652730), (3, 3.182446305), (4, 2.776445105),
        (5, 2.570581836), (6, 2.446911851), (7, 2.364624252), (8, 2.306004135),
        (9, 2.262157163), (10, 2.228138852), (11, 2.200985160), (12, 2.178812830),
        (13, 2.160368656), (14, 2.144786688), (15, 2.131449546), (16, 2.119905299),
        (17, 2.109815578), (18, 2.100922040), (19, 2.093024054), (20, 2.085963447),
        (21, 2.079613845), (22, 2.073873068), (23, 2.068657610), (24, 2.063898562),
        (25, 2.059538553), (26, 2.055529439), (27, 2.051830516), (28, 2.048407142),
        (29, 2.045229642), (30, 2.042272456)
),

fitted AS (
    SELECT
        line.*,
        CASE
            WHEN line.used > 2 THEN greatest(
                sqrt(spread.rest_rest / nullif((line.used - 2) * line.sxx, 0)),
                coalesce(1 / nullif(sqrt(line.mean_weight * line.sxx), 0), 0)
            )
        END AS standard_error_ev,
        CASE
            WHEN line.used >= 4
                AND spread.rest_rest > line.used * 1e-20  -- below that it is rounding
                AND spread.bend_bend > 1e-12 * line.sxx * line.sxx
                THEN spread.rest_bend / nullif(
                    sqrt(
                        greatest(
                            spread.rest_rest * spread.bend_bend
                            - spread.rest_bend * spread.rest_bend,
                            1e-20 * spread.rest_rest * spread.bend_bend
                        ) / nullif(line.used - 3, 0)
                    ),
                    0
                )
        END AS curvature_t,
        coalesce(
            student.listed,
            1.959963985
            + 2.372271230 / nullif(line.used - 2, 0)
            + 2.822498616 / nullif((line.used - 2) * (line.used - 2), 0)
            + 2.555849680 / nullif((line.used - 2) * (line.used - 2) * (line.used - 2), 0)
        ) AS student_t
    FROM line
    JOIN spread
        ON spread.test_id = line.test_id
        AND spread.object = line.object
        AND spread.convention = line.convention
    LEFT JOIN student ON student.freedom = line.used - 2
),

judged AS (
    SELECT
        tested.test_id,
        tested.object,
        tested.convention,
        tested.material_id,
        tested.cell_id,
        fitted.mean_weight IS NOT NULL AS weighted,
        fitted.method,
        fitted.slope_ev,
        fitted.standard_error_ev,
        fitted.student_t,
        fitted.middle - fitted.slope_ev * fitted.mean_inverse_per_ev AS ln_prefactor,
        fitted.curvature_t,
        coalesce(fitted.used, 0) AS used,
        fitted.lowest_celsius,
        fitted.highest_celsius,
        CASE
            WHEN fitted.slope_ev IS NULL THEN concat_ws(
                '; ',
                'fewer than 2 temperatures',
                CASE WHEN tested.without_temperature > 0 THEN 'missing: temperature' END,
                CASE
                    WHEN tested.left_out > 0 THEN concat(
                        tested.left_out,
                        ' of ',
                        tested.sweep_count,
                        ' sweeps are not ok: ',
                        tested.left_out_reason
                    )
                END
            )
        END AS refused,
        nullif(
            concat_ws(
                '; ',
                CASE WHEN fitted.used = 2 THEN 'only 2 temperatures' END,
                CASE
                    WHEN fitted.highest_celsius - fitted.lowest_celsius < 10 THEN concat(
                        'the temperatures span only ',
                        round(fitted.highest_celsius - fitted.lowest_celsius, 2),
                        ' K'
                    )
                END,
                CASE
                    WHEN abs(fitted.curvature_t) > 3
                        THEN concat('curved: t = ', round(fitted.curvature_t, 1))
                END
            ),
            ''
        ) AS doubt
    FROM tested
    LEFT JOIN fitted
        ON fitted.test_id = tested.test_id
        AND fitted.object = tested.object
        AND fitted.convention = tested.convention
)

SELECT
    test_id,
    object,
    convention,
    material_id,
    cell_id,
    -slope_ev AS activation_energy_ev,
    standard_error_ev,
    -slope_ev - student_t * standard_error_ev AS low_ev,
    -slope_ev + student_t * standard_error_ev AS high_ev,
    ln_prefactor,
    curvature_t,
    used AS count,
    lowest_celsius,
    highest_celsius,
    weighted,
    method,
    CASE
        WHEN refused IS NOT NULL THEN 'not_computable'
        WHEN doubt IS NOT NULL THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    coalesce(refused, doubt) AS reason
FROM judged;

-- example: two temperatures give an energy and no interval
-- given: neighbors = 1
WITH spectrum(
    test_id, spectrum_count, frequency_hertz, real_impedance_ohm, imaginary_impedance_ohm,
    temperature_celsius
) AS (
    VALUES
    (1, 1, 100, 100, -9e9, 30), (1, 1, 10, 100, 0, 30), (1, 1, 1, 100, -9e9, 30),
    (1, 2, 100, 25, -9e9, 60), (1, 2, 10, 25, 0, 60), (1, 2, 1, 25, -9e9, 60)
),
test(test_id, material_id) AS (VALUES (1, 7)),
material(material_id, thickness_um, area_cm2) AS (VALUES (7, 1000, 1))
SELECT
    abs(activation_energy_ev - 8.617333262e-5 * ln(4) / (1 / 303.15 - 1 / 333.15)) < 1e-12,
    standard_error_ev IS NULL AND low_ev IS NULL AND high_ev IS NULL,
    count = 2 AND lowest_celsius = 30 AND highest_celsius = 60,
    status = 'low_quality',
    reason = 'only 2 temperatures'
FROM arrhenius
WHERE convention = 's';

-- example: in the convention of the study it is larger
-- given: neighbors = 1
WITH spectrum(
    test_id, spectrum_count, frequency_hertz, real_impedance_ohm, imaginary_impedance_ohm,
    temperature_celsius
) AS (
    VALUES
    (1, 1, 100, 100, -9e9, 30), (1, 1, 10, 100, 0, 30), (1, 1, 1, 100, -9e9, 30),
    (1, 2, 100, 25, -9e9, 60), (1, 2, 10, 25, 0, 60), (1, 2, 1, 25, -9e9, 60)
),
test(test_id, material_id) AS (VALUES (1, 7)),
material(material_id, thickness_um, area_cm2) AS (VALUES (7, 1000, 1))
SELECT
    abs(activation_energy_ev - 8.617333262e-5 * ln(4 * 333.15 / 303.15) / (1 / 303.15 - 1 / 333.15))
    < 1e-12,
    abs(ln_prefactor - activation_energy_ev / (8.617333262e-5 * 303.15) - ln(0.30315)) < 1e-9,
    object = 'total',
    material_id = 7
FROM arrhenius
WHERE convention = 'sT';

-- example: one temperature is no line
-- given: neighbors = 1
WITH spectrum(
    test_id, spectrum_count, frequency_hertz, real_impedance_ohm, imaginary_impedance_ohm,
    temperature_celsius
) AS (
    VALUES
    (1, 1, 100, 100, -9e9, 30), (1, 1, 10, 100, 0, 30), (1, 1, 1, 100, -9e9, 30),
    (1, 2, 100, 101, -9e9, 30), (1, 2, 10, 101, 0, 30), (1, 2, 1, 101, -9e9, 30)
),
test(test_id, material_id) AS (VALUES (1, 7)),
material(material_id, thickness_um, area_cm2) AS (VALUES (7, 1000, 1))
SELECT
    activation_energy_ev IS NULL,
    status = 'not_computable',
    reason = 'fewer than 2 temperatures'
FROM arrhenius;

-- example: an interface has one too, and a sweep counts by its error
WITH sweep(test_id, spectrum_count, start_time_second, temperature_celsius)
AS (VALUES (1, 1, 0, 30), (1, 2, 0, 60), (1, 3, 0, 60)),
fit(test_id, spectrum_count, version, parameter_hash, circuit, chosen, status, latest)
AS (SELECT 1, n, '1', 'a', 'R0-p(R1,CPE1)', true, 'ok', true FROM range(1, 4) AS t(n)),
arc(
    test_id, spectrum_count, version, parameter_hash, circuit, element, resistance_ohm,
    resistance_error_ohm, capacitance_farad, assignment, latest
) AS (
    VALUES
    (1, 1, '1', 'a', 'R0-p(R1,CPE1)', 'R1', 400, 4, 1e-6, 'interface', true),
    (1, 2, '1', 'a', 'R0-p(R1,CPE1)', 'R1', 100, 1, 1e-6, 'interface', true),
    (1, 3, '1', 'a', 'R0-p(R1,CPE1)', 'R1', 900, 90000, 1e-6, 'interface', true)
),
test(test_id, cell_id) AS (VALUES (1, 7)),
cell(cell_id, "symmetric", area_cm2) AS (VALUES (7, true, 2))
SELECT
    count(*) OVER () = 1,
    object = 'interface' AND cell_id = 7 AND weighted AND method = 'circuit fit',
    abs(activation_energy_ev - 8.617333262e-5 * ln(4) / (1 / 303.15 - 1 / 333.15)) < 1e-6,
    standard_error_ev > 0
FROM arrhenius
WHERE convention = 's';
