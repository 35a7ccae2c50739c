-- State of an element on a surface
--
-- Whether photoemission shows an element, a row per element that it could show: present,
-- not_detected (and how much of it would have been found in 95 of 100 measurements), not_decidable
-- or not_scanned, with the reason. Where the layers of the cell lead one to expect it, net counts
-- above 1.645 of their errors are enough, and one in twenty elements that are not there seems to
-- be; of any other it takes 3. Of several lines and regions the one that would find least counts.
-- An element that one line shows and another, by which it should have been seen, does not, cannot
-- be decided. What is not scanned is never absent.
--
-- formula:    N > L_C = k sd₀, sd₀ = √(b (1 + n / 2m)); x_D = L_D / (σ T λ W t) / Σ n with
--             L_D = L_C + 1.645 √(sd₀² + L_D)
-- grain:      test_id, depth_count, element
-- column:     cell_id | | the cell, of a test on one
-- column:     material_id | | the material, of a test on one
-- column:     depth_count | 1 | level of a depth profile, from 1; 0 outside one
-- column:     element | | the element
-- column:     verdict | | present, not_detected, not_decidable or not_scanned
-- column:     line | | the line that tells
-- column:     acquisition | | which regions that line is of
-- column:     expected | | whether the layers of the cell lead one to expect it at all
-- column:     detectable_percent | % | x_D: what is more of it is found in 95 of 100 measurements
-- column:     atomic_percent | % | of it, where it is present
-- column:     error_percent | % | one sigma of that
-- column:     net_count | 1 | counts above the background
-- column:     critical_count | 1 | L_C: what is more is no chance
-- column:     status | | ok (present), censored (not detected: less than detectable), low_quality
--             or not_computable
-- column:     reason | | why not ok; null when ok
-- main:       atomic_percent, error: error_percent
-- takes:      expected_critical | number(0..) | 1.645 | errors that an expected element must stand
--             out by
-- takes:      other_critical | number(0..) | 3 | the same, of any other
-- inherits:   expected_share
-- needs:      surface_line, surface_composition, expected_share, test
-- reference:  L. A. Currie, Anal. Chem. 40 (1968) 586; ISO 19668; STRUCTURE S3.5
WITH whole AS (
    SELECT test_id, depth_count, acquisition, min(total_amount) AS total_amount
    FROM surface_composition
    GROUP BY test_id, depth_count, acquisition
),

judged AS (
    SELECT
        looked.*,
        wanted.element IS NOT NULL AS expected,
        CASE WHEN wanted.element IS NOT NULL THEN $expected_critical ELSE $other_critical END
            AS critical,
        whole.total_amount
    FROM surface_line AS looked
    LEFT JOIN expected_share AS wanted
        ON wanted.test_id = looked.test_id
        AND wanted.element = looked.element
    LEFT JOIN whole
        ON whole.test_id = looked.test_id
        AND whole.depth_count = looked.depth_count
        AND whole.acquisition = looked.acquisition
),

limited AS (
    SELECT
        *,
        critical * net_error_count AS critical_count,
        CASE WHEN scanned
            THEN critical * net_error_count + 1.645 * 1.645 / 2
                + sqrt(
                    pow(critical * net_error_count + 1.645 * 1.645 / 2, 2)
                    - pow(critical * net_error_count, 2)
                    + pow(1.645 * net_error_count, 2)
                )
        END AS detectable_count
    FROM judged
),

weighed AS (
    SELECT
        *,
        scanned AND net_count > critical_count AS is_there,
        net_count * amount_per_count / nullif(total_amount, 0) AS part,
        detectable_count * amount_per_count / nullif(total_amount, 0) AS detectable
    FROM limited
),

ranked AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY test_id, depth_count, element
            ORDER BY
                CASE WHEN scanned THEN 0 ELSE 1 END,
                coalesce(detectable, 1e9),
                coalesce(sensitivity, 1000) DESC,
                region_count
        ) AS place
    FROM weighed
),

main_line AS (SELECT * FROM ranked WHERE place = 1),

