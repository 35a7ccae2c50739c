-- Hysteresis
--
-- Mean voltage of the charge less that of the discharge of the same cycle: the whole gap, twice
-- the overpotential of one half-cycle.
--
-- formula:    ΔV = E(charge) / Q(charge) − E(discharge) / Q(discharge)
-- grain:      test_id, cycle_count
-- column:     hysteresis_volt | V | mean charge voltage less mean discharge voltage
-- column:     complete | | whether both half-cycles are there and the cycle was left
-- column:     vendor_cycle_count | 1 | the cycle as the instrument numbers it
-- column:     status | | ok, low_quality or not_computable
-- column:     reason | | why it is not ok: as of mean_voltage, or nothing was charged
-- main:       hysteresis_volt
-- needs:      mean_voltage
-- reference:  Dreyer et al., Nature Materials 9 (2010) 448, 10.1038/nmat2730
SELECT
    test_id,
    cycle_count,
    mean_charge_voltage_volt - mean_discharge_voltage_volt AS hysteresis_volt,
    complete,
    vendor_cycle_count,
    CASE WHEN hysteresis_volt IS NULL THEN 'not_computable' ELSE status END AS status,
    CASE
        WHEN mean_charge_voltage_volt IS NULL AND mean_discharge_voltage_volt IS NOT NULL
            THEN 'nothing was charged'
        ELSE reason
    END AS reason
FROM mean_voltage;

-- example: 4 V in and 3 V out are 1 V apart
WITH mean_voltage(
    test_id, cycle_count, mean_charge_voltage_volt, mean_discharge_voltage_volt, status
) AS (VALUES (1, 1, 4, 3, 'ok'))
SELECT
    hysteresis_volt = 1,
    status = 'ok'
FROM hysteresis;

-- example: without a charge there is none
WITH mean_voltage(test_id, cycle_count, mean_discharge_voltage_volt, status)
AS (VALUES (1, 1, 3, 'ok'))
SELECT
    hysteresis_volt IS NULL,
    status = 'not_computable',
    reason = 'nothing was charged'
FROM hysteresis;
