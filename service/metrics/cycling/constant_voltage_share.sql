-- Constant-voltage share
--
-- Share of the charge of a half-cycle that passed while its voltage was held, which grows as the
-- resistance does: the limit is met earlier. A step that holds a voltage counts whole. In one that
-- goes from constant current to constant voltage the held part begins behind the last record that
-- still has the set current, within current_tolerance of it; the interval in which it lets go is
-- what that may be off by. A step whose control is not known holds nothing as far as is known, and
-- the half-cycle says so.
--
-- formula:    share = Q(voltage held) / Q(half-cycle)
-- grain:      test_id, cycle_count, mode
-- column:     mode | | charge or discharge: which half-cycle
-- column:     constant_voltage_share | 1 | charge at a held voltage over that of the half-cycle
-- column:     constant_voltage_share_error | 1 | the most that it may be off, by the interval in
--             which the current lets go and by the error of the charge
-- column:     held_charge_ah | A·h | charge that passed at a held voltage
-- column:     half_cycle_charge_ah | A·h | charge of the half-cycle
-- column:     held_volt | V | the voltage that was held, by its last step
-- column:     cell_cycle_count | 1 | cycle of the cell, running on over its tests
-- column:     kind_count | 1 | kind of cycle, from 1 as they come
-- column:     kind_role | | formation, check_up, main, or other
-- column:     complete | | whether both half-cycles are there and the cycle was left
-- column:     vendor_cycle_count | 1 | the cycle as the instrument numbers it
-- column:     status | | ok, low_quality, not_comparable or not_computable
-- column:     reason | | why it is not ok: what the steps say, control not known, the half-cycle
--             was not left, no charge, or no points of a step that holds a voltage in the end
-- main:       constant_voltage_share, error: constant_voltage_share_error
-- takes:      current_tolerance | number(0..0.5) | 0.02 | part by which the current may lie below
--             the set one while it still is constant
-- materialized: no | reads the points of steps that go from constant current to constant voltage
-- needs:      points, step, cycle
-- reference:  Eddahech, Briat, Vinassa, J. Power Sources 258 (2014) 218, for the constant-voltage
--             phase as a sign of aging
WITH flowing AS (
    SELECT
        *,
        sum(net_charge_ah) OVER of_half AS half_ah,
        CASE WHEN control = 'CCCV' THEN abs(coalesce(control_value, first_current_ampere)) END
            AS set_ampere
    FROM step
    WHERE half_cycle_count IS NOT NULL
        AND mode NOT IN ('rest', 'impedance', 'voltammetry')
    WINDOW of_half AS (PARTITION BY test_id, cycle_count, half_cycle_count)
),

interval_of AS (
    SELECT
        points.test_id,
        points.step_count,
        points.record_index,
        abs(points.current_ampere) AS ampere,
        abs(
            points.current_ampere
            + lag(points.current_ampere, 1, points.current_ampere) OVER recorded
        ) / 2 * points.interval_second / 3600 AS passed_ah,
        max(
            CASE
                WHEN abs(points.current_ampere) >= (1 - $current_tolerance) * flowing.set_ampere
                    THEN points.record_index
            END
        ) OVER (PARTITION BY points.test_id, points.step_count) AS last_index
    FROM points
    JOIN flowing
        ON flowing.test_id = points.test_id
        AND flowing.step_count = points.step_count
        AND flowing.control = 'CCCV'
    WHERE points.current_ampere IS NOT NULL
        AND points.interval_second IS NOT NULL
    WINDOW recorded AS (
        PARTITION BY points.test_id, points.step_count ORDER BY points.record_index
    )
),

parted AS (
    SELECT
        test_id,
        step_count,
        coalesce(sum(CASE WHEN record_index > last_index THEN passed_ah END), 0) AS held_ah,
        sum(passed_ah) AS all_ah,
        -- the first interval behind the last record at the set current
        coalesce(min_by(passed_ah, record_index) FILTER (WHERE record_index > last_index), 0)
            AS open_ah,
        max(last_index) IS NULL AS never_set
    FROM interval_of
    GROUP BY test_id, step_count
),

half AS (
    SELECT
        flowing.test_id,
        flowing.cycle_count,
        flowing.half_cycle_count,
        CASE WHEN min(flowing.half_ah) > 0 THEN 'charge' ELSE 'discharge' END AS mode,
        abs(min(flowing.half_ah)) AS half_ah,
        bool_or(flowing.net_charge_ah IS NULL) AS is_unknown,
        sum(flowing.charge_error_ah) AS error_ah,
        bool_or(flowing.half_cycle_left) AS was_left,
        sum(
            CASE flowing.control
                WHEN 'CV' THEN abs(flowing.net_charge_ah)
                -- the share by the points, of the charge by the better counter
                WHEN 'CCCV'
                    THEN abs(flowing.net_charge_ah) * parted.held_ah / nullif(parted.all_ah, 0)
                ELSE 0
            END
        ) AS held_ah,
        sum(CASE flowing.control WHEN 'CCCV' THEN parted.open_ah ELSE 0 END) AS open_ah,
        bool_or(flowing.control = 'CCCV' AND parted.all_ah IS NULL) AS lacks_points,
        bool_or(flowing.control = 'CCCV' AND parted.never_set) AS never_set,
        bool_or(flowing.control IS NULL) AS is_uncontrolled,
        max_by(flowing.last_voltage_volt, flowing.step_count)
            FILTER (WHERE flowing.control IN ('CV', 'CCCV')) AS held_volt,
        min(
            CASE WHEN flowing.status <> 'ok' THEN coalesce(flowing.reason, flowing.status) END
        ) AS doubt
    FROM flowing
    LEFT JOIN parted
        ON parted.test_id = flowing.test_id
        AND parted.step_count = flowing.step_count
    GROUP BY flowing.test_id, flowing.cycle_count, flowing.half_cycle_count
),

