-- Knee
--
-- Where the fade of a cell gets faster: two straight lines that meet, fitted to the capacity
-- retention of the complete cycles of its main kind, from the first reference cycle on, against the
-- cycle of the cell or against equivalent full cycles. Every cycle with least_cycles others on
-- either side of it is tried as the place where they meet (by sums over the cycles before and
-- after, so the cost grows with the cycles and not with their square); of those after which the
-- fade is faster the one that leaves least is taken, refined by a parabola through its neighbors.
-- The interval of 95 % holds every place that leaves no more than Student's t allows, and the
-- cycles before and behind the best one at the least. Where the remains of one cycle resemble those
-- of the next by more than chance, they count for less. There is a knee where two lines are better
-- than one by the criterion of Bayes, its penalty raised by half, since the place is searched for;
-- else it is censored: none up to the last cycle. A fade that accelerates smoothly has a knee by
-- this rule too, in its middle. Every test of a cell tells the same: count it once, by cell_id.
--
-- formula:    y = a + b₁ (N − N_k) before N_k, a + b₂ (N − N_k) behind it, b₂ below b₁; N_k of the
--             least Σ (y − ŷ)²
-- grain:      test_id
-- column:     cell_id | | the cell; null where the test is of none
-- column:     knee_count | 1 | cycle of the cell, or equivalent full cycles, at which it lies
-- column:     knee_low_count | 1 | lower end of its interval; null where that is open
-- column:     knee_high_count | 1 | upper end of its interval; null where that is open
-- column:     knee_retention | 1 | capacity retention where the lines meet
-- column:     fade_before_percent_per_cycle | %/cycle | retention lost per cycle, or per equivalent
--             full cycle, before it
-- column:     fade_after_percent_per_cycle | %/cycle | the same after it
-- column:     criterion_gain | 1 | what two lines gain by the criterion of Bayes; a knee above 0
-- column:     remains_correlation | 1 | how alike the remains of two cycles in a row are
-- column:     against | | cycle or equivalent_full_cycles: what it is counted in
-- column:     counted_cycles | 1 | the cycles that the lines are fitted to
-- column:     first_count | 1 | where the first of them lies
-- column:     last_count | 1 | where the last of them lies
-- column:     kind | | how the discharge of the main kind was controlled, e.g. CC 0.5 A
-- column:     reference_cycles | | the cycles the reference was made of, e.g. 2, 3, 4
-- column:     status | | ok, low_quality, censored or not_comparable
-- column:     reason | | why it is not ok: what the counted cycles say, an open interval, no knee
--             up to the last cycle, or too few cycles
-- main:       knee_count, low: knee_low_count, high: knee_high_count
-- summary:    knee | single | | kind | cycle of the cell at which the fade of its main kind gets
--             faster
-- takes:      against | text(cycle, equivalent_full_cycles) | cycle | what retention is fitted
--             against
-- takes:      least_cycles | integer(3..) | 5 | cycles on either side of it, at the least
-- takes:      quality | text(ok, any) | ok | cycles of what quality count
-- inherits:   capacity_retention
-- needs:      cycle, capacity_retention, equivalent_full_cycles
-- reference:  Hudson, J. Am. Stat. Assoc. 61 (1966) 1097, for the two lines; Fermín-Cueto et al.,
--             Energy and AI 1 (2020) 100006, for the knee; Schwarz, Ann. Stat. 6 (1978) 461
WITH comparable AS (
    SELECT
        capacity_retention.*,
        coalesce(cycle.cell_id, -cycle.test_id) AS subject,
        CASE $against
            WHEN 'cycle' THEN CAST(capacity_retention.cell_cycle_count AS DOUBLE)
            ELSE equivalent_full_cycles.equivalent_full_cycles
        END AS place
    FROM capacity_retention
    JOIN cycle
        ON cycle.test_id = capacity_retention.test_id
        AND cycle.cycle_count = capacity_retention.cycle_count
    LEFT JOIN equivalent_full_cycles
        ON equivalent_full_cycles.test_id = capacity_retention.test_id
        AND equivalent_full_cycles.cycle_count = capacity_retention.cycle_count
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

counted AS (
    SELECT
        subject,
        count(*) AS counted_cycles,
        min(place) AS first_count,
        max(place) AS last_count,
        sum(capacity_retention ORDER BY place) / nullif(count(*), 0) AS mean_retention,
        min(kind) AS kind,
        min(reference_cycles) AS reference_cycles,
        min(CASE WHEN status <> 'ok' THEN coalesce(reason, status) END) AS doubt
    FROM comparable
    WHERE place IS NOT NULL
    GROUP BY subject
),

-- from 0 to 1, so that sums of squares keep their digits
scaled AS (
    SELECT
        comparable.subject,
        (comparable.place - counted.first_count)
        / nullif(counted.last_count - counted.first_count, 0) AS x,
        comparable.capacity_retention - counted.mean_retention AS y,
        row_number() OVER (PARTITION BY comparable.subject ORDER BY comparable.place) AS number,
        counted.counted_cycles AS n
    FROM comparable
    JOIN counted
        ON counted.subject = comparable.subject
        AND counted.counted_cycles >= 2 * $least_cycles
        AND counted.last_count > counted.first_count
    WHERE comparable.place IS NOT NULL
),

meant AS (
    SELECT
        subject,
        sum(x ORDER BY number) / nullif(count(*), 0) AS mean_x
    FROM scaled
    GROUP BY subject
),

line AS (
    SELECT
        scaled.subject,
        min(meant.mean_x) AS mean_x,
        sum((x - mean_x) * (x - mean_x) ORDER BY number) AS sxx,
        sum((x - mean_x) * y ORDER BY number)
        / nullif(sum((x - mean_x) * (x - mean_x) ORDER BY number), 0) AS slope
    FROM scaled
    JOIN meant ON meant.subject = scaled.subject
    GROUP BY scaled.subject
),

-- what one line leaves: of this every sum is taken, for its digits are those that tell two lines
left_by_line AS (
    SELECT
        scaled.subject,
        scaled.x,
        scaled.number,
        scaled.n,
        scaled.y - line.slope * (scaled.x - line.mean_x) AS y,
        line.mean_x,
        line.sxx,
        line.slope AS line_slope
    FROM scaled
    JOIN line ON line.subject = scaled.subject
),

straight AS (
    SELECT
        subject,
        sum(y * y ORDER BY number) AS straight_rest
    FROM left_by_line
    GROUP BY subject
),

-- h is what x exceeds the place by, else 0
bent AS (
    SELECT
        *,
        count(*) OVER behind AS behind,
        sum(x) OVER behind - count(*) OVER behind * x AS h,
        sum(x * x) OVER behind - 2 * x * sum(x) OVER behind + count(*) OVER behind * x * x AS hh,
        sum(x * x) OVER behind - x * sum(x) OVER behind AS xh,
        sum(x * y) OVER behind - x * sum(y) OVER behind AS hy
    FROM left_by_line
    WINDOW behind AS (
        PARTITION BY subject ORDER BY number ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
    )
),

centered AS (
    SELECT
        bent.*,
        straight.straight_rest,
        bent.h / nullif(bent.n, 0) AS mean_h,
        bent.hh - bent.h * bent.h / nullif(bent.n, 0) AS shh,
        bent.xh - bent.mean_x * bent.h AS sxh
    FROM bent
    JOIN straight ON straight.subject = bent.subject
    WHERE bent.number >= $least_cycles
        AND bent.behind >= $least_cycles
),

solved AS (
    SELECT
        *,
        hy / nullif(shh - sxh * sxh / nullif(sxx, 0), 0) AS turn
    FROM centered
),

left_over AS (
    SELECT
        subject,
        x,
        number,
        n,
        mean_x,
        mean_h,
        turn,
        line_slope,
        turn * sxh / nullif(sxx, 0) AS turned_back,
        -- below that it is rounding
        greatest(straight_rest - turn * hy, n * 1e-16) AS rest,
        greatest(straight_rest, n * 1e-16) AS straight_rest
    FROM solved
    WHERE turn IS NOT NULL
),

placed AS (
    SELECT
        *,
        lag(rest) OVER in_order AS earlier_rest,
        lead(rest) OVER in_order AS later_rest,
        lag(x) OVER in_order AS earlier_x,
        lead(x) OVER in_order AS later_x,
        row_number() OVER (
            PARTITION BY subject ORDER BY CASE WHEN turn < 0 THEN 0 ELSE 1 END, rest, number
        ) AS rank
    FROM left_over
    WINDOW in_order AS (PARTITION BY subject ORDER BY number)
),

best AS (
    SELECT
        *,
        -- where the parabola through three places has its least
        CASE
            WHEN earlier_rest > rest AND later_rest > rest
                THEN x - (
                    (x - earlier_x) * (x - earlier_x) * (rest - later_rest)
                    - (x - later_x) * (x - later_x) * (rest - earlier_rest)
                )
                / nullif(
                    2 * (
                        (x - earlier_x) * (rest - later_rest)
                        - (x - later_x) * (rest - earlier_rest)
                    ),
                    0
                )
            ELSE x
        END AS knee_x
    FROM placed
    WHERE rank = 1
),

remains AS (
    SELECT
        left_by_line.subject,
        left_by_line.number,
        left_by_line.y + best.turned_back * (left_by_line.x - best.mean_x)
        - best.turn * (greatest(left_by_line.x - best.x, 0) - best.mean_h) AS remain
    FROM left_by_line
    JOIN best ON best.subject = left_by_line.subject
),

neighbor AS (
    SELECT
        *,
        lag(remain) OVER (PARTITION BY subject ORDER BY number) AS earlier_remain
    FROM remains
),

likeness AS (
    SELECT
        subject,
        coalesce(
            sum(remain * earlier_remain ORDER BY number)
            / nullif(sum(remain * remain ORDER BY number), 0),
            0
        ) AS correlation
    FROM neighbor
    GROUP BY subject
),

weighed AS (
    SELECT
        best.*,
        likeness.correlation,
        CASE
            WHEN likeness.correlation * sqrt(best.n) > 2
                THEN best.n * (1 - likeness.correlation) / nullif(1 + likeness.correlation, 0)
            ELSE best.n
        END AS independent
    FROM best
    JOIN likeness ON likeness.subject = best.subject
),

judged AS (
    SELECT
        *,
        independent * ln(straight_rest / nullif(rest, 0)) - 3 * ln(greatest(independent, 1))
            AS gain,
        rest * (
            1 + power(
                1.959964 + 2.37227 / nullif(n - 4.0, 0) + 2.8225 / nullif((n - 4.0) * (n - 4.0), 0),
                2
            )
            * n / nullif(independent * (n - 4.0), 0)
        ) AS allowed
    FROM weighed
),

-- between two places that are tried, the rest is taken to go straight; the interval is never
-- narrower than from the place before the best one to that behind it
ends AS (
    SELECT
        placed.subject,
        min(
            CASE
                WHEN placed.rank = 1 AND placed.earlier_rest > judged.allowed THEN placed.earlier_x
                WHEN placed.earlier_rest > judged.allowed
                    THEN placed.x - (placed.x - placed.earlier_x)
                    * (judged.allowed - placed.rest)
                    / nullif(placed.earlier_rest - placed.rest, 0)
                WHEN placed.earlier_rest IS NULL THEN -1
                ELSE placed.x
            END
        ) AS low_x,
        max(
            CASE
                WHEN placed.rank = 1 AND placed.later_rest > judged.allowed THEN placed.later_x
                WHEN placed.later_rest > judged.allowed
                    THEN placed.x + (placed.later_x - placed.x)
                    * (judged.allowed - placed.rest)
                    / nullif(placed.later_rest - placed.rest, 0)
                WHEN placed.later_rest IS NULL THEN 2
                ELSE placed.x
            END
        ) AS high_x
    FROM placed
    JOIN judged ON judged.subject = placed.subject
    WHERE placed.rest <= judged.allowed
    GROUP BY placed.subject
),

fitted AS (
    SELECT
        counted.*,
        judged.n,
        judged.turn < 0 AND judged.gain > 0 AS has_knee,
        judged.gain,
        judged.correlation,
        (judged.line_slope - judged.turned_back)
        / nullif(counted.last_count - counted.first_count, 0) AS slope,
        (judged.line_slope - judged.turned_back + judged.turn)
        / nullif(counted.last_count - counted.first_count, 0) AS later_slope,
        counted.first_count + judged.knee_x * (counted.last_count - counted.first_count) AS knee,
        counted.mean_retention
        + (judged.line_slope - judged.turned_back) * (judged.knee_x - judged.mean_x)
        - judged.turn * judged.mean_h AS knee_retention,
        CASE
            WHEN ends.low_x >= 0
                THEN counted.first_count
                + ends.low_x * (counted.last_count - counted.first_count)
        END AS low,
        CASE
            WHEN ends.high_x <= 1
                THEN counted.first_count
                + ends.high_x * (counted.last_count - counted.first_count)
        END AS high
    FROM counted
    LEFT JOIN judged ON judged.subject = counted.subject
    LEFT JOIN ends ON ends.subject = counted.subject
),

tested AS (
    SELECT DISTINCT
        test_id,
        cell_id,
        coalesce(cell_id, -test_id) AS subject
    FROM cycle
),

told AS (
    SELECT
        tested.test_id,
        tested.cell_id,
        fitted.*,
        nullif(
            concat_ws(
                ', ',
                fitted.doubt,
                CASE WHEN fitted.low IS NULL OR fitted.high IS NULL THEN 'the interval is open' END
            ),
            ''
        ) AS doubts
    FROM tested
    LEFT JOIN fitted ON fitted.subject = tested.subject
)

SELECT
    test_id,
    cell_id,
    CASE WHEN has_knee THEN knee END AS knee_count,
    CASE WHEN has_knee THEN low END AS knee_low_count,
    CASE WHEN has_knee THEN high END AS knee_high_count,
    CASE WHEN has_knee THEN knee_retention END AS knee_retention,
    CASE WHEN has_knee THEN -100 * slope END AS fade_before_percent_per_cycle,
    CASE WHEN has_knee THEN -100 * later_slope END AS fade_after_percent_per_cycle,
    gain AS criterion_gain,
    correlation AS remains_correlation,
    CAST($against AS VARCHAR) AS against,
    coalesce(counted_cycles, 0) AS counted_cycles,
    first_count,
    last_count,
    kind,
    reference_cycles,
    CASE
        WHEN n IS NULL THEN 'not_comparable'
        WHEN NOT has_knee THEN 'censored'
        WHEN doubts IS NOT NULL THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    CASE
        WHEN n IS NULL THEN concat('fewer than ', 2 * $least_cycles, ' comparable cycles')
        WHEN NOT has_knee THEN concat('no knee up to ', CAST(round(last_count) AS BIGINT))
        ELSE doubts
    END AS reason
FROM told;

-- example: nothing is lost for ten cycles, then a hundredth in each
WITH cycle(test_id, cycle_count, cell_id) AS (SELECT 1, n, 7 FROM range(1, 21) AS t(n)),
capacity_retention(
    test_id, cycle_count, cell_cycle_count, capacity_retention, kind_role, reference_cycles,
    complete, status
) AS (
    SELECT 1, n, n, 1 - 0.01 * greatest(n - 10, 0), 'main', '1', true, 'ok'
    FROM range(1, 21) AS t(n)
)
SELECT
    abs(knee_count - 10) < 0.1,
    abs(knee_low_count - 9) < 1e-9 AND abs(knee_high_count - 11) < 1e-9,
    abs(knee_retention - 1) < 1e-3,
    abs(fade_before_percent_per_cycle) < 1e-6,
    abs(fade_after_percent_per_cycle - 1) < 1e-6,
    counted_cycles = 20 AND against = 'cycle',
    status = 'ok' AND reason IS NULL
FROM knee;

-- example: in equivalent full cycles it lies where these are
-- given: against = equivalent_full_cycles
WITH cycle(test_id, cycle_count) AS (SELECT 1, n FROM range(1, 21) AS t(n)),
equivalent_full_cycles(test_id, cycle_count, equivalent_full_cycles)
AS (SELECT 1, n, 0.5 * n FROM range(1, 21) AS t(n)),
capacity_retention(
    test_id, cycle_count, cell_cycle_count, capacity_retention, kind_role, reference_cycles,
    complete, status
) AS (
    SELECT 1, n, n, 1 - 0.01 * greatest(n - 10, 0), 'main', '1', true, 'ok'
    FROM range(1, 21) AS t(n)
)
SELECT
    abs(knee_count - 5) < 0.05,
    abs(fade_after_percent_per_cycle - 2) < 1e-6,
    status = 'ok'
FROM knee;

-- example: one line has no knee, and neither has a fade that slows down
WITH cycle(test_id, cycle_count)
AS (SELECT t.n, c.n FROM range(1, 3) AS t(n), range(1, 31) AS c(n)),
capacity_retention(
    test_id, cycle_count, cell_cycle_count, capacity_retention, kind_role, reference_cycles,
    complete, status
) AS (
    SELECT
        t.n, c.n, c.n,
        CASE t.n WHEN 1 THEN 1 - 0.001 * c.n ELSE 0.8 - 0.01 * least(c.n, 10) END,
        'main', '1', true, 'ok'
    FROM range(1, 3) AS t(n), range(1, 31) AS c(n)
)
SELECT
    knee_count IS NULL AND knee_low_count IS NULL AND fade_after_percent_per_cycle IS NULL,
    status = 'censored',
    reason = 'no knee up to 30'
FROM knee;

-- example: nine cycles are too few
WITH cycle(test_id, cycle_count) AS (SELECT 1, n FROM range(1, 10) AS t(n)),
capacity_retention(
    test_id, cycle_count, cell_cycle_count, capacity_retention, kind_role, reference_cycles,
    complete, status
) AS (SELECT 1, n, n, 1, 'main', '1', true, 'ok' FROM range(1, 10) AS t(n))
SELECT
    knee_count IS NULL,
    counted_cycles = 9,
    status = 'not_comparable' AND reason = 'fewer than 10 comparable cycles'
FROM knee;
