-- Peaks of differential curves
--
-- Peaks of dQ/dV and of dV/dQ, found in the smoothed curve and followed over the chosen cycles of
-- one kind and direction within a test. A peak is a bin higher than both neighbors that stands out
-- (by its prominence: its height over the higher of the lowest places between it and the next
-- higher ones, smoothed and as it was) by a share of the highest peak and by five times the noise.
-- Its place is that of the parabola through it and its neighbors. It reaches to the lowest places
-- between it and the next peaks (the nearest of those alike), and what passed there is its area.
-- Peaks of all cycles are followed by where they lie: those with less than follow_bins between one
-- and the next are one track. Where a cycle has several in a track they are told apart by their
-- order, and where another cycle then has fewer, which of them it has is not sure.
--
-- grain:      test_id, cycle_count, mode, curve, peak_count
-- column:     mode | | charge or discharge: which way the half-cycle went
-- column:     curve | | differential_capacity or differential_voltage
-- column:     peak_count | 1 | number of the peak, from 1 by where they lie; the same in all cycles
-- column:     place | | where it lies: V, or A·h since the half-cycle began
-- column:     place_error | | half a bin, and what noise makes of the parabola, in quadrature
-- column:     height | | height of the smoothed curve
-- column:     height_error | | one sigma of the smoothed curve
-- column:     area | | what passed between the lowest places beside it
-- column:     width | | width at half its prominence, to a bin
-- column:     prominence | | how far it stands out
-- column:     kind_count | 1 | kind of the cycle
-- column:     kind | | how the discharge of that kind was controlled
-- column:     kind_role | | formation, check_up, main, or other
-- column:     cell_cycle_count | 1 | cycle of the cell, running on over its tests
-- column:     status | | ok or low_quality
-- column:     reason | | why it is not ok: what the steps of the half-cycle say, or which of
--             several peaks it is is not sure
-- main:       place, error: place_error
-- shown:      no
-- takes:      prominence_share | number(0.001..1) | 0.05 | how far a peak stands out at the least,
--             over the height of the highest
-- takes:      follow_bins | integer(1..200) | 4 | peaks of different cycles as near as this are one
-- inherits:   differential_curve
-- materialized: no | reads the points of a few cycles, which the asker names
-- only:       differential_curve
-- needs:      differential_curve, cycle
-- reference:  Dubarry, Anseán, Front. Energy Res. 10 (2022) 1023555
WITH beside AS (
    SELECT
        *,
        lag(smoothed) OVER in_order AS before,
        lead(smoothed) OVER in_order AS after
    FROM differential_curve
    WHERE smoothed IS NOT NULL
    WINDOW in_order AS (PARTITION BY test_id, cycle_count, mode, curve ORDER BY bin)
),

top AS (
    SELECT
        *,
        max(smoothed) OVER (PARTITION BY test_id, cycle_count, mode, curve) AS highest
    FROM beside
    WHERE smoothed > before
        AND smoothed >= after
        AND smoothed > 0
),

between_higher AS (
    SELECT
        top.test_id,
        top.cycle_count,
        top.mode,
        top.curve,
        top.bin,
        max(CASE WHEN other.bin < top.bin AND other.smoothed > top.smoothed THEN other.bin END)
            AS from_bin,
        min(CASE WHEN other.bin > top.bin AND other.smoothed > top.smoothed THEN other.bin END)
            AS to_bin
    FROM top
    JOIN beside AS other
        ON other.test_id = top.test_id
        AND other.cycle_count = top.cycle_count
        AND other.mode = top.mode
        AND other.curve = top.curve
    GROUP BY top.test_id, top.cycle_count, top.mode, top.curve, top.bin
),

prominent AS (
    SELECT
        top.test_id,
        top.cycle_count,
        top.mode,
        top.curve,
        top.bin,
        -- the parabola swings beside a steep rise, where nothing stands out as it was
        min(top.smoothed) - greatest(
            min(CASE WHEN other.bin <= top.bin THEN other.smoothed END),
            min(CASE WHEN other.bin >= top.bin THEN other.smoothed END),
            min(CASE WHEN other.bin <= top.bin THEN other.height END),
            min(CASE WHEN other.bin >= top.bin THEN other.height END)
        ) AS prominence
    FROM top
    JOIN between_higher AS span
        ON span.test_id = top.test_id
        AND span.cycle_count = top.cycle_count
        AND span.mode = top.mode
        AND span.curve = top.curve
        AND span.bin = top.bin
    JOIN beside AS other
        ON other.test_id = top.test_id
        AND other.cycle_count = top.cycle_count
        AND other.mode = top.mode
        AND other.curve = top.curve
        AND other.bin > coalesce(span.from_bin, -1)
        AND other.bin < coalesce(span.to_bin, other.bin + 1)
    GROUP BY top.test_id, top.cycle_count, top.mode, top.curve, top.bin
),

