-- Survival
--
-- Kaplan-Meier estimate by configuration, current density and temperature, with Greenwood's
-- variance and its interval on the log-log scale, which stays between 0 and 1. Cells are the unit,
-- each with its time_to_failure. Cells run at like current densities, in order each at most
-- current_tolerance above the one before it, are one group, and the same with temperatures; the
-- group is called by their medians. An unknown density, temperature or configuration is a group of
-- its own. One row per time at which a cell failed or was censored; cells censored when others fail
-- were still at risk then; one that failed in a gap counts when it was first seen to have. Cells
-- that cannot be compared are left out, and, unless quality is any, those of low quality; a group
-- that lost one so is of low quality itself, and one that lost all is a row without a time. Cells
-- that have no time, for want of what must be known of them, are groups of their own. As long as no
-- cell has failed, the estimate is 1 and the lower end of its interval that of the rule of three:
-- 1 - 3 / cells at risk, or 0. With a treatment each of its settings is a group apart, and so are
-- the cells without it; a cell with two settings is in both.
--
-- formula:    S(t) = Π (1 − dᵢ / nᵢ) over tᵢ ≤ t, Var S = S² Σ dᵢ / (nᵢ (nᵢ − dᵢ))
-- grain:      configuration, setting, current_density_ma_per_cm2, temperature_celsius, time_hour
-- column:     current_density_ma_per_cm2 | mA/cm² | median of the group's
-- column:     temperature_celsius | °C | median of the group's
-- column:     time_hour | h | since the first half-cycle at that current and temperature; null
--             where no cell counts
-- column:     at_risk_count | 1 | cells that had neither failed nor been censored before
-- column:     failed_count | 1 | cells that failed at that time
-- column:     censored_count | 1 | cells that were last seen at that time
-- column:     survival | 1 | part of the cells that lives longer
-- column:     survival_deviation | 1 | its standard deviation by Greenwood; null when it is 0
-- column:     survival_lower | 1 | lower end of the interval, where none has failed by the rule of
--             three at 95 %; null when the estimate is 0
-- column:     survival_upper | 1 | upper end of the interval; null when the estimate is 0
-- column:     median_hour | h | first time of the group at which it is 0.5 or less; null when it
--             stays above: the median is then longer than the group was watched
-- column:     hazard_upper_per_hour | 1/h | where no cell of the group failed, the 95 % upper bound
--             of a constant hazard by the rule of three: 3 over the hours at risk of all its cells
-- column:     cell_count | 1 | cells in the group
-- column:     left_out_count | 1 | cells of the group that do not count
-- column:     status | | ok, low_quality (a single cell, cells left out, or cells of low quality)
--             or not_computable (no cell counts)
-- column:     reason | | why not ok; null when ok
-- main:       survival, low: survival_lower, high: survival_upper
-- takes:      treatment | treatment | null | what parts the groups too, e.g. PB.thickness_um or
--             sinter.temperature; null parts them no further
-- takes:      deviations | number(0..10) | 1.959963984540054 | half width of the interval in
--             standard deviations; the default is 95 %
-- takes:      quality | text(ok, any) | ok | rows of what quality count
-- inherits:   time_to_failure
-- needs:      time_to_failure, treatment
-- reference:  Kaplan, Meier, J. Am. Stat. Assoc. 53 (1958) 457; Greenwood (1926); Kalbfleisch,
--             Prentice, The Statistical Analysis of Failure Time Data (1980), for the interval;
--             Hanley, Lippman-Hand, J. Am. Med. Assoc. 249 (1983) 1743, for the rule of three
WITH lived AS (
    SELECT *, status = 'not_computable' AS unknown
    FROM time_to_failure
),

