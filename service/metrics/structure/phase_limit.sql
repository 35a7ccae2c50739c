-- Detection limit of a phase
--
-- How much of a phase a diffraction scan shows beside its main phase, or could hide: "no impurity"
-- is a number and never "pure". By the strongest line that nothing else overlaps there is a
-- critical share of the weight, above which it is no chance, and a detectable share, which would be
-- seen in 95 of 100 scans; where the line is above the critical one, its share. A line anywhere
-- asks for four sigma, for there are some 600 places in a scan; a phase named beforehand for 1.645,
-- and then one in twenty that is not there seems to be. Both phases are taken to absorb alike, and
-- what a gram scatters to be known to a fifth; of a list of lines without I/Ic it is not known, and
-- areas are all there is. Glass is never seen.
--
-- formula:    w = r/(r + k), r = A/A_main; L_C = k_a sd0, L_D = L_C + 1.645 √(sd0² + q L_D)
-- grain:      test_id, scan_count, phase
-- column:     cell_id | | the cell, of a test on one
-- column:     material_id | | the material, of a test on one
-- column:     main_phase | | the phase beside which it is sought
-- column:     verdict | | detected, not_detected, not_decidable or not_measured
-- column:     hkl | | the line that tells
-- column:     two_theta_degree | ° | where that is
-- column:     weight_percent | % | of the phase where it is detected; else the detectable share, of
--             which there is less
-- column:     error_percent | % | one sigma, where it is detected
-- column:     critical_percent | % | w_C: what is more is no chance
-- column:     detectable_percent | % | w_D: what is more is seen in 95 of 100 scans
-- column:     area | | what is there, intensity times degree
-- column:     area_deviation | | its sigma if no line were there
-- column:     status | | ok (detected), censored (less than the detectable share), low_quality or
--             not_computable
-- column:     reason | | why not ok; null when ok
-- main:       weight_percent, error: error_percent
-- takes:      line | text(anywhere, named) | anywhere | named: the phase was named beforehand
-- needs:      pattern, pattern_limit, pattern_phase, test
-- reference:  L. A. Currie, Anal. Chem. 40 (1968) 586; F. H. Chung, J. Appl. Crystallogr. 7 (1974)
--             519
WITH told AS (
    SELECT
        edge.*,
        pattern.main_phase,
        nullif(
            concat_ws(
                '; ',
                CASE WHEN pattern.status <> 'ok' THEN coalesce(pattern.reason, pattern.status) END,
                CASE
                    WHEN own.reference_doubt IS NOT NULL
                        THEN concat('intensities of ', own.phase, ': ', own.reference_doubt)
                END,
                CASE
                    WHEN main.reference_doubt IS NOT NULL
                        THEN concat('intensities of ', main.phase, ': ', main.reference_doubt)
                END
            ),
            ''
        ) AS held
    FROM pattern_limit AS edge
    JOIN pattern
        ON pattern.test_id = edge.test_id
        AND pattern.scan_count = edge.scan_count
        AND pattern.version = edge.version
        AND pattern.parameter_hash = edge.parameter_hash
        AND pattern.latest
    LEFT JOIN pattern_phase AS own
        ON own.test_id = edge.test_id
        AND own.scan_count = edge.scan_count
        AND own.version = edge.version
        AND own.parameter_hash = edge.parameter_hash
        AND own.phase = edge.phase
        AND own.latest
    LEFT JOIN pattern_phase AS main
        ON main.test_id = edge.test_id
        AND main.scan_count = edge.scan_count
        AND main.version = edge.version
        AND main.parameter_hash = edge.parameter_hash
        AND main.main
        AND main.latest
    WHERE edge.latest
        AND (edge.k_a > 3) = ($line = 'anywhere')
)