peak AS (
    SELECT
        top.*,
        prominent.prominence,
        lag(top.bin) OVER in_order AS earlier_bin,
        lead(top.bin) OVER in_order AS later_bin,
        (top.before - top.after)
        / nullif(2 * (top.before - 2 * top.smoothed + top.after), 0) AS shift,
        top.noise / nullif(sqrt(2.0) * abs(top.before - 2 * top.smoothed + top.after), 0)
            AS shift_error
    FROM top
    JOIN prominent
        ON prominent.test_id = top.test_id
        AND prominent.cycle_count = top.cycle_count
        AND prominent.mode = top.mode
        AND prominent.curve = top.curve
        AND prominent.bin = top.bin
    WHERE prominent.prominence >= $prominence_share * top.highest
        AND prominent.prominence >= 5 * coalesce(top.noise, 0)
    WINDOW in_order AS (
        PARTITION BY top.test_id, top.cycle_count, top.mode, top.curve ORDER BY top.bin
    )
),

flank AS (
    SELECT
        peak.test_id,
        peak.cycle_count,
        peak.mode,
        peak.curve,
        peak.bin,
        other.bin AS at_bin,
        coalesce(other.smoothed, other.height) AS level,
        min(coalesce(other.smoothed, other.height)) OVER (
            PARTITION BY
                peak.test_id, peak.cycle_count, peak.mode, peak.curve, peak.bin,
                other.bin > peak.bin
        ) AS lowest,
        peak.prominence,
        other.smoothed < peak.smoothed - peak.prominence / 2 AS below_half
    FROM peak
    JOIN differential_curve AS other
        ON other.test_id = peak.test_id
        AND other.cycle_count = peak.cycle_count
        AND other.mode = peak.mode
        AND other.curve = peak.curve
        AND other.bin > coalesce(peak.earlier_bin, -1)
        AND other.bin < coalesce(peak.later_bin, other.bin + 1)
        AND other.bin <> peak.bin
),

edged AS (
    SELECT
        test_id,
        cycle_count,
        mode,
        curve,
        bin,
        -- on a level the nearest: the last digits of a voltage do not say where a peak ends
        max(at_bin) FILTER (WHERE at_bin < bin AND level <= lowest + 1e-9 * prominence)
            AS left_bin,
        min(at_bin) FILTER (WHERE at_bin > bin AND level <= lowest + 1e-9 * prominence)
            AS right_bin,
        max(at_bin) FILTER (WHERE at_bin < bin AND below_half) AS left_half,
        min(at_bin) FILTER (WHERE at_bin > bin AND below_half) AS right_half
    FROM flank
    GROUP BY test_id, cycle_count, mode, curve, bin
),

filled AS (
    SELECT
        edged.test_id,
        edged.cycle_count,
        edged.mode,
        edged.curve,
        edged.bin,
        min(edged.right_half - edged.left_half - 1) AS half_bins,
        sum(other.amount) AS area
    FROM edged
    JOIN differential_curve AS other
        ON other.test_id = edged.test_id
        AND other.cycle_count = edged.cycle_count
        AND other.mode = edged.mode
        AND other.curve = edged.curve
        AND other.bin >= edged.left_bin
        AND other.bin < edged.right_bin
    GROUP BY edged.test_id, edged.cycle_count, edged.mode, edged.curve, edged.bin
),

measured AS (
    SELECT
        peak.*,
        filled.area,
        filled.half_bins * peak.width AS half_width,
        coalesce(cycle.kind_count, 0) AS of_kind,
        cycle.kind_count,
        cycle.kind,
        cycle.kind_role,
        coalesce(cycle.cell_cycle_count, peak.cycle_count) AS cell_cycle_count,
        peak.middle + peak.shift * peak.width AS lies,
        -- in bins, which are alike in all cycles; those of charge are shares
        peak.middle / nullif(peak.width, 0) + peak.shift AS lies_bin
    FROM peak
    JOIN filled
        ON filled.test_id = peak.test_id
        AND filled.cycle_count = peak.cycle_count
        AND filled.mode = peak.mode
        AND filled.curve = peak.curve
        AND filled.bin = peak.bin
    LEFT JOIN cycle
        ON cycle.test_id = peak.test_id
        AND cycle.cycle_count = peak.cycle_count
),

apart AS (
    SELECT
        *,
        CASE
            WHEN lies_bin - lag(lies_bin) OVER in_order <= $follow_bins THEN 0
            ELSE 1
        END AS begins
    FROM measured
    WINDOW in_order AS (
        PARTITION BY test_id, of_kind, mode, curve ORDER BY lies_bin, cycle_count
    )
),

