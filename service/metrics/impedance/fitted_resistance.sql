-- Fitted resistances
--
-- What the circuit chosen for an impedance sweep makes of its resistances, a row per object:
--   bulk: the resistances in series, and the arcs taken for the bulk; leads and contacts are in it
--   grain_boundary: the arcs taken for grain boundaries
--   interface: the arcs taken for an interface
--   electrolyte: the resistances in series, and every arc that is not an interface's
--   whole: the resistances in series, and every arc
--   diffusion: through a layer (Ws, Wo) or with a reaction (G), where the circuit has it
--   pore: ionic, of the pores of an electrode (TLMQ), where the circuit has it
-- What blocks or diffuses without end, a CPE or W in series, is no resistance and in none of them,
-- nor is an inductive arc, which carries direct current freely. What an arc is taken for stands in
-- fitted_part. The peak of an arc below the band makes its width a guess, and every sum with it of
-- low quality. Of the latest fit only the chosen circuit counts; where every circuit was rejected
-- there is no number. The standard error of a sum takes the covariance of its parts by the fit:
-- neighbors are told apart less well than their sum is known. Parts of which the fit tells no
-- correlation count as independent. The interval of a resistance alone and that of the whole are by
-- profile likelihood where parameters correlate beyond 0.95 or an exponent is near 1: then the
-- error is what half its width comes to; else both are linear. What impedance_validity holds
-- against the resistances of a sweep is held against each of them.
--
-- formula:    R = Σ Rᵢ over the parts of the object; s² = Σᵢ Σⱼ ρᵢⱼ sᵢ sⱼ
-- grain:      test_id, spectrum_count, object
-- column:     object | | bulk, grain_boundary, interface, electrolyte, whole, diffusion or pore
-- column:     resistance_ohm | Ω | sum of its parts
-- column:     resistance_error_ohm | Ω | one sigma; null where that of a part is not known
-- column:     resistance_low_ohm | Ω | lower end of the 95 % interval
-- column:     resistance_high_ohm | Ω | upper end of it; null where the sweep tells none
-- column:     interval | | linear or profile
-- column:     arc_count | 1 | arcs in it
-- column:     circuit | | the circuit
-- column:     status | | ok, low_quality (an arc is mixed or its peak lies below the band; the
--             sweep or the circuit is in doubt) or not_computable
-- column:     reason | | why not ok, not_identifiable where bulk and grain boundaries cannot be
--             told apart; null when ok
-- main:       resistance_ohm, error: resistance_error_ohm
-- inherits:   impedance_validity
-- needs:      fit, fit_correlation, fitted_part, impedance_validity
-- reference:  J. T. S. Irvine, D. C. Sinclair, A. R. West, Adv. Mater. 2 (1990) 132, for
--             capacitances; the sums are our own declaration
WITH ranked AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY test_id, spectrum_count
            ORDER BY CASE WHEN chosen THEN 0 ELSE 1 END, aicc, circuit
        ) AS place
    FROM fit
    WHERE latest
),

model AS (
    SELECT
        ranked.test_id,
        ranked.spectrum_count,
        ranked.version,
        ranked.parameter_hash,
        ranked.circuit,
        ranked.whole_low_ohm,
        ranked.whole_high_ohm,
        ranked.whole_interval,
        CASE
            WHEN ranked.status = 'not_computable'
                THEN coalesce(ranked.reason, 'the fit came to nothing')
            WHEN ranked.chosen IS DISTINCT FROM true
                THEN concat('every circuit was rejected, ', ranked.circuit, ' for: ', ranked.reason)
        END AS refused,
        nullif(
            concat_ws(
                '; ',
                CASE WHEN ranked.status <> 'ok' THEN coalesce(ranked.reason, ranked.status) END,
                validity.resistance_doubt
            ),
            ''
        ) AS doubt
    FROM ranked
    LEFT JOIN impedance_validity AS validity
        ON validity.test_id = ranked.test_id
        AND validity.spectrum_count = ranked.spectrum_count
    WHERE ranked.place = 1
),

