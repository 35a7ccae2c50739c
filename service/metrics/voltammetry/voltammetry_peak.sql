-- Peaks of voltammetry
--
-- Every peak of a voltammogram, by segment: its potential, by a parabola through the seven points
-- around it, and its current over a baseline. The baseline is a line through the part before the
-- wave, drawn on under the peak: with h the potential from half the peak to the peak, the foot lies
-- 3.25 h before the peak and the line is fitted from 2.12 to 1.06 h before the foot, which for one
-- reversible electron at 298 K are 120 and 60 mV. A peak of the segment back has the decay of the
-- one before the turn as its baseline, where the turn lies 2.12 h behind that: it is fitted as c +
-- b/√t behind that peak, t counted from half the rise, goes on beyond the turn, and meets the
-- current just behind the turn, which takes out the double layer. Where the turn lies nearer, the
-- current is Nicholson's, of the currents from zero; the method says which.
--
-- formula:    i_p = i(E_p) − baseline(E_p); E_p the vertex of a parabola through seven points
-- grain:      test_id, segment_count, peak_count
-- column:     segment_count | 1 | segment of the test, from 1
-- column:     peak_count | 1 | peak of the segment, from 1 at the lowest potential
-- column:     cycle_count | 1 | scan in which most of the segment lies
-- column:     mode | | anodic where the potential rises, cathodic where it falls
-- column:     peak_ampere | A | current over the baseline; negative on a cathodic segment
-- column:     peak_error_ampere | A | one sigma, by the noise and by what it makes of the baseline
-- column:     peak_volt | V | potential of the peak
-- column:     peak_error_volt | V | one sigma, by the noise of the current and the distance of the
--             points
-- column:     half_peak_volt | V | potential at half of the peak, before it
-- column:     half_width_volt | V | from there to the peak, without sign; 2.20 RT/F for one
--             reversible electron
-- column:     onset_volt | V | where the tangent at half of the peak meets the baseline
-- column:     method | | line, decay, or nicholson: what the current was measured from
-- column:     baseline_ampere | A | the baseline under the peak; 0 by Nicholson's formula
-- column:     top_ampere | A | current at the peak as measured, from zero
-- column:     scan_rate_volt_per_second | V/s | by the points of the segment
-- column:     noise_ampere | A | noise of the current, one sigma
-- column:     status | | ok or low_quality
-- column:     reason | | why it is not ok: no baseline before the wave, it rises from the tail of
--             another one, by Nicholson's formula, no half of it before it, no parabola, or what
--             the segment says
-- main:       peak_ampere, error: peak_error_ampere
-- inherits:   voltammetry_wave
-- materialized: no | reads the points of every voltammogram of the tests asked for
-- needs:      voltammetry_wave, voltammetry_point, voltammetry_segment
-- reference:  Nicholson, Shain, Anal. Chem. 36 (1964) 706; Nicholson, Anal. Chem. 38 (1966) 1406,
--             for the current of the peak back
WITH forward AS (
    SELECT
        test_id,
        segment_count,
        place,
        test_time_second AS t,
        direction * potential_volt AS x,
        direction * current_ampere AS y,
        avg(direction * current_ampere) OVER (
            PARTITION BY test_id, segment_count ORDER BY place
            ROWS BETWEEN 3 PRECEDING AND 3 FOLLOWING
        ) AS mean_y,
        last_value(direction * potential_volt) OVER of_segment AS last_x,
        last_value(direction * current_ampere) OVER of_segment AS last_y,
        first_value(direction * potential_volt) OVER of_segment AS first_x
    FROM voltammetry_point
    WINDOW of_segment AS (
        PARTITION BY test_id, segment_count ORDER BY place
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )
),

wave AS (
    SELECT
        wave.*,
        wave.direction * wave.peak_volt AS x,
        at_peak.t,
        at_peak.first_x,
        at_peak.last_x,
        at_peak.last_y,
        first_value(wave.direction) OVER (
            PARTITION BY wave.test_id ORDER BY wave.segment_count, wave.place
        ) AS first_direction,
        lag(wave.direction * wave.peak_volt) OVER (
            PARTITION BY wave.test_id, wave.segment_count ORDER BY wave.place
        ) AS earlier_x
    FROM voltammetry_wave AS wave
    JOIN forward AS at_peak
        ON at_peak.test_id = wave.test_id
        AND at_peak.segment_count = wave.segment_count
        AND at_peak.place = wave.place
),

