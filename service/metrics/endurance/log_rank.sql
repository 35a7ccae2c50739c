-- Log-rank test
--
-- Whether two groups of cells live equally long, by Mantel's chi-square of one degree of freedom,
-- for every pair of groups of survival. Where a group has fewer than ten cells the chi-square is no
-- more than an approximation, and p is exact: of all ways to part the same cells into groups of
-- these sizes, the share with a chi-square as great or greater. Cell by cell from the longest life
-- each way is gone through once, some three states a way; above exact_ways of them (9 and 9 cells
-- are 48,620, less than a tenth of a second) p is that of the chi-square all the same, and of low
-- quality. Three cells that die before three others have a p of 0.1, however far apart. Otherwise p
-- is erfc(sqrt(chi2 / 2)), which few engines have, summed here by the midpoint rule: below chi2 = 4
-- as 1 - 2/sqrt(pi) times the integral of exp(-t^2) from 0 to sqrt(chi2 / 2), else by Craig's
-- integral, which keeps the digits of a small p. With 4,000 points it is right to 1e-7. A group of
-- one cell is no sample: then there is no test.
--
-- formula:    χ² = (O − E)² / Var O, E = Σ d n₁ / (n₁ + n₂); p = erfc √(χ²/2), or the share of all
--             partings with such a χ²
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
-- column:     method | | which p it is: exact permutation, or chi-square; null without one
-- column:     failed_count | 1 | cells of the first group that failed
-- column:     expected_count | 1 | how many would have, were the groups alike
-- column:     cell_count | 1 | cells in the first group
-- column:     other_cell_count | 1 | cells in the second group
-- column:     small_groups | | whether a group has fewer than ten cells
-- column:     missing | | what is not there: cells (two in each group), failures; null when nothing
-- column:     status | | ok, low_quality (chi-square of small groups, or cells left out) or
--             not_computable
-- column:     reason | | why not ok; null when ok
-- main:       p
-- takes:      exact_ways | integer(0..1000000) | 50000 | so many ways to part the cells are gone
--             through at most
-- inherits:   survival
-- needs:      survival
-- reference:  Mantel, Cancer Chemother. Rep. 50 (1966) 163; Craig, IEEE MILCOM (1991) 571; Pitman,
--             J. R. Stat. Soc. Suppl. 4 (1937) 119, for permutation
WITH RECURSIVE grouped AS (
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
    WHERE cell_count > 0
),

