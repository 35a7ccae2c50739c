-- What the rows of a subject rest on, as one number: where it is another, they are computed again.
--
-- A subject is a cell, with its layers, substances, materials, treatments, properties, what was
-- computed of carriers in it (a run never changes) and all its tests, or a test of no cell. A test stands for its files, its material with what that is made of,
-- and its properties.
WITH known AS (
    -- a column called substance would be taken for the row of that name below
    SELECT
        property_id,
        cell_id,
        test_id,
        material_id,
        substance AS substance_name,
        hash(property) AS number
    FROM store.property
),
chemistry AS (
    SELECT
        substance.substance_id,
        substance.name,
        hash(hash(substance), list_sort(list(known.number))) AS number
    FROM store.substance
    LEFT JOIN known ON known.substance_name = substance.name
    GROUP BY substance.substance_id, substance.name, substance
),
thing AS (
    SELECT
        material.material_id,
        hash(hash(material), chemistry.number, list_sort(list(known.number))) AS number
    FROM store.material
    LEFT JOIN known ON known.material_id = material.material_id
    LEFT JOIN chemistry ON chemistry.substance_id = material.substance_id
    GROUP BY material.material_id, material, chemistry.number
),
stack AS (
    SELECT cell_id, list_sort(list(hash(hash(layer), chemistry.number, thing.number))) AS number
    FROM store.layer
    LEFT JOIN chemistry ON chemistry.name = layer.substance
    LEFT JOIN thing ON thing.material_id = layer.material_id
    GROUP BY cell_id
),
treated AS (
    SELECT cell_id, list_sort(list(hash(treatment))) AS number
    FROM store.treatment GROUP BY cell_id
),
of_cell AS (
    SELECT cell_id, list_sort(list(number)) AS number
    FROM known WHERE cell_id IS NOT NULL GROUP BY cell_id
),
carried AS (
    SELECT cell_id, list_sort(list(hash(transport_run))) AS number
    FROM store.transport_run GROUP BY cell_id
),
of_test AS (
    SELECT test_id, list_sort(list(number)) AS number
    FROM known WHERE test_id IS NOT NULL GROUP BY test_id
),
swept AS (
    SELECT test_id, list_sort(list(hash(sweep))) AS number FROM store.sweep GROUP BY test_id
),
chosen AS (
    SELECT test_id, list_sort(list(hash(fit_choice))) AS number
    FROM store.fit_choice GROUP BY test_id
),
scanned AS (
    SELECT test_id, list_sort(list(hash(diffraction_scan))) AS number
    FROM store.diffraction_scan GROUP BY test_id
),
seen AS (
    SELECT test_id, list_sort(list(hash(image))) AS number FROM store.image GROUP BY test_id
),
measured AS (
    SELECT test_id, list_sort(list(hash(image_object))) AS number
    FROM store.image_object GROUP BY test_id
),
file AS (
    SELECT test_id, list_sort(list(name)) AS number FROM lake_file GROUP BY test_id
),
alone AS (
    SELECT
        test.test_id,
        test.cell_id,
        hash(
            hash(test),
            file.number,
            of_test.number,
            thing.number,
            swept.number,
            chosen.number,
            scanned.number,
            seen.number,
            measured.number
        ) AS number
    FROM store.test
    LEFT JOIN file ON file.test_id = test.test_id
    LEFT JOIN of_test ON of_test.test_id = test.test_id
    LEFT JOIN thing ON thing.material_id = test.material_id
    LEFT JOIN swept ON swept.test_id = test.test_id
    LEFT JOIN chosen ON chosen.test_id = test.test_id
    LEFT JOIN scanned ON scanned.test_id = test.test_id
    LEFT JOIN seen ON seen.test_id = test.test_id
    LEFT JOIN measured ON measured.test_id = test.test_id
),
run AS (
    SELECT cell_id, list_sort(list(number)) AS number
    FROM alone WHERE cell_id IS NOT NULL GROUP BY cell_id
),
together AS (
    SELECT
        cell.cell_id,
        hash(
            hash(cell), stack.number, treated.number, of_cell.number, carried.number, run.number
        ) AS number
    FROM store.cell
    LEFT JOIN stack ON stack.cell_id = cell.cell_id
    LEFT JOIN treated ON treated.cell_id = cell.cell_id
    LEFT JOIN of_cell ON of_cell.cell_id = cell.cell_id
    LEFT JOIN carried ON carried.cell_id = cell.cell_id
    LEFT JOIN run ON run.cell_id = cell.cell_id
)
SELECT cell_id AS subject, CAST(number >> 1 AS BIGINT) AS fingerprint FROM together
UNION ALL
SELECT -test_id, CAST(number >> 1 AS BIGINT) FROM alone WHERE cell_id IS NULL
