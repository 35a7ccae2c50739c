-- Current of a held potential
--
-- What the current of a held step tends to, of pellets and of symmetric cells: dc_polarization and
-- bruce_vincent rest on it. It is counted along the potential, so that it is above zero where it
-- flows as it should. The last half of the step is fitted by i = i_inf + a exp(-t/τ), for every τ
-- of a grid by linear least squares. It is steady where the step lasted 6 τ and ends within 2 % of
-- i_inf; where no decay is seen in that half, where all that it may have drifted, two errors
-- included, is below 2 %. What it may tend to by every τ that fits hardly worse is in its error.
--
-- formula:    i = i_inf + a exp(−t/τ)
-- grain:      test_id, step_count
-- column:     held_volt | V | potential held
-- column:     steady_ampere | A | i_inf; where no decay is seen, the mean
-- column:     steady_error_ampere | A | one sigma
-- column:     end_ampere | A | mean of the last twentieth of the time
-- column:     first_ampere | A | of the first record, where it is known when that was
-- column:     first_second | s | how long after; null where that is not known
-- column:     resolution_ampere | A | least change from record to record
-- column:     time_constant_second | s | τ; null where no decay is seen
-- column:     held_second | s | how long it was held
-- column:     status | | ok, censored (it is no more than at the end) or not_computable
-- column:     reason | | why not ok; null when ok
-- main:       steady_ampere, error: steady_error_ampere
-- shown:      no
-- materialized: no | reads the points of every held step of the tests asked for
-- only:       step | control = 'CV'
-- needs:      points, step, test, cell
-- reference:  our own declaration
WITH held AS (
    SELECT
        step.*,
        lag(step.start_time_second + step.duration_second) OVER (
            PARTITION BY step.test_id ORDER BY step.step_count
        ) AS earlier_end_second
    FROM step
    JOIN test ON test.test_id = step.test_id
    LEFT JOIN cell ON cell.cell_id = test.cell_id
    WHERE (test.cell_id IS NULL AND test.material_id IS NOT NULL)
        OR cell."symmetric"
),

record AS (
    SELECT
        held.test_id,
        held.step_count,
        points.current_ampere * sign(held.control_value) AS ampere,
        abs(points.current_ampere - lag(points.current_ampere) OVER in_step) AS ampere_step,
        row_number() OVER in_step AS place,
        coalesce(
            nullif(points.interval_second, 0), points.test_time_second - held.earlier_end_second
        ) AS age_second,
        points.test_time_second - min(points.test_time_second - points.interval_second)
            OVER of_step AS second,
        max(points.test_time_second) OVER of_step
        - min(points.test_time_second - points.interval_second) OVER of_step AS held_second
    FROM held
    JOIN points
        ON points.test_id = held.test_id
        AND points.step_count = held.step_count
    WHERE held.mode IN ('charge', 'discharge')
        AND held.control = 'CV'
        AND held.control_value <> 0
        AND points.current_ampere IS NOT NULL
        AND points.interval_second IS NOT NULL
    WINDOW
        of_step AS (PARTITION BY held.test_id, held.step_count),
        in_step AS (PARTITION BY held.test_id, held.step_count ORDER BY points.record_index)
),

ended AS (
    SELECT
        test_id,
        step_count,
        min(held_second) AS held_second,
        avg(CASE WHEN second >= 0.95 * held_second THEN ampere END) AS end_ampere,
        min(CASE WHEN ampere_step > 0 THEN ampere_step END) AS resolution_ampere,
        min(CASE WHEN place = 1 THEN ampere END) AS first_ampere,
        min(CASE WHEN place = 1 THEN age_second END) AS first_second
    FROM record
    WHERE held_second > 0
    GROUP BY test_id, step_count
),

bin AS (
    SELECT
        test_id,
        step_count,
        min(held_second) AS held_second,
        avg(second) / nullif(min(held_second), 0) - 0.5 AS share,
        avg(ampere) AS ampere
    FROM record
    WHERE second >= 0.5 * held_second
        AND held_second > 0
    GROUP BY test_id, step_count, floor(200 * second / nullif(held_second, 0))
),

