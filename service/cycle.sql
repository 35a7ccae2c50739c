-- Cycles out of steps, for the tests asked for.
--
-- The last cycle of a test is never complete: nothing tells that its second half-cycle was left.
-- A cycle in which nothing was charged or discharged is none. Where the charge of one of its steps
-- is unknown, the charge of the cycle is: a sum that leaves a step out would be a wrong number.
SELECT
    test_id,
    cycle_count,
    arg_min(mode, step_count) FILTER (WHERE mode IN ('charge', 'discharge')) AS first_mode,
    count(DISTINCT mode) FILTER (WHERE mode IN ('charge', 'discharge')) = 2
        AND cycle_count < max(max(cycle_count)) OVER (PARTITION BY test_id) AS complete,
    min(start_time_second) AS start_time_second,
    sum(duration_second) AS duration_second,
    CASE WHEN bool_and(charge_capacity_ah IS NOT NULL OR mode IN ('rest', 'impedance'))
        THEN sum(charge_capacity_ah) END AS charge_capacity_ah,
    CASE WHEN bool_and(discharge_capacity_ah IS NOT NULL OR mode IN ('rest', 'impedance'))
        THEN sum(discharge_capacity_ah) END AS discharge_capacity_ah,
    CASE WHEN bool_and(charge_energy_wh IS NOT NULL OR mode IN ('rest', 'impedance'))
        THEN sum(charge_energy_wh) END AS charge_energy_wh,
    CASE WHEN bool_and(discharge_energy_wh IS NOT NULL OR mode IN ('rest', 'impedance'))
        THEN sum(discharge_energy_wh) END AS discharge_energy_wh,
    arg_max(median_current_ampere, (coalesce(duration_second, 0), -step_count))
        FILTER (WHERE mode = 'charge') AS charge_current_ampere,
    arg_max(median_current_ampere, (coalesce(duration_second, 0), -step_count))
        FILTER (WHERE mode = 'discharge') AS discharge_current_ampere,
    sum(mean_temperature_celsius * duration_second)
        / nullif(sum(duration_second) FILTER (WHERE mean_temperature_celsius IS NOT NULL), 0)
        AS mean_temperature_celsius,
    min(vendor_cycle_count) AS vendor_cycle_count
FROM store.step
WHERE cycle_count IS NOT NULL
    AND test_id IN (SELECT unnest(CAST($tests AS BIGINT[])))
GROUP BY test_id, cycle_count
HAVING bool_or(mode IN ('charge', 'discharge', 'sweep'))
ORDER BY test_id, cycle_count
