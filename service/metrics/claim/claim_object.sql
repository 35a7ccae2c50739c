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
-- column:     status | | ok or low_quality (no standard error)
-- column:     reason | | why not ok; null when ok
-- main:       activation_energy_ev, error: standard_error_ev
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
    drift.first_error_ev AS standard_error_ev,
    CASE WHEN drift.first_error_ev IS NULL THEN 'low_quality' ELSE 'ok' END AS status,
    CASE WHEN drift.first_error_ev IS NULL THEN 'no standard error' END AS reason
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
WITH claim(claim_id, quantity, value)
AS (
    VALUES
    (3, 'activation_energy', 0.411), (4, 'activation_energy', 0.5), (5, 'activation_energy', 0.411),
    (6, 'activation_energy', 0.411)
),
claim_subject(claim_id, substance, fits)
AS (VALUES (3, 'LATP', true), (4, 'LATP', true), (5, 'X', true), (6, 'LATP', true)),
claimed_property(claim_id, lowest, highest)
AS (VALUES (3, 0.5, 0.6), (4, 0.5, 0.6), (6, 0.4, 0.6)),
activation_energy_drift(cell_id, object, first_hour, first_energy_ev, first_error_ev)
AS (VALUES (7, 'interface', 0, 0.412, 0.0005)),
cell(cell_id, cell_name) AS (VALUES (7, 'x')),
layer(cell_id, position, substance) AS (VALUES (7, 1, 'Li'), (7, 2, 'LATP'), (7, 3, 'Li'))
SELECT
    count(*) OVER () = 1,
    claim_id = 3 AND cell_id = 7,
    basis = 'interface of x when fresh',
    activation_energy_ev = 0.412 AND standard_error_ev = 0.0005,
    status = 'ok' AND reason IS NULL
FROM claim_object;
