-- Half-cycles of a cell in their order
--
-- The constant-current half-cycles of a symmetric cell, over all its tests: how long the cell had
-- run, at which level of current and temperature, and since when undisturbed. A level holds what
-- runs at one current and temperature: ordered by current, a new one begins where it rises by more
-- than the tolerance, and the same with the temperature. An unknown temperature is a level of its
-- own. A change of the level, a pause and impedance disturb; the count since then starts anew.
-- Tests follow one another by their start; where one is unknown, by their test times as far as
-- these run on from test to test, else by their key without a break. A test of impedance alone has
-- a place among them only by their starts; otherwise it disturbs nothing.
-- A half-cycle that the end of a file cuts is one: what goes on in the next test in the same
-- direction at the same level, without a pause, begins with its first piece and ends with its last;
-- charge adds up, the greatest voltage is the greatest, and what is a median of its points is that
-- of its longest piece, of two as long the later. A piece too short to be a half-cycle of its own
-- file lends the one it belongs to its beginning or its end. The row is that of its last piece. The
-- charge between the two files is in neither of them. A cell that is known to have two different
-- electrodes has no row; where that is unknown its half-cycles are there, without a voltage.
--
-- grain:      test_id, half_cycle_count
-- column:     cell_id | | the cell
-- column:     configuration | | its layers
-- column:     run_count | 1 | place in the life of the cell, from 1
-- column:     level_count | 1 | level of current and temperature, from the lowest, from 1
-- column:     level_ampere | A | median |current| of the level
-- column:     level_current_density_ma_per_cm2 | mA/cm² | the same per electrode area
-- column:     level_temperature_celsius | °C | median temperature of the level, where recorded
-- column:     level_run_count | 1 | place among the half-cycles of the level, from 1
-- column:     undisturbed_count | 1 | stretch without a disturbance, from 1
-- column:     undisturbed_run_count | 1 | place among the half-cycles of the stretch, from 1
-- column:     disturbance | | what came before it: current or temperature, impedance, pause, order
--             (a half-cycle between is none of constant current); null when nothing
-- column:     start_hour | h | since the start of the cell's first test
-- column:     end_hour | h | its last point, likewise
-- column:     mode | | charge or discharge
-- column:     end_volt | V | polarization at its end, of half
-- column:     greatest_voltage_volt | V | greatest |voltage|
-- column:     late_variation | 1 | standard deviation over mean of |voltage| in its second half
-- column:     charge_passed_mah_per_cm2 | mA·h/cm² | charge that passed, per electrode area
-- column:     missing | | what is not known: symmetric; null when nothing
-- column:     clock_known | | whether starts, or times that run on, order the tests of the cell
-- column:     status | | ok, low_quality (as one of its pieces is, or without a known clock) or
--             not_computable
-- column:     reason | | why not ok; null when ok
-- column:     longest_test_id | | the test of its longest piece, where files cut it
-- column:     longest_half_cycle_count | 1 | that piece among the half-cycles of its test
-- main:       end_volt
-- shown:      no
-- takes:      current_tolerance | number(0..1) | 0.02 | part by which like currents may differ
-- takes:      temperature_tolerance_kelvin | number(0..) | 5 | by how much like temperatures may
--             differ
-- takes:      pause_second | number(0..) | 3600 | a longer time without current is a pause
-- needs:      half_cycle_polarization, step, test, cell
-- reference:  our own declaration of what is comparable
WITH began AS (
    SELECT
        test.test_id,
        test.cell_id,
        test.started_at,
        min(step.start_time_second) AS first_second,
        max(step.start_time_second + step.duration_second) AS last_second,
        count(CASE WHEN step.mode IN ('charge', 'discharge') THEN 1 END) AS active_count
    FROM test
    JOIN cell
        ON cell.cell_id = test.cell_id
        AND coalesce(cell.symmetric, true)
    JOIN step ON step.test_id = test.test_id
    GROUP BY test.test_id, test.cell_id, test.started_at
),

dated AS (
    SELECT
        *,
        sum(active_count) OVER whole
        = sum(CASE WHEN started_at IS NULL THEN 0 ELSE active_count END) OVER whole AS all_dated,
        min(started_at) OVER whole AS first_started_at
    FROM began
    WINDOW whole AS (PARTITION BY cell_id)
),

