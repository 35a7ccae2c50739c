-- Failure event
--
-- The first persistent failure of a symmetric cell; a cell that never fails has no row. Per
-- half-cycle, in this order, the first that is met:
--   runaway: |voltage| reaches limit_volt, or, where runaway_factor is given, the end is above it
--   times the median end of the half-cycles 3 to 12 at that current and temperature, as far as they
--   came before it. By itself a slow growth by some factor is degradation and no failure
--   hard_short: the end is below hard_short_ratio times the reference, or the end over the current
--   is below that part of what the cell's resistance cannot be below (ohmic_floor), or, where
--   hard_short_volt is given, the end is below it: by itself no voltage is a short, for a good cell
--   runs at a few millivolts
--   soft_short: the end is below soft_short_ratio times the reference
--   erratic: the voltage of the second half varies by more than erratic_variation
-- The reference is the median end of the reference_count half-cycles before it, of one undisturbed
-- stretch (half_cycle_run): changes of current or temperature, pauses and impedance begin it anew,
-- and it takes settling_count half-cycles to be one. Where there is none yet, a hard short is held
-- against those before at the same current and temperature: no pause takes nine tenths of a
-- resistance away. A drop counts only when it came within two
-- half-cycles, so that a slow wetting is none; neither is a short as slow as that. The first
-- settling_count half-cycles of a cell never fail. A failure persists when persistent_count of the
-- next persistent_window half-cycles at that current and temperature meet it too, against the same
-- reference; where the test ends sooner, a runaway or a hard short needs all that follow, while a
-- soft short or an erratic voltage stays unconfirmed and is no event.
--
-- formula:    first to persist of |V| ≥ limit_volt; η < hard_short_ratio η(ref); η <
--             soft_short_ratio η(ref); s(|V|) / mean |V| > erratic_variation; η(ref) = median η of
--             reference_count before
-- grain:      test_id, half_cycle_count
-- column:     cell_id | | the cell
-- column:     cause | | runaway, hard_short, soft_short or erratic
-- column:     failure_hour | h | since the start of the cell's first test: end of the half-cycle
--             for a runaway, its start otherwise
-- column:     unfailed_hour | h | end of the last half-cycle before it: it failed after this
-- column:     end_volt | V | polarization at the end of the half-cycle
-- column:     reference_volt | V | the median it was held against; null when there was none
-- column:     floor_volt | V | current times ohmic_floor; null where no floor is known
-- column:     run_count | 1 | place of the half-cycle in the life of the cell
-- column:     level_count | 1 | level of current and temperature it ran at
-- column:     status | | ok, or low_quality as its half-cycle is
-- column:     reason | | why not ok; null when ok
-- main:       failure_hour, low: unfailed_hour, high: failure_hour
-- summary:    failure | single | | cause | hours from the start of the first test to the first
--             failure; a cell that never failed has none
-- takes:      limit_volt | number(0..) | 5 | compliance limit
-- takes:      runaway_factor | number(1..) | null | times the early median; null: limit_volt alone
-- takes:      soft_short_ratio | number(0..1) | 0.6 | part of the reference
-- takes:      hard_short_ratio | number(0..1) | 0.1 | part of the reference
-- takes:      hard_short_volt | number(0..) | null | below it at any current; null: no such voltage
-- takes:      erratic_variation | number(0..) | 0.2 | standard deviation over mean
-- takes:      reference_count | integer(1..) | 6 | half-cycles in the reference
-- takes:      settling_count | integer(2..) | 4 | half-cycles that never fail
-- takes:      persistent_count | integer(0..) | 3 | how many of those that follow meet it too
-- takes:      persistent_window | integer(0..) | 4 | how many that follow are looked at
-- inherits:   half_cycle_run, ohmic_floor
-- needs:      half_cycle_run, ohmic_floor
-- reference:  Menkin et al., Faraday Discuss. 248 (2024) 277; Counihan et al., Joule 2023; the
--             thresholds are our declared defaults
WITH early AS (
    SELECT
        cell_id,
        level_count,
        level_run_count,
        median(CASE WHEN level_run_count >= 3 THEN end_volt END) OVER (
            PARTITION BY cell_id, level_count
            ORDER BY level_run_count
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS early_volt
    FROM half_cycle_run
    WHERE level_run_count <= 13
        AND $runaway_factor IS NOT NULL
),

compared AS (
    SELECT
        *,
        CASE
            WHEN undisturbed_run_count > $settling_count
                THEN median(end_volt) OVER (
                    PARTITION BY cell_id, undisturbed_count
                    ORDER BY run_count
                    ROWS BETWEEN $reference_count PRECEDING AND 1 PRECEDING
                )
        END AS reference_volt,
        CASE
            WHEN level_run_count > $settling_count
                THEN median(end_volt) OVER (
                    PARTITION BY cell_id, level_count
                    ORDER BY run_count
                    ROWS BETWEEN $reference_count PRECEDING AND 1 PRECEDING
                )
        END AS level_volt,
        greatest(
            lag(end_volt) OVER undisturbed,
            coalesce(lag(end_volt, 2) OVER undisturbed, 0)
        ) AS shortly_before_volt,
        greatest(
            lag(end_volt) OVER alike, coalesce(lag(end_volt, 2) OVER alike, 0)
        ) AS before_at_level_volt
    FROM half_cycle_run
    WINDOW
        undisturbed AS (PARTITION BY cell_id, undisturbed_count ORDER BY run_count),
        alike AS (PARTITION BY cell_id, level_count ORDER BY run_count)
),

held AS (
    SELECT
        compared.*,
        early.early_volt,
        compared.level_ampere * ohmic_floor.floor_ohm AS floor_volt,
        coalesce(compared.reference_volt, compared.level_volt) AS hard_reference_volt
    FROM compared
    LEFT JOIN early
        ON early.cell_id = compared.cell_id
        AND early.level_count = compared.level_count
        AND early.level_run_count = least(compared.level_run_count, 13)
    LEFT JOIN ohmic_floor
        ON ohmic_floor.cell_id = compared.cell_id
        AND ohmic_floor.level_count = compared.level_count
),

met AS (
    SELECT
        *,
        CASE
            WHEN greatest_voltage_volt >= $limit_volt THEN 'runaway'
            WHEN end_volt > CAST($runaway_factor AS DOUBLE) * early_volt THEN 'runaway'
            WHEN end_volt < CAST($hard_short_volt AS DOUBLE) THEN 'hard_short'
            WHEN end_volt < $hard_short_ratio * floor_volt THEN 'hard_short'
            WHEN end_volt < $hard_short_ratio * hard_reference_volt
                AND end_volt < $hard_short_ratio * before_at_level_volt
                THEN 'hard_short'
            WHEN end_volt < $soft_short_ratio * reference_volt
                AND end_volt < $soft_short_ratio * shortly_before_volt
                THEN 'soft_short'
            WHEN late_variation > $erratic_variation THEN 'erratic'
        END AS cause
    FROM held
    WHERE run_count > $settling_count
),

ahead AS (SELECT unnest(range(1, 1 + $persistent_window)) AS place),

followed AS (
    SELECT
        met.cell_id,
        met.run_count,
        count(later.run_count) AS later_count,
        coalesce(
            sum(
                CASE
                    WHEN met.cause = 'runaway'
                        AND (
                            later.greatest_voltage_volt >= $limit_volt
                            OR later.end_volt
                            > CAST($runaway_factor AS DOUBLE) * met.early_volt
                        )
                        THEN 1
                    WHEN met.cause = 'hard_short'
                        AND (
                            later.end_volt < CAST($hard_short_volt AS DOUBLE)
                            OR later.end_volt < $hard_short_ratio * met.floor_volt
                            OR later.end_volt < $hard_short_ratio * met.hard_reference_volt
                        )
                        THEN 1
                    WHEN met.cause = 'soft_short'
                        AND later.end_volt < $soft_short_ratio * met.reference_volt
                        THEN 1
                    WHEN met.cause = 'erratic' AND later.late_variation > $erratic_variation
                        THEN 1
                    ELSE 0
                END
            ),
            0
        ) AS meeting_count
    FROM met
    LEFT JOIN ahead ON true
    LEFT JOIN half_cycle_run AS later
        ON later.cell_id = met.cell_id
        AND later.level_count = met.level_count
        AND later.level_run_count = met.level_run_count + ahead.place
    WHERE met.cause IS NOT NULL
    GROUP BY met.cell_id, met.run_count
),

persistent AS (
    SELECT
        met.*,
        row_number() OVER (PARTITION BY met.cell_id ORDER BY met.run_count) AS place
    FROM met
    JOIN followed
        ON followed.cell_id = met.cell_id
        AND followed.run_count = met.run_count
    WHERE followed.meeting_count >= $persistent_count
        OR (
            met.cause IN ('runaway', 'hard_short')
            AND followed.later_count < $persistent_window
            AND followed.meeting_count >= least($persistent_count, followed.later_count)
        )
)

SELECT
    persistent.test_id,
    persistent.half_cycle_count,
    persistent.cell_id,
    persistent.cause,
    CASE WHEN persistent.cause = 'runaway' THEN persistent.end_hour ELSE persistent.start_hour END
        AS failure_hour,
    unfailed.end_hour AS unfailed_hour,
    persistent.end_volt,
    CASE
        WHEN persistent.cause = 'hard_short' THEN persistent.hard_reference_volt
        ELSE persistent.reference_volt
    END AS reference_volt,
    persistent.floor_volt,
    persistent.run_count,
    persistent.level_count,
    persistent.status,
    persistent.reason
FROM persistent
LEFT JOIN half_cycle_run AS unfailed
    ON unfailed.cell_id = persistent.cell_id
    AND unfailed.run_count = persistent.run_count - 1
WHERE persistent.place = 1;

-- example: a third of the voltage from the ninth half-cycle on is a soft short
WITH half_cycle_run(
    test_id, half_cycle_count, cell_id, run_count, level_count, level_run_count,
    undisturbed_count, undisturbed_run_count, start_hour, end_hour, end_volt, status
) AS (
    SELECT 1, n, 7, n, 1, n, 1, n, n - 1, n, CASE WHEN n < 9 THEN 0.1 ELSE 0.035 END, 'ok'
    FROM range(1, 15) AS t(n)
)
SELECT
    cause = 'soft_short',
    half_cycle_count = 9,
    failure_hour = 8,
    unfailed_hour = 8,
    reference_volt = 0.1,
    status = 'ok'
FROM failure_event;

-- example: two half-cycles of a short that heals are no event
WITH half_cycle_run(
    cell_id, run_count, level_count, level_run_count, undisturbed_count, undisturbed_run_count,
    end_volt
) AS (
    SELECT 7, n, 1, n, 1, n, CASE WHEN n IN (9, 10) THEN 0.035 ELSE 0.1 END
    FROM range(1, 15) AS t(n)
)
SELECT count(*) = 0
FROM failure_event;

-- example: the limit is reached at the end of the last half-cycle
WITH half_cycle_run(
    cell_id, run_count, level_count, level_run_count, undisturbed_count, undisturbed_run_count,
    start_hour, end_hour, end_volt, greatest_voltage_volt
) AS (
    SELECT 7, n, 1, n, 1, n, n - 1, CASE WHEN n = 10 THEN 9.5 ELSE n END, 0.1,
        CASE WHEN n = 10 THEN 5 ELSE 0.1 END
    FROM range(1, 11) AS t(n)
)
SELECT
    cause = 'runaway',
    failure_hour = 9.5,
    unfailed_hour = 9
FROM failure_event;

-- example: three millivolts are no short, unless the cell cannot have so low a resistance
WITH half_cycle_run(
    cell_id, run_count, level_count, level_run_count, undisturbed_count, undisturbed_run_count,
    level_ampere, end_volt
) AS (
    SELECT cell, n, 1, n, 1, n, 0.001, 0.003
    FROM range(1, 11) AS t(n), (VALUES (7), (8), (9)) AS u(cell)
),
ohmic_floor(cell_id, level_count, floor_ohm) AS (VALUES (8, 1, 29), (9, 1, 31))
SELECT
    count(*) OVER () = 1,
    cell_id = 9 AND cause = 'hard_short' AND run_count = 5,
    floor_volt = 0.031
FROM failure_event;

-- example: slow growth to the sixfold is degradation, unless such a factor is asked for
-- given: runaway_factor = 5
WITH half_cycle_run(
    cell_id, run_count, level_count, level_run_count, undisturbed_count, undisturbed_run_count,
    start_hour, end_hour, end_volt
) AS (
    SELECT 7, n, 1, n, 1, n, n - 1, n, CASE WHEN n < 13 THEN 0.1 ELSE 0.05 * (n - 10) END
    FROM range(1, 25) AS t(n)
)
SELECT
    cause = 'runaway',
    run_count = 21,
    failure_hour = 21
FROM failure_event;
