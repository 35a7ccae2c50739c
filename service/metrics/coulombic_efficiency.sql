-- Coulombic efficiency
--
-- Charge that came back over the charge that was passed before it. The default divides each
-- discharge by the charge that ran last before it: the same cycle's when the test began with a
-- charge, the previous cycle's when it began with a discharge (a Li|cathode cell), whose first
-- cycle then has none. For a half-cell in which the discharge loads the electrode, ask for
-- charge_over_preceding_discharge.
--
-- grain:      test_id, cycle_count
-- column:     coulombic_efficiency | 1 | the one capacity over the other
-- column:     charge_capacity_ah | A·h | the charge that was compared
-- column:     discharge_capacity_ah | A·h | the discharge that was compared
-- column:     plausible | | whether 0 < efficiency <= 1.02; null when there is none
-- column:     complete | | whether both half-cycles are there and the cycle was left
-- takes:      order | text(discharge_over_charge, charge_over_discharge,
--             discharge_over_preceding_charge, charge_over_preceding_discharge)
--             | discharge_over_preceding_charge | which half-cycle is compared with which: the two
--             of one cycle, or one with the opposite half-cycle that ran last before it
-- needs:      cycle
-- reference:  Smith, Burns, Trussler, Dahn, J. Electrochem. Soc. 157 (2010) A196
WITH neighbor AS (
    SELECT
        *,
        lag(charge_capacity_ah) OVER counted AS earlier_charge,
        lag(discharge_capacity_ah) OVER counted AS earlier_discharge
    FROM cycle
    WINDOW counted AS (PARTITION BY test_id ORDER BY cycle_count)
),

pair AS (
    SELECT
        test_id,
        cycle_count,
        complete,
        CASE
            WHEN $order <> 'discharge_over_preceding_charge' OR first_mode = 'charge'
                THEN charge_capacity_ah
            WHEN first_mode = 'discharge' THEN earlier_charge
        END AS charge_capacity_ah,
        CASE
            WHEN $order <> 'charge_over_preceding_discharge' OR first_mode = 'discharge'
                THEN discharge_capacity_ah
            WHEN first_mode = 'charge' THEN earlier_discharge
        END AS discharge_capacity_ah
    FROM neighbor
)
SELECT
    test_id,
    cycle_count,
    CASE
        WHEN $order IN ('discharge_over_charge', 'discharge_over_preceding_charge')
            THEN discharge_capacity_ah / nullif(charge_capacity_ah, 0)
        ELSE charge_capacity_ah / nullif(discharge_capacity_ah, 0)
    END AS coulombic_efficiency,
    charge_capacity_ah,
    discharge_capacity_ah,
    coulombic_efficiency > 0 AND coulombic_efficiency <= 1.02 AS plausible,
    complete
FROM pair;

-- example: half the charge returned is half the efficiency
WITH cycle(test_id, cycle_count, first_mode, charge_capacity_ah, discharge_capacity_ah, complete)
AS (VALUES (1, 1, 'charge', 2, 1, true))
SELECT
    coulombic_efficiency = 0.5,
    plausible,
    complete
FROM coulombic_efficiency;

-- example: a test that began with a discharge compares it with the charge of the cycle before
WITH cycle(test_id, cycle_count, first_mode, charge_capacity_ah, discharge_capacity_ah)
AS (VALUES (1, 1, 'discharge', 4, 5), (1, 2, 'discharge', 3, 2))
SELECT
    coulombic_efficiency IS NOT DISTINCT FROM CASE cycle_count WHEN 2 THEN 0.5 END
FROM coulombic_efficiency;

-- example: within one cycle the charge over the discharge is upside down
-- given: order = charge_over_discharge
WITH cycle(test_id, cycle_count, first_mode, charge_capacity_ah, discharge_capacity_ah)
AS (VALUES (1, 1, 'charge', 2, 1))
SELECT
    coulombic_efficiency = 2,
    NOT plausible
FROM coulombic_efficiency;

-- example: nothing was charged, so there is no efficiency
WITH cycle(test_id, cycle_count, first_mode, charge_capacity_ah, discharge_capacity_ah)
AS (VALUES (1, 1, 'charge', 0, 1))
SELECT coulombic_efficiency IS NULL AND plausible IS NULL
FROM coulombic_efficiency;
