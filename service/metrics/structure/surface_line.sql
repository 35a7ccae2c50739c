-- Lines of a surface
--
-- What each photoemission region tells of each line it could show: net counts and their error if
-- no line were there, the amount, and whether lines of a present element could own the counts.
-- Regions are comparable with those of the same pass energy, a survey with itself alone: an
-- acquisition. An element counts as present here by its strongest line that was scanned, where it
-- stands out by three errors and no present element has lines there too.
--
-- grain:      test_id, region_count, line
-- column:     depth_count | 1 | level of a depth profile, from 1; 0 outside one
-- column:     acquisition | | which regions are comparable, e.g. regions at 20 eV
-- column:     element | | of the line
-- column:     scanned | | whether anything can be said of it
-- column:     doubt | | why not: not_covered, too_coarse, no_counting_statistics, overlap
-- column:     overlap | | present elements with lines there, by commas
-- column:     net_count | 1 | counts above the background
-- column:     net_error_count | 1 | their sigma if no line were there
-- column:     sensitivity | 1 | of the line, in its set
-- column:     sensitivity_set | | whose factors the amount rests on; null without one
-- column:     amount_per_count | | what one count is as an amount
-- column:     amount | | of the element by the chosen area; null without one
-- column:     amount_error | | one sigma, of counting
-- column:     amount_systematic | 1 | relative error that is not of counting
-- column:     comparable | | whether transmission and counting time are told
-- column:     status | | ok, low_quality or not_computable
-- column:     reason | | why not ok; null when ok
-- main:       net_count
-- shown:      no
-- needs:      emission, emission_window, emission_area, photoemission_region
-- reference:  L. A. Currie, Anal. Chem. 40 (1968) 586; STRUCTURE S3.5
WITH looked AS (
    SELECT
        looked_at.*,
        coalesce(region.depth_count, 0) AS depth_count,
        CASE
            WHEN emission.survey THEN concat('survey in region ', looked_at.region_count)
            WHEN region.pass_energy_ev IS NULL THEN 'regions'
            ELSE concat('regions at ', printf('%g', region.pass_energy_ev), ' eV')
        END AS acquisition,
        area.amount,
        area.amount_error,
        area.amount_systematic,
        area.sensitivity_set,
        coalesce(area.transmission_told, true)
        AND (area.emission_line IS NULL OR area.counting_time_second IS NOT NULL) AS comparable,
        area.doubt AS area_doubt,
        row_number() OVER (
            PARTITION BY
                looked_at.test_id, coalesce(region.depth_count, 0), looked_at.line_element,
                looked_at.scanned
            ORDER BY
                coalesce(looked_at.sensitivity, 1000) DESC,
                looked_at.net_count / nullif(looked_at.net_error_count, 0) DESC,
                looked_at.region_count
        ) AS place
    FROM emission_window AS looked_at
    JOIN emission
        ON emission.test_id = looked_at.test_id
        AND emission.region_count = looked_at.region_count
        AND emission.latest
    JOIN photoemission_region AS region
        ON region.test_id = looked_at.test_id
        AND region.region_count = looked_at.region_count
    LEFT JOIN emission_area AS area
        ON area.test_id = looked_at.test_id
        AND area.region_count = looked_at.region_count
        AND area.emission_line = looked_at.emission_line
        AND area.chosen
        AND area.latest
    WHERE looked_at.latest
),

clear AS (
    SELECT DISTINCT test_id, depth_count, line_element
    FROM looked
    WHERE scanned
        AND overlapped_by IS NULL
        AND net_count > 3 * net_error_count
),

present AS (
    SELECT test_id, depth_count, line_element FROM clear
    UNION
    SELECT looked.test_id, looked.depth_count, looked.line_element
    FROM looked
    WHERE looked.scanned
        AND looked.place = 1
        AND looked.net_count > 3 * looked.net_error_count
        AND NOT EXISTS (
            SELECT 1
            FROM clear
            WHERE clear.test_id = looked.test_id
                AND clear.depth_count = looked.depth_count
                AND concat(',', looked.overlapped_by, ',')
                LIKE concat('%,', clear.line_element, ',%')
        )
),

hidden AS (
    SELECT
        looked.test_id,
        looked.region_count,
        looked.emission_line,
        string_agg(present.line_element, ',' ORDER BY present.line_element) AS overlap
    FROM looked
    JOIN present
        ON present.test_id = looked.test_id
        AND present.depth_count = looked.depth_count
        AND present.line_element <> looked.line_element
        AND concat(',', looked.overlapped_by, ',') LIKE concat('%,', present.line_element, ',%')
    GROUP BY looked.test_id, looked.region_count, looked.emission_line
),

