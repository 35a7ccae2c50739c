-- Expected elements, found or missing
--
-- What the layers of a cell lead one to expect of its surface, against what photoemission shows, a
-- row per element:
--   found: present, and expected
--   expected_missing: at least twice what would have been found should be there, and is not
--   expected_not_scanned: it should be there, and nobody can say
--   uninformative_absence: less is expected than would be found, so that it is not seen neither
--   supports nor contradicts anything: a layer of a micrometer hides what is below it
--   unexpected: present, where a tenth of what would be found is not expected: a pinhole, a crack,
--   mixing, a dose from elsewhere
--   undecided: of what is expected so little would be found that its absence tells little
--   not_decidable: a layer of unknown thickness, or lines that contradict each other
-- A claim of absence without such a row, or with an uninformative one, cannot be tested by this.
--
-- formula:    share = Σⱼ xⱼ (1 − exp(−dⱼ / L)) exp(−d(above) / L), against x_D; L = λ cos θ
-- grain:      test_id, depth_count, element
-- column:     cell_id | | the cell
-- column:     depth_count | 1 | level of a depth profile, from 1; 0 outside one
-- column:     element | | the element
-- column:     verdict | | as above
-- column:     layers | | of the cell that have it, from the surface inwards
-- column:     expected_percent | % | expected part of the atoms, the middle where it is a range
-- column:     low_percent | % | the least
-- column:     high_percent | % | the most
-- column:     detectable_percent | % | what is more is found in 95 of 100 measurements
-- column:     atomic_percent | % | that was found
-- column:     transmitted | 1 | part of the electrons of its outermost layer that gets out
-- column:     why | | in words
-- column:     status | | ok or not_computable (not decidable)
-- column:     reason | | why not ok; null when ok
-- main:       verdict
-- inherits:   element_state, expected_share
-- needs:      element_state, expected_share
-- reference:  our own declaration, STRUCTURE S3.7
WITH met AS (
    SELECT
        coalesce(state.test_id, wanted.test_id) AS test_id,
        coalesce(state.depth_count, 0) AS depth_count,
        coalesce(state.element, wanted.element) AS element,
        coalesce(state.cell_id, wanted.cell_id) AS cell_id,
        coalesce(state.verdict, 'not_scanned') AS state,
        coalesce(state.reason, 'not_covered') AS state_reason,
        state.detectable_percent,
        state.atomic_percent,
        wanted.layers,
        wanted.transmitted,
        wanted.status AS wanted_status,
        wanted.reason AS wanted_reason,
        100 * wanted.share AS expected_percent,
        CASE WHEN wanted.element IS NULL THEN 0 ELSE 100 * wanted.low_share END AS low_percent,
        CASE WHEN wanted.element IS NULL THEN 0 ELSE 100 * wanted.high_share END AS high_percent
    FROM element_state AS state
    FULL JOIN expected_share AS wanted
        ON wanted.test_id = state.test_id
        AND wanted.element = state.element
    WHERE state.cell_id IS NOT NULL OR wanted.cell_id IS NOT NULL
),

told AS (
    SELECT
        *,
        CASE
            WHEN state = 'not_decidable' OR wanted_status = 'not_computable' THEN 'not_decidable'
            WHEN state = 'present' AND high_percent < 0.1 * detectable_percent THEN 'unexpected'
            WHEN state = 'present' AND layers IS NULL THEN 'unexpected'
            WHEN state = 'present' THEN 'found'
            WHEN layers IS NULL THEN NULL
            WHEN state = 'not_scanned' AND high_percent >= 0.1 THEN 'expected_not_scanned'
            WHEN state = 'not_scanned' THEN 'uninformative_absence'
            WHEN detectable_percent IS NULL THEN 'not_decidable'
            WHEN low_percent >= 2 * detectable_percent THEN 'expected_missing'
            WHEN high_percent < detectable_percent THEN 'uninformative_absence'
            ELSE 'undecided'
        END AS verdict
    FROM met
)

