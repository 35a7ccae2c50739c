-- Composition of a surface
--
-- Atomic percent of the elements that photoemission shows: the area of the strongest line of each
-- over its sensitivity, the transmission of the analyzer, the path of its electrons and the factor
-- of the angle, as a part of their sum. An element whose net counts are below the critical number
-- is left out; what was not scanned is listed, for percents are of the elements measured.
-- Regions of one pass energy go together, a survey stands alone. The counting error takes that the
-- parts sum up to one; the systematic error is 10 % of each amount, more where transmission or
-- asymmetry are not told, and stands beside it; the error is both. Homogeneous to the depth that
-- is seen is what all of this takes a surface for.
--
-- formula:    xᵢ = nᵢ / Σ n, n = A / (σ T λ W t); sᵢ² = xᵢ² [(1 − xᵢ)² rᵢ² + Σⱼ≠ᵢ xⱼ² rⱼ²]
-- grain:      test_id, depth_count, acquisition, element
-- column:     cell_id | | the cell, of a test on one
-- column:     material_id | | the material, of a test on one
-- column:     depth_count | 1 | level of a depth profile, from 1; 0 outside one
-- column:     acquisition | | of which regions, e.g. regions at 20 eV, survey in region 1
-- column:     element | | the element
-- column:     line | | the line it is told by
-- column:     region_count | 1 | the region of that line
-- column:     sensitivity_set | | by whose sensitivity factors
-- column:     atomic_percent | % | of the elements measured
-- column:     counting_error_percent | % | one sigma of counting
-- column:     systematic_error_percent | % | one sigma of what is not counting
-- column:     error_percent | % | one sigma of both
-- column:     amount | | of the element, in units that only these regions share
-- column:     total_amount | | of all elements measured
-- column:     not_scanned | | elements whose lines the regions reach and cannot tell, by commas
-- column:     without_factor | | elements that are there and have no sensitivity factor, by commas
-- column:     status | | ok, low_quality or not_computable
-- column:     reason | | why not ok; null when ok
-- main:       atomic_percent, error: error_percent
-- takes:      critical | number(0..) | 1.645 | errors of its background that an element must
--             stand out by
-- needs:      surface_line, test
-- reference:  J. H. Scofield, UCRL-51326 (1973); errors as in STRUCTURE S3.4
WITH usable AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY test_id, depth_count, acquisition, element
            ORDER BY sensitivity DESC, amount_error / nullif(amount, 0), region_count
        ) AS place
    FROM surface_line
    WHERE amount > 0
        AND coalesce(doubt, '') <> 'overlap'
        AND (net_count > $critical * net_error_count OR net_count IS NULL)
),

part AS (
    SELECT
        *,
        sum(amount) OVER whole AS total_amount,
        count(*) OVER whole AS element_count,
        bool_and(comparable) OVER whole AS all_comparable,
        bool_or(comparable) OVER whole AS any_comparable,
        amount / nullif(sum(amount) OVER whole, 0) AS x,
        amount_error / nullif(amount, 0) AS relative,
        sum(amount_error * amount_error) OVER whole AS squares,
        sum(amount_systematic * amount_systematic * amount * amount) OVER whole
            AS systematic_squares,
        count(*) FILTER (amount_error IS NULL) OVER whole AS without_error
    FROM usable
    WHERE place = 1
    WINDOW whole AS (PARTITION BY test_id, depth_count, acquisition)
),

unseen AS (
    SELECT
        test_id,
        depth_count,
        acquisition,
        string_agg(element, ',' ORDER BY element) AS not_scanned
    FROM (
        SELECT test_id, depth_count, acquisition, element
        FROM surface_line
        GROUP BY test_id, depth_count, acquisition, element
        HAVING NOT bool_or(scanned)
    ) AS never
    GROUP BY test_id, depth_count, acquisition
),

left_out AS (
    SELECT
        test_id,
        depth_count,
        acquisition,
        string_agg(DISTINCT element, ',' ORDER BY element) AS without_factor
    FROM surface_line
    WHERE scanned
        AND sensitivity IS NULL
        AND net_count > 3 * net_error_count
    GROUP BY test_id, depth_count, acquisition
),

spread AS (
    SELECT
        *,
        element_count > 1 AND (all_comparable OR NOT any_comparable) AS can_be_had,
        CASE
            WHEN without_error = 0 THEN x * sqrt(
                (1 - x) * (1 - x) * relative * relative
                + greatest(
                    squares / nullif(total_amount * total_amount, 0) - x * x * relative * relative,
                    0
                )
            )
        END AS counting,
        x * sqrt(
            (1 - x) * (1 - x) * amount_systematic * amount_systematic
            + greatest(
                systematic_squares / nullif(total_amount * total_amount, 0)
                - x * x * amount_systematic * amount_systematic,
                0
            )
        ) AS systematic
    FROM part
)

