-- Before and after
--
-- Whether grains or a layer are as large after something as they were before it. What is compared
-- are places, an image and a region each; their scatter tells how sure either side is, so that one
-- place alone tells nothing. Both sides must be of the same sample: of a material, and of what was
-- made from it, a material or a cell. Or tests are named as before and after; then things are the
-- same too where both ran on one cell. Sides of another preparation, or with pixels that differ by
-- more than twice, are not compared. Retained: the 90 % interval of the change lies within the
-- tolerance. Changed: the 95 % interval leaves zero. Degrees of freedom are those of Welch.
--
-- formula:    change = mean after − mean before; error = √(s²/n + s′²/n′)
-- grain:      quantity, way, before_name, after_name
-- column:     quantity | | grain_size or layer_thickness
-- column:     way | | intercept or equivalent_circle (by number), or profile for a layer
-- column:     before_name | | material or cell before
-- column:     after_name | | material or cell after
-- column:     before_um | µm | mean of the places before
-- column:     after_um | µm | mean of the places after
-- column:     change_um | µm | after less before
-- column:     error_um | µm | one sigma of the change
-- column:     lower_um | µm | lower end of the 95 % interval of the change
-- column:     upper_um | µm | its upper end
-- column:     tolerance_um | µm | how much may change and still be retained
-- column:     before_count | 1 | places before
-- column:     after_count | 1 | places after
-- column:     left_out_count | 1 | places that have no number
-- column:     verdict | | retained, changed, undecided or not_computable
-- column:     status | | ok, low_quality (a place is, preparation or method are not told to be
--             alike, places left out) or not_computable
-- column:     reason | | why not ok; null when ok
-- main:       change_um, low: lower_um, high: upper_um
-- takes:      before | integers | null | ids of the tests before; without both lists every pair by
--             descent is taken
-- takes:      after | integers | null | ids of the tests after
-- takes:      retained_share | number(0.01..1) | 0.2 | share of the size before that may change and
--             still be retained
-- needs:      grain_size, layer_thickness, test, cell, material, layer, ancestor
-- reference:  Welch, Biometrika 34 (1947) 28; Schuirmann, J. Pharmacokinet. Biopharm. 15 (1987) 657
--             for retained
WITH sized AS (
    SELECT
        test_id, 'grain_size' AS quantity, way, size_um, preparation, method, pixel_um, reason
    FROM grain_size
    WHERE way = 'intercept' OR (way = 'equivalent_circle' AND weighting = 'number')
    UNION ALL
    SELECT
        test_id, 'layer_thickness', 'profile', thickness_um, preparation, method, pixel_um, reason
    FROM layer_thickness
),

place AS (
    SELECT
        sized.*,
        coalesce(cell.cell_name, material.material_name, test.test_name) AS name,
        CASE
            WHEN test.cell_id IS NOT NULL THEN concat('cell ', test.cell_id)
            WHEN test.material_id IS NOT NULL THEN concat('material ', test.material_id)
        END AS thing
    FROM sized
    JOIN test ON test.test_id = sized.test_id
    LEFT JOIN cell ON cell.cell_id = test.cell_id
    LEFT JOIN material
        ON material.material_id = test.material_id
        AND test.cell_id IS NULL
),

origin AS (
    SELECT
        concat('material ', ancestor.material_id) AS thing,
        concat('material ', ancestor.ancestor_id) AS made_of
    FROM ancestor
    UNION
    SELECT concat('cell ', layer.cell_id), concat('material ', layer.material_id)
    FROM layer
    WHERE layer.material_id IS NOT NULL
    UNION
    SELECT concat('cell ', layer.cell_id), concat('material ', ancestor.ancestor_id)
    FROM layer
    JOIN ancestor ON ancestor.material_id = layer.material_id
),

sided AS (
    SELECT *, thing AS side
    FROM place
    WHERE CAST($before AS BIGINT[]) IS NULL OR CAST($after AS BIGINT[]) IS NULL
    UNION ALL
    SELECT *, 'before'
    FROM place
    WHERE test_id IN (SELECT unnest(CAST($before AS BIGINT[])))
    UNION ALL
    SELECT *, 'after'
    FROM place
    WHERE test_id IN (SELECT unnest(CAST($after AS BIGINT[])))
),

