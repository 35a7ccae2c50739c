-- Cumulative irreversible capacity
--
-- Charge that did not come back, added up over the cycles of a cell: of each cycle the charge that
-- was passed less what came back of it, paired as coulombic_efficiency pairs them. A cycle that has
-- no such pair (the first of a Li|cathode cell, a first half cut short) adds nothing and is told.
-- The error is the sum of the errors, for a counter is off the same way every time.
--
-- formula:    Q_irr(N) = Σ (Q passed − Q that came back), cycles 1 … N
-- grain:      test_id, cycle_count
-- column:     cumulative_irreversible_capacity_ah | A·h | the sum up to this cycle
-- column:     cumulative_irreversible_capacity_error_ah | A·h | the most that it may be off
-- column:     irreversible_capacity_ah | A·h | what this cycle adds; below zero where more came
--             back than was passed
-- column:     irreversible_capacity_error_ah | A·h | the most that it may be off
-- column:     counted_cycles | 1 | cycles in the sum
-- column:     left_out_cycles | 1 | cycles up to this one that have no pair
-- column:     ce_order | | which half-cycle is compared with which
-- column:     cell_cycle_count | 1 | cycle of the cell, running on over its tests
-- column:     complete | | whether both half-cycles are there and the cycle was left
-- column:     vendor_cycle_count | 1 | the cycle as the instrument numbers it
-- column:     status | | ok, low_quality, not_comparable or not_computable
-- column:     reason | | why it is not ok: as of coulombic_efficiency where this cycle has no pair,
--             what the cycles so far say, or how many were left out after the first pair
-- main:       cumulative_irreversible_capacity_ah, error: cumulative_irreversible_capacity_error_ah
-- summary:    cumulative_irreversible_capacity | last | | ce_order | charge that did not come back,
--             summed up to the last cycle
-- inherits:   coulombic_efficiency
-- needs:      cycle, coulombic_efficiency
-- reference:  Smith, Burns, Trussler, Dahn, J. Electrochem. Soc. 157 (2010) A196
WITH pair AS (
    SELECT
        charges.*,
        coalesce(cycle.cell_id, -cycle.test_id) AS subject,
        coalesce(cycle.cell_cycle_count, cycle.cycle_count) AS cell_cycle_count,
        CASE
            WHEN charges.coulombic_efficiency IS NULL THEN NULL
            WHEN charges.ce_order LIKE 'discharge_over%'
                THEN charges.charge_capacity_ah - charges.discharge_capacity_ah
            ELSE charges.discharge_capacity_ah - charges.charge_capacity_ah
        END AS own_ah,
        -- the error of the ratio is the sum of the relative ones
        charges.coulombic_efficiency_error
        * CASE
            WHEN charges.ce_order LIKE 'discharge_over%' THEN charges.charge_capacity_ah
            ELSE charges.discharge_capacity_ah
        END AS own_error_ah
    FROM coulombic_efficiency AS charges
    JOIN cycle
        ON cycle.test_id = charges.test_id
        AND cycle.cycle_count = charges.cycle_count
),

course AS (
    SELECT
        *,
        sum(own_ah) OVER so_far AS sum_ah,
        sum(own_error_ah) OVER so_far AS sum_error_ah,
        count(own_ah) OVER so_far AS counted_cycles,
        count(*) OVER so_far - count(own_ah) OVER so_far AS left_out_cycles,
        min(CASE WHEN own_ah IS NOT NULL AND status <> 'ok' THEN coalesce(reason, status) END)
            OVER so_far AS doubt,
        min(CASE WHEN own_ah IS NOT NULL THEN cell_cycle_count END) OVER so_far AS first_pair
    FROM pair
    WINDOW so_far AS (
        PARTITION BY subject ORDER BY cell_cycle_count, test_id, cycle_count
        ROWS UNBOUNDED PRECEDING
    )
),

