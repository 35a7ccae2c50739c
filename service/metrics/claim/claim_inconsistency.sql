-- What claims contradict
--
-- Where a report disagrees with itself or with another, a row per claim and disagreement. It looks
-- at no measurement: claim_verdict does.
--   activation_energy_disagrees: more than 0.02 eV from the lines through the conductivities told
--   conductivity_below_bound: the conductivities told, taken to the temperature of a lower bound,
--   stay below it
--   efficiency_against_retention: the efficiency, to the power of the cycles, leaves less than 80 %
--   and less than the retention told
--   conflicting_reports: two claims of one quantity, subject and conditions with another value
--   unit_does_not_fit: told in the unit of another quantity
--
-- formula:    |Eₐ − Eₐ(line)| > 0.02 eV; σ(line at T) < bound; CEⁿ < 0.8 and CEⁿ < r; two values of
--             one quantity at the same conditions
-- grain:      claim_id, flag
-- column:     flag | | what disagrees
-- column:     why | | with what, in numbers
-- column:     status | | ok or low_quality (what it is held against is)
-- column:     reason | | why not ok; null when ok
-- main:       flag
-- needs:      claim, claim_subject, claimed_arrhenius, claimed_extrapolation
-- reference:  our own declaration
WITH told AS (
    SELECT
        claim.*,
        subject.configuration AS stack,
        subject.substance AS subject,
        subject.fits,
        subject.measured,
        claim.current_density_ma_per_cm2 AS density,
        concat(
            claim.qualifier,
            CASE WHEN claim.qualifier IS NOT NULL THEN ' ' END,
            coalesce(
                '"' || claim.text || '"',
                printf('%.6g', claim.value),
                printf('%.6g to %.6g', claim.lower, claim.upper)
            ),
            CASE WHEN claim.unit <> '' THEN ' ' || claim.unit END
        ) AS report
    FROM claim
    JOIN claim_subject AS subject ON subject.claim_id = claim.claim_id
),

implied AS (
    SELECT
        substance,
        max(claims) AS claims,
        max(activation_energy_ev) FILTER (WHERE convention = 'sT') AS energy_ev,
        max(activation_energy_ev) FILTER (WHERE convention = 's') AS plain_ev,
        max(reason) AS doubt
    FROM claimed_arrhenius
    GROUP BY substance
),

retained AS (
    SELECT
        efficient.claim_id,
        efficient.value AS efficiency,
        efficient.at_cycle,
        power(efficient.value, efficient.at_cycle) AS left_over,
        max(retention.name || ' tells ' || retention.report) AS retention,
        coalesce(bool_or(retention.fits AND retention.value <= power(
            efficient.value, efficient.at_cycle
        )), false) AS faded,
        max(capacity.value) AS capacity
    FROM told AS efficient
    LEFT JOIN told AS retention
        ON retention.quantity = 'capacity_retention'
        AND coalesce(retention.fits, true)
        AND retention.stack = efficient.stack
        AND retention.at_cycle = efficient.at_cycle
        AND abs(retention.density - efficient.density) <= 0.02 * efficient.density
    LEFT JOIN told AS capacity
        ON capacity.quantity = 'discharge_capacity'
        AND capacity.fits
        AND capacity.stack = efficient.stack
        AND abs(capacity.density - efficient.density) <= 0.02 * efficient.density
    WHERE efficient.quantity = 'coulombic_efficiency'
        AND efficient.fits
        AND efficient.value BETWEEN 0 AND 1
    GROUP BY efficient.claim_id, efficient.value, efficient.at_cycle
),

conflict AS (
    SELECT
        told.claim_id,
        told.report,
        string_agg(concat(other.name, ' tells ', other.report), ', ' ORDER BY other.claim_id)
            AS others
    FROM told
    JOIN told AS other
        ON other.quantity = told.quantity
        AND other.claim_id <> told.claim_id
        AND other.report <> told.report
        AND (other.text IS NULL) = (told.text IS NULL)
        AND other.stack IS NOT DISTINCT FROM told.stack
        AND other.subject IS NOT DISTINCT FROM told.subject
        AND other.material_id IS NOT DISTINCT FROM told.material_id
        AND other.cell_id IS NOT DISTINCT FROM told.cell_id
        AND other.density IS NOT DISTINCT FROM told.density
        AND other.temperature_celsius IS NOT DISTINCT FROM told.temperature_celsius
        AND other.at_cycle IS NOT DISTINCT FROM told.at_cycle
        AND other.last_hours IS NOT DISTINCT FROM told.last_hours
    GROUP BY told.claim_id, told.report
),

