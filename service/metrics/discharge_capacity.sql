-- Discharge capacity
--
-- Charge taken out of the cell in a cycle: the integral of the current over time by trapezoid,
-- within each step, summed over its steps. An incomplete cycle is flagged, not dropped.
--
-- grain:      test_id, cycle_count
-- column:     discharge_capacity_ah | A·h | charge taken out of the cell
-- column:     specific_discharge_capacity_mah_per_g | mA·h/g | the same per gram of active
--             material; what that counts is the cell's mass_basis
-- column:     areal_discharge_capacity_mah_per_cm2 | mA·h/cm² | the same per electrode area
-- column:     complete | | whether both half-cycles are there and the cycle was left
-- column:     missing | | what is not known: current_ampere (in some record of the cycle),
--             active_mass_gram, area_cm2; null when nothing
-- needs:      cycle, test, cell
-- reference:  IEC 61960-3:2017
SELECT
    cycle.test_id,
    cycle.cycle_count,
    cycle.discharge_capacity_ah,
    1000 * cycle.discharge_capacity_ah / nullif(cell.active_mass_gram, 0)
        AS specific_discharge_capacity_mah_per_g,
    1000 * cycle.discharge_capacity_ah / nullif(cell.area_cm2, 0)
        AS areal_discharge_capacity_mah_per_cm2,
    cycle.complete,
    nullif(
        concat_ws(
            ', ',
            CASE WHEN cycle.discharge_capacity_ah IS NULL THEN 'current_ampere' END,
            CASE WHEN cell.active_mass_gram <> 0 THEN NULL ELSE 'active_mass_gram' END,
            CASE WHEN cell.area_cm2 <> 0 THEN NULL ELSE 'area_cm2' END
        ),
        ''
    ) AS missing
FROM cycle
LEFT JOIN test ON test.test_id = cycle.test_id
LEFT JOIN cell ON cell.cell_id = test.cell_id;

-- example: 2 Ah of 10 g on 4 cm² are 200 mAh/g and 500 mAh/cm²
WITH cycle(test_id, cycle_count, discharge_capacity_ah, complete) AS (VALUES (1, 1, 2, true)),
test(test_id, cell_id) AS (VALUES (1, 7)),
cell(cell_id, active_mass_gram, area_cm2) AS (VALUES (7, 10, 4))
SELECT
    discharge_capacity_ah = 2,
    specific_discharge_capacity_mah_per_g = 200,
    areal_discharge_capacity_mah_per_cm2 = 500,
    complete,
    missing IS NULL
FROM discharge_capacity;

-- example: an unknown mass is a null and a word
WITH cycle(test_id, cycle_count, discharge_capacity_ah) AS (VALUES (1, 1, 2)),
test(test_id, cell_id) AS (VALUES (1, 7)),
cell(cell_id, area_cm2) AS (VALUES (7, 4))
SELECT
    specific_discharge_capacity_mah_per_g IS NULL,
    areal_discharge_capacity_mah_per_cm2 = 500,
    missing = 'active_mass_gram'
FROM discharge_capacity;

-- example: a test of no cell still has a capacity
WITH cycle(test_id, cycle_count, discharge_capacity_ah) AS (VALUES (1, 1, 2))
SELECT
    discharge_capacity_ah = 2,
    missing = 'active_mass_gram, area_cm2'
FROM discharge_capacity;

-- example: a record without current leaves the charge of its cycle unknown
WITH cycle(test_id, cycle_count, discharge_capacity_ah) AS (VALUES (1, 1, CAST(NULL AS DOUBLE))),
test(test_id, cell_id) AS (VALUES (1, 7)),
cell(cell_id, active_mass_gram, area_cm2) AS (VALUES (7, 10, 4))
SELECT
    specific_discharge_capacity_mah_per_g IS NULL,
    missing = 'current_ampere'
FROM discharge_capacity;
