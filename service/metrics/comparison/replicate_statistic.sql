-- Replicate statistics
--
-- Median and spread of a quantity at one cycle over the cells that were treated alike: one row per
-- setting of a treatment, cells without it in a row of nulls. The cell is the unit, and its cycles
-- run on over its tests. Incomplete cycles do not count. Quartiles are Tukey's hinges, the medians
-- of the lower and the upper half, the middle cell in both. An outlier lies beyond a quartile by
-- more than whisker times the distance between the quartiles; it is named, and stays in the
-- median. The interval of the median is between two order statistics by the binomial distribution,
-- whatever the quantity's own; at 95 % it takes six cells. A cell with two settings of the
-- treatment stands in both rows. ~ 1 µm is not the same setting as 1 µm. Cells that reached that
-- cycle and have no number there, for want of a mass for example, are left out and told; a setting
-- that lost all its cells, to quality too, is a row without a median.
--
-- formula:    median over cells of x(n); its interval is [x₍ₖ₎, x₍ₘ₊₁₋ₖ₎] of m cells, k by
--             Binomial(m, 1/2)
-- grain:      setting
-- column:     value | | number of the setting, in `unit`; null for a range
-- column:     lower | | what it is at least
-- column:     upper | | what it is at most
-- column:     text | | a setting that is no number
-- column:     unit | | unit of the setting
-- column:     qualifier | | <, >, ~, <= or >= when the setting is not exact
-- column:     quantity_unit | | unit of the numbers that follow
-- column:     cell_count | 1 | cells with the quantity
-- column:     median_value | | median
-- column:     interval_low | | lower end of the interval of the median; null with too few cells
-- column:     interval_high | | its upper end
-- column:     lower_quartile | | median of the lower half
-- column:     upper_quartile | | median of the upper half
-- column:     lowest | | lowest
-- column:     highest | | highest
-- column:     outlier_count | 1 | outliers
-- column:     outliers | | names of their cells
-- column:     status | | ok, low_quality (the number of a cell is, or cells have none) or
--             not_computable (no cell counts)
-- column:     reason | | why it is not ok: what the cycles of these cells say, or how many are left
--             out and why
-- main:       median_value, low: interval_low, high: interval_high
-- takes:      treatment | treatment | null | what the cells are grouped by, e.g. PB.thickness_um or
--             sinter.temperature; null puts all into one group
-- takes:      quantity | text(specific_discharge_capacity, areal_discharge_capacity,
--             coulombic_efficiency, capacity_retention) | specific_discharge_capacity | what is
--             compared
-- takes:      at_cycle | integer(1..) | 10 | cycle of the cell at which it is compared
-- takes:      quality | text(ok, any) | ok | cells with a number of what quality count
-- takes:      whisker | number(0..) | 1.5 | how far an outlier lies beyond its quartile, over the
--             distance between the quartiles
-- takes:      confidence | number(0.5..0.999) | 0.95 | least confidence of the interval
-- inherits:   capacity_retention
-- needs:      cycle, cell, treatment, discharge_capacity, coulombic_efficiency, capacity_retention
-- reference:  Tukey, Exploratory Data Analysis (1977), for quartiles and outliers; Thompson, Ann.
--             Math. Stat. 7 (1936) 122, for the interval
WITH reached AS (
    SELECT
        cell_id,
        test_id,
        cycle_count
    FROM cycle
    WHERE coalesce(cell_cycle_count, cycle_count) = CAST($at_cycle AS BIGINT)
        AND complete
),

-- a cycle of each cell is wanted of hundreds: the others go before they are joined
capacity AS (
    SELECT *
    FROM discharge_capacity
    WHERE cycle_count IN (SELECT cycle_count FROM reached)
),

efficiency AS (
    SELECT *
    FROM coulombic_efficiency
    WHERE cycle_count IN (SELECT cycle_count FROM reached)
),

retention AS (
    SELECT *
    FROM capacity_retention
    WHERE cycle_count IN (SELECT cycle_count FROM reached)
),

