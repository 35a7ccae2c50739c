-- The cycles of whole cells: each with its number in the cell and its kind.
--
-- Cycles are alike when their discharge is: same control, set values at most 5 % apart, mean
-- temperatures not known to be more than 5 K apart. Each kind gathers round one setting: of all
-- settings of a cell, taken from the one with most cycles about it to the one with fewest, one that
-- is not alike to any before it leads a kind of its own, and every other belongs to the first that
-- it is alike to. So a value that creeps cannot chain two kinds: no kind is wider than 5 % to each
-- side of its middle.
WITH placed AS (
    SELECT
        by_test.*,
        test.cell_id,
        coalesce(test.cell_id, -by_test.test_id) AS subject,
        test.started_at
    FROM by_test
    LEFT JOIN store.test ON test.test_id = by_test.test_id
),

earlier AS (
    SELECT
        test_id,
        coalesce(
            sum(max(cycle_count)) OVER (
                PARTITION BY min(subject)
                ORDER BY min(started_at), test_id
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ),
            0
        ) AS cycles
    FROM placed
    GROUP BY test_id
),

counted AS (
    SELECT
        placed.* EXCLUDE (joined_count),
        coalesce(placed.joined_count, placed.cycle_count + CAST(earlier.cycles AS BIGINT))
            AS cell_cycle_count
    FROM placed
    JOIN earlier ON earlier.test_id = placed.test_id
),

numbered AS (
    SELECT
        placed.*,
        declared_role.role AS declared_role,
        CASE
            WHEN placed.control = 'voltammetry' THEN placed.control
            WHEN placed.control_value <> 0
                THEN concat_ws(' ', declared_role.role, placed.control, 'set')
        END AS family,
        -- fine grains, so that a cell has few settings: 0.2 % and 1 K
        CASE WHEN placed.control_value <> 0 THEN floor(500 * ln(abs(placed.control_value))) END
            AS value_grain,
        floor(placed.mean_temperature_celsius) AS warmth_grain
    FROM counted AS placed
    LEFT JOIN declared_role
        ON declared_role.cell_id = placed.cell_id
        AND placed.cell_cycle_count BETWEEN declared_role.first_count AND declared_role.last_count
),

setting AS (
    SELECT
        subject,
        family,
        value_grain,
        warmth_grain,
        coalesce(avg(abs(control_value)), 1) AS value,
        avg(mean_temperature_celsius) AS celsius,
        count(*) AS cycles,
        min(cell_cycle_count) AS first_count
    FROM numbered
    WHERE family IS NOT NULL
    GROUP BY subject, family, value_grain, warmth_grain
),

crowded AS (
    SELECT
        one.subject,
        one.family,
        one.value,
        one.celsius,
        one.first_count,
        sum(other.cycles) AS cycles_about
    FROM setting AS one
    JOIN setting AS other
        ON other.subject = one.subject
        AND other.family = one.family
        AND least(one.value, other.value) >= 0.95 * greatest(one.value, other.value)
        AND coalesce(abs(one.celsius - other.celsius) <= 5, true)
    GROUP BY one.subject, one.family, one.value, one.celsius, one.first_count
),

gathered AS (
    SELECT
        subject,
        family,
        list_reduce(
            list(
                [struct_pack(value := value, celsius := celsius)]
                ORDER BY celsius IS NULL, cycles_about DESC, first_count, value
            ),
            lambda leaders, next: CASE
                WHEN len(
                    list_filter(
                        leaders,
                        lambda one: least(one.value, next[1].value)
                            >= 0.95 * greatest(one.value, next[1].value)
                            AND coalesce(abs(one.celsius - next[1].celsius) <= 5, true)
                    )
                ) > 0 THEN leaders
                ELSE list_concat(leaders, next)
            END
        ) AS leaders
    FROM crowded
    GROUP BY subject, family
),

leader AS (
    SELECT
        subject,
        family,
        unnest(leaders) AS middle,
        generate_subscripts(leaders, 1) AS place
    FROM gathered
),

