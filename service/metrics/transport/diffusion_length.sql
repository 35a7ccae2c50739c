-- Diffusion length
--
-- How deep the active layer of a cell is for what diffuses into it: its volume over the area that
-- it is entered by, so the thickness of a dense film, a third of the radius of particles, or V = m
-- V_M / M over an area of contact that was measured. Which of these is meant is never guessed from
-- a thickness: that of a porous electrode is no diffusion length. It is a film where
-- electrode_geometry is told as film. Facts told of the cell go before those of the material of its
-- layer, these before those of the substance. An area of contact that was entered as another one,
-- geometric or by adsorption, changes a diffusion coefficient by its square.
--
-- formula:    L = d (film), L = r / 3 (sphere), L = m V_m / (M S) (volume)
-- grain:      cell_id
-- column:     substance | | what the active layer is made of
-- column:     diffusion_length_um | µm | volume over the area entered by
-- column:     diffusion_length_error_um | µm | one sigma, of the thickness of a film where the
--             material tells it; else null
-- column:     length_basis | | film, sphere or volume: what it rests on
-- column:     missing | | what is not known; null when nothing
-- column:     status | | ok or not_computable
-- column:     reason | | why not ok; null when ok
-- main:       diffusion_length_um
-- summary:    diffusion_length | single | | length_basis | how deep the positive active layer is
--             for what diffuses into it
-- takes:      electrode | text(positive, negative) | positive | role of the active layer
-- takes:      basis | text(told, film, sphere, volume) | told | which of them is meant: sphere,
--             volume, film by what is told, the first that can be had
-- needs:      cell, layer, material, substance, property
-- reference:  W. Weppner, R. A. Huggins, J. Electrochem. Soc. 124 (1977) 1569
WITH candidate AS (
    SELECT
        layer.cell_id,
        layer.substance,
        layer.material_id,
        coalesce(layer.thickness_um, material.thickness_um) AS thickness_um,
        CASE WHEN layer.thickness_um IS NULL THEN material.thickness_error_um END
            AS thickness_error_um,
        substance.electrons,
        substance.molar_mass_gram_per_mole,
        count(*) OVER of_cell AS layer_count,
        count(substance.electrons) OVER of_cell AS active_count
    FROM layer
    LEFT JOIN material ON material.material_id = layer.material_id
    LEFT JOIN substance ON substance.name = layer.substance
    WHERE layer.role = $electrode
    WINDOW of_cell AS (PARTITION BY layer.cell_id)
),

active AS (
    SELECT *
    FROM candidate
    WHERE layer_count = 1
        OR (active_count = 1 AND electrons IS NOT NULL)
),

told AS (
    SELECT
        active.cell_id,
        property.name,
        property.text,
        CASE
            WHEN property.value > 0
                AND coalesce(property.qualifier, '~') = '~'
                AND property.unit = CASE property.name
                    WHEN 'particle_radius' THEN 'µm'
                    WHEN 'molar_volume' THEN 'cm³/mol'
                    WHEN 'contact_area' THEN 'cm²'
                END
                THEN property.value
        END AS value,
        row_number() OVER (
            PARTITION BY active.cell_id, property.name
            ORDER BY
                CASE
                    WHEN property.cell_id IS NOT NULL THEN 1
                    WHEN property.material_id IS NOT NULL THEN 2
                    ELSE 3
                END,
                property.property_id DESC
        ) AS place
    FROM active
    JOIN property
        ON property.cell_id = active.cell_id
        OR property.material_id = active.material_id
        OR property.substance = active.substance
    WHERE property.name IN (
        'particle_radius', 'molar_volume', 'contact_area', 'electrode_geometry'
    )
),

fact AS (
    SELECT
        cell_id,
        max(value) FILTER (WHERE name = 'particle_radius') AS radius_um,
        max(value) FILTER (WHERE name = 'molar_volume') AS molar_volume_cm3_per_mole,
        max(value) FILTER (WHERE name = 'contact_area') AS contact_area_cm2,
        max(text) FILTER (WHERE name = 'electrode_geometry') AS geometry
    FROM told
    WHERE place = 1
    GROUP BY cell_id
),

known AS (
    SELECT
        cell.cell_id,
        active.substance,
        active.cell_id IS NOT NULL AS has_layer,
        CASE WHEN active.thickness_um > 0 THEN active.thickness_um END AS thickness_um,
        active.thickness_error_um,
        fact.radius_um,
        fact.molar_volume_cm3_per_mole,
        fact.contact_area_cm2,
        CASE WHEN cell.active_mass_gram > 0 THEN cell.active_mass_gram END AS mass_gram,
        CASE
            WHEN active.molar_mass_gram_per_mole > 0 THEN active.molar_mass_gram_per_mole
        END AS molar_mass_gram_per_mole,
        CASE
            WHEN $basis <> 'told' THEN $basis
            WHEN fact.radius_um IS NOT NULL THEN 'sphere'
            WHEN fact.molar_volume_cm3_per_mole IS NOT NULL
                AND fact.contact_area_cm2 IS NOT NULL
                THEN 'volume'
            WHEN fact.geometry = 'film' THEN 'film'
        END AS length_basis
    FROM cell
    LEFT JOIN active ON active.cell_id = cell.cell_id
    LEFT JOIN fact ON fact.cell_id = cell.cell_id
),

