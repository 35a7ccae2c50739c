-- Phase match
--
-- How the lines of a diffraction scan agree with those of each reference. Expected are lines whose
-- area, scaled by those that were matched, is above the detection limit; the figure of merit is
-- what of their strength is matched, each line used once. A phase is present where that is at least
-- 0.9, three expected lines are matched, and one of them is neither a ghost nor a line that another
-- present phase owns; else it is a candidate, and phase_limit says how much of it could be there.
-- Grains that lie in order change intensities, which is told and unmatches nothing.
--
-- formula:    merit = Σ I of expected lines that are matched/Σ I of expected lines
-- grain:      test_id, scan_count, phase
-- column:     cell_id | | the cell, of a test on one
-- column:     material_id | | the material, of a test on one
-- column:     title | | what the phase is
-- column:     verdict | | present or candidate
-- column:     main | | whether it is the phase most like the scan
-- column:     merit | 1 | strength of the expected lines that are matched, of all expected
-- column:     chance_merit | 1 | what any scan with so many lines has by chance
-- column:     expected_count | 1 | lines that should be seen
-- column:     matched_count | 1 | those that are
-- column:     intensity_residual | 1 | sum of the differences of relative areas of matched lines
-- column:     textured | | whether that is above 0.4
-- column:     strain_percent | % | largest difference of its cell from that of the reference
-- column:     doubt | | why it is not present
-- column:     source | | where the reference comes from
-- column:     content_hash | | hash of the structure it was computed of
-- column:     status | | ok, low_quality or not_computable (no line of it is expected)
-- column:     reason | | why not ok; null when ok
-- main:       merit
-- needs:      pattern, pattern_phase, test
-- reference:  G. S. Smith, R. L. Snyder, J. Appl. Crystallogr. 12 (1979) 60
SELECT
    told.test_id,
    told.scan_count,
    told.phase,
    test.cell_id,
    test.material_id,
    told.title,
    told.verdict,
    told.main,
    told.merit,
    told.chance_merit,
    told.expected_count,
    told.matched_count,
    told.intensity_residual,
    told.textured,
    100 * told.strain AS strain_percent,
    told.doubt,
    told.source,
    told.content_hash,
    CASE
        WHEN told.merit IS NULL THEN 'not_computable'
        WHEN pattern.status <> 'ok' OR told.reference_doubt IS NOT NULL THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    nullif(
        concat_ws(
            '; ',
            CASE WHEN told.merit IS NULL THEN 'no line of it is above the detection limit' END,
            CASE WHEN pattern.status <> 'ok' THEN coalesce(pattern.reason, pattern.status) END,
            'intensities of the reference: ' || told.reference_doubt
        ),
        ''
    ) AS reason
FROM pattern_phase AS told
JOIN pattern
    ON pattern.test_id = told.test_id
    AND pattern.scan_count = told.scan_count
    AND pattern.version = told.version
    AND pattern.parameter_hash = told.parameter_hash
    AND pattern.latest
LEFT JOIN test ON test.test_id = told.test_id
WHERE told.latest;

-- example: a phase that is there, one whose reference is doubtful, and one of which nothing is seen
WITH test(test_id, cell_id) AS (VALUES (1, 3)),
pattern(test_id, scan_count, version, parameter_hash, status, latest) AS (
    VALUES (1, 1, '1', 'a', 'ok', true)
),
pattern_phase(
    test_id, scan_count, version, parameter_hash, phase, merit, strain, reference_doubt, verdict,
    doubt, latest
) AS (
    VALUES
    (1, 1, '1', 'a', 'rutile', 0.99, 0.001, NULL, 'present', NULL, true),
    (1, 1, '1', 'a', 'LATP', 0.95, 0, 'from memory', 'present', NULL, true),
    (1, 1, '1', 'a', 'anatase', NULL, 0, NULL, 'candidate', 'merit_too_low', true)
)
SELECT
    count(*) OVER () = 3,
    status = CASE phase
        WHEN 'rutile' THEN 'ok' WHEN 'LATP' THEN 'low_quality' ELSE 'not_computable'
    END,
    reason IS NOT DISTINCT FROM CASE phase
        WHEN 'LATP' THEN 'intensities of the reference: from memory'
        WHEN 'anatase' THEN 'no line of it is above the detection limit'
    END,
    phase <> 'rutile' OR abs(strain_percent - 0.1) < 1e-12,
    cell_id = 3
FROM phase_match;
