-- Relative density
--
-- What a pellet weighs over what a crystal of its volume would (theoretical_density), by two ways:
-- geometric, its mass over area and thickness, which counts every pore and every chipped edge; and
-- Archimedes, by three weighings entered as properties of the material (dry_mass, saturated_mass,
-- suspended_mass) and the density of the liquid at its temperature (immersion_density), which tells
-- open from closed pores. The theoretical density is that of a scan of the very piece, else of
-- another piece of its substance. Errors of sizes are the material's where it tells them; a mass or
-- a weighing counts as exact unless mass_error, weighing_error_gram and liquid_error say what they
-- are. A geometric value more than three sigma above that of Archimedes is a matter of shape.
--
-- formula:    (m/(A d))/ρ, or (m_dry ρ_liquid/(m_saturated − m_suspended))/ρ
-- grain:      material_id, method
-- column:     substance | | what it is made of
-- column:     method | | geometric or archimedes
-- column:     bulk_density_gram_per_cm3 | g/cm³ | mass over volume, with pores
-- column:     bulk_error_gram_per_cm3 | g/cm³ | one sigma
-- column:     theoretical_density_gram_per_cm3 | g/cm³ | of a crystal
-- column:     theoretical_error_gram_per_cm3 | g/cm³ | one sigma
-- column:     measured_on | | the very piece, or another piece of its substance
-- column:     theoretical_test_id | | the scan it comes from
-- column:     relative_density | 1 | bulk over theoretical
-- column:     relative_density_error | 1 | one sigma, of all that is known
-- column:     open_porosity | 1 | share of the volume in pores that the liquid fills; null by size
-- column:     closed_porosity | 1 | share in pores that it does not; null by size
-- column:     closed_porosity_error | 1 | one sigma; null by size
-- column:     missing | | what is not known
-- column:     status | | ok, low_quality or not_computable
-- column:     reason | | why not ok; null when ok
-- main:       relative_density, error: relative_density_error
-- takes:      mass_error | number(0..1) | 0 | relative standard error of the mass of a pellet
-- takes:      thickness_error | number(0..1) | 0 | relative, where the material tells none
-- takes:      area_error | number(0..1) | 0 | relative, where the material tells none
-- takes:      weighing_error_gram | number(0..) | 0 | standard error of each of three weighings
-- takes:      liquid_error | number(0..1) | 0 | relative standard error of the liquid's density
-- inherits:   theoretical_density
-- needs:      theoretical_density, material, substance, property
-- reference:  ISO 18754 (2020), Fine ceramics: determination of density and apparent porosity
WITH crystal AS (
    SELECT
        told.test_id,
        told.material_id,
        material.substance_id,
        told.theoretical_density_gram_per_cm3 AS density,
        told.error_gram_per_cm3 AS error,
        told.status,
        told.reason
    FROM theoretical_density AS told
    JOIN material ON material.material_id = told.material_id
    WHERE told.main
        AND told.theoretical_density_gram_per_cm3 IS NOT NULL
),

candidate AS (
    SELECT
        material.material_id,
        crystal.*,
        CASE
            WHEN crystal.material_id = material.material_id THEN 'the very piece'
            ELSE 'another piece of its substance'
        END AS measured_on,
        row_number() OVER (
            PARTITION BY material.material_id
            ORDER BY
                CASE WHEN crystal.material_id = material.material_id THEN 0 ELSE 1 END,
                CASE WHEN crystal.status = 'ok' THEN 0 ELSE 1 END,
                crystal.error,
                crystal.test_id
        ) AS place
    FROM material
    JOIN crystal
        ON crystal.material_id = material.material_id
        OR crystal.substance_id = material.substance_id
),

entered AS (
    SELECT
        material_id,
        max(value) FILTER (WHERE name = 'dry_mass' AND unit = 'g') AS dry,
        max(value) FILTER (WHERE name = 'saturated_mass' AND unit = 'g') AS saturated,
        max(value) FILTER (WHERE name = 'suspended_mass' AND unit = 'g') AS suspended,
        max(value) FILTER (WHERE name = 'immersion_density' AND unit = 'g/cm³') AS liquid,
        max(CASE WHEN name = 'suspended_mass' THEN 1 ELSE 0 END) = 1 AS weighed
    FROM property
    WHERE material_id IS NOT NULL
    GROUP BY material_id
),

