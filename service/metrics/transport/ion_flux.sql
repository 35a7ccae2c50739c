-- Flux of ions and electrons
--
-- Nernst-Planck through a layer between two concentrations, in a constant field: with J = -D (dC/dx
-- + z F/(RT) C dφ/dx) and u = z F (φ(L) - φ(0))/(RT) a steady flux is J = D/L (C0 B(u) - CL B(-u)),
-- B(u) = u/(e^u - 1); x and fluxes run from the negative side. The founding study writes a plus
-- before the migration: sign study turns u over, so that a cation moves up the potential; it is
-- there to be compared with, and never right. A carrier of which a conductivity is known and no
-- concentration carries σ over the length of the potential, its concentration being the same
-- throughout. The current density is i = F Σ z J over all carriers, electrons with z = -1, in the
-- row of carrier all: where one of them is not known there is none, which is what an electronic
-- conductivity that nobody measured does. Carriers are those that any layer between the electrodes
-- of the cell tells something of, and electrons; what is told of them are properties of the
-- material or the substance of the layer, as docs/transport.md names them. How concentrations
-- inside a stack settle, and in time, is no closed form: stack_profile.
--
-- formula:    J = (D/L) (C_0 B(u) − C_L B(−u)), B(u) = u / (eᵘ − 1), i = F Σ z J
-- grain:      cell_id, position, carrier
-- column:     carrier | | ion with its charge, Li+; e-; all for their sum
-- column:     substance | | what the layer is made of
-- column:     charge_number | 1 | charges of the carrier with their sign, z
-- column:     flux_mol_per_cm2_second | mol/(cm²·s) | J, above zero towards the positive side
-- column:     current_density_ampere_per_cm2 | A/cm² | F z J; of all the sum
-- column:     share | 1 | its part of the sum, where that is known
-- column:     reduced_potential | 1 | potential difference in units of heat, u
-- column:     potential_difference_volt | V | potential of the positive side less the negative one
-- column:     thickness_um | µm | thickness of the layer
-- column:     temperature_celsius | °C | temperature
-- column:     basis | | concentrations, or conductivity alone
-- column:     missing | | facts that are not known; null when nothing
-- column:     status | | ok, low_quality (something is told as ~) or not_computable
-- column:     reason | | why not ok; null when ok
-- main:       current_density_ampere_per_cm2
-- takes:      sign | text(norm, study) | norm | sign of the migration: the norm's, or that
--             which the founding study writes
-- takes:      temperature_celsius | number(-273..2000) | null | temperature; null: the property
--             temperature of the cell
-- needs:      layer, property
-- reference:  D. E. Goldman, J. Gen. Physiol. 27 (1943) 37; constants of CODATA 2018
WITH between AS (
    SELECT *
    FROM layer
    WHERE role NOT IN ('negative', 'positive')
),

told AS (
    SELECT
        between.cell_id,
        between.position,
        CASE
            WHEN property.cell_id IS NOT NULL
                THEN substr(property.name, length(between.substance) + 2)
            ELSE property.name
        END AS name,
        property.value,
        property.unit,
        property.qualifier,
        row_number() OVER (
            PARTITION BY
                between.cell_id,
                between.position,
                CASE
                    WHEN property.cell_id IS NOT NULL
                        THEN substr(property.name, length(between.substance) + 2)
                    ELSE property.name
                END
            ORDER BY
                CASE
                    WHEN property.cell_id IS NOT NULL THEN 1
                    WHEN property.material_id IS NOT NULL THEN 2
                    ELSE 3
                END,
                property.property_id DESC
        ) AS place
    FROM between
    JOIN property
        ON property.material_id = between.material_id
        OR (property.substance = between.substance AND property.material_id IS NULL)
        OR (
            property.cell_id = between.cell_id
            AND starts_with(property.name, between.substance || '.')
        )
),

fact AS (
    SELECT
        cell_id,
        position,
        CASE WHEN strpos(name, '.') > 0 THEN split_part(name, '.', 1) END AS carrier,
        CASE WHEN strpos(name, '.') > 0 THEN split_part(name, '.', 2) ELSE name END AS quantity,
        qualifier,
        CASE WHEN coalesce(qualifier, '~') = '~' THEN value END AS value,
        coalesce(unit, '') AS unit
    FROM told
    WHERE place = 1
),

