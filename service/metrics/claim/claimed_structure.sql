-- Claimed structure, recomputed
--
-- What a claim about the structure of a substance can be held against, a row per basis: of the
-- pieces made of it, or of the one piece that the claim names.
--   relative_density: by size and by Archimedes; lowest and highest are 1.96 sigma off
--   grain_size: the mean of each image and place with its 95 % interval, by equivalent circles and
--   by number; where no grain was outlined, by lines and the factor of grain_size. The two ways are
--   never put together
--   layer_thickness: the mean of each image and place; lowest and highest are 1.96 sigma off, of
--   scatter and of the pixel
--   grain_size_change, layer_thickness_change: each pair of pair_comparison whose side before is
--   such a piece, with its 95 % interval and its word
--
-- grain:      claim_id, basis
-- column:     basis | | the piece, and the image or the way
-- column:     cell_id | | null: no cell
-- column:     test_id | | the test it rests on; null where it rests on several
-- column:     value | | what was recomputed, in `unit`
-- column:     lowest | | what it is at least
-- column:     highest | | what it is at most
-- column:     unit | | 1 or µm
-- column:     word | | retained, changed or undecided; null for what is no change
-- column:     method | | what was computed, of what
-- column:     status | | ok or low_quality
-- column:     reason | | why not ok; null when ok
-- main:       value, low: lowest, high: highest
-- shown:      no
-- needs:      claim, claim_subject, test, material, substance, cell, relative_density, grain_size,
--             layer_thickness, pair_comparison
-- reference:  relative_density, grain_size, layer_thickness and pair_comparison
WITH piece AS (
    SELECT
        claim.claim_id,
        claim.quantity,
        subject.unit,
        material.material_id,
        material.material_name
    FROM claim
    JOIN claim_subject AS subject ON subject.claim_id = claim.claim_id
    JOIN substance ON substance.name = subject.substance
    JOIN material
        ON material.substance_id = substance.substance_id
        AND material.material_id = coalesce(claim.material_id, material.material_id)
),

sized AS (
    SELECT
        piece.claim_id,
        piece.unit,
        piece.material_name,
        grain.*,
        max(CASE WHEN grain.way = 'equivalent_circle' THEN 1 ELSE 0 END) OVER (
            PARTITION BY piece.claim_id
        ) = 1 AS is_outlined
    FROM piece
    JOIN test ON test.material_id = piece.material_id
    JOIN grain_size AS grain ON grain.test_id = test.test_id
    WHERE piece.quantity = 'grain_size'
        AND grain.size_um IS NOT NULL
        AND (
            (grain.way = 'equivalent_circle' AND grain.weighting = 'number')
            OR grain.way = 'intercept_diameter'
        )
),

layered AS (
    SELECT
        piece.claim_id,
        piece.unit,
        piece.material_name,
        layer.*,
        1.96 * sqrt(power(layer.error_um, 2) + power(coalesce(layer.common_error_um, 0), 2))
            AS reach_um
    FROM piece
    JOIN test ON test.material_id = piece.material_id
    JOIN layer_thickness AS layer ON layer.test_id = test.test_id
    WHERE piece.quantity = 'layer_thickness'
        AND layer.thickness_um IS NOT NULL
)

SELECT
    piece.claim_id,
    concat('material ', piece.material_name, ', ', dense.method) AS basis,
    CAST(NULL AS BIGINT) AS cell_id,
    dense.theoretical_test_id AS test_id,
    dense.relative_density AS value,
    dense.relative_density - 1.96 * coalesce(dense.relative_density_error, 0) AS lowest,
    dense.relative_density + 1.96 * coalesce(dense.relative_density_error, 0) AS highest,
    piece.unit,
    CAST(NULL AS VARCHAR) AS word,
    concat(
        printf('%.4g g/cm³', dense.bulk_density_gram_per_cm3),
        CASE dense.method WHEN 'geometric' THEN ' by size' ELSE ' by Archimedes' END,
        printf(' over %.4g g/cm³ of a crystal', dense.theoretical_density_gram_per_cm3),
        concat(' by diffraction of ', dense.measured_on)
    ) AS method,
    dense.status,
    dense.reason
FROM piece
JOIN relative_density AS dense ON dense.material_id = piece.material_id
WHERE piece.quantity = 'relative_density'
    AND dense.relative_density IS NOT NULL
UNION ALL
SELECT
    claim_id,
    concat(
        'material ', material_name, ', image ', image_id,
        CASE WHEN region <> '' THEN concat(', ', region) END
    ),
    NULL,
    test_id,
    size_um,
    size_um - coalesce(half_width_um, 0),
    size_um + coalesce(half_width_um, 0),
    unit,
    NULL,
    CASE way
        WHEN 'equivalent_circle'
            THEN concat('mean equivalent circle by number of ', object_count, ' grains')
        ELSE concat(printf('%g times the mean intercept of ', factor), object_count, ' lines')
    END,
    status,
    reason
FROM sized
WHERE (way = 'equivalent_circle') = is_outlined
UNION ALL
SELECT
    claim_id,
    concat(
        'material ', material_name, ', image ', image_id,
        CASE WHEN region <> '' THEN concat(', ', region) END
    ),
    NULL,
    test_id,
    thickness_um,
    thickness_um - coalesce(reach_um, 0),
    thickness_um + coalesce(reach_um, 0),
    unit,
    NULL,
    concat(
        'mean of ', column_count, ' columns of a section',
        printf(', %.3g of them covered', coverage)
    ),
    status,
    reason
