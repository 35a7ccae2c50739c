-- Half-cycle polarization
--
-- Overpotential of a symmetric cell in each half-cycle, taken as |voltage|, in five ways. A step
-- boundary ends a half-cycle, never a change of sign; the steps of one half_cycle_count are taken
-- together, and what runs the other way in it, a pulse for example, counts for its charge alone; a
-- step of no half-cycle counts for nothing. Half is the overpotential of one direction, gap the
-- distance between both directions, twice as much: the commonest error of a factor. The voltage of
-- a cell that is known to have two different electrodes is no overpotential: it has no row, and
-- where that is unknown, no value.
--
-- formula:    η = c |median of V over the last 20 % of its last step|, c = 1 (half), 2 (gap)
-- grain:      test_id, half_cycle_count
-- column:     cycle_count | 1 | cycle it belongs to
-- column:     mode | | charge or discharge: which way its net charge went
-- column:     start_hour | h | test time at which it starts
-- column:     duration_hour | h | from there to its last point, pauses included
-- column:     current_ampere | A | median current of its longest step
-- column:     current_density_ma_per_cm2 | mA/cm² | its magnitude per electrode area
-- column:     charge_passed_mah_per_cm2 | mA·h/cm² | charge that passed either way, per electrode
--             area
-- column:     mean_temperature_celsius | °C | mean temperature of its longest step, where recorded
-- column:     constant_current | | whether all its steps of that way run at one current, within 2 %
-- column:     first_volt | V | polarization of its first point
-- column:     ohmic_volt | V | current times change of the voltage over change of the current, from
--             the last point before it to its first; null when they lie too far apart
-- column:     nucleation_volt | V | greatest of the first 10 % of its first step, less middle
-- column:     middle_volt | V | median over 40-60 % of its longest step
-- column:     end_volt | V | median over the last 20 % of its last step
-- column:     end_spread_volt | V | standard deviation of |voltage| in the second half of that step
-- column:     mean_volt | V | average over time
-- column:     asymmetry | 1 | end of the charge less end of the discharge over their mean, this
--             half-cycle and the opposite one before it, at the same current
-- column:     offset_volt | V | mean of the signed voltages of these two; no convention applies
-- column:     area_specific_resistance_ohm_cm2 | Ω·cm² | end over current density, always of half
-- column:     late_variation | 1 | standard deviation over mean of |voltage| in the second half of
--             its last step
-- column:     final_voltage_volt | V | end, signed and of half, whatever the convention
-- column:     greatest_voltage_volt | V | greatest |voltage| of it, of half
-- column:     missing | | what is not known: symmetric, area_cm2; null when nothing
-- column:     status | | ok, low_quality (as one of its steps is) or not_computable
-- column:     reason | | why not ok; null when ok
-- main:       end_volt, error: end_spread_volt
-- summary:    first_polarization | first | | | polarization at the end of the first half-cycle
-- takes:      convention | text(half, gap) | half | overpotential of one direction, or both added
-- takes:      ohmic_within_second | number(0..) | 1 | time within which the jump counts as ohmic
-- needs:      step, test, cell
-- reference:  Menkin et al., Faraday Discuss. 248 (2024) 277, for reading these traces; the
--             windows are our declared choice
WITH earlier AS (
    SELECT
        *,
        lag(last_voltage_volt) OVER counted AS before_volt,
        lag(last_current_ampere) OVER counted AS before_ampere,
        lag(mode) OVER counted AS before_mode,
        start_time_second
        - lag(start_time_second + duration_second) OVER counted AS after_second
    FROM step
    WINDOW counted AS (PARTITION BY test_id ORDER BY step_count)
),

turned AS (
    SELECT
        *,
        sum(coalesce(net_charge_ah, charge_capacity_ah - discharge_capacity_ah)) OVER half
            AS half_net_ah,
        first_value(mode) OVER (half ORDER BY duration_second DESC, step_count) AS longest_mode
    FROM earlier
    WHERE mode IN ('charge', 'discharge')
        AND half_cycle_count IS NOT NULL
    WINDOW half AS (PARTITION BY test_id, half_cycle_count)
),

directed AS (
    SELECT
        *,
        CASE
            WHEN half_net_ah > 0 THEN 'charge'
            WHEN half_net_ah < 0 THEN 'discharge'
            ELSE longest_mode
        END AS half_mode
    FROM turned
),

passed AS (
    SELECT
        test_id,
        half_cycle_count,
        min(CASE WHEN mode = half_mode THEN start_time_second END) AS start_second,
        max(CASE WHEN mode = half_mode THEN start_time_second + duration_second END)
            AS end_second,
        sum(charge_capacity_ah + discharge_capacity_ah) AS charge_ah,
        string_agg(DISTINCT CASE WHEN status <> 'ok' THEN coalesce(reason, status) END, ', ')
            AS doubt
    FROM directed
    GROUP BY test_id, half_cycle_count
),