contradicted AS (
    SELECT DISTINCT main_line.test_id, main_line.depth_count, main_line.element
    FROM main_line
    JOIN ranked AS other
        ON other.test_id = main_line.test_id
        AND other.depth_count = main_line.depth_count
        AND other.element = main_line.element
        AND other.acquisition = main_line.acquisition
        AND other.line <> main_line.line
    WHERE main_line.is_there
        AND other.scanned
        AND NOT other.is_there
        AND other.sensitivity >= 0.3 * main_line.sensitivity
        AND main_line.net_count * main_line.amount_per_count
        > other.detectable_count * other.amount_per_count
    UNION
    SELECT DISTINCT main_line.test_id, main_line.depth_count, main_line.element
    FROM main_line
    JOIN ranked AS other
        ON other.test_id = main_line.test_id
        AND other.depth_count = main_line.depth_count
        AND other.element = main_line.element
    WHERE main_line.scanned
        AND NOT main_line.is_there
        AND other.is_there
        AND other.part > main_line.detectable
),

best AS (
    SELECT
        test_id,
        depth_count,
        element,
        min(detectable) AS detectable,
        bool_or(scanned) AS any_scanned,
        max(CASE WHEN NOT scanned THEN doubt END) AS doubt,
        bool_or(NOT scanned AND doubt = 'overlap') AS is_hidden
    FROM ranked
    GROUP BY test_id, depth_count, element
),

told AS (
    SELECT
        main_line.*,
        best.detectable AS least_detectable,
        CASE
            WHEN NOT best.any_scanned THEN 'not_scanned'
            WHEN contradicted.element IS NOT NULL THEN 'not_decidable'
            WHEN main_line.is_there THEN 'present'
            ELSE 'not_detected'
        END AS verdict,
        CASE WHEN best.is_hidden THEN 'overlap' ELSE best.doubt END AS why
    FROM main_line
    JOIN best
        ON best.test_id = main_line.test_id
        AND best.depth_count = main_line.depth_count
        AND best.element = main_line.element
    LEFT JOIN contradicted
        ON contradicted.test_id = main_line.test_id
        AND contradicted.depth_count = main_line.depth_count
        AND contradicted.element = main_line.element
),

part AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY test_id, depth_count, element
            ORDER BY error_percent, acquisition
        ) AS place
    FROM surface_composition
    WHERE atomic_percent IS NOT NULL
)

SELECT
    told.test_id,
    told.depth_count,
    told.element,
    test.cell_id,
    test.material_id,
    told.verdict,
    told.line,
    told.acquisition,
    told.expected,
    100 * told.least_detectable AS detectable_percent,
    CASE WHEN told.verdict = 'present' THEN part.atomic_percent END AS atomic_percent,
    CASE WHEN told.verdict = 'present' THEN part.error_percent END AS error_percent,
    told.net_count,
    told.critical_count,
    CASE
        WHEN told.verdict IN ('not_scanned', 'not_decidable') THEN 'not_computable'
        WHEN told.verdict = 'not_detected' AND told.least_detectable IS NULL THEN 'not_computable'
        WHEN told.verdict = 'not_detected' THEN 'censored'
        WHEN part.atomic_percent IS NULL THEN 'not_computable'
        WHEN told.status <> 'ok' OR part.status <> 'ok' THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    CASE
        WHEN told.verdict = 'not_scanned' THEN coalesce(told.why, 'not_covered')
        WHEN told.verdict = 'not_decidable' THEN 'one line shows it and another does not'
        WHEN told.verdict = 'not_detected' AND told.least_detectable IS NULL
            THEN 'no amount of other elements to compare with'
        WHEN told.verdict = 'not_detected'
            THEN concat('less than ', printf('%.2g', 100 * told.least_detectable), ' %')
        WHEN part.atomic_percent IS NULL THEN 'no sensitivity factor or excitation energy'
        WHEN told.status <> 'ok' THEN coalesce(told.reason, told.status)
        WHEN part.status <> 'ok' THEN coalesce(part.reason, part.status)
    END AS reason
FROM told
LEFT JOIN part
    ON part.test_id = told.test_id
    AND part.depth_count = told.depth_count
    AND part.element = told.element
    AND part.place = 1
LEFT JOIN test ON test.test_id = told.test_id;

