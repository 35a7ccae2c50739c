-- Drift of the activation energy
--
-- How the activation energy of an object of a cell changes while the cell is cycled: a weighted
-- line through the energies of its tests (arrhenius, by ln(T/R)) against the hours of cycling
-- before each (cycling_time, of its first sweep). A test counts by the inverse square of its
-- standard error; one without an energy, an error or a time is left out. The slope is judged by its
-- own error, that of the energies carried over, and by the effect itself: it is stable where it is
-- less than so many errors off zero, or where all energies lie within so little.
--
-- grain:      cell_id, object
-- column:     object | | interface
-- column:     configuration | | layers of the cell
-- column:     current_density_ma_per_cm2 | mA/cm² | median of the steps that cycled it, where the
--             area is known
-- column:     drift_mev_per_100_hour | meV/100 h | slope of the activation energy
-- column:     error_mev_per_100_hour | meV/100 h | one sigma
-- column:     z | 1 | slope over its error
-- column:     range_ev | eV | highest less lowest energy
-- column:     first_energy_ev | eV | activation energy of the earliest test
-- column:     first_error_ev | eV | one sigma
-- column:     first_hour | h | cycling before the earliest test
-- column:     last_hour | h | cycling before the latest test
-- column:     count | 1 | tests on the line
-- column:     verdict | | falls, rises or stable
-- column:     status | | ok, low_quality (2 tests only, or energies that are not ok) or
--             not_computable
-- column:     reason | | why not ok; null when ok
-- takes:      least_z | number(0..) | 3 | errors off zero from which on it is no chance
-- takes:      least_range_ev | number(0..) | 0.01 | range from which on it is an effect
-- takes:      weighting | text(errors, none) | errors | of the sweeps on each Arrhenius line
-- needs:      arrhenius, cycling_time, cell, cycled
-- reference:  our own declaration
WITH timed AS (
    SELECT
        test_id,
        min(cycling_time_hour) AS hour,
        min(reason) AS reason
    FROM cycling_time
    GROUP BY test_id
),

told AS (
    SELECT
        line.cell_id,
        line.object,
        line.test_id,
        line.status,
        timed.hour,
        line.activation_energy_ev AS energy_ev,
        line.standard_error_ev AS error_ev,
        line.standard_error_ev > 0
            AND line.standard_error_ev < 1e9
            AND timed.hour IS NOT NULL AS counts,
        CASE
            WHEN line.activation_energy_ev IS NULL THEN line.reason
            WHEN line.standard_error_ev IS NULL THEN 'an energy of 2 temperatures has no error'
            WHEN NOT line.standard_error_ev > 0 THEN 'an energy is without any error'
            WHEN timed.hour IS NULL THEN timed.reason
        END AS why
    FROM arrhenius AS line
    LEFT JOIN timed ON timed.test_id = line.test_id
    WHERE line.convention = 'sT'
        AND line.cell_id IS NOT NULL
),

weighed AS (
    SELECT *, 1 / nullif(error_ev * error_ev, 0) AS weight
    FROM told
    WHERE counts
),

centered AS (
    SELECT
        *,
        hour - sum(weight * hour) OVER (PARTITION BY cell_id, object)
        / nullif(sum(weight) OVER (PARTITION BY cell_id, object), 0) AS x,
        row_number() OVER (PARTITION BY cell_id, object ORDER BY hour, test_id) AS place
    FROM weighed
),

line AS (
    SELECT
        cell_id,
        object,
        count(*) AS used,
        count(*) FILTER (WHERE status <> 'ok') AS doubtful,
        sum(weight * x * x) AS sxx,
        CASE
            WHEN max(hour) > min(hour)
                THEN sum(weight * x * energy_ev) / nullif(sum(weight * x * x), 0)
        END AS slope_ev_per_hour,
        max(energy_ev) - min(energy_ev) AS range_ev,
        min(hour) AS first_hour,
        max(hour) AS last_hour,
        max(CASE WHEN place = 1 THEN energy_ev END) AS first_energy_ev,
        max(CASE WHEN place = 1 THEN error_ev END) AS first_error_ev
    FROM centered
    GROUP BY cell_id, object
),

tried AS (
    SELECT
        cell_id,
        object,
        count(*) AS test_count,
        min(why) AS why
    FROM told
    GROUP BY cell_id, object
),