-- the last peak before the turn is that of which a first peak behind it is the way back
paired AS (
    SELECT
        wave.*,
        segment.scan_rate_volt_per_second AS rate,
        before.segment_count AS before_segment,
        before.x AS before_x,
        before.half_volt AS before_half,
        before.last_x AS turn_x,
        before.last_y AS turn_y,
        before.t - before.half_volt / nullif(2 * segment.scan_rate_volt_per_second, 0) AS start_t,
        CASE
            WHEN wave.direction = wave.first_direction OR before.segment_count IS NULL THEN 'line'
            WHEN wave.run_in > 1 THEN 'none'
            WHEN before.last_x - before.x >= 2.12 * before.half_volt THEN 'decay'
            ELSE 'nicholson'
        END AS method,
        CASE WHEN segment.status <> 'ok' THEN segment.reason END AS segment_doubt
    FROM wave
    JOIN voltammetry_segment AS segment
        ON segment.test_id = wave.test_id
        AND segment.segment_count = wave.segment_count
    LEFT JOIN wave AS before
        ON before.test_id = wave.test_id
        AND before.segment_count = wave.segment_count - 1
        AND before.direction = -wave.direction
        AND before.run_in = before.waves
),

line AS (
    SELECT
        paired.test_id,
        paired.segment_count,
        paired.peak_count,
        count(*) AS used,
        avg(forward.x) AS mean_x,
        avg(forward.y) AS mean_y,
        regr_slope(forward.y, forward.x) AS slope,
        var_pop(forward.x) * count(*) AS sxx,
        max(forward.x) - min(forward.x) AS span
    FROM paired
    JOIN forward
        ON forward.test_id = paired.test_id
        AND forward.segment_count = paired.segment_count
        AND forward.place > 3
        AND forward.x BETWEEN paired.x - 5.37 * paired.half_volt
        AND paired.x - 4.31 * paired.half_volt
        AND forward.x > coalesce(paired.earlier_x, forward.x - 1)
    GROUP BY paired.test_id, paired.segment_count, paired.peak_count, paired.half_volt
    HAVING count(*) >= 5
        AND max(forward.x) - min(forward.x) >= 0.5 * 1.06 * paired.half_volt
),

tail AS (
    SELECT
        paired.test_id,
        paired.segment_count,
        paired.peak_count,
        regr_slope(forward.y, 1 / nullif(sqrt(forward.t - paired.start_t), 0)) AS decay,
        regr_r2(forward.y, 1 / nullif(sqrt(forward.t - paired.start_t), 0)) AS r2,
        count(*) AS used
    FROM paired
    JOIN forward
        ON forward.test_id = paired.test_id
        AND forward.segment_count = paired.before_segment
        AND forward.x >= paired.before_x + 1.06 * paired.before_half
        AND forward.t > paired.start_t
    WHERE paired.method = 'decay'
    GROUP BY paired.test_id, paired.segment_count, paired.peak_count
    HAVING count(*) >= 5
),

-- just behind the turn nothing goes back yet
behind_turn AS (
    SELECT
        paired.test_id,
        paired.segment_count,
        paired.peak_count,
        avg(forward.y + tail.decay / nullif(sqrt(forward.t - paired.start_t), 0)) AS level,
        avg(1 / nullif(sqrt(forward.t - paired.start_t), 0)) AS mean_s,
        count(*) AS used
    FROM paired
    JOIN tail
        ON tail.test_id = paired.test_id
        AND tail.segment_count = paired.segment_count
        AND tail.peak_count = paired.peak_count
    JOIN forward
        ON forward.test_id = paired.test_id
        AND forward.segment_count = paired.segment_count
        AND forward.place > 2
        AND forward.x <= greatest(paired.first_x, -paired.turn_x) + 0.35 * paired.before_half
    GROUP BY paired.test_id, paired.segment_count, paired.peak_count
    HAVING count(*) >= 3
),

