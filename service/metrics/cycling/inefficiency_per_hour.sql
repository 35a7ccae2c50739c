-- Inefficiency per hour
--
-- What is missing of the coulombic efficiency over the time in which it was lost: side reactions
-- that go on at all times take more in a slow cycle, so cells cycled at different rates are
-- compared by the hour. The time is that of the cycle, its rests among it; where the efficiency is
-- of a discharge and the charge of the cycle before, it is that of both cycles halved, and a cycle
-- of another kind before it makes it low quality, for then neither half is known.
--
-- formula:    (1 − CE) / t, t the hours of the cycle
-- grain:      test_id, cycle_count
-- column:     inefficiency_per_hour | 1/h | one less the coulombic efficiency, over the hours
-- column:     inefficiency_error_per_hour | 1/h | the most that it may be off by the efficiency
-- column:     coulombic_efficiency | 1 | as of coulombic_efficiency
-- column:     cycle_hour | h | time that it is divided by
-- column:     ce_order | | which half-cycle is compared with which
-- column:     cell_cycle_count | 1 | cycle of the cell, running on over its tests
-- column:     complete | | whether both half-cycles are there and the cycle was left
-- column:     vendor_cycle_count | 1 | the cycle as the instrument numbers it
-- column:     status | | ok, low_quality, not_comparable or not_computable
-- column:     reason | | why it is not ok: as of coulombic_efficiency, the cycle before is of
--             another kind, or its time is not known
-- main:       inefficiency_per_hour, error: inefficiency_error_per_hour
-- summary:    inefficiency_per_hour | median | complete | ce_order | median coulombic inefficiency
--             per hour of the complete cycles, formation and check-ups among them
-- inherits:   coulombic_efficiency
-- needs:      cycle, coulombic_efficiency
-- reference:  Smith, Burns, Xiong, Dahn, J. Electrochem. Soc. 158 (2011) A1136
WITH timed AS (
    SELECT
        *,
        lag(duration_second) OVER of_cell AS earlier_second,
        lag(kind_count) OVER of_cell AS earlier_kind
    FROM cycle
    WINDOW of_cell AS (
        PARTITION BY coalesce(cell_id, -test_id) ORDER BY cell_cycle_count, test_id, cycle_count
    )
),

rated AS (
    SELECT
        charges.*,
        coalesce(timed.cell_cycle_count, timed.cycle_count) AS cell_cycle_count,
        CASE
            WHEN charges.ce_order NOT LIKE '%preceding%' THEN timed.duration_second
            ELSE (timed.duration_second + timed.earlier_second) / 2
        END / 3600 AS cycle_hour,
        charges.ce_order LIKE '%preceding%'
        AND timed.kind_count IS DISTINCT FROM timed.earlier_kind AS is_mixed
    FROM coulombic_efficiency AS charges
    JOIN timed
        ON timed.test_id = charges.test_id
        AND timed.cycle_count = charges.cycle_count
),

answer AS (
    SELECT
        *,
        (1 - coulombic_efficiency) / nullif(cycle_hour, 0) AS loss,
        nullif(
            concat_ws(
                ', ', reason, CASE WHEN is_mixed THEN 'the cycle before is of another kind' END
            ),
            ''
        ) AS doubts
    FROM rated
)

SELECT
    test_id,
    cycle_count,
    loss AS inefficiency_per_hour,
    coulombic_efficiency_error / nullif(cycle_hour, 0) AS inefficiency_error_per_hour,
    coulombic_efficiency,
    cycle_hour,
    ce_order,
    cell_cycle_count,
    complete,
    vendor_cycle_count,
    CASE
        WHEN coulombic_efficiency IS NULL THEN status
        WHEN loss IS NULL THEN 'not_computable'
        WHEN is_mixed THEN 'low_quality'
        ELSE status
    END AS status,
    CASE
        WHEN coulombic_efficiency IS NULL THEN reason
        WHEN loss IS NULL THEN 'missing duration'
        ELSE doubts
    END AS reason
FROM answer;

-- example: a hundredth in 4 hours is a four-hundredth in one
WITH cycle(test_id, cycle_count, duration_second) AS (VALUES (1, 1, 14400)),
coulombic_efficiency(
    test_id, cycle_count, coulombic_efficiency, coulombic_efficiency_error, ce_order, status
) AS (VALUES (1, 1, 0.99, 0.004, 'discharge_over_charge', 'ok'))
SELECT
    abs(inefficiency_per_hour - 0.0025) < 1e-12,
    abs(inefficiency_error_per_hour - 0.001) < 1e-12,
    cycle_hour = 4,
    status = 'ok' AND reason IS NULL
FROM inefficiency_per_hour;

-- example: half of each of both cycles counts where the charge is of the cycle before
WITH cycle(test_id, cycle_count, kind_count, duration_second)
AS (VALUES (1, 1, 1, 3600), (1, 2, 1, 7200), (1, 3, 2, 7200)),
coulombic_efficiency(test_id, cycle_count, coulombic_efficiency, ce_order, status, reason) AS (
    VALUES (
        1, 1, NULL, 'discharge_over_preceding_charge', 'not_comparable', 'nothing preceded it'
    ),
    (1, 2, 0.7, 'discharge_over_preceding_charge', 'ok', NULL),
    (1, 3, 0.8, 'discharge_over_preceding_charge', 'ok', NULL)
)
SELECT
    CASE cycle_count
        WHEN 1 THEN inefficiency_per_hour IS NULL AND reason = 'nothing preceded it'
        WHEN 2 THEN abs(inefficiency_per_hour - 0.2) < 1e-12 AND status = 'ok'
        ELSE status = 'low_quality' AND reason = 'the cycle before is of another kind'
    END
FROM inefficiency_per_hour;

-- example: without a time there is no rate
WITH cycle(test_id, cycle_count) AS (VALUES (1, 1)),
coulombic_efficiency(test_id, cycle_count, coulombic_efficiency, ce_order, status)
AS (VALUES (1, 1, 0.99, 'discharge_over_charge', 'ok'))
SELECT status = 'not_computable' AND reason = 'missing duration'
FROM inefficiency_per_hour;
