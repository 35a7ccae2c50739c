-- Resistances of the fit, one by one
--
-- Each resistance of the circuit chosen for an impedance sweep, and what it is taken for: one in
-- series; an arc by its capacitance; that of diffusion (Ws, Wo, G), wherever it stands; that of the
-- pores of an electrode (TLMQ). A mixed arc in a cell of known area is an interface's where it has
-- 1e-7 F/cm² or more on a side; a symmetric cell has two sides in series, so twice the capacitance
-- of the arc on each. A resistance beside an inductance carries no voltage at direct current and is
-- left out. Of the latest fit only the chosen circuit counts.
--
-- grain:      test_id, spectrum_count, element
-- column:     element | | its name in the circuit
-- column:     kind | | series, bulk, grain_boundary, interface, mixed, not_identifiable, diffusion,
--             pore, or hidden: in a branch that is no arc
-- column:     resistance_ohm | Ω | its width
-- column:     resistance_error_ohm | Ω | one sigma, as if all were linear; null: a bound holds it
-- column:     resistance_low_ohm | Ω | lower end of its 95 % interval
-- column:     resistance_high_ohm | Ω | upper end of it; null where the sweep tells none
-- column:     interval | | linear, or profile where parameters correlate or a bound is near
-- column:     time_constant_second | s | of an arc
-- column:     exponent | 1 | of an arc: 1 is a semicircle
-- column:     capacitance_farad | F | of an arc
-- column:     capacitance_error_farad | F | one sigma
-- column:     below_band | | whether the arc's peak lies below the lowest frequency of the sweep
-- column:     status | | ok, low_quality (its peak lies below the band) or not_computable
-- column:     reason | | why not ok; null when ok
-- main:       resistance_ohm, error: resistance_error_ohm
-- shown:      no
-- needs:      fit, fit_parameter, arc, sweep, test, cell
-- reference:  J. T. S. Irvine, D. C. Sinclair, A. R. West, Adv. Mater. 2 (1990) 132, for
--             capacitances; the rest is our own declaration
WITH model AS (
    SELECT
        *,
        concat(
            '-',
            regexp_replace(
                regexp_replace(circuit, 'p\([^()]*\)', '', 'g'), 'p\([^()]*\)', '', 'g'
            ),
            '-'
        ) AS in_series,
        regexp_replace(circuit, 'p\((R[0-9]*),L[0-9]*\)', '=\1=', 'g') AS inductive
    FROM fit
    WHERE latest
        AND chosen
        AND status IN ('ok', 'low_quality')
),

bow AS (
    SELECT
        arc.*,
        coalesce(
            arc.peak_frequency_hertz < sweep.lowest_frequency_hertz
            OR arc.unassigned = 'its peak lies below the band',
            false
        ) AS below_band,
        CASE
            WHEN arc.assignment = 'mixed'
                AND arc.capacitance_farad * CASE WHEN cell."symmetric" THEN 2 ELSE 1 END
                >= 1e-7 * cell.area_cm2
                AND cell.area_cm2 > 0
                THEN 'interface'
            ELSE arc.assignment
        END AS kind
    FROM arc
    LEFT JOIN sweep
        ON sweep.test_id = arc.test_id
        AND sweep.spectrum_count = arc.spectrum_count
    LEFT JOIN test ON test.test_id = arc.test_id
    LEFT JOIN cell ON cell.cell_id = test.cell_id
    WHERE arc.latest
),

