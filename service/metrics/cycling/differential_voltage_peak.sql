-- Peaks of differential voltage
--
-- Numbered peaks of dV/dQ for chosen cycles: at which charge each lies, how high it is, by how much
-- the voltage changed in it, followed over the cycles of one kind. A peak is the end of a plateau
-- of one electrode, so the charge between two of one electrode is what of it still works. The curve
-- is that of differential_voltage smoothed over seven bins. Peaks are numbered by their charge, and
-- have the same number in all cycles asked for at once; they are followed by their share of the
-- charge of the half-cycle.
--
-- formula:    Q_p the vertex of dV/dQ smoothed over seven bins; ΔV = ∫ (dV/dQ) dQ between its feet
-- grain:      test_id, cycle_count, mode, peak_count
-- column:     mode | | charge or discharge: which way the half-cycle went
-- column:     peak_count | 1 | number of the peak, from 1 at the least charge
-- column:     peak_ah | A·h | charge passed since the half-cycle began, where it lies
-- column:     peak_error_ah | A·h | half a bin, and what noise makes of it, in quadrature
-- column:     height_volt_per_ah | V/(A·h) | height of the smoothed curve
-- column:     height_error_volt_per_ah | V/(A·h) | one sigma of it
-- column:     area_volt | V | change of the voltage between the lowest places beside it
-- column:     width_ah | A·h | width at half its prominence, to a bin; null where it has no such
-- column:     prominence_volt_per_ah | V/(A·h) | how far it stands out
-- column:     cell_cycle_count | 1 | cycle of the cell, running on over its tests
-- column:     kind_count | 1 | kind of cycle, from 1 as they come
-- column:     kind | | how the discharge of the cycle was controlled, e.g. CC 0.5 A
-- column:     kind_role | | formation, check_up, main, or other
-- column:     status | | ok or low_quality
-- column:     reason | | why it is not ok: what the steps of the half-cycle say, or which of
--             several peaks it is is not sure
-- main:       peak_ah, error: peak_error_ah
-- inherits:   differential_curve_peak
-- materialized: no | reads the points of a few cycles, which the asker names
-- needs:      differential_curve_peak
-- reference:  Bloom et al., J. Power Sources 139 (2005) 295; Fath et al., J. Energy Storage 25
--             (2019) 100813
SELECT
    test_id,
    cycle_count,
    mode,
    peak_count,
    place AS peak_ah,
    place_error AS peak_error_ah,
    height AS height_volt_per_ah,
    height_error AS height_error_volt_per_ah,
    area AS area_volt,
    width AS width_ah,
    prominence AS prominence_volt_per_ah,
    cell_cycle_count,
    kind_count,
    kind,
    kind_role,
    status,
    reason
FROM differential_curve_peak
WHERE curve = 'differential_voltage';

-- example: it tells those of dV/dQ alone
WITH differential_curve_peak(
    test_id, cycle_count, mode, curve, peak_count, place, place_error, height, area, status
) AS (
    VALUES (1, 1, 'discharge', 'differential_capacity', 1, 3.5, 0.0025, 2, 0.5, 'ok'),
    (1, 1, 'discharge', 'differential_voltage', 1, 1, 0.1, 2, 0.5, 'ok')
)
SELECT
    peak_ah = 1,
    peak_error_ah = 0.1,
    height_volt_per_ah = 2,
    area_volt = 0.5,
    status = 'ok'
FROM differential_voltage_peak;
