-- Claimed capacity, recomputed
--
-- What the cells that a claim of a capacity is about really gave, a row per cell. A cell is meant
-- by its name or by its configuration, in cycles whose discharge current per area is within 2 % of
-- the claimed one and whose temperature is within 5 °C of it, where the claim tells one. A claim
-- without a current density has no row.
--   discharge_capacity, coulombic_efficiency, capacity_retention: at the cycle that is claimed,
--   counted over the tests of the cell, complete or not; where that cycle gave no value or was not
--   reached, the last complete one before it that is at most 5 % of the cycles away. Without a
--   cycle: no row.
--   rate_capability: the median capacity of the first stretch at that current, of a cell that ran
--   at several currents
--
-- grain:      claim_id, basis
-- column:     basis | | the cell
-- column:     cell_id | | the cell
-- column:     test_id | | the test
-- column:     value | | what was recomputed, in `unit`
-- column:     lowest | | what it is at least: the same
-- column:     highest | | what it is at most: the same
-- column:     unit | | mA·h/g, or empty for a ratio
-- column:     method | | what was computed, of which cycle
-- column:     status | | ok or low_quality
-- column:     reason | | why not ok; null when ok
-- main:       value, low: lowest, high: highest
-- shown:      no
-- needs:      claim, claim_subject, cycle, cell, discharge_capacity, coulombic_efficiency,
--             capacity_retention, rate_capability
-- reference:  discharge_capacity, coulombic_efficiency, capacity_retention and rate_capability with
--             their defaults
WITH run AS (
    SELECT
        cycle.test_id,
        cycle.cycle_count,
        cycle.cell_cycle_count,
        cycle.complete,
        cycle.mean_temperature_celsius AS celsius,
        1000 * abs(cycle.discharge_current_ampere) / nullif(cell.area_cm2, 0) AS density,
        cell.cell_id,
        cell.cell_name,
        cell.configuration
    FROM cycle
    JOIN cell ON cell.cell_id = cycle.cell_id
),

meant AS (
    SELECT
        run.*,
        claim.claim_id,
        claim.quantity,
        claim.at_cycle,
        subject.unit
    FROM claim
    JOIN claim_subject AS subject ON subject.claim_id = claim.claim_id
    JOIN run
        ON run.cell_id = coalesce(claim.cell_id, run.cell_id)
        AND (claim.configuration IS NULL OR claim.configuration = run.configuration)
        AND abs(run.density - claim.current_density_ma_per_cm2)
        <= 0.02 * claim.current_density_ma_per_cm2
        AND (
            claim.temperature_celsius IS NULL
            OR abs(run.celsius - claim.temperature_celsius) <= 5
        )
    WHERE claim.cell_id IS NOT NULL
        OR claim.configuration IS NOT NULL
),

of_cycle AS (
    SELECT
        meant.*,
        CASE meant.quantity
            WHEN 'discharge_capacity' THEN discharge.specific_discharge_capacity_mah_per_g
            WHEN 'coulombic_efficiency' THEN efficiency.coulombic_efficiency
            WHEN 'capacity_retention' THEN retention.capacity_retention
        END AS value,
        CASE meant.quantity
            WHEN 'discharge_capacity' THEN discharge.status
            WHEN 'coulombic_efficiency' THEN efficiency.status
            WHEN 'capacity_retention' THEN retention.status
        END AS status,
        CASE meant.quantity
            WHEN 'discharge_capacity' THEN discharge.reason
            WHEN 'coulombic_efficiency' THEN efficiency.reason
            WHEN 'capacity_retention' THEN retention.reason
        END AS reason,
        CASE
            WHEN meant.quantity = 'capacity_retention'
                THEN ' over the median of cycles ' || retention.reference_cycles
        END AS over
    FROM meant
    LEFT JOIN discharge_capacity AS discharge
        ON discharge.test_id = meant.test_id
        AND discharge.cycle_count = meant.cycle_count
    LEFT JOIN coulombic_efficiency AS efficiency
        ON efficiency.test_id = meant.test_id
        AND efficiency.cycle_count = meant.cycle_count
    LEFT JOIN capacity_retention AS retention
        ON retention.test_id = meant.test_id
        AND retention.cycle_count = meant.cycle_count
    WHERE meant.cell_cycle_count = meant.at_cycle
        OR (
            meant.complete
            AND meant.cell_cycle_count < meant.at_cycle
            AND meant.cell_cycle_count >= 0.95 * meant.at_cycle
        )
),