pair AS (
    SELECT DISTINCT origin.made_of AS before, origin.thing AS after, CAST(NULL AS VARCHAR) AS fault
    FROM origin
    JOIN sided ON sided.side = origin.thing
    UNION ALL
    SELECT
        'before',
        'after',
        CASE
            WHEN bool_or(one.test_id = other.test_id) THEN 'a test is on both sides'
            WHEN NOT bool_and(
                coalesce(one.thing = other.thing OR origin.thing IS NOT NULL, false)
            ) THEN 'not of the same sample'
        END
    FROM sided AS one
    JOIN sided AS other ON other.side = 'after'
    LEFT JOIN origin
        ON origin.thing = other.thing
        AND origin.made_of = one.thing
    WHERE one.side = 'before'
    HAVING count(*) > 0
),

summed AS (
    SELECT
        side,
        quantity,
        way,
        string_agg(DISTINCT name, ', ' ORDER BY name) AS name,
        count(size_um) AS places,
        count(*) - count(size_um) AS left_out,
        avg(size_um) AS mean_um,
        var_samp(size_um) / nullif(count(size_um), 0) AS variance,
        min(preparation) AS first_preparation,
        max(preparation) AS last_preparation,
        min(method) AS first_method,
        max(method) AS last_method,
        count(*) FILTER (WHERE preparation IS NULL) AS unprepared,
        count(*) FILTER (WHERE method IS NULL) AS unmethodical,
        min(pixel_um) AS least_pixel_um,
        max(pixel_um) AS greatest_pixel_um,
        min(reason) AS doubt
    FROM sided
    GROUP BY side, quantity, way
),

met AS (
    SELECT
        one.quantity,
        one.way,
        one.name AS before_name,
        other.name AS after_name,
        one.mean_um AS before_um,
        other.mean_um AS after_um,
        other.mean_um - one.mean_um AS change_um,
        sqrt(one.variance + other.variance) AS error_um,
        (one.variance + other.variance) * (one.variance + other.variance)
        / nullif(
            one.variance * one.variance / nullif(one.places - 1, 0)
            + other.variance * other.variance / nullif(other.places - 1, 0),
            0
        ) AS freedom,
        $retained_share * one.mean_um AS tolerance_um,
        one.places AS before_count,
        other.places AS after_count,
        one.left_out + other.left_out AS left_out_count,
        CASE
            WHEN pair.fault IS NOT NULL THEN pair.fault
            WHEN least(one.first_preparation, other.first_preparation)
                <> greatest(one.last_preparation, other.last_preparation)
                THEN 'not of the same preparation'
            WHEN greatest(one.greatest_pixel_um, other.greatest_pixel_um)
                > 2 * least(one.least_pixel_um, other.least_pixel_um)
                THEN 'pixels differ by more than twice'
            WHEN one.places < 2 OR other.places < 2
                THEN concat(one.places, ' places before, ', other.places, ' after: 2 are wanted')
            WHEN one.variance + other.variance = 0 THEN 'no scatter between places'
        END AS fault,
        concat_ws(
            '; ',
            CASE
                WHEN one.left_out + other.left_out > 0
                    THEN concat(one.left_out + other.left_out, ' places have no number')
            END,
            CASE
                WHEN one.unprepared + other.unprepared > 0
                    THEN 'preparation is not told of all'
            END,
            CASE
                WHEN one.unmethodical + other.unmethodical > 0 THEN 'method is not told of all'
                WHEN least(one.first_method, other.first_method)
                    <> greatest(one.last_method, other.last_method)
                    THEN 'methods differ'
            END,
            coalesce(one.doubt, other.doubt)
        ) AS doubts
    FROM pair
    JOIN summed AS one ON one.side = pair.before
    JOIN summed AS other
        ON other.side = pair.after
        AND other.quantity = one.quantity
        AND other.way = one.way
),

