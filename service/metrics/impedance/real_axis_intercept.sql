-- Real-axis intercept
--
-- What real_axis_resistance reads off the points of a sweep, before anything else known of the
-- sweep is held against it: Re Z where the spectrum meets the real axis, or comes nearest to it,
-- between its last arc and the spur of the electrodes. A point is nearest when −Im Z is larger over
-- so many neighbors on either side, and it lies within 45° of the axis; of several, the one of
-- lowest frequency closes the last arc. Where −Im Z falls all the way from the lowest frequency
-- into the inductive region, the arc lies beyond the band, and Re Z is interpolated in the
-- logarithm of the frequency where Im Z crosses zero. Points of one frequency are averaged. An
-- intercept at the edge of the band is refused, and one below which −Im Z falls again, by 5 % of
-- its highest and 1 % of the magnitude: that is another arc and no spur.
--
-- A spur is straight, or steeper the slower: seen from the intercept, the angle of its points above
-- the real axis does not fall. Where it is smaller over the slowest third of the points than over
-- the third before, by so many degrees and three times what the points scatter, and these rise by
-- 5 % of the resistance, an arc begins whose top lies below the band, and the intercept is of what
-- is faster than that.
--
-- grain:      test_id, spectrum_count
-- column:     object | | whole, or before_arc: what is faster than an arc that begins below it
-- column:     resistance_ohm | Ω | Re Z there
-- column:     resistance_error_ohm | Ω | one sigma: the noise of the sweep and the distance from
--             the axis; null where no fit told the noise
-- column:     frequency_hertz | Hz | frequency there
-- column:     off_axis | 1 | −Im Z over the magnitude there: how far from the axis it lies
-- column:     bend_angle | 1 | angle that the spur loses toward the edge of the band, in degrees
-- column:     temperature_celsius | °C | mean of the sweep, where recorded
-- column:     temperature_drift_kelvin | K | highest less lowest temperature of the sweep
-- column:     point_count | 1 | points that have an impedance
-- column:     method | | real-axis intercept (the nearest point) or real-axis crossing
-- column:     status | | ok, low_quality (off_axis beyond 0.2, before an arc, a drift beyond 1 K,
--             points without impedance) or not_computable
-- column:     reason | | why not ok; null when ok
-- main:       resistance_ohm, error: resistance_error_ohm
-- shown:      no
-- takes:      neighbors | integer(1..) | 3 | points on either side that must lie farther off
-- takes:      bend | number(0..90) | 3 | degrees that the angle of a spur may lose
-- needs:      spectrum, fit
-- reference:  J. T. S. Irvine, D. C. Sinclair, A. R. West, Adv. Mater. 2 (1990) 132, for what the
--             arcs and the spur are; the rule is our own declaration
WITH point AS (
    SELECT
        test_id,
        spectrum_count,
        frequency_hertz,
        CASE WHEN abs(temperature_celsius) < 1e6 THEN temperature_celsius END AS celsius,
        real_impedance_ohm AS real_ohm,
        -imaginary_impedance_ohm AS height_ohm,
        frequency_hertz > 0
            AND frequency_hertz < 1e300
            AND abs(real_impedance_ohm) < 1e150  -- no NaN is below a number
            AND abs(imaginary_impedance_ohm) < 1e150
            AND (real_impedance_ohm <> 0 OR imaginary_impedance_ohm <> 0) AS known
    FROM spectrum
),

sweep AS (
    SELECT
        test_id,
        spectrum_count,
        avg(celsius) AS temperature_celsius,
        max(celsius) - min(celsius) AS temperature_drift_kelvin,
        count(*) FILTER (WHERE known) AS point_count,
        count(*) AS row_count
    FROM point
    GROUP BY test_id, spectrum_count
),

met AS (
    SELECT
        test_id,
        spectrum_count,
        frequency_hertz,
        avg(real_ohm) AS real_ohm,
        avg(height_ohm) AS height_ohm
    FROM point
    WHERE known
    GROUP BY test_id, spectrum_count, frequency_hertz
),