driven AS (
    SELECT
        cycled.cell_id,
        median(abs(cycled.median_current_ampere)) * 1000 / nullif(max(cell.area_cm2), 0)
            AS density
    FROM cycled
    JOIN cell ON cell.cell_id = cycled.cell_id
    WHERE cell.area_cm2 > 0
        AND cycled.cell_id IN (SELECT cell_id FROM told)
    GROUP BY cycled.cell_id
),

judged AS (
    SELECT
        tried.*,
        line.used,
        line.doubtful,
        line.slope_ev_per_hour,
        1 / nullif(sqrt(CASE WHEN line.slope_ev_per_hour IS NOT NULL THEN line.sxx END), 0)
            AS error_ev_per_hour,
        line.range_ev,
        line.first_energy_ev,
        line.first_error_ev,
        line.first_hour,
        line.last_hour
    FROM tried
    LEFT JOIN line
        ON line.cell_id = tried.cell_id
        AND line.object = tried.object
)

SELECT
    judged.cell_id,
    judged.object,
    cell.configuration,
    driven.density AS current_density_ma_per_cm2,
    100000 * judged.slope_ev_per_hour AS drift_mev_per_100_hour,
    100000 * judged.error_ev_per_hour AS error_mev_per_100_hour,
    judged.slope_ev_per_hour / nullif(judged.error_ev_per_hour, 0) AS z,
    judged.range_ev,
    judged.first_energy_ev,
    judged.first_error_ev,
    judged.first_hour,
    judged.last_hour,
    coalesce(judged.used, 0) AS count,
    CASE
        WHEN judged.slope_ev_per_hour IS NULL THEN NULL
        WHEN abs(judged.slope_ev_per_hour) < $least_z * judged.error_ev_per_hour THEN 'stable'
        WHEN judged.range_ev < $least_range_ev THEN 'stable'
        WHEN judged.slope_ev_per_hour > 0 THEN 'rises'
        WHEN judged.slope_ev_per_hour < 0 THEN 'falls'
        ELSE 'stable'
    END AS verdict,
    CASE
        WHEN judged.slope_ev_per_hour IS NULL THEN 'not_computable'
        WHEN judged.used < 3 OR judged.doubtful > 0 OR judged.used < judged.test_count
            THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    nullif(
        concat_ws(
            '; ',
            CASE
                WHEN judged.slope_ev_per_hour IS NULL
                    THEN 'fewer than 2 activation energies at different times'
                WHEN judged.used < 3 THEN 'only 2 activation energies'
            END,
            CASE
                WHEN judged.doubtful > 0 THEN concat(
                    judged.doubtful, ' of ', judged.used, ' activation energies are not ok'
                )
            END,
            CASE
                WHEN coalesce(judged.used, 0) < judged.test_count THEN concat(
                    judged.test_count - coalesce(judged.used, 0),
                    ' of ',
                    judged.test_count,
                    ' tests left out: ',
                    judged.why
                )
            END
        ),
        ''
    ) AS reason
FROM judged
LEFT JOIN cell ON cell.cell_id = judged.cell_id
LEFT JOIN driven ON driven.cell_id = judged.cell_id;

