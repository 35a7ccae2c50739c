-- Cycles as they are compared
--
-- The quantity of every cycle of a cell that is compared with other cells, and whether it counts: a
-- cycle that is incomplete, of another role, of low quality or without a number does not. What an
-- instrument counts twice within a step is one cycle: of those that share their number among all
-- cycles of the cell, one that counts is taken, else a complete one, else the last.
--
-- grain:      test_id, cycle_count
-- column:     cell_id | | the cell
-- column:     cell_cycle_count | 1 | number among all cycles of the cell, from 1
-- column:     amount | | the quantity
-- column:     counts | | whether it counts
-- column:     is_unknown | | whether it would count if it had a number
-- column:     why_not | | why it does not count; null when it does
-- column:     status | | that of the quantity; not_computable where it has no number
-- column:     reason | | why not ok; null when ok
-- main:       amount
-- shown:      no
-- takes:      quantity | text(discharge_capacity, specific_discharge_capacity,
--             areal_discharge_capacity, capacity_retention, coulombic_efficiency,
--             energy_efficiency, mean_discharge_voltage, polarization) | capacity_retention |
--             what is compared; the polarization of a cycle is the mean over its half-cycles of
--             what half_cycle_polarization gives for their ends
-- takes:      role | text(main, check_up, any) | main | cycles of what role count
-- takes:      quality | text(ok, any) | ok | cycles of what quality count
-- inherits:   capacity_retention, coulombic_efficiency, half_cycle_polarization
-- needs:      cycle, repeated_cycle, discharge_capacity, capacity_retention,
--             coulombic_efficiency, energy_efficiency, mean_voltage, half_cycle_polarization
-- reference:  our own declaration
WITH number_of_cycle AS (
    SELECT
        test_id,
        cycle_count,
        CASE $quantity
            WHEN 'specific_discharge_capacity' THEN specific_discharge_capacity_mah_per_g
            WHEN 'areal_discharge_capacity' THEN areal_discharge_capacity_mah_per_cm2
            ELSE discharge_capacity_ah
        END AS amount,
        status,
        CASE
            WHEN amount IS NOT NULL OR reason IS NOT NULL THEN reason
            WHEN $quantity = 'areal_discharge_capacity' THEN 'missing area_cm2'
            ELSE 'missing active_mass_gram'
        END AS reason
    FROM discharge_capacity
    WHERE $quantity IN (
        'discharge_capacity', 'specific_discharge_capacity', 'areal_discharge_capacity'
    )
    UNION ALL
    SELECT test_id, cycle_count, capacity_retention, status, reason
    FROM capacity_retention
    WHERE $quantity = 'capacity_retention'
    UNION ALL
    SELECT test_id, cycle_count, coulombic_efficiency, status, reason
    FROM coulombic_efficiency
    WHERE $quantity = 'coulombic_efficiency'
    UNION ALL
    SELECT test_id, cycle_count, energy_efficiency, status, reason
    FROM energy_efficiency
    WHERE $quantity = 'energy_efficiency'
    UNION ALL
    SELECT test_id, cycle_count, mean_discharge_voltage_volt, status, reason
    FROM mean_voltage
    WHERE $quantity = 'mean_discharge_voltage'
    UNION ALL
    SELECT
        test_id,
        cycle_count,
        CASE WHEN count(*) = count(end_volt) THEN avg(end_volt) END,
        CASE WHEN bool_and(status = 'ok') THEN 'ok' ELSE max(nullif(status, 'ok')) END,
        min(reason)
    FROM half_cycle_polarization
    WHERE $quantity = 'polarization'
    GROUP BY test_id, cycle_count
),

run AS (
    SELECT
        cycle.cell_id,
        cycle.test_id,
        cycle.cycle_count,
        coalesce(cycle.cell_cycle_count, cycle.cycle_count) AS cell_cycle_count,
        measured.amount,
        coalesce(cycle.complete, false) AS is_complete,
        $role = 'any' OR coalesce(cycle.kind_role = $role, false) AS is_of_role,
        coalesce(
            measured.status = 'ok' OR ($quality = 'any' AND measured.status = 'low_quality'), false
        ) AS is_good,
        measured.status,
        measured.reason,
        cycle.kind_role
    FROM cycle
    LEFT JOIN number_of_cycle AS measured
        ON measured.test_id = cycle.test_id
        AND measured.cycle_count = cycle.cycle_count
    WHERE cycle.cell_id IS NOT NULL
),

