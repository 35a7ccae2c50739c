-- Diffusion coefficient by potential steps
--
-- Potentiostatic intermittent titration: a potential held behind a rest or behind another held one,
-- of a half-cycle that has several, or of a test that is told to be one. Cells that are told to be
-- symmetric have none. The current decays as the layer is filled; the charge Q of the step, that of
-- its last twentieth of time taken off throughout, tells how much went in. At short times, D t/L²
-- from 0.005 to 0.2, the slope of the current against 1/√t is Q/L √(D/π); at long ones, 0.3 to 1,
-- its logarithm falls by π² D/4L². Over both, 0.05 to 1, the series of a plate is fitted, i = 2 Q
-- D/L² Σ exp(-(2n+1)² π² D t/4L²): that is the number of a film. Of particles, and of a layer known
-- by its area of contact alone, the number is that of short times, where no shape is in it; the
-- logarithm of particles falls by π² D/9L², from 1 to 3. Which times are short is told by the mean
-- time at which the charge went in, L²/3D of a plate, 3L²/5D of particles.
--
-- formula:    i = (2 Q D / L²) Σ exp(−(2n+1)² π² D t / (4 L²)), short times: i √t = (Q/L) √(D/π)
-- grain:      test_id, step_count
-- column:     cell_id | | the cell
-- column:     cycle_count | 1 | cycle the step belongs to
-- column:     mode | | charge or discharge: which way the current went
-- column:     held_volt | V | potential held
-- column:     diffusion_cm2_per_s | cm²/s | chemical diffusion coefficient
-- column:     diffusion_error_cm2_per_s | cm²/s | one sigma: what short and long times differ by,
--             where both are told, else by the scatter of the short ones; and by the last current
--             that is taken off its charge
-- column:     short_diffusion_cm2_per_s | cm²/s | by short times
-- column:     long_diffusion_cm2_per_s | cm²/s | by long times
-- column:     series_diffusion_cm2_per_s | cm²/s | by the series of a plate; of a film alone
-- column:     charge_coulomb | C | charge of the step, its last current taken off
-- column:     last_current_ampere | A | current of its last twentieth of time
-- column:     start_exponent | 1 | of the current against time at short times: -0.5 by diffusion,
--             0 where a resistance limits it
-- column:     reduced_time | 1 | D t/L² at its end
-- column:     diffusion_length_um | µm | depth of the layer
-- column:     length_basis | | film, sphere or volume: what the depth rests on
-- column:     missing | | facts that are not known; null when nothing
-- column:     status | | ok, low_quality or not_computable
-- column:     reason | | why not ok; null when ok
-- main:       diffusion_cm2_per_s, error: diffusion_error_cm2_per_s
-- inherits:   diffusion_length
-- materialized: no | reads the points of every held step of the tests asked for
-- only:       step | control = 'CV'
-- needs:      points, step, test, cell, diffusion_length
-- reference:  C. J. Wen, B. A. Boukamp, R. A. Huggins, W. Weppner, J. Electrochem. Soc. 126 (1979)
--             2258
WITH placed AS (
    SELECT
        step.*,
        test.cell_id,
        test.technique,
        lag(step.mode) OVER in_order AS earlier_mode,
        lag(step.control) OVER in_order AS earlier_control,
        lag(step.start_time_second + step.duration_second) OVER in_order AS earlier_end_second
    FROM step
    LEFT JOIN test ON test.test_id = step.test_id
    LEFT JOIN cell ON cell.cell_id = test.cell_id
    WHERE cell."symmetric" IS DISTINCT FROM true
        AND (test.cell_id IS NOT NULL OR test.material_id IS NULL)
    WINDOW in_order AS (PARTITION BY step.test_id ORDER BY step.step_count)
),

held AS (
    SELECT *, count(*) OVER (PARTITION BY test_id, half_cycle_count) AS step_total
    FROM placed
    WHERE mode IN ('charge', 'discharge')
        AND control = 'CV'
        AND (earlier_mode = 'rest' OR earlier_control = 'CV')
),

titration AS (
    SELECT *
    FROM held
    WHERE step_total > 1 OR technique = 'PITT'
),

