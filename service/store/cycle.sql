-- Cycles out of steps, for the tests asked for, each test by itself.
--
-- A half-cycle is the steps of one half_cycle_count; its charge is what it passed in sum, so that
-- pulses against it are in it. What passes at rest or in an impedance sweep is no capacity, and a
-- step outside of every half-cycle counts in none. A scan of voltammetry is a cycle of its own.
-- Where the charge of one of its steps is unknown, that of the half-cycle is: a sum that leaves a
-- step out would be a wrong number.
-- What leads a half-cycle is the step that passed most of its charge, a held voltage left out.
--
-- Where the tests of a cell are numbered together, a cycle is of the test in which it began, and
-- what another test adds to it is in it. Where the instrument counts, a step inside which its number
-- changes counts part by part.
WITH by_instrument AS (
    SELECT test.test_id
    FROM store.test
    LEFT JOIN store.cell ON cell.cell_id = test.cell_id
    WHERE coalesce(test.cycle_convention, cell.cycle_convention) = 'instrument'
        AND test.instrument_count IS NOT NULL
),

own AS (
    SELECT *
    FROM delta.step
    WHERE cycle_count IS NOT NULL
        AND test_id IN (SELECT unnest(CAST($tests AS BIGINT[])))
        AND (test_id, step_count) NOT IN (
            SELECT (test_id, step_count)
            FROM delta.part
            WHERE test_id IN (SELECT test_id FROM by_instrument)
        )
    UNION ALL BY NAME
    SELECT * REPLACE (vendor_cycle_count AS cycle_count)
    FROM delta.part
    WHERE test_id IN (SELECT test_id FROM by_instrument)
        AND test_id IN (SELECT unnest(CAST($tests AS BIGINT[])))
),

part AS (
    SELECT
        coalesce(renumbered.owner_id, own.test_id) AS test_id,
        coalesce(renumbered.subject, -own.test_id) AS subject,
        CASE
            WHEN own.part_count IS NULL THEN coalesce(renumbered.owner_cycle_count, own.cycle_count)
            ELSE own.cycle_count
        END AS cycle_count,
        renumbered.cell_cycle_count,
        coalesce(renumbered.cell_half_cycle_count, own.half_cycle_count) AS half_cycle_count,
        own.mode NOT IN ('rest', 'impedance')
        AND (own.half_cycle_count IS NOT NULL OR own.mode = 'voltammetry') AS counts,
        own.mode = 'voltammetry' AS scans,
        own.test_id = coalesce(renumbered.owner_id, own.test_id) AS is_own,
        own.step_count,
        own.mode,
        own.control,
        own.control_value,
        own.half_cycle_left,
        own.start_time_second,
        own.duration_second,
        own.charge_capacity_ah,
        own.discharge_capacity_ah,
        own.net_charge_ah,
        own.charge_error_ah + coalesce(renumbered.seam_error_ah, 0) AS charge_error_ah,
        own.charge_energy_wh,
        own.discharge_energy_wh,
        own.median_current_ampere,
        own.mean_temperature_celsius,
        own.vendor_cycle_count,
        own.status,
        own.reason
    FROM own
    LEFT JOIN delta.renumbered
        ON renumbered.test_id = own.test_id
        AND renumbered.step_count = own.step_count
),

half AS (
    SELECT
        test_id,
        cycle_count,
        half_cycle_count,
        min(subject) AS subject,
        CASE WHEN count(*) = count(net_charge_ah) THEN sum(net_charge_ah) END AS net_ah,
        sum(charge_error_ah) AS error_ah,
        CASE
            WHEN count(*) = count(charge_energy_wh - discharge_energy_wh)
                THEN sum(charge_energy_wh - discharge_energy_wh)
        END AS net_wh,
        bool_or(half_cycle_left) AS stated_left,
        bool_or(control = 'CV') AS held,
        arg_max(
            struct_pack(
                mode := mode,
                control := control,
                value := control_value,
                median_ampere := median_current_ampere
            ),
            (control IS DISTINCT FROM 'CV', abs(coalesce(net_charge_ah, 0)), -step_count)
        ) AS lead
    FROM part
    WHERE counts
        AND NOT scans
    GROUP BY test_id, cycle_count, half_cycle_count
),

directed AS (
    SELECT
        *,
        CASE
            WHEN net_ah > 0 THEN 'charge'
            WHEN net_ah < 0 THEN 'discharge'
            WHEN lead.mode IN ('charge', 'discharge') THEN lead.mode
        END AS direction,
        CASE
            WHEN lead.control IN ('CC', 'CCCV') THEN coalesce(lead.value, lead.median_ampere)
            ELSE lead.median_ampere
        END AS current_ampere
    FROM half
),

judged AS (
    SELECT
        *,
        coalesce(stated_left, false)
        OR half_cycle_count < max(half_cycle_count) OVER (PARTITION BY subject) AS was_left,
        -- the first of its direction may have begun in the middle: the next one shows it
        row_number() OVER in_turn > 1
        OR coalesce(abs(net_ah) >= 0.8 * abs(lead(net_ah) OVER in_turn), true) AS is_whole
    FROM directed
    WINDOW in_turn AS (PARTITION BY subject, direction ORDER BY half_cycle_count, cycle_count)
),