carrier_fact AS (
    SELECT
        cell_id,
        position,
        carrier,
        max(value) FILTER (WHERE quantity = 'charge_number' AND unit = '') AS charge_number,
        max(value) FILTER (WHERE quantity = 'diffusion_coefficient' AND unit = 'cm²/s')
            AS diffusion,
        max(value) FILTER (WHERE quantity = 'conductivity' AND unit = 'S/cm') AS conductivity,
        coalesce(
            max(value) FILTER (WHERE quantity = 'negative_concentration' AND unit = 'mol/cm³'),
            max(value) FILTER (WHERE quantity = 'concentration' AND unit = 'mol/cm³')
        ) AS first_concentration,
        coalesce(
            max(value) FILTER (WHERE quantity = 'positive_concentration' AND unit = 'mol/cm³'),
            max(value) FILTER (WHERE quantity = 'concentration' AND unit = 'mol/cm³')
        ) AS last_concentration,
        bool_or(quantity LIKE '%concentration') AS has_concentration,
        bool_or(qualifier = '~') AS is_rough
    FROM fact
    WHERE carrier IS NOT NULL
        AND quantity IN (
            'charge_number', 'diffusion_coefficient', 'conductivity', 'concentration',
            'negative_concentration', 'positive_concentration'
        )
    GROUP BY cell_id, position, carrier
),

carrier_name AS (
    SELECT cell_id, carrier FROM carrier_fact
    UNION
    SELECT cell_id, 'e-' FROM carrier_fact
),

across AS (
    SELECT
        cell_id,
        position,
        max(value) FILTER (WHERE quantity = 'potential_difference' AND unit = 'V') AS volt,
        bool_or(qualifier = '~' AND quantity = 'potential_difference') AS is_rough
    FROM fact
    WHERE carrier IS NULL
    GROUP BY cell_id, position
),

warmth AS (
    SELECT cell_id, max(value) AS celsius
    FROM property
    WHERE name = 'temperature'
        AND unit = '°C'
        AND coalesce(qualifier, '~') = '~'
        AND cell_id IS NOT NULL
    GROUP BY cell_id
),

known AS (
    SELECT
        between.cell_id,
        between.position,
        carrier_name.carrier,
        between.substance,
        CASE WHEN between.thickness_um > 0 THEN between.thickness_um END AS thickness_um,
        coalesce($temperature_celsius, warmth.celsius) AS celsius,
        across.volt,
        carrier_fact.diffusion,
        carrier_fact.conductivity,
        carrier_fact.first_concentration,
        carrier_fact.last_concentration,
        coalesce(carrier_fact.has_concentration, false) AS has_concentration,
        coalesce(across.is_rough, false) OR coalesce(carrier_fact.is_rough, false) AS is_rough,
        coalesce(
            carrier_fact.charge_number,
            CASE
                WHEN carrier_name.carrier = 'e-' THEN -1
                WHEN regexp_matches(carrier_name.carrier, '^[A-Z][a-z]?[1-9]?[+-]$') THEN
                    CASE right(carrier_name.carrier, 1) WHEN '+' THEN 1 ELSE -1 END
                    * coalesce(
                        TRY_CAST(
                            regexp_extract(carrier_name.carrier, '([1-9])[+-]$', 1) AS DOUBLE
                        ),
                        1
                    )
            END
        ) AS charge_number
    FROM between
    JOIN carrier_name ON carrier_name.cell_id = between.cell_id
    LEFT JOIN carrier_fact
        ON carrier_fact.cell_id = between.cell_id
        AND carrier_fact.position = between.position
        AND carrier_fact.carrier = carrier_name.carrier
    LEFT JOIN across
        ON across.cell_id = between.cell_id
        AND across.position = between.position
    LEFT JOIN warmth ON warmth.cell_id = between.cell_id
),