SELECT
    spread.test_id,
    spread.depth_count,
    spread.acquisition,
    spread.element,
    test.cell_id,
    test.material_id,
    spread.line,
    spread.region_count,
    spread.sensitivity_set,
    CASE WHEN spread.can_be_had THEN 100 * spread.x END AS atomic_percent,
    CASE WHEN spread.can_be_had THEN 100 * spread.counting END AS counting_error_percent,
    CASE WHEN spread.can_be_had THEN 100 * spread.systematic END AS systematic_error_percent,
    CASE
        WHEN spread.can_be_had THEN 100 * sqrt(
            spread.counting * spread.counting + spread.systematic * spread.systematic
        )
    END AS error_percent,
    spread.amount,
    spread.total_amount,
    unseen.not_scanned,
    left_out.without_factor,
    CASE
        WHEN NOT spread.can_be_had THEN 'not_computable'
        WHEN spread.status <> 'ok'
            OR spread.without_error > 0
            OR left_out.without_factor IS NOT NULL THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    CASE
        WHEN spread.element_count = 1 THEN 'a single element is measured'
        WHEN NOT spread.can_be_had
            THEN 'transmission or counting time is told of some regions only'
        ELSE nullif(
            concat_ws(
                '; ',
                CASE WHEN spread.status <> 'ok' THEN coalesce(spread.reason, spread.status) END,
                CASE WHEN spread.without_error > 0 THEN 'areas without errors' END,
                'no sensitivity factor: ' || left_out.without_factor
            ),
            ''
        )
    END AS reason
FROM spread
LEFT JOIN unseen
    ON unseen.test_id = spread.test_id
    AND unseen.depth_count = spread.depth_count
    AND unseen.acquisition = spread.acquisition
LEFT JOIN left_out
    ON left_out.test_id = spread.test_id
    AND left_out.depth_count = spread.depth_count
    AND left_out.acquisition = spread.acquisition
LEFT JOIN test ON test.test_id = spread.test_id;

-- example: four areas, and the errors of their parts (STRUCTURE V28)
WITH measured(element, line, area, error, sensitivity) AS (
    VALUES
    ('P', 'P2p', 1200, 150, 1.192),
    ('O', 'O1s', 3000, 90, 2.93),
    ('C', 'C1s', 800, 60, 1),
    ('Ti', 'Ti2p', 5000, 110, 7.91)
),
surface_line AS (
    SELECT
        1 AS test_id, 1 AS region_count, line, 0 AS depth_count, 'regions' AS acquisition,
        element, true AS scanned, NULL AS doubt, 1000 AS net_count, 10 AS net_error_count,
        sensitivity, 'lab 3' AS sensitivity_set,
        area / sensitivity AS amount, error / sensitivity AS amount_error,
        0.1 AS amount_systematic, true AS comparable, 'ok' AS status, NULL AS reason
    FROM measured
),
test(test_id, cell_id, material_id) AS (VALUES (1, 7, NULL))
SELECT
    abs(atomic_percent - CASE element
        WHEN 'P' THEN 29.0729 WHEN 'O' THEN 29.5690 WHEN 'C' THEN 23.1033 ELSE 18.2548
    END) < 5e-5,
    abs(counting_error_percent / CASE element
        WHEN 'P' THEN 2.642 WHEN 'O' THEN 1.350 WHEN 'C' THEN 1.591 ELSE 0.821
    END - 1) < 0.01,
    systematic_error_percent > 1 AND error_percent > counting_error_percent,
    status = 'ok' AND reason IS NULL AND cell_id = 7 AND sensitivity_set = 'lab 3'
FROM surface_composition;

-- example: what is not there has no part, and what was not scanned is listed
WITH surface_line(
    test_id, region_count, line, depth_count, acquisition, element, scanned, doubt, net_count,
    net_error_count, sensitivity, amount, amount_error, amount_systematic, comparable, status,
    reason
) AS (
    VALUES
    (1, 1, 'O1s', 0, 'regions', 'O', true, NULL, 900, 10, 2.93, 300, 3, 0.1, true, 'ok', NULL),
    (1, 2, 'C1s', 0, 'regions', 'C', true, NULL, 900, 10, 1, 100, 1, 0.1, true, 'ok', NULL),
    (1, 3, 'N1s', 0, 'regions', 'N', true, NULL, 9, 10, 1.8, 5, 9, 0.1, true, 'ok', NULL),
    (1, 4, 'Li1s', 0, 'regions', 'Li', false, 'overlap', 99, 10, 0.0568, 9000, 9, 0.1, true,
     'low_quality', 'overlap')
),
test(test_id, cell_id, material_id) AS (VALUES (1, NULL, 3))
SELECT
    count(*) OVER () = 2,
    abs(atomic_percent - CASE element WHEN 'O' THEN 75 ELSE 25 END) < 1e-9,
    not_scanned = 'Li' AND material_id = 3 AND status = 'ok'
FROM surface_composition;

-- example: one element is no composition, and one without a factor is told
WITH surface_line(
    test_id, region_count, line, depth_count, acquisition, element, scanned, doubt, net_count,
    net_error_count, sensitivity, amount, amount_error, amount_systematic, comparable, status
) AS (
    VALUES
    (1, 1, 'F1s', 0, 'regions', 'F', true, NULL, 900, 10, 4.43, 300, 3, 0.1, true, 'ok'),
    (2, 1, 'O1s', 0, 'regions', 'O', true, NULL, 900, 10, 2.93, 300, 3, 0.1, true, 'ok'),
    (2, 2, 'C1s', 0, 'regions', 'C', true, NULL, 900, 10, 1, 100, 1, 0.1, true, 'ok'),
    (2, 3, 'Sn3d', 0, 'regions', 'Sn', true, NULL, 900, 10, NULL, NULL, NULL, 0.1, true, 'ok')
),
test(test_id, cell_id, material_id) AS (VALUES (1, NULL, 3), (2, NULL, 3))
SELECT
    (atomic_percent IS NULL) = (test_id = 1) AND (error_percent IS NULL) = (test_id = 1),
    status = CASE test_id WHEN 1 THEN 'not_computable' ELSE 'low_quality' END,
    reason = CASE test_id
        WHEN 1 THEN 'a single element is measured' ELSE 'no sensitivity factor: Sn'
    END
FROM surface_composition;
