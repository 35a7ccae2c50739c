-- Inelastic mean free path
--
-- How far electrons of an energy go in a substance before they lose some (TPP-2M), and from what
-- depth photoemission tells of it: 95 of 100 electrons come from 3.00 of these paths times the
-- cosine of the angle. It takes the density, the band gap and the valence electrons of a formula
-- unit out of the properties density, band_gap and valence_electrons of the substance. The formula
-- is good to some tenth; below 50 eV it is none.
--
-- formula:    λ = E / (Eₚ² [β ln(γ E) − C / E + D / E²]); depth = −λ cos θ ln 0.05
-- grain:      substance_id
-- column:     substance | | the substance
-- column:     kinetic_energy_ev | eV | of the electrons
-- column:     path_angstrom | Å | inelastic mean free path
-- column:     depth_nm | nm | from which 95 of 100 electrons come
-- column:     error_angstrom | Å | one sigma of the formula, a tenth
-- column:     missing | | what is not known: density, valence_electrons, band_gap,
--             molar_mass_gram_per_mole; null when nothing
-- column:     status | | ok or not_computable
-- column:     reason | | why not ok; null when ok
-- main:       path_angstrom, error: error_angstrom
-- takes:      kinetic_energy | number(50..) | 1027 | eV of the electrons; 1027 is Ti2p by Al Kα
-- takes:      takeoff_degree | number(0..85) | 0 | between analyzer and normal of the surface
-- needs:      substance, property
-- reference:  S. Tanuma, C. J. Powell, D. R. Penn, Surf. Interface Anal. 21 (1994) 165
WITH told AS (
    SELECT
        property.substance,
        max(CASE WHEN property.name = 'density' AND property.unit = 'g/cm³'
            THEN property.value END) AS density,
        max(CASE WHEN property.name = 'valence_electrons' THEN property.value END) AS valence,
        max(CASE WHEN property.name = 'band_gap' AND property.unit = 'eV'
            THEN property.value END) AS gap
    FROM property
    WHERE property.name IN ('density', 'valence_electrons', 'band_gap')
    GROUP BY property.substance
),

known AS (
    SELECT
        substance.substance_id,
        substance.name,
        told.density,
        told.gap,
        told.valence * told.density / nullif(substance.molar_mass_gram_per_mole, 0) AS u,
        nullif(
            concat_ws(
                ', ',
                CASE WHEN told.density IS NULL OR told.density <= 0 THEN 'density' END,
                CASE WHEN told.valence IS NULL OR told.valence <= 0 THEN 'valence_electrons' END,
                CASE WHEN told.gap IS NULL OR told.gap < 0 THEN 'band_gap' END,
                CASE WHEN substance.molar_mass_gram_per_mole IS NULL
                    THEN 'molar_mass_gram_per_mole' END
            ),
            ''
        ) AS missing
    FROM substance
    LEFT JOIN told ON told.substance = substance.name
),

formula AS (
    SELECT
        *,
        829.4 * u AS plasmon_square,
        -0.1 + 0.944 / nullif(sqrt(829.4 * u + gap * gap), 0) + 0.069 * pow(density, 0.1) AS beta,
        0.191 / nullif(sqrt(density), 0) AS gamma,
        1.97 - 0.91 * u AS c,
        53.4 - 20.8 * u AS d
    FROM known
    WHERE missing IS NULL
),

path AS (
    SELECT
        substance_id,
        $kinetic_energy / nullif(
            plasmon_square * (
                beta * ln(gamma * $kinetic_energy)
                - c / nullif($kinetic_energy, 0)
                + d / nullif($kinetic_energy * $kinetic_energy, 0)
            ),
            0
        ) AS angstrom
    FROM formula
)

SELECT
    known.substance_id,
    known.name AS substance,
    $kinetic_energy AS kinetic_energy_ev,
    path.angstrom AS path_angstrom,
    -0.1 * path.angstrom * ln(0.05) * cos(radians($takeoff_degree)) AS depth_nm,
    0.1 * path.angstrom AS error_angstrom,
    known.missing,
    CASE WHEN path.angstrom > 0 THEN 'ok' ELSE 'not_computable' END AS status,
    CASE
        WHEN known.missing IS NOT NULL THEN concat('missing ', known.missing)
        WHEN path.angstrom IS NULL OR path.angstrom <= 0 THEN 'the formula has no path there'
    END AS reason
FROM known
LEFT JOIN path ON path.substance_id = known.substance_id;

-- example: those of the norm (STRUCTURE V30, V31), and nothing where the density is not known
WITH substance(substance_id, name, molar_mass_gram_per_mole) AS (
    VALUES (1, 'LATP', 383.4), (2, 'PB', 859.23), (3, 'IL', 391.3)
),
property(substance, name, value, unit) AS (
    VALUES
    ('LATP', 'density', 2.93, 'g/cm³'), ('LATP', 'valence_electrons', 96, NULL),
    ('LATP', 'band_gap', 2.5, 'eV'),
    ('PB', 'density', 1.8, 'g/cm³'), ('PB', 'valence_electrons', 218, NULL),
    ('PB', 'band_gap', 1, 'eV'),
    ('IL', 'valence_electrons', 140, NULL), ('IL', 'band_gap', 4, 'eV')
)
SELECT
    CASE substance_id
        WHEN 1 THEN abs(path_angstrom - 24.3069) < 5e-4
        WHEN 2 THEN abs(path_angstrom - 25.5086) < 5e-4
            AND abs(depth_nm - 7.64168) < 5e-5
            AND abs(0.1 * path_angstrom * ln(100) - 11.7471) < 5e-4
            AND abs(-1000 / (0.1 * path_angstrom) / ln(10) + 170.254) < 5e-3
        ELSE path_angstrom IS NULL AND depth_nm IS NULL
    END,
    status = CASE substance_id WHEN 3 THEN 'not_computable' ELSE 'ok' END,
    reason IS NOT DISTINCT FROM CASE substance_id WHEN 3 THEN 'missing density' END
FROM mean_free_path;