reduced AS (
    SELECT
        *,
        CASE WHEN has_concentration THEN 'concentrations' ELSE 'conductivity alone' END AS basis,
        charge_number * volt * 96485.33212 / nullif(8.314462618 * (celsius + 273.15), 0)
        * CASE $sign WHEN 'study' THEN -1 ELSE 1 END AS u,
        nullif(
            concat_ws(
                ', ',
                CASE WHEN charge_number IS NULL OR charge_number = 0 THEN 'charge_number' END,
                CASE
                    WHEN diffusion IS NULL AND has_concentration THEN 'diffusion_coefficient'
                    WHEN diffusion IS NULL AND conductivity IS NULL
                        THEN 'conductivity or diffusion_coefficient'
                END,
                CASE
                    WHEN first_concentration IS NULL
                        AND (has_concentration OR conductivity IS NULL)
                        AND diffusion IS NOT NULL
                        THEN 'negative_concentration'
                END,
                CASE
                    WHEN last_concentration IS NULL
                        AND (has_concentration OR conductivity IS NULL)
                        AND diffusion IS NOT NULL
                        THEN 'positive_concentration'
                END
            ),
            ''
        ) AS missing_of_carrier,
        nullif(
            concat_ws(
                ', ',
                CASE WHEN thickness_um IS NULL THEN 'thickness_um' END,
                CASE WHEN volt IS NULL THEN 'potential_difference' END,
                CASE WHEN celsius IS NULL THEN 'temperature' END
            ),
            ''
        ) AS missing_of_layer
    FROM known
),

weighed AS (
    SELECT
        *,
        -- u/(e^u - 1), safe at both ends
        CASE
            WHEN abs(u) < 1e-3 THEN 1 - u / 2 + 0.08333333333333333 * u * u
            WHEN abs(u) > 700 THEN greatest(0, -u)
            ELSE u * exp(-u / 2) / nullif(2 * sinh(u / 2), 0)
        END AS b_of_u,
        CASE
            WHEN abs(u) < 1e-3 THEN 1 + u / 2 + 0.08333333333333333 * u * u
            WHEN abs(u) > 700 THEN greatest(0, u)
            ELSE u * exp(u / 2) / nullif(2 * sinh(u / 2), 0)
        END AS b_of_minus_u
    FROM reduced
),

flowing AS (
    SELECT
        *,
        CASE
            WHEN missing_of_carrier IS NULL AND missing_of_layer IS NULL THEN
                CASE
                    WHEN has_concentration OR conductivity IS NULL THEN
                        diffusion / nullif(1e-4 * thickness_um, 0)
                        * (first_concentration * b_of_u - last_concentration * b_of_minus_u)
                    ELSE -conductivity * volt * CASE $sign WHEN 'study' THEN -1 ELSE 1 END
                        / nullif(charge_number * 96485.33212 * 1e-4 * thickness_um, 0)
                END
        END AS flux
    FROM weighed
),

summed AS (
    SELECT
        cell_id,
        position,
        min(substance) AS substance,
        min(volt) AS volt,
        min(thickness_um) AS thickness_um,
        min(celsius) AS celsius,
        CASE WHEN count(flux) = count(*) THEN sum(96485.33212 * charge_number * flux) END
            AS current_density,
        bool_or(is_rough) AS is_rough,
        nullif(
            concat_ws(
                ', ',
                min(missing_of_layer),
                string_agg(
                    concat(missing_of_carrier, ' of ', carrier), ', ' ORDER BY carrier
                ) FILTER (WHERE missing_of_carrier IS NOT NULL)
            ),
            ''
        ) AS missing
    FROM flowing
    GROUP BY cell_id, position
),

everything AS (
    SELECT
        flowing.cell_id,
        flowing.position,
        flowing.carrier,
        flowing.substance,
        flowing.charge_number,
        flowing.flux,
        96485.33212 * flowing.charge_number * flowing.flux AS current_density,
        96485.33212 * flowing.charge_number * flowing.flux / nullif(summed.current_density, 0)
            AS share,
        flowing.u,
        flowing.volt,
        flowing.thickness_um,
        flowing.celsius,
        CASE WHEN flowing.missing_of_carrier IS NULL THEN flowing.basis END AS basis,
        flowing.is_rough,
        flowing.missing_of_layer,
        flowing.missing_of_carrier
    FROM flowing
    JOIN summed
        ON summed.cell_id = flowing.cell_id
        AND summed.position = flowing.position
),

