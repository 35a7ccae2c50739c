-- Fade curve
--
-- Median and quartiles of the capacity retention at every cycle over the cells that were treated
-- alike: one row per setting of a treatment and cycle of the cell, cells without it in rows of null
-- settings. The cell is the unit, and its cycles run on over its tests. Quartiles are interpolated
-- between cells. Cells that were not cycled so far are not in the row: `cell_count` tells how many
-- are, and a curve that rises at its end has lost its worst.
--
-- formula:    median over cells of r(n), with quartiles
-- grain:      setting, cell_cycle_count
-- column:     cell_count | 1 | cells with a retention at this cycle
-- column:     median_retention | 1 | median over these
-- column:     lower_quartile | 1 | a quarter of them is below
-- column:     upper_quartile | 1 | a quarter of them is above
-- column:     lowest | 1 | lowest
-- column:     highest | 1 | highest
-- column:     doubtful_count | 1 | cells among them whose cycle is of low quality
-- column:     status | | ok, or low_quality where a cell's cycle is
-- column:     reason | | doubtful cycles, where it is not ok
-- main:       median_retention, low: lower_quartile, high: upper_quartile
-- takes:      treatment | treatment | null | what the cells are grouped by, e.g. PB.thickness_um or
--             sinter.temperature; null puts all into one group
-- takes:      role | text(main, check_up, any) | main | cycles of what role count
-- takes:      quality | text(ok, any) | ok | cycles of what quality count
-- inherits:   capacity_retention
-- needs:      test, treatment, capacity_retention
-- reference:  Hyndman and Fan, Am. Stat. 50 (1996) 361, definition 7, for the quartiles
WITH run AS (
    SELECT
        test.cell_id,
        retention.cell_cycle_count,
        retention.capacity_retention,
        retention.status <> 'ok' AS is_doubtful
    FROM capacity_retention AS retention
    JOIN test ON test.test_id = retention.test_id
    WHERE test.cell_id IS NOT NULL
        AND retention.complete
        AND retention.capacity_retention IS NOT NULL
        AND (retention.kind_role = $role OR $role = 'any')
        AND (retention.status = 'ok' OR ($quality = 'any' AND retention.status = 'low_quality'))
),

treated AS (
    SELECT DISTINCT cell_id, setting
    FROM treatment
    WHERE name = $treatment
),

-- sorted once: quantiles one by one take twice as long
spread AS (
    SELECT
        treated.setting,
        run.cell_cycle_count,
        count(*) AS cell_count,
        quantile_cont(run.capacity_retention, [0.0, 0.25, 0.5, 0.75, 1.0]) AS ends,
        count(*) FILTER (WHERE run.is_doubtful) AS doubtful_count
    FROM run
    LEFT JOIN treated ON treated.cell_id = run.cell_id
    GROUP BY treated.setting, run.cell_cycle_count
)

SELECT
    setting,
    cell_cycle_count,
    cell_count,
    ends[3] AS median_retention,
    ends[2] AS lower_quartile,
    ends[4] AS upper_quartile,
    ends[1] AS lowest,
    ends[5] AS highest,
    doubtful_count,
    CASE WHEN doubtful_count > 0 THEN 'low_quality' ELSE 'ok' END AS status,
    CASE WHEN doubtful_count > 0 THEN 'doubtful cycles' END AS reason
FROM spread;

-- example: median and quartiles of three cells, one of them without the treatment
-- given: treatment = sinter.temperature
WITH test(test_id, cell_id) AS (VALUES (1, 1), (2, 2), (3, 3)),

treatment(cell_id, name, setting) AS (
    VALUES (1, 'sinter.temperature', '900 °C'), (2, 'sinter.temperature', '900 °C')
),

capacity_retention(
    test_id, cycle_count, cell_cycle_count, capacity_retention, complete, kind_role, status
) AS (
    VALUES
    (1, 5, 5, 0.9, true, 'main', 'ok'),
    (2, 5, 5, 0.7, true, 'main', 'ok'),
    (2, 6, 6, 0.1, true, 'check_up', 'ok'),
    (3, 5, 5, 0.5, true, 'main', 'ok'),
    (3, 6, 6, 0.4, true, 'main', 'low_quality')
)
SELECT
    count(*) OVER () = 2,
    cell_cycle_count = 5,
    cell_count = CASE WHEN setting IS NULL THEN 1 ELSE 2 END,
    abs(median_retention - CASE WHEN setting IS NULL THEN 0.5 ELSE 0.8 END) < 1e-12,
    abs(upper_quartile - CASE WHEN setting IS NULL THEN 0.5 ELSE 0.85 END) < 1e-12,
    status = 'ok'
FROM fade_curve;

-- example: a doubtful cycle counts where it is asked for, and is told
-- given: quality = any
WITH test(test_id, cell_id) AS (VALUES (1, 1)),

capacity_retention(
    test_id, cycle_count, cell_cycle_count, capacity_retention, complete, kind_role, status
) AS (VALUES (1, 5, 5, 0.9, true, 'main', 'low_quality'))
SELECT cell_count = 1, doubtful_count = 1, status = 'low_quality', reason = 'doubtful cycles'
FROM fade_curve;