placed AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY claim_id, cell_id ORDER BY cell_cycle_count DESC
        ) AS from_last
    FROM of_cycle
    WHERE value IS NOT NULL
),

of_stretch AS (
    SELECT
        meant.*,
        rate.specific_discharge_capacity_mah_per_g AS value,
        rate.status,
        rate.reason,
        rate.last_cell_cycle_count,
        row_number() OVER (
            PARTITION BY meant.claim_id, meant.cell_id ORDER BY meant.cell_cycle_count
        ) AS place
    FROM meant
    JOIN (
        SELECT
            rate_capability.*,
            min(rate_capability.current_ampere) OVER whole AS greatest_ampere,
            max(rate_capability.current_ampere) OVER whole AS least_ampere
        FROM rate_capability
        JOIN run
            ON run.test_id = rate_capability.test_id
            AND run.cycle_count = rate_capability.cycle_count
        WINDOW whole AS (PARTITION BY run.cell_id)
    ) AS rate
        ON rate.test_id = meant.test_id
        AND rate.cycle_count = meant.cycle_count
        AND abs(rate.greatest_ampere) > 1.02 * abs(rate.least_ampere)
    WHERE meant.quantity = 'rate_capability'
        AND rate.specific_discharge_capacity_mah_per_g IS NOT NULL
),

found AS (
    SELECT
        claim_id,
        cell_id,
        cell_name,
        test_id,
        value,
        unit,
        concat(
            printf('cycle %d', cell_cycle_count),
            CASE
                WHEN cell_cycle_count < at_cycle
                    THEN printf(', the last complete one before cycle %d', at_cycle)
                WHEN NOT complete THEN ', incomplete'
            END,
            over
        ) AS method,
        status,
        reason
    FROM placed
    WHERE from_last = 1
    UNION ALL
    SELECT
        claim_id,
        cell_id,
        cell_name,
        test_id,
        value,
        unit,
        concat(
            printf('median of cycles %d to %d', cell_cycle_count, last_cell_cycle_count),
            ' without the first of their kind and incomplete ones'
        ),
        status,
        reason
    FROM of_stretch
    WHERE place = 1
)

SELECT
    claim_id,
    concat('cell ', cell_name) AS basis,
    cell_id,
    test_id,
    value,
    value AS lowest,
    value AS highest,
    unit,
    method,
    status,
    reason
FROM found;