doubtful AS (
    SELECT
        test_id,
        spectrum_count,
        string_agg(element, ', ' ORDER BY element) FILTER (WHERE kind = 'hidden') AS hidden,
        string_agg(element, ', ' ORDER BY element) FILTER (WHERE below_band) AS slow,
        string_agg(element, ', ' ORDER BY element)
            FILTER (WHERE kind = 'not_identifiable' AND NOT below_band) AS unidentified,
        string_agg(
            concat(element, printf(' of %.2g F', capacitance_farad)), ', ' ORDER BY element
        )
            FILTER (WHERE kind = 'mixed') AS mixed,
        count(*) FILTER (WHERE kind IN ('bulk', 'grain_boundary')) AS told_apart
    FROM fitted_part
    GROUP BY test_id, spectrum_count
),

member(object, kind) AS (
    VALUES
        ('bulk', 'series'), ('bulk', 'bulk'),
        ('grain_boundary', 'grain_boundary'),
        ('interface', 'interface'),
        ('electrolyte', 'series'), ('electrolyte', 'bulk'), ('electrolyte', 'grain_boundary'),
        ('electrolyte', 'mixed'), ('electrolyte', 'not_identifiable'),
        ('whole', 'series'), ('whole', 'bulk'), ('whole', 'grain_boundary'),
        ('whole', 'mixed'), ('whole', 'not_identifiable'), ('whole', 'interface'),
        ('diffusion', 'diffusion'),
        ('pore', 'pore')
),

parted AS (
    SELECT
        model.test_id,
        model.spectrum_count,
        model.version,
        model.parameter_hash,
        model.circuit,
        model.refused,
        model.doubt,
        member.object,
        part.kind,
        part.element,
        part.below_band,
        part.resistance_ohm AS ohm,
        part.resistance_low_ohm AS low_ohm,
        part.resistance_high_ohm AS high_ohm,
        part.interval,
        CASE
            WHEN part.resistance_error_ohm >= 0 AND part.resistance_error_ohm < 1e150
                THEN part.resistance_error_ohm
        END AS error_ohm
    FROM model
    CROSS JOIN member
    LEFT JOIN fitted_part AS part
        ON part.test_id = model.test_id
        AND part.spectrum_count = model.spectrum_count
        AND part.kind = member.kind
),

summed AS (
    SELECT
        test_id,
        spectrum_count,
        circuit,
        refused,
        doubt,
        object,
        count(kind) AS part_count,
        count(kind) FILTER (WHERE kind NOT IN ('series', 'diffusion', 'pore')) AS arc_count,
        count(kind) FILTER (WHERE ohm >= 0 AND ohm < 1e300) AS known_count,
        count(error_ohm) AS error_count,
        string_agg(element, ', ' ORDER BY element) FILTER (WHERE below_band) AS slow,
        sum(ohm ORDER BY element) AS ohm,  -- the same to the last digit each time
        sum(error_ohm * error_ohm ORDER BY element) AS squares,
        CASE WHEN count(kind) = 1 THEN min(low_ohm) END AS low_ohm,
        CASE WHEN count(kind) = 1 THEN min(high_ohm) END AS high_ohm,
        CASE WHEN count(kind) = 1 THEN min(interval) END AS interval
    FROM parted
    GROUP BY test_id, spectrum_count, circuit, refused, doubt, object
),

shared AS (
    SELECT
        one.test_id,
        one.spectrum_count,
        one.object,
        sum(
            2 * correlated.correlation * one.error_ohm * other.error_ohm
            ORDER BY one.element, other.element
        ) AS covariances
    FROM parted AS one
    JOIN fit_correlation AS correlated
        ON correlated.test_id = one.test_id
        AND correlated.spectrum_count = one.spectrum_count
        AND correlated.version = one.version
        AND correlated.parameter_hash = one.parameter_hash
        AND correlated.circuit = one.circuit
        AND correlated.element = one.element
        AND correlated.latest
        AND correlated.correlation BETWEEN -1 AND 1
    JOIN parted AS other
        ON other.test_id = one.test_id
        AND other.spectrum_count = one.spectrum_count
        AND other.object = one.object
        AND other.element = correlated.other_element
    GROUP BY one.test_id, one.spectrum_count, one.object
),