judged AS (
    SELECT
        *,
        is_complete AND is_of_role AND is_good AND amount IS NOT NULL AS counts
    FROM run
),

-- one row per cycle of a cell: what an instrument counts twice within a step is one of them. Such
-- cycles are few: to look for them among all takes as long as everything else
repeating AS (
    SELECT test_id
    FROM repeated_cycle
    WHERE repeated_count > 0
),

chosen AS (
    SELECT judged.*
    FROM judged
    ANTI JOIN repeating ON repeating.test_id = judged.test_id
    UNION ALL
    SELECT * EXCLUDE (place)
    FROM (
        SELECT
            judged.*,
            row_number() OVER (
                PARTITION BY judged.cell_id, judged.cell_cycle_count
                ORDER BY
                    judged.counts DESC,
                    judged.is_complete DESC,
                    judged.test_id DESC,
                    judged.cycle_count DESC
            ) AS place
        FROM judged
        SEMI JOIN repeating ON repeating.test_id = judged.test_id
    ) AS ranked
    WHERE place = 1
)

SELECT
    test_id,
    cycle_count,
    cell_id,
    cell_cycle_count,
    amount,
    counts,
    is_complete AND is_of_role AND amount IS NULL AS is_unknown,
    CASE
        WHEN counts THEN NULL
        WHEN NOT is_complete THEN 'incomplete'
        WHEN NOT is_of_role THEN concat('of role ', coalesce(kind_role, 'unknown'))
        ELSE coalesce(reason, nullif(status, 'ok'), 'no number')
    END AS why_not,
    CASE
        WHEN amount IS NULL AND coalesce(status, 'ok') = 'ok' THEN 'not_computable'
        ELSE status
    END AS status,
    CASE
        WHEN amount IS NULL THEN coalesce(reason, nullif(status, 'ok'), 'no number')
        WHEN status <> 'ok' THEN coalesce(reason, status)
    END AS reason
FROM chosen;

-- example: a cycle counts, or says why not
WITH cycle(test_id, cycle_count, cell_id, cell_cycle_count, complete, kind_role) AS (
    VALUES
    (1, 1, 7, 1, true, 'main'), (1, 2, 7, 2, false, 'main'), (1, 3, 7, 3, true, 'check_up'),
    (1, 4, 7, 4, true, 'main'), (1, 5, 7, 5, true, 'main')
),

capacity_retention(test_id, cycle_count, capacity_retention, status, reason) AS (
    VALUES
    (1, 1, 1.0, 'ok', NULL), (1, 2, 0.5, 'ok', NULL), (1, 3, 1.1, 'ok', NULL),
    (1, 4, 0.9, 'low_quality', 'gap')
)
SELECT
    count(*) OVER () = 5,
    cell_id = 7 AND cell_cycle_count = cycle_count AND counts = (cycle_count = 1),
    is_unknown = (cycle_count = 5),
    why_not IS NOT DISTINCT FROM CASE cycle_count
        WHEN 2 THEN 'incomplete'
        WHEN 3 THEN 'of role check_up'
        WHEN 4 THEN 'gap'
        WHEN 5 THEN 'no number'
    END,
    status = CASE cycle_count WHEN 4 THEN 'low_quality' WHEN 5 THEN 'not_computable' ELSE 'ok' END
FROM compared_cycle;

-- example: of two cycles with one number in their cell one is taken, that of the other cell too
WITH cycle(test_id, cycle_count, cell_id, cell_cycle_count, complete, kind_role) AS (
    VALUES
    (1, 1, 7, 1, true, 'main'), (2, 1, 7, 1, true, 'main'), (3, 1, 8, NULL, true, 'main'),
    (4, 1, NULL, NULL, true, 'main')
),

capacity_retention(test_id, cycle_count, capacity_retention, status) AS (
    VALUES (1, 1, 0.9, 'ok'), (3, 1, 0.8, 'ok')
)
SELECT
    count(*) OVER () = 2,
    cell_cycle_count = 1,
    counts,
    amount = CASE test_id WHEN 1 THEN 0.9 WHEN 3 THEN 0.8 END
FROM compared_cycle;
