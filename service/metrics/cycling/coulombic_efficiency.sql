-- Coulombic efficiency
--
-- Charge that came back over the charge that was passed before it. The default divides each
-- discharge by the charge that ran last before it: the same cycle's when the test began with a
-- charge, the previous cycle's of the cell when it began with a discharge (a Li|cathode cell),
-- whose first cycle then has none. For a half-cell in which the discharge loads the electrode, ask
-- for charge_over_preceding_discharge. A test may begin in the middle of its first half-cycle:
-- where that is below 80 % of the next of its direction, nothing is compared with it. Either half
-- of a symmetric cell strips one electrode and plates the other, so neither gives back what the
-- other took: there is no efficiency.
--
-- formula:    CE = Q(discharge) / Q(charge before it); by order also Q(charge) / Q(discharge), of
--             one cycle or with the half-cycle before
-- grain:      test_id, cycle_count
-- column:     coulombic_efficiency | 1 | the one capacity over the other
-- column:     coulombic_efficiency_error | 1 | the most that it may be off, by the errors of both
-- column:     charge_capacity_ah | A·h | the charge that was compared
-- column:     discharge_capacity_ah | A·h | the discharge that was compared
-- column:     ce_order | | what was divided by what: discharge_over_charge or
--             charge_over_discharge within one cycle, discharge_over_preceding_charge or
--             charge_over_preceding_discharge where the divisor is of the cycle before
-- column:     plausible | | whether 0 < efficiency <= 1.02; null when there is none
-- column:     complete | | whether both half-cycles are there and the cycle was left
-- column:     vendor_cycle_count | 1 | the cycle as the instrument numbers it
-- column:     status | | ok, low_quality, not_comparable or not_computable
-- column:     reason | | why it is not ok: what the steps of either say, first half cut short,
--             nothing preceded it, a half is missing, missing current_ampere, or not applicable
--             to a symmetric cell
-- main:       coulombic_efficiency, error: coulombic_efficiency_error
-- summary:    coulombic_efficiency | median | complete | ce_order | median coulombic efficiency of
--             the complete cycles, formation and check-ups among them
-- takes:      order | text(discharge_over_charge, charge_over_discharge,
--             discharge_over_preceding_charge, charge_over_preceding_discharge) |
--             discharge_over_preceding_charge | which half-cycle is compared with which: the two
--             of one cycle, or one with the opposite half-cycle that ran last before it
-- needs:      cycle, cell
-- reference:  Smith, Burns, Trussler, Dahn, J. Electrochem. Soc. 157 (2010) A196
WITH placed AS (
    SELECT
        *,
        $order IN ('discharge_over_charge', 'discharge_over_preceding_charge') AS of_discharge,
        CASE $order
            WHEN 'discharge_over_preceding_charge' THEN first_mode = 'discharge'
            WHEN 'charge_over_preceding_discharge' THEN first_mode = 'charge'
            ELSE false
        END AS of_earlier,
        coalesce(
            row_number() OVER of_test = 1
            AND CASE first_mode
                WHEN 'charge'
                    THEN charge_capacity_ah < 0.8 * lead(charge_capacity_ah) OVER of_test
                WHEN 'discharge'
                    THEN discharge_capacity_ah < 0.8 * lead(discharge_capacity_ah) OVER of_test
            END,
            false
        ) AS first_half_is_cut
    FROM cycle
    WINDOW of_test AS (PARTITION BY test_id ORDER BY cycle_count)
),

neighbor AS (
    SELECT
        *,
        lag(charge_capacity_ah) OVER of_cell AS earlier_charge_ah,
        lag(charge_error_ah) OVER of_cell AS earlier_charge_error_ah,
        lag(discharge_capacity_ah) OVER of_cell AS earlier_discharge_ah,
        lag(discharge_error_ah) OVER of_cell AS earlier_discharge_error_ah,
        lag(status) OVER of_cell AS earlier_status,
        lag(reason) OVER of_cell AS earlier_reason,
        row_number() OVER of_cell AS place
    FROM placed
    WINDOW of_cell AS (
        PARTITION BY coalesce(cell_id, -test_id) ORDER BY cell_cycle_count, test_id, cycle_count
    )
),

pair AS (
    SELECT
        *,
        CASE WHEN of_earlier AND of_discharge THEN earlier_charge_ah ELSE charge_capacity_ah END
            AS charge_ah,
        CASE
            WHEN of_earlier AND of_discharge THEN earlier_charge_error_ah
            ELSE charge_error_ah
        END AS charge_off_ah,
        CASE
            WHEN of_earlier AND NOT of_discharge THEN earlier_discharge_ah
            ELSE discharge_capacity_ah
        END AS discharge_ah,
        CASE
            WHEN of_earlier AND NOT of_discharge THEN earlier_discharge_error_ah
            ELSE discharge_error_ah
        END AS discharge_off_ah
    FROM neighbor
),

ratio AS (
    SELECT
        pair.*,
        coalesce(cell."symmetric", false) AS is_symmetric,
        CASE
            WHEN of_earlier IS NULL OR (of_earlier AND place = 1) THEN 'nothing preceded it'
            WHEN first_half_is_cut THEN 'first half cut short'
            WHEN charge_ah = 0 OR discharge_ah = 0 THEN 'a half is missing'
        END AS incomparable,
        CASE
            WHEN of_discharge THEN discharge_ah / nullif(charge_ah, 0)
            ELSE charge_ah / nullif(discharge_ah, 0)
        END AS quotient
    FROM pair
    LEFT JOIN cell ON cell.cell_id = pair.cell_id
),