interval_of AS (
    SELECT
        summed.test_id,
        summed.spectrum_count,
        summed.object,
        coalesce(summed.interval, model.whole_interval, 'linear') AS interval,
        CASE WHEN summed.interval IS NULL THEN model.whole_low_ohm ELSE summed.low_ohm END
            AS low_ohm,
        CASE WHEN summed.interval IS NULL THEN model.whole_high_ohm ELSE summed.high_ohm END
            AS high_ohm
    FROM summed
    JOIN summed AS whole
        ON whole.test_id = summed.test_id
        AND whole.spectrum_count = summed.spectrum_count
        AND whole.object = 'whole'
    JOIN model
        ON model.test_id = summed.test_id
        AND model.spectrum_count = summed.spectrum_count
    WHERE summed.interval IS NOT NULL
        OR (
            model.whole_interval IS NOT NULL
            AND summed.object IN ('whole', 'electrolyte')
            AND summed.part_count = whole.part_count
        )
),

judged AS (
    SELECT
        summed.* EXCLUDE (low_ohm, high_ohm, interval),
        coalesce(own.interval, 'linear') AS interval,
        own.low_ohm,
        own.high_ohm,
        greatest(summed.squares + coalesce(shared.covariances, 0), 0) AS variance,
        nullif(
            concat_ws(
                '; ',
                summed.doubt,
                CASE
                    WHEN summed.slow IS NOT NULL
                        THEN concat('the peak of arc ', summed.slow, ' lies below the band')
                END,
                CASE
                    WHEN doubtful.mixed IS NOT NULL
                        AND summed.object NOT IN ('whole', 'diffusion', 'pore')
                        THEN concat(
                            'by its capacitance it may be either: arc ', doubtful.mixed
                        )
                END
            ),
            ''
        ) AS every_doubt,
        CASE
            WHEN summed.refused IS NOT NULL THEN summed.refused
            WHEN doubtful.hidden IS NOT NULL AND summed.object IN ('electrolyte', 'whole', 'bulk')
                THEN concat(doubtful.hidden, ' stands in a branch that is no arc')
            WHEN summed.part_count = 0 AND summed.object = 'grain_boundary'
                THEN 'no arc of grain boundaries in the fit'
            WHEN summed.part_count = 0
                AND summed.object = 'interface'
                AND doubtful.slow IS NOT NULL
                THEN concat(
                    'not_identifiable: the peak of arc ', doubtful.slow, ' lies below the band'
                )
            WHEN summed.part_count = 0 AND summed.object = 'interface'
                THEN 'no arc of an interface in the fit'
            WHEN summed.part_count = 0 THEN 'no resistance in the circuit'
            WHEN summed.known_count < summed.part_count OR coalesce(summed.ohm, 0) <= 0
                THEN 'the resistance is not above zero'
        END AS refusal,
        CASE
            WHEN summed.refused IS NOT NULL OR summed.object NOT IN ('bulk', 'grain_boundary')
                THEN NULL
            WHEN doubtful.unidentified IS NOT NULL
                THEN concat(
                    'not_identifiable: the fit cannot tell arc ', doubtful.unidentified,
                    ' from what is beside it'
                )
            WHEN coalesce(doubtful.told_apart, 0) = 0
                THEN 'not_identifiable: no arc in the fit tells bulk from grain boundaries'
        END AS unidentified
    FROM summed
    LEFT JOIN doubtful
        ON doubtful.test_id = summed.test_id
        AND doubtful.spectrum_count = summed.spectrum_count
    LEFT JOIN shared
        ON shared.test_id = summed.test_id
        AND shared.spectrum_count = summed.spectrum_count
        AND shared.object = summed.object
    LEFT JOIN interval_of AS own
        ON own.test_id = summed.test_id
        AND own.spectrum_count = summed.spectrum_count
        AND own.object = summed.object
    WHERE summed.part_count > 0
        OR summed.object NOT IN ('diffusion', 'pore')
),

known AS (
    SELECT
        *,
        unidentified IS NULL AND refusal IS NULL AS told,
        CASE
            WHEN interval = 'profile' THEN (high_ohm - low_ohm) / (2 * 1.959964)
            WHEN error_count = part_count THEN sqrt(variance)
        END AS sigma_ohm
    FROM judged
)