-- example: 0.4 eV that lose 0.05 eV in 50 h fall
WITH sweep(test_id, spectrum_count, start_time_second, temperature_celsius) AS (
    SELECT test, n, 0, 20 + 10 * n
    FROM range(1, 5) AS t(n), (VALUES (1), (2), (3)) AS u(test)
),
fit(test_id, spectrum_count, version, parameter_hash, circuit, chosen, status, latest) AS (
    SELECT test_id, spectrum_count, '1', 'a', 'R0-p(R1,CPE1)', true, 'ok', true FROM sweep
),
arc(
    test_id, spectrum_count, version, parameter_hash, circuit, element, resistance_ohm,
    resistance_error_ohm, capacitance_farad, assignment, latest
) AS (
    SELECT
        test_id, spectrum_count, '1', 'a', 'R0-p(R1,CPE1)', 'R1', ohm, 0.0001 * ohm, 1e-6,
        'interface', true
    FROM (
        SELECT
            *,
            (temperature_celsius + 273.15)
            * (1 + 0.0001 * (CASE WHEN spectrum_count IN (1, 3) THEN 1 ELSE 0 END))
            * exp((0.45 - 0.05 * test_id) / (8.617333262e-5 * (temperature_celsius + 273.15)))
                AS ohm
        FROM sweep
    )
),
test(test_id, test_name, cell_id, started_at) AS (
    VALUES
    (1, 'a', 7, TIMESTAMP '2026-02-16 00:00:00'), (2, 'b', 7, TIMESTAMP '2026-02-18 02:00:00'),
    (3, 'c', 7, TIMESTAMP '2026-02-20 04:00:00')
),
cell(cell_id, configuration, "symmetric", area_cm2) AS (VALUES (7, 'Li/LATP/Li', true, 2)),
cycled(
    cell_id, test_id, test_name, started_at, start_time_second, duration_second,
    median_current_ampere
) AS (
    SELECT
        7, 4, 'cycling', TIMESTAMP '2026-02-16 00:00:00', 3600 * n, 3600,
        0.0001 * (CASE WHEN n % 2 = 0 THEN 1 ELSE -1 END)
    FROM range(0, 150) AS t(n)
)
SELECT
    abs(drift_mev_per_100_hour + 100) < 1e-6,
    abs(z - drift_mev_per_100_hour / error_mev_per_100_hour) < 1e-9 AND z < -3,
    abs(range_ev - 0.1) < 1e-9,
    abs(first_energy_ev - 0.4) < 0.001 AND first_error_ev < 0.001,
    first_hour = 0 AND last_hour = 100 AND "count" = 3,
    abs(current_density_ma_per_cm2 - 0.05) < 1e-12,
    configuration = 'Li/LATP/Li',
    object = 'interface' AND verdict = 'falls',
    status = 'ok' AND reason IS NULL
FROM activation_energy_drift;

-- example: a change of 5 meV is significant and yet none
WITH sweep(test_id, spectrum_count, start_time_second, temperature_celsius) AS (
    SELECT test, n, 0, 20 + 10 * n
    FROM range(1, 5) AS t(n), (VALUES (1), (2), (3)) AS u(test)
),
fit(test_id, spectrum_count, version, parameter_hash, circuit, chosen, status, latest) AS (
    SELECT test_id, spectrum_count, '1', 'a', 'R0-p(R1,CPE1)', true, 'ok', true FROM sweep
),
arc(
    test_id, spectrum_count, version, parameter_hash, circuit, element, resistance_ohm,
    resistance_error_ohm, capacitance_farad, assignment, latest
) AS (
    SELECT
        test_id, spectrum_count, '1', 'a', 'R0-p(R1,CPE1)', 'R1', ohm, 0.0001 * ohm, 1e-6,
        'interface', true
    FROM (
        SELECT
            *,
            (temperature_celsius + 273.15)
            * (1 + 0.0001 * (CASE WHEN spectrum_count IN (1, 3) THEN 1 ELSE 0 END))
            * exp((0.4 + 0.0025 * test_id) / (8.617333262e-5 * (temperature_celsius + 273.15)))
                AS ohm
        FROM sweep
    )
),
test(test_id, test_name, cell_id, started_at) AS (
    VALUES
    (1, 'a', 7, TIMESTAMP '2026-02-16 00:00:00'), (2, 'b', 7, TIMESTAMP '2026-02-18 02:00:00'),
    (3, 'c', 7, TIMESTAMP '2026-02-20 04:00:00')
),
cell(cell_id, configuration, "symmetric", area_cm2) AS (VALUES (7, 'Li/LATP/Li', true, 2)),
cycled(
    cell_id, test_id, test_name, started_at, start_time_second, duration_second,
    median_current_ampere
) AS (
    SELECT
        7, 4, 'cycling', TIMESTAMP '2026-02-16 00:00:00', 3600 * n, 3600,
        0.0001 * (CASE WHEN n % 2 = 0 THEN 1 ELSE -1 END)
    FROM range(0, 150) AS t(n)
)
SELECT
    abs(drift_mev_per_100_hour - 5) < 1e-6 AND z > 3,
    range_ev < 0.01,
    verdict = 'stable'
FROM activation_energy_drift;

