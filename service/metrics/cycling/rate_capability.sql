-- Rate capability
--
-- Discharge capacity of a cell at each current: the median over a stretch of consecutive cycles of
-- one kind, without the stretch's first cycle and without incomplete ones, also relative to the
-- lowest current. A stretch goes on over the tests of a cell; its row stands at its first cycle.
-- Stretches are compared only at temperatures not known to differ by more than 5 K. Back at the
-- kind of the first stretch, the capacity over what it was there is the recovery.
--
-- formula:    Q = median of Q(discharge) over the stretch; relative = Q / Q(lowest |I|), recovery =
--             Q / Q(first stretch)
-- grain:      test_id, cycle_count
-- column:     last_cycle_count | 1 | last cycle of the stretch in its own test; cycle_count is its
--             first
-- column:     cell_cycle_count | 1 | its first cycle as a cycle of the cell
-- column:     last_cell_cycle_count | 1 | its last cycle as a cycle of the cell
-- column:     kind | | how the discharge was controlled, e.g. CC 0.5 A
-- column:     current_ampere | A | median discharge current of the stretch; negative
-- column:     current_density_ma_per_cm2 | mA/cm² | its size per electrode area
-- column:     counted_cycles | 1 | the cycles that the median was taken over
-- column:     discharge_capacity_ah | A·h | median discharge capacity
-- column:     discharge_error_ah | A·h | the most that one of them may be off
-- column:     specific_discharge_capacity_mah_per_g | mA·h/g | the same per gram of active
--             material; what that counts is the cell's mass_basis
-- column:     relative_capacity | 1 | discharge capacity over that of the first stretch at the
--             lowest current
-- column:     recovery | 1 | discharge capacity over that of the first stretch, when it is another
--             of the same kind
-- column:     missing | | what is not known: cycles (no complete one after the first of the
--             stretch), active_mass_gram, area_cm2; null when nothing
-- column:     status | | ok, low_quality or not_computable
-- column:     reason | | why it is not ok: what the counted cycles say, missing cycles, or not
--             applicable to a symmetric cell
-- main:       discharge_capacity_ah, error: discharge_error_ah
-- takes:      quality | text(ok, any) | ok | cycles of what quality count
-- needs:      cycle, cell
-- reference:  Tian et al., Nature Communications 10 (2019) 1933, for rate tests as such; which
--             cycles count is our choice
WITH run AS (
    SELECT
        *,
        coalesce(cell_id, -test_id) AS subject,
        coalesce(cell_cycle_count, cycle_count) AS place,
        CASE
            WHEN kind_count = lag(kind_count) OVER counted THEN 0
            ELSE 1
        END AS turns
    FROM cycle
    WHERE discharge_current_ampere < 0
        AND kind_count IS NOT NULL
    WINDOW counted AS (
        PARTITION BY coalesce(cell_id, -test_id) ORDER BY cell_cycle_count, test_id, cycle_count
    )
),

numbered AS (
    SELECT
        *,
        sum(turns) OVER (PARTITION BY subject ORDER BY place ROWS UNBOUNDED PRECEDING) AS number
    FROM run
),

placed AS (
    SELECT
        numbered.*,
        complete
        AND NOT coalesce(cell."symmetric", false)
        AND place > min(place) OVER (PARTITION BY subject, number)
        AND ($quality = 'any' OR status = 'ok') AS counts
    FROM numbered
    LEFT JOIN cell ON cell.cell_id = numbered.cell_id
),

stretch AS (
    SELECT
        subject,
        number,
        min(cell_id) AS cell_id,
        min(kind_count) AS kind_count,
        min(kind) AS kind,
        arg_min(test_id, place) AS test_id,
        arg_min(cycle_count, place) AS cycle_count,
        arg_max(cycle_count, place) AS last_cycle_count,
        min(place) AS first_place,
        max(place) AS last_place,
        median(discharge_current_ampere) AS current_ampere,
        avg(mean_temperature_celsius) AS celsius,
        count(discharge_capacity_ah) FILTER (WHERE counts) AS counted_cycles,
        median(discharge_capacity_ah) FILTER (WHERE counts) AS capacity_ah,
        max(discharge_error_ah) FILTER (WHERE counts) AS error_ah,
        min(coalesce(reason, status)) FILTER (WHERE counts AND status <> 'ok') AS doubt
    FROM placed
    GROUP BY subject, number
),

pair AS (
    SELECT
        stretch.subject,
        stretch.number,
        other.number AS other_number,
        other.capacity_ah,
        abs(other.current_ampere) AS other_ampere,
        min(abs(other.current_ampere)) OVER (PARTITION BY stretch.subject, stretch.number)
            AS lowest_ampere
    FROM stretch
    JOIN stretch AS other
        ON other.subject = stretch.subject
        AND coalesce(abs(other.celsius - stretch.celsius) <= 5, true)
    WHERE other.capacity_ah IS NOT NULL
),

