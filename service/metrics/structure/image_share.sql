-- Cracks and pores of an image
--
-- How much of an image is crack or pore: the share of its area, and length for its area. All that
-- was measured of a kind in an image is taken together and held against the whole frame, what
-- touches the frame too. An image in which nothing of a kind was measured has no row: whether
-- somebody looked is not known.
--
-- formula:    Σ area/area of the image; Σ length/area of the image
-- grain:      test_id, image_id, kind, measure
-- column:     kind | | crack or pore
-- column:     measure | | area_share or length_per_area
-- column:     amount | | area over that of the image, or length over the area of the image
-- column:     amount_unit | | 1 for a share, 1/µm for a length for an area
-- column:     object_count | 1 | objects that tell it
-- column:     missing_count | 1 | objects that do not tell it
-- column:     frame_area_um2 | µm² | area of the image
-- column:     preparation | | how the surface was prepared; null where it is not one for all
-- column:     method | | how objects were told apart, the threshold with it; null where it is not
--             one for all
-- column:     status | | ok, low_quality (some do not tell it, the method is not told, scale or
--             tilt in doubt) or not_computable
-- column:     reason | | why not ok; null when ok
-- main:       amount
-- needs:      measured_object
-- reference:  Underwood, Quantitative Stereology (1970), for the share of the area
WITH summed AS (
    SELECT
        seen.test_id,
        seen.image_id,
        seen.kind,
        told.measure,
        sum(CASE told.measure WHEN 'area_share' THEN seen.area_um2 ELSE seen.length_um END)
            AS total,
        count(CASE told.measure WHEN 'area_share' THEN seen.area_um2 ELSE seen.length_um END)
            AS object_count,
        count(*) AS objects,
        max(seen.frame_width_um * seen.frame_height_um) AS frame_area_um2,
        CASE count(DISTINCT coalesce(seen.preparation, '')) WHEN 1 THEN min(seen.preparation) END
            AS preparation,
        CASE count(DISTINCT coalesce(seen.method, '')) WHEN 1 THEN min(seen.method) END AS method,
        bool_or(seen.status = 'not_computable') AS is_void,
        min(seen.reason) AS doubt
    FROM measured_object AS seen
    CROSS JOIN (VALUES ('area_share'), ('length_per_area')) AS told (measure)
    WHERE seen.kind IN ('crack', 'pore')
        AND NOT (seen.kind = 'pore' AND told.measure = 'length_per_area')
    GROUP BY seen.test_id, seen.image_id, seen.kind, told.measure
),

judged AS (
    SELECT
        *,
        total / nullif(frame_area_um2, 0) AS amount,
        CASE
            WHEN is_void THEN 'measured in other pixels than the image has now'
            WHEN object_count = 0 THEN concat(
                'no ',
                kind,
                ' tells its ',
                CASE measure WHEN 'area_share' THEN 'area' ELSE 'length' END
            )
            WHEN frame_area_um2 IS NULL THEN 'the image tells no size of a pixel'
            WHEN measure = 'area_share' AND total > frame_area_um2
                THEN 'more area was measured than the image has'
        END AS fault,
        concat_ws(
            '; ',
            CASE
                WHEN object_count < objects
                    THEN concat(objects - object_count, ' of ', objects, ' do not tell it')
            END,
            CASE WHEN method IS NULL THEN 'one method for all is not told' END,
            doubt
        ) AS doubts
    FROM summed
)

SELECT
    test_id,
    image_id,
    kind,
    measure,
    CASE WHEN fault IS NULL THEN amount END AS amount,
    CASE measure WHEN 'area_share' THEN '1' ELSE '1/µm' END AS amount_unit,
    object_count,
    objects - object_count AS missing_count,
    frame_area_um2,
    preparation,
    method,
    CASE
        WHEN fault IS NOT NULL THEN 'not_computable'
        WHEN doubts <> '' THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    coalesce(fault, nullif(doubts, '')) AS reason
FROM judged;

-- example: two pores of 25 µm² are half of 100 µm², and a crack of 20 µm goes 0.2 1/µm
WITH measured_object(
    test_id, image_id, image_object_id, kind, area_um2, length_um, method, frame_width_um,
    frame_height_um, status
) AS (
    VALUES
    (1, 1, 1, 'pore', 25, NULL, 'threshold 87', 10, 10, 'ok'),
    (1, 1, 2, 'pore', 25, NULL, 'threshold 87', 10, 10, 'ok'),
    (1, 1, 3, 'crack', NULL, 20, 'by hand', 10, 10, 'ok'),
    (1, 1, 4, 'grain', 9, NULL, 'by hand', 10, 10, 'ok')
)
SELECT
    count(*) OVER () = 3,
    frame_area_um2 = 100,
    CASE
        WHEN kind = 'pore' THEN amount = 0.5 AND amount_unit = '1' AND method = 'threshold 87'
            AND object_count = 2 AND status = 'ok' AND reason IS NULL
        WHEN measure = 'length_per_area' THEN amount = 0.2 AND amount_unit = '1/µm'
            AND status = 'ok' AND reason IS NULL
        ELSE amount IS NULL AND missing_count = 1 AND status = 'not_computable'
            AND reason = 'no crack tells its area'
    END
FROM image_share;

-- example: what is not known of the method, of some objects or of the frame is told
WITH measured_object(
    test_id, image_id, image_object_id, kind, area_um2, method, frame_width_um, frame_height_um,
    status
) AS (
    VALUES
    (1, 1, 1, 'pore', 25, NULL, 10, 10, 'ok'),
    (1, 1, 2, 'pore', NULL, NULL, 10, 10, 'ok'),
    (1, 2, 3, 'pore', 25, 'by hand', NULL, NULL, 'low_quality'),
    (1, 3, 4, 'pore', 125, 'by hand', 10, 10, 'ok')
)
SELECT
    count(*) OVER () = 3,
    amount IS NOT DISTINCT FROM CASE image_id WHEN 1 THEN 0.25 END,
    status = CASE image_id WHEN 1 THEN 'low_quality' ELSE 'not_computable' END,
    reason = CASE image_id
        WHEN 1 THEN '1 of 2 do not tell it; one method for all is not told'
        WHEN 2 THEN 'the image tells no size of a pixel'
        ELSE 'more area was measured than the image has'
    END
FROM image_share;
