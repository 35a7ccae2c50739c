-- Log-rank test
--
-- Whether two groups of cells live equally long, by Mantel's chi-square of one degree of freedom,
-- for every pair of groups of survival. p is erfc(sqrt(chi2 / 2)), which few engines have, summed
-- here by the midpoint rule: below chi2 = 4 as 1 - 2/sqrt(pi) times the integral of exp(-t^2) from
-- 0 to sqrt(chi2 / 2), else by Craig's integral, which keeps the digits of a small p. With 4,000
-- points it is right to 1e-7. A group of one cell is no sample: then there is no test. With fewer
-- than ten cells in a group the chi-square is an approximation: small_groups says so, and p is then
-- not to be trusted near a limit.
--
-- grain:      configuration, setting, current_density_ma_per_cm2, temperature_celsius,
--             other_configuration, other_setting, other_current_density_ma_per_cm2,
--             other_temperature_celsius
-- column:     current_density_ma_per_cm2 | mA/cm² | of the first group
-- column:     temperature_celsius | °C | of the first group
-- column:     other_configuration | | layers of the second group
-- column:     other_setting | | setting of the treatment of the second group
-- column:     other_current_density_ma_per_cm2 | mA/cm² | of the second group
-- column:     other_temperature_celsius | °C | of the second group
-- column:     chi2 | 1 | Mantel's chi-square; null when no time tells the groups apart
-- column:     p | 1 | probability of such a chi-square or a greater one, were the groups alike
-- column:     failed_count | 1 | cells of the first group that failed
-- column:     expected_count | 1 | how many would have, were the groups alike
-- column:     cell_count | 1 | cells in the first group
-- column:     other_cell_count | 1 | cells in the second group
-- column:     small_groups | | whether a group has fewer than ten cells
-- column:     missing | | what is not there: cells (two in each group), failures; null when nothing
-- takes:      treatment | text | null | what parts the groups too, e.g. PB.thickness_um or
--             sinter.temperature; null parts them no further
-- takes:      limit_volt | number(0..) | 5 | compliance limit
-- takes:      runaway_factor | number(1..) | null | times the early median; null: limit_volt alone
-- takes:      soft_short_ratio | number(0..1) | 0.6 | part of the reference
-- takes:      hard_short_ratio | number(0..1) | 0.1 | part of the reference
-- takes:      hard_short_volt | number(0..) | 0.005 | below it at any current
-- takes:      erratic_variation | number(0..) | 0.2 | standard deviation over mean
-- takes:      reference_count | integer(1..) | 6 | half-cycles in the reference
-- takes:      settling_count | integer(2..) | 4 | half-cycles that never fail
-- takes:      persistent_count | integer(0..) | 3 | how many of those that follow meet it too
-- takes:      persistent_window | integer(0..) | 4 | how many that follow are looked at
-- takes:      current_tolerance | number(0..1) | 0.02 | part by which like currents may differ
-- takes:      temperature_tolerance_kelvin | number(0..) | 5 | by how much like temperatures may
--             differ
-- takes:      pause_second | number(0..) | 3600 | a longer time without current is a pause
-- needs:      survival
-- reference:  Mantel, Cancer Chemother. Rep. 50 (1966) 163; Craig, IEEE MILCOM (1991) 571
WITH grouped AS (
    SELECT
        *,
        dense_rank() OVER (
            ORDER BY
                configuration NULLS LAST,
                setting NULLS LAST,
                current_density_ma_per_cm2 NULLS LAST,
                temperature_celsius NULLS LAST
        ) AS group_count
    FROM survival
),

team AS (
    SELECT
        group_count,
        min(configuration) AS configuration,
        min(setting) AS setting,
        min(current_density_ma_per_cm2) AS current_density_ma_per_cm2,
        min(temperature_celsius) AS temperature_celsius,
        min(cell_count) AS cell_count,
        sum(failed_count) AS failed_count
    FROM grouped
    GROUP BY group_count
),

pair AS (
    SELECT
        one.*,
        other.group_count AS other_group_count,
        other.configuration AS other_configuration,
        other.setting AS other_setting,
        other.current_density_ma_per_cm2 AS other_current_density_ma_per_cm2,
        other.temperature_celsius AS other_temperature_celsius,
        other.cell_count AS other_cell_count
    FROM team AS one
    JOIN team AS other ON other.group_count > one.group_count
),

failing AS (
    SELECT
        pair.group_count,
        pair.other_group_count,
        grouped.time_hour,
        sum(grouped.failed_count) AS failed_count
    FROM pair
    JOIN grouped ON grouped.group_count IN (pair.group_count, pair.other_group_count)
    WHERE grouped.failed_count > 0
    GROUP BY pair.group_count, pair.other_group_count, grouped.time_hour
),

risked AS (
    SELECT
        failing.group_count,
        failing.other_group_count,
        failing.time_hour,
        failing.failed_count,
        coalesce(
            max(grouped.at_risk_count) FILTER (WHERE grouped.group_count = failing.group_count), 0
        ) AS one_count,
        coalesce(
            max(grouped.at_risk_count)
                FILTER (WHERE grouped.group_count = failing.other_group_count),
            0
        ) AS other_count
    FROM failing
    JOIN grouped
        ON grouped.group_count IN (failing.group_count, failing.other_group_count)
        AND grouped.time_hour >= failing.time_hour
    GROUP BY
        failing.group_count, failing.other_group_count, failing.time_hour, failing.failed_count
),