largest AS (
    SELECT
        *,
        max(half_ah) OVER (PARTITION BY test_id, cycle_count, mode) AS largest_ah
    FROM half
),

-- of half-cycles alike to rounding the first; one whose charge is unknown comes last
longest AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY test_id, cycle_count, mode
            ORDER BY half_ah < (1 - 1e-9) * largest_ah NULLS LAST, half_cycle_count
        ) AS place
    FROM largest
),

judged AS (
    SELECT
        *,
        CASE
            WHEN is_unknown THEN 'missing current_ampere'
            WHEN coalesce(half_ah, 0) = 0 THEN 'no charge'
            WHEN lacks_points THEN 'no points'
        END AS refused,
        nullif(
            concat_ws(
                ', ',
                doubt,
                CASE WHEN is_uncontrolled THEN 'control not known' END,
                CASE WHEN never_set THEN 'the set current was never met' END
            ),
            ''
        ) AS doubts
    FROM longest
    WHERE place = 1
)

SELECT
    judged.test_id,
    judged.cycle_count,
    judged.mode,
    CASE WHEN judged.refused IS NULL THEN judged.held_ah / nullif(judged.half_ah, 0) END
        AS constant_voltage_share,
    CASE
        WHEN judged.refused IS NULL
            THEN (judged.open_ah + coalesce(judged.error_ah, 0)) / nullif(judged.half_ah, 0)
    END AS constant_voltage_share_error,
    CASE WHEN judged.refused IS NULL THEN judged.held_ah END AS held_charge_ah,
    judged.half_ah AS half_cycle_charge_ah,
    judged.held_volt,
    coalesce(cycle.cell_cycle_count, judged.cycle_count) AS cell_cycle_count,
    cycle.kind_count,
    cycle.kind_role,
    cycle.complete,
    cycle.vendor_cycle_count,
    CASE
        WHEN judged.refused IS NOT NULL THEN 'not_computable'
        WHEN NOT coalesce(judged.was_left, false) THEN 'not_comparable'
        WHEN judged.doubts IS NOT NULL THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    CASE
        WHEN judged.refused IS NOT NULL THEN judged.refused
        WHEN NOT coalesce(judged.was_left, false) THEN 'not left'
        ELSE judged.doubts
    END AS reason
FROM judged
LEFT JOIN cycle
    ON cycle.test_id = judged.test_id
    AND cycle.cycle_count = judged.cycle_count;

-- example: 3 Ah at constant current and 1 Ah at a held voltage is a quarter, no points needed
WITH step(
    test_id, step_count, cycle_count, half_cycle_count, half_cycle_left, mode, control,
    net_charge_ah, charge_error_ah, last_voltage_volt, status
) AS (
    VALUES (1, 1, 1, 1, true, 'charge', 'CC', 3, 0.25, 4.2, 'ok'),
    (1, 2, 1, 1, true, 'charge', 'CV', 1, 0.25, 4.2, 'ok')
)
SELECT
    constant_voltage_share = 0.25,
    constant_voltage_share_error = 0.125,
    held_volt = 4.2 AND mode = 'charge',
    status = 'ok' AND reason IS NULL
FROM constant_voltage_share;

-- example: in one step the held part begins behind the last record at the set current
WITH step(
    test_id, step_count, cycle_count, half_cycle_count, half_cycle_left, mode, control,
    control_value, net_charge_ah, last_voltage_volt, status
) AS (VALUES (1, 1, 1, 1, true, 'charge', 'CCCV', 1, 2.5, 4.2, 'ok')),
points(test_id, step_count, record_index, interval_second, current_ampere)
AS (VALUES (1, 1, 1, 0, 1), (1, 1, 2, 7200, 1), (1, 1, 3, 3600, 0))
SELECT
    abs(constant_voltage_share - 0.2) < 1e-12,
    abs(constant_voltage_share_error - 0.2) < 1e-12,
    abs(held_charge_ah - 0.5) < 1e-12,
    status = 'ok'
FROM constant_voltage_share;

-- example: a control that is not known makes it low quality, and no points none
WITH step(
    test_id, step_count, cycle_count, half_cycle_count, half_cycle_left, mode, control,
    net_charge_ah, status
) AS (
    VALUES (1, 1, 1, 1, true, 'charge', NULL, 1, 'ok'),
    (1, 2, 1, 2, true, 'discharge', 'CCCV', -1, 'ok')
)
SELECT
    CASE mode
        WHEN 'charge' THEN constant_voltage_share = 0 AND status = 'low_quality'
            AND reason = 'control not known'
        ELSE constant_voltage_share IS NULL AND status = 'not_computable'
            AND reason = 'no points'
    END
FROM constant_voltage_share;
