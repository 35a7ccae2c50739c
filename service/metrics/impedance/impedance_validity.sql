-- Impedance validity
--
-- Whether an impedance sweep is to be trusted, and how far its fit: the verdict of the
-- Kramers-Kronig test (kramers_kronig), which no circuit can rescue; whether a circuit was kept;
-- whether its arcs were told apart; and whether it leaves so many times more than the test does,
-- which is a circuit of the wrong shape. Only the latest of each analysis counts. What is held
-- against every resistance of the sweep is an invalid test, a circuit that leaves too much, and a
-- real axis that tells another resistance than the fit (resistance_ways).
--
-- formula:    Z(ω) = R₀ + iωL + Σ Rₖ / (1 + iωτₖ), judged by the residuals (Z − Z(fit)) / |Z|
-- grain:      test_id, spectrum_count
-- column:     cell_id | | the cell, where it is of one
-- column:     material_id | | the material, where it is of one
-- column:     temperature_celsius | °C | mean of the sweep, where recorded
-- column:     point_count | 1 | points of the sweep
-- column:     kramers_kronig_verdict | | valid, suspicious, invalid or not_computable
-- column:     kramers_kronig_rms | 1 | root of the mean |dZ|²/|Z|² that the test leaves
-- column:     kramers_kronig_noise | 1 | standard deviation of a part of dZ over |Z| that is noise
-- column:     kramers_kronig_structure | 1 | root of the mean |dZ|²/|Z|² going on along frequency
-- column:     outlier_count | 1 | points that stand alone and were left out of the test
-- column:     valid_share | 1 | part of the points within 1 % or 3 x the noise
-- column:     lowest_invalid_hertz | Hz | lowest frequency beyond both
-- column:     highest_invalid_hertz | Hz | highest frequency beyond both
-- column:     circuit | | the circuit that was kept
-- column:     fit_status | | ok, low_quality (every circuit was rejected) or not_computable
-- column:     fit_rms | 1 | root of the mean |dZ|²/|Z|² that the circuit leaves
-- column:     arc_count | 1 | arcs of the circuit
-- column:     identified_arc_count | 1 | those that the fit can tell from what is beside them
-- column:     resistance_doubt | | what is held against every resistance of it; null when nothing
-- column:     status | | ok, low_quality or not_computable (neither test nor fit)
-- column:     reason | | why not ok; null when ok
-- main:       kramers_kronig_verdict
-- takes:      misfit | number(1..) | 3 | times more than the test that a circuit may leave
-- inherits:   resistance_ways
-- needs:      sweep, test, kramers_kronig, fit, arc, resistance_ways
-- reference:  B. A. Boukamp, J. Electrochem. Soc. 142 (1995) 1885; M. Schönleber, D. Klotz,
--             E. Ivers-Tiffée, Electrochim. Acta 131 (2014) 20
WITH tested AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY test_id, spectrum_count ORDER BY parameter_hash) AS place
    FROM kramers_kronig
    WHERE latest
),

fitted AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY test_id, spectrum_count
            ORDER BY CASE WHEN chosen THEN 0 ELSE 1 END, aicc, circuit
        ) AS place
    FROM fit
    WHERE latest
),

arcs AS (
    SELECT
        fitted.test_id,
        fitted.spectrum_count,
        count(*) AS arc_count,
        count(*) FILTER (WHERE arc.assignment <> 'not_identifiable') AS identified,
        string_agg(arc.element, ', ' ORDER BY arc.element)
            FILTER (WHERE arc.assignment = 'not_identifiable') AS doubtful
    FROM fitted
    JOIN arc
        ON arc.test_id = fitted.test_id
        AND arc.spectrum_count = fitted.spectrum_count
        AND arc.version = fitted.version
        AND arc.parameter_hash = fitted.parameter_hash
        AND arc.circuit = fitted.circuit
        AND arc.latest
    WHERE fitted.place = 1
        AND fitted.chosen
    GROUP BY fitted.test_id, fitted.spectrum_count
),

