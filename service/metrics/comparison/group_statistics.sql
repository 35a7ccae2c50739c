-- Group statistics
--
-- Median and spread of a quantity at every cycle over the cells that were treated alike: one row
-- per setting of a treatment and cycle of the cell, cells without it in rows of null settings. The
-- cell is the unit, and its cycles run on over its tests. A cell is alive at a cycle when it was
-- cycled so far; of those alive each counts or is left out: its cycle is incomplete, of another
-- role, of low quality, or has no number. A median over those that are left makes a curve rise
-- where the worst have gone: alive_count tells how many are left of group_cell_count. Deciles are
-- interpolated between cells, and there are none of fewer than three. A cell with two settings of
-- the treatment stands in both.
--
-- formula:    median over cells of x(n), with deciles
-- grain:      setting, cell_cycle_count
-- column:     value | | number of the setting, to order by; null for a range or a text
-- column:     quantity_unit | | unit of the numbers that follow
-- column:     cell_count | 1 | cells that count
-- column:     median_value | | median over these
-- column:     lower_decile | | a tenth of them is below; null with fewer than three
-- column:     upper_decile | | a tenth of them is above; null with fewer than three
-- column:     alive_count | 1 | cells of the group that were cycled to this cycle or beyond
-- column:     left_out_count | 1 | cells alive that do not count
-- column:     left_out_reason | | why, and how many each: 2 incomplete; 1 missing area_cm2
-- column:     group_cell_count | 1 | cells of the group that were cycled at all
-- column:     status | | ok, low_quality (a cell that counts is, or a complete cycle has no number)
--             or not_computable (no cell counts)
-- column:     reason | | doubtful cycles, cells without a number, or no cell counts
-- main:       median_value, low: lower_decile, high: upper_decile
-- takes:      treatment | treatment(configuration) | null | what the cells are grouped by, e.g.
--             PB.thickness_um, sinter.temperature or interlayer.substance; configuration means that
--             of the cell, and null puts all into one group
-- inherits:   compared_cycle
-- needs:      compared_cycle, cell, treatment
-- reference:  Hyndman and Fan, Am. Stat. 50 (1996) 361, definition 7, for the deciles
WITH treated AS (
    SELECT
        cell_id,
        setting,
        min(value) AS value
    FROM treatment
    WHERE name = $treatment
    GROUP BY cell_id, setting
    UNION ALL
    SELECT
        cell_id,
        configuration,
        NULL
    FROM cell
    WHERE $treatment = 'configuration' AND configuration IS NOT NULL
),

member AS (
    SELECT
        lived.cell_id,
        lived.last_cycle_count,
        treated.setting,
        treated.value
    FROM (
        SELECT
            cell_id,
            max(cell_cycle_count) AS last_cycle_count
        FROM compared_cycle
        GROUP BY cell_id
    ) AS lived
    LEFT JOIN treated ON treated.cell_id = lived.cell_id
),

-- all at once, those that count apart from each reason why not: five million rows are read once,
-- and sorted once, for quantiles one by one take twice as long
counted AS (
    SELECT
        member.setting,
        compared.cell_cycle_count,
        compared.counts,
        compared.why_not,
        min(member.value) AS value,
        count(*) AS cells,
        count(*) FILTER (WHERE compared.is_unknown) AS unknown,
        count(*) FILTER (WHERE compared.status <> 'ok') AS doubtful,
        quantile_cont(compared.amount, [0.1, 0.5, 0.9]) FILTER (WHERE compared.counts) AS deciles
    FROM compared_cycle AS compared
    JOIN member ON member.cell_id = compared.cell_id
    GROUP BY ALL
),

spread AS (
    SELECT
        setting,
        cell_cycle_count,
        min(value) AS value,
        sum(cells) AS seen,
        coalesce(sum(cells) FILTER (WHERE counts), 0) AS cells,
        sum(unknown) AS unknown,
        coalesce(sum(doubtful) FILTER (WHERE counts), 0) AS doubtful,
        any_value(deciles) FILTER (WHERE counts) AS deciles
    FROM counted
    GROUP BY setting, cell_cycle_count
),

ending AS (
    SELECT
        setting,
        last_cycle_count AS cell_cycle_count,
        count(*) AS ended
    FROM member
    GROUP BY setting, last_cycle_count
),

alive AS (
    SELECT
        spread.*,
        sum(coalesce(ending.ended, 0)) OVER (PARTITION BY spread.setting) AS group_cells,
        sum(coalesce(ending.ended, 0)) OVER (
            PARTITION BY spread.setting
            ORDER BY spread.cell_cycle_count
            ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
        ) AS living
    FROM spread
    LEFT JOIN ending
        ON ending.setting IS NOT DISTINCT FROM spread.setting
        AND ending.cell_cycle_count = spread.cell_cycle_count
),

left_out AS (
    SELECT
        setting,
        cell_cycle_count,
        string_agg(concat(cells, ' ', why_not), '; ' ORDER BY cells DESC, why_not) AS why
    FROM (
        SELECT
            setting,
            cell_cycle_count,
            why_not,
            cells
        FROM counted
        WHERE NOT counts
        UNION ALL
        SELECT
            setting,
            cell_cycle_count,
            'without this cycle',
            living - seen
        FROM alive
        WHERE living > seen
    ) AS told
    GROUP BY setting, cell_cycle_count
)

