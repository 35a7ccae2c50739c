-- Direct-current polarization
--
-- Electronic conductivity of a pellet, or of the electrolyte of a symmetric cell, between
-- electrodes that block its ions: a potential is held until what still flows is electrons. The
-- current of the last half of the step is fitted by i = i_inf + a exp(-t/τ). It is steady where the
-- step lasted 6 τ and ends within 2 % of i_inf; where no decay is seen in that half, where all that
-- it may have drifted, two errors included, is below 2 %. Everything else, and a current below 3
-- times its resolution or its error, tells an upper bound alone: censored. Two potentials or more
-- of a test are to be in proportion, the line through them within two errors, or 2 % of the
-- greatest current, of the origin. Electrodes that hold lithium give no row: that is bruce_vincent.
-- That others block is told by the property electrodes of pellet or cell.
--
-- formula:    σ_e = i_inf d / (ΔV S), i = i_inf + a exp(−t/τ)
-- grain:      test_id, step_count
-- column:     material_id | | the pellet
-- column:     cell_id | | the cell, where it was one
-- column:     held_volt | V | potential held
-- column:     temperature_celsius | °C | mean temperature, where recorded
-- column:     electronic_conductivity_s_per_cm | S/cm | thickness times current over potential and
--             area; null where only a bound is known
-- column:     lowest_s_per_cm | S/cm | less two errors; null where only a bound is known
-- column:     highest_s_per_cm | S/cm | and two errors; the upper bound where only that is known
-- column:     steady_current_ampere | A | i_inf
-- column:     steady_error_ampere | A | one sigma, the time constant left open
-- column:     end_current_ampere | A | mean of the last twentieth of the time
-- column:     time_constant_second | s | τ; null where no decay is seen
-- column:     held_second | s | how long it was held
-- column:     potential_count | 1 | potentials of the test with a steady current
-- column:     intercept_ampere | A | of the line through these currents, at no potential
-- column:     missing | | facts that are not known; null when nothing
-- column:     status | | ok, low_quality, censored (an upper bound) or not_computable
-- column:     reason | | why not ok; null when ok
-- main:       electronic_conductivity_s_per_cm, low: lowest_s_per_cm, high: highest_s_per_cm
-- materialized: no | held_current reads points
-- only:       held_current
-- needs:      held_current, step, test, cell, layer, material, substance, property
-- reference:  M. H. Hebb, J. Chem. Phys. 20 (1952) 185; C. Wagner, Z. Elektrochem. 60 (1956) 4; the
--             test of a steady current is our own declaration
WITH stack AS (
    SELECT
        layer.cell_id,
        count(*) FILTER (WHERE layer.role = 'electrolyte') AS electrolyte_count,
        min(coalesce(layer.thickness_um, material.thickness_um))
            FILTER (WHERE layer.role = 'electrolyte') AS thickness_um,
        count(substance.electrons)
            FILTER (WHERE layer.role IN ('negative', 'positive')) AS active_count
    FROM layer
    LEFT JOIN material ON material.material_id = layer.material_id
    LEFT JOIN substance ON substance.name = layer.substance
    GROUP BY layer.cell_id
),

specimen AS (
    SELECT
        test.test_id,
        test.material_id,
        test.cell_id,
        coalesce(stack.active_count, 0) AS active_count,
        CASE
            WHEN test.cell_id IS NULL THEN material.thickness_um
            WHEN stack.electrolyte_count = 1 THEN stack.thickness_um
        END AS thickness_um,
        CASE WHEN test.cell_id IS NULL THEN material.area_cm2 ELSE cell.area_cm2 END AS area_cm2,
        (
            SELECT max(property.text)
            FROM property
            WHERE property.name = 'electrodes'
                AND (
                    property.cell_id = test.cell_id
                    OR (test.cell_id IS NULL AND property.material_id = test.material_id)
                )
        ) AS electrodes
    FROM test
    LEFT JOIN material
        ON material.material_id = test.material_id
        AND test.cell_id IS NULL
    LEFT JOIN cell ON cell.cell_id = test.cell_id
    LEFT JOIN stack ON stack.cell_id = test.cell_id
    WHERE (test.cell_id IS NULL AND test.material_id IS NOT NULL)
        OR cell."symmetric"
),

held AS (
    SELECT
        step.*,
        specimen.material_id,
        specimen.cell_id,
        specimen.electrodes,
        CASE WHEN specimen.thickness_um > 0 THEN specimen.thickness_um END AS thickness_um,
        CASE WHEN specimen.area_cm2 > 0 THEN specimen.area_cm2 END AS area_cm2
    FROM step
    JOIN specimen ON specimen.test_id = step.test_id
    WHERE step.mode IN ('charge', 'discharge')
        AND step.control = 'CV'
        AND step.control_value <> 0
        AND (specimen.active_count = 0 OR specimen.electrodes = 'blocking')
),

