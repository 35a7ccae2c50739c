-- Efficiency against retention
--
-- A cell whose only store is what it cycles can keep no more capacity than the product of its
-- coulombic efficiencies, CE^n: what did not come back is gone. A retention above that needs
-- charge from elsewhere, such as an excess of lithium, or the efficiency was measured wrongly. The
-- product runs from after the last reference cycle, over all cycles of the cell, of whatever kind
-- and test; the retention is that of one kind only. An incomplete cycle is not judged.
--
-- formula:    inconsistent where r > Π CE + tolerance and Σ (Q(charge) − Q(discharge)) / Q(ref) −
--             (1 − r) > excess + tolerance
-- grain:      test_id, cycle_count
-- column:     capacity_retention | 1 | discharge capacity over the reference
-- column:     efficiency_product | 1 | product of the coulombic efficiencies since the reference
-- column:     cycles_since_reference | 1 | the cycles in that product
-- column:     irreversible_capacity | 1 | charge less discharge, summed over them, over the
--             reference capacity
-- column:     supplied_capacity | 1 | what came from elsewhere, over the reference capacity:
--             irreversible capacity less the loss of retention
-- column:     inconsistent | | whether the retention exceeds the product by more than the
--             tolerance and the supplied capacity exceeds the excess by more than the tolerance
-- column:     complete | | whether both half-cycles are there and the cycle was left
-- column:     vendor_cycle_count | 1 | the cycle as the instrument numbers it
-- column:     status | | ok, low_quality, not_comparable or not_computable
-- column:     reason | | why it is not ok: as of capacity_retention, before the reference, unknown
--             efficiency of some cycle since the reference, or doubtful efficiency of one
-- main:       inconsistent
-- takes:      excess | number(0..) | 0 | declared excess of lithium, over the reference capacity
-- takes:      tolerance | number(0..1) | 0.01 | how much more retention may be before it is
--             flagged
-- inherits:   capacity_retention
-- needs:      cycle, capacity_retention, coulombic_efficiency
-- reference:  Xiao et al., Nature Energy 5 (2020) 561, for what efficiency tells of lithium; that
--             the product bounds the retention follows from the balance of charge
WITH run AS (
    SELECT
        capacity_retention.*,
        coalesce(cycle.cell_id, -cycle.test_id) AS subject,
        CAST(split_part(capacity_retention.reference_cycles, ', ', -1) AS BIGINT)
            AS reference_count
    FROM capacity_retention
    JOIN cycle
        ON cycle.test_id = capacity_retention.test_id
        AND cycle.cycle_count = capacity_retention.cycle_count
),

course AS (
    SELECT
        run.subject,
        run.cell_cycle_count,
        sum(
            coalesce(
                ln(
                    CASE
                        WHEN charges.coulombic_efficiency > 0 THEN charges.coulombic_efficiency
                    END
                ),
                0
            )
        ) OVER so_far AS logarithm,
        sum(CASE WHEN charges.coulombic_efficiency > 0 THEN 0 ELSE 1 END) OVER so_far AS unknown,
        sum(CASE WHEN charges.status = 'low_quality' THEN 1 ELSE 0 END) OVER so_far AS doubtful,
        sum(charges.charge_capacity_ah - charges.discharge_capacity_ah) OVER so_far AS lost_ah
    FROM coulombic_efficiency AS charges
    JOIN run
        ON run.test_id = charges.test_id
        AND run.cycle_count = charges.cycle_count
    WINDOW so_far AS (
        PARTITION BY run.subject ORDER BY run.cell_cycle_count ROWS UNBOUNDED PRECEDING
    )
),

answer AS (
    SELECT
        run.*,
        exp(course.logarithm - start.logarithm) AS efficiency_product,
        run.cell_cycle_count - run.reference_count AS cycles_since_reference,
        course.doubtful > start.doubtful AS is_doubtful,
        (course.lost_ah - start.lost_ah) / nullif(run.reference_capacity_ah, 0)
            AS irreversible_capacity
    FROM run
    LEFT JOIN course AS start
        ON start.subject = run.subject
        AND start.cell_cycle_count = run.reference_count
        AND start.cell_cycle_count <= run.cell_cycle_count
    LEFT JOIN course
        ON course.subject = start.subject
        AND course.cell_cycle_count = run.cell_cycle_count
        AND course.unknown = start.unknown
),

