-- Sweeps on lines of Arrhenius
--
-- Which line each sweep is on, and at which of its temperatures: what arrhenius says of lines,
-- temperatures that are one, and sweeps that are left out, sweep by sweep.
--
-- formula:    σ = d/(R A); of an interface 1/(R A), and 2/(R A) where two alike are in series
-- grain:      test_id, spectrum_count, object
-- column:     object | | total, bulk, grain_boundary or interface
-- column:     material_id | | the pellet; null for a cell
-- column:     cell_id | | the cell; null for a pellet
-- column:     line_id | 1 | the line; what is none stands beside others of its object
-- column:     row_id | 1 | the row it goes into: its line, or with all that are none
-- column:     line_count | 1 | rows of the object up to this one, by time of cycling
-- column:     is_line | | whether its line has two temperatures
-- column:     is_used | | whether it is on the line
-- column:     counts | | whether it has a conductivity of the quality asked for
-- column:     cycling_time_hour | h | of the first sweep of its row; null where rows differ
-- column:     temperature_celsius | °C | mean of the sweep, where recorded
-- column:     temperature_place | 1 | temperatures of its line up to this one
-- column:     temperature_count | 1 | temperatures of its line
-- column:     conductivity | 1 | S/cm, of an interface S/cm²
-- column:     relative_error | 1 | one sigma over it, of a fitted resistance alone
-- column:     method | | where the resistance comes from
-- column:     status | | as in ionic_conductivity or interface_resistance
-- column:     reason | | why not ok; null when ok
-- main:       conductivity, error: relative_error
-- scope:      whole | lines go through the sweeps of a material in whatever test, and are numbered
--             over all
-- takes:      quality | text(ok, any) | ok | rows of what quality count
-- takes:      cycling_tolerance_hour | number(0..) | 0.1 | cycling that parts no line
-- needs:      ionic_conductivity, interface_resistance
-- reference:  our own declaration
WITH sweep AS (
    SELECT
        test_id,
        spectrum_count,
        object,
        material_id,
        cell_id,
        CAST(NULL AS DOUBLE) AS hour,
        CASE WHEN material_id IS NULL THEN test_id END AS own_test_id,
        temperature_celsius,
        conductivity_s_per_cm AS conductivity,
        -- thickness, area and the distance of an intercept from the axis are off alike at all
        -- temperatures: that moves no slope
        CASE
            WHEN method = 'circuit fit' THEN resistance_error_ohm / nullif(resistance_ohm, 0)
        END AS relative_error,
        method,
        status,
        reason
    FROM ionic_conductivity
    WHERE cell_id IS NULL
    UNION ALL
    SELECT
        test_id,
        spectrum_count,
        'interface',
        NULL,
        cell_id,
        cycling_time_hour,
        CASE WHEN cycling_time_hour IS NULL THEN test_id END,
        temperature_celsius,
        1 / nullif(interface_resistance_ohm_cm2, 0),
        interface_error_ohm_cm2 / nullif(interface_resistance_ohm_cm2, 0),
        'circuit fit',
        status,
        reason
    FROM interface_resistance
),

later AS (
    SELECT
        *,
        CASE
            WHEN hour <= lag(hour) OVER cycled + $cycling_tolerance_hour THEN 0 ELSE 1
        END AS begins,
        conductivity > 0
        AND (status = 'ok' OR (status = 'low_quality' AND $quality = 'any')) AS counts
    FROM sweep
    WINDOW cycled AS (PARTITION BY object, cell_id, own_test_id ORDER BY hour)
),

timed AS (
    SELECT
        *,
        CASE
            -- sweeps at one time are peers, in whatever order they come: a range, no rows
            WHEN hour IS NOT NULL THEN sum(begins) OVER (
                PARTITION BY object, cell_id, own_test_id ORDER BY hour
                RANGE UNBOUNDED PRECEDING
            )
        END AS time_count
    FROM later
),

