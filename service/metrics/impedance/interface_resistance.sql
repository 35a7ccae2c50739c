-- Interface resistance
--
-- Area-specific resistance of the interfaces of a cell, for each of its impedance sweeps: the arcs
-- of the chosen fit that are taken for an interface (fitted_resistance), times the electrode area.
-- A symmetric cell has two alike in series, so per interface it is half of that (per_interface);
-- of another cell it is of both sides together (total). Its temperature, its state of charge and
-- the hours of cycling before it stand beside it.
--
-- formula:    ASR = A Σ R(interface) (total), A Σ R(interface) / 2 (per_interface)
-- grain:      test_id, spectrum_count
-- column:     cell_id | | the cell
-- column:     configuration | | its layers
-- column:     temperature_celsius | °C | mean of the sweep, where recorded
-- column:     state_of_charge | 1 | share of charge held, mean of the sweep, where known
-- column:     cycling_time_hour | h | charge and discharge before it; null where cycling_time is
-- column:     resistance_ohm | Ω | arcs of the interfaces, all together
-- column:     resistance_error_ohm | Ω | one sigma, of the fit
-- column:     arc_count | 1 | arcs it is the sum of
-- column:     area_cm2 | cm² | electrode area
-- column:     interface_resistance_ohm_cm2 | Ω·cm² | resistance times area, halved per_interface
-- column:     interface_error_ohm_cm2 | Ω·cm² | one sigma, of the fit: the area counts as exact
-- column:     convention | | per_interface or total
-- column:     circuit | | circuit of the fit
-- column:     status | | ok, low_quality or not_computable
-- column:     reason | | why not ok; null when ok
-- main:       interface_resistance_ohm_cm2, error: interface_error_ohm_cm2
-- summary:    first_interface_resistance | first | temperature_celsius BETWEEN 20 AND 30 |
--             convention | interface resistance of the first sweep at 20 to 30 °C
-- summary:    last_interface_resistance | last | temperature_celsius BETWEEN 20 AND 30 | convention
--             | interface resistance of the last sweep at 20 to 30 °C
-- inherits:   fitted_resistance
-- needs:      sweep, test, cell, fitted_resistance, cycling_time
-- reference:  our own declaration; the resistance as in fitted_resistance
WITH tested AS (
    SELECT
        sweep.test_id,
        sweep.spectrum_count,
        sweep.temperature_celsius,
        sweep.temperature_drift_kelvin,
        sweep.state_of_charge,
        test.cell_id,
        cell.configuration,
        cell."symmetric" AS halves,
        CASE WHEN cell.area_cm2 > 0 THEN cell.area_cm2 END AS area_cm2,
        time.cycling_time_hour,
        fitted.resistance_ohm,
        fitted.resistance_error_ohm,
        fitted.arc_count,
        fitted.circuit,
        fitted.status AS fit_status,
        coalesce(fitted.reason, CASE WHEN fitted.status IS NULL THEN 'no fit' END) AS fit_reason,
        CASE
            WHEN cell."symmetric" THEN 0.5
            ELSE 1
        END * CASE WHEN cell.area_cm2 > 0 THEN cell.area_cm2 END AS factor_cm2
    FROM sweep
    JOIN test ON test.test_id = sweep.test_id
    LEFT JOIN cell ON cell.cell_id = test.cell_id
    LEFT JOIN cycling_time AS time
        ON time.test_id = sweep.test_id
        AND time.spectrum_count = sweep.spectrum_count
    LEFT JOIN fitted_resistance AS fitted
        ON fitted.test_id = sweep.test_id
        AND fitted.spectrum_count = sweep.spectrum_count
        AND fitted.object = 'interface'
    WHERE test.cell_id IS NOT NULL
),

judged AS (
    SELECT
        *,
        nullif(
            concat_ws(
                '; ',
                CASE WHEN area_cm2 IS NULL THEN 'missing area_cm2' END,
                CASE WHEN resistance_ohm IS NULL THEN fit_reason END
            ),
            ''
        ) AS refused,
        nullif(
            concat_ws(
                '; ',
                fit_reason,
                CASE
                    WHEN halves IS NULL
                        THEN 'missing symmetric: it is of both sides together'
                END,
                CASE
                    WHEN temperature_drift_kelvin > 1 THEN concat(
                        'temperature drifted by ',
                        round(temperature_drift_kelvin, 1),
                        ' K during the sweep'
                    )
                END
            ),
            ''
        ) AS doubt
    FROM tested
)

SELECT
    test_id,
    spectrum_count,
    cell_id,
    configuration,
    temperature_celsius,
    state_of_charge,
    cycling_time_hour,
    resistance_ohm,
    resistance_error_ohm,
    arc_count,
    area_cm2,
    factor_cm2 * resistance_ohm AS interface_resistance_ohm_cm2,
    factor_cm2 * resistance_error_ohm AS interface_error_ohm_cm2,
    CASE WHEN halves THEN 'per_interface' ELSE 'total' END AS convention,
    circuit,
    CASE
        WHEN refused IS NOT NULL THEN 'not_computable'
        WHEN doubt IS NOT NULL THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    coalesce(refused, doubt) AS reason
FROM judged;

-- example: 900 Ω on 2 cm² are 900 Ω·cm² on each side of a symmetric cell
WITH sweep(
    test_id, spectrum_count, temperature_celsius, temperature_drift_kelvin, state_of_charge
) AS (
    VALUES (1, 1, 60, 0.1, NULL), (2, 1, 60, 1.5, 0.5), (3, 1, 60, 0, NULL), (4, 1, 60, 0, NULL),
    (5, 1, 60, 0, NULL)
),
fitted_resistance(
    test_id, spectrum_count, object, resistance_ohm, resistance_error_ohm, status, reason
) AS (
    VALUES
    (1, 1, 'interface', 900, 9, 'ok', NULL), (2, 1, 'interface', 900, 9, 'ok', NULL),
    (3, 1, 'interface', 900, 9, 'ok', NULL), (5, 1, 'interface', 900, 9, 'low_quality', 'in doubt')
),
cycling_time(test_id, spectrum_count, cycling_time_hour) AS (SELECT test_id, 1, 5 FROM sweep),
test(test_id, cell_id) AS (VALUES (1, 7), (2, 8), (3, 9), (4, 7), (5, 7)),
cell(cell_id, configuration, "symmetric", area_cm2)
AS (VALUES (7, 'Li/LATP/Li', true, 2), (8, 'Li/LATP/LFP', false, 2), (9, 'x', true, NULL))
SELECT
    interface_resistance_ohm_cm2 IS NOT DISTINCT FROM CASE
        WHEN test_id IN (1, 5) THEN 900 WHEN test_id = 2 THEN 1800
    END,
    interface_error_ohm_cm2 IS NOT DISTINCT FROM CASE
        WHEN test_id IN (1, 5) THEN 9 WHEN test_id = 2 THEN 18
    END,
    convention = CASE test_id WHEN 2 THEN 'total' ELSE 'per_interface' END,
    state_of_charge IS NOT DISTINCT FROM CASE test_id WHEN 2 THEN 0.5 END,
    cycling_time_hour = 5,
    status = CASE
        WHEN test_id = 1 THEN 'ok' WHEN test_id IN (2, 5) THEN 'low_quality'
        ELSE 'not_computable'
    END,
    reason IS NOT DISTINCT FROM CASE test_id
        WHEN 2 THEN 'temperature drifted by 1.5 K during the sweep'
        WHEN 3 THEN 'missing area_cm2'
        WHEN 4 THEN 'no fit'
        WHEN 5 THEN 'in doubt'
    END
FROM interface_resistance;