beside AS (
    SELECT
        *,
        sqrt(real_ohm * real_ohm + height_ohm * height_ohm) AS magnitude_ohm,
        count(*) OVER slower AS slower_count,
        count(*) OVER faster AS faster_count,
        min(height_ohm) OVER slower AS slower_lowest_ohm,
        min(height_ohm) OVER faster AS faster_lowest_ohm,
        max(height_ohm) OVER faster AS faster_highest_ohm,
        lead(height_ohm) OVER in_order AS next_height_ohm,
        lead(real_ohm) OVER in_order AS next_real_ohm,
        lead(frequency_hertz) OVER in_order AS next_hertz,
        coalesce(height_ohm >= lag(height_ohm, $neighbors) OVER in_order, false) AS rises,
        max(height_ohm) OVER in_order AS highest_so_far_ohm,
        first_value(height_ohm) OVER in_order AS edge_height_ohm,
        first_value(real_ohm) OVER in_order AS edge_real_ohm
    FROM met
    WINDOW
        in_order AS (PARTITION BY test_id, spectrum_count ORDER BY frequency_hertz),
        slower AS (
            PARTITION BY test_id, spectrum_count ORDER BY frequency_hertz
            ROWS BETWEEN $neighbors PRECEDING AND 1 PRECEDING
        ),
        faster AS (
            PARTITION BY test_id, spectrum_count ORDER BY frequency_hertz
            ROWS BETWEEN 1 FOLLOWING AND $neighbors FOLLOWING
        )
),

falling AS (
    SELECT
        *,
        height_ohm / nullif(height_ohm - next_height_ohm, 0) AS share,
        max(CASE WHEN rises THEN 1 ELSE 0 END) OVER (
            PARTITION BY test_id, spectrum_count ORDER BY frequency_hertz
        ) AS has_risen,
        highest_so_far_ohm - edge_height_ohm > 0.05 * highest_so_far_ohm
        AND highest_so_far_ohm - edge_height_ohm > 0.01 * sqrt(
            edge_real_ohm * edge_real_ohm + edge_height_ohm * edge_height_ohm
        ) AS arc_before
    FROM beside
),

candidate AS (
    SELECT
        test_id,
        spectrum_count,
        'real-axis intercept' AS method,
        real_ohm AS resistance_ohm,
        frequency_hertz,
        height_ohm,
        height_ohm / nullif(magnitude_ohm, 0) AS off_axis,
        arc_before
    FROM falling
    WHERE slower_count = $neighbors
        AND faster_count = $neighbors
        AND slower_lowest_ohm > height_ohm
        AND faster_lowest_ohm > height_ohm
        AND abs(height_ohm) <= abs(real_ohm)
    UNION ALL
    SELECT
        test_id,
        spectrum_count,
        'real-axis crossing',
        real_ohm + share * (next_real_ohm - real_ohm),
        exp(ln(frequency_hertz) + share * (ln(next_hertz) - ln(frequency_hertz))),
        0.0,
        0.0,
        false
    FROM falling
    WHERE slower_count = $neighbors
        AND height_ohm > 0
        AND faster_highest_ohm <= 0
        AND faster_lowest_ohm < 0
        AND has_risen = 0
),

ranked AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY test_id, spectrum_count ORDER BY frequency_hertz
        ) AS place
    FROM candidate
),

chosen AS (
    SELECT *
    FROM ranked
    WHERE place = 1
),

spur AS (
    SELECT
        chosen.test_id,
        chosen.spectrum_count,
        degrees(
            atan2(met.height_ohm - chosen.height_ohm, met.real_ohm - chosen.resistance_ohm)
        ) AS angle,
        (met.height_ohm - chosen.height_ohm) / nullif(chosen.resistance_ohm, 0) AS rise,
        3 * row_number() OVER slowest AS tripled_place,
        count(*) OVER (PARTITION BY chosen.test_id, chosen.spectrum_count) AS point_count
    FROM chosen
    JOIN met
        ON met.test_id = chosen.test_id
        AND met.spectrum_count = chosen.spectrum_count
        AND met.frequency_hertz < chosen.frequency_hertz
    WINDOW slowest AS (
        PARTITION BY chosen.test_id, chosen.spectrum_count ORDER BY met.frequency_hertz
    )
),

third AS (
    SELECT
        test_id,
        spectrum_count,
        tripled_place <= point_count AS is_slowest,
        avg(angle) AS angle,
        avg(rise) AS rise,
        var_samp(angle) / nullif(count(*), 0) AS variance
    FROM spur
    WHERE tripled_place <= 2 * point_count
    GROUP BY test_id, spectrum_count, tripled_place <= point_count
),

bent AS (
    SELECT
        slowest.test_id,
        slowest.spectrum_count,
        before.angle - slowest.angle AS bend_angle,
        slowest.rise > 0.05
        AND before.angle - slowest.angle > $bend
        AND before.angle - slowest.angle > 3 * sqrt(before.variance + slowest.variance)
            AS bends_back
    FROM third AS slowest
    JOIN third AS before
        ON before.test_id = slowest.test_id
        AND before.spectrum_count = slowest.spectrum_count
        AND NOT before.is_slowest
    WHERE slowest.is_slowest
),

