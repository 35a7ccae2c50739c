-- States of elements on a surface
--
-- The components of the lines of photoemission, each with the state whose usual level it meets:
-- lithium fluoride, carbon fluorides, phosphate, Ti4+ and, 1.5 to 2.2 eV below that, Ti3+. A level
-- is met where it lies within 1.96 errors of fit, reference and level; the error of the reference
-- is that of all components alike, so differences are told better than places. Lithium fluoride
-- takes lithium too: where Li1s is not seen the state is in doubt. A state says what is there; what
-- it does for a cell no spectrum tells.
--
-- formula:    |E − E(usual)| < 1.96 √(s(fit)² + s(reference)² + s(level)²)
-- grain:      test_id, region_count, line, component_count
-- column:     cell_id | | the cell, of a test on one
-- column:     material_id | | the material, of a test on one
-- column:     element | | of the line
-- column:     component_count | 1 | place by rising binding energy, from 1
-- column:     state | | LiF, CF3, PO4, Ti4+, Ti3+, C-C or null
-- column:     binding_energy_ev | eV | of the component, as referred
-- column:     error_ev | eV | one sigma of fit and reference
-- column:     fit_error_ev | eV | one sigma of the fit alone
-- column:     usual_ev | eV | usual level of that state
-- column:     area_percent | % | of all components of the line
-- column:     width_ev | eV | full width at half maximum
-- column:     status | | ok, low_quality or not_comparable (no usual level)
-- column:     reason | | why not ok; null when ok
-- main:       binding_energy_ev, error: error_ev
-- needs:      emission_component, photoemission_region, surface_line, test
-- reference:  levels of STRUCTURE S3.1 and S3.3, as usual ones of textbooks
WITH component AS (
    SELECT
        part.*,
        region.energy_shift_error_ev,
        region.reference_doubt,
        sqrt(
            part.energy_error_ev * part.energy_error_ev
            + coalesce(region.energy_shift_error_ev * region.energy_shift_error_ev, 0)
        ) AS error_ev
    FROM emission_component AS part
    JOIN photoemission_region AS region
        ON region.test_id = part.test_id
        AND region.region_count = part.region_count
    WHERE part.latest
),

level(line, state, usual_ev, spread_ev) AS (
    VALUES
    ('F1s', 'LiF', 685.0, 0.3),
    ('F1s', 'CF3', 688.8, 0.3),
    ('P2p', 'PO4', 133.5, 0.3),
    ('C1s', 'C-C', 284.8, 0.2),
    ('Ti2p', 'Ti4+', 459.0, 0.3)
),

met AS (
    SELECT
        component.test_id,
        component.region_count,
        component.emission_line,
        component.component_count,
        level.state,
        level.usual_ev
    FROM component
    JOIN level ON level.line = component.emission_line
    WHERE abs(component.energy_ev - level.usual_ev)
        < 1.96 * sqrt(component.error_ev * component.error_ev + level.spread_ev * level.spread_ev)
),

reduced AS (
    SELECT
        low.test_id,
        low.region_count,
        low.emission_line,
        low.component_count,
        'Ti3+' AS state,
        high.energy_ev - 1.85 AS usual_ev
    FROM component AS low
    JOIN component AS high
        ON high.test_id = low.test_id
        AND high.region_count = low.region_count
        AND high.emission_line = low.emission_line
        AND high.energy_ev - low.energy_ev BETWEEN 1.5 AND 2.2
    JOIN met
        ON met.test_id = high.test_id
        AND met.region_count = high.region_count
        AND met.component_count = high.component_count
        AND met.state = 'Ti4+'
    WHERE low.emission_line = 'Ti2p'
),

state AS (
    SELECT * FROM reduced
    UNION ALL
    SELECT met.*
    FROM met
    LEFT JOIN reduced
        ON reduced.test_id = met.test_id
        AND reduced.region_count = met.region_count
        AND reduced.component_count = met.component_count
        AND reduced.emission_line = met.emission_line
    WHERE reduced.test_id IS NULL
),

lithium AS (
    SELECT DISTINCT test_id
    FROM surface_line
    WHERE element = 'Li'
        AND scanned
        AND net_count > 1.645 * net_error_count
)

