-- Layer thickness
--
-- How thick a layer is in a cross-section, by image and place: one value at each column, along the
-- normal of its interface. Neighboring columns tell much the same, so that they count for fewer:
-- effective_count is their number over 1 plus twice the sum of their autocorrelation up to its
-- first zero. A column is covered where the layer is thicker than three pixels and than 5 % of its
-- mean; a gap is a run of columns that are not, and they are in the mean. A wrong size of the pixel
-- is wrong for all columns alike: its error stands beside, and no number of columns makes it less.
-- A percentile is the least thickness up to which that share of the columns lies.
--
-- formula:    mean = Σ thickness/n; error = sd/√n_eff, n_eff = n/(1 + 2 Σ autocorrelation)
-- grain:      test_id, image_id, region
-- column:     region | | which place of the specimen; empty where nobody said
-- column:     thickness_um | µm | mean over all columns
-- column:     error_um | µm | one sigma of the mean by the scatter of the columns
-- column:     common_error_um | µm | one sigma of the mean by the size of the pixel; null where
--             nobody told it
-- column:     sd_um | µm | standard deviation of the columns
-- column:     median_um | µm | median
-- column:     lower_um | µm | 5th percentile
-- column:     upper_um | µm | 95th percentile
-- column:     lowest_um | µm | least
-- column:     highest_um | µm | greatest
-- column:     column_count | 1 | columns
-- column:     effective_count | 1 | columns that would tell as much if they were independent
-- column:     coverage | 1 | share of the columns that are covered
-- column:     gap_count | 1 | gaps
-- column:     longest_gap_um | µm | length of the longest gap; 0 without one
-- column:     preparation | | how the surface was prepared; null where it is not one for all
-- column:     method | | how the layer was told apart; null where it is not one for all
-- column:     pixel_um | µm | the longer side of a pixel
-- column:     status | | ok, low_quality (scale or tilt in doubt, columns uneven, no scatter) or
--             not_computable
-- column:     reason | | why not ok; null when ok
-- main:       thickness_um, error: error_um
-- needs:      measured_object
-- reference:  Priestley, Spectral Analysis and Time Series (1981), 5.3.2, for the effective count
WITH placed AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY test_id, image_id, region ORDER BY position_um, image_object_id
        ) AS place,
        position_um - lag(position_um) OVER (
            PARTITION BY test_id, image_id, region ORDER BY position_um, image_object_id
        ) AS step_um,
        avg(length_um) OVER (PARTITION BY test_id, image_id, region) AS mean_um,
        count(*) OVER (PARTITION BY test_id, image_id, region) AS columns
    FROM measured_object
    WHERE kind = 'layer'
),

covered AS (
    SELECT
        *,
        length_um - mean_um AS off_um,
        length_um > greatest(3 * coalesce(pixel_um, 0), 0.05 * mean_um) AS is_covered,
        row_number() OVER (
            PARTITION BY test_id, image_id, region ORDER BY length_um, image_object_id
        ) AS rank
    FROM placed
),

summed AS (
    SELECT
        test_id,
        image_id,
        region,
        count(*) AS column_count,
        min(mean_um) AS thickness_um,
        stddev_samp(length_um) AS sd_um,
        sum(off_um * off_um) AS square,
        median(length_um) AS median_um,
        min(length_um) FILTER (WHERE rank >= 0.05 * columns) AS lower_um,
        min(length_um) FILTER (WHERE rank >= 0.95 * columns) AS upper_um,
        min(length_um) AS lowest_um,
        max(length_um) AS highest_um,
        avg(CASE WHEN is_covered THEN 1.0 ELSE 0.0 END) AS coverage,
        median(step_um) AS step_um,
        max(step_um) > 1.5 * median(step_um) OR min(step_um) < 0.5 * median(step_um)
            AS is_uneven,
        CASE count(DISTINCT coalesce(preparation, '')) WHEN 1 THEN min(preparation) END
            AS preparation,
        CASE count(DISTINCT coalesce(method, '')) WHEN 1 THEN min(method) END AS method,
        max(pixel_um) AS pixel_um,
        max(pixel_share) AS pixel_share,
        bool_or(status = 'not_computable') AS is_void,
        min(reason) AS doubt
    FROM covered
    GROUP BY test_id, image_id, region
),