bounded AS (
    SELECT
        *,
        CASE
            WHEN freedom < 2 THEN 12.706205
            WHEN freedom < 3 THEN 4.302653
            WHEN freedom < 4 THEN 3.182446
            WHEN freedom < 5 THEN 2.776445
            ELSE 1.959964 + 2.372271 / nullif(freedom, 0)
                + 2.822497 / nullif(freedom * freedom, 0)
                + 2.555852 / nullif(freedom * freedom * freedom, 0)
                + 1.589533 / nullif(freedom * freedom * freedom * freedom, 0)
        END AS t_95,
        CASE
            WHEN freedom < 2 THEN 6.313752
            WHEN freedom < 3 THEN 2.919986
            WHEN freedom < 4 THEN 2.353363
            WHEN freedom < 5 THEN 2.131847
            ELSE 1.644854 + 1.523769 / nullif(freedom, 0)
                + 1.420203 / nullif(freedom * freedom, 0)
                + 0.983002 / nullif(freedom * freedom * freedom, 0)
                + 0.433876 / nullif(freedom * freedom * freedom * freedom, 0)
        END AS t_90
    FROM met
)

SELECT
    quantity,
    way,
    before_name,
    after_name,
    before_um,
    after_um,
    CASE WHEN fault IS NULL THEN change_um END AS change_um,
    CASE WHEN fault IS NULL THEN error_um END AS error_um,
    CASE WHEN fault IS NULL THEN change_um - t_95 * error_um END AS lower_um,
    CASE WHEN fault IS NULL THEN change_um + t_95 * error_um END AS upper_um,
    tolerance_um,
    before_count,
    after_count,
    left_out_count,
    CASE
        WHEN fault IS NOT NULL THEN 'not_computable'
        WHEN abs(change_um) + t_90 * error_um <= tolerance_um THEN 'retained'
        WHEN abs(change_um) > t_95 * error_um THEN 'changed'
        ELSE 'undecided'
    END AS verdict,
    CASE
        WHEN fault IS NOT NULL THEN 'not_computable'
        WHEN doubts <> '' THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    coalesce(fault, nullif(doubts, '')) AS reason
FROM bounded;

-- example: a pellet and the cells made of it: retained, changed and undecided
WITH layer_thickness(
    test_id, image_id, region, thickness_um, preparation, method, pixel_um, status
) AS (
    VALUES
    (1, 1, '', 9.9, 'polished', 'by hand', 0.1, 'ok'),
    (1, 2, '', 10, 'polished', 'by hand', 0.1, 'ok'),
    (1, 3, '', 10.1, 'polished', 'by hand', 0.1, 'ok'),
    (2, 4, '', 10.4, 'polished', 'by hand', 0.2, 'ok'),
    (2, 5, '', 10.6, 'polished', 'by hand', 0.2, 'ok'),
    (2, 6, '', 10.8, 'polished', 'by hand', 0.2, 'ok'),
    (3, 7, '', 14.9, 'polished', 'by hand', 0.1, 'ok'),
    (3, 8, '', 15.1, 'polished', 'by hand', 0.1, 'ok'),
    (4, 9, '', 9, 'polished', 'by hand', 0.1, 'ok'),
    (4, 10, '', 14, 'polished', 'by hand', 0.1, 'ok')
),
test(test_id, material_id, cell_id) AS (
    VALUES (1, 7, NULL), (2, NULL, 2), (3, NULL, 3), (4, 8, NULL)
),
material(material_id, material_name) AS (VALUES (7, 'pellet'), (8, 'annealed')),
cell(cell_id, cell_name) AS (VALUES (2, 'N2'), (3, 'N3')),
layer(cell_id, position, material_id) AS (VALUES (2, 2, 7), (3, 2, 7)),
ancestor(material_id, ancestor_id) AS (VALUES (8, 7))
SELECT
    count(*) OVER () = 3,
    quantity = 'layer_thickness' AND way = 'profile' AND before_name = 'pellet',
    abs(before_um - 10) < 1e-12 AND abs(tolerance_um - 2) < 1e-12 AND before_count = 3,
    lower_um < change_um AND change_um < upper_um,
    status = 'ok' AND reason IS NULL,
    CASE after_name
        WHEN 'N2' THEN verdict = 'retained' AND abs(change_um - 0.6) < 1e-9
            AND abs(error_um - sqrt(0.05 / 3)) < 1e-9
        WHEN 'N3' THEN verdict = 'changed' AND abs(change_um - 5) < 1e-9
        ELSE after_name = 'annealed' AND verdict = 'undecided' AND after_count = 2
    END