answer AS (
    SELECT
        cell_id,
        position,
        carrier,
        substance,
        charge_number,
        flux,
        current_density,
        share,
        u,
        volt,
        thickness_um,
        celsius,
        basis,
        is_rough,
        nullif(
            concat_ws(
                ', ',
                missing_of_layer,
                CASE
                    WHEN missing_of_carrier IS NOT NULL
                        THEN concat(missing_of_carrier, ' of ', carrier)
                END
            ),
            ''
        ) AS missing
    FROM everything
    UNION ALL
    SELECT
        cell_id,
        position,
        'all',
        substance,
        NULL,
        NULL,
        current_density,
        CASE WHEN current_density IS NOT NULL THEN 1.0 END,
        NULL,
        volt,
        thickness_um,
        celsius,
        NULL,
        is_rough,
        missing
    FROM summed
)

SELECT
    cell_id,
    position,
    carrier,
    substance,
    charge_number,
    flux AS flux_mol_per_cm2_second,
    current_density AS current_density_ampere_per_cm2,
    share,
    u AS reduced_potential,
    volt AS potential_difference_volt,
    thickness_um,
    celsius AS temperature_celsius,
    basis,
    missing,
    CASE
        WHEN missing IS NOT NULL THEN 'not_computable'
        WHEN is_rough THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    CASE
        WHEN missing IS NOT NULL THEN concat('missing ', missing)
        WHEN is_rough THEN 'something it rests on is told as ~'
    END AS reason
FROM answer;

-- example: 1 µm between 1 and 0.5 mmol/cm³ at u = 1, -2, 40 and 0, and where nothing flows
WITH told(cell_id, u, last_concentration) AS (
    VALUES (1, 1, 5e-4), (2, -2, 5e-4), (3, 40, 5e-4), (4, 0, 5e-4), (5, 2, 1e-3 * exp(-2)),
    (6, 1e-9, 5e-4), (7, 700, 5e-4), (8, -700, 5e-4)
),
layer AS (
    SELECT cell_id, 2 AS position, 'electrolyte' AS role, 'E' AS substance, 1 AS thickness_um
    FROM told
),
property AS (
    SELECT
        10 * cell_id + place AS property_id,
        cell_id,
        'E.' || name AS name,
        CASE place
            WHEN 1 THEN u * 8.314462618 * 303.15 / 96485.33212
            WHEN 2 THEN last_concentration
            ELSE value
        END AS value,
        unit
    FROM told
    CROSS JOIN (
        VALUES
        (1, 'potential_difference', NULL, 'V'), (2, 'Li+.positive_concentration', NULL, 'mol/cm³'),
        (3, 'Li+.negative_concentration', 1e-3, 'mol/cm³'),
        (4, 'Li+.diffusion_coefficient', 1e-8, 'cm²/s'), (5, 'e-.conductivity', 0, 'S/cm')
    ) AS each(place, name, value, unit)
    UNION ALL
    SELECT 1000 + cell_id, cell_id, 'temperature', 30, '°C' FROM told
)
SELECT
    count(*) OVER () = 24,
    carrier <> 'Li+' OR cell_id > 6 OR abs(flux_mol_per_cm2_second - CASE cell_id
        WHEN 1 THEN -2.09012e-8 WHEN 2 THEN 2.15652e-7 WHEN 3 THEN -2e-6 ELSE 5e-8
    END) < CASE cell_id WHEN 3 THEN 5e-12 ELSE 5e-13 END OR cell_id = 5,
    carrier <> 'Li+' OR cell_id <> 5 OR abs(flux_mol_per_cm2_second) < 1e-20,
    carrier <> 'Li+' OR cell_id <> 7 OR abs(flux_mol_per_cm2_second + 3.5e-5) < 1e-12,
    carrier <> 'Li+' OR cell_id <> 8 OR abs(flux_mol_per_cm2_second - 7e-5) < 1e-12,
    carrier <> 'e-' OR flux_mol_per_cm2_second = 0,
    share IS NULL OR cell_id = 5 OR abs(share - CASE carrier WHEN 'e-' THEN 0 ELSE 1 END) < 1e-12,
    status = 'ok' AND reason IS NULL
FROM ion_flux;