SELECT
    test_id,
    spectrum_count,
    object,
    CASE WHEN told THEN ohm END AS resistance_ohm,
    CASE WHEN told THEN sigma_ohm END AS resistance_error_ohm,
    CASE
        WHEN told AND (interval = 'profile' OR low_ohm IS NOT NULL) THEN low_ohm
        WHEN told AND sigma_ohm IS NOT NULL THEN greatest(ohm - 1.959964 * sigma_ohm, 0)
    END AS resistance_low_ohm,
    CASE
        WHEN told AND interval = 'profile' THEN high_ohm
        WHEN told THEN coalesce(high_ohm, ohm + 1.959964 * sigma_ohm)
    END AS resistance_high_ohm,
    CASE
        WHEN told AND (interval = 'profile' OR sigma_ohm IS NOT NULL) THEN interval
    END AS interval,
    arc_count,
    circuit,
    CASE
        WHEN unidentified IS NOT NULL OR refusal IS NOT NULL THEN 'not_computable'
        WHEN every_doubt IS NOT NULL THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    coalesce(unidentified, refusal, every_doubt) AS reason
FROM known;

-- example: what is in series is bulk, arcs are what their capacitance says
WITH fit(test_id, spectrum_count, version, parameter_hash, circuit, chosen, status, latest) AS (
    VALUES
    (1, 1, '1', 'a', 'L0-R0-p(R1,CPE1)-p(R2,CPE2)-W3', true, 'ok', true),
    (1, 1, '1', 'a', 'R0-CPE1', false, 'ok', true),
    (1, 1, '1', 'b', 'R0-p(R1,CPE1)', true, 'ok', false)
),
fit_parameter(
    test_id, spectrum_count, version, parameter_hash, circuit, element, parameter, value,
    standard_error, latest
) AS (
    VALUES
    (1, 1, '1', 'a', 'L0-R0-p(R1,CPE1)-p(R2,CPE2)-W3', 'R0', 'R', 30, 3, true),
    (1, 1, '1', 'a', 'L0-R0-p(R1,CPE1)-p(R2,CPE2)-W3', 'R1', 'R', 70, 4, true),
    (1, 1, '1', 'a', 'L0-R0-p(R1,CPE1)-p(R2,CPE2)-W3', 'R2', 'R', 900, 12, true),
    (1, 1, '1', 'a', 'R0-CPE1', 'R0', 'R', 9999, 1, true),
    (1, 1, '1', 'b', 'R0-p(R1,CPE1)', 'R0', 'R', 9999, 1, false)
),
arc(
    test_id, spectrum_count, version, parameter_hash, circuit, element, resistance_ohm,
    resistance_error_ohm, capacitance_farad, assignment, latest
) AS (
    VALUES
    (1, 1, '1', 'a', 'L0-R0-p(R1,CPE1)-p(R2,CPE2)-W3', 'R1', 70, 4, 3e-9, 'grain_boundary', true),
    (
        1, 1, '1', 'a', 'L0-R0-p(R1,CPE1)-p(R2,CPE2)-W3', 'R2', 900, 12, 1e-6,
        'interface', true
    )
)
SELECT
    count(*) OVER () = 5,
    resistance_ohm = CASE object
        WHEN 'bulk' THEN 30 WHEN 'grain_boundary' THEN 70 WHEN 'interface' THEN 900
        WHEN 'electrolyte' THEN 100 ELSE 1000
    END,
    resistance_error_ohm = CASE object
        WHEN 'bulk' THEN 3 WHEN 'grain_boundary' THEN 4 WHEN 'interface' THEN 12
        WHEN 'electrolyte' THEN 5 ELSE 13
    END,
    arc_count = CASE object WHEN 'bulk' THEN 0 WHEN 'whole' THEN 2 ELSE 1 END,
    status = 'ok' AND reason IS NULL
FROM fitted_resistance;