placed AS (
    SELECT
        *,
        min(first_second) OVER (PARTITION BY cell_id) AS cell_second,
        coalesce(
            first_second >= max(last_second) OVER earlier,
            count(*) OVER earlier = 0
        ) AS runs_on,
        coalesce(sum(last_second - first_second) OVER earlier, 0) AS lasted_second
    FROM dated
    WHERE active_count > 0
        OR (all_dated AND started_at IS NOT NULL)
    WINDOW earlier AS (
        PARTITION BY cell_id
        ORDER BY first_second, test_id
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
),

clock AS (
    SELECT
        test_id,
        cell_id,
        all_dated OR bool_and(runs_on) OVER (PARTITION BY cell_id) AS known,
        CASE
            WHEN all_dated
                THEN 1e-6 * date_diff('microsecond', first_started_at, started_at)
            WHEN bool_and(runs_on) OVER (PARTITION BY cell_id) THEN -cell_second
            ELSE lasted_second - first_second
        END AS shift_second
    FROM placed
),

told AS (
    SELECT
        clock.cell_id,
        clock.known,
        step.test_id,
        step.half_cycle_count,
        step.step_count,
        step.mode,
        abs(step.median_current_ampere) AS ampere,
        step.start_time_second + clock.shift_second AS start_second,
        step.start_time_second + step.duration_second + clock.shift_second AS end_second
    FROM step
    JOIN clock ON clock.test_id = step.test_id
),

ran AS (
    SELECT
        *,
        count(CASE WHEN mode = 'impedance' THEN 1 END) OVER earlier AS impedance_count,
        start_second
        - max(CASE WHEN mode IN ('charge', 'discharge') THEN end_second END) OVER earlier
            AS apart_second
    FROM told
    WINDOW earlier AS (
        PARTITION BY cell_id
        ORDER BY start_second NULLS LAST, test_id, step_count
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
),

own AS (
    SELECT ran.*
    FROM ran
    JOIN half_cycle_polarization AS polarized
        ON polarized.test_id = ran.test_id
        AND polarized.half_cycle_count = ran.half_cycle_count
        AND polarized.mode = ran.mode
),

half AS (
    SELECT
        cell_id,
        test_id,
        half_cycle_count,
        min(known) AS known,
        max(impedance_count) AS impedance_count,
        max(apart_second) AS apart_second,
        min(start_second) AS start_second,
        max(end_second) AS end_second
    FROM own
    GROUP BY cell_id, test_id, half_cycle_count
),

-- what the end of a file left of a half-cycle, too short to be one by itself
scrap AS (
    SELECT
        ran.cell_id,
        ran.test_id,
        ran.step_count < edge.first_count AS leads,
        min(ran.mode) AS mode,
        max(ran.ampere) AS ampere,
        min(ran.start_second) AS start_second,
        max(ran.end_second) AS end_second
    FROM ran
    JOIN (
        SELECT test_id, min(step_count) AS first_count, max(step_count) AS last_count
        FROM own
        GROUP BY test_id
    ) AS edge ON edge.test_id = ran.test_id
    WHERE ran.known
        AND ran.mode IN ('charge', 'discharge')
        AND (ran.step_count < edge.first_count OR ran.step_count > edge.last_count)
    GROUP BY ran.cell_id, ran.test_id, ran.step_count < edge.first_count
    HAVING min(ran.mode) = max(ran.mode)
),

polarized_half AS (
    SELECT
        half.*,
        polarized.mode,
        abs(polarized.current_ampere) AS ampere,
        polarized.mean_temperature_celsius AS celsius,
        polarized.constant_current,
        abs(polarized.final_voltage_volt) AS end_volt,
        polarized.greatest_voltage_volt,
        polarized.late_variation,
        polarized.charge_passed_mah_per_cm2,
        polarized.reason AS doubt,
        CAST(NULL AS BOOLEAN) AS leads
    FROM half
    JOIN half_cycle_polarization AS polarized
        ON polarized.test_id = half.test_id
        AND polarized.half_cycle_count = half.half_cycle_count
    UNION ALL
    SELECT
        cell_id,
        test_id,
        NULL,
        true,
        NULL,
        NULL,
        start_second,
        end_second,
        mode,
        ampere,
        NULL,
        NULL,
        NULL,
        NULL,
        NULL,
        NULL,
        NULL,
        leads
    FROM scrap
),

extended AS (
    SELECT
        *,
        lag(leads) OVER lived IS NOT DISTINCT FROM false
        AND lag(test_id) OVER lived <> test_id
        AND lag(mode) OVER lived = mode
        AND abs(lag(ampere) OVER lived - ampere) <= $current_tolerance * ampere
        AND start_second - lag(end_second) OVER lived <= $pause_second AS begins_before,
        lag(start_second) OVER lived AS before_second,
        lead(leads) OVER lived IS NOT DISTINCT FROM true
        AND lead(test_id) OVER lived <> test_id
        AND lead(mode) OVER lived = mode
        AND abs(lead(ampere) OVER lived - ampere) <= $current_tolerance * ampere
        AND lead(start_second) OVER lived - end_second <= $pause_second AS ends_behind,
        lead(end_second) OVER lived AS behind_second
    FROM polarized_half
    WINDOW lived AS (
        PARTITION BY cell_id ORDER BY start_second NULLS LAST, test_id, half_cycle_count
    )
),

piece AS (
    SELECT
        cell_id,
        test_id,
        half_cycle_count,
        known,
        impedance_count,
        apart_second,
        CASE WHEN begins_before THEN before_second ELSE start_second END AS start_second,
        CASE WHEN ends_behind THEN behind_second ELSE end_second END AS end_second,
        end_second - start_second AS lasted_second,
        mode,
        ampere,
        celsius,
        constant_current,
        end_volt,
        greatest_voltage_volt,
        late_variation,
        charge_passed_mah_per_cm2,
        doubt
    FROM extended
    WHERE leads IS NULL
),

followed AS (
    SELECT
        *,
        coalesce(
            known
            AND apart_second <= $pause_second
            AND test_id <> lag(test_id) OVER lived
            AND mode = lag(mode) OVER lived
            AND constant_current
            AND lag(constant_current) OVER lived
            AND abs(ampere - lag(ampere) OVER lived)
            <= $current_tolerance * least(ampere, lag(ampere) OVER lived)
            AND coalesce(
                abs(celsius - lag(celsius) OVER lived) <= $temperature_tolerance_kelvin, true
            ),
            false
        ) AS goes_on
    FROM piece
    WINDOW lived AS (
        PARTITION BY cell_id ORDER BY start_second NULLS LAST, test_id, half_cycle_count
    )
),

numbered AS (
    SELECT
        *,
        coalesce(lead(goes_on) OVER lived, false) AS is_followed,
        sum(CASE WHEN goes_on THEN 0 ELSE 1 END) OVER (lived ROWS UNBOUNDED PRECEDING)
            AS any_count
    FROM followed
    WINDOW lived AS (
        PARTITION BY cell_id ORDER BY start_second NULLS LAST, test_id, half_cycle_count
    )
),

ranked AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY cell_id, any_count ORDER BY lasted_second DESC, start_second DESC
        ) AS from_longest,
        row_number() OVER (
            PARTITION BY cell_id, any_count ORDER BY start_second DESC
        ) AS from_last
    FROM numbered
    WHERE goes_on
        OR is_followed
),

