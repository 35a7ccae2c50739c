-- Verdict on claims
--
-- Whether the warehouse bears out what was claimed, a row per claim. What was reported is an
-- interval: a number give or take the tolerance, an open end for < and >, a range with its ends
-- widened. So is what was recomputed: the median where several bases all have a highest, else from
-- the least of them up. An activation energy counts as both of its conventions and all bases, and
-- is held to 0.02 eV. The words falls, rises and stable, of a drift, and retained and changed, of
-- what was measured before and after, are held against the word that every basis came to; undecided
-- decides nothing. If what was reported holds what was recomputed, it is supported; if they are
-- disjoint, contradicted; if they overlap in part, the data do not decide, except for an activation
-- energy, which then is supported. Words, a unit of something else and what nothing can be
-- recomputed for are untestable; there the verdict of a person stands, where there is one.
--
-- formula:    supported where [low, high] recomputed lies within [low (1 − tolerance), high (1 +
--             tolerance)] reported, contradicted where they are disjoint; ± 0.02 eV for Eₐ
-- grain:      claim_id
-- column:     recomputed | | median of the bases, in `unit`
-- column:     recomputed_low | | the least any basis allows
-- column:     recomputed_high | | the most any basis allows; null where one is open
-- column:     unit | | the unit the quantity is computed in
-- column:     basis_count | 1 | how many bases it rests on
-- column:     verdict | | supported, contradicted or untestable
-- column:     why | | why, in numbers
-- column:     status | | ok, low_quality or censored (a basis is), not_comparable (reported as no
--             number of the quantity) or not_computable (nothing recomputed)
-- column:     reason | | why not ok; null when ok
-- main:       verdict
-- takes:      tolerance | number(0..1) | 0.01 | part by which an exact report may be off
-- takes:      rough_tolerance | number(0..1) | 0.1 | part by which a report with ~ may be off
-- inherits:   claim_evidence
-- needs:      claim, claim_subject, claim_evidence, claimed_drift, claimed_structure, claim_want
-- reference:  our own declaration
WITH recomputed AS (
    SELECT
        claim_id,
        median(value) AS value,
        min(lowest) AS lowest,
        CASE WHEN count(highest) = count(*) THEN max(highest) END AS highest,
        count(*) AS basis_count,
        min(basis) AS basis,
        CASE
            WHEN bool_and(status = 'ok') THEN 'ok'
            WHEN bool_and(status IN ('ok', 'censored')) THEN 'censored'
            ELSE 'low_quality'
        END AS status,
        string_agg(DISTINCT reason, '; ' ORDER BY reason) AS reason
    FROM claim_evidence
    GROUP BY claim_id
),

worded AS (
    SELECT
        claim_id,
        count(DISTINCT word) AS word_count,
        string_agg(DISTINCT word, ', ' ORDER BY word) AS words
    FROM (
        SELECT claim_id, word FROM claimed_drift
        UNION ALL
        SELECT claim_id, word FROM claimed_structure WHERE word IS NOT NULL
    ) AS told
    GROUP BY claim_id
),

reported AS (
    SELECT
        claim.*,
        subject.unit AS computed_unit,
        subject.fits,
        subject.measured,
        coalesce(claim.lower, claim.value) AS least,
        coalesce(claim.upper, claim.value) AS most,
        CASE
            WHEN claim.quantity = 'activation_energy' THEN 0.02
            WHEN claim.qualifier = '~' THEN $rough_tolerance
            ELSE $tolerance
        END AS width,
        concat(
            CASE WHEN claim.qualifier IS NOT NULL THEN concat(claim.qualifier, ' ') END,
            coalesce(
                claim.text,
                printf('%.6g', claim.value),
                printf('%.6g to %.6g', claim.lower, claim.upper),
                printf('at least %.6g', claim.lower),
                printf('at most %.6g', claim.upper)
            ),
            CASE WHEN claim.unit <> '' THEN concat(' ', claim.unit) END
        ) AS told
    FROM claim
    JOIN claim_subject AS subject ON subject.claim_id = claim.claim_id
),

