-- What was done to each cell before, out of the steps of all its tests.
SELECT
    test.cell_id,
    test.test_id,
    test.test_name,
    step.step_count,
    test.started_at,
    test.time_zone,
    step.start_time_second,
    step.duration_second,
    step.median_current_ampere
FROM store.step
JOIN store.test ON test.test_id = step.test_id
WHERE test.cell_id IS NOT NULL
    AND step.mode IN ('charge', 'discharge')
