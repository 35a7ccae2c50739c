-- Energy efficiency
--
-- Energy that came back over the energy that was passed before it, the half-cycles paired as in
-- coulombic_efficiency. Divided by the coulombic efficiency it is the voltage efficiency: the mean
-- voltage of the one over that of the other.
--
-- grain:      test_id, cycle_count
-- column:     energy_efficiency | 1 | the one energy over the other
-- column:     voltage_efficiency | 1 | energy efficiency over coulombic efficiency
-- column:     charge_energy_wh | W·h | the charge energy that was compared
-- column:     discharge_energy_wh | W·h | the discharge energy that was compared
-- column:     complete | | whether both half-cycles are there and the cycle was left
-- takes:      order | text(discharge_over_charge, charge_over_discharge,
--             discharge_over_preceding_charge, charge_over_preceding_discharge)
--             | discharge_over_preceding_charge | which half-cycle is compared with which: the two
--             of one cycle, or one with the opposite half-cycle that ran last before it
-- needs:      cycle, coulombic_efficiency
-- reference:  Eftekhari, Sustainable Energy Fuels 1 (2017) 2053, 10.1039/C7SE00350A
WITH neighbor AS (
    SELECT
        *,
        lag(charge_energy_wh) OVER counted AS earlier_charge,
        lag(discharge_energy_wh) OVER counted AS earlier_discharge
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
                THEN charge_energy_wh
            WHEN first_mode = 'discharge' THEN earlier_charge
        END AS charge_energy_wh,
        CASE
            WHEN $order <> 'charge_over_preceding_discharge' OR first_mode = 'discharge'
                THEN discharge_energy_wh
            WHEN first_mode = 'charge' THEN earlier_discharge
        END AS discharge_energy_wh
    FROM neighbor
),

ratio AS (
    SELECT
        *,
        CASE
            WHEN $order IN ('discharge_over_charge', 'discharge_over_preceding_charge')
                THEN discharge_energy_wh / nullif(charge_energy_wh, 0)
            ELSE charge_energy_wh / nullif(discharge_energy_wh, 0)
        END AS energy_efficiency
    FROM pair
)

SELECT
    ratio.test_id,
    ratio.cycle_count,
    ratio.energy_efficiency,
    ratio.energy_efficiency / nullif(coulombic_efficiency.coulombic_efficiency, 0)
        AS voltage_efficiency,
    ratio.charge_energy_wh,
    ratio.discharge_energy_wh,
    ratio.complete
FROM ratio
LEFT JOIN coulombic_efficiency
    ON coulombic_efficiency.test_id = ratio.test_id
    AND coulombic_efficiency.cycle_count = ratio.cycle_count;

-- example: all the charge at half the voltage is half the energy
WITH cycle(
    test_id, cycle_count, first_mode,
    charge_capacity_ah, discharge_capacity_ah, charge_energy_wh, discharge_energy_wh
) AS (VALUES (1, 1, 'charge', 1, 1, 4, 2))
SELECT
    energy_efficiency = 0.5,
    voltage_efficiency = 0.5
FROM energy_efficiency;

-- example: the order reaches the charge below it
-- given: order = charge_over_discharge
WITH cycle(
    test_id, cycle_count, first_mode,
    charge_capacity_ah, discharge_capacity_ah, charge_energy_wh, discharge_energy_wh
) AS (VALUES (1, 1, 'charge', 2, 1, 8, 2))
SELECT
    energy_efficiency = 4,
    voltage_efficiency = 2
FROM energy_efficiency;