SELECT
    test_id,
    depth_count,
    element,
    cell_id,
    verdict,
    layers,
    expected_percent,
    low_percent,
    high_percent,
    detectable_percent,
    atomic_percent,
    transmitted,
    CASE verdict
        WHEN 'found' THEN concat('expected of ', layers)
        WHEN 'unexpected' THEN CASE
            WHEN layers IS NULL THEN 'no layer that is left has it'
            ELSE concat(printf('%.2g', high_percent), ' % at most of ', layers, ' gets out')
        END
        WHEN 'expected_missing' THEN concat(
            printf('%.3g', low_percent), ' % or more of ', layers, ' should be there, ',
            printf('%.2g', detectable_percent), ' % would have been found'
        )
        WHEN 'expected_not_scanned' THEN concat('expected of ', layers, ', but ', state_reason)
        WHEN 'uninformative_absence' THEN concat(
            printf('%.2g', high_percent), ' % at most of ', layers,
            ' gets out: its absence tells nothing'
        )
        WHEN 'undecided' THEN concat('so little of ', layers, ' may be missed')
        ELSE coalesce(wanted_reason, state_reason)
    END AS why,
    CASE WHEN verdict = 'not_decidable' THEN 'not_computable' ELSE 'ok' END AS status,
    CASE WHEN verdict = 'not_decidable' THEN coalesce(wanted_reason, state_reason) END AS reason
FROM told
WHERE verdict IS NOT NULL;

-- example: iron of the layer is missing, and no titanium below it tells nothing
WITH element_state(
    test_id, depth_count, element, cell_id, verdict, detectable_percent, atomic_percent, reason
) AS (
    VALUES
    (1, 0, 'Fe', 7, 'not_detected', 0.3, NULL, 'less than 0.3 %'),
    (1, 0, 'Ti', 7, 'not_detected', 0.4, NULL, 'less than 0.4 %'),
    (1, 0, 'C', 7, 'present', 0.5, 60, NULL),
    (1, 0, 'F', 7, 'present', 0.2, 11, NULL),
    (1, 0, 'Li', 7, 'not_scanned', NULL, NULL, 'overlap'),
    (1, 0, 'Zr', 7, 'not_detected', 0.2, NULL, 'less than 0.2 %')
),
expected_share(
    test_id, element, cell_id, layers, share, low_share, high_share, transmitted, status, reason
) AS (
    VALUES
    (1, 'Fe', 7, 'PB', 0.13, 0.1, 0.16, 1, 'ok', NULL),
    (1, 'Ti', 7, 'LATP', 1e-175, 1e-175, 1e-175, 1e-174, 'ok', NULL),
    (1, 'C', 7, 'PB', 0.4, 0.35, 0.45, 1, 'ok', NULL),
    (1, 'Li', 7, 'LATP', 1e-175, 1e-175, 1e-175, 1e-174, 'ok', NULL),
    (1, 'N', 7, 'PB', 0.4, 0.35, 0.45, 1, 'ok', NULL)
)
SELECT
    count(*) OVER () = 6,
    verdict = CASE element
        WHEN 'Fe' THEN 'expected_missing' WHEN 'Ti' THEN 'uninformative_absence'
        WHEN 'C' THEN 'found' WHEN 'F' THEN 'unexpected'
        WHEN 'Li' THEN 'uninformative_absence' ELSE 'expected_not_scanned'
    END,
    status = 'ok' AND reason IS NULL AND cell_id = 7,
    element <> 'Fe' OR why = '10 % or more of PB should be there, 0.3 % would have been found'
FROM expected_element;

-- example: a layer of unknown thickness leaves it undecidable
WITH element_state(
    test_id, depth_count, element, cell_id, verdict, detectable_percent, atomic_percent, reason
) AS (VALUES (1, 0, 'Ti', 7, 'not_detected', 0.4, NULL, 'less than 0.4 %')),
expected_share(
    test_id, element, cell_id, layers, share, low_share, high_share, transmitted, status, reason
) AS (
    VALUES (1, 'Ti', 7, 'LATP', NULL, NULL, NULL, 1, 'not_computable',
    'a layer of unknown thickness')
)
SELECT
    verdict = 'not_decidable' AND status = 'not_computable',
    reason = 'a layer of unknown thickness'
FROM expected_element;