SELECT
    component.test_id,
    component.region_count,
    component.emission_line AS line,
    component.component_count,
    test.cell_id,
    test.material_id,
    component.line_element AS element,
    state.state,
    component.energy_ev AS binding_energy_ev,
    component.error_ev,
    component.energy_error_ev AS fit_error_ev,
    state.usual_ev,
    100 * component.area_share AS area_percent,
    component.width_ev,
    CASE
        WHEN state.state IS NULL THEN 'not_comparable'
        WHEN component.doubt IS NOT NULL
            OR component.reference_doubt IS NOT NULL
            OR (state.state = 'LiF' AND lithium.test_id IS NULL) THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    CASE
        WHEN state.state IS NULL THEN 'no usual level is met'
        ELSE nullif(
            concat_ws(
                '; ',
                component.doubt,
                component.reference_doubt,
                CASE WHEN state.state = 'LiF' AND lithium.test_id IS NULL
                    THEN 'Li1s is not seen' END
            ),
            ''
        )
    END AS reason
FROM component
LEFT JOIN state
    ON state.test_id = component.test_id
    AND state.region_count = component.region_count
    AND state.emission_line = component.emission_line
    AND state.component_count = component.component_count
LEFT JOIN lithium ON lithium.test_id = component.test_id
LEFT JOIN test ON test.test_id = component.test_id;

-- example: a fluoride is lithium's where lithium is, and what meets no level is not named
WITH emission_component(
    test_id, region_count, emission_line, line_element, component_count, energy_ev,
    energy_error_ev, area_share, width_ev, doubt, latest
) AS (
    VALUES
    (1, 1, 'F1s', 'F', 1, 685.1, 0.03, 0.6, 1.8, NULL, true),
    (1, 1, 'F1s', 'F', 2, 688.7, 0.05, 0.4, 1.8, NULL, true),
    (1, 2, 'N1s', 'N', 1, 401.9, 0.05, 1.0, 1.6, NULL, true),
    (2, 1, 'F1s', 'F', 1, 685.1, 0.03, 1.0, 1.8, NULL, true)
),
photoemission_region(test_id, region_count, energy_shift_error_ev, reference_doubt) AS (
    VALUES (1, 1, 0.3, NULL), (1, 2, 0.3, NULL), (2, 1, 0.3, NULL)
),
surface_line(test_id, element, scanned, net_count, net_error_count) AS (
    VALUES (1, 'Li', true, 100, 10), (2, 'Li', true, 10, 10)
),
test(test_id, cell_id, material_id) AS (VALUES (1, 7, NULL), (2, 7, NULL))
SELECT
    state IS NOT DISTINCT FROM CASE
        WHEN line = 'N1s' THEN NULL WHEN component_count = 1 THEN 'LiF' ELSE 'CF3'
    END,
    status = CASE WHEN line = 'N1s' THEN 'not_comparable' WHEN test_id = 2 THEN 'low_quality'
        ELSE 'ok' END,
    reason IS NOT DISTINCT FROM CASE WHEN line = 'N1s' THEN 'no usual level is met'
        WHEN test_id = 2 THEN 'Li1s is not seen' END,
    abs(error_ev - sqrt(fit_error_ev * fit_error_ev + 0.09)) < 1e-12
FROM surface_state;

-- example: titanium(III) is known by how far it is below titanium(IV)
WITH emission_component(
    test_id, region_count, emission_line, line_element, component_count, energy_ev,
    energy_error_ev, area_share, width_ev, doubt, latest
) AS (
    VALUES
    (1, 1, 'Ti2p', 'Ti', 1, 457.1, 0.05, 0.2, 1.6, NULL, true),
    (1, 1, 'Ti2p', 'Ti', 2, 459.0, 0.02, 0.8, 1.6, NULL, true)
),
photoemission_region(test_id, region_count, energy_shift_error_ev, reference_doubt) AS (
    VALUES (1, 1, 0.3, NULL)
),
surface_line(test_id, element, scanned, net_count, net_error_count) AS (
    SELECT 1, 'x', true, 1, 1 WHERE false
),
test(test_id, cell_id, material_id) AS (VALUES (1, 7, NULL))
SELECT state = CASE component_count WHEN 1 THEN 'Ti3+' ELSE 'Ti4+' END AND status = 'ok'
FROM surface_state;
