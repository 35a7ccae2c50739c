-- Distribution of relaxation times
--
-- How the resistance of a sweep is spread over time constants: the latest relaxation_density, with
-- how it was regularized. It is fit to be compared with another of the same regularization and
-- grid only. Its area over ln τ is the resistance that relaxes: what blocks or diffuses without end
-- does not, and the tail of the chosen circuit is subtracted first. Where a tail rises that no
-- circuit tells, or of a sweep that is invalid by Kramers-Kronig, it is not ok.
--
-- formula:    Z(ω) − Z(tail) = R₀ + iωL + ∫ γ(ln τ) / (1 + iωτ) d ln τ, γ by least squares with λ ∫
--             (dγ/d ln τ)² d ln τ
-- grain:      test_id, spectrum_count, time_constant_second
-- column:     density_ohm | Ω | resistance per unit of ln τ
-- column:     frequency_hertz | Hz | 1/(2πτ), where it shows in the spectrum
-- column:     regularization | 1 | weight of roughness, of data weighed by |Z|
-- column:     tail | | what was subtracted first, terms of the chosen circuit; null when nothing
-- column:     tail_circuit | | the chosen circuit that tells so; null when none was
-- column:     rms_residual | 1 | root of the mean |dZ|²/|Z|² it leaves
-- column:     temperature_celsius | °C | mean of the sweep, where recorded
-- column:     status | | ok or low_quality
-- column:     reason | | why not ok; null when ok
-- main:       density_ohm
-- takes:      way | text(ridge, non_negative) | ridge | how it was regularized
-- takes:      selected_by | text(fixed, cross_validation) | fixed | how its weight was chosen
-- materialized: no | its rows are those of relaxation_density, which rest already
-- needs:      relaxation, relaxation_density, sweep, kramers_kronig
-- reference:  T. H. Wan, M. Saccoccio, C. Chen, F. Ciucci, Electrochim. Acta 184 (2015) 483;
--             G. H. Golub, M. Heath, G. Wahba, Technometrics 21 (1979) 215
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
    density.test_id,
    density.spectrum_count,
    density.time_constant_second,
    density.density_ohm,
    1 / nullif(6.283185307179586 * density.time_constant_second, 0) AS frequency_hertz,
    solved.regularization,
    solved.tail,
    solved.tail_circuit,
    solved.rms_residual,
    sweep.temperature_celsius,
    CASE WHEN solved.doubt IS NULL THEN 'ok' ELSE 'low_quality' END AS status,
    solved.doubt AS reason
FROM solved
JOIN relaxation_density AS density
    ON density.test_id = solved.test_id
    AND density.spectrum_count = solved.spectrum_count
    AND density.version = solved.version
    AND density.parameter_hash = solved.parameter_hash
    AND density.way = solved.way
    AND density.selected_by = solved.selected_by
    AND density.latest
LEFT JOIN sweep
    ON sweep.test_id = solved.test_id
    AND sweep.spectrum_count = solved.spectrum_count
WHERE solved.place = 1
    AND solved.status <> 'not_computable';

-- example: the latest, regularized as asked for
-- given: way = non_negative
WITH relaxation(
    test_id, spectrum_count, version, parameter_hash, way, selected_by, regularization, tail,
    rms_residual, status, latest
) AS (
    VALUES
    (1, 1, '1', 'a', 'ridge', 'fixed', 0.001, NULL, 0.002, 'ok', true),
    (1, 1, '1', 'a', 'non_negative', 'fixed', 0.001, 'W3', 0.003, 'ok', true),
    (1, 1, '1', 'a', 'non_negative', 'cross_validation', 0.1, NULL, 0.002, 'ok', true),
    (1, 1, '1', 'b', 'non_negative', 'fixed', 0.1, NULL, 0.3, 'ok', false)
),
relaxation_density(
    test_id, spectrum_count, version, parameter_hash, way, selected_by, time_constant_second,
    density_ohm, latest
) AS (
    VALUES
    (1, 1, '1', 'a', 'ridge', 'fixed', 0.1, -1, true),
    (1, 1, '1', 'a', 'ridge', 'fixed', 1, -2, true),
    (1, 1, '1', 'a', 'non_negative', 'fixed', 0.1, 10, true),
    (1, 1, '1', 'a', 'non_negative', 'fixed', 1, 1, true),
    (1, 1, '1', 'a', 'non_negative', 'cross_validation', 1, 98, true),
    (1, 1, '1', 'b', 'non_negative', 'fixed', 0.1, 99, false)
)
SELECT
    count(*) OVER () = 2,
    density_ohm = CASE time_constant_second WHEN 1 THEN 1 ELSE 10 END,
    abs(frequency_hertz * time_constant_second - 0.15915494309189535) < 1e-15,
    regularization = 0.001 AND rms_residual = 0.003 AND tail = 'W3',
    status = 'ok' AND reason IS NULL
FROM distribution_of_relaxation_times;
