-- Equivalent full cycles
--
-- All charge that has passed through a cell, in both directions, over twice its full capacity. The
-- charge is what passed up to the end of each cycle, over all tests of the cell, pulses and
-- incomplete cycles among it; what passed at rest and outside of every half-cycle is not. Full is
-- the nominal capacity where that is known and else the discharge of the first complete cycle;
-- which of both it was stands beside it, for they differ.
--
-- formula:    EFC = Σ (|Q charged| + |Q discharged|) / (2 Q_full)
-- grain:      test_id, cycle_count
-- column:     equivalent_full_cycles | 1 | throughput over twice the full capacity
-- column:     equivalent_full_cycles_error | 1 | the most that it may be off by the errors of the
--             charge, and of the first capacity where that is the full one
-- column:     throughput_ah | A·h | charge that has passed, in both directions, up to the end of
--             the cycle
-- column:     full_capacity_ah | A·h | what full is
-- column:     capacity_basis | | nominal or first: whether full is the nominal capacity or the
--             discharge of the first complete cycle
-- column:     unknown_cycles | 1 | cycles up to this one of which the charge is not known
-- column:     cell_cycle_count | 1 | cycle of the cell, running on over its tests
-- column:     complete | | whether both half-cycles are there and the cycle was left
-- column:     vendor_cycle_count | 1 | the cycle as the instrument numbers it
-- column:     missing | | what is not known: nominal_capacity_ah; null when nothing
-- column:     status | | ok, low_quality or not_computable
-- column:     reason | | why it is not ok: what the cycles so far say, charge not known of some of
--             them (it is at least that much), or no full capacity
-- main:       equivalent_full_cycles, error: equivalent_full_cycles_error
-- summary:    equivalent_full_cycles | last | | capacity_basis | charge passed over twice the
--             nominal or first capacity, at the end of the last cycle
-- takes:      basis | text(best, nominal, first) | best | what full is; best is the nominal
--             capacity where that is known, else the first
-- needs:      cycle, cell
-- reference:  Sauer, Wenzl, J. Power Sources 176 (2008) 534, for the throughput of charge as such;
--             what full is is a choice
WITH first_complete AS (
    SELECT
        coalesce(cell_id, -test_id) AS subject,
        discharge_capacity_ah AS first_ah,
        coalesce(discharge_error_ah, 0) AS first_error_ah,
        CASE WHEN status <> 'ok' THEN coalesce(reason, status) END AS first_doubt,
        row_number() OVER (
            PARTITION BY coalesce(cell_id, -test_id)
            ORDER BY cell_cycle_count, test_id, cycle_count
        ) AS place
    FROM cycle
    WHERE complete
        AND discharge_capacity_ah > 0
),

passed AS (
    SELECT
        *,
        coalesce(cell_id, -test_id) AS subject,
        sum(coalesce(gross_charge_ah, charge_capacity_ah)
            + coalesce(gross_discharge_ah, discharge_capacity_ah)) OVER so_far AS so_far_ah,
        sum(coalesce(charge_error_ah, 0) + coalesce(discharge_error_ah, 0)) OVER so_far
            AS so_far_error_ah,
        sum(
            CASE
                WHEN coalesce(gross_charge_ah, charge_capacity_ah) IS NULL
                    OR coalesce(gross_discharge_ah, discharge_capacity_ah) IS NULL THEN 1
                ELSE 0
            END
        ) OVER so_far AS unknown_cycles,
        min(CASE WHEN status <> 'ok' THEN coalesce(reason, status) END) OVER so_far AS doubt
    FROM cycle
    WINDOW so_far AS (
        PARTITION BY coalesce(cell_id, -test_id)
        ORDER BY cell_cycle_count, test_id, cycle_count ROWS UNBOUNDED PRECEDING
    )
),

based AS (
    SELECT
        passed.*,
        CASE
            WHEN $basis <> 'first' AND cell.nominal_capacity_ah > 0 THEN 'nominal'
            WHEN $basis <> 'nominal' AND first_complete.first_ah IS NOT NULL THEN 'first'
        END AS capacity_basis,
        cell.nominal_capacity_ah,
        first_complete.first_ah,
        first_complete.first_error_ah,
        first_complete.first_doubt
    FROM passed
    LEFT JOIN cell ON cell.cell_id = passed.cell_id
    LEFT JOIN first_complete
        ON first_complete.subject = passed.subject
        AND first_complete.place = 1
),

