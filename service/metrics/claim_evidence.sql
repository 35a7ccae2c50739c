-- Evidence of claims
--
-- Everything in the warehouse that a claim can be held against, a row per basis: the cells,
-- pellets, formulas and other claims, each with the number recomputed of it. A claim that nothing
-- can be held against has no row.
--
-- grain:      claim_id, basis
-- column:     basis | | what the number rests on
-- column:     cell_id | | the cell it rests on
-- column:     test_id | | the test it rests on; null where it rests on none
-- column:     value | | what was recomputed, in `unit`
-- column:     lowest | | what it is at least
-- column:     highest | | what it is at most; null where that is open
-- column:     unit | | the unit the quantity is computed in
-- column:     method | | what was computed, over which window
-- takes:      limit_volt | number(0..) | 5 | compliance limit
-- needs:      claimed_endurance, claimed_capacity, claimed_property, claimed_drift
-- reference:  claimed_endurance, claimed_capacity, claimed_property and claimed_drift
SELECT claim_id, basis, cell_id, test_id, value, lowest, highest, unit, method
FROM claimed_endurance
UNION ALL
SELECT claim_id, basis, cell_id, test_id, value, lowest, highest, unit, method
FROM claimed_capacity
UNION ALL
SELECT claim_id, basis, cell_id, test_id, value, lowest, highest, unit, method
FROM claimed_property
UNION ALL
SELECT claim_id, basis, cell_id, test_id, value, lowest, highest, unit, method
FROM claimed_drift;

-- example: a life, a capacity and a theory
WITH claim(
    claim_id, quantity, value, unit, cell_id, substance, current_density_ma_per_cm2, at_cycle
) AS (
    VALUES
    (1, 'time_to_failure', 5, 'h', 7, NULL, 0.5, NULL),
    (2, 'discharge_capacity', 90, 'mA·h/g', 8, NULL, 0.5, 1),
    (3, 'theoretical_capacity', 100, 'mA·h/g', NULL, 'X', NULL, NULL),
    (4, 'theoretical_capacity', 100, 'mA·h/g', NULL, 'Y', NULL, NULL)
),
step(
    test_id, step_count, half_cycle_count, mode, start_time_second, duration_second,
    median_current_ampere, end_voltage_volt
) AS (
    SELECT 1, n, n, CASE WHEN n % 2 = 1 THEN 'charge' ELSE 'discharge' END, 3600 * n, 3600, 0.001,
        0.1
    FROM range(1, 6) AS t(n)
),
cycle(test_id, cycle_count, discharge_capacity_ah, discharge_current_ampere)
AS (VALUES (2, 1, 0.1, -0.001)),
test(test_id, cell_id) AS (VALUES (1, 7), (2, 8)),
cell(cell_id, cell_name, "symmetric", area_cm2, active_mass_gram)
AS (VALUES (7, 'x', true, 2, NULL), (8, 'y', false, 2, 1)),
substance(name, theoretical_capacity_mah_per_g) AS (VALUES ('X', 101))
SELECT
    count(*) OVER () = 3,
    value = CASE claim_id WHEN 1 THEN 5 WHEN 2 THEN 100 WHEN 3 THEN 101 END,
    basis = CASE claim_id WHEN 1 THEN 'cell x' WHEN 2 THEN 'cell y' ELSE 'substance X' END,
    (highest IS NULL) = (claim_id = 1)
FROM claim_evidence;
