-- Claimed drift of an activation energy, recomputed
--
-- What activation_energy_drift makes of the cells that a claim of such a drift is about, a row per
-- cell. A cell is meant by its name or by its configuration, where the claim tells a current
-- density by that too: the median of the steps that cycled it is within 2 % of it. Lowest and
-- highest are three standard errors off.
--
-- grain:      claim_id, basis
-- column:     basis | | the cell
-- column:     cell_id | | the cell
-- column:     test_id | | null: it rests on several
-- column:     value | | slope, in `unit`
-- column:     lowest | | what it is at least
-- column:     highest | | what it is at most
-- column:     unit | | meV/h
-- column:     word | | falls, rises or stable
-- column:     method | | what was computed, of what
-- column:     status | | ok or low_quality
-- column:     reason | | why not ok; null when ok
-- main:       value, low: lowest, high: highest
-- shown:      no
-- needs:      claim, claim_subject, cell, activation_energy_drift
-- reference:  activation_energy_drift
SELECT
    claim.claim_id,
    concat('cell ', cell.cell_name) AS basis,
    cell.cell_id,
    CAST(NULL AS BIGINT) AS test_id,
    0.01 * drift.drift_mev_per_100_hour AS value,
    0.01 * (drift.drift_mev_per_100_hour - 3 * drift.error_mev_per_100_hour) AS lowest,
    0.01 * (drift.drift_mev_per_100_hour + 3 * drift.error_mev_per_100_hour) AS highest,
    subject.unit,
    drift.verdict AS word,
    concat(
        'line through the activation energies of the ',
        drift.object,
        printf(' at %d times', drift."count"),
        printf(' from %.4g to %.4g h of cycling: ', drift.first_hour, drift.last_hour),
        printf('%.3g ± %.2g', drift.drift_mev_per_100_hour, drift.error_mev_per_100_hour),
        printf(' meV per 100 h, %.3g eV in all: ', drift.range_ev),
        drift.verdict
    ) AS method,
    drift.status,
    drift.reason
FROM claim
JOIN claim_subject AS subject ON subject.claim_id = claim.claim_id
JOIN activation_energy_drift AS drift
    ON drift.cell_id = coalesce(claim.cell_id, drift.cell_id)
    AND (claim.configuration IS NULL OR claim.configuration = drift.configuration)
    AND (
        claim.current_density_ma_per_cm2 IS NULL
        OR abs(drift.current_density_ma_per_cm2 - claim.current_density_ma_per_cm2)
        <= 0.02 * claim.current_density_ma_per_cm2
    )
JOIN cell ON cell.cell_id = drift.cell_id
WHERE claim.quantity = 'activation_energy_drift'
    AND (claim.cell_id IS NOT NULL OR claim.configuration IS NOT NULL)
    AND drift.verdict IS NOT NULL;

-- example: the cell of that configuration, at that current
WITH claim(claim_id, quantity, computed_unit, text, configuration, current_density_ma_per_cm2) AS (
    VALUES
    (1, 'activation_energy_drift', 'meV/h', 'falls', 'Li/LATP/Li', 0.05),
    (2, 'activation_energy_drift', 'meV/h', 'falls', 'Li/LATP/Li', 0.1),
    (3, 'activation_energy_drift', 'meV/h', 'falls', 'Li/X/Li', 0.05),
    (4, 'activation_energy_drift', 'meV/h', 'falls', NULL, 0.05)
),
activation_energy_drift(
    cell_id, configuration, current_density_ma_per_cm2, object, "count", first_hour, last_hour,
    drift_mev_per_100_hour, error_mev_per_100_hour, range_ev, verdict, status, reason
) AS (
    VALUES (
        7, 'Li/LATP/Li', 0.05, 'interface', 2, 0, 100, -100, 2, 0.1, 'falls', 'low_quality',
        'only 2 activation energies'
    )
),
cell(cell_id, cell_name) AS (VALUES (7, 'x'))
SELECT
    count(*) OVER () = 1,
    claim_id = 1 AND basis = 'cell x' AND cell_id = 7,
    abs(value + 1) < 1e-9 AND abs(lowest + 1.06) < 1e-9 AND abs(highest + 0.94) < 1e-9,
    unit = 'meV/h',
    word = 'falls',
    method = 'line through the activation energies of the interface at 2 times from 0 to 100 h of '
        || 'cycling: -100 ± 2 meV per 100 h, 0.1 eV in all: falls',
    status = 'low_quality' AND reason = 'only 2 activation energies'
FROM claimed_drift;
