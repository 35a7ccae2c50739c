-- Rate capability
--
-- Discharge capacity at each current: the median over a stretch of consecutive cycles of one
-- discharge current, without the stretch's first cycle and without incomplete ones, also relative
-- to the lowest current. A stretch ends where the current changes by more than 2 % or the mean
-- temperature is known to change by more than 5 °C; stretches are compared only at temperatures
-- not known to differ by more than that. Back at the current of the first stretch, the capacity
-- over what it was there is the recovery.
--
-- grain:      test_id, cycle_count
-- column:     last_cycle_count | 1 | last cycle of the stretch; cycle_count is its first
-- column:     current_ampere | A | median discharge current of the stretch; negative
-- column:     current_density_ma_per_cm2 | mA/cm² | its size per electrode area
-- column:     counted_cycles | 1 | the cycles that the median was taken over
-- column:     discharge_capacity_ah | A·h | median discharge capacity
-- column:     specific_discharge_capacity_mah_per_g | mA·h/g | the same per gram of active
--             material; what that counts is the cell's mass_basis
-- column:     relative_capacity | 1 | discharge capacity over that of the first stretch at the
--             lowest current
-- column:     recovery | 1 | discharge capacity over that of the first stretch, when it is another
--             at the same current
-- column:     missing | | what is not known: cycles (no complete one after the first of the
--             stretch), active_mass_gram, area_cm2; null when nothing
-- needs:      cycle, test, cell
-- reference:  Tian et al., Nature Communications 10 (2019) 1933, for rate tests as such; which
--             cycles count is our choice
WITH run AS (
    SELECT
        *,
        lag(discharge_current_ampere) OVER counted AS earlier_ampere,
        lag(mean_temperature_celsius) OVER counted AS earlier_celsius
    FROM cycle
    WHERE discharge_current_ampere < 0
    WINDOW counted AS (PARTITION BY test_id ORDER BY cycle_count)
),

numbered AS (
    SELECT
        *,
        sum(
            CASE
                WHEN abs(discharge_current_ampere - earlier_ampere) <= 0.02 * abs(earlier_ampere)
                    AND coalesce(abs(mean_temperature_celsius - earlier_celsius) <= 5, true)
                    THEN 0
                ELSE 1
            END
        ) OVER (PARTITION BY test_id ORDER BY cycle_count ROWS UNBOUNDED PRECEDING) AS number
    FROM run
),

placed AS (
    SELECT
        *,
        complete AND cycle_count > min(cycle_count) OVER (PARTITION BY test_id, number) AS counts
    FROM numbered
),

stretch AS (
    SELECT
        test_id,
        number,
        min(cycle_count) AS cycle_count,
        max(cycle_count) AS last_cycle_count,
        median(discharge_current_ampere) AS current_ampere,
        avg(mean_temperature_celsius) AS celsius,
        count(discharge_capacity_ah) FILTER (WHERE counts) AS counted_cycles,
        median(discharge_capacity_ah) FILTER (WHERE counts) AS capacity_ah
    FROM placed
    GROUP BY test_id, number
),

pair AS (
    SELECT
        stretch.test_id,
        stretch.number,
        other.number AS other_number,
        other.capacity_ah,
        abs(other.current_ampere) AS other_ampere,
        min(abs(other.current_ampere)) OVER (PARTITION BY stretch.test_id, stretch.number)
            AS lowest_ampere
    FROM stretch
    JOIN stretch AS other
        ON other.test_id = stretch.test_id
        AND coalesce(abs(other.celsius - stretch.celsius) <= 5, true)
    WHERE other.capacity_ah IS NOT NULL
),

slowest AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY test_id, number ORDER BY other_number) AS place
    FROM pair
    WHERE other_ampere <= 1.02 * lowest_ampere
)

SELECT
    stretch.test_id,
    stretch.cycle_count,
    stretch.last_cycle_count,
    stretch.current_ampere,
    1000 * abs(stretch.current_ampere) / nullif(cell.area_cm2, 0) AS current_density_ma_per_cm2,
    stretch.counted_cycles,
    stretch.capacity_ah AS discharge_capacity_ah,
    1000 * stretch.capacity_ah / nullif(cell.active_mass_gram, 0)
        AS specific_discharge_capacity_mah_per_g,
    stretch.capacity_ah / nullif(slowest.capacity_ah, 0) AS relative_capacity,
    stretch.capacity_ah / nullif(first_stretch.capacity_ah, 0) AS recovery,
    nullif(
        concat_ws(
            ', ',
            CASE WHEN stretch.capacity_ah IS NULL THEN 'cycles' END,
            CASE WHEN cell.active_mass_gram <> 0 THEN NULL ELSE 'active_mass_gram' END,
            CASE WHEN cell.area_cm2 <> 0 THEN NULL ELSE 'area_cm2' END
        ),
        ''
    ) AS missing
FROM stretch
LEFT JOIN slowest
    ON slowest.test_id = stretch.test_id
    AND slowest.number = stretch.number
    AND slowest.place = 1
LEFT JOIN stretch AS first_stretch
    ON first_stretch.test_id = stretch.test_id
    AND first_stretch.number = 1
    AND stretch.number > 1
    AND abs(stretch.current_ampere - first_stretch.current_ampere)
        <= 0.02 * abs(first_stretch.current_ampere)
    AND coalesce(abs(stretch.celsius - first_stretch.celsius) <= 5, true)
LEFT JOIN test ON test.test_id = stretch.test_id
LEFT JOIN cell ON cell.cell_id = test.cell_id;

-- example: twice the current gives half the capacity, and three quarters come back
WITH cycle(test_id, cycle_count, complete, discharge_capacity_ah, discharge_current_ampere) AS (
    VALUES (1, 1, true, 9, -1), (1, 2, true, 8, -1), (1, 3, true, 8, -1),
    (1, 4, true, 5, -2), (1, 5, true, 4, -2),
    (1, 6, true, 7, -1), (1, 7, true, 6, -1), (1, 8, false, 1, -1)
),
test(test_id, cell_id) AS (VALUES (1, 7)),
cell(cell_id, active_mass_gram, area_cm2) AS (VALUES (7, 40, 100))
SELECT
    missing IS NULL,
    CASE cycle_count
        WHEN 1 THEN specific_discharge_capacity_mah_per_g = 200
            AND relative_capacity = 1 AND recovery IS NULL AND last_cycle_count = 3
        WHEN 4 THEN relative_capacity = 0.5 AND recovery IS NULL
            AND current_density_ma_per_cm2 = 20 AND counted_cycles = 1
        WHEN 6 THEN relative_capacity = 0.75 AND recovery = 0.75 AND last_cycle_count = 8
    END
FROM rate_capability;

-- example: one cycle at a current is not enough
WITH cycle(test_id, cycle_count, complete, discharge_capacity_ah, discharge_current_ampere) AS (
    VALUES (1, 1, true, 9, -1), (1, 2, true, 8, -2), (1, 3, true, 8, -2)
)
SELECT
    CASE cycle_count
        WHEN 1 THEN discharge_capacity_ah IS NULL
            AND missing = 'cycles, active_mass_gram, area_cm2'
        WHEN 2 THEN relative_capacity = 1
    END
FROM rate_capability;
