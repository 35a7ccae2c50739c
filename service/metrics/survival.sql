-- Survival
--
-- Kaplan-Meier estimate by configuration, current density and temperature, with Greenwood's
-- variance and its interval on the log-log scale, which stays between 0 and 1. Cells are the unit,
-- each with its time_to_failure. Cells run at like current densities, in order each at most
-- current_tolerance above the one before it, are one group, and the same with temperatures; the
-- group is called by their medians. An unknown density, temperature or configuration is a group of
-- its own. One row per time at which a cell failed or was censored; cells censored when others fail
-- were still at risk then. With a treatment each of its settings is a group apart, and so are the
-- cells without it; a cell with two settings is in both.
--
-- grain:      configuration, setting, current_density_ma_per_cm2, temperature_celsius, time_hour
-- column:     current_density_ma_per_cm2 | mA/cm² | median of the group's
-- column:     temperature_celsius | °C | median of the group's
-- column:     time_hour | h | since the first half-cycle at that current and temperature
-- column:     at_risk_count | 1 | cells that had neither failed nor been censored before
-- column:     failed_count | 1 | cells that failed at that time
-- column:     censored_count | 1 | cells that were last seen at that time
-- column:     survival | 1 | part of the cells that lives longer
-- column:     survival_deviation | 1 | its standard deviation by Greenwood; null when it is 0
-- column:     survival_lower | 1 | lower end of the interval; null when the estimate is 0
-- column:     survival_upper | 1 | upper end of the interval; null when the estimate is 0
-- column:     median_hour | h | first time of the group at which it is 0.5 or less; null when it
--             stays above: the median is then longer than the group was watched
-- column:     hazard_upper_per_hour | 1/h | where no cell of the group failed, the 95 % upper bound
--             of a constant hazard by the rule of three: 3 over the hours at risk of all its cells
-- column:     cell_count | 1 | cells in the group
-- takes:      treatment | text | null | what parts the groups too, e.g. PB.thickness_um or
--             sinter.temperature; null parts them no further
-- takes:      deviations | number(0..10) | 1.959963984540054 | half width of the interval in
--             standard deviations; the default is 95 %
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
-- needs:      time_to_failure, treatment
-- reference:  Kaplan, Meier, J. Am. Stat. Assoc. 53 (1958) 457; Greenwood (1926); Kalbfleisch,
--             Prentice, The Statistical Analysis of Failure Time Data (1980), for the interval;
--             Hanley, Lippman-Hand, J. Am. Med. Assoc. 249 (1983) 1743, for the rule of three
WITH by_current AS (
    SELECT
        *,
        CASE
            WHEN lag(cell_id) OVER denser IS NULL THEN 1
            WHEN current_density_ma_per_cm2
            <= (1 + $current_tolerance) * lag(current_density_ma_per_cm2) OVER denser
                THEN 0
            WHEN current_density_ma_per_cm2 IS NULL
                AND lag(current_density_ma_per_cm2) OVER denser IS NULL
                THEN 0
            ELSE 1
        END AS rises
    FROM time_to_failure
    WINDOW denser AS (
        ORDER BY current_density_ma_per_cm2 NULLS LAST, test_id, half_cycle_count
    )
),

like_current AS (
    SELECT
        *,
        sum(rises) OVER (
            ORDER BY current_density_ma_per_cm2 NULLS LAST, test_id, half_cycle_count
        ) AS current_count
    FROM by_current
),

by_temperature AS (
    SELECT
        *,
        CASE
            WHEN lag(cell_id) OVER warmer IS NULL THEN 1
            WHEN temperature_celsius - lag(temperature_celsius) OVER warmer
            <= $temperature_tolerance_kelvin
                THEN 0
            WHEN temperature_celsius IS NULL AND lag(temperature_celsius) OVER warmer IS NULL
                THEN 0
            ELSE 1
        END AS warms
    FROM like_current
    WINDOW warmer AS (
        PARTITION BY current_count
        ORDER BY temperature_celsius NULLS LAST, test_id, half_cycle_count
    )
),

grouped AS (
    SELECT
        *,
        sum(warms) OVER (
            ORDER BY
                current_count,
                temperature_celsius NULLS LAST,
                test_id,
                half_cycle_count
        ) AS level_count
    FROM by_temperature
),

named AS (
    SELECT
        cell_id,
        configuration,
        level_count,
        median(current_density_ma_per_cm2) OVER (PARTITION BY current_count)
            AS current_density_ma_per_cm2,
        median(temperature_celsius) OVER (PARTITION BY level_count) AS temperature_celsius,
        time_hour,
        failed
    FROM grouped
),

treated AS (
    SELECT DISTINCT cell_id, setting
    FROM treatment
    WHERE name = $treatment
),

timed AS (
    SELECT
        named.configuration,
        treated.setting,
        named.level_count,
        min(current_density_ma_per_cm2) AS current_density_ma_per_cm2,
        min(temperature_celsius) AS temperature_celsius,
        named.time_hour,
        count(*) AS left_count,
        sum(CASE WHEN named.failed THEN 1 ELSE 0 END) AS failed_count
    FROM named
    LEFT JOIN treated ON treated.cell_id = named.cell_id
    GROUP BY named.configuration, treated.setting, named.level_count, named.time_hour
),