gathered AS (
    SELECT
        sweep.test_id,
        sweep.spectrum_count,
        sweep.temperature_celsius,
        sweep.point_count,
        test.cell_id,
        test.material_id,
        tested.verdict,
        tested.rms_residual AS tested_rms,
        tested.noise,
        tested.structure,
        tested.outlier_count,
        tested.valid_share,
        tested.lowest_invalid_hertz,
        tested.highest_invalid_hertz,
        tested.reason AS tested_reason,
        fitted.chosen,
        fitted.circuit,
        CASE
            WHEN fitted.status = 'ok' AND fitted.chosen IS DISTINCT FROM true THEN 'low_quality'
            ELSE fitted.status
        END AS fit_status,
        fitted.rms_residual AS fit_rms,
        fitted.reason AS fit_reason,
        arcs.arc_count,
        arcs.identified,
        arcs.doubtful,
        CASE WHEN ways.status = 'low_quality' THEN ways.reason END AS ways_differ
    FROM sweep
    LEFT JOIN test ON test.test_id = sweep.test_id
    LEFT JOIN tested
        ON tested.test_id = sweep.test_id
        AND tested.spectrum_count = sweep.spectrum_count
        AND tested.place = 1
    LEFT JOIN fitted
        ON fitted.test_id = sweep.test_id
        AND fitted.spectrum_count = sweep.spectrum_count
        AND fitted.place = 1
    LEFT JOIN arcs
        ON arcs.test_id = sweep.test_id
        AND arcs.spectrum_count = sweep.spectrum_count
    LEFT JOIN resistance_ways AS ways
        ON ways.test_id = sweep.test_id
        AND ways.spectrum_count = sweep.spectrum_count
),

misfitted AS (
    SELECT
        *,
        CASE
            WHEN verdict = 'not_computable' THEN concat(
                'no Kramers-Kronig test came out: ', coalesce(tested_reason, 'unknown why')
            )
            WHEN verdict <> 'valid' THEN concat(
                verdict, ' by Kramers-Kronig: ', coalesce(tested_reason, 'points lie beyond 1 %')
            )
            WHEN verdict IS NULL THEN 'no Kramers-Kronig test'
        END AS invalid,
        CASE
            WHEN chosen AND fit_rms > $misfit * tested_rms THEN printf(
                'the circuit leaves %.2g %% and the Kramers-Kronig test %.2g %%',
                100 * fit_rms, 100 * tested_rms
            )
        END AS misfit
    FROM gathered
),

judged AS (
    SELECT
        *,
        nullif(
            concat_ws('; ', CASE WHEN verdict = 'invalid' THEN invalid END, misfit, ways_differ),
            ''
        ) AS resistance_doubt,
        nullif(
            concat_ws(
                '; ',
                invalid,
                CASE
                    WHEN fit_status IS NULL THEN 'no fit'
                    WHEN fit_status = 'not_computable'
                        THEN concat('no fit came out: ', coalesce(fit_reason, 'unknown why'))
                    WHEN chosen IS DISTINCT FROM true
                        THEN concat('every circuit was rejected, ', circuit, ' for: ', fit_reason)
                    WHEN fit_status <> 'ok' THEN fit_reason
                END,
                misfit,
                ways_differ,
                'not_identifiable: arc ' || doubtful
            ),
            ''
        ) AS doubt
    FROM misfitted
)

SELECT
    test_id,
    spectrum_count,
    cell_id,
    material_id,
    temperature_celsius,
    point_count,
    verdict AS kramers_kronig_verdict,
    tested_rms AS kramers_kronig_rms,
    noise AS kramers_kronig_noise,
    structure AS kramers_kronig_structure,
    outlier_count,
    valid_share,
    lowest_invalid_hertz,
    highest_invalid_hertz,
    CASE WHEN chosen THEN circuit END AS circuit,
    fit_status,
    CASE WHEN chosen THEN fit_rms END AS fit_rms,
    CASE WHEN chosen THEN coalesce(arc_count, 0) END AS arc_count,
    CASE WHEN chosen THEN coalesce(identified, 0) END AS identified_arc_count,
    resistance_doubt,
    CASE
        WHEN coalesce(verdict, 'not_computable') = 'not_computable'
            AND coalesce(fit_status, 'not_computable') = 'not_computable'
            THEN 'not_computable'
        WHEN doubt IS NOT NULL THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    doubt AS reason
FROM judged;

