-- Current fraction by Bruce and Vincent
--
-- Share of the current that the ions of the electrodes carry in the end, of a symmetric cell over
-- which a small potential ΔV is held: i_ss (ΔV - i_0 R_0) / (i_0 (ΔV - i_ss R_ss)). R_0 and R_ss
-- are the resistances of the interfaces by the circuit fits of the last sweep of the cell before
-- and the first one after, whichever of its tests these are in. i_0 is the first record, where that
-- lies within 20 ms of the step; else it is ΔV/(R_b + R_0) by the sweep before. In a dilute
-- electrolyte, and in one of a single mobile ion, the share is the transference number; in a
-- concentrated one, an ionic liquid, ions move with each other and it is none: transference_number
-- then is null. Which it is tells the property electrolyte_class (dilute, concentrated or
-- single-ion) of the electrolyte; untold, it is a current fraction alone. There is no number where
-- more than 15 mV were held, where the current was not steady or rose, where an interface takes
-- more than 80 % of ΔV, where a fit is not ok, or where the number lies outside 0 to 1.02.
--
-- formula:    t = i_ss (ΔV − i_0 R_0) / (i_0 (ΔV − i_ss R_ss))
-- grain:      test_id, step_count
-- column:     cell_id | | the cell
-- column:     held_volt | V | potential held
-- column:     current_fraction | 1 | share of the steady current
-- column:     current_fraction_error | 1 | one sigma, by derivatives
-- column:     transference_number | 1 | the same, where the electrolyte is told to be one in which
--             it is that
-- column:     initial_current_ampere | A | i_0
-- column:     initial_basis | | record or impedance: where i_0 comes from
-- column:     steady_current_ampere | A | i_ss
-- column:     resistance_before_ohm | Ω | R_0
-- column:     resistance_after_ohm | Ω | R_ss
-- column:     electrolyte_ohm | Ω | R_b before
-- column:     held_second | s | how long it was held
-- column:     electrolyte_class | | as told of its substance; null when nothing is
-- column:     missing | | what is not known; null when nothing
-- column:     status | | ok, low_quality or not_computable
-- column:     reason | | why not ok; null when ok
-- main:       current_fraction, error: current_fraction_error
-- materialized: no | held_current reads points
-- inherits:   fitted_resistance
-- only:       held_current
-- needs:      held_current, step, test, cell, layer, substance, property, sweep, fitted_resistance
-- reference:  J. Evans, C. A. Vincent, P. G. Bruce, Polymer 28 (1987) 2324; M. D. Galluzzo et al.,
--             J. Chem. Phys. 151 (2019) 020901 for the name in concentrated electrolytes
WITH class AS (
    SELECT
        substance,
        text,
        row_number() OVER (PARTITION BY substance ORDER BY property_id DESC) AS place
    FROM property
    WHERE name = 'electrolyte_class'
        AND substance IS NOT NULL
),

stack AS (
    SELECT
        layer.cell_id,
        count(*) FILTER (
            WHERE layer.role IN ('negative', 'positive') AND substance.electrons > 0
        ) AS active_count,
        CASE
            WHEN count(*) FILTER (WHERE layer.role = 'electrolyte') = 1
                THEN min(class.text) FILTER (WHERE layer.role = 'electrolyte')
        END AS electrolyte_class
    FROM layer
    LEFT JOIN substance ON substance.name = layer.substance
    LEFT JOIN class
        ON class.substance = layer.substance
        AND class.place = 1
    GROUP BY layer.cell_id
),

held AS (
    SELECT
        flowing.*,
        step.status AS step_status,
        step.reason AS step_reason,
        step.start_time_second,
        test.cell_id,
        test.started_at,
        test.time_zone,
        stack.electrolyte_class
    FROM held_current AS flowing
    JOIN step
        ON step.test_id = flowing.test_id
        AND step.step_count = flowing.step_count
    JOIN test ON test.test_id = flowing.test_id
    JOIN cell ON cell.cell_id = test.cell_id
    JOIN stack ON stack.cell_id = test.cell_id
    WHERE cell."symmetric"
        AND stack.active_count = 2
),

taken AS (
    SELECT
        held.test_id,
        held.step_count,
        sweep.test_id AS sweep_test_id,
        sweep.spectrum_count,
        CASE
            WHEN sweep.test_id = held.test_id
                THEN sweep.start_time_second - held.start_time_second
            WHEN test.time_zone IS NOT DISTINCT FROM held.time_zone
                THEN extract(EPOCH FROM (test.started_at - held.started_at))
                    + sweep.start_time_second - held.start_time_second
        END AS later_second,
        held.held_second
    FROM held
    JOIN test ON test.cell_id = held.cell_id
    JOIN sweep ON sweep.test_id = test.test_id
),

