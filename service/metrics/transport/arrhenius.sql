-- Activation energy of ionic transport
--
-- A line through the logarithm of a conductivity against the inverse temperature, for each object
-- of a pellet or a cell and both conventions: sT takes ln(σT), which is the founding study's
-- ln(T/R), and s takes ln σ. They differ by about k times the mean temperature, so an energy
-- without its convention says little. Of a pellet the objects are total, bulk and grain_boundary
-- (ionic_conductivity); of a cell it is the interface, whose inverse resistance per area
-- (interface_resistance) stands for σ. A line takes all sweeps of its object, in however many tests
-- and files; of a cell, those before which it had been cycled as long, by cycling_tolerance_hour. A
-- test whose time of cycling is not known, and one of neither pellet nor cell, is a line by itself.
-- Times at which there are not two temperatures share one row.
--
-- Sweeps at one temperature are one point, the mean of their logarithms. Temperatures closer than
-- 1 K to the next are one, unless a slow ramp spans 2 K with them: that is parted at every 1 K. The
-- temperature is the sample's, as it was recorded. Left out are sweeps without a temperature, those
-- without a conductivity, and, unless quality is any, those that are not ok. Weighted, a sweep
-- counts by the inverse square of its relative standard error, where all on the line have one;
-- temperature_error_kelvin adds what that makes of the logarithm (arrhenius_point). The standard
-- error of the line comes from how far its points lie off it; weighted, it is never less than what
-- the errors of the points alone make of it, for a few may lie on a line by chance. Two
-- temperatures have none. A line is curved where its quadratic term is beyond Student's t at 1 %,
-- for the degrees of freedom that three parameters leave: then vogel_tammann_fulcher tries another.
--
-- formula:    ln(σT) = ln C − Eₐ/(kT) (sT), ln σ = ln C − Eₐ/(kT) (s), k = 8.617333262 × 10⁻⁵ eV/K
-- grain:      object, convention, material_id, cell_id, line_count
-- column:     object | | total, bulk, grain_boundary or interface
-- column:     convention | | sT or s: logarithm of conductivity times temperature, or of itself
-- column:     material_id | | the pellet; null for a cell
-- column:     cell_id | | the cell; null for a pellet
-- column:     line_count | 1 | lines of the object up to this one, by time of cycling
-- column:     cycling_time_hour | h | cycling of the cell before the first of its sweeps; null for
--             a pellet, and where it is not known
-- column:     activation_energy_ev | eV | less the slope against 1/(kT)
-- column:     standard_error_ev | eV | of the slope; null for 2 temperatures
-- column:     low_ev | eV | lower end of the 95 % interval, by Student's t
-- column:     high_ev | eV | upper end
-- column:     ln_prefactor | 1 | the line at 1/T = 0: ln of S·K/cm for sT, of S/cm for s; of an
--             interface per cm² instead of per cm
-- column:     ln_prefactor_error | 1 | one sigma; null for 2 temperatures
-- column:     center_per_ev | 1 | mean 1/(kT) of its points, as they count, in 1/eV: there the line
--             is surest, and off by sqrt(ln_prefactor_error² - (center·standard_error)²)
-- column:     curvature_t | 1 | quadratic term over its standard error; null below 4
--             temperatures, or where the line leaves nothing
-- column:     count | 1 | different temperatures on the line
-- column:     sweep_count | 1 | sweeps on the line
-- column:     left_out_count | 1 | sweeps of its object and time that are not on it
-- column:     test_count | 1 | tests its sweeps are of
-- column:     lowest_celsius | °C | lowest temperature
-- column:     highest_celsius | °C | highest temperature
-- column:     weighted | | whether the sweeps count by their standard errors
-- column:     method | | where the resistances come from
-- column:     status | | ok, low_quality (2 temperatures, less than 10 K apart in all, a curvature,
--             or a sweep that is not ok) or not_computable
-- column:     reason | | why not ok; null when ok
-- main:       activation_energy_ev, low: low_ev, high: high_ev
-- summary:    activation_energy | first | object = 'interface' AND convention = 'sT' | method |
--             activation energy of the interface by ln(T/R), before the least cycling
-- takes:      method | text(best, fit, intercept) | best | where a pellet's resistance comes from
-- takes:      weighting | text(errors, none) | errors | by standard errors where known, or alike
-- takes:      quality | text(ok, any) | ok | rows of what quality count
-- takes:      cycling_tolerance_hour | number(0..) | 0.1 | cycling that parts no line
-- takes:      temperature_error_kelvin | number(0..) | 0 | what each temperature may be off by, one
--             sigma
-- takes:      neighbors | integer(1..) | 3 | points on either side that must lie farther off
-- needs:      arrhenius_sweep, arrhenius_point
-- reference:  S. Arrhenius, Z. Phys. Chem. 4 (1889) 226; k of CODATA 2018; beyond 30 degrees of
--             freedom Student's t by E. A. Cornish, R. A. Fisher, Rev. Inst. Int. Stat. 5 (1938)
--             307
WITH tried AS (
    -- crossed before it is grouped: on a cross join DuckDB 2.0.0 builds a join that fails (#24807)
    SELECT
        row_id,
        kind.convention,
        min(object) AS object,
        min(material_id) AS material_id,
        min(cell_id) AS cell_id,
        min(line_count) AS line_count,
        min(cycling_time_hour) AS hour,
        max(temperature_count) AS temperature_count,
        count(*) AS sweep_count,
        count(DISTINCT CASE WHEN is_used THEN test_id END) AS test_count,
        count(*) FILTER (WHERE is_used) AS used,
        count(*) FILTER (WHERE NOT coalesce(counts, false)) AS refused_count,
        min(reason) FILTER (WHERE NOT coalesce(counts, false)) AS refused_reason,
        count(*) FILTER (WHERE counts AND NOT is_used) AS without_temperature,
        count(*) FILTER (WHERE is_used AND status <> 'ok') AS doubtful,
        min(reason) FILTER (WHERE is_used AND status <> 'ok') AS doubtful_reason
    FROM arrhenius_sweep
    CROSS JOIN (VALUES ('sT'), ('s')) AS kind(convention)
    GROUP BY row_id, kind.convention
),

scaled AS (
    SELECT
        *,
        avg(weight) OVER line AS mean_weight,
        coalesce(weight / nullif(avg(weight) OVER line, 0), 1) AS w
    FROM arrhenius_point
    WINDOW line AS (PARTITION BY line_id, convention)
),

centered AS (
    SELECT
        *,
        sum(w * inverse_per_ev) OVER whole / nullif(sum(w) OVER whole, 0) AS mean_inverse_per_ev,
        inverse_per_ev - sum(w * inverse_per_ev) OVER whole / nullif(sum(w) OVER whole, 0) AS x,
        logarithm AS y
    FROM scaled
    WINDOW whole AS (PARTITION BY line_id, convention)
),

summed AS (
    SELECT
        line_id,
        convention,
        count(*) AS used,
        max(mean_weight) AS mean_weight,
        bool_and(weighted) AS weighted,
        CASE
            WHEN min(method) = max(other_method) THEN min(method)
            ELSE concat(min(method), ', ', max(other_method))
        END AS method,
        min(lowest_celsius) AS lowest_celsius,
        max(highest_celsius) AS highest_celsius,
        max(mean_inverse_per_ev) AS mean_inverse_per_ev,
        sum(w * y) / nullif(sum(w), 0) AS middle,
        sum(w * x * x) AS sxx,
        sum(w * x * x) / nullif(sum(w), 0) AS bend_middle,
        sum(w * x * x * x) / nullif(sum(w * x * x), 0) AS bend_slope,
        sum(w * x * y) / nullif(sum(w * x * x), 0) AS slope_ev
    FROM centered
    GROUP BY line_id, convention
),

residual AS (
    SELECT
        line.line_id,
        line.convention,
        centered.w,
        centered.y - line.middle - line.slope_ev * centered.x AS rest,
        centered.x * centered.x - line.bend_middle - line.bend_slope * centered.x AS bend
    FROM summed AS line
    JOIN centered
        ON centered.line_id = line.line_id
        AND centered.convention = line.convention
),

spread AS (
    SELECT
        line_id,
        convention,
        sum(w * rest * rest) AS rest_rest,
        sum(w * rest * bend) AS rest_bend,
        sum(w * bend * bend) AS bend_bend
    FROM residual
    GROUP BY line_id, convention
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
            -- Student's t at 5 % for 1 to 30 degrees of freedom, both sides together
            (ARRAY[
                12.706204736, 4.302652730, 3.182446305, 2.776445105, 2.570581836,
                2.446911851, 2.364624252, 2.306004135, 2.262157163, 2.228138852,
                2.200985160, 2.178812830, 2.160368656, 2.144786688, 2.131449546,
                2.119905299, 2.109815578, 2.100922040, 2.093024054, 2.085963447,
                2.079613845, 2.073873068, 2.068657610, 2.063898562, 2.059538553,
                2.055529439, 2.051830516, 2.048407142, 2.045229642, 2.042272456
            ])[line.used - 2],
            1.959963985
            + 2.372271230 / nullif(line.used - 2, 0)
            + 2.822498616 / nullif((line.used - 2) * (line.used - 2), 0)
            + 2.555849680 / nullif((line.used - 2) * (line.used - 2) * (line.used - 2), 0)
        ) AS student_t,
        coalesce(
            -- at 1 %
            (ARRAY[
                63.656741163, 9.924843201, 5.840909310, 4.604094871, 4.032142984,
                3.707428021, 3.499483297, 3.355387331, 3.249835542, 3.169272673,
                3.105806516, 3.054539589, 3.012275839, 2.976842734, 2.946712883,
                2.920781622, 2.898230520, 2.878440473, 2.860934606, 2.845339710,
                2.831359558, 2.818756061, 2.807335684, 2.796939505, 2.787435814,
                2.778714533, 2.770682957, 2.763262455, 2.756385904, 2.749995654
            ])[line.used - 3],
            2.575829304
            + 4.916547599 / nullif(line.used - 3, 0)
            + 8.834762072 / nullif((line.used - 3) * (line.used - 3), 0)
            + 12.144295783 / nullif((line.used - 3) * (line.used - 3) * (line.used - 3), 0)
        ) AS curved_t
    FROM summed AS line
    JOIN spread
        ON spread.line_id = line.line_id
        AND spread.convention = line.convention
),

