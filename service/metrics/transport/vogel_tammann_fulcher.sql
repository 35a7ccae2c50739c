-- Vogel-Tammann-Fulcher line of ionic transport
--
-- Where a line of arrhenius is curved and has 5 temperatures or more: ln σ, or ln(σT) in the
-- convention sT, against 1/(k(T - T0)), which polymers, glasses and ionic liquids follow above
-- their glass transition. T0 is that of a grid, every 2 K from 0 K to 10 K below the lowest
-- temperature, that leaves the least, refined by a parabola through its neighbors; the rest is a
-- weighted straight line. Its energy B is no activation energy: the slope of the Arrhenius plot is
-- B (T/(T - T0))² at each temperature. Which of both lines is kept tells Akaike's criterion,
-- corrected for few points (2 and 3 parameters). Errors take the correlation of B and T0, and are
-- never less than the errors of the points alone make them. Sums run in order of the temperature:
-- T0 shows their last digits.
--
-- formula:    ln σ = ln C − B / (k (T − T₀)) (s), ln(σT) = ln C − B / (k (T − T₀)) (sT)
-- grain:      object, convention, material_id, cell_id, line_count
-- column:     object | | total, bulk, grain_boundary or interface
-- column:     convention | | sT or s: logarithm of conductivity times temperature, or of itself
-- column:     material_id | | the pellet; null for a cell
-- column:     cell_id | | the cell; null for a pellet
-- column:     line_count | 1 | lines of the object up to this one, as in arrhenius
-- column:     model | | arrhenius or vogel_tammann_fulcher: the lower criterion; null where only
--             the former was tried
-- column:     vtf_energy_ev | eV | B: less the slope against 1/(k(T - T0))
-- column:     vtf_error_ev | eV | one sigma
-- column:     vtf_t0_kelvin | K | T0, where the motion ends
-- column:     vtf_t0_error_kelvin | K | one sigma
-- column:     vtf_ln_prefactor | 1 | the line at infinite temperature, as in arrhenius
-- column:     vtf_aicc | 1 | criterion of this line
-- column:     arrhenius_aicc | 1 | criterion of the straight one
-- column:     activation_energy_ev | eV | of the straight one (arrhenius)
-- column:     curvature_t | 1 | its quadratic term over its standard error (arrhenius)
-- column:     count | 1 | different temperatures on the line
-- column:     status | | ok, low_quality (the straight line is kept, T0 rests at an end of its
--             range, less than 10 K in all, or a sweep that is not ok) or not_computable
-- column:     reason | | why not ok; null when ok
-- main:       vtf_energy_ev, error: vtf_error_ev
-- inherits:   arrhenius
-- needs:      arrhenius, arrhenius_point
-- reference:  H. Vogel, Phys. Z. 22 (1921) 645; G. S. Fulcher, J. Am. Ceram. Soc. 8 (1925) 339;
--             C. M. Hurvich, C.-L. Tsai, Biometrika 76 (1989) 297; k of CODATA 2018
WITH curved AS (
    SELECT *
    FROM arrhenius
    WHERE count >= 5
        AND reason LIKE '%curved%'
),

point AS (
    SELECT
        point.line_id,
        point.convention,
        point.object,
        point.line_count,
        point.material_id,
        point.cell_id,
        point.status,
        point.logarithm AS y,
        avg(point.weight) OVER line AS mean_weight,
        coalesce(point.weight / nullif(avg(point.weight) OVER line, 0), 1) AS w,
        1 / nullif(8.617333262e-5 * point.inverse_per_ev, 0) AS kelvin,
        min(1 / nullif(8.617333262e-5 * point.inverse_per_ev, 0)) OVER line AS lowest_kelvin
    FROM arrhenius_point AS point
    JOIN curved
        ON curved.object = point.object
        AND curved.convention = point.convention
        AND curved.line_count = point.line_count
        AND curved.material_id IS NOT DISTINCT FROM point.material_id
        AND curved.cell_id IS NOT DISTINCT FROM point.cell_id
    WINDOW line AS (
        PARTITION BY point.line_id, point.convention ORDER BY point.temperature_place
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )
),