answer AS (
    SELECT
        *,
        CASE capacity_basis WHEN 'nominal' THEN nominal_capacity_ah WHEN 'first' THEN first_ah END
            AS full_ah,
        CASE capacity_basis WHEN 'first' THEN first_error_ah ELSE 0 END AS full_error_ah,
        nullif(
            concat_ws(
                ', ',
                doubt,
                CASE
                    WHEN unknown_cycles > 0
                        THEN concat('charge not known of ', unknown_cycles, ' cycles')
                END,
                CASE WHEN capacity_basis = 'first' AND doubt IS NULL THEN first_doubt END
            ),
            ''
        ) AS doubts
    FROM based
)

SELECT
    test_id,
    cycle_count,
    so_far_ah / nullif(2 * full_ah, 0) AS equivalent_full_cycles,
    so_far_error_ah / nullif(2 * full_ah, 0)
    + so_far_ah * full_error_ah / nullif(2 * full_ah * full_ah, 0) AS equivalent_full_cycles_error,
    so_far_ah AS throughput_ah,
    full_ah AS full_capacity_ah,
    capacity_basis,
    CAST(unknown_cycles AS BIGINT) AS unknown_cycles,
    coalesce(cell_cycle_count, cycle_count) AS cell_cycle_count,
    complete,
    vendor_cycle_count,
    CASE WHEN nominal_capacity_ah > 0 THEN NULL ELSE 'nominal_capacity_ah' END AS missing,
    CASE
        WHEN full_ah IS NULL OR so_far_ah IS NULL THEN 'not_computable'
        WHEN doubts IS NOT NULL THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    CASE
        WHEN so_far_ah IS NULL THEN 'missing current_ampere'
        WHEN full_ah IS NULL THEN 'no full capacity'
        ELSE doubts
    END AS reason
FROM answer;

-- example: 4 Ah there and back through 2 Ah is one full cycle, and the second test goes on
WITH cycle(
    test_id, cycle_count, cell_id, cell_cycle_count, complete, charge_capacity_ah,
    discharge_capacity_ah, gross_charge_ah, gross_discharge_ah, charge_error_ah, status
) AS (
    VALUES (1, 1, 7, 1, true, 2, 2, 2, 2, 0.25, 'ok'), (2, 1, 7, 2, true, 2, 1, 3, 2, 0.25, 'ok')
),
cell(cell_id, nominal_capacity_ah) AS (VALUES (7, 2))
SELECT
    equivalent_full_cycles = CASE test_id WHEN 1 THEN 1 ELSE 2.25 END,
    equivalent_full_cycles_error = CASE test_id WHEN 1 THEN 0.0625 ELSE 0.125 END,
    throughput_ah = CASE test_id WHEN 1 THEN 4 ELSE 9 END,
    capacity_basis = 'nominal' AND missing IS NULL,
    status = 'ok' AND reason IS NULL
FROM equivalent_full_cycles;

-- example: without a nominal capacity the first complete discharge is full
WITH cycle(
    test_id, cycle_count, complete, charge_capacity_ah, discharge_capacity_ah, status
) AS (VALUES (1, 1, false, 1, 1, 'ok'), (1, 2, true, 4, 4, 'ok'))
SELECT
    equivalent_full_cycles = CASE cycle_count WHEN 1 THEN 0.25 ELSE 1.25 END,
    capacity_basis = 'first' AND full_capacity_ah = 4,
    missing = 'nominal_capacity_ah',
    status = 'ok'
FROM equivalent_full_cycles;

-- example: a nominal capacity that is asked for and not known is none
-- given: basis = nominal
WITH cycle(test_id, cycle_count, complete, charge_capacity_ah, discharge_capacity_ah, status)
AS (VALUES (1, 1, true, 4, 4, 'ok'))
SELECT
    equivalent_full_cycles IS NULL,
    throughput_ah = 8,
    status = 'not_computable' AND reason = 'no full capacity'
FROM equivalent_full_cycles;

-- example: where the charge of a cycle is not known the sum is a lower bound, and says so
WITH cycle(test_id, cycle_count, complete, charge_capacity_ah, discharge_capacity_ah, status)
AS (VALUES (1, 1, true, 4, 4, 'ok'), (1, 2, true, NULL, 4, 'ok'))
SELECT
    equivalent_full_cycles = 1,
    unknown_cycles = CASE cycle_count WHEN 1 THEN 0 ELSE 1 END,
    status = CASE cycle_count WHEN 1 THEN 'ok' ELSE 'low_quality' END
FROM equivalent_full_cycles;