slowest AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY subject, number ORDER BY other_number) AS place
    FROM pair
    WHERE 0.95 * other_ampere <= lowest_ampere
)

SELECT
    stretch.test_id,
    stretch.cycle_count,
    stretch.last_cycle_count,
    stretch.first_place AS cell_cycle_count,
    stretch.last_place AS last_cell_cycle_count,
    stretch.kind,
    stretch.current_ampere,
    1000 * abs(stretch.current_ampere) / nullif(cell.area_cm2, 0) AS current_density_ma_per_cm2,
    stretch.counted_cycles,
    stretch.capacity_ah AS discharge_capacity_ah,
    stretch.error_ah AS discharge_error_ah,
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
    ) AS missing,
    CASE
        WHEN stretch.capacity_ah IS NULL THEN 'not_computable'
        WHEN stretch.doubt IS NOT NULL THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    CASE
        WHEN cell."symmetric" THEN 'not applicable to a symmetric cell'
        WHEN stretch.capacity_ah IS NULL THEN 'missing cycles'
        ELSE stretch.doubt
    END AS reason
FROM stretch
LEFT JOIN slowest
    ON slowest.subject = stretch.subject
    AND slowest.number = stretch.number
    AND slowest.place = 1
LEFT JOIN stretch AS first_stretch
    ON first_stretch.subject = stretch.subject
    AND first_stretch.number = 1
    AND stretch.number > 1
    AND first_stretch.kind_count = stretch.kind_count
LEFT JOIN cell ON cell.cell_id = stretch.cell_id;

-- example: twice the current gives half the capacity, and three quarters come back
WITH cycle(
    test_id, cycle_count, cell_id, kind_count, discharge_capacity_ah, discharge_current_ampere,
    complete, status
) AS (
    VALUES (1, 1, 7, 1, 9, -1, true, 'ok'), (1, 2, 7, 1, 8, -1, true, 'ok'),
    (1, 3, 7, 1, 8, -1, true, 'ok'), (1, 4, 7, 2, 5, -2, true, 'ok'),
    (1, 5, 7, 2, 4, -2, true, 'ok'), (1, 6, 7, 1, 7, -1, true, 'ok'),
    (1, 7, 7, 1, 6, -1, true, 'ok'), (1, 8, 7, 1, 1, -1, false, 'ok')
),
cell(cell_id, active_mass_gram, area_cm2) AS (VALUES (7, 40, 100))
SELECT
    missing IS NULL,
    status = 'ok',
    CASE cycle_count
        WHEN 1 THEN specific_discharge_capacity_mah_per_g = 200
            AND relative_capacity = 1 AND recovery IS NULL AND last_cycle_count = 3
        WHEN 4 THEN relative_capacity = 0.5 AND recovery IS NULL
            AND current_density_ma_per_cm2 = 20 AND counted_cycles = 1
        WHEN 6 THEN relative_capacity = 0.75 AND recovery = 0.75 AND last_cycle_count = 8
    END
FROM rate_capability;

-- example: one cycle at a current is not enough, and one of low quality does not count
WITH cycle(
    test_id, cycle_count, kind_count, discharge_capacity_ah, discharge_current_ampere, complete,
    status
) AS (
    VALUES (1, 1, 1, 9, -1, true, 'ok'), (1, 2, 2, 8, -2, true, 'ok'),
    (1, 3, 2, 1, -2, true, 'low_quality'), (1, 4, 2, 8, -2, true, 'ok')
)
SELECT
    CASE cycle_count
        WHEN 1 THEN discharge_capacity_ah IS NULL AND status = 'not_computable'
            AND missing = 'cycles, active_mass_gram, area_cm2'
        WHEN 2 THEN discharge_capacity_ah = 8 AND counted_cycles = 1
    END
FROM rate_capability;

-- example: what passes in a symmetric cell at a current is what its program lets pass
WITH cycle(
    test_id, cycle_count, cell_id, kind_count, discharge_capacity_ah, discharge_current_ampere,
    complete, status
) AS (VALUES (1, 1, 7, 1, 9, -1, true, 'ok'), (1, 2, 7, 1, 8, -1, true, 'ok')),
cell(cell_id, "symmetric") AS (VALUES (7, true))
SELECT
    discharge_capacity_ah IS NULL AND relative_capacity IS NULL,
    status = 'not_computable',
    reason = 'not applicable to a symmetric cell'
FROM rate_capability;