ranked AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY test_id, step_count, later_second > 0
            ORDER BY abs(later_second), sweep_test_id, spectrum_count
        ) AS place
    FROM taken
    WHERE later_second <= 0 OR later_second >= held_second
),

measured AS (
    SELECT
        ranked.test_id,
        ranked.step_count,
        max(CASE WHEN later_second <= 0 AND object = 'interface' THEN resistance_ohm END)
            AS before_ohm,
        max(CASE WHEN later_second <= 0 AND object = 'interface' THEN resistance_error_ohm END)
            AS before_error,
        max(CASE WHEN later_second > 0 AND object = 'interface' THEN resistance_ohm END)
            AS after_ohm,
        max(CASE WHEN later_second > 0 AND object = 'interface' THEN resistance_error_ohm END)
            AS after_error,
        max(CASE WHEN later_second <= 0 AND object = 'electrolyte' THEN resistance_ohm END)
            AS bulk_ohm,
        max(CASE WHEN later_second <= 0 AND object = 'electrolyte' THEN resistance_error_ohm END)
            AS bulk_error,
        bool_or(later_second <= 0) AS has_before,
        bool_or(later_second > 0) AS has_after,
        string_agg(
            concat(
                'fit ', CASE WHEN later_second > 0 THEN 'after' ELSE 'before' END, ': ',
                coalesce(fitted.reason, fitted.status)
            ),
            '; ' ORDER BY later_second
        )
            FILTER (WHERE object = 'interface' AND fitted.status <> 'ok') AS bad_fit,
        bool_and(fitted.status = 'ok') FILTER (WHERE later_second <= 0 AND object = 'electrolyte')
            AS bulk_is_ok
    FROM ranked
    LEFT JOIN fitted_resistance AS fitted
        ON fitted.test_id = ranked.sweep_test_id
        AND fitted.spectrum_count = ranked.spectrum_count
        AND fitted.object IN ('interface', 'electrolyte')
    WHERE ranked.place = 1
    GROUP BY ranked.test_id, ranked.step_count
),

known AS (
    SELECT
        held.*,
        abs(held.held_volt) AS volt,
        measured.before_ohm,
        measured.before_error,
        measured.after_ohm,
        measured.after_error,
        measured.bulk_ohm,
        measured.bulk_error,
        measured.bad_fit,
        CASE WHEN held.first_second <= 0.02 THEN 'record' ELSE 'impedance' END AS initial_basis,
        CASE
            WHEN held.first_second <= 0.02 THEN held.first_ampere
            WHEN measured.bulk_is_ok
                THEN abs(held.held_volt)
                    / nullif(measured.bulk_ohm + measured.before_ohm, 0)
        END AS initial_ampere,
        nullif(
            concat_ws(
                ', ',
                CASE WHEN measured.has_before THEN NULL ELSE 'sweep before' END,
                CASE WHEN measured.has_after THEN NULL ELSE 'sweep after' END,
                CASE
                    WHEN measured.has_before AND measured.before_ohm IS NULL
                        THEN 'interface resistance before'
                END,
                CASE
                    WHEN measured.has_after AND measured.after_ohm IS NULL
                        THEN 'interface resistance after'
                END,
                CASE
                    WHEN coalesce(held.first_second <= 0.02, false)
                        OR measured.bulk_is_ok
                        THEN NULL
                    ELSE 'first current'
                END
            ),
            ''
        ) AS missing
    FROM held
    LEFT JOIN measured
        ON measured.test_id = held.test_id
        AND measured.step_count = held.step_count
),

computed AS (
    SELECT
        *,
        volt - initial_ampere * before_ohm AS first_volt,
        volt - steady_ampere * after_ohm AS last_volt,
        steady_ampere * (volt - initial_ampere * before_ohm)
        / nullif(initial_ampere * (volt - steady_ampere * after_ohm), 0) AS fraction
    FROM known
),