-- example: an arc that is not identified leaves the sum
WITH fit(test_id, spectrum_count, version, parameter_hash, circuit, chosen, status, latest)
AS (VALUES (1, 1, '1', 'a', 'R0-p(R1,CPE1)-CPE2', true, 'ok', true)),
fit_parameter(
    test_id, spectrum_count, version, parameter_hash, circuit, element, parameter, value,
    standard_error, latest
) AS (VALUES (1, 1, '1', 'a', 'R0-p(R1,CPE1)-CPE2', 'R0', 'R', 30, 20, true)),
arc(
    test_id, spectrum_count, version, parameter_hash, circuit, element, resistance_ohm,
    resistance_error_ohm, capacitance_farad, assignment, latest
) AS (VALUES (1, 1, '1', 'a', 'R0-p(R1,CPE1)-CPE2', 'R1', 70, 20, 3e-9, 'not_identifiable', true))
SELECT
    resistance_ohm IS NOT DISTINCT FROM CASE
        WHEN object IN ('electrolyte', 'whole') THEN 100
    END,
    status = CASE WHEN object IN ('electrolyte', 'whole') THEN 'ok' ELSE 'not_computable' END,
    reason IS NOT DISTINCT FROM CASE
        WHEN object = 'interface' THEN 'no arc of an interface in the fit'
        WHEN status <> 'ok'
            THEN 'not_identifiable: the fit cannot tell arc R1 from what is beside it'
    END
FROM fitted_resistance;

-- example: of rejected circuits there is no number
WITH fit(
    test_id, spectrum_count, version, parameter_hash, circuit, chosen, aicc, status, reason, latest
) AS (
    VALUES
    (1, 1, '1', 'a', 'R0-p(R1,CPE1)', false, 5, 'low_quality', 'the error of R1 is 230 %', true),
    (1, 1, '1', 'a', 'R0-CPE1', false, 9, 'low_quality', 'other', true),
    (1, 2, '1', 'a', 'R0-CPE1', false, NULL, 'not_computable', '2 points', true)
),
fit_parameter(
    test_id, spectrum_count, version, parameter_hash, circuit, element, parameter, value, latest
) AS (VALUES (1, 1, '1', 'a', 'R0-p(R1,CPE1)', 'R0', 'R', 30, true))
SELECT
    count(*) OVER () = 10,
    resistance_ohm IS NULL,
    status = 'not_computable',
    reason = CASE spectrum_count
        WHEN 1 THEN 'every circuit was rejected, R0-p(R1,CPE1) for: the error of R1 is 230 %'
        ELSE '2 points'
    END
FROM fitted_resistance;

-- example: a mixed arc is a doubt, and in a cell of that area an interface
WITH fit(test_id, spectrum_count, version, parameter_hash, circuit, chosen, status, latest)
AS (
    VALUES
    (1, 1, '1', 'a', 'R0-p(R1,CPE1)', true, 'ok', true),
    (2, 1, '1', 'a', 'R0-p(R1,CPE1)', true, 'ok', true)
),
fit_parameter(
    test_id, spectrum_count, version, parameter_hash, circuit, element, parameter, value, latest
) AS (
    VALUES
    (1, 1, '1', 'a', 'R0-p(R1,CPE1)', 'R0', 'R', 30, true),
    (2, 1, '1', 'a', 'R0-p(R1,CPE1)', 'R0', 'R', 30, true)
),
arc(
    test_id, spectrum_count, version, parameter_hash, circuit, element, resistance_ohm,
    capacitance_farad, assignment, latest
) AS (
    VALUES
    (1, 1, '1', 'a', 'R0-p(R1,CPE1)', 'R1', 70, 8e-8, 'mixed', true),
    (2, 1, '1', 'a', 'R0-p(R1,CPE1)', 'R1', 70, 8e-8, 'mixed', true)
),
test(test_id, cell_id) AS (VALUES (2, 7)),
cell(cell_id, "symmetric", area_cm2) AS (VALUES (7, true, 1.5))
SELECT
    resistance_ohm = CASE
        WHEN object = 'whole' OR test_id = 1 THEN 100
        WHEN object = 'interface' THEN 70
        ELSE 30
    END,
    resistance_error_ohm IS NULL,
    status = CASE
        WHEN object = 'electrolyte' AND test_id = 1 THEN 'low_quality' ELSE 'ok'
    END,
    reason IS NOT DISTINCT FROM CASE
        WHEN status <> 'ok' THEN 'by its capacitance it may be either: arc R1 of 8e-08 F'
    END
