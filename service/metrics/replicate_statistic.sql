-- Replicate statistics
--
-- Median and spread of a quantity at one cycle over the cells that were treated alike: one row per
-- setting of a treatment, cells without it in a row of nulls. The cell is the unit: several tests
-- of a cell count once, by their median. Incomplete cycles do not count. Quartiles are Tukey's
-- hinges, the medians of the lower and the upper half, the middle cell in both. An outlier lies
-- beyond a quartile by more than whisker times the distance between the quartiles; it is named, and
-- stays in the median. The interval of the median is between two order statistics by the binomial
-- distribution, whatever the quantity's own; at 95 % it takes six cells. A cell with two settings
-- of the treatment stands in both rows. ~ 1 µm is not the same setting as 1 µm.
--
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
-- takes:      treatment | text | null | what the cells are grouped by, e.g. PB.thickness_um or
--             sinter.temperature; null puts all into one group
-- takes:      quantity | text(specific_discharge_capacity, areal_discharge_capacity,
--             coulombic_efficiency, capacity_retention) | specific_discharge_capacity | what is
--             compared
-- takes:      at_cycle | integer(1..) | 10 | cycle at which it is compared
-- takes:      reference | integer(1..) | null | cycle that capacity_retention compares with; null
--             means cycles 2 to 4
-- takes:      whisker | number(0..) | 1.5 | how far an outlier lies beyond its quartile, over the
--             distance between the quartiles
-- takes:      confidence | number(0.5..0.999) | 0.95 | least confidence of the interval
-- needs:      test, cell, treatment, discharge_capacity, coulombic_efficiency, capacity_retention
-- reference:  Tukey, Exploratory Data Analysis (1977), for quartiles and outliers; Thompson, Ann.
--             Math. Stat. 7 (1936) 122, for the interval
WITH replicate AS (
    SELECT
        test.cell_id,
        median(
            CASE $quantity
                WHEN 'specific_discharge_capacity'
                    THEN discharge_capacity.specific_discharge_capacity_mah_per_g
                WHEN 'areal_discharge_capacity'
                    THEN discharge_capacity.areal_discharge_capacity_mah_per_cm2
                WHEN 'coulombic_efficiency' THEN coulombic_efficiency.coulombic_efficiency
                ELSE capacity_retention.capacity_retention
            END
        ) AS amount
    FROM discharge_capacity
    JOIN test ON test.test_id = discharge_capacity.test_id
    JOIN coulombic_efficiency
        ON coulombic_efficiency.test_id = discharge_capacity.test_id
        AND coulombic_efficiency.cycle_count = discharge_capacity.cycle_count
    JOIN capacity_retention
        ON capacity_retention.test_id = discharge_capacity.test_id
        AND capacity_retention.cycle_count = discharge_capacity.cycle_count
    WHERE discharge_capacity.cycle_count = CAST($at_cycle AS BIGINT)
        AND discharge_capacity.complete
    GROUP BY test.cell_id
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
        row_number() OVER (
            PARTITION BY treated.setting
            ORDER BY replicate.amount, cell.cell_id
        ) AS place,
        count(*) OVER (PARTITION BY treated.setting) AS cells
    FROM replicate
    JOIN cell ON cell.cell_id = replicate.cell_id
    LEFT JOIN treated ON treated.cell_id = replicate.cell_id
    WHERE replicate.amount IS NOT NULL
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
        placed.place,
        placed.amount < spread.lower_quartile
            - $whisker * (spread.upper_quartile - spread.lower_quartile)
            OR placed.amount > spread.upper_quartile
            + $whisker * (spread.upper_quartile - spread.lower_quartile) AS outlying
    FROM placed
    JOIN spread ON spread.setting IS NOT DISTINCT FROM placed.setting
)

SELECT
    setting,
    min(value) AS value,
    min(lower) AS lower,
    min(upper) AS upper,
    min(text) AS text,
    min(unit) AS unit,
    min(qualifier) AS qualifier,
    CASE $quantity
        WHEN 'specific_discharge_capacity' THEN 'mA·h/g'
        WHEN 'areal_discharge_capacity' THEN 'mA·h/cm²'
        ELSE '1'
    END AS quantity_unit,
    cells AS cell_count,
    middle AS median_value,
    max(amount) FILTER (WHERE place = outside_count) AS interval_low,
    max(amount) FILTER (WHERE outside_count > 0 AND place = cells + 1 - outside_count)
        AS interval_high,
    lower_quartile,
    upper_quartile,
    min(amount) AS lowest,
    max(amount) AS highest,
    count(*) FILTER (WHERE outlying) AS outlier_count,
    string_agg(cell_name, ', ' ORDER BY cell_name) FILTER (WHERE outlying) AS outliers
FROM judged
GROUP BY setting, cells, middle, lower_quartile, upper_quartile, outside_count;

-- example: five cells sintered at 900, one of them far off, and one at 800
-- given: treatment = sinter.temperature
-- given: at_cycle = 1
WITH cycle(test_id, cycle_count, complete, discharge_capacity_ah) AS (
    VALUES (1, 1, true, 1), (2, 1, true, 2), (3, 1, true, 3), (4, 1, true, 4), (5, 1, true, 50),
    (6, 1, true, 7), (7, 1, false, 9)
),
test(test_id, cell_id) AS (VALUES (1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6), (7, 6)),
cell(cell_id, cell_name, active_mass_gram) AS (
    VALUES (1, 'A', 1000), (2, 'B', 1000), (3, 'C', 1000), (4, 'D', 1000), (5, 'E', 1000),
    (6, 'F', 1000)
),
treatment(cell_id, name, setting, value, unit) AS (
    SELECT n, 'sinter.temperature', '900 °C', 900, '°C' FROM range(1, 6) AS t(n)
    UNION ALL
    VALUES (6, 'sinter.temperature', '800 °C', 800, '°C'), (6, 'mill.time', '9 h', 9, 'h')
)
SELECT
    quantity_unit = 'mA·h/g',
    interval_low IS NULL AND interval_high IS NULL,
    setting = CAST(value AS INTEGER) || ' °C' AND unit = '°C',
    CASE value
        WHEN 900 THEN cell_count = 5 AND median_value = 3 AND lower_quartile = 2
            AND upper_quartile = 4 AND highest = 50 AND outlier_count = 1 AND outliers = 'E'
        WHEN 800 THEN cell_count = 1 AND median_value = 7 AND outlier_count = 0
    END
FROM replicate_statistic;

-- example: two tests of a cell count once, and six cells have an interval
-- given: at_cycle = 1
WITH cycle(test_id, cycle_count, complete, discharge_capacity_ah) AS (
    VALUES (1, 1, true, 1), (2, 1, true, 2), (3, 1, true, 3), (4, 1, true, 4), (5, 1, true, 5),
    (6, 1, true, 0), (7, 1, true, 12)
),
test(test_id, cell_id) AS (VALUES (1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6), (7, 6)),
cell(cell_id, active_mass_gram) AS (
    VALUES (1, 1000), (2, 1000), (3, 1000), (4, 1000), (5, 1000), (6, 1000)
)
SELECT
    setting IS NULL AND value IS NULL AND text IS NULL,
    cell_count = 6,
    median_value = 3.5,
    interval_low = 1,
    interval_high = 6
FROM replicate_statistic;