by_current AS (
    SELECT
        *,
        CASE
            WHEN lag(cell_id) OVER denser IS NULL THEN 1
            WHEN unknown <> lag(unknown) OVER denser THEN 1
            WHEN current_density_ma_per_cm2
            <= (1 + $current_tolerance) * lag(current_density_ma_per_cm2) OVER denser
                THEN 0
            WHEN current_density_ma_per_cm2 IS NULL
                AND lag(current_density_ma_per_cm2) OVER denser IS NULL
                THEN 0
            ELSE 1
        END AS rises
    FROM lived
    WINDOW denser AS (
        ORDER BY unknown, current_density_ma_per_cm2 NULLS LAST, test_id, half_cycle_count
    )
),

like_current AS (
    SELECT
        *,
        sum(rises) OVER (
            ORDER BY unknown, current_density_ma_per_cm2 NULLS LAST, test_id, half_cycle_count
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
        failed,
        CASE WHEN status = 'low_quality' THEN coalesce(reason, status) END AS doubt,
        status NOT IN ('not_comparable', 'not_computable')
        AND (status <> 'low_quality' OR $quality = 'any') AS counts,
        reason
    FROM grouped
),

treated AS (
    SELECT DISTINCT cell_id, setting
    FROM treatment
    WHERE name = $treatment
),

parted AS (
    SELECT
        named.*,
        treated.setting,
        sum(CASE WHEN named.counts THEN 1 ELSE 0 END) OVER alike AS counted,
        sum(CASE WHEN named.counts THEN 0 ELSE 1 END) OVER alike AS left_out_count,
        min(CASE WHEN named.counts THEN NULL ELSE named.reason END) OVER alike AS left_out_reason,
        min(CASE WHEN named.counts THEN named.doubt END) OVER alike AS doubt_of_group
    FROM named
    LEFT JOIN treated ON treated.cell_id = named.cell_id
    WINDOW alike AS (PARTITION BY named.configuration, treated.setting, named.level_count)
),

timed AS (
    SELECT
        configuration,
        setting,
        level_count,
        min(current_density_ma_per_cm2) AS current_density_ma_per_cm2,
        min(temperature_celsius) AS temperature_celsius,
        min(left_out_count) AS left_out_count,
        min(left_out_reason) AS left_out_reason,
        min(doubt_of_group) AS doubt,
        CASE WHEN counts THEN time_hour END AS time_hour,
        count(CASE WHEN counts THEN 1 END) AS left_count,
        count(CASE WHEN counts AND failed THEN 1 END) AS failed_count
    FROM parted
    WHERE counts OR counted = 0
    GROUP BY configuration, setting, level_count, CASE WHEN counts THEN time_hour END
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
        CASE WHEN cell_count > 0 THEN coalesce(exp(log_survival), 0) END AS survival,
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
    CASE
        WHEN log_survival = 0 THEN greatest(1 - 3 / nullif(CAST(at_risk_count AS DOUBLE), 0), 0)
        ELSE exp(log_survival * exp(log_log_width))
    END AS survival_lower,
    exp(log_survival * exp(-log_log_width)) AS survival_upper,
    min(CASE WHEN survival <= 0.5 + 1e-9 THEN time_hour END) OVER (
        PARTITION BY configuration, setting, level_count
    ) AS median_hour,
    CASE WHEN group_failed_count = 0 THEN 3 / nullif(at_risk_hour, 0) END
        AS hazard_upper_per_hour,
    CAST(cell_count AS BIGINT) AS cell_count,
    CAST(left_out_count AS BIGINT) AS left_out_count,
    CASE
        WHEN cell_count = 0 THEN 'not_computable'
        WHEN cell_count > 1 AND left_out_count = 0 AND doubt IS NULL THEN 'ok'
        ELSE 'low_quality'
    END AS status,
    nullif(
        concat_ws(
            '; ',
            CASE WHEN cell_count = 1 THEN 'only 1 cell' END,
            CASE
                WHEN left_out_count > 0 THEN concat(
                    CAST(left_out_count AS BIGINT),
                    ' of ',
                    CAST(left_out_count + cell_count AS BIGINT),
                    ' cells left out: ',
                    left_out_reason
                )
            END,
            doubt
        ),
        ''
    ) AS reason
FROM estimated;

-- example: of four cells three fail one after the other and the last is censored
WITH time_to_failure(cell_id, test_id, half_cycle_count, time_hour, failed, status) AS (
    SELECT n, n, 1, 8 + 2 * n, n <> 4, CASE WHEN n <> 4 THEN 'ok' ELSE 'censored' END
    FROM range(1, 5) AS t(n)
)
SELECT
    count(*) = 4,
    bool_and(abs(survival - greatest(1 - (time_hour - 8) / 8, 0.25)) < 1e-12),
    min(median_hour) = 12,
    sum(at_risk_count) = 10,
    sum(censored_count) = 1,
    count(hazard_upper_per_hour) = 0,
    abs(max(survival_deviation) - 0.25) < 1e-12,
    min(cell_count) = 4,
    bool_and(status = 'ok' AND reason IS NULL)
FROM survival;

-- example: where half of the cells outlive the test there is no median, and the rule of three
WITH time_to_failure(cell_id, test_id, half_cycle_count, time_hour, failed, status)
AS (SELECT n, n, 1, 2, false, 'censored' FROM range(6) AS t(n))
SELECT
    survival = 1,
    survival_lower = 0.5 AND survival_upper = 1,
    median_hour IS NULL,
    hazard_upper_per_hour = 0.25
FROM survival;

-- example: who cannot be compared is no survivor, and a doubtful time does not count
WITH time_to_failure(
    cell_id, test_id, half_cycle_count, time_hour, failed, status, reason
) AS (
    VALUES
    (7, 1, 1, 10, false, 'censored', 'alive at the end'), (8, 2, 1, 12, true, 'ok', NULL),
    (9, 3, 1, 2, NULL, 'not_comparable', 'only 2 half-cycles'),
    (10, 4, 1, 11, true, 'low_quality', 'gap')
)
SELECT
    cell_count = 2 AND left_out_count = 2,
    time_hour IN (10, 12),
    status = 'low_quality' AND reason = '2 of 4 cells left out: gap'
FROM survival;

-- example: a cell that has no time takes no part in the group beside it, and is told once
WITH time_to_failure(
    cell_id, test_id, half_cycle_count, current_density_ma_per_cm2, time_hour, failed, status,
    reason
) AS (
    VALUES
    (7, 1, 1, 0.5, 10, false, 'censored', 'alive at the end'), (8, 2, 1, 0.5, 12, true, 'ok', NULL),
    (9, 3, 1, 0.505, NULL, NULL, 'not_computable', 'missing symmetric'),
    (10, 4, 1, 0.505, NULL, NULL, 'not_computable', 'missing symmetric')
)
SELECT
    count(*) OVER () = 3,
    CASE
        WHEN time_hour IS NULL THEN survival IS NULL
            AND at_risk_count = 0 AND cell_count = 0 AND left_out_count = 2
            AND status = 'not_computable'
            AND reason = '2 of 2 cells left out: missing symmetric'
        ELSE current_density_ma_per_cm2 = 0.5 AND cell_count = 2 AND status = 'ok'
    END
FROM survival;

-- example: cells are parted by the setting of a treatment, and those without it stand apart
-- given: treatment = sinter.temperature
WITH time_to_failure(cell_id, test_id, half_cycle_count, time_hour, failed, status) AS (
    VALUES
    (7, 1, 1, 1, false, 'censored'), (8, 2, 1, 2, false, 'censored'),
    (9, 3, 1, 1, false, 'censored')
),
treatment(cell_id, name, setting) AS (
    VALUES (7, 'sinter.temperature', '900 °C'), (7, 'mill.time', '2 h'),
    (8, 'sinter.temperature', '900 °C')
)
SELECT
    CASE
        WHEN setting = '900 °C' THEN cell_count = 2 AND hazard_upper_per_hour = 1
        WHEN setting IS NULL THEN cell_count = 1 AND hazard_upper_per_hour = 3
    END,
    reason IS NOT DISTINCT FROM CASE WHEN setting IS NULL THEN 'only 1 cell' END
FROM survival;
