-- Rest relaxation voltage
--
-- What the voltage does in each rest: where it stood under current, where the rest began and ended,
-- and how far it relaxed between these. The jump from current to rest is ohmic and fast, the rest
-- of it slow. Rests that follow one another are one; impedance among them is time, no more. A rest
-- before any current is told, with nothing to relax from.
--
-- formula:    relaxation = V(end of rest) − V(begin of rest); jump = V(begin of rest) − V(before)
-- grain:      test_id, step_count
-- column:     step_count | 1 | first step of the rest, by our own numbering
-- column:     cycle_count | 1 | cycle the rest belongs to
-- column:     relaxation_volt | V | last voltage of the rest less its first; below zero after a
--             charge
-- column:     voltage_before_volt | V | last voltage under current before it
-- column:     jump_volt | V | first voltage of the rest less that before it
-- column:     first_voltage_volt | V | first voltage of the rest
-- column:     last_voltage_volt | V | last voltage of the rest
-- column:     rest_hour | h | how long it rested
-- column:     after_mode | | charge or discharge: what ran before it
-- column:     cell_cycle_count | 1 | cycle of the cell, running on over its tests
-- column:     kind_count | 1 | kind of cycle, from 1 as they come
-- column:     kind_role | | formation, check_up, main, or other
-- column:     status | | ok, low_quality, not_comparable or not_computable
-- column:     reason | | why it is not ok: what the steps say, nothing ran before it, or no voltage
--             was recorded
-- main:       relaxation_volt
-- needs:      step, cycle
-- reference:  Baghdadi, Briat, Gyan, Vinassa, Electrochim. Acta 194 (2016) 461, for relaxation as a
--             sign of aging
WITH counted AS (
    SELECT
        *,
        count(CASE WHEN mode NOT IN ('rest', 'impedance') THEN 1 END) OVER (
            PARTITION BY test_id ORDER BY step_count ROWS UNBOUNDED PRECEDING
        ) AS stretch
    FROM step
),

rested AS (
    SELECT
        test_id,
        stretch,
        min(CASE WHEN mode = 'rest' THEN step_count END) AS step_count,
        min_by(CASE WHEN mode = 'rest' THEN cycle_count END, step_count) AS cycle_count,
        min_by(CASE WHEN mode = 'rest' THEN first_voltage_volt END, step_count)
            AS first_voltage_volt,
        max_by(CASE WHEN mode = 'rest' THEN last_voltage_volt END, step_count)
            AS last_voltage_volt,
        sum(duration_second) / 3600 AS rest_hour,
        min(CASE WHEN status <> 'ok' THEN coalesce(reason, status) END) AS doubt
    FROM counted
    WHERE mode IN ('rest', 'impedance')
    GROUP BY test_id, stretch
    HAVING count(CASE WHEN mode = 'rest' THEN 1 END) > 0
),

answer AS (
    SELECT
        rested.*,
        earlier.last_voltage_volt AS before_volt,
        earlier.mode AS after_mode,
        earlier.step_count IS NULL AS is_first,
        coalesce(cycle.cell_cycle_count, cycle.cycle_count) AS cell_cycle_count,
        cycle.kind_count,
        cycle.kind_role
    FROM rested
    LEFT JOIN counted AS earlier
        ON earlier.test_id = rested.test_id
        AND earlier.stretch = rested.stretch
        AND earlier.mode NOT IN ('rest', 'impedance')
    LEFT JOIN cycle
        ON cycle.test_id = rested.test_id
        AND cycle.cycle_count = rested.cycle_count
)

SELECT
    test_id,
    step_count,
    cycle_count,
    last_voltage_volt - first_voltage_volt AS relaxation_volt,
    before_volt AS voltage_before_volt,
    first_voltage_volt - before_volt AS jump_volt,
    first_voltage_volt,
    last_voltage_volt,
    rest_hour,
    after_mode,
    cell_cycle_count,
    kind_count,
    kind_role,
    CASE
        WHEN last_voltage_volt - first_voltage_volt IS NULL THEN 'not_computable'
        WHEN is_first THEN 'not_comparable'
        WHEN doubt IS NOT NULL THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    CASE
        WHEN last_voltage_volt - first_voltage_volt IS NULL THEN 'missing voltage_volt'
        WHEN is_first THEN 'nothing ran before it'
        ELSE doubt
    END AS reason
FROM answer;

-- example: from 4.2 V it jumps to 4.175 V, and two rests in a row relax to 4.125 V
WITH step(
    test_id, step_count, cycle_count, mode, first_voltage_volt, last_voltage_volt,
    duration_second, status
) AS (
    VALUES (1, 1, 1, 'rest', 3, 3.25, 1800, 'ok'), (1, 2, 1, 'charge', 3.25, 4.2, 3600, 'ok'),
    (1, 3, 1, 'rest', 4.175, 4.15, 1800, 'ok'), (1, 4, 1, 'impedance', 4.15, 4.15, 600, 'ok'),
    (1, 5, 1, 'rest', 4.15, 4.125, 1200, 'ok'), (1, 6, 1, 'discharge', 4.1, 3, 3600, 'ok')
),
cycle(test_id, cycle_count, cell_cycle_count, kind_count) AS (VALUES (1, 1, 4, 2))
SELECT
    CASE step_count
        WHEN 1 THEN status = 'not_comparable' AND reason = 'nothing ran before it'
            AND relaxation_volt = 0.25 AND jump_volt IS NULL
        WHEN 3 THEN abs(relaxation_volt + 0.05) < 1e-12 AND abs(jump_volt + 0.025) < 1e-12
            AND rest_hour = 1 AND after_mode = 'charge' AND status = 'ok'
    END,
    cell_cycle_count = 4 AND kind_count = 2
FROM rest_relaxation_voltage;

-- example: a rest without a voltage says so
WITH step(test_id, step_count, mode, duration_second, status) AS (VALUES (1, 1, 'rest', 60, 'ok'))
SELECT relaxation_volt IS NULL AND status = 'not_computable' AND reason = 'missing voltage_volt'
FROM rest_relaxation_voltage;
