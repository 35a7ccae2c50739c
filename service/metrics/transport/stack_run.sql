-- Transport in a stack: what was stated
--
-- What `leyden transport` was told of one carrier in layers of a cell, a row per layer: nothing of
-- it was measured by the run, and nothing stands for what was not told. Positive values of the
-- potential difference rise towards the positive side. What came of it are stack_flux and
-- stack_profile.
--
-- formula:    u = z F Δφ/(R T)
-- grain:      cell_id, transport_run_id, position
-- column:     carrier | | ion with its charge, Li+; e- for electrons
-- column:     charge_number | 1 | charges of the carrier with their sign, z
-- column:     temperature_celsius | °C | temperature
-- column:     negative_concentration_mol_per_cm3 | mol/cm³ | held at the negative side of the stack
-- column:     positive_concentration_mol_per_cm3 | mol/cm³ | held at its positive side
-- column:     initial_concentration_mol_per_cm3 | mol/cm³ | everywhere between them at the start
-- column:     thickness_um | µm | thickness of the layer
-- column:     diffusion_cm2_per_s | cm²/s | diffusion coefficient of the carrier in it
-- column:     potential_difference_volt | V | potential of its positive side less the negative one
-- column:     reduced_potential | 1 | the same in units of heat, u
-- column:     duration_second | s | how long the run is
-- column:     step_count | 1 | steps of time
-- column:     interval_count | 1 | intervals of each layer
-- column:     version | | version of the method
-- column:     parameter_hash | | hash of all that was stated
-- column:     status | | always ok: it stands as it was stated
-- column:     reason | | always null
-- main:       reduced_potential
-- needs:      transport_run, transport_layer
-- reference:  Scharfetter, Gummel, IEEE Trans. Electron Devices 16 (1969) 64
SELECT
    run.cell_id,
    run.transport_run_id,
    layer.position,
    run.carrier,
    run.charge_number,
    run.temperature_celsius,
    run.negative_concentration_mol_per_cm3,
    run.positive_concentration_mol_per_cm3,
    run.initial_concentration_mol_per_cm3,
    layer.thickness_um,
    layer.diffusion_cm2_per_s,
    layer.potential_difference_volt,
    run.charge_number * layer.potential_difference_volt * 96485.33212
    / nullif(8.314462618 * (run.temperature_celsius + 273.15), 0) AS reduced_potential,
    run.duration_second,
    run.step_count,
    run.interval_count,
    run.version,
    run.parameter_hash,
    'ok' AS status,
    CAST(NULL AS VARCHAR) AS reason
FROM transport_run AS run
JOIN transport_layer AS layer ON layer.transport_run_id = run.transport_run_id;

-- example: 10 mV at 30 °C
WITH transport_run(transport_run_id, cell_id, charge_number, temperature_celsius)
AS (VALUES (1, 7, -2, 30)),
transport_layer(transport_run_id, position, cell_id, potential_difference_volt)
AS (VALUES (1, 2, 7, 0.01), (1, 3, 7, 0))
SELECT
    count(*) OVER () = 2,
    cell_id = 7 AND transport_run_id = 1 AND status = 'ok',
    abs(reduced_potential + CASE position WHEN 2 THEN 2 * 0.382798 ELSE 0 END) < 1e-6
FROM stack_run;