record AS (
    SELECT
        titration.test_id,
        titration.step_count,
        points.record_index,
        points.test_time_second,
        points.current_ampere,
        max(points.test_time_second) OVER of_step AS end_second,
        greatest(
            titration.earlier_end_second,
            least(
                min(points.test_time_second - points.interval_second) OVER of_step,
                CASE
                    WHEN min(points.test_time_second) OVER of_step - titration.earlier_end_second
                        <= greatest(1, 0.05 * titration.duration_second)
                        THEN titration.earlier_end_second
                END
            )
        ) AS start_second
    FROM titration
    JOIN points
        ON points.test_id = titration.test_id
        AND points.step_count = titration.step_count
    WHERE points.current_ampere IS NOT NULL
        AND points.interval_second IS NOT NULL
    WINDOW of_step AS (PARTITION BY titration.test_id, titration.step_count)
),

ended AS (
    SELECT
        test_id,
        step_count,
        avg(current_ampere) AS last_ampere,
        stddev_samp(current_ampere) / nullif(sqrt(count(*)), 0) AS last_error
    FROM record
    WHERE test_time_second >= end_second - 0.05 * (end_second - start_second)
    GROUP BY test_id, step_count
),

fading AS (
    SELECT
        record.test_id,
        record.step_count,
        record.record_index,
        record.test_time_second - record.start_second AS second,
        record.end_second - record.start_second AS whole_second,
        (record.current_ampere - ended.last_ampere) * sign(held.net_charge_ah) AS ampere
    FROM record
    JOIN ended
        ON ended.test_id = record.test_id
        AND ended.step_count = record.step_count
    JOIN titration AS held
        ON held.test_id = record.test_id
        AND held.step_count = record.step_count
    WHERE record.test_time_second > record.start_second
),

piece AS (
    SELECT
        *,
        lag(second, 1, 0) OVER in_step AS earlier_second,
        lag(ampere) OVER in_step AS earlier_ampere
    FROM fading
    WINDOW in_step AS (PARTITION BY test_id, step_count ORDER BY record_index)
),

passed AS (
    SELECT
        test_id,
        step_count,
        min(whole_second) AS whole_second,
        -- before the first record the current falls as 1/√t
        sum(
            CASE
                WHEN earlier_ampere IS NULL THEN 2 * ampere * second
                ELSE (ampere + earlier_ampere) / 2 * (second - earlier_second)
            END
        ) AS coulomb,
        sum(
            CASE
                WHEN earlier_ampere IS NULL THEN 0.6666666666666666 * ampere * second * second
                ELSE (ampere * second + earlier_ampere * earlier_second) / 2
                    * (second - earlier_second)
            END
        ) AS coulomb_second
    FROM piece
    GROUP BY test_id, step_count
),

scaled AS (
    SELECT
        titration.test_id,
        titration.step_count,
        titration.cell_id,
        titration.cycle_count,
        titration.mode,
        titration.control_value AS held_volt,
        titration.status AS step_status,
        titration.reason AS step_reason,
        passed.whole_second,
        ended.last_ampere,
        ended.last_error,
        CASE
            WHEN titration.charge_source = 'counter'
                THEN (3600 * titration.net_charge_ah - ended.last_ampere * passed.whole_second)
                    * sign(titration.net_charge_ah)
            ELSE passed.coulomb
        END AS coulomb,
        depth.diffusion_length_um * 1e-4 AS length_cm,
        depth.diffusion_length_um,
        depth.length_basis,
        coalesce(depth.missing, CASE WHEN titration.cell_id IS NULL THEN 'cell' END) AS missing,
        CASE depth.length_basis WHEN 'sphere' THEN 0.6 ELSE 0.3333333333333333 END
        * power(depth.diffusion_length_um * 1e-4, 2)
        * passed.coulomb / nullif(passed.coulomb_second, 0) AS rough
    FROM titration
    LEFT JOIN passed
        ON passed.test_id = titration.test_id
        AND passed.step_count = titration.step_count
    LEFT JOIN ended
        ON ended.test_id = titration.test_id
        AND ended.step_count = titration.step_count
    LEFT JOIN diffusion_length AS depth ON depth.cell_id = titration.cell_id
),

