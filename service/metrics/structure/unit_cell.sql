-- Unit cell
--
-- The cell of every phase of a diffraction scan that is present: by least squares of the whole
-- pattern, where lines that overlap share one area as the reference has them, else of lines that
-- stand alone. One thing that moves lines is fitted with it, in reflection how far the specimen
-- lies off the axis: without it a cell is off by tens of its errors. What a cell differs by
-- when the zero of the goniometer is fitted instead is not of counting, and nothing below 5e-4 of
-- a length is claimed without an internal standard; the errors told here hold both.
--
-- formula:    1/d² = hᵀG*h, least squares of the pattern; hexagonal V = (√3/2) a² c
-- grain:      test_id, scan_count, phase
-- column:     cell_id | | the cell, of a test on one
-- column:     material_id | | the material, of a test on one
-- column:     main | | whether it is the phase most like the scan
-- column:     crystal_system | | cubic, hexagonal (trigonal too), …
-- column:     a_angstrom | Å | length of a
-- column:     a_error_angstrom | Å | one sigma, of counting and of what is not
-- column:     a_counting_error_angstrom | Å | one sigma, of counting alone
-- column:     b_angstrom | Å | length of b
-- column:     b_error_angstrom | Å | one sigma, of both
-- column:     c_angstrom | Å | length of c
-- column:     c_error_angstrom | Å | one sigma, of both
-- column:     c_counting_error_angstrom | Å | one sigma, of counting alone
-- column:     alpha_degree | ° | angle between b and c
-- column:     beta_degree | ° | angle between a and c
-- column:     gamma_degree | ° | angle between a and b
-- column:     volume_angstrom3 | Å³ | volume
-- column:     volume_error_angstrom3 | Å³ | one sigma, of both
-- column:     volume_counting_error_angstrom3 | Å³ | one sigma, of counting, with the covariance
-- column:     correction | | displacement, zero or none
-- column:     displacement_mm | mm | how far the specimen lies below the axis; null where
--             the radius of the goniometer is not known
-- column:     zero_degree | ° | zero of the goniometer, where that was fitted
-- column:     chi_square | 1 | of the fit, over degrees of freedom; errors of counting are widened
--             by its root where it is above 1
-- column:     fitted_count | 1 | lines that were fitted
-- column:     method | | whole_pattern or lone_lines
-- column:     status | | ok or low_quality
-- column:     reason | | why not ok; null when ok
-- main:       volume_angstrom3, error: volume_error_angstrom3
-- needs:      pattern, pattern_cell, diffraction_scan, test
-- reference:  G. Caglioti, A. Paoletti, F. P. Ricci, Nucl. Instrum. 3 (1958) 223
WITH fitted AS (
    SELECT
        cell.*,
        pattern.main_phase,
        nullif(
            concat_ws(
                '; ',
                CASE
                    WHEN cell.verdict <> 'ok' THEN coalesce(cell.doubt, cell.verdict)
                END,
                CASE
                    WHEN pattern.status <> 'ok' THEN coalesce(pattern.reason, pattern.status)
                END
            ),
            ''
        ) AS held
    FROM pattern_cell AS cell
    JOIN pattern
        ON pattern.test_id = cell.test_id
        AND pattern.scan_count = cell.scan_count
        AND pattern.version = cell.version
        AND pattern.parameter_hash = cell.parameter_hash
        AND pattern.latest
    WHERE cell.latest
)

SELECT
    fitted.test_id,
    fitted.scan_count,
    fitted.phase,
    test.cell_id,
    test.material_id,
    fitted.phase = fitted.main_phase AS main,
    fitted.crystal_system,
    fitted.a_angstrom,
    sqrt(fitted.a_error_angstrom ** 2 + fitted.a_systematic_angstrom ** 2) AS a_error_angstrom,
    fitted.a_error_angstrom AS a_counting_error_angstrom,
    fitted.b_angstrom,
    sqrt(fitted.b_error_angstrom ** 2 + fitted.b_systematic_angstrom ** 2) AS b_error_angstrom,
    fitted.c_angstrom,
    sqrt(fitted.c_error_angstrom ** 2 + fitted.c_systematic_angstrom ** 2) AS c_error_angstrom,
    fitted.c_error_angstrom AS c_counting_error_angstrom,
    fitted.alpha_degree,
    fitted.beta_degree,
    fitted.gamma_degree,
    fitted.volume_angstrom3,
    sqrt(fitted.volume_error_angstrom3 ** 2 + fitted.volume_systematic_angstrom3 ** 2)
        AS volume_error_angstrom3,
    fitted.volume_error_angstrom3 AS volume_counting_error_angstrom3,
    fitted.correction,
    CASE
        WHEN fitted.correction = 'displacement' THEN fitted.correction_value * scan.radius_mm
    END AS displacement_mm,
    CASE WHEN fitted.correction = 'zero' THEN fitted.correction_value END AS zero_degree,
    fitted.chi_square,
    fitted.fitted_count,
    fitted.way AS method,
    CASE WHEN fitted.held IS NULL THEN 'ok' ELSE 'low_quality' END AS status,
    fitted.held AS reason
FROM fitted
LEFT JOIN diffraction_scan AS scan
    ON scan.test_id = fitted.test_id
    AND scan.scan_count = fitted.scan_count
LEFT JOIN test ON test.test_id = fitted.test_id;

-- example: errors hold both kinds; a specimen is told in mm where the radius is known
WITH test(test_id, material_id) AS (VALUES (1, 7)),
diffraction_scan(test_id, scan_count, radius_mm) AS (VALUES (1, 1, 240), (1, 2, NULL)),
pattern(test_id, scan_count, version, parameter_hash, main_phase, status, reason, latest) AS (
    VALUES
    (1, 1, '1', 'a', 'LATP', 'ok', NULL, true),
    (1, 2, '1', 'a', 'LATP', 'low_quality', 'count_scale_estimated', true)
),
pattern_cell(
    test_id, scan_count, version, parameter_hash, phase, way, a_angstrom, a_error_angstrom,
    a_systematic_angstrom, volume_angstrom3, volume_error_angstrom3, volume_systematic_angstrom3,
    correction, correction_value, verdict, doubt, latest
) AS (
    SELECT
        1, n, '1', 'a', 'LATP', 'whole_pattern', 8.503, 0.003, 0.004, 1303.63, 0.3, 0.4,
        'displacement', 0.0002, 'ok', NULL, true
    FROM range(1, 3) AS t(n)
)
SELECT
    count(*) OVER () = 2,
    abs(a_error_angstrom - 0.005) < 1e-12,
    abs(volume_error_angstrom3 - 0.5) < 1e-12,
    a_counting_error_angstrom = 0.003,
    displacement_mm IS NOT DISTINCT FROM CASE WHEN scan_count = 1 THEN 0.0002 * 240 END,
    status = CASE scan_count WHEN 1 THEN 'ok' ELSE 'low_quality' END,
    main
FROM unit_cell;
