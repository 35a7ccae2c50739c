-- Electronic transference number
--
-- Share of a small steady current that electrons carry, σ_e/(σ_e + σ_ion), a row per test of held
-- potentials: its electronic conductivity, the median of those that are known, against the ionic
-- one of the same pellet or cell within 2 K, the median of its sweeps. Where only an upper bound of
-- σ_e is known, so it is of the share. Without the temperature of either there is no number: an
-- ionic conductivity doubles within 10 K.
--
-- formula:    t_e = σ_e / (σ_e + σ_ion)
-- grain:      test_id
-- column:     material_id | | the pellet
-- column:     cell_id | | the cell, where it was one
-- column:     electronic_transference | 1 | share that electrons carry
-- column:     lowest | 1 | at the least electronic conductivity
-- column:     highest | 1 | at the greatest
-- column:     electronic_conductivity_s_per_cm | S/cm | median of the steps
-- column:     ionic_conductivity_s_per_cm | S/cm | median of the sweeps
-- column:     temperature_celsius | °C | of the held potentials
-- column:     sweep_count | 1 | sweeps it rests on
-- column:     status | | ok, low_quality, censored (an upper bound) or not_computable
-- column:     reason | | why not ok; null when ok
-- main:       electronic_transference, low: lowest, high: highest
-- scope:      whole | the ionic conductivity is of other tests of the pellet
-- materialized: no | dc_polarization reads points
-- inherits:   ionic_conductivity
-- only:       dc_polarization
-- needs:      dc_polarization, ionic_conductivity
-- reference:  J. T. S. Irvine, D. C. Sinclair, A. R. West, Adv. Mater. 2 (1990) 132 for σ_ion; the
--             share is its definition
WITH held AS (
    SELECT
        test_id,
        min(material_id) AS material_id,
        min(cell_id) AS cell_id,
        median(electronic_conductivity_s_per_cm) AS electronic,
        min(lowest_s_per_cm) AS lowest,
        CASE
            WHEN count(electronic_conductivity_s_per_cm) > 0
                THEN max(highest_s_per_cm) FILTER (
                    WHERE electronic_conductivity_s_per_cm IS NOT NULL
                )
            ELSE min(highest_s_per_cm)
        END AS highest,
        avg(temperature_celsius) AS temperature_celsius,
        CASE
            WHEN count(electronic_conductivity_s_per_cm) > 0
                THEN CASE WHEN bool_and(status = 'ok') THEN 'ok' ELSE 'low_quality' END
            WHEN count(*) FILTER (WHERE status = 'censored') > 0 THEN 'censored'
            ELSE 'not_computable'
        END AS status,
        string_agg(DISTINCT reason, '; ' ORDER BY reason) AS reason
    FROM dc_polarization
    GROUP BY test_id
),

ionic AS (
    SELECT
        held.test_id,
        median(sweep.conductivity_s_per_cm) AS conductivity,
        count(*) AS sweep_count,
        bool_and(sweep.status = 'ok') AS is_ok
    FROM held
    JOIN ionic_conductivity AS sweep
        ON (
            sweep.cell_id = held.cell_id
            OR (held.cell_id IS NULL AND sweep.material_id = held.material_id)
        )
        AND abs(sweep.temperature_celsius - held.temperature_celsius) <= 2
    WHERE sweep.object = 'total'
        AND sweep.conductivity_s_per_cm > 0
    GROUP BY held.test_id
),

joined AS (
    SELECT
        held.*,
        ionic.conductivity,
        ionic.is_ok,
        coalesce(ionic.sweep_count, 0) AS sweep_count,
        CASE
            WHEN held.temperature_celsius IS NULL THEN 'missing temperature of the held potentials'
            WHEN ionic.conductivity IS NULL THEN 'missing ionic_conductivity within 2 K'
        END AS missing
    FROM held
    LEFT JOIN ionic ON ionic.test_id = held.test_id
)

SELECT
    test_id,
    material_id,
    cell_id,
    electronic / nullif(electronic + conductivity, 0) AS electronic_transference,
    lowest / nullif(lowest + conductivity, 0) AS lowest,
    highest / nullif(highest + conductivity, 0) AS highest,
    electronic AS electronic_conductivity_s_per_cm,
    conductivity AS ionic_conductivity_s_per_cm,
    temperature_celsius,
    sweep_count,
    CASE
        WHEN missing IS NOT NULL THEN 'not_computable'
        WHEN status = 'ok' AND NOT is_ok THEN 'low_quality'
        ELSE status
    END AS status,
    nullif(
        concat_ws(
            '; ', missing, reason, CASE WHEN NOT is_ok THEN 'an ionic conductivity is not ok' END
        ),
        ''
    ) AS reason
FROM joined;

-- example: electrons carry a hundredth, or at most that
WITH dc_polarization(
    test_id, step_count, material_id, electronic_conductivity_s_per_cm, lowest_s_per_cm,
    highest_s_per_cm, temperature_celsius, status, reason
) AS (
    VALUES
    (1, 1, 7, 1e-6, 0.9e-6, 1.1e-6, 30, 'ok', NULL),
    (2, 1, 7, NULL, NULL, 1e-6, 30, 'censored', 'held for 3 time constants, not for 6'),
    (3, 1, 7, 1e-6, 0.9e-6, 1.1e-6, 60, 'ok', NULL)
),
ionic_conductivity(
    test_id, spectrum_count, object, material_id, temperature_celsius, conductivity_s_per_cm,
    status
) AS (
    VALUES (9, 1, 'total', 7, 31, 9.9e-5, 'ok'), (9, 1, 'bulk', 7, 31, 1, 'ok'),
    (9, 2, 'total', 8, 60, 1, 'ok')
)
SELECT
    count(*) OVER () = 3,
    test_id <> 1 OR abs(electronic_transference - 0.01) < 1e-12,
    test_id <> 1 OR (lowest < 0.01 AND highest > 0.01),
    test_id <> 2 OR (electronic_transference IS NULL AND abs(highest - 0.01) < 1e-12),
    status = CASE test_id WHEN 1 THEN 'ok' WHEN 2 THEN 'censored' ELSE 'not_computable' END,
    reason IS NOT DISTINCT FROM CASE test_id
        WHEN 2 THEN 'held for 3 time constants, not for 6'
        WHEN 3 THEN 'missing ionic_conductivity within 2 K'
    END
FROM electronic_transference;