lined AS (
    SELECT
        *,
        counts AND coalesce(temperature_celsius > -273.15, false) AS is_used,
        dense_rank() OVER (
            ORDER BY
                object,
                material_id NULLS LAST,
                cell_id NULLS LAST,
                time_count NULLS LAST,
                own_test_id NULLS LAST
        ) AS line_id
    FROM timed
),

warmer AS (
    SELECT
        *,
        CASE
            WHEN temperature_celsius < lag(temperature_celsius) OVER heated + 1 THEN 0 ELSE 1
        END AS warms
    FROM lined
    WINDOW heated AS (PARTITION BY line_id, is_used ORDER BY temperature_celsius)
),

chained AS (
    SELECT
        *,
        sum(warms) OVER (
            PARTITION BY line_id, is_used ORDER BY temperature_celsius
            RANGE UNBOUNDED PRECEDING
        ) AS chain_count
    FROM warmer
),

ramped AS (
    SELECT
        *,
        CASE
            WHEN max(temperature_celsius) OVER chain - min(temperature_celsius) OVER chain >= 2
                THEN floor(temperature_celsius - min(temperature_celsius) OVER chain)
            ELSE 0
        END AS part_count
    FROM chained
    WINDOW chain AS (PARTITION BY line_id, is_used, chain_count)
),

ranked AS (
    SELECT
        *,
        CASE
            WHEN is_used THEN dense_rank() OVER (
                PARTITION BY line_id, is_used ORDER BY chain_count, part_count
            )
        END AS temperature_place
    FROM ramped
),

sized AS (
    SELECT
        *,
        coalesce(max(temperature_place) OVER (PARTITION BY line_id), 0) AS temperature_count
    FROM ranked
),

-- what is no line stands together in one row
gathered AS (
    SELECT
        *,
        temperature_count >= 2 AS is_line,
        CASE
            WHEN temperature_count >= 2 THEN line_id
            ELSE min(line_id) OVER (
                PARTITION BY object, material_id, cell_id, temperature_count >= 2
            )
        END AS row_id
    FROM sized
),

dated AS (
    SELECT
        *,
        CASE
            WHEN min(line_id) OVER beside = max(line_id) OVER beside THEN min(hour) OVER beside
        END AS row_hour
    FROM gathered
    WINDOW beside AS (PARTITION BY row_id)
)

SELECT
    test_id,
    spectrum_count,
    object,
    material_id,
    cell_id,
    line_id,
    row_id,
    dense_rank() OVER (
        PARTITION BY object, material_id, cell_id ORDER BY row_hour NULLS LAST, row_id
    ) AS line_count,
    is_line,
    is_used,
    counts,
    row_hour AS cycling_time_hour,
    temperature_celsius,
    temperature_place,
    temperature_count,
    conductivity,
    relative_error,
    method,
    status,
    reason
FROM dated;

-- example: temperatures closer than 1 K are one, and a sweep in doubt is on no line
WITH ionic_conductivity(
    test_id, spectrum_count, object, material_id, temperature_celsius, conductivity_s_per_cm,
    resistance_ohm, resistance_error_ohm, method, status
) AS (
    VALUES
    (1, 1, 'total', 7, 30, 1e-4, 100, 1, 'circuit fit', 'ok'),
    (1, 2, 'total', 7, 60, 4e-4, 25, 0.25, 'circuit fit', 'ok'),
    (1, 3, 'total', 7, 60.4, 4e-4, 25, 0.25, 'circuit fit', 'ok'),
    (1, 4, 'total', 7, 90, 1, 1, 0.01, 'circuit fit', 'low_quality')
),
interface_resistance(test_id) AS (SELECT 1 WHERE false)
SELECT
    count(*) OVER () = 4,
    line_id = 1 AND row_id = 1 AND line_count = 1,
    is_used = (spectrum_count < 4) AND counts = is_used,
    temperature_place IS NOT DISTINCT FROM CASE spectrum_count
        WHEN 1 THEN 1 WHEN 2 THEN 2 WHEN 3 THEN 2
    END,
    temperature_count = CASE WHEN is_used THEN 2 ELSE temperature_count END,
    abs(relative_error - 0.01) < 1e-12
FROM arrhenius_sweep;
