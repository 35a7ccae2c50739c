-- Energy efficiency
--
-- Energy that came back over the energy that was passed before it, the half-cycles paired as in
-- coulombic_efficiency. Divided by the coulombic efficiency it is the voltage efficiency: the mean
-- voltage of the one over that of the other. Its error is that of the charges; voltage adds
-- little.
--
-- formula:    EE = E(discharge) / E(charge before it), E = ∫ V I dt, paired as CE; voltage
--             efficiency = EE / CE
-- grain:      test_id, cycle_count
-- column:     energy_efficiency | 1 | the one energy over the other
-- column:     energy_efficiency_error | 1 | the most that it may be off, by the errors of charge
-- column:     voltage_efficiency | 1 | energy efficiency over coulombic efficiency
-- column:     charge_energy_wh | W·h | the charge energy that was compared
-- column:     discharge_energy_wh | W·h | the discharge energy that was compared
-- column:     ce_order | | what was divided by what, see coulombic_efficiency
-- column:     complete | | whether both half-cycles are there and the cycle was left
-- column:     vendor_cycle_count | 1 | the cycle as the instrument numbers it
-- column:     status | | ok, low_quality, not_comparable or not_computable
-- column:     reason | | why it is not ok: as of coulombic_efficiency, or missing voltage_volt
-- main:       energy_efficiency, error: energy_efficiency_error
-- summary:    energy_efficiency | median | complete | ce_order | median energy efficiency of the
--             complete cycles, formation and check-ups among them
-- inherits:   coulombic_efficiency
-- needs:      cycle, coulombic_efficiency
-- reference:  Eftekhari, Sustainable Energy Fuels 1 (2017) 2053, 10.1039/C7SE00350A
WITH neighbor AS (
    SELECT
        *,
        lag(charge_energy_wh) OVER counted AS earlier_charge_wh,
        lag(discharge_energy_wh) OVER counted AS earlier_discharge_wh
    FROM cycle
    WINDOW counted AS (
        PARTITION BY coalesce(cell_id, -test_id) ORDER BY cell_cycle_count, test_id, cycle_count
    )
),

pair AS (
    SELECT
        charges.*,
        CASE
            WHEN charges.ce_order = 'discharge_over_preceding_charge'
                THEN neighbor.earlier_charge_wh
            ELSE neighbor.charge_energy_wh
        END AS charge_energy_wh,
        CASE
            WHEN charges.ce_order = 'charge_over_preceding_discharge'
                THEN neighbor.earlier_discharge_wh
            ELSE neighbor.discharge_energy_wh
        END AS discharge_energy_wh
    FROM coulombic_efficiency AS charges
    JOIN neighbor
        ON neighbor.test_id = charges.test_id
        AND neighbor.cycle_count = charges.cycle_count
),

ratio AS (
    SELECT
        *,
        CASE
            WHEN coulombic_efficiency IS NULL THEN NULL
            WHEN ce_order IN ('discharge_over_charge', 'discharge_over_preceding_charge')
                THEN discharge_energy_wh / nullif(charge_energy_wh, 0)
            ELSE charge_energy_wh / nullif(discharge_energy_wh, 0)
        END AS energy_efficiency
    FROM pair
)

SELECT
    test_id,
    cycle_count,
    energy_efficiency,
    energy_efficiency * coulombic_efficiency_error / nullif(coulombic_efficiency, 0)
        AS energy_efficiency_error,
    energy_efficiency / nullif(coulombic_efficiency, 0) AS voltage_efficiency,
    charge_energy_wh,
    discharge_energy_wh,
    ce_order,
    complete,
    vendor_cycle_count,
    CASE
        WHEN energy_efficiency IS NULL AND coulombic_efficiency IS NOT NULL THEN 'not_computable'
        ELSE status
    END AS status,
    CASE
        WHEN energy_efficiency IS NULL AND coulombic_efficiency IS NOT NULL
            THEN 'missing voltage_volt'
        ELSE reason
    END AS reason
FROM ratio;

-- example: all the charge at half the voltage is half the energy
WITH cycle(test_id, cycle_count, charge_energy_wh, discharge_energy_wh) AS (VALUES (1, 1, 4, 2)),
coulombic_efficiency(
    test_id, cycle_count, coulombic_efficiency, coulombic_efficiency_error, ce_order, status
) AS (VALUES (1, 1, 1, 0.5, 'discharge_over_charge', 'ok'))
SELECT
    energy_efficiency = 0.5,
    energy_efficiency_error = 0.25,
    voltage_efficiency = 0.5,
    status = 'ok'
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