-- example: there, not there and not looked at are three states
WITH surface_line(
    test_id, region_count, line, depth_count, acquisition, element, scanned, doubt, net_count,
    net_error_count, sensitivity, amount_per_count, status
) AS (
    VALUES
    (1, 1, 'C1s', 0, 'regions', 'C', true, NULL, 1000, 65.6125, 1, 1, 'ok'),
    (1, 2, 'Ti2p', 0, 'regions', 'Ti', true, NULL, 100, 65.6125, 7.91, 0.126, 'ok'),
    (1, 3, 'Li1s', 0, 'regions', 'Li', false, 'overlap', 900, 65, 0.0568, 17, 'low_quality')
),
surface_composition(
    test_id, depth_count, acquisition, element, atomic_percent, error_percent, total_amount, status
) AS (VALUES (1, 0, 'regions', 'C', 100, 1, 1000, 'ok')),
expected_share(test_id, element, status) AS (VALUES (1, 'Ti', 'ok')),
test(test_id, cell_id, material_id) AS (VALUES (1, 7, NULL))
SELECT
    verdict = CASE element
        WHEN 'C' THEN 'present' WHEN 'Ti' THEN 'not_detected' ELSE 'not_scanned'
    END,
    status = CASE element WHEN 'C' THEN 'ok' WHEN 'Ti' THEN 'censored' ELSE 'not_computable' END,
    reason IS NOT DISTINCT FROM CASE element
        WHEN 'Ti' THEN 'less than 2.8 %' WHEN 'Li' THEN 'overlap'
    END,
    -- L_D of STRUCTURE V29, 218.55 counts
    element <> 'Ti' OR abs(detectable_percent - 218.57 * 0.126 / 10) < 0.01,
    element <> 'Ti' OR abs(critical_count - 107.93) < 0.01,
    expected = (element = 'Ti')
FROM element_state;

-- example: a line whose stronger sister is missing is not decided
WITH surface_line(
    test_id, region_count, line, depth_count, acquisition, element, scanned, net_count,
    net_error_count, sensitivity, amount_per_count, status
) AS (
    VALUES
    (1, 1, 'Al2s', 0, 'survey', 'Al', true, 900, 50, 0.753, 1.3, 'ok'),
    (1, 1, 'Al2p', 0, 'survey', 'Al', true, 10, 50, 0.537, 1.9, 'ok'),
    (2, 1, 'Al2s', 0, 'survey', 'Al', true, 200, 50, 0.753, 1.3, 'ok'),
    (2, 1, 'Al2p', 0, 'survey', 'Al', true, 100, 50, 0.537, 1.9, 'ok')
),
surface_composition(
    test_id, depth_count, acquisition, element, atomic_percent, error_percent, total_amount, status
) AS (VALUES (1, 0, 'survey', 'Al', 9, 1, 10000, 'ok'), (2, 0, 'survey', 'Al', 2, 1, 10000, 'ok')),
expected_share(test_id, element, status) AS (SELECT 1, 'x', 'ok' WHERE false),
test(test_id, cell_id, material_id) AS (VALUES (1, NULL, 3), (2, NULL, 3))
SELECT
    verdict = CASE test_id WHEN 1 THEN 'not_decidable' ELSE 'present' END,
    status = CASE test_id WHEN 1 THEN 'not_computable' ELSE 'ok' END,
    material_id = 3 AND NOT expected
FROM element_state;

-- example: of a survey and a region the one that would find less counts
WITH surface_line(
    test_id, region_count, line, depth_count, acquisition, element, scanned, net_count,
    net_error_count, sensitivity, amount_per_count, status
) AS (
    VALUES
    (1, 1, 'Fe2p', 0, 'survey', 'Fe', true, 100, 50, 16.4, 15, 'ok'),
    (1, 2, 'Fe2p', 0, 'regions', 'Fe', true, 5, 50, 16.4, 1, 'ok'),
    (2, 1, 'Fe2p', 0, 'survey', 'Fe', true, 900, 50, 16.4, 15, 'ok'),
    (2, 2, 'Fe2p', 0, 'regions', 'Fe', true, 5, 50, 16.4, 1, 'ok')
),
surface_composition(
    test_id, depth_count, acquisition, element, atomic_percent, error_percent, total_amount, status
) AS (
    VALUES
    (1, 0, 'survey', 'C', 100, 1, 100000, 'ok'), (1, 0, 'regions', 'C', 100, 1, 10000, 'ok'),
    (2, 0, 'survey', 'C', 100, 1, 100000, 'ok'), (2, 0, 'regions', 'C', 100, 1, 10000, 'ok')
),
expected_share(test_id, element, status) AS (VALUES (1, 'Fe', 'ok'), (2, 'Fe', 'ok')),
test(test_id, cell_id, material_id) AS (VALUES (1, 7, NULL), (2, 7, NULL))
SELECT
    verdict = CASE test_id WHEN 1 THEN 'not_detected' ELSE 'not_decidable' END,
    acquisition = 'regions' AND abs(detectable_percent - 1.672) < 0.002
FROM element_state;
