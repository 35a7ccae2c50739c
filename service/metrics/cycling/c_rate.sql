-- C-rate
--
-- How many times an hour the current would empty the cell. The current is the one that was set, of
-- a charge that ends at a held voltage that of its first part; else the median. By theory: over
-- theoretical capacity times active mass, the mass being the cell's or else loading times area. As
-- measured:   over the capacity of the half-cycle itself, which is one over the hours that it took
-- at this current. A symmetric cell, which nothing empties, has no row; one of which that is not
-- known counts as not symmetric.
--
-- formula:    C = |I| / (q(theory) m) (theory), |I| / Q (measured)
-- grain:      test_id, cycle_count
-- column:     charge_c_rate_per_hour | 1/h | C-rate of the charge; 2 is 2C, 0.5 is C/2
-- column:     discharge_c_rate_per_hour | 1/h | C-rate of the discharge
-- column:     complete | | whether both half-cycles are there and the cycle was left
-- column:     vendor_cycle_count | 1 | the cycle as the instrument numbers it
-- column:     missing | | what is not known, by theory: loading (and no active mass), area_cm2
--             (the loading is known), and what theoretical_capacity misses; null when nothing
-- column:     status | | ok, low_quality or not_computable
-- column:     reason | | why it is not ok: what its steps say, missing and what of it, or nothing
--             was discharged
-- main:       discharge_c_rate_per_hour
-- takes:      basis | text(theory, measured) | theory | what full is: the theoretical capacity, or
--             what the half-cycle itself passed
-- takes:      electrode | text(positive, negative) | positive | role of the active layer
-- needs:      cycle, cell, theoretical_capacity
-- reference:  IEC 61960-3:2017 for C-rate as such, there over the rated capacity
WITH full_cell AS (
    SELECT
        cell.cell_id,
        coalesce(
            nullif(cell.active_mass_gram, 0),
            0.001 * theoretical_capacity.loading_mg_per_cm2 * nullif(cell.area_cm2, 0)
        ) * 0.001 * theoretical_capacity.theoretical_capacity_mah_per_g AS capacity_ah,
        nullif(
            concat_ws(
                ', ',
                CASE
                    WHEN cell.active_mass_gram <> 0 THEN NULL
                    WHEN theoretical_capacity.loading_mg_per_cm2 IS NULL THEN 'loading'
                    WHEN cell.area_cm2 <> 0 THEN NULL
                    ELSE 'area_cm2'
                END,
                theoretical_capacity.missing
            ),
            ''
        ) AS missing
    FROM cell
    JOIN theoretical_capacity ON theoretical_capacity.cell_id = cell.cell_id
),

rated AS (
    SELECT
        cycle.*,
        abs(cycle.charge_current_ampere) / nullif(
            CASE $basis WHEN 'theory' THEN full_cell.capacity_ah ELSE cycle.charge_capacity_ah END,
            0
        ) AS charge_c_rate_per_hour,
        abs(cycle.discharge_current_ampere) / nullif(
            CASE $basis
                WHEN 'theory' THEN full_cell.capacity_ah
                ELSE cycle.discharge_capacity_ah
            END,
            0
        ) AS discharge_c_rate_per_hour,
        CASE
            WHEN $basis <> 'theory' THEN NULL
            WHEN full_cell.cell_id IS NULL THEN 'loading, active_layer'
            ELSE full_cell.missing
        END AS missing
    FROM cycle
    LEFT JOIN cell ON cell.cell_id = cycle.cell_id
    LEFT JOIN full_cell ON full_cell.cell_id = cycle.cell_id
    WHERE NOT coalesce(cell.symmetric, false)
)

SELECT
    test_id,
    cycle_count,
    charge_c_rate_per_hour,
    discharge_c_rate_per_hour,
    complete,
    vendor_cycle_count,
    missing,
    CASE WHEN discharge_c_rate_per_hour IS NULL THEN 'not_computable' ELSE status END AS status,
    CASE
        WHEN discharge_c_rate_per_hour IS NOT NULL THEN reason
        WHEN missing IS NOT NULL THEN 'missing ' || missing
        ELSE 'nothing was discharged'
    END AS reason
FROM rated;

-- example: 2 A out of 1 g of 1 Ah/g are 2C, and 4 cm² of 250 mg/cm² are that gram
WITH cycle(
    test_id, cycle_count, cell_id, charge_current_ampere, discharge_current_ampere, status
) AS (VALUES (1, 1, 7, 0.5, -2, 'ok'), (2, 1, 8, 0.5, -2, 'ok')),
cell(cell_id, active_mass_gram, area_cm2) AS (VALUES (7, 1, NULL), (8, NULL, 4)),
layer(cell_id, role, substance, loading_mg_per_cm2)
AS (VALUES (7, 'positive', 'X', NULL), (8, 'positive', 'X', 250)),
substance(name, formula, molar_mass_gram_per_mole, electrons)
AS (VALUES ('X', 'X', 26.801481, 1))
SELECT
    abs(charge_c_rate_per_hour - 0.5) < 1e-6,
    abs(discharge_c_rate_per_hour - 2) < 1e-6,
    missing IS NULL,
    status = 'ok'
FROM c_rate;

-- example: without loading there is no C-rate
WITH cycle(test_id, cycle_count, cell_id, discharge_current_ampere) AS (VALUES (1, 1, 7, -2)),
cell(cell_id, area_cm2) AS (VALUES (7, 4)),
layer(cell_id, role, substance) AS (VALUES (7, 'positive', 'X')),
substance(name, formula, molar_mass_gram_per_mole, electrons)
AS (VALUES ('X', 'X', 26.801481, 1))
SELECT
    discharge_c_rate_per_hour IS NULL,
    missing = 'loading',
    status = 'not_computable',
    reason = 'missing loading'
FROM c_rate;

-- example: emptied in half an hour is 2C as measured, whatever it is made of
-- given: basis = measured
WITH cycle(
    test_id, cycle_count, discharge_current_ampere, charge_capacity_ah, discharge_capacity_ah
) AS (VALUES (1, 1, -2, 0, 1))
SELECT
    discharge_c_rate_per_hour = 2,
    charge_c_rate_per_hour IS NULL,
    missing IS NULL
FROM c_rate;

-- example: a symmetric cell has no row, on any basis
-- given: basis = measured
WITH cycle(test_id, cycle_count, cell_id, discharge_current_ampere, discharge_capacity_ah)
AS (VALUES (1, 1, 7, -2, 1)),
cell(cell_id, "symmetric") AS (VALUES (7, true))
SELECT count(*) = 0
FROM c_rate;