reduced AS (
    SELECT
        fading.test_id,
        fading.step_count,
        fading.second,
        fading.ampere,
        scaled.coulomb,
        scaled.length_cm,
        scaled.length_basis,
        scaled.rough,
        scaled.rough * fading.second / nullif(scaled.length_cm * scaled.length_cm, 0) AS x
    FROM fading
    JOIN scaled
        ON scaled.test_id = fading.test_id
        AND scaled.step_count = fading.step_count
    WHERE scaled.rough > 0
),

early AS (
    SELECT
        test_id,
        step_count,
        count(*) AS record_count,
        regr_slope(ampere, 1 / nullif(sqrt(second), 0)) AS slope,
        sqrt(
            greatest(
                0,
                regr_syy(ampere, 1 / nullif(sqrt(second), 0))
                - regr_slope(ampere, 1 / nullif(sqrt(second), 0))
                * regr_sxy(ampere, 1 / nullif(sqrt(second), 0))
            )
            / nullif(
                (count(*) - 2) * regr_sxx(ampere, 1 / nullif(sqrt(second), 0)), 0
            )
        ) AS slope_error,
        regr_slope(
            ln(CASE WHEN ampere > 0 THEN ampere END), ln(CASE WHEN ampere > 0 THEN second END)
        ) AS exponent
    FROM reduced
    WHERE x BETWEEN 0.005 AND 0.2
    GROUP BY test_id, step_count
    HAVING count(*) >= 5
),

late AS (
    SELECT
        test_id,
        step_count,
        regr_slope(ln(ampere), second) AS slope
    FROM reduced
    WHERE x BETWEEN CASE length_basis WHEN 'sphere' THEN 1 ELSE 0.3 END
            AND CASE length_basis WHEN 'sphere' THEN 3 ELSE 1 END
        AND ampere > 0
    GROUP BY test_id, step_count
    HAVING count(*) >= 5
),

bin AS (
    SELECT
        test_id,
        step_count,
        min(coulomb) AS coulomb,
        min(length_cm) AS length_cm,
        min(rough) AS rough,
        avg(second) AS second,
        avg(ampere) AS ampere
    FROM reduced
    WHERE x BETWEEN 0.05 AND 1
        AND length_basis = 'film'
    GROUP BY test_id, step_count, floor(80 * sqrt(x))
),

candidate AS (
    SELECT
        test_id,
        step_count,
        factor,
        ampere,
        coulomb * rough * exp(0.03125 * factor) / nullif(length_cm * length_cm, 0) AS scale,
        rough * exp(0.03125 * factor) * second / nullif(length_cm * length_cm, 0) AS x
    FROM bin
    CROSS JOIN range(-32, 33) AS grid(factor)
),

misfit AS (
    SELECT
        test_id,
        step_count,
        factor,
        count(*) AS bin_count,
        sum(
            power(
                ampere - scale * CASE
                    WHEN x < 0.3
                        THEN (1 - 2 * exp(-1 / nullif(x, 0)) + 2 * exp(-4 / nullif(x, 0)))
                            / nullif(sqrt(3.141592653589793 * x), 0)
                    ELSE 2 * exp(-2.4674011002723395 * x) + 2 * exp(-22.206609902451056 * x)
                END,
                2
            )
        ) AS misfit
    FROM candidate
    GROUP BY test_id, step_count, factor
),

ranked AS (
    SELECT
        *,
        lag(misfit) OVER beside AS misfit_below,
        lead(misfit) OVER beside AS misfit_above,
        row_number() OVER (PARTITION BY test_id, step_count ORDER BY misfit, factor) AS place
    FROM misfit
    WINDOW beside AS (PARTITION BY test_id, step_count ORDER BY factor)
),

series AS (
    SELECT
        test_id,
        step_count,
        (
            factor + coalesce(
                (misfit_below - misfit_above)
                / nullif(2 * (misfit_below - 2 * misfit + misfit_above), 0),
                0
            )
        ) * 0.03125 AS logarithm
    FROM ranked
    WHERE place = 1
        AND bin_count >= 5
        AND misfit_below IS NOT NULL
        AND misfit_above IS NOT NULL
),

