-- Relaxation processes
--
-- The peaks of a distribution of relaxation times, those at the ends of its grid left out: each a
-- process with a resistance, which is the area of the peak, and a capacitance. Arcs told by no
-- circuit, to be held against those of a fit. What blocks or diffuses without end is no process:
-- the tail of the chosen circuit is subtracted first, and where a tail rises that no circuit
-- tells, none is ok. A peak below a twentieth of its nearest larger one within two decades is a
-- side lobe of it and counts to it. Processes hang on the regularization: with the fixed weight
-- single arcs and pairs are told apart more surely, in simulation, than with that of cross-
-- validation. The error is that by noise and smoothing, not that of the tail. Where the sweep was
-- resampled (`leyden refit --resamples`) the error is by noise alone, and the interval takes the
-- bias of smoothing besides; it holds the truth less often than 95 % where processes overlap. Of a
-- sweep that is invalid by Kramers-Kronig none is ok.
--
-- formula:    R = ∫ γ(ln τ) d ln τ over the peak, C = τ / R, f = 1 / (2πτ)
-- grain:      test_id, spectrum_count, peak_count
-- column:     time_constant_second | s | of its top
-- column:     frequency_hertz | Hz | 1/(2πτ), where it shows in the spectrum
-- column:     resistance_ohm | Ω | area of the peak
-- column:     resistance_error_ohm | Ω | one sigma
-- column:     resistance_low_ohm | Ω | end of the 95 % interval by resamples; null without any
-- column:     resistance_high_ohm | Ω | its other end; null without any
-- column:     capacitance_farad | F | time constant over resistance
-- column:     regularization | 1 | weight of roughness, of data weighed by |Z|
-- column:     tail | | what was subtracted first, terms of the chosen circuit; null when nothing
-- column:     tail_circuit | | the chosen circuit that tells so; null when none was
-- column:     temperature_celsius | °C | mean of the sweep, where recorded
-- column:     status | | ok or low_quality
-- column:     reason | | why not ok; null when ok
-- main:       resistance_ohm, error: resistance_error_ohm
-- takes:      way | text(ridge, non_negative) | ridge | how it was regularized
-- takes:      selected_by | text(fixed, cross_validation) | fixed | how its weight was chosen
-- needs:      relaxation, relaxation_peak, sweep, kramers_kronig
-- reference:  T. H. Wan, M. Saccoccio, C. Chen, F. Ciucci, Electrochim. Acta 184 (2015) 483;
--             G. H. Golub, M. Heath, G. Wahba, Technometrics 21 (1979) 215;
--             B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap (1993)
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
        AND relaxation.selected_by = $selected_by
)

SELECT
    peak.test_id,
    peak.spectrum_count,
    peak.peak_count,
    peak.time_constant_second,
    1 / nullif(6.283185307179586 * peak.time_constant_second, 0) AS frequency_hertz,
    peak.resistance_ohm,
    peak.resistance_error_ohm,
    peak.resistance_low_ohm,
    peak.resistance_high_ohm,
    peak.capacitance_farad,
    solved.regularization,
    solved.tail,
    solved.tail_circuit,
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
    AND peak.selected_by = solved.selected_by
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
    test_id, spectrum_count, version, parameter_hash, way, selected_by, regularization, tail,
    tail_circuit, status, reason, latest
) AS (
    VALUES
    (
        1, 1, '1', 'a', 'ridge', 'fixed', 0.01, 'CPE2', 'R0-p(R1,CPE1)-CPE2', 'low_quality',
        'an open tail', true
    ),
    (1, 1, '1', 'a', 'ridge', 'cross_validation', 0.1, 'CPE2', 'R0-CPE2', 'ok', NULL, true),
    (1, 1, '1', 'a', 'non_negative', 'fixed', 0.01, 'CPE2', 'R0-CPE2', 'ok', NULL, true)
),
relaxation_peak(
    test_id, spectrum_count, version, parameter_hash, way, selected_by, peak_count,
    time_constant_second, resistance_ohm, resistance_error_ohm, resistance_low_ohm,
    resistance_high_ohm, capacitance_farad, latest
) AS (
    VALUES
    (1, 1, '1', 'a', 'ridge', 'fixed', 1, 0.001, 100, 2, 95, 105, 1e-5, true),
    (1, 1, '1', 'a', 'ridge', 'fixed', 2, 0.1, 10, 2, NULL, NULL, 1e-2, true),
    (1, 1, '1', 'a', 'ridge', 'cross_validation', 1, 0.1, 98, 2, 97, 99, 1e-2, true),
    (1, 1, '1', 'a', 'non_negative', 'fixed', 1, 0.1, 99, 2, 98, 100, 1e-2, true)
)
SELECT
    count(*) OVER () = 2,
    resistance_ohm * capacitance_farad = time_constant_second,
    abs(frequency_hertz * time_constant_second - 0.15915494309189535) < 1e-15,
    temperature_celsius = 30,
    resistance_error_ohm = 2 AND regularization = 0.01,
    resistance_low_ohm IS NOT DISTINCT FROM CASE peak_count WHEN 1 THEN 95 END,
    resistance_high_ohm IS NOT DISTINCT FROM CASE peak_count WHEN 1 THEN 105 END,
    tail = 'CPE2' AND tail_circuit = 'R0-p(R1,CPE1)-CPE2',
    status = 'low_quality',
    reason = 'an open tail; invalid by Kramers-Kronig: half of it'
FROM relaxation_process;