FROM layered
UNION ALL
SELECT
    piece.claim_id,
    concat(pair.before_name, ' and ', pair.after_name, ', ', pair.way),
    NULL,
    NULL,
    pair.change_um,
    pair.lower_um,
    pair.upper_um,
    piece.unit,
    pair.verdict,
    concat(
        printf('%.4g µm in ', pair.before_um), pair.before_count, ' places before, ',
        printf('%.4g µm in ', pair.after_um), pair.after_count, ' after'
    ),
    pair.status,
    pair.reason
FROM piece
JOIN pair_comparison AS pair
    ON pair.before_name = piece.material_name
    AND concat(pair.quantity, '_change') = piece.quantity
WHERE pair.change_um IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM cell WHERE cell.cell_name = pair.before_name);

-- example: a density, grains by circles and not by lines, a layer, and what became of it
WITH claim(claim_id, quantity, computed_unit, unit, substance, material_id) AS (
    VALUES
    (1, 'relative_density', '', '', 'X', NULL), (2, 'grain_size', 'µm', 'µm', 'X', NULL),
    (3, 'layer_thickness', 'µm', 'µm', 'Y', NULL),
    (4, 'layer_thickness_change', 'µm', 'µm', 'Y', NULL),
    (5, 'grain_size', 'µm', 'µm', NULL, 9), (6, 'grain_size_change', 'µm', 'µm', 'X', NULL)
),
substance(substance_id, name) AS (VALUES (1, 'X'), (2, 'Y')),
material(material_id, material_name, substance_id) AS (
    VALUES (7, 'pellet', 1), (8, 'coat', 2), (9, 'lined', 1)
),
test(test_id, material_id) AS (VALUES (1, 7), (2, 8), (3, 9)),
relative_density(
    material_id, method, bulk_density_gram_per_cm3, theoretical_density_gram_per_cm3, measured_on,
    theoretical_test_id, relative_density, relative_density_error, status
) AS (
    VALUES
    (7, 'geometric', 2.7, 2.93, 'the very piece', 5, 0.92, 0.01, 'ok'),
    (9, 'geometric', NULL, 2.93, 'the very piece', 5, NULL, NULL, 'not_computable')
),
grain_size(
    test_id, image_id, region, way, weighting, size_um, half_width_um, factor, object_count, status
) AS (
    VALUES
    (1, 1, '', 'equivalent_circle', 'number', 3, 0.1, NULL, 250, 'ok'),
    (1, 1, '', 'equivalent_circle', 'area', 4, 0.1, NULL, 250, 'ok'),
    (3, 2, 'rim', 'intercept', 'length', 2, 0.1, NULL, 12, 'ok'),
    (3, 2, 'rim', 'intercept_diameter', 'length', 3.12, 0.2, 1.56, 12, 'ok')
),
layer_thickness(
    test_id, image_id, region, thickness_um, error_um, common_error_um, column_count, coverage,
    status
) AS (VALUES (2, 3, 'left', 1, 0.03, 0.04, 256, 1, 'ok')),
pair_comparison(
    quantity, way, before_name, after_name, before_um, after_um, before_count, after_count,
    change_um, lower_um, upper_um, verdict, status
) AS (
    VALUES
    ('layer_thickness', 'profile', 'coat', 'cycled', 1, 0.9, 3, 3, -0.1, -0.15, -0.05, 'retained',
        'ok'),
    ('layer_thickness', 'profile', 'coat', 'other', 1, 0.9, 1, 3, NULL, NULL, NULL,
        'not_computable', 'not_computable'),
    ('layer_thickness', 'profile', 'pellet', 'cycled', 1, 0.9, 3, 3, -0.1, -0.15, -0.05, 'retained',
        'ok')
)
SELECT
    count(*) OVER () = 5,
    claim_id <> 6,
    basis = CASE claim_id
        WHEN 1 THEN 'material pellet, geometric' WHEN 2 THEN 'material pellet, image 1'
        WHEN 3 THEN 'material coat, image 3, left' WHEN 4 THEN 'coat and cycled, profile'
        ELSE 'material lined, image 2, rim'
    END,
    value = CASE claim_id
        WHEN 1 THEN 0.92 WHEN 2 THEN 3 WHEN 3 THEN 1 WHEN 4 THEN -0.1 ELSE 3.12
    END,
    abs(highest - CASE claim_id
        WHEN 1 THEN 0.9396 WHEN 2 THEN 3.1 WHEN 3 THEN 1.098 WHEN 4 THEN -0.05 ELSE 3.32
    END) < 1e-9,
    (word = 'retained') IS NOT DISTINCT FROM CASE claim_id WHEN 4 THEN true END,
    method = CASE claim_id
        WHEN 1 THEN '2.7 g/cm³ by size over 2.93 g/cm³ of a crystal by diffraction of the very '
            || 'piece'
        WHEN 2 THEN 'mean equivalent circle by number of 250 grains'
        WHEN 3 THEN 'mean of 256 columns of a section, 1 of them covered'
        WHEN 4 THEN '1 µm in 3 places before, 0.9 µm in 3 after'
        ELSE '1.56 times the mean intercept of 12 lines'
    END,
    status = 'ok' AND reason IS NULL
FROM claimed_structure;