told AS (
    SELECT
        looked.*,
        hidden.overlap,
        CASE
            WHEN NOT looked.scanned THEN coalesce(looked.doubt, 'not_covered')
            WHEN hidden.overlap IS NOT NULL THEN 'overlap'
        END AS why
    FROM looked
    LEFT JOIN hidden
        ON hidden.test_id = looked.test_id
        AND hidden.region_count = looked.region_count
        AND hidden.emission_line = looked.emission_line
)

SELECT
    test_id,
    region_count,
    emission_line AS line,
    depth_count,
    acquisition,
    line_element AS element,
    why IS NULL AS scanned,
    why AS doubt,
    overlap,
    net_count,
    net_error_count,
    sensitivity,
    sensitivity_set,
    amount_per_count,
    amount,
    amount_error,
    amount_systematic,
    comparable,
    CASE
        WHEN net_count IS NULL THEN 'not_computable'
        WHEN why IS NOT NULL OR area_doubt IS NOT NULL THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    coalesce(why, area_doubt) AS reason
FROM told;

-- example: lithium cannot be told where iron is, and iron is told by its strongest line
WITH emission_window(
    test_id, region_count, emission_line, line_element, overlapped_by, scanned, net_count,
    net_error_count, sensitivity, amount_per_count, latest
) AS (
    VALUES
    (1, 1, 'Li1s', 'Li', 'Fe,Au', true, 90, 10, 0.0568, 17, true),
    (1, 1, 'Fe3p', 'Fe', 'Li', true, 90, 10, 1.67, 1, true),
    (1, 2, 'Fe2p', 'Fe', 'Sn,Ni', true, 500, 10, 16.4, 1, true),
    (2, 1, 'Li1s', 'Li', 'Fe,Au', true, 90, 10, 0.0568, 17, true),
    (2, 1, 'Fe3p', 'Fe', 'Li', true, 90, 10, 1.67, 1, true),
    (2, 2, 'Fe2p', 'Fe', 'Sn,Ni', true, 5, 10, 16.4, 1, true)
),
emission(test_id, region_count, survey, latest) AS (
    VALUES (1, 1, true, true), (1, 2, false, true), (2, 1, true, true), (2, 2, false, true)
),
photoemission_region(test_id, region_count, pass_energy_ev) AS (
    VALUES (1, 1, 160), (1, 2, 20), (2, 1, 160), (2, 2, 20)
),
emission_area(test_id) AS (SELECT 1 WHERE false)
SELECT
    scanned = (line = 'Fe2p' OR (test_id = 2 AND line = 'Li1s')),
    doubt IS NOT DISTINCT FROM CASE WHEN NOT scanned THEN 'overlap' END,
    overlap IS NOT DISTINCT FROM CASE
        WHEN NOT scanned THEN CASE line WHEN 'Li1s' THEN 'Fe' ELSE 'Li' END
    END,
    acquisition = CASE region_count WHEN 1 THEN 'survey in region 1' ELSE 'regions at 20 eV' END
FROM surface_line;

-- example: a survey that does not show lithium does not hide that a region does
WITH emission_window(
    test_id, region_count, emission_line, line_element, overlapped_by, scanned, net_count,
    net_error_count, sensitivity, amount_per_count, latest
) AS (
    VALUES
    (1, 1, 'Li1s', 'Li', 'Fe', true, 20, 10, 0.0568, 17, true),
    (1, 1, 'Fe3p', 'Fe', 'Li', true, 20, 10, 1.67, 1, true),
    (1, 2, 'Li1s', 'Li', 'Fe', true, 900, 10, 0.0568, 17, true),
    (1, 2, 'Fe3p', 'Fe', 'Li', true, 900, 10, 1.67, 1, true),
    (1, 3, 'Fe2p', 'Fe', 'Ni', true, 5, 10, 16.4, 1, true)
),
emission(test_id, region_count, survey, latest) AS (
    VALUES (1, 1, true, true), (1, 2, false, true), (1, 3, false, true)
),
photoemission_region(test_id, region_count, pass_energy_ev) AS (
    VALUES (1, 1, 160), (1, 2, 20), (1, 3, 20)
),
emission_area(test_id) AS (SELECT 1 WHERE false)
SELECT scanned = (line <> 'Fe3p') AND (overlap IS NOT DISTINCT FROM if(scanned, NULL, 'Li'))
FROM surface_line;
