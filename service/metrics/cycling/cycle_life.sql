-- Cycle life
--
-- The cycle of a cell, counted over all its tests, at which the capacity retention of its main
-- kind of cycle first falls to a fraction of the reference, interpolated between it and the
-- comparable cycle before. A cell that ends above it is censored: it lived at least to its last
-- comparable cycle. Where more complete cycles of other kinds than were compared lie behind that,
-- nobody saw it alive at the end, and it is not comparable: cycle_life_low tells how far it was
-- seen. Comparable are the complete cycles of that kind from the first reference cycle on; cycles
-- of formation and check-ups count along without being compared. Every test of a cell tells the
-- same life: count it once, by cell_id.
--
-- formula:    N = n₁ + (n₂ − n₁) (r₁ − f) / (r₁ − r₂), r₁ > f ≥ r₂, f = fraction, n₁ and n₂ being
--             neighbors
-- grain:      test_id
-- column:     cell_id | | the cell; null where the test is of none
-- column:     cycle_life | 1 | cycle of the cell at which the fraction was reached; where
--             censored, the last comparable cycle
-- column:     cycle_life_low | 1 | the same of retentions as low as their errors let them be
-- column:     cycle_life_high | 1 | the same of retentions as high as their errors let them be;
--             null where these never fall so far
-- column:     censored | | whether the fraction was never reached; null where nothing is
--             comparable
-- column:     kind_cycle_life | 1 | the same as a number among the cycles of the kind
-- column:     last_retention | 1 | capacity retention at the last comparable cycle
-- column:     counted_cycles | 1 | the comparable cycles
-- column:     left_out_cycles | 1 | the other cycles of the cell
-- column:     left_out | | how many for which reason, e.g. 4 formation, 1 incomplete
-- column:     kind | | how the discharge of the main kind was controlled, e.g. CC 0.5 A
-- column:     reference_cycles | | the cycles the reference was made of, e.g. 2, 3, 4
-- column:     status | | ok, low_quality, censored, not_comparable or not_computable
-- column:     reason | | why it is not ok: alive at the last comparable cycle, later cycles are of
--             low quality, most later cycles are of other kinds, what the counted cycles say, no
--             comparable cycle, or what all retentions lack (not applicable to a symmetric cell)
-- main:       cycle_life, low: cycle_life_low, high: cycle_life_high
-- summary:    cycle_life | single | | kind | cycle at which retention fell to 80 %; where censored,
--             the last it was seen above
-- takes:      fraction | number(0.01..0.99) | 0.8 | retention at which a life ends
-- takes:      kind_number | integer(1..) | null | kind of cycle that is followed; null means that
--             of the declared reference, else the main one
-- takes:      quality | text(ok, any) | ok | cycles of what quality count
-- inherits:   capacity_retention
-- needs:      cycle, capacity_retention
-- reference:  IEC 62660-1:2018, cycle life, for an end of life at 80 %
WITH retained AS (
    SELECT
        capacity_retention.*,
        coalesce(cycle.cell_id, -cycle.test_id) AS subject
    FROM capacity_retention
    JOIN cycle
        ON cycle.test_id = capacity_retention.test_id
        AND cycle.cycle_count = capacity_retention.cycle_count
),

followed AS (
    SELECT
        *,
        CASE
            WHEN $kind_number IS NOT NULL THEN kind_count = CAST($kind_number AS BIGINT)
            WHEN $reference IS NOT NULL THEN reference_cycles IS NOT NULL
            ELSE kind_role = 'main'
        END AS is_of_kind
    FROM retained
),

judged AS (
    SELECT
        *,
        CASE
            WHEN NOT coalesce(is_of_kind, false) THEN coalesce(kind_role, 'of no kind')
            WHEN NOT complete THEN 'incomplete'
            WHEN capacity_retention IS NULL THEN reason
            WHEN cell_cycle_count < CAST(split_part(reference_cycles, ', ', 1) AS BIGINT)
                THEN 'before the reference'
            WHEN $quality = 'ok' AND status <> 'ok' THEN 'low quality'
        END AS why_not
    FROM followed
),

told AS (
    SELECT
        subject,
        CAST(sum(cycles) AS BIGINT) AS left_out_cycles,
        string_agg(printf('%d %s', cycles, why_not), ', ' ORDER BY cycles DESC, why_not)
            AS left_out
    FROM (
        SELECT
            subject,
            why_not,
            count(*) AS cycles
        FROM judged
        WHERE why_not IS NOT NULL
        GROUP BY subject, why_not
    )
    GROUP BY subject
),