found AS (
    SELECT
        scaled.*,
        3.141592653589793 * power(
            scaled.length_cm * early.slope / nullif(scaled.coulomb, 0), 2
        ) AS short,
        2 * early.slope_error / nullif(abs(early.slope), 0) AS short_share,
        early.exponent,
        -late.slope * scaled.length_cm * scaled.length_cm
        / nullif(
            CASE scaled.length_basis
                WHEN 'sphere' THEN 1.0966227112321508
                ELSE 2.4674011002723395
            END,
            0
        ) AS long,
        scaled.rough * exp(series.logarithm) AS series
    FROM scaled
    LEFT JOIN early
        ON early.test_id = scaled.test_id
        AND early.step_count = scaled.step_count
    LEFT JOIN late
        ON late.test_id = scaled.test_id
        AND late.step_count = scaled.step_count
    LEFT JOIN series
        ON series.test_id = scaled.test_id
        AND series.step_count = scaled.step_count
),

chosen AS (
    SELECT
        *,
        CASE length_basis WHEN 'film' THEN series ELSE short END AS diffusion,
        CASE length_basis WHEN 'film' THEN series ELSE short END * whole_second
        / nullif(length_cm * length_cm, 0) AS reduced_time
    FROM found
),

judged AS (
    SELECT
        *,
        CASE
            WHEN coulomb IS NULL OR coulomb <= 0 THEN 'the current does not fade'
            WHEN diffusion IS NULL THEN 'too few records of the decay'
            WHEN reduced_time < 0.5
                THEN printf('the step was left too early: D t/L² is %.2g', reduced_time)
        END AS refused,
        nullif(
            concat_ws(
                '; ',
                CASE WHEN step_status <> 'ok' THEN coalesce(step_reason, step_status) END,
                CASE
                    WHEN reduced_time < CASE length_basis WHEN 'sphere' THEN 4.5 ELSE 2 END
                        THEN printf(
                            'not all of its charge had passed: D t/L² is %.2g', reduced_time
                        )
                END,
                CASE
                    WHEN exponent > -0.4
                        THEN printf(
                            'flat at the start, t^%.2f: limited by a resistance', exponent
                        )
                END,
                CASE
                    WHEN abs(ln(
                        nullif(greatest(short, 0), 0) / nullif(greatest(long, 0), 0)
                    )) > 0.25
                        THEN printf(
                            'short and long times differ by a factor of %.2g',
                            short / nullif(long, 0)
                        )
                END
            ),
            ''
        ) AS doubts
    FROM chosen
)

SELECT
    test_id,
    step_count,
    cell_id,
    cycle_count,
    mode,
    held_volt,
    CASE WHEN missing IS NULL AND refused IS NULL THEN diffusion END AS diffusion_cm2_per_s,
    CASE
        WHEN missing IS NULL AND refused IS NULL
            THEN sqrt(
                power(coalesce(abs(short - long) / 2, short * short_share), 2)
                + power(
                    2 * diffusion * coalesce(last_error, 0) * whole_second / nullif(coulomb, 0), 2
                )
            )
    END AS diffusion_error_cm2_per_s,
    CASE WHEN missing IS NULL AND refused IS NULL THEN short END AS short_diffusion_cm2_per_s,
    CASE WHEN missing IS NULL AND refused IS NULL THEN long END AS long_diffusion_cm2_per_s,
    CASE WHEN missing IS NULL AND refused IS NULL THEN series END AS series_diffusion_cm2_per_s,
    coulomb AS charge_coulomb,
    last_ampere AS last_current_ampere,
    exponent AS start_exponent,
    reduced_time,
    diffusion_length_um,
    length_basis,
    missing,
    CASE
        WHEN missing IS NOT NULL OR refused IS NOT NULL THEN 'not_computable'
        WHEN doubts IS NOT NULL THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    CASE
        WHEN missing IS NOT NULL THEN concat('missing ', missing)
        ELSE coalesce(refused, doubts)
    END AS reason
FROM judged;