lagged AS (
    SELECT
        one.test_id,
        one.image_id,
        one.region,
        other.place - one.place AS lag,
        sum(one.off_um * other.off_um) AS product
    FROM covered AS one
    JOIN covered AS other
        ON other.test_id = one.test_id
        AND other.image_id = one.image_id
        AND other.region = one.region
        AND other.place > one.place
    GROUP BY one.test_id, one.image_id, one.region, other.place - one.place
),

falling AS (
    SELECT
        *,
        min(product) OVER (
            PARTITION BY test_id, image_id, region ORDER BY lag ROWS UNBOUNDED PRECEDING
        ) > 0 AS is_before_zero
    FROM lagged
),

correlated AS (
    SELECT test_id, image_id, region, sum(product) FILTER (WHERE is_before_zero) AS product
    FROM falling
    GROUP BY test_id, image_id, region
),

run AS (
    SELECT
        test_id,
        image_id,
        region,
        place - row_number() OVER (
            PARTITION BY test_id, image_id, region ORDER BY place
        ) AS gap
    FROM covered
    WHERE NOT is_covered
),

gap AS (
    SELECT test_id, image_id, region, gap, count(*) AS width
    FROM run
    GROUP BY test_id, image_id, region, gap
),

gapped AS (
    SELECT test_id, image_id, region, count(*) AS gap_count, max(width) AS longest
    FROM gap
    GROUP BY test_id, image_id, region
),

counted AS (
    SELECT
        summed.*,
        summed.column_count
        / nullif(1 + 2 * coalesce(correlated.product, 0) / nullif(summed.square, 0), 0)
            AS effective_count,
        coalesce(gapped.gap_count, 0) AS gap_count,
        coalesce(gapped.longest * summed.step_um, 0) AS longest_gap_um,
        concat_ws(
            '; ',
            CASE
                WHEN summed.column_count < 2 THEN 'one column: no scatter'
                WHEN summed.square = 0 THEN 'all columns alike: no scatter'
                WHEN summed.is_uneven THEN 'columns are not evenly spaced'
            END,
            summed.doubt
        ) AS doubts
    FROM summed
    LEFT JOIN correlated
        ON correlated.test_id = summed.test_id
        AND correlated.image_id = summed.image_id
        AND correlated.region = summed.region
    LEFT JOIN gapped
        ON gapped.test_id = summed.test_id
        AND gapped.image_id = summed.image_id
        AND gapped.region = summed.region
)

SELECT
    test_id,
    image_id,
    region,
    CASE WHEN NOT is_void THEN thickness_um END AS thickness_um,
    CASE WHEN NOT is_void THEN nullif(sd_um, 0) / nullif(sqrt(effective_count), 0) END AS error_um,
    CASE WHEN NOT is_void THEN thickness_um * pixel_share END AS common_error_um,
    CASE WHEN NOT is_void THEN sd_um END AS sd_um,
    CASE WHEN NOT is_void THEN median_um END AS median_um,
    CASE WHEN NOT is_void THEN lower_um END AS lower_um,
    CASE WHEN NOT is_void THEN upper_um END AS upper_um,
    CASE WHEN NOT is_void THEN lowest_um END AS lowest_um,
    CASE WHEN NOT is_void THEN highest_um END AS highest_um,
    column_count,
    effective_count,
    CASE WHEN NOT is_void THEN coverage END AS coverage,
    CASE WHEN NOT is_void THEN gap_count END AS gap_count,
    CASE WHEN NOT is_void THEN longest_gap_um END AS longest_gap_um,
    preparation,
    method,
    pixel_um,
    CASE
        WHEN is_void THEN 'not_computable'
        WHEN doubts <> '' THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    CASE
        WHEN is_void THEN 'measured in other pixels than the image has now'
        ELSE nullif(doubts, '')
    END AS reason