held AS (
    SELECT
        reported.*,
        recomputed.value AS recomputed,
        recomputed.lowest,
        recomputed.highest,
        coalesce(recomputed.basis_count, 0) AS basis_count,
        recomputed.basis,
        recomputed.status,
        recomputed.reason,
        worded.words,
        worded.word_count,
        reported.text IN ('falls', 'rises', 'stable', 'retained', 'changed')
            AND worded.words IS NOT NULL AS of_word,
        reported.quantity = 'activation_energy' AS of_energy,
        CASE
            WHEN reported.qualifier IN ('<', '<=') THEN NULL
            WHEN reported.quantity = 'activation_energy' THEN reported.least - reported.width
            ELSE reported.least - reported.width * abs(reported.least)
        END AS reported_low,
        CASE
            WHEN reported.qualifier IN ('>', '>=') THEN NULL
            WHEN reported.quantity = 'activation_energy' THEN reported.most + reported.width
            ELSE reported.most + reported.width * abs(reported.most)
        END AS reported_high,
        recomputed.basis_count > 1
            AND recomputed.highest IS NOT NULL
            AND reported.quantity <> 'activation_energy' AS of_median
    FROM reported
    LEFT JOIN recomputed ON recomputed.claim_id = reported.claim_id
    LEFT JOIN worded ON worded.claim_id = reported.claim_id
),

compared AS (
    SELECT
        *,
        CASE WHEN of_median THEN recomputed ELSE lowest END AS held_low,
        CASE WHEN of_median THEN recomputed ELSE highest END AS held_high,
        CASE WHEN computed_unit <> '' THEN concat(' ', computed_unit) ELSE '' END AS in_unit
    FROM held
),

decided AS (
    SELECT
        *,
        CASE
            WHEN of_word AND (word_count > 1 OR words = 'undecided') THEN 'untestable'
            WHEN of_word AND words = text THEN 'supported'
            WHEN of_word THEN 'contradicted'
            WHEN basis_count = 0 OR fits IS DISTINCT FROM true THEN 'none'
            WHEN least IS NULL AND most IS NULL THEN 'none'
            WHEN held_low > reported_high OR held_high < reported_low THEN 'contradicted'
            WHEN (reported_low IS NULL OR held_low >= reported_low)
                AND (reported_high IS NULL OR held_high <= reported_high)
                AND (reported_high IS NULL OR held_high IS NOT NULL)
                THEN 'supported'
            WHEN of_energy THEN 'supported'
            ELSE 'untestable'
        END AS finding,
        concat(
            CASE
                WHEN highest IS NULL THEN printf('at least %.4g', lowest)
                ELSE printf('%.4g', recomputed)
            END,
            in_unit,
            CASE
                WHEN highest IS NULL OR printf('%.4g', lowest) = printf('%.4g', highest) THEN ''
                ELSE printf(' (%.4g to %.4g)', lowest, highest)
            END,
            CASE
                WHEN basis_count = 1 THEN concat(' by ', basis)
                WHEN highest IS NULL THEN printf(', the least of %d bases', basis_count)
                ELSE printf(', the median of %d bases', basis_count)
            END
        ) AS found,
        concat(
            told,
            CASE
                WHEN of_energy THEN printf(' ± %g eV', width)
                ELSE printf(' ± %g %%', 100 * width)
            END
        ) AS allowed
    FROM compared
)

SELECT
    decided.claim_id,
    decided.recomputed,
    decided.lowest AS recomputed_low,
    decided.highest AS recomputed_high,
    decided.computed_unit AS unit,
    decided.basis_count,
    CASE
        WHEN decided.finding <> 'none' THEN decided.finding
        WHEN decided.judged IN ('supported', 'contradicted') THEN decided.judged
        ELSE 'untestable'
    END AS verdict,
    CASE
        WHEN decided.of_word AND decided.finding <> 'none'
            THEN concat(
                CASE WHEN decided.word_count > 1 THEN 'bases differ: ' END,
                decided.words,
                CASE decided.quantity
                    WHEN 'activation_energy_drift'
                        THEN printf(', %.3g meV per 100 h', 100 * decided.recomputed)
                    ELSE concat(printf(', %.3g', decided.recomputed), decided.in_unit)
                END,
                CASE
                    WHEN decided.basis_count = 1 THEN concat(' by ', decided.basis)
                    ELSE printf(', the median of %d bases', decided.basis_count)
                END,
                CASE decided.finding
                    WHEN 'supported' THEN ', as reported'
                    ELSE ', reported as '
                END,
                CASE WHEN decided.finding <> 'supported' THEN decided.told END
            )
        WHEN decided.finding = 'contradicted'
            THEN concat(decided.found, ' lies outside ', decided.allowed)
        WHEN decided.finding = 'supported' AND decided.of_energy
            THEN concat(decided.found, ' meets ', decided.allowed)
        WHEN decided.finding = 'supported'
            THEN concat(decided.found, ' lies within ', decided.allowed)
        WHEN decided.finding = 'untestable'
            THEN concat(
                decided.found, ' lies only in part within ', decided.allowed,
                ': the data do not decide'
            )
        WHEN decided.judged IS NOT NULL
            THEN concat('judged: ', coalesce(decided.judged_why, decided.judged))
        WHEN decided.computed_unit IS NOT NULL AND NOT decided.fits
            THEN concat(
                'reported as ', decided.told, ', ', decided.measured, ' and no ', decided.quantity,
                CASE WHEN decided.basis_count > 0 THEN concat('; recomputed ', decided.found) END
            )
        WHEN decided.text IS NOT NULL AND decided.basis_count > 0
            THEN concat('reported as "', decided.text, '", no number; recomputed ', decided.found)
        WHEN decided.basis_count > 0 THEN concat('it tells no value; recomputed ', decided.found)
        ELSE want.want
    END AS why,
    CASE
        WHEN decided.basis_count = 0 THEN 'not_computable'
        WHEN decided.finding = 'none' THEN 'not_comparable'
        ELSE decided.status
    END AS status,
    CASE
        WHEN decided.basis_count = 0 THEN want.want
        WHEN decided.finding = 'none'
            THEN coalesce('reported as ' || decided.measured, 'reported as no number')
        ELSE decided.reason
    END AS reason
