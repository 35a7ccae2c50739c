-- Drift of the activation energy
--
-- How the activation energy of an object of a cell changes while the cell is cycled: a weighted
-- line through its energies (arrhenius, by ln(T/R)) against the hours of cycling before each. An
-- energy counts by the inverse square of its standard error; one without an energy, an error or a
-- time is left out, and, unless quality is any, one that is not ok. The slope is judged by its own
-- error, that of the energies carried over, and by the effect itself: it is stable where it is less
-- than so many errors off zero, or where all energies lie within so little.
--
-- formula:    dEₐ/dt = Σ w (t − t̄) Eₐ / Σ w (t − t̄)², w = 1/s(Eₐ)², t̄ = Σ w t / Σ w
-- grain:      cell_id, object
-- column:     object | | interface
-- column:     configuration | | layers of the cell
-- column:     current_density_ma_per_cm2 | mA/cm² | median of the steps that cycled it, where the
--             area is known
-- column:     drift_mev_per_100_hour | meV/100 h | slope of the activation energy
-- column:     error_mev_per_100_hour | meV/100 h | one sigma
-- column:     z | 1 | slope over its error
-- column:     range_ev | eV | highest less lowest energy
-- column:     first_energy_ev | eV | activation energy of the earliest line
-- column:     first_error_ev | eV | one sigma
-- column:     first_hour | h | cycling before the earliest line
-- column:     last_hour | h | cycling before the latest line
-- column:     count | 1 | energies on the line
-- column:     verdict | | falls, rises or stable
-- column:     status | | ok, low_quality (2 energies only, some that are not ok or left out, or
--             clocks of different zones) or not_computable
-- column:     reason | | why not ok; null when ok
-- main:       drift_mev_per_100_hour, error: error_mev_per_100_hour
-- summary:    activation_energy_drift | single | object = 'interface' | verdict | drift of the
--             activation energy of the interface with cycling
-- takes:      least_z | number(0..) | 3 | errors off zero from which on it is no chance
-- takes:      least_range_ev | number(0..) | 0.01 | range from which on it is an effect
-- inherits:   arrhenius
-- needs:      arrhenius, cycling_time, cell, cycled
-- reference:  our own declaration
WITH timed AS (
    SELECT
        cell_id,
        min(CASE WHEN status = 'not_computable' THEN reason END) AS refused,
        min(CASE WHEN status = 'low_quality' THEN reason END) AS doubt
    FROM cycling_time
    GROUP BY cell_id
),

told AS (
    SELECT
        line.cell_id,
        line.object,
        line.line_count,
        line.status,
        line.cycling_time_hour AS hour,
        timed.doubt AS clock_doubt,
        line.activation_energy_ev AS energy_ev,
        line.standard_error_ev AS error_ev,
        line.standard_error_ev > 0
            AND line.standard_error_ev < 1e9
            AND line.cycling_time_hour IS NOT NULL
            AND (line.status = 'ok' OR $quality = 'any') AS counts,
        CASE
            WHEN line.activation_energy_ev IS NULL THEN line.reason
            WHEN line.standard_error_ev IS NULL THEN 'an energy of 2 temperatures has no error'
            WHEN NOT line.standard_error_ev > 0 THEN 'an energy is without any error'
            WHEN line.cycling_time_hour IS NULL
                THEN coalesce(timed.refused, 'missing: time of cycling')
            WHEN line.status <> 'ok' THEN line.reason
        END AS why
    FROM arrhenius AS line
    LEFT JOIN timed ON timed.cell_id = line.cell_id
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
        row_number() OVER (PARTITION BY cell_id, object ORDER BY hour, line_count) AS place
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
        count(*) AS energy_count,
        min(CASE WHEN NOT coalesce(counts, false) THEN why END) AS why,
        min(clock_doubt) AS clock_doubt
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
        WHEN judged.used < 3
            OR judged.doubtful > 0
            OR judged.used < judged.energy_count
            OR judged.clock_doubt IS NOT NULL
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
                WHEN coalesce(judged.used, 0) < judged.energy_count THEN concat(
                    judged.energy_count - coalesce(judged.used, 0),
                    ' of ',
                    judged.energy_count,
                    ' energies left out: ',
                    judged.why
                )
            END,
            judged.clock_doubt
        ),
        ''
    ) AS reason