-- example: as the study writes it, u is turned over
-- given: sign = study
-- given: temperature_celsius = 30
WITH layer(cell_id, position, role, substance, thickness_um)
AS (VALUES (1, 2, 'electrolyte', 'E', 1)),
property(property_id, substance, name, value, unit) AS (
    VALUES
    (1, 'E', 'potential_difference', 8.314462618 * 303.15 / 96485.33212, 'V'),
    (2, 'E', 'Li+.negative_concentration', 1e-3, 'mol/cm³'),
    (3, 'E', 'Li+.positive_concentration', 5e-4, 'mol/cm³'),
    (4, 'E', 'Li+.diffusion_coefficient', 1e-8, 'cm²/s'), (5, 'E', 'e-.conductivity', 0, 'S/cm')
)
SELECT
    carrier <> 'Li+' OR abs(flux_mol_per_cm2_second - 1.291e-7) < 5e-11,
    carrier <> 'Li+' OR abs(reduced_potential + 1) < 1e-12
FROM ion_flux;

-- example: 10 mV at 30 °C; by conductivity alone ions and electrons carry σ over the length
-- given: temperature_celsius = 30
WITH layer(cell_id, position, role, substance, thickness_um, material_id) AS (
    VALUES (1, 1, 'negative', 'Li', 100, NULL), (1, 2, 'electrolyte', 'E', 1000, 5)
),
property(property_id, material_id, substance, name, value, unit, qualifier) AS (
    VALUES
    (1, 5, NULL, 'potential_difference', 0.01, 'V', NULL),
    (2, NULL, 'E', 'Li+.conductivity', 1e-4, 'S/cm', NULL),
    (3, 5, NULL, 'e-.conductivity', 1e-8, 'S/cm', '~')
)
SELECT
    count(*) OVER () = 3,
    carrier <> 'Li+' OR abs(reduced_potential - 0.382798) < 5e-7,
    abs(
        current_density_ampere_per_cm2
        + CASE carrier WHEN 'Li+' THEN 1e-5 WHEN 'e-' THEN 1e-9 ELSE 1.0001e-5 END
    ) < 1e-18,
    sign(flux_mol_per_cm2_second) IS NOT DISTINCT FROM CASE carrier
        WHEN 'Li+' THEN -1 WHEN 'e-' THEN 1
    END,
    basis IS NOT DISTINCT FROM CASE WHEN carrier <> 'all' THEN 'conductivity alone' END,
    status = CASE carrier WHEN 'Li+' THEN 'ok' ELSE 'low_quality' END
FROM ion_flux;

-- example: an electronic conductivity that nobody measured leaves the sum open, and a bound is none
-- given: temperature_celsius = 30
WITH layer(cell_id, position, role, substance, thickness_um) AS (
    VALUES (1, 2, 'electrolyte', 'E', 1000), (1, 3, 'interlayer', 'PB', 1)
),
property(property_id, substance, name, value, unit, qualifier) AS (
    VALUES
    (1, 'E', 'potential_difference', 0.01, 'V', NULL),
    (2, 'E', 'Li+.conductivity', 1e-4, 'S/cm', NULL),
    (3, 'E', 'e-.conductivity', 1e-8, 'S/cm', '<'),
    (4, 'E', 'TFSI-.conductivity', 1e-9, 'S/cm', NULL)
)
SELECT
    count(*) OVER () = 8,
    (current_density_ampere_per_cm2 IS NOT NULL) = (position = 2 AND carrier = 'Li+'),
    status = CASE WHEN position = 2 AND carrier = 'Li+' THEN 'ok' ELSE 'not_computable' END,
    reason IS NOT DISTINCT FROM CASE
        WHEN position = 2 AND carrier = 'e-'
            THEN 'missing conductivity or diffusion_coefficient of e-'
        WHEN position = 2 AND carrier = 'TFSI-' THEN 'missing charge_number of TFSI-'
        WHEN position = 2 AND carrier = 'all'
            THEN 'missing charge_number of TFSI-, conductivity or diffusion_coefficient of e-'
        WHEN position = 3 AND carrier = 'Li+' THEN 'missing potential_difference, '
            || 'conductivity or diffusion_coefficient of Li+'
        WHEN position = 3 AND carrier = 'e-' THEN 'missing potential_difference, '
            || 'conductivity or diffusion_coefficient of e-'
        WHEN position = 3 AND carrier = 'TFSI-' THEN 'missing potential_difference, '
            || 'charge_number, conductivity or diffusion_coefficient of TFSI-'
        WHEN position = 3 THEN 'missing potential_difference, '
            || 'conductivity or diffusion_coefficient of Li+, '
            || 'charge_number, conductivity or diffusion_coefficient of TFSI-, '
            || 'conductivity or diffusion_coefficient of e-'
    END
FROM ion_flux;
