-- Waves of voltammetry
--
-- Where the current of a segment has a peak in the direction of the segment, before anything is
-- said of a baseline: a point whose mean over seven is the highest of eleven around it, and that
-- stands out by a share of what the current of the segment spans and by five times the noise. Its
-- potential and height are those of a parabola through the seven points around it, fitted by least
-- squares.
--
-- grain:      test_id, segment_count, peak_count
-- column:     segment_count | 1 | segment of the test, from 1
-- column:     peak_count | 1 | peak of the segment, from 1 at the lowest potential
-- column:     direction | 1 | 1 where the potential rises, -1 where it falls
-- column:     cycle_count | 1 | scan in which most of the segment lies
-- column:     place | 1 | point of the segment at the peak
-- column:     run_in | 1 | peak of the segment, from 1 as they come
-- column:     waves | 1 | peaks of the segment
-- column:     peak_volt | V | potential of the parabola's top
-- column:     peak_error_volt | V | one sigma, by the noise of the current and the distance of the
--             points; null without a parabola
-- column:     top_ampere | A | its height, above zero in the direction of the segment
-- column:     top_error_ampere | A | one sigma
-- column:     half_volt | V | from half of its height over the lowest point before it to the peak
-- column:     noise_ampere | A | noise of the current, one sigma
-- column:     status | | ok or low_quality
-- column:     reason | | why it is not ok: no parabola goes through its points
-- main:       peak_volt, error: peak_error_volt
-- shown:      no
-- takes:      prominence_share | number(0.001..1) | 0.05 | how far a peak stands out at the least,
--             over what the current of its segment spans
-- materialized: no | reads the points of every voltammogram of the tests asked for
-- needs:      voltammetry_point, voltammetry_segment
-- reference:  Nicholson, Shain, Anal. Chem. 36 (1964) 706
WITH forward AS (
    SELECT
        *,
        direction * potential_volt AS x,
        direction * current_ampere AS y,
        avg(direction * current_ampere) OVER (
            PARTITION BY test_id, segment_count ORDER BY place
            ROWS BETWEEN 3 PRECEDING AND 3 FOLLOWING
        ) AS mean_y
    FROM voltammetry_point
),

ranged AS (
    SELECT
        *,
        max(mean_y) OVER of_segment - min(mean_y) OVER of_segment AS span,
        max(place) OVER of_segment AS last_place,
        max(mean_y) OVER (
            PARTITION BY test_id, segment_count ORDER BY place
            ROWS BETWEEN 5 PRECEDING AND 5 FOLLOWING
        ) AS around
    FROM forward
    WINDOW of_segment AS (PARTITION BY test_id, segment_count)
),

top AS (
    SELECT *
    FROM ranged
    WHERE mean_y = around
        AND mean_y > 0
        AND place > 5
        AND place <= last_place - 5
),

between_higher AS (
    SELECT
        top.test_id,
        top.segment_count,
        top.place,
        max(CASE WHEN other.place < top.place THEN other.place END) AS from_place,
        min(CASE WHEN other.place > top.place THEN other.place END) AS to_place
    FROM top
    LEFT JOIN forward AS other
        ON other.test_id = top.test_id
        AND other.segment_count = top.segment_count
        AND other.mean_y > top.mean_y
    GROUP BY top.test_id, top.segment_count, top.place
),

prominent AS (
    SELECT
        top.test_id,
        top.segment_count,
        top.place,
        min(top.mean_y) - greatest(
            min(CASE WHEN other.place <= top.place THEN other.mean_y END),
            min(CASE WHEN other.place >= top.place THEN other.mean_y END)
        ) AS prominence,
        min(CASE WHEN other.place <= top.place THEN other.mean_y END) AS lowest_before
    FROM top
    JOIN between_higher AS span
        ON span.test_id = top.test_id
        AND span.segment_count = top.segment_count
        AND span.place = top.place
    JOIN forward AS other
        ON other.test_id = top.test_id
        AND other.segment_count = top.segment_count
        AND other.place > coalesce(span.from_place, 0)
        AND other.place < coalesce(span.to_place, other.place + 1)
    GROUP BY top.test_id, top.segment_count, top.place
),

-- of two that are equally high the first is the peak
kept AS (
    SELECT
        top.*,
        prominent.lowest_before,
        segment.noise_ampere,
        row_number() OVER (
            PARTITION BY top.test_id, top.segment_count, top.mean_y ORDER BY top.place
        ) AS among_equals
    FROM top
    JOIN prominent
        ON prominent.test_id = top.test_id
        AND prominent.segment_count = top.segment_count
        AND prominent.place = top.place
    JOIN voltammetry_segment AS segment
        ON segment.test_id = top.test_id
        AND segment.segment_count = top.segment_count
    WHERE prominent.prominence >= $prominence_share * top.span
        AND prominent.prominence >= 5 * coalesce(segment.noise_ampere, 0)
        AND prominent.prominence > 0
),

seven AS (
    SELECT
        kept.test_id,
        kept.segment_count,
        kept.place,
        other.x - kept.x AS u,
        other.y,
        avg(other.x - kept.x) OVER of_peak AS mean_u,
        avg((other.x - kept.x) * (other.x - kept.x)) OVER of_peak AS mean_uu,
        avg(other.y) OVER of_peak AS mean_y
    FROM kept
    JOIN forward AS other
        ON other.test_id = kept.test_id
        AND other.segment_count = kept.segment_count
        AND other.place BETWEEN kept.place - 3 AND kept.place + 3
    WHERE kept.among_equals = 1
    WINDOW of_peak AS (PARTITION BY kept.test_id, kept.segment_count, kept.place)
),

