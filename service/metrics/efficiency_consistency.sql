-- Efficiency against retention
--
-- A cell whose only store is what it cycles can keep no more capacity than the product of its
-- coulombic efficiencies, CE^n: what did not come back is gone. A retention above that needs
-- charge from elsewhere, such as an excess of lithium, or the efficiency was measured wrongly. The
-- product runs from after the last reference cycle, and over all cycles, at whatever current; the
-- retention is that of equal current only. An incomplete cycle is not judged.
--
-- grain:      test_id, cycle_count
-- column:     capacity_retention | 1 | discharge capacity over the reference
-- column:     efficiency_product | 1 | product of the coulombic efficiencies since the reference
-- column:     cycles_since_reference | 1 | the cycles in that product
-- column:     irreversible_capacity | 1 | charge less discharge, summed over them, over the
--             reference capacity
-- column:     supplied_capacity | 1 | what came from elsewhere, over the reference capacity:
--             irreversible capacity less the loss of retention
-- column:     inconsistent | | whether the retention exceeds the product by more than the tolerance
--             and the supplied capacity exceeds the excess by more than the tolerance
-- column:     complete | | whether both half-cycles are there and the cycle was left
-- column:     reason | | why it is not judged: no retention (see capacity_retention), before the
--             reference, or unknown efficiency of some cycle since the reference
-- takes:      reference | integer(1..) | null | cycle to compare with; null means cycles 2 to 4
-- takes:      excess | number(0..) | 0 | declared excess of lithium, over the reference capacity
-- takes:      tolerance | number(0..1) | 0.01 | how much more retention may be before it is flagged
-- needs:      capacity_retention, coulombic_efficiency
-- reference:  Xiao et al., Nature Energy 5 (2020) 561, for what efficiency tells of lithium; that
--             the product bounds the retention follows from the balance of charge
WITH course AS (
    SELECT
        test_id,
        cycle_count,
        sum(coalesce(ln(CASE WHEN coulombic_efficiency > 0 THEN coulombic_efficiency END), 0))
            OVER so_far AS logarithm,
        sum(CASE WHEN coulombic_efficiency > 0 THEN 0 ELSE 1 END) OVER so_far AS unknown,
        sum(charge_capacity_ah - discharge_capacity_ah) OVER so_far AS lost_ah
    FROM coulombic_efficiency
    WINDOW so_far AS (PARTITION BY test_id ORDER BY cycle_count ROWS UNBOUNDED PRECEDING)
),

run AS (
    SELECT
        *,
        CAST(split_part(reference_cycles, ', ', -1) AS BIGINT) AS reference_count
    FROM capacity_retention
),

answer AS (
    SELECT
        run.test_id,
        run.cycle_count,
        run.capacity_retention,
        run.reference_count,
        run.complete,
        exp(course.logarithm - start.logarithm) AS efficiency_product,
        run.cycle_count - run.reference_count AS cycles_since_reference,
        (course.lost_ah - start.lost_ah) / nullif(run.reference_capacity_ah, 0)
            AS irreversible_capacity
    FROM run
    LEFT JOIN course AS start
        ON start.test_id = run.test_id
        AND start.cycle_count = run.reference_count
        AND start.cycle_count <= run.cycle_count
    LEFT JOIN course
        ON course.test_id = start.test_id
        AND course.cycle_count = run.cycle_count
        AND course.unknown = start.unknown
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
        WHEN complete THEN capacity_retention > efficiency_product + $tolerance
            AND supplied_capacity > $excess + $tolerance
    END AS inconsistent,
    complete,
    CASE
        WHEN capacity_retention IS NULL THEN 'no retention'
        WHEN cycle_count < reference_count THEN 'before the reference'
        WHEN efficiency_product IS NULL THEN 'unknown efficiency'
    END AS reason
FROM answer;

-- example: half is lost in each cycle and nothing is missing, which cannot be without an excess
-- given: reference = 1
WITH cycle(
    test_id, cycle_count, first_mode, complete,
    charge_capacity_ah, discharge_capacity_ah, discharge_current_ampere
) AS (
    VALUES (1, 1, 'charge', true, 8, 4, -1), (1, 2, 'charge', true, 8, 4, -1),
    (1, 3, 'charge', true, 8, 4, -1)
)
SELECT
    CASE cycle_count
        WHEN 1 THEN efficiency_product = 1 AND NOT inconsistent
        WHEN 3 THEN abs(efficiency_product - 0.25) < 1e-12 AND cycles_since_reference = 2
            AND irreversible_capacity = 2 AND supplied_capacity = 2 AND inconsistent
        ELSE inconsistent
    END
FROM efficiency_consistency;

-- example: a declared excess explains it
-- given: reference = 1
-- given: excess = 2
WITH cycle(
    test_id, cycle_count, first_mode, complete,
    charge_capacity_ah, discharge_capacity_ah, discharge_current_ampere
) AS (
    VALUES (1, 1, 'charge', true, 8, 4, -1), (1, 2, 'charge', true, 8, 4, -1),
    (1, 3, 'charge', true, 8, 4, -1)
)
SELECT NOT inconsistent
FROM efficiency_consistency;

-- example: an efficiency that is not known leaves the product open
-- given: reference = 1
WITH cycle(
    test_id, cycle_count, first_mode, complete,
    charge_capacity_ah, discharge_capacity_ah, discharge_current_ampere
) AS (
    VALUES (1, 1, 'charge', true, 8, 4, -1), (1, 2, 'charge', true, 0, 4, -1),
    (1, 3, 'charge', true, 8, 4, -1)
)
SELECT
    CASE cycle_count
        WHEN 1 THEN efficiency_product = 1
        ELSE efficiency_product IS NULL AND inconsistent IS NULL AND reason = 'unknown efficiency'
    END
FROM efficiency_consistency;
