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
    ) AS method
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
WITH claim(claim_id, quantity, text, configuration, current_density_ma_per_cm2) AS (
    VALUES
    (1, 'activation_energy_drift', 'falls', 'Li/LATP/Li', 0.05),
    (2, 'activation_energy_drift', 'falls', 'Li/LATP/Li', 0.1),
    (3, 'activation_energy_drift', 'falls', 'Li/X/Li', 0.05),
    (4, 'activation_energy_drift', 'falls', NULL, 0.05)
),
sweep(test_id, spectrum_count, start_time_second, temperature_celsius) AS (
    SELECT test, n, 0, 20 + 10 * n
    FROM range(1, 5) AS t(n), (VALUES (1), (2), (3)) AS u(test)
),
fit(test_id, spectrum_count, version, parameter_hash, circuit, chosen, status, latest) AS (
    SELECT test_id, spectrum_count, '1', 'a', 'R0-p(R1,CPE1)', true, 'ok', true FROM sweep
),
arc(
    test_id, spectrum_count, version, parameter_hash, circuit, element, resistance_ohm,
    resistance_error_ohm, capacitance_farad, assignment, latest
) AS (
    SELECT
        test_id, spectrum_count, '1', 'a', 'R0-p(R1,CPE1)', 'R1', ohm, 0.0001 * ohm, 1e-6,
        'interface', true
    FROM (
        SELECT
            *,
            (temperature_celsius + 273.15)
            * (1 + 0.0001 * (CASE WHEN spectrum_count IN (1, 3) THEN 1 ELSE 0 END))
            * exp((0.45 - 0.05 * test_id) / (8.617333262e-5 * (temperature_celsius + 273.15)))
                AS ohm
        FROM sweep
    )
),
test(test_id, test_name, cell_id, started_at) AS (
    VALUES
    (1, 'a', 7, TIMESTAMP '2026-02-16 00:00:00'), (2, 'b', 7, TIMESTAMP '2026-02-18 02:00:00'),
    (3, 'c', 7, TIMESTAMP '2026-02-20 04:00:00')
),
cell(cell_id, cell_name, configuration, "symmetric", area_cm2)
AS (VALUES (7, 'x', 'Li/LATP/Li', true, 2)),
cycled(
    cell_id, test_id, test_name, started_at, start_time_second, duration_second,
    median_current_ampere
) AS (
    SELECT
        7, 4, 'cycling', TIMESTAMP '2026-02-16 00:00:00', 3600 * n, 3600,
        0.0001 * (CASE WHEN n % 2 = 0 THEN 1 ELSE -1 END)
    FROM range(0, 150) AS t(n)
)
SELECT
    count(*) OVER () = 1,
    claim_id = 1 AND basis = 'cell x' AND cell_id = 7,
    abs(value + 1) < 1e-6 AND lowest < value AND value < highest,
    unit = 'meV/h',
    word = 'falls',
    method LIKE 'line through the activation energies of the interface at 3 times from 0 to 100 h '
        || 'of cycling: -100 ± % meV per 100 h, 0.1 eV in all: falls'
FROM claimed_drift;