summed AS (
    SELECT
        test_id,
        segment_count,
        place,
        min(mean_u) AS mean_u,
        min(mean_uu) AS mean_uu,
        min(mean_y) AS mean_y,
        min(u) AS lowest_u,
        max(u) AS highest_u,
        sum((u - mean_u) * (u - mean_u)) AS suu,
        sum((u - mean_u) * (u * u - mean_uu)) AS suv,
        sum((u * u - mean_uu) * (u * u - mean_uu)) AS svv,
        sum((u - mean_u) * (y - mean_y)) AS suy,
        sum((u * u - mean_uu) * (y - mean_y)) AS svy
    FROM seven
    GROUP BY test_id, segment_count, place
),

solved AS (
    SELECT
        *,
        (suy * svv - svy * suv) / nullif(suu * svv - suv * suv, 0) AS slope,
        (svy * suu - suy * suv) / nullif(suu * svv - suv * suv, 0) AS bend
    FROM summed
),

topped AS (
    SELECT
        *,
        CASE
            WHEN bend < 0 AND -slope / nullif(2 * bend, 0) BETWEEN lowest_u AND highest_u
                THEN -slope / nullif(2 * bend, 0)
        END AS top_u
    FROM solved
),

half AS (
    SELECT
        kept.test_id,
        kept.segment_count,
        kept.place,
        max(other.x) AS half_x
    FROM kept
    JOIN forward AS other
        ON other.test_id = kept.test_id
        AND other.segment_count = kept.segment_count
        AND other.place < kept.place
        AND other.mean_y < (kept.mean_y + kept.lowest_before) / 2
    WHERE kept.among_equals = 1
    GROUP BY kept.test_id, kept.segment_count, kept.place
)

SELECT
    kept.test_id,
    kept.segment_count,
    row_number() OVER (
        PARTITION BY kept.test_id, kept.segment_count ORDER BY kept.direction * kept.place
    ) AS peak_count,
    kept.direction,
    kept.cycle_count,
    kept.place,
    row_number() OVER (PARTITION BY kept.test_id, kept.segment_count ORDER BY kept.place) AS run_in,
    count(*) OVER (PARTITION BY kept.test_id, kept.segment_count) AS waves,
    kept.direction * (kept.x + coalesce(topped.top_u, 0)) AS peak_volt,
    CASE
        WHEN topped.top_u IS NOT NULL
            THEN sqrt(
                power(kept.noise_ampere / nullif(2 * abs(topped.bend) * sqrt(topped.suu), 0), 2)
                -- a sixth of what seven points span, spread evenly
                + power(topped.highest_u - topped.lowest_u, 2) / nullif(432.0, 0)
            )
    END AS peak_error_volt,
    CASE
        WHEN topped.top_u IS NULL THEN kept.mean_y
        ELSE topped.mean_y + topped.slope * (topped.top_u - topped.mean_u)
            + topped.bend * (topped.top_u * topped.top_u - topped.mean_uu)
    END AS top_ampere,
    -- in the middle of seven points a parabola is known to σ/√3
    kept.noise_ampere / nullif(sqrt(3.0), 0) AS top_error_ampere,
    kept.x + coalesce(topped.top_u, 0) - half.half_x AS half_volt,
    kept.noise_ampere,
    CASE WHEN topped.top_u IS NULL THEN 'low_quality' ELSE 'ok' END AS status,
    CASE WHEN topped.top_u IS NULL THEN 'no parabola through its points' END AS reason
FROM kept
JOIN topped
    ON topped.test_id = kept.test_id
    AND topped.segment_count = kept.segment_count
    AND topped.place = kept.place
LEFT JOIN half
    ON half.test_id = kept.test_id
    AND half.segment_count = kept.segment_count
    AND half.place = kept.place
WHERE kept.among_equals = 1;

-- example: the top of a parabola between two points is found, on the way down too
WITH voltammetry_point(
    test_id, record_index, segment_count, direction, cycle_count, place, test_time_second,
    potential_volt, current_ampere
) AS (
    SELECT
        t.n, i.n, 1, CASE t.n WHEN 1 THEN 1 ELSE -1 END, 1, i.n, i.n,
        CASE t.n WHEN 1 THEN i.n / 100.0 ELSE 1 - i.n / 100.0 END,
        CASE t.n WHEN 1 THEN 1 ELSE -1 END * (2 - pow(i.n / 100.0 - 0.504, 2))
    FROM range(1, 3) AS t(n), range(1, 101) AS i(n)
)
SELECT
    abs(peak_volt - CASE test_id WHEN 1 THEN 0.504 ELSE 0.496 END) < 1e-9,
    abs(top_ampere - 2) < 1e-9,
    place = 50 AND peak_count = 1 AND waves = 1,
    status = 'ok'
FROM voltammetry_wave;

-- example: what rises to the end of the segment has no peak
WITH voltammetry_point(
    test_id, record_index, segment_count, direction, cycle_count, place, test_time_second,
    potential_volt, current_ampere
) AS (SELECT 1, n, 1, 1, 1, n, n, n / 100.0, n * n FROM range(1, 101) AS t(n))
SELECT count(*) = 0
FROM voltammetry_wave;