-- example: a sweep that passes, and all that may be said against one
WITH sweep(test_id, spectrum_count, point_count, temperature_celsius) AS (
    SELECT 1, n, 50, 30 FROM range(1, 8) AS t(n)
),
test(test_id, material_id) AS (VALUES (1, 7)),
kramers_kronig(
    test_id, spectrum_count, rms_residual, noise, structure, outlier_count, valid_share, verdict,
    lowest_invalid_hertz, highest_invalid_hertz, reason, latest
) AS (
    VALUES
    (1, 1, 0.002, 0.001, 0, 1, 1, 'valid', NULL, NULL, 'outliers at 50 Hz', true),
    (1, 1, 0.9, 0.001, 0.9, 0, 0, 'invalid', 1, 9, 'old', false),
    (1, 2, 0.05, 0.001, 0.04, 0, 0.5, 'invalid', 1, 9, '50 % of the points lie beyond 1 %', true),
    (1, 3, 0.002, 0.001, 0, 0, 1, 'valid', NULL, NULL, NULL, true),
    (1, 4, 0.002, 0.001, 0, 0, 1, 'valid', NULL, NULL, NULL, true),
    (1, 5, 0.002, 0.001, 0, 0, 1, 'valid', NULL, NULL, NULL, true),
    (1, 6, NULL, NULL, NULL, NULL, NULL, 'not_computable', NULL, NULL, '2 points', true)
),
fit(
    test_id, spectrum_count, version, parameter_hash, circuit, chosen, rms_residual, aicc, status,
    reason, latest
) AS (
    VALUES
    (1, 1, '1', 'a', 'R0-p(R1,CPE1)', true, 0.002, 1, 'ok', NULL, true),
    (1, 1, '1', 'a', 'R0-CPE1', false, 0.2, 9, 'ok', NULL, true),
    (1, 2, '1', 'a', 'R0-p(R1,CPE1)', true, 0.002, 1, 'ok', NULL, true),
    (1, 3, '1', 'a', 'R0-p(R1,CPE1)', true, 0.02, 1, 'ok', NULL, true),
    (1, 4, '1', 'a', 'R0-p(R1,CPE1)', true, 0.002, 1, 'ok', NULL, true),
    (1, 5, '1', 'a', 'R0-p(R1,CPE1)', false, 0.002, 1, 'low_quality', 'R1 at its bound', true),
    (1, 6, '1', 'a', 'R0-p(R1,CPE1)', false, NULL, NULL, 'not_computable', '2 points', true)
),
arc(test_id, spectrum_count, version, parameter_hash, circuit, element, assignment, latest) AS (
    SELECT
        1, n, '1', 'a', 'R0-p(R1,CPE1)', 'R1',
        CASE n WHEN 4 THEN 'not_identifiable' ELSE 'mixed' END, true
    FROM range(1, 6) AS t(n)
)
SELECT
    count(*) OVER () = 7,
    status = CASE
        WHEN spectrum_count = 1 THEN 'ok'
        WHEN spectrum_count > 5 THEN 'not_computable'
        ELSE 'low_quality'
    END,
    reason IS NOT DISTINCT FROM CASE spectrum_count
        WHEN 2 THEN 'invalid by Kramers-Kronig: 50 % of the points lie beyond 1 %'
        WHEN 3 THEN 'the circuit leaves 2 % and the Kramers-Kronig test 0.2 %'
        WHEN 4 THEN 'not_identifiable: arc R1'
        WHEN 5 THEN 'every circuit was rejected, R0-p(R1,CPE1) for: R1 at its bound'
        WHEN 6 THEN 'no Kramers-Kronig test came out: 2 points; no fit came out: 2 points'
        WHEN 7 THEN 'no Kramers-Kronig test; no fit'
    END,
    resistance_doubt IS NOT DISTINCT FROM CASE WHEN spectrum_count IN (2, 3) THEN reason END,
    arc_count IS NOT DISTINCT FROM CASE WHEN spectrum_count < 5 THEN 1 END,
    identified_arc_count IS NOT DISTINCT FROM CASE
        WHEN spectrum_count = 4 THEN 0 WHEN spectrum_count < 5 THEN 1
    END,
    spectrum_count <> 1 OR (kramers_kronig_noise = 0.001 AND outlier_count = 1),
    spectrum_count <> 2 OR (lowest_invalid_hertz = 1 AND highest_invalid_hertz = 9),
    material_id = 7 AND cell_id IS NULL
FROM impedance_validity;