FROM counted;

-- example: columns that go up and down are independent, and the size of a pixel is wrong for all
WITH measured_object(
    test_id, image_id, image_object_id, kind, region, position_um, length_um, pixel_um, pixel_share,
    status
) AS (
    SELECT 1, 1, n, 'layer', '', 0.1 * n, 5 + 2 * mod(n, 2), 0.1, 0.02, 'ok'
    FROM range(100) AS t(n)
)
SELECT
    count(*) OVER () = 1,
    thickness_um = 6 AND median_um = 6,
    lowest_um = 5 AND lower_um = 5 AND upper_um = 7 AND highest_um = 7,
    column_count = 100 AND effective_count = 100,
    abs(error_um - sd_um * 0.1) < 1e-12,
    abs(common_error_um - 0.12) < 1e-12,
    coverage = 1 AND gap_count = 0 AND longest_gap_um = 0,
    status = 'ok' AND reason IS NULL
FROM layer_thickness;

-- example: of columns that go together few count: two plateaus of 50 have 1.96 of 100
WITH measured_object(
    test_id, image_id, image_object_id, kind, region, position_um, length_um, status
) AS (
    SELECT 1, 1, n, 'layer', '', n, CASE WHEN n < 50 THEN 5 ELSE 7 END, 'ok'
    FROM range(100) AS t(n)
)
SELECT
    -- up to its first zero, at lag 34, the autocorrelation is 1 - 3 lag / 100
    abs(effective_count - 100 / (1 + 2 * (33 - 0.03 * 33 * 34 / 2))) < 1e-9,
    abs(error_um - sd_um / sqrt(effective_count)) < 1e-12,
    status = 'ok'
FROM layer_thickness;

-- example: where there is nearly nothing is a gap
WITH measured_object(
    test_id, image_id, image_object_id, kind, region, position_um, length_um, pixel_um, status,
    reason
) AS (
    SELECT
        1,
        1,
        n,
        'layer',
        'PB',
        0.5 * n,
        CASE WHEN n BETWEEN 10 AND 29 OR n = 50 THEN 0.2 ELSE 4 + mod(n, 2) END,
        0.1,
        'low_quality',
        'tilt not known'
    FROM range(100) AS t(n)
)
SELECT
    region = 'PB',
    abs(coverage - 0.79) < 1e-12 AND gap_count = 2 AND longest_gap_um = 10,
    lower_um = 0.2 AND lowest_um = 0.2,
    common_error_um IS NULL,
    status = 'low_quality' AND reason = 'tilt not known'
FROM layer_thickness;

-- example: what does not scatter has no error, and other pixels no number
WITH measured_object(
    test_id, image_id, image_object_id, kind, region, position_um, length_um, status
) AS (
    VALUES
    (1, 1, 1, 'layer', '', 0, 4, 'ok'), (1, 1, 2, 'layer', '', 1, 4, 'ok'),
    (1, 2, 3, 'layer', '', 0, 4, 'ok'),
    (1, 3, 4, 'layer', '', 0, 4, 'not_computable'),
    (1, 4, 5, 'layer', '', 0, 4, 'ok'), (1, 4, 6, 'layer', '', 1, 5, 'ok'),
    (1, 4, 7, 'layer', '', 9, 4, 'ok')
)
SELECT
    count(*) OVER () = 4,
    image_id = 4 OR error_um IS NULL,
    CASE image_id
        WHEN 3 THEN thickness_um IS NULL AND coverage IS NULL AND status = 'not_computable'
        ELSE thickness_um >= 4 AND status = 'low_quality'
    END,
    reason = CASE image_id
        WHEN 1 THEN 'all columns alike: no scatter'
        WHEN 2 THEN 'one column: no scatter'
        WHEN 3 THEN 'measured in other pixels than the image has now'
        ELSE 'columns are not evenly spaced'
    END
FROM layer_thickness;