FROM judged
LEFT JOIN cell ON cell.cell_id = judged.cell_id
LEFT JOIN driven ON driven.cell_id = judged.cell_id;

-- example: 0.4 eV that lose 0.05 eV in 50 h fall
WITH arrhenius(
    object, convention, cell_id, line_count, cycling_time_hour, activation_energy_ev,
    standard_error_ev, status
) AS (
    VALUES
    ('interface', 'sT', 7, 1, 0, 0.4, 0.001, 'ok'),
    ('interface', 'sT', 7, 2, 50, 0.35, 0.001, 'ok'),
    ('interface', 'sT', 7, 3, 100, 0.3, 0.001, 'ok'), ('interface', 's', 7, 1, 0, 9, 0.001, 'ok')
),
cycling_time(cell_id, status) AS (VALUES (7, 'ok')),
cell(cell_id, configuration, area_cm2) AS (VALUES (7, 'Li/LATP/Li', 2)),
cycled(cell_id, median_current_ampere) AS (VALUES (7, 0.0001), (7, -0.0001))
SELECT
    abs(drift_mev_per_100_hour + 100) < 1e-6,
    abs(error_mev_per_100_hour - 100 / sqrt(5000.0)) < 1e-9,
    abs(z - drift_mev_per_100_hour / error_mev_per_100_hour) < 1e-9 AND z < -3,
    abs(range_ev - 0.1) < 1e-9,
    first_energy_ev = 0.4 AND first_error_ev = 0.001,
    first_hour = 0 AND last_hour = 100 AND "count" = 3,
    abs(current_density_ma_per_cm2 - 0.05) < 1e-12,
    configuration = 'Li/LATP/Li',
    object = 'interface' AND verdict = 'falls',
    status = 'ok' AND reason IS NULL
FROM activation_energy_drift;

-- example: a change of 5 meV is significant and yet none
WITH arrhenius(
    object, convention, cell_id, line_count, cycling_time_hour, activation_energy_ev,
    standard_error_ev, status
) AS (
    SELECT 'interface', 'sT', 7, n, 50 * n, 0.4 + 0.0025 * n, 0.0001, 'ok'
    FROM range(1, 4) AS t(n)
),
cycling_time(cell_id, status) AS (VALUES (7, 'ok'))
SELECT
    abs(drift_mev_per_100_hour - 5) < 1e-6 AND z > 3,
    range_ev < 0.01,
    verdict = 'stable'
FROM activation_energy_drift;

-- example: an energy that is not ok does not count, and two are a poor line
WITH arrhenius(
    object, convention, cell_id, line_count, cycling_time_hour, activation_energy_ev,
    standard_error_ev, status, reason
) AS (
    VALUES
    ('interface', 'sT', 7, 1, 0, 0.4, 0.001, 'ok', NULL),
    ('interface', 'sT', 7, 2, 50, 0.9, 0.001, 'low_quality', 'curved: t = 9'),
    ('interface', 'sT', 7, 3, 100, 0.5, 0.001, 'ok', NULL)
),
cycling_time(cell_id, status) AS (VALUES (7, 'ok'))
SELECT
    abs(drift_mev_per_100_hour - 100) < 1e-6,
    "count" = 2 AND verdict = 'rises',
    status = 'low_quality',
    reason = 'only 2 activation energies; 1 of 3 energies left out: curved: t = 9'
FROM activation_energy_drift;

-- example: without a clock there is no line
WITH arrhenius(
    object, convention, cell_id, line_count, activation_energy_ev, standard_error_ev, status
) AS (
    VALUES
    ('interface', 'sT', 7, 1, 0.4, 0.001, 'ok'), ('interface', 'sT', 7, 2, 0.5, 0.001, 'ok')
),
cycling_time(cell_id, status, reason)
AS (VALUES (7, 'not_computable', 'missing: start of cycling'))
SELECT
    drift_mev_per_100_hour IS NULL AND verdict IS NULL AND "count" = 0,
    status = 'not_computable',
    reason = 'fewer than 2 activation energies at different times; 2 of 2 energies left out: '
        || 'missing: start of cycling'
FROM activation_energy_drift;
