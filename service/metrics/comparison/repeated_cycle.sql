-- Cycles that a cell has more than once
--
-- How many cycles of a test share their number among all cycles of the cell with another one, as
-- where an instrument counts twice within a step. What compares cells at a cycle takes one of
-- these; almost no test has any, and nothing is to be chosen among the cycles of the others.
--
-- grain:      test_id
-- column:     cell_id | | the cell
-- column:     repeated_count | 1 | cycles that share their number
-- column:     status | | ok
-- column:     reason | | null
-- main:       repeated_count
-- shown:      no
-- needs:      cycle
-- reference:  a count
SELECT
    test_id,
    min(cell_id) AS cell_id,
    count(*) FILTER (WHERE same_count > 1) AS repeated_count,
    'ok' AS status,
    CAST(NULL AS VARCHAR) AS reason
FROM (
    SELECT
        test_id,
        cell_id,
        count(*) OVER (
            PARTITION BY cell_id, coalesce(cell_cycle_count, cycle_count)
        ) AS same_count
    FROM cycle
    WHERE cell_id IS NOT NULL
) AS counted
GROUP BY test_id;

-- example: two tests of a cell share a number, the others share none
WITH cycle(test_id, cycle_count, cell_id, cell_cycle_count) AS (
    VALUES
    (1, 1, 7, 1), (1, 2, 7, 2), (2, 1, 7, 2), (3, 2, 8, 2), (3, 3, 8, 3), (4, 2, NULL, 2),
    (5, 2, NULL, 2)
)
SELECT
    count(*) OVER () = 3,
    repeated_count = CASE test_id WHEN 3 THEN 0 ELSE 1 END,
    cell_id = CASE test_id WHEN 3 THEN 8 ELSE 7 END AND status = 'ok'
FROM repeated_cycle;

-- example: a cycle without a number in its cell has that of its test
WITH cycle(test_id, cycle_count, cell_id, cell_cycle_count) AS (
    VALUES (1, 3, 7, NULL), (2, 1, 7, 3), (2, 2, 7, 4)
)
SELECT
    count(*) OVER () = 2,
    repeated_count = 1
FROM repeated_cycle;