part AS (
    SELECT
        model.test_id,
        model.spectrum_count,
        parameter.element,
        CASE
            WHEN parameter.element LIKE 'TLM%' THEN 'pore'
            WHEN parameter.element NOT LIKE 'R%' THEN 'diffusion'
            WHEN position(concat('-', parameter.element, '-') IN model.in_series) > 0
                THEN 'series'
            ELSE 'hidden'
        END AS kind,
        parameter.value AS resistance_ohm,
        parameter.standard_error AS resistance_error_ohm,
        parameter.low AS resistance_low_ohm,
        parameter.high AS resistance_high_ohm,
        parameter.interval,
        CAST(NULL AS DOUBLE) AS time_constant_second,
        CAST(NULL AS DOUBLE) AS exponent,
        CAST(NULL AS DOUBLE) AS capacitance_farad,
        CAST(NULL AS DOUBLE) AS capacitance_error_farad,
        false AS below_band
    FROM model
    JOIN fit_parameter AS parameter
        ON parameter.test_id = model.test_id
        AND parameter.spectrum_count = model.spectrum_count
        AND parameter.version = model.version
        AND parameter.parameter_hash = model.parameter_hash
        AND parameter.circuit = model.circuit
        AND parameter.latest
        AND parameter.parameter = 'R'
    LEFT JOIN bow
        ON bow.test_id = model.test_id
        AND bow.spectrum_count = model.spectrum_count
        AND bow.version = model.version
        AND bow.parameter_hash = model.parameter_hash
        AND bow.circuit = model.circuit
        AND bow.element = parameter.element
    WHERE bow.element IS NULL
        AND position(concat('=', parameter.element, '=') IN model.inductive) = 0
    UNION ALL
    SELECT
        model.test_id,
        model.spectrum_count,
        bow.element,
        bow.kind,
        bow.resistance_ohm,
        bow.resistance_error_ohm,
        bow.resistance_low_ohm,
        bow.resistance_high_ohm,
        bow.interval,
        bow.time_constant_second,
        bow.exponent,
        bow.capacitance_farad,
        bow.capacitance_error_farad,
        bow.below_band
    FROM model
    JOIN bow
        ON bow.test_id = model.test_id
        AND bow.spectrum_count = model.spectrum_count
        AND bow.version = model.version
        AND bow.parameter_hash = model.parameter_hash
        AND bow.circuit = model.circuit
)

SELECT
    test_id,
    spectrum_count,
    element,
    kind,
    resistance_ohm,
    resistance_error_ohm,
    resistance_low_ohm,
    resistance_high_ohm,
    interval,
    time_constant_second,
    exponent,
    capacitance_farad,
    capacitance_error_farad,
    below_band,
    CASE
        WHEN resistance_ohm IS NULL THEN 'not_computable'
        WHEN below_band THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    CASE
        WHEN resistance_ohm IS NULL THEN 'the fit has no value of it'
        WHEN below_band THEN 'its peak lies below the band'
    END AS reason
FROM part;

-- example: what carries direct current, by what it is; an arc beside an inductance does not
WITH fit(test_id, spectrum_count, version, parameter_hash, circuit, chosen, status, latest) AS (
    VALUES
    (1, 1, '1', 'a', 'R0-p(R1,CPE1)-p(R2,L2)-p(R3-W3,C3)-Ws4-TLMQ5-G6', true, 'ok', true),
    (1, 1, '1', 'a', 'R9', false, 'ok', true)
),
sweep(test_id, spectrum_count, lowest_frequency_hertz) AS (VALUES (1, 1, 0.1)),
fit_parameter AS (
    SELECT
        test_id, spectrum_count, version, parameter_hash, circuit, latest,
        unnest(['R0', 'R1', 'R2', 'R3', 'W3', 'Ws4', 'Ws4', 'TLMQ5', 'G6', 'R9']) AS element,
        unnest(['R', 'R', 'R', 'R', 'A', 'R', 'tau', 'R', 'R', 'R']) AS parameter,
        unnest([30, 70, 9, 8, 7, 60, 1, 50, 40, 99]) AS value
    FROM fit
    WHERE chosen
),
arc AS (
    SELECT
        test_id, spectrum_count, version, parameter_hash, circuit, latest, 'R1' AS element,
        70 AS resistance_ohm, 'bulk' AS assignment, 0.05 AS peak_frequency_hertz
    FROM fit
    WHERE chosen
)
SELECT
    count(*) OVER () = 7,
    kind = CASE element
        WHEN 'R0' THEN 'series' WHEN 'R1' THEN 'bulk' WHEN 'R3' THEN 'hidden'
        WHEN 'TLMQ5' THEN 'pore' WHEN 'R9' THEN 'hidden' ELSE 'diffusion'
    END,
    element NOT IN ('R2', 'W3'),
    below_band = (element = 'R1'),
    status = CASE element WHEN 'R1' THEN 'low_quality' ELSE 'ok' END
FROM fitted_part;
