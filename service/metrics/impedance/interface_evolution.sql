-- Evolution of an interface
--
-- The arcs of a cell's interfaces followed from sweep to sweep: resistance, time constant and
-- capacitance of each, against the hours and the cycles before. An arc is known again by what it
-- is, not by its place in the circuit: it goes on with the arc of the sweep before that is nearest
-- in capacitance, where each is the other's nearest and they lie within a factor; else a track
-- begins. So a new arc beside an old one renames nothing, and one that is not there in a sweep ends
-- its track. Sweeps of a cell are followed at each temperature by itself, in the order of the hours
-- of cycling, then of the start of their test. An arc that some sweeps leave mixed or not
-- identified is on the track all the same, of low quality there; a track without any arc that is
-- taken for an interface is left out. Resistance times area is halved per_interface in a symmetric
-- cell, as in interface_resistance.
--
-- formula:    R(t) of one arc; change = R(t) / R(first of its track) − 1
-- grain:      test_id, spectrum_count, element
-- column:     element | | the arc's resistance in the circuit of this sweep
-- column:     cell_id | | the cell
-- column:     track_count | 1 | tracks of the cell up to this one, by the sweeps they begin at
-- column:     place | 1 | sweeps of its track up to this one
-- column:     cycling_time_hour | h | charge and discharge before it; null where cycling_time is
-- column:     cycle_count | 1 | cycles of the cell that began before it, of all its tests
-- column:     temperature_celsius | °C | mean of the sweep, where recorded
-- column:     state_of_charge | 1 | share of charge held, mean of the sweep, where known
-- column:     assignment | | what the arc is taken for in this sweep, as in fitted_part
-- column:     resistance_ohm | Ω | width of the arc
-- column:     resistance_error_ohm | Ω | one sigma
-- column:     area_specific_resistance_ohm_cm2 | Ω·cm² | times electrode area, halved per_interface
-- column:     area_specific_error_ohm_cm2 | Ω·cm² | one sigma; the area counts as exact
-- column:     convention | | per_interface or total
-- column:     time_constant_second | s | of its peak
-- column:     capacitance_farad | F | time constant over resistance
-- column:     capacitance_error_farad | F | one sigma
-- column:     change | 1 | resistance over that of the first of its track, less one
-- column:     status | | ok or low_quality (no interface by itself, its peak below the band, the
--             sweep, its circuit or the time of cycling in doubt)
-- column:     reason | | why not ok; null when ok
-- main:       resistance_ohm, error: resistance_error_ohm
-- takes:      same_kelvin | number(0..) | 2 | from one temperature to the next that is the same
-- takes:      same_factor | number(1..) | 10 | between capacitances that may be of one arc
-- inherits:   impedance_validity
-- needs:      fitted_part, impedance_validity, cycling_time, sweep, test, cell, cycle, cycled
-- reference:  our own declaration
WITH RECURSIVE clock AS (
    SELECT
        test_id,
        min(started_at) AS started_at
    FROM cycled
    GROUP BY test_id
),

cycled_before AS (
    SELECT
        sweep.test_id,
        sweep.spectrum_count,
        count(*) AS cycle_count
    FROM sweep
    JOIN test ON test.test_id = sweep.test_id
    JOIN cycle ON cycle.cell_id = test.cell_id
    LEFT JOIN clock ON clock.test_id = cycle.test_id
    WHERE CASE
        WHEN cycle.test_id = test.test_id
            THEN cycle.start_time_second < sweep.start_time_second
        -- a cell cannot be in two tests at once
        ELSE clock.started_at < test.started_at
    END
    GROUP BY sweep.test_id, sweep.spectrum_count
),

swept AS (
    SELECT
        sweep.test_id,
        sweep.spectrum_count,
        sweep.state_of_charge,
        sweep.temperature_drift_kelvin,
        CASE WHEN abs(sweep.temperature_celsius) < 1e6 THEN sweep.temperature_celsius END
            AS celsius,
        test.cell_id,
        test.started_at,
        cell."symmetric" AS halves,
        CASE WHEN cell.area_cm2 > 0 THEN cell.area_cm2 END AS area_cm2,
        time.cycling_time_hour,
        time.reason AS time_doubt,
        CASE WHEN time.cycling_time_hour IS NOT NULL THEN coalesce(before.cycle_count, 0) END
            AS cycle_count,
        validity.resistance_doubt
    FROM sweep
    JOIN test ON test.test_id = sweep.test_id
    LEFT JOIN cell ON cell.cell_id = test.cell_id
    LEFT JOIN cycling_time AS time
        ON time.test_id = sweep.test_id
        AND time.spectrum_count = sweep.spectrum_count
    LEFT JOIN cycled_before AS before
        ON before.test_id = sweep.test_id
        AND before.spectrum_count = sweep.spectrum_count
    LEFT JOIN impedance_validity AS validity
        ON validity.test_id = sweep.test_id
        AND validity.spectrum_count = sweep.spectrum_count
    WHERE test.cell_id IS NOT NULL
),