judged AS (
    SELECT
        tried.*,
        coalesce(fitted.weighted, false) AS weighted,
        fitted.method,
        fitted.slope_ev,
        fitted.standard_error_ev,
        fitted.student_t,
        fitted.middle - fitted.slope_ev * fitted.mean_inverse_per_ev AS ln_prefactor,
        fitted.standard_error_ev * sqrt(
            fitted.sxx / nullif(fitted.used, 0)
            + fitted.mean_inverse_per_ev * fitted.mean_inverse_per_ev
        ) AS ln_prefactor_error,
        fitted.mean_inverse_per_ev AS center_per_ev,
        fitted.curvature_t,
        fitted.lowest_celsius,
        fitted.highest_celsius,
        CASE
            WHEN fitted.slope_ev IS NULL THEN concat_ws(
                '; ',
                'fewer than 2 temperatures',
                CASE WHEN tried.without_temperature > 0 THEN 'missing: temperature' END,
                CASE
                    WHEN tried.refused_count > 0 THEN concat(
                        tried.refused_count,
                        ' of ',
                        tried.sweep_count,
                        ' sweeps are not ok: ',
                        tried.refused_reason
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
                    WHEN abs(fitted.curvature_t) > fitted.curved_t
                        THEN concat('curved: t = ', round(fitted.curvature_t, 1))
                END,
                CASE
                    WHEN tried.doubtful > 0 THEN concat(
                        tried.doubtful,
                        ' of ',
                        tried.used,
                        ' sweeps are not ok: ',
                        tried.doubtful_reason
                    )
                END
            ),
            ''
        ) AS doubt
    FROM tried
    LEFT JOIN fitted
        ON fitted.line_id = tried.row_id
        AND fitted.convention = tried.convention
)

