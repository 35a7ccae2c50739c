-- Diffraction lines
--
-- The lines of a diffraction scan: found by a matched filter whose false lines are fewer than one
-- in ten scans, then fitted together upon one background, every line with all its wavelengths. One
-- belongs to the phase that explains it; a ghost may be of Kβ or of tungsten on the anode; what is
-- neither is foreign, where a main phase is known that tells how the specimen lies.
--
-- formula:    d = λ/(2 sin θ); I = A p(2θ − t), p a pseudo-Voigt of area 1 with all wavelengths
-- grain:      test_id, scan_count, peak_count
-- column:     cell_id | | the cell, of a test on one
-- column:     material_id | | the material, of a test on one
-- column:     two_theta_degree | ° | where it is, by Kα1, as measured
-- column:     two_theta_error_degree | ° | one sigma, of counting
-- column:     d_angstrom | Å | spacing of that angle, not corrected for how the specimen lies;
--             null without a wavelength
-- column:     d_error_angstrom | Å | one sigma, of counting
-- column:     area | | intensity times degree, of Kα1
-- column:     area_error | | one sigma
-- column:     relative_area_percent | % | of the largest of the scan
-- column:     width_degree | ° | full width at half maximum
-- column:     width_error_degree | ° | one sigma
-- column:     lorentzian_share | 1 | part of a Lorentzian
-- column:     significance | 1 | area over its sigma if no line were there
-- column:     phase | | the phase that explains it; null where none does
-- column:     hkl | | its reflection
-- column:     kind | | phase, ghost, foreign or unassigned (no main phase is known)
-- column:     ghost | | k_beta or w_l_alpha, where it may be one
-- column:     status | | ok or low_quality
-- column:     reason | | why not ok; null when ok
-- main:       two_theta_degree, error: two_theta_error_degree
-- needs:      pattern, pattern_peak, test
-- reference:  C. G. Ryan et al., Nucl. Instrum. Methods B 34 (1988) 396; G. Hölzer et al.,
--             Phys. Rev. A 56 (1997) 4554
SELECT
    peak.test_id,
    peak.scan_count,
    peak.peak_count,
    test.cell_id,
    test.material_id,
    peak.two_theta_degree,
    peak.two_theta_error_degree,
    peak.d_angstrom,
    peak.d_error_angstrom,
    peak.area,
    peak.area_error,
    100 * peak.area
    / nullif(max(peak.area) OVER (PARTITION BY peak.test_id, peak.scan_count), 0)
        AS relative_area_percent,
    peak.width_degree,
    peak.width_error_degree,
    peak.share AS lorentzian_share,
    peak.significance,
    peak.phase,
    peak.hkl,
    CASE
        WHEN peak.phase IS NOT NULL THEN 'phase'
        WHEN peak.ghost IS NOT NULL THEN 'ghost'
        WHEN pattern.main_phase IS NOT NULL THEN 'foreign'
        ELSE 'unassigned'
    END AS kind,
    peak.ghost,
    CASE WHEN pattern.status = 'ok' THEN 'ok' ELSE 'low_quality' END AS status,
    CASE WHEN pattern.status <> 'ok' THEN coalesce(pattern.reason, pattern.status) END AS reason
FROM pattern_peak AS peak
JOIN pattern
    ON pattern.test_id = peak.test_id
    AND pattern.scan_count = peak.scan_count
    AND pattern.version = peak.version
    AND pattern.parameter_hash = peak.parameter_hash
    AND pattern.latest
LEFT JOIN test ON test.test_id = peak.test_id
WHERE peak.latest;

-- example: a line of a phase, a ghost and a foreign one; what an older analysis told is not told
WITH test(test_id, material_id) AS (VALUES (1, 7)),
pattern(test_id, scan_count, version, parameter_hash, main_phase, status, reason, latest) AS (
    VALUES
    (1, 1, '2', 'a', 'rutile', 'ok', NULL, true),
    (1, 1, '1', 'a', 'rutile', 'ok', NULL, false),
    (1, 2, '2', 'a', NULL, 'low_quality', 'count_scale_estimated', true)
),
pattern_peak(
    test_id, scan_count, version, parameter_hash, peak_count, two_theta_degree, area, phase, ghost,
    latest
) AS (
    VALUES
    (1, 1, '2', 'a', 1, 24.74, 14, NULL, 'k_beta', true),
    (1, 1, '2', 'a', 2, 27.44, 1200, 'rutile', NULL, true),
    (1, 1, '2', 'a', 3, 30.0, 60, NULL, NULL, true),
    (1, 1, '1', 'a', 1, 27.4, 1200, 'rutile', NULL, false),
    (1, 2, '2', 'a', 1, 27.44, 1200, NULL, NULL, true)
)
SELECT
    count(*) OVER () = 4,
    kind = CASE
        WHEN scan_count = 2 THEN 'unassigned'
        ELSE CASE peak_count WHEN 1 THEN 'ghost' WHEN 2 THEN 'phase' ELSE 'foreign' END
    END,
    status = CASE scan_count WHEN 1 THEN 'ok' ELSE 'low_quality' END,
    scan_count = 1 OR reason = 'count_scale_estimated',
    peak_count <> 3 OR relative_area_percent = 5,
    material_id = 7
FROM xrd_peak;
