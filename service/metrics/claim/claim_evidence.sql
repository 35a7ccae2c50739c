-- Evidence of claims
--
-- Everything in the warehouse that a claim can be held against, a row per basis: the cells,
-- pellets, formulas and other claims, each with the number recomputed of it. A claim that nothing
-- can be held against has no row.
--
-- formula:    value = the metric of the quantity claimed, of each basis; lowest ≤ value ≤ highest
-- grain:      claim_id, basis
-- column:     basis | | what the number rests on
-- column:     cell_id | | the cell it rests on
-- column:     test_id | | the test it rests on; null where it rests on none
-- column:     value | | what was recomputed, in `unit`
-- column:     lowest | | what it is at least
-- column:     highest | | what it is at most; null where that is open
-- column:     unit | | the unit the quantity is computed in
-- column:     method | | what was computed, over which window
-- column:     status | | ok, low_quality or censored (a life that did not end)
-- column:     reason | | why not ok; null when ok
-- main:       value, low: lowest, high: highest
-- inherits:   claimed_endurance
-- needs:      claimed_endurance, claimed_capacity, claimed_property, claimed_structure,
--             claimed_drift
-- reference:  claimed_endurance, claimed_capacity, claimed_property, claimed_structure and
--             claimed_drift
SELECT
    claim_id, basis, cell_id, test_id, value, lowest, highest, unit, method, status, reason
FROM claimed_endurance
UNION ALL
SELECT
    claim_id, basis, cell_id, test_id, value, lowest, highest, unit, method, status, reason
FROM claimed_capacity
UNION ALL
SELECT
    claim_id, basis, cell_id, test_id, value, lowest, highest, unit, method, status, reason
FROM claimed_property
UNION ALL
SELECT
    claim_id, basis, cell_id, test_id, value, lowest, highest, unit, method, status, reason
FROM claimed_structure
UNION ALL
SELECT
    claim_id, basis, cell_id, test_id, value, lowest, highest, unit, method, status, reason
FROM claimed_drift;

-- example: a life, a capacity, a theory, a grain and a drift
WITH claimed_endurance(claim_id, basis, value, lowest, status, reason)
AS (VALUES (1, 'cell x', 5, 5, 'censored', 'alive at the end')),
claimed_capacity(claim_id, basis, value, lowest, highest, status)
AS (VALUES (2, 'cell y', 100, 100, 100, 'ok')),
claimed_property(claim_id, basis, value, lowest, highest, status)
AS (VALUES (3, 'substance X', 101, 101, 101, 'ok')),
claimed_structure(claim_id, basis, value, lowest, highest, status)
AS (VALUES (5, 'material p, image 1', 3, 2, 4, 'ok')),
claimed_drift(claim_id, basis, value, lowest, highest, status)
AS (VALUES (4, 'cell z', -1, -2, 0, 'ok'))
SELECT
    count(*) OVER () = 5,
    value = CASE claim_id
        WHEN 1 THEN 5 WHEN 2 THEN 100 WHEN 3 THEN 101 WHEN 5 THEN 3 ELSE -1
    END,
    (highest IS NULL) = (claim_id = 1),
    status = CASE claim_id WHEN 1 THEN 'censored' ELSE 'ok' END,
    (reason IS NULL) = (status = 'ok')
FROM claim_evidence;