propagated AS (
    SELECT
        *,
        fraction * sqrt(
            power(
                (1 / nullif(steady_ampere, 0) + after_ohm / nullif(last_volt, 0))
                * steady_error_ampere,
                2
            )
            + power(steady_ampere / nullif(last_volt, 0) * coalesce(after_error, 0), 2)
            + CASE initial_basis
                WHEN 'record' THEN
                    power(
                        (1 / nullif(initial_ampere, 0) + before_ohm / nullif(first_volt, 0))
                        * coalesce(resolution_ampere, 0),
                        2
                    )
                    + power(initial_ampere / nullif(first_volt, 0) * coalesce(before_error, 0), 2)
                -- then ΔV over i_0 less R_0 is R_b
                ELSE power(coalesce(bulk_error, 0) / nullif(bulk_ohm, 0), 2)
            END
        ) AS fraction_error,
        CASE
            WHEN status <> 'ok' THEN reason
            WHEN volt > 0.015 THEN printf('more than 15 mV held: %.0f mV', 1000 * volt)
            WHEN bad_fit IS NOT NULL THEN bad_fit
            WHEN steady_ampere > initial_ampere THEN 'the current rose'
            WHEN first_volt <= 0.2 * volt THEN 'the interface takes more than 80 % before'
            WHEN last_volt <= 0.2 * volt THEN 'the interface takes more than 80 % after'
            WHEN NOT fraction BETWEEN 0 AND 1.02
                THEN printf('%.2f is no share', fraction)
        END AS refused
    FROM computed
),

judged AS (
    SELECT
        *,
        missing IS NULL AND refused IS NULL AS counts,
        nullif(
            concat_ws(
                '; ',
                CASE
                    WHEN step_status <> 'ok' THEN coalesce(step_reason, step_status)
                END,
                CASE
                    WHEN volt > 0.0101 THEN printf('%.0f mV held, more than 10', 1000 * volt)
                END,
                CASE
                    WHEN electrolyte_class = 'single-ion' AND fraction_error > 0.05
                        THEN printf('1 is expected: ± %.2f tells nothing of electrons',
                            fraction_error)
                END
            ),
            ''
        ) AS doubts
    FROM propagated
)

SELECT
    test_id,
    step_count,
    cell_id,
    held_volt,
    CASE WHEN counts THEN fraction END AS current_fraction,
    CASE WHEN counts THEN fraction_error END AS current_fraction_error,
    CASE WHEN counts AND electrolyte_class IN ('dilute', 'single-ion') THEN fraction END
        AS transference_number,
    initial_ampere AS initial_current_ampere,
    initial_basis,
    steady_ampere AS steady_current_ampere,
    before_ohm AS resistance_before_ohm,
    after_ohm AS resistance_after_ohm,
    bulk_ohm AS electrolyte_ohm,
    held_second,
    electrolyte_class,
    missing,
    CASE
        WHEN NOT counts THEN 'not_computable'
        WHEN doubts IS NOT NULL THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    CASE
        WHEN missing IS NOT NULL THEN concat_ws('; ', concat('missing ', missing), refused)
        ELSE coalesce(refused, doubts)
    END AS reason
FROM judged;

-- example: 10 mV, 100 µA at 50 Ω, 30 µA at 60 Ω
WITH held_current(
    test_id, step_count, held_volt, steady_ampere, steady_error_ampere, first_ampere, first_second,
    resolution_ampere, held_second, status
) AS (VALUES (1, 1, 0.01, 30e-6, 0.5e-6, 100e-6, 0.01, 1e-6, 3600, 'ok')),
step(test_id, step_count, start_time_second, status) AS (VALUES (1, 1, 0, 'ok')),
test(test_id, cell_id, started_at) AS (
    VALUES
    (1, 7, TIMESTAMP '2026-02-16 10:00:00'), (2, 7, TIMESTAMP '2026-02-16 09:00:00'),
    (3, 7, TIMESTAMP '2026-02-16 11:00:01')
),
cell(cell_id, "symmetric") AS (VALUES (7, true)),
layer(cell_id, position, role, substance)
AS (VALUES (7, 1, 'negative', 'Li'), (7, 2, 'electrolyte', 'E'), (7, 3, 'positive', 'Li')),
substance(substance_id, name, electrons) AS (VALUES (1, 'Li', 1), (2, 'E', NULL)),
property(property_id, name, substance, text) AS (VALUES (1, 'electrolyte_class', 'E', 'dilute')),
sweep(test_id, spectrum_count, start_time_second) AS (VALUES (2, 1, 0), (2, 2, 60), (3, 1, 0)),
fitted_resistance(
    test_id, spectrum_count, object, resistance_ohm, resistance_error_ohm, status
) AS (
    VALUES
    (2, 1, 'interface', 999, 1, 'ok'), (2, 2, 'interface', 50, 1, 'ok'),
    (3, 1, 'interface', 60, 1.2, 'ok')
)
SELECT
    count(*) OVER () = 1,
    abs(current_fraction - 0.182927) < 5e-7,
    abs(current_fraction_error - 0.00642) < 0.01 * 0.00642,
    transference_number = current_fraction,
    initial_basis = 'record',
    resistance_before_ohm = 50 AND resistance_after_ohm = 60,
    status = 'ok' AND reason IS NULL