-- example: the series of a plate, 1e-12 cm²/s into 1 µm, and a constant leak beside it
WITH step(
    test_id, step_count, half_cycle_count, mode, control, control_value, start_time_second,
    duration_second, net_charge_ah, charge_source, status
) AS (
    VALUES
    (1, 1, NULL, 'rest', NULL, NULL, 0, 100, 0, 'trapezoid', 'ok'),
    (1, 2, 1, 'charge', 'CV', 3.52, 104, 29996, 1e-5, 'trapezoid', 'ok'),
    (2, 1, NULL, 'rest', NULL, NULL, 0, 100, 0, 'trapezoid', 'ok'),
    (2, 2, 1, 'discharge', 'CV', 3.48, 104, 29996, -1e-5, 'trapezoid', 'ok')
),
points AS (
    SELECT
        test_id,
        2 AS step_count,
        n AS record_index,
        100 + power(n * 173.20508 / 600, 2) AS test_time_second,
        CASE test_id WHEN 1 THEN 1 ELSE -1 END * (
            1e-7 + 0.02 * 1e-4 * (
                SELECT sum(
                    2 * exp(-power((k + 0.5) * 3.141592653589793, 2)
                    * 1e-4 * power(n * 173.20508 / 600, 2))
                )
                FROM range(0, 400) AS term(k)
            )
        ) AS current_ampere,
        1 AS interval_second
    FROM range(2, 601) AS counted(n)
    CROSS JOIN (VALUES (1), (2)) AS told(test_id)
),
test(test_id, cell_id, technique) AS (VALUES (1, 7, 'PITT'), (2, 7, 'PITT')),
cell(cell_id) AS (VALUES (7)),
diffusion_length(cell_id, diffusion_length_um, length_basis, status)
AS (VALUES (7, 1, 'film', 'ok'))
SELECT
    count(*) OVER () = 2,
    abs(diffusion_cm2_per_s - 1e-12) < 1e-14,
    diffusion_cm2_per_s = series_diffusion_cm2_per_s,
    abs(short_diffusion_cm2_per_s - 1e-12) < 5e-14,
    abs(long_diffusion_cm2_per_s - 1e-12) < 5e-14,
    abs(charge_coulomb - 0.02) < 2e-4,
    abs(abs(last_current_ampere) - 1e-7) < 4e-9,
    abs(start_exponent + 0.5) < 0.02,
    abs(reduced_time - 3) < 0.05,
    held_volt = CASE test_id WHEN 1 THEN 3.52 ELSE 3.48 END,
    status = 'ok' AND reason IS NULL
FROM pitt_diffusion;

-- example: behind a constant current, or between electrodes that are alike, nothing is titrated
WITH step(
    test_id, step_count, half_cycle_count, mode, control, control_value, start_time_second,
    duration_second
) AS (
    VALUES
    (1, 1, 1, 'charge', 'CC', 1, 0, 600), (1, 2, 1, 'charge', 'CV', 4.2, 600, 600),
    (2, 1, 1, 'charge', 'CV', 0.1, 0, 600), (2, 2, 1, 'charge', 'CV', 0.2, 600, 600),
    (2, 3, 1, 'charge', 'CV', 0.3, 1200, 600)
),
points(test_id, step_count) AS (VALUES (1, 1)),
test(test_id, cell_id) AS (VALUES (1, 7), (2, 8)),
cell(cell_id, "symmetric") AS (VALUES (7, false), (8, true)),
diffusion_length(cell_id, diffusion_length_um, length_basis, status)
AS (VALUES (7, 1, 'film', 'ok'), (8, 1, 'film', 'ok'))
SELECT count(*) = 0
FROM pitt_diffusion;

-- example: what is not known of the layer is named
WITH step(
    test_id, step_count, half_cycle_count, mode, control, control_value, start_time_second,
    duration_second
) AS (
    VALUES
    (1, 1, NULL, 'rest', NULL, NULL, 0, 100), (1, 2, 1, 'charge', 'CV', 4.2, 600, 600)
),
points(test_id, step_count) AS (VALUES (1, 1)),
test(test_id, cell_id, technique) AS (VALUES (1, 7, 'PITT')),
cell(cell_id) AS (VALUES (7)),
diffusion_length(cell_id, missing, status) AS (VALUES (7, 'particle_radius', 'not_computable'))
SELECT
    diffusion_cm2_per_s IS NULL,
    status = 'not_computable',
    reason = 'missing particle_radius'
FROM pitt_diffusion;