warmer AS (
    SELECT
        *,
        CASE
            WHEN celsius <= lag(celsius) OVER heated + $same_kelvin THEN 0 ELSE 1
        END AS warms
    FROM swept
    WINDOW heated AS (PARTITION BY cell_id ORDER BY celsius)
),

heated AS (
    SELECT
        *,
        CASE
            WHEN celsius IS NOT NULL THEN sum(warms) OVER (
                PARTITION BY cell_id ORDER BY celsius RANGE UNBOUNDED PRECEDING
            )
        END AS temperature_count
    FROM warmer
),

ordered AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY cell_id, temperature_count
            ORDER BY
                cycling_time_hour NULLS LAST, started_at NULLS LAST, test_id, spectrum_count
        ) AS order_count
    FROM heated
),

followed AS (
    SELECT
        ordered.*,
        part.element,
        part.kind,
        part.below_band,
        part.resistance_ohm,
        part.resistance_error_ohm,
        part.time_constant_second,
        part.capacitance_farad,
        part.capacitance_error_farad,
        CASE WHEN part.capacitance_farad > 0 THEN ln(part.capacitance_farad) END AS logarithm,
        row_number() OVER (
            ORDER BY ordered.test_id, ordered.spectrum_count, part.element
        ) AS arc_id
    FROM ordered
    JOIN fitted_part AS part
        ON part.test_id = ordered.test_id
        AND part.spectrum_count = ordered.spectrum_count
        AND part.kind IN ('interface', 'mixed', 'not_identifiable')
        AND part.resistance_ohm > 0
),

pair AS (
    SELECT
        later.arc_id,
        earlier.arc_id AS before_id,
        row_number() OVER (
            PARTITION BY later.arc_id
            ORDER BY abs(later.logarithm - earlier.logarithm), earlier.arc_id
        ) AS place,
        row_number() OVER (
            PARTITION BY earlier.arc_id
            ORDER BY abs(later.logarithm - earlier.logarithm), later.arc_id
        ) AS other_place
    FROM followed AS later
    JOIN followed AS earlier
        ON earlier.cell_id = later.cell_id
        AND earlier.temperature_count IS NOT DISTINCT FROM later.temperature_count
        AND earlier.order_count = later.order_count - 1
        AND abs(later.logarithm - earlier.logarithm) <= ln($same_factor)
),

linked AS (
    SELECT
        followed.arc_id,
        pair.before_id
    FROM followed
    LEFT JOIN pair
        ON pair.arc_id = followed.arc_id
        AND pair.place = 1
        AND pair.other_place = 1
),

tracked AS (
    SELECT
        arc_id,
        arc_id AS track_id,
        1 AS place
    FROM linked
    WHERE before_id IS NULL
    UNION ALL
    SELECT
        linked.arc_id,
        tracked.track_id,
        tracked.place + 1
    FROM tracked
    JOIN linked ON linked.before_id = tracked.arc_id
),

placed AS (
    SELECT
        followed.*,
        tracked.track_id,
        tracked.place,
        min(followed.order_count) OVER track AS begun,
        count(*) FILTER (WHERE followed.kind = 'interface') OVER track AS interface_count,
        max(CASE WHEN tracked.place = 1 THEN followed.resistance_ohm END) OVER track AS first_ohm
    FROM followed
    JOIN tracked ON tracked.arc_id = followed.arc_id
    WINDOW track AS (PARTITION BY tracked.track_id)
),

judged AS (
    SELECT
        *,
        dense_rank() OVER (
            PARTITION BY cell_id ORDER BY begun, temperature_count NULLS LAST, track_id
        ) AS track_count,
        CASE WHEN halves THEN 0.5 ELSE 1 END * area_cm2 AS factor_cm2,
        nullif(
            concat_ws(
                '; ',
                resistance_doubt,
                CASE WHEN below_band THEN 'its peak lies below the band' END,
                CASE
                    WHEN kind = 'mixed' THEN 'by its capacitance it may be either'
                    WHEN kind = 'not_identifiable' AND NOT below_band
                        THEN 'not_identifiable: the fit cannot tell it from what is beside it'
                END,
                CASE
                    WHEN temperature_drift_kelvin > 1 THEN concat(
                        'temperature drifted by ',
                        round(temperature_drift_kelvin, 1),
                        ' K during the sweep'
                    )
                END,
                time_doubt
            ),
            ''
        ) AS doubt
    FROM placed
    WHERE interface_count > 0
)