active AS (
    SELECT
        *,
        lag(half_cycle_count) OVER counted IS DISTINCT FROM half_cycle_count AS is_first,
        lead(half_cycle_count) OVER counted IS DISTINCT FROM half_cycle_count AS is_last,
        lag(half_cycle_count) OVER (
            PARTITION BY test_id
            ORDER BY half_cycle_count, duration_second DESC, step_count
        ) IS DISTINCT FROM half_cycle_count AS is_longest
    FROM directed
    WHERE mode = half_mode
    WINDOW counted AS (PARTITION BY test_id ORDER BY half_cycle_count, step_count)
),

half AS (
    SELECT
        test_id,
        half_cycle_count,
        min(cycle_count) AS cycle_count,
        min(mode) AS mode,
        max(median_current_ampere) FILTER (WHERE is_longest) AS current_ampere,
        max(abs(median_current_ampere)) <= 1.02 * min(abs(median_current_ampere))
            AS constant_current,
        max(mean_temperature_celsius) FILTER (WHERE is_longest) AS mean_temperature_celsius,
        max(abs(first_voltage_volt)) FILTER (WHERE is_first) AS first_volt,
        max(
            abs((first_voltage_volt - before_volt) * first_current_ampere)
            / nullif(abs(first_current_ampere - before_ampere), 0)
        ) FILTER (
            WHERE is_first
                AND before_mode IN ('charge', 'discharge', 'rest')
                AND after_second <= $ohmic_within_second
        ) AS ohmic_volt,
        max(peak_early_voltage_volt) FILTER (WHERE is_first) AS peak_volt,
        max(abs(middle_voltage_volt)) FILTER (WHERE is_longest) AS middle_volt,
        max(end_voltage_volt) FILTER (WHERE is_last) AS final_voltage_volt,
        abs(sum(mean_voltage_volt * duration_second)) / nullif(sum(duration_second), 0)
            AS mean_volt,
        max(late_deviation_volt) FILTER (WHERE is_last) AS late_deviation_volt,
        max(late_deviation_volt / nullif(late_mean_voltage_volt, 0)) FILTER (WHERE is_last)
            AS late_variation,
        max(greatest(abs(minimum_voltage_volt), abs(maximum_voltage_volt)))
            AS greatest_voltage_volt
    FROM active
    GROUP BY test_id, half_cycle_count
),

pair AS (
    SELECT
        *,
        lag(mode) OVER counted AS other_mode,
        lag(constant_current) OVER counted AS other_constant,
        lag(current_ampere) OVER counted AS other_ampere,
        lag(final_voltage_volt) OVER counted AS other_volt
    FROM half
    WINDOW counted AS (PARTITION BY test_id ORDER BY half_cycle_count)
),

known AS (
    SELECT
        pair.*,
        passed.start_second,
        passed.end_second,
        passed.charge_ah,
        passed.doubt,
        nullif(cell.area_cm2, 0) AS area_cm2,
        cell.symmetric AS known_symmetric,
        CASE WHEN cell.symmetric THEN 1 END AS one,
        CASE
            WHEN cell.symmetric AND $convention = 'gap' THEN 2
            WHEN cell.symmetric THEN 1
        END AS factor,
        CASE
            WHEN constant_current AND other_constant AND other_mode <> mode
                AND abs(abs(current_ampere) - abs(other_ampere)) <= 0.02 * abs(current_ampere)
                AND cell.symmetric
                THEN other_volt
        END AS opposite_volt
    FROM pair
    JOIN passed
        ON passed.test_id = pair.test_id
        AND passed.half_cycle_count = pair.half_cycle_count
    LEFT JOIN test ON test.test_id = pair.test_id
    LEFT JOIN cell ON cell.cell_id = test.cell_id
    WHERE coalesce(cell.symmetric, true)
)

SELECT
    test_id,
    half_cycle_count,
    cycle_count,
    mode,
    start_second / 3600 AS start_hour,
    (end_second - start_second) / 3600 AS duration_hour,
    current_ampere,
    1000 * abs(current_ampere) / nullif(area_cm2, 0) AS current_density_ma_per_cm2,
    1000 * charge_ah / nullif(area_cm2, 0) AS charge_passed_mah_per_cm2,
    mean_temperature_celsius,
    constant_current,
    factor * first_volt AS first_volt,
    factor * ohmic_volt AS ohmic_volt,
    factor * (peak_volt - middle_volt) AS nucleation_volt,
    factor * middle_volt AS middle_volt,
    factor * abs(final_voltage_volt) AS end_volt,
    factor * late_deviation_volt AS end_spread_volt,
    factor * mean_volt AS mean_volt,
    CASE WHEN mode = 'charge' THEN 1 ELSE -1 END
    * (abs(final_voltage_volt) - abs(opposite_volt))
    / nullif((abs(final_voltage_volt) + abs(opposite_volt)) / 2, 0) AS asymmetry,
    (final_voltage_volt + opposite_volt) / 2 AS offset_volt,
    one * abs(final_voltage_volt) * area_cm2 / nullif(abs(current_ampere), 0)
        AS area_specific_resistance_ohm_cm2,
    one * late_variation AS late_variation,
    one * final_voltage_volt AS final_voltage_volt,
    one * greatest_voltage_volt AS greatest_voltage_volt,
    nullif(
        concat_ws(
            ', ',
            CASE WHEN known_symmetric IS NULL THEN 'symmetric' END,
            CASE WHEN area_cm2 <> 0 THEN NULL ELSE 'area_cm2' END
        ),
        ''
    ) AS missing,
    CASE
        WHEN factor IS NULL OR final_voltage_volt IS NULL THEN 'not_computable'
        WHEN doubt IS NOT NULL THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    CASE
        WHEN factor IS NULL THEN 'missing symmetric'
        WHEN final_voltage_volt IS NULL THEN 'missing voltage'
        ELSE doubt
    END AS reason
