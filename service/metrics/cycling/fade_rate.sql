-- Fade rate
--
-- Capacity retention that a cell loses per cycle, in percent of the reference capacity, counted
-- over all its tests: the slope by Theil and Sen, which a few odd cycles do not move, with its
-- interval of 95 % by Sen's ranks, and beside it the least-squares slope. Above zero is a loss.
-- The cycles are the complete ones of its main kind from the first reference cycle on. The slope
-- is the median of those between every two cycles; where there are more than every_two_up_to,
-- between every two whose places are a multiple of some spacing apart, the least that leaves no
-- more pairs than that many cycles have (as the seasonal slope of Hirsch and Slack, a season being
-- a remainder by the spacing). Every cycle still counts, near pairs are compared no more, and the
-- cost does not grow with the square of the cycles: at most every_two_up_to² / 2 slopes a cell, 8
-- bytes each. Every test of a cell tells the same: count it once, by cell_id.
--
-- formula:    fade = −100 × median over pairs i < j of (rⱼ − rᵢ) / (nⱼ − nᵢ)
-- grain:      test_id
-- column:     cell_id | | the cell; null where the test is of none
-- column:     fade_percent_per_cycle | %/cycle | Theil-Sen slope, its sign turned
-- column:     fade_low_percent_per_cycle | %/cycle | lower end of its interval; null with too few
--             cycles
-- column:     fade_high_percent_per_cycle | %/cycle | upper end of its interval
-- column:     least_squares_fade_percent_per_cycle | %/cycle | least-squares slope, its sign
--             turned
-- column:     counted_cycles | 1 | the cycles that the slopes are of
-- column:     spacing | 1 | places between the cycles that are compared; 1 means every two
-- column:     first_cycle_count | 1 | the first of them, as a cycle of the cell
-- column:     last_cycle_count | 1 | the last of them
-- column:     kind | | how the discharge of the main kind was controlled, e.g. CC 0.5 A
-- column:     reference_cycles | | the cycles the reference was made of, e.g. 2, 3, 4
-- column:     status | | ok, low_quality, not_comparable or not_computable
-- column:     reason | | why it is not ok: what the counted cycles say, fewer than two comparable
--             cycles, or what all retentions lack (not applicable to a symmetric cell)
-- main:       fade_percent_per_cycle, low: fade_low_percent_per_cycle, high:
--             fade_high_percent_per_cycle
-- summary:    fade_rate | single | | kind | retention lost per cycle, in percent of the reference
-- takes:      every_two_up_to | integer(2..) | 60 | cycles up to which every two are compared
-- takes:      quality | text(ok, any) | ok | cycles of what quality count
-- inherits:   capacity_retention
-- needs:      cycle, capacity_retention
-- reference:  Sen, J. Am. Stat. Assoc. 63 (1968) 1379, 10.1080/01621459.1968.10480934; Hirsch,
--             Slack, Smith, Water Resour. Res. 18 (1982) 107, for the spacing
WITH comparable AS (
    SELECT
        capacity_retention.*,
        coalesce(cycle.cell_id, -cycle.test_id) AS subject
    FROM capacity_retention
    JOIN cycle
        ON cycle.test_id = capacity_retention.test_id
        AND cycle.cycle_count = capacity_retention.cycle_count
    WHERE capacity_retention.complete
        AND capacity_retention.capacity_retention IS NOT NULL
        AND CASE
            WHEN $reference IS NOT NULL THEN true
            ELSE capacity_retention.kind_role = 'main'
        END
        AND capacity_retention.cell_cycle_count
        >= CAST(split_part(capacity_retention.reference_cycles, ', ', 1) AS BIGINT)
        AND ($quality = 'any' OR capacity_retention.status = 'ok')
),

spaced AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY subject ORDER BY cell_cycle_count) AS place,
        CAST(
            ceil(
                greatest(
                    power(
                        count(*) OVER (PARTITION BY subject)
                        / nullif(CAST($every_two_up_to AS DOUBLE), 0),
                        2
                    ),
                    1
                )
            ) AS BIGINT
        ) AS spacing
    FROM comparable
),

line AS (
    SELECT
        subject,
        regr_slope(capacity_retention, cell_cycle_count) AS slope,
        count(*) AS counted_cycles,
        min(spacing) AS spacing,
        min(cell_cycle_count) AS first_cycle_count,
        max(cell_cycle_count) AS last_cycle_count,
        min(kind) AS kind,
        min(reference_cycles) AS reference_cycles,
        min(CASE WHEN status <> 'ok' THEN coalesce(reason, status) END) AS doubt
    FROM spaced
    GROUP BY subject
    HAVING count(*) >= 2
),

-- Kendall's S of each season, and these are independent of each other
scatter AS (
    SELECT
        subject,
        sqrt(sum(cycles * (cycles - 1) * (2 * cycles + 5)) / nullif(18.0, 0)) AS deviation
    FROM (
        SELECT
            subject,
            count(*) AS cycles
        FROM spaced
        GROUP BY subject, place % spacing
    )
    GROUP BY subject
),

pairwise AS (
    SELECT
        one.subject,
        array_agg(
            (other.capacity_retention - one.capacity_retention)
            / nullif(other.cell_cycle_count - one.cell_cycle_count, 0)
            ORDER BY (other.capacity_retention - one.capacity_retention)
            / nullif(other.cell_cycle_count - one.cell_cycle_count, 0)
        ) AS slopes
    FROM spaced AS one
    JOIN spaced AS other
        ON other.subject = one.subject
        AND other.place % other.spacing = one.place % one.spacing
        AND other.place > one.place
    GROUP BY one.subject
),