team AS (
    SELECT
        group_count,
        min(configuration) AS configuration,
        min(setting) AS setting,
        min(current_density_ma_per_cm2) AS current_density_ma_per_cm2,
        min(temperature_celsius) AS temperature_celsius,
        min(cell_count) AS cell_count,
        sum(failed_count) AS failed_count,
        min(CASE WHEN status <> 'ok' THEN coalesce(reason, status) END) AS doubt
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
        other.cell_count AS other_cell_count,
        other.doubt AS other_doubt
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

sized AS (
    SELECT
        group_count,
        other_group_count,
        chi2,
        least(cell_count, other_cell_count) AS small_count,
        cell_count + other_cell_count AS all_count,
        unnest(range(1, 1 + least(cell_count, other_cell_count))) AS place
    FROM compared
    WHERE chi2 IS NOT NULL
        AND least(cell_count, other_cell_count) < 10
),

exact AS (
    SELECT
        group_count,
        other_group_count,
        min(chi2) AS chi2,
        min(small_count) AS small_count,
        min(all_count) AS all_count
    FROM sized
    GROUP BY group_count, other_group_count
    HAVING sum(ln((all_count - small_count + place) / nullif(CAST(place AS DOUBLE), 0)))
        < ln($exact_ways + 0.5)
),

pooled AS (
    SELECT
        exact.group_count,
        exact.other_group_count,
        grouped.time_hour,
        sum(grouped.failed_count) AS failed_count,
        sum(grouped.failed_count + grouped.censored_count) AS left_count
    FROM exact
    JOIN grouped ON grouped.group_count IN (exact.group_count, exact.other_group_count)
    GROUP BY exact.group_count, exact.other_group_count, grouped.time_hour
),

told AS (
    SELECT
        *,
        sum(left_count) OVER (
            PARTITION BY group_count, other_group_count ORDER BY time_hour DESC
        ) AS at_risk_count
    FROM pooled
),

numbered AS (
    SELECT
        *,
        unnest(range(1, 1 + CAST(left_count AS BIGINT))) AS number
    FROM told
),

seat AS (
    SELECT
        *,
        CASE WHEN number <= failed_count THEN 1 ELSE 0 END AS fails,
        number = left_count AS closes,
        row_number() OVER (
            PARTITION BY group_count, other_group_count ORDER BY time_hour DESC, number
        ) AS place
    FROM numbered
),

way AS (
    SELECT
        group_count,
        other_group_count,
        CAST(0 AS BIGINT) AS place,
        CAST(0 AS BIGINT) AS taken,
        CAST(0 AS DOUBLE) AS excess,
        CAST(0 AS DOUBLE) AS variance
    FROM exact
    UNION ALL
    SELECT
        way.group_count,
        way.other_group_count,
        seat.place,
        way.taken + choice.taken,
        way.excess + CAST(choice.taken * seat.fails AS DOUBLE)
        - CASE
            WHEN seat.closes
                THEN seat.failed_count * (way.taken + choice.taken)
                    / nullif(CAST(seat.at_risk_count AS DOUBLE), 0)
            ELSE 0
        END,
        way.variance
        + CASE
            WHEN seat.closes THEN coalesce(
                CAST(seat.failed_count AS DOUBLE)
                * (way.taken + choice.taken)
                * (seat.at_risk_count - way.taken - choice.taken)
                * (seat.at_risk_count - seat.failed_count)
                / nullif(power(seat.at_risk_count, 2.0) * (seat.at_risk_count - 1), 0),
                0
            )
            ELSE 0
        END
    FROM way
    JOIN exact
        ON exact.group_count = way.group_count
        AND exact.other_group_count = way.other_group_count
    JOIN seat
        ON seat.group_count = way.group_count
        AND seat.other_group_count = way.other_group_count
        AND seat.place = way.place + 1
    JOIN (VALUES (0), (1)) AS choice(taken)
        ON way.taken + choice.taken <= exact.small_count
        AND way.taken + choice.taken + exact.all_count - seat.place >= exact.small_count
),

permuted AS (
    SELECT
        exact.group_count,
        exact.other_group_count,
        avg(
            CASE
                WHEN power(way.excess, 2.0) / nullif(way.variance, 0)
                >= exact.chi2 * (1 - 1e-9)
                    THEN 1.0
                ELSE 0.0
            END
        ) AS p
    FROM exact
    JOIN way
        ON way.group_count = exact.group_count
        AND way.other_group_count = exact.other_group_count
        AND way.place = exact.all_count
    GROUP BY exact.group_count, exact.other_group_count
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
    LEFT JOIN exact
        ON exact.group_count = compared.group_count
        AND exact.other_group_count = compared.other_group_count
    CROSS JOIN midpoint
    WHERE compared.chi2 IS NOT NULL
        AND exact.chi2 IS NULL
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
        WHEN permuted.p IS NOT NULL THEN permuted.p
        WHEN compared.chi2 < 4
            THEN 1 - 2 * sqrt(compared.chi2 / 2) / nullif(sqrt(pi()), 0) * integrated.mean
        ELSE integrated.mean
    END AS p,
    CASE
        WHEN permuted.p IS NOT NULL THEN 'exact permutation'
        WHEN compared.chi2 IS NOT NULL THEN 'chi-square'
    END AS method,
    CAST(compared.failed_count AS BIGINT) AS failed_count,
    compared.expected_count,
    compared.cell_count,
    compared.other_cell_count,
    compared.cell_count < 10 OR compared.other_cell_count < 10 AS small_groups,
    CASE
        WHEN compared.cell_count < 2 OR compared.other_cell_count < 2 THEN 'cells'
        WHEN compared.chi2 IS NULL THEN 'failures'
    END AS missing,
    CASE
        WHEN compared.chi2 IS NULL THEN 'not_computable'
        WHEN compared.doubt IS NOT NULL
            OR compared.other_doubt IS NOT NULL
            OR (permuted.p IS NULL AND (compared.cell_count < 10 OR compared.other_cell_count < 10))
            THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    CASE
        WHEN compared.cell_count < 2 OR compared.other_cell_count < 2 THEN 'missing cells'
        WHEN compared.chi2 IS NULL THEN 'missing failures'
        ELSE nullif(
            concat_ws(
                '; ',
                CASE
                    WHEN permuted.p IS NULL
                        AND (compared.cell_count < 10 OR compared.other_cell_count < 10)
                        THEN 'fewer than 10 cells, and more ways to part them than exact_ways'
                END,
                compared.doubt,
                nullif(compared.other_doubt, compared.doubt)
            ),
            ''
        )
    END AS reason
FROM compared
LEFT JOIN permuted
    ON permuted.group_count = compared.group_count
    AND permuted.other_group_count = compared.other_group_count
LEFT JOIN integrated
    ON integrated.group_count = compared.group_count
    AND integrated.other_group_count = compared.other_group_count;

-- example: three cells that fail before three others: of 20 ways to part them two are so far apart
WITH survival(configuration, time_hour, at_risk_count, failed_count, censored_count, cell_count,
    status) AS (
    SELECT CASE WHEN n < 4 THEN 'A' ELSE 'B' END, n, 3 - (n - 1) % 3, 1, 0, 3, 'ok'
    FROM range(1, 7) AS t(n)
)
SELECT
    configuration = 'A' AND other_configuration = 'B',
    failed_count = 3,
    abs(expected_count - 1.15) < 1e-12,
    abs(chi2 - 5.0516) < 1e-4,
    abs(p - 0.1) < 1e-12,
    method = 'exact permutation',
    small_groups,
    missing IS NULL,
    status = 'ok' AND reason IS NULL
FROM log_rank;

-- example: where so many ways are too many it is the chi-square that says too little
-- given: exact_ways = 19
WITH survival(configuration, time_hour, at_risk_count, failed_count, censored_count, cell_count,
    status) AS (
    SELECT CASE WHEN n < 4 THEN 'A' ELSE 'B' END, n, 3 - (n - 1) % 3, 1, 0, 3, 'ok'
    FROM range(1, 7) AS t(n)
)
SELECT
    abs(p - 0.0246) < 1e-4,
    method = 'chi-square',
    status = 'low_quality'
FROM log_rank;

-- example: one cell is no sample
WITH survival(configuration, time_hour, at_risk_count, failed_count, censored_count, cell_count,
    status, reason) AS (
    VALUES
    ('A', 1, 1, 1, 0, 1, 'low_quality', 'only 1 cell'), ('B', 2, 2, 1, 0, 2, 'ok', NULL),
    ('B', 3, 1, 1, 0, 2, 'ok', NULL)
)
SELECT
    chi2 IS NULL AND p IS NULL AND method IS NULL,
    missing = 'cells',
    status = 'not_computable' AND reason = 'missing cells'
FROM log_rank;