FROM known;

-- example: 0.1 V at 2 mA on 4 cm² are 200 Ω·cm²
WITH step(
    test_id, step_count, cycle_count, half_cycle_count, mode, start_time_second, duration_second,
    median_current_ampere, end_voltage_volt, charge_capacity_ah, discharge_capacity_ah
) AS (
    VALUES
    (1, 1, 1, 1, 'charge', 0, 3600, 0.002, 0.1, 0.002, 0),
    (1, 2, 1, 2, 'discharge', 3600, 3600, -0.002, -0.06, 0, 0.002)
),
test(test_id, cell_id) AS (VALUES (1, 7)),
cell(cell_id, "symmetric", area_cm2) AS (VALUES (7, true, 4))
SELECT
    current_density_ma_per_cm2 = 0.5,
    charge_passed_mah_per_cm2 = 0.5,
    abs(area_specific_resistance_ohm_cm2 - CASE mode WHEN 'charge' THEN 200 ELSE 120 END) < 1e-9,
    coalesce(abs(asymmetry - 0.5) < 1e-9, half_cycle_count = 1),
    coalesce(abs(offset_volt - 0.02) < 1e-9, half_cycle_count = 1),
    missing IS NULL,
    status = 'ok' AND reason IS NULL
FROM half_cycle_polarization;

-- example: a gap is twice a half, and no resistance changes by it
-- given: convention = gap
WITH step(
    test_id, step_count, half_cycle_count, mode, median_current_ampere, end_voltage_volt,
    middle_voltage_volt
) AS (VALUES (1, 1, 1, 'charge', 0.002, 0.1, 0.2)),
test(test_id, cell_id) AS (VALUES (1, 7)),
cell(cell_id, "symmetric", area_cm2) AS (VALUES (7, true, 4))
SELECT
    end_volt = 0.2,
    middle_volt = 0.4,
    final_voltage_volt = 0.1,
    abs(area_specific_resistance_ohm_cm2 - 200) < 1e-9
FROM half_cycle_polarization;

-- example: a pulse the other way changes the charge alone, and a step of no half-cycle nothing
WITH step(
    test_id, step_count, half_cycle_count, mode, start_time_second, duration_second,
    median_current_ampere, end_voltage_volt, charge_capacity_ah, discharge_capacity_ah, status,
    reason
) AS (
    VALUES
    (1, 1, 1, 'charge', 0, 3600, 0.002, 0.1, 0.002, 0, 'ok', NULL),
    (1, 2, 1, 'discharge', 3600, 10, -0.004, -0.3, 0, 0.0001, 'low_quality', 'outlier'),
    (1, 3, NULL, 'discharge', 3610, 3600, -0.001, -0.02, 0, 0.001, 'low_quality', 'gap')
),
test(test_id, cell_id) AS (VALUES (1, 7)),
cell(cell_id, "symmetric", area_cm2) AS (VALUES (7, true, 1))
SELECT
    count(*) OVER () = 1,
    mode = 'charge' AND constant_current AND end_volt = 0.1,
    abs(charge_passed_mah_per_cm2 - 2.1) < 1e-12,
    status = 'low_quality' AND reason = 'outlier'
FROM half_cycle_polarization;

-- example: without an area there is a voltage and no density
WITH step(
    test_id, step_count, half_cycle_count, mode, median_current_ampere, end_voltage_volt
) AS (VALUES (1, 1, 1, 'charge', 0.002, 0.1)),
test(test_id, cell_id) AS (VALUES (1, 7)),
cell(cell_id, "symmetric") AS (VALUES (7, true))
SELECT
    end_volt = 0.1,
    current_density_ma_per_cm2 IS NULL,
    missing = 'area_cm2'
FROM half_cycle_polarization;

-- example: nobody knows whether it is a polarization
WITH step(
    test_id, step_count, half_cycle_count, mode, median_current_ampere, end_voltage_volt
) AS (VALUES (1, 1, 1, 'charge', 0.002, 3.4))
SELECT
    end_volt IS NULL,
    missing = 'symmetric, area_cm2',
    status = 'not_computable' AND reason = 'missing symmetric'
FROM half_cycle_polarization;

-- example: a full cell has no row
WITH step(test_id, step_count, half_cycle_count, mode) AS (VALUES (1, 1, 1, 'charge')),
test(test_id, cell_id) AS (VALUES (1, 7)),
cell(cell_id, "symmetric") AS (VALUES (7, false))
SELECT count(*) = 0
FROM half_cycle_polarization;
