-- Diffusion coefficient by current pulses
--
-- Galvanostatic intermittent titration: a pulse of constant current between two rests, of a
-- half-cycle that has several, or of a test that is told to be one. The change of the rest voltage
-- and the voltage during the pulse give the chemical diffusion coefficient. The full form takes the
-- slope against the root of time from E = E0 + a √t + b t, fitted to the pulse less its first
-- second or twentieth, whichever is more: so the resistance is in E0 and the bend that a finite
-- depth makes is in b. The simple form takes E at the end of the pulse less E0. A rest voltage is
-- the end of the line through the last tenth of the rest. A pulse is refused where it ran deeper
-- than the layer is, D τ/L² above 0.25 with the D found; where a rest had not come to its end, its
-- drift over a pulse 2 % of the change of the rest voltage or more, or by the D found shorter than
-- 0.5 L²/D (2.2 for particles, which take longer); where the change of the rest voltage is less
-- than 3 times its resolution (two phases). That a voltage is straight against √t tells nothing: it
-- is so where D is a third off.
--
-- formula:    D = (4/π) (L ΔE_s / τ)² / (dE/d√t)², E = E₀ + a √t + b t, dE/d√t = a
-- grain:      test_id, step_count
-- column:     cell_id | | the cell
-- column:     cycle_count | 1 | cycle the pulse belongs to
-- column:     mode | | charge or discharge: which way the pulse went
-- column:     rest_voltage_volt | V | mean of the rest voltages before and after
-- column:     diffusion_cm2_per_s | cm²/s | chemical diffusion coefficient, full form
-- column:     diffusion_error_cm2_per_s | cm²/s | one sigma, by both fits, and by the length where
--             its error is known
-- column:     simple_diffusion_cm2_per_s | cm²/s | the same by the simple form
-- column:     rest_change_volt | V | change of the rest voltage by the pulse
-- column:     transient_change_volt | V | change of the voltage in the pulse, resistance left out
-- column:     pulse_second | s | how long the current flowed
-- column:     rest_second | s | how long it rested after
-- column:     current_ampere | A | mean current
-- column:     reduced_time | 1 | D τ/L² with the D found
-- column:     curvature | 1 | b √τ/a: how far the voltage bends off √t
-- column:     fit_r2 | 1 | share of the scatter that the fit takes up
-- column:     diffusion_length_um | µm | depth of the layer
-- column:     length_basis | | film, sphere or volume: what the depth rests on
-- column:     missing | | facts that are not known; null when nothing
-- column:     status | | ok, low_quality or not_computable
-- column:     reason | | why not ok; null when ok
-- main:       diffusion_cm2_per_s, error: diffusion_error_cm2_per_s
-- inherits:   diffusion_length
-- materialized: no | reads the points of every pulse and rest of the tests asked for
-- only:       step | mode = 'rest'
-- needs:      points, step, test, diffusion_length
-- reference:  W. Weppner, R. A. Huggins, J. Electrochem. Soc. 124 (1977) 1569; the limits by
--             series solutions of plate and sphere
WITH placed AS (
    SELECT
        *,
        mode IN ('charge', 'discharge') AND (
            control = 'CC'
            OR (
                control = 'CCCV'
                AND abs(last_current_ampere - median_current_ampere)
                <= 0.02 * abs(median_current_ampere)
            )
        ) AS is_constant,
        max(CASE WHEN mode = 'rest' THEN step_count END) OVER earlier AS rest_before,
        max(CASE WHEN mode NOT IN ('rest', 'impedance') THEN step_count END) OVER earlier
            AS flow_before
    FROM step
    WINDOW earlier AS (
        PARTITION BY test_id ORDER BY step_count ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
),

behind AS (
    SELECT test_id, flow_before AS step_count, max(step_count) AS rest_after
    FROM placed
    WHERE mode = 'rest'
    GROUP BY test_id, flow_before
),

pulse AS (
    SELECT
        placed.*,
        test.cell_id,
        test.technique,
        behind.rest_after,
        count(*) OVER (PARTITION BY placed.test_id, placed.half_cycle_count) AS pulse_count
    FROM placed
    JOIN behind
        ON behind.test_id = placed.test_id
        AND behind.step_count = placed.step_count
    LEFT JOIN test ON test.test_id = placed.test_id
    WHERE placed.is_constant
        AND placed.rest_before > coalesce(placed.flow_before, 0)
),

titration AS (
    SELECT *
    FROM pulse
    WHERE pulse_count > 1 OR technique = 'GITT'
),

resting AS (
    SELECT
        step.test_id,
        step.step_count,
        step.start_time_second + step.duration_second AS end_second,
        step.duration_second,
        step.last_voltage_volt
    FROM step
    JOIN (
        SELECT test_id, rest_before AS step_count FROM titration
        UNION
        SELECT test_id, rest_after FROM titration
    ) AS used
        ON used.test_id = step.test_id
        AND used.step_count = step.step_count
),

late AS (
    SELECT
        resting.test_id,
        resting.step_count,
        points.test_time_second - resting.end_second AS second,
        points.voltage_volt - resting.last_voltage_volt AS volt
    FROM resting
    JOIN points
        ON points.test_id = resting.test_id
        AND points.step_count = resting.step_count
    WHERE points.test_time_second >= resting.end_second - 0.1 * resting.duration_second
        AND points.voltage_volt IS NOT NULL
        AND points.interval_second IS NOT NULL
),

line AS (
    SELECT
        test_id,
        step_count,
        count(*) AS record_count,
        regr_slope(volt, second) AS slope,
        regr_intercept(volt, second) AS end_volt,
        regr_sxx(volt, second) AS sxx,
        regr_avgx(volt, second) AS center,
        greatest(0, regr_syy(volt, second) - regr_slope(volt, second) * regr_sxy(volt, second))
        / nullif(count(*) - 2, 0) AS variance
    FROM late
    GROUP BY test_id, step_count
),

rested AS (
    SELECT
        resting.test_id,
        resting.step_count,
        resting.end_second,
        resting.duration_second,
        resting.last_voltage_volt
        + CASE WHEN line.record_count > 2 THEN line.end_volt ELSE 0 END AS volt,
        CASE WHEN line.record_count > 2 THEN line.slope END AS volt_per_second,
        CASE
            WHEN line.record_count > 2 THEN sqrt(line.variance / nullif(line.sxx, 0))
        END AS slope_error,
        CASE
            WHEN line.record_count > 2 THEN sqrt(
                line.variance / nullif(line.record_count, 0)
                + line.variance * line.center * line.center / nullif(line.sxx, 0)
            )
        END AS volt_error
    FROM resting
    LEFT JOIN line
        ON line.test_id = resting.test_id
        AND line.step_count = resting.step_count
),

record AS (
    SELECT
        titration.test_id,
        titration.step_count,
        points.test_time_second AS second,
        points.voltage_volt - titration.last_voltage_volt AS volt,
        points.current_ampere AS ampere,
        abs(points.voltage_volt - lag(points.voltage_volt) OVER in_step) AS volt_step,
        max(points.test_time_second) OVER of_step AS end_second,
        -- the current began where its first interval does, or where the rest was seen to end
        greatest(
            rested.end_second,
            least(
                min(points.test_time_second - points.interval_second) OVER of_step,
                CASE
                    WHEN min(points.test_time_second) OVER of_step - rested.end_second
                        <= greatest(1, 0.05 * titration.duration_second)
                        THEN rested.end_second
                END
            )
        ) AS start_second
    FROM titration
    JOIN points
        ON points.test_id = titration.test_id
        AND points.step_count = titration.step_count
    LEFT JOIN rested
        ON rested.test_id = titration.test_id
        AND rested.step_count = titration.rest_before
    WHERE points.voltage_volt IS NOT NULL
        AND points.current_ampere IS NOT NULL
        AND points.interval_second IS NOT NULL
    WINDOW
        of_step AS (PARTITION BY titration.test_id, titration.step_count),
        in_step AS (
            PARTITION BY titration.test_id, titration.step_count ORDER BY points.record_index
        )
),

timed AS (
    SELECT
        *,
        end_second - start_second AS pulse_second,
        sqrt(greatest(0, second - start_second) / nullif(end_second - start_second, 0)) AS root,
        (second - start_second) / nullif(end_second - start_second, 0) AS share
    FROM record
),

summed AS (
    SELECT
        test_id,
        step_count,
        count(*) AS record_count,
        min(pulse_second) AS pulse_second,
        avg(ampere) AS current_ampere,
        min(CASE WHEN volt_step > 1e-9 THEN volt_step END) AS resolution_volt,
        avg(volt) AS volt,
        avg(root) AS root,
        avg(share) AS share,
        var_pop(volt) AS vv,
        var_pop(root) AS uu,
        var_pop(share) AS ww,
        covar_pop(root, share) AS uw,
        covar_pop(volt, root) AS uv,
        covar_pop(volt, share) AS wv
    FROM timed
    WHERE second - start_second >= greatest(1, 0.05 * pulse_second)
    GROUP BY test_id, step_count
),

solved AS (
    SELECT
        *,
        (uv * ww - wv * uw) / nullif(uu * ww - uw * uw, 0) AS a,
        (wv * uu - uv * uw) / nullif(uu * ww - uw * uw, 0) AS b
    FROM summed
    WHERE record_count >= 8
),

fitted AS (
    SELECT
        *,
        1 - greatest(0, vv - a * uv - b * wv) / nullif(vv, 0) AS r2,
        sqrt(
            greatest(0, vv - a * uv - b * wv) / nullif(record_count - 3, 0)
            * ww / nullif(uu * ww - uw * uw, 0)
        ) AS a_error
    FROM solved
),

changed AS (
    SELECT
        titration.test_id,
        titration.step_count,
        titration.cell_id,
        titration.cycle_count,
        titration.mode,
        titration.status AS step_status,
        titration.reason AS step_reason,
        CASE titration.mode WHEN 'charge' THEN 1 ELSE -1 END AS direction,
        (later.volt + earlier.volt) / 2 AS rest_voltage_volt,
        later.volt - earlier.volt AS rest_change_volt,
        sqrt(later.volt_error * later.volt_error + earlier.volt_error * earlier.volt_error)
            AS rest_change_error,
        coalesce(fitted.pulse_second, titration.duration_second) AS pulse_second,
        later.duration_second AS rest_second,
        -- before the first current of a test there may be nothing to relax from
        least(
            later.duration_second,
            CASE WHEN titration.flow_before IS NOT NULL THEN earlier.duration_second END
        ) AS shorter_rest_second,
        greatest(abs(later.volt_per_second), abs(earlier.volt_per_second)) AS drift,
        greatest(
            -- of few records the error of a slope is known badly itself
            abs(later.volt_per_second) - 4 * later.slope_error,
            abs(earlier.volt_per_second) - 4 * earlier.slope_error
        ) AS least_drift,
        greatest(later.slope_error, earlier.slope_error) AS drift_error,
        coalesce(fitted.current_ampere, titration.mean_current_ampere) AS current_ampere,
        fitted.resolution_volt,
        fitted.a,
        fitted.b,
        fitted.a_error,
        fitted.r2,
        depth.diffusion_length_um,
        depth.diffusion_length_error_um,
        depth.length_basis,
        coalesce(depth.missing, CASE WHEN titration.cell_id IS NULL THEN 'cell' END) AS missing
    FROM titration
    LEFT JOIN rested AS earlier
        ON earlier.test_id = titration.test_id
        AND earlier.step_count = titration.rest_before
    LEFT JOIN rested AS later
        ON later.test_id = titration.test_id
        AND later.step_count = titration.rest_after
    LEFT JOIN fitted
        ON fitted.test_id = titration.test_id
        AND fitted.step_count = titration.step_count
    LEFT JOIN diffusion_length AS depth ON depth.cell_id = titration.cell_id
),

found AS (
    SELECT
        *,
        a + b AS transient_change_volt,
        1.2732395447351628 * diffusion_length_um * diffusion_length_um * 1e-8
        * rest_change_volt * rest_change_volt / nullif(pulse_second * a * a, 0) AS full_form,
        1.2732395447351628 * diffusion_length_um * diffusion_length_um * 1e-8
        * rest_change_volt * rest_change_volt / nullif(pulse_second * (a + b) * (a + b), 0)
            AS simple_form,
        1.2732395447351628 * rest_change_volt * rest_change_volt / nullif(a * a, 0)
            AS reduced_time
    FROM changed
),

judged AS (
    SELECT
        *,
        CASE
            WHEN rest_change_volt IS NULL THEN 'missing rest voltage'
            WHEN a IS NULL THEN 'fewer than 8 records of the pulse'
            WHEN abs(rest_change_volt) < 3 * greatest(
                coalesce(resolution_volt, 0), coalesce(rest_change_error, 0)
            )
                THEN 'the rest voltage changed by less than 3 times its resolution: two phases'
            WHEN a * current_ampere <= 0 THEN 'the voltage runs against the current'
            WHEN least_drift * pulse_second >= 0.02 * abs(rest_change_volt)
                THEN printf(
                    'a rest still drifts, by %.0f %% of the change of the rest voltage in a pulse',
                    100 * drift * pulse_second / nullif(abs(rest_change_volt), 0)
                )
            WHEN reduced_time > CASE length_basis WHEN 'sphere' THEN 0.27 ELSE 0.25 END
                THEN printf('the pulse ran too deep: D τ/L² is %.2g', reduced_time)
            WHEN reduced_time * shorter_rest_second / nullif(pulse_second, 0)
                < CASE length_basis WHEN 'sphere' THEN 2.2 ELSE 0.5 END
                THEN printf(
                    'a rest was too short: D t/L² is %.2g',
                    reduced_time * shorter_rest_second / nullif(pulse_second, 0)
                )
        END AS refused,
        nullif(
            concat_ws(
                '; ',
                CASE WHEN step_status <> 'ok' THEN coalesce(step_reason, step_status) END,
                CASE
                    WHEN rest_change_volt * direction < 0
                        THEN 'the rest voltage changed against the current'
                END,
                CASE
                    WHEN drift IS NULL
                        THEN 'too few records of a rest to see whether it came to its end'
                    WHEN (drift + 2 * drift_error) * pulse_second >= 0.02 * abs(rest_change_volt)
                        THEN 'noise hides whether the rests came to their end'
                END,
                CASE WHEN r2 < 0.99 THEN printf('the fit leaves scatter: r² is %.3f', r2) END
            ),
            ''
        ) AS doubts
    FROM found
)

SELECT
    test_id,
    step_count,
    cell_id,
    cycle_count,
    mode,
    rest_voltage_volt,
    CASE WHEN missing IS NULL AND refused IS NULL THEN full_form END AS diffusion_cm2_per_s,
    CASE
        WHEN missing IS NULL AND refused IS NULL THEN 2 * full_form * sqrt(
            a_error / nullif(a, 0) * a_error / nullif(a, 0)
            + coalesce(rest_change_error, 0) / nullif(rest_change_volt, 0)
            * coalesce(rest_change_error, 0) / nullif(rest_change_volt, 0)
            + coalesce(diffusion_length_error_um, 0) / nullif(diffusion_length_um, 0)
            * coalesce(diffusion_length_error_um, 0) / nullif(diffusion_length_um, 0)
        )
    END AS diffusion_error_cm2_per_s,
    CASE WHEN missing IS NULL AND refused IS NULL THEN simple_form END
        AS simple_diffusion_cm2_per_s,
    rest_change_volt,
    transient_change_volt,
    pulse_second,
    rest_second,
    current_ampere,
    reduced_time,
    b / nullif(a, 0) AS curvature,
    r2 AS fit_r2,
    diffusion_length_um,
    length_basis,
    missing,
    CASE
        WHEN missing IS NOT NULL OR refused IS NOT NULL THEN 'not_computable'
        WHEN doubts IS NOT NULL THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    nullif(
        concat_ws(
            '; ',
            'missing ' || missing,
            refused,
            CASE WHEN missing IS NULL AND refused IS NULL THEN doubts END
        ),
        ''
    ) AS reason
FROM judged;

-- example: 4 mV at rest after 600 s along 8.2e-4 V/√s, 20 mV in all, into 1 µm
WITH step(
    test_id, step_count, half_cycle_count, mode, control, start_time_second, duration_second,
    last_voltage_volt, median_current_ampere, last_current_ampere, status
) AS (
    VALUES
    (1, 1, NULL, 'rest', NULL, 0, 7200, 3.5, 0, 0, 'ok'),
    (1, 2, 1, 'charge', 'CC', 7200, 600, 3.55, 1e-4, 1e-4, 'ok'),
    (1, 3, NULL, 'rest', NULL, 7800, 7200, 3.504, 0, 0, 'ok')
),
points AS (
    SELECT
        1 AS test_id,
        CASE WHEN n <= 7200 THEN 1 WHEN n <= 7800 THEN 2 ELSE 3 END AS step_count,
        n AS record_index,
        n AS test_time_second,
        CASE
            WHEN n <= 7200 THEN 3.5
            WHEN n <= 7800 THEN
                3.53 + 8.2e-4 * sqrt(n - 7200)
                + (0.02 - 8.2e-4 * sqrt(600)) / 600 * (n - 7200)
            ELSE 3.504
        END AS voltage_volt,
        CASE WHEN n > 7200 AND n <= 7800 THEN 1e-4 ELSE 0 END AS current_ampere,
        1 AS interval_second
    FROM range(0, 15001) AS counted(n)
),
test(test_id, cell_id, technique) AS (VALUES (1, 7, 'GITT')),
diffusion_length(cell_id, diffusion_length_um, length_basis, status)
AS (VALUES (7, 1, 'film', 'ok'))
SELECT
    count(*) OVER () = 1,
    step_count = 2,
    abs(diffusion_cm2_per_s - 8.41589e-13) < 5e-18,
    abs(simple_diffusion_cm2_per_s - 8.48826e-13) < 5e-18,
    abs(rest_change_volt - 0.004) < 1e-9 AND abs(transient_change_volt - 0.02) < 1e-9,
    abs(rest_voltage_volt - 3.502) < 1e-9,
    abs(reduced_time - 8.41589e-13 * 600 / 1e-8) < 1e-7,
    pulse_second = 600,
    status = 'ok' AND reason IS NULL
FROM gitt_diffusion;

-- example: the exact plate of 1e-11 cm²/s after 10 s, and what is refused of the same pulse
WITH told(test_id, rest_volt, drift, share, radius) AS (
    VALUES
    (1, 0.02 * 0.0886227, 0, 1, 'film'), (2, 0.02 * 0.0886227, 1e-5, 1, 'film'),
    (3, 0.012, 0, 1, 'film'), (4, 0.02 * 0.0886227, 0, 0.2, 'film'),
    (5, 0.02 * 0.0886227, 0, 1, 'sphere'), (6, 1e-12, 0, 1, 'film'), (7, -0.002, 0, 1, 'film')
),
step AS (
    SELECT
        test_id,
        place AS step_count,
        1 AS half_cycle_count,
        CASE place WHEN 2 THEN 'charge' ELSE 'rest' END AS mode,
        CASE place WHEN 2 THEN 'CC' END AS control,
        (place - 1) * 1000 AS start_time_second,
        CASE place WHEN 2 THEN 10 ELSE 900 * share END AS duration_second,
        3.5 AS last_voltage_volt,
        CASE place WHEN 2 THEN 1 ELSE 0 END AS median_current_ampere,
        'ok' AS status
    FROM told
    CROSS JOIN (VALUES (1), (2), (3)) AS step_place(place)
),
points AS (
    SELECT
        told.test_id,
        place AS step_count,
        place * 10000 + n AS record_index,
        (place - 1) * 1000 + n * step_second AS test_time_second,
        CASE place
            WHEN 1 THEN 3.5
            WHEN 2 THEN 3.6 + 0.02 * sqrt(n / 100.0)
            ELSE 3.5 + rest_volt + drift * (n * step_second - 900 * share)
        END AS voltage_volt,
        CASE place WHEN 2 THEN 1 ELSE 0 END AS current_ampere,
        CASE n WHEN 0 THEN 0 ELSE step_second END AS interval_second
    FROM told
    CROSS JOIN (VALUES (1, 9), (2, 0.1), (3, 9)) AS step_place(place, step_second)
    CROSS JOIN range(0, 101) AS counted(n)
    WHERE place = 2 OR n * step_second <= 900 * share
),
test AS (SELECT test_id, test_id AS cell_id, 'GITT' AS technique FROM told),
diffusion_length AS (
    SELECT test_id AS cell_id, 1 AS diffusion_length_um, radius AS length_basis, 'ok' AS status
    FROM told
)
SELECT
    count(*) OVER () = 7,
    test_id NOT IN (1, 7) OR diffusion_cm2_per_s > 0,
    test_id <> 1 OR abs(simple_diffusion_cm2_per_s - 1e-11) < 5e-17,
    test_id IN (1, 7) OR diffusion_cm2_per_s IS NULL,
    status = CASE test_id
        WHEN 1 THEN 'ok' WHEN 7 THEN 'low_quality' ELSE 'not_computable'
    END,
    reason IS NOT DISTINCT FROM CASE test_id
        WHEN 2 THEN
            'a rest still drifts, by 6 % of the change of the rest voltage in a pulse'
        WHEN 3 THEN 'the pulse ran too deep: D τ/L² is 0.46'
        WHEN 4 THEN 'a rest was too short: D t/L² is 0.18'
        WHEN 5 THEN 'a rest was too short: D t/L² is 0.9'
        WHEN 6 THEN
            'the rest voltage changed by less than 3 times its resolution: two phases'
        WHEN 7 THEN 'the rest voltage changed against the current'
    END
FROM gitt_diffusion;

-- example: a cycle of one charge and one discharge is no titration, and a held voltage no pulse
WITH step(
    test_id, step_count, half_cycle_count, mode, control, start_time_second, duration_second
) AS (
    VALUES
    (1, 1, NULL, 'rest', NULL, 0, 600), (1, 2, 1, 'charge', 'CC', 600, 600),
    (1, 3, NULL, 'rest', NULL, 1200, 600), (1, 4, 2, 'discharge', 'CC', 1800, 600),
    (1, 5, NULL, 'rest', NULL, 2400, 600), (1, 6, 3, 'charge', 'CV', 3000, 600),
    (1, 7, NULL, 'rest', NULL, 3600, 600), (1, 8, 3, 'charge', 'CC', 4200, 600),
    (1, 9, NULL, 'rest', NULL, 4800, 600)
),
points(test_id, step_count) AS (VALUES (1, 1)),
test(test_id, cell_id) AS (VALUES (1, 7)),
diffusion_length(cell_id, diffusion_length_um, length_basis, status)
AS (VALUES (7, 1, 'film', 'ok'))
SELECT count(*) = 0
FROM gitt_diffusion;

-- example: which fact is missing is named
WITH step(
    test_id, step_count, half_cycle_count, mode, control, start_time_second, duration_second
) AS (
    VALUES
    (1, 1, NULL, 'rest', NULL, 0, 600), (1, 2, 1, 'charge', 'CC', 600, 600),
    (1, 3, NULL, 'rest', NULL, 1200, 600), (1, 4, 1, 'charge', 'CC', 1800, 600),
    (1, 5, NULL, 'rest', NULL, 2400, 600)
),
points(test_id, step_count) AS (VALUES (1, 1)),
test(test_id, cell_id) AS (VALUES (1, 7)),
diffusion_length(cell_id, missing, status)
AS (VALUES (7, 'particle_radius', 'not_computable'))
SELECT
    count(*) OVER () = 2,
    diffusion_cm2_per_s IS NULL,
    missing = 'particle_radius',
    status = 'not_computable',
    starts_with(reason, 'missing particle_radius; ')
FROM gitt_diffusion;