bulk AS (
    SELECT
        material_id,
        substance_id,
        'geometric' AS method,
        mass_gram / nullif(area_cm2 * thickness_um * 0.0001, 0) AS density,
        sqrt(
            $mass_error ** 2
            + coalesce(thickness_error_um / nullif(thickness_um, 0), $thickness_error) ** 2
            + coalesce(area_error_cm2 / nullif(area_cm2, 0), $area_error) ** 2
        ) AS relative_error,
        CAST(NULL AS DOUBLE) AS dry,
        CAST(NULL AS DOUBLE) AS saturated,
        CAST(NULL AS DOUBLE) AS lost,
        CAST(NULL AS DOUBLE) AS liquid,
        nullif(
            concat_ws(
                ', ',
                CASE WHEN mass_gram IS NULL THEN 'mass' END,
                CASE WHEN thickness_um IS NULL THEN 'thickness' END,
                CASE WHEN area_cm2 IS NULL THEN 'area' END
            ),
            ''
        ) AS missing
    FROM material
    WHERE mass_gram IS NOT NULL
        OR kind = 'pellet'
    UNION ALL
    SELECT
        material.material_id,
        material.substance_id,
        'archimedes',
        dry * liquid / nullif(saturated - suspended, 0),
        sqrt(
            ($weighing_error_gram / nullif(dry, 0)) ** 2
            + 2 * ($weighing_error_gram / nullif(saturated - suspended, 0)) ** 2
            + $liquid_error ** 2
        ),
        dry,
        saturated,
        saturated - suspended,
        liquid,
        nullif(
            concat_ws(
                ', ',
                CASE WHEN dry IS NULL THEN 'dry_mass' END,
                CASE WHEN saturated IS NULL THEN 'saturated_mass' END,
                CASE WHEN suspended IS NULL THEN 'suspended_mass' END,
                CASE WHEN liquid IS NULL THEN 'immersion_density' END
            ),
            ''
        )
    FROM entered
    JOIN material ON material.material_id = entered.material_id
    WHERE entered.weighed
),

divided AS (
    SELECT
        bulk.*,
        candidate.test_id,
        candidate.density AS theory,
        candidate.error AS theory_error,
        candidate.measured_on,
        candidate.status AS theory_status,
        candidate.reason AS theory_reason,
        bulk.density / nullif(candidate.density, 0) AS ratio,
        bulk.density / nullif(candidate.density, 0) * sqrt(
            bulk.relative_error ** 2 + (candidate.error / nullif(candidate.density, 0)) ** 2
        ) AS ratio_error,
        (bulk.saturated - bulk.dry) / nullif(bulk.lost, 0) AS open_share,
        bulk.liquid / nullif(candidate.density, 0) AS lightness,
        candidate.error / nullif(candidate.density, 0) AS theory_share
    FROM bulk
    LEFT JOIN candidate
        ON candidate.material_id = bulk.material_id
        AND candidate.place = 1
),

parted AS (
    SELECT
        *,
        1 - ratio - open_share AS closed_share,
        -- of 1 less dry·k + saturated - dry over what is lost, k the liquid's density over theirs
        sqrt(
            ($weighing_error_gram / nullif(lost, 0)) ** 2 * (
                (1 - lightness) ** 2
                + (ratio + open_share - 1) ** 2
                + (ratio + open_share) ** 2
            )
            + (ratio * $liquid_error) ** 2
            + (ratio * theory_share) ** 2
        ) AS closed_error
    FROM divided
),

compared AS (
    SELECT
        parted.*,
        other.ratio AS other_ratio,
        other.ratio_error AS other_error
    FROM parted
    LEFT JOIN parted AS other
        ON other.material_id = parted.material_id
        AND other.method = 'archimedes'
        AND parted.method = 'geometric'
),

judged AS (
    SELECT
        *,
        CASE
            WHEN missing IS NOT NULL THEN concat('not known: ', missing)
            WHEN density IS NULL OR density <= 0 THEN 'the weighings or sizes make no volume'
            WHEN theory IS NULL THEN 'no diffraction of the piece or its substance tells its cell'
            WHEN ratio > 1.02 THEN printf('%.1f %% of a crystal cannot be', 100 * ratio)
        END AS fault,
        nullif(
            concat_ws(
                '; ',
                CASE
                    WHEN theory_status <> 'ok' THEN coalesce(theory_reason, theory_status)
                END,
                CASE
                    WHEN closed_share < -2 * closed_error
                        THEN 'the weighings contradict each other: closed pores below nothing'
                END,
                CASE
                    WHEN ratio - other_ratio > 3 * sqrt(ratio_error ** 2 + other_error ** 2)
                        THEN 'more than by Archimedes: the shape is not that of its sizes'
                END
            ),
            ''
        ) AS doubt
    FROM compared
)

SELECT
    judged.material_id,
    judged.method,
    substance.name AS substance,
    judged.density AS bulk_density_gram_per_cm3,
    judged.density * judged.relative_error AS bulk_error_gram_per_cm3,
    judged.theory AS theoretical_density_gram_per_cm3,
    judged.theory_error AS theoretical_error_gram_per_cm3,
    judged.measured_on,
    judged.test_id AS theoretical_test_id,
    CASE WHEN judged.fault IS NULL THEN judged.ratio END AS relative_density,
    CASE WHEN judged.fault IS NULL THEN judged.ratio_error END AS relative_density_error,
    judged.open_share AS open_porosity,
    CASE WHEN judged.fault IS NULL THEN judged.closed_share END AS closed_porosity,
    CASE
        WHEN judged.fault IS NULL AND judged.method = 'archimedes' THEN judged.closed_error
    END AS closed_porosity_error,
    judged.missing,
    CASE
        WHEN judged.fault IS NOT NULL THEN 'not_computable'
        WHEN judged.doubt IS NOT NULL THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    coalesce(judged.fault, judged.doubt) AS reason