FROM fitted_resistance
WHERE object IN ('electrolyte', 'whole', 'interface') AND resistance_ohm > 0;

-- example: what is held against the sweep is held against each of its resistances
WITH fit(test_id, spectrum_count, version, parameter_hash, circuit, chosen, status, latest)
AS (VALUES (1, 1, '1', 'a', 'R0', true, 'ok', true), (1, 2, '1', 'a', 'R0', true, 'ok', true)),
fit_parameter(
    test_id, spectrum_count, version, parameter_hash, circuit, element, parameter, value, latest
) AS (
    VALUES (1, 1, '1', 'a', 'R0', 'R0', 'R', 30, true), (1, 2, '1', 'a', 'R0', 'R0', 'R', 30, true)
),
impedance_validity(test_id, spectrum_count, resistance_doubt)
AS (VALUES (1, 1, 'invalid by Kramers-Kronig: half of it'), (1, 2, NULL))
SELECT
    count(*) OVER () = 4,
    resistance_ohm = 30,
    status = CASE spectrum_count WHEN 1 THEN 'low_quality' ELSE 'ok' END,
    reason IS NOT DISTINCT FROM CASE spectrum_count
        WHEN 1 THEN 'invalid by Kramers-Kronig: half of it'
    END
FROM fitted_resistance
WHERE object IN ('electrolyte', 'whole');

-- example: a resistance in a branch that is no arc is not left out in silence
WITH fit(test_id, spectrum_count, version, parameter_hash, circuit, chosen, status, latest)
AS (VALUES (1, 1, '1', 'a', 'R0-p(R1-W1,CPE1)', true, 'ok', true)),
fit_parameter(
    test_id, spectrum_count, version, parameter_hash, circuit, element, parameter, value, latest
) AS (
    VALUES
    (1, 1, '1', 'a', 'R0-p(R1-W1,CPE1)', 'R0', 'R', 30, true),
    (1, 1, '1', 'a', 'R0-p(R1-W1,CPE1)', 'R1', 'R', 70, true)
)
SELECT
    resistance_ohm IS NULL,
    status = 'not_computable',
    reason = 'R1 stands in a branch that is no arc'
FROM fitted_resistance
WHERE object IN ('electrolyte', 'whole');

-- example: a sum takes the covariance of its parts, and is better known than either
WITH fit(test_id, spectrum_count, version, parameter_hash, circuit, chosen, status, latest)
AS (VALUES (1, 1, '1', 'a', 'R0-p(R1,CPE1)', true, 'ok', true)),
fitted_part(
    test_id, spectrum_count, element, kind, resistance_ohm, resistance_error_ohm, below_band
) AS (VALUES (1, 1, 'R0', 'series', 30, 4, false), (1, 1, 'R1', 'bulk', 70, 5, false)),
fit_correlation(
    test_id, spectrum_count, version, parameter_hash, circuit, element, other_element,
    correlation, latest
) AS (
    VALUES
    (1, 1, '1', 'a', 'R0-p(R1,CPE1)', 'R0', 'R1', -0.8, true),
    (1, 1, '1', 'b', 'R0-p(R1,CPE1)', 'R0', 'R1', 0.9, false)
)
SELECT abs(resistance_error_ohm - 3) < 1e-12 AND status = 'ok'
FROM fitted_resistance
WHERE object IN ('whole', 'bulk', 'electrolyte');

-- example: diffusion and pores stand apart by their names
WITH fit(test_id, spectrum_count, version, parameter_hash, circuit, chosen, status, latest) AS (
    VALUES (1, 1, '1', 'a', 'R0-Ws1', true, 'ok', true),
    (1, 2, '1', 'a', 'R0-TLMQ1', true, 'ok', true)
),
fitted_part(
    test_id, spectrum_count, element, kind, resistance_ohm, resistance_error_ohm, below_band
) AS (
    VALUES
    (1, 1, 'R0', 'series', 10, 1, false), (1, 1, 'Ws1', 'diffusion', 100, 2, false),
    (1, 2, 'R0', 'series', 10, 1, false), (1, 2, 'TLMQ1', 'pore', 99, NULL, false)
)
SELECT
    count(*) OVER () = 4,
    resistance_ohm = CASE object WHEN 'whole' THEN 10 WHEN 'diffusion' THEN 100 ELSE 99 END,
    (resistance_error_ohm IS NULL) = (object = 'pore'),
    arc_count = 0 AND status = 'ok'