judged AS (
    SELECT
        *,
        CASE
            WHEN capacity_retention IS NULL OR status IN ('not_comparable', 'not_computable')
                THEN reason
            WHEN cell_cycle_count < reference_count THEN 'before the reference'
            WHEN efficiency_product IS NULL THEN 'unknown efficiency'
        END AS obstacle
    FROM answer
)

SELECT
    test_id,
    cycle_count,
    capacity_retention,
    efficiency_product,
    CASE WHEN efficiency_product IS NOT NULL THEN cycles_since_reference END
        AS cycles_since_reference,
    irreversible_capacity,
    irreversible_capacity - (1 - capacity_retention) AS supplied_capacity,
    CASE
        WHEN obstacle IS NULL THEN capacity_retention > efficiency_product + $tolerance
            AND supplied_capacity > $excess + $tolerance
    END AS inconsistent,
    complete,
    vendor_cycle_count,
    CASE
        WHEN status = 'not_computable' THEN status
        WHEN obstacle IS NOT NULL THEN 'not_comparable'
        WHEN is_doubtful THEN 'low_quality'
        ELSE status
    END AS status,
    CASE
        WHEN obstacle IS NOT NULL THEN obstacle
        WHEN reason IS NULL AND is_doubtful THEN 'doubtful efficiency'
        ELSE reason
    END AS reason
FROM judged;

-- example: half is lost in each cycle and nothing is missing, which cannot be without an excess
WITH cycle(test_id, cycle_count) AS (VALUES (1, 1), (1, 2), (1, 3)),
capacity_retention(
    test_id, cycle_count, cell_cycle_count, capacity_retention, reference_capacity_ah,
    reference_cycles, complete, status
) AS (
    VALUES (1, 1, 1, 1, 4, '1', true, 'ok'), (1, 2, 2, 1, 4, '1', true, 'ok'),
    (1, 3, 3, 1, 4, '1', true, 'ok')
),
coulombic_efficiency(
    test_id, cycle_count, coulombic_efficiency, charge_capacity_ah, discharge_capacity_ah, status
) AS (VALUES (1, 1, 0.5, 8, 4, 'ok'), (1, 2, 0.5, 8, 4, 'ok'), (1, 3, 0.5, 8, 4, 'ok'))
SELECT
    status = 'ok',
    CASE cycle_count
        WHEN 1 THEN efficiency_product = 1 AND NOT inconsistent
        WHEN 3 THEN abs(efficiency_product - 0.25) < 1e-12 AND cycles_since_reference = 2
            AND irreversible_capacity = 2 AND supplied_capacity = 2 AND inconsistent
        ELSE inconsistent
    END
FROM efficiency_consistency;

-- example: a declared excess explains it
-- given: excess = 2
WITH cycle(test_id, cycle_count) AS (VALUES (1, 1), (1, 2)),
capacity_retention(
    test_id, cycle_count, cell_cycle_count, capacity_retention, reference_capacity_ah,
    reference_cycles, complete, status
) AS (VALUES (1, 1, 1, 1, 4, '1', true, 'ok'), (1, 2, 2, 1, 4, '1', true, 'ok')),
coulombic_efficiency(
    test_id, cycle_count, coulombic_efficiency, charge_capacity_ah, discharge_capacity_ah, status
) AS (VALUES (1, 1, 0.5, 8, 4, 'ok'), (1, 2, 0.5, 8, 4, 'ok'))
SELECT NOT inconsistent
FROM efficiency_consistency;

-- example: an efficiency that is not known leaves the product open
WITH cycle(test_id, cycle_count) AS (VALUES (1, 1), (1, 2)),
capacity_retention(
    test_id, cycle_count, cell_cycle_count, capacity_retention, reference_capacity_ah,
    reference_cycles, complete, status
) AS (VALUES (1, 1, 1, 1, 4, '1', true, 'ok'), (1, 2, 2, 1, 4, '1', true, 'ok')),
coulombic_efficiency(test_id, cycle_count, status)
AS (VALUES (1, 1, 'ok'), (1, 2, 'not_comparable'))
SELECT
    CASE cycle_count
        WHEN 1 THEN efficiency_product = 1
        ELSE efficiency_product IS NULL AND inconsistent IS NULL AND status = 'not_comparable'
            AND reason = 'unknown efficiency'
    END
FROM efficiency_consistency;