FROM decided
JOIN claim_want AS want ON want.claim_id = decided.claim_id;

-- example: an exact number, about, bounds and ranges against 170
WITH claim(
    claim_id, quantity, computed_unit, value, lower, upper, text, unit, qualifier, substance
) AS (
    VALUES
    (1, 'theoretical_capacity', 'mA·h/g', 172, NULL, NULL, NULL, 'mA·h/g', NULL, 'X'),
    (2, 'theoretical_capacity', 'mA·h/g', 171, NULL, NULL, NULL, 'mA·h/g', NULL, 'X'),
    (3, 'theoretical_capacity', 'mA·h/g', 185, NULL, NULL, NULL, 'mA·h/g', '~', 'X'),
    (4, 'theoretical_capacity', 'mA·h/g', 160, NULL, NULL, NULL, 'mA·h/g', '<', 'X'),
    (5, 'theoretical_capacity', 'mA·h/g', 160, NULL, NULL, NULL, 'mA·h/g', '>', 'X'),
    (6, 'theoretical_capacity', 'mA·h/g', NULL, 165, 169, NULL, 'mA·h/g', NULL, 'X'),
    (7, 'theoretical_capacity', 'mA·h/g', NULL, NULL, NULL, 'high', NULL, NULL, 'X'),
    (8, 'theoretical_capacity', 'mA·h/g', 170, NULL, NULL, NULL, 'V', NULL, 'X'),
    (9, 'theoretical_capacity', 'mA·h/g', 170, NULL, NULL, NULL, 'mA·h/g', NULL, 'Y'),
    (10, 'theoretical_capacity', 'mA·h/g', NULL, NULL, NULL, NULL, 'mA·h/g', NULL, 'X')
),
claim_evidence(claim_id, basis, value, lowest, highest, status) AS (
    SELECT claim_id, 'substance X', 170, 170, 170, 'ok' FROM claim WHERE substance = 'X'
)
SELECT
    count(*) OVER () = 10,
    verdict = CASE
        WHEN claim_id IN (1, 4) THEN 'contradicted'
        WHEN claim_id IN (2, 3, 5, 6) THEN 'supported'
        ELSE 'untestable'
    END,
    recomputed IS NOT DISTINCT FROM CASE WHEN claim_id <> 9 THEN 170 END,
    why = CASE claim_id
        WHEN 1 THEN '170 mA·h/g by substance X lies outside 172 mA·h/g ± 1 %'
        WHEN 2 THEN '170 mA·h/g by substance X lies within 171 mA·h/g ± 1 %'
        WHEN 3 THEN '170 mA·h/g by substance X lies within ~ 185 mA·h/g ± 10 %'
        WHEN 4 THEN '170 mA·h/g by substance X lies outside < 160 mA·h/g ± 1 %'
        WHEN 5 THEN '170 mA·h/g by substance X lies within > 160 mA·h/g ± 1 %'
        WHEN 6 THEN '170 mA·h/g by substance X lies within 165 to 169 mA·h/g ± 1 %'
        WHEN 7 THEN 'reported as "high", no number; recomputed 170 mA·h/g by substance X'
        WHEN 8 THEN 'reported as 170 V, a voltage and no theoretical_capacity; '
            || 'recomputed 170 mA·h/g'
            || ' by substance X'
        WHEN 9 THEN 'formula or electrons of Y are not known'
        ELSE 'it tells no value; recomputed 170 mA·h/g by substance X'
    END,
    status = CASE
        WHEN claim_id < 7 THEN 'ok' WHEN claim_id = 9 THEN 'not_computable' ELSE 'not_comparable'
    END,
    reason IS NOT DISTINCT FROM CASE
        WHEN claim_id IN (7, 10) THEN 'reported as no number'
        WHEN claim_id = 8 THEN 'reported as a voltage'
        WHEN claim_id = 9 THEN why
    END