-- once as they are, and once as low and as high as their errors let them be
chosen AS (
    SELECT
        judged.*,
        side,
        judged.capacity_retention + side * coalesce(judged.capacity_retention_error, 0)
            AS retention
    FROM judged
    CROSS JOIN (VALUES (-1), (0), (1)) AS sides(side)
    WHERE judged.why_not IS NULL
),

neighbor AS (
    SELECT
        *,
        lag(cell_cycle_count) OVER in_order AS earlier_count,
        lag(kind_cycle_count) OVER in_order AS earlier_kind_count,
        lag(retention) OVER in_order AS earlier_retention,
        row_number() OVER (PARTITION BY subject, side ORDER BY cell_cycle_count DESC) AS from_last
    FROM chosen
    WINDOW in_order AS (PARTITION BY subject, side ORDER BY cell_cycle_count)
),

crossing AS (
    SELECT
        *,
        (earlier_retention - $fraction) / nullif(earlier_retention - retention, 0) AS share,
        row_number() OVER (PARTITION BY subject, side ORDER BY cell_cycle_count) AS place
    FROM neighbor
    WHERE retention <= $fraction
),

fallen AS (
    SELECT
        subject,
        side,
        coalesce(
            earlier_count + share * (cell_cycle_count - earlier_count), cell_cycle_count
        ) AS life,
        coalesce(
            earlier_kind_count + share * (kind_cycle_count - earlier_kind_count), kind_cycle_count
        ) AS kind_life
    FROM crossing
    WHERE place = 1
),

course AS (
    SELECT
        subject,
        max(cell_cycle_count) AS last_count,
        max(kind_cycle_count) AS last_kind_count,
        max(CASE WHEN from_last = 1 THEN capacity_retention END) AS last_retention,
        count(*) AS counted_cycles,
        min(reference_cycles) AS reference_cycles,
        min(kind) AS kind,
        min(CASE WHEN status <> 'ok' THEN coalesce(reason, status) END) AS doubt
    FROM neighbor
    WHERE side = 0
    GROUP BY subject
),

later AS (
    SELECT
        judged.subject,
        count(*) FILTER (WHERE judged.why_not = 'low quality') AS doubtful,
        count(*) FILTER (WHERE judged.complete AND NOT judged.is_of_kind) AS of_other_kinds
    FROM judged
    JOIN course
        ON course.subject = judged.subject
        AND judged.cell_cycle_count > course.last_count
    GROUP BY judged.subject
),

hindered AS (
    SELECT
        subject,
        min(reason) AS reason,
        bool_and(status = 'not_computable') AS is_missing
    FROM judged
    WHERE is_of_kind
    GROUP BY subject
),

lived AS (
    SELECT
        course.*,
        coalesce(fallen.life, course.last_count) AS life,
        coalesce(fallen.kind_life, course.last_kind_count) AS kind_life,
        coalesce(soonest.life, course.last_count) AS low,
        latest.life AS high,
        fallen.subject IS NULL AS censored,
        -- nobody saw it alive at the end where most of what can be seen is before that
        fallen.subject IS NULL AND coalesce(later.of_other_kinds > course.counted_cycles, false)
            AS is_unseen,
        CASE
            WHEN course.doubt IS NOT NULL THEN course.doubt
            WHEN fallen.subject IS NULL AND later.doubtful > 0
                THEN 'later cycles are of low quality'
        END AS reason
    FROM course
    LEFT JOIN fallen
        ON fallen.subject = course.subject
        AND fallen.side = 0
    LEFT JOIN fallen AS soonest
        ON soonest.subject = course.subject
        AND soonest.side = -1
    LEFT JOIN fallen AS latest
        ON latest.subject = course.subject
        AND latest.side = 1
    LEFT JOIN later ON later.subject = course.subject
),

tested AS (
    SELECT DISTINCT
        test_id,
        cell_id,
        coalesce(cell_id, -test_id) AS subject
    FROM cycle
)

SELECT
    tested.test_id,
    tested.cell_id,
    CASE WHEN NOT lived.is_unseen THEN CAST(lived.life AS DOUBLE) END AS cycle_life,
    CAST(lived.low AS DOUBLE) AS cycle_life_low,
    CAST(lived.high AS DOUBLE) AS cycle_life_high,
    CASE WHEN NOT lived.is_unseen THEN lived.censored END AS censored,
    CASE WHEN NOT lived.is_unseen THEN CAST(lived.kind_life AS DOUBLE) END AS kind_cycle_life,
    lived.last_retention,
    coalesce(lived.counted_cycles, 0) AS counted_cycles,
    coalesce(told.left_out_cycles, 0) AS left_out_cycles,
    told.left_out,
    lived.kind,
    lived.reference_cycles,
    CASE
        WHEN lived.subject IS NULL AND hindered.is_missing THEN 'not_computable'
        WHEN lived.subject IS NULL OR lived.is_unseen THEN 'not_comparable'
        WHEN lived.reason IS NOT NULL THEN 'low_quality'
        WHEN lived.censored THEN 'censored'
        ELSE 'ok'
    END AS status,
    CASE
        WHEN lived.subject IS NULL AND hindered.is_missing THEN hindered.reason
        WHEN lived.subject IS NULL
            THEN concat_ws(': ', 'no comparable cycle', hindered.reason)
        WHEN lived.is_unseen THEN 'most later cycles are of other kinds'
        WHEN lived.reason IS NOT NULL THEN lived.reason
        WHEN lived.censored THEN 'alive at the last comparable cycle'
    END AS reason
