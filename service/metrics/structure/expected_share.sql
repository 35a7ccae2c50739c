-- Expected elements of a surface
--
-- What part of the atoms that photoemission sees should be of each element, by the layers of the
-- cell from its surface inwards: each layer weakens what lies below it by exp(-d/L), with L the
-- mean free path times the cosine of the angle. The surface is that behind the negative electrode,
-- which is taken off; a liquid is a layer only where it was not rinsed off. Elements of a layer
-- come from the formula of its substance, or from its properties atomic_percent_Fe …, which may be
-- ranges. Hydrogen and helium have no line and do not count. A layer of unknown thickness leaves
-- it and all that is below it undecidable, unless hardly an electron gets through what is above.
--
-- grain:      test_id, element
-- column:     cell_id | | the cell
-- column:     element | | the element
-- column:     layers | | layers that have it, from the surface inwards
-- column:     share | 1 | expected part of the atoms, the middle where it is a range
-- column:     low_share | 1 | the least
-- column:     high_share | 1 | the most
-- column:     transmitted | 1 | what part of the electrons of its outermost layer gets out
-- column:     status | | ok or not_computable
-- column:     reason | | why not ok; null when ok
-- main:       share
-- shown:      no
-- takes:      path_nm | number(0.1..) | 2.5 | inelastic mean free path in the layers
-- takes:      rinsed | text(yes, no) | yes | whether liquids were rinsed off
-- needs:      emission, photoemission_region, test, layer, constituent, property
-- reference:  STRUCTURE S3.6, S3.7
WITH surface AS (
    SELECT
        test.test_id,
        test.cell_id,
        greatest(
            cos(radians(coalesce(min(region.takeoff_angle_degree), 0))), 0.05
        ) * $path_nm AS length_nm
    FROM emission
    JOIN photoemission_region AS region
        ON region.test_id = emission.test_id
        AND region.region_count = emission.region_count
    JOIN test ON test.test_id = emission.test_id
    WHERE emission.latest
        AND test.cell_id IS NOT NULL
    GROUP BY test.test_id, test.cell_id
),

stack AS (
    SELECT
        surface.test_id,
        surface.cell_id,
        layer.position,
        layer.substance,
        1000 * layer.thickness_um / nullif(surface.length_nm, 0) AS paths
    FROM surface
    JOIN layer ON layer.cell_id = surface.cell_id
    WHERE layer.role <> 'negative'
        AND (layer.role <> 'wetting' OR $rinsed = 'no')
),

depth AS (
    SELECT
        *,
        coalesce(sum(paths) OVER above, 0) AS paths_above,
        count(*) OVER above - count(paths) OVER above AS unknown_above
    FROM stack
    WINDOW above AS (
        PARTITION BY test_id ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
),

seen AS (
    SELECT
        *,
        exp(-least(paths_above, 700)) AS transmitted,
        exp(-least(paths_above, 700)) * (1 - exp(-least(coalesce(paths, 700), 700))) AS part,
        (paths IS NULL OR unknown_above > 0) AND exp(-least(paths_above, 700)) > 1e-9
            AS undecided
    FROM depth
),

by_formula AS (
    SELECT
        substance,
        element,
        atom_count / nullif(sum(atom_count) OVER (PARTITION BY substance), 0) AS share
    FROM constituent
    WHERE element NOT IN ('H', 'He')
),

elements AS (
    SELECT substance, element, share AS low, share AS high FROM by_formula
    UNION ALL
    SELECT
        substance,
        replace(name, 'atomic_percent_', ''),
        0.01 * coalesce(lower, value),
        0.01 * coalesce(upper, value)
    FROM property
    WHERE name LIKE 'atomic_percent_%'
        AND coalesce(lower, value) IS NOT NULL
        AND coalesce(upper, value) IS NOT NULL
        AND unit = '%'
)

SELECT
    seen.test_id,
    elements.element,
    seen.cell_id,
    string_agg(seen.substance, ', ' ORDER BY seen.position) AS layers,
    CASE WHEN NOT bool_or(seen.undecided)
        THEN sum(seen.part * (elements.low + elements.high) / 2) END AS share,
    CASE WHEN NOT bool_or(seen.undecided)
        THEN sum(seen.part * elements.low) END AS low_share,
    CASE WHEN NOT bool_or(seen.undecided)
        THEN sum(seen.part * elements.high) END AS high_share,
    max(seen.transmitted) AS transmitted,
    CASE WHEN NOT bool_or(seen.undecided)
        THEN 'ok' ELSE 'not_computable' END AS status,
    CASE WHEN bool_or(seen.undecided)
        THEN 'a layer of unknown thickness' END AS reason
FROM seen
JOIN elements ON elements.substance = seen.substance
GROUP BY seen.test_id, seen.cell_id, elements.element;

-- example: below a micrometer of another layer nothing is seen, and a range stays one
WITH emission(test_id, region_count, latest) AS (VALUES (1, 1, true)),
photoemission_region(test_id, region_count, takeoff_angle_degree) AS (VALUES (1, 1, 0)),
test(test_id, cell_id) AS (VALUES (1, 7)),
layer(cell_id, position, role, substance, thickness_um) AS (
    VALUES
    (7, 1, 'negative', 'Li', NULL), (7, 2, 'wetting', 'IL', NULL),
    (7, 3, 'interlayer', 'PB', 1), (7, 4, 'electrolyte', 'LATP', 1000),
    (7, 5, 'positive', 'LFP', NULL)
),
constituent(substance, element, atom_count) AS (
    VALUES ('Li', 'Li', 1), ('LATP', 'Ti', 1.7), ('LATP', 'O', 12), ('LATP', 'H', 5),
    ('LFP', 'O', 4)
),
property(substance, name, value, lower, upper, unit) AS (
    VALUES ('PB', 'atomic_percent_Fe', NULL, 10, 16, '%'),
    ('PB', 'redox_potential', 3.07, NULL, NULL, 'V')
)
SELECT
    count(*) OVER () = 3,
    CASE element
        WHEN 'Fe' THEN abs(low_share - 0.1) < 1e-9 AND abs(high_share - 0.16) < 1e-9
        WHEN 'Ti' THEN high_share < 1e-170 AND transmitted < 1e-170
        ELSE high_share < 1e-170 AND layers = 'LATP, LFP'
    END,
    status = 'ok' AND cell_id = 7
FROM expected_share;

-- example: a layer that nobody measured hides what is below it
-- given: rinsed = no
WITH emission(test_id, region_count, latest) AS (VALUES (1, 1, true)),
photoemission_region(test_id, region_count, takeoff_angle_degree) AS (VALUES (1, 1, 0)),
test(test_id, cell_id) AS (VALUES (1, 7)),
layer(cell_id, position, role, substance, thickness_um) AS (
    VALUES (7, 1, 'negative', 'Li', NULL), (7, 2, 'wetting', 'IL', NULL),
    (7, 3, 'electrolyte', 'LATP', 1000)
),
constituent(substance, element, atom_count) AS (VALUES ('LATP', 'Ti', 1), ('IL', 'F', 1)),
property(substance, name, value, lower, upper, unit) AS (
    SELECT 'x', 'y', 1, 1, 1, 'z' WHERE false
)
SELECT
    count(*) OVER () = 2,
    share IS NULL AND status = 'not_computable' AND reason = 'a layer of unknown thickness'
FROM expected_share;