tracked AS (
    SELECT
        *,
        sum(begins) OVER (
            PARTITION BY test_id, of_kind, mode, curve ORDER BY lies_bin, cycle_count
            ROWS UNBOUNDED PRECEDING
        ) AS track
    FROM apart
),

ordered AS (
    SELECT
        *,
        row_number() OVER of_cycle AS order_in_track,
        count(*) OVER (PARTITION BY test_id, of_kind, mode, curve, track, cycle_count)
            AS in_cycle
    FROM tracked
    WINDOW of_cycle AS (
        PARTITION BY test_id, of_kind, mode, curve, track, cycle_count ORDER BY lies_bin
    )
),

told AS (
    SELECT
        *,
        max(in_cycle) OVER (PARTITION BY test_id, of_kind, mode, curve, track) AS most,
        dense_rank() OVER (
            PARTITION BY test_id, of_kind, mode, curve ORDER BY track, order_in_track
        ) AS peak_count
    FROM ordered
)

SELECT
    test_id,
    cycle_count,
    mode,
    curve,
    peak_count,
    lies AS place,
    width * sqrt(0.25 + coalesce(shift_error * shift_error, 0)) AS place_error,
    smoothed - 0.25 * (before - after) * shift AS height,
    noise AS height_error,
    area,
    half_width AS width,
    prominence,
    kind_count,
    kind,
    kind_role,
    cell_cycle_count,
    CASE WHEN status <> 'ok' OR in_cycle < most THEN 'low_quality' ELSE 'ok' END AS status,
    nullif(
        concat_ws(
            ', ',
            CASE WHEN status <> 'ok' THEN coalesce(reason, status) END,
            CASE WHEN in_cycle < most THEN concat('one of ', most, ' peaks that run together') END
        ),
        ''
    ) AS reason
FROM told;

-- example: two peaks of a hill and a lower one, the same numbers in both cycles
WITH cycle(test_id, cycle_count, cell_cycle_count, kind_count, kind)
AS (VALUES (1, 1, 1, 1, 'CC 1 A'), (1, 2, 2, 1, 'CC 1 A')),
differential_curve(
    test_id, cycle_count, mode, curve, bin, middle, width, amount, height, smoothed, noise, status
) AS (
    SELECT
        1, c, 'charge', 'differential_capacity', b, b + 0.5, 1,
        greatest(10 - abs(b - 10 - c), 0) + greatest(4 - abs(b - 30 + c), 0),
        greatest(10 - abs(b - 10 - c), 0) + greatest(4 - abs(b - 30 + c), 0),
        greatest(10 - abs(b - 10 - c), 0) + greatest(4 - abs(b - 30 + c), 0), 0, 'ok'
    FROM range(1, 41) AS bins(b), range(1, 3) AS cycles(c)
)
SELECT
    place = CASE peak_count WHEN 1 THEN 10.5 + cycle_count ELSE 30.5 - cycle_count END,
    place_error = 0.5,
    height = CASE peak_count WHEN 1 THEN 10 ELSE 4 END,
    area = CASE peak_count WHEN 1 THEN 100 ELSE 16 END,
    prominence = CASE peak_count WHEN 1 THEN 10 ELSE 4 END,
    kind = 'CC 1 A',
    status = 'ok' AND reason IS NULL
FROM differential_curve_peak;

-- example: noise makes no peak, and neither does what hardly stands out
WITH differential_curve(
    test_id, cycle_count, mode, curve, bin, middle, width, amount, height, smoothed, noise, status
) AS (
    SELECT
        t.n, 1, 'charge', 'differential_capacity', b.n, b.n + 0.5, 1, 0, 0,
        CASE t.n WHEN 1 THEN b.n % 2 WHEN 2 THEN b.n + 0.8 * (b.n % 2) ELSE b.n % 2 END,
        CASE t.n WHEN 1 THEN 1 ELSE 0 END, 'ok'
    FROM range(1, 3) AS t(n), range(1, 41) AS b(n)
)
SELECT count(*) = 0
FROM differential_curve_peak;

-- example: where two tracks run together one peak alone is not sure
-- given: follow_bins = 10
WITH differential_curve(
    test_id, cycle_count, mode, curve, bin, middle, width, amount, height, smoothed, noise, status
) AS (
    SELECT
        1, c, 'charge', 'differential_voltage', b, b + 0.5, 1, 1, 1,
        greatest(4 - abs(b - 10), 0) + (2 - c) * greatest(4 - abs(b - 18), 0), 0, 'ok'
    FROM range(1, 41) AS bins(b), range(1, 3) AS cycles(c)
)
SELECT
    CASE cycle_count
        WHEN 1 THEN status = 'ok' AND place = CASE peak_count WHEN 1 THEN 10.5 ELSE 18.5 END
        ELSE status = 'low_quality' AND reason = 'one of 2 peaks that run together'
    END
FROM differential_curve_peak;