noisy AS (
    SELECT
        test_id,
        spectrum_count,
        max(noise_square) AS noise_square
    FROM fit
    WHERE latest
        AND noise_square >= 0
        AND noise_square < 1e9
    GROUP BY test_id, spectrum_count
),

judged AS (
    SELECT
        sweep.*,
        chosen.method,
        chosen.resistance_ohm,
        chosen.frequency_hertz,
        chosen.off_axis,
        bent.bend_angle,
        CASE WHEN coalesce(bent.bends_back, false) THEN 'before_arc' ELSE 'whole' END AS object,
        sqrt(
            noisy.noise_square * chosen.resistance_ohm * chosen.resistance_ohm
            + (1 + noisy.noise_square) * chosen.height_ohm * chosen.height_ohm
        ) AS error_ohm,
        CASE
            WHEN sweep.point_count < 2 * $neighbors + 1
                THEN concat('fewer than ', 2 * $neighbors + 1, ' points with an impedance')
            WHEN chosen.method IS NULL THEN 'no minimum of −Im Z inside the band'
            WHEN chosen.arc_before THEN 'no spur after the last arc inside the band'
            WHEN chosen.resistance_ohm < 1e-150 THEN 'Re Z is not above zero at the intercept'
        END AS refused,
        nullif(
            concat_ws(
                '; ',
                CASE
                    WHEN chosen.off_axis > 0.2 THEN concat(
                        'the minimum lies ',
                        CAST(round(100 * chosen.off_axis) AS BIGINT),
                        ' % of the magnitude off the real axis'
                    )
                END,
                CASE
                    WHEN sweep.temperature_drift_kelvin > 1 THEN concat(
                        'temperature drifted by ',
                        round(sweep.temperature_drift_kelvin, 1),
                        ' K during the sweep'
                    )
                END,
                CASE
                    WHEN sweep.point_count < sweep.row_count THEN concat(
                        sweep.row_count - sweep.point_count,
                        ' of ',
                        sweep.row_count,
                        ' points have no impedance'
                    )
                END,
                CASE
                    WHEN bent.bends_back THEN concat(
                        'an arc begins below it: seen from there, the slowest points bend by ',
                        CAST(round(bent.bend_angle) AS BIGINT),
                        '° toward the real axis'
                    )
                END
            ),
            ''
        ) AS doubt
    FROM sweep
    LEFT JOIN chosen
        ON chosen.test_id = sweep.test_id
        AND chosen.spectrum_count = sweep.spectrum_count
    LEFT JOIN bent
        ON bent.test_id = sweep.test_id
        AND bent.spectrum_count = sweep.spectrum_count
    LEFT JOIN noisy
        ON noisy.test_id = sweep.test_id
        AND noisy.spectrum_count = sweep.spectrum_count
)

SELECT
    test_id,
    spectrum_count,
    CASE WHEN refused IS NULL THEN object END AS object,
    CASE WHEN refused IS NULL THEN resistance_ohm END AS resistance_ohm,
    CASE WHEN refused IS NULL THEN error_ohm END AS resistance_error_ohm,
    CASE WHEN refused IS NULL THEN frequency_hertz END AS frequency_hertz,
    CASE WHEN refused IS NULL THEN CAST(off_axis AS DOUBLE) END AS off_axis,
    CASE WHEN refused IS NULL THEN bend_angle END AS bend_angle,
    temperature_celsius,
    temperature_drift_kelvin,
    point_count,
    CASE WHEN refused IS NULL THEN method END AS method,
    CASE
        WHEN refused IS NOT NULL THEN 'not_computable'
        WHEN doubt IS NOT NULL THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    coalesce(refused, doubt) AS reason
FROM judged;

-- example: between arc and spur it is Re Z at the lowest −Im Z
-- given: neighbors = 1
WITH spectrum(
    test_id, spectrum_count, frequency_hertz, real_impedance_ohm, imaginary_impedance_ohm,
    temperature_celsius
) AS (
    VALUES
    (1, 1, 100000, 20, -1, 30), (1, 1, 10000, 50, -30, 30), (1, 1, 1000, 100, -5, 30.5),
    (1, 1, 100, 101, -40, 30.5)
)
SELECT
    resistance_ohm = 100,
    frequency_hertz = 1000,
    temperature_celsius = 30.25,
    temperature_drift_kelvin = 0.5,
    method = 'real-axis intercept',
    status = 'ok',
    reason IS NULL
FROM real_axis_intercept;

-- example: with the arc beyond the band it is where Im Z crosses zero
-- given: neighbors = 1
WITH spectrum(
    test_id, spectrum_count, frequency_hertz, real_impedance_ohm, imaginary_impedance_ohm
) AS (VALUES (1, 1, 1000000, 9, 2), (1, 1, 10000, 11, -2), (1, 1, 100, 12, -8))
SELECT
    resistance_ohm = 10,
    abs(frequency_hertz - 100000) < 1e-6,
    temperature_celsius IS NULL,
    method = 'real-axis crossing',
    status = 'ok'