judged AS (
    SELECT
        *,
        -- what lacks before the first pair is no gap in the sum
        sum(CASE WHEN own_ah IS NULL AND cell_cycle_count > first_pair THEN 1 ELSE 0 END) OVER (
            PARTITION BY subject ORDER BY cell_cycle_count, test_id, cycle_count
            ROWS UNBOUNDED PRECEDING
        ) AS gaps
    FROM course
)

SELECT
    test_id,
    cycle_count,
    CASE WHEN own_ah IS NOT NULL THEN sum_ah END AS cumulative_irreversible_capacity_ah,
    CASE WHEN own_ah IS NOT NULL THEN sum_error_ah END AS cumulative_irreversible_capacity_error_ah,
    own_ah AS irreversible_capacity_ah,
    own_error_ah AS irreversible_capacity_error_ah,
    counted_cycles,
    left_out_cycles,
    ce_order,
    cell_cycle_count,
    complete,
    vendor_cycle_count,
    CASE
        WHEN own_ah IS NULL THEN status
        WHEN doubt IS NOT NULL OR gaps > 0 THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    CASE
        WHEN own_ah IS NULL THEN reason
        ELSE nullif(
            concat_ws(
                ', ', doubt, CASE WHEN gaps > 0 THEN concat(gaps, ' cycles without a pair') END
            ),
            ''
        )
    END AS reason
FROM judged;

-- example: what is lost in each cycle adds up, and so do the errors
WITH cycle(test_id, cycle_count) AS (VALUES (1, 1), (1, 2)),
coulombic_efficiency(
    test_id, cycle_count, coulombic_efficiency, coulombic_efficiency_error, charge_capacity_ah,
    discharge_capacity_ah, ce_order, status
) AS (
    VALUES (1, 1, 0.75, 0.125, 4, 3, 'discharge_over_charge', 'ok'),
    (1, 2, 0.5, 0.125, 4, 2, 'discharge_over_charge', 'ok')
)
SELECT
    cumulative_irreversible_capacity_ah = CASE cycle_count WHEN 1 THEN 1 ELSE 3 END,
    cumulative_irreversible_capacity_error_ah = CASE cycle_count WHEN 1 THEN 0.5 ELSE 1 END,
    irreversible_capacity_ah = cycle_count,
    status = 'ok' AND left_out_cycles = 0
FROM cumulative_irreversible_capacity;

-- example: where the discharge loads, what is missing is of the discharge
WITH cycle(test_id, cycle_count) AS (VALUES (1, 1)),
coulombic_efficiency(
    test_id, cycle_count, coulombic_efficiency, charge_capacity_ah, discharge_capacity_ah,
    ce_order, status
) AS (VALUES (1, 1, 0.5, 2, 4, 'charge_over_preceding_discharge', 'ok'))
SELECT cumulative_irreversible_capacity_ah = 2 AND status = 'ok'
FROM cumulative_irreversible_capacity;

-- example: a first cycle without a pair is no gap, a later one is
WITH cycle(test_id, cycle_count) AS (VALUES (1, 1), (1, 2), (1, 3), (1, 4)),
coulombic_efficiency(
    test_id, cycle_count, coulombic_efficiency, charge_capacity_ah, discharge_capacity_ah,
    ce_order, status, reason
) AS (
    VALUES (1, 1, NULL, NULL, 4, 'discharge_over_charge', 'not_comparable', 'a half is missing'),
    (1, 2, 0.5, 4, 2, 'discharge_over_charge', 'ok', NULL),
    (1, 3, NULL, 4, NULL, 'discharge_over_charge', 'not_computable', 'missing current_ampere'),
    (1, 4, 0.5, 4, 2, 'discharge_over_charge', 'ok', NULL)
)
SELECT
    CASE cycle_count
        WHEN 1 THEN status = 'not_comparable' AND reason = 'a half is missing'
        WHEN 2 THEN status = 'ok' AND cumulative_irreversible_capacity_ah = 2
        WHEN 3 THEN status = 'not_computable' AND cumulative_irreversible_capacity_ah IS NULL
        ELSE status = 'low_quality' AND reason = '1 cycles without a pair'
            AND cumulative_irreversible_capacity_ah = 4
    END
FROM cumulative_irreversible_capacity;