FROM claim_verdict;

-- example: a censored life is a lower bound
WITH claim(
    claim_id, quantity, computed_unit, value, unit, qualifier, configuration,
    current_density_ma_per_cm2
) AS (
    VALUES
    (1, 'time_to_failure', 'h', 8, 'h', '>=', 'A/B/A', 0.5),
    (2, 'time_to_failure', 'h', 8, 'h', NULL, 'A/B/A', 0.5),
    (3, 'time_to_failure', 'h', 12, 'h', '>', 'A/B/A', 0.5),
    (4, 'time_to_failure', 'h', 8, 'h', '<=', 'A/B/A', 0.5),
    (5, 'time_to_failure', 'h', 8, 'h', NULL, 'A/B/A', 0.05)
),
claim_evidence(claim_id, basis, value, lowest, status, reason) AS (
    SELECT claim_id, basis, 10, 10, 'censored', 'alive at the end'
    FROM claim, (VALUES ('cell x'), ('cell y')) AS t(basis)
    WHERE claim_id < 5
)
SELECT
    count(*) OVER () = 5,
    verdict = CASE claim_id
        WHEN 1 THEN 'supported' WHEN 2 THEN 'contradicted' WHEN 4 THEN 'contradicted'
        ELSE 'untestable'
    END,
    why = CASE claim_id
        WHEN 1 THEN 'at least 10 h, the least of 2 bases lies within >= 8 h ± 1 %'
        WHEN 2 THEN 'at least 10 h, the least of 2 bases lies outside 8 h ± 1 %'
        WHEN 3 THEN 'at least 10 h, the least of 2 bases lies only in part within > 12 h ± 1 %: the'
            || ' data do not decide'
        WHEN 4 THEN 'at least 10 h, the least of 2 bases lies outside <= 8 h ± 1 %'
        ELSE 'no symmetric cell that can be judged, of configuration A/B/A at 0.05 mA/cm² is in '
            || 'the warehouse'
    END,
    recomputed_high IS NULL,
    basis_count = CASE WHEN claim_id < 5 THEN 2 ELSE 0 END,
    status = CASE WHEN claim_id < 5 THEN 'censored' ELSE 'not_computable' END,
    reason = CASE WHEN claim_id < 5 THEN 'alive at the end' ELSE why END
FROM claim_verdict;

-- example: an activation energy of either convention will do
WITH claim(claim_id, quantity, computed_unit, value, unit) AS (
    VALUES
    (3, 'activation_energy', 'eV', 0.411, 'eV'), (4, 'activation_energy', 'eV', 0.54, 'eV')
),
claim_evidence(claim_id, basis, value, lowest, highest, status, reason) AS (
    SELECT
        claim_id, 'claims N1, N2', 0.5728, 0.5454, 0.5728, 'low_quality', 'only 2 temperatures'
    FROM claim
)
SELECT
    count(*) OVER () = 2,
    verdict = CASE claim_id WHEN 3 THEN 'contradicted' ELSE 'supported' END,
    why = CASE claim_id
        WHEN 3 THEN '0.5728 eV (0.5454 to 0.5728) by claims N1, N2 lies outside 0.411 eV ± 0.02 eV'
        ELSE '0.5728 eV (0.5454 to 0.5728) by claims N1, N2 meets 0.54 eV ± 0.02 eV'
    END,
    status = 'low_quality' AND reason = 'only 2 temperatures'
FROM claim_verdict;