candidate AS (
    SELECT
        test_id,
        step_count,
        factor,
        ampere,
        exp(-share / nullif(exp(0.08333333333333333 * factor), 0)) AS x
    FROM bin
    CROSS JOIN range(-42, 25) AS grid(factor)
),

line AS (
    SELECT
        test_id,
        step_count,
        factor,
        count(*) AS bin_count,
        regr_intercept(ampere, x) AS steady,
        regr_slope(ampere, x) AS amplitude,
        regr_syy(ampere, x) AS syy,
        greatest(0, regr_syy(ampere, x) - regr_slope(ampere, x) * regr_sxy(ampere, x)) AS misfit,
        1.0 / nullif(count(*), 0)
        + power(regr_avgx(ampere, x), 2) / nullif(regr_sxx(ampere, x), 0) AS leverage
    FROM candidate
    GROUP BY test_id, step_count, factor
    HAVING count(*) >= 8
),

ranked AS (
    SELECT
        *,
        min(misfit) OVER of_step AS least,
        lag(misfit) OVER beside AS misfit_below,
        lead(misfit) OVER beside AS misfit_above,
        lag(steady) OVER beside AS steady_below,
        lead(steady) OVER beside AS steady_above,
        row_number() OVER (PARTITION BY test_id, step_count ORDER BY misfit, factor) AS place
    FROM line
    WINDOW
        of_step AS (PARTITION BY test_id, step_count),
        beside AS (PARTITION BY test_id, step_count ORDER BY factor)
),

best AS (
    SELECT
        *,
        exp(
            (
                factor + coalesce(
                    (misfit_below - misfit_above)
                    / nullif(2 * (misfit_below - 2 * misfit + misfit_above), 0),
                    0
                )
            ) * 0.08333333333333333
        ) AS time_constant
    FROM ranked
    WHERE place = 1
),

-- what the current may tend to, at every time constant that fits hardly worse
open_end AS (
    SELECT
        ranked.test_id,
        ranked.step_count,
        max(ranked.steady) - min(ranked.steady) AS width
    FROM ranked
    WHERE ranked.misfit <= ranked.least * (1 + 4.0 / nullif(ranked.bin_count - 3, 0))
    GROUP BY ranked.test_id, ranked.step_count
),

refined AS (
    SELECT
        best.test_id,
        best.step_count,
        min(best.time_constant) AS time_constant,
        min(best.syy) AS syy,
        min(best.misfit) AS misfit,
        min(best.leverage) AS leverage,
        -- how far i_inf moves with its time constant, as a variance per variance of the bins
        min(
            0.5 * power(best.steady_above - best.steady_below, 2)
            / nullif(best.misfit_below - 2 * best.misfit + best.misfit_above, 0)
        ) AS bend,
        count(*) AS bin_count,
        regr_intercept(
            bin.ampere, exp(-bin.share / nullif(best.time_constant, 0))
        ) AS steady,
        regr_slope(bin.ampere, exp(-bin.share / nullif(best.time_constant, 0))) AS amplitude,
        avg(bin.ampere) AS mean_ampere,
        stddev_samp(bin.ampere) AS scatter,
        regr_slope(bin.ampere, bin.share) AS drift,
        sqrt(
            greatest(
                0,
                regr_syy(bin.ampere, bin.share)
                - regr_slope(bin.ampere, bin.share) * regr_sxy(bin.ampere, bin.share)
            )
            / nullif((count(*) - 2) * regr_sxx(bin.ampere, bin.share), 0)
        ) AS drift_error
    FROM best
    JOIN bin
        ON bin.test_id = best.test_id
        AND bin.step_count = best.step_count
    GROUP BY best.test_id, best.step_count
),

fitted AS (
    SELECT
        refined.*,
        open_end.width,
        -- a decay is seen where it takes up more than chance does, at a level of about 0.1 %
        refined.syy - refined.misfit
        > 12 * refined.misfit / nullif(refined.bin_count - 3, 0)
        AND refined.syy > 1e-20 * refined.mean_ampere * refined.mean_ampere AS decays
    FROM refined
    JOIN open_end
        ON open_end.test_id = refined.test_id
        AND open_end.step_count = refined.step_count
),

