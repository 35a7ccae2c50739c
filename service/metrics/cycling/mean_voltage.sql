-- Mean voltage
--
-- Energy over charge of each half-cycle: the voltage averaged over the charge that passed, not
-- over time.
--
-- formula:    V = E / Q = ∫ V I dt / ∫ I dt of each half-cycle
-- grain:      test_id, cycle_count
-- column:     mean_charge_voltage_volt | V | charge energy over charge capacity
-- column:     mean_discharge_voltage_volt | V | discharge energy over discharge capacity
-- column:     complete | | whether both half-cycles are there and the cycle was left
-- column:     vendor_cycle_count | 1 | the cycle as the instrument numbers it
-- column:     status | | ok, low_quality or not_computable
-- column:     reason | | why it is not ok: what its steps say, nothing was discharged, missing
--             current_ampere or voltage_volt
-- main:       mean_discharge_voltage_volt
-- needs:      cycle
-- reference:  Eftekhari, Sustainable Energy Fuels 1 (2017) 2053, 10.1039/C7SE00350A
SELECT
    test_id,
    cycle_count,
    charge_energy_wh / nullif(charge_capacity_ah, 0) AS mean_charge_voltage_volt,
    discharge_energy_wh / nullif(discharge_capacity_ah, 0) AS mean_discharge_voltage_volt,
    complete,
    vendor_cycle_count,
    CASE WHEN mean_discharge_voltage_volt IS NULL THEN 'not_computable' ELSE status END AS status,
    CASE
        WHEN discharge_capacity_ah IS NULL THEN 'missing current_ampere'
        WHEN discharge_capacity_ah = 0 THEN 'nothing was discharged'
        WHEN discharge_energy_wh IS NULL THEN 'missing voltage_volt'
        ELSE reason
    END AS reason
FROM cycle;

-- example: 8 Wh in 2 Ah are 4 V
WITH cycle(
    test_id, cycle_count,
    charge_capacity_ah, discharge_capacity_ah, charge_energy_wh, discharge_energy_wh, status
) AS (VALUES (1, 1, 2, 2, 8, 6, 'ok'))
SELECT
    mean_charge_voltage_volt = 4,
    mean_discharge_voltage_volt = 3,
    status = 'ok'
FROM mean_voltage;

-- example: a half-cycle that never ran has no voltage
WITH cycle(
    test_id, cycle_count,
    charge_capacity_ah, discharge_capacity_ah, charge_energy_wh, discharge_energy_wh, status
) AS (VALUES (1, 1, 2, 0, 8, 0, 'ok'))
SELECT
    mean_discharge_voltage_volt IS NULL,
    status = 'not_computable',
    reason = 'nothing was discharged'
FROM mean_voltage;