halves AS (
    SELECT
        test_id,
        cycle_count,
        arg_min(direction, half_cycle_count) AS first_mode,
        count(DISTINCT direction) = 2 AND bool_and(was_left AND is_whole) AS complete,
        CASE
            WHEN count(*) FILTER (WHERE direction = 'charge' AND net_ah IS NULL) = 0
                THEN coalesce(sum(net_ah) FILTER (WHERE direction = 'charge'), 0)
        END AS charge_ah,
        coalesce(sum(error_ah) FILTER (WHERE direction = 'charge'), 0) AS charge_error_ah,
        CASE
            WHEN count(*) FILTER (WHERE direction = 'discharge' AND net_ah IS NULL) = 0
                THEN coalesce(-sum(net_ah) FILTER (WHERE direction = 'discharge'), 0)
        END AS discharge_ah,
        coalesce(sum(error_ah) FILTER (WHERE direction = 'discharge'), 0) AS discharge_error_ah,
        CASE
            WHEN count(*) FILTER (WHERE direction = 'charge' AND net_wh IS NULL) = 0
                THEN coalesce(sum(net_wh) FILTER (WHERE direction = 'charge'), 0)
        END AS charge_wh,
        CASE
            WHEN count(*) FILTER (WHERE direction = 'discharge' AND net_wh IS NULL) = 0
                THEN coalesce(-sum(net_wh) FILTER (WHERE direction = 'discharge'), 0)
        END AS discharge_wh,
        arg_max(current_ampere, abs(coalesce(net_ah, 0))) FILTER (WHERE direction = 'charge')
            AS charge_ampere,
        arg_max(
            struct_pack(
                ampere := current_ampere,
                -- a voltage that is held afterwards makes another program of it
                control := CASE WHEN lead.control = 'CC' AND held THEN 'CCCV' ELSE lead.control END,
                value := coalesce(lead.value, lead.median_ampere)
            ),
            abs(coalesce(net_ah, 0))
        ) FILTER (WHERE direction = 'discharge') AS discharge
    FROM judged
    GROUP BY test_id, cycle_count
),

whole AS (
    SELECT
        test_id,
        cycle_count,
        bool_or(scans) AS scans,
        cycle_count < max(max(cycle_count)) OVER (PARTITION BY test_id)
        OR bool_or(half_cycle_left) AS was_left,
        min(cell_cycle_count) AS joined_count,
        min(start_time_second) FILTER (WHERE is_own) AS start_time_second,
        sum(duration_second) AS duration_second,
        sum(charge_capacity_ah) FILTER (WHERE counts) AS gross_charge_ah,
        sum(discharge_capacity_ah) FILTER (WHERE counts) AS gross_discharge_ah,
        sum(charge_error_ah) FILTER (WHERE scans) AS scan_error_ah,
        sum(charge_energy_wh) FILTER (WHERE scans) AS scan_charge_wh,
        sum(discharge_energy_wh) FILTER (WHERE scans) AS scan_discharge_wh,
        sum(net_charge_ah) FILTER (WHERE mode IN ('rest', 'impedance')) AS rest_charge_ah,
        sum(mean_temperature_celsius * duration_second)
            / nullif(sum(duration_second) FILTER (WHERE mean_temperature_celsius IS NOT NULL), 0)
            AS mean_temperature_celsius,
        min(vendor_cycle_count) AS vendor_cycle_count,
        coalesce(bool_or(status <> 'ok') FILTER (WHERE counts), false) AS doubtful,
        string_agg(DISTINCT reason, ', ') FILTER (WHERE counts AND status <> 'ok') AS reasons
    FROM part
    GROUP BY test_id, cycle_count
    HAVING bool_or(counts)
)

SELECT
    whole.test_id,
    whole.cycle_count,
    whole.joined_count,
    halves.first_mode,
    CASE WHEN whole.scans THEN coalesce(whole.was_left, false) ELSE halves.complete END AS complete,
    whole.start_time_second,
    whole.duration_second,
    CASE WHEN whole.scans THEN whole.gross_charge_ah ELSE halves.charge_ah END
        AS charge_capacity_ah,
    CASE WHEN whole.scans THEN whole.scan_error_ah ELSE halves.charge_error_ah END
        AS charge_error_ah,
    CASE WHEN whole.scans THEN whole.gross_discharge_ah ELSE halves.discharge_ah END
        AS discharge_capacity_ah,
    CASE WHEN whole.scans THEN whole.scan_error_ah ELSE halves.discharge_error_ah END
        AS discharge_error_ah,
    whole.gross_charge_ah,
    whole.gross_discharge_ah,
    whole.rest_charge_ah,
    CASE WHEN whole.scans THEN whole.scan_charge_wh ELSE halves.charge_wh END AS charge_energy_wh,
    CASE WHEN whole.scans THEN whole.scan_discharge_wh ELSE halves.discharge_wh END
        AS discharge_energy_wh,
    halves.charge_ampere AS charge_current_ampere,
    halves.discharge.ampere AS discharge_current_ampere,
    CASE WHEN whole.scans THEN 'voltammetry' ELSE halves.discharge.control END AS control,
    halves.discharge.value AS control_value,
    whole.mean_temperature_celsius,
    whole.vendor_cycle_count,
    CASE WHEN whole.doubtful THEN 'low_quality' ELSE 'ok' END AS status,
    list_aggregate(
        list_sort(list_distinct(string_split(whole.reasons, ', '))), 'string_agg', ', '
    ) AS reason
FROM whole
LEFT JOIN halves
    ON halves.test_id = whole.test_id
    AND halves.cycle_count = whole.cycle_count