run AS (
    SELECT
        reached.cell_id,
        CASE $quantity
            WHEN 'specific_discharge_capacity'
                THEN capacity.specific_discharge_capacity_mah_per_g
            WHEN 'areal_discharge_capacity'
                THEN capacity.areal_discharge_capacity_mah_per_cm2
            WHEN 'coulombic_efficiency' THEN efficiency.coulombic_efficiency
            ELSE retention.capacity_retention
        END AS amount,
        CASE $quantity
            WHEN 'coulombic_efficiency' THEN efficiency.status
            WHEN 'capacity_retention' THEN retention.status
            ELSE capacity.status
        END AS status,
        CASE $quantity
            WHEN 'coulombic_efficiency' THEN efficiency.reason
            WHEN 'capacity_retention' THEN retention.reason
            WHEN 'areal_discharge_capacity' THEN coalesce(capacity.reason, 'missing area_cm2')
            ELSE coalesce(capacity.reason, 'missing active_mass_gram')
        END AS why_none,
        CASE $quantity
            WHEN 'coulombic_efficiency' THEN efficiency.reason
            WHEN 'capacity_retention' THEN retention.reason
            ELSE capacity.reason
        END AS reason
    FROM reached
    JOIN capacity
        ON capacity.test_id = reached.test_id
        AND capacity.cycle_count = reached.cycle_count
    JOIN efficiency
        ON efficiency.test_id = reached.test_id
        AND efficiency.cycle_count = reached.cycle_count
    JOIN retention
        ON retention.test_id = reached.test_id
        AND retention.cycle_count = reached.cycle_count
),

replicate AS (
    SELECT
        cell_id,
        amount,
        CASE WHEN status <> 'ok' THEN coalesce(reason, status) END AS doubt,
        amount IS NOT NULL AND ($quality = 'any' OR coalesce(status = 'ok', false)) AS counts,
        CASE WHEN amount IS NULL THEN why_none ELSE coalesce(reason, status) END AS why_not
    FROM run
),

treated AS (
    SELECT DISTINCT cell_id, setting, value, lower, upper, text, unit, qualifier
    FROM treatment
    WHERE name = $treatment
),

placed AS (
    SELECT
        treated.setting,
        treated.value,
        treated.lower,
        treated.upper,
        treated.text,
        treated.unit,
        treated.qualifier,
        cell.cell_name,
        replicate.amount,
        replicate.doubt,
        row_number() OVER (
            PARTITION BY treated.setting
            ORDER BY replicate.amount, cell.cell_id
        ) AS place,
        count(*) OVER (PARTITION BY treated.setting) AS cells
    FROM replicate
    JOIN cell ON cell.cell_id = replicate.cell_id
    LEFT JOIN treated ON treated.cell_id = replicate.cell_id
    WHERE replicate.counts
),

left_out AS (
    SELECT
        treated.setting,
        min(treated.value) AS value,
        min(treated.lower) AS lower,
        min(treated.upper) AS upper,
        min(treated.text) AS text,
        min(treated.unit) AS unit,
        min(treated.qualifier) AS qualifier,
        count(*) AS cells,
        count(*) FILTER (WHERE replicate.amount IS NULL) AS unknown,
        min(replicate.why_not) AS why,
        min(CASE WHEN replicate.amount IS NULL THEN replicate.why_not END) AS why_unknown
    FROM replicate
    LEFT JOIN treated ON treated.cell_id = replicate.cell_id
    WHERE NOT replicate.counts
    GROUP BY treated.setting
),

binomial AS (
    SELECT
        *,
        exp(
            coalesce(
                sum(ln((cells - place + 1) / nullif(CAST(place AS DOUBLE), 0))) OVER (
                    PARTITION BY setting
                    ORDER BY place
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                ),
                0
            )
            - cells * ln(2)
        ) AS chance
    FROM placed
),

tail AS (
    SELECT
        *,
        sum(chance) OVER (
            PARTITION BY setting
            ORDER BY place
            ROWS UNBOUNDED PRECEDING
        ) <= (1 - $confidence) / 2 AS outside
    FROM binomial
),

