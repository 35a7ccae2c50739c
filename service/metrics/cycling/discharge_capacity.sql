-- Discharge capacity
--
-- Charge taken out of the cell in the discharge half of a cycle: what its steps passed in sum, so
-- that pulses against it are taken off, without what passed at rest. Each step is told by the
-- instrument's own counter where that lies within what the samples allow, else by trapezoid. An
-- incomplete cycle is flagged, not dropped; of a half that never ran the capacity is 0.
--
-- formula:    Q = −∫ I dt, summed over the steps of the discharge half, rests left out
-- grain:      test_id, cycle_count
-- column:     discharge_capacity_ah | A·h | charge taken out of the cell
-- column:     discharge_error_ah | A·h | the most that it may be off: resolution of the counter,
--             or what the samples leave open, with gaps and outliers
-- column:     specific_discharge_capacity_mah_per_g | mA·h/g | the same per gram of active
--             material; what that counts is the cell's mass_basis
-- column:     areal_discharge_capacity_mah_per_cm2 | mA·h/cm² | the same per electrode area
-- column:     gross_discharge_ah | A·h | all charge taken out of the cell in the cycle, pulses
--             counted
-- column:     rest_charge_ah | A·h | what passed at rest in the cycle: leakage or offset, no
--             capacity
-- column:     complete | | whether both half-cycles are there and the cycle was left
-- column:     vendor_cycle_count | 1 | the cycle as the instrument numbers it
-- column:     missing | | what is not known: current_ampere (in some record of the cycle),
--             active_mass_gram, area_cm2; null when nothing
-- column:     status | | ok, low_quality or not_computable
-- column:     reason | | why it is not ok: what its steps say, or missing current_ampere
-- main:       discharge_capacity_ah, error: discharge_error_ah
-- summary:    first_discharge_capacity | first | complete | | discharge capacity of the first
--             complete cycle
-- summary:    last_discharge_capacity | last | complete | | discharge capacity of the last complete
--             cycle
-- needs:      cycle, cell
-- reference:  IEC 61960-3:2017
SELECT
    cycle.test_id,
    cycle.cycle_count,
    cycle.discharge_capacity_ah,
    cycle.discharge_error_ah,
    1000 * cycle.discharge_capacity_ah / nullif(cell.active_mass_gram, 0)
        AS specific_discharge_capacity_mah_per_g,
    1000 * cycle.discharge_capacity_ah / nullif(cell.area_cm2, 0)
        AS areal_discharge_capacity_mah_per_cm2,
    cycle.gross_discharge_ah,
    cycle.rest_charge_ah,
    cycle.complete,
    cycle.vendor_cycle_count,
    nullif(
        concat_ws(
            ', ',
            CASE WHEN cycle.discharge_capacity_ah IS NULL THEN 'current_ampere' END,
            CASE WHEN cell.active_mass_gram <> 0 THEN NULL ELSE 'active_mass_gram' END,
            CASE WHEN cell.area_cm2 <> 0 THEN NULL ELSE 'area_cm2' END
        ),
        ''
    ) AS missing,
    CASE
        WHEN cycle.discharge_capacity_ah IS NULL THEN 'not_computable'
        ELSE cycle.status
    END AS status,
    CASE
        WHEN cycle.discharge_capacity_ah IS NULL THEN 'missing current_ampere'
        ELSE cycle.reason
    END AS reason
FROM cycle
LEFT JOIN cell ON cell.cell_id = cycle.cell_id;

-- example: 2 Ah of 10 g on 4 cm² are 200 mAh/g and 500 mAh/cm²
WITH cycle(test_id, cycle_count, cell_id, discharge_capacity_ah, status)
AS (VALUES (1, 1, 7, 2, 'ok')),
cell(cell_id, active_mass_gram, area_cm2) AS (VALUES (7, 10, 4))
SELECT
    discharge_capacity_ah = 2,
    specific_discharge_capacity_mah_per_g = 200,
    areal_discharge_capacity_mah_per_cm2 = 500,
    missing IS NULL,
    status = 'ok'
FROM discharge_capacity;

-- example: without a cell there is still a capacity, and what is doubtful in a step is told
WITH cycle(test_id, cycle_count, discharge_capacity_ah, discharge_error_ah, status, reason)
AS (VALUES (1, 1, 2, 0.5, 'low_quality', 'gap'))
SELECT
    discharge_capacity_ah = 2,
    discharge_error_ah = 0.5,
    missing = 'active_mass_gram, area_cm2',
    status = 'low_quality',
    reason = 'gap'
FROM discharge_capacity;

-- example: a record without current leaves the charge of its cycle unknown
WITH cycle(test_id, cycle_count, status) AS (VALUES (1, 1, 'ok'))
SELECT
    missing = 'current_ampere, active_mass_gram, area_cm2',
    status = 'not_computable',
    reason = 'missing current_ampere'
FROM discharge_capacity;
