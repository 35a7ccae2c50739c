-- Areas of photoemission lines
--
-- The area of each line of a photoemission region above its background: by Shirley's, and by
-- Tougaard's where the region goes on 50 eV above the line. They differ by a tenth and more, so
-- both are kept; the chosen one is Tougaard's where it can be had. The error is that of copies of
-- the spectrum with its own noise through the same background, never the root of the counts. Of a
-- survey only lines that stand out by three of their errors have an area.
--
-- formula:    A = Σ (y − B) ΔE; Shirley B(E) = Iₗₒ + (Iₕᵢ − Iₗₒ) ∫(y − B) to E / ∫(y − B); Tougaard
--             B(E) = λ ∫ y(E′) T / (C + T²)² dE′, T = E − E′ > 0
-- grain:      test_id, region_count, line, background
-- column:     cell_id | | the cell, of a test on one
-- column:     material_id | | the material, of a test on one
-- column:     region | | name of the region
-- column:     element | | of the line
-- column:     background | | shirley or tougaard
-- column:     chosen | | whether it is the one that amounts rest on
-- column:     lowest_ev | eV | binding energy where it begins, as referred
-- column:     highest_ev | eV | where it ends
-- column:     area | | in the intensity of the region times eV
-- column:     area_error | | one sigma; null where nothing is known of the noise
-- column:     background_gain | 1 | G of Shirley's: above 1 noise feeds back
-- column:     status | | ok, low_quality or not_computable
-- column:     reason | | why not ok; null when ok
-- main:       area, error: area_error
-- needs:      emission_area, photoemission_region, test
-- reference:  D. A. Shirley, Phys. Rev. B 5 (1972) 4709; S. Tougaard, Surf. Interface Anal. 25
--             (1997) 137
SELECT
    area.test_id,
    area.region_count,
    area.emission_line AS line,
    area.background,
    test.cell_id,
    test.material_id,
    region.label AS region,
    area.line_element AS element,
    area.chosen,
    area.lowest_ev,
    area.highest_ev,
    area.area,
    area.area_error,
    area.background_gain,
    CASE WHEN area.area IS NULL THEN 'not_computable' ELSE area.verdict END AS status,
    CASE
        WHEN area.area IS NULL OR area.verdict <> 'ok' THEN coalesce(area.doubt, area.verdict)
    END AS reason
FROM emission_area AS area
JOIN photoemission_region AS region
    ON region.test_id = area.test_id
    AND region.region_count = area.region_count
LEFT JOIN test ON test.test_id = area.test_id
WHERE area.latest;

-- example: what cannot be had has a reason, and of earlier analyses nothing is told
WITH emission_area(
    test_id, region_count, emission_line, line_element, background, chosen, area, area_error,
    verdict, doubt, latest
) AS (
    VALUES
    (1, 1, 'F1s', 'F', 'shirley', true, 900, 30, 'ok', NULL, true),
    (1, 1, 'F1s', 'F', 'tougaard', false, NULL, NULL, 'not_computable', 'less_than_50_ev', true),
    (1, 1, 'F1s', 'F', 'shirley', true, 800, 30, 'ok', NULL, false)
),
photoemission_region(test_id, region_count, label) AS (VALUES (1, 1, 'F 1s')),
test(test_id, cell_id) AS (VALUES (1, 7))
SELECT
    count(*) OVER () = 2,
    cell_id = 7 AND region = 'F 1s' AND element = 'F',
    area IS NOT DISTINCT FROM CASE background WHEN 'shirley' THEN 900 END,
    status = CASE background WHEN 'shirley' THEN 'ok' ELSE 'not_computable' END,
    reason IS NOT DISTINCT FROM CASE background WHEN 'tougaard' THEN 'less_than_50_ev' END
FROM photoemission_area;