tried AS (
    SELECT
        point.*,
        2.0 * grid.n AS t0,
        1 / nullif(8.617333262e-5 * (point.kelvin - 2.0 * grid.n), 0) AS x
    FROM point
    JOIN range(0, 1000) AS grid(n) ON 2 * grid.n <= point.lowest_kelvin - 10
),

summed AS (
    SELECT
        line_id,
        convention,
        t0,
        sum(w ORDER BY kelvin) AS sw,
        sum(w * x ORDER BY kelvin) AS sx,
        sum(w * y ORDER BY kelvin) AS sy
    FROM tried
    GROUP BY line_id, convention, t0
),

centered AS (
    SELECT
        tried.line_id,
        tried.convention,
        tried.t0,
        sum(w * (x - sx / nullif(sw, 0)) * (x - sx / nullif(sw, 0)) ORDER BY kelvin) AS sxx,
        sum(w * (x - sx / nullif(sw, 0)) * (y - sy / nullif(sw, 0)) ORDER BY kelvin) AS sxy,
        sum(w * (y - sy / nullif(sw, 0)) * (y - sy / nullif(sw, 0)) ORDER BY kelvin) AS syy
    FROM tried
    JOIN summed
        ON summed.line_id = tried.line_id
        AND summed.convention = tried.convention
        AND summed.t0 = tried.t0
    GROUP BY tried.line_id, tried.convention, tried.t0
),

left_over AS (
    SELECT
        line_id,
        convention,
        t0,
        syy - sxy * sxy / nullif(sxx, 0) AS rest,
        lag(syy - sxy * sxy / nullif(sxx, 0)) OVER in_order AS colder_rest,
        lead(syy - sxy * sxy / nullif(sxx, 0)) OVER in_order AS warmer_rest,
        row_number() OVER (
            PARTITION BY line_id, convention
            ORDER BY syy - sxy * sxy / nullif(sxx, 0), t0
        ) AS place
    FROM centered
    WINDOW in_order AS (PARTITION BY line_id, convention ORDER BY t0)
),

refined AS (
    SELECT
        line_id,
        convention,
        colder_rest IS NULL OR warmer_rest IS NULL AS at_end,
        t0 + coalesce(
            (colder_rest - warmer_rest) / nullif(colder_rest - 2 * rest + warmer_rest, 0), 0
        ) AS t0
    FROM left_over
    WHERE place = 1
),

measured AS (
    SELECT
        point.*,
        refined.at_end,
        refined.t0,
        1 / nullif(8.617333262e-5 * (point.kelvin - refined.t0), 0) AS x,
        1 / nullif(8.617333262e-5 * point.kelvin, 0) AS straight_x
    FROM point
    JOIN refined
        ON refined.line_id = point.line_id
        AND refined.convention = point.convention
),

meant AS (
    SELECT
        *,
        sum(w * x) OVER line / nullif(sum(w) OVER line, 0) AS mean_x,
        sum(w * y) OVER line / nullif(sum(w) OVER line, 0) AS mean_y,
        sum(w * x * x) OVER line / nullif(sum(w) OVER line, 0) AS mean_z,
        sum(w * straight_x) OVER line / nullif(sum(w) OVER line, 0) AS mean_straight
    FROM measured
    WINDOW line AS (
        PARTITION BY line_id, convention ORDER BY kelvin
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )
),

