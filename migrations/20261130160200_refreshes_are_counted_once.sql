-- Counts are added to those of the day. Where the answer to a commit gets lost they are sent again, under
-- the same id, and count once.
CREATE TABLE refresh_batches (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX refresh_batches_by_age ON refresh_batches (at);
COMMENT ON TABLE refresh_batches IS 'counts that were added to refresh_days; kept for a day';
COMMENT ON COLUMN refresh_batches.id IS 'made by the replica that counted';
COMMENT ON COLUMN refresh_batches.at IS 'when they were added';
