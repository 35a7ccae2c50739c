-- Real-axis resistance
--
-- Resistance of a sweep without a fit: Re Z where the spectrum meets the real axis, or comes
-- nearest to it, between its last arc and the spur of the electrodes (real_axis_intercept). What is
-- faster than the spur is in it: it is of the whole. Where the points below bend back toward the
-- axis there is no spur: an arc begins there whose end the band does not show, and the intercept is
-- of what is faster (before_arc), no total and never ok. It is of low quality, too, where the sweep
-- is invalid by Kramers-Kronig, and where a fit of the sweep tells another resistance of the same
-- object (resistance_ways).
--
-- formula:    R = Re Z where Im Z = 0, or where −Im Z is least between arc and spur
-- grain:      test_id, spectrum_count
-- column:     object | | whole, or before_arc: what is faster than an arc that begins below it
-- column:     resistance_ohm | Ω | Re Z there
-- column:     resistance_error_ohm | Ω | one sigma: the noise of the sweep and the distance from
--             the axis; null where no fit told the noise
-- column:     frequency_hertz | Hz | frequency there
-- column:     off_axis | 1 | −Im Z over the magnitude there: how far from the axis it lies
-- column:     temperature_celsius | °C | mean of the sweep, where recorded
-- column:     temperature_drift_kelvin | K | highest less lowest temperature of the sweep
-- column:     point_count | 1 | points that have an impedance
-- column:     method | | real-axis intercept (the nearest point) or real-axis crossing
-- column:     status | | ok, low_quality (off_axis beyond 0.2, before an arc, a drift beyond 1 K,
--             points without impedance, a sweep invalid by Kramers-Kronig, a fit that differs) or
--             not_computable
-- column:     reason | | why not ok, two_ways_differ for example; null when ok
-- main:       resistance_ohm, error: resistance_error_ohm
-- inherits:   resistance_ways
-- needs:      real_axis_intercept, resistance_ways, kramers_kronig
-- reference:  J. T. S. Irvine, D. C. Sinclair, A. R. West, Adv. Mater. 2 (1990) 132, for what the
--             arcs and the spur are; the rule is our own declaration
WITH judged AS (
    SELECT
        axis.*,
        nullif(
            concat_ws(
                '; ',
                axis.reason,
                CASE
                    WHEN tested.verdict = 'invalid' THEN concat(
                        'invalid by Kramers-Kronig: ',
                        coalesce(tested.reason, 'points lie beyond 1 %')
                    )
                END,
                CASE WHEN ways.status = 'low_quality' THEN ways.reason END
            ),
            ''
        ) AS doubt
    FROM real_axis_intercept AS axis
    LEFT JOIN kramers_kronig AS tested
        ON tested.test_id = axis.test_id
        AND tested.spectrum_count = axis.spectrum_count
        AND tested.latest
    LEFT JOIN resistance_ways AS ways
        ON ways.test_id = axis.test_id
        AND ways.spectrum_count = axis.spectrum_count
)

SELECT
    test_id,
    spectrum_count,
    object,
    resistance_ohm,
    resistance_error_ohm,
    frequency_hertz,
    off_axis,
    temperature_celsius,
    temperature_drift_kelvin,
    point_count,
    method,
    CASE
        WHEN status = 'not_computable' THEN status
        WHEN doubt IS NOT NULL THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    CASE WHEN status = 'not_computable' THEN reason ELSE doubt END AS reason
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
    object = 'whole',
    status = 'ok',
    reason IS NULL
FROM real_axis_resistance;

-- example: what is invalid by Kramers-Kronig has no good intercept
-- given: neighbors = 1
WITH spectrum(
    test_id, spectrum_count, frequency_hertz, real_impedance_ohm, imaginary_impedance_ohm
) AS (VALUES (1, 1, 1000, 9, -9), (1, 1, 100, 11, -2), (1, 1, 10, 12, -9)),
kramers_kronig(test_id, spectrum_count, verdict, reason, latest)
AS (VALUES (1, 1, 'invalid', 'half of it', true), (1, 1, 'valid', NULL, false))
SELECT
    count(*) OVER () = 1,
    resistance_ohm = 11,
    status = 'low_quality',
    reason = 'invalid by Kramers-Kronig: half of it'
FROM real_axis_resistance;

-- example: what a fit tells otherwise is held against it
WITH real_axis_intercept(test_id, spectrum_count, object, resistance_ohm, status, reason) AS (
    VALUES (1, 1, 'whole', 99, 'ok', NULL), (1, 2, 'whole', 99, 'low_quality', 'drift'),
    (1, 3, 'whole', 99, 'ok', NULL)
),
resistance_ways(test_id, spectrum_count, status, reason) AS (
    VALUES (1, 1, 'low_quality', 'two_ways_differ'), (1, 2, 'low_quality', 'two_ways_differ'),
    (1, 3, 'not_computable', 'no circuit was kept')
)
SELECT
    resistance_ohm = 99 AND object = 'whole',
    status = CASE spectrum_count WHEN 3 THEN 'ok' ELSE 'low_quality' END,
    reason IS NOT DISTINCT FROM CASE spectrum_count
        WHEN 1 THEN 'two_ways_differ' WHEN 2 THEN 'drift; two_ways_differ'
    END
FROM real_axis_resistance;