squared AS (
    SELECT
        line_id,
        convention,
        min(object) AS object,
        min(line_count) AS line_count,
        min(material_id) AS material_id,
        min(cell_id) AS cell_id,
        bool_or(at_end) AS at_end,
        min(t0) AS t0,
        max(mean_weight) AS mean_weight,
        count(*) AS used,
        count(*) FILTER (WHERE status <> 'ok') AS doubtful,
        max(mean_x) AS mean_x,
        max(mean_y) AS mean_y,
        sum(w * (x - mean_x) * (x - mean_x) ORDER BY kelvin) AS sxx,
        sum(w * (x - mean_x) * (y - mean_y) ORDER BY kelvin) AS sxy,
        sum(w * (y - mean_y) * (y - mean_y) ORDER BY kelvin) AS syy,
        -- what T0 moves goes by the square of x
        sum(w * (x - mean_x) * (x * x - mean_z) ORDER BY kelvin) AS sxz,
        sum(w * (x * x - mean_z) * (x * x - mean_z) ORDER BY kelvin) AS szz,
        sum(w * (straight_x - mean_straight) * (straight_x - mean_straight) ORDER BY kelvin)
            AS straight_sxx,
        sum(w * (straight_x - mean_straight) * (y - mean_y) ORDER BY kelvin)
            AS straight_sxy
    FROM meant
    GROUP BY line_id, convention
),

solved AS (
    SELECT
        *,
        -sxy / nullif(sxx, 0) AS energy_ev,
        mean_y - sxy / nullif(sxx, 0) * mean_x AS ln_prefactor,
        -- below that it is rounding
        greatest(syy - sxy * sxy / nullif(sxx, 0), used * 1e-20) AS rest,
        greatest(syy - straight_sxy * straight_sxy / nullif(straight_sxx, 0), used * 1e-20)
            AS straight_rest,
        sxx * szz - sxz * sxz AS determinant
    FROM squared
),

erring AS (
    SELECT
        *,
        greatest(rest / nullif(used - 3, 0), coalesce(1 / nullif(mean_weight, 0), 0)) AS variance,
        used * ln(rest / nullif(used, 0)) + 6 + 24 / nullif(used - 4, 0) AS aicc,
        used * ln(straight_rest / nullif(used, 0)) + 4 + 12 / nullif(used - 3, 0) AS straight_aicc
    FROM solved
),

judged AS (
    SELECT
        line.*,
        vtf.energy_ev,
        sqrt(vtf.variance * vtf.szz / nullif(greatest(vtf.determinant, 0), 0)) AS error_ev,
        vtf.t0,
        sqrt(vtf.variance * vtf.sxx / nullif(greatest(vtf.determinant, 0), 0))
        / nullif(8.617333262e-5 * abs(vtf.energy_ev), 0) AS t0_error,
        vtf.ln_prefactor AS vtf_prefactor,
        vtf.aicc,
        vtf.straight_aicc,
        CASE
            WHEN vtf.aicc < vtf.straight_aicc THEN 'vogel_tammann_fulcher'
            WHEN vtf.aicc IS NOT NULL THEN 'arrhenius'
        END AS model,
        CASE
            WHEN line.activation_energy_ev IS NULL THEN line.reason
            WHEN line.count < 5 THEN 'fewer than 5 temperatures'
            WHEN vtf.energy_ev IS NULL THEN 'the line is not curved'
            WHEN vtf.energy_ev <= 0 THEN 'the conductivity falls with the temperature'
        END AS refused,
        nullif(
            concat_ws(
                '; ',
                CASE
                    WHEN vtf.aicc >= vtf.straight_aicc
                        THEN 'by its criterion the straight line is kept'
                END,
                CASE
                    WHEN vtf.at_end
                        THEN concat('T0 rests at the end of its range: ', round(vtf.t0), ' K')
                END,
                CASE
                    WHEN line.highest_celsius - line.lowest_celsius < 10
                        THEN 'the temperatures span less than 10 K'
                END,
                CASE
                    WHEN vtf.doubtful > 0 THEN concat(
                        'sweeps at ', vtf.doubtful, ' of ', vtf.used, ' temperatures are not ok'
                    )
                END
            ),
            ''
        ) AS doubt
    FROM arrhenius AS line
    LEFT JOIN erring AS vtf
        ON vtf.object = line.object
        AND vtf.convention = line.convention
        AND vtf.line_count = line.line_count
        AND vtf.material_id IS NOT DISTINCT FROM line.material_id
        AND vtf.cell_id IS NOT DISTINCT FROM line.cell_id
)