whole AS (
    SELECT
        cell_id,
        any_count,
        test_id,
        half_cycle_count,
        test_id AS longest_test_id,
        half_cycle_count AS longest_half_cycle_count,
        start_second,
        end_second,
        impedance_count,
        apart_second,
        mode,
        constant_current,
        ampere,
        celsius,
        end_volt,
        greatest_voltage_volt,
        late_variation,
        charge_passed_mah_per_cm2,
        doubt,
        known
    FROM numbered
    WHERE NOT goes_on
        AND NOT is_followed
    UNION ALL
    SELECT
        cell_id,
        any_count,
        max(test_id) FILTER (WHERE from_last = 1),
        max(half_cycle_count) FILTER (WHERE from_last = 1),
        max(test_id) FILTER (WHERE from_longest = 1),
        max(half_cycle_count) FILTER (WHERE from_longest = 1),
        min(start_second),
        max(end_second),
        max(impedance_count),
        max(apart_second),
        min(mode),
        true,
        max(ampere) FILTER (WHERE from_longest = 1),
        max(celsius) FILTER (WHERE from_longest = 1),
        max(end_volt) FILTER (WHERE from_longest = 1),
        max(greatest_voltage_volt),
        max(late_variation) FILTER (WHERE from_longest = 1),
        CASE
            WHEN count(*) = count(charge_passed_mah_per_cm2) THEN sum(charge_passed_mah_per_cm2)
        END,
        string_agg(DISTINCT doubt, ', '),
        min(known)
    FROM ranked
    GROUP BY cell_id, any_count
),

by_current AS (
    SELECT
        *,
        CASE
            WHEN ampere <= (1 + $current_tolerance) * lag(ampere) OVER (
                PARTITION BY cell_id ORDER BY ampere, any_count
            )
                THEN 0
            ELSE 1
        END AS rises
    FROM whole
    WHERE constant_current
        AND ampere > 0
),