SELECT
    told.test_id,
    told.scan_count,
    told.phase,
    test.cell_id,
    test.material_id,
    told.main_phase,
    told.verdict,
    told.hkl,
    told.place_degree AS two_theta_degree,
    100 * coalesce(told.fraction, told.detectable_fraction) AS weight_percent,
    100 * told.fraction_error AS error_percent,
    100 * told.critical_fraction AS critical_percent,
    100 * told.detectable_fraction AS detectable_percent,
    told.area,
    told.area_deviation,
    CASE
        WHEN coalesce(told.fraction, told.detectable_fraction) IS NULL THEN 'not_computable'
        WHEN told.verdict = 'not_detected' THEN 'censored'
        WHEN told.held IS NOT NULL THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    nullif(
        concat_ws(
            '; ',
            CASE
                WHEN coalesce(told.fraction, told.detectable_fraction) IS NULL
                    THEN coalesce(told.doubt, told.verdict)
                WHEN told.verdict = 'not_detected' THEN 'below the detection limit'
            END,
            told.held
        ),
        ''
    ) AS reason
FROM told
LEFT JOIN test ON test.test_id = told.test_id;

-- example: detected, not detected with its limit, and a line that is overlapped
WITH test(test_id, material_id) AS (VALUES (1, 7)),
pattern(test_id, scan_count, version, parameter_hash, main_phase, status, latest) AS (
    VALUES (1, 1, '1', 'a', 'corundum', 'ok', true)
),
pattern_phase(
    test_id, scan_count, version, parameter_hash, phase, main, reference_doubt, latest
) AS (
    VALUES
    (1, 1, '1', 'a', 'corundum', true, NULL, true),
    (1, 1, '1', 'a', 'rutile', false, NULL, true),
    (1, 1, '1', 'a', 'LATP', false, 'from memory', true)
),
pattern_limit(
    test_id, scan_count, version, parameter_hash, phase, k_a, fraction, fraction_error,
    critical_fraction, detectable_fraction, verdict, doubt, latest
) AS (
    VALUES
    (1, 1, '1', 'a', 'rutile', 4, 0.02, 0.005, 0.0104, 0.015, 'detected', NULL, true),
    (1, 1, '1', 'a', 'rutile', 1.645, 0.02, 0.005, 0.004, 0.008, 'detected', NULL, true),
    (1, 1, '1', 'a', 'anatase', 4, NULL, NULL, 0.008, 0.012, 'not_detected', NULL, true),
    (1, 1, '1', 'a', 'LATP', 4, 0.05, 0.01, 0.01, 0.02, 'detected', NULL, true),
    (1, 1, '1', 'a', 'Si', 4, NULL, NULL, NULL, NULL, 'not_decidable', 'lines_overlap', true),
    (1, 1, '1', 'a', 'listed', 4, NULL, NULL, NULL, NULL, 'detected', 'of_a_gram_not_told', true)
)
SELECT
    count(*) OVER () = 5,
    status = CASE phase
        WHEN 'rutile' THEN 'ok' WHEN 'anatase' THEN 'censored'
        WHEN 'LATP' THEN 'low_quality' ELSE 'not_computable'
    END,
    weight_percent IS NOT DISTINCT FROM CASE phase
        WHEN 'rutile' THEN 2.0 WHEN 'anatase' THEN 1.2 WHEN 'LATP' THEN 5.0
    END,
    phase <> 'anatase' OR reason = 'below the detection limit',
    phase <> 'Si' OR reason = 'lines_overlap',
    phase <> 'listed' OR (reason = 'of_a_gram_not_told' AND verdict = 'detected'),
    phase <> 'LATP' OR reason = 'intensities of LATP: from memory',
    main_phase = 'corundum' AND material_id = 7
FROM phase_limit;

-- example: of a phase named beforehand less is enough
-- given: line = named
WITH pattern(test_id, scan_count, version, parameter_hash, main_phase, status, latest) AS (
    VALUES (1, 1, '1', 'a', 'corundum', 'ok', true)
),
pattern_limit(
    test_id, scan_count, version, parameter_hash, phase, k_a, critical_fraction,
    detectable_fraction, verdict, latest
) AS (
    VALUES
    (1, 1, '1', 'a', 'rutile', 4, 0.0104, 0.015, 'not_detected', true),
    (1, 1, '1', 'a', 'rutile', 1.645, 0.0043, 0.0086, 'not_detected', true)
)
SELECT
    count(*) OVER () = 1,
    abs(critical_percent - 0.43) < 1e-9,
    status = 'censored'
FROM phase_limit;