ranked AS (
    SELECT
        pairwise.subject,
        pairwise.slopes,
        len(pairwise.slopes) AS pairs,
        CAST(round((len(pairwise.slopes) - 1.959964 * scatter.deviation) / 2) AS BIGINT) AS rank
    FROM pairwise
    JOIN scatter ON scatter.subject = pairwise.subject
),

theil_sen AS (
    SELECT
        subject,
        (slopes[(pairs + 1) // 2] + slopes[pairs // 2 + 1]) / 2 AS slope,
        CASE WHEN rank >= 1 THEN slopes[rank] END AS low,
        CASE WHEN rank >= 1 THEN slopes[pairs + 1 - rank] END AS high
    FROM ranked
),

tested AS (
    SELECT DISTINCT
        test_id,
        cell_id,
        coalesce(cell_id, -test_id) AS subject
    FROM cycle
),

hindered AS (
    SELECT
        coalesce(cycle.cell_id, -cycle.test_id) AS subject,
        min(capacity_retention.reason) AS reason
    FROM capacity_retention
    JOIN cycle
        ON cycle.test_id = capacity_retention.test_id
        AND cycle.cycle_count = capacity_retention.cycle_count
    GROUP BY coalesce(cycle.cell_id, -cycle.test_id)
    HAVING bool_and(capacity_retention.status = 'not_computable')
)

SELECT
    tested.test_id,
    tested.cell_id,
    -100 * theil_sen.slope AS fade_percent_per_cycle,
    -100 * theil_sen.high AS fade_low_percent_per_cycle,
    -100 * theil_sen.low AS fade_high_percent_per_cycle,
    -100 * line.slope AS least_squares_fade_percent_per_cycle,
    coalesce(line.counted_cycles, 0) AS counted_cycles,
    line.spacing,
    line.first_cycle_count,
    line.last_cycle_count,
    line.kind,
    line.reference_cycles,
    CASE
        WHEN hindered.subject IS NOT NULL THEN 'not_computable'
        WHEN line.subject IS NULL THEN 'not_comparable'
        WHEN line.doubt IS NOT NULL THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    CASE
        WHEN hindered.subject IS NOT NULL THEN hindered.reason
        WHEN line.subject IS NULL THEN 'fewer than two comparable cycles'
        ELSE line.doubt
    END AS reason
FROM tested
LEFT JOIN hindered ON hindered.subject = tested.subject
LEFT JOIN line ON line.subject = tested.subject
LEFT JOIN theil_sen ON theil_sen.subject = tested.subject;

-- example: an eighth of the reference a cycle, whatever happens in one of them
WITH cycle(test_id, cycle_count) AS (SELECT 1, n FROM range(1, 13) AS t(n)),
capacity_retention(
    test_id, cycle_count, cell_cycle_count, capacity_retention, kind_role, reference_cycles,
    complete, status
) AS (
    SELECT
        1, n, n, CASE n WHEN 4 THEN 1 ELSE 2 - n / 8.0 END,
        CASE n WHEN 8 THEN 'check_up' ELSE 'main' END, '2', n < 12,
        CASE n WHEN 9 THEN 'low_quality' ELSE 'ok' END
    FROM range(1, 13) AS t(n)
)
SELECT
    fade_percent_per_cycle = 12.5,
    fade_low_percent_per_cycle = 12.5 AND fade_high_percent_per_cycle = 12.5,
    least_squares_fade_percent_per_cycle <> 12.5,
    counted_cycles = 8,
    last_cycle_count = 11,
    status = 'ok'
FROM fade_rate;

-- example: of many cycles those are compared that are so many apart
-- given: every_two_up_to = 4
WITH cycle(test_id, cycle_count) AS (SELECT 1, n FROM range(1, 9) AS t(n)),
capacity_retention(
    test_id, cycle_count, cell_cycle_count, capacity_retention, kind_role, reference_cycles,
    complete, status
) AS (
    SELECT
        1, n, n, CASE WHEN n % 4 = 1 THEN 800 - n ELSE 400 + 3 * n END, 'main', '1', true, 'ok'
    FROM range(1, 9) AS t(n)
)
SELECT
    spacing = 4,
    counted_cycles = 8,
    abs(fade_percent_per_cycle + 300) < 1e-9
FROM fade_rate;

-- example: one cycle has no slope
WITH cycle(test_id, cycle_count) AS (VALUES (1, 1)),
capacity_retention(
    test_id, cycle_count, cell_cycle_count, capacity_retention, kind_role, reference_cycles,
    complete, status
) AS (VALUES (1, 1, 1, 1, 'main', '1', true, 'ok'))
SELECT
    fade_percent_per_cycle IS NULL,
    counted_cycles = 0,
    status = 'not_comparable',
    reason = 'fewer than two comparable cycles'
FROM fade_rate;

-- example: what has no retention at all does not fade, for the same reason
WITH cycle(test_id, cycle_count) AS (VALUES (1, 1), (1, 2)),
capacity_retention(test_id, cycle_count, cell_cycle_count, kind_role, complete, status, reason)
AS (
    VALUES (1, 1, 1, 'main', true, 'not_computable', 'not applicable to a symmetric cell'),
    (1, 2, 2, 'main', true, 'not_computable', 'not applicable to a symmetric cell')
)
SELECT
    fade_percent_per_cycle IS NULL,
    status = 'not_computable',
    reason = 'not applicable to a symmetric cell'
FROM fade_rate;