like_current AS (
    SELECT
        *,
        sum(rises) OVER (
            PARTITION BY cell_id ORDER BY ampere, any_count ROWS UNBOUNDED PRECEDING
        ) AS current_count
    FROM by_current
),

by_temperature AS (
    SELECT
        *,
        CASE
            WHEN lag(any_count) OVER warmer IS NULL THEN 1
            WHEN celsius - lag(celsius) OVER warmer <= $temperature_tolerance_kelvin THEN 0
            WHEN celsius IS NULL AND lag(celsius) OVER warmer IS NULL THEN 0
            ELSE 1
        END AS warms
    FROM like_current
    WINDOW warmer AS (
        PARTITION BY cell_id, current_count ORDER BY celsius NULLS LAST, any_count
    )
),

leveled AS (
    SELECT
        *,
        sum(warms) OVER (
            PARTITION BY cell_id
            ORDER BY current_count, celsius NULLS LAST, any_count
            ROWS UNBOUNDED PRECEDING
        ) AS level_count
    FROM by_temperature
),

disturbed AS (
    SELECT
        *,
        row_number() OVER lived AS run_count,
        CASE
            WHEN lag(any_count) OVER lived IS NULL THEN NULL
            WHEN level_count <> lag(level_count) OVER lived THEN 'current or temperature'
            WHEN impedance_count > lag(impedance_count) OVER lived THEN 'impedance'
            WHEN apart_second > $pause_second THEN 'pause'
            WHEN any_count > lag(any_count) OVER lived + 1 THEN 'order'
        END AS disturbance
    FROM leveled
    WINDOW lived AS (PARTITION BY cell_id ORDER BY any_count)
),

counted AS (
    SELECT
        *,
        1 + count(disturbance) OVER lived AS undisturbed_count,
        run_count - coalesce(
            max(CASE WHEN disturbance IS NOT NULL THEN run_count END) OVER lived, 1
        ) + 1 AS undisturbed_run_count
    FROM disturbed
    WINDOW lived AS (PARTITION BY cell_id ORDER BY run_count ROWS UNBOUNDED PRECEDING)
)

SELECT
    counted.test_id,
    counted.half_cycle_count,
    counted.cell_id,
    cell.configuration,
    counted.run_count,
    CAST(counted.level_count AS BIGINT) AS level_count,
    median(counted.ampere) OVER level AS level_ampere,
    1000 * median(counted.ampere) OVER level / nullif(cell.area_cm2, 0)
        AS level_current_density_ma_per_cm2,
    median(counted.celsius) OVER level AS level_temperature_celsius,
    row_number() OVER (
        PARTITION BY counted.cell_id, counted.level_count ORDER BY counted.run_count
    ) AS level_run_count,
    counted.undisturbed_count,
    counted.undisturbed_run_count,
    counted.disturbance,
    counted.start_second / 3600 AS start_hour,
    counted.end_second / 3600 AS end_hour,
    counted.mode,
    counted.end_volt,
    counted.greatest_voltage_volt,
    counted.late_variation,
    counted.charge_passed_mah_per_cm2,
    CASE WHEN cell.symmetric IS NULL THEN 'symmetric' END AS missing,
    counted.known AS clock_known,
    CASE
        WHEN counted.end_volt IS NULL THEN 'not_computable'
        WHEN counted.doubt IS NULL AND counted.known THEN 'ok'
        ELSE 'low_quality'
    END AS status,
    nullif(
        concat_ws(
            ', ', counted.doubt, CASE WHEN NOT counted.known THEN 'missing start of a test' END
        ),
        ''
    ) AS reason,
    counted.longest_test_id,
    counted.longest_half_cycle_count
FROM counted
JOIN cell ON cell.cell_id = counted.cell_id
WINDOW level AS (PARTITION BY counted.cell_id, counted.level_count);

-- example: another current is another level, and going back is the first level again
WITH step(
    test_id, step_count, half_cycle_count, mode, start_time_second, duration_second,
    median_current_ampere
) AS (
    VALUES
    (1, 1, 1, 'charge', 0, 3600, 0.001),
    (1, 2, 2, 'discharge', 3600, 3600, -0.001005),
    (1, 3, 3, 'charge', 7200, 3600, 0.002),
    (1, 4, 4, 'discharge', 10800, 3600, -0.001)
),
test(test_id, cell_id) AS (VALUES (1, 7)),
cell(cell_id, "symmetric", area_cm2) AS (VALUES (7, true, 2))
SELECT
    level_count = CASE WHEN half_cycle_count = 3 THEN 2 ELSE 1 END,
    level_current_density_ma_per_cm2 = CASE WHEN half_cycle_count = 3 THEN 1 ELSE 0.5 END,
    undisturbed_count = CASE half_cycle_count WHEN 3 THEN 2 WHEN 4 THEN 3 ELSE 1 END,
    end_hour = half_cycle_count,
    run_count = half_cycle_count
