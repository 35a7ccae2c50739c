-- Grain size
--
-- How large grains are, by image and place. By lines laid over the grains: their length over the
-- boundaries they cross is the mean intercept; a second row multiplies it by a factor that turns
-- it into a diameter, which supposes a shape. By areas: the diameter of the circle of each grain's
-- area. A grain is the likelier to be cut by the frame the larger it is; those inside stand for
-- those cut, each weighted with 1/((1 - width/X)(1 - height/Y)), its box over the frame. Grains
-- that touch the frame do not count. Of a section of Poisson-Voronoi grains the mean by area is
-- 1.27 intercepts: the two ways are not to be compared as they stand. Percentiles are the least
-- diameter up to which that share of the weight lies. Directions are told apart to 10°.
--
-- formula:    l = Σ length/Σ crossings, D = factor l; d = √(4 A/π), mean = Σ w d/Σ w
-- grain:      test_id, image_id, region, way, weighting
-- column:     region | | which place of the specimen; empty where nobody said
-- column:     way | | intercept, intercept_diameter or equivalent_circle
-- column:     weighting | | what counts alike: length (of lines), number or area (of grains)
-- column:     size_um | µm | mean intercept, or mean diameter
-- column:     error_um | µm | one sigma of the mean, by the scatter of lines or grains
-- column:     half_width_um | µm | of the 95 % interval of the mean, by Student's t
-- column:     factor | 1 | diameter over intercept that was supposed; null where none was
-- column:     grain_size_number | 1 | G of ASTM E112 by the intercept
-- column:     sd_um | µm | standard deviation of the diameters of grains
-- column:     median_um | µm | median diameter
-- column:     lower_decile_um | µm | 10th percentile of the diameters
-- column:     upper_decile_um | µm | 90th percentile of the diameters
-- column:     object_count | 1 | lines, or grains that count
-- column:     left_out_count | 1 | grains that touch the frame
-- column:     crossing_count | 1 | boundaries that the lines cross
-- column:     direction_count | 1 | directions of the lines that cross 50 boundaries or more
-- column:     preparation | | how the surface was prepared; null where it is not one for all
-- column:     method | | how objects were told apart; null where it is not one for all
-- column:     pixel_um | µm | the longer side of a pixel
-- column:     status | | ok, low_quality (too few, not weighted, scale or tilt in doubt) or
--             not_computable
-- column:     reason | | why not ok; null when ok
-- main:       size_um, error: error_um
-- takes:      factor | number(1..3) | 1.56 | diameter over mean intercept: 1.5 for spheres of one
--             size, 1.56 by Mendelson, 1.77 for Poisson-Voronoi grains
-- needs:      measured_object
-- reference:  ASTM E112; Mendelson, J. Am. Ceram. Soc. 52 (1969) 443
WITH line AS (
    SELECT
        *,
        crossing_count / nullif(length_um, 0) AS density,
        mod(round(mod(mod(direction_degree, 180) + 180, 180) * 0.1), 18) AS direction
    FROM measured_object
    WHERE kind = 'test_line'
),

direction AS (
    SELECT test_id, image_id, region, direction, sum(crossing_count) AS crossings
    FROM line
    GROUP BY test_id, image_id, region, direction
),

directed AS (
    SELECT
        test_id, image_id, region, count(*) FILTER (WHERE crossings >= 50) AS direction_count
    FROM direction
    GROUP BY test_id, image_id, region
),

crossed AS (
    SELECT
        test_id,
        image_id,
        region,
        count(*) AS object_count,
        sum(crossing_count) AS crossing_count,
        sum(length_um) / nullif(sum(crossing_count), 0) AS size_um,
        stddev_samp(density) / nullif(avg(density) * sqrt(count(*)), 0) AS error_share,
        CASE count(DISTINCT coalesce(preparation, '')) WHEN 1 THEN min(preparation) END
            AS preparation,
        CASE count(DISTINCT coalesce(method, '')) WHEN 1 THEN min(method) END AS method,
        max(pixel_um) AS pixel_um,
        bool_or(status = 'not_computable') AS is_void,
        min(reason) AS doubt
    FROM line
    GROUP BY test_id, image_id, region
),