noticed AS (
    SELECT
        told.claim_id,
        'activation_energy_disagrees' AS flag,
        concat(
            told.report, ', but claims ', implied.claims,
            printf(' imply %.3f eV by ln(σT)', implied.energy_ev),
            printf(' and %.3f eV by ln σ', implied.plain_ev)
        ) AS why,
        implied.doubt
    FROM told
    JOIN implied ON implied.substance = told.subject
    WHERE told.quantity = 'activation_energy'
        AND told.fits
        AND coalesce(told.qualifier, '~') = '~'
        AND (
            told.value < least(implied.energy_ev, implied.plain_ev) - 0.02
            OR told.value > greatest(implied.energy_ev, implied.plain_ev) + 0.02
        )
    UNION ALL
    SELECT
        told.claim_id,
        'conductivity_below_bound',
        concat(
            told.report, printf(' at %g °C, but taken there, ', told.temperature_celsius),
            string_agg(
                printf('%s give %.3g to %.3g S/cm', far.basis, lowest_s_per_cm, highest_s_per_cm),
                ', ' ORDER BY far.basis
            )
        ),
        max(far.reason)
    FROM told
    JOIN claimed_extrapolation AS far ON far.claim_id = told.claim_id
    WHERE told.qualifier IN ('>', '>=')
    GROUP BY told.claim_id, told.report, told.temperature_celsius, told.value
    HAVING max(far.highest_s_per_cm) < told.value
    UNION ALL
    SELECT
        claim_id,
        'efficiency_against_retention',
        concat(
            printf('%g to the power of %d cycles is ', efficiency, at_cycle),
            printf('%.2f', left_over),
            printf(
                '; up to %.3g mA·h/g are lost in all', at_cycle * (1 - efficiency) * capacity
            ),
            '; ' || retention,
            '; that takes an excess of lithium, or a side current'
        ),
        NULL
    FROM retained
    WHERE left_over < 0.8
        AND NOT faded
    UNION ALL
    SELECT claim_id, 'conflicting_reports', concat(report, ', but ', others), NULL
    FROM conflict
    UNION ALL
    SELECT
        claim_id,
        'unit_does_not_fit',
        concat(report, ' is ', measured, ' and no ', quantity),
        NULL
    FROM told
    WHERE NOT fits
)

SELECT
    claim_id,
    flag,
    why,
    CASE WHEN doubt IS NULL THEN 'ok' ELSE 'low_quality' END AS status,
    doubt AS reason
FROM noticed;

-- example: an activation energy and bounds against what others tell
WITH claim(
    claim_id, name, quantity, computed_unit, value, unit, qualifier, substance, temperature_celsius
) AS (
    VALUES
    (1, 'N1', 'ionic_conductivity', 'S/cm', 1.12e-4, 'S/cm', NULL, 'LATP', 30),
    (2, 'N2', 'ionic_conductivity', 'S/cm', 7.34e-4, 'S/cm', NULL, 'LATP', 60),
    (3, 'N3', 'activation_energy', 'eV', 0.411, 'eV', NULL, 'LATP', NULL),
    (4, 'M3', 'ionic_conductivity', 'S/cm', 1e-4, 'S/cm', '>', 'LATP', 25),
    (5, 'M4', 'ionic_conductivity', 'S/cm', 1e-5, 'S/cm', '>', 'LATP', 25),
    (6, 'N6', 'theoretical_capacity', 'mA·h/g', 172, 'mA·h/g', NULL, 'LFP', NULL),
    (7, 'N7', 'theoretical_capacity', 'mA·h/g', 170, 'mA·h/g', '~', 'LFP', NULL)
)
SELECT
    count(*) OVER () = 6,
    why = CASE concat(claim_id, flag)
        WHEN '3activation_energy_disagrees'
            THEN '0.411 eV, but claims N1, N2 imply 0.573 eV by ln(σT) and 0.545 eV by ln σ'
        WHEN '4conductivity_below_bound' THEN '> 0.0001 S/cm at 25 °C, but taken there, '
            || 'claims N1, N2 give 7.88e-05 to 7.89e-05 S/cm, '
            || 'claims N1, N3 give 8.6e-05 to 8.75e-05 S/cm'
        WHEN '4conflicting_reports' THEN '> 0.0001 S/cm, but M4 tells > 1e-05 S/cm'
        WHEN '5conflicting_reports' THEN '> 1e-05 S/cm, but M3 tells > 0.0001 S/cm'
        WHEN '6conflicting_reports' THEN '172 mA·h/g, but N7 tells ~ 170 mA·h/g'
        WHEN '7conflicting_reports' THEN '~ 170 mA·h/g, but N6 tells 172 mA·h/g'
    END,
    status = CASE WHEN flag = 'conflicting_reports' THEN 'ok' ELSE 'low_quality' END,
    reason IS NOT DISTINCT FROM CASE flag
        WHEN 'activation_energy_disagrees' THEN 'only 2 temperatures'
        WHEN 'conductivity_below_bound' THEN 'claims N1, N2: only 2 temperatures'
    END
FROM claim_inconsistency;

-- example: capacities and efficiencies of full cells
WITH claim(
    claim_id, name, quantity, computed_unit, value, unit, text, configuration,
    current_density_ma_per_cm2, at_cycle
) AS (
    VALUES
    (1, 'N1', 'discharge_capacity', 'mA·h/g', 200, 'mA·h/g', NULL, 'Li/E/LFP', 0.025, 1),
    (2, 'N2', 'coulombic_efficiency', '', 0.99, NULL, NULL, 'Li/E/LFP', 0.025, 160),
    (3, 'N3', 'capacity_retention', '', NULL, NULL, 'no decay', 'Li/E/LFP', 0.025, 160),
    (4, 'N4', 'coulombic_efficiency', '', 0.99, NULL, NULL, 'Li/E/LFP', 0.1, 160),
    (5, 'N5', 'capacity_retention', '', 0.1, NULL, NULL, 'Li/E/LFP', 0.1, 160),
    (6, 'N6', 'coulombic_efficiency', '', 0.999, NULL, NULL, 'Li/E/LFP', 0.2, 160),
    (8, 'N8', 'capacity_retention', '', 200, 'mAh/g', NULL, 'Li/E/LFP', 0.5, 160)
)
SELECT
    count(*) OVER () = 2,
    why = CASE concat(claim_id, flag)
        WHEN '2efficiency_against_retention' THEN '0.99 to the power of 160 cycles is 0.20; up to '
            || '320 mA·h/g are lost in all; N3 tells "no decay"; that takes an excess of lithium, '
            || 'or a side current'
        WHEN '8unit_does_not_fit' THEN '200 mAh/g is a specific capacity and no capacity_retention'
    END
FROM claim_inconsistency;