belonging AS (
    SELECT
        setting.subject,
        setting.family,
        setting.value_grain,
        setting.warmth_grain,
        arg_min(leader.middle, leader.place) AS middle,
        min(leader.place) AS place
    FROM setting
    JOIN leader
        ON leader.subject = setting.subject
        AND leader.family = setting.family
        AND least(leader.middle.value, setting.value)
        >= 0.95 * greatest(leader.middle.value, setting.value)
        AND coalesce(abs(leader.middle.celsius - setting.celsius) <= 5, true)
    GROUP BY setting.subject, setting.family, setting.value_grain, setting.warmth_grain
),

alike AS (
    SELECT
        numbered.*,
        belonging.middle,
        belonging.place
    FROM numbered
    LEFT JOIN belonging
        ON belonging.subject = numbered.subject
        AND belonging.family = numbered.family
        AND belonging.value_grain IS NOT DISTINCT FROM numbered.value_grain
        AND belonging.warmth_grain IS NOT DISTINCT FROM numbered.warmth_grain
),

kind AS (
    SELECT
        subject,
        family,
        place,
        min(control) AS control,
        min(middle.value) AS value,
        min(middle.celsius) AS celsius,
        min(declared_role) AS declared_role,
        count(*) AS cycles,
        min(cell_cycle_count) AS first_count,
        max(cell_cycle_count) AS last_count
    FROM alike
    WHERE place IS NOT NULL
    GROUP BY subject, family, place
),

spelled AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY subject ORDER BY first_count) AS kind_count,
        CASE
            WHEN control = 'voltammetry' THEN control
            ELSE concat_ws(
                ' ',
                control,
                regexp_replace(
                    CAST(
                        round(scaled, 2 - CAST(floor(log10(scaled)) AS INTEGER)) AS VARCHAR
                    ),
                    '\.0$',
                    ''
                ),
                unit
            )
        END AS spelling
    FROM (
        SELECT
            *,
            CASE
                WHEN coalesce(control, 'CC') IN ('CC', 'CCCV') AND value < 1e-4 THEN 1e6 * value
                ELSE value
            END AS scaled,
            CASE control
                WHEN 'CP' THEN 'W'
                WHEN 'CR' THEN 'Ω'
                WHEN 'CV' THEN 'V'
                ELSE CASE WHEN value < 1e-4 THEN 'µA' ELSE 'A' END
            END AS unit
        FROM kind
    )
),

roled AS (
    SELECT
        *,
        CASE
            WHEN count(*) OVER (PARTITION BY subject, spelling) > 1 AND celsius IS NOT NULL
                THEN printf('%s at %.0f °C', spelling, celsius)
            ELSE spelling
        END AS name,
        first_value(kind_count) OVER by_size AS main_count,
        first_value(first_count) OVER by_size AS main_first
    FROM spelled
    WINDOW by_size AS (
        PARTITION BY subject ORDER BY declared_role IS DISTINCT FROM 'main', cycles DESC, first_count
    )
)

SELECT
    alike.* EXCLUDE (
        subject, started_at, declared_role, control, control_value, family, value_grain,
        warmth_grain, middle, place
    ),
    roled.kind_count,
    roled.name AS kind,
    CASE
        WHEN roled.declared_role IS NOT NULL THEN roled.declared_role
        WHEN roled.kind_count = roled.main_count THEN 'main'
        WHEN roled.last_count > roled.main_first THEN 'check_up'
        WHEN roled.cycles <= 5 THEN 'formation'
        WHEN roled.kind_count IS NOT NULL THEN 'other'
    END AS kind_role,
    CASE
        WHEN roled.kind_count IS NOT NULL THEN row_number() OVER (
            PARTITION BY alike.subject, roled.kind_count ORDER BY alike.cell_cycle_count
        )
    END AS kind_cycle_count
FROM alike
LEFT JOIN roled
    ON roled.subject = alike.subject
    AND roled.family = alike.family
    AND roled.place = alike.place
ORDER BY alike.test_id, alike.cycle_count