-- example: two activation energies are a poor line
WITH sweep(test_id, spectrum_count, start_time_second, temperature_celsius) AS (
    SELECT test, n, 0, 20 + 10 * n
    FROM range(1, 5) AS t(n), (VALUES (1), (2)) AS u(test)
),
fit(test_id, spectrum_count, version, parameter_hash, circuit, chosen, status, latest) AS (
    SELECT test_id, spectrum_count, '1', 'a', 'R0-p(R1,CPE1)', true, 'ok', true FROM sweep
),
arc(
    test_id, spectrum_count, version, parameter_hash, circuit, element, resistance_ohm,
    resistance_error_ohm, capacitance_farad, assignment, latest
) AS (
    SELECT
        test_id, spectrum_count, '1', 'a', 'R0-p(R1,CPE1)', 'R1', ohm, 0.0001 * ohm, 1e-6,
        'interface', true
    FROM (
        SELECT
            *,
            (temperature_celsius + 273.15)
            * (1 + 0.0001 * (CASE WHEN spectrum_count IN (1, 3) THEN 1 ELSE 0 END))
            * exp((0.4 + 0.05 * test_id) / (8.617333262e-5 * (temperature_celsius + 273.15)))
                AS ohm
        FROM sweep
    )
),
test(test_id, test_name, cell_id, started_at) AS (
    VALUES
    (1, 'a', 7, TIMESTAMP '2026-02-16 00:00:00'), (2, 'b', 7, TIMESTAMP '2026-02-18 02:00:00'),
    (3, 'c', 7, TIMESTAMP '2026-02-20 04:00:00')
),
cell(cell_id, configuration, "symmetric", area_cm2) AS (VALUES (7, 'Li/LATP/Li', true, 2)),
cycled(
    cell_id, test_id, test_name, started_at, start_time_second, duration_second,
    median_current_ampere
) AS (
    SELECT
        7, 4, 'cycling', TIMESTAMP '2026-02-16 00:00:00', 3600 * n, 3600,
        0.0001 * (CASE WHEN n % 2 = 0 THEN 1 ELSE -1 END)
    FROM range(0, 150) AS t(n)
)
SELECT
    abs(drift_mev_per_100_hour - 100) < 1e-6,
    "count" = 2 AND verdict = 'rises',
    status = 'low_quality',
    reason = 'only 2 activation energies'
FROM activation_energy_drift;

-- example: without a clock there is no line
WITH sweep(test_id, spectrum_count, start_time_second, temperature_celsius) AS (
    SELECT test, n, 0, 20 + 10 * n
    FROM range(1, 5) AS t(n), (VALUES (1), (2), (3)) AS u(test)
),
fit(test_id, spectrum_count, version, parameter_hash, circuit, chosen, status, latest) AS (
    SELECT test_id, spectrum_count, '1', 'a', 'R0-p(R1,CPE1)', true, 'ok', true FROM sweep
),
arc(
    test_id, spectrum_count, version, parameter_hash, circuit, element, resistance_ohm,
    resistance_error_ohm, capacitance_farad, assignment, latest
) AS (
    SELECT
        test_id, spectrum_count, '1', 'a', 'R0-p(R1,CPE1)', 'R1', ohm, 0.0001 * ohm, 1e-6,
        'interface', true
    FROM (
        SELECT
            *,
            (temperature_celsius + 273.15)
            * (1 + 0.0001 * (CASE WHEN spectrum_count IN (1, 3) THEN 1 ELSE 0 END))
            * exp((0.4 + 0.05 * test_id) / (8.617333262e-5 * (temperature_celsius + 273.15)))
                AS ohm
        FROM sweep
    )
),
test(test_id, test_name, cell_id, started_at) AS (
    VALUES
    (1, 'a', 7, TIMESTAMP '2026-02-16 00:00:00'), (2, 'b', 7, TIMESTAMP '2026-02-18 02:00:00'),
    (3, 'c', 7, TIMESTAMP '2026-02-20 04:00:00')
),
cell(cell_id, configuration, "symmetric", area_cm2) AS (VALUES (7, 'Li/LATP/Li', true, 2)),
cycled(
    cell_id, test_id, test_name, started_at, start_time_second, duration_second,
    median_current_ampere
) AS (
    SELECT
        7, 4, 'cycling', NULL, 3600 * n, 3600,
        0.0001 * (CASE WHEN n % 2 = 0 THEN 1 ELSE -1 END)
    FROM range(0, 150) AS t(n)
)
SELECT
    drift_mev_per_100_hour IS NULL AND verdict IS NULL AND "count" = 0,
    status = 'not_computable',
    reason = 'fewer than 2 activation energies at different times; 3 of 3 tests left out: '
        || 'missing: start of cycling'
FROM activation_energy_drift;