settled AS (
    SELECT
        *,
        CASE WHEN decays THEN steady ELSE mean_ampere END AS steady_ampere,
        CASE
            WHEN decays THEN sqrt(
                misfit / nullif(bin_count - 3, 0) * leverage
                + greatest(
                    0.0625 * width * width,
                    misfit / nullif(bin_count - 3, 0) * greatest(0, coalesce(bend, 0))
                )
            )
            ELSE scatter / nullif(sqrt(bin_count), 0)
        END AS steady_error,
        CASE
            WHEN decays AND time_constant > 0.16666666666666669
                THEN printf('held for %.2g time constants, not for 6', 1 / nullif(time_constant, 0))
            WHEN decays AND abs(
                amplitude * exp(-0.5 / nullif(time_constant, 0))
            ) >= 0.02 * abs(steady)
                THEN 'the current ends more than 2 % from where it tends'
            WHEN NOT decays AND 0.5 * (abs(drift) + 2 * drift_error) >= 0.02 * abs(mean_ampere)
                THEN 'it may drift by more than 2 % still: noise hides it'
        END AS unsteady
    FROM fitted
),

told AS (
    SELECT
        held.test_id,
        held.step_count,
        held.control_value,
        ended.held_second,
        ended.end_ampere,
        ended.resolution_ampere,
        ended.first_ampere,
        ended.first_second,
        settled.steady_ampere,
        settled.steady_error,
        CASE WHEN settled.decays THEN settled.time_constant * ended.held_second END
            AS time_constant_second,
        CASE
            WHEN settled.unsteady IS NOT NULL THEN settled.unsteady
            WHEN settled.steady_ampere < 3 * ended.resolution_ampere
                THEN 'the current is below 3 times its resolution'
            WHEN settled.steady_ampere < 3 * settled.steady_error
                THEN 'the current is below 3 times its error'
        END AS bound_only
    FROM held
    LEFT JOIN ended
        ON ended.test_id = held.test_id
        AND ended.step_count = held.step_count
    LEFT JOIN settled
        ON settled.test_id = held.test_id
        AND settled.step_count = held.step_count
    WHERE held.mode IN ('charge', 'discharge')
        AND held.control = 'CV'
        AND held.control_value <> 0
)

SELECT
    test_id,
    step_count,
    control_value AS held_volt,
    steady_ampere,
    steady_error AS steady_error_ampere,
    end_ampere,
    CASE WHEN first_second > 0 THEN first_ampere END AS first_ampere,
    CASE WHEN first_second > 0 THEN first_second END AS first_second,
    resolution_ampere,
    time_constant_second,
    held_second,
    CASE
        WHEN steady_ampere IS NULL THEN 'not_computable'
        WHEN bound_only IS NOT NULL THEN 'censored'
        ELSE 'ok'
    END AS status,
    CASE WHEN steady_ampere IS NULL THEN 'fewer than 8 records of its last half' ELSE bound_only END
        AS reason
FROM told;

-- example: a current that tends to 5 nA within an hour's tenth, and one that was left too early
WITH step(test_id, step_count, mode, control, control_value)
AS (VALUES (1, 1, 'charge', 'CV', 0.2), (2, 1, 'discharge', 'CV', -0.2)),
points AS (
    SELECT
        test_id,
        1 AS step_count,
        n AS record_index,
        n * 10 AS test_time_second,
        CASE test_id
            WHEN 1 THEN 5e-9 * (1 + 10 * exp(-n / 36.0))
            ELSE -5e-9 * (1 + 10 * exp(-n / 120.0))
        END AS current_ampere,
        10 AS interval_second
    FROM range(1, 361) AS counted(n)
    CROSS JOIN (VALUES (1), (2)) AS told(test_id)
),
test(test_id, material_id) AS (VALUES (1, 7), (2, 7))
SELECT
    count(*) OVER () = 2,
    abs(steady_ampere - 5e-9) < 5e-11,
    abs(time_constant_second - CASE test_id WHEN 1 THEN 360 ELSE 1200 END) < 5,
    first_second = 10,
    held_second = 3600,
    status = CASE test_id WHEN 1 THEN 'ok' ELSE 'censored' END,
    reason IS NOT DISTINCT FROM CASE test_id
        WHEN 2 THEN 'held for 3 time constants, not for 6'
    END
FROM held_current;