spread AS (
    SELECT
        setting,
        min(value) AS value,
        min(lower) AS lower,
        min(upper) AS upper,
        min(text) AS text,
        min(unit) AS unit,
        min(qualifier) AS qualifier,
        cells,
        median(amount) AS middle,
        median(amount) FILTER (WHERE 2 * place <= cells + 1) AS lower_quartile,
        median(amount) FILTER (WHERE 2 * place >= cells + 1) AS upper_quartile,
        count(*) FILTER (WHERE outside) AS outside_count
    FROM tail
    GROUP BY setting, cells
),

judged AS (
    SELECT
        spread.*,
        placed.cell_name,
        placed.amount,
        placed.doubt,
        placed.place,
        placed.amount < spread.lower_quartile
            - $whisker * (spread.upper_quartile - spread.lower_quartile)
            OR placed.amount > spread.upper_quartile
            + $whisker * (spread.upper_quartile - spread.lower_quartile) AS outlying
    FROM placed
    JOIN spread ON spread.setting IS NOT DISTINCT FROM placed.setting
),

summed AS (
    SELECT
        setting,
        min(value) AS value,
        min(lower) AS lower,
        min(upper) AS upper,
        min(text) AS text,
        min(unit) AS unit,
        min(qualifier) AS qualifier,
        cells,
        middle,
        max(amount) FILTER (WHERE place = outside_count) AS interval_low,
        max(amount) FILTER (WHERE outside_count > 0 AND place = cells + 1 - outside_count)
            AS interval_high,
        lower_quartile,
        upper_quartile,
        min(amount) AS lowest,
        max(amount) AS highest,
        count(*) FILTER (WHERE outlying) AS outlier_count,
        string_agg(cell_name, ', ' ORDER BY cell_name) FILTER (WHERE outlying) AS outliers,
        min(doubt) AS doubt
    FROM judged
    GROUP BY setting, cells, middle, lower_quartile, upper_quartile, outside_count
)

SELECT
    coalesce(summed.setting, left_out.setting) AS setting,
    coalesce(summed.value, left_out.value) AS value,
    coalesce(summed.lower, left_out.lower) AS lower,
    coalesce(summed.upper, left_out.upper) AS upper,
    coalesce(summed.text, left_out.text) AS text,
    coalesce(summed.unit, left_out.unit) AS unit,
    coalesce(summed.qualifier, left_out.qualifier) AS qualifier,
    CASE $quantity
        WHEN 'specific_discharge_capacity' THEN 'mA·h/g'
        WHEN 'areal_discharge_capacity' THEN 'mA·h/cm²'
        ELSE '1'
    END AS quantity_unit,
    coalesce(summed.cells, 0) AS cell_count,
    summed.middle AS median_value,
    summed.interval_low,
    summed.interval_high,
    summed.lower_quartile,
    summed.upper_quartile,
    summed.lowest,
    summed.highest,
    coalesce(summed.outlier_count, 0) AS outlier_count,
    summed.outliers,
    CASE
        WHEN summed.cells IS NULL THEN 'not_computable'
        WHEN summed.doubt IS NULL AND coalesce(left_out.unknown, 0) = 0 THEN 'ok'
        ELSE 'low_quality'
    END AS status,
    nullif(
        concat_ws(
            '; ',
            CASE
                WHEN summed.cells IS NULL THEN concat(
                    left_out.cells, ' of ', left_out.cells, ' cells left out: ', left_out.why
                )
                WHEN left_out.unknown > 0 THEN concat(
                    left_out.unknown,
                    ' of ',
                    left_out.unknown + summed.cells,
                    ' cells left out: ',
                    left_out.why_unknown
                )
            END,
            summed.doubt
        ),
        ''
    ) AS reason
FROM summed
FULL JOIN left_out ON coalesce(left_out.setting, '') = coalesce(summed.setting, '');