-- example: at the very cycle of the cell, or the last complete one shortly before it
WITH claim(
    claim_id, quantity, computed_unit, configuration, current_density_ma_per_cm2, at_cycle
) AS (
    VALUES
    (1, 'discharge_capacity', 'mA·h/g', 'A/B', 0.5, 1),
    (2, 'discharge_capacity', 'mA·h/g', 'A/B', 0.5, 40),
    (3, 'discharge_capacity', 'mA·h/g', 'A/B', 0.5, 41),
    (4, 'discharge_capacity', 'mA·h/g', 'A/B', 0.5, 60),
    (5, 'coulombic_efficiency', '', 'A/B', 0.5, 40),
    (6, 'capacity_retention', '', 'A/B', 0.505, 40),
    (7, 'discharge_capacity', 'mA·h/g', 'A/B', 0.5, NULL),
    (8, 'discharge_capacity', 'mA·h/g', 'A/B', NULL, 1),
    (9, 'discharge_capacity', 'mA·h/g', 'A/B', 0.52, 1),
    (10, 'rate_capability', 'mA·h/g', 'A/B', 0.5, NULL)
),
cycle(
    test_id, cycle_count, cell_id, cell_cycle_count, complete, discharge_current_ampere
) AS (
    SELECT CASE WHEN n > 20 THEN 2 ELSE 1 END, (n - 1) % 20 + 1, 7, n, n < 40, -0.001
    FROM range(1, 41) AS t(n)
),
discharge_capacity(
    test_id, cycle_count, specific_discharge_capacity_mah_per_g, status, reason
) AS (VALUES (1, 1, 100, 'low_quality', 'gap'), (2, 19, 99, 'ok', NULL), (2, 20, 98, 'ok', NULL)),
coulombic_efficiency(test_id, cycle_count, coulombic_efficiency, status)
AS (VALUES (2, 20, 0.99, 'ok')),
capacity_retention(
    test_id, cycle_count, capacity_retention, reference_cycles, status, reason
) AS (VALUES (2, 20, 0.98, '2, 3, 4', 'low_quality', 'reference: gap')),
cell(cell_id, cell_name, configuration, area_cm2) AS (VALUES (7, 'x', 'A/B', 2))
SELECT
    count(*) OVER () = 5,
    basis = 'cell x' AND cell_id = 7,
    test_id = CASE claim_id WHEN 1 THEN 1 ELSE 2 END,
    value = CASE claim_id
        WHEN 1 THEN 100 WHEN 2 THEN 98 WHEN 3 THEN 99 WHEN 5 THEN 0.99 WHEN 6 THEN 0.98
    END,
    unit = CASE WHEN claim_id < 5 THEN 'mA·h/g' ELSE '' END,
    method = CASE claim_id
        WHEN 1 THEN 'cycle 1'
        WHEN 3 THEN 'cycle 39, the last complete one before cycle 41'
        WHEN 6 THEN 'cycle 40, incomplete over the median of cycles 2, 3, 4'
        ELSE 'cycle 40, incomplete'
    END,
    status = CASE WHEN claim_id IN (1, 6) THEN 'low_quality' ELSE 'ok' END,
    reason IS NOT DISTINCT FROM CASE claim_id WHEN 1 THEN 'gap' WHEN 6 THEN 'reference: gap' END
FROM claimed_capacity;

-- example: a rate takes several currents, in however many tests of the cell
WITH claim(
    claim_id, quantity, computed_unit, cell_id, current_density_ma_per_cm2, temperature_celsius,
    at_cycle
) AS (
    VALUES
    (1, 'rate_capability', 'mA·h/g', 7, 1, NULL, NULL),
    (2, 'discharge_capacity', 'mA·h/g', 7, 0.5, NULL, 1),
    (3, 'discharge_capacity', 'mA·h/g', 7, 0.5, 25, 1),
    (4, 'rate_capability', 'mA·h/g', 8, 1, NULL, NULL)
),
cycle(
    test_id, cycle_count, cell_id, cell_cycle_count, complete, discharge_current_ampere,
    mean_temperature_celsius
) AS (
    VALUES
    (1, 1, 7, 1, true, -0.001, 21), (2, 1, 7, 2, true, -0.002, 21), (2, 3, 7, 4, true, -0.001, 21),
    (3, 1, 8, 1, true, -0.002, 21)
),
discharge_capacity(test_id, cycle_count, specific_discharge_capacity_mah_per_g, status)
AS (VALUES (1, 1, 100, 'ok'), (2, 3, 80, 'ok')),
rate_capability(
    test_id, cycle_count, last_cell_cycle_count, current_ampere,
    specific_discharge_capacity_mah_per_g, status, reason
) AS (
    VALUES
    (1, 1, 1, -0.001, 100, 'ok', NULL), (2, 1, 3, -0.002, 90, 'low_quality', 'gap'),
    (3, 1, 1, -0.002, 90, 'ok', NULL)
),
cell(cell_id, cell_name, area_cm2) AS (VALUES (7, 'x', 2), (8, 'y', 2))
SELECT
    count(*) OVER () = 3,
    basis = 'cell x',
    value = CASE WHEN claim_id = 1 THEN 90 ELSE 100 END,
    method = CASE
        WHEN claim_id = 1
            THEN 'median of cycles 2 to 3 without the first of their kind and incomplete ones'
        ELSE 'cycle 1'
    END,
    status = CASE claim_id WHEN 1 THEN 'low_quality' ELSE 'ok' END
FROM claimed_capacity;