based AS (
    SELECT
        paired.*,
        line.used AS line_used,
        line.mean_x,
        line.mean_y,
        line.slope,
        line.sxx,
        tail.decay,
        behind_turn.level,
        CASE paired.method
            WHEN 'line' THEN line.mean_y + line.slope * (paired.x - line.mean_x)
            WHEN 'decay'
                THEN behind_turn.level - tail.decay / nullif(sqrt(paired.t - paired.start_t), 0)
            WHEN 'nicholson' THEN 0
        END AS baseline,
        CASE paired.method
            WHEN 'line'
                THEN paired.noise_ampere * sqrt(
                    1 / nullif(CAST(line.used AS DOUBLE), 0)
                    + (paired.x - line.mean_x) * (paired.x - line.mean_x) / nullif(line.sxx, 0)
                )
            WHEN 'decay'
                THEN sqrt(
                    paired.noise_ampere * paired.noise_ampere
                    / nullif(CAST(behind_turn.used AS DOUBLE), 0)
                    + tail.decay * tail.decay * greatest(1 / nullif(tail.r2, 0) - 1, 0)
                    / nullif(tail.used - 2.0, 0)
                    * power(
                        1 / nullif(sqrt(paired.t - paired.start_t), 0) - behind_turn.mean_s, 2
                    )
                )
            ELSE 0
        END AS baseline_error
    FROM paired
    LEFT JOIN line
        ON line.test_id = paired.test_id
        AND line.segment_count = paired.segment_count
        AND line.peak_count = paired.peak_count
    LEFT JOIN tail
        ON tail.test_id = paired.test_id
        AND tail.segment_count = paired.segment_count
        AND tail.peak_count = paired.peak_count
    LEFT JOIN behind_turn
        ON behind_turn.test_id = paired.test_id
        AND behind_turn.segment_count = paired.segment_count
        AND behind_turn.peak_count = paired.peak_count
),

over_baseline AS (
    SELECT
        based.test_id,
        based.segment_count,
        based.peak_count,
        based.x AS peak_x,
        based.half_volt,
        forward.place,
        forward.x,
        based.top_ampere - based.baseline AS height,
        forward.mean_y - CASE based.method
            WHEN 'line' THEN based.mean_y + based.slope * (forward.x - based.mean_x)
            WHEN 'decay'
                THEN based.level - based.decay / nullif(sqrt(forward.t - based.start_t), 0)
            ELSE 0
        END AS over
    FROM based
    JOIN forward
        ON forward.test_id = based.test_id
        AND forward.segment_count = based.segment_count
        AND forward.place <= based.place
        AND forward.x > coalesce(based.earlier_x, forward.x - 1)
    WHERE based.baseline IS NOT NULL
),

stepped AS (
    SELECT
        *,
        lead(x) OVER in_order AS next_x,
        lead(over) OVER in_order AS next_over
    FROM over_baseline
    WINDOW in_order AS (PARTITION BY test_id, segment_count, peak_count ORDER BY place)
),

half AS (
    SELECT
        test_id,
        segment_count,
        peak_count,
        max_by(
            x + (height / 2 - over) / nullif(next_over - over, 0) * (next_x - x), place
        ) AS half_x
    FROM stepped
    WHERE over < height / 2
        AND next_over >= height / 2
    GROUP BY test_id, segment_count, peak_count
),

tangent AS (
    SELECT
        over_baseline.test_id,
        over_baseline.segment_count,
        over_baseline.peak_count,
        avg(over_baseline.x)
        - avg(over_baseline.over)
        / nullif(regr_slope(over_baseline.over, over_baseline.x), 0) AS onset_x
    FROM over_baseline
    JOIN half
        ON half.test_id = over_baseline.test_id
        AND half.segment_count = over_baseline.segment_count
        AND half.peak_count = over_baseline.peak_count
    WHERE abs(over_baseline.x - half.half_x) <= 0.25 * over_baseline.half_volt
    GROUP BY over_baseline.test_id, over_baseline.segment_count, over_baseline.peak_count
    HAVING count(*) >= 3
),

