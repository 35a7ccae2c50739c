-- Capacity excess
--
-- Specific discharge capacity over the theoretical capacity of the active layer, less one. More
-- than a threshold above theory points at the mass, the area, the voltage window or another host.
-- A symmetric cell has no row; one of which that is not known counts as not symmetric.
--
-- grain:      test_id, cycle_count
-- column:     capacity_excess | 1 | specific discharge capacity over theory, less one
-- column:     excessive | | whether that exceeds the threshold
-- column:     specific_discharge_capacity_mah_per_g | mA·h/g | discharge capacity per gram of
--             active material; what that counts is the cell's mass_basis
-- column:     theoretical_capacity_mah_per_g | mA·h/g | what theory allows
-- column:     complete | | whether both half-cycles are there and the cycle was left
-- column:     missing | | what is not known: discharge_capacity_ah, active_mass_gram, and what
--             theoretical_capacity misses; null when nothing
-- takes:      electrode | text(positive, negative) | positive | role of the active layer
-- takes:      threshold | number(0..) | 0.03 | excess above which it is flagged
-- needs:      discharge_capacity, test, cell, theoretical_capacity
-- reference:  ours; three percent is above what masses and currents are usually off by
SELECT
    discharge_capacity.test_id,
    discharge_capacity.cycle_count,
    discharge_capacity.specific_discharge_capacity_mah_per_g
        / nullif(theoretical_capacity.theoretical_capacity_mah_per_g, 0) - 1 AS capacity_excess,
    discharge_capacity.specific_discharge_capacity_mah_per_g
        / nullif(theoretical_capacity.theoretical_capacity_mah_per_g, 0) - 1 > $threshold
        AS excessive,
    discharge_capacity.specific_discharge_capacity_mah_per_g,
    theoretical_capacity.theoretical_capacity_mah_per_g,
    discharge_capacity.complete,
    nullif(
        concat_ws(
            ', ',
            CASE
                WHEN discharge_capacity.discharge_capacity_ah IS NULL THEN 'discharge_capacity_ah'
            END,
            CASE WHEN cell.active_mass_gram <> 0 THEN NULL ELSE 'active_mass_gram' END,
            CASE
                WHEN theoretical_capacity.cell_id IS NULL THEN 'active_layer'
                ELSE theoretical_capacity.missing
            END
        ),
        ''
    ) AS missing
FROM discharge_capacity
LEFT JOIN test ON test.test_id = discharge_capacity.test_id
LEFT JOIN cell ON cell.cell_id = test.cell_id
LEFT JOIN theoretical_capacity ON theoretical_capacity.cell_id = cell.cell_id
WHERE NOT coalesce(cell.symmetric, false);

-- example: 1040 mAh/g are 4 % too many where 1000 are possible, and 1020 are within the threshold
WITH cycle(test_id, cycle_count, complete, discharge_capacity_ah)
AS (VALUES (1, 1, true, 1.04), (1, 2, true, 1.02)),
test(test_id, cell_id) AS (VALUES (1, 7)),
cell(cell_id, active_mass_gram) AS (VALUES (7, 1)),
layer(cell_id, role, substance) AS (VALUES (7, 'positive', 'X')),
substance(name, formula, molar_mass_gram_per_mole, electrons)
AS (VALUES ('X', 'X', 26.801481, 1))
SELECT
    abs(capacity_excess - CASE cycle_count WHEN 1 THEN 0.04 ELSE 0.02 END) < 1e-6,
    excessive = (cycle_count = 1),
    missing IS NULL
FROM capacity_excess;

-- example: without theory nothing is excessive
WITH cycle(test_id, cycle_count, discharge_capacity_ah) AS (VALUES (1, 1, 1)),
test(test_id, cell_id) AS (VALUES (1, 7)),
cell(cell_id) AS (VALUES (7)),
layer(cell_id, role, substance) AS (VALUES (7, 'positive', 'X')),
substance(name, formula) AS (VALUES ('X', 'X'))
SELECT
    excessive IS NULL,
    missing = 'active_mass_gram, molar_mass_gram_per_mole, electrons'
FROM capacity_excess;

-- example: a symmetric cell has no row
WITH cycle(test_id, cycle_count, discharge_capacity_ah) AS (VALUES (1, 1, 1)),
test(test_id, cell_id) AS (VALUES (1, 7)),
cell(cell_id, "symmetric") AS (VALUES (7, true))
SELECT count(*) = 0
FROM capacity_excess;