SELECT
    object,
    convention,
    material_id,
    cell_id,
    line_count,
    hour AS cycling_time_hour,
    -slope_ev AS activation_energy_ev,
    standard_error_ev,
    -slope_ev - student_t * standard_error_ev AS low_ev,
    -slope_ev + student_t * standard_error_ev AS high_ev,
    ln_prefactor,
    ln_prefactor_error,
    center_per_ev,
    curvature_t,
    temperature_count AS count,
    used AS sweep_count,
    sweep_count - used AS left_out_count,
    test_count,
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

-- example: two temperatures in two files give an energy and no interval
WITH ionic_conductivity(
    test_id, spectrum_count, object, material_id, temperature_celsius, conductivity_s_per_cm,
    method, status
) AS (
    VALUES
    (1, 1, 'total', 7, 30, 1e-4, 'circuit fit', 'ok'),
    (2, 1, 'total', 7, 60, 4e-4, 'circuit fit', 'ok'),
    (2, 2, 'total', 7, 60.4, 4e-4, 'circuit fit', 'ok')
),
interface_resistance(test_id) AS (SELECT 1 WHERE false)
SELECT
    abs(activation_energy_ev - CASE convention WHEN 's' THEN 0.401 ELSE 0.428 END) < 0.004,
    standard_error_ev IS NULL AND low_ev IS NULL AND high_ev IS NULL,
    count = 2 AND sweep_count = 3 AND test_count = 2,
    lowest_celsius = 30 AND highest_celsius = 60.4,
    object = 'total' AND material_id = 7 AND line_count = 1,
    status = 'low_quality' AND reason = 'only 2 temperatures'
