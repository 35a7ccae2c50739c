-- Measured object
--
-- What somebody measured in an image, with what the image tells of its scale. The image may be
-- another by now: what was measured in other pixels is not computed with. A tilt stretches one axis
-- of an image unless the instrument corrected for it; below one degree that is less than 0.02 %.
--
-- grain:      test_id, image_id, image_object_id
-- column:     kind | | grain, test_line, layer, crack or pore
-- column:     region | | which place of the specimen; empty where nobody said
-- column:     preparation | | how the surface was prepared
-- column:     method | | how it was told from what is around it
-- column:     position_um | µm | of a layer: where along it
-- column:     area_um2 | µm² | of a grain, crack or pore
-- column:     length_um | µm | of a test line or crack; thickness of a layer
-- column:     crossing_count | 1 | grain boundaries that a test line crosses
-- column:     direction_degree | ° | of a test line
-- column:     box_width_um | µm | width of the box around it
-- column:     box_height_um | µm | height of the box around it
-- column:     touches_frame | | whether it touches the frame of the image
-- column:     frame_width_um | µm | width of the image
-- column:     frame_height_um | µm | height of the image
-- column:     pixel_um | µm | the longer side of a pixel
-- column:     pixel_share | 1 | one sigma of the size of a pixel, over that size
-- column:     status | | ok, low_quality (scale or tilt are in doubt) or not_computable (measured
--             in other pixels)
-- column:     reason | | why not ok; null when ok
-- main:       kind
-- shown:      no
-- needs:      image_object, image
-- reference:  own convention
WITH seen AS (
    SELECT
        image.test_id,
        image.image_id,
        object.image_object_id,
        object.kind,
        coalesce(object.region, '') AS region,
        object.preparation,
        object.method,
        object.position_um,
        object.area_um2,
        object.length_um,
        object.crossing_count,
        object.direction_degree,
        object.box_width_um,
        object.box_height_um,
        object.touches_frame,
        image.width_pixel * image.pixel_width_um AS frame_width_um,
        image.height_pixel * image.pixel_height_um AS frame_height_um,
        greatest(image.pixel_width_um, image.pixel_height_um) AS pixel_um,
        image.pixel_error_um / nullif(image.pixel_width_um, 0) AS pixel_share,
        object.image_hash IS DISTINCT FROM image.input_hash AS is_of_other_pixels,
        nullif(
            concat_ws(
                '; ',
                CASE
                    WHEN image.pixel_width_um IS NULL OR image.pixel_height_um IS NULL
                        THEN 'the image tells no size of a pixel'
                    WHEN image.scale_status <> 'ok' THEN concat('scale: ', image.scale_reason)
                END,
                CASE
                    WHEN image.tilt_degree IS NULL AND NOT coalesce(image.tilt_corrected, false)
                        THEN 'tilt not known'
                    WHEN abs(image.tilt_degree) >= 1 AND NOT coalesce(image.tilt_corrected, false)
                        THEN concat('tilted by ', image.tilt_degree, '° and not corrected')
                END
            ),
            ''
        ) AS doubt
    FROM image_object AS object
    JOIN image ON image.image_id = object.image_id
)

SELECT
    test_id,
    image_id,
    image_object_id,
    kind,
    region,
    preparation,
    method,
    position_um,
    area_um2,
    length_um,
    crossing_count,
    direction_degree,
    box_width_um,
    box_height_um,
    touches_frame,
    frame_width_um,
    frame_height_um,
    pixel_um,
    pixel_share,
    CASE
        WHEN is_of_other_pixels THEN 'not_computable'
        WHEN doubt IS NOT NULL THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    CASE
        WHEN is_of_other_pixels THEN 'measured in other pixels than the image has now'
        ELSE doubt
    END AS reason
FROM seen;

-- example: what the image does not tell is a doubt, and other pixels are none of its own
WITH image(
    test_id, image_id, input_hash, width_pixel, height_pixel, pixel_width_um, pixel_height_um,
    pixel_error_um, scale_status, scale_reason, tilt_degree, tilt_corrected
) AS (
    VALUES
    (1, 1, 'a', 100, 50, 0.5, 0.5, 0.01, 'ok', NULL, 0, NULL),
    (1, 2, 'b', 100, 50, NULL, NULL, NULL, 'not_computable', 'no scale', NULL, NULL),
    (2, 3, 'c', 100, 50, 0.5, 0.5, NULL, 'low_quality', 'two sources', 52, true),
    (2, 4, 'd', 100, 50, 0.5, 0.5, NULL, 'ok', NULL, 52, false)
),
image_object(image_object_id, image_id, image_hash, kind, area_um2) AS (
    VALUES
    (1, 1, 'a', 'grain', 4), (2, 1, 'z', 'grain', 4), (3, 2, 'b', 'grain', 4),
    (4, 3, 'c', 'grain', 4), (5, 4, 'd', 'grain', 4)
)
SELECT
    count(*) OVER () = 5,
    kind = 'grain' AND region = '' AND area_um2 = 4,
    test_id = CASE WHEN image_object_id < 4 THEN 1 ELSE 2 END,
    image_id = 2 OR (frame_width_um = 50 AND frame_height_um = 25 AND pixel_um = 0.5),
    image_id <> 1 OR pixel_share = 0.02,
    status = CASE image_object_id
        WHEN 1 THEN 'ok' WHEN 2 THEN 'not_computable' ELSE 'low_quality'
    END,
    reason IS NOT DISTINCT FROM CASE image_object_id
        WHEN 2 THEN 'measured in other pixels than the image has now'
        WHEN 3 THEN 'the image tells no size of a pixel; tilt not known'
        WHEN 4 THEN 'scale: two sources'
        WHEN 5 THEN 'tilted by 52.0° and not corrected'
    END
FROM measured_object;