FROM judged
LEFT JOIN substance ON substance.substance_id = judged.substance_id;

-- example: by size and by Archimedes, with open and closed pores and all errors
-- given: mass_error = 0.00065359477
-- given: weighing_error_gram = 0.0003
-- given: liquid_error = 0.00127388535
WITH substance(substance_id, name) AS (VALUES (1, 'LATP')),
material(
    material_id, substance_id, mass_gram, thickness_um, thickness_error_um, area_cm2, area_error_cm2
) AS (VALUES (7, 1, 0.3060, 1000, 5, 1.130973355, 0.00188495559)),
theoretical_density(
    test_id, scan_count, phase, material_id, main, theoretical_density_gram_per_cm3,
    error_gram_per_cm3, status
) AS (VALUES (1, 1, 'LATP', 7, true, 2.93019, 0.000127, 'ok')),
property(material_id, name, value, unit) AS (
    VALUES
    (7, 'dry_mass', 0.3060, 'g'), (7, 'saturated_mass', 0.3100, 'g'),
    (7, 'suspended_mass', 0.2226, 'g'), (7, 'immersion_density', 0.785, 'g/cm³')
)
SELECT
    count(*) OVER () = 2,
    status = 'ok' AND measured_on = 'the very piece' AND substance = 'LATP',
    method = 'archimedes' OR abs(relative_density - 0.92336) < 6e-6,
    method = 'archimedes' OR abs(relative_density_error - 0.00490) < 0.00005,
    method = 'geometric' OR abs(bulk_density_gram_per_cm3 - 2.74840) < 6e-6,
    method = 'geometric' OR abs(relative_density - 0.93796) < 6e-6,
    method = 'geometric' OR abs(bulk_error_gram_per_cm3 - 0.01405) < 0.00015,
    method = 'geometric' OR abs(open_porosity - 0.045767) < 6e-7,
    method = 'geometric' OR abs(closed_porosity - 0.016276) < 2e-6,
    method = 'geometric' OR closed_porosity_error > 0.004
FROM relative_density;

-- example: a crystal of the substance serves a pellet; what is not known is told
WITH substance(substance_id, name) AS (VALUES (1, 'LATP')),
material(material_id, substance_id, mass_gram, thickness_um, area_cm2) AS (
    VALUES (7, 1, 0.3060, 1000, 1.130973355), (8, 1, NULL, NULL, NULL), (9, 1, 0.3060, 1000, NULL),
    (10, 2, 0.3060, 1000, 1.130973355), (11, 1, 0.3600, 1000, 1.130973355)
),
theoretical_density(
    test_id, scan_count, phase, material_id, main, theoretical_density_gram_per_cm3,
    error_gram_per_cm3, status
) AS (VALUES (1, 1, 'LATP', 8, true, 2.93019, 0.0044, 'ok'))
SELECT
    count(*) OVER () = 4,
    status = CASE material_id WHEN 7 THEN 'ok' ELSE 'not_computable' END,
    material_id <> 7 OR measured_on = 'another piece of its substance',
    material_id <> 9 OR reason = 'not known: area',
    material_id <> 10 OR starts_with(reason, 'no diffraction'),
    material_id <> 11 OR reason = '108.6 % of a crystal cannot be',
    (relative_density IS NULL) = (material_id <> 7)
FROM relative_density;

-- example: weighings that contradict each other, and a shape that does
WITH material(material_id, substance_id, mass_gram, thickness_um, area_cm2) AS (
    VALUES (7, 1, 0.3060, 1000, 1.130973355), (8, 1, 0.3060, 1000, 1.1)
),
theoretical_density(
    test_id, scan_count, phase, material_id, main, theoretical_density_gram_per_cm3,
    error_gram_per_cm3, status
) AS (VALUES (1, 1, 'LATP', 7, true, 2.93019, 0.001, 'ok')),
property(material_id, name, value, unit) AS (
    VALUES
    (7, 'dry_mass', 0.3060, 'g'), (7, 'saturated_mass', 0.3200, 'g'),
    (7, 'suspended_mass', 0.2360, 'g'), (7, 'immersion_density', 0.785, 'g/cm³'),
    (8, 'dry_mass', 0.3060, 'g'), (8, 'saturated_mass', 0.3100, 'g'),
    (8, 'suspended_mass', 0.2210, 'g'), (8, 'immersion_density', 0.785, 'g/cm³')
)
SELECT
    count(*) OVER () = 4,
    material_id <> 7 OR method = 'geometric'
    OR starts_with(reason, 'the weighings contradict each other'),
    material_id <> 8 OR method = 'archimedes'
    OR starts_with(reason, 'more than by Archimedes'),
    status = CASE
        WHEN material_id = 7 AND method = 'archimedes' THEN 'low_quality'
        WHEN material_id = 8 AND method = 'geometric' THEN 'low_quality'
        ELSE 'ok'
    END
FROM relative_density;
