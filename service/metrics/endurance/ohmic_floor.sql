-- Ohmic floor of a cell
--
-- What the direct-current resistance of a symmetric cell cannot be below at one of its levels of
-- current and temperature, unless it is shorted: floor_ohm_cm2 where it is given, the thickness of
-- its electrolyte over its conductivity for example, else the resistance of its electrolyte by
-- impedance (fitted_resistance: all that is in series, and every arc that is no interface's), the
-- lowest of the sweeps that are ok, within the tolerance at the temperature of the level, and taken
-- when the cell had been cycled least. A level without such a sweep, or without a temperature while
-- sweeps differ in theirs, has no row: a floor of another temperature is none.
--
-- grain:      cell_id, level_count
-- column:     level_count | 1 | level of current and temperature, as in half_cycle_run
-- column:     floor_ohm | Ω | lower bound of voltage over current
-- column:     source | | given, or impedance
-- column:     status | | ok
-- column:     reason | | null: what is not ok makes no floor
-- main:       floor_ohm
-- shown:      no
-- takes:      floor_ohm_cm2 | number(0..) | null | known lower bound of the resistance per area,
--             e.g. thickness over conductivity; null: by impedance, where there is one
-- inherits:   half_cycle_run
-- needs:      half_cycle_run, fitted_resistance, cycling_time, sweep, test, cell
-- reference:  our own declaration
WITH level AS (
    SELECT
        cell_id,
        level_count,
        min(level_temperature_celsius) AS celsius
    FROM half_cycle_run
    WHERE missing IS NULL
    GROUP BY cell_id, level_count
),

swept AS (
    SELECT
        test.cell_id,
        fitted.resistance_ohm,
        sweep.temperature_celsius AS celsius,
        time.cycling_time_hour AS hour
    FROM fitted_resistance AS fitted
    JOIN sweep
        ON sweep.test_id = fitted.test_id
        AND sweep.spectrum_count = fitted.spectrum_count
    JOIN test ON test.test_id = fitted.test_id
    LEFT JOIN cycling_time AS time
        ON time.test_id = fitted.test_id
        AND time.spectrum_count = fitted.spectrum_count
    WHERE fitted.object = 'electrolyte'
        AND fitted.status = 'ok'
),

alike AS (
    SELECT
        level.cell_id,
        level.level_count,
        swept.resistance_ohm,
        coalesce(swept.hour, 0)
        = min(coalesce(swept.hour, 0)) OVER (PARTITION BY level.cell_id, level.level_count)
            AS is_earliest
    FROM level
    JOIN swept
        ON swept.cell_id = level.cell_id
        AND abs(swept.celsius - level.celsius) <= $temperature_tolerance_kelvin
)

SELECT
    level.cell_id,
    level.level_count,
    CAST($floor_ohm_cm2 AS DOUBLE) / nullif(cell.area_cm2, 0) AS floor_ohm,
    'given' AS source,
    'ok' AS status,
    CAST(NULL AS VARCHAR) AS reason
FROM level
JOIN cell ON cell.cell_id = level.cell_id
WHERE $floor_ohm_cm2 IS NOT NULL
    AND cell.area_cm2 > 0
UNION ALL
SELECT
    cell_id,
    level_count,
    min(resistance_ohm),
    'impedance',
    'ok',
    NULL
FROM alike
WHERE is_earliest
    AND $floor_ohm_cm2 IS NULL
GROUP BY cell_id, level_count;

-- example: the lowest of the sweeps of its temperature before it was cycled
WITH half_cycle_run(cell_id, level_count, level_temperature_celsius)
AS (VALUES (7, 1, 60), (7, 1, 60), (7, 2, 25), (7, 3, NULL)),
fitted_resistance(test_id, spectrum_count, object, resistance_ohm, status) AS (
    VALUES
    (1, 1, 'electrolyte', 400, 'ok'), (1, 2, 'electrolyte', 90, 'ok'),
    (1, 3, 'electrolyte', 100, 'ok'), (1, 4, 'electrolyte', 5, 'low_quality'),
    (1, 3, 'interface', 1, 'ok'), (2, 1, 'electrolyte', 2, 'ok')
),
sweep(test_id, spectrum_count, temperature_celsius)
AS (VALUES (1, 1, 40), (1, 2, 61), (1, 3, 60), (1, 4, 60), (2, 1, 60)),
cycling_time(test_id, spectrum_count, cycling_time_hour)
AS (VALUES (1, 1, 0), (1, 2, 0), (1, 3, 0), (1, 4, 0), (2, 1, 90)),
test(test_id, cell_id) AS (VALUES (1, 7), (2, 7))
SELECT
    count(*) OVER () = 1,
    level_count = 1 AND floor_ohm = 90 AND source = 'impedance'
FROM ohmic_floor;

-- example: what is given goes before it
-- given: floor_ohm_cm2 = 30
WITH half_cycle_run(cell_id, level_count, level_temperature_celsius) AS (VALUES (7, 1, NULL)),
cell(cell_id, area_cm2) AS (VALUES (7, 2))
SELECT floor_ohm = 15 AND source = 'given'
FROM ohmic_floor;