told AS (
    SELECT
        held.*,
        flowing.held_second,
        flowing.end_ampere,
        flowing.resolution_ampere,
        flowing.steady_ampere,
        flowing.steady_error_ampere AS steady_error,
        flowing.time_constant_second,
        CASE WHEN flowing.status <> 'ok' THEN flowing.reason END AS bound_only
    FROM held
    JOIN held_current AS flowing
        ON flowing.test_id = held.test_id
        AND flowing.step_count = held.step_count
),

centered AS (
    SELECT
        test_id,
        count(DISTINCT round(control_value, 3)) AS potential_count,
        avg(control_value) AS center,
        regr_sxx(steady_ampere * sign(control_value), control_value) AS sxx,
        count(*) AS step_total,
        regr_intercept(steady_ampere * sign(control_value), control_value) AS intercept,
        max(steady_ampere) AS greatest_ampere
    FROM told
    WHERE bound_only IS NULL
    GROUP BY test_id
),

proportion AS (
    SELECT
        told.test_id,
        min(centered.potential_count) AS potential_count,
        min(centered.intercept) AS intercept,
        min(centered.greatest_ampere) AS greatest_ampere,
        sqrt(
            sum(
                power(
                    told.steady_error * (
                        1.0 / nullif(centered.step_total, 0)
                        - centered.center * (told.control_value - centered.center)
                        / nullif(centered.sxx, 0)
                    ),
                    2
                )
            )
        ) AS intercept_error
    FROM told
    JOIN centered ON centered.test_id = told.test_id
    WHERE told.bound_only IS NULL
    GROUP BY told.test_id
),

judged AS (
    SELECT
        told.*,
        coalesce(proportion.potential_count, 0) AS potential_count,
        CASE WHEN proportion.potential_count > 1 THEN proportion.intercept END AS intercept,
        told.thickness_um * 1e-4 / nullif(abs(told.control_value) * told.area_cm2, 0) AS per_ampere,
        nullif(
            concat_ws(
                ', ',
                CASE WHEN told.thickness_um IS NULL THEN 'thickness_um' END,
                CASE WHEN told.area_cm2 IS NULL THEN 'area_cm2' END
            ),
            ''
        ) AS missing,
        nullif(
            concat_ws(
                '; ',
                CASE
                    WHEN told.status <> 'ok' THEN coalesce(told.reason, told.status)
                END,
                CASE
                    WHEN told.electrodes IS DISTINCT FROM 'blocking'
                        THEN 'it is not told that its electrodes block ions'
                END,
                CASE WHEN abs(told.control_value) > 0.5 THEN 'more than 0.5 V held' END,
                CASE
                    WHEN told.bound_only IS NOT NULL THEN NULL
                    WHEN proportion.potential_count < 2 THEN 'only 1 potential'
                    WHEN abs(proportion.intercept) > greatest(
                        2 * proportion.intercept_error, 0.02 * proportion.greatest_ampere
                    )
                        THEN 'currents are not in proportion to potentials'
                END
            ),
            ''
        ) AS doubts
    FROM told
    LEFT JOIN proportion ON proportion.test_id = told.test_id
)

SELECT
    test_id,
    step_count,
    material_id,
    cell_id,
    control_value AS held_volt,
    mean_temperature_celsius AS temperature_celsius,
    CASE WHEN bound_only IS NULL THEN steady_ampere * per_ampere END
        AS electronic_conductivity_s_per_cm,
    CASE
        WHEN bound_only IS NULL THEN greatest(0, steady_ampere - 2 * steady_error) * per_ampere
    END AS lowest_s_per_cm,
    CASE
        WHEN bound_only IS NULL THEN (steady_ampere + 2 * steady_error) * per_ampere
        ELSE greatest(
            end_ampere, 3 * coalesce(resolution_ampere, 0), 3 * coalesce(steady_error, 0)
        ) * per_ampere
    END AS highest_s_per_cm,
    CASE WHEN bound_only IS NULL THEN steady_ampere * sign(control_value) END
        AS steady_current_ampere,
    CASE WHEN bound_only IS NULL THEN steady_error END AS steady_error_ampere,
    end_ampere * sign(control_value) AS end_current_ampere,
    time_constant_second,
    held_second,
    potential_count,
    intercept AS intercept_ampere,
    missing,
    CASE
        WHEN missing IS NOT NULL OR end_ampere IS NULL THEN 'not_computable'
        WHEN bound_only IS NOT NULL THEN 'censored'
        WHEN doubts IS NOT NULL THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    nullif(concat_ws('; ', 'missing ' || missing, bound_only, doubts), '') AS reason
