-- Two ways to a resistance
--
-- Whether the fit of a sweep and the real axis tell the same. An intercept of the whole is held
-- against the resistances in series and every arc; one before a slow arc against those in series
-- and the arcs whose peaks are faster than it. An arc whose peak lies below the band is a tail to
-- the real axis, and left out. The two differ where they are more than three times
-- their joint error and a share of the larger apart. The error of the fit counts its parts as
-- independent here: what is more, only widens it.
--
-- grain:      test_id, spectrum_count
-- column:     object | | whole or before_arc, as in real_axis_intercept
-- column:     fit_ohm | Ω | of the object, by the fit
-- column:     axis_ohm | Ω | of the object, by the real axis
-- column:     difference_ohm | Ω | fit less axis
-- column:     difference_error_ohm | Ω | one sigma, of both together
-- column:     status | | ok, low_quality (they differ) or not_computable
-- column:     reason | | why not ok, two_ways_differ for example; null when ok
-- main:       difference_ohm, error: difference_error_ohm
-- shown:      no
-- takes:      apart | number(0..) | 0.02 | share of the larger that they may be apart besides
-- inherits:   real_axis_intercept
-- needs:      real_axis_intercept, fitted_part, sweep
-- reference:  our own declaration
WITH added AS (
    SELECT
        axis.test_id,
        axis.spectrum_count,
        axis.object,
        axis.resistance_ohm AS axis_ohm,
        coalesce(axis.resistance_error_ohm, 0) AS axis_error_ohm,
        axis.reason AS axis_reason,
        count(*) FILTER (WHERE part.kind = 'hidden') AS hidden_count,
        sum(part.resistance_ohm ORDER BY part.element) AS fit_ohm,
        sum(
            CASE
                WHEN part.resistance_error_ohm < 1e150
                    THEN part.resistance_error_ohm * part.resistance_error_ohm
            END
            ORDER BY part.element
        ) AS squares
    FROM real_axis_intercept AS axis
    LEFT JOIN sweep
        ON sweep.test_id = axis.test_id
        AND sweep.spectrum_count = axis.spectrum_count
    LEFT JOIN fitted_part AS part
        ON part.test_id = axis.test_id
        AND part.spectrum_count = axis.spectrum_count
        AND part.kind NOT IN ('diffusion', 'pore')
        AND (
            part.time_constant_second IS NULL
            OR 2 * pi() * part.time_constant_second * CASE axis.object
                WHEN 'whole' THEN coalesce(sweep.lowest_frequency_hertz, 0)
                ELSE axis.frequency_hertz
            END < 1
        )
    GROUP BY
        axis.test_id,
        axis.spectrum_count,
        axis.object,
        axis.resistance_ohm,
        axis.resistance_error_ohm,
        axis.reason
),

compared AS (
    SELECT
        *,
        fit_ohm - axis_ohm AS difference_ohm,
        sqrt(coalesce(squares, 0) + axis_error_ohm * axis_error_ohm) AS error_ohm,
        CASE
            WHEN axis_ohm IS NULL THEN coalesce(axis_reason, 'no intercept')
            WHEN fit_ohm IS NULL THEN 'no resistance of a circuit that was kept'
            WHEN hidden_count > 0 THEN 'a resistance stands in a branch that is no arc'
        END AS refused
    FROM added
),

judged AS (
    SELECT
        *,
        abs(difference_ohm) > 3 * error_ohm + $apart * greatest(fit_ohm, axis_ohm) AS differs
    FROM compared
)

SELECT
    test_id,
    spectrum_count,
    object,
    fit_ohm,
    axis_ohm,
    CASE WHEN refused IS NULL THEN difference_ohm END AS difference_ohm,
    CASE WHEN refused IS NULL THEN error_ohm END AS difference_error_ohm,
    CASE
        WHEN refused IS NOT NULL THEN 'not_computable'
        WHEN differs THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    CASE
        WHEN refused IS NOT NULL THEN refused
        WHEN differs THEN printf(
            'two_ways_differ: fit and real axis differ: %.3g and %.3g ohm', fit_ohm, axis_ohm
        )
    END AS reason
FROM judged;

-- example: 653 and 99 ohm differ; before a slow arc only what is faster is the same object
WITH real_axis_intercept(
    test_id, spectrum_count, object, resistance_ohm, resistance_error_ohm, frequency_hertz
) AS (
    VALUES
    (1, 1, 'whole', 99, 3, 1000), (1, 2, 'before_arc', 99, 3, 1000), (1, 3, 'whole', 640, 1, 1),
    (1, 4, 'whole', 99, 3, 1000), (1, 5, NULL, NULL, NULL, NULL)
),
fitted_part(
    test_id, spectrum_count, element, kind, resistance_ohm, resistance_error_ohm,
    time_constant_second
) AS (
    SELECT
        1, sweep, unnest(['R0', 'R1', 'R2', 'Ws3']),
        unnest(['series', 'bulk', 'interface', 'diffusion']),
        unnest([20, 80, 553, 999]), unnest([1, 1, NULL, 1]), unnest([NULL, 1e-6, 1, NULL])
    FROM (VALUES (1), (2), (3), (5)) AS t(sweep)
)
SELECT
    count(*) OVER () = 5,
    fit_ohm IS NOT DISTINCT FROM CASE spectrum_count
        WHEN 2 THEN 100 WHEN 4 THEN NULL WHEN 5 THEN fit_ohm ELSE 653
    END,
    status = CASE spectrum_count
        WHEN 1 THEN 'low_quality' WHEN 4 THEN 'not_computable' WHEN 5 THEN 'not_computable'
        ELSE 'ok'
    END,
    spectrum_count <> 1
    OR reason = 'two_ways_differ: fit and real axis differ: 653 and 99 ohm'
FROM resistance_ways;