FROM real_axis_intercept;

-- example: the lowest −Im Z at the edge of the band is no intercept
-- given: neighbors = 1
WITH spectrum(
    test_id, spectrum_count, frequency_hertz, real_impedance_ohm, imaginary_impedance_ohm
) AS (VALUES (1, 1, 1000, 9, -9), (1, 1, 100, 11, -4), (1, 1, 10, 12, -2))
SELECT
    resistance_ohm IS NULL,
    status = 'not_computable',
    reason = 'no minimum of −Im Z inside the band'
FROM real_axis_intercept;

-- example: what lies between two arcs is not the whole
-- given: neighbors = 1
WITH spectrum(
    test_id, spectrum_count, frequency_hertz, real_impedance_ohm, imaginary_impedance_ohm
) AS (
    VALUES (1, 1, 10000, 9, -9), (1, 1, 1000, 20, -2), (1, 1, 100, 30, -20), (1, 1, 10, 60, -3)
)
SELECT
    resistance_ohm IS NULL,
    reason = 'no spur after the last arc inside the band'
FROM real_axis_intercept;

-- example: a minimum far off the axis is a poor intercept
-- given: neighbors = 1
WITH spectrum(
    test_id, spectrum_count, frequency_hertz, real_impedance_ohm, imaginary_impedance_ohm
) AS (VALUES (1, 1, 1000, 2, -9), (1, 1, 100, 4, -3), (1, 1, 10, 5, -9))
SELECT
    resistance_ohm = 4,
    off_axis = 0.6,
    status = 'low_quality',
    reason = 'the minimum lies 60 % of the magnitude off the real axis'
FROM real_axis_intercept;

-- example: a temperature that drifts is told
-- given: neighbors = 1
WITH spectrum(
    test_id, spectrum_count, frequency_hertz, real_impedance_ohm, imaginary_impedance_ohm,
    temperature_celsius
) AS (VALUES (1, 1, 1000, 9, -9, 30), (1, 1, 100, 11, -2, 31), (1, 1, 10, 12, -9, 32.5))
SELECT
    resistance_ohm = 11,
    status = 'low_quality',
    reason = 'temperature drifted by 2.5 K during the sweep'
FROM real_axis_intercept;

-- example: a slow arc that begins at the edge of the band bends, and a spur does not
-- given: neighbors = 1
WITH spectrum(
    test_id, spectrum_count, frequency_hertz, real_impedance_ohm, imaginary_impedance_ohm
) AS (
    SELECT 1, 1, 10000, 10, -1
    UNION ALL
    SELECT 1, 1, 1000, 10, -0.1
    UNION ALL
    SELECT 2, 1, 10000, 10, -1
    UNION ALL
    SELECT 2, 1, 1000, 10, -0.1
    UNION ALL
    -- an arc of 1000 ohm with its top at 1 Hz, down to 3 Hz
    SELECT 1, 1, 100 / n, 10 + 1000 / (1 + 1e4 / (n * n)), -1e5 / n / (1 + 1e4 / (n * n))
    FROM range(1, 31) AS t(n)
    UNION ALL
    SELECT 2, 1, 100 / n, 10 + n, -5 * n
    FROM range(1, 31) AS t(n)
)
SELECT
    count(*) OVER () = 2,
    resistance_ohm = 10,
    object = CASE test_id WHEN 1 THEN 'before_arc' ELSE 'whole' END,
    status = CASE test_id WHEN 1 THEN 'low_quality' ELSE 'ok' END,
    reason IS NOT DISTINCT FROM CASE test_id
        WHEN 1 THEN concat(
            'an arc begins below it: seen from there, the slowest points bend by ',
            CAST(round(bend_angle) AS BIGINT), '° toward the real axis'
        )
    END
FROM real_axis_intercept;

-- example: it is as sure as the points are free of noise, and near the axis
-- given: neighbors = 1
WITH spectrum(
    test_id, spectrum_count, frequency_hertz, real_impedance_ohm, imaginary_impedance_ohm
) AS (VALUES (1, 1, 1000, 9, -9), (1, 1, 100, 100, -5), (1, 1, 10, 100, -90)),
fit(test_id, spectrum_count, noise_square, latest)
AS (VALUES (1, 1, 0.01, true), (1, 1, 9, false))
SELECT abs(resistance_error_ohm - sqrt(100 + 25.25)) < 1e-9
FROM real_axis_intercept;