expected AS (
    SELECT
        group_count,
        other_group_count,
        sum(failed_count * one_count / nullif(one_count + other_count, 0)) AS expected_count,
        sum(
            failed_count * one_count * other_count * (one_count + other_count - failed_count)
            / nullif(
                power(one_count + other_count, 2.0) * (one_count + other_count - 1), 0
            )
        ) AS variance
    FROM risked
    GROUP BY group_count, other_group_count
),

compared AS (
    SELECT
        pair.*,
        expected.expected_count,
        CASE
            WHEN pair.cell_count >= 2 AND pair.other_cell_count >= 2
                THEN power(pair.failed_count - expected.expected_count, 2.0)
                    / nullif(expected.variance, 0)
        END AS chi2
    FROM pair
    LEFT JOIN expected
        ON expected.group_count = pair.group_count
        AND expected.other_group_count = pair.other_group_count
),

midpoint AS (
    SELECT (i + 0.5) / nullif(4000.0, 0) AS part
    FROM (SELECT unnest(range(4000)) AS i) AS counted
),

integrated AS (
    SELECT
        compared.group_count,
        compared.other_group_count,
        avg(
            CASE
                WHEN compared.chi2 < 4 THEN exp(-compared.chi2 / 2 * power(midpoint.part, 2.0))
                ELSE exp(
                    -compared.chi2
                    / nullif(2 * power(sin(midpoint.part * pi() / 2), 2.0), 0)
                )
            END
        ) AS mean
    FROM compared
    CROSS JOIN midpoint
    WHERE compared.chi2 IS NOT NULL
    GROUP BY compared.group_count, compared.other_group_count
)

SELECT
    compared.configuration,
    compared.setting,
    compared.current_density_ma_per_cm2,
    compared.temperature_celsius,
    compared.other_configuration,
    compared.other_setting,
    compared.other_current_density_ma_per_cm2,
    compared.other_temperature_celsius,
    compared.chi2,
    CASE
        WHEN compared.chi2 < 4
            THEN 1 - 2 * sqrt(compared.chi2 / 2) / nullif(sqrt(pi()), 0) * integrated.mean
        ELSE integrated.mean
    END AS p,
    CAST(compared.failed_count AS BIGINT) AS failed_count,
    compared.expected_count,
    compared.cell_count,
    compared.other_cell_count,
    compared.cell_count < 10 OR compared.other_cell_count < 10 AS small_groups,
    CASE
        WHEN compared.cell_count < 2 OR compared.other_cell_count < 2 THEN 'cells'
        WHEN compared.chi2 IS NULL THEN 'failures'
    END AS missing
FROM compared
LEFT JOIN integrated
    ON integrated.group_count = compared.group_count
    AND integrated.other_group_count = compared.other_group_count;

-- example: two cells that fail before two others: chi2 = 49/17, worked out by hand
WITH test(test_id, cell_id) AS (SELECT n, n FROM range(1, 5) AS t(n)),
cell(cell_id, configuration, "symmetric", area_cm2) AS (
    SELECT n, CASE WHEN n < 3 THEN 'A' ELSE 'B' END, true, 2 FROM range(1, 5) AS t(n)
),
step(
    test_id, step_count, half_cycle_count, mode, start_time_second, duration_second,
    median_current_ampere, end_voltage_volt, minimum_voltage_volt, maximum_voltage_volt
) AS (
    SELECT
        cell, n, n, CASE WHEN n % 2 = 1 THEN 'charge' ELSE 'discharge' END, 3600 * n, 3600,
        CASE WHEN n % 2 = 1 THEN 0.001 ELSE -0.001 END, 0.1, -0.1,
        CASE WHEN cell <> 0 AND n = 8 + 2 * cell THEN 5 ELSE 0.1 END
    FROM range(1, 5) AS t(cell)
    JOIN range(1, 20) AS u(n) ON n <= 8 + 2 * cell
)
SELECT
    configuration = 'A',
    other_configuration = 'B',
    failed_count = 2,
    abs(expected_count - 5.0 / 6) < 1e-12,
    abs(chi2 - 49.0 / 17) < 1e-12,
    abs(p - 0.0895551) < 1e-6,
    small_groups,
    missing IS NULL
FROM log_rank;

-- example: one cell is no sample
WITH test(test_id, cell_id) AS (SELECT n, n FROM range(1, 5) AS t(n)),
cell(cell_id, configuration, "symmetric", area_cm2) AS (
    SELECT n, CASE WHEN n < 2 THEN 'A' ELSE 'B' END, true, 2 FROM range(1, 5) AS t(n)
),
step(
    test_id, step_count, half_cycle_count, mode, start_time_second, duration_second,
    median_current_ampere, end_voltage_volt, minimum_voltage_volt, maximum_voltage_volt
) AS (
    SELECT
        cell, n, n, CASE WHEN n % 2 = 1 THEN 'charge' ELSE 'discharge' END, 3600 * n, 3600,
        CASE WHEN n % 2 = 1 THEN 0.001 ELSE -0.001 END, 0.1, -0.1,
        CASE WHEN cell <> 0 AND n = 8 + 2 * cell THEN 5 ELSE 0.1 END
    FROM range(1, 5) AS t(cell)
    JOIN range(1, 20) AS u(n) ON n <= 8 + 2 * cell
)
SELECT
    chi2 IS NULL,
    p IS NULL,
    missing = 'cells'
FROM log_rank;