FROM arrhenius;

-- example: one temperature is no line, and what is doubtful is on none
WITH ionic_conductivity(
    test_id, spectrum_count, object, material_id, temperature_celsius, conductivity_s_per_cm,
    status, reason
) AS (
    VALUES
    (1, 1, 'total', 7, 30, 1e-4, 'ok', NULL), (1, 2, 'total', 7, 30, 1e-4, 'ok', NULL),
    (1, 3, 'total', 7, 60, 4e-4, 'low_quality', 'drift')
),
interface_resistance(test_id) AS (SELECT 1 WHERE false)
SELECT
    activation_energy_ev IS NULL AND count = 1 AND left_out_count = 1,
    status = 'not_computable',
    reason = 'fewer than 2 temperatures; 1 of 3 sweeps are not ok: drift'
FROM arrhenius;

-- example: a cell has a line for each time of cycling, and a sweep counts by its error
WITH interface_resistance(
    test_id, spectrum_count, cell_id, temperature_celsius, cycling_time_hour,
    interface_resistance_ohm_cm2, interface_error_ohm_cm2, status
) AS (
    VALUES
    (1, 1, 7, 30, 0, 400, 4, 'ok'), (1, 2, 7, 60, 0, 100, 1, 'ok'),
    (2, 1, 7, 60, 0, 900, 9e4, 'ok'), (2, 2, 7, 90, 0.01, 40, 0.4, 'ok'),
    (2, 3, 7, 30, 50, 400, 4, 'ok'), (3, 1, 7, 60, 50, 200, 2, 'ok')
),
ionic_conductivity(test_id) AS (SELECT 1 WHERE false)
SELECT
    object = 'interface' AND cell_id = 7 AND weighted AND method = 'circuit fit',
    cycling_time_hour = CASE line_count WHEN 1 THEN 0 ELSE 50 END,
    count = CASE line_count WHEN 1 THEN 3 ELSE 2 END,
    abs(activation_energy_ev - CASE line_count WHEN 1 THEN 0.365 ELSE 0.201 END) < 0.002,
    (standard_error_ev > 0) IS NOT DISTINCT FROM CASE line_count WHEN 1 THEN true END
FROM arrhenius
WHERE convention = 's';