SELECT
    test_id,
    spectrum_count,
    element,
    cell_id,
    track_count,
    CAST(place AS BIGINT) AS place,
    cycling_time_hour,
    cycle_count,
    celsius AS temperature_celsius,
    state_of_charge,
    kind AS assignment,
    resistance_ohm,
    resistance_error_ohm,
    resistance_ohm * factor_cm2 AS area_specific_resistance_ohm_cm2,
    resistance_error_ohm * factor_cm2 AS area_specific_error_ohm_cm2,
    CASE WHEN halves THEN 'per_interface' ELSE 'total' END AS convention,
    time_constant_second,
    capacitance_farad,
    capacitance_error_farad,
    resistance_ohm / nullif(first_ohm, 0) - 1 AS change,
    CASE WHEN doubt IS NULL THEN 'ok' ELSE 'low_quality' END AS status,
    doubt AS reason
FROM judged;

-- example: an arc is followed by its capacitance, whatever its place in the circuit
WITH test(test_id, cell_id, started_at) AS (
    VALUES
    (1, 7, TIMESTAMP '2026-02-16 09:00:00'), (2, 7, TIMESTAMP '2026-02-17 09:00:00'),
    (3, 7, TIMESTAMP '2026-02-18 09:00:00')
),
cell(cell_id, "symmetric", area_cm2) AS (VALUES (7, true, 2)),
sweep(test_id, spectrum_count, temperature_celsius, start_time_second)
AS (VALUES (1, 1, 30, 0), (2, 1, 31, 0), (3, 1, 30.5, 5000), (3, 2, 60, 9000)),
cycled(cell_id, test_id, started_at) AS (VALUES (7, 1, TIMESTAMP '2026-02-16 09:00:00')),
cycle(cell_id, test_id, cycle_count, start_time_second)
AS (VALUES (7, 1, 1, 100), (7, 1, 2, 200), (7, 3, 1, 600), (7, 3, 2, 6000)),
cycling_time(test_id, spectrum_count, cycling_time_hour)
AS (VALUES (1, 1, 0), (2, 1, 50), (3, 1, 100), (3, 2, 101)),
impedance_validity(test_id, spectrum_count, resistance_doubt) AS (VALUES (2, 1, 'in doubt')),
fitted_part(
    test_id, spectrum_count, element, kind, resistance_ohm, resistance_error_ohm,
    capacitance_farad, below_band
) AS (
    VALUES
    (1, 1, 'R0', 'series', 9, 1, NULL, NULL), (1, 1, 'R2', 'interface', 100, 1, 1e-6, false),
    (2, 1, 'R2', 'interface', 30, 1, 2e-5, false), (2, 1, 'R3', 'interface', 150, 1, 1.1e-6, false),
    (3, 1, 'R1', 'mixed', 200, 1, 1.3e-6, false), (3, 1, 'R2', 'mixed', 5, 1, 1e-2, false),
    (3, 2, 'R2', 'interface', 40, 1, 1e-6, false)
)
SELECT
    count(*) OVER () = 5,
    track_count = CASE
        WHEN spectrum_count = 2 THEN 2 WHEN resistance_ohm = 30 THEN 3 ELSE 1
    END,
    place = CASE WHEN track_count = 1 THEN test_id ELSE 1 END,
    change = CASE resistance_ohm WHEN 150 THEN 0.5 WHEN 200 THEN 1 ELSE 0 END,
    area_specific_resistance_ohm_cm2 = resistance_ohm AND area_specific_error_ohm_cm2 = 1,
    cycle_count = CASE WHEN spectrum_count = 2 THEN 4 ELSE test_id END - CASE
        WHEN test_id = 1 THEN 1 ELSE 0
    END,
    reason IS NOT DISTINCT FROM CASE
        WHEN test_id = 2 THEN 'in doubt' WHEN resistance_ohm = 200
            THEN 'by its capacitance it may be either'
    END,
    status = CASE WHEN reason IS NULL THEN 'ok' ELSE 'low_quality' END
FROM interface_evolution;