SELECT
    object,
    convention,
    material_id,
    cell_id,
    line_count,
    model,
    CASE WHEN refused IS NULL THEN energy_ev END AS vtf_energy_ev,
    CASE WHEN refused IS NULL THEN error_ev END AS vtf_error_ev,
    CASE WHEN refused IS NULL THEN t0 END AS vtf_t0_kelvin,
    CASE WHEN refused IS NULL THEN t0_error END AS vtf_t0_error_kelvin,
    CASE WHEN refused IS NULL THEN vtf_prefactor END AS vtf_ln_prefactor,
    aicc AS vtf_aicc,
    straight_aicc AS arrhenius_aicc,
    activation_energy_ev,
    curvature_t,
    count,
    CASE
        WHEN refused IS NOT NULL THEN 'not_computable'
        WHEN doubt IS NOT NULL THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    coalesce(refused, doubt) AS reason
FROM judged;

-- example: 0.08 eV above 180 K, and a straight line that is none of it
WITH arrhenius(
    object, convention, material_id, line_count, activation_energy_ev, count, curvature_t,
    lowest_celsius, highest_celsius, reason
) AS (
    VALUES
    ('total', 's', 7, 1, 0.3, 7, -20, 0, 90, 'curved: t = -20'),
    ('total', 's', 8, 1, 0.3, 7, 1, 0, 90, NULL),
    ('total', 's', 9, 1, NULL, 1, NULL, NULL, NULL, 'fewer than 2 temperatures')
),
arrhenius_point(
    object, convention, material_id, line_count, line_id, inverse_per_ev, logarithm, weight, status
) AS (
    SELECT
        'total', 's', 7, 1, 1, 1 / (8.617333262e-5 * kelvin),
        -1 - 0.08 / (8.617333262e-5 * (kelvin - 180)), 1e4, 'ok'
    FROM range(273, 364, 15) AS t(kelvin)
)
SELECT
    count(*) OVER () = 3,
    coalesce(abs(vtf_t0_kelvin - 180) < 0.1, material_id <> 7),
    coalesce(abs(vtf_energy_ev - 0.08) < 1e-4, material_id <> 7),
    coalesce(abs(vtf_ln_prefactor + 1) < 0.01, material_id <> 7),
    coalesce(vtf_error_ev > 0 AND vtf_t0_error_kelvin > 0, material_id <> 7),
    model IS NOT DISTINCT FROM CASE material_id WHEN 7 THEN 'vogel_tammann_fulcher' END,
    status = CASE material_id WHEN 7 THEN 'ok' ELSE 'not_computable' END,
    reason IS NOT DISTINCT FROM CASE material_id
        WHEN 8 THEN 'the line is not curved' WHEN 9 THEN 'fewer than 2 temperatures'
    END
FROM vogel_tammann_fulcher;

-- example: a line that bends the other way has no T0
WITH arrhenius(
    object, convention, material_id, line_count, activation_energy_ev, count, lowest_celsius,
    highest_celsius, reason
) AS (VALUES ('total', 's', 7, 1, 0.3, 7, 0, 90, 'curved: t = 20')),
arrhenius_point(
    object, convention, material_id, line_count, line_id, inverse_per_ev, logarithm, status
) AS (
    SELECT 'total', 's', 7, 1, 1, x, -1.5 * x + 0.01 * x * x, 'ok'
    FROM range(32, 39) AS t(x)
)
SELECT
    model = 'arrhenius',
    vtf_t0_kelvin = 0,
    status = 'low_quality',
    reason = 'by its criterion the straight line is kept; '
        || 'T0 rests at the end of its range: 0.0 K'
FROM vogel_tammann_fulcher;