FROM tested
LEFT JOIN lived ON lived.subject = tested.subject
LEFT JOIN told ON told.subject = tested.subject
LEFT JOIN hindered ON hindered.subject = tested.subject;

-- example: it passes three quarters halfway between its second and third cycle of the main kind
-- given: fraction = 0.75
WITH cycle(test_id, cycle_count) AS (VALUES (1, 1), (1, 2), (1, 3), (1, 4), (1, 5)),
capacity_retention(
    test_id, cycle_count, cell_cycle_count, kind_cycle_count, capacity_retention,
    capacity_retention_error, kind_role, reference_cycles, complete, status
) AS (
    VALUES (1, 1, 1, 1, 1, 0, 'formation', '1', true, 'ok'),
    (1, 2, 2, 1, 1, 0.125, 'main', '2', true, 'ok'),
    (1, 3, 3, 2, 1, 0.125, 'main', '2', true, 'ok'),
    (1, 4, 4, 1, 0.1, 0, 'check_up', '4', true, 'ok'),
    (1, 5, 5, 3, 0.5, 0.125, 'main', '2', true, 'ok')
)
SELECT
    cycle_life = 4,
    cycle_life_low = 3.5 AND cycle_life_high = 4.5,
    kind_cycle_life = 2.5,
    NOT censored,
    last_retention = 0.5,
    counted_cycles = 3,
    left_out_cycles = 2,
    left_out = '1 check_up, 1 formation',
    status = 'ok'
FROM cycle_life;

-- example: what ends above the fraction is censored, and a last half cycle is no end
WITH cycle(test_id, cycle_count) AS (VALUES (1, 1), (1, 2)),
capacity_retention(
    test_id, cycle_count, cell_cycle_count, kind_cycle_count, capacity_retention, kind_role,
    reference_cycles, complete, status
) AS (
    VALUES (1, 1, 1, 1, 1, 'main', '1', true, 'ok'),
    (1, 2, 2, 2, 0.1, 'main', '1', false, 'not_comparable')
)
SELECT
    cycle_life = 1,
    cycle_life_low = 1 AND cycle_life_high IS NULL,
    censored,
    left_out = '1 incomplete',
    status = 'censored',
    reason = 'alive at the last comparable cycle'
FROM cycle_life;

-- example: a cell that went on for long in other kinds was not seen alive at the end
WITH cycle(test_id, cycle_count) AS (VALUES (1, 1), (1, 2), (1, 3)),
capacity_retention(
    test_id, cycle_count, cell_cycle_count, capacity_retention, kind_role, reference_cycles,
    complete, status
) AS (
    VALUES (1, 1, 1, 1, 'main', '1', true, 'ok'), (1, 2, 2, 1, 'check_up', '2', true, 'ok'),
    (1, 3, 3, 1, 'check_up', '3', true, 'ok')
)
SELECT
    cycle_life IS NULL AND censored IS NULL,
    cycle_life_low = 1,
    status = 'not_comparable',
    reason = 'most later cycles are of other kinds'
FROM cycle_life;

-- example: what could not be compared is not alive
WITH cycle(test_id, cycle_count) AS (VALUES (1, 1)),
capacity_retention(test_id, cycle_count, cell_cycle_count, kind_role, complete, status, reason)
AS (VALUES (1, 1, 1, 'main', false, 'not_comparable', 'no reference'))
SELECT
    cycle_life IS NULL AND censored IS NULL,
    status = 'not_comparable',
    reason = 'no comparable cycle: no reference'
FROM cycle_life;

-- example: what has no retention at all has no life for the same reason
WITH cycle(test_id, cycle_count) AS (VALUES (1, 1)),
capacity_retention(test_id, cycle_count, cell_cycle_count, kind_role, complete, status, reason)
AS (VALUES (1, 1, 1, 'main', true, 'not_computable', 'not applicable to a symmetric cell'))
SELECT
    cycle_life IS NULL AND censored IS NULL,
    status = 'not_computable',
    reason = 'not applicable to a symmetric cell'
FROM cycle_life;