by_line AS (
    SELECT
        crossed.test_id,
        crossed.image_id,
        crossed.region,
        shape.way,
        'length' AS weighting,
        crossed.size_um * shape.factor AS size_um,
        crossed.size_um * shape.factor * crossed.error_share AS error_um,
        CASE shape.way WHEN 'intercept_diameter' THEN shape.factor END AS factor,
        CASE
            WHEN shape.way = 'intercept' AND crossed.size_um > 0
                THEN -6.643856 * log10(crossed.size_um * 1e-3) - 3.288
        END AS grain_size_number,
        CAST(NULL AS DOUBLE) AS sd_um,
        CAST(NULL AS DOUBLE) AS median_um,
        CAST(NULL AS DOUBLE) AS lower_decile_um,
        CAST(NULL AS DOUBLE) AS upper_decile_um,
        crossed.object_count,
        CAST(NULL AS BIGINT) AS left_out_count,
        crossed.crossing_count,
        directed.direction_count,
        crossed.preparation,
        crossed.method,
        crossed.pixel_um,
        crossed.is_void,
        concat_ws(
            '; ',
            CASE
                WHEN directed.direction_count < 3
                    THEN concat(
                        directed.direction_count, ' of 3 directions with 50 crossings'
                    )
            END,
            CASE WHEN crossed.object_count < 2 THEN 'one line: no scatter' END,
            crossed.doubt
        ) AS doubt
    FROM crossed
    JOIN directed
        ON directed.test_id = crossed.test_id
        AND directed.image_id = crossed.image_id
        AND directed.region = crossed.region
    CROSS JOIN (
        VALUES ('intercept', 1.0), ('intercept_diameter', CAST($factor AS DOUBLE))
    ) AS shape (way, factor)
),

weighted AS (
    SELECT
        *,
        sqrt(area_um2 * 1.2732395447351628) AS diameter_um,
        coalesce(touches_frame, false) AS is_cut,
        CASE
            WHEN box_width_um < frame_width_um AND box_height_um < frame_height_um
                THEN 1 / nullif(
                    (1 - box_width_um / nullif(frame_width_um, 0))
                    * (1 - box_height_um / nullif(frame_height_um, 0)),
                    0
                )
        END AS frame_weight
    FROM measured_object
    WHERE kind = 'grain'
),

outlined AS (
    SELECT
        test_id,
        image_id,
        region,
        count(*) FILTER (WHERE NOT is_cut) AS object_count,
        count(*) FILTER (WHERE is_cut) AS left_out_count,
        count(*) FILTER (WHERE NOT is_cut AND frame_weight IS NULL) AS boxless_count,
        count(*) FILTER (WHERE touches_frame IS NULL) AS unseen_count,
        CASE count(DISTINCT coalesce(preparation, '')) WHEN 1 THEN min(preparation) END
            AS preparation,
        CASE count(DISTINCT coalesce(method, '')) WHEN 1 THEN min(method) END AS method,
        max(pixel_um) AS pixel_um,
        bool_or(status = 'not_computable') AS is_void,
        min(reason) AS doubt
    FROM weighted
    GROUP BY test_id, image_id, region
),

counted AS (
    SELECT
        grain.test_id,
        grain.image_id,
        grain.region,
        kind.weighting,
        grain.image_object_id,
        grain.diameter_um,
        CASE WHEN outlined.boxless_count > 0 THEN 1 ELSE grain.frame_weight END
        * CASE kind.weighting WHEN 'area' THEN grain.area_um2 ELSE 1 END AS weight
    FROM weighted AS grain
    JOIN outlined
        ON outlined.test_id = grain.test_id
        AND outlined.image_id = grain.image_id
        AND outlined.region = grain.region
    CROSS JOIN (VALUES ('number'), ('area')) AS kind (weighting)
    WHERE NOT grain.is_cut
),

summed AS (
    SELECT
        *,
        sum(weight) OVER whole AS total,
        sum(weight * diameter_um) OVER whole / nullif(sum(weight) OVER whole, 0) AS mean_um,
        sum(weight) OVER (
            PARTITION BY test_id, image_id, region, weighting
            ORDER BY diameter_um, image_object_id
            ROWS UNBOUNDED PRECEDING
        ) AS below
    FROM counted
    WINDOW whole AS (PARTITION BY test_id, image_id, region, weighting)
),

spread AS (
    SELECT
        test_id,
        image_id,
        region,
        weighting,
        min(mean_um) AS size_um,
        sqrt(
            sum(weight * (diameter_um - mean_um) * (diameter_um - mean_um))
            / nullif(min(total), 0)
            * count(*) / nullif(count(*) - 1, 0)
        ) AS sd_um,
        sqrt(
            sum(weight * weight * (diameter_um - mean_um) * (diameter_um - mean_um))
            * count(*) / nullif(count(*) - 1, 0)
        ) / nullif(min(total), 0) AS error_um,
        min(diameter_um) FILTER (WHERE below >= 0.1 * total) AS lower_decile_um,
        min(diameter_um) FILTER (WHERE below >= 0.5 * total) AS median_um,
        min(diameter_um) FILTER (WHERE below >= 0.9 * total) AS upper_decile_um
    FROM summed
    GROUP BY test_id, image_id, region, weighting
),