-- example: what nothing can be recomputed for, with and without the verdict of a person
WITH claim(
    claim_id, quantity, computed_unit, value, text, unit, configuration, judged, judged_why
) AS (
    VALUES
    (1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (2, NULL, NULL, NULL, NULL, NULL, NULL, 'contradicted', 'the sign is wrong'),
    (5, 'shear_modulus', 'GPa', 50, NULL, 'GPa', NULL, NULL, NULL),
    (6, 'shear_modulus', 'GPa', 50, NULL, 'GPa', NULL, 'supported', NULL),
    (7, 'capacity_retention', '', 200, NULL, 'mAh/g', 'A/B', NULL, NULL)
)
SELECT
    count(*) OVER () = 5,
    verdict = CASE claim_id
        WHEN 2 THEN 'contradicted' WHEN 6 THEN 'supported' ELSE 'untestable'
    END,
    why = CASE claim_id
        WHEN 1 THEN 'it names no quantity'
        WHEN 2 THEN 'judged: the sign is wrong'
        WHEN 5 THEN 'nothing measured it: shear_modulus'
        WHEN 6 THEN 'judged: supported'
        ELSE 'reported as 200 mAh/g, a specific capacity and no capacity_retention'
    END,
    recomputed IS NULL,
    status = 'not_computable' AND reason IS NOT NULL
FROM claim_verdict;

-- example: scatter is told, the median decides
WITH claim(claim_id, quantity, computed_unit, value, unit) AS (
    VALUES
    (1, 'discharge_capacity', 'mA·h/g', 100, 'mA·h/g')
),
claim_evidence(claim_id, basis, value, lowest, highest, status, reason) AS (
    VALUES
    (1, 'cell x', 90, 90, 90, 'ok', NULL), (1, 'cell y', 100, 100, 100, 'ok', NULL),
    (1, 'cell z', 120, 120, 120, 'low_quality', 'gap')
)
SELECT
    count(*) OVER () = 1,
    recomputed = 100,
    recomputed_low = 90,
    recomputed_high = 120,
    verdict = 'supported',
    why = '100 mA·h/g (90 to 120), the median of 3 bases lies within 100 mA·h/g ± 1 %',
    status = 'low_quality' AND reason = 'gap'
FROM claim_verdict;

-- example: what was measured before and after is held against its word
WITH claim(claim_id, quantity, computed_unit, text) AS (
    VALUES
    (1, 'layer_thickness_change', 'µm', 'retained'), (2, 'layer_thickness_change', 'µm', 'changed'),
    (3, 'layer_thickness_change', 'µm', 'retained'), (4, 'layer_thickness_change', 'µm', 'retained')
),
claimed_structure(claim_id, basis, word) AS (
    VALUES
    (1, 'a and b', 'retained'), (2, 'a and b', 'retained'), (3, 'a and b', 'undecided'),
    (4, 'a and b', 'retained'), (4, 'a and c', 'changed')
),
claim_evidence(claim_id, basis, value, lowest, highest, status)
AS (SELECT claim_id, basis, -0.01, -0.05, 0.03, 'ok' FROM claimed_structure)
SELECT
    count(*) OVER () = 4,
    verdict = CASE claim_id
        WHEN 1 THEN 'supported' WHEN 2 THEN 'contradicted' ELSE 'untestable'
    END,
    why = CASE claim_id
        WHEN 1 THEN 'retained, -0.01 µm by a and b, as reported'
        WHEN 2 THEN 'retained, -0.01 µm by a and b, reported as changed'
        WHEN 3 THEN 'undecided, -0.01 µm by a and b, reported as retained'
        ELSE 'bases differ: changed, retained, -0.01 µm, the median of 2 bases, reported as '
            || 'retained'
    END,
    status = 'ok'
FROM claim_verdict;

-- example: the word of a drift is held against the word that the cells came to
WITH claim(claim_id, quantity, computed_unit, text, value, unit) AS (
    VALUES
    (1, 'activation_energy_drift', 'meV/h', 'falls', NULL, NULL),
    (2, 'activation_energy_drift', 'meV/h', 'stable', NULL, NULL),
    (3, 'activation_energy_drift', 'meV/h', 'wanders', NULL, NULL),
    (4, 'activation_energy_drift', 'meV/h', NULL, -1, 'meV/h')
),
claimed_drift(claim_id, word) AS (SELECT claim_id, 'falls' FROM claim),
claim_evidence(claim_id, basis, value, lowest, highest, status)
AS (SELECT claim_id, 'cell x', -1, -1.001, -0.999, 'ok' FROM claim)
SELECT
    count(*) OVER () = 4,
    verdict = CASE
        WHEN claim_id IN (1, 4) THEN 'supported'
        WHEN claim_id = 2 THEN 'contradicted'
        ELSE 'untestable'
    END,
    why = CASE claim_id
        WHEN 1 THEN 'falls, -100 meV per 100 h by cell x, as reported'
        WHEN 2 THEN 'falls, -100 meV per 100 h by cell x, reported as stable'
        WHEN 3
            THEN 'reported as "wanders", no number; '
            || 'recomputed -1 meV/h (-1.001 to -0.999) by cell x'
        ELSE '-1 meV/h (-1.001 to -0.999) by cell x lies within -1 meV/h ± 1 %'
    END,
    status = CASE claim_id WHEN 3 THEN 'not_comparable' ELSE 'ok' END
FROM claim_verdict;
