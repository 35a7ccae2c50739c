-- Capacity retention
--
-- Discharge capacity over that of a reference: a cycle of your choice, or else the median of the
-- second to the fourth complete cycle of the same kind, as many of these as there are; where there
-- is but one complete cycle, that one. Cycles of low quality are no reference while there are
-- others. Only like is compared with like: cycles of one cell, over all its tests, are of one kind
-- when their discharge is controlled alike, at set values at most 5 % apart and at temperatures
-- not known to be more than 5 K apart. So formation and check-ups have retentions of their own.
-- What passes in a symmetric cell is what its program lets pass: it has no capacity to retain.
--
-- formula:    r(n) = Q(n) / median of Q over the reference cycles, Q being that of the discharge
-- grain:      test_id, cycle_count
-- column:     capacity_retention | 1 | discharge capacity over the reference
-- column:     capacity_retention_error | 1 | the most that it may be off, by the errors of both
-- column:     reference_capacity_ah | A·h | what it was divided by
-- column:     reference_cycles | | the cycles of the cell that the reference was made of, e.g. 2,
--             3, 4
-- column:     cell_cycle_count | 1 | cycle of the cell, running on over its tests
-- column:     kind_count | 1 | kind of cycle, from 1 as they come
-- column:     kind | | how its discharge was controlled, e.g. CC 0.5 A
-- column:     kind_role | | formation, check_up, main, or other
-- column:     kind_cycle_count | 1 | place among the cell's cycles of its kind
-- column:     complete | | whether both half-cycles are there and the cycle was left
-- column:     vendor_cycle_count | 1 | the cycle as the instrument numbers it
-- column:     status | | ok, low_quality, not_comparable or not_computable
-- column:     reason | | why it is not ok: what the steps of the cycle or of its reference say,
--             incomplete, no kind (nothing was discharged), no reference (no complete cycle of its
--             kind, or the reference is of another), reference without capacity, missing
--             current_ampere, or not applicable to a symmetric cell
-- main:       capacity_retention, error: capacity_retention_error
-- summary:    last_capacity_retention | last | complete AND kind_role = 'main' | kind | capacity
--             retention at the last comparable cycle of the main kind
-- takes:      reference | integer(1..) | null | cycle of the cell to compare with; null means the
--             second to the fourth complete one of each kind
-- needs:      cycle, cell
-- reference:  Harlow et al., J. Electrochem. Soc. 166 (2019) A3031, for retention as such; which
--             cycles make the reference is our choice
WITH run AS (
    SELECT
        *,
        coalesce(cell_id, -test_id) AS subject,
        complete AND discharge_capacity_ah IS NOT NULL
        AND (
            status = 'ok'
            OR NOT bool_or(complete AND status = 'ok' AND discharge_capacity_ah IS NOT NULL)
                OVER of_kind
        ) AS could_refer
    FROM cycle
    WINDOW of_kind AS (PARTITION BY coalesce(cell_id, -test_id), kind_count)
),

placed AS (
    SELECT
        *,
        row_number() OVER of_kind AS place,
        count(*) OVER (PARTITION BY subject, kind_count) AS candidates
    FROM run
    WHERE could_refer
    WINDOW of_kind AS (
        PARTITION BY subject, kind_count ORDER BY cell_cycle_count, test_id, cycle_count
    )
),

chosen AS (
    SELECT *
    FROM placed
    WHERE $reference IS NULL AND (place BETWEEN 2 AND 4 OR candidates = 1)
    UNION ALL BY NAME
    SELECT *
    FROM run
    WHERE coalesce(cell_cycle_count, cycle_count) = CAST($reference AS BIGINT)
),

reference AS (
    SELECT
        subject,
        kind_count,
        median(discharge_capacity_ah) AS capacity_ah,
        max(discharge_error_ah) AS error_ah,
        string_agg(
            CAST(coalesce(cell_cycle_count, cycle_count) AS VARCHAR),
            ', ' ORDER BY coalesce(cell_cycle_count, cycle_count)
        ) AS cycles,
        bool_or(status <> 'ok') AS is_doubtful,
        min(reason) AS reason
    FROM chosen
    WHERE kind_count IS NOT NULL
    GROUP BY subject, kind_count
),

compared AS (
    SELECT
        run.*,
        CASE
            WHEN NOT coalesce(cell."symmetric", false)
                THEN run.discharge_capacity_ah / nullif(reference.capacity_ah, 0)
        END AS retention,
        reference.capacity_ah AS reference_ah,
        reference.error_ah AS reference_error_ah,
        reference.cycles AS reference_cycles,
        CASE
            WHEN cell."symmetric" THEN 'not applicable to a symmetric cell'
            WHEN run.discharge_capacity_ah IS NULL THEN 'missing current_ampere'
            WHEN run.kind_count IS NULL THEN 'no kind'
            WHEN reference.cycles IS NULL THEN 'no reference'
            WHEN NOT coalesce(reference.capacity_ah > 0, false) THEN 'reference without capacity'
        END AS obstacle,
        CASE
            WHEN run.status <> 'ok' THEN coalesce(run.reason, run.status)
            WHEN reference.is_doubtful THEN coalesce(reference.reason, 'doubtful reference')
        END AS doubt
    FROM run
    LEFT JOIN reference
        ON reference.subject = run.subject
        AND reference.kind_count = run.kind_count
    LEFT JOIN cell ON cell.cell_id = run.cell_id
)