FROM fitted_resistance
WHERE object IN ('whole', 'diffusion', 'pore');

-- example: an arc whose peak lies below the band is in no sum that is ok
WITH fit(test_id, spectrum_count, version, parameter_hash, circuit, chosen, status, latest)
AS (VALUES (1, 1, '1', 'a', 'R0-p(R1,CPE1)-p(R2,CPE2)', true, 'ok', true)),
fitted_part(
    test_id, spectrum_count, element, kind, resistance_ohm, resistance_error_ohm, below_band
) AS (
    VALUES
    (1, 1, 'R0', 'series', 10, 1, false), (1, 1, 'R1', 'bulk', 20, 1, false),
    (1, 1, 'R2', 'not_identifiable', 1000, 50, true)
)
SELECT
    resistance_ohm IS NOT DISTINCT FROM CASE object
        WHEN 'bulk' THEN 30 WHEN 'whole' THEN 1030 WHEN 'electrolyte' THEN 1030
    END,
    reason IS NOT DISTINCT FROM CASE object
        WHEN 'whole' THEN 'the peak of arc R2 lies below the band'
        WHEN 'electrolyte' THEN 'the peak of arc R2 lies below the band'
        WHEN 'interface' THEN 'not_identifiable: the peak of arc R2 lies below the band'
    END
FROM fitted_resistance
WHERE object <> 'grain_boundary';

-- example: an interval by profile tells the error, of one resistance and of the whole
WITH fit(
    test_id, spectrum_count, version, parameter_hash, circuit, chosen, status, latest,
    whole_low_ohm, whole_high_ohm, whole_interval
) AS (
    VALUES
    (1, 1, '1', 'a', 'R0-p(R1,CPE1)', true, 'ok', true, 98, 98 + 2 * 1.959964, 'profile'),
    (1, 2, '1', 'a', 'R0-p(R1,CPE1)', true, 'ok', true, 90, 110, 'linear')
),
fit_parameter AS (
    SELECT
        test_id, spectrum_count, version, parameter_hash, circuit, latest, 'R0' AS element,
        'R' AS parameter, 30 AS value, 3 AS standard_error, 20 AS low, 50 AS high,
        whole_interval AS interval
    FROM fit
),
arc AS (
    SELECT
        test_id, spectrum_count, version, parameter_hash, circuit, latest, 'R1' AS element,
        70 AS resistance_ohm, 4 AS resistance_error_ohm, 1e-6 AS capacitance_farad,
        'interface' AS assignment, 60 AS resistance_low_ohm, NULL AS resistance_high_ohm,
        whole_interval AS interval
    FROM fit
)
SELECT
    interval = CASE WHEN spectrum_count = 1 THEN 'profile' ELSE 'linear' END,
    resistance_low_ohm = CASE object
        WHEN 'whole' THEN if(spectrum_count = 1, 98, 90) WHEN 'interface' THEN 60 ELSE 20
    END,
    resistance_high_ohm IS NOT DISTINCT FROM CASE
        WHEN object = 'whole' THEN if(spectrum_count = 1, 98 + 2 * 1.959964, 110)
        WHEN object IN ('bulk', 'electrolyte') THEN 50
        WHEN spectrum_count = 2 THEN 70 + 4 * 1.959964
    END,
    coalesce(abs(resistance_error_ohm - CASE
        WHEN spectrum_count = 2 AND object = 'whole' THEN 5
        WHEN object = 'whole' THEN 1
        WHEN spectrum_count = 2 AND object = 'interface' THEN 4
        WHEN spectrum_count = 2 THEN 3
        ELSE 15 / 1.959964
    END) < 1e-12, object = 'interface')
FROM fitted_resistance
WHERE status <> 'not_computable';