FROM bruce_vincent;

-- example: a first record that comes late, in a concentrated electrolyte; and what is refused
WITH told(test_id, volt, first, steady, after_ohm, fit) AS (
    VALUES
    (1, 0.01, 1e-9, 30e-6, 60, 'ok'), (2, 0.02, 1e-9, 60e-6, 60, 'ok'),
    (3, 0.01, 1e-9, 110e-6, 60, 'ok'), (4, 0.01, 1e-9, 30e-6, 300, 'ok'),
    (5, 0.01, 1e-9, 30e-6, 60, 'low_quality')
),
held_current AS (
    SELECT
        test_id,
        1 AS step_count,
        volt AS held_volt,
        steady AS steady_ampere,
        0 AS steady_error_ampere,
        first AS first_ampere,
        1 AS first_second,
        3600 AS held_second,
        'ok' AS status
    FROM told
),
step AS (
    SELECT test_id, 1 AS step_count, 1000 AS start_time_second, 'ok' AS status
    FROM told
),
test AS (SELECT test_id, test_id AS cell_id FROM told),
cell AS (SELECT test_id AS cell_id, true AS "symmetric" FROM told),
layer AS (
    SELECT
        told.test_id AS cell_id,
        place.position,
        place.role,
        place.substance
    FROM told
    CROSS JOIN (
        VALUES (1, 'negative', 'Li'), (2, 'electrolyte', 'E'), (3, 'positive', 'Li')
    ) AS place(position, role, substance)
),
substance(substance_id, name, electrons) AS (VALUES (1, 'Li', 1), (2, 'E', NULL)),
property(property_id, name, substance, text)
AS (VALUES (1, 'electrolyte_class', 'E', 'concentrated')),
sweep AS (
    SELECT
        test_id,
        spectrum_count,
        CASE spectrum_count WHEN 1 THEN 0 ELSE 9000 END AS start_time_second
    FROM told
    CROSS JOIN (VALUES (1), (2)) AS taken(spectrum_count)
),
fitted_resistance AS (
    SELECT
        test_id,
        spectrum_count,
        object,
        CASE
            WHEN object = 'electrolyte' THEN 50
            WHEN spectrum_count = 1 THEN 50
            ELSE after_ohm
        END AS resistance_ohm,
        0 AS resistance_error_ohm,
        fit AS status,
        CASE fit WHEN 'ok' THEN NULL ELSE 'drift' END AS reason
    FROM told
    CROSS JOIN (VALUES (1), (2)) AS taken(spectrum_count)
    CROSS JOIN (VALUES ('interface'), ('electrolyte')) AS part(object)
)
SELECT
    count(*) OVER () = 5,
    test_id <> 1 OR abs(current_fraction - 0.182927) < 5e-7,
    test_id <> 1 OR abs(initial_current_ampere - 1e-4) < 1e-15,
    initial_basis = 'impedance',
    transference_number IS NULL,
    (current_fraction IS NULL) = (test_id > 1),
    status = CASE test_id WHEN 1 THEN 'ok' ELSE 'not_computable' END,
    reason IS NOT DISTINCT FROM CASE test_id
        WHEN 2 THEN 'more than 15 mV held: 20 mV'
        WHEN 3 THEN 'the current rose'
        WHEN 4 THEN 'the interface takes more than 80 % after'
        WHEN 5 THEN 'missing first current; fit before: drift; fit after: drift'
    END
FROM bruce_vincent;

-- example: without sweeps nothing is known of the interfaces, and blocking electrodes have no row
WITH held_current(test_id, step_count, held_volt, steady_ampere, held_second, status)
AS (VALUES (1, 1, 0.01, 30e-6, 3600, 'ok'), (2, 1, 0.01, 30e-6, 3600, 'ok')),
step(test_id, step_count, start_time_second, status) AS (VALUES (1, 1, 0, 'ok'), (2, 1, 0, 'ok')),
test(test_id, cell_id) AS (VALUES (1, 7), (2, 8)),
cell(cell_id, "symmetric") AS (VALUES (7, true), (8, true)),
layer(cell_id, position, role, substance) AS (
    VALUES
    (7, 1, 'negative', 'Li'), (7, 3, 'positive', 'Li'), (8, 1, 'negative', 'Au'),
    (8, 3, 'positive', 'Au')
),
substance(substance_id, name, electrons) AS (VALUES (1, 'Li', 1), (2, 'Au', NULL))
SELECT
    count(*) OVER () = 1,
    test_id = 1,
    current_fraction IS NULL,
    status = 'not_computable',
    reason = 'missing sweep before, sweep after, first current'
FROM bruce_vincent;