risked AS (
    SELECT
        *,
        sum(left_count) OVER (
            PARTITION BY configuration, setting, level_count
            ORDER BY time_hour DESC
        ) AS at_risk_count,
        sum(left_count) OVER alike AS cell_count,
        sum(left_count * time_hour) OVER alike AS at_risk_hour,
        sum(failed_count) OVER alike AS group_failed_count
    FROM timed
    WINDOW alike AS (PARTITION BY configuration, setting, level_count)
),

product AS (
    SELECT
        *,
        CASE
            WHEN failed_count < at_risk_count
                THEN sum(
                    CASE
                        WHEN failed_count < at_risk_count
                            THEN ln((at_risk_count - failed_count) / nullif(at_risk_count, 0))
                    END
                ) OVER gone
        END AS log_survival,
        sum(
            failed_count
            / nullif(CAST(at_risk_count * (at_risk_count - failed_count) AS DOUBLE), 0)
        ) OVER gone AS relative_variance
    FROM risked
    WINDOW gone AS (PARTITION BY configuration, setting, level_count ORDER BY time_hour)
),

estimated AS (
    SELECT
        *,
        coalesce(exp(log_survival), 0) AS survival,
        CASE
            WHEN log_survival < 0
                THEN $deviations * sqrt(relative_variance) / nullif(-log_survival, 0)
            WHEN log_survival = 0 THEN 0
        END AS log_log_width
    FROM product
)

SELECT
    configuration,
    setting,
    current_density_ma_per_cm2,
    temperature_celsius,
    time_hour,
    CAST(at_risk_count AS BIGINT) AS at_risk_count,
    CAST(failed_count AS BIGINT) AS failed_count,
    CAST(left_count - failed_count AS BIGINT) AS censored_count,
    survival,
    CASE WHEN log_survival IS NOT NULL THEN survival * sqrt(relative_variance) END
        AS survival_deviation,
    exp(log_survival * exp(log_log_width)) AS survival_lower,
    exp(log_survival * exp(-log_log_width)) AS survival_upper,
    min(CASE WHEN survival <= 0.5 + 1e-9 THEN time_hour END) OVER (
        PARTITION BY configuration, setting, level_count
    ) AS median_hour,
    CASE WHEN group_failed_count = 0 THEN 3 / nullif(at_risk_hour, 0) END
        AS hazard_upper_per_hour,
    CAST(cell_count AS BIGINT) AS cell_count
FROM estimated;

-- example: of four cells three fail one after the other and the last is censored
WITH test(test_id, cell_id) AS (SELECT n, n FROM range(1, 5) AS t(n)),
cell(cell_id, configuration, "symmetric", area_cm2) AS (
    SELECT n, 'Li/LATP/Li', true, 2 FROM range(1, 5) AS t(n)
),
step(
    test_id, step_count, half_cycle_count, mode, start_time_second, duration_second,
    median_current_ampere, end_voltage_volt, minimum_voltage_volt, maximum_voltage_volt
) AS (
    SELECT
        cell, n, n, CASE WHEN n % 2 = 1 THEN 'charge' ELSE 'discharge' END, 3600 * n, 3600,
        CASE WHEN n % 2 = 1 THEN 0.001 ELSE -0.001 END, 0.1, -0.1,
        CASE WHEN cell <> 4 AND n = 8 + 2 * cell THEN 5 ELSE 0.1 END
    FROM range(1, 5) AS t(cell)
    JOIN range(1, 20) AS u(n) ON n <= 8 + 2 * cell
)
SELECT
    count(*) = 4,
    bool_and(abs(survival - greatest(1 - (time_hour - 8) / 8, 0.25)) < 1e-12),
    min(median_hour) = 12,
    sum(at_risk_count) = 10,
    sum(censored_count) = 1,
    count(hazard_upper_per_hour) = 0,
    abs(max(survival_deviation) - 0.25) < 1e-12,
    min(cell_count) = 4
FROM survival;

-- example: where half of the cells outlive the test there is no median
WITH test(test_id, cell_id) AS (VALUES (1, 7)),
cell(cell_id, configuration, "symmetric") AS (VALUES (7, 'Li/LATP/Li', true)),
step(
    test_id, step_count, half_cycle_count, mode, start_time_second, duration_second,
    median_current_ampere
) AS (VALUES (1, 1, 1, 'charge', 0, 3600, 0.001))
SELECT
    survival = 1,
    survival_lower = 1,
    median_hour IS NULL,
    hazard_upper_per_hour = 3
FROM survival;

-- example: cells are parted by the setting of a treatment, and those without it stand apart
-- given: treatment = sinter.temperature
WITH test(test_id, cell_id) AS (VALUES (1, 7), (2, 8), (3, 9)),
cell(cell_id, configuration, "symmetric") AS (
    VALUES (7, 'Li/LATP/Li', true), (8, 'Li/LATP/Li', true), (9, 'Li/LATP/Li', true)
),
treatment(cell_id, name, setting) AS (
    VALUES (7, 'sinter.temperature', '900 °C'), (7, 'mill.time', '2 h'),
    (8, 'sinter.temperature', '900 °C')
),
step(
    test_id, step_count, half_cycle_count, mode, start_time_second, duration_second,
    median_current_ampere
) AS (VALUES (1, 1, 1, 'charge', 0, 3600, 1), (2, 1, 1, 'charge', 0, 7200, 1),
    (3, 1, 1, 'charge', 0, 3600, 1))
SELECT
    CASE
        WHEN setting = '900 °C' THEN cell_count = 2 AND hazard_upper_per_hour = 1
        WHEN setting IS NULL THEN cell_count = 1 AND hazard_upper_per_hour = 3
    END
FROM survival;