FROM judged;

-- example: 5 nA at 0.2 V through 1 mm of 1.131 cm², in proportion at 0.1 V
WITH step(
    test_id, step_count, mode, control, control_value, mean_temperature_celsius, status
) AS (VALUES (1, 1, 'charge', 'CV', 0.1, 30, 'ok'), (1, 2, 'charge', 'CV', 0.2, 30, 'ok')),
points AS (
    SELECT
        1 AS test_id,
        step_count,
        step_count * 1000 + n AS record_index,
        step_count * 36000 + n * 100 AS test_time_second,
        step_count * 2.5e-9 * (1 + 10 * exp(-n * 100 / 1000.0)) AS current_ampere,
        100 AS interval_second
    FROM range(1, 361) AS counted(n)
    CROSS JOIN (VALUES (1), (2)) AS place(step_count)
),
test(test_id, material_id) AS (VALUES (1, 7)),
material(material_id, thickness_um, area_cm2) AS (VALUES (7, 1000, 1.131)),
property(property_id, name, material_id, text) AS (VALUES (1, 'electrodes', 7, 'blocking'))
SELECT
    count(*) OVER () = 2,
    abs(electronic_conductivity_s_per_cm - 2.21043e-9) < 5e-14,
    highest_s_per_cm >= electronic_conductivity_s_per_cm,
    abs(steady_current_ampere - step_count * 2.5e-9) < 1e-13,
    potential_count = 2 AND abs(intercept_ampere) < 1e-12,
    temperature_celsius = 30,
    material_id = 7 AND cell_id IS NULL,
    status = 'ok' AND reason IS NULL
FROM dc_polarization;

-- example: left after 3 time constants it is a bound, and one that is not told to block is doubtful
WITH step(test_id, step_count, mode, control, control_value, status)
AS (VALUES (1, 1, 'discharge', 'CV', -0.2, 'ok'), (2, 1, 'charge', 'CV', 0.2, 'ok')),
points AS (
    SELECT
        test_id,
        1 AS step_count,
        n AS record_index,
        n * 10 AS test_time_second,
        CASE test_id WHEN 1 THEN -5e-9 * (1 + 10 * exp(-n * 10 / 1200.0)) ELSE 5e-9 END
            AS current_ampere,
        10 AS interval_second
    FROM range(1, 361) AS counted(n)
    CROSS JOIN (VALUES (1), (2)) AS told(test_id)
),
test(test_id, material_id) AS (VALUES (1, 7), (2, 7)),
material(material_id, thickness_um, area_cm2) AS (VALUES (7, 1000, 1.131))
SELECT
    count(*) OVER () = 2,
    (electronic_conductivity_s_per_cm IS NULL) = (test_id = 1),
    test_id = 2 OR abs(time_constant_second - 1200) < 5,
    highest_s_per_cm > CASE test_id WHEN 1 THEN 2.3e-9 ELSE 2.2e-9 END,
    status = CASE test_id WHEN 1 THEN 'censored' ELSE 'low_quality' END,
    reason = CASE test_id
        WHEN 1 THEN 'held for 3 time constants, not for 6; '
            || 'it is not told that its electrodes block ions'
        ELSE 'it is not told that its electrodes block ions; only 1 potential'
    END
FROM dc_polarization;

-- example: what is not known of the pellet is named, and lithium does not block
WITH step(test_id, step_count, mode, control, control_value, status)
AS (VALUES (1, 1, 'charge', 'CV', 0.2, 'ok'), (2, 1, 'charge', 'CV', 0.01, 'ok')),
points(test_id, step_count) AS (VALUES (1, 1)),
test(test_id, material_id, cell_id) AS (VALUES (1, 7, NULL), (2, NULL, 8)),
material(material_id, area_cm2) AS (VALUES (7, 1.131)),
cell(cell_id, "symmetric", area_cm2) AS (VALUES (8, true, 1)),
layer(cell_id, position, role, substance)
AS (VALUES (8, 1, 'negative', 'Li'), (8, 2, 'electrolyte', 'E'), (8, 3, 'positive', 'Li')),
substance(substance_id, name, electrons) AS (VALUES (1, 'Li', 1))
SELECT
    count(*) OVER () = 1,
    test_id = 1,
    status = 'not_computable',
    starts_with(reason, 'missing thickness_um; ')
FROM dc_polarization;