by_area AS (
    SELECT
        outlined.test_id,
        outlined.image_id,
        outlined.region,
        'equivalent_circle' AS way,
        kind.weighting,
        spread.size_um,
        spread.error_um,
        CAST(NULL AS DOUBLE) AS factor,
        CAST(NULL AS DOUBLE) AS grain_size_number,
        spread.sd_um,
        spread.median_um,
        spread.lower_decile_um,
        spread.upper_decile_um,
        outlined.object_count,
        outlined.left_out_count,
        CAST(NULL AS DOUBLE) AS crossing_count,
        CAST(NULL AS BIGINT) AS direction_count,
        outlined.preparation,
        outlined.method,
        outlined.pixel_um,
        outlined.is_void,
        concat_ws(
            '; ',
            CASE
                WHEN outlined.object_count < 200
                    THEN concat(outlined.object_count, ' of 200 grains')
            END,
            CASE
                WHEN outlined.boxless_count > 0 THEN concat(
                    'not weighted for the frame: ', outlined.boxless_count, ' without a box in it'
                )
            END,
            CASE
                WHEN outlined.unseen_count > 0 THEN concat(
                    outlined.unseen_count, ' may touch the frame'
                )
            END,
            outlined.doubt
        ) AS doubt
    FROM outlined
    CROSS JOIN (VALUES ('number'), ('area')) AS kind (weighting)
    LEFT JOIN spread
        ON spread.test_id = outlined.test_id
        AND spread.image_id = outlined.image_id
        AND spread.region = outlined.region
        AND spread.weighting = kind.weighting
),

told AS (
    SELECT * FROM by_line
    UNION ALL BY NAME
    SELECT * FROM by_area
),

judged AS (
    SELECT
        *,
        nullif(CAST(object_count - 1 AS DOUBLE), 0) AS freedom,
        CASE
            WHEN is_void THEN 'measured in other pixels than the image has now'
            WHEN size_um IS NULL AND way = 'equivalent_circle' THEN 'no grain inside the frame'
            WHEN size_um IS NULL THEN 'no boundary crossed'
        END AS fault
    FROM told
)

SELECT
    test_id,
    image_id,
    region,
    way,
    weighting,
    CASE WHEN fault IS NULL THEN size_um END AS size_um,
    CASE WHEN fault IS NULL THEN error_um END AS error_um,
    CASE
        WHEN fault IS NULL
            THEN error_um * CASE freedom
                WHEN 1 THEN 12.706205
                WHEN 2 THEN 4.302653
                WHEN 3 THEN 3.182446
                WHEN 4 THEN 2.776445
                ELSE 1.959964 + 2.372271 / nullif(freedom, 0)
                    + 2.822497 / nullif(freedom * freedom, 0)
                    + 2.555852 / nullif(freedom * freedom * freedom, 0)
                    + 1.589533 / nullif(freedom * freedom * freedom * freedom, 0)
            END
    END AS half_width_um,
    factor,
    CASE WHEN fault IS NULL THEN grain_size_number END AS grain_size_number,
    CASE WHEN fault IS NULL THEN sd_um END AS sd_um,
    CASE WHEN fault IS NULL THEN median_um END AS median_um,
    CASE WHEN fault IS NULL THEN lower_decile_um END AS lower_decile_um,
    CASE WHEN fault IS NULL THEN upper_decile_um END AS upper_decile_um,
    object_count,
    left_out_count,
    crossing_count,
    direction_count,
    preparation,
    method,
    pixel_um,
    CASE
        WHEN fault IS NOT NULL THEN 'not_computable'
        WHEN doubt <> '' THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    coalesce(fault, nullif(doubt, '')) AS reason
FROM judged;

