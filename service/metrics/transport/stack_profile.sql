-- Transport in a stack: profiles
--
-- Where a carrier is in a stack of layers, at each instant of a run of `leyden transport` and when
-- nothing changes any more, with the flux from each place to the next. Nernst-Planck by finite
-- volumes with exponential fluxes: exact in a constant field, which is what a layer has here;
-- neither Poisson's equation nor neutrality is solved, and where layers meet the concentration is
-- one.
--
-- formula:    J = (D/h) (C_i B(du) − C_{i+1} B(−du)), B(u) = u/(eᵘ − 1); h dC/dt = J_in − J_out
-- grain:      cell_id, transport_run_id, instant_count, node_count
-- column:     carrier | | ion with its charge
-- column:     time_second | s | since the start; null when nothing changes any more
-- column:     position_um | µm | from the negative side of the first layer
-- column:     concentration_mol_per_cm3 | mol/cm³ | concentration
-- column:     flux_mol_per_cm2_second | mol/(cm²·s) | to the next place, above zero towards the
--             positive side; null at the last
-- column:     status | | always ok: it stands as it was computed
-- column:     reason | | always null
-- main:       concentration_mol_per_cm3
-- needs:      transport_run, transport_node
-- reference:  Scharfetter, Gummel, IEEE Trans. Electron Devices 16 (1969) 64
SELECT
    node.cell_id,
    node.transport_run_id,
    node.instant_count,
    node.node_count,
    run.carrier,
    node.time_second,
    node.position_um,
    node.concentration_mol_per_cm3,
    node.flux_mol_per_cm2_second,
    'ok' AS status,
    CAST(NULL AS VARCHAR) AS reason
FROM transport_node AS node
JOIN transport_run AS run ON run.transport_run_id = node.transport_run_id;

-- example: as it is kept
WITH transport_run(transport_run_id, cell_id, carrier) AS (VALUES (1, 7, 'Li+'), (2, 7, 'e-')),
transport_node(transport_run_id, instant_count, node_count, cell_id, concentration_mol_per_cm3)
AS (VALUES (1, 0, 1, 7, 0.5), (1, 0, 2, 7, 0.25), (2, 0, 1, 7, 0))
SELECT
    count(*) OVER () = 3,
    concentration_mol_per_cm3 = CASE transport_run_id
        WHEN 1 THEN 0.5 / nullif(node_count, 0) ELSE 0
    END,
    carrier = CASE transport_run_id WHEN 1 THEN 'Li+' ELSE 'e-' END
FROM stack_profile;
