-- Order of redox potentials
--
-- Which of two layers of a stack is reduced first: the redox potential of an interlayer less the
-- potential at which the electrolyte nearest to it is reduced, with its sign. Above zero the
-- interlayer is reduced before the electrolyte, and so takes the electrons: that is an order of
-- thermodynamic stability. It is no barrier and no activation energy, no rate or blocking follows
-- from it, and no Boltzmann factor may be made of it. Both potentials must be told against the same
-- reference electrode, by the property reference_electrode of each substance.
--
-- formula:    ΔE = E(interlayer) − E(electrolyte)
-- grain:      cell_id, position
-- column:     substance | | the interlayer
-- column:     electrolyte | | the substance it shares the stack with
-- column:     potential_difference_volt | V | redox potential of the layer less that of the
--             reduction of the electrolyte
-- column:     layer_potential_volt | V | redox potential of the interlayer
-- column:     electrolyte_potential_volt | V | potential at which the electrolyte is reduced
-- column:     reference_electrode | | what both are told against
-- column:     reduced_first | | the substance reduced first; null where they are alike
-- column:     missing | | facts that are not known; null when nothing
-- column:     status | | ok, low_quality (a potential is told as ~, or a bound), not_comparable
--             (other reference electrodes) or not_computable
-- column:     reason | | why not ok; null when ok
-- main:       potential_difference_volt
-- needs:      layer, property
-- reference:  our own declaration: an ordering, METRICS 5.2
WITH told AS (
    SELECT
        substance,
        name,
        value,
        unit,
        qualifier,
        text,
        row_number() OVER (PARTITION BY substance, name ORDER BY property_id DESC) AS place
    FROM property
    WHERE substance IS NOT NULL
        AND name IN ('redox_potential', 'reduction_potential', 'reference_electrode')
),

potential AS (
    SELECT
        substance,
        max(value) FILTER (WHERE name = 'redox_potential' AND unit = 'V') AS redox,
        max(value) FILTER (WHERE name = 'reduction_potential' AND unit = 'V') AS reduction,
        max(qualifier) FILTER (WHERE name = 'redox_potential') AS redox_sign,
        max(qualifier) FILTER (WHERE name = 'reduction_potential') AS reduction_sign,
        max(text) FILTER (WHERE name = 'reference_electrode') AS reference
    FROM told
    WHERE place = 1
    GROUP BY substance
),

pair AS (
    SELECT
        layer.cell_id,
        layer.position,
        layer.substance,
        behind.substance AS electrolyte,
        upper.redox,
        upper.redox_sign,
        upper.reference AS upper_reference,
        lower.reduction,
        lower.reduction_sign,
        lower.reference AS lower_reference,
        row_number() OVER (
            PARTITION BY layer.cell_id, layer.position
            ORDER BY abs(behind.position - layer.position), behind.position
        ) AS place
    FROM layer
    JOIN layer AS behind
        ON behind.cell_id = layer.cell_id
        AND behind.role = 'electrolyte'
    LEFT JOIN potential AS upper ON upper.substance = layer.substance
    LEFT JOIN potential AS lower ON lower.substance = behind.substance
    WHERE layer.role = 'interlayer'
),

judged AS (
    SELECT
        *,
        redox - reduction AS difference,
        nullif(
            concat_ws(
                ', ',
                CASE WHEN redox IS NULL THEN concat('redox_potential of ', substance) END,
                CASE WHEN reduction IS NULL THEN concat('reduction_potential of ', electrolyte) END,
                CASE
                    WHEN upper_reference IS NULL
                        THEN concat('reference_electrode of ', substance)
                END,
                CASE
                    WHEN lower_reference IS NULL
                        THEN concat('reference_electrode of ', electrolyte)
                END
            ),
            ''
        ) AS missing,
        upper_reference <> lower_reference AS differs
    FROM pair
    WHERE place = 1
)

SELECT
    cell_id,
    position,
    substance,
    electrolyte,
    CASE WHEN missing IS NULL AND NOT differs THEN difference END AS potential_difference_volt,
    redox AS layer_potential_volt,
    reduction AS electrolyte_potential_volt,
    CASE WHEN NOT differs THEN upper_reference END AS reference_electrode,
    CASE
        WHEN missing IS NOT NULL OR differs OR difference = 0 THEN NULL
        WHEN difference > 0 THEN substance
        ELSE electrolyte
    END AS reduced_first,
    missing,
    CASE
        WHEN missing IS NOT NULL THEN 'not_computable'
        WHEN differs THEN 'not_comparable'
        WHEN redox_sign IS NOT NULL OR reduction_sign IS NOT NULL THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    CASE
        WHEN missing IS NOT NULL THEN concat('missing ', missing)
        WHEN differs
            THEN concat('told against ', upper_reference, ' and against ', lower_reference)
        ELSE nullif(
            concat_ws(
                ', ',
                CASE
                    WHEN redox_sign IS NOT NULL
                        THEN concat(substance, ' is told as ', redox_sign)
                END,
                CASE
                    WHEN reduction_sign IS NOT NULL
                        THEN concat(electrolyte, ' is told as ', reduction_sign)
                END
            ),
            ''
        )
    END AS reason
FROM judged;

-- example: 3.07 V above 2.34 V is 0.73 V, and the layer is reduced first
WITH layer(cell_id, position, role, substance) AS (
    VALUES
    (1, 1, 'negative', 'Li'), (1, 2, 'interlayer', 'PB'), (1, 3, 'electrolyte', 'LATP'),
    (2, 2, 'interlayer', 'SHE'), (2, 3, 'electrolyte', 'LATP'),
    (3, 2, 'interlayer', 'X'), (3, 3, 'electrolyte', 'LATP'), (4, 2, 'electrolyte', 'LATP')
),
property(property_id, name, substance, value, unit, text, qualifier) AS (
    VALUES
    (1, 'redox_potential', 'PB', 3.07, 'V', NULL, NULL),
    (2, 'reduction_potential', 'LATP', 2.34, 'V', NULL, NULL),
    (3, 'reference_electrode', 'PB', NULL, NULL, 'Li/Li+', NULL),
    (4, 'reference_electrode', 'LATP', NULL, NULL, 'Li/Li+', NULL),
    (5, 'redox_potential', 'SHE', 0.03, 'V', NULL, '~'),
    (6, 'reference_electrode', 'SHE', NULL, NULL, 'SHE', NULL)
)
SELECT
    count(*) OVER () = 3,
    cell_id <> 1 OR abs(potential_difference_volt - 0.73) < 1e-12,
    cell_id = 1 OR potential_difference_volt IS NULL,
    reduced_first IS NOT DISTINCT FROM CASE cell_id WHEN 1 THEN 'PB' END,
    status = CASE cell_id
        WHEN 1 THEN 'ok' WHEN 2 THEN 'not_comparable' ELSE 'not_computable'
    END,
    reason IS NOT DISTINCT FROM CASE cell_id
        WHEN 2 THEN 'told against SHE and against Li/Li+'
        WHEN 3 THEN 'missing redox_potential of X, reference_electrode of X'
    END
FROM redox_ordering;