-- Nicholson's currents are told from zero, that of the peak before the turn over its baseline
before_current AS (
    SELECT
        test_id,
        segment_count,
        max_by(top_ampere - baseline, place) AS height
    FROM based
    GROUP BY test_id, segment_count
),

measured AS (
    SELECT
        based.*,
        CASE based.method
            WHEN 'nicholson'
                THEN based.top_ampere + 0.485 * based.turn_y + 0.086 * before_current.height
            ELSE based.top_ampere - based.baseline
        END AS height,
        half.half_x,
        tangent.onset_x,
        nullif(
            concat_ws(
                ', ',
                based.segment_doubt,
                CASE WHEN based.status <> 'ok' THEN based.reason END,
                CASE
                    WHEN based.method = 'nicholson' THEN 'by Nicholson''s formula'
                    WHEN based.method = 'none' OR (based.baseline IS NOT NULL AND based.run_in > 1)
                        THEN 'it rises from the tail of another wave'
                    WHEN based.baseline IS NULL THEN 'no baseline before the wave'
                    WHEN half.half_x IS NULL THEN 'it never falls to half before the peak'
                END
            ),
            ''
        ) AS doubts
    FROM based
    LEFT JOIN half
        ON half.test_id = based.test_id
        AND half.segment_count = based.segment_count
        AND half.peak_count = based.peak_count
    LEFT JOIN tangent
        ON tangent.test_id = based.test_id
        AND tangent.segment_count = based.segment_count
        AND tangent.peak_count = based.peak_count
    LEFT JOIN before_current
        ON before_current.test_id = based.test_id
        AND before_current.segment_count = based.before_segment
)

SELECT
    test_id,
    segment_count,
    peak_count,
    cycle_count,
    CASE direction WHEN 1 THEN 'anodic' ELSE 'cathodic' END AS mode,
    direction * height AS peak_ampere,
    CASE
        WHEN height IS NOT NULL
            THEN sqrt(top_error_ampere * top_error_ampere + baseline_error * baseline_error)
    END AS peak_error_ampere,
    peak_volt,
    peak_error_volt,
    direction * half_x AS half_peak_volt,
    x - half_x AS half_width_volt,
    direction * onset_x AS onset_volt,
    CASE WHEN height IS NOT NULL THEN method END AS method,
    direction * baseline AS baseline_ampere,
    direction * top_ampere AS top_ampere,
    rate AS scan_rate_volt_per_second,
    noise_ampere,
    CASE
        WHEN height IS NULL OR doubts IS NOT NULL THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    coalesce(doubts, CASE WHEN height IS NULL THEN 'no baseline before the wave' END) AS reason
FROM measured;

-- example: a triangle on a sloped line is as high as it is over the line
WITH voltammetry_point(
    test_id, record_index, segment_count, direction, cycle_count, place, test_time_second,
    potential_volt, current_ampere
) AS (
    SELECT
        1, n, 1, 1, 1, n, n, n / 1000.0,
        1 + n / 1000.0 + 2 * greatest(1 - pow((n - 600) / 100.0, 2), 0)
    FROM range(1, 1001) AS t(n)
)
SELECT
    abs(peak_ampere - 2) < 2e-3,
    abs(baseline_ampere - 1.6025) < 1e-3,
    abs(peak_volt - 0.6025) < 1e-3,
    abs(half_width_volt - 0.0707) < 3e-3,
    method = 'line' AND mode = 'anodic' AND peak_count = 1,
    status = 'ok' AND reason IS NULL
FROM voltammetry_peak;

-- example: without the part before the wave its current is not known, its potential is
WITH voltammetry_point(
    test_id, record_index, segment_count, direction, cycle_count, place, test_time_second,
    potential_volt, current_ampere
) AS (
    SELECT 1, n, 1, -1, 1, n, n, -n / 1000.0, -1 - greatest(1 - pow((n - 120) / 100.0, 2), 0)
    FROM range(1, 401) AS t(n)
)
SELECT
    peak_ampere IS NULL AND method IS NULL,
    abs(peak_volt + 0.12) < 1e-6,
    mode = 'cathodic',
    status = 'low_quality' AND reason = 'no baseline before the wave'
FROM voltammetry_peak;