-- example: 100 µm of lines in three directions that cross 50 boundaries each are 2 µm (V35)
WITH measured_object(
    test_id, image_id, image_object_id, kind, region, length_um, crossing_count, direction_degree,
    preparation, status
) AS (
    SELECT 1, 1, n, 'test_line', '', 50, 25, 60 * mod(n, 3) - 60, 'polished', 'ok'
    FROM range(6) AS t(n)
)
SELECT
    count(*) OVER () = 2,
    weighting = 'length' AND region = '' AND preparation = 'polished',
    object_count = 6 AND crossing_count = 150 AND direction_count = 3,
    error_um = 0 AND half_width_um = 0,
    CASE way
        WHEN 'intercept' THEN size_um = 2 AND factor IS NULL
            AND abs(grain_size_number - 14.644) < 5e-4
        WHEN 'intercept_diameter' THEN abs(size_um - 3.12) < 1e-12 AND factor = 1.56
            AND grain_size_number IS NULL
    END,
    status = 'ok' AND reason IS NULL
FROM grain_size;

-- example: lines that scatter tell how sure the mean is, and few of them are told
-- given: factor = 1.5
WITH measured_object(
    test_id, image_id, image_object_id, kind, region, length_um, crossing_count, direction_degree,
    status
) AS (
    VALUES
    (1, 1, 1, 'test_line', 'rim', 100, 40, 0, 'ok'),
    (1, 1, 2, 'test_line', 'rim', 100, 60, 90, 'ok'),
    (1, 2, 3, 'test_line', 'rim', 100, 0, 90, 'ok')
)
SELECT
    count(*) OVER () = 4,
    CASE image_id
        WHEN 1 THEN
            size_um = 2 * coalesce(factor, 1)
            AND abs(error_um - 0.2 * size_um) < 1e-12
            AND abs(half_width_um - 12.706205 * error_um) < 1e-12
            AND direction_count = 1 AND status = 'low_quality'
            AND reason = '1 of 3 directions with 50 crossings'
        ELSE
            size_um IS NULL AND status = 'not_computable' AND reason = 'no boundary crossed'
    END
FROM grain_size;

-- example: grains that touch the frame do not count, those inside stand for the ones it cuts
WITH measured_object(
    test_id, image_id, image_object_id, kind, region, area_um2, box_width_um, box_height_um,
    touches_frame, frame_width_um, frame_height_um, status
) AS (
    SELECT 1, 1, n, 'grain', '', pi() / 4, 1, 1, false, 100, 100, 'ok' FROM range(150) AS t(n)
    UNION ALL
    SELECT 1, 1, n, 'grain', '', 25 * pi(), 10, 10, false, 100, 100, 'ok'
    FROM range(150, 250) AS t(n)
    UNION ALL
    SELECT 1, 1, n, 'grain', '', 400 * pi(), 40, 40, true, 100, 100, 'ok'
    FROM range(250, 260) AS t(n)
)
SELECT
    count(*) OVER () = 2,
    way = 'equivalent_circle' AND object_count = 250 AND left_out_count = 10,
    lower_decile_um = CASE weighting WHEN 'number' THEN 1 ELSE 10 END,
    median_um = CASE weighting WHEN 'number' THEN 1 ELSE 10 END,
    upper_decile_um = 10,
    CASE weighting
        WHEN 'number' THEN abs(
            size_um - (150 / 0.9801 + 1000 / 0.81) / (150 / 0.9801 + 100 / 0.81)
        ) < 1e-9
        ELSE abs(
            size_um - (150 / 0.9801 + 100000 / 0.81) / (150 / 0.9801 + 10000 / 0.81)
        ) < 1e-9
    END,
    error_um > 0 AND half_width_um > error_um AND sd_um > 0,
    status = 'ok' AND reason IS NULL
FROM grain_size;

-- example: without boxes nothing is weighted, and other pixels give no number
WITH measured_object(
    test_id, image_id, image_object_id, kind, region, area_um2, touches_frame, status, reason
) AS (
    VALUES
    (1, 1, 1, 'grain', '', pi(), NULL, 'ok', NULL),
    (1, 1, 2, 'grain', '', 4 * pi(), NULL, 'ok', NULL),
    (1, 2, 3, 'grain', '', pi(), false, 'not_computable', 'other'),
    (1, 3, 4, 'grain', '', pi(), true, 'ok', NULL)
)
SELECT
    count(*) OVER () = 6,
    CASE
        WHEN image_id = 1 THEN
            abs(size_um - CASE weighting WHEN 'number' THEN 3 ELSE 3.6 END) < 1e-12
            AND status = 'low_quality'
            AND reason = '2 of 200 grains; not weighted for the frame: 2 without a box in it; '
            || '2 may touch the frame'
        WHEN image_id = 2 THEN size_um IS NULL AND sd_um IS NULL AND status = 'not_computable'
            AND reason = 'measured in other pixels than the image has now'
        ELSE size_um IS NULL AND reason = 'no grain inside the frame' AND left_out_count = 1
    END
FROM grain_size;