FROM pair_comparison;

-- example: one place tells nothing, nor do another preparation or far larger pixels
WITH grain_size(
    test_id, image_id, region, way, weighting, size_um, preparation, method, pixel_um, status
) AS (
    SELECT
        n,
        10 * n + place,
        '',
        'intercept',
        'length',
        2 + 0.1 * place,
        CASE n WHEN 3 THEN 'fractured' ELSE 'polished' END,
        'by hand',
        CASE n WHEN 4 THEN 0.3 ELSE 0.1 END,
        'ok'
    FROM range(1, 5) AS t(n), range(2) AS u(place)
    WHERE n <> 2 OR place = 0
),
test(test_id, material_id) AS (VALUES (1, 1), (2, 2), (3, 3), (4, 4)),
material(material_id, material_name) AS (VALUES (1, 'M1'), (2, 'M2'), (3, 'M3'), (4, 'M4')),
ancestor(material_id, ancestor_id) AS (VALUES (2, 1), (3, 1), (4, 1))
SELECT
    count(*) OVER () = 3,
    verdict = 'not_computable' AND status = 'not_computable' AND change_um IS NULL,
    reason = CASE after_name
        WHEN 'M2' THEN '2 places before, 1 after: 2 are wanted'
        WHEN 'M3' THEN 'not of the same preparation'
        ELSE 'pixels differ by more than twice'
    END
FROM pair_comparison;

-- example: tests of one cell are compared where they are named, and doubts are told
-- given: before = 1
-- given: after = 2
WITH grain_size(
    test_id, image_id, region, way, weighting, size_um, status, reason
) AS (
    VALUES
    (1, 1, 'a', 'equivalent_circle', 'number', 2, 'ok', NULL),
    (1, 1, 'b', 'equivalent_circle', 'number', 2.1, 'low_quality', '9 of 200 grains'),
    (1, 1, 'b', 'equivalent_circle', 'area', 9, 'ok', NULL),
    (2, 2, 'a', 'equivalent_circle', 'number', 4, 'ok', NULL),
    (2, 2, 'b', 'equivalent_circle', 'number', 4.1, 'ok', NULL),
    (2, 2, 'c', 'equivalent_circle', 'number', NULL, 'not_computable', 'no grain inside the frame'),
    (3, 3, 'a', 'equivalent_circle', 'number', 9, 'ok', NULL)
),
test(test_id, cell_id) AS (VALUES (1, 5), (2, 5), (3, 5)),
cell(cell_id, cell_name) AS (VALUES (5, 'N5'))
SELECT
    count(*) OVER () = 1,
    before_name = 'N5' AND after_name = 'N5' AND way = 'equivalent_circle',
    abs(change_um - 2) < 1e-12 AND before_count = 2 AND after_count = 2 AND left_out_count = 1,
    verdict = 'changed' AND status = 'low_quality',
    reason = '1 places have no number; preparation is not told of all; method is not told of all; '
    || '9 of 200 grains'
FROM pair_comparison;

-- example: tests of two samples are not before and after
-- given: before = 1
-- given: after = 2
WITH grain_size(test_id, image_id, region, way, weighting, size_um, status) AS (
    SELECT n, 10 * n + place, '', 'intercept', 'length', 2 + 0.1 * place, 'ok'
    FROM range(1, 3) AS t(n), range(2) AS u(place)
),
test(test_id, material_id) AS (VALUES (1, 1), (2, 2))
SELECT
    count(*) OVER () = 1,
    verdict = 'not_computable' AND reason = 'not of the same sample'
FROM pair_comparison;
