-- Crystallite size
--
-- How large the crystals of the main phase of a diffraction scan are by the width of its lines:
-- after Scherrer by the strongest line, after Williamson and Hall by all, which tells strain apart.
-- The width of the instrument must be known and is taken off; without it, and where lines are not
-- a fifth wider than it, there is only a lower bound. Grains of micrometers widen a line by
-- thousandths of a degree: this is never the size of grains that a microscope shows.
--
-- formula:    L = K λ/(b cos θ); b cos θ = K λ/L + 4 ε sin θ
-- grain:      test_id, scan_count, method
-- column:     cell_id | | the cell, of a test on one
-- column:     material_id | | the material, of a test on one
-- column:     phase | | the main phase
-- column:     method | | scherrer or williamson_hall
-- column:     size_nm | nm | size, weighted by volume; censored: it is more
-- column:     size_error_nm | nm | one sigma
-- column:     strain | 1 | local strain; null after Scherrer
-- column:     strain_error | 1 | one sigma
-- column:     shape_factor | 1 | K of Scherrer
-- column:     used_count | 1 | lines it was told by
-- column:     status | | ok, low_quality, censored or not_computable
-- column:     reason | | why not ok; null when ok
-- main:       size_nm, error: size_error_nm
-- needs:      pattern, pattern_crystallite, test
-- reference:  P. Thompson, D. E. Cox, J. B. Hastings, J. Appl. Crystallogr. 20 (1987) 79;
--             G. K. Williamson, W. H. Hall, Acta Metall. 1 (1953) 22
SELECT
    told.test_id,
    told.scan_count,
    told.way AS method,
    test.cell_id,
    test.material_id,
    told.phase,
    told.size_nm,
    told.size_error_nm,
    told.strain_spread AS strain,
    told.strain_spread_error AS strain_error,
    told.shape_factor,
    told.used_count,
    CASE
        WHEN told.verdict = 'ok' AND pattern.status <> 'ok' THEN 'low_quality'
        ELSE told.verdict
    END AS status,
    nullif(
        concat_ws(
            '; ',
            CASE WHEN told.verdict <> 'ok' THEN coalesce(told.doubt, told.verdict) END,
            CASE WHEN pattern.status <> 'ok' THEN coalesce(pattern.reason, pattern.status) END
        ),
        ''
    ) AS reason
FROM pattern_crystallite AS told
JOIN pattern
    ON pattern.test_id = told.test_id
    AND pattern.scan_count = told.scan_count
    AND pattern.version = told.version
    AND pattern.parameter_hash = told.parameter_hash
    AND pattern.latest
LEFT JOIN test ON test.test_id = told.test_id
WHERE told.latest;

-- example: a size, a bound, and none
WITH test(test_id, material_id) AS (VALUES (1, 7)),
pattern(test_id, scan_count, version, parameter_hash, status, reason, latest) AS (
    VALUES
    (1, 1, '1', 'a', 'ok', NULL, true),
    (1, 2, '1', 'a', 'low_quality', 'count_scale_estimated', true)
),
pattern_crystallite(
    test_id, scan_count, version, parameter_hash, way, size_nm, verdict, doubt, latest
) AS (
    VALUES
    (1, 1, '1', 'a', 'scherrer', 54.2, 'ok', NULL, true),
    (1, 1, '1', 'a', 'williamson_hall', NULL, 'not_computable', 'too_few_lines', true),
    (1, 2, '1', 'a', 'scherrer', 54.2, 'ok', NULL, true),
    (1, 2, '1', 'a', 'williamson_hall', 80, 'censored', 'instrument_width_unknown', true)
)
SELECT
    count(*) OVER () = 4,
    status = CASE
        WHEN method = 'scherrer' THEN CASE scan_count WHEN 1 THEN 'ok' ELSE 'low_quality' END
        ELSE CASE scan_count WHEN 1 THEN 'not_computable' ELSE 'censored' END
    END,
    (reason IS NULL) = (status = 'ok'),
    material_id = 7
FROM crystallite_size;
