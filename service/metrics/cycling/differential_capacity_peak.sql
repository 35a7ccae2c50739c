-- Peaks of differential capacity
--
-- Numbered peaks of dQ/dV for chosen cycles: where each lies, how high it is, what passed in it,
-- followed over the cycles of one kind. A peak is one phase transition; that it moves tells of
-- resistance or of slipped electrodes, that it shrinks of lost material or lithium. The curve is
-- that of differential_capacity smoothed over seven bins, which lowers peaks narrower than these;
-- the area is not smoothed. Peaks are numbered by their voltage, and have the same number in all
-- cycles asked for at once. Not found are peaks within five bins of the end of a half-cycle, where
-- the charge of a held voltage lies.
--
-- formula:    E_p the vertex of dQ/dV smoothed over seven bins; area = ∫ (dQ/dV) dV between its
--             feet
-- grain:      test_id, cycle_count, mode, peak_count
-- column:     mode | | charge or discharge: which way the half-cycle went
-- column:     peak_count | 1 | number of the peak, from 1 at the lowest voltage
-- column:     peak_volt | V | where it lies
-- column:     peak_error_volt | V | half a bin, and what noise makes of it, in quadrature
-- column:     height_ah_per_volt | A·h/V | height of the smoothed curve; negative on discharge
-- column:     height_error_ah_per_volt | A·h/V | one sigma of it
-- column:     area_ah | A·h | charge between the lowest places beside it; negative on discharge
-- column:     width_volt | V | width at half its prominence, to a bin; null where it has no such
-- column:     prominence_ah_per_volt | A·h/V | how far it stands out
-- column:     cell_cycle_count | 1 | cycle of the cell, running on over its tests
-- column:     kind_count | 1 | kind of cycle, from 1 as they come
-- column:     kind | | how the discharge of the cycle was controlled, e.g. CC 0.5 A
-- column:     kind_role | | formation, check_up, main, or other
-- column:     status | | ok or low_quality
-- column:     reason | | why it is not ok: what the steps of the half-cycle say, or which of
--             several peaks it is is not sure
-- main:       peak_volt, error: peak_error_volt
-- inherits:   differential_curve_peak
-- materialized: no | reads the points of a few cycles, which the asker names
-- needs:      differential_curve_peak
-- reference:  Dubarry, Anseán, Front. Energy Res. 10 (2022) 1023555; Bloom et al., J. Power Sources
--             139 (2005) 295
SELECT
    test_id,
    cycle_count,
    mode,
    peak_count,
    place AS peak_volt,
    place_error AS peak_error_volt,
    CASE mode WHEN 'charge' THEN height ELSE -height END AS height_ah_per_volt,
    height_error AS height_error_ah_per_volt,
    CASE mode WHEN 'charge' THEN area ELSE -area END AS area_ah,
    width AS width_volt,
    prominence AS prominence_ah_per_volt,
    cell_cycle_count,
    kind_count,
    kind,
    kind_role,
    status,
    reason
FROM differential_curve_peak
WHERE curve = 'differential_capacity';

-- example: on discharge height and area are negative
WITH differential_curve_peak(
    test_id, cycle_count, mode, curve, peak_count, place, place_error, height, area, status
) AS (
    VALUES (1, 1, 'discharge', 'differential_capacity', 1, 3.5, 0.0025, 2, 0.5, 'ok'),
    (1, 1, 'discharge', 'differential_voltage', 1, 1, 0.1, 2, 0.5, 'ok')
)
SELECT
    peak_volt = 3.5,
    peak_error_volt = 0.0025,
    height_ah_per_volt = -2,
    area_ah = -0.5,
    status = 'ok'
FROM differential_capacity_peak;
