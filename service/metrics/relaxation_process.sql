-- Relaxation processes
--
-- The peaks of a distribution of relaxation times, those at the ends of its grid left out: each a
-- process with a resistance, which is the area of the peak, and a capacitance. Arcs told by no
-- circuit, to be held against those of a fit. They hang on the regularization. Of a sweep that is
-- invalid by Kramers-Kronig none is ok.
--
-- grain:      test_id, spectrum_count, peak_count
-- column:     time_constant_second | s | of its top
-- column:     frequency_hertz | Hz | 1/(2πτ), where it shows in the spectrum
-- column:     resistance_ohm | Ω | area of the peak
-- column:     capacitance_farad | F | time constant over resistance
-- column:     regularization | 1 | weight of roughness, of data scaled to the greatest |Z|
-- column:     temperature_celsius | °C | mean of the sweep, where recorded
-- column:     status | | ok or low_quality
-- column:     reason | | why not ok; null when ok
-- main:       resistance_ohm
-- takes:      way | text(ridge, non_negative) | ridge | how it was regularized
-- needs:      relaxation, relaxation_peak, sweep, kramers_kronig
-- reference:  T. H. Wan, M. Saccoccio, C. Chen, F. Ciucci, Electrochim. Acta 184 (2015) 483
WITH solved AS (
    SELECT
        relaxation.*,
        nullif(
            concat_ws(
                '; ',
                CASE
                    WHEN relaxation.status <> 'ok'
                        THEN coalesce(relaxation.reason, relaxation.status)
                END,
                CASE
                    WHEN tested.verdict = 'invalid' THEN concat(
                        'invalid by Kramers-Kronig: ',
                        coalesce(tested.reason, 'points lie beyond 1 %')
                    )
                END
            ),
            ''
        ) AS doubt,
        row_number() OVER (
            PARTITION BY relaxation.test_id, relaxation.spectrum_count
            ORDER BY relaxation.parameter_hash
        ) AS place
    FROM relaxation
    LEFT JOIN kramers_kronig AS tested
        ON tested.test_id = relaxation.test_id
        AND tested.spectrum_count = relaxation.spectrum_count
        AND tested.latest
    WHERE relaxation.latest
        AND relaxation.way = $way
)

SELECT
    peak.test_id,
    peak.spectrum_count,
    peak.peak_count,
    peak.time_constant_second,
    1 / nullif(6.283185307179586 * peak.time_constant_second, 0) AS frequency_hertz,
    peak.resistance_ohm,
    peak.capacitance_farad,
    solved.regularization,
    sweep.temperature_celsius,
    CASE WHEN solved.doubt IS NULL THEN 'ok' ELSE 'low_quality' END AS status,
    solved.doubt AS reason
FROM solved
JOIN relaxation_peak AS peak
    ON peak.test_id = solved.test_id
    AND peak.spectrum_count = solved.spectrum_count
    AND peak.version = solved.version
    AND peak.parameter_hash = solved.parameter_hash
    AND peak.way = solved.way
    AND peak.latest
LEFT JOIN sweep
    ON sweep.test_id = solved.test_id
    AND sweep.spectrum_count = solved.spectrum_count
WHERE solved.place = 1
    AND solved.status <> 'not_computable';

-- example: peaks of the latest, with how sure they are
WITH sweep(test_id, spectrum_count, temperature_celsius) AS (VALUES (1, 1, 30)),
kramers_kronig(test_id, spectrum_count, verdict, reason, latest)
AS (VALUES (1, 1, 'invalid', 'half of it', true)),
relaxation(
    test_id, spectrum_count, version, parameter_hash, way, regularization, status, reason, latest
) AS (
    VALUES
    (1, 1, '1', 'a', 'ridge', 0.001, 'low_quality', 'an open tail', true),
    (1, 1, '1', 'a', 'non_negative', 0.001, 'ok', NULL, true)
),
relaxation_peak(
    test_id, spectrum_count, version, parameter_hash, way, peak_count, time_constant_second,
    resistance_ohm, capacitance_farad, latest
) AS (
    VALUES
    (1, 1, '1', 'a', 'ridge', 1, 0.001, 100, 1e-5, true),
    (1, 1, '1', 'a', 'ridge', 2, 0.1, 10, 1e-2, true),
    (1, 1, '1', 'a', 'non_negative', 1, 0.1, 99, 1e-2, true)
)
SELECT
    count(*) OVER () = 2,
    resistance_ohm * capacitance_farad = time_constant_second,
    abs(frequency_hertz * time_constant_second - 0.15915494309189535) < 1e-15,
    temperature_celsius = 30,
    status = 'low_quality',
    reason = 'an open tail; invalid by Kramers-Kronig: half of it'
FROM relaxation_process;