FROM half_cycle_run;

-- example: impedance between half-cycles disturbs, and so does a pause
WITH step(
    test_id, step_count, half_cycle_count, mode, start_time_second, duration_second,
    median_current_ampere
) AS (
    VALUES
    (1, 1, 1, 'charge', 0, 3600, 0.001),
    (1, 2, 1, 'impedance', 3600, 60, 0),
    (1, 3, 2, 'discharge', 3660, 3600, -0.001),
    (1, 4, 3, 'charge', 18000, 3600, 0.001)
),
test(test_id, cell_id) AS (VALUES (1, 7)),
cell(cell_id, "symmetric") AS (VALUES (7, true))
SELECT
    coalesce(disturbance, '') = CASE half_cycle_count
        WHEN 1 THEN '' WHEN 2 THEN 'impedance' ELSE 'pause'
    END,
    undisturbed_run_count = 1
FROM half_cycle_run;

-- example: a charge cut in two by its files is one half-cycle, of their voltage that lasted longer
WITH step(
    test_id, step_count, half_cycle_count, mode, start_time_second, duration_second,
    median_current_ampere, end_voltage_volt, charge_capacity_ah, discharge_capacity_ah
) AS (
    VALUES
    (1, 1, 1, 'discharge', 0, 3600, -0.001, -0.1, 0, 0.001),
    (1, 2, 2, 'charge', 3600, 1200, 0.001, 0.2, 0.0003, 0),
    (2, 1, 1, 'charge', 4860, 2340, 0.001, 0.1, 0.0006, 0),
    (2, 2, 2, 'discharge', 7200, 3600, -0.001, -0.1, 0, 0.001)
),
test(test_id, cell_id) AS (VALUES (1, 7), (2, 7)),
cell(cell_id, "symmetric", area_cm2) AS (VALUES (7, true, 1))
SELECT
    test_id = CASE run_count WHEN 1 THEN 1 ELSE 2 END,
    half_cycle_count = CASE run_count WHEN 3 THEN 2 ELSE 1 END,
    start_hour = run_count - 1,
    end_hour = run_count,
    end_volt = 0.1,
    abs(charge_passed_mah_per_cm2 - CASE run_count WHEN 2 THEN 0.9 ELSE 1 END) < 1e-12,
    longest_test_id = test_id,
    disturbance IS NULL
FROM half_cycle_run;

-- example: after a pause, or at another current, it is another half-cycle
WITH step(
    test_id, step_count, half_cycle_count, mode, start_time_second, duration_second,
    median_current_ampere
) AS (
    VALUES
    (1, 1, 1, 'charge', 0, 3600, 0.001),
    (2, 1, 1, 'charge', 10800, 3600, 0.001),
    (3, 1, 1, 'charge', 14400, 3600, 0.002)
),
test(test_id, cell_id) AS (VALUES (1, 7), (2, 7), (3, 7)),
cell(cell_id, "symmetric") AS (VALUES (7, true))
SELECT
    run_count = test_id,
    coalesce(disturbance, '') = CASE test_id
        WHEN 1 THEN '' WHEN 2 THEN 'pause' ELSE 'current or temperature'
    END
FROM half_cycle_run;

-- example: where nobody knows whether it is symmetric it says so, and a full cell has no row
WITH step(
    test_id, step_count, half_cycle_count, mode, start_time_second, duration_second,
    median_current_ampere, end_voltage_volt
) AS (
    VALUES
    (1, 1, 1, 'charge', 0, 3600, 0.001, 0.1), (2, 1, 1, 'charge', 0, 3600, 0.001, 3.4)
),
test(test_id, cell_id) AS (VALUES (1, 7), (2, 8)),
cell(cell_id, "symmetric", area_cm2) AS (VALUES (7, NULL, 2), (8, false, 2))
SELECT
    count(*) OVER () = 1,
    cell_id = 7 AND end_hour = 1 AND level_current_density_ma_per_cm2 = 0.5,
    end_volt IS NULL AND greatest_voltage_volt IS NULL,
    missing = 'symmetric',
    status = 'not_computable' AND reason = 'missing symmetric'
FROM half_cycle_run;
