-- What a publisher keeps of its own in PostgreSQL: bi.published for everybody, the rest for itself.
CREATE TABLE IF NOT EXISTS bi.published (
    table_name text PRIMARY KEY,
    meaning text NOT NULL,
    status text NOT NULL,
    reason text,
    row_count bigint,
    snapshot bigint,
    published_at timestamp with time zone
);
COMMENT ON TABLE bi.published IS 'Every published table, and as of when it stands.';
COMMENT ON COLUMN bi.published.table_name IS 'Name of the table.';
COMMENT ON COLUMN bi.published.meaning IS 'What its rows are.';
COMMENT ON COLUMN bi.published.status IS
    'published, or failed: then it stands as of the snapshot told here, without rows of what is gone.';
COMMENT ON COLUMN bi.published.reason IS 'Why it failed.';
COMMENT ON COLUMN bi.published.row_count IS 'Rows.';
COMMENT ON COLUMN bi.published.snapshot IS 'Change of the warehouse that its rows tell.';
COMMENT ON COLUMN bi.published.published_at IS 'When that was published.';

CREATE TABLE IF NOT EXISTS bi_store.layout (
    table_name text PRIMARY KEY,
    version text NOT NULL, -- empty: it is behind, and computed whole the next time
    columns text[] NOT NULL
);
CREATE TABLE IF NOT EXISTS bi_store.fingerprint (test_id bigint PRIMARY KEY, fingerprint bigint);