SELECT
    test_id,
    cycle_count,
    retention AS capacity_retention,
    retention * (
        coalesce(discharge_error_ah / nullif(discharge_capacity_ah, 0), 0)
        + reference_error_ah / nullif(reference_ah, 0)
    ) AS capacity_retention_error,
    reference_ah AS reference_capacity_ah,
    reference_cycles,
    coalesce(cell_cycle_count, cycle_count) AS cell_cycle_count,
    kind_count,
    kind,
    kind_role,
    kind_cycle_count,
    complete,
    vendor_cycle_count,
    CASE
        WHEN obstacle IN ('missing current_ampere', 'not applicable to a symmetric cell')
            THEN 'not_computable'
        WHEN obstacle IS NOT NULL OR NOT coalesce(complete, false) THEN 'not_comparable'
        WHEN doubt IS NOT NULL THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    CASE
        WHEN obstacle IS NOT NULL THEN obstacle
        WHEN NOT coalesce(complete, false) THEN 'incomplete'
        ELSE doubt
    END AS reason
FROM compared;

-- example: half of the median of the second to the fourth cycle is left
WITH cycle(test_id, cycle_count, kind_count, complete, discharge_capacity_ah, status) AS (
    VALUES (1, 1, 1, true, 9, 'ok'), (1, 2, 1, true, 5, 'ok'), (1, 3, 1, true, 4, 'ok'),
    (1, 4, 1, true, 3, 'ok'), (1, 5, 1, true, 2, 'ok')
)
SELECT
    capacity_retention = 0.5,
    reference_capacity_ah = 4,
    reference_cycles = '2, 3, 4',
    status = 'ok'
FROM capacity_retention
WHERE cycle_count = 5;

-- example: a declared cycle is the reference, of its own kind
-- given: reference = 1
WITH cycle(test_id, cycle_count, kind_count, complete, discharge_capacity_ah, status) AS (
    VALUES (1, 1, 1, true, 8, 'ok'), (1, 2, 1, true, 6, 'ok'), (1, 3, 2, true, 6, 'ok')
)
SELECT
    capacity_retention IS NOT DISTINCT FROM CASE cycle_count WHEN 1 THEN 1 WHEN 2 THEN 0.75 END,
    status = CASE cycle_count WHEN 3 THEN 'not_comparable' ELSE 'ok' END,
    reason IS NOT DISTINCT FROM CASE cycle_count WHEN 3 THEN 'no reference' END
FROM capacity_retention;

-- example: a cell goes on in its second test, and a reference of low quality gives way
WITH cycle(
    test_id, cycle_count, cell_id, cell_cycle_count, kind_count, complete, discharge_capacity_ah,
    discharge_error_ah, status
) AS (
    VALUES (1, 1, 7, 1, 1, true, 9, 0.4, 'ok'), (1, 2, 7, 2, 1, true, 1, 0.4, 'low_quality'),
    (2, 1, 7, 3, 1, true, 4, 0.4, 'ok'), (2, 2, 7, 4, 1, true, 2, 0.4, 'ok')
)
SELECT
    capacity_retention = 0.5 * 4 / 3,
    reference_cycles = '3, 4',
    abs(capacity_retention_error - 2 / 3.0 * (0.2 + 0.4 / 3)) < 1e-12,
    cell_cycle_count = 4
FROM capacity_retention
WHERE test_id = 2 AND cycle_count = 2;

-- example: the one complete cycle is the reference, and what is incomplete is not comparable
WITH cycle(test_id, cycle_count, kind_count, complete, discharge_capacity_ah, status) AS (
    VALUES (1, 1, 1, true, 8, 'ok'), (1, 2, 1, false, 4, 'ok')
)
SELECT
    capacity_retention = CASE cycle_count WHEN 1 THEN 1 ELSE 0.5 END,
    status = CASE cycle_count WHEN 1 THEN 'ok' ELSE 'not_comparable' END
FROM capacity_retention;

-- example: a symmetric cell has no capacity to retain
WITH cycle(
    test_id, cycle_count, cell_id, kind_count, complete, discharge_capacity_ah, status
) AS (VALUES (1, 1, 7, 1, true, 8, 'ok'), (1, 2, 7, 1, true, 4, 'ok')),
cell(cell_id, "symmetric") AS (VALUES (7, true))
SELECT
    capacity_retention IS NULL,
    status = 'not_computable',
    reason = 'not applicable to a symmetric cell'
FROM capacity_retention;