-- example: five cells sintered at 900, one of them far off, and one at 800
-- given: treatment = sinter.temperature
-- given: at_cycle = 1
WITH cycle(test_id, cycle_count, cell_id, complete) AS (
    SELECT n, 1, n, n < 7 FROM range(1, 8) AS t(n)
),
discharge_capacity(test_id, cycle_count, specific_discharge_capacity_mah_per_g, status) AS (
    SELECT n, 1, CASE n WHEN 5 THEN 50 ELSE n END, 'ok' FROM range(1, 8) AS t(n)
),
coulombic_efficiency(test_id, cycle_count) AS (SELECT n, 1 FROM range(1, 8) AS t(n)),
capacity_retention(test_id, cycle_count) AS (SELECT n, 1 FROM range(1, 8) AS t(n)),
cell(cell_id, cell_name) AS (SELECT n, 'C' || n FROM range(1, 8) AS t(n)),
treatment(cell_id, name, setting, value, unit) AS (
    SELECT n, 'sinter.temperature', '900 °C', 900, '°C' FROM range(1, 6) AS t(n)
    UNION ALL
    VALUES (6, 'sinter.temperature', '800 °C', 800, '°C'), (6, 'mill.time', '9 h', 9, 'h')
)
SELECT
    quantity_unit = 'mA·h/g',
    interval_low IS NULL AND interval_high IS NULL,
    setting = CAST(value AS INTEGER) || ' °C' AND unit = '°C',
    status = 'ok',
    CASE value
        WHEN 900 THEN cell_count = 5 AND median_value = 3 AND lower_quartile = 2
            AND upper_quartile = 4 AND highest = 50 AND outlier_count = 1 AND outliers = 'C5'
        WHEN 800 THEN cell_count = 1 AND median_value = 6 AND outlier_count = 0
    END
FROM replicate_statistic;

-- example: six cells have an interval, a seventh of low quality counts only when it is asked for
-- given: quality = any
-- given: at_cycle = 1
WITH cycle(test_id, cycle_count, cell_id, complete) AS (
    SELECT n, 1, n, true FROM range(1, 8) AS t(n)
),
discharge_capacity(test_id, cycle_count, specific_discharge_capacity_mah_per_g, status, reason) AS (
    SELECT n, 1, n, CASE WHEN n < 7 THEN 'ok' ELSE 'low_quality' END, CASE n WHEN 7 THEN 'gap' END
    FROM range(1, 8) AS t(n)
),
coulombic_efficiency(test_id, cycle_count) AS (SELECT n, 1 FROM range(1, 8) AS t(n)),
capacity_retention(test_id, cycle_count) AS (SELECT n, 1 FROM range(1, 8) AS t(n)),
cell(cell_id) AS (SELECT n FROM range(1, 8) AS t(n))
SELECT
    setting IS NULL AND value IS NULL AND text IS NULL,
    cell_count = 7,
    median_value = 4,
    interval_low = 1,
    interval_high = 7,
    status = 'low_quality',
    reason = 'gap'
FROM replicate_statistic;

-- example: a cell whose mass nobody knows is left out and told
-- given: treatment = sinter.temperature
-- given: at_cycle = 1
WITH cycle(test_id, cycle_count, cell_id, complete) AS (
    SELECT n, 1, n, true FROM range(1, 5) AS t(n)
),
discharge_capacity(
    test_id, cycle_count, discharge_capacity_ah, specific_discharge_capacity_mah_per_g, status
) AS (SELECT n, 1, 1, CASE WHEN n < 3 THEN 8 + 2 * n END, 'ok' FROM range(1, 5) AS t(n)),
coulombic_efficiency(test_id, cycle_count) AS (SELECT n, 1 FROM range(1, 5) AS t(n)),
capacity_retention(test_id, cycle_count) AS (SELECT n, 1 FROM range(1, 5) AS t(n)),
cell(cell_id) AS (SELECT n FROM range(1, 5) AS t(n)),
treatment(cell_id, name, setting) AS (
    SELECT n, 'sinter.temperature', CASE WHEN n < 4 THEN '900 °C' ELSE '800 °C' END
    FROM range(1, 5) AS t(n)
)
SELECT
    count(*) OVER () = 2,
    CASE setting
        WHEN '900 °C' THEN cell_count = 2 AND median_value = 11 AND status = 'low_quality'
            AND reason = '1 of 3 cells left out: missing active_mass_gram'
        ELSE cell_count = 0 AND median_value IS NULL AND status = 'not_computable'
            AND reason = '1 of 1 cells left out: missing active_mass_gram'
    END
FROM replicate_statistic;