answer AS (
    SELECT
        *,
        CASE WHEN incomparable IS NULL AND NOT is_symmetric THEN quotient END
            AS coulombic_efficiency
    FROM ratio
)

SELECT
    test_id,
    cycle_count,
    coulombic_efficiency,
    coulombic_efficiency
    * (charge_off_ah / nullif(charge_ah, 0) + discharge_off_ah / nullif(discharge_ah, 0))
        AS coulombic_efficiency_error,
    charge_ah AS charge_capacity_ah,
    discharge_ah AS discharge_capacity_ah,
    CASE
        WHEN of_discharge AND of_earlier THEN 'discharge_over_preceding_charge'
        WHEN of_discharge THEN 'discharge_over_charge'
        WHEN of_earlier THEN 'charge_over_preceding_discharge'
        ELSE 'charge_over_discharge'
    END AS ce_order,
    coulombic_efficiency > 0 AND coulombic_efficiency <= 1.02 AS plausible,
    complete,
    vendor_cycle_count,
    CASE
        WHEN is_symmetric THEN 'not_computable'
        WHEN incomparable IS NOT NULL THEN 'not_comparable'
        WHEN coulombic_efficiency IS NULL THEN 'not_computable'
        WHEN status <> 'ok' OR (of_earlier AND earlier_status <> 'ok') THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    CASE
        WHEN is_symmetric THEN 'not applicable to a symmetric cell'
        WHEN incomparable IS NOT NULL THEN incomparable
        WHEN coulombic_efficiency IS NULL THEN 'missing current_ampere'
        WHEN status <> 'ok' THEN reason
        WHEN of_earlier AND earlier_status <> 'ok' THEN earlier_reason
    END AS reason
FROM answer;

-- example: half the charge returned is half the efficiency
WITH cycle(
    test_id, cycle_count, first_mode, charge_capacity_ah, discharge_capacity_ah,
    charge_error_ah, discharge_error_ah, status
) AS (VALUES (1, 1, 'charge', 2, 1, 0.02, 0.01, 'ok'))
SELECT
    coulombic_efficiency = 0.5,
    abs(coulombic_efficiency_error - 0.01) < 1e-12,
    ce_order = 'discharge_over_charge',
    plausible,
    status = 'ok'
FROM coulombic_efficiency;

-- example: a test that began with a discharge compares it with the charge of the cycle before
WITH cycle(test_id, cycle_count, first_mode, charge_capacity_ah, discharge_capacity_ah, status)
AS (VALUES (1, 1, 'discharge', 4, 5, 'ok'), (1, 2, 'discharge', 3, 2, 'ok'))
SELECT
    coulombic_efficiency IS NOT DISTINCT FROM CASE cycle_count WHEN 2 THEN 0.5 END,
    ce_order = 'discharge_over_preceding_charge',
    status = CASE cycle_count WHEN 2 THEN 'ok' ELSE 'not_comparable' END,
    reason IS NOT DISTINCT FROM CASE cycle_count WHEN 1 THEN 'nothing preceded it' END
FROM coulombic_efficiency;

-- example: within one cycle the charge over the discharge is upside down
-- given: order = charge_over_discharge
WITH cycle(test_id, cycle_count, first_mode, charge_capacity_ah, discharge_capacity_ah)
AS (VALUES (1, 1, 'charge', 2, 1))
SELECT
    coulombic_efficiency = 2,
    ce_order = 'charge_over_discharge',
    NOT plausible
FROM coulombic_efficiency;

-- example: a first charge that began half full is compared with nothing
WITH cycle(test_id, cycle_count, first_mode, charge_capacity_ah, discharge_capacity_ah, status)
AS (VALUES (1, 1, 'charge', 0.3, 1, 'ok'), (1, 2, 'charge', 1, 1, 'ok'))
SELECT
    coulombic_efficiency IS NOT DISTINCT FROM CASE cycle_count WHEN 2 THEN 1 END,
    reason IS NOT DISTINCT FROM CASE cycle_count WHEN 1 THEN 'first half cut short' END
FROM coulombic_efficiency;

-- example: nothing was charged, so there is no efficiency
WITH cycle(test_id, cycle_count, first_mode, charge_capacity_ah, discharge_capacity_ah)
AS (VALUES (1, 1, 'charge', 0, 1))
SELECT coulombic_efficiency IS NULL AND plausible IS NULL AND reason = 'a half is missing'
FROM coulombic_efficiency;

-- example: what a symmetric cell strips and plates is no efficiency
WITH cycle(
    test_id, cycle_count, cell_id, first_mode, charge_capacity_ah, discharge_capacity_ah, status
) AS (VALUES (1, 1, 7, 'charge', 2, 1, 'ok')),
cell(cell_id, "symmetric") AS (VALUES (7, true))
SELECT
    coulombic_efficiency IS NULL AND plausible IS NULL,
    status = 'not_computable',
    reason = 'not applicable to a symmetric cell'
FROM coulombic_efficiency;
