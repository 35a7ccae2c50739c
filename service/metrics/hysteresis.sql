-- Hysteresis
--
-- Mean voltage of the charge less that of the discharge of the same cycle: the whole gap, twice the
-- overpotential of one half-cycle.
--
-- grain:      test_id, cycle_count
-- column:     hysteresis_volt | V | mean charge voltage less mean discharge voltage
-- column:     complete | | whether both half-cycles are there and the cycle was left
-- needs:      mean_voltage
-- reference:  Dreyer et al., Nature Materials 9 (2010) 448, 10.1038/nmat2730
SELECT
    test_id,
    cycle_count,
    mean_charge_voltage_volt - mean_discharge_voltage_volt AS hysteresis_volt,
    complete
FROM mean_voltage;

-- example: 4 V in and 3 V out are 1 V apart
WITH cycle(
    test_id, cycle_count,
    charge_capacity_ah, discharge_capacity_ah, charge_energy_wh, discharge_energy_wh
) AS (VALUES (1, 1, 2, 2, 8, 6))
SELECT hysteresis_volt = 1
FROM hysteresis;
