-- Objects that a claimed activation energy fits
--
-- An activation energy told of a substance that meets none of those recomputed of the substance
-- (claimed_property), but within 0.02 eV that of an interface of a cell with the substance in it:
-- a hint at a mix-up, and no support. The interface is that of the earliest impedance of the cell.
--
-- grain:      claim_id, basis
-- column:     basis | | the interface
-- column:     cell_id | | its cell
-- column:     activation_energy_ev | eV | what it has, by ln(T/R)
-- column:     standard_error_ev | eV | one sigma
-- shown:      no
-- needs:      claim, claim_subject, claimed_property, activation_energy_drift, cell, layer
-- reference:  activation_energy_drift
SELECT DISTINCT
    claim.claim_id,
    concat(
        drift.object,
        ' of ',
        cell.cell_name,
        CASE
            WHEN drift.first_hour > 0 THEN printf(' after %.4g h of cycling', drift.first_hour)
            ELSE ' when fresh'
        END
    ) AS basis,
    cell.cell_id,
    drift.first_energy_ev AS activation_energy_ev,
    drift.first_error_ev AS standard_error_ev
FROM claim
JOIN claim_subject AS subject ON subject.claim_id = claim.claim_id
JOIN layer ON layer.substance = subject.substance
JOIN activation_energy_drift AS drift ON drift.cell_id = layer.cell_id
JOIN cell ON cell.cell_id = layer.cell_id
WHERE claim.quantity = 'activation_energy'
    AND subject.fits
    AND abs(claim.value - drift.first_energy_ev)
    <= greatest(0.02, 3 * coalesce(drift.first_error_ev, 0))
    AND NOT EXISTS (
        SELECT 1
        FROM claimed_property AS own
        WHERE own.claim_id = claim.claim_id
            AND claim.value BETWEEN own.lowest - 0.02 AND own.highest + 0.02
    );

-- example: 0.411 eV is no energy of the pellets, but one of an interface
WITH claim(claim_id, name, quantity, value, unit, substance, temperature_celsius) AS (
    VALUES
    (1, 'N1', 'ionic_conductivity', 1.12e-4, 'S/cm', 'LATP', 30),
    (2, 'N2', 'ionic_conductivity', 7.34e-4, 'S/cm', 'LATP', 60),
    (3, 'N3', 'activation_energy', 0.411, 'eV', 'LATP', NULL),
    (4, 'N4', 'activation_energy', 0.5, 'eV', 'LATP', NULL),
    (5, 'N5', 'activation_energy', 0.411, 'eV', 'X', NULL)
),
substance(substance_id, name) AS (VALUES (1, 'LATP')),
sweep(test_id, spectrum_count, start_time_second, temperature_celsius)
AS (SELECT 1, n, 0, 20 + 10 * n FROM range(1, 5) AS t(n)),
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
            * exp(0.411 / (8.617333262e-5 * (temperature_celsius + 273.15))) AS ohm
        FROM sweep
    )
),
test(test_id, test_name, cell_id) AS (VALUES (1, 'a', 7)),
cell(cell_id, cell_name, "symmetric", area_cm2) AS (VALUES (7, 'x', true, 2)),
layer(cell_id, position, substance) AS (VALUES (7, 1, 'Li'), (7, 2, 'LATP'), (7, 3, 'Li'))
SELECT
    count(*) OVER () = 1,
    claim_id = 3 AND cell_id = 7,
    basis = 'interface of x when fresh',
    abs(activation_energy_ev - 0.411) < 0.001 AND standard_error_ev < 0.001
FROM claim_object;