measured AS (
    SELECT
        *,
        CASE length_basis
            WHEN 'film' THEN thickness_um
            WHEN 'sphere' THEN 0.3333333333333333 * radius_um
            WHEN 'volume' THEN
                1e4 * mass_gram * molar_volume_cm3_per_mole
                / nullif(molar_mass_gram_per_mole * contact_area_cm2, 0)
        END AS length_um,
        CASE
            WHEN NOT has_layer THEN concat('one ', $electrode, ' layer')
            WHEN length_basis IS NULL
                THEN 'particle_radius, or molar_volume and contact_area, or electrode_geometry film'
            WHEN length_basis = 'film' AND thickness_um IS NULL THEN 'thickness_um of the layer'
            WHEN length_basis = 'sphere' AND radius_um IS NULL THEN 'particle_radius'
            WHEN length_basis = 'volume' THEN nullif(
                concat_ws(
                    ', ',
                    CASE WHEN mass_gram IS NULL THEN 'active_mass_gram' END,
                    CASE WHEN molar_volume_cm3_per_mole IS NULL THEN 'molar_volume' END,
                    CASE WHEN molar_mass_gram_per_mole IS NULL THEN 'molar_mass_gram_per_mole' END,
                    CASE WHEN contact_area_cm2 IS NULL THEN 'contact_area' END
                ),
                ''
            )
        END AS missing
    FROM known
)

SELECT
    cell_id,
    substance,
    CASE WHEN missing IS NULL THEN length_um END AS diffusion_length_um,
    CASE WHEN missing IS NULL AND length_basis = 'film' THEN thickness_error_um END
        AS diffusion_length_error_um,
    length_basis,
    missing,
    CASE WHEN missing IS NULL THEN 'ok' ELSE 'not_computable' END AS status,
    'missing ' || missing AS reason
FROM measured;

-- example: a film is as deep as it is thick, a particle a third of its radius
WITH cell(cell_id) AS (VALUES (1), (2)),
layer(cell_id, position, role, substance, material_id, thickness_um) AS (
    VALUES (1, 2, 'positive', 'PB', 5, NULL), (2, 2, 'positive', 'LCO', NULL, 60)
),
material(material_id, thickness_um, thickness_error_um) AS (VALUES (5, 1.2, 0.1)),
property(property_id, name, substance, material_id, value, unit, text) AS (
    VALUES
    (1, 'electrode_geometry', NULL, 5, NULL, NULL, 'film'),
    (2, 'particle_radius', 'LCO', NULL, 3, 'µm', NULL)
)
SELECT
    count(*) OVER () = 2,
    abs(diffusion_length_um - CASE cell_id WHEN 1 THEN 1.2 ELSE 1 END) < 1e-12,
    length_basis = CASE cell_id WHEN 1 THEN 'film' ELSE 'sphere' END,
    diffusion_length_error_um IS NOT DISTINCT FROM CASE cell_id WHEN 1 THEN 0.1 END,
    status = 'ok' AND reason IS NULL
FROM diffusion_length;

-- example: 2 mg of 100 g/mol and 50 cm³/mol over 10 cm² are 1 µm deep
WITH cell(cell_id, active_mass_gram) AS (VALUES (1, 0.002)),
layer(cell_id, position, role, substance) AS (VALUES (1, 2, 'positive', 'X')),
substance(substance_id, name, molar_mass_gram_per_mole) AS (VALUES (1, 'X', 100)),
property(property_id, name, substance, cell_id, value, unit) AS (
    VALUES (1, 'molar_volume', 'X', NULL, 50, 'cm³/mol'), (2, 'contact_area', NULL, 1, 10, 'cm²')
)
SELECT
    abs(diffusion_length_um - 1) < 1e-12,
    length_basis = 'volume'
FROM diffusion_length;

-- example: a thickness alone is no diffusion length, nor is a bound, and what lacks is named
WITH cell(cell_id) AS (VALUES (1), (2), (3)),
layer(cell_id, position, role, substance, thickness_um) AS (
    VALUES (1, 2, 'positive', 'X', 60), (2, 2, 'positive', 'Y', 60)
),
property(property_id, name, substance, value, unit, qualifier) AS (
    VALUES (1, 'particle_radius', 'Y', 3, 'µm', '<')
)
SELECT
    diffusion_length_um IS NULL,
    status = 'not_computable',
    reason = CASE
        WHEN cell_id = 3 THEN 'missing one positive layer'
        ELSE 'missing particle_radius, or molar_volume and contact_area, or '
            || 'electrode_geometry film'
    END
FROM diffusion_length;

-- example: who asks for a basis is told what it lacks
-- given: basis = volume
WITH cell(cell_id) AS (VALUES (1)),
layer(cell_id, position, role, substance, thickness_um) AS (VALUES (1, 2, 'positive', 'X', 1)),
property(property_id, name, cell_id, value, unit) AS (VALUES (1, 'contact_area', 1, 10, 'cm²'))
SELECT
    length_basis = 'volume',
    reason = 'missing active_mass_gram, molar_volume, molar_mass_gram_per_mole'
FROM diffusion_length;
