-- Theoretical capacity
--
-- Charge that the active layer of a cell can store per gram: electrons per formula unit times the
-- Faraday constant over 3.6 times the molar mass. The active layer is the positive one, unless
-- asked otherwise; where several layers have that role, the one whose substance has electrons. A
-- symmetric cell has no capacity of its own: lithium on both sides gives no row. A cell of which
-- that is not known counts as not symmetric.
--
-- formula:    q = n F / (3.6 M), F = 96485.33212 C/mol
-- grain:      cell_id
-- column:     substance | | what the active layer is made of
-- column:     formula | | its formula unit
-- column:     electrons | 1 | electrons exchanged per formula unit
-- column:     molar_mass_gram_per_mole | g/mol | molar mass of the formula unit
-- column:     theoretical_capacity_mah_per_g | mA·h/g | charge of these electrons per gram
-- column:     loading_mg_per_cm2 | mg/cm² | active mass per area of the layer, when it is one
-- column:     missing | | what is not known: active_layer, one_active_layer (several substances),
--             formula, molar_mass_gram_per_mole (of a known formula), electrons; null when nothing
-- column:     status | | ok or not_computable
-- column:     reason | | why not ok; null when ok
-- main:       theoretical_capacity_mah_per_g
-- summary:    theoretical_capacity | single | | substance | charge that the positive active layer
--             can store per gram
-- takes:      electrode | text(positive, negative) | positive | role of the active layer
-- needs:      cell, layer, substance
-- reference:  Faraday constant of CODATA 2018, 96485.33212 C/mol
WITH candidate AS (
    SELECT
        layer.cell_id,
        layer.substance,
        layer.loading_mg_per_cm2,
        substance.formula,
        substance.electrons,
        substance.molar_mass_gram_per_mole,
        count(substance.electrons) OVER (PARTITION BY layer.cell_id) AS known
    FROM layer
    LEFT JOIN substance ON substance.name = layer.substance
    WHERE layer.role = $electrode
),

active AS (
    SELECT
        cell_id,
        count(DISTINCT coalesce(substance, '')) AS substances,
        min(substance) AS substance,
        min(formula) AS formula,
        min(electrons) AS electrons,
        min(molar_mass_gram_per_mole) AS molar_mass_gram_per_mole,
        CASE WHEN count(*) = 1 THEN min(loading_mg_per_cm2) END AS loading_mg_per_cm2
    FROM candidate
    WHERE known = 0 OR electrons IS NOT NULL
    GROUP BY cell_id
),

known AS (
    SELECT
        cell.cell_id,
        active.substance,
        active.formula,
        active.electrons,
        active.molar_mass_gram_per_mole,
        active.electrons * 96485.33212 / nullif(3.6 * active.molar_mass_gram_per_mole, 0)
            AS theoretical_capacity_mah_per_g,
        active.loading_mg_per_cm2,
        CASE
            WHEN several.cell_id IS NOT NULL THEN 'one_active_layer'
            WHEN active.cell_id IS NULL THEN 'active_layer'
            ELSE nullif(
                concat_ws(
                    ', ',
                    CASE
                        WHEN active.molar_mass_gram_per_mole > 0 THEN NULL
                        WHEN active.formula IS NULL THEN 'formula'
                        ELSE 'molar_mass_gram_per_mole'
                    END,
                    CASE WHEN active.electrons IS NULL THEN 'electrons' END
                ),
                ''
            )
        END AS missing
    FROM cell
    LEFT JOIN active
        ON active.cell_id = cell.cell_id
        AND active.substances = 1
    LEFT JOIN active AS several
        ON several.cell_id = cell.cell_id
        AND several.substances > 1
    WHERE NOT coalesce(cell.symmetric, false)
)

SELECT
    cell_id,
    substance,
    formula,
    electrons,
    molar_mass_gram_per_mole,
    theoretical_capacity_mah_per_g,
    loading_mg_per_cm2,
    missing,
    CASE WHEN missing IS NULL THEN 'ok' ELSE 'not_computable' END AS status,
    'missing ' || missing AS reason
FROM known;

-- example: one electron in 26.80148 g is one ampere hour per gram
WITH cell(cell_id) AS (VALUES (7)),
layer(cell_id, position, role, substance, loading_mg_per_cm2)
AS (VALUES (7, 1, 'negative', 'Li', NULL), (7, 2, 'positive', 'X', 2.5)),
substance(name, formula, molar_mass_gram_per_mole, electrons)
AS (VALUES ('Li', 'Li', 6.94, 1), ('X', 'X', 26.801481, 1))
SELECT
    substance = 'X',
    abs(theoretical_capacity_mah_per_g - 1000) < 0.001,
    loading_mg_per_cm2 = 2.5,
    missing IS NULL,
    status = 'ok' AND reason IS NULL
FROM theoretical_capacity;

-- example: the negative side on demand
-- given: electrode = negative
WITH cell(cell_id) AS (VALUES (7)),
layer(cell_id, position, role, substance) AS (VALUES (7, 1, 'negative', 'Li')),
substance(name, formula, molar_mass_gram_per_mole, electrons) AS (VALUES ('Li', 'Li', 6.94, 1))
SELECT round(theoretical_capacity_mah_per_g) = 3862
FROM theoretical_capacity;

-- example: without formula and electrons there is no theory
WITH cell(cell_id) AS (VALUES (7)),
layer(cell_id, position, role, substance) AS (VALUES (7, 1, 'positive', 'X')),
substance(name) AS (VALUES ('X'))
SELECT
    theoretical_capacity_mah_per_g IS NULL,
    missing = 'formula, electrons',
    status = 'not_computable' AND reason = 'missing formula, electrons'
FROM theoretical_capacity;

-- example: no positive layer, or two of them that could be meant
WITH cell(cell_id) AS (VALUES (7), (8)),
layer(cell_id, position, role, substance)
AS (VALUES (8, 1, 'positive', 'X'), (8, 2, 'positive', 'Y'))
SELECT
    theoretical_capacity_mah_per_g IS NULL,
    missing = CASE cell_id WHEN 7 THEN 'active_layer' ELSE 'one_active_layer' END
FROM theoretical_capacity;

-- example: a symmetric cell has no row, and one that may be symmetric has
WITH cell(cell_id, "symmetric") AS (VALUES (7, true), (8, false), (9, NULL)),
layer(cell_id, position, role, substance)
AS (VALUES (7, 2, 'positive', 'Li'), (8, 2, 'positive', 'Li'), (9, 2, 'positive', 'Li')),
substance(name, formula, molar_mass_gram_per_mole, electrons) AS (VALUES ('Li', 'Li', 6.94, 1))
SELECT
    cell_id IN (8, 9),
    count(*) OVER () = 2,
    missing IS NULL
FROM theoretical_capacity;