SELECT
    alive.setting,
    alive.cell_cycle_count,
    alive.value,
    CASE $quantity
        WHEN 'discharge_capacity' THEN 'A·h'
        WHEN 'specific_discharge_capacity' THEN 'mA·h/g'
        WHEN 'areal_discharge_capacity' THEN 'mA·h/cm²'
        WHEN 'mean_discharge_voltage' THEN 'V'
        WHEN 'polarization' THEN 'V'
        ELSE '1'
    END AS quantity_unit,
    CAST(alive.cells AS BIGINT) AS cell_count,
    alive.deciles[2] AS median_value,
    CASE WHEN alive.cells >= 3 THEN alive.deciles[1] END AS lower_decile,
    CASE WHEN alive.cells >= 3 THEN alive.deciles[3] END AS upper_decile,
    CAST(alive.living AS BIGINT) AS alive_count,
    CAST(alive.living - alive.cells AS BIGINT) AS left_out_count,
    left_out.why AS left_out_reason,
    CAST(alive.group_cells AS BIGINT) AS group_cell_count,
    CASE
        WHEN alive.cells = 0 THEN 'not_computable'
        WHEN alive.doubtful > 0 OR alive.unknown > 0 THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    CASE
        WHEN alive.cells = 0 THEN 'no cell counts'
        WHEN alive.doubtful > 0 THEN 'doubtful cycles'
        WHEN alive.unknown > 0 THEN 'cells without a number'
    END AS reason
FROM alive
LEFT JOIN left_out
    ON left_out.setting IS NOT DISTINCT FROM alive.setting
    AND left_out.cell_cycle_count = alive.cell_cycle_count;

-- example: three cells have a band, two have none, and those that were left out are told
-- given: treatment = sinter.temperature
WITH cycle(test_id, cycle_count, cell_id, cell_cycle_count, complete, kind_role) AS (
    VALUES
    (1, 1, 1, 1, true, 'main'), (2, 1, 2, 1, true, 'main'), (3, 1, 3, 1, true, 'main'),
    (4, 1, 4, 1, true, 'main'), (5, 1, 5, 1, true, 'main'),
    (1, 2, 1, 2, true, 'main'), (2, 2, 2, 2, true, 'main'), (3, 2, 3, 2, false, 'main')
),

treatment(cell_id, name, setting, value) AS (
    SELECT n, 'sinter.temperature', '900 °C', 900 FROM range(1, 6) AS t(n)
),

capacity_retention(test_id, cycle_count, capacity_retention, status, reason) AS (
    VALUES
    (1, 1, 0.9, 'ok', NULL), (2, 1, 0.8, 'ok', NULL), (3, 1, 0.7, 'ok', NULL),
    (4, 1, 0.1, 'low_quality', 'gap'), (5, 1, 0.2, 'low_quality', 'gap'),
    (1, 2, 0.9, 'ok', NULL), (2, 2, 0.7, 'ok', NULL), (3, 2, 0.1, 'ok', NULL)
)
SELECT
    setting = '900 °C' AND value = 900 AND quantity_unit = '1' AND group_cell_count = 5,
    status = 'ok' AND reason IS NULL,
    CASE cell_cycle_count
        WHEN 1 THEN cell_count = 3 AND abs(median_value - 0.8) < 1e-12
            AND abs(lower_decile - 0.72) < 1e-12 AND abs(upper_decile - 0.88) < 1e-12
            AND alive_count = 5 AND left_out_count = 2 AND left_out_reason = '2 gap'
        ELSE cell_count = 2 AND abs(median_value - 0.8) < 1e-12
            AND lower_decile IS NULL AND upper_decile IS NULL
            AND alive_count = 3 AND left_out_count = 1 AND left_out_reason = '1 incomplete'
    END
FROM group_statistics;

-- example: without a mass there is no number, and no median of none
-- given: quantity = specific_discharge_capacity
WITH cycle(test_id, cycle_count, cell_id, complete, kind_role) AS (VALUES (1, 1, 1, true, 'main')),
discharge_capacity(test_id, cycle_count, discharge_capacity_ah, status) AS (VALUES (1, 1, 1, 'ok'))
SELECT
    setting IS NULL AND quantity_unit = 'mA·h/g',
    cell_count = 0 AND median_value IS NULL AND status = 'not_computable',
    alive_count = 1 AND left_out_count = 1 AND left_out_reason = '1 missing active_mass_gram'
FROM group_statistics;

-- example: the polarization of a cycle is the mean of both its half-cycles
-- given: quantity = polarization
WITH cycle(test_id, cycle_count, cell_id, complete, kind_role) AS (VALUES (1, 1, 1, true, 'main')),
half_cycle_polarization(test_id, half_cycle_count, cycle_count, end_volt, status) AS (
    VALUES (1, 1, 1, 0.1, 'ok'), (1, 2, 1, 0.3, 'ok')
)
SELECT abs(median_value - 0.2) < 1e-12, quantity_unit = 'V', status = 'ok'
FROM group_statistics;

-- example: cells are grouped by their configuration where that is asked for
-- given: treatment = configuration
WITH cycle(test_id, cycle_count, cell_id, complete, kind_role) AS (
    VALUES (1, 1, 1, true, 'main'), (2, 1, 2, true, 'main'), (3, 1, 3, true, 'main')
),
cell(cell_id, configuration) AS (VALUES (1, 'Li/LATP/LFP'), (2, 'Li/LATP/LFP'), (3, NULL)),
capacity_retention(test_id, cycle_count, capacity_retention, status) AS (
    VALUES (1, 1, 0.9, 'ok'), (2, 1, 0.7, 'ok'), (3, 1, 0.1, 'ok')
)
SELECT
    count(*) OVER () = 2,
    abs(median_value - CASE setting WHEN 'Li/LATP/LFP' THEN 0.8 ELSE 0.1 END) < 1e-12
FROM group_statistics;
